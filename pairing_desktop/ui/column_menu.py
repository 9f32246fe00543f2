"""A column's menu: order by it, by it after others, show only records with one of its values."""

from collections.abc import Callable, Collection, Sequence
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from pairing_desktop.services.list_values import BLANK, NO_VALUE, Common, Values
from pairing_desktop.services.listing import Place

MOST = 12
"""Values a menu lists, half a low screen; the others are looked for in a dialog."""

LONGEST = 28
"""Characters of a value in a menu."""

Narrow = Callable[[Sequence[Common]], object]


class ColumnMenu(QMenu):
    """Opens under a column's head; every entry is reached by arrows and letters."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setAccessibleName(f"{title}：排序和筛选")

    def add_sorting(self, sort: Callable[..., object], *, sorted_by: bool, more: bool) -> None:
        """Add the orders; ``sort(descending, add=…, off=…)`` is called."""
        self.addAction("升序(&A)", partial(sort, descending=False))
        self.addAction("降序(&D)", partial(sort, descending=True))
        if more:
            self.addAction("再按这一列升序(&S)", partial(sort, descending=False, add=True))
            self.addAction("再按这一列降序(&T)", partial(sort, descending=True, add=True))
        if sorted_by:
            self.addAction("不按这一列排(&N)", partial(sort, off=True))

    def add_values(self, known: Values | None, chosen: Collection[Place], narrow: Narrow,
                   look: Callable[[], object]) -> None:
        """Add the values to narrow to, with how many records have each; ``narrow`` without any shows all again.

        ``look`` lets one tick several of all: there are more than a menu holds, or (None) nobody has counted them.
        """
        self.addSection("只看")
        every = self.addAction("全部(&L)", partial(narrow, ()))
        every.setCheckable(True)
        every.setChecked(not chosen)
        number = f"从全部 {len(known.values):,} 种里" if known is not None and len(known.values) > MOST else ""
        self.addAction(f"{number}选几种值(&V)…", look)
        for value in self._offered(known, chosen) if known is not None else ():
            words = value.text.replace("&", "&&").replace("\n", " ")
            words = words if len(words) <= LONGEST else f"{words[:LONGEST - 1]}…"
            action = self.addAction(f"{words}\t{value.records}" if value.records else words, partial(narrow, (value,)))
            action.setCheckable(True)
            action.setChecked(value.place in chosen)

    @staticmethod
    def _offered(known: Values, chosen: Collection[Place]) -> Sequence[Common]:
        """Return the most frequent values, those that the list is narrowed to, and what is blank."""
        others = [value for value in known.values[MOST:] if value.place in chosen]
        return (*known.values[:MOST], *others[:MOST], Common(NO_VALUE, BLANK, known.blank))

    def open_under(self, header: QWidget, left: int) -> None:
        """Open below a head at a place from its left."""
        self.popup(header.mapToGlobal(QPoint(left, header.height())))

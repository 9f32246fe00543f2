"""A column's menu: order by it, by it after others, show only records with one of its values."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from pairing_desktop.services.list_values import BLANK, Common, Values

MOST = 12
"""Values a menu lists, half a low screen; the others are looked for in a dialog."""

LONGEST = 28
"""Characters of a value in a menu."""

Narrow = Callable[[tuple[float | None, str] | None, str], object]


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

    def add_values(self, known: Values | None, current: object, narrow: Narrow, look: Callable[[], object]) -> None:
        """Add the values to narrow to, with how many records have each; ``narrow(None, "")`` shows all again.

        ``look`` lets one look for any of them: there are more than a menu holds, or (None) nobody has counted them.
        """
        self.addSection("只看")
        every = self.addAction("全部(&L)", partial(narrow, None, ""))
        every.setCheckable(True)
        every.setChecked(current is None)
        if known is None:
            self.addAction("选一种值(&V)…", look)
            return
        for value in self._offered(known, current):
            words = value.text.replace("&", "&&").replace("\n", " ")
            words = words if len(words) <= LONGEST else f"{words[:LONGEST - 1]}…"
            action = self.addAction(f"{words}\t{value.records}" if value.records else words,
                                    partial(narrow, value.place, value.text))
            action.setCheckable(True)
            action.setChecked(current == value.place)
        if len(known.values) > MOST:
            self.addAction(f"从全部 {len(known.values):,} 种里选(&V)…", look)

    @staticmethod
    def _offered(known: Values, current: object) -> Sequence[Common]:
        """Return the most frequent values, the one that the list is narrowed to, and what is blank."""
        others = [value for value in known.values[MOST:] if value.place == current]
        return (*known.values[:MOST], *others, Common("（空白）", BLANK, known.blank))

    def open_under(self, header: QWidget, left: int) -> None:
        """Open below a head at a place from its left."""
        self.popup(header.mapToGlobal(QPoint(left, header.height())))

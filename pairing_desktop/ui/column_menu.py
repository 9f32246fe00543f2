"""A column's menu: order by it, by it after others, show only records with one of its values."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from pairing_desktop.services.listing import Common

MOST = 12
"""Values a menu lists, half a low screen; more are looked for in the box over the list."""

BLANK = (None, "")
"""The place in order of what is blank."""


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

    def add_values(self, values: Sequence[Common], current: object,
                   narrow: Callable[[tuple[float | None, str] | None, str], object]) -> None:
        """Add the values to narrow to, with how many records have each; ``narrow(None, "")`` shows all again."""
        self.addSection("只看")
        every = self.addAction("全部", partial(narrow, None, ""))
        every.setCheckable(True)
        every.setChecked(current is None)
        for value in (*values[:MOST], Common("（空白）", BLANK, 0)):
            words = value.text.replace("&", "&&")
            words = words if len(words) <= 28 else f"{words[:27]}…"
            action = self.addAction(f"{words}\t{value.records}" if value.records else words,
                                    partial(narrow, value.place, value.text))
            action.setCheckable(True)
            action.setChecked(current == value.place)
        if len(values) > MOST:
            self.addAction(f"还有 {len(values) - MOST} 种，用上面的筛选框查找").setEnabled(False)

    def open_under(self, header: QWidget, left: int) -> None:
        """Open below a head at a place from its left."""
        self.popup(header.mapToGlobal(QPoint(left, header.height())))

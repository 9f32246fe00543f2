"""Two values of each field side by side, one of them chosen: with ← →, the space bar or a click."""

from collections.abc import Sequence
from itertools import takewhile
from operator import eq

from msgspec import Struct
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable

BEFORE = 4
"""Characters shown before those in which two long values differ."""
CHOOSING = {Qt.Key.Key_Left: 0, Qt.Key.Key_Right: 1}


class Offer(Struct, frozen=True):
    """A field's two values; ``fixed`` where there is nothing to choose, ``side`` -1 where both are taken."""

    field: str
    label: str
    first: str
    second: str
    side: int
    fixed: bool = False
    stands: str = ""
    """How the second one stands in the sheet, where it was understood otherwise: 0.62 亿元."""


class SidesTable(RowsTable):
    """Shows offers; ``sides`` tells which value of each field is chosen."""

    chosen = Signal(str, int)

    def __init__(self, name: str, first: str, second: str) -> None:
        super().__init__(name, (Column("项", 170), Column(first), Column(second)), row_height=32)
        self.offers: tuple[Offer, ...] = ()
        self.sides: dict[str, int] = {}
        self.opened.connect(self._other)
        self.clicked.connect(lambda at: self._choose(at.row(), at.column() - 1) if at.column() else None)

    def offer(self, offers: Sequence[Offer]) -> None:
        """Show other fields."""
        self.offers = tuple(offers)
        self.sides = {one.field: one.side for one in offers}
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a side with the arrows, the other one with the space bar."""
        key, number = Qt.Key(event.key()), self.currentIndex().row()
        if number >= 0 and key in CHOOSING:
            self._choose(number, CHOOSING[key])
        elif number >= 0 and key == Qt.Key.Key_Space:
            self._other(self.offers[number])
        else:
            super().keyPressEvent(event)

    def _other(self, one: Offer) -> None:
        self._choose(self.offers.index(one), 1 - self.sides[one.field])

    def _choose(self, number: int, side: int) -> None:
        one = self.offers[number]
        if not one.fixed:
            self.sides[one.field] = side
            self._show()
            self.chosen.emit(one.field, side)
        self.selectRow(number)

    def _show(self) -> None:
        self.show_rows([Row((Cell(one.label, tip=one.label, colour="text2"), self._cell(one, 0), self._cell(one, 1)),
                            one) for one in self.offers])

    def _cell(self, one: Offer, side: int) -> Cell:
        text, chosen = (one.first, one.second)[side], self.sides[one.field] in (side, -1)
        text = f"{text} ← {one.stands}" if side and one.stands else text
        icon = "checkmark_circle" if chosen else "" if one.fixed else "circle"
        return Cell(text or "（空）", icon=icon, filled=chosen, tip=text, icon_colour="accent" if chosen else "text3",
                    colour="text" if chosen else "text2", weight=500 if chosen else 400,
                    sign="已取" if chosen else "" if one.fixed else "未取", since=max(_alike(one) - BEFORE, 0))


def _alike(one: Offer) -> int:
    """Return how long two values begin alike: two spellings of a firm may differ far behind; 0 where they never do."""
    alike = takewhile(bool, map(eq, one.first, one.second))
    return sum(alike) if one.first != one.second else 0

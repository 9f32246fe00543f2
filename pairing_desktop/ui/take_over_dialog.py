"""Taking over last quarter's explanations for all queries that have one: shown first, each can be left out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import words
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable

if TYPE_CHECKING:
    from pairing_desktop.services.carrying import Suggested

WIDTH = 620
MOST, FEW, LOW = 6, 2, 600
"""Rows shown without scrolling, and on a screen lower than so many pixels."""


class TakeOverDialog(Sheet):
    """Lists each query with last quarter's words; ``chosen`` are those to be taken over."""

    def __init__(self, parent: QWidget | None, suggested: Sequence["Suggested"]) -> None:
        super().__init__(parent, "全部沿用上期说明",
                         "情况没有变化的，把上期的说明作为本期的说明保存，以后还可以逐条改。"
                         "情况有变化的，在那一行按回车或双击，改为不沿用。", icon="history")
        self.setMinimumWidth(WIDTH)
        self._suggested = tuple(suggested)
        self._left: set[int] = set()
        self.list = RowsTable("上期的说明", (Column("沿用", 64), Column("疑问和上期的说明")), row_height=46)
        self.list.opened.connect(self.turn)
        self.whole = words("", role="hint", wrap=True, select=True)
        self.list.picked.connect(lambda place: self.whole.setText(f"上期：{self._suggested[place].text}"))
        self.body.addWidget(self.list)
        self.body.addWidget(self.whole)
        self.add_button("取消")
        self.yes = self.add_button(self._said, accept=True, kind="primary")
        self._show()
        self.list.fit(MOST if QGuiApplication.primaryScreen().availableSize().height() > LOW else FEW)
        self.list.selectRow(0)
        self.list.setFocus()

    @property
    def chosen(self) -> tuple["Suggested", ...]:
        """Return what is to be taken over."""
        return tuple(one for place, one in enumerate(self._suggested) if place not in self._left)

    @property
    def _said(self) -> str:
        return f"沿用 {len(self.chosen)} 条"

    def turn(self, place: int) -> None:
        """Leave one out, or take it in again."""
        self._left ^= {place}
        self._show()

    def _show(self) -> None:
        self.list.show_rows([self._row(place) for place in range(len(self._suggested))], keep=self.list.current())
        self.yes.setText(self._said)
        self.yes.setEnabled(bool(self.chosen))

    def _row(self, place: int) -> Row:
        one, left = self._suggested[place], place in self._left
        said = f"{one.finding.place}：{one.finding.message}"
        colour = "text3" if left else "text"
        mark = Cell("不沿用" if left else "沿用", colour=colour)
        return Row((mark, Cell(said, detail=one.text, colour=colour, tip=f"{said}\n上期：{one.text}")), place)

"""The indicators of an assessment as a list: weight, target, figure, score, and what each still lacks."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView

from pairing_desktop.ui.rows import Cell, Column, RowsTable

if TYPE_CHECKING:
    from pairing_desktop.services.assessing import Line

LABEL = 1
COLUMNS = (Column("编号", 48), Column("指标"), Column("权重", 56, right=True), Column("目标", 116, right=True),
           Column("完成", 116, right=True), Column("得分", 56, right=True), Column("还缺", 150))


class IndicatorTable(RowsTable):
    """The indicators; whatever room the columns shown leave is the label's."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the label its room."""
        super().resizeEvent(event)
        self.fit_label()

    def choose(self, number: str) -> None:
        """Choose an indicator by its number."""
        for place, one in enumerate(self.rows.rows):
            if one.data == number:
                self.selectRow(place)

    def fit_label(self) -> None:
        """Let the label take what the columns shown leave."""
        others = sum(self.columnWidth(n) for n in range(len(COLUMNS)) if n != LABEL and not self.isColumnHidden(n))
        self.horizontalHeader().setSectionResizeMode(LABEL, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(LABEL, max(120, self.viewport().width() - others))


def cells(line: "Line") -> tuple[Cell, ...]:
    """Return an indicator's cells."""
    by_hand = line.nature == "定性"
    target, actual = (line.wanted, line.done) if by_hand else (line.target, line.actual)
    unit = "" if by_hand else line.unit
    differs = bool(line.drawn) and line.drawn != line.actual
    owed = "、".join(line.lacking)
    return (Cell(line.number), Cell(line.label, tip=f"{line.level1} · {line.level2}"), Cell(line.weight),
            Cell(target, unit=unit, tip=target),
            Cell(actual or "待填", unit=unit if actual else "", colour="query_mark" if differs else "text" if actual
                 else "text3", tip=f"按记录取数是 {line.drawn}{line.unit}" if differs else actual),
            Cell(line.score or "待评", colour="text" if line.score else "text3", weight=600 if line.missed else 400),
            Cell(owed or "齐全", colour="query_mark" if owed else "ok", size=12, tip=owed))

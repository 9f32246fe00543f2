"""The indicators of an assessment as a list: weight, target, figure, score, and what each still lacks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pairing_desktop.formspec.finding import Finding
from pairing_desktop.ui.assess_findings import is_open
from pairing_desktop.ui.finding_line import sentence
from pairing_desktop.ui.rows import Cell, Column, RowsTable

if TYPE_CHECKING:
    from pairing_desktop.services.assessing import Line

NAMES = {"actual": "完成值", "rating": "评分等级", "score": "自评得分", "done": "完成情况", "reason": "未达标原因",
         "measures": "改进措施", "target": "目标值", "evidence": "佐证材料"}
COLUMNS = (Column("编号", 48), Column("指标"), Column("权重", 56, right=True), Column("目标", 116, right=True),
           Column("完成", 116, right=True), Column("得分", 56, right=True), Column("还缺", 150))


class IndicatorTable(RowsTable):
    """The indicators."""

    def choose(self, number: str) -> None:
        """Choose an indicator by its number."""
        for place, one in enumerate(self.rows.rows):
            if one.data == number:
                self.selectRow(place)


def cells(line: "Line", found: Mapping[str, Finding]) -> tuple[Cell, ...]:
    """Return an indicator's cells; ``found`` is what the rules say of what was typed, by column."""
    by_hand = line.nature == "定性"
    target, actual = (line.wanted, line.done) if by_hand else (line.target, line.actual)
    unit = "" if by_hand else line.unit
    differs = bool(line.drawn) and line.drawn != line.actual
    waiting = [(NAMES.get(name, ""), one) for name, one in found.items() if is_open(one)]
    told = [f"{name}{'有误' if one.level == 'error' else '待说明'}" for name, one in waiting]
    owed = "、".join((*told, *line.lacking))
    bad = any(one.level == "error" for _, one in waiting)
    wrong = "actual" in found and found["actual"].level == "error"
    ink = "error" if wrong else "query" if differs else "text" if actual else "text3"
    return (Cell(line.number), Cell(line.label, tip=f"{line.level1} · {line.level2}"), Cell(line.weight),
            Cell(target, unit=unit, tip=target),
            Cell(actual or "待填", unit=unit if actual else "", colour=ink,
                 tip=f"按记录取数是 {line.drawn}{line.unit}" if differs else actual),
            Cell(line.score or "待评", colour="text" if line.score else "text3", weight=600 if line.missed else 400),
            Cell(owed or "齐全", colour="error" if bad else "query" if owed else "ok", size=12,
                 tip="\n".join(filter(None, (owed, *(sentence(one) for _, one in waiting))))))

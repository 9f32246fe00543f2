"""A column of 限定词 is read with the figures at its left, as the program's own workbooks have it."""

from pathlib import Path

import pytest

from pairing_desktop.services.workspace import Workspace
from tests.services import sheets

HEADS = ("企业名称", "从业人员（人）", "限定词", "年营业收入（万元）", "限定词")


@pytest.mark.parametrize(("figure", "word", "mark"), [
    (10, "约", "约"), (99, "以上", "以上"), ("1,234", "近", "近"), (10, "—", ""), (10, None, ""), (10, "大约", "约")])
def test_the_word_beside_a_figure_is_its_qualifier(county_ws: Workspace, tmp_path: Path, figure: object,
                                                   word: str | None, mark: str) -> None:
    path = sheets.write(tmp_path / "表.xlsx", [HEADS, ("甲公司", figure, word, 5, "—"), ("乙公司", 20, "—", 6, "左右")])
    _, plan = sheets.plan(county_ws, path, "enterprise", keep_errors=True)
    first, second = (row.fate.payload for row in plan.rows)
    assert first["values"]["staff"] == int(str(figure).replace(",", ""))
    assert first.get("marks", {}).get("staff", {}).get("qualifier", "") == mark
    assert second["marks"] == {"revenue": {"qualifier": "左右"}}
    assert "“限定词”：和“从业人员（人）”一起读" in plan.notes
    assert not any("没有对应填报项" in note for note in plan.notes)


def test_a_word_that_is_none_is_told(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "表.xlsx", [HEADS, ("甲公司", 10, "待核", 5, None), ("乙公司", 10, None, 5, None)])
    _, plan = sheets.plan(county_ws, path, "enterprise")
    told = [(one.row, one.message) for one in plan.findings if one.field == "staff"]
    assert [row for row, _ in told] == [2]
    assert "待核10" in told[0][1]


def test_a_column_of_that_name_beside_nothing_that_is_read_is_left(county_ws: Workspace, tmp_path: Path) -> None:
    rows = [("企业名称", "甲乙数", "限定词"), ("甲公司", 10, "约"), ("乙公司", 1, "约")]
    _, plan = sheets.plan(county_ws, sheets.write(tmp_path / "表.xlsx", rows), "enterprise")
    assert any("没有对应填报项的列没有读：甲乙数、限定词" in note for note in plan.notes)

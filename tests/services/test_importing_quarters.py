"""Sheets that hold several quarters, or say that they are of another one than is imported into."""

from pathlib import Path
from typing import Any

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import importing, importing_columns, importing_writing
from pairing_desktop.services.importing import Plan
from pairing_desktop.services.importing_plan import Target
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets, small
from tests.services.small import QUARTER

HEADS = ("园区", "季度", "累计投资（万元）")
PARK = "竹产业园"
PARK_TARGETS = (Target("tax", "税收", "万元", figure=True), Target("area", "规划面积", "亩", figure=True, point=True))


def planned(ws: Workspace, path: Path, *rows: tuple[Any, ...]) -> Plan:
    small.fill(ws)
    return sheets.plan(ws, sheets.write(path, rows), "sheet")[1]


def totals(plan: Plan) -> list[str]:
    return [row.fate.payload["values"]["total"] for row in plan.rows]


@pytest.mark.parametrize("words", ["2024年二季度", "二季度", "第2季度", "2024Q2", "2024年度第二季度", "本季度",
                                   "24年2季度", "2024年1-6月", "上半年", "截至2024年6月底",
                                   "2024年4—6月份", "一至二季度累计"])
def test_of_several_quarters_the_chosen_ones_row_is_read(ws: Workspace, tmp_path: Path, words: str) -> None:
    rows = [(PARK, "2024年一季度", 41), (PARK, words, 42), (PARK, "2023年二季度", 43), (PARK, "三季度累计", 83),
            (PARK, "去年同期", 44), (PARK, "2023年", 45)]
    plan = planned(ws, tmp_path / "表.xlsx", HEADS, *rows)
    assert (totals(plan), [row.number for row in plan.rows]) == (["42"], [3])
    assert "“季度”：只读2024年二季度的" in plan.notes
    assert plan.skipped[0].message == "写的是“2024年一季度”，这次导入的是2024年二季度，不导入"
    others = "第2行“2024年一季度”、第4行“2023年二季度”、第5行“三季度累计”、第6行“去年同期”、第7行“2023年”"
    assert f"别的季度的没有读：{others}" in plan.notes


def test_what_was_reached_since_the_year_began_comes_before_the_quarter_alone(ws: Workspace, tmp_path: Path) -> None:
    """As the forms ask for it."""
    rows = [(PARK, "二季度", 42), (PARK, "1-2季度累计", 83)]
    plan = planned(ws, tmp_path / "表.xlsx", HEADS, *rows)
    assert totals(plan) == ["83"]
    assert "只是一季的没有读，读了本年累计的：第2行“二季度”" in plan.notes


def test_a_quarter_without_its_year_is_of_the_titles(ws: Workspace, tmp_path: Path) -> None:
    small.fill(ws)
    path = sheets.write(tmp_path / "表.xlsx", [("2023年园区情况",), HEADS, (PARK, "二季度", 42)])
    with pytest.raises(Trouble, match="里没有2024年二季度的数"):
        sheets.plan(ws, path, "sheet")


def test_a_years_column_says_the_year_of_a_bare_number(ws: Workspace, tmp_path: Path) -> None:
    rows = [("园区", "年度", "季度", "累计投资（万元）"), (PARK, 2023, 2, 41), (PARK, 2024, 1, 42), (PARK, 2024, 2, 43)]
    assert totals(planned(ws, tmp_path / "表.xlsx", *rows)) == ["43"]


def test_a_row_that_names_no_quarter_among_others_is_refused(ws: Workspace, tmp_path: Path) -> None:
    """One below a row of the same park goes on with it."""
    rows = [(PARK, "2024年一季度", 41), ("生物产业园", None, 42), (PARK, "二季度", 43)]
    plan = planned(ws, tmp_path / "表.xlsx", HEADS, *rows)
    assert [(row.number, row.fate.state) for row in plan.rows] == [(3, "refused"), (4, "changed")]
    assert "没有写明是哪个季度的" in [one.message for one in plan.findings]


def test_quarters_in_columns_are_told_apart_as_well(ws: Workspace, tmp_path: Path) -> None:
    plan = planned(ws, tmp_path / "表.xlsx", ("指标", "一季度", "二季度", "去年同期"), ("园区", *[PARK] * 3),
                   ("累计投资（万元）", 41, 42, 83), ("说明", "甲", "乙", "丙"))
    assert totals(plan) == ["42"]
    assert "别的季度的没有读：第B列“一季度”、第D列“去年同期”" in plan.notes


HEADED = {
    ("累计投资·一季度", "累计投资·二季度"): ("42", "“累计投资·一季度”：是2024年一季度的，没有读"),
    ("一季度累计投资", "二季度累计投资（万元）"): ("42", "“一季度累计投资”：是2024年一季度的，没有读"),
    ("2023年二季度累计投资", "2024年二季度累计投资"): ("42", "“2023年二季度累计投资”：是2023年二季度的，没有读"),
    ("上年同期累计投资", "累计投资"): ("42", "“上年同期累计投资”：是2023年二季度的，没有读"),
    ("累计投资·二季度", "累计投资·1—6月"): ("42", "“累计投资·二季度”：只是这一季的，没有读，读了本年累计的"),
    ("累计投资（1-3月）", "累计投资（1-6月）"): ("42", "“累计投资(1-3月)”：是2024年一季度的，没有读"),
}


@pytest.mark.parametrize("named", HEADED)
def test_of_a_head_for_each_quarter_the_chosen_ones_is_read(ws: Workspace, tmp_path: Path,
                                                            named: tuple[str, str]) -> None:
    figure, note = HEADED[named]
    parts = [one.split("·") for one in named]
    lines = list(zip(*parts, strict=True))
    small.fill(ws)
    merged = ["A1:A2", *(["B1:C1"] if lines[0][0] == lines[0][1] else [])] if len(lines) > 1 else []
    path = sheets.book(tmp_path / "表.xlsx", {"一": [("园区", *lines[0]), *((None, *one) for one in lines[1:]),
                                                  (PARK, 41, 42)]}, {"一": merged})
    plan = sheets.plan(ws, path, "sheet")[1]
    assert totals(plan) == [figure]
    assert note in [one.replace("（1-3月）", "(1-3月)") for one in plan.notes]


def test_a_quarter_above_several_heads_holds_for_them_all(ws: Workspace, tmp_path: Path) -> None:
    small.fill(ws)
    rows = [("园区", "一季度", None, "二季度", None), (None, *("累计投资", "说明") * 2), (PARK, 41, "甲", 42, "乙")]
    path = sheets.book(tmp_path / "表.xlsx", {"一": rows}, {"一": ["A1:A2", "B1:C1", "D1:E1"]})
    plan = sheets.plan(ws, path, "sheet")[1]
    values = plan.rows[0].fate.payload["values"]
    assert (values["total"], values["words"]) == ("42", "乙")
    assert "“一季度·累计投资”、“一季度·说明”：是2024年一季度的，没有读" in plan.notes


ACROSS = {
    ("上年同期", "2024年1-6月", "同比（%）"): "42", ("上年", "本年", "增幅"): "42",
    ("全年目标", "1-6月完成", "完成率"): "42",
    ("本季", "累计", "同比"): "42", ("一季度", "上半年", "备注"): "42"}


@pytest.mark.parametrize("named", ACROSS)
def test_above_columns_of_figures_growth_and_targets_are_told_apart(ws: Workspace, tmp_path: Path,
                                                                    named: tuple[str, ...]) -> None:
    """As every county gives its indicators: the time meant is never the first for being the first."""
    plan = planned(ws, tmp_path / "表.xlsx", ("指标", *named), ("园区", *[PARK] * 3), ("累计投资（万元）", 41, 42, 43),
                   ("说明", "甲", "乙", "丙"))
    assert totals(plan) == [ACROSS[named]]


def test_where_each_quarter_has_a_column_none_is_the_years(ws: Workspace, tmp_path: Path) -> None:
    small.fill(ws)
    heads = ("园区名称", "一季度税收", "二季度税收", "一季度规划面积", "二季度规划面积")
    path = sheets.write(tmp_path / "表.xlsx", [heads])
    found = importing_columns.layout(importing.look(path).book.sheet("Sheet"), 0, PARK_TARGETS, quarter=QUARTER).columns
    assert [one.target for one in found] == ["", "", "", "", "area"]
    assert found[2].note == "各季分开写，只是这一季的数，没有读，这一项要本年累计的"


def test_a_choice_of_columns_made_for_another_quarter_is_not_taken_up(ws: Workspace, tmp_path: Path) -> None:
    small.fill(ws)
    heads = ("园区", "一季度累计投资", "二季度累计投资")
    source, plan = sheets.plan(ws, sheets.write(tmp_path / "表.xlsx", [heads, (PARK, 41, 42)]), "sheet",
                               quarter="2024Q1")
    assert totals(plan) == ["41"]
    importing_writing.carry_out(ws, plan)
    again = importing.layout_of(ws, source, form="sheet", quarter="2024Q1")
    later = importing.layout_of(ws, source, form="sheet", quarter=QUARTER)
    assert (again.remembered, again.targets["total"].place) == (True, 1)
    assert (later.remembered, later.targets["total"].place) == (False, 2)


def test_a_column_that_is_no_quarter_tells_nothing(ws: Workspace, tmp_path: Path) -> None:
    plan = planned(ws, tmp_path / "表.xlsx", ("园区", "批次", "累计投资（万元）"), (PARK, "一季度推荐", 41))
    assert totals(plan) == ["41"]


def test_another_quarter_in_the_title_is_told(ws: Workspace, tmp_path: Path) -> None:
    rows = [("2023年四季度园区情况",), ("园区", "累计投资（万元）"), (PARK, 42)]
    plan = planned(ws, tmp_path / "表.xlsx", *rows)
    assert plan.notes[0] == "表上写的是2023年四季度，这次导入到2024年二季度，请核对"
    source = importing.look(tmp_path / "表.xlsx")
    told = importing.quarter_told(ws, source, plan.layout, form="sheet")
    assert told == "2023Q4"
    assert importing.dry_run(ws, source, plan.layout, form="sheet", quarter=told).notes == ()
    assert importing.quarter_told(ws, source, plan.layout, form="firm") == "", "no form of quarters"


def test_a_title_of_the_quarter_itself_or_of_two_says_nothing(ws: Workspace, tmp_path: Path) -> None:
    heads, row = ("园区", "累计投资（万元）"), (PARK, 42)
    assert planned(ws, tmp_path / "表.xlsx", ("2024年第二季度园区情况",), heads, row).notes == ()
    path = sheets.write(tmp_path / "乙.xlsx", [("2024年一季度与2023年一季度比较",), heads, row])
    assert sheets.plan(ws, path, "sheet", quarter=QUARTER)[1].notes == ()

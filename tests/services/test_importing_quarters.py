"""Sheets that hold several quarters, or say that they are of another one than is imported into."""

from pathlib import Path
from typing import Any

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import importing
from pairing_desktop.services.importing import Plan
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets, small
from tests.services.small import QUARTER

HEADS = ("园区", "季度", "累计投资（万元）")
PARK = "竹产业园"


def planned(ws: Workspace, path: Path, *rows: tuple[Any, ...]) -> Plan:
    small.fill(ws)
    return sheets.plan(ws, sheets.write(path, rows), "sheet")[1]


def totals(plan: Plan) -> list[str]:
    return [row.fate.payload["values"]["total"] for row in plan.rows]


@pytest.mark.parametrize("words", ["2024年二季度", "二季度", "第2季度", "2024Q2", "2024年度第二季度", "本季度"])
def test_of_several_quarters_the_chosen_ones_row_is_read(ws: Workspace, tmp_path: Path, words: str) -> None:
    rows = [(PARK, "2024年一季度", 41), (PARK, words, 42), (PARK, "2023年二季度", 43), (PARK, "1-2季度累计", 83),
            (PARK, "去年同期", 44)]
    plan = planned(ws, tmp_path / "表.xlsx", HEADS, *rows)
    assert (totals(plan), [row.number for row in plan.rows]) == (["42"], [3])
    assert plan.skipped[0].message == "写的是“2024年一季度”，这次导入的是2024年二季度，不导入"
    assert {"“季度”：只读2024年二季度的", "跳过别的季度或累计数 4 行"} <= set(plan.notes)


def test_a_quarter_without_its_year_is_of_the_titles(ws: Workspace, tmp_path: Path) -> None:
    small.fill(ws)
    path = sheets.write(tmp_path / "表.xlsx", [("2023年园区情况",), HEADS, (PARK, "二季度", 42)])
    with pytest.raises(Trouble, match="里没有2024年二季度的数"):
        sheets.plan(ws, path, "sheet")


def test_quarters_in_columns_are_told_apart_as_well(ws: Workspace, tmp_path: Path) -> None:
    plan = planned(ws, tmp_path / "表.xlsx", ("指标", "一季度", "二季度", "1-2季度累计"), ("园区", *[PARK] * 3),
                   ("累计投资（万元）", 41, 42, 83), ("说明", "甲", "乙", "丙"))
    assert totals(plan) == ["42"]


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

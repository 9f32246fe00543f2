"""Lists one below the other on a sheet, each with heads of its own."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from pairing_desktop.services import importing, importing_refused
from pairing_desktop.services.importing import Plan, Source
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets
from tests.services.sheets import Lines

QUARTER = "2024Q2"
UPPER: Lines = (("一、规上企业",), ("企业名称", "从业人员", "营业收入（万元）"), ("甲公司", 10, 100),
                ("乙公司", 11, 200))
LOWER: Lines = (("企业名称", "联系电话", "从业人员"), ("丙公司", "0578-1", 12), ("丁公司", "0578-2", "很多"))


def planned(ws: Workspace, path: Path) -> tuple[Source, Plan]:
    return sheets.plan(ws, path, "enterprise", quarter=QUARTER, given={"county": "遂昌县", "figures_year": "2023"})


def shown(plan: Plan) -> list[tuple[str, ...]]:
    values = [row.fate.payload["values"] for row in plan.rows]
    return [(row.place.short, *(str(one.get(name, "")) for name in ("name", "staff", "revenue", "phone")))
            for row, one in zip(plan.rows, values, strict=True)]


FIRST = [("3", "甲公司", "10", "100", ""), ("4", "乙公司", "11", "200", "")]


@pytest.mark.parametrize("between", [[], [()], [(), ("二、规下企业",)], [("规下企业",), ()]], ids=range(4))
def test_each_list_is_read_by_its_own_heads(county_ws: Workspace, tmp_path: Path,
                                            between: list[tuple[str, ...]]) -> None:
    source, plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [*UPPER, *between, *LOWER]))
    head = 5 + len(between)
    assert shown(plan) == [*FIRST, (str(head + 1), "丙公司", "12", "", "0578-1"),
                           (str(head + 2), "丁公司", "", "", "0578-2")]
    assert f"第 {head} 行另起表头，和上面的不同，下面的按各自的表头读入" in plan.notes
    assert f"“联系电话”：只有第 {head} 行起的名单有" in plan.notes
    page = load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx")).worksheets[0]
    kept = [[cell.value for cell in line] for line in page.iter_rows(min_row=2)]
    assert kept == [["企业名称", "从业人员", "营业收入（万元）", "联系电话"], ["丁公司", "很多", None, "0578-2"]]


def test_the_first_list_counts_though_the_second_has_more_labels(county_ws: Workspace, tmp_path: Path) -> None:
    lower = [("企业名称", "联系电话", "从业人员", "主要产品", "联系人"), ("丙公司", "0578-1", 12, "竹", "张三")]
    _, plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [*UPPER, (), *lower]))
    assert [row.fate.label for row in plan.rows] == ["甲公司", "乙公司", "丙公司"]


def test_the_lower_list_alone_is_read_where_its_head_is_chosen(county_ws: Workspace, tmp_path: Path) -> None:
    source = importing.look(sheets.write(tmp_path / "表.xlsx", [*UPPER, *LOWER]))
    layout = importing.layout_of(county_ws, source, form="enterprise", head=4)
    plan = importing.dry_run(county_ws, source, layout, form="enterprise", quarter=QUARTER)
    assert [row.fate.label for row in plan.rows] == ["丙公司", "丁公司"]


def test_other_sheets_lower_lists_come_with_them(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.book(tmp_path / "表.xlsx", {"妙高": UPPER, "云峰": [*UPPER[1:], (), *LOWER]})
    source = importing.look(path)
    layout = importing.layout_of(county_ws, source, form="enterprise", also=["云峰"])
    plan = importing.dry_run(county_ws, source, layout, form="enterprise", quarter=QUARTER, keep_errors=True)
    assert [row.place.short for row in plan.rows] == ["妙高 3", "妙高 4", "云峰 2", "云峰 3", "云峰 6", "云峰 7"]
    assert shown(plan)[4][1:] == ("丙公司", "12", "", "0578-1")


def test_records_of_words_are_no_heads(county_ws: Workspace, tmp_path: Path) -> None:
    _, plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [
        ("企业名称", "联系人", "主要产品"), ("甲公司", "张三", "竹"), ("企业名称", "联系人", "主要产品"),
        ("乙公司", "联系人", "木"), ("丙公司", "李四", None)]))
    assert [row.fate.label for row in plan.rows] == ["甲公司", "乙公司", "丙公司"]
    assert not any("另起表头" in note for note in plan.notes)

"""A table's unit told once: above it, in its title, below it, in a column; what it is then read as is said."""

from pathlib import Path
from typing import Any

import pytest

from pairing_desktop.services import importing, importing_refused
from pairing_desktop.services.importing import Plan
from pairing_desktop.services.importing_together import OTHER_UNIT
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets

HEADS = ("企业名称", "从业人员", "营业收入")
ROWS: tuple[tuple[Any, ...], ...] = (("甲公司", 10, 1000), ("乙公司", 20, "2,000"))
QUARTER = "2024Q2"


def planned(ws: Workspace, path: Path) -> Plan:
    return sheets.plan(ws, path, "enterprise", quarter=QUARTER, keep_errors=True)[1]


def figures(plan: Plan) -> list[tuple[str | None, int | None]]:
    return [(row.fate.payload["values"].get("revenue"), row.fate.payload["values"].get("staff")) for row in plan.rows]


TOLD: dict[str, tuple[list[tuple[Any, ...]], str]] = {
    "单位：千元": ([("", "", "单位：千元")], "100"),
    "金额单位 ： 元": ([("金额单位 ： 元", "", "2023年")], "0.1"),
    "单位：百万元": ([("单位:百万元",)], "100000"),
    "计量单位：人、千元": ([("计量单位：人、千元",)], "100"),
    "币种：人民币 单位：元": ([("币种：人民币  单位：元",)], "0.1"),
    "单位：人民币亿元": ([("单位：人民币亿元",)], "10000000"),
    "2023年企业情况（单位：千元）": ([("2023年企业情况（单位：千元）",)], "100"),
    "企业情况表（亿元）": ([("企业情况表（亿元）",)], "10000000"),
    "说明": ([("说明：本表由各乡镇报送，单位：千元，请于每月5日前上报。",)], "100"),
    "以千元为单位": ([("表内数据以千元为单位",)], "100"),
    "单位：千元（不含税）": ([("单位：千元（不含税）",)], "100"),
    "单位：千元人民币": ([("单位：千元人民币",)], "100"),
    "人民币：千元": ([("人民币：千元",)], "100"),
    "单位 千元": ([("单位 千元",)], "100"),
    "单位：台（套）、千元": ([("单位：台（套）、千元",)], "100"),
    "千元": ([("", "", "千元")], "100"),
    "除从业人员外单位均为千元": ([("除从业人员外单位均为千元",)], "100"),
    "注：表中金额为千元": ([("注：表中金额为千元",)], "100"),
    "单  位：千元": ([("单  位︰千元",)], "100"),
    "以千元表示": ([("本表金额均以千元表示",)], "100"),
    "单位∶千元": ([("单位∶千元",)], "100"),
    "金额以千元计": ([("1000元以上的列入；金额以千元计",)], "100"),
    "本表单位为千元": ([("本表单位为千元",)], "100"),
    "单位：人/千元": ([("单位：人/千元",)], "100"),
    "单位： | 千元": ([("2023年", "单位：", "千元")], "100"),
    "计量单位 | 千元": ([("计量单位", "千元")], "100"),
}


@pytest.mark.parametrize("words", TOLD)
def test_a_unit_above_the_heads_holds_for_the_figures_below(county_ws: Workspace, tmp_path: Path, words: str) -> None:
    above, first = TOLD[words]
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [*above, HEADS, *ROWS]))
    assert figures(plan)[0] == (first, 10)
    assert any(note.startswith("“营业收入”：表里写了“") and note.endswith("折算为万元") for note in plan.notes)


NOTHING = [
    "单位：遂昌县经信局", "单位：元立集团", "填报单位：人民医院", "单位：万元", "单位：亩", "单位：家",
    "单位：元/吨", "单位：元/人",
    "注：税收单位为元", "说明：上年表单位为千元，本年改为万元", "注：营业收入以亿元为单位的请换算成万元",
    "遂昌县产值超（亿元）企业情况",
]


@pytest.mark.parametrize("words", NOTHING)
def test_what_is_no_other_unit_of_the_figures_changes_nothing(county_ws: Workspace, tmp_path: Path,
                                                              words: str) -> None:
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [(words,), HEADS, *ROWS]))
    assert figures(plan) == [("1000", 10), ("2000", 20)]
    assert not any("折算" in note for note in plan.notes)


def test_a_note_below_holds_for_the_column_that_it_names(county_ws: Workspace, tmp_path: Path) -> None:
    foot = ("注：营业收入单位为千元",)
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [("单位：万元",), HEADS, *ROWS, foot]))
    assert figures(plan) == [("100", 10), ("200", 20)]
    assert "“营业收入”：表里写了“单位为千元”，千元折算为万元" in plan.notes


def test_a_head_that_names_its_unit_counts_before_the_tables(county_ws: Workspace, tmp_path: Path) -> None:
    heads = (*HEADS[:2], "营业收入（万元）")
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [("单位：元",), heads, *ROWS]))
    assert figures(plan) == [("1000", 10), ("2000", 20)]


def test_of_two_units_told_neither_is_taken_and_it_is_said(county_ws: Workspace, tmp_path: Path) -> None:
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [("（单位：元）",), ("单位：千元",), HEADS, *ROWS]))
    assert figures(plan)[0] == ("1000", 10)
    assert "“营业收入”：表里写了“单位：元”“单位：千元”，不知道用哪一个，按万元读入，请核对" in plan.notes


def test_each_rows_own_unit_is_its_figures(county_ws: Workspace, tmp_path: Path) -> None:
    rows = [(*ROWS[0], "千元"), (*ROWS[1], "亿元"), ("丙公司", 5, 7, "万元"), ("丁公司", 6, 8, None)]
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [(*HEADS, "单位"), *rows]))
    assert figures(plan) == [("100", 10), ("20000000", 20), ("7", 5), ("8", 6)]
    assert "“单位”：没有写单位的列，各行的数按这一列的单位读入" in plan.notes


def test_a_column_of_employers_is_no_column_of_units(county_ws: Workspace, tmp_path: Path) -> None:
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [(*HEADS, "单位"), (*ROWS[0], "经信局")]))
    assert figures(plan) == [("1000", 10)]


def test_the_unit_holds_for_columns_chosen_by_a_person(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "表.xlsx", [("单位：千元",), ("企业名称", "规模"), ("甲公司", 1000)])
    source = importing.look(path)
    layout = importing.layout_of(county_ws, source, form="enterprise", columns={0: "name", 1: "revenue"})
    plan = importing.dry_run(county_ws, source, layout, form="enterprise", quarter=QUARTER, keep_errors=True)
    assert figures(plan) == [("100", None)]


def test_sheets_of_other_units_are_read_together_each_in_its_own(county_ws: Workspace, tmp_path: Path) -> None:
    """Told above the heads or by them; what is read together is told."""
    own = (*HEADS[:2], "营业收入（亿元）")
    path = sheets.book(tmp_path / "表.xlsx", {
        "妙高": [("单位：万元",), HEADS, *ROWS], "石练": [("单位：元",), HEADS, *ROWS], "云峰": [HEADS, *ROWS],
        "大柘": [own, ("丙公司", 30, 0.1)]})
    source = importing.look(path)
    also = ("石练", "云峰", "大柘")
    layout = importing.layout_of(county_ws, source, form="enterprise", also=also)
    assert (layout.others, dict(layout.unlike)) == (also, {"石练": OTHER_UNIT, "大柘": OTHER_UNIT})
    plan = importing.dry_run(county_ws, source, layout, form="enterprise", quarter=QUARTER, keep_errors=True)
    assert figures(plan) == [("1000", 10), ("2000", 20), ("0.1", 10), ("0.2", 20), ("1000", 10), ("2000", 20),
                             ("1000", 30)]
    assert "“营业收入”：石练里是元，折算为万元；大柘里是亿元，折算为万元" in plan.notes
    chosen = importing.layout_of(county_ws, source, form="enterprise", also=also, sheet=layout.sheet, head=layout.head,
                                 columns={c.place: c.target for c in layout.columns})
    assert chosen.columns == layout.columns


def test_the_first_sheets_own_unit_is_not_the_others(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.book(tmp_path / "表.xlsx", {
        "妙高": [(*HEADS[:2], "营业收入（亿元）"), ("甲公司", 1, 0.5)], "云峰": [HEADS, ("乙公司", 2, 7)]})
    source = importing.look(path)
    layout = importing.layout_of(county_ws, source, form="enterprise", also=("云峰",))
    plan = importing.dry_run(county_ws, source, layout, form="enterprise", quarter=QUARTER, keep_errors=True)
    assert figures(plan) == [("5000", 1), ("7", 2)]
    assert "“营业收入（亿元）”：亿元折算为万元；云峰里是万元" in plan.notes


def test_a_list_further_down_has_its_own_unit_or_the_first_ones(county_ws: Workspace, tmp_path: Path) -> None:
    lower = ("企业名称", "营业收入", "联系人")
    for between, then in (([], "0.7"), ([("规下企业",), ("单位：亿元",)], "70000"), ([("单位：万元",)], "7")):
        path = sheets.write(tmp_path / "表.xlsx", [
            ("单位：千元",), HEADS, ROWS[0], *between, lower, ("丙公司", 7, "张三")])
        source, plan = sheets.plan(county_ws, path, "enterprise", quarter=QUARTER)
        assert figures(plan) == [("100", 10), (then, None)]
        again = planned(county_ws, importing_refused.save(source, plan, tmp_path / "拒收.xlsx"))
        assert figures(again) == figures(plan), "for want of their county they are refused"


@pytest.mark.parametrize("between", [
    [("二、规下企业", None, "单位：元")], [("单位：元",), ("二、规下企业",)], [("二、规下企业（单位：元）",), ()],
], ids=range(3))
@pytest.mark.parametrize("lower", [HEADS, ("企业名称", "从业人员", "营业收入", "联系人")], ids=["same", "other"])
def test_a_unit_between_two_lists_is_the_lower_ones(county_ws: Workspace, tmp_path: Path,
                                                    between: list[tuple[Any, ...]], lower: tuple[str, ...]) -> None:
    """Whether its heads are the same again or not; nothing between them is a record."""
    path = sheets.write(tmp_path / "表.xlsx", [
        ("一、规上企业", None, "单位：万元"), HEADS, ROWS[0], (), *between, lower, ("丙公司", 7, 20000)])
    assert figures(planned(county_ws, path)) == [("1000", 10), ("2", 7)]


@pytest.mark.parametrize("head", [
    "营业收入（千）元", "营业收入（单位：千元，含税）", "营业收入(千元、含税)", "营业收入/千元", "营业收入 千元",
    "营业收入：千元", "营业收入，千元", "营业收入\n千元", "营业收入〔千元〕", "营业收入千元"])
def test_a_head_names_its_unit_in_many_ways(county_ws: Workspace, tmp_path: Path, head: str) -> None:
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [(*HEADS[:2], head), *ROWS]))
    assert figures(plan) == [("100", 10), ("200", 20)]


def test_a_head_whose_unit_is_not_read_is_said(county_ws: Workspace, tmp_path: Path) -> None:
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [(*HEADS[:2], "千元营业收入"), *ROWS]))
    assert "“千元营业收入”：表头里写了“千元营业收入”，没有看懂，按万元读入，请核对" in plan.notes


@pytest.mark.parametrize("words", ["营收单位：千元", "单位：仟元", "单位：亿", "单位：元整"])
def test_a_unit_of_money_that_is_not_read_is_said(county_ws: Workspace, tmp_path: Path, words: str) -> None:
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [(words,), HEADS, *ROWS]))
    assert f"“营业收入”：表里写了“{words}”，没有看懂，按万元读入，请核对" in plan.notes


@pytest.mark.parametrize("unit", ["万美元", "美元", "港元"])
def test_sums_of_foreign_money_are_refused(county_ws: Workspace, tmp_path: Path, unit: str) -> None:
    """Told once for all: nobody's rate of exchange is guessed."""
    plan = planned(county_ws, sheets.write(tmp_path / "表.xlsx", [(f"单位：{unit}",), HEADS, ROWS[0]]))
    refused = [(one.field, one.level) for one in plan.findings if unit in one.message]
    assert refused == [("revenue", "error")]
    assert any(f"表里写了“单位：{unit}”，外币不能折算，请先换算成万元" in note for note in plan.notes)

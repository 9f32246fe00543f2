"""A county's own table: one line for each indicator under its project, a column to tick for each title of a firm."""

from pathlib import Path

import openpyxl
import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec import reference
from pairing_desktop.services import (
    entering,
    importing,
    importing_alike,
    importing_given,
    importing_refused,
    importing_writing,
)
from pairing_desktop.services.importing import Plan, Source
from pairing_desktop.services.importing_lacking import lacking
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets

QUARTER = "2024Q2"
HEADS = ("企业名称", "项目序号", "合同额（万元）", "指标", "计量单位", "基期值", "对比期值")
LINES = [("双彩", "1", 68, "一次合格率", "%", 65.2, 99), (None, None, None, "准交率", "%", 80, 92),
         ("兰亭", "2", 52, "不良率", "%", 3.2, 1.1), ("兰亭", "2", 52, "库存周转", "天", 40, 31)]


@pytest.fixture
def ws(county_ws: Workspace) -> Workspace:
    return county_ws


def planned(ws: Workspace, path: Path, form: str) -> tuple[Source, Plan]:
    return sheets.plan(ws, path, form, quarter=QUARTER, keep_errors=True)


def kpis(ws: Workspace, key: str) -> list[list[str]]:
    draft = entering.open_record(ws, form="lean_project", key=key, quarter=QUARTER).draft
    return [[draft.text(f"kpis/{row}/{c}") for c in ("indicator", "unit", "before", "after")]
            for row in draft.rows("kpis")]


def test_lines_under_one_project_are_its_indicators(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "项目.xlsx", [HEADS, *LINES])
    source = importing.look(path)
    found = importing.layout_of(ws, source, form="lean_project").targets
    assert {"enterprise", "serial", "contract_sum", "kpis.indicator", "kpis.unit", "kpis.before"} <= set(found)
    _, plan = planned(ws, path, "lean_project")
    assert [row.place.short for row in plan.rows] == ["2—3", "4—5"]
    assert any("2 行" in note and "明细" in note for note in plan.notes)
    importing_writing.carry_out(ws, plan)
    assert kpis(ws, plan.rows[0].fate.key) == [["一次合格率", "%", "65.2", "99"], ["准交率", "%", "80", "92"]]
    assert [row[0] for row in kpis(ws, plan.rows[1].fate.key)] == ["不良率", "库存周转"]


def test_the_same_table_with_its_parents_merged(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "项目.xlsx", [HEADS, *LINES[:2]])
    book = openpyxl.load_workbook(path)
    for column in "ABC":
        book.active.merge_cells(f"{column}2:{column}3")  # type: ignore[union-attr]
    book.save(path)
    _, plan = planned(ws, path, "lean_project")
    (row,) = plan.rows
    assert [r["values"]["indicator"] for r in row.fate.payload["values"]["kpis"]] == ["一次合格率", "准交率"]


def test_a_figure_that_the_program_computes_otherwise_is_told(ws: Workspace, tmp_path: Path) -> None:
    heads = (*HEADS[:5], "给出方式", *HEADS[5:], "改进幅度", "幅度单位")
    lines = [("双彩", "1", 68, "人均产值", "万元/人", "前后值计算", 100, 125, 33, "%"),
             (None, None, None, "库存周转", "天", "前后值计算", 40, 30, -25, "%")]
    _, plan = planned(ws, sheets.write(tmp_path / "项目.xlsx", [heads, *lines]), "lean_project")
    (row,) = plan.rows
    told = [(f.row, f.field, f.message) for f in row.fate.findings if "程序算得" in f.message]
    assert [(number, field) for number, field, _ in told] == [(2, "kpis.improvement")]
    assert "33" in told[0][2]
    assert "25" in told[0][2]
    assert [r["values"]["improvement"] for r in row.fate.payload["values"]["kpis"]] == ["25", "-25"]


def test_a_refused_project_comes_back_with_all_its_lines(ws: Workspace, tmp_path: Path) -> None:
    bad = [("没有这家", "3", 40, "一次合格率", "%", 65, 70), (None, None, None, "准交率", "%", "约八成", 92)]
    path = sheets.write(tmp_path / "项目.xlsx", [HEADS, *LINES[:2], *bad])
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form="lean_project")
    plan = importing.dry_run(ws, source, layout, form="lean_project", quarter=QUARTER)
    page = openpyxl.load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx")).active
    assert page is not None
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert [row[3] for row in rows] == ["一次合格率", "准交率"] * 2
    assert page["F5"].comment is not None, "the reason stands at the line's own cell"
    assert "约八成" in page["F5"].comment.text


def test_ticks_in_columns_of_their_own_are_the_choices(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "企业.xlsx", [
        ("企业名称", "所在县（市、区）", "专精特新", "小巨人", "上市"), ("甲公司", "遂昌县", "√", "√", None),
        ("乙公司", "遂昌县", "×", None, "是"), ("丙公司", "遂昌县", None, None, None),
        ("丁公司", "遂昌县", "2021年", None, None)])
    _, plan = planned(ws, path, "enterprise")
    assert [row.fate.payload["values"].get("honours") for row in plan.rows] == [
        ["专精特新", "小巨人"], ["上市"], None, None]
    (odd,) = [f for f in plan.findings if "打勾" in f.message]
    assert (odd.row, odd.column, odd.level) == (5, 2, "error")


def test_a_single_head_of_a_table_is_not_taken_for_lines(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "项目.xlsx", [("企业名称", "项目序号", "指标"), ("双彩", "1", "一般")])
    found = importing.layout_of(ws, importing.look(path), form="lean_project").targets
    assert set(found) == {"enterprise", "serial"}


def test_a_problems_kinds_of_waste_are_ticked_on_its_own_line(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "诊断.xlsx", [
        ("企业名称", "诊断序号", "预诊断", "诊断", "环节", "现状", "等待", "搬运", "高", "低"),
        ("双彩", "1", None, "√", "裁切", "等料", "√", None, "√", None),
        (None, None, None, None, "包装", "来回搬", 1, "☑", None, "Y"),
        ("兰亭", "2", "√", "√", "裁切", "等料", "两次", None, "√", "√")])
    source, plan = planned(ws, path, "diagnosis")
    assert {"stage=预诊断", "stage=诊断", "problems.waste=等待", "problems.waste=搬运", "problems.priority=高"} <= set(
        importing.layout_of(ws, source, form="diagnosis").targets)
    first = plan.rows[0]
    assert first.fate.payload["values"]["stage"] == "诊断"
    assert [(r["values"]["waste"], r["values"]["priority"]) for r in first.fate.payload["values"]["problems"]] == [
        (["等待"], "高"), (["等待", "搬运"], "低")]
    told = {(f.column, f.row): f.message for f in plan.findings if f.level == "error" and f.row == 4}
    assert "打勾" in told[6, 4]
    assert "只能选一项" in told[3, 4]
    assert "只能选一项" in told[9, 4]


def test_a_choice_that_heads_sums_or_dates_is_not_ticked(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "融资.xlsx", [("企业名称", "意向", "签约", "退出"),
                                               ("双彩", 500, 300, "2024-05"), ("兰亭", 80, "√", None)])
    source = importing.look(path)
    assert set(importing.layout_of(ws, source, form="financing").targets) == {"enterprise", "stage=签约"}


HEADS_OF = {
    "enterprise": {
        "公司名称": "name", "厂名": "name", "统一代码": "credit_code", "税号": "credit_code", "县": "county",
        "县区": "county", "所属县区": "county", "规上": "above_scale", "是否规上": "above_scale",
        "是否规模以上": "above_scale", "手机": "phone", "营收": "revenue", "销售额（万元）": "revenue",
        "用工人数": "staff", "乡镇（街道）": "place", "行业": "industry", "产值": "", "单位": "", "说明": "note"},
    "diagnosis": {"阶段": "stage", "服务机构": "institution", "诊断时间": "start", "完成时间": "end",
                  "企业确认": "confirmed", "单位": ""},
    "lean_project": {"辅导单位": "consultant", "财政补助": "subsidy", "签约时间": "signed", "进度": "stage",
                     "说明": ""},
    "cooperation_project": {"总投资": "total_investment", "投资方": "investor", "县": "", "开工时间": "start"},
    "park_progress": {"园区": "@subject", "税收": "tax", "投资": "", "面积": ""},
    "financing": {"阶段": "stage", "金额": "", "金融机构": "fund"},
}


@pytest.mark.parametrize("form", HEADS_OF)
def test_what_counties_call_a_field_finds_it_and_nothing_is_guessed_of_two(ws: Workspace, form: str) -> None:
    wanted = importing.targets_of(ws, form)
    found = {head: importing_alike.guessed({0: head}, wanted).get(0, ("", 0))[0] for head in HEADS_OF[form]}
    assert found == HEADS_OF[form]


def test_every_field_that_heads_are_known_of_is_there(ws: Workspace) -> None:
    """A label that no form has any more would silently find nothing; a head is not its own other name."""
    labels = {importing_alike.plain(label) for form in ws.catalogue.forms
              for target in importing.targets_of(ws, form.id) for label in (target.name or target.label, target.label)}
    for label, heads in reference.heads():
        assert importing_alike.plain(label) in labels
        assert len(set(heads)) == len(heads)


def test_a_table_of_indicators_before_and_after(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "成效.xlsx", [("企业", "序号", "指标名称", "单位", "改善前", "改善后"),
                                               ("双彩", "1", "一次合格率", "%", 65.2, 99)])
    found = importing.layout_of(ws, importing.look(path), form="lean_project").targets
    assert {"enterprise", "kpis.indicator", "kpis.unit", "kpis.before", "kpis.after"} <= set(found)


def test_what_is_found_in_a_line_of_a_record_that_is_there_stands_at_its_cell(ws: Workspace, tmp_path: Path) -> None:
    """The usual table has no column 给出方式; the record knows its lines by ids of its own."""
    path = sheets.write(tmp_path / "项目.xlsx", [HEADS, *LINES])
    importing_writing.carry_out(ws, planned(ws, path, "lean_project")[1])
    again = sheets.write(tmp_path / "再来.xlsx", [HEADS, *LINES[:1], (None, None, None, "准交率", "%", 80.123, 92),
                                                (None, None, None, "客户满意", None, None, None)])
    source, plan = sheets.plan(ws, again, "lean_project", quarter=QUARTER)
    found = {(f.row, f.column, f.field, f.label): f.message for f in plan.findings if f.level == "error"}
    assert "2 位小数" in found[3, 5, "kpis.before", "基期值"]
    assert "必须填写" in found[4, -1, "kpis.how", "成效指标 · 给出方式"]
    page = openpyxl.load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx")).worksheets[0]
    comments = {cell.coordinate: cell.comment.text for line in page.iter_rows() for cell in line if cell.comment}
    assert "2 位小数" in comments["F3"]
    assert "成效指标 · 给出方式：必须填写" in comments["A4"]


def test_lines_that_a_sheet_does_not_have_stay(ws: Workspace, tmp_path: Path) -> None:
    """A line of the same name is mended, a further one added; what holds for the sheet's lines is put in no other."""
    path = sheets.write(tmp_path / "项目.xlsx", [HEADS, *LINES])
    importing_writing.carry_out(ws, planned(ws, path, "lean_project")[1])
    more = sheets.write(tmp_path / "再来.xlsx", [HEADS, (*LINES[0][:3], "准交率", None, None, 95),
                                               (*[None] * 3, "交期", "天", 9, 8)])
    given = {"kpis.how": "定性描述"}
    _, plan = sheets.plan(ws, more, "lean_project", quarter=QUARTER, keep_errors=True, given=given)
    assert "已有记录的“成效指标”按“指标”逐行对上，表里没有的行照旧留着" in plan.notes
    assert ("kpis", "2 行", "3 行（改“准交率”，增加“交期”）") in [
        (one.field, one.old, one.new) for one in plan.rows[0].fate.changes]
    importing_writing.carry_out(ws, plan)
    key = plan.rows[0].fate.key
    assert kpis(ws, key) == [["一次合格率", "%", "65.2", "99"], ["准交率", "%", "80", "95"], ["交期", "天", "9", "8"]]
    draft = entering.open_record(ws, form="lean_project", key=key, quarter=QUARTER).draft
    assert [draft.text(f"kpis/{row}/how") for row in draft.rows("kpis")] == ["前后值计算", "前后值计算", "定性描述"]
    assert [row.fate.state for row in sheets.plan(ws, more, "lean_project", quarter=QUARTER)[1].rows] == ["unchanged"]


def test_lines_without_their_name_are_known_by_all_that_they_say(ws: Workspace, tmp_path: Path) -> None:
    """Read again they are not there twice."""
    path = sheets.write(tmp_path / "项目.xlsx", [HEADS[:3] + HEADS[4:], *(line[:3] + line[4:] for line in LINES)])
    importing_writing.carry_out(ws, planned(ws, path, "lean_project")[1])
    again = planned(ws, path, "lean_project")[1]
    assert [row.fate.state for row in again.rows] == ["unchanged", "unchanged"]
    assert [len(row.fate.payload["values"]["kpis"]) for row in again.rows] == [2, 2]


def test_what_every_line_needs_and_no_column_gives_is_said_once(ws: Workspace, tmp_path: Path) -> None:
    """Where the record's own line says it already, that holds."""
    path = sheets.write(tmp_path / "项目.xlsx", [HEADS, *LINES])
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form="lean_project")
    [one] = [each for each in lacking(ws, source, layout, form="lean_project") if "." in each.target.id]
    assert (one.target.id, one.target.label, one.choices) == (
        "kpis.how", "成效指标 · 给出方式", ("前后值计算", "企业直接提供增幅", "定性描述"))
    for words in ("给出方式=前后", "成效指标 · 给出方式=前后值计算", "kpis.how=前后值计算"):
        given = importing_given.read(ws, "lean_project", layout, [words])
        assert list(given) == ["kpis.how"]
    _, plan = sheets.plan(ws, path, "lean_project", quarter=QUARTER, keep_errors=True, given=given)
    assert "没有“成效指标 · 给出方式”的行按“前后值计算”读入" in plan.notes
    importing_writing.carry_out(ws, plan)
    other = {"kpis.how": "定性描述"}
    more = sheets.write(tmp_path / "再来.xlsx", [HEADS, *LINES[:2], (None, None, None, "交期", "天", 9, 8)])
    _, plan = sheets.plan(ws, more, "lean_project", quarter=QUARTER, keep_errors=True, given=other)
    importing_writing.carry_out(ws, plan)
    draft = entering.open_record(ws, form="lean_project", key=plan.rows[0].fate.key, quarter=QUARTER).draft
    assert [draft.text(f"kpis/{row}/how") for row in draft.rows("kpis")] == ["前后值计算", "前后值计算", "定性描述"]
    alone = importing.layout_of(ws, importing.look(sheets.write(tmp_path / "b.xlsx", [HEADS[:3], LINES[0][:3]])),
                                form="lean_project")
    with pytest.raises(Trouble, match="没有名为“给出方式”"):
        importing_given.read(ws, "lean_project", alone, ["给出方式=前后"])

"""Lists as counties keep them: heads of two lines, one year beside another, words for figures, blocks and townships."""

import csv
from datetime import date
from operator import itemgetter
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from pairing_desktop.services import importing, importing_refused, importing_writing
from pairing_desktop.services.importing_lacking import lacking
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets


def test_the_year_of_the_sheet_goes_with_its_figures(county_ws: Workspace, tmp_path: Path) -> None:
    """A record with last year's figures takes this year's with their year; a list of telephones leaves both."""
    first = sheets.write(tmp_path / "a.xlsx", [("企业名称", "营业收入（万元）"), ("双彩", 3000)])
    importing_writing.carry_out(county_ws, sheets.plan(county_ws, first, "enterprise",
                                                       given={"figures_year": "2022"})[1])
    second = sheets.write(tmp_path / "b.xlsx", [("企业名称", "营业收入（万元）", "联系电话"), ("双彩", 3500, None),
                                                ("兰亭", None, "0578-1")])
    _, plan = sheets.plan(county_ws, second, "enterprise", given={"figures_year": "2023"})
    assert [(c.field, c.old, c.new) for c in plan.rows[0].fate.changes] == [
        ("figures_year", "2022", "2023"), ("revenue", "3,000.00", "3,500.00")]
    phones = sheets.write(tmp_path / "c.xlsx", [("企业名称", "联系电话"), ("双彩", "0578-1")])
    _, plan = sheets.plan(county_ws, phones, "enterprise", given={"figures_year": "2023"})
    assert [c.field for c in plan.rows[0].fate.changes] == ["phone"]


def two_lines(path: Path, upper: tuple[object, ...], lower: tuple[object, ...], *rows: tuple[object, ...],
              merged: tuple[str, ...] = ()) -> Path:
    """Write a sheet with a title and a head of two lines in its rows 2 and 3."""
    sheets.write(path, [("情况表",), upper, lower, *rows])
    book = load_workbook(path)
    for area in (*merged, f"A1:{get_column_letter(len(upper))}1") if merged else ():
        book.worksheets[0].merge_cells(area)
    book.save(path)
    return path


def read_as(ws: Workspace, path: Path, form: str, **rest: int) -> dict[str, str]:
    return {c.head: c.target for c in importing.layout_of(ws, importing.look(path), form=form, **rest).columns}


DIAGNOSIS = (("序号", "企业名称", "诊断类别", "诊断时间", None, "备注"), (None, None, None, "起", "止", None))
DAYS = {"诊断时间·起": "start", "诊断时间·止": "end"}


@pytest.mark.parametrize("merged", [("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"), ("D2:E2",), ()])
def test_both_lines_of_a_head_name_a_column(county_ws: Workspace, tmp_path: Path, merged: tuple[str, ...]) -> None:
    """Whichever of the two is taken for the head, and whether or not anything is merged: 止 is never left out."""
    line = (1, "双彩", "诊断", "2024-4-3", "2024-4-5", "x")
    path = two_lines(tmp_path / "诊断.xlsx", *DIAGNOSIS, line, merged=merged)
    for head in ({}, {"head": 1}, {"head": 2}):
        found = read_as(county_ws, path, "diagnosis", **head)
        assert found == {"序号": "", "企业名称": "enterprise", "诊断类别": "stage", "备注": "note"} | DAYS
    _, plan = sheets.plan(county_ws, path, "diagnosis", keep_errors=True)
    values = plan.rows[0].fate.payload["values"]
    assert [row.number for row in plan.rows] == [4]
    assert (values["start"], values["end"]) == ("2024-04-03", "2024-04-05")


def test_a_head_of_two_lines_in_plain_text(county_ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "诊断.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*DIAGNOSIS, (1, "双彩", "诊断", "2024-4-3", "2024-4-5", "")])
    assert read_as(county_ws, path, "diagnosis").items() >= DAYS.items()


def test_a_line_about_the_sheet_is_no_group(county_ws: Workspace, tmp_path: Path) -> None:
    about, line = ("填报单位：遂昌县", None, "2024年6月", None), ("企业名称", "联系人", "电话", "备注")
    path = two_lines(tmp_path / "名录.xlsx", about, line, ("双彩", "甲", "1", ""), merged=("A2:B2", "C2:D2"))
    assert list(read_as(county_ws, path, "enterprise")) == ["企业名称", "联系人", "电话", "备注"]


UPPER = ("序号", "单位名称", "统一社会信用代码", "营业收入", None, "从业人员")
MERGED = ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3")


@pytest.mark.parametrize("merged", [MERGED, ("D2:E2",), ()])
@pytest.mark.parametrize("years", [(2022, 2023), ("2022年", "2023年")])
def test_years_below_a_figure_may_be_numbers(county_ws: Workspace, tmp_path: Path, years: tuple[int | str, int | str],
                                             merged: tuple[str, ...]) -> None:
    """The newest is read, the other one named, its year proposed: of a firm that is called 单位, too."""
    path = two_lines(tmp_path / "名录.xlsx", UPPER, (None, None, None, *years, None),
                     (1, "双彩", None, 100, 200, 10), merged=merged)
    for head in ({}, {"head": 1}, {"head": 2}):
        assert read_as(county_ws, path, "enterprise", **head) == {
            "序号": "", "单位名称": "name", "统一社会信用代码": "credit_code", "营业收入·2022年": "",
            "营业收入·2023年": "revenue", "从业人员": "staff"}
    source = importing.look(path)
    layout = importing.layout_of(county_ws, source, form="enterprise")
    asked = {one.target.id: one.text for one in lacking(county_ws, source, layout, form="enterprise")}
    assert asked["figures_year"] == "2023"


NUMBERS = ("甲", "乙", "戊", 1, 2, 3)
UNITS = (None, None, None, "亿元", "亿元", "人")


@pytest.mark.parametrize("below", [
    (NUMBERS,), (UNITS,), (UNITS, NUMBERS), (("栏次", "—", "—", "①", "②", "3=1+2"),),
    (("A", "B", "C", "(1)", "(2)", "(3)"), ("单位", "/", "/", "（亿元）", "亿元", "人"))])
@pytest.mark.parametrize("merged", [MERGED, ("A2:A4", "B2:B4", "C2:C4", "D2:E2", "F2:F3"), ()])
def test_lines_of_numbers_and_of_units_below_a_head_are_no_records(
        county_ws: Workspace, tmp_path: Path, below: tuple[tuple[object, ...], ...], merged: tuple[str, ...]) -> None:
    """As a statistical sheet has them; a unit goes to its column."""
    down = "A2:A4" in merged
    lines = [(None, None, None, *line[3:]) if down and n == 0 else line for n, line in enumerate(below)]
    path = two_lines(tmp_path / "名录.xlsx", UPPER, (None, None, None, 2022, 2023, None), *lines,
                     (1, "双彩", None, 1, 2, 10), merged=merged)
    _, plan = sheets.plan(county_ws, path, "enterprise", given={"figures_year": "2023"})
    values = [row.fate.payload["values"] for row in plan.rows]
    assert [(v["name"], v["revenue"], v["staff"]) for v in values] == [
        ("双彩", "20000" if any("亿元" in line for line in below) else "2", 10)]


def test_a_line_of_units_below_one_line_of_heads(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [
        ("单位名称", "营业收入", "其中：女"), (None, "亿元", "人"), ("双彩", 2, 5)])
    assert read_as(county_ws, path, "enterprise") == {
        "单位名称": "name", "营业收入（亿元）": "revenue", "其中：女（人）": ""}
    _, plan = sheets.plan(county_ws, path, "enterprise", keep_errors=True)
    assert [row.fate.payload["values"]["revenue"] for row in plan.rows] == ["20000"]


def test_before_and_after_below_an_indicator_are_its_row(county_ws: Workspace, tmp_path: Path) -> None:
    upper = ("企业", "合同额（万元）", "人均产值（万元/人）", None, "一次合格率（%）", None, "进度")
    path = two_lines(tmp_path / "标杆.xlsx", upper, (None, None, "改善前", "改善后", "改善前", "改善后", None),
                     ("双彩", 45.8, 32, 41, "92.5%", 96.8, "实施中"), ("兰亭", 38, 28, 30, None, None, "实施中"),
                     merged=("A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3"))
    for _ in range(2):  # at first new, then into the rows that are there
        _, plan = sheets.plan(county_ws, path, "lean_project", keep_errors=True)
        tables = [row.fate.payload["values"]["kpis"] for row in plan.rows]
        told = [[[one["values"].get(c) for c in ("indicator", "unit", "how", "before", "after", "improvement")]
                 for one in table] for table in tables]
        assert told == [[["人均产值", "万元/人", "前后值计算", "32", "41", "28.13"],
                         ["一次合格率", "%", "前后值计算", "92.5", "96.8", "4.3"]],
                        [["人均产值", "万元/人", "前后值计算", "28", "30", "7.14"]]]
        if plan.counts()["new"]:
            importing_writing.carry_out(county_ws, plan)


def test_a_column_without_a_head_is_told(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [("企业名称", None, "联系人", None), ("双彩", 12, "甲", None),
                                               ("填表人：乙", None, None, "电话：1")])
    _, plan = sheets.plan(county_ws, path, "enterprise")
    assert [c.head for c in plan.layout.columns] == ["企业名称", "B列（没有表头）", "联系人"]
    assert "没有对应填报项的列没有读：B列（没有表头）" in plan.notes


def test_of_several_years_the_sheets_own_is_read(county_ws: Workspace, tmp_path: Path) -> None:
    """The year of the title, else the newest; the head's words below 联系方式 are the contact's."""
    upper = ("企业名称", "经营情况", None, None, "联系方式", None)
    lower = (None, "2022年\n营业收入", "2023年\n营业收入", "从业人数", "姓名", "手机")
    merged = ("A2:A3", "B2:D2", "E2:F2")
    for name, year in (("情况.xlsx", "2023"), ("2022年情况.xlsx", "2022")):
        path = two_lines(tmp_path / name, upper, lower, ("双彩", 1, 2, 3, "甲", "13800000001"), merged=merged)
        source = importing.look(path)
        layout = importing.layout_of(county_ws, source, form="enterprise")
        read = {target: column.head for target, column in layout.targets.items()}
        assert read == {"name": "企业名称", "revenue": f"经营情况·{year}年营业收入", "staff": "经营情况·从业人数",
                        "contact": "联系方式·姓名", "phone": "联系方式·手机"}
        assert f"营业收入有几个年份，取 {year} 年" in layout.targets["revenue"].note
        asked = {one.target.id: one.text for one in lacking(county_ws, source, layout, form="enterprise")}
        assert asked["figures_year"] == year


def test_words_for_figures_and_answers(county_ws: Workspace, tmp_path: Path) -> None:
    """What a clerk writes for the same, for yes and no, for counted things; what is taken otherwise is told."""
    heads = ("企业名称", "诊断阶段", "诊断机构", "诊断时间", "诊断费（元）", "专家人数", "工作量（人天）",
             "企业是否认可", "是否推荐标杆")
    path = sheets.write(tmp_path / "诊断.xlsx", [
        heads, ("双彩", "诊断", "甲机构", "2024-4-1", 50000, "3名", "6天", "认可", "是"),
        ("小计",), ("兰亭", "〃", "同上", "2024-5-1", 38000.5, "2位", "15人天", "不认可", "否")])
    _, plan = sheets.plan(county_ws, path, "diagnosis", keep_errors=True)
    names = ("stage", "institution", "fee", "experts", "person_days", "confirmed", "recommended")
    found = [[row.fate.payload["values"].get(name) for name in names] for row in plan.rows]
    assert found == [["诊断", "甲机构", "5", 3, "6", True, "推荐"], ["诊断", "甲机构", "3.8", 2, "15", False, "不推荐"]]
    rounded = [f for f in plan.rows[1].fate.findings if f.field == "fee"]
    assert [(f.level, f.row, f.column) for f in rounded] == [("query", 4, 4)]
    assert "38000.5元折合 3.80005 万元" in rounded[0].message
    assert "按 3.80 万元读入" in rounded[0].message
    told = "；".join(plan.notes)
    for word in ("“诊断机构”里第4行的“同上”按上一行", "“诊断阶段”里第4行的“〃”按上一行", "“否”按“不推荐”",
                 "“不认可”按“否”", "“3名”按 3 人记", "“6天”按 6.0 人天记"):
        assert word in told


def test_words_of_an_office_are_taken_for_what_they_hold(county_ws: Workspace, tmp_path: Path) -> None:
    """A name broken to fit its cell, 办理中 for a code, an honour's long name; 上年度 is before the file's year."""
    path = sheets.write(tmp_path / "2024年走访.xlsx", [
        ("企业名称", "统一社会信用代码", "称号", "上年度营业收入（亿元）"),
        ("示例\n竹业公司", "办理中", "省级专精特新中小企业", 1),
        ("示例茶厂", "无", "国家级专精特新“小巨人”企业、上市", 2),
        ("示例木厂", None, "专精特新、高新技术企业", 3), ("示例炭厂", None, "无", 4)])
    source, plan = sheets.plan(county_ws, path, "enterprise", keep_errors=True)
    found = [[row.fate.payload["values"].get(name) for name in ("name", "credit_code", "honours")] for row in plan.rows]
    assert found == [["示例竹业公司", None, ["专精特新"]], ["示例茶厂", None, ["专精特新", "小巨人", "上市"]],
                     ["示例木厂", None, None], ["示例炭厂", None, None]]
    assert "没有“高新技术企业”这一项" in next(f.message for f in plan.rows[2].fate.findings if f.field == "honours")
    told = "；".join(plan.notes)
    for word in ("“办理中”按“空白”", "“省级专精特新中小企业”按“专精特新”", "“无”按“空白”"):
        assert word in told
    asked = lacking(county_ws, source, plan.layout, form="enterprise")
    assert {one.target.id: one.text for one in asked}["figures_year"] == "2023"


def test_names_under_a_head_that_is_only_like_a_figures_are_none(county_ws: Workspace, tmp_path: Path) -> None:
    heads = ("企业名称", "诊断阶段", "专家", "开始时间", "结束时间")
    for cell, taken in (("张工、李工", False), ("2名", True)):
        path = sheets.write(tmp_path / "诊断.xlsx", [heads, ("双彩", "诊断", cell, "2024年初", "2024年底")])
        _, plan = sheets.plan(county_ws, path, "diagnosis", keep_errors=True)
        assert ("experts" in plan.layout.targets) == taken
        assert ("没有对应填报项的列没有读：专家" in plan.notes) != taken
        values = plan.rows[0].fate.payload["values"]
        assert (values["start"], values["end"]) == ("2024-01-01", "2024-12-31")


def test_above_scale_in_words_a_year_as_a_day_and_the_end_of_a_list(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [
        ("企业名称", "规模以上企业（是/否）", "规上时间", "从业人员"), ("双彩", "规上", date(2023, 1, 1)),
        ("兰亭", "规模以下", "2021-06"), ("甲厂", "□", "二〇二二年", "暂无"), ("乙厂", "☑", "2020年度"),
        ("（以下空白）",), (1, "此行以下无数据")])
    _, plan = sheets.plan(county_ws, path, "enterprise")
    found = [[row.fate.payload["values"].get(name) for name in ("above_scale", "above_scale_since")]
             for row in plan.rows]
    assert found == [[True, 2023], [False, 2021], [False, 2022], [True, 2020]]
    assert not [f for f in plan.findings if f.field == "staff"]
    told = "；".join(plan.notes)
    for word in ("“规上”按“是”", "“规模以下”按“否”", "“2023-01-01”按“2023”", "“二〇二二年”按“2022”"):
        assert word in told


def test_the_same_as_above_of_nothing_is_refused(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [("企业名称", "联系人", "统一社会信用代码"),
                                               ("双彩", "同上", "'91350100M000100Y43"), ("兰亭", "甲", None)])
    _, plan = sheets.plan(county_ws, path, "enterprise")
    assert [row.fate.state for row in plan.rows] == ["refused", "changed"]
    assert [(f.field, f.message[:9]) for f in plan.rows[0].fate.findings if f.level == "error"] == [
        ("contact", "这一格写的是同上，")]
    assert plan.rows[0].fate.payload["values"]["credit_code"] == "91350100M000100Y43"


def test_refused_rows_keep_what_the_sheet_around_them_said(county_ws: Workspace, tmp_path: Path) -> None:
    """同上, a merged cell, a percentage: the rows that tell their value are not among the refused."""
    rows = [("双彩", "甲机构", "2024-4-3", "2024-4-5", None), ("兰亭", "乙机构", "2024-4-3", "2024-4-5", None),
            ("双彩", "同上", "2024-4-8", "2024-4-7", 0.652), ("兰亭", "丙机构", "2024-4-8", "2024-4-9", None),
            ("双彩", None, "2024-5-8", "2024-5-7", None)]
    path = two_lines(tmp_path / "诊断.xlsx", ("企业名称", "诊断机构", "诊断时间", None, "备注", "诊断类别"),
                     (None, None, "起", "止", None, None), *((*row, "诊断") for row in rows),
                     merged=("A2:A3", "B2:B3", "C2:D2", "B7:B8"))
    book = load_workbook(path)
    book.worksheets[0]["E6"].number_format = "0.0%"
    book.save(path)
    source, plan = sheets.plan(county_ws, path, "diagnosis")
    out = importing_refused.save(source, plan, tmp_path / "拒收.xlsx")
    page = load_workbook(out).worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=4, max_col=2)] == [
        ["双彩", "乙机构"], ["双彩", "丙机构"]]
    assert page["E4"].number_format == "0.00%"
    again, retried = sheets.plan(county_ws, out, "diagnosis")
    assert retried.layout.columns == plan.layout.columns
    assert [r.fate.payload["values"]["institution"] for r in retried.rows] == ["乙机构", "丙机构"]
    kept = {area for area in source.book.sheet("Sheet").merged if area[2] < 3}
    assert set(again.book.sheet("Sheet").merged) == kept


def test_a_cell_that_says_nothing_sure_is_refused_again(county_ws: Workspace, tmp_path: Path) -> None:
    """Saved among the refused and imported unmended: a formula without a value, a figure of two fields, of two rows."""
    heads = ("企业名称", "营业收入（万元）", "从业人员（人）", "规上起始年份")
    path = two_lines(tmp_path / "名录.xlsx", heads, ("双彩", "=B9*2", 5, 2020), ("兰亭", 12, None, 2020),
                     ("甲厂", 300, 6, 2020), ("乙厂", None, 7, 2020), merged=("B4:C4", "B5:B6"))
    source, plan = sheets.plan(county_ws, path, "enterprise")
    out = importing_refused.save(source, plan, tmp_path / "拒收.xlsx")
    _, retried = sheets.plan(county_ws, out, "enterprise")
    found = {(f.row, f.column) for f in retried.findings if "#N/A" in f.message and f.level == "error"}
    assert found == {(3, 1), (4, 2), (6, 1)}


@pytest.mark.parametrize(("text", "taken"), [
    ("嘉兴市南湖区", "330402"), ("浙江省嘉兴市南湖区", "330402"), ("嘉兴南湖区", "330402"),
    ("浙江省 丽水市遂昌县", "331123"), ("杭州市南湖区", None), ("嘉兴市", None),
])
def test_a_county_is_known_with_its_city(county_ws: Workspace, tmp_path: Path, text: str, taken: str | None) -> None:
    path = sheets.write(tmp_path / "线索.xlsx", [("线索名称", "信息来源县"), ("甲线索", text)])
    _, plan = sheets.plan(county_ws, path, "investment_lead")
    assert plan.rows[0].fate.payload["values"].get("source_county") == taken
    assert any(f"“{text}”按“" in note for note in plan.notes) == (taken is not None)


def test_a_blocks_title_is_no_record(county_ws: Workspace, tmp_path: Path) -> None:
    heads = ("企业名称", "联系人", "联系电话")
    path = sheets.write(tmp_path / "名录.xlsx", [
        ("一、规上企业",), heads, ("双彩", "甲", "1"), (), ("二、规下企业",), heads, ("兰亭", "乙", "2"),
        ("其他企业",), heads, ("示例竹业", "丙", "3"), ("四明示例",)])
    _, plan = sheets.plan(county_ws, path, "enterprise")
    assert [row.number for row in plan.rows] == [3, 7, 10, 11]
    assert "表里分了段，各段都按同一个表头读入：第5行“二、规下企业”、第8行“其他企业”" in plan.notes
    assert "跳过表头、说明等 2 行：第6行“企业名称”、第9行“企业名称”" in plan.notes


def test_a_group_among_numbered_records_is_no_record(county_ws: Workspace, tmp_path: Path) -> None:
    """Nor is what only says that there is nothing; a list numbered 一, 二 has no groups."""
    heads = ("序号", "企业名称", "从业人员")
    lines = [("一", "竹产业"), (1, "甲公司", 10), ("2", "乙公司", 20), ("（二）", "金属制品"), (1, "丙公司", 30),
             (2, "……"), (3, "（空）"), (4, "无极公司"), ("三", "其他", 40), (None, "全县", 100), ("注", "快报数")]
    _, plan = sheets.plan(county_ws, sheets.write(tmp_path / "名录.xlsx", [heads, *lines]), "enterprise")
    assert [row.fate.label for row in plan.rows[:4]] == ["甲公司", "乙公司", "丙公司", "无极公司"]
    asked = [(row.fate.label, row.fate.state, row.fate.findings[0].message[:9]) for row in plan.rows[4:]]
    assert asked == [("其他", "refused", "序号是一、二这样的"), ("全县", "refused", "别的行都有序号，这"),
                     ("快报数", "refused", "别的行都有序号，这")], "a record or a sum: a person says which"
    assert "表里分了段，各段都按同一个表头读入：第2行“一 竹产业”、第5行“（二） 金属制品”" in plan.notes
    assert [one.message for one in plan.skipped[2:]] == ["“……”没有写内容，不导入", "“（空）”没有写内容，不导入"]
    other = sheets.write(tmp_path / "乙.xlsx", [heads, ("一", "甲公司", 10), ("二", "乙公司", 20)])
    assert len(sheets.plan(county_ws, other, "enterprise")[1].rows) == 2


COMPARED: list[tuple[object, ...]] = [
    ("竹产业小计（2家）", None, 3), ("同比增长（%）", None, 5), ("去年同期", None, 2), ("同比±%", None, 1),
    ("（盖章）",), ("2024年1月10日",), ("（下接第2页）",), ("二〇二四年一月十日",), ("第 1 页 共 2 页",)]


@pytest.mark.parametrize("line", COMPARED, ids=itemgetter(0))
def test_what_stands_among_or_below_records_is_none(county_ws: Workspace, tmp_path: Path,
                                                    line: tuple[object, ...]) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [("企业名称", "联系人", "从业人员"), ("甲公司", "张三", 1), line,
                                               ("同比电器公司", "李四", 2)])
    assert [row.fate.label for row in sheets.plan(county_ws, path, "enterprise")[1].rows] == ["甲公司", "同比电器公司"]


def test_other_sheets_with_the_same_heads_are_named(county_ws: Workspace, tmp_path: Path) -> None:
    book = Workbook()
    for name, title in (("妙高", ""), ("云峰", "云峰街道企业"), ("说明", "")):
        page = book.create_sheet(name)
        for row in ((title,), ("企业名称", "联系人") if name != "说明" else ("请按乡镇填写",), ("双彩", "甲")):
            page.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "分乡镇.xlsx")
    _, plan = sheets.plan(county_ws, tmp_path / "分乡镇.xlsx", "enterprise")
    assert (plan.layout.sheet, plan.layout.others) == ("妙高", ("云峰",))
    assert "工作表“云峰”的表头和这一张一样或差不多，这次没有读" in plan.notes


def test_last_years_leads_and_projects_are_known_by_their_heads(county_ws: Workspace, tmp_path: Path) -> None:
    leads = sheets.write(tmp_path / "线索.xlsx", [("线索名称", "来源", "联系人电话", "进展", "金额（亿元）")])
    layout = importing.layout_of(county_ws, importing.look(leads), form="investment_lead")
    assert {c.head: c.target for c in layout.columns if c.target} == {
        "线索名称": "lead", "来源": "source_county", "进展": "stage", "金额（亿元）": "intended"}
    projects = sheets.write(tmp_path / "项目.xlsx", [("项目名称", "投资方", "总投资", "进展情况", "备注")])
    layout = importing.layout_of(county_ws, importing.look(projects), form="cooperation_project")
    assert layout.targets["stage"].head == "进展情况"
    funds = sheets.write(tmp_path / "资金.xlsx", [
        ("项目", "预算数", "到位数", "支出数", "执行率"), ("产业项目合作", 500, 500, 320, 0.64),
        ("数字化改造", 200, 200, 180, "90%")])
    _, plan = sheets.plan(county_ws, funds, "fund_use")
    assert [(row.place.short, row.fate.payload["values"]["tracks"][1]["values"]["paid_out"]) for row in plan.rows] == [
        ("2—3", "180")]


@pytest.mark.parametrize(("text", "days"), [
    ("2023年5月6日-8日", ["2023-05-06", "2023-05-08"]), ("2023.3.5-3.9", ["2023-03-05", "2023-03-09"]),
    ("2023-12-30至2024-01-02", ["2023-12-30", "2024-01-02"]), ("2023年3月—5月", ["2023-03-01", "2023-05-31"]),
    ("2023年5月8日-6日", None), ("2023年5月6日-6月", None),
])
def test_first_and_last_day_of_one_cell_go_to_both_fields(county_ws: Workspace, tmp_path: Path, text: str,
                                                          days: list[str] | None) -> None:
    rows = [("活动名称", "类别", "时间", "举办地"), ("培训", "培训", text, "遂昌县"), ("路演", "路演", text, "遂昌县")]
    _, plan = sheets.plan(county_ws, sheets.write(tmp_path / "交流.xlsx", rows), "exchange_activity")
    found = [[row.fate.payload["values"].get(name) for name in ("start", "end")] for row in plan.rows]
    assert found == [days or [None, None]] * 2
    assert any(f"“{text}”按“{'至'.join(days)}”" in note.replace(" ", "") for note in plan.notes) if days else not any(
        "读入" in note for note in plan.notes)


def test_two_days_in_one_cell_are_refused_where_the_last_has_a_column(county_ws: Workspace, tmp_path: Path) -> None:
    rows = [("活动名称", "类别", "开始日期", "结束日期"), ("培训", "培训", "2023年5月6日-8日", "2023年5月9日")]
    _, plan = sheets.plan(county_ws, sheets.write(tmp_path / "交流.xlsx", rows), "exchange_activity")
    told = [one.message for one in plan.findings if one.field == "start"]
    assert told == ["“2023年5月6日-8日”写了起止两天，这一项只填一天，请把开始、结束分成两列"]

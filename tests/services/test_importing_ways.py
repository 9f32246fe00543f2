"""Sheets that are no plain list: many of one kind, heads at the left, lists beside each other, rough figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pairing_desktop.services import (
    entering,
    importing,
    importing_places,
    importing_preview,
    importing_refused,
    importing_resumed,
    importing_writing,
)
from pairing_desktop.services.importing import Layout, Plan, Source
from pairing_desktop.services.importing_plan import ABOVE, BESIDE, LEFT, Way
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets
from tests.services.sheets import Lines, book
from tests.services.small import QUARTER

HEADS = ("序号", "企业名称", "所在县（市、区）", "从业人员（人）", "营业收入（万元）", "联系人")
ACROSS: Lines = (("2023年企业情况",), ("企业名称", "示例甲竹业", "示例乙机械"), ("所在县（市、区）", "遂昌县", "同左"),
                 ("指标年度", 2023, 2023), ("从业人员（人）", 12, "很多"), ("营业收入（亿元）", 0.3, 0.4),
                 ("填表人：张三",))
FORM: Lines = (("企业情况登记表",), ("企业名称", "示例甲竹业"), ("所在县（市、区）", "遂昌县", "联系人", "张三"),
               ("营业收入（万元）", 300, "指标年度", 2023), ("企业意见",))


def township(name: str, *rows: Sequence[Any], order: Sequence[int] = range(6)) -> Lines:
    lines = [[number, f"示例{name}{row[0]}", "遂昌县", *row[1:]] for number, row in enumerate(rows, start=1)]
    return [[f"{name}2023年企业名录"], *([line[place] for place in order] for line in (list(HEADS), *lines)),
            ["合计", None, None, 66, 99]]


def dried(ws: Workspace, path: Path, *, all_sheets: bool = False, part: int = 0, rough: Sequence[int] = (),
          **rest: Any) -> tuple[Source, Plan]:
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form="enterprise")
    if all_sheets or part or rough:
        layout = importing.layout_of(ws, source, form="enterprise", sheet=layout.sheet, head=layout.head, rough=rough,
                                     way=Way(layout.way.heads, part), also=layout.others if all_sheets else ())
    return source, importing.dry_run(ws, source, layout, form="enterprise", quarter=QUARTER, **rest)


def names(plan: Plan) -> list[tuple[str, str, str]]:
    return [(row.place.short, row.fate.label, row.fate.state) for row in plan.rows]


def errors(plan: Plan) -> list[tuple[str, str]]:
    return [(importing_places.said_of(plan, one), one.message[:8]) for one in plan.findings if one.level == "error"]


def firms(ws: Workspace) -> list[str]:
    return sorted(line.label for line in entering.list_records(ws, "enterprise", quarter=QUARTER).lines)


# Many sheets

@pytest.fixture
def townships(tmp_path: Path) -> Path:
    """Return a cover, three townships of the same heads (one in another order), one with others, one of last year."""
    return book(tmp_path / "分乡镇.xlsx", {
        "说明": [["请各乡镇分表填写"]],
        "妙高": township("妙高", ("甲", 12, 300, "张"), ("乙", 13, 400, "李")),
        "云峰": [["填报单位：云峰"], *township("云峰", ("甲", 14, "很多", "王"), ("乙", 15, 500, "同上"),
                                             order=(0, 2, 1, 4, 3, 5))],
        "大柘": [[*HEADS[:4], "年营收（亿元）", "联系人"], [1, "示例大柘甲", "遂昌县", 1, 2, "赵"]],
        "石练": township("石练", ("甲", 16, 600, "同上")),
        "石练2022年": township("石练", ("甲", 16, 550, "钱")),
    })


GIVEN = {"figures_year": "2023"}


def test_sheets_with_the_same_heads_are_one_import(county_ws: Workspace, townships: Path) -> None:
    _, plan = dried(county_ws, townships, all_sheets=True, given=GIVEN)
    assert (plan.layout.sheet, plan.layout.way.also) == ("妙高", ("云峰", "石练"))
    assert dict(plan.layout.unlike) == {"大柘": "单位不同，少了“营业收入（万元）”，多了“年营收（亿元）”",
                                        "石练2022年": "是 2022 年的"}
    assert names(plan) == [
        ("妙高 3", "示例妙高甲", "new"), ("妙高 4", "示例妙高乙", "new"), ("云峰 4", "示例云峰甲", "refused"),
        ("云峰 5", "示例云峰乙", "new"), ("石练 3", "示例石练甲", "refused")]
    assert errors(plan) == [("“云峰”第 4 行", "“很多”不是数字"), ("“石练”第 3 行", "这一格写的是同上")]
    values = [row.fate.payload["values"] for row in plan.rows]
    assert [(one["staff"], one.get("contact")) for one in values] == [
        (12, "张"), (13, "李"), (14, "王"), (15, "王"), (16, None)]
    assert "3 张工作表一起读" in plan.notes
    assert ("这些工作表不能一起读，请单独导入：“大柘”（单位不同，少了“营业收入（万元）”，多了“年营收（亿元）”）、"
            "“石练2022年”（是 2022 年的）") in plan.notes
    assert "“联系人”里“云峰”第5行的“同上”按上一行的内容读入" in plan.notes
    assert any(note.startswith("跳过合计行 3 行") for note in plan.notes)


def test_sheets_with_nearly_the_same_heads_are_mapped_as_one(county_ws: Workspace, tmp_path: Path) -> None:
    """What only one of them has is a column of its own; a head that says the first's otherwise bars its sheet."""
    path = book(tmp_path / "分乡镇.xlsx", {
        "妙高": [HEADS, [1, "示例甲", "遂昌县", 12, 300, "张"], [2, "示例戊", "遂昌县", "很多", 300, "张"]],
        "云峰": [["云峰街道"], ["企业名称", "联系电话", *HEADS[2:], "主要产品"],
               ["示例乙", "0578-8123456", "遂昌县", 13, "很多", "李", "竹炭"]],
        "石练": [HEADS[:5], [1, "示例丙", "遂昌县", 14, 500]],
        "大柘": [[*HEADS[:4], "年营收（亿元）", "联系人"], [1, "示例丁", "遂昌县", 1, 2, "赵"]],
        "说明": [["企业名称", "填全称"], ["联系人", "填姓名"]],
    })
    source, plan = dried(county_ws, path, all_sheets=True, given=GIVEN)
    assert plan.layout.way.also == ("云峰", "石练")
    assert dict(plan.layout.unlike) == {
        "云峰": "少了“序号”，多了“联系电话”、“主要产品”", "石练": "少了“联系人”",
        "大柘": "单位不同，少了“营业收入（万元）”，多了“年营收（亿元）”"}
    assert {c.head: (c.target, c.note) for c in plan.layout.columns[6:]} == {
        "联系电话": ("phone", "只有云峰有"), "主要产品": ("products", "只有云峰有")}
    assert names(plan) == [("妙高 2", "示例甲", "new"), ("妙高 3", "示例戊", "refused"),
                           ("云峰 3", "示例乙", "refused"), ("石练 2", "示例丙", "new")]
    values = [row.fate.payload["values"] for row in plan.rows]
    assert [(one.get("phone"), one.get("products"), one.get("contact")) for one in values] == [
        (None, None, "张"), (None, None, "张"), ("0578-8123456", "竹炭", "李"), (None, None, None)]
    assert "3 张工作表一起读，其中“云峰”少了“序号”，多了“联系电话”、“主要产品”、“石练”少了“联系人”" in plan.notes
    home = importing_places.home_of(plan, [one for one in plan.findings if "很多" in one.message][1])
    assert (home.sheet, home.row, home.column) == ("云峰", 2, 4)
    kept = load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx"))
    assert [[cell.value for cell in row] for row in kept["妙高"].iter_rows()] == [
        list(HEADS), [2, "示例戊", "遂昌县", "很多", 300, "张"]]
    page: Any = kept["云峰"]
    assert [cell.value for cell in page[3]] == ["示例乙", "0578-8123456", "遂昌县", 13, "很多", "李", "竹炭"]
    assert "不是数字" in page["E3"].comment.text
    shown = importing_preview.preview(county_ws, source, plan.layout, "enterprise")
    assert [shown.samples[c.place] for c in plan.layout.columns[6:]] == [["0578-8123456"], ["竹炭"]]


def test_a_sheet_of_another_year_is_left_out(county_ws: Workspace, tmp_path: Path) -> None:
    path = book(tmp_path / "分年.xlsx", {f"{year}年": township("妙高", ("甲", 1, 2, "张")) for year in (2022, 2023)})
    _, plan = dried(county_ws, path, all_sheets=True)
    assert (plan.layout.others, dict(plan.layout.unlike)) == ((), {"2023年": "是 2023 年的"})


def test_many_sheets_are_taken_back_at_once(county_ws: Workspace, townships: Path) -> None:
    before = firms(county_ws)
    _, plan = dried(county_ws, townships, all_sheets=True, given=GIVEN)
    outcome = importing_writing.carry_out(county_ws, plan)
    assert sorted(set(firms(county_ws)) - set(before)) == sorted(["示例妙高甲", "示例妙高乙", "示例云峰乙"])
    importing_writing.undo(county_ws, outcome.id)
    assert firms(county_ws) == before


def test_refused_rows_stand_in_sheets_of_the_same_names(county_ws: Workspace, townships: Path, tmp_path: Path) -> None:
    source, plan = dried(county_ws, townships, all_sheets=True, given=GIVEN)
    out = importing_refused.save(source, plan, tmp_path / "拒收.xlsx")
    kept = load_workbook(out)
    assert kept.sheetnames == ["云峰", "石练"]
    page: Any = kept["云峰"]
    assert [page["A2"].value, *(cell.value for cell in page[3])] == [
        "云峰2023年企业名录", "序号", "所在县（市、区）", "企业名称", "营业收入（万元）", "从业人员（人）", "联系人"]
    assert [cell.value for cell in page[4]] == [1, "遂昌县", "示例云峰甲", "很多", 14, "王"]
    assert "不是数字" in page["D4"].comment.text
    _, again = dried(county_ws, out, all_sheets=True, given=GIVEN)
    assert errors(again) == [("“云峰”第 4 行", "“很多”不是数字"), ("“石练”第 3 行", "这一格写的是同上")]


def test_a_firm_in_two_sheets_is_told_by_both(county_ws: Workspace, tmp_path: Path) -> None:
    lines = [HEADS, [1, "示例竹业", "遂昌县", 1, 2, "张"]]
    path = book(tmp_path / "两张.xlsx", {"妙高": lines, "云峰": lines})
    _, plan = dried(county_ws, path, all_sheets=True, given=GIVEN)
    assert [(row.place.short, row.fate.state) for row in plan.rows] == [("妙高 2", "new"), ("云峰 2", "refused")]
    assert plan.rows[1].fate.findings[0].message.startswith("与“妙高”第 2 行的“示例竹业”是同一条记录")


# Heads at the left

def test_heads_at_the_left_are_seen(county_ws: Workspace, tmp_path: Path) -> None:
    _, plan = dried(county_ws, sheets.write(tmp_path / "转置.xlsx", ACROSS))
    assert (plan.layout.way, plan.layout.head) == (Way(LEFT), 0)
    assert names(plan) == [("B列", "示例甲竹业", "new"), ("C列", "示例乙机械", "refused")]
    assert errors(plan) == [("C5", "“很多”不是数字")]
    assert plan.rows[0].fate.payload["values"]["revenue"] == "3000"
    assert "“所在县（市、区）”里第C列的“同左”按左边一格的内容读入" in plan.notes
    assert "表头在左侧，每一列是一条记录" in plan.notes


def test_refused_columns_stand_beside_their_heads(county_ws: Workspace, tmp_path: Path) -> None:
    source, plan = dried(county_ws, sheets.write(tmp_path / "转置.xlsx", ACROSS))
    out = importing_refused.save(source, plan, tmp_path / "拒收.xlsx")
    page = load_workbook(out).worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["2023年企业情况", None], ["企业名称", "示例乙机械"], ["所在县（市、区）", "遂昌县"], ["指标年度", 2023],
        ["从业人员（人）", "很多"], ["营业收入（亿元）", 0.4]]
    comment: Any = page["B5"].comment
    assert "不是数字" in comment.text
    assert errors(dried(county_ws, out)[1]) == [("B5", "“很多”不是数字")]


def test_numbers_units_and_a_corner_stand_around_heads_at_the_left(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "指标.xlsx", [
        ("序号", "指标", "单位", "示例甲竹业", "示例乙机械"), (1, "所在县（市、区）", None, "遂昌县", "遂昌县"),
        (2, "从业人员", "人", 12, 13), (3, "营业收入", "亿元", 0.3, 0.4), (4, "联系人", None, "张", "同上")])
    _, plan = dried(county_ws, path, given=GIVEN)
    assert [row.fate.label for row in plan.rows] == ["示例甲竹业", "示例乙机械"]
    assert [row.fate.payload["values"]["revenue"] for row in plan.rows] == ["3000", "4000"]
    assert plan.rows[1].fate.payload["values"]["contact"] == "0.4", "what stands above is the firm's own"


def test_what_the_eye_sees_of_a_sheet_is_turned_with_it(county_ws: Workspace, tmp_path: Path) -> None:
    """A formula without a value, an error, a percentage, what is hidden, a cell over two firms."""
    path = sheets.write(tmp_path / "转置.xlsx", [
        ("企业名称", "示例甲", "示例乙"), ("所在县（市、区）", "遂昌县", None), ("指标年度", 2023, 2023),
        ("从业人员（人）", "=1+1", None), ("营业收入（万元）", None, 4), ("联系人", "张", "李")])
    made = load_workbook(path)
    page: Any = made.active
    page.merge_cells("B2:C2")
    page["B5"].value, page["B5"].data_type = "#DIV/0!", "e"
    page.row_dimensions[6].hidden = True
    page.column_dimensions["C"].hidden = True
    made.save(path)
    _, plan = dried(county_ws, path)
    assert errors(plan) == [("B4", "这一格是公式，文"), ("B5", "这一格是出错的公")]
    assert [row.fate.payload["values"]["county"] for row in plan.rows] == ["331123", "331123"]
    for note in ("有 1 列被隐藏，也一并读入", "隐藏的行也一并读入：联系人",
                 "合并的单元格有 1 处按合并区左上角的内容补齐：“所在县（市、区）”第C列"):
        assert note in plan.notes


def test_what_cannot_be_turned_stays_upright(county_ws: Workspace, tmp_path: Path) -> None:
    source = importing.look(book(tmp_path / "表.xlsx", {
        "名录": [("企业名称", "联系人"), *[(f"示例{n}", "张") for n in range(500)]],
        "一列": [("企业名称",), ("联系人",)], "空": []}))
    for name in source.sheets:
        layout = importing.layout_of(county_ws, source, form="enterprise", sheet=name, way=Way(LEFT))
        assert layout.way == Way()
        importing_preview.preview(county_ws, source, layout, "enterprise")


def test_a_list_stays_a_list(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [("企业名称", "联系人", "备注"), ("示例甲", "张", "联系电话"),
                                               ("示例乙", "李", "联系人"), ("示例丙", "王", "企业名称")])
    assert dried(county_ws, path)[1].layout.way == Way()


def test_labels_beside_their_values_are_one_record(county_ws: Workspace, tmp_path: Path) -> None:
    path = book(tmp_path / "登记表.xlsx", {"登记表": FORM}, {"登记表": ("A1:D1", "B2:D2", "A5:D5")})
    source, plan = dried(county_ws, path)
    assert plan.layout.way == Way(BESIDE)
    assert names(plan) == [("整张", "示例甲竹业", "new")]
    assert plan.rows[0].fate.payload["values"]["contact"] == "张三"
    shown = importing_preview.preview(county_ws, source, plan.layout, "enterprise")
    assert (shown.rows, shown.columns[:3]) == (("名称", "内容"), ("B2", "B3", "D3"))


def test_a_form_for_each_firm_is_one_import(county_ws: Workspace, tmp_path: Path) -> None:
    pages = {name: [list(line) for line in FORM] for name in ("甲", "乙", "丙")}
    for name, lines in pages.items():
        lines[1][1] = f"示例{name}"
    pages["乙"][3][1] = "很多"
    path = book(tmp_path / "一企一表.xlsx", pages, dict.fromkeys(pages, ("A1:D1", "B2:D2", "A5:D5")))
    source, plan = dried(county_ws, path, all_sheets=True)
    assert names(plan) == [("甲", "示例甲", "new"), ("乙", "示例乙", "refused"), ("丙", "示例丙", "new")]
    assert errors(plan) == [("“乙”B4", "“很多”不是数字")]
    kept = load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx"))
    comment: Any = kept["乙"]["B4"].comment
    assert (kept.sheetnames, kept["乙"]["D4"].value, "不是数字" in comment.text) == (["乙"], 2023, True)


def test_a_person_chooses_where_the_heads_are(county_ws: Workspace, tmp_path: Path) -> None:
    source = importing.look(sheets.write(tmp_path / "转置.xlsx", ACROSS))

    def layout(**rest: Any) -> Layout:
        return importing.layout_of(county_ws, source, form="enterprise", **rest)

    assert layout(way=Way(ABOVE)).way == Way()
    assert layout(head=1).way == Way(), "a row that is named is a row"
    other = layout(way=Way(LEFT), head=1)
    assert [column.head for column in other.columns][:2] == ["示例甲竹业", "遂昌县"]


# Lists beside each other

SIDES: Lines = (("2023年遂昌县企业名录",), ("企业名称", "所在县（市、区）", "联系人", None) * 2,
                ("示例甲", "遂昌县", "张", None, "示例丁", "遂昌县", "赵"),
                ("示例乙", "遂昌县", "李", None, "示例戊", "不知道", "钱"), ("示例丙", "遂昌县", "王"))


@pytest.mark.parametrize(("part", "found"), [
    (0, [("A3", "示例甲"), ("A4", "示例乙"), ("A5", "示例丙"), ("E3", "示例丁"), ("E4", "示例戊")]),
    (1, [("A3", "示例甲"), ("A4", "示例乙"), ("A5", "示例丙")]), (2, [("E3", "示例丁"), ("E4", "示例戊")]),
])
def test_lists_beside_each_other_are_read_all_or_one(county_ws: Workspace, tmp_path: Path, part: int,
                                                     found: list[tuple[str, str]]) -> None:
    source, plan = dried(county_ws, sheets.write(tmp_path / "并排.xlsx", SIDES), part=part)
    assert [(row.place.line, row.fate.label) for row in plan.rows] == found
    assert [len(plan.layout.lists), plan.layout.way.part] == [2, part]
    if part != 1:
        assert errors(plan) == [("E4 起的一行", "没有“不知道”这")]
        page = load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx")).worksheets[0]
        assert [[cell.value for cell in row][:2] for row in page.iter_rows()] == [
            ["2023年遂昌县企业名录", None], ["企业名称", "所在县（市、区）"], ["示例戊", "不知道"]]


def test_lists_without_a_gap_and_under_names_of_their_own(county_ws: Workspace, tmp_path: Path) -> None:
    path = book(tmp_path / "并排.xlsx", {"名录": [("妙高街道", None, "云峰街道", None), ("企业名称", "联系人") * 2,
                                              ("示例甲", "张", "示例乙", "李")]}, {"名录": ("A1:B1", "C1:D1")})
    _, plan = dried(county_ws, path, given={"county": "遂昌县"})
    assert [row.fate.label for row in plan.rows] == ["示例甲", "示例乙"]


def test_columns_under_groups_are_no_lists(county_ws: Workspace, tmp_path: Path) -> None:
    lines = [("产值", None, "利润", None), ("改善前", "改善后") * 2, (1, 2, 3, 4)]
    path = book(tmp_path / "项目.xlsx", {"项目": lines}, {"项目": ("A1:B1", "C1:D1")})
    source = importing.look(path)
    assert importing.layout_of(county_ws, source, form="lean_project", head=1).lists == ()


# Figures that are none

@pytest.mark.parametrize(("text", "wanted"), [
    ("120余人", "120"), ("近50人", "50"), ("50+", "50"), ("100多", "100"), ("不到80", "80"), ("１２０余名", "120"),
    ("120人左右", "120"), ("100-200", ""), ("上百人", ""), ("120余家", ""),
])
def test_an_approximate_figure_is_asked_for(county_ws: Workspace, tmp_path: Path, text: str, wanted: str) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [("企业名称", "所在县（市、区）", "指标年度", "从业人员（人）"),
                                               ("示例甲", "遂昌县", 2023, text)])
    _, plan = dried(county_ws, path)
    approximate = [one.message for one in plan.findings if "是约数" in one.message]
    kept = plan.rows[0].fate.payload["values"].get("staff")
    _, taken = dried(county_ws, path, rough=[3])
    after = taken.rows[0].fate.payload["values"].get("staff")
    if kept is not None:
        assert (kept, "qualifier" in plan.rows[0].fate.payload["marks"]["staff"]) == (int(wanted), True)
    elif wanted:
        assert [f"要按 {wanted} 人读入" in one for one in approximate] == [True]
        assert after == int(wanted)
        assert any(f"“{text}”按“{wanted}”读入" in note for note in taken.notes)
    else:
        assert (approximate, after, taken.rows[0].fate.state) == ([], None, "refused")


def test_the_columns_with_approximate_figures_are_known(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [HEADS, (1, "甲", "遂昌县", "120余人", "3000多万元", "张"),
                                               (2, "乙", "遂昌县", "近百人", "1亿多元", "李")])
    source = importing.look(path)
    layout = importing.layout_of(county_ws, source, form="enterprise")
    found = importing_preview.preview(county_ws, source, layout, "enterprise")
    asked = [(c.place, told) for c in layout.columns if (told := found.asked(c, c.target))]
    assert asked == [(3, ("120余人", "120人", 1)), (4, ("3000多万元", "3000万元", 2))]
    assert found.asked(layout.columns[3], "contact") is None


def test_what_a_field_keeps_with_its_figure_is_not_offered_as_refused(county_ws: Workspace, tmp_path: Path) -> None:
    """以上 of a sub-table's figure is kept, 余 is not: only that one is asked for, and refused."""
    heads = ("项目名称", "诊断机构", "企业名称", "指标名称", "改善前", "改善后")
    path = sheets.write(tmp_path / "项目.xlsx", [
        heads, ("甲项目", "乙机构", "双彩", "合格率", 40, "42以上"), (*[None] * 3, "周期", 40, "42余")])
    source = importing.look(path)
    layout = importing.layout_of(county_ws, source, form="lean_project")
    after = layout.columns[5]
    assert after.target == "kpis.after"
    assert importing_preview.preview(county_ws, source, layout, "lean_project").asked(after, after.target) == (
        "42余", "42", 1)
    plan = importing.dry_run(county_ws, source, layout, form="lean_project", quarter=QUARTER)
    assert [one.row for one in plan.findings if "约数" in one.message] == [3]


def test_a_hidden_sheet_is_named_and_read_only_where_it_is_asked_for(county_ws: Workspace, tmp_path: Path) -> None:
    path = book(tmp_path / "分乡镇.xlsx", {
        "旧名单": township("旧", ("甲", 1, 2, "钱")), "妙高": township("妙高", ("甲", 12, 300, "张")),
        "云峰": township("云峰", ("甲", 13, 400, "李"))})
    made = load_workbook(path)
    made["旧名单"].sheet_state = "hidden"
    made.save(path)
    source, plan = dried(county_ws, path)
    assert (plan.layout.sheet, plan.layout.others, plan.layout.hidden) == ("妙高", ("云峰", "旧名单"), ("旧名单",))
    assert "工作表“云峰”、“旧名单”（是隐藏的）的表头和这一张一样或差不多，这次没有读" in plan.notes
    layout = importing.layout_of(county_ws, source, form="enterprise", also=["旧名单"])
    asked = importing.dry_run(county_ws, source, layout, form="enterprise", quarter=QUARTER)
    assert [row.fate.label for row in asked.rows] == ["示例妙高甲", "示例旧甲"]
    assert "2 张工作表一起读，其中“旧名单”是隐藏的" in asked.notes


def test_a_sheet_in_another_unit_is_named_without_being_asked_for(county_ws: Workspace, tmp_path: Path) -> None:
    path = book(tmp_path / "分乡镇.xlsx", {
        "妙高": township("妙高", ("甲", 12, 300, "张")),
        "大柘": [[*HEADS[:3], "职工人数", "营业收入（亿元）", "联系人"], [1, "示例大柘甲", "遂昌县", 1, 2, "赵"]]})
    _, plan = dried(county_ws, path)
    assert ("这些工作表不能一起读，请单独导入：“大柘”（单位不同，少了“从业人员（人）”、“营业收入（万元）”，"
            "多了“职工人数”、“营业收入（亿元）”）") in plan.notes


# Given up and taken up again

def places(layout: Layout) -> dict[int, str]:
    return {column.place: column.target for column in layout.columns}


@pytest.mark.parametrize("wanted", [Way(LEFT), Way(ABOVE), Way(ABOVE, 2)], ids=["left", "above", "part"])
def test_the_way_comes_back_with_the_file(county_ws: Workspace, tmp_path: Path, wanted: Way) -> None:
    path = sheets.write(tmp_path / "表.xlsx", SIDES if wanted.part else ACROSS)
    source = importing.look(path)
    made = importing.layout_of(county_ws, source, form="enterprise", way=wanted)
    importing_resumed.keep_layout(county_ws, source, "enterprise", made, chosen=places(made), rough=[1])
    again = importing_resumed.begin(county_ws, importing.look(path), form="enterprise").layout
    assert (again.way, again.head, places(again)) == (made.way, made.head, places(made))
    assert [c.place for c in again.columns if c.rough] == [1]


def test_sheets_read_together_come_back_with_the_file(county_ws: Workspace, townships: Path) -> None:
    source = importing.look(townships)
    made = importing.layout_of(county_ws, source, form="enterprise", also=["石练"])
    importing_resumed.keep_layout(county_ws, source, "enterprise", made)
    assert importing_resumed.begin(county_ws, source, form="enterprise").layout.way.also == ("石练",)

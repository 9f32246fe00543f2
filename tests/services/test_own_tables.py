"""Own tables: columns, conditions, groups with subtotals; kept with history; as workbook and PDF."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from pairing_desktop.errors import Trouble
from pairing_desktop.services import own_tables, own_tables_worked
from pairing_desktop.services.own_tables import Condition, Definition, OwnColumn, Test
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import records
from tests.services import small

MARKED = small.FORMS["visit"].replace("{id: cost, label: 费用, type: decimal, unit: 元}",
                                      "{id: cost, label: 费用, type: decimal, unit: 元, marks: [nature, qualifier]}")


def filled(ws: Workspace) -> None:
    for name, code in (("甲公司", "91350100M000100Y43"), ("=乙公司", "")):
        small.put(ws, "firm", name=name, code=code)
    for firm, day, cost, done in (("甲公司", "2024-05-06", "约10", "是"), ("=乙公司", "2024-04-01", "2", "否"),
                                  ("甲公司", "2024-06-30", "30", "否"), ("甲公司", "2024-07-02", "99", "否")):
        small.put(ws, "visit", firm=firm, day=day, cost=cost, done=done)


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> small.Laid:
    return small.lay(tmp_path_factory.mktemp("laid"), filled, visit=MARKED)


def table(*columns: str, totals: tuple[str, ...] = (), **more: Any) -> Definition:
    return Definition(**{"name": "走访", "form": "visit", "columns": tuple(
        OwnColumn(c, total=c in totals) for c in columns), **more})


def shown(ws: Workspace, of: Definition, quarter: str = small.QUARTER) -> list[list[str]]:
    return [[c.text for c in line.cells] for line in own_tables_worked.worked(ws, of, quarter).part.lines]


def test_columns_of_the_record_and_of_the_one_it_refers_to(ws: Workspace) -> None:
    assert shown(ws, table("firm", "firm.code", "cost", sort="day")) == [
        ["1", "=乙公司", "—", "2.00"], ["2", "甲公司", "91350100M000100Y43", "约10"],
        ["3", "甲公司", "91350100M000100Y43", "30.00"]]


def test_groups_have_subtotals_and_a_total(ws: Workspace) -> None:
    assert shown(ws, table("day", "cost", totals=("cost",), group="firm", sort="-day")) == [
        ["=乙公司"], ["1", "2024-04-01", "2.00"], ["小计 1", "", "2.00"],
        ["甲公司"], ["2", "2024-06-30", "30.00"], ["3", "2024-05-06", "约10"], ["小计 2", "", "约40"],
        ["合计 3", "", "约42"]]


def test_another_nature_is_not_added(ws: Workspace) -> None:
    small.put(ws, "visit", firm="甲公司", day="2024-05-09", cost="预计500")
    worked = own_tables_worked.worked(ws, table("cost", totals=("cost",)), small.QUARTER)
    assert worked.part.lines[-1].cells[-1].text == "约42"
    assert worked.notes == "费用：另有 1 项为预计，未计入合计。"


@pytest.mark.parametrize(("path", "test", "text", "left"), [
    ("cost", "不少于", "10", 2), ("cost", "不多于", "１０", 2), ("cost", "等于", "30", 1), ("cost", "不等于", "30", 2),
    ("day", "不少于", "2024.5.6", 2), ("firm", "含", "乙", 1), ("firm", "等于", "甲公司", 2),
    ("firm", "不等于", "甲公司", 1),
    ("firm.code", "未填", "", 1), ("firm.code", "已填", "", 2), ("done", "等于", "是", 1),
])
def test_conditions(ws: Workspace, path: str, test: Test, text: str, left: int) -> None:
    assert len(shown(ws, table("firm", conditions=(Condition(path, test, text),)))) == left


@pytest.mark.parametrize(("condition", "said"), [
    (Condition("cost", "不少于", "多"), "条件“费用”的“多”看不懂"), (Condition("firm", "不少于", "1"), "不能比大小"),
    (Condition("gone", "已填"), "没有这几列：gone"),
])
def test_a_condition_that_can_not_be_told(ws: Workspace, condition: Condition, said: str) -> None:
    with pytest.raises(Trouble, match=said):
        shown(ws, table("firm", conditions=(condition,)))


def test_a_line_for_each_row_of_a_sub_table(ws: Workspace) -> None:
    keys = small.fill(ws)
    of = Definition(name="企业", form="sheet", table="firms",
                    columns=(OwnColumn("subject.name"), OwnColumn("period"), OwnColumn("firms.firm"),
                             OwnColumn("firms.staff", total=True)))
    assert shown(ws, of) == []
    from pairing_desktop.services import entering

    draft = entering.open_record(ws, form="sheet", key=keys["sheet"], quarter=small.QUARTER).draft
    for name, staff in (("甲公司", "5"), ("=乙公司", "7")):
        row = draft.add_row("firms")
        draft.set(f"firms/{row}/firm", entering.choices(ws, "firm", name)[0].key)
        draft.type(f"firms/{row}/staff", staff)
    entering.save(ws, draft)
    assert shown(ws, of) == [["1", "竹产业园", "2024年二季度", "甲公司", "5"],
                             ["2", "竹产业园", "2024年二季度", "=乙公司", "7"], ["合计 2", "", "", "", "12"]]
    cell = own_tables_worked.worked(ws, of, small.QUARTER).part.lines[0].cells[4]
    assert cell.behind[0].key == keys["sheet"]
    assert cell.behind[0].path.startswith("firms/")


def test_save_rename_delete_and_undo_keep_history(ws: Workspace) -> None:
    first, _ = own_tables.save(ws, table("firm", notes="注"))
    assert own_tables.saved(ws) == [first]
    renamed, step = own_tables.rename(ws, first, "走访二")
    assert (own_tables.saved(ws), step.said) == ([renamed], "改名“走访二”")
    own_tables.undo(ws, step)
    assert own_tables.saved(ws) == [first]
    gone = own_tables.delete(ws, first)
    assert own_tables.saved(ws) == []
    own_tables.undo(ws, gone)
    assert own_tables.saved(ws) == [first]
    second, made = own_tables.save(ws, table("day", name="别的"))
    own_tables.undo(ws, made)
    assert [t.id for t in own_tables.saved(ws)] == [first.id] != [second.id]
    with ws.store.reading() as conn:
        kept = records.find(conn, own_tables.FORM, first.id)[0]
        actions = [r.why for r in records.revisions(conn, kept.key)]
    assert actions == ["保存", "改名", "撤销改名“走访二”", "删除自定义表", "撤销删除“走访”"]


@pytest.mark.parametrize(("name", "columns", "said"), [("", ("firm",), "没有名称"), ("走访", ("day",), "已经有一张"),
                                                      ("空", (), "还没有选列")])
def test_what_can_not_be_saved(ws: Workspace, name: str, columns: tuple[str, ...], said: str) -> None:
    own_tables.save(ws, table("firm"))
    with pytest.raises(Trouble, match=said):
        own_tables.save(ws, table(*columns, name=name))
    assert len(own_tables.saved(ws)) == 1


def test_a_field_that_the_form_lost_is_told(ws: Workspace) -> None:
    kept, _ = own_tables.save(ws, table("firm", "gone"))
    with pytest.raises(Trouble, match="没有这几列：gone"):
        own_tables_worked.worked(ws, kept, small.QUARTER)


def test_the_workbook_is_plain_and_holds_values(ws: Workspace) -> None:
    of = table("firm", "day", "cost", totals=("cost",), sort="day", heading="走访/清单", notes="第一条\n第二条")
    book = load_workbook(BytesIO(own_tables_worked.workbook(ws, of, small.QUARTER)))
    sheet = book.worksheets[0]
    assert not sheet.protection.sheet
    rows = [[c.value for c in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "走访/清单"
    assert rows[1][0] == f"填报单位：{ws.about.bureau or ws.about.county_name}　　报告期：2024年二季度"
    assert rows[2] == ["序号", "企业", "日期", "费用\n（元）"]
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$3", "A4")
    assert (sheet.row_dimensions[3].height or 0) > 30, "the unit has room below its head"
    assert (rows[3][1], sheet["B4"].data_type, rows[3][3]) == ("=乙公司", "s", 2)
    assert str(rows[4][2])[:10] == "2024-05-06"
    assert sheet["C5"].number_format == "yyyy-mm-dd"
    assert rows[4][3] == "约10"
    assert rows[-2][0] == "第一条"


def test_a_long_name_goes_on_below_in_the_workbook(ws: Workspace) -> None:
    small.put(ws, "firm", name="示例生态竹木综合利用科技发展股份有限公司" * 2, code="")
    small.put(ws, "visit", firm="示例生态竹木综合利用科技发展股份有限公司" * 2, day="2024-04-01", cost="1")
    book = load_workbook(BytesIO(own_tables_worked.workbook(ws, table("firm", sort="day"), small.QUARTER)))
    sheet = book.worksheets[0]
    [cell] = [c for (c,) in sheet["B4:B9"] if str(c.value or "").startswith("示例生态")]
    assert cell.alignment.wrap_text
    assert (sheet.row_dimensions[cell.row].height or 0) > 30
    assert sheet.row_dimensions[3].height is None


@pytest.mark.parametrize(("columns", "wide"), [
    (("firm", "cost"), False),
    (("firm", "firm.code", "firm.phone", "firm.revenue", "day", "cost", "paid", "done", "sum", "firm.report",
      "firm.revenue", "day", "firm.code"), True),
])
def test_a_wide_table_lies_across_on_paper(ws: Workspace, columns: tuple[str, ...], *, wide: bool) -> None:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(own_tables_worked.pdf(ws, table(*columns, heading="走访清单"), small.QUARTER))
    width, height = pdf[0].get_size()
    page = pdf[0].get_textpage()
    text = page.get_text_range()
    page.close()
    pdf.close()
    assert (width > height) is wide
    assert "走访清单" in text


def test_what_may_be_chosen(ws: Workspace) -> None:
    paths = {c.path: c.label for c in own_tables.choices(ws, "sheet", "firms")}
    assert {"period", "subject.name", "total", "firms.firm", "firms.firm.code", "firms.staff"} <= paths.keys()
    assert paths["firms.firm.code"] == "企业·统一社会信用代码"
    assert own_tables.tables(ws, "sheet") == [("firms", "企业")]
    begin = own_tables.default(ws, "visit")
    assert [c.path for c in begin.columns] == ["firm", "day", "cost"]

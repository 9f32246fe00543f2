"""Filling a stranger's Excel template: the cells asked for, every other part as it was, all obstacles told at once."""

import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from pairing_desktop.errors import BadContent, Trouble
from pairing_desktop.services import own_tables, template_filling, template_units
from pairing_desktop.services.own_tables import Definition, OwnColumn
from pairing_desktop.services.template_filling import Filling
from pairing_desktop.services.template_xml import Place, Template, column_letters, column_number
from pairing_desktop.services.workspace import Workspace
from tests.services import small

NOW = datetime(2024, 7, 10, 2, 0, tzinfo=UTC)
COLUMNS = (OwnColumn("firm"), OwnColumn("firm.code"), OwnColumn("day"), OwnColumn("cost", total=True))
TABLE = Definition(name="走访", form="visit", columns=COLUMNS, sort="day")


@pytest.fixture
def filled_ws(ws: Workspace) -> Workspace:
    small.put(ws, "firm", name="甲公司", code="91350100M000100Y43", revenue="约12.5")
    small.put(ws, "firm", name="=乙公司", code="")
    small.put(ws, "visit", firm="甲公司", day="2024-05-06", cost="1234.5")
    small.put(ws, "visit", firm="=乙公司", day="2024-06-07", cost="20")
    return ws


def template(path: Path, *, protect: bool = False) -> Path:
    """Write a template as other departments do: heads, a chart, a list, a total, a merge, a note."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "汇总 表"
    sheet["A1"] = "企业走访统计表"
    sheet.merge_cells("A1:E1")
    sheet["A2"], sheet["C2"] = "填报单位：", "报告期："
    for cell, text in zip("ABCDE", ("序号", "企 业", "统一社会信用代码", "日期", "费用（元）"), strict=True):
        sheet[f"{cell}3"] = text
        sheet[f"{cell}3"].font = Font(bold=True)
    sheet["E4"].number_format = "#,##0.00"
    sheet["E4"].fill = PatternFill("solid", "FFFF00")
    sheet["D4"].number_format = "yyyy-mm-dd"
    sheet["C4"].number_format = "@"
    sheet["D9"], sheet["E9"] = "合计", "=SUM(E4:E8)"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=5, min_row=4, max_row=8))
    sheet.add_chart(chart, "G2")
    rule = DataValidation(type="list", formula1='"甲,乙"')
    rule.add("B4:B8")
    sheet.add_data_validation(rule)
    other = book.create_sheet("说明")
    other["A1"] = "填表说明"
    if protect:
        sheet.protection.sheet = True
        for row in sheet["A4:D8"]:
            for cell in row:
                cell.protection = Protection(locked=False)
    book.save(path)
    return path


WHOLE = Filling(sheet="汇总 表", first_row=4, columns=(("#", "A"), ("firm", "B"), ("firm.code", "C"), ("day", "D"),
                                                   ("cost", "E")), cells=(("B2", "word:bureau"), ("D2", "word:period")))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_values_stand_where_they_belong_with_their_types(filled_ws: Workspace, tmp_path: Path) -> None:
    path = template(tmp_path / "模板.xlsx")
    done = template_filling.filled(filled_ws, TABLE, WHOLE, small.QUARTER, path)
    assert (done.cells, done.lines) == (12, 2)
    sheet = load_workbook(BytesIO(done.content))["汇总 表"]
    assert [[c.value for c in row] for row in sheet["A4:E5"]] == [
        [1, "甲公司", "91350100M000100Y43", datetime(2024, 5, 6), 1234.5],  # noqa: DTZ001  # openpyxl's
        [2, "=乙公司", None, datetime(2024, 6, 7), 20],  # noqa: DTZ001  # the cell's style goes on below
    ]
    assert (sheet["B5"].data_type, sheet["E5"].number_format, sheet["E5"].fill.fgColor.rgb) == (
        "s", "#,##0.00", "00FFFF00")
    assert (sheet["B2"].value, sheet["D2"].value, sheet["E9"].value) == ("遂昌县某局", "2024年二季度", "=SUM(E4:E8)")


def test_every_other_part_stays_byte_for_byte(filled_ws: Workspace, tmp_path: Path) -> None:
    path = template(tmp_path / "模板.xlsx")
    before = parts(path.read_bytes())
    after = parts(template_filling.filled(filled_ws, TABLE, WHOLE, small.QUARTER, path).content)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]
    assert any(name.startswith("xl/charts/") for name in before)
    assert b"dataValidation" in after["xl/worksheets/sheet1.xml"]


def test_a_guess_finds_the_heads(filled_ws: Workspace, tmp_path: Path) -> None:
    path = template(tmp_path / "模板.xlsx")
    titles = [("firm", "企业"), ("firm.code", "统一社会信用代码"), ("cost", "费用"), ("day", "走访日期")]
    guessed = template_filling.guess(path, "汇总 表", titles)
    assert guessed.first_row == 4
    assert dict(guessed.columns) == {"#": "A", "firm": "B", "firm.code": "C", "cost": "E"}


def test_heads_that_are_called_a_little_otherwise_are_found(tmp_path: Path) -> None:
    book = Workbook()
    book["Sheet"].append(["某部门汇总表"])
    book["Sheet"].append(["序号", "企业全称", "信用代码", "补助资金（万元）", "计划完成时间"])
    book.save(tmp_path / "模板.xlsx")
    titles = [("enterprise", "企业名称"), ("enterprise.credit_code", "企业名称 · 统一社会信用代码"),
              ("subsidy", "专项资金补助"), ("plan_end", "计划完成"), ("end", "实际完成")]
    found = template_filling.guess(tmp_path / "模板.xlsx", "Sheet", titles)
    assert (found.first_row, dict(found.columns)) == (3, {
        "#": "A", "enterprise": "B", "enterprise.credit_code": "C", "subsidy": "D", "plan_end": "E"})


def test_a_head_of_two_rows_is_found(tmp_path: Path) -> None:
    book = Workbook()
    page = book["Sheet"]
    for row in (["园区情况表"], ["园区名称", "土地", None, "完成投资（万元）"], [None, "规划面积", "已建成面积", None]):
        page.append(row)
    for area in ("A2:A3", "B2:C2", "D2:D3"):
        page.merge_cells(area)
    book.save(tmp_path / "模板.xlsx")
    titles = [("subject", "园区名称"), ("land_planned", "规划面积"), ("land_built", "已建成面积"),
              ("invest", "完成投资")]
    found = template_filling.guess(tmp_path / "模板.xlsx", "Sheet", titles)
    assert found.first_row == 4
    assert dict(found.columns) == {"subject": "A", "land_planned": "B", "land_built": "C", "invest": "D"}


@pytest.mark.parametrize(("head", "title"), [("企业", "企业名称"), ("园区", "园区名称"), ("公司", "企业名称")])
def test_what_a_head_names_stands_for_its_name(tmp_path: Path, head: str, title: str) -> None:
    book = Workbook()
    book["Sheet"].append(["序号", head, "合同额（万元）"])
    book.save(tmp_path / "模板.xlsx")
    found = template_filling.guess(tmp_path / "模板.xlsx", "Sheet", [("name", title), ("contract_sum", "合同额")])
    assert dict(found.columns) == {"#": "A", "name": "B", "contract_sum": "C"}


@pytest.mark.parametrize(("head", "note", "values", "words"), [
    ("费用（万元）", "", [Decimal("0.12345"), Decimal("0.002")], "费用：元折算为万元"),
    ("费用", "金额单位：万元", [Decimal("0.12345"), Decimal("0.002")], "费用：元折算为万元"),
    ("费用（元）", "单位：万元", [Decimal("1234.5"), Decimal(20)], ""),
    ("费用", "", [Decimal("1234.5"), Decimal(20)], ""),
])
def test_a_figure_is_filled_in_the_template_s_unit(filled_ws: Workspace, tmp_path: Path, head: str, note: str,
                                                   values: list[Decimal], words: str) -> None:
    book = Workbook()
    book["Sheet"].append([note, "总费用（亿元）"])
    book["Sheet"].append(["企业", head])
    book.save(tmp_path / "模板.xlsx")
    filling = Filling(sheet="Sheet", first_row=3, columns=(("firm", "A"), ("cost", "B")), cells=(("C1", "total:cost"),))
    done = template_filling.filled(filled_ws, TABLE, filling, small.QUARTER, tmp_path / "模板.xlsx")
    sheet = load_workbook(BytesIO(done.content))["Sheet"]
    assert [Decimal(str(sheet[f"B{row}"].value)) for row in (3, 4)] == values
    assert Decimal(str(sheet["C1"].value)) == Decimal("0.0000125450")
    assert done.converted == tuple(filter(None, (words, "费用：元折算为亿元")))


def test_a_figure_without_end_in_another_unit_is_cut_and_no_other() -> None:
    from pairing_desktop.formspec.summary_values import Shown

    assert template_units.converted(Shown("262", Decimal(262)), Decimal(15)) == Shown(
        "17.466667", Decimal("17.466667"), number_format="")
    tiny = template_units.converted(Shown("0.01", Decimal("0.01")), Decimal(100_000_000))
    assert tiny is not None
    assert tiny.held == Decimal("0.0000000001")


def test_a_figure_with_words_of_its_own_is_not_converted(filled_ws: Workspace) -> None:
    from pairing_desktop.formspec.summary_values import Shown

    shown = Shown("30（预计）", None, figure=True)
    assert template_units.converted(shown, Decimal(10000)) is None
    assert template_units.converted(shown, Decimal(1)) is shown
    assert template_units.converted(Shown("约30", Decimal(30), qualifier="约"), Decimal(10000)) == Shown(
        "约0.003", Decimal("0.003"), qualifier="约")


def test_a_unit_that_is_another_measure_is_refused(filled_ws: Workspace, tmp_path: Path) -> None:
    book = Workbook()
    book["Sheet"].append(["企业", "重量（吨）"])
    book.save(tmp_path / "模板.xlsx")
    filling = Filling(sheet="Sheet", first_row=2, columns=(("firm", "A"), ("cost", "B")))
    assert "B 要填“费用”（元），模板表头写的单位是吨，不能折算" in said(filled_ws, filling, tmp_path / "模板.xlsx")


def test_a_total_at_the_foot_of_a_column_is_in_its_unit(filled_ws: Workspace, tmp_path: Path) -> None:
    book = Workbook()
    book["Sheet"].append(["单位：元"])
    book["Sheet"].append(["企业", "费用（万元）"])
    book["Sheet"]["A6"] = "合计"
    book.save(tmp_path / "模板.xlsx")
    filling = Filling(sheet="Sheet", first_row=3, columns=(("firm", "A"), ("cost", "B")), cells=(("B6", "total:cost"),))
    done = template_filling.filled(filled_ws, TABLE, filling, small.QUARTER, tmp_path / "模板.xlsx")
    assert Decimal(str(load_workbook(BytesIO(done.content))["Sheet"]["B6"].value)) == Decimal("0.12545")


def test_nothing_is_filled_twice(filled_ws: Workspace, tmp_path: Path) -> None:
    path = template(tmp_path / "模板.xlsx")
    filling = Filling(sheet="汇总 表", first_row=4, columns=(("firm", "B"), ("firm.code", "B"), ("day", "D")),
                      cells=(("D5", "word:bureau"), ("G1", "word:county"), ("G1", "word:period")))
    told = said(filled_ws, filling, path)
    assert "都要填到模板的 B 列" in told
    assert "D5 已经要填" in told
    assert "G1 已经要填" in told


def test_the_template_itself_is_never_written_over(filled_ws: Workspace, tmp_path: Path) -> None:
    path = template(tmp_path / "模板.xlsx")
    before = path.read_bytes()
    done = template_filling.filled(filled_ws, TABLE, WHOLE, small.QUARTER, path)
    with pytest.raises(Trouble, match=r"不能写到 模板\.xlsx 上"):
        template_filling.save(done, path, tmp_path / "." / "模板.xlsx")
    assert path.read_bytes() == before


def said(ws: Workspace, filling: Filling, path: Path, table: Definition = TABLE) -> str:
    before = path.read_bytes()
    with pytest.raises(BadContent) as raised:
        template_filling.filled(ws, table, filling, small.QUARTER, path)
    assert path.read_bytes() == before
    return str(raised.value)


def test_all_that_stands_in_the_way_is_told_at_once(filled_ws: Workspace, tmp_path: Path) -> None:
    path = template(tmp_path / "模板.xlsx", protect=True)
    filling = Filling(sheet="汇总 表", first_row=4, columns=(("firm", "B"), ("cost", "E")),
                      cells=(("C1", "word:county"), ("E9", "total:cost"), ("D9", "word:county"), ("Q0", "word:county"),
                             ("H2", "value:firm"), ("H3", "word:nothing")))
    text = said(filled_ws, filling, path)
    for part in ("C1 在合并单元格 A1:E1 里面", "E9 是公式 =SUM(E4:E8)", "D9 已有内容“合计”", "“Q0”不是单元格",
                 "H2 只能填一条记录，现在有 2 条", "H3 要填的“nothing”", "E4 被模板锁定", "E5 被模板锁定"):
        assert part in text, part
    assert "B4" not in text


def test_lines_that_do_not_fit_above_what_follows_are_refused(filled_ws: Workspace, tmp_path: Path) -> None:
    path = template(tmp_path / "模板.xlsx")
    filling = Filling(sheet="汇总 表", first_row=8, columns=(("firm", "D"),))
    assert "从第 8 行起只有 1 行空着，要填 2 行；第 9 行有“合计”" in said(filled_ws, filling, path)


def test_a_missing_sheet_and_an_empty_mapping(filled_ws: Workspace, tmp_path: Path) -> None:
    path = template(tmp_path / "模板.xlsx")
    with pytest.raises(Trouble, match="没有工作表“别的”"):
        template_filling.filled(filled_ws, TABLE, Filling(sheet="别的", cells=(("A1", "word:county"),)), small.QUARTER,
                                path)
    assert "还没有指定" in said(filled_ws, Filling(sheet="说明"), path)


@pytest.mark.parametrize(("name", "content", "words"), [
    ("旧.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "不是 .xlsx"),
    ("密.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "打开密码"),
    ("坏.xlsx", b"PK\x03\x04", "不是 .xlsx"), ("空.xlsx", b"", "不是 .xlsx"), ("网页.xlsx", b"<html>", "不是 .xlsx"),
])
def test_what_is_no_workbook_is_told(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Trouble, match=words):
        template_filling.sheets(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "弹.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/worksheets/sheet1.xml", b"\0" * 210_000_000)
    with pytest.raises(Trouble, match="太大"):
        template_filling.sheets(path)


def test_totals_and_one_record_go_into_cells(filled_ws: Workspace, tmp_path: Path) -> None:
    path = template(tmp_path / "模板.xlsx")
    one = Definition(name="一家", form="visit", columns=COLUMNS, conditions=(
        own_tables.Condition("firm", "等于", "甲公司"),))
    filling = Filling(sheet="说明", cells=(("B2", "value:firm"), ("B3", "value:cost"), ("B4", "total:cost"),
                                         ("B5", "word:count"), ("B6", "word:county")))
    done = template_filling.filled(filled_ws, one, filling, small.QUARTER, path)
    sheet = load_workbook(BytesIO(done.content))["说明"]
    assert [sheet[f"B{n}"].value for n in range(2, 7)] == ["甲公司", 1234.5, 1234.5, 1, "遂昌县"]
    assert (done.cells, done.lines) == (5, 0)


def test_about_goes_with_its_figure(filled_ws: Workspace, tmp_path: Path) -> None:
    path = template(tmp_path / "模板.xlsx")
    firms = Definition(name="企业", form="firm", columns=(OwnColumn("name"), OwnColumn("revenue")))
    filling = Filling(sheet="说明", first_row=3, columns=(("name", "A"), ("revenue", "B")))
    done = template_filling.filled(filled_ws, firms, filling, small.QUARTER, path)
    sheet = load_workbook(BytesIO(done.content))["说明"]
    assert [[c.value for c in row] for row in sheet["A3:B4"]] == [["甲公司", "约12.5"], ["=乙公司", None]]


def test_a_filling_is_kept_with_its_table(filled_ws: Workspace) -> None:
    kept, _ = own_tables.save(filled_ws, Definition(name="走访", form="visit", columns=COLUMNS, template=WHOLE.plain()))
    assert template_filling.of(own_tables.saved(filled_ws)[0]) == WHOLE
    assert kept.id


@pytest.mark.parametrize(("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("AZ", 52), ("XFD", 16384)])
def test_columns_by_letters(letters: str, number: int) -> None:
    assert (column_number(letters), column_letters(number)) == (number, letters)


def test_a_sheet_without_rows_takes_values(tmp_path: Path) -> None:
    path = tmp_path / "空表.xlsx"
    Workbook().save(path)
    book = Template(path.read_bytes(), path.name)
    made = book.with_values("Sheet", {Place(3, 2): Decimal("1.50"), Place(1, 28): "甲", Place(3, 1): None})
    sheet = load_workbook(BytesIO(made))["Sheet"]
    assert (sheet["B3"].value, sheet["AB1"].value, sheet["A3"].value) == (1.5, "甲", None)

"""Collection workbooks and old files through LibreOffice: filled, saved, converted, and read back without loss."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from pairing_desktop.errors import Trouble
from pairing_desktop.services import collecting, importing, importing_writing, listing, workspace
from pairing_desktop.services.importing_lacking import lacking
from pairing_desktop.services.workspace import Workspace
from tests import outside_tools
from tests.conftest import NOW
from tests.outside_tools import Office
from tests.services import sheets, small
from tests.services.small import QUARTER

pytestmark = pytest.mark.outside


def convert(office: Office, path: Path, to: str, folder: Path) -> Path:
    """Let LibreOffice open a file and save it anew, in a folder of its own."""
    folder.mkdir(exist_ok=True)
    return office.convert(to, folder, path)


def fill(path: Path, page: str, rows: Sequence[Sequence[Any]], first: int = 6, column: int = 2) -> None:
    book = load_workbook(path)
    for number, row in enumerate(rows, start=first):
        for place, value in enumerate(row, start=column):
            if value is not None:
                book[page].cell(number, place).value = value
    book.save(path)


def test_a_collection_workbook_comes_back_from_libreoffice(ws: Workspace, office: Office, tmp_path: Path) -> None:
    """Form, subject, table rows, codes with zeros, dates and words survive; nothing needs to be mapped."""
    small.fill(ws)
    small.put(ws, "park", name="数字园")
    path = collecting.save(ws, "sheet", tmp_path / "季报.xlsx", quarter=QUARTER)
    fill(path, "园区季报", [("数字园", 42.5, "－1 起步"), ("竹产业园", "约60", None)])
    fill(path, "企业", [(1, "甲公司", 12), (2, "甲公司", 7)], column=1)
    back = convert(office, path, "xlsx:Calc MS Excel 2007 XML", tmp_path / "回")
    source = importing.look(back)
    assert (source.form, source.period, source.sheets) == ("sheet", QUARTER, ("园区季报", "企业"))
    _, plan = sheets.plan(ws, back, "sheet")
    assert [r.fate.state for r in plan.rows] == ["new", "changed"]
    first, second = (r.fate.payload for r in plan.rows)
    assert first["values"]["total"] == "42.5"
    assert second["values"]["total"] == "60"
    assert second["marks"]["total"] == {"qualifier": "约"}
    assert [row["values"]["staff"] for row in first["values"]["firms"]] == [12]
    outcome = importing_writing.carry_out(ws, plan)
    assert (outcome.created, outcome.changed) == (1, 1)
    _, again = sheets.plan(ws, back, "sheet")
    assert [r.fate.state for r in again.rows] == ["unchanged", "unchanged"]


def test_columns_moved_renamed_and_missing(ws: Workspace, office: Office, tmp_path: Path) -> None:
    path = collecting.save(ws, "firm", tmp_path / "企业.xlsx", quarter=QUARTER)
    fill(path, "企业", [("甲公司", "91350100M000100Y43", 12, None, "0578-9000000")])
    book = load_workbook(path)
    page: Any = book["企业"]
    page.protection.sheet = False
    page.move_range("B3:B6", cols=9)  # the name goes to the end
    page.delete_cols(4)  # the revenue is gone
    for cell in page[5]:
        if cell.value and "代码" in str(cell.value):
            cell.value = "编号"
    book.save(path)
    _, plan = sheets.plan(ws, convert(office, path, "xlsx:Calc MS Excel 2007 XML", tmp_path / "回"))
    values = plan.rows[0].fate.payload["values"]
    assert values == {"name": "甲公司", "code": "91350100M000100Y43", "phone": "0578-9000000"}
    assert "采集表里少了这些列，原有的数不动：营业收入" in plan.notes


def test_another_version_is_told_and_read(ws: Workspace, tmp_path: Path) -> None:
    path = collecting.save(ws, "firm", tmp_path / "企业.xlsx", quarter=QUARTER)
    fill(path, "企业", [("甲公司", None, 12, None)])
    book = load_workbook(path)
    page: Any = book["_pairing"]
    assert [page.cell(row, 1).value for row in range(2, 6)] == ["form", "title", "version", "digest"]
    page["B4"], page["B5"] = "0", "0" * 64
    book.save(path)
    _, plan = sheets.plan(ws, path)
    assert plan.notes[0] == "采集表是第 0 版，现在的表是第 1 版：能对上的列照常读入"
    assert plan.rows[0].fate.payload["values"]["revenue"] == "12"


def test_a_workbook_for_another_form_is_refused(ws: Workspace, tmp_path: Path) -> None:
    path = collecting.save(ws, "firm", tmp_path / "企业.xlsx", quarter=QUARTER)
    with pytest.raises(Trouble, match="这份采集表是“企业”的，不是“走访”的"):
        sheets.plan(ws, path, "visit")


@pytest.mark.parametrize("to", ["xls:MS Excel 97", "xlsx:Calc MS Excel 2007 XML"])
def test_last_years_table_in_either_kind(ws: Workspace, office: Office, tmp_path: Path, to: str) -> None:
    path = sheets.write(tmp_path / "去年.xlsx", [
        ("企业名称", "统一社会信用代码", "营业收入（亿元）"), ("㛃䶮𬳽公司", "91350100M000100Y43", 0.5),
        ("合计", None, 0.5)])
    made = convert(office, path, to, tmp_path / "老")
    _, plan = sheets.plan(ws, made)
    assert [r.fate.payload["values"] for r in plan.rows] == [
        {"name": "㛃䶮𬳽公司", "code": "91350100M000100Y43", "revenue": "5000"}]
    importing_writing.carry_out(ws, plan)
    assert [line.label for line in listing.list_records(ws, "firm", quarter=QUARTER).lines] == ["㛃䶮𬳽公司"]


@pytest.mark.parametrize("name", ["b.xlsx", "b.xls"])
def test_a_password_is_told(tmp_path: Path, name: str) -> None:
    """Encrypted by LibreOffice as Excel does: a package within an OLE file, or an old workbook's own way."""
    outside_tools.need("soffice", "libreoffice-calc")
    path = sheets.write(tmp_path / "a.xlsx", [("企业名称",), ("甲公司",)])
    script = Path(__file__).with_name("lock_sheet.py")
    made = tmp_path / name
    done = subprocess.run(["/usr/bin/python3", str(script), str(path), str(made)], check=False, capture_output=True,
                          timeout=120)
    if done.returncode == 77:
        outside_tools.need("python3-uno", "python3-uno")
    assert done.returncode == 0, done.stderr.decode()
    with pytest.raises(Trouble, match="加了打开密码"):
        importing.look(made)


def county_table(folder: Path) -> Path:
    """Write a table as a county keeps it: title, a merged head of two rows, no county, no year, a total, a note."""
    from openpyxl import Workbook

    book = Workbook()
    page: Any = book.active
    for row in (["遂昌县2023年参与企业基本情况表"], ["填报单位：示例单位"],
                ["序号", "企业名称", "所在乡镇", "2023年主要指标", None, "联系方式"],
                [None, None, None, "营业收入\n（亿元）", "从业人员（人）", "电话"],
                [1, "示例竹业有限公司", "妙高街道", 0.62, 186, "0578-8000001"],
                [2, "示例茶叶厂", "北界镇", 1.2, "约90", "0578-8000002"],
                ["合计", None, None, 1.82, 276], ["注：数据截至2023年12月。"]):
        page.append(row)
    for area in ("A1:F1", "A3:A4", "B3:B4", "C3:C4", "D3:E3"):
        page.merge_cells(area)
    path = folder / "企业情况.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("to", ["", "ods", "xls:MS Excel 97", "csv:Text - txt - csv (StarCalc):44,34,76,1"])
def test_a_countys_own_table_goes_in_as_it_is(office: Office, tmp_path: Path, to: str) -> None:
    """Whatever program saved it: nothing is to be changed in the sheet, nothing chosen, only looked at."""
    path = county_table(tmp_path)
    if to:
        path = convert(office, path, to, tmp_path / "saved")
    with workspace.create(tmp_path / "遂昌.pairing", county="331123", partner="330402", now=NOW, who="甲",
                          clock=lambda: NOW) as ws:
        source = importing.look(path)
        layout = importing.layout_of(ws, source, form="enterprise")
        once = {one.target.id: one.text for one in lacking(ws, source, layout, form="enterprise")}
        assert once == {"county": "遂昌县", "figures_year": "2023"}
        done = importing.dry_run(ws, source, layout, form="enterprise", quarter="2024Q2", given=once)
        assert (done.counts()["new"], done.counts()["refused"]) == (2, 0)
        first = done.rows[0].fate.payload["values"]
        assert {name: first[name] for name in ("name", "place", "revenue", "staff", "phone", "figures_year")} == {
            "name": "示例竹业有限公司", "place": "妙高街道", "revenue": "6200", "staff": 186,
            "phone": "0578-8000001", "figures_year": 2023}
        assert {"没有“所在县（市、区）”的行按“遂昌县”读入", "没有“指标年度”的行按“2023”读入"} <= set(done.notes)
        with pytest.raises(Trouble, match="指标年度"):
            importing.dry_run(ws, source, layout, form="enterprise", quarter="2024Q2", given={"figures_year": "去年"})


@pytest.mark.parametrize("to", ["ods", "xls:MS Excel 97"])
def test_a_figure_goes_in_as_its_cell_shows_it(ws: Workspace, office: Office, tmp_path: Path, to: str) -> None:
    """In another unit, or rounded to thousands; what shows nothing one can count on is refused with its two sides."""
    book = Workbook()
    page: Any = book.worksheets[0]
    page.append(["企业名称", "营业收入（万元）"])
    shown = [(1.25, '0.00"亿"'), (12000, '#,##0.00"元"'), (12, '"约"0"万元"'), (1234567, '#,##0,"千元"'),
             (12.6, "0"), (1234, '0" 5"')]
    for number, (value, code) in enumerate(shown):
        page.append([f"遂昌{number}厂", value])
        page.cell(page.max_row, 2).number_format = code
    page["B2"].comment = Comment("2023年", "甲")
    book.save(tmp_path / "表.xlsx")
    _, plan = sheets.plan(ws, convert(office, tmp_path / "表.xlsx", to, tmp_path / "回"), "firm")
    assert [row.fate.payload["values"].get("revenue") for row in plan.rows][:5] == [
        "12500", "1.2", "12", "123.46", "12.6"]
    if to == "ods":
        [said] = [f.message for f in plan.rows[5].fate.findings if f.field == "revenue" and f.level == "error"]
        assert "1234 5（存的是1234）" in said


@pytest.mark.parametrize("to", ["ods", "xls:MS Excel 97"])
def test_what_the_eye_sees_of_an_old_file(ws: Workspace, office: Office, tmp_path: Path, to: str) -> None:
    """An error is told and never taken for blank, 65 % is 65, hidden rows and columns are told of."""
    book = Workbook()
    page: Any = book.worksheets[0]
    for line in (("企业名称", "营业收入（万元）", "备注", "率"), ("甲公司", "=1/0", None, 0.65),
                 ("乙公司", 12, "旧", None), ("丙公司", "=NA()", None, 0.7)):
        page.append(line)
    page["D2"].number_format = "0%"
    page["D4"].number_format = "0.00"
    page["E4"] = 1.5
    page["E4"].number_format = '0.00"亿元"'
    page.row_dimensions[3].hidden = True
    page.column_dimensions["C"].hidden = True
    page.merge_cells("C3:C4")
    page.merge_cells("A6:D7")
    book.save(tmp_path / "表.xlsx")
    back = convert(office, tmp_path / "表.xlsx", to, tmp_path / "回")
    sheet = importing.look(back).book.sheet(page.title)
    assert (sheet.percents, sheet.hidden_rows, sheet.hidden_columns) == ({(1, 3)}, {2}, {2})
    assert set(sheet.merged) == {(2, 2, 3, 2), (5, 0, 6, 3)}
    assert sheet.rows[3][4] == "1.5亿元"
    _, plan = sheets.plan(ws, back, "firm")
    told = {f.row: (f.level, f.field) for row in plan.rows for f in row.fate.findings if f.field == "revenue"}
    assert told == {2: ("error", "revenue"), 4: ("error", "revenue")}
    assert [row.fate.state for row in plan.rows][1] == "new"

"""Reading spreadsheets: what they hold, what the eye would not see, and everything that is no spreadsheet."""

import contextlib
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pairing_desktop.errors import Trouble
from pairing_desktop.exchange import spreadsheet, spreadsheet_xml

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def book(path: Path, *rows: tuple[Any, ...]) -> Workbook:
    made = Workbook()
    page: Any = made.active
    page.title = "名录"
    for row in rows:
        page.append(list(row))
    made.save(path)
    return made


def read(path: Path) -> spreadsheet.Sheet:
    found = spreadsheet.open_book(path)
    return found.sheet(found.names[0])


def refusal(path: Path) -> str:
    with pytest.raises(Trouble) as told:
        read(path)
    assert len(told.value.problems) == 1
    said = str(told.value.problems[0])
    assert said.endswith("。")
    assert not any(word in said.lower() for word in ("error", "traceback", "zip", "none"))
    return told.value.problems[0].code.removeprefix("importing.")


def test_cells_as_python_values(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book(path, ("企业名称", "日期"), ("𬳽㛃䶮", date(2024, 5, 6)), (None, True), (0.1, "无"))
    sheet = spreadsheet.open_book(path).sheet("名录")
    assert list(map(list, sheet.rows)) == [["企业名称", "日期"], ["𬳽㛃䶮", date(2024, 5, 6)], ["", True], [0.1, "无"]]


def test_a_workbook_named_as_another_kind_is_read_as_what_it_is(tmp_path: Path) -> None:
    book(tmp_path / "导出.xlsx", ("企业名称", "双彩新材料"))
    (tmp_path / "导出.xlsx").rename(tmp_path / "导出.xls")
    assert list(map(list, read(tmp_path / "导出.xls").rows)) == [["企业名称", "双彩新材料"]]


def test_what_the_eye_does_not_see(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = book(path, ("名称", "率", "数"), ("甲", 0.652, "=1+1"), ("乙", 0.5, 3))
    page: Any = made.active
    page["B2"].number_format = "0.0%"
    page.row_dimensions[3].hidden = True
    page.column_dimensions["C"].hidden = True
    page.auto_filter.ref = "A1:C3"
    page.auto_filter.add_filter_column(0, ["甲"])
    page.merge_cells("A5:B6")
    made.create_sheet("隐藏").sheet_state = "veryHidden"
    made.save(path)
    found = spreadsheet.open_book(path)
    sheet = found.sheet("名录")
    assert found.hidden == {"隐藏"}
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.filtered) == ({2}, {2}, True)
    assert sheet.percents == {(1, 1)}
    assert sheet.uncounted == {(1, 2)}
    assert sheet.merged == ((4, 0, 5, 1),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_in_any_spelling(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "名录.csv"
    lines = (separator.join(row) for row in (("企业名称", "备注"), ("甲公司㛃䶮", '"两\n行"'), ("", '"=""001"""')))
    path.write_bytes("\r\n".join(lines).encode(encoding))
    sheet = spreadsheet.open_book(path).sheet("名录")
    assert list(map(list, sheet.rows)) == [["企业名称", "备注"], ["甲公司㛃䶮", "两\n行"], ["", "001"]]


def test_a_quotation_mark_that_swallows_lines_is_told(tmp_path: Path) -> None:
    path = tmp_path / "名录.csv"
    path.write_text('企业名称,县,备注\n甲,遂昌,"两\n行, 都是它的"\n乙,遂昌,"没有结束\n丙,遂昌,无\n', encoding="gb18030")
    sheet = read(path)
    assert [row[0] for row in sheet.rows] == ["企业名称", "甲", "乙"]
    assert sheet.swallowed == {(2, 2)}


@pytest.mark.parametrize(("content", "code"), [
    (b"", "empty_file"),
    (b"\r\n\r\n", "empty_file"),
    ("<html><table><tr><td>企业名称</td></tr></table></html>".encode(), "web_page"),
    ("\ufeff  <!DOCTYPE html><html></html>".encode(), "web_page"),
    (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "web_page"),
    (b"PK\x03\x04 but no more", "damaged"),
    (OLE + b"\x00" * 600, "damaged"),
    (OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600, "password"),
    (b"\x00\x01\x02\x03" * 200, "not_sheet"),
    (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "other_kind"),
    (b"%PDF-1.7\n" * 10, "other_kind"),
])
@pytest.mark.parametrize("name", ["a.xls", "a.xlsx"])
def test_what_is_no_spreadsheet(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == code


def test_gone_or_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "没有.xlsx") == "unreadable"
    assert refusal(tmp_path) == "unreadable"


def test_a_document_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<a/>")
    assert refusal(path) == "not_sheet"
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n" * 10)
    assert refusal(path) == "not_sheet"


@pytest.mark.parametrize(("name", "begins", "code"), [
    ("a.xlsx", b"PK\x03\x04", "too_large"), ("a.csv", b"a,b\n", "too_large_text")])
def test_two_hundred_megabytes(tmp_path: Path, name: str, begins: bytes, code: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(begins)
        file.truncate(200_000_000)
    assert refusal(path) == code


def test_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book(path, ("企业名称",))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet9.xml", b" " * 40_000_000)
    assert refusal(path) == "bomb"


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book(path, ("企业名称",))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet9.xml", b" " * 40_000_000)
    content = path.read_bytes()
    path.write_bytes(content.replace((40_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert refusal(path) == "damaged"


def test_a_cell_in_the_last_corner(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = book(path, ("企业名称",))
    page: Any = made.active
    page["XFD1048576"] = "远"
    made.save(path)
    assert refusal(path) == "too_wide"


def test_styles_that_reach_far_are_no_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = book(path, ("企业名称",))
    page: Any = made.active
    page["XFD1048576"].number_format = "0.00"
    made.save(path)
    assert [list(row) for row in spreadsheet.open_book(path).sheet("名录").rows] == [["企业名称"]]


def test_every_part_cut_short_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book(path, ("企业名称",), ("甲公司",))
    whole = path.read_bytes()
    for size in range(10, len(whole) - 1, len(whole) // 12):
        path.write_bytes(whole[:size])
        assert refusal(path) == "damaged"


def test_a_bit_turned_anywhere_is_told_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book(path, ("企业名称",), ("甲公司",))
    whole = path.read_bytes()
    for place in range(0, len(whole), len(whole) // 60):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1:])
        with contextlib.suppress(Trouble):
            read(path)


@pytest.mark.parametrize("piece", [1, 70, 300])
def test_a_sheet_looked_through_in_pieces_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                        piece: int) -> None:
    made = Workbook()
    page: Any = made.active
    for row in range(1, 40):
        page.append([f"甲{row}", row / 100, "#N/A" if row % 7 == 0 else "", None])
        page.cell(row, 2).number_format = "0%" if row % 3 == 0 else "General"
        page.cell(row, 4).value = "=1+1" if row % 5 == 0 else None
        page.row_dimensions[row].hidden = row % 11 == 0
    page["AB9"] = "远"
    path = tmp_path / "a.xlsx"
    made.save(path)
    whole = spreadsheet_xml.facts(path, made.sheetnames[0])
    assert len(whole.percents) == 13
    assert len(whole.uncounted) == 7
    assert len(whole.hidden_rows) == 3
    assert (whole.last_row, whole.last_column) == (39, 28)
    monkeypatch.setattr(spreadsheet_xml, "_PIECE", piece)
    assert spreadsheet_xml.facts(path, made.sheetnames[0]) == whole


def test_column_letters() -> None:
    assert [spreadsheet_xml.column_number(letters) for letters in (b"A", b"Z", b"AA", b"XFD")] == [0, 25, 26, 16383]

"""The workbook, read again by two readers."""

import json
import re
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pypdfium2
import pytest
from msgspec import structs
from openpyxl.cell.cell import Cell as ReadCell
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from pairing_desktop.documents.coordinates import Recorder
from pairing_desktop.documents.model import CardRow, CardRows, Cell, Column, Document, Pair, Row, Table
from pairing_desktop.documents.workbook import write_workbook
from pairing_desktop.errors import Trouble
from tests.documents import samples
from tests.outside_tools import Office


@pytest.fixture(scope="module")
def written() -> bytes:
    return write_workbook([make() for make in samples.ALL], title="示例")


@pytest.fixture(scope="module")
def book(written: bytes) -> Workbook:
    return openpyxl.load_workbook(BytesIO(written))


def card(*cells: Cell) -> Document:
    rows = tuple(CardRow(pairs=(Pair(label=f"第{n}项", cell=cell),)) for n, cell in enumerate(cells))
    return Document(form="x", title="示例表", blocks=(CardRows(rows=rows),))


def first_values(document: Document) -> list[ReadCell]:
    """Return the value cells of a card with one pair a row."""
    sheet = openpyxl.load_workbook(BytesIO(write_workbook([document], title="示例"))).worksheets[0]
    return [row[1] for row in sheet.iter_rows() if str(row[0].value or "").startswith("第")]


def test_a_sheet_a_form_numbered_in_order(book: Workbook) -> None:
    assert book.sheetnames == ["00 县域结对合作季度报送材料", "08 园区建设进展季报", "04 企业精益管理诊断表",
                               "05 精益管理标杆建设项目表", "03 企业名录"]


def test_both_readers_read_every_cell_of_a_roster() -> None:
    document = samples.roster(30)
    data = write_workbook([document], title="示例")
    table = document.blocks[0]
    assert isinstance(table, Table)
    expected = [[c.text if c.value is None else c.value for c in row.cells if c] for row in table.rows]
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    read = [[c.value if c.value is not None else "" for c in row] for row in sheet.iter_rows(min_row=5, max_row=34)]
    assert [[float(v) if isinstance(v, Decimal) else v for v in row] for row in expected] == read
    other = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()[4:34]
    assert [[float(v) if isinstance(v, int | Decimal) else v for v in row] for row in expected] == other


def test_codes_are_text(book: Workbook) -> None:
    sheet = book["03 企业名录"]
    code = sheet["C5"]
    assert (code.value, code.data_type, code.number_format) == ("91000000MA00000017", "s", "@")
    assert (sheet["A5"].value, sheet["A5"].number_format) == ("001", "@")
    line = book["08 园区建设进展季报"]["C7"]
    assert (line.value, line.number_format) == ("01", "@")


@pytest.mark.parametrize("text", ["=1+1", "+86 578", "-5", "@甲", "=cmd|' /C calc'!A0", " 前后空格 ", "<b>&amp;"])
def test_text_stays_the_text_it_is(text: str) -> None:
    cell = first_values(card(Cell(text=text)))[0]
    assert (cell.value, cell.data_type) == (text, "s")


def test_numbers_and_dates_are_true_ones() -> None:
    cells = first_values(card(
        Cell(text="12,480.00", value=Decimal(12480), number_format="#,##0.00_ ", align="right"),
        Cell(text="2024年7月11日", value=date(2024, 7, 11), number_format='yyyy"年"m"月"d"日"'),
        Cell(text="0", value=0, number_format="#,##0_ "),
    ))
    assert [c.value for c in cells] == [12480, datetime(2024, 7, 11), 0]  # noqa: DTZ001  # a day has no zone
    assert cells[1].number_format == 'yyyy"年"m"月"d"日"'


def test_there_is_no_formula(written: bytes) -> None:
    with ZipFile(BytesIO(written)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)


@pytest.mark.parametrize("to_fill", [False, True])
def test_every_cell_is_locked_but_for_the_white_ones_of_a_form_to_fill(to_fill: bool) -> None:
    sheet = openpyxl.load_workbook(BytesIO(write_workbook(
        [samples.park_quarterly()], title="示例", to_fill=to_fill))).worksheets[0]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    white, grey = sheet["D7"], sheet["F7"]
    assert (white.value, white.protection.locked) == (620, not to_fill)
    assert (grey.value, grey.protection.locked) == (620, True)
    assert grey.fill.fgColor.rgb == "FFE6E6E6"
    assert sheet["A7"].protection.locked
    assert any(not c.protection.locked for row in sheet.iter_rows() for c in row) is to_fill


def test_a_head_line_that_is_too_long_gets_the_room_it_needs() -> None:
    long = samples.park_quarterly()
    long = structs.replace(long, head_centre="丽水市遂昌县示例九生态竹木循环利用与精深加工产业有限责任公司" * 2)
    heights = []
    for document in (samples.park_quarterly(), long):
        sheet = openpyxl.load_workbook(BytesIO(write_workbook([document], title="示例"))).worksheets[0]
        line = next(row[0].row for row in sheet.iter_rows() if row[0].value == document.head_left)
        heights.append(sheet.row_dimensions[line].height)
    assert heights[1] > heights[0] * 1.4


def test_print_set_up(book: Workbook) -> None:
    park, roster = book["08 园区建设进展季报"], book["03 企业名录"]
    assert (park.page_setup.orientation, roster.page_setup.orientation) == ("portrait", "landscape")
    assert roster.page_setup.paperSize == 9
    assert roster.sheet_properties.pageSetUpPr.fitToPage
    assert (roster.page_setup.fitToWidth, roster.page_setup.fitToHeight) == (1, 0)
    assert roster.print_title_rows == "$4:$4"
    assert park.print_title_rows == "$4:$5"
    assert (roster.freeze_panes, park.freeze_panes) == ("C5", "B6")
    assert roster.print_area.endswith(f"$M${roster.max_row}")
    assert "第&P页 共&N页" in roster.oddFooter.center.text
    assert not roster.sheet_view.showGridLines


def test_a_qualifier_has_its_own_column_where_one_is_needed(book: Workbook) -> None:
    sheet = book["05 精益管理标杆建设项目表"]
    head = next(row for row in sheet.iter_rows() if any(c.value == "限定词" for c in row))
    titles = [c.value for c in head if c.value]
    assert titles.count("限定词") == 1
    assert titles[titles.index("限定词") - 1].startswith("改进后")
    row = next(r for r in sheet.iter_rows(min_row=head[0].row) if any(c.value == "合格率" for c in r))
    values = [c.value for c in row if c.value is not None]
    assert values[values.index("以上") - 1] == 99


def test_no_column_of_qualifiers_where_none_is_given() -> None:
    table = Table(columns=(Column(width=100), Column(width=70, qualifier=True)), head=(samples.words("甲", "乙"),),
                  rows=(Row((Cell(text="项"), Cell(text="18", value=18, number_format="0", align="right"))),))
    sheet = openpyxl.load_workbook(BytesIO(write_workbook(
        [Document(form="x", title="表", blocks=(table,))], title="示例"))).worksheets[0]
    assert not any(c.value == "限定词" for row in sheet.iter_rows() for c in row)


def test_a_qualifier_in_a_card_is_shown_as_it_is_held() -> None:
    cell = first_values(card(Cell(text="约 18人", value=18, number_format='#,##0"人"', qualifier="约")))[0]
    assert cell.value == "约 18人"


def test_a_unit_is_shown_by_the_format() -> None:
    cell = first_values(card(Cell(text="6.00万元", value=Decimal(6), number_format='#,##0.00"万元"')))[0]
    assert (cell.value, cell.number_format) == (6, '#,##0.00"万元"')


@pytest.mark.parametrize("notice", ["", "关于报送示例材料的通知"])
def test_the_notice_stands_beside_its_annex_where_one_is_loaded(notice: str) -> None:
    document = structs.replace(card(Cell(text="甲")), annex="4", notice=notice)
    sheet = openpyxl.load_workbook(BytesIO(write_workbook([document], title="示例"))).worksheets[0]
    assert [cell.value for cell in sheet[1] if cell.value] == ["附件4", notice][:1 + bool(notice)]


def test_drop_downs_speak_chinese() -> None:
    document = card(Cell(text="诊断", path="x/k/stage", choices=("预诊断", "诊断")))
    sheet = openpyxl.load_workbook(BytesIO(write_workbook([document], title="示例", to_fill=True))).worksheets[0]
    rule = sheet.data_validations.dataValidation[0]
    assert rule.formula1 == '"预诊断,诊断"'
    assert rule.type == "list"
    assert re.search(r"[\u4e00-\u9fff]", rule.error)


def test_documents_of_a_form_share_a_sheet_and_break_the_page() -> None:
    book = openpyxl.load_workbook(BytesIO(write_workbook(
        [samples.diagnosis_card(n) for n in (12, 13, 14)], title="示例")))
    assert len(book.worksheets) == 1
    sheet = book.worksheets[0]
    titles = [row[0].row for row in sheet.iter_rows() if row[0].value == "企业精益管理诊断表"]
    assert {row - 2 for row in titles[1:]} <= {b.id for b in sheet.row_breaks.brk}


def long_table(rows: int, name: str) -> Document:
    """Return a card with a short table and one that takes ``rows`` rows."""
    head = (Row((Cell(text="序号"), Cell(text=name))),)

    def table(count: int) -> Table:
        body = tuple(Row((Cell(text=str(n), path=f"x/{name}/t{count}/{n}"), Cell(text="示例"))) for n in range(count))
        return Table(columns=(Column(width=20), Column(width=120)), head=head, rows=body)

    return Document(form="x", title="示例表", blocks=(table(3), table(rows)))


def test_a_table_that_goes_on_has_its_head_again_on_a_sheet_of_several_cards() -> None:
    places = Recorder()
    cards = [long_table(90, "甲"), long_table(5, "乙"), long_table(60, "丙")]
    book = write_workbook(cards, title="示例", places=places)
    sheet = openpyxl.load_workbook(BytesIO(book)).worksheets[0]
    column = [str(row[0].value or "") for row in sheet.iter_rows()]
    ends = [brk.id for brk in sheet.row_breaks.brk]
    torn = [end for end in ends if column[end - 1].isdecimal() and column[end]]  # else the next card begins there
    assert len(torn) == 3
    assert all(column[end] == "序号" for end in torn)
    assert column.count("序号") == 6 + len(torn), "each table's own, and one where it goes on"
    assert [n for n in column if n.isdecimal()] == [str(n) for rows in (90, 5, 60) for count in (3, rows)
                                                    for n in range(count)], "no row is lost, none stands twice"
    told = json.loads(places.text())
    cells = {place: told["records"][int(path.split("/")[0])] + "/" + path.split("/", 1)[1]
             for page in told["pages"] for place, path in (p for p in page[1] if isinstance(p[1], str))}
    assert len(cells) == 3 * 3 + 90 + 5 + 60
    assert all(sheet[place].value == path.rsplit("/", 1)[1] for place, path in cells.items())


def test_the_same_documents_give_the_same_bytes(written: bytes) -> None:
    assert write_workbook([make() for make in samples.ALL], title="示例") == written


def test_core_properties_are_fixed(written: bytes) -> None:
    with ZipFile(BytesIO(written)) as archive:
        core = archive.read("docProps/core.xml").decode()
        times = {info.date_time for info in archive.infolist()}
    assert "modified" not in core
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_nothing_is_hidden(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.sheet_state == "visible"
        assert not any(d.hidden for d in sheet.column_dimensions.values())
        assert not any(d.hidden for d in sheet.row_dimensions.values())


def test_merged_cells_do_not_overlap(book: Workbook) -> None:
    for sheet in book.worksheets:
        seen: set[tuple[int, int]] = set()
        for area in sheet.merged_cells.ranges:
            cells = set(area.cells)
            assert not cells & seen, (sheet.title, area)
            seen |= cells


def test_a_control_character_is_refused_by_name() -> None:
    with pytest.raises(Trouble):
        write_workbook([card(Cell(text="甲\x01乙"))], title="示例")


def test_long_sheet_names_are_cut_and_cleaned() -> None:
    document = Document(form="x", title="很长的表名" * 9 + "[1]:2", blocks=())
    name = openpyxl.load_workbook(BytesIO(write_workbook([document], title="示例"))).sheetnames[0]
    assert len(name) <= 31
    assert not set(name) & set("[]:*?/\\")


@pytest.mark.outside
def test_libreoffice_prints_it_page_by_page(written: bytes, office: Office, tmp_path: Path) -> None:
    (tmp_path / "示例.xlsx").write_bytes(written)
    printed = pypdfium2.PdfDocument(office.convert("pdf", tmp_path, tmp_path / "示例.xlsx"))
    texts = [page.get_textpage().get_text_range() for page in printed]
    printed.close()
    assert sum("指标名称" in text and "规划面积" in text for text in texts) == 1
    assert sum("山区县确认" in text and "会签日期" in text for text in texts) == 1, "the rooms stay on one page"
    assert all("统一社会信用代码" in text for text in texts[-3:])
    assert "12,480.00" in "".join(texts)


def test_there_is_room_to_sign_and_to_stamp(book: Workbook) -> None:
    cover = [str(c.value) for row in book.worksheets[0].iter_rows() for c in row if c.value]
    assert {"填表人", "审核人", "单位负责人"} <= set(cover)
    assert (cover.count("签名："), cover.count("日期：")) == (3, 3)
    assert any("PDF" in text for text in cover)
    park = [str(c.value) for row in book["08 园区建设进展季报"].iter_rows() for c in row if c.value]
    assert sum(text.startswith("单位（盖章）") for text in park) == 2
    assert {"山区县确认", "工业大县会签"} <= set(park)
    assert sum(text.startswith("单位负责人：") for text in park) == 2, "the rooms name who signs; no foot repeats it"


def test_rows_that_belong_together_stay_on_a_page(book: Workbook) -> None:
    sheet = book["08 园区建设进展季报"]
    ends = {b.id for b in sheet.row_breaks.brk}
    texts = {row[0].row: str(row[0].value or "") for row in sheet.iter_rows()}
    assert ends, "three pages' worth of rows"
    assert not any(texts[end].startswith(("一、", "二、", "三、", "四、", "五、", "六、", "七、")) for end in ends)
    room = next(number for number, text in texts.items() if text.startswith("单位（盖章）"))
    assert not ends & set(range(room - 4, sheet.max_row))

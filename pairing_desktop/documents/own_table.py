"""An own table (自定义表) on paper and as a plain workbook: nothing locked, nothing signed, values as values."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import Any

from msgspec import Struct

from pairing_desktop.documents.model import Cell, Column, Document, Row, Table
from pairing_desktop.documents.sheet import text_millimetres
from pairing_desktop.documents.streaming import streamed
from pairing_desktop.documents.views import LayoutContext
from pairing_desktop.documents.widths import fitted
from pairing_desktop.formspec import period as periods
from pairing_desktop.formspec.summary_values import Line, Part, Shown

PORTRAIT = 170.0
LEAST, MOST = 14.0, 62.0
LINE = 16.5
"""Points that a line of the plain workbook takes."""
SAMPLE = 200
SHEET_WIDTH = 1.75
"""Millimetres on paper that one unit of an Excel column stands for: its face is larger."""
FACE = "宋体"
HEAD = 3
"""The row of the heads: under the heading and the line that says who fills it in for when."""


class OwnTable(Struct, frozen=True):
    """An own table worked out: its heading, who fills it in for when, its one part, and the notes under it."""

    heading: str
    part: Part
    notes: str = ""
    bureau: str = ""
    period: str = ""
    """As in 2024年二季度."""


def document(table: OwnTable, context: LayoutContext) -> Document:
    """Lay it out; more columns than an upright page holds lie across."""
    part = table.part
    wishes = [_wish(part, n) for n in range(len(part.heads))]
    landscape = sum(wishes) > PORTRAIT
    room = text_millimetres(landscape=landscape)
    widths = fitted([wish * max(1.0, room / sum(wishes)) for wish in wishes], room)
    head = Row(tuple(Cell(text=_title(h.title, h.unit), align="centre", strong=True) for h in part.heads))
    body = Table(columns=tuple(Column(width=w) for w in widths), head=(head,),
                 rows=tuple(_row(part, line) for line in part.lines), look="roster")
    period = periods.title(context.period)
    return Document(form="own_table", title=table.heading, blocks=(body,), landscape=landscape,
                    head_left=f"填报单位：{context.bureau}", head_centre=period,
                    notes=tuple(filter(None, table.notes.split("\n"))), notes_label="注",
                    footer_note=f"{context.county_name} {period} · {table.heading}")


def _title(title: str, unit: str) -> str:
    return f"{title}\n（{unit}）" if unit and unit not in title else title


def _wish(part: Part, column: int) -> float:
    texts = [line.cells[column].text for line in part.lines[:SAMPLE]
             if column < len(line.cells) and line.kind != "group"]
    widest = max([*map(_millimetres, texts), min(_millimetres(part.heads[column].title), 24.0)], default=LEAST)
    return min(MOST, max(LEAST if column else 9.0, widest))


def _millimetres(text: str) -> float:
    return sum(1.7 if character.isascii() else 2.8 for character in text) + 2.6


def _row(part: Part, line: Line) -> Row:
    if line.kind == "group":
        return Row((Cell(text=line.cells[0].text, columns=len(part.heads), strong=True),), "group")
    strong = line.kind == "total"
    cells = tuple(Cell(text=c.text, align=c.align, strong=strong) for c in line.cells)
    return Row(cells, "total" if strong else "plain")


def workbook(table: OwnTable) -> bytes:
    """Write a plain workbook: heading, heads, values; a text that looks like a formula stays text."""
    buffer = BytesIO()
    with streamed() as book:
        _fill(book, table)
        book.save(buffer)
    return buffer.getvalue()


def _fill(book: Any, table: OwnTable) -> None:  # noqa: ANN401  # openpyxl's
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet("".join(c for c in table.heading if c not in "[]:*?/\\'")[:31] or "自定义表")
    part = table.part
    for number in range(len(part.heads)):
        sheet.column_dimensions[get_column_letter(number + 1)].width = round(_wish(part, number) / SHEET_WIDTH + 1, 1)
    _set_up(sheet, part)
    sheet.freeze_panes = f"A{HEAD + 1}"
    sheet.append([_cell(sheet, table.heading, Font(name=FACE, bold=True, size=14))])
    sheet.append([_cell(sheet, f"填报单位：{table.bureau}　　报告期：{table.period}", Font(name=FACE, size=11))])
    heads = [_cell(sheet, _title(h.title, h.unit), Font(name=FACE, bold=True)) for h in part.heads]
    for head in heads:
        head.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    tallest = max(_head_lines(part, number) for number in range(len(part.heads)))
    if tallest > 1:
        sheet.row_dimensions[HEAD].height = LINE * tallest
    sheet.append(heads)
    plain, strong = Font(name=FACE, size=11), Font(name=FACE, size=11, bold=True)
    for number, line in enumerate(part.lines, start=HEAD + 1):
        font = plain if line.kind == "plain" else strong
        tall = max((_lines_of(shown.text) for shown in line.cells if line.kind != "group"), default=1)
        if tall > 1:
            sheet.row_dimensions[number].height = LINE * tall
        sheet.append([_held(sheet, shown, font) for shown in line.cells])
    for note in filter(None, table.notes.split("\n")):
        sheet.append([_cell(sheet, note, plain)])


def _head_lines(part: Part, column: int) -> int:
    """Return how many lines a head takes in its column: a spreadsheet does not make room by itself."""
    head = part.heads[column]
    lines = _title(head.title, head.unit).split("\n")
    return sum(ceil(_millimetres(line) / _wish(part, column)) for line in lines)


def _lines_of(text: str) -> int:
    """Return how many lines a text takes in the widest column."""
    return -(-int(_millimetres(text)) // int(MOST))


def _held(sheet: Any, shown: Shown, font: Any) -> Any:  # noqa: ANN401  # openpyxl's own
    """Return a cell with the value itself; a figure with a qualifier is text, so that 约 is not lost."""
    held = None if shown.qualifier else shown.held
    if held is None:
        return _text(sheet, "" if shown.text == "—" else shown.text, font)
    cell = _cell(sheet, float(held) if isinstance(held, Decimal) else held, font)
    if isinstance(held, date):
        cell.number_format = "yyyy-mm-dd"  # as on screen, and narrower than 2024年6月28日
    elif shown.number_format:
        cell.number_format = shown.number_format
    return cell


def _text(sheet: Any, text: str, font: Any) -> Any:  # noqa: ANN401
    """Return a cell of words; longer than the widest column they go on below, or the next cell would hide their end."""
    from openpyxl.styles import Alignment

    cell = _cell(sheet, text, font)
    if _lines_of(text) > 1:
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _cell(sheet: Any, value: Any, font: Any) -> Any:  # noqa: ANN401
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = is no formula
    cell.font = font
    return cell


def _set_up(sheet: Any, part: Part) -> None:  # noqa: ANN401  # openpyxl's own
    """Let it print as wide as a page, across where it is wide, its heads on every page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    wide = sum(_wish(part, number) for number in range(len(part.heads))) > PORTRAIT
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 9, 1, 0
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.print_title_rows = f"1:{HEAD}"


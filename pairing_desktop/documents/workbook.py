"""Documents written as a workbook: a sheet a form, as printed, values and not formulas, ready to print."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from pairing_desktop.documents.archive import SheetBody, SteadyZip
from pairing_desktop.documents.cellstyles import Styles
from pairing_desktop.documents.coordinates import Recorder
from pairing_desktop.documents.grid import Grid, without_idle_qualifiers
from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import Document, Table
from pairing_desktop.documents.sheet import sheet_for
from pairing_desktop.documents.sheetblocks import cut_head, head_height, page_ends, write_document
from pairing_desktop.documents.sheetparts import write_parted
from pairing_desktop.documents.tables import LOOKS
from pairing_desktop.documents.worksheet import Rows
from pairing_desktop.progress import Progress, silent

WIDTH_UNIT = 2.13
"""Millimetres of one unit of column width: a digit of ``NORMAL``, 8 pixels in Excel (2.12), 2.15 in LibreOffice."""
NORMAL = Font(name="宋体", sz=11)
"""The face that column widths are counted in; with openpyxl's own, Excel and LibreOffice differ by a third."""
BODY = 9.0
"""Points of the body in the workbook; the sheet is scaled so that it prints as large as in the PDF."""
LIST_LIMIT = 250
"""Characters that Excel allows in a drop-down's own list (255 with its quotes)."""
INCH = 72.0


def write_workbook(documents: Iterable[Document], *, title: str, progress: Progress = silent,
                   mark: str = "", places: Recorder | None = None, to_fill: bool = False) -> bytes:
    """Write one sheet a form (documents of a form follow each other), with print set-up and protection.

    ``mark`` stands above every printed page (草稿，未定稿); ``places`` takes where each value stands. ``to_fill``: an
    empty form, whose fields take input and offer their choices; otherwise every cell is locked.

    Raises Trouble ``documents.glyph`` for a character that cannot be held or measured, Cancelled from ``progress``.
    """
    book: Any = Workbook(write_only=True)
    book._fonts[0] = NORMAL  # noqa: SLF001  # openpyxl has no other way
    styles: Styles | None = None
    measurer = Measurer()
    bodies: dict[str, SheetBody] = {}
    places = places or Recorder()
    number, last = 0, "cover"
    for index, ((form, _), group) in enumerate(groupby(documents, key=lambda d: (d.form, d.sheet))):
        progress("生成工作簿", index, 0)
        members = without_idle_qualifiers(tuple(group))
        number = int(members[0].annex) if members[0].annex.isdecimal() else number + (form != last)
        last = form
        sheet = book.create_sheet(sheet_name(members[0], number))
        styles = styles or Styles(book, to_fill=to_fill)
        body = bodies[f"xl/worksheets/sheet{len(bodies) + 1}.xml"] = SheetBody()
        rows = Rows(body, Grid(members), styles, measurer, _scale(members), places=places)
        _fill(sheet, members, rows)
        for choices, where in rows.choices.items() if to_fill else ():
            _drop_down(sheet, choices, where)
        sheet.oddHeader.right.text, sheet.oddHeader.right.size = mark or None, 9
        places.word(_note(members), "footer")
        places.close(sheet.title)
        sheet.merged_cells = body.merges[:1]
    return _saved(book, title, bodies)


def sheet_name(document: Document, number: int) -> str:
    """Return a sheet's name: two digits (the annex's, as on the cover) and the title, without what Excel forbids."""
    name = document.sheet or document.title
    return f"{number:02} {name.translate(str.maketrans('', '', '[]:*?/' + chr(92)))}"[:31]


def _scale(documents: Sequence[Document]) -> float:
    """Return how much smaller than on the sheet everything prints: as large as in the PDF."""
    looks = {block.look for block in documents[0].blocks if isinstance(block, Table)}
    return LOOKS[looks.pop() if len(looks) == 1 else "card"].size / BODY


def _fill(sheet: Any, documents: Sequence[Document], rows: Rows) -> None:  # noqa: ANN401  # see cellstyles
    first, grid = documents[0], rows.grid
    table = _only_table(documents)
    _set_up(sheet, first, _note(documents))
    for number, width in enumerate(grid.widths, 1):
        units = width / (WIDTH_UNIT * rows.scale)
        sheet.column_dimensions[get_column_letter(number)].width = round(max(units, 0.5), 2)
    if table:
        _repeat_head(sheet, first, table)
    for number, document in enumerate(documents):
        if number:
            sheet.row_breaks.append(Break(id=rows.row))
        start = len(rows.bands)
        for end in _written(document, rows, sheet, table=table, alone=len(documents) == 1):
            sheet.row_breaks.append(Break(id=start + end))
    sheet.print_area = f"A1:{get_column_letter(grid.columns)}{rows.row}"


def _written(document: Document, rows: Rows, sheet: Any, *, table: Table | None, alone: bool) -> list[int]:  # noqa: ANN401
    """Write a document; return after how many of its rows a page ends, none where the program that prints decides."""
    if not table and not alone:
        return write_parted(document, rows)
    start, paper = len(rows.bands), sheet_for(document)
    write_document(document, rows)
    bands = rows.bands[start:]
    if table:
        heads = sum(band.height for band in bands if band.is_head)
        return [] if table.look == "roster" else page_ends(bands, paper, heads)
    ends = page_ends(bands, paper, 0.0)
    if head := cut_head(bands, ends):
        ends = page_ends(bands, paper, sum(bands[n].height for n in head))
        sheet.print_title_rows = f"{head[0] + 1}:{head[-1] + 1}"
    return ends


def _note(documents: Sequence[Document]) -> str:
    """Return what stands at the foot of a sheet's printed pages."""
    return documents[0].footer_note if len(documents) == 1 else documents[0].title


def _only_table(documents: Sequence[Document]) -> Table | None:
    """Return the table of a roster or statistical sheet; None for cards."""
    tables = [block for block in documents[0].blocks if isinstance(block, Table)]
    return tables[0] if len(tables) == 1 and tables[0].look != "card" else None


def _set_up(sheet: Any, document: Document, note: str) -> None:  # noqa: ANN401
    """Set what a printer and a reader need; the protection has no password."""
    paper = sheet_for(document)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize = 9
    sheet.page_setup.orientation = "landscape" if document.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    margins = sheet.page_margins
    margins.left, margins.right = paper.left / INCH, paper.right / INCH
    margins.top, margins.bottom = paper.top / INCH, paper.bottom / INCH
    margins.header = margins.footer = 10 * 72 / 25.4 / INCH
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.left.text, sheet.oddFooter.left.size = _plain(note), 7
    sheet.oddFooter.center.text, sheet.oddFooter.center.size = "第&P页 共&N页", 9
    sheet.sheet_view.showGridLines = False
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _plain(text: str) -> str:
    """Double the ampersands, which a footer takes for commands."""
    return text.replace("&", "&&")


def _repeat_head(sheet: Any, document: Document, table: Table) -> None:  # noqa: ANN401
    """Repeat the table's head on each printed page, and freeze it and the name on screen."""
    above = head_height(document)
    under = above + len(table.head)
    sheet.print_title_rows = f"{above + 1}:{under}"
    name = 2 if table.look == "roster" else 1
    sheet.freeze_panes = f"{get_column_letter(name + 1)}{under + 1}"


def _drop_down(sheet: Any, choices: tuple[str, ...], places: list[str]) -> None:  # noqa: ANN401
    joined = ",".join(choices)
    if len(joined) > LIST_LIMIT or any("," in c or '"' in c for c in choices):
        return
    sheet.data_validations.append(DataValidation(
        type="list", formula1=f'"{joined}"', allow_blank=True, showErrorMessage=True, errorTitle="不在选项里",
        error="请从下拉列表中选择", showInputMessage=True, promptTitle="请选择", prompt="点右侧箭头选择",
        sqref=" ".join(places),
    ))


def _saved(book: Workbook, title: str, bodies: dict[str, SheetBody]) -> bytes:
    buffer = BytesIO()
    with SteadyZip(buffer, "w") as archive:
        archive.title, archive.bodies = title, bodies
        ExcelWriter(book, archive).write_data()
    return buffer.getvalue()

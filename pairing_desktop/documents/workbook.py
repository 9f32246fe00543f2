"""Documents written as a workbook: a sheet a form, as printed, values and not formulas, ready to print."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import groupby

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from pairing_desktop.documents.archive import SteadyZip
from pairing_desktop.documents.cellstyles import Styles
from pairing_desktop.documents.grid import Grid
from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import Document, Table
from pairing_desktop.documents.sheet import sheet_for
from pairing_desktop.documents.sheetblocks import head_height, write_document
from pairing_desktop.documents.tables import LOOKS
from pairing_desktop.documents.worksheet import Rows, Sheet
from pairing_desktop.progress import Progress, silent

WIDTH_UNIT = 2.2
"""Millimetres of one unit of column width, as LibreOffice prints it."""
WIDTH_EXTRA = 0.71
"""Units that a column takes beside its width."""
BODY = 9.0
"""Points of the body in the workbook; the sheet is scaled so that it prints as large as in the PDF."""
LIST_LIMIT = 250
"""Characters that Excel allows in a drop-down's own list (255 with its quotes)."""
INCH = 72.0


def write_workbook(documents: Iterable[Document], *, title: str, progress: Progress = silent) -> bytes:
    """Write one sheet a form (documents of a form follow each other), with print set-up and protection.

    Raises Trouble ``documents.glyph`` for a character that the bundled faces lack, Cancelled from ``progress``.
    """
    book = Workbook(write_only=True)
    styles = Styles()
    measurer = Measurer()
    number, last = 0, "cover"
    for index, ((form, _), group) in enumerate(groupby(documents, key=lambda d: (d.form, d.sheet))):
        progress("生成工作簿", index, 0)
        number += form != last
        last = form
        members = tuple(group)
        sheet = Sheet(book, sheet_name(members[0], number))
        book._add_sheet(sheet)  # type: ignore[attr-defined]  # noqa: SLF001  # the only way to add one of our class
        _fill(sheet, members, styles, measurer)
    return _saved(book, title)


def sheet_name(document: Document, number: int) -> str:
    """Return a sheet's name: two digits and the title, without what Excel forbids, at most 31 characters."""
    name = document.sheet or document.title
    return f"{number:02} {name.translate(str.maketrans('', '', '[]:*?/' + chr(92)))}"[:31]


def _fill(sheet: Sheet, documents: Sequence[Document], styles: Styles, measurer: Measurer) -> None:
    first = documents[0]
    table = _only_table(documents)
    scale = LOOKS[table.look if table else "card"].size / BODY
    grid = Grid(documents)
    _set_up(sheet, first)
    for number, width in enumerate(grid.widths, 1):
        units = width / (WIDTH_UNIT * scale) - WIDTH_EXTRA
        sheet.column_dimensions[get_column_letter(number)].width = round(max(units, 0.5), 2)
    if table:
        _repeat_head(sheet, first, table)
    rows = Rows(sheet, grid, styles, measurer, scale)
    for number, document in enumerate(documents):
        if number:
            sheet.row_breaks.append(Break(id=rows.row))
        write_document(document, rows)
    sheet.print_area = f"A1:{get_column_letter(grid.columns)}{rows.row}"
    sheet.merged_cells = rows.merges
    for choices, places in rows.choices.items():
        _drop_down(sheet, choices, places)


def _only_table(documents: Sequence[Document]) -> Table | None:
    """Return the table of a roster or statistical sheet; None for cards."""
    tables = [block for block in documents[0].blocks if isinstance(block, Table)]
    return tables[0] if len(tables) == 1 and tables[0].look != "card" else None


def _set_up(sheet: Sheet, document: Document) -> None:
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
    sheet.oddFooter.left.text, sheet.oddFooter.left.size = _plain(document.footer_note), 7
    sheet.oddFooter.center.text, sheet.oddFooter.center.size = "第&P页 共&N页", 9
    sheet.sheet_view.showGridLines = False
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _plain(text: str) -> str:
    """Double the ampersands, which a footer takes for commands."""
    return text.replace("&", "&&")


def _repeat_head(sheet: Sheet, document: Document, table: Table) -> None:
    """Repeat the table's head on each printed page, and freeze it and the name on screen."""
    above = head_height(document)
    under = above + len(table.head)
    sheet.print_title_rows = f"{above + 1}:{under}"
    name = 2 if table.look == "roster" else 1
    sheet.freeze_panes = f"{get_column_letter(name + 1)}{under + 1}"


def _drop_down(sheet: Sheet, choices: tuple[str, ...], places: list[str]) -> None:
    joined = ",".join(choices)
    if len(joined) > LIST_LIMIT or any("," in c or '"' in c for c in choices):
        return
    sheet.data_validations.append(DataValidation(
        type="list", formula1=f'"{joined}"', allow_blank=True, showErrorMessage=True, errorTitle="不在选项里",
        error="请从下拉列表中选择", showInputMessage=True, promptTitle="请选择", prompt="点右侧箭头选择",
        sqref=" ".join(places),
    ))


def _saved(book: Workbook, title: str) -> bytes:
    buffer = BytesIO()
    with SteadyZip(buffer, "w") as archive:
        archive.title = title
        ExcelWriter(book, archive).write_data()
    return buffer.getvalue()

"""The workbook read again (python-calamine): each cell holds what the data says, and nothing shows it otherwise."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange import agreement_sheet
from pairing_desktop.exchange.agreement import Expected, Wanted, cut, same, spoken
from pairing_desktop.exchange.agreement_sheet import Sheet
from pairing_desktop.exchange.coordinates import SheetLayer, full_path

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

TEMPLATE_FORMATS = ("@", "#,##0_ ")
NOTHING = Expected(())
Rows = list[list[Any]]
Cells = list[tuple[str, int | str]]


def read_again(workbook: bytes, places: SheetLayer, wanted: Wanted) -> Iterator[Problem]:
    """Yield where the workbook is not what the data says. Never raises on what the workbook holds."""
    try:
        package = agreement_sheet.opened(workbook)
        book = _book(workbook)
    except ValueError:
        yield problem("agreement.workbook_unreadable")
        return
    names = [name for name, _ in places.pages]
    if book.sheet_names != names or package.names != names:
        yield problem("agreement.workbook_sheets")
        return
    yield from package.problems
    for number, (name, cells) in enumerate(places.pages):
        try:
            sheet = package.sheet(number)
        except ValueError:
            yield problem("agreement.workbook_unreadable")
            return
        yield from sheet.problems
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield from _covered(rows, sheet)
        yield from _words(rows, cells, sheet, places)
        yield from _values(rows, cells, sheet, places, wanted)
        yield from _left(rows, sheet)


def _book(workbook: bytes) -> "CalamineWorkbook":
    """Open a workbook. Raises ``ValueError`` when the reader refuses it."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(BytesIO(workbook))
    except (CalamineError, OSError) as error:
        raise ValueError("no workbook") from error


def _covered(rows: Rows, sheet: Sheet) -> Iterator[Problem]:
    """Yield merged cells that hide another one's value."""
    for (top, left), (bottom, right) in sheet.merges:
        for number in range(top, min(bottom + 1, len(rows))):
            held = rows[number][left:right + 1]
            own = number == top and bool(held) and held[0] != ""
            if held.count("") != len(held) - own:
                yield problem("agreement.workbook_hidden", sheet=sheet.name, what="单元格")
                return


def _take(rows: Rows, cell: str) -> object:
    """Return what a cell holds, and empty it: what is left in the end is foreign."""
    row, column = agreement_sheet.position(cell)
    if row >= len(rows) or column >= len(rows[row]):
        return ""
    held = rows[row][column]
    if held != "":
        rows[row][column] = ""
    return held


def _words(rows: Rows, cells: Cells, sheet: Sheet, places: SheetLayer) -> Iterator[Problem]:
    """Yield words of the template that are not as they were written."""
    for cell, what in cells:
        if isinstance(what, int):
            shown = sheet.footer if cell == agreement_sheet.FOOTER else spoken(_take(rows, cell))
            if shown != places.words[what]:
                where = "页脚" if cell == agreement_sheet.FOOTER else cell
                yield problem("agreement.workbook_words", sheet=sheet.name, cell=where, shown=cut(shown),
                              wanted=cut(places.words[what]))
            elif cell != agreement_sheet.FOOTER and sheet.number_format(cell) not in TEMPLATE_FORMATS:
                yield problem("agreement.workbook_words", sheet=sheet.name, cell=cell, wanted=cut(shown),
                              shown=f"{cut(shown)}，格式 {cut(sheet.number_format(cell))}")


def _values(rows: Rows, cells: Cells, sheet: Sheet, places: SheetLayer, wanted: Wanted) -> Iterator[Problem]:
    """Yield values that are not the data's, or have a number format that could show them otherwise."""
    for cell, what in cells:
        if not isinstance(what, str):
            continue
        path, held = full_path(what, places.records), _take(rows, cell)
        expected = wanted.by_path.get(path, NOTHING)
        if not any(same(held, value) for value in expected.values):
            said = spoken(expected.values[0]) if expected.values else ""
            yield wanted.differs("workbook_differs", path, shown=spoken(held), wanted=said)
        elif held != "" and sheet.number_format(cell) not in expected.formats:
            named = wanted.name(path)
            yield problem("agreement.workbook_format", form=named.form, record=named.record, field=named.field,
                          sheet=sheet.name, cell=cell, format=cut(sheet.number_format(cell)))


def _left(rows: Rows, sheet: Sheet) -> Iterator[Problem]:
    """Yield what stands outside values and template."""
    for number, row in enumerate(rows):
        if row.count("") != len(row):
            at = next(n for n, held in enumerate(row) if held != "")
            yield problem("agreement.workbook_outside", sheet=sheet.name, cell=agreement_sheet.reference(number, at),
                          shown=cut(spoken(row[at])))

"""The rows that were refused, as a workbook in the sheet's own columns, each reason as a comment at its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairing_desktop.exchange import spreadsheet_views
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import writing
from pairing_desktop.services.importing_cells import Cells
from pairing_desktop.services.importing_formulas import carried
from pairing_desktop.services.importing_plan import Layout, Plan, Row, RowFinding

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.services.importing import Source

AUTHOR = "审核"
LONGEST = 500
"""Characters of a formula in a comment."""
ENDINGS = (".xlsx",)
"""What the workbook's file may end in."""
_LEVELS = {"error": "强制", "query": "核实"}
_UNTOLD = "#N/A"
"""An error's own value, stands where the sheet does not say what a cell holds: blank it would go in as nothing."""
_PERCENT = "0.00%"
_ELSEWHERE = re.compile(r"第 ?(?:\d[\d—]* ?行|[A-Z]{1,3} ?列)")
"""Tells where another row stands: in the sheet that was read, not in this workbook."""


def shown_cell(cell: object) -> str:
    """Return a cell as a preview shows it."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else str(cell)
    from pairing_desktop.formspec.fieldtypes.interface import cell_text

    return " ".join(cell_text(cell).split())[:200]


def refused_rows(plan: Plan) -> list[Row]:
    """Return the rows that do not go in."""
    return [row for row in plan.rows if row.fate.state == "refused"]


def save(source: Source, plan: Plan, path: Path, progress: Progress = silent) -> Path:
    """Write the refused rows below the head of the sheet that each comes from; beside it where heads are at the left.

    A reason without a cell stands at the row's first. Rows of a sub-table that belong to no record stand in a sheet of
    their own. Cancelled, it leaves no file and the one that was there as it was.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    refused = refused_rows(plan)
    done = 0
    for layout in (plan.layout, *plan.tables):
        main = layout is plan.layout
        sheet = plan.sheet if main else source.book.sheet(layout.sheet)
        cells, pages = Cells(sheet, layout), dict[str, _Page]()
        if main and plan.tables:  # their rows name its records
            pages[sheet.name] = _Page(book.create_sheet(sheet.name[:31]), sheet, layout, plan.file.name)
        own = [row for row in refused if row.sheet == ("" if main else layout.sheet)]
        formulas = _formulas(source, sheet, own)
        for row in own:
            done += 1
            progress("写拒收的行", done, len(refused))
            part = spreadsheet_views.part_of(sheet, row.number - 1) if len(sheet.parts) > 1 else None
            if layout.below and part and part.sheet.name == sheet.name:
                part = None  # a list further down is written in the columns of the first
            name = part.sheet.name if part else sheet.name
            if name not in pages:
                page = book.create_sheet(name[:31])
                above = spreadsheet_views.bare(part.sheet) if part else sheet
                pages[name] = _Page(page, above, layout, plan.file.name, part)
            _lines(pages[name], cells, row, part.columns if part else (), formulas)
    progress("存表格", 0, 0)
    stream = BytesIO()
    book.save(stream)
    return writing.write(path, stream.getvalue(), read=(source.path,), endings=ENDINGS)


class _Page:
    """A page for the refused rows of one sheet, with what stands above them; lines that go below count on.

    Where heads are at the left a line is a column, and where labels have their values beside them it is these cells.
    """

    def __init__(self, page: Worksheet, sheet: Sheet, layout: Layout, file: str,
                 part: spreadsheet_views.Part | None = None) -> None:
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        self.page = page
        self.layout = layout
        self.file = file
        self.cells = sheet.parts[0].cells if sheet.parts and not sheet.parts[0].down else ()
        self.alone = sheet.alone
        self.line = start = (part.row if part else 0) or layout.start
        head = start - layout.start + layout.head
        for number in range(start):
            for place, cell in enumerate(sheet.rows[number] if number < len(sheet.rows) else ()):
                at = self.at(number + 1, place)
                _write(at, cell)
                if number >= min(head, start):
                    at.font = Font(bold=True)
        for area in sheet.merged:
            if area[2] < start and area[3] < sheet.width and not self.alone:
                (top, left), (bottom, right) = self._spot(area[0] + 1, area[1]), self._spot(area[2] + 1, area[3])
                page.merge_cells(None, top, left, bottom, right)
        if page.cell(1, 1).value is None and (self.cells[0][0][0] if self.cells else head):
            _write(page.cell(1, 1), sheet.title)
        places = part.columns if part else ()
        for column in [one for one in layout.columns if _own(places, one.place) != spreadsheet_views.NOWHERE]:
            letter = get_column_letter(self.at(max(head, 0) + 1, _own(places, column.place)).column)
            width = min(40, max(10, 2 * len(column.head) + 2))
            page.column_dimensions[letter].width = max(width, page.column_dimensions[letter].width * bool(self.cells))
        if not self.alone:
            page.freeze_panes = f"{get_column_letter(start + 1)}1" if self.cells else f"A{start + 1}"

    def _spot(self, line: int, place: int) -> tuple[int, int]:
        if self.alone:
            row, column = self.cells[min(line, 2) - 1][place]
            return row + 1, column + 1
        return (self.cells[0][place][0] + 1, line) if self.cells else (line, place + 1)

    def at(self, line: int, place: int) -> Any:  # noqa: ANN401  # openpyxl's
        """Return a cell of a line (from 1)."""
        return self.page.cell(*self._spot(line, place))


def _formulas(source: Source, sheet: Sheet, refused: Sequence[Row]) -> Mapping[tuple[int, int], str]:
    """Return the formulas of refused rows of which the file keeps no value, or an error."""
    numbers = {number - 1 for row in refused for number in (row.number, *row.more)}
    wanted = {(row, place): spreadsheet_views.home(sheet, row, place)
              for row, place in sheet.uncounted | sheet.faulty if row in numbers}
    from pairing_desktop.exchange import spreadsheet_xml

    cells = {name: {(home.row, home.column) for home in wanted.values() if home.sheet == name}
             for name in {home.sheet for home in wanted.values()}}
    known = {name: spreadsheet_xml.formulas(source.path, name, places) for name, places in cells.items()}
    found = {place: known[home.sheet].get((home.row, home.column), "") for place, home in wanted.items()}
    return {place: formula for place, formula in found.items() if formula}


def _lines(page: _Page, cells: Cells, row: Row, places: Sequence[int],
           formulas: Mapping[tuple[int, int], str]) -> None:
    """Write a row with those that go on with it; ``places``: its columns on the page, () where they are the same.

    Each cell as it was read: the row above, or the merged cell's first, may not be among the refused. A formula without
    a value stays one where it reckons within its row; what any other says goes into the comment.
    """
    lines, lost = dict[int, int](), dict[tuple[int, int], str]()
    columns = {column.place: column for column in cells.layout.columns}
    told = {(f.row - 1, f.column, f.message) for f in row.fate.findings}
    part = spreadsheet_views.part_of(cells.sheet, row.number - 1)
    units = dict(part.units) if part and part.sheet.name == cells.sheet.name else {}  # below the first list's heads
    for number in (row.number - 1, *(more - 1 for more in row.more)):
        page.line += 1
        lines[number + 1] = page.line
        for place, cell in enumerate(cells.sheet.rows[number]):
            own = _own(places, place)
            if own == spreadsheet_views.NOWHERE:
                continue
            shared = (number, place, cells.over(number, place)[1]) in told
            own_formula = formulas.get((number, place), "")
            formula = carried(own_formula, number + 1, page.line) if own_formula and not cells.sheet.parts else ""
            if own_formula and not formula:
                lost[page.line, place] = own_formula
            if formula:
                page.at(page.line, own).value = formula
            elif shared or (number, place) in cells.unsure:
                _write(page.at(page.line, own), cell, error=cell in ("", None))
            else:
                percent = (number, place) in cells.sheet.percents
                value = cells.read(number, columns[place]) if place in columns else cell
                if place in units and isinstance(value, int | float):
                    value = f"{value:.15g}{units[place]}"
                _write(page.at(page.line, own), value, percent=percent)
    _remark(page, row, lines, places, lost)


def _remark(page: _Page, row: Row, lines: Mapping[int, int], places: Sequence[int],
            lost: Mapping[tuple[int, int], str]) -> None:
    """Put the reasons at their cells; a reason without one at the row's first. ``lines``: where its rows stand now.

    ``lost`` are formulas that do not stand in their cells any more, by line and column.
    """
    from openpyxl.styles import PatternFill

    by_place: dict[tuple[int, int], list[RowFinding]] = {spot: [] for spot in lost}
    for one in row.fate.findings:
        own = one.sheet in ("", page.layout.sheet)
        line = lines.get(one.row, lines[row.number]) if own else lines[row.number]
        place = one.column if own and one.column >= 0 else _first_place(page.layout)
        by_place.setdefault((line, place), []).append(one)
    for (line, place), findings in by_place.items():
        at = _own(places, place)
        cell = page.at(line, min(p for p in places if p >= 0) if at == spreadsheet_views.NOWHERE else at)
        cell.comment = _comment(findings, lost.get((line, place), ""), page.file)
        if any(f.level == "error" for f in findings):
            cell.fill = PatternFill("solid", fgColor="FFF2CC")


def _own(places: Sequence[int], place: int) -> int:
    """Return a column's place on its page, ``NOWHERE`` for one that its sheet does not have."""
    return places[place] if places else place


def _first_place(layout: Layout) -> int:
    return min((c.place for c in layout.columns), default=0)


def _comment(findings: list[RowFinding], formula: str, file: str) -> Any:  # noqa: ANN401  # openpyxl's
    from openpyxl.comments import Comment

    lines = [f"{_LEVELS[f.level]}：{f.label + '：' if f.label and f.column < 0 else ''}{f.message}" for f in findings]
    lines += [f"（第几行、第几列，说的是“{file}”里的）"] if any(map(_ELSEWHERE.search, lines)) else []
    lines += [f"原公式 ={formula[:LONGEST]}"] if formula else []
    return Comment("\n".join(lines), AUTHOR, width=320, height=40 + 36 * len(lines))


def _write(cell: Any, value: object, *, percent: bool = False, error: bool = False) -> None:  # noqa: ANN401  # openpyxl's
    """Write a cell; text that begins like a formula stays text, a percentage is shown as one."""
    if value in (None, "") and not error:
        return
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if error:
        cell.value = _UNTOLD
    elif isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        cell.value = value
        if percent or isinstance(value, date):
            cell.number_format = _PERCENT if percent else "yyyy-mm-dd"

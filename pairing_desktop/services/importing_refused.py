"""The rows that were refused, as a workbook in the sheet's own columns, each reason as a comment at its cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import writing
from pairing_desktop.services.importing_plan import Layout, Plan, Row, RowFinding
from pairing_desktop.services.importing_rows import Cells

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from pairing_desktop.services.importing import Source

AUTHOR = "审核"
_LEVELS = {"error": "强制", "query": "核实"}
_UNTOLD = "#N/A"
"""An error's own value, stands where the sheet does not say what a cell holds: blank it would go in as nothing."""
_PERCENT = "0.00%"


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
    """Write the refused rows below the sheet's own head; a reason without a cell stands at the row's first.

    Rows of a sub-table that belong to no record stand in a sheet of their own. Cancelled, it leaves no file and the
    one that was there as it was.
    """
    from openpyxl import Workbook

    book = Workbook()
    refused = refused_rows(plan)
    done = 0
    for layout in (plan.layout, *plan.tables):
        own = [row for row in refused if row.sheet == ("" if layout is plan.layout else layout.sheet)]
        if own or layout is plan.layout:
            page: Worksheet = book.worksheets[0] if layout is plan.layout else book.create_sheet()
            _head(page, source, layout)
            at = layout.start
            cells = Cells(source.book.sheet(layout.sheet), layout)
            for row in own:
                done += 1
                progress("写拒收的行", done, len(refused))
                at = _lines(page, cells, row, at)
    progress("存表格", 0, 0)
    stream = BytesIO()
    book.save(stream)
    return writing.write(path, stream.getvalue())


def _head(page: Worksheet, source: Source, layout: Layout) -> None:
    """Write what stands above a sheet's rows, and make the page as wide as its heads."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = source.book.sheet(layout.sheet)
    page.title = layout.sheet[:31]
    for number in range(layout.start):
        for place, cell in enumerate(sheet.rows[number] if number < len(sheet.rows) else ()):
            _write(page, number + 1, place + 1, cell)
    for cells in page.iter_rows(min_row=min(layout.head, layout.start) + 1, max_row=layout.start):
        for cell in cells:
            cell.font = Font(bold=True)
    for top, left, bottom, right in sheet.merged:
        if bottom < layout.start and right < sheet.width:
            page.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    for column in layout.columns:
        letter = get_column_letter(column.place + 1)
        page.column_dimensions[letter].width = min(40, max(10, 2 * len(column.head) + 2))
    page.freeze_panes = f"A{layout.start + 1}"


def _lines(page: Worksheet, cells: Cells, row: Row, at: int) -> int:
    """Write a row with those that go on with it, below line ``at``; return the last line.

    Each cell as it was read: the row above, or the merged cell's first, may not be among the refused.
    """
    lines = {}
    columns = {column.place: column for column in cells.layout.columns}
    told = {(f.row - 1, f.column, f.message) for f in row.fate.findings}
    for number in (row.number - 1, *(more - 1 for more in row.more)):
        at += 1
        lines[number + 1] = at
        for place, cell in enumerate(cells.sheet.rows[number]):
            shared = (number, place, cells.over(number, place)[1]) in told
            if shared or (number, place) in cells.unsure:
                _write(page, at, place + 1, cell, error=cell in ("", None))
            else:
                percent = (number, place) in cells.sheet.percents
                value = cells.read(number, columns[place]) if place in columns else cell
                _write(page, at, place + 1, value, percent=percent)
    _remark(page, cells.layout, row, lines)
    return at


def _remark(page: Worksheet, layout: Layout, row: Row, lines: Mapping[int, int]) -> None:
    """Put the reasons at their cells; a reason without one at the row's first. ``lines``: where its rows stand now."""
    from openpyxl.styles import PatternFill

    by_place: dict[tuple[int, int], list[RowFinding]] = {}
    for one in row.fate.findings:
        own = one.sheet in ("", layout.sheet) and one.column >= 0
        line = lines.get(one.row, lines[row.number]) if own else lines[row.number]
        by_place.setdefault((line, one.column if own else _first_place(layout)), []).append(one)
    for (at, place), findings in by_place.items():
        cell: Any = page.cell(at, place + 1)
        cell.comment = _comment(findings)
        if any(f.level == "error" for f in findings):
            cell.fill = PatternFill("solid", fgColor="FFF2CC")


def _first_place(layout: Layout) -> int:
    return min((c.place for c in layout.columns), default=0)


def _comment(findings: list[RowFinding]) -> Any:  # noqa: ANN401  # openpyxl's
    from openpyxl.comments import Comment

    lines = [f"{_LEVELS[f.level]}：{f.label + '：' if f.label and f.column < 0 else ''}{f.message}" for f in findings]
    return Comment("\n".join(lines), AUTHOR, width=320, height=40 + 36 * len(lines))


def _write(page: Worksheet, row: int, column: int, value: object, *, percent: bool = False, error: bool = False,
           ) -> None:
    """Write a cell; text that begins like a formula stays text, a percentage is shown as one."""
    if value in (None, "") and not error:
        return
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell: Any = page.cell(row, column)
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

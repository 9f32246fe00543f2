"""Rows written to a workbook sheet: values over grid columns, merges, heights, drop-downs."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.xml.functions import Element, SubElement

from pairing_desktop.documents.cellstyles import Style, StyledCell, Styles
from pairing_desktop.documents.grid import Grid
from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import Cell
from pairing_desktop.documents.strips import LEADING, MM

PADDING = 2.4 * MM
"""Kept free at the sides of a wrapped cell, so that a spreadsheet's own wrapping needs no more lines than ours."""


class Writer(WorksheetWriter):
    """Writes the sheet's parts; cards have tens of thousands of merges, given as references."""

    ws: Any

    def write_merged_cells(self) -> None:
        """Write the merges without making an object of each."""
        if self.ws.merged_cells:
            merges = Element("mergeCells", {"count": str(len(self.ws.merged_cells))})
            for reference in self.ws.merged_cells:
                SubElement(merges, "mergeCell", {"ref": reference})
            self.xf.send(merges)


class Sheet(WriteOnlyWorksheet):
    """A write-only sheet that takes rows of finished cells."""

    # what openpyxl sets up as in any worksheet and its stub leaves out
    _writer: Any
    column_dimensions: Any
    data_validations: Any
    merged_cells: Any
    oddFooter: Any  # noqa: N815  # openpyxl's name
    page_margins: Any
    page_setup: Any
    print_options: Any
    protection: Any
    row_breaks: Any
    row_dimensions: Any
    sheet_properties: Any

    def _get_writer(self) -> None:
        if self._writer is None:
            self._writer = Writer(self)
            self._writer.write_top()

    def _values_to_row(self, values: Sequence[StyledCell], row_idx: int) -> Sequence[StyledCell]:
        for cell in values:
            cell.row = row_idx
        return values


class Put(NamedTuple):
    """A value over grid columns ``first`` up to ``end``, and over ``rows`` rows."""

    first: int
    end: int
    value: object
    style: Style
    text: str = ""
    rows: int = 1
    choices: tuple[str, ...] = ()


class Rows:
    """Writes rows to one sheet; knows the row it is at, merges and drop-downs."""

    def __init__(self, sheet: Sheet, grid: Grid, styles: Styles, measurer: Measurer, scale: float) -> None:
        self.sheet = sheet
        self.grid = grid
        self.measurer = measurer
        self.scale = scale
        self.row = 0
        self.merges: list[str] = []
        self.choices: dict[tuple[str, ...], list[str]] = {}
        self._styles = styles
        self._letters = [get_column_letter(n + 1) for n in range(grid.columns)]

    def lines(self, text: str, first: int, end: int, size: float) -> int:
        """Return how many lines ``text`` takes over the grid columns, at its printed size."""
        room = (self.grid.edges[end] - self.grid.edges[first]) * MM - PADDING
        return len(self.measurer.lines(text, room, size))

    def height(self, puts: Sequence[Put], least: float, size: float) -> float:
        """Return a row's printed height in points: the least, or what its longest text needs."""
        count = max((self.lines(p.text, p.first, p.end, size) for p in puts if p.text and p.rows == 1), default=1)
        return max(least, count * size * LEADING + 1.8 * MM)

    def write(self, puts: Sequence[Put], height: float) -> None:
        """Write one row, ``height`` points as printed; blank cells of a merge carry its style."""
        self.row += 1
        cells: list[StyledCell] = []
        for put in puts:
            number = self._styles.number(put.style, self.sheet)
            cells.append(StyledCell(put.value, number, put.first + 1))
            cells += [StyledCell(None, number, n + 1) for n in range(put.first + 1, put.end)]
            if put.end - put.first > 1 or put.rows > 1:
                last = f"{self._letters[put.end - 1]}{self.row + put.rows - 1}"
                self.merges.append(f"{self._letters[put.first]}{self.row}:{last}")
            if put.choices:
                self.choices.setdefault(put.choices, []).append(f"{self._letters[put.first]}{self.row}")
        self.sheet.row_dimensions[self.row].height = round(height / self.scale, 1)
        self.sheet.append(cells)
        del self.sheet.row_dimensions[self.row]

    def across(self, text: str, style: Style, height: float) -> None:
        """Write one text over the whole width."""
        self.write([Put(0, self.grid.columns, text, style, text)], height)


def value_of(cell: Cell, *, own_qualifier: bool) -> object:
    """Return what a workbook cell holds so that what shows is the value: text if a qualifier has no column."""
    if cell.value is None or (cell.qualifier and not own_qualifier):
        return cell.text
    return cell.value


def thick_sides(first: int, end: int, columns: int, *, top: bool, bottom: bool) -> str:
    """Return the sides of a cell that lie on its table's outline."""
    return ("l" if first == 0 else "") + ("r" if end == columns else "") + "t" * top + "b" * bottom


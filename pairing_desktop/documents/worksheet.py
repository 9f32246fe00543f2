"""Rows written to a workbook sheet: values over grid columns, merges, heights, drop-downs."""

from collections.abc import Sequence
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from pairing_desktop.documents.archive import SheetBody
from pairing_desktop.documents.cellstyles import Style, Styles, cell_xml
from pairing_desktop.documents.coordinates import Recorder
from pairing_desktop.documents.grid import Grid
from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import Cell
from pairing_desktop.documents.strips import MM, Strip

PADDING = 2.0 * MM
"""Kept free at the sides of a wrapped cell, so that a spreadsheet's own wrapping needs no more lines than ours."""
LEADING = 1.42
"""Ems of a line: other programs put other faces in the place of 宋体, the tallest of them this tall."""
TALLEST = 409.0
"""Points of the tallest row that Excel knows."""


class Put(NamedTuple):
    """A value over grid columns ``first`` up to ``end``, and over ``rows`` rows."""

    first: int
    end: int
    value: object
    style: Style
    text: str = ""
    rows: int = 1
    choices: tuple[str, ...] = ()
    covered: bool = False
    """Part of a merge that began in a row above."""
    path: str = ""
    """Of a value; blank for words of the template."""


class Rows:
    """Writes rows to one sheet; knows the row it is at, merges and drop-downs."""

    def __init__(self, body: SheetBody, grid: Grid, styles: Styles, measurer: Measurer, scale: float,
                 *, places: Recorder | None = None) -> None:
        self.grid = grid
        self.measurer = measurer
        self.scale = scale
        self.row = 0
        self.bands: list[Strip] = []
        """A band for each row, as printed: what may end a page is found out from them."""
        self._body = body
        self._places = places or Recorder()
        self.choices: dict[tuple[str, ...], list[str]] = {}
        self._styles = styles
        self._begun: tuple[int, int, int, dict[tuple[str, ...], int]] = 0, 0, 0, {}
        self._letters = [get_column_letter(n + 1) for n in range(grid.columns)]

    def begin(self) -> None:
        """Begin a document that may have to be written again."""
        self._body.begin()
        choices = {which: len(places) for which, places in self.choices.items()}
        self._begun = self.row, len(self.bands), self._places.size, choices

    def again(self) -> None:
        """Take back what was written since ``begin``."""
        self._body.again()
        self.row, bands, places, choices = self._begun
        del self.bands[bands:]
        self._places.take_back(places)
        self.choices = {which: self.choices[which][:count] for which, count in choices.items()}

    def lines(self, text: str, first: int, end: int, size: float) -> int:
        """Return how many lines ``text`` takes over the grid columns, at its printed size."""
        room = (self.grid.edges[end] - self.grid.edges[first]) * MM - PADDING - size / 2  # no mark hangs there
        if len(text) * size <= room and "\n" not in text:
            return 1  # no character is wider than an em
        return len(self.measurer.lines(text, room, size))

    def height(self, puts: Sequence[Put], least: float, size: float) -> float:
        """Return a row's printed height in points: the least, or what its longest text needs."""
        count = 1
        for put in puts:
            if put.text and put.rows == 1:
                count = max(count, self.lines(put.text, put.first, put.end, size))
        return max(least, count * size * LEADING + 1.3 * MM)

    def write(self, puts: Sequence[Put], height: float) -> None:
        """Write one row, ``height`` points as printed; blank cells of a merge carry its style."""
        self.row += 1
        row, letters = self.row, self._letters
        cells: list[str] = []
        for put in puts:
            first, end = put.first, put.end
            number = self._styles.number(put.style)
            place = f"{letters[first]}{row}"
            cells.append(cell_xml(put.value, place, number))
            if put.path.count("/") > 1:
                self._places.cell(put.path, place)
            elif put.value not in (None, ""):
                self._places.word(str(put.value), place)
            if end - first > 1:
                cells += [f'<c r="{letters[n]}{row}" s="{number}"/>' for n in range(first + 1, end)]
            if (end - first > 1 or put.rows > 1) and not put.covered:
                self._body.merges.append(f"{place}:{letters[end - 1]}{row + put.rows - 1}")
            if put.choices:
                self.choices.setdefault(put.choices, []).append(place)
        self.bands.append(Strip(height))
        tall = min(TALLEST, round(height / self.scale, 1))
        self._body.add(f'<row r="{row}" ht="{tall:g}" customHeight="1">{"".join(cells)}</row>')

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


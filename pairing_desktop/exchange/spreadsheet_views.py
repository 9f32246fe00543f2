"""A sheet read otherwise than it stands: a part of it, turned, or several put below each other.

Each is a ``Sheet`` again, with what the eye sees of it, and knows the cell of the file that each of its own comes from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pairing_desktop.exchange.spreadsheet import Sheet
from pairing_desktop.exchange.spreadsheet_facts import Area

if TYPE_CHECKING:
    Cell = tuple[int, int]
    Where = Callable[[int, int], Cell | None]

NOWHERE = -1
"""The place of a column that a sheet does not have."""


class Part(Struct, frozen=True):
    """What a sheet's rows from ``first`` on are made of: another sheet's rows from ``row`` on, or its ``cells``."""

    first: int
    sheet: Sheet
    row: int = 0
    columns: tuple[int, ...] = ()
    """The other sheet's columns by place, () where they are the same."""
    cells: tuple[tuple[Cell, ...], ...] = ()
    """The other sheet's cells by row and place: it is turned."""
    units: tuple[tuple[int, str], ...] = ()
    """Places whose figures are in other units there than above, with these."""
    down: bool = False
    """Whether these make records below each other all the same."""

    def at(self, row: int, place: int) -> Cell:
        """Return the other sheet's cell."""
        if self.cells:
            return self.cells[row][place]
        return row - self.first + self.row, self.columns[place] if self.columns else place


class Home(Struct, frozen=True):
    """A cell of the file, counted from 0."""

    sheet: str
    row: int
    column: int
    across: bool = False
    """Whether its record stands in a column."""
    alone: bool = False
    """Whether its record has the sheet for itself."""
    beside: bool = False
    """Whether another list stands beside the one it is of."""


def part_of(sheet: Sheet, row: int) -> Part | None:
    """Return what a row is part of, None where the sheet is as it stands in the file."""
    if not sheet.parts:
        return None
    return sheet.parts[bisect_right(sheet.parts, row, key=lambda part: part.first) - 1]


def begins(sheet: Sheet, row: int) -> int:
    """Return the first row of the part that a row belongs to: nothing goes on over it."""
    part = part_of(sheet, row)
    return part.first if part else 0


def home(sheet: Sheet, row: int, place: int = 0) -> Home:
    """Return the cell of the file that a cell comes from."""
    across = alone = beside = False
    while part := part_of(sheet, row):
        across, alone = across or (bool(part.cells) and not part.down), alone or sheet.alone
        beside = beside or (len(sheet.parts) == 1 and bool(part.columns))
        sheet, (row, place) = part.sheet, part.at(row, place)
    return Home(sheet.name, row, place, across, alone, beside)


def cut(sheet: Sheet, left: int, right: int, title: str = "") -> Sheet:
    """Return the columns from ``left`` to ``right`` alone; ``title`` stands above them all."""
    part = Part(0, sheet, columns=tuple(range(left, right + 1)))
    return _made(sheet, [row[left:right + 1] for row in sheet.rows], (part,), [(sheet, _cut(left, right))],
                 title=title)


def _cut(left: int, right: int) -> Where:
    return lambda row, place: (row, place - left) if left <= place <= right else None


def upper(sheet: Sheet, end: int) -> Sheet:
    """Return a sheet's rows down to the one before ``end``."""
    return _made(sheet, sheet.rows[:end], (Part(0, sheet),), [
        (sheet, lambda row, place: (row, place) if row < end else None)])


def widened(sheet: Sheet, row: int, words: Sequence[str]) -> Sheet:
    """Return a sheet with more columns, of which these words are the heads and nothing else stands."""
    rows = list(sheet.rows)
    rows[row] = [*rows[row], *[""] * (sheet.width - len(rows[row])), *words]
    return _made(sheet, rows, (Part(0, sheet),), [(sheet, lambda line, place: (line, place))])


def bare(sheet: Sheet) -> Sheet:
    """Return a sheet without the columns that it was widened by."""
    part = sheet.parts[0] if len(sheet.parts) == 1 else None
    return part.sheet if part and not part.cells and not part.columns else sheet


def stacked(main: Sheet, others: Iterable[tuple[Sheet, int, tuple[int, ...], tuple[tuple[int, str], ...]]]) -> Sheet:
    """Return a sheet with others' rows below it: each from a row on, its columns by the place they take, its units."""
    rows, parts = list(main.rows), [Part(0, main)]
    places: list[tuple[Sheet, Where]] = [(main, lambda row, place: (row, place))]
    for sheet, start, columns, units in others:
        same = columns == tuple(range(len(columns))) and sheet.width <= len(columns)
        part = Part(len(rows), sheet, start, () if same else columns, units=units)
        places.append((sheet, _below(part)))
        parts.append(part)
        rows += sheet.rows[start:] if same else [_picked(row, columns) for row in sheet.rows[start:]]
    return _made(main, rows, tuple(parts), places)


def _below(part: Part) -> Where:
    by_place = {place: n for n, place in enumerate(part.columns)}

    def where(row: int, place: int) -> Cell | None:
        own = by_place.get(place) if part.columns else place
        return None if row < part.row or own is None else (row - part.row + part.first, own)

    return where


def _picked(row: Sequence[object], columns: Sequence[int]) -> list[object]:
    return [row[place] if 0 <= place < len(row) else "" for place in columns]


def turned(sheet: Sheet, rows: Sequence[int], title: str) -> Sheet:
    """Return a sheet whose rows are columns; of its rows only these are read."""
    cells = tuple(tuple((row, column) for row in rows) for column in range(sheet.width))
    return _of_cells(sheet, cells, title)


def record(sheet: Sheet, pairs: Sequence[tuple[Cell, Cell]], title: str) -> Sheet:
    """Return a sheet of a head and one row: each label of a form with the cell beside it."""
    return _of_cells(sheet, (tuple(label for label, _ in pairs), tuple(value for _, value in pairs)), title, alone=True)


def gathered(sheet: Sheet, cells: Sequence[tuple[Cell, ...]], said: Mapping[Cell, str], title: str) -> Sheet:
    """Return a sheet of cells that stand anywhere, row by row; ``said`` stands in some of its own instead."""
    made = _of_cells(sheet, tuple(cells), title)
    rows = [[said.get((row, place), cell) for place, cell in enumerate(line)] for row, line in enumerate(made.rows)]
    return structs.replace(made, rows=rows, parts=(structs.replace(made.parts[0], down=True),))


def _of_cells(sheet: Sheet, cells: tuple[tuple[Cell, ...], ...], title: str, *, alone: bool = False) -> Sheet:
    place = {one: (row, n) for row, line in enumerate(cells) for n, one in enumerate(line)}
    rows = [[sheet.rows[r][c] if r < len(sheet.rows) and c < len(sheet.rows[r]) else "" for r, c in line]
            for line in cells]
    return _made(sheet, rows, (Part(0, sheet, cells=cells),), [(sheet, lambda r, c: place.get((r, c)))], title=title,
                 alone=alone)


def _made(main: Sheet, rows: Sequence[Sequence[object]], parts: tuple[Part, ...],
          places: Sequence[tuple[Sheet, Where]], *, title: str = "", alone: bool = False) -> Sheet:
    """Return the sheet with what was seen of those that it is made of."""
    def cells(name: str) -> frozenset[Cell]:
        return frozenset(found for sheet, where in places for cell in getattr(sheet, name)
                         if (found := where(*cell)) is not None)

    across = bool(parts[0].cells)
    hidden = [(sheet, where, row) for sheet, where in places for row in sheet.hidden_rows]
    lines = {found for sheet, where, row in hidden for place in range(sheet.width) if (found := where(row, place))}
    shut = {found for sheet, where in places for place in sheet.hidden_columns for row in range(len(sheet.rows))
            if (found := where(row, place))}
    rows_hidden, columns_hidden = (shut, lines) if across else (lines, shut)
    return Sheet(
        name=main.name, rows=rows, title=title or main.title, parts=parts, alone=alone or main.alone,
        merged=tuple(area for sheet, where in places for one in sheet.merged for area in _area(one, where)),
        swallowed=cells("swallowed"), uncounted=cells("uncounted"), faulty=cells("faulty"), percents=cells("percents"),
        hundredths=cells("hundredths"),
        hidden_rows=frozenset(row for row, _ in rows_hidden), hidden_columns=frozenset(c for _, c in columns_hidden),
        filtered=any(sheet.filtered for sheet, _ in places))


def _area(area: Area, where: Where) -> Iterator[Area]:
    """Yield a merged area where it stands now, if it is whole there."""
    top, left, bottom, right = area
    first, last = where(top, left), where(bottom, right)
    if first and last:
        yield (*first, *last)

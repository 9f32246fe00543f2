"""Whether a sheet's columns and rows have room for what they hold: a value that is cut off shows as another one.

Two looks: one that costs next to nothing, for columns and rows in which nothing could be read; and one at each cell,
for a workbook that is not compared with one drawn again. Both are lower bounds: our writer leaves half as much again.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import compress, count, pairwise, repeat
from math import ceil
from operator import itemgetter, ne
from typing import Any

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange.agreement import cut, spoken
from pairing_desktop.exchange.agreement_sheet import Sheet, column, letters, position, reference
from pairing_desktop.exchange.agreement_style import Look

POINTS = 6.04
"""Of one unit of column width, a digit of the face that columns are counted in."""
LEAST_ROW, LEAST_COLUMN = 11.0, 18.0
"""Points of a row and of a column that hold anything: a line, and two characters."""
LATIN, CHINESE = 0.4, 1.0
"""Ems that a character takes at least."""
SHRUNK = 0.5
"""Part of its size down to which a figure may be shrunk to fit."""
TALLEST_ROW = 409.0
"""Points of the tallest row that a spreadsheet knows: a text that needs more shows no more, whoever writes it."""
MOST_ROWS = 60
"""Merged rows whose heights are added up."""
Rows = Sequence[Sequence[Any]]


def unreadable(rows: Rows, sheet: Sheet) -> Iterator[Problem]:
    """Yield the rows and columns that hold something and are too small to show anything."""
    for number, height in sheet.heights(below=LEAST_ROW):
        held = rows[number - 1] if 0 < number <= len(rows) else ()
        at = next((n for n, each in enumerate(held) if each != ""), None)
        if at is not None:
            yield _told(sheet, reference(number - 1, at), f"{height:g} 磅高", held[at])
    edges = _edges(sheet)
    narrow = [number for number, (left, right) in enumerate(pairwise(edges)) if right - left < LEAST_COLUMN]
    if narrow:
        yield from _narrow(rows, sheet, narrow, edges)


def _narrow(rows: Rows, sheet: Sheet, narrow: Collection[int], edges: Sequence[float]) -> Iterator[Problem]:
    """Yield the first cell in each of these columns that holds something and is not merged with enough others."""
    names = set(map(letters, narrow))
    merges = [merge for part in sheet.merges for merge in part if merge[0] in names]
    wide = {pair for pair in {(merge[0], merge[2]) for merge in merges}
            if _between(edges, *map(column, pair)) >= LEAST_COLUMN}
    roomy: dict[str, set[str]] = {name: set() for name in names}
    for first, top, last, _, _ in merges:
        if (first, last) in wide:
            roomy[first].add(top)
    for at in narrow:
        held = map(ne, map(itemgetter(at), rows), repeat("")) if rows and at < len(rows[0]) else ()
        alone = set(map(str, compress(count(1), held))) - roomy[letters(at)]
        if alone:
            row = min(map(int, alone))
            yield _told(sheet, reference(row - 1, at), f"{_between(edges, at, at):.0f} 磅宽", rows[row - 1][at])


def cut_off(rows: Rows, sheet: Sheet) -> Iterator[Problem]:
    """Yield the first cell of each column that doesn't show all that it holds: every cell is looked at.

    Raises ``ValueError``, ``IndexError`` for styles that make no sense.
    """
    edges = _edges(sheet)
    heights = dict(sheet.heights())
    ends = {(first, top): (column(last), int(bottom)) for part in sheet.merges for first, top, last, bottom, _ in part}
    told: set[str] = set()
    for cell, look in sheet.looks().items():
        row, at = position(cell)
        name = letters(at)
        held = rows[row][at] if row < len(rows) and at < len(rows[row]) else ""
        if held == "" or name in told:
            continue
        last, bottom = ends.get((name, str(row + 1)), (at, row + 1))
        width = _between(edges, at, last)
        height = sum(heights.get(number, 0.0) for number in range(row + 1, min(bottom, row + MOST_ROWS) + 1))
        if height < TALLEST_ROW and not _shows(spoken(held), look, width - look.indent * look.size, height):
            told.add(name)
            yield _told(sheet, cell, f"{width:.0f} 磅宽、{height:g} 磅高", held)


def _shows(text: str, look: Look, width: float, height: float) -> bool:
    """Tell whether a cell shows all of a text, or a figure that is not shrunk beyond reading."""
    wide = [sum(LATIN if c.isascii() else CHINESE for c in line) * look.size for line in text.split("\n")]
    if look.shrinks:
        return max(wide) * SHRUNK <= width
    return sum(max(1, ceil(each / max(width, 1.0))) for each in wide) * look.size <= height


def _edges(sheet: Sheet) -> list[float]:
    """Return where the columns begin, in points, and where the last one ends."""
    edges = [0.0]
    for units in sheet.widths:
        edges.append(edges[-1] + units * POINTS)
    return edges


def _between(edges: Sequence[float], first: int, last: int) -> float:
    """Return the width of columns; of such that the sheet says nothing of, none."""
    most = len(edges) - 1
    return edges[min(last + 1, most)] - edges[min(first, most)]


def _told(sheet: Sheet, cell: str, small: str, held: object) -> Problem:
    return problem("agreement.workbook_room", sheet=sheet.name, where=f"{cell} 只有 {small}", shown=cut(spoken(held)))

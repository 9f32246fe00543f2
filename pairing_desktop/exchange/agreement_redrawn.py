"""Where a workbook looks otherwise than the one that this program makes of its data: by sheet, column, row and cell.

Asked only of a workbook that is not the drawn one: it says what a reader has to look at.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, zip_longest

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange import agreement_sheet
from pairing_desktop.exchange.agreement_sheet import Sheet, letters

MOST = 3
"""Columns, rows and cells of a sheet that are told."""


def differences(workbook: bytes, drawn: bytes) -> Iterator[Problem]:
    """Yield the widths, heights and styles that are not those of the drawn one. Never raises on what it holds."""
    try:
        held, own = agreement_sheet.opened(workbook), agreement_sheet.opened(drawn)
        if held.names == own.names:
            for number in range(len(own.names)):
                yield from _of_sheet(held.sheet(number), own.sheet(number))
    except (ValueError, IndexError):
        return  # told where the values are compared


def _of_sheet(held: Sheet, own: Sheet) -> Iterator[Problem]:
    widths = ((f"{letters(at)} 列的宽度", *both)
              for at, both in enumerate(zip_longest(held.widths, own.widths, fillvalue=0.0)))
    heights, known = dict(held.heights()), dict(own.heights())
    rows = ((f"第 {row} 行的高度", heights.get(row, 0.0), known.get(row, 0.0)) for row in sorted({**heights, **known}))
    for sizes in (widths, rows):
        for where, shown, wanted in islice((size for size in sizes if size[1] != size[2]), MOST):
            yield problem("agreement.workbook_measure", sheet=own.name, where=where, shown=f"{shown:g}",
                          wanted=f"{wanted:g}")
    for cell, what in islice(_restyled(held.styles(), own.styles()), MOST):
        yield problem("agreement.workbook_look", sheet=own.name, cell=cell, what=what)


def _restyled(held: Mapping[str, Mapping[str, str]], own: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the cells that are there in both and styled otherwise, and what of them is."""
    for cell, wanted in own.items():
        shown = held.get(cell, wanted)
        if shown != wanted:
            yield cell, "、".join(name for name in wanted if shown.get(name) != wanted[name])

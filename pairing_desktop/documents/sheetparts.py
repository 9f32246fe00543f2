"""A card among others on a sheet: a table that goes on over a page has its head again there.

A sheet repeats one range of rows by itself, and on all its pages; no card of several can claim it.
"""

from collections.abc import Sequence

from msgspec import structs

from pairing_desktop.documents.model import Document, Table
from pairing_desktop.documents.sheet import Sheet, sheet_for
from pairing_desktop.documents.sheetblocks import page_ends, write_document
from pairing_desktop.documents.strips import Strip
from pairing_desktop.documents.worksheet import Rows


def write_parted(document: Document, rows: Rows) -> list[int]:
    """Write a card; return after how many of its rows a page ends."""
    begun, paper = len(rows.bands), sheet_for(document)
    fixed: list[int] = []
    while True:
        rows.begin()
        write_document(document, rows)
        bands = rows.bands[begun:]
        ends = _ends(bands, fixed, paper)
        cut = next((end for end in ends if end > max(fixed, default=0) and _torn(bands, end)), None)
        if cut is None:
            return ends
        rows.again()
        document = _parted(document, bands, cut)
        fixed.append(cut)


def _ends(bands: list[Strip], fixed: Sequence[int], paper: Sheet) -> list[int]:
    """Return where pages end, between the ends that are fixed already and there."""
    found: list[int] = []
    begun = 0
    for stop in (*fixed, len(bands)):
        found += [begun + end for end in page_ends(bands[begun:stop], paper, 0.0)]
        found += [stop] if stop < len(bands) else []
        begun = stop
    return found


def _torn(bands: Sequence[Strip], end: int) -> bool:
    """Tell whether a page ends inside a table that has a head, after a row of it."""
    before, after = bands[end - 1], bands[end]
    return before.frame is not None and before.frame is after.frame and not before.is_head and any(
        band.is_head for band in bands[:end] if band.frame is before.frame)


def _parted(document: Document, bands: Sequence[Strip], cut: int) -> Document:
    """Part the table that a page ends in: its rows from there on, under the same head, are a table of their own."""
    headed = [(n, block) for n, block in enumerate(document.blocks) if isinstance(block, Table) and block.head]
    begun = sum(band.is_head and (not n or bands[n - 1].frame is not band.frame) for n, band in enumerate(bands[:cut]))
    place, table = headed[begun - 1]
    rows = sum(band.frame is bands[cut - 1].frame and not band.is_head for band in bands[:cut])
    parts = (structs.replace(table, rows=table.rows[:rows]),
             structs.replace(table, rows=table.rows[rows:], goes_on=True))
    return structs.replace(document, blocks=(*document.blocks[:place], *parts, *document.blocks[place + 1:]))

"""Cells of .xls and .ods files that show an error (#DIV/0!, #N/A): calamine gives them as blank.

Blank would be taken for "nothing to report", so a sheet of another kind than .xlsx is looked through once more.
"""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path
from typing import IO

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ROW = f"{_TABLE}table-row"
_MOST = 1000
"""Repetitions of one cell or row that are counted: what is repeated further is the empty rest of a sheet."""

Places = frozenset[tuple[int, int]]


def faulty(path: Path, kind: str, sheet: str) -> Places:
    """Return row and column, from 0, of the cells of a sheet that show an error."""
    if kind == "ods":
        with zipfile.ZipFile(path) as package, package.open("content.xml") as content:
            return _of_ods(content, sheet)
    return _of_xls(path, sheet) if kind == "xls" else frozenset()


def _of_ods(content: IO[bytes], sheet: str) -> Places:
    from lxml import etree

    found: set[tuple[int, int]] = set()
    row = 0
    options = {"resolve_entities": False, "no_network": True, "huge_tree": True}
    for _, table in etree.iterparse(content, events=("end",), tag=f"{_TABLE}table", **options):
        if table.get(f"{_TABLE}name") != sheet:
            table.clear()
            continue
        for line in table.iter(_ROW):
            times = _times(line, "rows")
            places = _in_row(line)
            found.update((row + n, place) for n in range(min(times, _MOST)) for place in places)
            row += times
        break
    return frozenset(found)


def _in_row(line: object) -> list[int]:
    found: list[int] = []
    place = 0
    for cell in line:  # type: ignore[attr-defined]  # an lxml element
        if cell.tag not in _CELLS:
            continue
        times = _times(cell, "columns")
        if cell.get(f"{_CALC}value-type") == "error":
            found += range(place, place + min(times, _MOST))
        place += times
    return found


def _times(element: object, what: str) -> int:
    said = element.get(f"{_TABLE}number-{what}-repeated", "1")  # type: ignore[attr-defined]  # an lxml element
    return int(said) if said.isdecimal() else 1


def _of_xls(path: Path, sheet: str) -> Places:
    """Return the cells that xlrd takes for errors; none where it cannot read what calamine could."""
    import xlrd

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        try:
            with xlrd.open_workbook(path, on_demand=True, logfile=nowhere) as book:
                page = book.sheet_by_name(sheet)
                kinds = [page.row_types(row) for row in range(page.nrows)]
        except (xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, LookupError, ValueError, AssertionError):
            return frozenset()
    return frozenset((row, place) for row, line in enumerate(kinds) for place, one in enumerate(line)
                     if one == xlrd.XL_CELL_ERROR)

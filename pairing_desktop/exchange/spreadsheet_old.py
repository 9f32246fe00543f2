"""What calamine does not tell of .xls and .ods files: errors, which it gives as blank, formats, what is hidden."""

from __future__ import annotations

import os
import re
import struct
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pairing_desktop.exchange import spreadsheet_formats
from pairing_desktop.exchange.spreadsheet_facts import Area, Facts
from pairing_desktop.exchange.spreadsheet_formats import Format

if TYPE_CHECKING:
    from xlrd.sheet import Sheet

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_ROW, _COLUMN = f"{_TABLE}table-row", f"{_TABLE}table-column"
_HIDDEN = ("collapse", "filter")
_TWO_DECIMALS = re.compile(r"\d{1,4}\.\d\d")
_MOST = 1000
"""Repetitions of one cell or row that are counted: what is repeated further is the empty rest of a sheet."""


def of_ods(path: Path, sheet: str) -> Facts:
    """Return what an .ods file says of a sheet."""
    with zipfile.ZipFile(path) as package, package.open("content.xml") as content:
        table = _table(content, sheet)
    if table is None:
        return Facts()
    faulty: set[tuple[int, int]] = set()
    percents: set[tuple[int, int]] = set()
    hundredths: set[tuple[int, int]] = set()
    formats: dict[tuple[int, int], Format] = {}
    hidden: set[int] = set()
    merged: list[Area] = []
    filtered = False
    for line, row, times in _counted(table.iter(_ROW), "rows"):
        rows = range(row, row + times)
        seen = line.get(f"{_TABLE}visibility", "")
        hidden.update(rows if seen in _HIDDEN else ())
        filtered = filtered or seen == "filter"
        for cell, place, repeated in _counted((c for c in line if c.tag in _CELLS), "columns"):
            found = (faulty if cell.get(f"{_CALC}value-type") == "error" else
                     percents if cell.get(f"{_OFFICE}value-type") == "percentage" else
                     hundredths if _shows_hundredths(cell) else None)
            spans = [int(said) if (said := cell.get(f"{_TABLE}number-{what}-spanned", "")).isdecimal() else 1
                     for what in ("rows", "columns")]
            if max(spans) > 1:
                merged.append((row, place, row + spans[0] - 1, place + spans[1] - 1))
            if found is not None:
                found.update(product(rows, range(place, place + repeated)))
            if shown := _format(cell):
                formats.update(dict.fromkeys(product(rows, range(place, place + repeated)), shown))
    columns = {p for one, place, times in _counted(table.iter(_COLUMN), "columns")
               if one.get(f"{_TABLE}visibility") in _HIDDEN for p in range(place, place + times)}
    return Facts(frozenset(hidden), frozenset(columns), filtered=filtered, faulty=frozenset(faulty),
                 percents=frozenset(percents), hundredths=frozenset(hundredths), formats=formats,
                 merged=tuple(merged))


def _shows_hundredths(cell: Any) -> bool:  # noqa: ANN401  # an lxml element
    return cell.get(f"{_OFFICE}value-type") == "float" and bool(_TWO_DECIMALS.fullmatch(_shown(cell)))


def _format(cell: Any) -> Format | None:  # noqa: ANN401  # an lxml element
    value = cell.get(f"{_OFFICE}value")
    if cell.get(f"{_OFFICE}value-type") not in ("float", "currency") or not value:
        return None
    return spreadsheet_formats.of_shown(_shown(cell), float(value))


def _shown(cell: Any) -> str:  # noqa: ANN401  # an lxml element
    """Return what a cell shows; its comment is not in its own paragraphs."""
    return "\n".join("".join(one.itertext()) for one in cell.iterchildren(_PARAGRAPH))


def _table(content: IO[bytes], sheet: str) -> Any:  # noqa: ANN401  # an lxml element
    """Return a sheet's table; the others are let go of as they are read."""
    from lxml import etree

    options = {"resolve_entities": False, "no_network": True, "huge_tree": True}
    for _, table in etree.iterparse(content, events=("end",), tag=f"{_TABLE}table", **options):
        if table.get(f"{_TABLE}name") == sheet:
            return table
        table.clear()
    return None


def _counted(elements: Any, what: str) -> Iterator[tuple[Any, int, int]]:  # noqa: ANN401  # lxml elements
    """Yield rows, columns or cells, each with its number and how often it is meant, at most ``_MOST`` times."""
    number = 0
    for one in elements:
        said = one.get(f"{_TABLE}number-{what}-repeated", "1")
        times = int(said) if said.isdecimal() else 1
        yield one, number, min(times, _MOST)
        number += times


def of_xls(path: Path, sheet: str) -> Facts:
    """Return what xlrd tells of a sheet; nothing where it cannot read what calamine could."""
    import xlrd

    broken = (xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, LookupError, ValueError, AssertionError,
              TypeError)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        try:
            with xlrd.open_workbook(path, on_demand=True, logfile=nowhere, formatting_info=True) as book:
                return _of_page(book.sheet_by_name(sheet))
        except broken:
            return Facts()


def _of_page(page: Sheet) -> Facts:
    import xlrd

    book = page.book
    kinds = [page.row_types(row) for row in range(page.nrows)]
    codes = [getattr(book.format_map.get(one.format_key), "format_str", "") for one in book.xf_list]
    percent = {number for number, code in enumerate(codes) if spreadsheet_formats.is_rate(code)}
    two = {number for number, code in enumerate(codes) if spreadsheet_formats.HUNDREDTHS.match(code)}
    other = {number: found for number, code in enumerate(codes) if (found := spreadsheet_formats.read(code))}
    return Facts(
        frozenset(row for row, one in page.rowinfo_map.items() if one.hidden and row < page.nrows),
        frozenset(place for place, one in page.colinfo_map.items() if one.hidden and place < page.ncols),
        faulty=frozenset((row, place) for row, line in enumerate(kinds) for place, kind in enumerate(line)
                         if kind == xlrd.XL_CELL_ERROR),
        percents=frozenset((row, place) for row, line in enumerate(kinds) for place, kind in enumerate(line)
                           if kind == xlrd.XL_CELL_NUMBER and page.cell_xf_index(row, place) in percent),
        hundredths=frozenset((row, place) for row, line in enumerate(kinds) for place, kind in enumerate(line)
                             if kind == xlrd.XL_CELL_NUMBER and page.cell_value(row, place) % 1
                             and page.cell_xf_index(row, place) in two),
        formats={(row, place): other[style] for row, line in enumerate(kinds if other else ())
                 for place, kind in enumerate(line)
                 if kind == xlrd.XL_CELL_NUMBER and (style := page.cell_xf_index(row, place)) in other})

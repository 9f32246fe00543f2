"""What calamine does not tell of an .xlsx: hidden rows and columns, filters, errors, uncounted formulas, percents.

Found in the sheet's own bytes with a few patterns: a parser would take longer than reading the cells does. ``guard``
refuses what would not fit into memory before anything is unpacked by a library.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Mapping
from html import unescape
from pathlib import Path
from typing import Any

from pairing_desktop.errors import trouble
from pairing_desktop.exchange import spreadsheet_formats
from pairing_desktop.exchange.spreadsheet_facts import Facts
from pairing_desktop.exchange.spreadsheet_formats import HUNDREDTHS, Format

UNPACKED = 600_000_000
"""Bytes that all parts may come to."""
DENSE = 300
"""Times that a large part may be packed; figures and text reach a tenth of it."""
LARGE = 30_000_000
FAR = 100_000
"""Rows from which it is worth finding out which cells are filled."""
_CHUNK = 1 << 20
ODS = b"application/vnd.oasis.opendocument.spreadsheet"

_ROW_HIDDEN = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_COLUMN_HIDDEN = re.compile(rb'<(?:\w+:)?col\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
_BLANK = rb"(?!(?:<v\s*/>|<v></v>)?</(?:\w+:)?c>)"
_LETTERS = re.compile(rb' r="[A-Z]{2}')
"""What any cell beyond the 26th column has: found at once, or not there."""
_LATER = re.compile(rb'<(?:\w+:)?c r="([A-Z]{2,3})\d+"[^>]*[^/]>' + _BLANK)
_PLACED = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d+)"[^>]*[^/]>' + _BLANK)
_UNCOUNTED = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d+)"[^>]*><(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)'
                        rb'(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>')
_FORMULA = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d+)"[^>]*><(?:\w+:)?f\b([^>]*?)(?:/>|>([^<]*)</(?:\w+:)?f>)')
_SHARED = re.compile(rb'\bsi="(\d+)"')
_FAULTY = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d+)"[^>]*?\bt="e"')
_WITH_STYLE = rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d+)"[^>]*?\bs="(?:%s)"[^>]*[^/]>'
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_BUILTIN = {**dict.fromkeys(("9", "10"), "0%"), **dict.fromkeys(("2", "4", "39", "40"), "0.00")}
"""Formats that no workbook spells out: those of rates, and of figures with two decimals."""
_FRACTION = rb"<v>\d{1,4}\.\d+</v>"
Cell = tuple[int, int]
_PIECE = 1_000_000
"""Bytes that are looked through at a time: the window paints in between."""


def guard(path: Path) -> None:
    """Refuse a package that is damaged, no workbook, or a bomb; every part is unpacked once, piece by piece."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names and not _is_ods(package, names):
                raise trouble("importing.not_sheet", file=path.name)
            if any(part.flag_bits & 1 for part in parts):
                raise trouble("importing.password", file=path.name)
            dense = any(p.file_size > LARGE and p.file_size > DENSE * max(p.compress_size, 1) for p in parts)
            if dense or sum(part.file_size for part in parts) > UNPACKED:
                raise trouble("importing.bomb", file=path.name)
            for part in parts:
                with package.open(part) as stream:
                    while stream.read(_CHUNK):
                        pass
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise trouble("importing.damaged", file=path.name) from error


def _is_ods(package: zipfile.ZipFile, names: set[str]) -> bool:
    """Tell whether it is a spreadsheet as LibreOffice writes it."""
    return {"mimetype", "content.xml"} <= names and package.read("mimetype").strip() == ODS


def column_number(letters: bytes) -> int:
    """Return 0 for A, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def facts(path: Path, sheet: str) -> Facts:
    """Return what the XML of a sheet says."""
    from lxml import etree

    try:
        with zipfile.ZipFile(path) as package:
            name = _part(package, sheet)
            xml = package.read(name) if name else b""
            styles = package.read("xl/styles.xml") if "xl/styles.xml" in package.namelist() else b""
    except (zipfile.BadZipFile, OSError, KeyError, etree.XMLSyntaxError) as error:
        raise trouble("importing.damaged", file=path.name) from error
    last_row, last_column = _extent(xml)
    codes = _codes(styles)
    return Facts(
        frozenset(int(number) - 1 for number in _all(_ROW_HIDDEN, xml)) if b"hidden" in xml else frozenset(),
        _hidden_columns(xml), b"autoFilter" in xml and b"filterColumn" in xml,
        frozenset(_place(*found) for found in _all(_UNCOUNTED, xml)) if b"<f" in xml or b":f" in xml else frozenset(),
        frozenset(_place(*found) for found in _all(_FAULTY, xml)) if b't="e"' in xml else frozenset(),
        _of_styles(xml, [number for number, code in codes.items() if spreadsheet_formats.is_rate(code)]),
        _of_styles(xml, [number for number, code in codes.items() if HUNDREDTHS.match(code)], _FRACTION),
        last_row, last_column,
        _formats(xml, codes),
    )


def formulas(path: Path, sheet: str, wanted: Collection[Cell]) -> dict[Cell, str]:
    """Return the formulas of cells of a sheet; none of another kind of file.

    One that was filled down stands in its first cell alone, and means in each other one its own row and column.
    Trouble: the file is no longer what it was.
    """
    if not zipfile.is_zipfile(path):
        return {}
    try:
        with zipfile.ZipFile(path) as package:
            name = "" if _is_ods(package, set(package.namelist())) else _part(package, sheet)
            xml = package.read(name) if name else b""
    except (zipfile.BadZipFile, OSError, KeyError) as error:
        raise trouble("importing.damaged", file=path.name) from error
    own, first, shared = dict[Cell, str](), dict[bytes, Cell](), dict[Cell, bytes]()
    for letters, number, about, text in _all(_FORMULA, xml):
        place, group = _place(letters, number), _SHARED.search(about)
        if text:
            own[place] = unescape(text.decode())
        if group:
            shared[place] = group[1]
            if text:
                first[group[1]] = place
    found = {place: own[place] for place in wanted if place in own}
    repeated = [place for place in wanted if place not in own and shared.get(place) in first]
    return found | {place: moved for place in repeated
                    if (moved := _moved(own[first[shared[place]]], first[shared[place]], place))}


def _moved(formula: str, origin: Cell, to: Cell) -> str:
    """Return a formula as it means in another cell, "" where it would reach beyond the sheet."""
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.formula.translate import Translator, TranslatorError
    from openpyxl.utils import get_column_letter

    names = [f"{get_column_letter(column + 1)}{row + 1}" for row, column in (origin, to)]
    try:
        return str(Translator(f"={formula}", origin=names[0]).translate_formula(names[1])).removeprefix("=")
    except (TranslatorError, TokenizerError):
        return ""


def _part(package: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of a sheet's part."""
    from lxml import etree

    safe = etree.XMLParser(resolve_entities=False, no_network=True)
    book = etree.fromstring(package.read("xl/workbook.xml"), safe)
    links = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"), safe)
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    for one in book.iter(f"{_MAIN}sheet", f"{_STRICT}sheet"):
        if one.get("name") == sheet:
            key = next((v for k, v in one.attrib.items() if str(k).endswith("}id")), "")
            target = targets.get(str(key), "")
            name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return name if name in package.namelist() else ""
    return ""


def _place(letters: bytes, number: bytes) -> tuple[int, int]:
    return int(number) - 1, column_number(letters)


def _all(pattern: re.Pattern[bytes], xml: bytes) -> list[Any]:
    """Return all that a pattern finds in rows and cells, piece by piece; a piece ends with a row."""
    found: list[Any] = []
    start = 0
    while start < len(xml):
        cut = xml.rfind(b"row>", start, start + _PIECE)
        end = len(xml) if cut < 0 or start + _PIECE >= len(xml) else cut + len(b"row>")
        found += pattern.findall(xml, start, end)
        start = end
    return found


def _extent(xml: bytes) -> tuple[int, int]:
    far = set(_all(_LATER, xml)) if _LETTERS.search(xml) else set()
    last_column = max(map(column_number, far or {b"Z"})) + 1
    numbers = _ROW.findall(xml, max(0, len(xml) - _PIECE)) or _all(_ROW, xml)
    last_row = max(map(int, numbers[-1:]), default=0)
    if last_row > FAR or last_row * last_column > FAR * 30:  # styled blanks reach far: what is filled counts
        last_row = max((int(number) for _, number in _all(_PLACED, xml)), default=0)
    return last_row, last_column


def _hidden_columns(xml: bytes) -> frozenset[int]:
    found: set[int] = set()
    for tag in _COLUMN_HIDDEN.findall(xml[:200_000]):
        ends = {key: int(value) for key, value in re.findall(rb'\b(min|max)="(\d+)"', tag)}
        if b"min" in ends and b"max" in ends:
            found.update(range(ends[b"min"] - 1, min(ends[b"max"], 2000)))
    return frozenset(found)


def _of_styles(xml: bytes, ids: Collection[int], content: bytes = b"") -> frozenset[tuple[int, int]]:
    """Return the cells of certain styles, that hold such content."""
    if not ids:
        return frozenset()
    pattern = re.compile(_WITH_STYLE % b"|".join(b"%d" % number for number in ids) + content)
    return frozenset(_place(*found) for found in _all(pattern, xml))


def _formats(xml: bytes, codes: Mapping[int, str]) -> dict[tuple[int, int], Format]:
    """Return what formats make of figures that they show otherwise than they are."""
    found = {number: spreadsheet_formats.read(code) for number, code in codes.items()}
    by_format: dict[Format, list[int]] = {}
    for number, one in found.items():
        if one is not None:
            by_format.setdefault(one, []).append(number)
    return {place: one for one, ids in by_format.items() for place in _of_styles(xml, ids)}


def _codes(styles: bytes) -> dict[int, str]:
    """Return the formats of a workbook's styles, by the style's number."""
    from lxml import etree

    if not styles:
        return {}
    try:
        sheet = etree.fromstring(styles, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return {}
    own = sheet.tag.rpartition("}")[0] + "}"
    codes = {str(f.get("numFmtId")): str(f.get("formatCode") or "") for f in sheet.iter(f"{own}numFmt")}
    codes |= _BUILTIN
    cells = sheet.find(f"{own}cellXfs")
    return {number: codes[str(one.get("numFmtId"))] for number, one in enumerate(cells if cells is not None else ())
            if str(one.get("numFmtId")) in codes}

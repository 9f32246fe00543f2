"""What of a workbook's XML decides how values show: only what our writer emits may stand there.

Hidden rows, columns and sheets, foreign styles and number formats, formulas, drawings, comments: none of them is ever
written, so that what shows is what is held.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache, cached_property
from io import BytesIO
from itertools import repeat

from lxml import etree

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange import agreement_style
from pairing_desktop.exchange.agreement_style import MAIN

LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FOOTER = "footer"
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, KeyError, NotImplementedError, OSError,
            etree.XMLSyntaxError)
MAX_UNPACKED = 400 << 20
"""Bytes of all parts; a sheet of 50,000 rows takes a tenth of it."""
PIECE = 1 << 17
"""Bytes of a sheet that are searched at once."""
LEAST_HEIGHT, LEAST_WIDTH = 4.0, 0.4

_PLACE, _STYLE = "[A-Z]{1,3}+[0-9]{1,7}+", "[0-9]{1,5}+"
_TEXT = 'inlineStr"><is><t(?: xml:space="preserve")?+>[^<]*+</t></is>'
_CELLS = re.compile(
    rf'(?:<c r="{_PLACE}" s="{_STYLE}"/>|</row>|<row r="[0-9]++" ht="[0-9]{{1,3}}+(?:\.[0-9]++)?+" customHeight="1">)*+'
    rf'(?:<c r="({_PLACE})" s="({_STYLE})" t="(?:n"><v>[^<]*+</v>|{_TEXT})</c>|\Z|([^<]++|<[^<]*+))')
"""Cells that hold nothing, heads and ends of rows; then a cell that holds something, or what is none of ours."""
_ROW = re.compile(rb'<row r="([0-9]+)" ht="([0-9]{1,3}(?:\.[0-9]+)?)" customHeight="1">')
_ROWS, _ROWS_END = b"<sheetData>", b"</sheetData>"
_MERGES = re.compile(rb'<mergeCells count="[0-9]+">'
                     rb'((?:<mergeCell ref="[A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7}"/>)*)</mergeCells>')
_MERGE = re.compile(r'"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_NOTE = re.compile(r"&L&7 ?(.*)&C&9 ?第&P页 共&N页", re.DOTALL)
_COLUMN = {"width", "customWidth", "min", "max"}


def opened(workbook: bytes) -> "Package":
    """Open a workbook. Raises ``ValueError`` when it is none."""
    try:
        return Package(zipfile.ZipFile(BytesIO(workbook)))
    except _DAMAGED as error:
        raise ValueError("no workbook") from error


def position(cell: str) -> tuple[int, int]:
    """Return (row, column) from 0 of A1. Raises ``ValueError``."""
    name = cell.rstrip("0123456789")
    return int(cell[len(name):]) - 1, column(name)


@cache
def column(letters: str) -> int:
    """Return the column, from 0, of its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


@cache
def letters(column: int) -> str:
    """Return the letters of a column from 0."""
    rest, last = divmod(column, 26)
    return (letters(rest - 1) if rest else "") + chr(65 + last)


def reference(row: int, column: int) -> str:
    """Return A1 of (row, column) from 0."""
    return f"{letters(column)}{row + 1}"


def _whole_name(part: str) -> str:
    return part if part.startswith("xl/") else f"xl/{part}"


def _parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def _pieces(rows: bytes) -> Iterator[bytes]:
    """Yield rows in pieces that begin with a cell: one search through a large sheet would hold the window up."""
    start = 0
    while start < len(rows):
        end = rows.find(b"<c ", start + PIECE)
        end = len(rows) if end < 0 else end
        yield rows[start:end]
        start = end


class Package:
    """The parts of a workbook that are looked at here.

    Every other part is unpacked once too, so that none is damaged or larger than it says when a reader opens the
    workbook; a sheet is, before it is read.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        listed = archive.infolist()
        if len({entry.filename.lower() for entry in listed}) < len(listed):
            raise ValueError("a part stands twice")
        if any(entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
               for entry in listed) or sum(entry.file_size for entry in listed) > MAX_UNPACKED:
            raise ValueError("packed otherwise, or too large")
        book = _parsed(self._part("xl/workbook.xml"))
        links = {e.get("Id"): e.get("Target", "") for e in _parsed(self._part("xl/_rels/workbook.xml.rels"))}
        self._book = book
        self._sheets = list(book.iter(f"{MAIN}sheet"))
        self.names = [sheet.get("name", "") for sheet in self._sheets]
        self._parts = [links.get(sheet.get(LINK), "").lstrip("/") for sheet in self._sheets]
        self._styles = _parsed(self._part("xl/styles.xml"))
        self._areas = agreement_style.print_areas(book)
        sheets = set(map(_whole_name, self._parts))
        for entry in listed:
            if entry.filename not in sheets:
                self._part(entry.filename)

    def _part(self, name: str) -> bytes:
        return self._archive.read(name)

    @property
    def sheet_names(self) -> dict[str, str]:
        """The name of each sheet by its part."""
        return dict(zip(map(_whole_name, self._parts), self.names, strict=True))

    @property
    def problems(self) -> Iterator[Problem]:
        """Yield what in the workbook as a whole could make it show otherwise."""
        for sheet in self._sheets:
            if sheet.get("state", "visible") != "visible":
                yield problem("agreement.workbook_hidden_sheet", sheet=sheet.get("name", ""))
        yield from agreement_style.about_book(self._book)
        yield from agreement_style.about_styles(self._styles)

    @cached_property
    def formats(self) -> list[str]:
        """The number format of each cell style."""
        own = {e.get("numFmtId"): e.get("formatCode", "") for e in self._styles.iter(f"{MAIN}numFmt")}
        known = {"0": "General", "49": "@", **own}
        cells = self._styles.find(f"{MAIN}cellXfs")
        return [known.get(xf.get("numFmtId", "0"), "?") for xf in cells] if cells is not None else []

    def sheet(self, number: int) -> "Sheet":
        """Return a sheet. Raises ``ValueError`` when it cannot be read."""
        try:
            content = self._part(_whole_name(self._parts[number]))
            return Sheet(self.names[number], content, self.formats, self._areas.get(number, ""))
        except _DAMAGED as error:
            raise ValueError("no sheet") from error


class Sheet:
    """One sheet: which cells look how, and what stands there that we never write."""

    def __init__(self, name: str, content: bytes, formats: list[str], area: str) -> None:
        self.name = name
        self._area = area
        start, end = content.find(_ROWS) + len(_ROWS), content.rfind(_ROWS_END)
        if not len(_ROWS) <= start <= end:
            raise ValueError("no rows")
        self._pieces = list(_pieces(content[start:end]))
        tail = content[end:]
        merges = _MERGES.search(tail)
        self._merges = merges[1] if merges else b""
        self._frame = _parsed(content[:start] + (tail[:merges.start()] + tail[merges.end():] if merges else tail))
        self._formats = formats

    @cached_property
    def _cells(self) -> tuple[list[str], list[str], bool]:
        """The cells that hold something and their styles, in the order of writing; whether anything is not ours."""
        cells: list[str] = []
        styles: list[str] = []
        strange = False
        for piece in self._pieces:
            found: list[tuple[str, str, str]] = _CELLS.findall(piece.decode())
            named, looks, others = zip(*found, strict=True)
            strange = strange or any(others)
            cells += filter(None, named)
            styles += filter(None, looks)
        return cells, styles, strange

    @cached_property
    def number_formats(self) -> dict[str, str]:
        """The number format of each cell that holds something."""
        known = {str(number): name for number, name in enumerate(self._formats)}
        cells, styles, _ = self._cells
        return dict(zip(cells, map(known.get, styles, repeat("?")), strict=True))

    @cached_property
    def _heights(self) -> list[tuple[bytes, bytes]]:
        """The number and the height of each row that is written as ours are."""
        return [each for piece in self._pieces for each in _ROW.findall(piece)]

    @property
    def _twice(self) -> bool:
        """Whether a cell or a row stands twice: one reader takes the first, another the last."""
        rows = {number for number, _ in self._heights}
        return len(self.number_formats) < len(self._cells[0]) or len(rows) < len(self._heights)

    @property
    def merges(self) -> list[tuple[str, str, str, str]]:
        """Merged cells: column and row of the first and of the last."""
        return _MERGE.findall(self._merges.decode())

    @property
    def printed(self) -> tuple[int, int] | None:
        """Row and column of the last printed cell; None: all that is held is printed."""
        return position(self._area) if self._area else None

    @cached_property
    def footer(self) -> str:
        """The note of the foot of printed pages."""
        texts = [e.text or "" for e in self._frame.iter(f"{MAIN}oddFooter")]
        found = _NOTE.fullmatch(texts[0]) if len(texts) == 1 else None
        return found[1].replace("&&", "&") if found else "".join(texts)

    @property
    def problems(self) -> Iterator[Problem]:
        """Yield what could make the sheet show otherwise than its cells hold."""
        heights = {height for _, height in self._heights}
        rows = sum(piece.count(b"<row") for piece in self._pieces)
        if len(self._heights) != rows or any(float(height) < LEAST_HEIGHT for height in heights):
            yield problem("agreement.workbook_hidden", sheet=self.name, what="行")
        for each in self._frame.iter(f"{MAIN}col"):
            if set(each.keys()) - _COLUMN or float(each.get("width", "0")) < LEAST_WIDTH:
                yield problem("agreement.workbook_hidden", sheet=self.name, what="列")
                break
        *_, strange = self._cells
        if strange or self._twice or not agreement_style.about_frame(self._frame):
            yield problem("agreement.workbook_foreign", sheet=self.name)

"""What of a workbook's XML decides how values show: only what our writer emits may stand there.

Hidden rows, columns and sheets, foreign styles and number formats, formulas, drawings, comments: none of them is ever
written, so that what shows is what is held.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from io import BytesIO
from itertools import chain, repeat, takewhile
from math import inf
from operator import itemgetter
from typing import Any, TypeVar

from lxml import etree

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange import agreement_style
from pairing_desktop.exchange.agreement_style import MAIN, Look

LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FOOTER = "footer"
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, KeyError, NotImplementedError, OSError,
            etree.XMLSyntaxError)
MAX_UNPACKED = 400 << 20
"""Bytes of all parts; a sheet of 50,000 rows takes a tenth of it."""
PIECE = 1 << 17
"""Bytes of a sheet that are searched at once."""
LEAST_HEIGHT, LEAST_WIDTH, LEAST_ALL, MOST_COLUMNS = 4.0, 0.4, 60.0, 16_384
"""Points of a row, characters of a column and of all columns of a sheet together: ours fill an A4 page."""

_PLACE, _STYLE = "[A-Z]{1,3}+[0-9]{1,7}+", "[0-9]{1,5}+"
_TEXT = 'inlineStr"><is><t(?: xml:space="preserve")?+>[^<]*+</t></is>'
_CELLS = re.compile(
    rf'(?:<c r="{_PLACE}" s="{_STYLE}"/>|</row>|<row r="[0-9]++" ht="[0-9]{{1,3}}+(?:\.[0-9]++)?+" customHeight="1">)*+'
    rf'(?:<c r="({_PLACE})" s="({_STYLE})" t="(?:n"><v>[^<]*+</v>|{_TEXT})</c>|\Z|([^<]++|<[^<]*+))')
"""Cells that hold nothing, heads and ends of rows; then a cell that holds something, or what is none of ours."""
_ROW_BEGIN, _ROW = b"<row", re.compile(rb' r="([0-9]+)" ht="([0-9]{1,3}(?:\.[0-9]+)?)" customHeight="1">')
_ROWS, _ROWS_END = b"<sheetData>", b"</sheetData>"
_MERGES, _MERGES_END, _MERGE_BEGIN = re.compile(rb'<mergeCells count="[0-9]+">'), b"</mergeCells>", b"<mergeCell "
_CELL_MERGED = "([A-Z]{1,3}+)([1-9][0-9]{0,6}+)"
_MERGE = re.compile(rf'<mergeCell ref="{_CELL_MERGED}:{_CELL_MERGED}"/>|([^<]++|<[^<]*+)')
_NOTE = re.compile(r"&L&7 ?(.*)&C&9 ?第&P页 共&N页", re.DOTALL)
Merge = tuple[str, str, str, str, str]
"""Column and row of the first and of the last of merged cells; else what is none of ours."""
Each = TypeVar("Each")
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
def between(first: str, last: str) -> slice:
    """Return the columns from one to another, by their letters in any order, without the left one."""
    left, right = sorted((column(first), column(last)))
    return slice(left + 1, right + 1)


@cache
def letters(column: int) -> str:
    """Return the letters of a column from 0."""
    rest, last = divmod(column, 26)
    return (letters(rest - 1) if rest else "") + chr(65 + last)


def reference(row: int, column: int) -> str:
    """Return A1 of (row, column) from 0."""
    return f"{letters(column)}{row + 1}"


def _wide(column: etree._Element) -> float:
    return float(column.get("width", "0"))


def _whole_name(part: str) -> str:
    return part if part.startswith("xl/") else f"xl/{part}"


def _parsed(content: bytes) -> etree._Element:
    """Return a part's root element. Raises ``ValueError`` where a document type or a remark stands beside it."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    tree: Any = root.getroottree()  # the stubs leave ``doctype`` out
    if tree.docinfo.doctype or root.getprevious() is not None or root.getnext() is not None:
        raise ValueError("more than an element")
    return root


def _pieces(content: bytes, begin: bytes) -> Iterator[bytes]:
    """Yield a part's content in pieces that begin so: one search through a large sheet would hold the window up."""
    start = 0
    while start < len(content):
        end = content.find(begin, start + PIECE)
        end = len(content) if end < 0 else end
        yield content[start:end]
        start = end


def _around_merges(tail: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands before, in and behind the list of merged cells."""
    begin = _MERGES.search(tail)
    end = tail.find(_MERGES_END, begin.end()) if begin else -1
    if begin is None or end < 0:
        return tail, b"", b""
    return tail[:begin.start()], tail[begin.end():end], tail[end + len(_MERGES_END):]


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

    @cached_property
    def looks(self) -> list[Look]:
        """The look of each cell style. Raises ``ValueError``, ``IndexError`` for styles that make no sense."""
        return agreement_style.looks(self._styles)

    @cached_property
    def styles(self) -> list[dict[str, str]]:
        """What each cell style says, by what it is about. Raises as ``looks`` does."""
        return agreement_style.spelled(self._styles)

    def sheet(self, number: int) -> "Sheet":
        """Return a sheet. Raises ``ValueError`` when it cannot be read."""
        try:
            content = self._part(_whole_name(self._parts[number]))
            return Sheet(self.names[number], content, self, self._areas.get(number, ""))
        except _DAMAGED as error:
            raise ValueError("no sheet") from error


class Sheet:
    """One sheet: which cells look how, and what stands there that we never write."""

    def __init__(self, name: str, content: bytes, package: Package, area: str) -> None:
        self.name = name
        self._area = area
        start, end = content.find(_ROWS) + len(_ROWS), content.rfind(_ROWS_END)
        if not len(_ROWS) <= start <= end:
            raise ValueError("no rows")
        self._pieces = list(_pieces(content[start:end], b"<c "))
        before, merges, after = _around_merges(content[end:])
        self._merges = list(_pieces(merges, _MERGE_BEGIN))
        self._frame = _parsed(content[:start] + before + after)
        self._package = package

    @cached_property
    def _cells(self) -> tuple[dict[str, str], bool]:
        """The number format of each cell that holds something; whether one stands twice or anything is not ours."""
        known = {str(number): name for number, name in enumerate(self._package.formats)}
        formats: dict[str, str] = {}
        count, strange = 0, False
        for piece in self._pieces:
            found: list[tuple[str, str, str]] = _CELLS.findall(piece.decode())
            named, looks, others = zip(*found, strict=True)
            cells = list(filter(None, named))
            formats.update(zip(cells, map(known.get, filter(None, looks), repeat("?")), strict=True))
            count += len(cells)
            strange = strange or any(others)
        return formats, strange or len(formats) < count

    @property
    def number_formats(self) -> dict[str, str]:
        """The number format of each cell that holds something."""
        return self._cells[0]

    @cached_property
    def _rows(self) -> list[re.Match[bytes] | None]:
        """The number and the height of each row; None for one that is not written as ours are."""
        return [_ROW.match(row) for piece in self._pieces for row in piece.split(_ROW_BEGIN)[1:]]

    @cached_property
    def _heights(self) -> set[bytes | None]:
        return {row and row[2] for row in self._rows}

    def looks(self) -> dict[str, Look]:
        """Return the look of each cell that holds something. Raises ``ValueError``, ``IndexError``."""
        return self._by_cell(self._package.looks)

    def styles(self) -> dict[str, dict[str, str]]:
        """Return the style of each cell that holds something. Raises as ``looks`` does."""
        return self._by_cell(self._package.styles)

    def _by_cell(self, known: Sequence[Each]) -> dict[str, Each]:
        return {cell: known[int(style)] for piece in self._pieces
                for cell, style, _ in _CELLS.findall(piece.decode()) if cell}

    def heights(self, *, below: float = inf) -> Iterator[tuple[int, float]]:
        """Yield the number and the height in points of each row that is lower than that."""
        lows = {said for said in self._heights if said is not None and float(said) < below}
        return ((int(row[1]), float(row[2])) for row in self._rows if row and row[2] in lows) if lows else iter(())

    @cached_property
    def _columns(self) -> list[etree._Element]:
        return list(self._frame.iter(f"{MAIN}col"))

    @property
    def widths(self) -> list[float]:
        """The width of each printed column; none behind the first that the sheet says nothing of."""
        last = self.printed[1] + 1 if self.printed else MOST_COLUMNS
        said = {number: _wide(each) for each in self._columns
                for number in range(int(each.get("min", "1")), min(int(each.get("max", "0")), last) + 1)}
        return [said[number] for number in takewhile(said.__contains__, range(1, last + 1))]

    @cached_property
    def merges(self) -> list[list[Merge]]:
        """Merged cells, in parts."""
        return [_MERGE.findall(piece.decode(errors="replace")) for piece in self._merges]

    @property
    def _strange(self) -> bool:
        """Whether a cell or a row stands twice, which readers take otherwise, or anything is not ours."""
        rows = {row and row[1] for row in self._rows}
        merges = any(map(itemgetter(-1), chain.from_iterable(self.merges)))
        return self._cells[1] or merges or len(rows) < len(self._rows) or not agreement_style.about_frame(self._frame)

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
        if any(height is None or float(height) < LEAST_HEIGHT for height in self._heights):
            yield problem("agreement.workbook_hidden", sheet=self.name, what="行")
        narrow = any(set(each.keys()) - _COLUMN or not _wide(each) >= LEAST_WIDTH for each in self._columns)
        if narrow or not sum(self.widths) >= LEAST_ALL:
            yield problem("agreement.workbook_hidden", sheet=self.name, what="列")
        if self._strange:
            yield problem("agreement.workbook_foreign", sheet=self.name)

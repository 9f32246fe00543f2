"""What of a workbook's XML decides how values show: only what our writer emits may stand there.

Hidden rows, columns and sheets, foreign styles and number formats, formulas, drawings, comments: none of them is ever
written, so that what shows is what is held.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from io import BytesIO

from lxml import etree

from pairing_desktop.errors import Problem, problem

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
FOOTER = "footer"
MAX_PART = 512 << 20
COLOURS = {None, "FFB81C21"}
FILLS = {"FFE6E6E6"}
FACES = {"宋体", "黑体", "Calibri"}
LEAST_SIZE, LEAST_HEIGHT, LEAST_WIDTH, MOST_INDENT = 7.0, 4.0, 0.4, 15

_CELL = re.compile(r'<c r="([A-Z]{1,3}[0-9]{1,7})" s="([0-9]{1,5})" t="(?:n|inlineStr)">')
_ROW = re.compile(rb"<row ([^>]*)>")
_ROW_FORM = re.compile(rb'r="[0-9]+" ht="([0-9.]+)" customHeight="1"')
_FOREIGN = re.compile(rb"<(?!/?(?:row|c|is|t|v)[ />])")
_CELL_FORM = re.compile(rb'<c (?!r="[A-Z]{1,3}[0-9]{1,7}" s="[0-9]{1,5}"(?: t="(?:n|inlineStr)")?/?>)')
_DATA = re.compile(rb"<sheetData>(.*)</sheetData>", re.DOTALL)
_MERGES = re.compile(rb'<mergeCells count="[0-9]+">'
                     rb'((?:<mergeCell ref="[A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7}"/>)*)</mergeCells>')
_MERGE = re.compile(r'"([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})"')
_NOTE = re.compile(r"&L&7 ?(.*)&C&9 ?第&P页 共&N页", re.DOTALL)
_FRAME = {
    "worksheet", "sheetPr", "outlinePr", "pageSetUpPr", "sheetViews", "sheetView", "selection", "pane", "cols", "col",
    "sheetFormatPr", "sheetData", "sheetProtection", "dataValidations", "dataValidation", "formula1",
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "oddHeader", "oddFooter", "evenHeader",
    "evenFooter", "firstHeader", "firstFooter", "rowBreaks", "brk", "dimension",
}
_VIEW = {"showGridLines", "workbookViewId", "tabSelected"}
_ALIGNMENT = {"horizontal", "vertical", "wrapText", "shrinkToFit", "indent"}
_COLUMN = {"width", "customWidth", "min", "max"}


def opened(workbook: bytes) -> "Package":
    """Open a workbook. Raises ``ValueError`` when it is none."""
    try:
        return Package(zipfile.ZipFile(BytesIO(workbook)))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, zlib.error, NotImplementedError, OSError) as error:
        raise ValueError("no workbook") from error


@lru_cache(maxsize=1 << 17)
def position(cell: str) -> tuple[int, int]:
    """Return (row, column) from 0 of A1. Raises ``ValueError``."""
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters):]) - 1, _column(letters)


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def reference(row: int, column: int) -> str:
    """Return A1 of (row, column) from 0."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _parsed(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


class Package:
    """The parts of a workbook that are looked at here."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        book = _parsed(self._part("xl/workbook.xml"))
        links = {e.get("Id"): e.get("Target", "") for e in _parsed(self._part("xl/_rels/workbook.xml.rels"))}
        self._settings = [name for e in book.iter(f"{MAIN}workbookPr") for name in e.attrib]
        self._sheets = list(book.iter(f"{MAIN}sheet"))
        self.names = [sheet.get("name", "") for sheet in self._sheets]
        self._parts = [links.get(sheet.get(LINK), "").lstrip("/") for sheet in self._sheets]
        self._styles = _parsed(self._part("xl/styles.xml"))

    def _part(self, name: str) -> bytes:
        if self._archive.getinfo(name).file_size > MAX_PART:
            raise ValueError("too large")
        return self._archive.read(name)

    @property
    def problems(self) -> Iterator[Problem]:
        """Yield what in the workbook as a whole could make it show otherwise."""
        for sheet in self._sheets:
            if sheet.get("state", "visible") != "visible":
                yield problem("agreement.workbook_hidden_sheet", sheet=sheet.get("name", ""))
        if self._settings:
            yield problem("agreement.workbook_style", what="工作簿设置")
        yield from _about_styles(self._styles)

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
            name = self._parts[number]
            content = self._part(name if name.startswith("xl/") else f"xl/{name}")
            return Sheet(self.names[number], content, self.formats)
        except (KeyError, etree.XMLSyntaxError, zlib.error, zipfile.BadZipFile, NotImplementedError) as error:
            raise ValueError("no sheet") from error


def _about_styles(styles: etree._Element) -> Iterator[Problem]:
    """Yield fonts, fills and formats that are not ours: small, pale or empty ones hide a value."""
    found = set()
    for font in styles.iter(f"{MAIN}font"):
        face, size, colour = (font.find(f"{MAIN}{name}") for name in ("name", "sz", "color"))
        if face is None or face.get("val") not in FACES or size is None or float(size.get("val", "0")) < LEAST_SIZE:
            found.add("字体或字号")
        if colour is not None and colour.get("rgb") not in COLOURS:
            found.add("字的颜色")
    for pattern in styles.iter(f"{MAIN}patternFill"):
        fore = pattern.find(f"{MAIN}fgColor")
        if fore is not None and fore.get("rgb") not in FILLS:
            found.add("底色")
    for alignment in styles.iter(f"{MAIN}alignment"):
        if set(alignment.keys()) - _ALIGNMENT or int(alignment.get("indent", "0")) > MOST_INDENT:
            found.add("对齐")
    if any(len(list(styles.iter(f"{MAIN}{name}"))) for name in ("dxf", "gradientFill", "strike", "vertAlign")):
        found.add("条件格式")
    for what in sorted(found):
        yield problem("agreement.workbook_style", what=what)


class Sheet:
    """One sheet: which cells look how, and what stands there that we never write."""

    def __init__(self, name: str, content: bytes, formats: list[str]) -> None:
        self.name = name
        data = _DATA.search(content)
        if data is None:
            raise ValueError("no rows")
        self._rows = data[1]
        tail = content[data.end(1):]
        merges = _MERGES.search(tail)
        self._merges = merges[1] if merges else b""
        self._frame = _parsed(content[:data.start(1)] + (_MERGES.sub(b"", tail, 1) if merges else tail))
        self._formats = formats

    @cached_property
    def number_formats(self) -> dict[str, str]:
        """The number format of each cell that holds something."""
        known = {str(number): name for number, name in enumerate(self._formats)}
        return {cell: known.get(number, "?") for cell, number in _CELL.findall(self._rows.decode())}

    @property
    def merges(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Yield merged cells: (row, column) of the first and of the last."""
        for first, last in _MERGE.findall(self._merges.decode()):
            yield position(first), position(last)

    @cached_property
    def footer(self) -> str:
        """The note of the foot of printed pages."""
        texts = [e.text or "" for e in self._frame.iter(f"{MAIN}oddFooter")]
        found = _NOTE.fullmatch(texts[0]) if len(texts) == 1 else None
        return found[1].replace("&&", "&") if found else "".join(texts)

    @property
    def problems(self) -> Iterator[Problem]:
        """Yield what could make the sheet show otherwise than its cells hold."""
        rows = _ROW.findall(self._rows)
        if any((form := _ROW_FORM.fullmatch(row)) is None or float(form[1]) < LEAST_HEIGHT for row in rows):
            yield problem("agreement.workbook_hidden", sheet=self.name, what="行")
        for column in self._frame.iter(f"{MAIN}col"):
            if set(column.keys()) - _COLUMN or float(column.get("width", "0")) < LEAST_WIDTH:
                yield problem("agreement.workbook_hidden", sheet=self.name, what="列")
                break
        foreign = {etree.QName(e).localname for e in self._frame.iter() if isinstance(e.tag, str)} - _FRAME
        headers = [e for e in self._frame.iter() if str(e.tag).endswith("Header") and e.text]
        if foreign or headers or _FOREIGN.search(self._rows) or _CELL_FORM.search(self._rows):
            yield problem("agreement.workbook_foreign", sheet=self.name)
        if any(set(e.keys()) - _VIEW for e in self._frame.iter(f"{MAIN}sheetView")):
            yield problem("agreement.workbook_foreign", sheet=self.name)
        if any(e.get("zeroHeight") not in (None, "0") for e in self._frame.iter(f"{MAIN}sheetFormatPr")):
            yield problem("agreement.workbook_hidden", sheet=self.name, what="行")

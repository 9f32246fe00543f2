"""Reading any spreadsheet a county has: .xlsx, .xls (and WPS's .et), .ods, .csv and .txt in UTF-8 or GB18030.

A file is known by what it holds, not by its name. What cannot be read, or would fill the memory, is ``Trouble`` in one
sentence before anything of it is unpacked. Cells come as Python values: text, float, bool, date, "" for blank.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import asdict

from pairing_desktop.errors import system_reason, trouble
from pairing_desktop.exchange import spreadsheet_facts, spreadsheet_xml
from pairing_desktop.exchange.spreadsheet_facts import Area, Facts

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

    from pairing_desktop.exchange.spreadsheet_views import Part

LARGEST = 60_000_000
"""Bytes of a file; more is no county's table."""
ROWS, CELLS = 200_000, 8_000_000
"""What a sheet may span; a stray cell in the last corner would ask for gigabytes."""
ENDINGS = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".txt")

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ENDINGS_OF = {"xlsx": {".xlsx", ".xlsm"}, "xls": {".xls"}, "ods": {".ods"}}
_ENDINGS = frozenset[str]().union(*_ENDINGS_OF.values())
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

_OTHERS = ((b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"GIF8", "图片"), (b"%PDF-", "PDF 文件"),
           (b"Rar!", "压缩包"), (b"7z\xbc\xaf", "压缩包"), (b"\x1f\x8b", "压缩包"), (b"{\\rtf", "Word 文档"),
           (b"SQLite format 3", "数据库文件"))
"""How files of other kinds begin that somebody gave a table's name."""

class Sheet(Facts, frozen=True, kw_only=True):
    """One sheet's cells from A1, and what the eye sees of them."""

    name: str
    rows: Sequence[Sequence[object]]
    swallowed: frozenset[tuple[int, int]] = frozenset()
    """Cells of a text file that hold whole lines: a quotation mark was never closed, or too late."""
    title: str = ""
    """What stands above a table that was turned, or above all lists of which it is one."""
    parts: tuple[Part, ...] = ()
    """What it is made of, where it is not as it stands in the file (``spreadsheet_views``)."""
    alone: bool = False
    """Whether it is one record: labels with their values beside them."""

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return max(map(len, self.rows), default=0)


class Book(Struct):
    """An opened file; ``sheet`` reads one. ``kind`` is xlsx, xls, ods or csv, ``hidden`` names sheets not shown."""

    path: Path
    kind: str
    names: tuple[str, ...]
    hidden: frozenset[str] = frozenset()
    encoding: str = ""
    _calamine: CalamineWorkbook | None = None
    _text: str = ""
    _read: dict[str, Sheet] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet:
        """Read a sheet; KeyError if there is none."""
        if name not in self.names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = self._fresh(name)
        return self._read[name]

    def _fresh(self, name: str) -> Sheet:
        if self._calamine is None:
            lines, swallowed = _split(self._text)
            return Sheet(name=name, rows=lines, swallowed=swallowed)
        facts = spreadsheet_facts.facts(self.path, self.kind, name)
        if facts.last_row > ROWS or facts.last_row * facts.last_column > CELLS:
            raise trouble("importing.too_wide", file=self.path.name, sheet=name, rows=facts.last_row,
                          columns=facts.last_column, limit=ROWS)
        rows, merged = _cells(self._calamine, self.path, name)
        for (row, place), format_ in facts.formats.items():
            line = rows[row] if row < len(rows) else []
            if place < len(line) and type(line[place]) in (int, float):
                line[place] = format_.shown(line[place])
        return Sheet(name=name, rows=rows, **{**asdict(facts), "merged": merged or facts.merged})


def open_book(path: Path) -> Book:
    """Find out what a file is and open it. Trouble: anything but a table that can be read."""
    head, size = _head(path)
    if size > LARGEST:
        code = "too_large" if head.startswith((_ZIP, _OLE)) else "too_large_text"
        raise trouble(f"importing.{code}", file=path.name, size=f"{size / 1e6:.0f}", limit=LARGEST // 1_000_000)
    if not head.strip(b"\x00 \r\n\t"):
        raise trouble("importing.empty_file", file=path.name)
    if head.startswith(_ZIP):
        return _workbook(path, "ods" if spreadsheet_xml.ODS in head[:120] else "xlsx")
    if head.startswith(_OLE):
        if _ENCRYPTED in path.read_bytes():
            raise trouble("importing.password", file=path.name)
        return _workbook(path, "xls")
    return _text_file(path, head)


def _head(path: Path) -> tuple[bytes, int]:
    try:
        with path.open("rb") as file:
            return file.read(4096), path.stat().st_size
    except OSError as error:
        raise trouble("importing.unreadable", file=path.name, why=system_reason(error)) from error


def _workbook(path: Path, kind: str) -> Book:
    from python_calamine import CalamineError, PasswordError, SheetVisibleEnum

    if kind != "xls":
        spreadsheet_xml.guard(path)
    try:
        book = _opened(path, kind)
    except PasswordError:
        raise trouble("importing.password", file=path.name) from None
    except (CalamineError, OSError, ValueError) as error:
        if "password" in str(error).lower():
            raise trouble("importing.password", file=path.name) from error
        raise trouble("importing.damaged", file=path.name) from error
    about = book.sheets_metadata
    if not about:
        raise trouble("importing.empty_file", file=path.name)
    hidden = frozenset(one.name for one in about if one.visible != SheetVisibleEnum.Visible)
    return Book(path, kind, tuple(one.name for one in about), hidden, _calamine=book)


def _opened(path: Path, kind: str) -> CalamineWorkbook:
    """Open a workbook as what it is: web systems name an .xlsx .xls, and calamine believes the name."""
    from python_calamine import CalamineWorkbook

    if path.suffix.lower() in _ENDINGS - _ENDINGS_OF[kind]:
        with path.open("rb") as file:
            return CalamineWorkbook.from_filelike(file)
    return CalamineWorkbook.from_path(str(path))


def _cells(book: CalamineWorkbook, path: Path, name: str) -> tuple[list[list[Any]], tuple[Area, ...]]:
    from python_calamine import CalamineError

    try:
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        merged = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
    except (CalamineError, ValueError) as error:
        raise trouble("importing.damaged", file=path.name) from error
    return rows, merged


def _text_file(path: Path, head: bytes) -> Book:
    bare = head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\x00", b"").lower()
    if bare.startswith((b"<!doctype", b"<html", b"<table", b"<meta", b"<head", b"<?xml", b"<style", b"mime-version")):
        raise trouble("importing.web_page", file=path.name)
    if path.suffix.lower() not in (".csv", ".txt", ".xls", ".xlsx", ".et", ".tsv"):
        raise trouble("importing.not_sheet", file=path.name)
    other = next((what for mark, what in _OTHERS if head.startswith(mark)), "")
    if other:
        raise trouble("importing.other_kind", file=path.name, what=other)
    content = path.read_bytes()
    text, encoding = _decoded(content)
    if text is None:
        raise trouble("importing.not_sheet", file=path.name)
    return Book(path, "csv", (path.stem,), encoding=encoding, _text=text)


def _decoded(content: bytes) -> tuple[str | None, str]:
    """Return the text and its encoding; GB18030 takes what is not UTF-8, for every .csv of a Chinese Excel is that."""
    marked = [name for mark, name in _BOMS if content.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    return None, ""


def _split(text: str) -> tuple[list[list[object]], frozenset[tuple[int, int]]]:
    """Return the cells of a text, and the places of those that hold whole lines of it."""
    first = text[:20_000].splitlines()[:20]
    separator = max("\t,;，", key=lambda mark: sum(line.count(mark) for line in first))
    limit = csv.field_size_limit(10_000_000)
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        lines: list[list[object]] = [[_unquoted(cell) for cell in line] for line in read]
    except csv.Error as error:
        raise trouble("importing.damaged", file="") from error
    finally:
        csv.field_size_limit(limit)
    if len(lines) > ROWS:
        raise trouble("importing.too_wide", file="", sheet="", rows=len(lines), columns=1, limit=ROWS)
    marks = max(2, max(map(len, lines[:20]), default=0) - 1)
    quoted = lines if '"' in text else []
    swallowed = {(row, place) for row, line in enumerate(quoted) for place, cell in enumerate(line)
                 if "\n" in str(cell) and any(one.count(separator) >= marks for one in str(cell).splitlines()[1:])}
    return lines, frozenset(swallowed)


def _unquoted(cell: str) -> str:
    """Return ="0012" as 0012: how programs keep Excel from eating zeros."""
    return cell[2:-1] if len(cell) > 2 and cell.startswith('="') and cell.endswith('"') else cell

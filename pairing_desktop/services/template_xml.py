"""Cells of a stranger's workbook read and set in the sheet's own XML; every other part stays as it is, byte for byte.

Loading and saving with a spreadsheet library would lose what it does not know (pictures, charts, validation, themes).
One thing beside the sheet changes: where the workbook has formulas it is told to calculate when it is opened.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple

from msgspec import Struct

from pairing_desktop.errors import trouble

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LIMIT = 200_000_000
"""Bytes that a template may hold unpacked."""
OLE = b"\xd0\xcf\x11\xe0"
"""How an old .xls, and a workbook with a password, begin."""
TEXT_FORMAT = 49
DATE_FORMATS = (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))
EPOCH = date(1899, 12, 30)
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d*)")


class Place(NamedTuple):
    """A cell: row and column from 1."""

    row: int
    column: int

    @property
    def name(self) -> str:
        """Return its name: C5."""
        return f"{column_letters(self.column)}{self.row}"


class Merge(Struct, frozen=True):
    """A merged area."""

    text: str
    first: Place
    last: Place


def split(cell: str) -> tuple[str, int]:
    """Return a cell's letters and row."""
    found = _CELL.fullmatch(cell.replace("$", "").upper())
    return (found[1], int(found[2])) if found else ("A", 1)


def column_number(letters: str) -> int:
    """Return a column's number from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """Return a column's letters."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class Area(Struct, frozen=True):
    """What stands in a sheet: texts and formulas by (row, column), merges, and which cells are locked."""

    texts: Mapping[tuple[int, int], str]
    formulas: Mapping[tuple[int, int], str]
    merges: tuple[Merge, ...]
    protected: bool
    unlocked: frozenset[tuple[int, int]]
    loose_rows: frozenset[int]
    loose_columns: frozenset[int]

    def merge_at(self, place: Place) -> Merge | None:
        """Return the merge that a cell is inside of, unless it is its first cell."""
        for merge in self.merges:
            inside = merge.first.row <= place.row <= merge.last.row
            if inside and merge.first.column <= place.column <= merge.last.column and place != merge.first:
                return merge
        return None

    def locked(self, place: Place) -> bool:
        """Tell whether the sheet's protection forbids a cell."""
        if not self.protected or place in self.unlocked:
            return False
        return place.row not in self.loose_rows and place.column not in self.loose_columns


class Template:
    """A workbook of a stranger. Trouble: it is none, has a password, or is too large."""

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        if content[:4] == OLE:
            raise trouble("own_tables.not_xlsx" if name.lower().endswith(".xls") else "own_tables.locked_file",
                          file=name)
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            if sum(info.file_size for info in self._zip.infolist()) > LIMIT:
                raise trouble("own_tables.too_big", file=name, limit=f"{LIMIT // 1_000_000} MB")
            self._book = self._xml("xl/workbook.xml")
            self._paths = dict(self._sheets())
        except (zipfile.BadZipFile, KeyError) as error:
            raise trouble("own_tables.not_xlsx", file=name) from error
        if not self._paths:
            raise trouble("own_tables.broken", file=name, why="没有能填的工作表")

    @property
    def sheets(self) -> tuple[str, ...]:
        """Return the names of the sheets."""
        return tuple(self._paths)

    def texts(self, sheet: str) -> dict[str, str]:
        """Return what stands in a sheet by cell name."""
        return {Place(*place).name: text for place, text in self.area(sheet).texts.items()}

    def area(self, sheet: str) -> Area:
        """Return what stands in a sheet. Trouble: there is no such sheet."""
        root = self._root(sheet)
        texts: dict[tuple[int, int], str] = {}
        formulas: dict[tuple[int, int], str] = {}
        unlocked: set[tuple[int, int]] = set()
        loose = self._loose
        for cell, place in _cells(root):
            formula = cell.find(_tag("f"))
            if formula is not None:
                formulas[place] = formula.text or "…"
            text = self._text(cell)
            if text and formula is None:
                texts[place] = text
            if int(cell.get("s", "0")) in loose:
                unlocked.add(place)
        guard = root.find(_tag("sheetProtection"))
        rows = {int(r.get("r", "0")) for r in root.iter(_tag("row")) if int(r.get("s", "0") or 0) in loose}
        columns = {n for c in root.iter(_tag("col")) if int(c.get("style", "0")) in loose
                   for n in range(int(c.get("min", "1")), min(int(c.get("max", "1")), 16384) + 1)}
        return Area(texts, formulas, tuple(_merges(root)),
                    guard is not None and guard.get("sheet", "0") in ("1", "true"),
                    frozenset(unlocked), frozenset(rows), frozenset(columns))

    def with_values(self, sheet: str, values: Mapping[Place, object]) -> bytes:
        """Return the workbook with cells set; a cell keeps its style, a new one takes that of the cell above it."""
        root = self._root(sheet)
        data = root.find(_tag("sheetData"))
        if data is None:
            raise trouble("own_tables.broken", file=self.name, why="工作表里没有数据部分")
        rows = {int(row.get("r", "0")): row for row in data}
        for place in sorted(values):
            if values[place] is not None:
                self._set(data, rows, place, values)
        size = root.find(_tag("dimension"))
        if size is not None:
            size.set("ref", _reach(size.get("ref", "A1"), values))
        changed = {self._paths[sheet]: _bytes(root)}
        if any("<f" in self._zip.read(path).decode("utf-8", "replace") for path in self._paths.values()):
            changed["xl/workbook.xml"] = self._calculating()
        return self._with(changed)

    # Within

    def _xml(self, path: str) -> Any:  # noqa: ANN401  # lxml's element
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        try:
            return etree.fromstring(self._zip.read(path), parser)
        except etree.XMLSyntaxError as error:
            raise trouble("own_tables.broken", file=self.name, why=f"{path} 不是完整的 XML") from error

    def _sheets(self) -> Iterator[tuple[str, str]]:
        targets = {r.get("Id"): r.get("Target", "") for r in self._xml("xl/_rels/workbook.xml.rels")}
        for sheet in self._book.iter(_tag("sheet")):
            target = targets.get(sheet.get(f"{{{RELATIONS}}}id"), "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            if "worksheets/" in path and path in self._zip.namelist():
                yield sheet.get("name", ""), path

    def _root(self, sheet: str) -> Any:  # noqa: ANN401
        if sheet not in self._paths:
            raise trouble("own_tables.no_sheet", sheet=sheet, known="、".join(self._paths))
        return self._xml(self._paths[sheet])

    @cached_property
    def _shared(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self._zip.namelist():
            return []
        items = self._xml("xl/sharedStrings.xml").findall(_tag("si"))
        return ["".join(t.text or "" for t in item.iter(_tag("t"))) for item in items]

    @cached_property
    def _formats(self) -> list[Any]:
        """The cell formats (xf) in order; none where the workbook has no styles."""
        if "xl/styles.xml" not in self._zip.namelist():
            return []
        found = self._xml("xl/styles.xml").find(_tag("cellXfs"))
        return [] if found is None else list(found)

    @cached_property
    def _loose(self) -> frozenset[int]:
        """Return the formats whose cells the protection leaves open."""
        loose = set()
        for number, one in enumerate(self._formats):
            guard = one.find(_tag("protection"))
            if guard is not None and guard.get("locked", "1") in ("0", "false"):
                loose.add(number)
        return frozenset(loose)

    @cached_property
    def _dates(self) -> frozenset[int]:
        """Return the formats that show a number as a date."""
        own: set[int] = set()
        if self._formats:
            for one in self._xml("xl/styles.xml").iter(_tag("numFmt")):
                if re.search(r"[ymdYMD年月日]", re.sub(r'"[^"]*"|\[[^\]]*\]', "", one.get("formatCode", ""))):
                    own.add(int(one.get("numFmtId", "0")))
        return frozenset(n for n, one in enumerate(self._formats)
                         if int(one.get("numFmtId", "0")) in own or int(one.get("numFmtId", "0")) in DATE_FORMATS)

    def _text(self, cell: Any) -> str:  # noqa: ANN401
        kind, value = cell.get("t", "n"), cell.findtext(_tag("v")) or ""
        if kind == "inlineStr":
            return "".join(t.text or "" for t in cell.iter(_tag("t")))
        if kind == "s":
            return self._shared[int(value)] if value.isdigit() and int(value) < len(self._shared) else ""
        return value

    def _set(self, data: Any, rows: dict[int, Any], place: Place,  # noqa: ANN401
             values: Mapping[Place, object]) -> None:
        row = rows.get(place.row)
        if row is None:
            row = rows[place.row] = data.makeelement(_tag("row"), {"r": str(place.row)})
            data.insert(sum(1 for number in rows if number < place.row), row)
        row.attrib.pop("spans", None)
        cell = next((c for c in row if c.get("r") == place.name), None)
        if cell is None:
            cell = row.makeelement(_tag("c"), {"r": place.name})
            style = self._above(rows, place) if Place(place.row - 1, place.column) in values else ""
            style = style or _column_style(data.getparent(), place.column)
            if style:
                cell.set("s", style)
            row.insert(sum(1 for c in row if column_number(split(c.get("r", "A1"))[0]) < place.column), cell)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        self._put(cell, values[place])

    def _above(self, rows: Mapping[int, Any], place: Place) -> str:
        """Return the style of the cell above, so that a list goes on as it began."""
        above = rows.get(place.row - 1)
        if above is None:
            return ""
        name = Place(place.row - 1, place.column).name
        return next((str(c.get("s", "")) for c in above if c.get("r") == name), "")

    def _put(self, cell: Any, value: object) -> None:  # noqa: ANN401
        """Write a value as the cell's format wants it: numbers as numbers, unless the cell is formatted as text."""
        style = int(cell.get("s", "0"))
        as_text = style < len(self._formats) and int(self._formats[style].get("numFmtId", "0")) == TEXT_FORMAT
        if isinstance(value, date) and style in self._dates:
            value = (date(value.year, value.month, value.day) - EPOCH).days
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or as_text:
            words = value.isoformat()[:10] if isinstance(value, date) else format(value, "f") \
                if isinstance(value, Decimal) else str(value)
            cell.set("t", "inlineStr")
            text = cell.makeelement(_tag("t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
            text.text = words
            holder = cell.makeelement(_tag("is"), {})
            holder.append(text)
            cell.append(holder)
            return
        number = cell.makeelement(_tag("v"), {})
        number.text = format(value, "f") if isinstance(value, Decimal) else str(value)
        cell.append(number)

    def _calculating(self) -> bytes:
        """Return the workbook part that lets the program calculate when it is opened."""
        root = self._book
        calc = root.find(_tag("calcPr"))
        if calc is None:
            calc = root.makeelement(_tag("calcPr"), {})
            after = [n for n, child in enumerate(root)
                     if child.tag in map(_tag, ("definedNames", "externalReferences", "functionGroups", "sheets"))]
            root.insert(max(after) + 1, calc)
        calc.set("fullCalcOnLoad", "1")
        return _bytes(root)

    def _with(self, changed: Mapping[str, bytes]) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for info in self._zip.infolist():
                made.writestr(info, changed.get(info.filename) or self._zip.read(info.filename))
        return out.getvalue()


def _tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def _cells(root: Any) -> Iterator[tuple[Any, Place]]:  # noqa: ANN401
    for cell in root.iter(_tag("c")):
        letters, row = split(cell.get("r", ""))
        yield cell, Place(row, column_number(letters))


def _column_style(root: Any, column: int) -> str:  # noqa: ANN401
    found = (c for c in root.iter(_tag("col")) if int(c.get("min", "1")) <= column <= int(c.get("max", "1")))
    return next((str(c.get("style", "")) for c in found), "")


def _merges(root: Any) -> Iterator[Merge]:  # noqa: ANN401
    for one in root.iter(_tag("mergeCell")):
        text = one.get("ref", "")
        first, _, last = text.partition(":")
        ends = [split(end) for end in (first, last or first)]
        places = [Place(row, column_number(letters)) for letters, row in ends]
        yield Merge(text, places[0], places[1])


def _reach(reference: str, values: Mapping[Place, object]) -> str:
    """Return the sheet's extent with the new cells."""
    ends = [split(end) for end in (reference.partition(":")[0], reference.partition(":")[2] or reference)]
    places = [Place(row, column_number(letters)) for letters, row in ends] + list(values)
    top = Place(min(p.row for p in places), min(p.column for p in places))
    bottom = Place(max(p.row for p in places), max(p.column for p in places))
    return f"{top.name}:{bottom.name}"


def _bytes(root: Any) -> bytes:  # noqa: ANN401
    from lxml import etree

    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written

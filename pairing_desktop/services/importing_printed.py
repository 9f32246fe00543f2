"""The program's own printed sheets read back: each card, roster row or sheet of figures as a record of one table.

Labels are known to the letter, as ``documents`` prints them; what has a label that no field has is left and told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pairing_desktop.exchange import spreadsheet_views as views
from pairing_desktop.formspec.fieldtypes.interface import half_width
from pairing_desktop.services.importing_heads import text_at, words_in, words_of
from pairing_desktop.services.importing_plan import PERIOD, SUBJECT, TICKED
from pairing_desktop.services.importing_qualifiers import HEAD as QUALIFIER
from pairing_desktop.services.importing_units import unit_of

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.services.importing_plan import Target

Cell = tuple[int, int]
"""Row and column."""

PLACE = "所在行"
"""Heads the first column of what is read: where in the file a line stands."""
LEAST = 3
"""So many labels of a form tell its sheet."""
_NAME = re.compile(r"\d\d (?P<title>.+)")
_SECTION = re.compile("[一二三四五六七八九十]+、")
_QUARTER = re.compile("20[0-9]{2}年[一二三四]季度")
_SUPPLEMENT = re.compile(r"\(补充栏\d*\)$")
_FIGURES, _CODE, _UNIT, _NUMBER, _TOTAL, _NONE = "指标名称", "代码", "计量单位", "序号", "合计", "无"
_TO_DATE, _NOW = "本年累计", ("本季", "本年")
_STAMPS, _STAMP = "确认与盖章", "单位(盖章)"
_REPORTS = "填报单位"
_STRANGE, _BESIDE = "?", "#"
"""Before a label that is no field's, and behind the name of a column whose 限定词 stand in the next one."""


def labels(of: Field) -> tuple[str, ...]:
    """Return what paper calls a field: with 其中, with its nature and, as a column's head, with its unit."""
    from pairing_desktop.documents.printing import head_of, label_of, with_nature

    return tuple(dict.fromkeys(map(half_width, (label_of(of), with_nature(of.label, of.nature), head_of(of)))))


class Printed(Struct, frozen=True):
    """A printed sheet as a table with its head in the first row, and its columns' targets by place."""

    sheet: Sheet
    targets: Mapping[int, str]


class _Record(Struct):
    """One record's cells by target, or by label where that is no field's; its sub-tables' lines likewise."""

    row: int
    cells: dict[str, Cell] = field(default_factory=dict)
    lines: dict[str, list[dict[str, Cell]]] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Return how many rows it takes."""
        return max([1, *map(len, self.lines.values())])


def own_sheet(names: Sequence[str], title: str) -> str:
    """Return the sheet that the program prints of a form of this title, "" for none."""
    return next((name for name in names if (found := _NAME.fullmatch(name)) and title.startswith(found["title"])), "")


def supplements(names: Sequence[str], sheet: str) -> list[str]:
    """Return the sheets in which the program prints what had no room on this one."""
    return [name for name in names if _NAME.fullmatch(sheet) and name.startswith(f"{sheet}（补充栏")]


def read(sheet: Sheet, wanted: Sequence[Target]) -> Printed | None:
    """Return a sheet that the program printed, as a table of records; None for any other, and another form's."""
    named = _NAME.fullmatch(sheet.name)
    if named is None:
        return None
    title = half_width(named["title"])
    if not any(_lone(words_in(sheet, row)).startswith(title) for row in range(LEAST + 1)):
        return None
    reader = _Reader(sheet, wanted)
    starts = [row for row, said in enumerate(reader.words[:-1]) if (text := _lone(said)).startswith(title)
              and not _SUPPLEMENT.search(text)]
    if not starts:
        return None
    records = [one for first, end in zip(starts, [*starts[1:], len(sheet.rows)], strict=True)
               for one in reader.records(first + 1, end)]
    known = {name for one in records for name in one.cells if name in reader.known}
    return _table(sheet, records, reader) if len(known) >= LEAST or reader.joined else None


def _lone(said: Mapping[int, str]) -> str:
    """Return what stands alone in a row, "" where nothing or more does."""
    return half_width(next(iter(said.values()))) if len(said) == 1 else ""


class _Reader:
    """Goes through a printed sheet row by row."""

    def __init__(self, sheet: Sheet, wanted: Sequence[Target]) -> None:
        self.sheet = sheet
        self.words: list[dict[int, str]] = [
            {place: text for place, cell in enumerate(row) if cell not in ("", None) and (text := words_of(cell))}
            for row in (*sheet.rows, ())]
        """What each row says, by column; nothing below the last."""
        own = [t for t in wanted if TICKED not in t.id]
        self.known = {t.id: t for t in own}
        self.order = [t.id for t in own]
        self.tables = {half_width(t.label.rpartition(" · ")[0]): t.among for t in own if t.among}
        self.joined = False
        """Whether a roster's supplement was read with it."""
        self.units: dict[str, str] = {}
        """Units that the sheet prints where they are not the fields' own."""
        self._ends = {(top, left): right for top, left, _, right in sheet.merged}
        self._table = ""
        self._further = False

    def records(self, row: int, end: int) -> Iterator[_Record]:
        """Yield what stands from a row to the one before ``end``: one record, or all of a roster."""
        record = _Record(row)
        self._table = ""
        while row < end:
            said = self.words[row]
            first = half_width(said[min(said)]) if said else ""
            if self._is_stamp(row) or self._is_stamp(row + 1):
                break
            if len(said) < 2:
                if self._heading(first) == _STAMPS:
                    break
                row += 1
            elif first == _NUMBER and not self._table:
                yield from self._roster(row, end)
                return
            elif first == _FIGURES:
                row = self._figures(record, row, end)
            else:
                row = self._lines(record, row, end) or self._pairs(record, row)
        if record.cells:
            yield record

    def _is_stamp(self, row: int) -> bool:
        """Tell whether a row is where people sign and stamp: there is no more of a record."""
        return any(half_width(text).startswith(_STAMP) for text in self.words[row].values())

    def _heading(self, text: str) -> str:
        bare = _SECTION.sub("", text, count=1)
        table = self.tables.get(_SUPPLEMENT.sub("", bare), "")
        if table or bare != text:  # a line of choices may stand between a table and its name
            self._table, self._further = table, bool(_SUPPLEMENT.search(bare))
        return bare

    def _called(self, text: str, among: str = "", but: Mapping[str, object] | None = None) -> str:
        """Return the field, or the table's column, with a label; the label with a mark where there is none."""
        bare = half_width(text)
        found = next((t.id for t in self.known.values() if t.among == among and bare in t.paper
                      and t.id not in (but or ())), "")
        return found or _strange(text)

    def _is_label(self, text: str) -> bool:
        return not self._called(text).startswith("?")

    # One record

    def _pairs(self, record: _Record, row: int) -> int:
        """Read a row of labels with their values beside them, or below; return the row after it."""
        said = self.words[row]
        places = sorted(said)
        below = self.words[row + 1]
        heads = len(places) > 1 and not self._is_label(said[places[0]]) and self._is_label(said[places[1]])
        if heads and places[0] not in below and below.keys() <= said.keys():
            for place in places[1:]:
                self._put(record, said[place], (row + 1, place))
            return row + 2
        if not record.cells and re.search("[:：]", said[places[0]]):
            self._head_line(record, row, said)
            return row + 1
        while places:
            label, beside = places[0], self._ends.get((row, places[0]), places[0]) + 1
            if beside in said:
                self._put(record, said[label], (row, beside))
            places = [place for place in places[1:] if place != beside]
        return row + 1

    def _put(self, record: _Record, label: str, cell: Cell) -> None:
        name = self._called(label, but=record.cells)
        if name not in self.known and SUBJECT in self.known and not record.cells.keys() & self.known.keys() - {PERIOD}:
            name = SUBJECT
        record.cells[name] = cell

    def _head_line(self, record: _Record, row: int, said: Mapping[int, str]) -> None:
        """Read the line below the title: whose sheet it is, and of which quarter."""
        first = min(said)
        if SUBJECT in self.known and not half_width(said[first]).startswith(_REPORTS):
            record.cells[SUBJECT] = (row, first)
        for place, text in said.items():
            if PERIOD in self.known and _QUARTER.search(text):
                record.cells[PERIOD] = (row, place)

    def _figures(self, record: _Record, row: int, end: int) -> int:
        """Read the table of figures; return the row after it."""
        head = {half_width(text): place for place, text in self.words[row].items()}
        now = next((head[text] for text in _NOW if text in head), -1)
        row += 1
        while row < end:
            said = self.words[row]
            if len(said) == 1:
                self._heading(half_width(next(iter(said.values()))))
            elif said and said.get(head[_CODE], "").isdecimal():
                name = self._called(said[min(said)], but=record.cells)
                known = self.known.get(name)
                record.cells[name] = (row, head[_TO_DATE] if known and known.to_date and _TO_DATE in head else now)
                if known and known.unit and half_width(said.get(head[_UNIT], "")) != half_width(known.unit):
                    self.units[name] = said.get(head[_UNIT], "")
            elif said and half_width(said[min(said)]) not in (_FIGURES, "甲"):
                break
            row += 1
        return row

    def _lines(self, record: _Record, row: int, end: int) -> int:
        """Read a sub-table with its head in a row; return the row after it, 0 where none begins here."""
        head = self.words[row]
        columns, first = _columns(head, partial(self._called, among=self._table)), min(head)
        if not self._table or not columns or all(name.startswith(_STRANGE) for name in columns.values()):
            return 0
        numbered = half_width(head[first]) == _NUMBER
        there = record.lines.setdefault(self._table, [])
        lines, names, row = list[dict[str, Cell]](), iter(list(there)), row + 1
        while row < end:
            said = self.words[row]
            text = half_width(said.get(first, ""))
            if len(said) < 2 or not said.keys() <= head.keys():
                row += text == _NONE
                break
            if not (text.startswith(_TOTAL) or said == head):
                if numbered and not text.isdecimal():
                    break
                lines.append({name: (row, place) for place, name in columns.items()})
            row += 1
        if not self._further:
            there += lines
            return row
        name = next(iter(columns.values()))
        for line in lines:  # only rows that say something stand there, each with its first column
            own = self._text(line[name])
            beside = next((one for one in names if name in one and self._text(one[name]) == own), None)
            if beside is not None:
                beside |= {column: cell for column, cell in line.items() if column != name}
        return row

    def _text(self, cell: Cell) -> str:
        return text_at(self.sheet, *cell)

    # A roster

    def _roster(self, row: int, end: int) -> Iterator[_Record]:
        """Yield the records of a roster, with what stands of them in its supplements."""
        records: dict[str, _Record] = {}
        head: dict[int, str] = {}
        supplement = False
        for line in range(row, end):
            said = self.words[line]
            number = half_width(said[min(said)]) if said else ""
            if number == _NUMBER:
                head = said
            elif len(said) > 1 and number.isdecimal() and said.keys() <= head.keys():
                record = records.setdefault(number, _Record(line))
                record.cells |= {name: (line, place) for place, name in _columns(head, _strange).items()
                                 if not (supplement and name in record.cells)}
                self.joined = self.joined or supplement
            elif len(said) == 1 and _SUPPLEMENT.search(number):
                supplement = True
        yield from records.values()


def _strange(label: str) -> str:
    return f"{_STRANGE}{label}"


def _columns(head: Mapping[int, str], called: Callable[[str], str]) -> dict[int, str]:
    """Return what columns are called by place, but for the numbers'; one of 限定词 goes by the column at its left."""
    found: dict[int, str] = {}
    left = ""
    for place in sorted(head):
        label = half_width(head[place])
        if label == QUALIFIER and left:
            found[place] = f"{left}{_BESIDE}"
        elif label != _NUMBER:
            left = found[place] = called(head[place])
    return found


# As a table

def _table(sheet: Sheet, records: Sequence[_Record], reader: _Reader) -> Printed:
    """Return the records below each other; a line of a sub-table goes on with the record above."""
    there: dict[str, Cell] = {}
    for one in records:
        for line in (one.cells, *(line for lines in one.lines.values() for line in lines)):
            there = line | there  # a column is called by its first cell
    order = {name: number for number, name in enumerate(reader.order)}
    names = sorted(there, key=lambda name: order.get(name.removesuffix(_BESIDE), len(order)))
    nowhere = (len(sheet.rows), 0)
    cells = [((records[0].row, 0), *(there[name] for name in names))]
    said: dict[Cell, str] = {(0, 0): PLACE} | {(0, place): _head(name, reader) for place, name in enumerate(names, 1)}
    for one in records:
        for number in range(one.height):
            line = dict(one.cells) if number == 0 else {}
            for lines in one.lines.values():
                line |= lines[number] if number < len(lines) else {}
            at = min([cell for name, cell in line.items() if name != PERIOD], default=(one.row, 0))
            said[len(cells), 0] = str(at[0] + 1)
            if SUBJECT in line and (text := text_at(sheet, *line[SUBJECT])):
                said[len(cells), names.index(SUBJECT) + 1] = re.split("[:：]", text)[-1].strip()
            cells.append(((at[0], 0), *(line.get(name, nowhere) for name in names)))
    made = views.gathered(sheet, cells, said, title=" ".join(words_in(sheet, records[0].row).values()))
    return Printed(made, {place: name for place, name in enumerate(names, 1) if name in reader.known})


def _head(name: str, reader: _Reader) -> str:
    """Return a column's head: the field's label, with the unit that the sheet prints if it is another one."""
    if name.endswith(_BESIDE):
        return QUALIFIER
    if name not in reader.known:
        return name.removeprefix(_STRANGE)
    label, unit = reader.known[name].label.replace(" · ", "："), reader.units.get(name, "")
    return f"{label}（{unit}）" if unit and unit_of(f"数（{unit}）") else label

"""The cells of a sheet below its head: what is merged down, 同上, rows that are no records; a row as it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pairing_desktop import errors
from pairing_desktop.exchange.spreadsheet_views import begins, part_of
from pairing_desktop.formspec.fieldtypes.interface import cell_text as text_of
from pairing_desktop.services.importing_heads import split, text_at, words_of
from pairing_desktop.services.importing_places import place_of
from pairing_desktop.services.importing_plan import (
    ABOVE,
    BESIDE,
    LEFT,
    PART,
    PERIOD,
    TOTAL,
    Column,
    Layout,
    Place,
    RowFinding,
)
from pairing_desktop.services.importing_remarks import SIGNED, Kind, judged, kind
from pairing_desktop.services.importing_spelling import DITTO, SAME_AT_LEFT
from pairing_desktop.services.importing_units import alone

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.formspec.state import State

Origin = tuple[str, int, int]
"""Sheet, row and column of a merged cell's upper left corner."""

_COUNTED = r"[\d一二三四五六七八九十百]+[家个户条项](企业|公司|项目)?"
_TOTAL = re.compile(rf"([全本][县市区省州]|本页|以上|企业|{_COUNTED})?([合总總小累共][计計]|平均|汇总|总数)[数值]?"
                    rf"[:：]?[(（]?({_COUNTED})?[)）]?[:：]?|共{_COUNTED}[:：]?")
_SUBTOTAL = re.compile(r".{1,12}[合总小][计計](?:[(（].{1,8}[)）])?[:：]?")
"""竹产业小计（2家）, where a record's name would stand."""
_COMPARED = re.compile(r"(?:其中)?(?:比?[去上]年同期|同比|环比|增减|增长率|增幅)[数值]?"
                       r"(?:增长|增减|增速|变化)?率?(?:[(（±].{0,4})?")
"""Begins a line that compares the total with another."""
_PART = re.compile(r"其中[:：]")
"""Begins a line of a list that says a part of its total; a sub-table's row may be called so."""
_FOOT = re.compile(r"(例|示例|样例|填写示例|注|说明|备注|填表说明"
                   r"|填表人|制表人?|单位负责人|审核人|填报人|填报单位|报出日期|联系电话)[:：]")
_END = re.compile(r"[\W_]*(?:此行|本行|本页|本表|此处|自此)?(?:以下|下面)(?:为?空白|无(?:数据|内容|正文|记录)?)[\W_]*")
"""Says that nothing follows."""
_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]|[（(][一二三四五六七八九十]{1,3}[)）]")
"""How the title of a block begins: 二、, （二）."""
_GROUP = re.compile(r"[（(]?(?:[一二三四五六七八九十]{1,3}|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]+)[)）]?[、.．]?")
"""Numbers a group of records in a list whose records are numbered 1, 2, 3."""
_SERIALS = re.compile(r"序号?|编号|项次|[Nn][Oo][.．]?")
"""Heads of the column that numbers records."""
_REMARK = re.compile(r"(?:附?注|说明|备注|附)\d*[:：]?")
NUMBERED = 2
"""So many records with a number, and each has one."""
_NOTHING = re.compile(r"[\W_]*(?:空白?|略|暂?无|完)?[\W_]*")
"""Stands where a record might and none does: ……, （空）."""
_MOST_MERGED = 20_000


class Candidate(Struct):
    """One row as read: what it gives (``state``), and words on cells that were not understood, by path."""

    number: int
    state: State
    subject: str = ""
    mark: str = ""
    """What its own sheet numbers it by, for sub-tables."""
    refusals: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    """Sheet, row and column of the cells of sub-tables, by path."""
    faults: list[RowFinding] = field(default_factory=list)
    """What is wrong with the row itself."""
    shared: list[tuple[Origin, RowFinding]] = field(default_factory=list)
    """Figures and names in a cell merged over several rows, each with what to say if these are not one record's."""
    more: list[int] = field(default_factory=list)
    """Further rows of the sheet that go on with it."""
    at: Place | None = None
    """Where it stands, if that is not its number."""
    told: tuple[Mapping[str, Any], Mapping[str, str], str] = ({}, {}, "")
    """What the row says of the record itself, without its sub-tables."""


class Cells:
    """The cells of a sheet below its head, with merged ones filled down."""

    def __init__(self, sheet: Sheet, layout: Layout) -> None:
        self.sheet = sheet
        self.layout = layout
        self.filled: dict[int, list[int]] = {}
        """Rows (from 1) that take what is merged down on them, by the column's place."""
        self.months: dict[str, int] = {}
        """How many days of a column were written as months, by its head."""
        self.units: dict[str, list[str]] = {}
        """Figures that bring a unit of their own in the cell, and how each was taken, by the column's head."""
        self.dittos: dict[str, dict[int, str]] = {}
        """同上 and its like by row (from 1), by the column's head: the cell above is read."""
        self.answers: dict[str, list[str]] = {}
        """Answers to a head's 是否 that are no choice themselves, and how each was taken, by the column's head."""
        self.doubted: dict[int, str] = {}
        """Rows that may be records or not, with the message that asks."""
        self._from: dict[tuple[int, int], tuple[int, int]] = {}
        self._last: dict[tuple[int, int], int] = {}
        self.unsure: dict[tuple[int, int], str] = {}
        """Cells of which the sheet does not say what they hold, with the message that tells it."""
        for places, message in ((sheet.uncounted, "uncounted"), (sheet.faulty, "faulty"),
                                (sheet.swallowed, "swallowed"), (self._across(sheet, layout), "across")):
            self.unsure |= dict.fromkeys(places, message)
        for top, left, bottom, right in sheet.merged:
            if top >= layout.start and (bottom - top + 1) * (right - left + 1) <= _MOST_MERGED:
                for row in range(top + 1, bottom + 1):
                    self._from[row, left] = (top, left)
                self._last[top, left] = bottom

    @staticmethod
    def _across(sheet: Sheet, layout: Layout) -> Iterator[tuple[int, int]]:
        """Return the cells merged into the one at their left where both columns are read: one figure for two fields."""
        read = sorted(c.place for c in layout.columns if c.target)
        for top, left, bottom, right in sheet.merged:
            if top >= layout.start and right > left and left in read and bottom - top < _MOST_MERGED:
                covered = [place for place in read if left < place <= right]
                yield from ((row, place) for row in range(top, bottom + 1) for place in covered)

    @property
    def merged(self) -> bool:
        """Tell whether any cell is filled from a merged one."""
        return bool(self._from)

    def at(self, row: int, place: int) -> object:
        """Return a cell, "" for blank."""
        cells = self.sheet.rows[row]
        cell = cells[place] if place < len(cells) else ""
        if self._from and cell in ("", None) and (row, place) in self._from:
            rows = self.filled.setdefault(place, [])
            if row + 1 not in rows[-1:]:
                rows.append(row + 1)
            top, left = self._from[row, place]
            return self.sheet.rows[top][left]
        return "" if cell is None else cell

    def above(self, row: int, column: Column) -> object:
        """Return what 同上 or 同左 stands for: one is the record before, the other what is beside it; else itself."""
        cell = self.at(row, column.place)
        heads, left = self.layout.way.heads, text_of(cell).strip() == SAME_AT_LEFT
        if heads == BESIDE:
            return cell
        found = self._before(row, column.place) if left == (heads == LEFT) else (
            self.at(row, column.place - 1) if column.place else "")
        if not text_of(found).strip() or found in DITTO:
            return cell
        self.dittos.setdefault(column.head, {})[row + 1] = text_of(cell).strip()
        return found

    def _before(self, row: int, place: int) -> object:
        """Return the next cell before in a column that says anything itself, "" where none does."""
        for number in range(row - 1, max(self.layout.start, begins(self.sheet, row)) - 1, -1):
            cell = self.at(number, place)
            if text_of(cell).strip() and cell not in DITTO:
                return cell
        return ""

    def read(self, row: int, column: Column) -> object:
        """Return what a cell says with the sheet around it: what is merged down on it, what 同上 stands for."""
        cell = self.at(row, column.place)
        return self.above(row, column) if type(cell) is str and cell in DITTO else cell

    def unit(self, row: int) -> tuple[str, tuple[tuple[int, str], ...]]:
        """Return the unit that a row says of its figures, "" for none, and those that its list has by place."""
        place, part = self.layout.unit_column, part_of(self.sheet, row)
        return alone(text_of(self.at(row, place))) if place >= 0 else "", part.units if part else ()

    def over(self, row: int, place: int) -> tuple[Origin, str]:
        """Return the merged cell over several rows that a cell is part of, and what to say of it; "" if it is none."""
        top, left = self._from.get((row, place), (row, place))
        bottom = self._last.get((top, left), top)
        if bottom == top:
            return ("", 0, 0), ""
        ends = [place_of(self.sheet, row).said for row in (top, bottom)]
        said = errors.problem("importing.down", first=ends[0], last=ends[1]).message
        return (self.sheet.name, top, left), said

    def numbers(self, skipped: list[RowFinding], *, parts: bool = False) -> Iterator[int]:
        """Return the rows that hold records; the others are told, blank ones not. ``parts`` (其中：) may be some."""
        lone = _Lone(self, parts=parts)
        for number in range(self.layout.start, len(self.sheet.rows)):
            words = self.words(number)
            if not words:
                continue
            why = self.left_out(number, words, parts=parts)
            if why == PART and len(words) > 2 and any(type(c) in (int, float) for _, c in words[1:]):
                self.doubted[number] = "group_figures"
                yield number
                continue
            why = why or lone.judge(number, words)
            if why:
                first = next((text_of(c).strip() for _, c in words if isinstance(c, str)), "")
                text = " ".join(text_of(c) for _, c in words[:2]) if why == PART else first
                said = errors.problem(f"importing.{why}", text=text[:20]).message
                skipped.append(RowFinding(number + 1, "", "query", said, text[:20], sheet=self.sheet.name, code=why))
            else:
                yield number

    def words(self, row: int) -> list[tuple[int, object]]:
        """Return the cells of a row that hold anything, by place."""
        return [(p, c) for p, c in enumerate(self.sheet.rows[row])
                if c != "" and c is not None and not (type(c) is str and c.isspace())]

    def left_out(self, number: int, words: list[tuple[int, object]], *, parts: bool) -> str:
        """Return why a row is no record by what every cell of it says, "" for one that may be."""
        told = [one for one in words if one[0] != self._time] or words  # 累计 is a time there
        return (self._no_record(told, self._heads, parts=parts)
                or self._title(number, words, self._heads, self.serial) or self._summed(*told[0], parts=parts))

    def unnumbered(self, rows: Sequence[int]) -> list[int]:
        """Return which of the records' rows have no number where the others are numbered."""
        place = self.serial
        if place < 0:
            return []
        marks = {row: text_of(self.at(row, place)).strip() for row in rows}
        bare = [row for row, mark in marks.items() if not mark or _REMARK.fullmatch(mark)]
        return bare if len(rows) - len(bare) >= NUMBERED and self.layout.way.heads == ABOVE else []

    def _summed(self, place: int, first: object, *, parts: bool) -> str:
        """Tell whether a row only sums others up or compares, by what stands where its name would.

        Rows of sub-tables may be called so, and columns of quarters 去年同期.
        """
        targets = self.layout.targets
        name = min((c.place for c in targets.values()), default=-1)
        if parts or self.layout.way.heads != ABOVE or PERIOD in targets or place > name or type(first) is not str:
            return ""
        text = "".join(first.split())
        return TOTAL if _SUBTOTAL.fullmatch(text) else "foot_row" if _COMPARED.fullmatch(text) else ""

    @cached_property
    def _heads(self) -> dict[int, tuple[str, ...]]:
        return {c.place: (c.head, split(c.head)[1], text_at(self.sheet, self.layout.head, c.place))
                for c in self.layout.columns}

    @cached_property
    def _time(self) -> int:
        return next((c.place for c in self.layout.columns if c.target == PERIOD), -1)

    @cached_property
    def serial(self) -> int:
        """Return the column that numbers the records 1, 2, 3; -1 for none."""
        place = next((c.place for c in self.layout.columns if _SERIALS.fullmatch(split(c.head)[1])), -1)
        cells = [row[place] for row in self.sheet.rows[self.layout.start:] if 0 <= place < len(row)]
        return place if any(text_of(cell).strip().isdecimal() for cell in cells) else -1

    def _title(self, number: int, words: list[tuple[int, object]], heads: Mapping[int, tuple[str, ...]],
               serial: int) -> str:
        """Tell whether a row is nothing but a block's title: 二、规下企业, or what stands above the heads again.

        Where records are numbered, also one that is numbered 二 itself, and one that says nothing at all (……).
        """
        own = [c for p, c in words if p != serial]
        if own and all(isinstance(c, str) and _NOTHING.fullmatch(c) for c in own):
            return "no_words"
        if words[0][0] == serial and isinstance(words[0][1], str) and _GROUP.fullmatch(words[0][1].strip()):
            return PART
        if len(words) > 1 or not isinstance(words[0][1], str):
            return ""
        place, text = words[0]
        wide = any(top == number and left == place and right - left >= max(1, len(heads) // 2)
                   for top, left, _, right in self.sheet.merged)
        after = next((row for row in self.sheet.rows[number + 1:number + 3] if any(row)), ())
        below = [(p, c) for p, c in enumerate(after) if c not in ("", None)]
        again = self._no_record(below, heads, parts=True) == "head_again"
        return PART if wide or again or _NUMBERED.match(str(text).strip()) else ""

    @staticmethod
    def _no_record(words: list[tuple[int, object]], heads: Mapping[int, tuple[str, ...]], *, parts: bool) -> str:
        texts = ["".join(c.split()) for _, c in words[:3] if isinstance(c, str)]
        if _sums(words) or (not parts and texts and _PART.match(texts[0])):
            return TOTAL
        if texts and (_FOOT.match(texts[0]) or (len(words) <= 2 and _END.fullmatch(texts[0]))
                      or (len(words) == 1 and SIGNED.fullmatch(texts[0]))):
            return "foot_row"
        if len(words) > 3 and not any(c in heads.get(p, ()) or "\n" in str(c) for p, c in words[:4]):
            return ""
        same = sum(words_of(c) in heads.get(p, ()) for p, c in words)
        return "head_again" if same >= 2 and same * 2 > len(words) else ""


def _sums(words: Sequence[tuple[int, object]]) -> bool:
    """Tell whether a row's first words are 合计, or its second or third with nothing but figures after them."""
    texts = ["".join(c.split()) for _, c in words if isinstance(c, str)]
    found = next((n for n, text in enumerate(texts[:3]) if _TOTAL.fullmatch(text)), -1)
    return found == 0 or (found > 0 and all(
        _NOTHING.fullmatch(text) or alone(text) or any(map(str.isdecimal, text)) for text in texts[found + 1:]))


class _Lone:
    """Judges the lines of a list that hold one cell alone, from its first one down."""

    def __init__(self, cells: Cells, *, parts: bool) -> None:
        self._cells, self._parts = cells, parts
        layout = cells.layout
        self._judges = not parts and layout.way.heads == ABOVE and len(layout.targets) > 1
        self._noted = False
        self._read = {column.place for column in layout.columns if column.target}

    def judge(self, number: int, words: list[tuple[int, object]]) -> str:
        """Return why such a line is left out, "" for a record or one that is asked for."""
        if len(words) > 1 or not self._judges or not isinstance(words[0][1], str):
            return ""
        listed = number < self._last
        one = kind(words[0][1])
        after = self._after(number) if one == "bureau" else ""
        found = judged(one, after, listed=listed, noted=self._noted, named=self._named)
        if found == "ask" and words[0][0] not in self._read:  # in no field's column it is no name
            found = "out"
        if found == "ask":
            self._cells.doubted[number] = "alone"
        if not listed:
            self._noted, self._named = self._noted or found == "out", self._named or found != "out"
        return "foot_row" if found == "out" else ""

    def _after(self, number: int) -> Kind:
        """Return what the next line is, "" where it holds more than one cell."""
        below = (self._cells.words(row) for row in range(number + 1, len(self._cells.sheet.rows)))
        words = next(filter(None, below), [])
        return kind(text_of(words[0][1])) if len(words) == 1 else ""

    @cached_property
    def _last(self) -> int:
        """The last row that holds more of a record than its name, and its number where records are numbered."""
        cells, serial = self._cells, self._cells.serial
        for number in range(len(cells.sheet.rows) - 1, cells.layout.start - 1, -1):
            words = cells.words(number)
            numbered = serial < 0 or any(
                place == serial and not _REMARK.fullmatch(text_of(cell).strip()) for place, cell in words)
            if len(words) > 1 and numbered and not cells.left_out(number, words, parts=False):
                return number
        return -1

    @cached_property
    def _named(self) -> bool:
        last = self._cells.words(self._last) if self._last >= 0 else []
        return any(kind(cell) == "bureau" for _, cell in last if isinstance(cell, str))

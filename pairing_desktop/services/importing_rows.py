"""Rows of a sheet as what a clerk would have typed: each cell through its field's own conversion."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field, structs

from pairing_desktop import errors
from pairing_desktop.exchange.spreadsheet_views import begins
from pairing_desktop.formspec.fieldtypes.interface import cell_text as text_of
from pairing_desktop.progress import Progress
from pairing_desktop.services import importing_spelling as spelling
from pairing_desktop.services.importing_heads import split, text_at, words_of
from pairing_desktop.services.importing_places import place_of
from pairing_desktop.services.importing_plan import BESIDE, LEFT, ROW, SUBJECT, Column, Layout, Place, RowFinding
from pairing_desktop.services.importing_spelling import DITTO, SAME_AT_LEFT

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.formspec.state import State
    from pairing_desktop.formspec.values import Understood

EVERY = 200
"""Rows between two tellings of progress."""
Find = Callable[[str, str], "Understood"]
"""(form id, text) → the record meant; raises ``NotUnderstood``."""

Origin = tuple[str, int, int]
"""Sheet, row and column of a merged cell's upper left corner."""

_COUNTED = r"[\d一二三四五六七八九十百]+[家个户条项](企业|公司|项目)?"
_TOTAL = re.compile(rf"([全本][县市区省州]|本页|以上|企业|{_COUNTED})?([合总總小累共][计計]|平均|汇总|总数)[数值]?"
                    rf"[:：]?[(（]?({_COUNTED})?[)）]?[:：]?|共{_COUNTED}[:：]?")
_PART = re.compile(r"其中[:：]")
"""Begins a line of a list that says a part of its total; a sub-table's row may be called so."""
_FOOT = re.compile(r"(例|示例|样例|填写示例|注|说明|备注|填表说明"
                   r"|填表人|制表人?|单位负责人|审核人|填报人|填报单位|报出日期|联系电话)[:：]")
_END = re.compile(r"[\W_]*(?:此行|本行|本页|本表|此处|自此)?(?:以下|下面)(?:为?空白|无(?:数据|内容|正文|记录)?)[\W_]*")
"""Says that nothing follows."""
_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]|[（(][一二三四五六七八九十]{1,3}[)）]")
"""How the title of a block begins: 二、, （二）."""
_DASHES = frozenset("—-－–―") | {"——", "--"}
"""Stand on paper where there is nothing."""
_NOT_YET = "暂无"
"""Of a figure says that there is none to tell; 无 says that it is none."""
YEAR = "年"
"""A figure of this unit is a label that rows may share."""
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
        heads = {c.place: (c.head, split(c.head)[1], text_at(self.sheet, self.layout.head, c.place))
                 for c in self.layout.columns}
        for number in range(self.layout.start, len(self.sheet.rows)):
            words = [(p, c) for p, c in enumerate(self.sheet.rows[number])
                     if c != "" and c is not None and not (type(c) is str and c.isspace())]
            if not words:
                continue
            why = self._no_record(words, heads, parts=parts) or self._title(number, words, heads)
            if why:
                text = next((c for _, c in words if isinstance(c, str)), "")
                said = errors.problem(f"importing.{why}", text=text[:20]).message
                skipped.append(RowFinding(number + 1, "", "query", said, sheet=self.sheet.name))
            else:
                yield number

    def _title(self, number: int, words: list[tuple[int, object]], heads: Mapping[int, tuple[str, ...]]) -> str:
        """Tell whether a row is nothing but a block's title: 二、规下企业, or what stands above the heads again."""
        if len(words) > 1 or not isinstance(words[0][1], str):
            return ""
        place, text = words[0]
        wide = any(top == number and left == place and right - left >= max(1, len(heads) // 2)
                   for top, left, _, right in self.sheet.merged)
        after = next((row for row in self.sheet.rows[number + 1:number + 3] if any(row)), ())
        below = [(p, c) for p, c in enumerate(after) if c not in ("", None)]
        again = self._no_record(below, heads, parts=True) == "head_again"
        return "part_row" if wide or again or _NUMBERED.match(str(text).strip()) else ""

    @staticmethod
    def _no_record(words: list[tuple[int, object]], heads: Mapping[int, tuple[str, ...]], *, parts: bool) -> str:
        texts = ["".join(c.split()) for _, c in words[:3] if isinstance(c, str)]
        if any(_TOTAL.fullmatch(text) for text in texts) or (not parts and texts and _PART.match(texts[0])):
            return "total_row"
        if texts and (_FOOT.match(texts[0]) or (len(words) <= 2 and _END.fullmatch(texts[0]))):
            return "foot_row"
        if len(words) > 3 and not any(c in heads.get(p, ()) or "\n" in str(c) for p, c in words[:4]):
            return ""
        same = sum(words_of(c) in heads.get(p, ()) for p, c in words)
        return "head_again" if same >= 2 and same * 2 > len(words) else ""


class Converter:
    """Cells to values, each spelling of a column understood once."""

    def __init__(
        self, fields: Mapping[str, Field], cells: Cells, *, find: Find, quarter: str, name: str = "",
    ) -> None:
        """``name``: the field of ``fields`` that names a record."""
        self.cells = cells
        self.find = find
        self.quarter = quarter
        columns = [c for c in cells.layout.columns if c.target in fields]
        self.own = {f.id for f in fields.values() if f.type == "credit_code" or (f.id == name and f.type == "text")
                    or (f.is_number and f.unit != YEAR)}
        """Fields of which each record has its own: a merged cell over several says nobody's."""
        self.rounded: set[str] = set()
        """What to say of figures that have, in the field's unit, more decimals than the field keeps."""
        known: list[dict[Hashable, Understood | str]] = [{} for _ in columns]
        self.columns = [(column, fields[column.target], own) for column, own in zip(columns, known, strict=True)]

    def take(self, candidate: Candidate, row: int, prefix: str = "") -> None:
        """Put a row's cells into a candidate; what is not understood stays as written, with the reason."""
        sheet, cells, odd = self.cells.sheet, self.cells, self.cells.unsure or self.cells.sheet.percents
        values = candidate.state.values
        line, merged = sheet.rows[row], cells.merged
        width = len(line)
        for column, known, own in self.columns:
            place = column.place
            cell: Any = cells.at(row, place) if merged else line[place] if place < width else ""
            path = prefix + known.id
            if prefix:
                candidate.places[path] = (sheet.name, row + 1, column.place)
            if odd and (row, place) in cells.unsure:
                said = errors.problem(f"importing.{cells.unsure[row, place]}").message
                candidate.faults.append(self._finding(known, row, place, said, prefix))
                continue
            percent = bool(odd) and (row, place) in sheet.percents
            if cell == "" or cell is None:
                continue
            if type(cell) is str and cell in DITTO:
                cell = cells.above(row, column)
            known_by = cell if type(cell) is str and not percent else (cell, percent, type(cell))
            found = own.get(known_by)
            if found is None:
                found = own[known_by] = self._understood(column, known, cell, percent=percent)
            if isinstance(found, str):
                self._refuse(candidate, path, text_of(cell), found)
            elif found.marks or found.value is None or found.note in self.rounded:
                self._remark(candidate, path, found, self._finding(known, row, place, found.note, prefix))
            else:
                values[path] = found.value
        if merged:
            self._share(candidate, row, prefix)

    def _share(self, candidate: Candidate, row: int, prefix: str) -> None:
        """Note the row's figures and names that stand in a cell over several rows."""
        for column, known, _ in self.columns:
            origin, said = self.cells.over(row, column.place) if known.id in self.own else (None, "")
            if origin and said and self.cells.at(row, column.place) != "":
                candidate.shared.append((origin, self._finding(known, row, column.place, said, prefix)))

    def _finding(self, known: Field, row: int, place: int, said: str, prefix: str) -> RowFinding:
        name = f"{prefix.partition('/')[0]}.{known.id}" if prefix else known.id
        sheet = self.cells.sheet.name if prefix else ""
        return RowFinding(row + 1, name, "error", said, known.plain_label, place, sheet)

    def _remark(self, candidate: Candidate, path: str, found: Understood, one: RowFinding) -> None:
        """Put what has marks, or was understood otherwise than it stands; a figure that was rounded is told."""
        if found.value is not None:
            candidate.state.values[path] = found.value
        if found.marks:
            candidate.state.marks[path] = dict(found.marks)
        if found.note in self.rounded:
            candidate.faults.append(structs.replace(one, level="query"))

    @staticmethod
    def _refuse(candidate: Candidate, path: str, text: str, why: str) -> None:
        candidate.state.raw[path] = text[:5000]
        candidate.refusals[path] = why

    def _understood(self, column: Column, known: Field, cell: Any, *, percent: bool) -> Understood | str:  # noqa: ANN401
        from pairing_desktop.formspec.values import NotUnderstood, Understood

        if isinstance(cell, str) and cell in DITTO:
            return errors.problem("importing.nothing_above", text=cell.strip()).message
        if isinstance(cell, str) and (cell.strip() in _DASHES or (known.is_number and cell.strip() == _NOT_YET)):
            return Understood(None)
        try:
            found = self._fresh(column, known, cell, percent=percent)
        except NotUnderstood as refused:
            answer = spelling.answered(column.head, known, cell) or self._rough(column, known, cell)
            if answer is None or isinstance(answer, str):
                return answer or refused.message
            found = answer
            self.cells.answers.setdefault(column.head, []).append(f"“{text_of(cell).strip()}”按“{found.shown}”")
        if found.note and known.is_number and not column.unit:
            shown = f"{cell * 100:.12g}%" if percent and not isinstance(cell, str) else text_of(cell).strip()
            self.cells.units.setdefault(column.head, []).append(f"“{shown}”{found.note}")
        kept = spelling.rounded(column, known, cell, found) if known.is_number else None
        if kept is None:
            return found
        self.rounded.add(kept.note)
        return kept

    def _rough(self, column: Column, known: Field, cell: Any) -> Understood | str | None:  # noqa: ANN401
        """Return the figure of 120余人, or why it is asked for; None where a cell says no such figure."""
        from pairing_desktop.formspec.values import NotUnderstood

        text = text_of(cell).strip()
        bare = spelling.rough(text) if known.is_number and isinstance(cell, str) else ""
        try:
            found = self._fresh(column, known, bare, percent=False) if bare else None
        except NotUnderstood:
            return None
        if found is None or column.rough:
            return structs.replace(found, note="") if found else None
        return errors.problem("importing.rough", text=text, shown=found.shown, unit=known.unit).message

    def _fresh(self, column: Column, known: Field, cell: Any, *, percent: bool) -> Understood:  # noqa: ANN401
        if isinstance(cell, str):
            cell = spelling.unquoted(cell)
            cell = spelling.unwrapped(cell) if known.type in ("text", "reference") else cell
        if known.type == "reference":
            return self.find(known.form, text_of(cell).strip())
        if known.is_number:
            year = spelling.year(cell) if known.unit == YEAR else ""
            if year:
                self.cells.answers.setdefault(column.head, []).append(f"“{spelling.day(cell)}”按“{year}”")
            return known.converter.parse(year) if year else spelling.figure(column, known, cell, percent=percent)
        if known.type in ("credit_code", "text") and isinstance(cell, float) and abs(cell) >= 1e15:
            raise spelling.lost()
        if known.type in ("date", "quarter"):
            month = spelling.month(known, cell) if known.type == "date" else ""
            if month:
                self.cells.months[column.head] = self.cells.months.get(column.head, 0) + 1
            return known.converter.parse(month or spelling.day(cell), period=self.quarter)
        return known.converter.from_cell(spelling.day(cell) if isinstance(cell, date) else cell)


def tell_shared(candidates: Sequence[Candidate]) -> None:
    """Tell of figures and names that a merged cell gives to several records, or to several rows of a sub-table."""
    found: dict[Origin, list[tuple[Candidate, RowFinding]]] = {}
    for candidate in candidates:
        for origin, finding in candidate.shared:
            found.setdefault(origin, []).append((candidate, finding))
    for together in found.values():
        for candidate, finding in together if len(together) > 1 else ():
            candidate.faults.append(finding)


def read(cells: Cells, fields: Mapping[str, Field], *, find: Find, subject_form: str, quarter: str,
         skipped: list[RowFinding], progress: Progress, name: str = "") -> list[Candidate]:
    """Return the sheet's rows as read; rows that only go on with the record above are that record's."""
    from pairing_desktop.formspec.state import State
    from pairing_desktop.formspec.values import NotUnderstood
    from pairing_desktop.services.importing_within import Within

    converter = Converter(fields, cells, find=find, quarter=quarter, name=name)
    within = Within(fields, cells, find=find, quarter=quarter)
    targets = cells.layout.targets
    found: list[Candidate] = []
    total, parts = len(cells.sheet.rows), cells.sheet.parts
    for row in cells.numbers(skipped):
        if len(found) % EVERY == 0:
            progress("读取表格", row, total)
        candidate = Candidate(row + 1, State(), at=place_of(cells.sheet, row) if parts else None)
        converter.take(candidate, row)
        if ROW in targets:
            candidate.mark = text_of(cells.at(row, targets[ROW].place)).strip()
        if subject_form and SUBJECT in targets:
            text = text_of(cells.read(row, targets[SUBJECT])).strip()
            try:
                candidate.subject = str(find(subject_form, text).value or "") if text else ""
            except NotUnderstood as refused:
                candidate.faults.append(RowFinding(row + 1, SUBJECT, "error", refused.message,
                                                   targets[SUBJECT].head, targets[SUBJECT].place, cells.sheet.name))
        within.tick(candidate, row)
        candidate.told = (dict(candidate.state.values), dict(candidate.state.raw), candidate.subject)
        if found and within.continues(found[-1], candidate) and found[-1].number > begins(cells.sheet, row):
            found[-1].more.append(row + 1)
            found[-1].faults += candidate.faults
            within.add(found[-1], row)
            found[-1].at = place_of(cells.sheet, found[-1].number - 1, row) if parts else None
            continue
        within.add(candidate, row)
        if candidate.state.values or candidate.state.raw or candidate.faults:
            found.append(candidate)
    return found

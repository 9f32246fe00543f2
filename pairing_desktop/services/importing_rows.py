"""Rows of a sheet as what a clerk would have typed: each cell through its field's own conversion."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import structs

from pairing_desktop import errors
from pairing_desktop.exchange.spreadsheet_views import begins
from pairing_desktop.formspec.fieldtypes.interface import cell_text as text_of
from pairing_desktop.progress import Progress
from pairing_desktop.services import importing_days as days
from pairing_desktop.services import importing_qualifiers as qualifiers
from pairing_desktop.services import importing_quarters as quarters
from pairing_desktop.services import importing_spelling as spelling
from pairing_desktop.services.importing_cells import Candidate, Cells, Origin
from pairing_desktop.services.importing_places import place_of
from pairing_desktop.services.importing_plan import PERIOD, ROW, SUBJECT, Column, RowFinding
from pairing_desktop.services.importing_spelling import DITTO
from pairing_desktop.services.importing_units import size, unit_of

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.formspec.values import Understood, Value

EVERY = 200
"""Rows between two tellings of progress."""
Units = tuple[str, tuple[tuple[int, str], ...]]
"""A row's own unit, and those of its list by column."""
Find = Callable[[str, str], "Understood"]
"""(form id, text) → the record meant; raises ``NotUnderstood``."""

_DASHES = frozenset("—-－–―") | {"——", "--"}
"""Stand on paper where there is nothing."""
_NOT_YET = "暂无"
"""Of a figure says that there is none to tell; 无 says that it is none."""
YEAR = "年"
"""A figure of this unit is a label that rows may share."""
FIRST, LAST = "开始日期", "结束日期"
"""Fields of which a cell may say both: 2023年5月6日—8日."""
PERSON, PHONE = "联系人", "联系电话"
"""Fields of which a cell may say both: 王某 0578-81123456."""


class Converter:
    """Cells to values, each spelling of a column understood once."""

    def __init__(
        self, fields: Mapping[str, Field], cells: Cells, *, find: Find, quarter: str, name: str = "",
    ) -> None:
        """``name``: the field of ``fields`` that names a record."""
        self.cells = cells
        self.find = find
        self.period = cells.layout.year or quarter
        """Whose year a day without one is in: the title's, else that of what is imported."""
        self.name = name
        columns = [c for c in cells.layout.columns if c.target in fields]
        self.own = {f.id for f in fields.values() if f.type == "credit_code" or (f.id == name and f.type == "text")
                    or (f.is_number and f.unit != YEAR)}
        """Fields of which each record has its own: a merged cell over several says nobody's."""
        self.doubted: set[str] = set()
        """What to say of figures with more decimals than the field keeps, and of names that tell more."""
        by_label = {f.plain_label: f for f in fields.values() if f.type == "date"}
        self.last = by_label.get(LAST) if FIRST in by_label else None
        self.last = None if self.last is None or self.last.id in cells.layout.targets else self.last
        """The last day's field, if no column gives it."""
        self.until: dict[object, Value] = {}
        """The last days that cells of the first day say."""
        phone = next((f for f in fields.values() if f.plain_label == PHONE), None)
        self.phone = None if phone is None or phone.id in cells.layout.targets else phone.id
        """The telephone's field, if no column gives it."""
        self.phones: dict[object, str] = {}
        """The telephones that cells of the person say."""
        known: list[dict[Hashable, Understood | str]] = [{} for _ in columns]
        self.columns = [(column, fields[column.target], own) for column, own in zip(columns, known, strict=True)]
        self._by_unit: dict[Units, list[tuple[Column, Field, dict[Hashable, Understood | str]]]] = {
            ("", ()): self.columns}

    def take(self, candidate: Candidate, row: int, prefix: str = "") -> None:
        """Put a row's cells into a candidate; what is not understood stays as written, with the reason."""
        sheet, cells = self.cells.sheet, self.cells
        odd = cells.unsure or sheet.percents or sheet.hundredths
        values = candidate.state.values
        line, merged = sheet.rows[row], cells.merged
        width = len(line)
        for column, known, own in self._in_unit(cells.unit(row)):
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
            if column.qualifier >= 0 or (odd and (row, place) in sheet.hundredths) or (
                    type(cell) is str and cell in DITTO):
                cell = self._meant(cell, known, column, row)
            known_by = cell if type(cell) is str and not percent else (cell, percent, type(cell))
            found = own.get(known_by)
            if found is None:
                found = own[known_by] = self._understood(column, known, cell, percent=percent)
            if isinstance(found, str):
                self._refuse(candidate, path, text_of(cell), found)
            elif found.marks or found.value is None or found.note in self.doubted:
                self._remark(candidate, path, found, self._finding(known, row, place, found.note, prefix))
            else:
                values[path] = found.value
        if merged or self.until or self.phones:
            self._share(candidate, row, prefix)

    def _meant(self, cell: object, known: Field, column: Column, row: int) -> object:
        """Return what 同上 repeats, a day's figure as its cell shows it, and a figure with its 约."""
        if isinstance(cell, str) and cell in DITTO:
            cell = self.cells.above(row, column)
        if column.qualifier >= 0:
            return qualifiers.said(cell, self.cells.at(row, column.qualifier))
        return days.as_shown(cell) if known.type == "date" else cell

    def _in_unit(self, units: Units) -> list[tuple[Column, Field, dict[Hashable, Understood | str]]]:
        """Return the columns as a row's list has them, and as its own unit does where their heads name none."""
        if units not in self._by_unit:
            unit, of_list = units[0], dict(units[1])
            own = [(_converted(column, known, of_list.get(column.place, column.unit)), known)
                   for column, known, _ in self.columns]
            self._by_unit[units] = [(_in_unit(column, known, unit), known, {}) for column, known in own]
        return self._by_unit[units]

    def _share(self, candidate: Candidate, row: int, prefix: str) -> None:
        """Put last days and telephones that stand with something else; note figures and names in a cell over rows."""
        for column, known, _ in self.columns:
            last = self.until.get(self.cells.read(row, column)) if self.until and known.plain_label == FIRST else None
            if last is not None and self.last:
                candidate.state.values[prefix + self.last.id] = last
            phone = self.phones.get(self.cells.read(row, column)) if known.plain_label == PERSON else None
            if phone and self.phone:
                candidate.state.values[prefix + self.phone] = phone
            origin, said = self.cells.over(row, column.place) if known.id in self.own else (None, "")
            if origin and said and self.cells.at(row, column.place) != "":
                candidate.shared.append((origin, self._finding(known, row, column.place, said, prefix)))

    def _finding(self, known: Field, row: int, place: int, said: str, prefix: str) -> RowFinding:
        name = f"{prefix.partition('/')[0]}.{known.id}" if prefix else known.id
        sheet = self.cells.sheet.name if prefix else ""
        return RowFinding(row + 1, name, "error", said, known.plain_label, place, sheet)

    def _remark(self, candidate: Candidate, path: str, found: Understood, one: RowFinding) -> None:
        """Put what has marks, or was understood otherwise than it stands; what is to be looked at is told."""
        if found.value is not None:
            candidate.state.values[path] = found.value
        if found.marks:
            candidate.state.marks[path] = dict(found.marks)
        if found.note in self.doubted:
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
        cell = self._person(column, cell) if self.phone and known.plain_label == PERSON else cell
        try:
            found = self._fresh(column, known, cell, percent=percent)
        except NotUnderstood as refused:
            answer = (spelling.answered(column.head, known, cell) or self._rough(column, known, cell)
                      or self._days(known, cell))
            if answer is None or isinstance(answer, str):
                return answer or refused.message
            found = answer
            self._answer(column, cell, found)
        self._tell(column, known, cell, found)
        if found.note and known.is_number and not column.unit:
            shown = f"{cell * 100:.12g}%" if percent and not isinstance(cell, str) else text_of(cell).strip()
            self.cells.units.setdefault(column.head, []).append(f"“{shown}”{found.note}")
        kept = spelling.rounded(column, known, cell, found) if known.is_number else None
        if isinstance(cell, str) and self._names(known):
            kept = spelling.described(cell, found) if known.type == "text" else None
        if kept is None:
            return found
        self.doubted.add(kept.note)
        return kept

    def _tell(self, column: Column, known: Field, cell: object, found: Understood) -> None:
        """Tell what is taken otherwise without a doubt: breaks in a text, a list's own marks on a name."""
        if not isinstance(cell, str):
            return
        if self._names(known):
            if spelling.bare_name(cell) != cell.strip():
                self._answer(column, cell, found)
        elif known.type == "text" and "\n" in cell.strip():
            self._answer(column, "（换行）".join(filter(None, map(str.strip, cell.splitlines()))), found)

    def _names(self, known: Field) -> bool:
        """Tell whether a field is a record's name."""
        return known.type == "reference" or (known.id == self.name and known.type == "text")

    def _answer(self, column: Column, cell: object, found: Understood) -> None:
        """Keep what was understood otherwise than it stands, to be told."""
        self.cells.answers.setdefault(column.head, []).append(f"“{text_of(cell).strip()}”按“{found.shown}”")

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

    def _days(self, known: Field, cell: Any) -> Understood | str | None:  # noqa: ANN401
        """Return the first of two days, the last kept for its own field, or why that cannot be; None for one day."""
        both = days.both(cell, self.period[:4]) if known.type == "date" and isinstance(cell, str) else None
        if both is None:
            return None
        if self.last is None or known.plain_label != FIRST:
            return errors.problem("importing.two_days", text=cell.strip()).message
        first, last = (one.converter.parse(days.month(one, day, self.period[:4]) or day)
                       for one, day in zip((known, self.last), both, strict=True))
        self.until[cell] = last.value
        return structs.replace(first, shown=f"{first.shown} 至 {last.shown}")

    def _person(self, column: Column, cell: Any) -> Any:  # noqa: ANN401
        """Return the name of a person told with a telephone, which is kept for its own field."""
        name, phone = spelling.person(cell) if isinstance(cell, str) else ("", "")
        if not name or not phone:
            return cell
        self.phones[cell] = phone
        self.cells.answers.setdefault(column.head, []).append(f"“{cell.strip()}”按“{name}”和电话“{phone}”")
        return name

    def _fresh(self, column: Column, known: Field, cell: Any, *, percent: bool) -> Understood:  # noqa: ANN401
        if isinstance(cell, str):
            cell = spelling.unquoted(cell)
            cell = spelling.unwrapped(cell, known) if known.type in ("text", "reference") else cell
            cell = spelling.bare_name(cell) if self._names(known) else cell
        if known.type == "reference":
            return self.find(known.form, text_of(cell).strip())
        if known.is_number:
            year = days.year(cell) if known.unit == YEAR else ""
            if year:
                self.cells.answers.setdefault(column.head, []).append(f"“{days.day(cell)}”按“{year}”")
            return known.converter.parse(year) if year else spelling.figure(column, known, cell, percent=percent)
        if known.type in ("credit_code", "text") and isinstance(cell, float) and abs(cell) >= 1e15:
            raise spelling.lost()
        if known.type in ("date", "quarter"):
            return self._day(column, known, cell)
        phone = spelling.phone(cell) if known.type == "text" and "电话" in known.plain_label else ""
        if phone:
            self.cells.answers.setdefault(column.head, []).append(f"“{text_of(cell)}”按“{phone}”")
        return known.converter.from_cell(phone or (days.day(cell) if isinstance(cell, date) else cell))

    def _day(self, column: Column, known: Field, cell: object) -> Understood:
        """Understand a day, a month or a quarter."""
        month = days.month(known, cell, self.period[:4]) if known.type == "date" else ""
        if month:
            self.cells.months[column.head] = self.cells.months.get(column.head, 0) + 1
        elif known.type == "date" and isinstance(cell, float):
            days.require_one_day(cell, self.period[:4])
        found = known.converter.parse(month or days.day(cell), period=self.period)
        if found.note:
            self._answer(column, cell, found)
        return found


def _in_unit(column: Column, known: Field, unit: str) -> Column:
    fit = None if unit_of(column.head) or not known.is_number else size(unit, known.unit)
    return column if fit is None else _converted(column, known, unit)


def _converted(column: Column, known: Field, unit: str) -> Column:
    return structs.replace(column, unit="" if size(unit, known.unit) == 1 else unit)


def tell_shared(candidates: Sequence[Candidate]) -> None:
    """Tell of figures and names that a merged cell gives to several records, or to several rows of a sub-table."""
    found: dict[Origin, list[tuple[Candidate, RowFinding]]] = {}
    for candidate in candidates:
        for origin, finding in candidate.shared:
            found.setdefault(origin, []).append((candidate, finding))
    for together in found.values():
        for candidate, finding in together if len(together) > 1 else ():
            candidate.faults.append(finding)


def _ask(found: Sequence[Candidate], cells: Cells) -> None:
    """Refuse rows of which only a person knows whether they are records."""
    doubted = dict.fromkeys(cells.unnumbered([one.number - 1 for one in found]), "unnumbered") | cells.doubted
    for one in found:
        if one.number - 1 in doubted:
            said = errors.problem(f"importing.{doubted[one.number - 1]}").message
            one.faults.append(RowFinding(one.number, "", "error", said))


def read(cells: Cells, fields: Mapping[str, Field], *, find: Find, subject_form: str, quarter: str,
         skipped: list[RowFinding], progress: Progress, name: str = "", subject: str = "") -> list[Candidate]:
    """Return the sheet's rows as read; rows that only go on with the record above are that record's.

    ``subject`` is the record that rows hang on which name none.
    """
    from pairing_desktop.formspec.state import State
    from pairing_desktop.formspec.values import NotUnderstood
    from pairing_desktop.services.importing_within import Within

    converter = Converter(fields, cells, find=find, quarter=quarter, name=name)
    within = Within(fields, cells, find=find, quarter=quarter)
    targets = cells.layout.targets
    found: list[Candidate] = []
    total, parts = len(cells.sheet.rows), cells.sheet.parts
    own = quarters.Rows(cells, quarter, skipped)
    for row in own.of(cells.numbers(skipped)):
        if len(found) % EVERY == 0:
            progress("读取表格", row, total)
        candidate = Candidate(row + 1, State(), subject, at=place_of(cells.sheet, row) if parts else None)
        converter.take(candidate, row)
        if ROW in targets:
            candidate.mark = text_of(cells.at(row, targets[ROW].place)).strip()
        if subject_form and SUBJECT in targets:
            text = text_of(cells.read(row, targets[SUBJECT])).strip()
            try:
                candidate.subject = str(find(subject_form, text).value or "") if text else subject
            except NotUnderstood as refused:
                candidate.faults.append(RowFinding(row + 1, SUBJECT, "error", refused.message,
                                                   targets[SUBJECT].head, targets[SUBJECT].place, cells.sheet.name))
        if row in own.unsaid:
            column = targets[PERIOD]
            candidate.faults.append(RowFinding(row + 1, PERIOD, "error", own.unsaid[row], column.head, column.place))
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
    _ask(found, cells)
    return found

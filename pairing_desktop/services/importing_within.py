"""What a county's own table holds within one record: rows of a sub-table under their record, a column for each choice.

Such tables write the record's name once (merged, left blank below, or again on every line) and one line for each of its
indicators or problems; and they tick (√) 专精特新 and 小巨人, or a problem's 等待 and 搬运, in columns of their own.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import structs

from pairing_desktop.formspec.fieldtypes.interface import cell_text as text_of
from pairing_desktop.formspec.state import State
from pairing_desktop.services import importing_columns, importing_printed
from pairing_desktop.services.importing_cells import Candidate, Cells
from pairing_desktop.services.importing_plan import TICKED, Layout, RowFinding, Target
from pairing_desktop.services.importing_rows import Converter, Find

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.values import Value


CHOICES = 12
"""A field of more choices is not ticked in columns: nobody draws so many."""


def targets(form: Form) -> tuple[Target, ...]:
    """Return what a column may be within a record; guessed only where its head says just that."""
    columns = [Target(f"{t.id}.{c.id}", f"{t.plain_label} · {c.plain_label}", c.unit,
                      computed=c.computed and not c.compute_when, name=c.plain_label, among=t.id,
                      paper=importing_printed.labels(c), leads=c is t.columns[0])
               for t in form.tables for c in t.columns if c.type != "attachment"]
    ticks = [tick for t in form.tables for c in t.columns for tick in _ticks(c, t)]
    return (*(tick for f in form.fields for tick in _ticks(f)), *columns, *ticks)


def _ticks(field: Field, table: Field | None = None) -> list[Target]:
    """Return the columns that a field's choices may be ticked in."""
    ticked = field.type == "choices" or (field.type == "choice" and len(field.choices) <= CHOICES)
    if not ticked or field.computed:
        return []
    path, label = (f"{table.id}.", f"{table.plain_label} · ") if table else ("", "")
    among = table.id if table else field.id if field.type == "choice" else ""
    return [Target(f"{path}{field.id}{TICKED}{c.code}", f"{label}{field.plain_label}：{c.label}（打√）", name=c.label,
                   among=among) for c in field.choices]

GROWTH, GROWTH_IN = "改进幅度", "幅度单位"
"""A line's figure and its unit, of which one cell may say both: 下降1.8个百分点."""
_GROWTH_UNIT = re.compile("%|百分点")


class Within:
    """Reads the columns of one sheet that lie within its records."""

    def __init__(self, fields: Mapping[str, Field], cells: Cells, *, find: Find, quarter: str) -> None:
        self._fields = fields
        self._ticks = Ticks(fields, cells)
        self._tables: list[tuple[str, Converter, Ticks, State]] = []
        for name, row in dict.fromkeys((table_of(c.target), c.row) for c in cells.layout.columns):
            if name:
                own, columns = Cells(cells.sheet, _of(cells.layout, name, row)), fields[name].column_by_id
                own.filled, own.months, own.units = cells.filled, cells.months, cells.units  # told of the one sheet
                own.dittos, own.answers = cells.dittos, cells.answers
                begins = _begun(fields[name], own.layout) if row else State()
                self._tables.append((name, Converter(columns, own, find=find, quarter=quarter), Ticks(columns, own),
                                     begins))

    def tick(self, candidate: Candidate, row: int) -> None:
        """Add what is ticked to a record's choices."""
        self._ticks.take(candidate, row)

    def continues(self, before: Candidate, candidate: Candidate) -> bool:
        """Tell whether a line only goes on with the record above: it names none, or the same in every field."""
        return bool(self._tables) and candidate.told in (({}, {}, ""), before.told)

    def add(self, owner: Candidate, row: int) -> None:
        """Give a record the rows of its sub-tables that stand in a line."""
        for table, converter, ticks, begins in self._tables:
            trial = Candidate(row + 1, owner.state.__class__())
            converter.take(trial, row)
            ticks.take(trial, row)
            if trial.state.values or trial.state.raw or trial.faults:
                name = secrets.token_hex(4)
                owner.state.rows[table] = (*owner.state.rows.get(table, ()), name)
                owner.state.raw |= {f"{table}/{name}/{column}": text for column, text in begins.raw.items()}
                more = begins.values | _growth_unit(self._fields[table], converter.cells, row)
                owner.state.values |= {f"{table}/{name}/{column}": value for column, value in more.items()}
                converter.take(owner, row, f"{table}/{name}/")
                ticks.take(owner, row, f"{table}/{name}/")


class Ticks:
    """Reads the columns in which choices are ticked, of a record or of a sub-table's rows."""

    def __init__(self, fields: Mapping[str, Field], cells: Cells) -> None:
        self._cells = cells
        parts = [(c, *c.target.partition(TICKED)) for c in cells.layout.columns]
        self._columns = [(c, fields[name], code) for c, name, sign, code in parts if sign and name in fields]

    def take(self, candidate: Candidate, row: int, prefix: str = "") -> None:
        """Put what is ticked in a row into a candidate; what is no tick, and a second one where one counts, is told."""
        values = candidate.state.values
        for column, field, code in self._columns:
            text = text_of(self._cells.at(row, column.place)).strip()
            said, held = ticked(text), values.get(prefix + field.id)
            wrong = ""
            if said is None:
                wrong = _odd("no_tick", text=text[:20], head=column.head)
            elif said and field.type == "choices":
                codes = {*(held if isinstance(held, tuple) else ()), code}
                values[prefix + field.id] = tuple(c.code for c in field.choices if c.code in codes)
            elif said and held not in (None, code):
                wrong = _odd("two_ticks", title=field.plain_label, head=column.head)
            elif said:
                values[prefix + field.id] = code
            if wrong:
                name = f"{prefix.partition('/')[0]}.{field.id}" if prefix else field.id
                candidate.faults.append(RowFinding(row + 1, name, "error", wrong, field.plain_label, column.place,
                                                   self._cells.sheet.name if prefix else ""))


def _odd(what: str, **words: str) -> str:
    from pairing_desktop import errors

    return errors.problem(f"importing.{what}", **words).message


def table_of(target: str) -> str:
    """Return the sub-table that a column's target lies in, "" for none."""
    name, dot, _ = target.partition(TICKED)[0].partition(".")
    return name if dot else ""


def _of(layout: Layout, table: str, row: str) -> Layout:
    """Return a layout of a table's columns alone that fill one row, under their own names."""
    columns = tuple(structs.replace(c, target=c.target.removeprefix(f"{table}."))
                    for c in layout.columns if c.target.startswith(f"{table}.") and c.row == row)
    return structs.replace(layout, columns=columns)


def _begun(table: Field, layout: Layout) -> State:
    """Return what a row begins with that the columns' upper head names: 人均产值（万元/人） is name and unit."""
    from pairing_desktop.formspec.values import NotUnderstood

    begun, given = State(), {c.target for c in layout.columns}
    for column in layout.columns:
        for label, text in importing_columns.row_begins(column).items():
            known = next((c for c in table.columns if not c.computed and c.id not in given
                          and (c.plain_label == label or (not label and c is table.columns[0]))), None)
            if known is not None:
                try:
                    begun.values[known.id] = known.converter.parse(text).value
                except NotUnderstood:
                    begun.raw[known.id] = text
    return begun


def _growth_unit(table: Field, cells: Cells, row: int) -> dict[str, Value]:
    """Return the unit of a line's growth that its cell says: 下降1.8个百分点."""
    by_label = {c.plain_label: c for c in table.columns}
    growth, unit = by_label.get(GROWTH), by_label.get(GROWTH_IN)
    column = cells.layout.targets.get(growth.id) if growth else None
    if column is None or unit is None or unit.id in cells.layout.targets:
        return {}
    found = _GROWTH_UNIT.search(text_of(cells.read(row, column)))
    return {unit.id: unit.converter.parse(found[0]).value} if found else {}


def ticked(text: str) -> bool | None:
    """Return whether a cell is ticked; None where it says neither."""
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.formspec.values import NotUnderstood

    if not text:
        return False
    try:
        return Field(id="at", label="", type="yes_no").converter.parse(text).value is True
    except NotUnderstood:
        return None

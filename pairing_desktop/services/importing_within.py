"""What a county's own table holds within one record: rows of a sub-table under their record, a column for each choice.

Such tables write the record's name once (merged, left blank below, or again on every line) and one line for each of its
indicators or problems; and they tick (√) 专精特新 and 小巨人 in columns of their own.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import structs

from pairing_desktop.services.importing_plan import TICKED, Layout, RowFinding, Target
from pairing_desktop.services.importing_rows import Candidate, Cells, Converter, Find, text_of

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.services.importing_plan import Column


def targets(form: Form) -> tuple[Target, ...]:
    """Return what a column may be within a record; guessed only where its head says just that."""
    ticks = [Target(f"{f.id}{TICKED}{c.code}", f"{f.plain_label}：{c.label}（打√）", name=c.label)
             for f in form.fields if f.type == "choices" for c in f.choices]
    columns = [Target(f"{t.id}.{c.id}", f"{t.plain_label} · {c.plain_label}", c.unit,
                      computed=c.computed and not c.compute_when, name=c.plain_label)
               for t in form.tables for c in t.columns if c.type != "attachment"]
    return (*ticks, *columns)


class Within:
    """Reads the columns of one sheet that lie within its records."""

    def __init__(self, fields: Mapping[str, Field], cells: Cells, *, find: Find, quarter: str) -> None:
        self._cells = cells
        columns = [c for c in cells.layout.columns if c.target]
        self._ticks = [(c, fields[c.target.partition(TICKED)[0]], c.target.partition(TICKED)[2])
                       for c in columns if TICKED in c.target]
        tables = dict.fromkeys(c.target.partition(".")[0] for c in columns if "." in c.target)
        self._tables = {name: Converter(fields[name].column_by_id, Cells(cells.sheet, _of(cells.layout, name)),
                                        find=find, quarter=quarter) for name in tables}

    def tick(self, candidate: Candidate, row: int) -> None:
        """Add what is ticked to a record's choices."""
        for column, field, code in self._ticks:
            text = text_of(self._cells.at(row, column.place)).strip()
            said = _ticked(text)
            if said is None:
                candidate.faults.append(_odd(row, column, field, text))
            elif said:
                held = candidate.state.values.get(field.id)
                codes = {*(held if isinstance(held, tuple) else ()), code}
                candidate.state.values[field.id] = tuple(c.code for c in field.choices if c.code in codes)

    def continues(self, before: Candidate, candidate: Candidate) -> bool:
        """Tell whether a line only goes on with the record above: it names none, or the same in every field."""
        return bool(self._tables) and candidate.told in (({}, {}, ""), before.told)

    def add(self, owner: Candidate, row: int) -> None:
        """Give a record the rows of its sub-tables that stand in a line."""
        for table, converter in self._tables.items():
            trial = Candidate(row + 1, owner.state.__class__())
            converter.take(trial, row)
            if trial.state.values or trial.state.raw or trial.faults:
                name = secrets.token_hex(4)
                owner.state.rows[table] = (*owner.state.rows.get(table, ()), name)
                converter.take(owner, row, f"{table}/{name}/")


def _of(layout: Layout, table: str) -> Layout:
    """Return a layout of a table's columns alone, under their own names."""
    columns = tuple(structs.replace(c, target=c.target.removeprefix(f"{table}."))
                    for c in layout.columns if c.target.startswith(f"{table}."))
    return structs.replace(layout, columns=columns)


def _ticked(text: str) -> bool | None:
    """Return whether a cell is ticked; None where it says neither."""
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.formspec.values import NotUnderstood

    if not text:
        return False
    try:
        return Field(id="at", label="", type="yes_no").converter.parse(text).value is True
    except NotUnderstood:
        return None


def _odd(row: int, column: Column, field: Field, text: str) -> RowFinding:
    from pairing_desktop import errors

    said = errors.problem("importing.no_tick", text=text[:20], head=column.head).message
    return RowFinding(row + 1, field.id, "error", said, field.plain_label, column.place)

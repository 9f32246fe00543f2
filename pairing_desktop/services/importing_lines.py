"""Which line of a record's sub-table a line of a sheet is: by its first column, whatever way its unit is written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from pairing_desktop.formspec.fieldtypes.interface import folded
from pairing_desktop.services.importing_units import LAST

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.state import State

UNIT = "计量单位"
"""The column of a sub-table that holds the unit of its lines."""
_BARE = re.compile(r"[%‰]$")
"""准交率%: a unit that no bracket tells."""


def ids(form: Form, base: State, given: State) -> dict[str, str]:
    """Return the ids that rows of sub-tables (``kpis/<id>``) have in the record that is there.

    A line is one of the same name, where none is named alike the only one whose name differs by unit or width; a line
    without a name is one that holds all that it says.
    """
    found = {}
    for table, rows in given.rows.items():
        first = form.by_id[table].columns[0]
        free = list(base.rows.get(table, ()))
        left = []
        for row in rows:
            begins = given.values.get(f"{table}/{row}/{first.id}")
            told = _cells(given, f"{table}/{row}/") if begins is None else {}
            same = next((old for old in free if base.values.get(f"{table}/{old}/{first.id}") == begins or (
                told and told.items() <= _cells(base, f"{table}/{old}/").items())), None)
            if same is None:
                left.append(row)
            else:
                free.remove(same)
                found[f"{table}/{row}"] = same
        if left and free and first.type == "text":
            found |= _nearly(form.by_id[table], base, given, left, free)
    return found


def _cells(state: State, prefix: str) -> dict[str, object]:
    """Return the values of a sub-table's row, by column."""
    return {path.removeprefix(prefix): value for path, value in state.values.items() if path.startswith(prefix)}


def _nearly(table: Field, base: State, given: State, left: Collection[str], free: list[str]) -> dict[str, str]:
    """Return the ids of lines whose names differ by width alone, then by their unit: one there and one here."""
    found = {}
    for plain in (folded, _unitless):
        there, here = (_by_name(table, state, plain) for state in (base, given))
        for name, rows in here.items():
            old = there.get(name, ())
            if len(rows) == len(old) == 1 and rows[0] in left and old[0] in free and _agree(
                    _unit(table, base, old[0]), _unit(table, given, rows[0])):
                free.remove(old[0])
                found[f"{table.id}/{rows[0]}"] = old[0]
    return found


def _by_name(table: Field, state: State, plain: Callable[[str], str]) -> Mapping[str, list[str]]:
    found = defaultdict(list)
    for row in state.rows.get(table.id, ()):
        if name := _name(table, state, row):
            found[plain(name)].append(row)
    return found


def _name(table: Field, state: State, row: str) -> str:
    return str(state.values.get(f"{table.id}/{row}/{table.columns[0].id}") or "")


def _unitless(name: str) -> str:
    plain = folded(name)
    return _BARE.sub("", LAST.sub("", plain)) or plain


def _unit(table: Field, state: State, row: str) -> str:
    """Return the unit of a line by its own column or its name, "" for none."""
    column = _unit_column(table)
    own = str(state.values.get(f"{table.id}/{row}/{column.id}") or "") if column else ""
    name = folded(_name(table, state, row))
    return folded(own) or name.removeprefix(_unitless(name)).strip("()[]【】").removeprefix("单位:")


def _unit_column(table: Field) -> Field | None:
    return next((column for column in table.columns if column.plain_label == UNIT and not column.computed), None)


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def named_as_there(form: Form, base: State, given: State, tables: Iterable[str]) -> tuple[State, dict[str, str]]:
    """Return what is given with its lines named as the record has them, and the names so changed.

    ``given`` has the record's ids. A unit that only the name told goes into its own column, where that is blank.
    """
    state, named = given, dict[str, str]()
    for table in (form.by_id[name] for name in tables):
        for row in given.rows.get(table.id, ()):
            here, there = (_name(table, one, row) for one in (given, base))
            if here and there and here != there:
                state = given.copy() if state is given else state
                state.values[f"{table.id}/{row}/{table.columns[0].id}"] = there
                _put_unit(table, base, state, row, _unit(table, given, row))
                named[here] = there
    return state, named


def _put_unit(table: Field, base: State, state: State, row: str, unit: str) -> None:
    column = _unit_column(table)
    path = f"{table.id}/{row}/{column.id}" if column else ""
    blank = all(path not in one.values and path not in one.raw for one in (base, state))
    if unit and path and blank and not _unit(table, base, row):
        state.values[path] = unit

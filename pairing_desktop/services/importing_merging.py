"""A record with what a row of a sheet gives: cells over what was there, sub-tables' rows under the ids they had."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import structs

from pairing_desktop.services.importing_columns import year_of_figures
from pairing_desktop.services.importing_lines import ids as ids_of
from pairing_desktop.services.importing_rows import YEAR

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.state import State
    from pairing_desktop.formspec.values import Value
    from pairing_desktop.services.importing_cells import Candidate


T = TypeVar("T")


def merged(form: Form, base: State, given: State, lines: Collection[str] = ()) -> State:
    """Return a record with what a row gives; a blank cell gives nothing and takes nothing.

    Of the sub-tables ``lines`` the rows that are not given stay; any other is as it is given.
    """
    state = base.copy()
    if given.rows:
        given = _same_ids(form, base, given)
    for table, told in given.rows.items():
        there = state.rows.get(table, ()) if table in lines else ()
        rows = (*there, *(row for row in told if row not in there))
        kept = {f"{table}/{row}/" for row in rows}
        for row in state.rows.get(table, ()):
            if f"{table}/{row}/" not in kept:
                state.kept = dict(state.kept)
                state.drop(f"{table}/{row}/")
        state.rows[table] = rows
    if not (state.raw or state.marks or given.marks):
        state.values |= given.values
    else:
        _put_marked(form, state, given)
    for path, text in given.raw.items():
        state.put(path, None)
        state.raw[path] = text
    return state


def _put_marked(form: Form, state: State, given: State) -> None:
    """Put values in place of what was not understood, with their own marks; a figure's old qualifier goes."""
    for path, value in given.values.items():
        state.put(path, value)
        state.raw.pop(path, None)
        marks = given.marks.get(path)
        if marks or path in state.marks:
            field: Field = form.field(path)
            old = {**state.marks.get(path, {}), "qualifier": ""} if field.is_number else state.marks.get(path, {})
            state.put_marks(path, {**old, **(marks or {})})


def _same_ids(form: Form, base: State, given: State) -> State:
    """Return what is given under the ids of the rows that are there: those that begin alike, in their order."""
    found, ids = given.copy(), ids_of(form, base, given)
    found.values, found.raw = _renamed(given.values, ids), _renamed(given.raw, ids)
    found.marks = _renamed(given.marks, ids)
    for table, rows in given.rows.items():
        found.rows[table] = tuple(ids.get(f"{table}/{row}", row) for row in rows)
    return found


def _renamed(member: Mapping[str, T], ids: Mapping[str, str]) -> dict[str, T]:
    found = {}
    for path, one in member.items():
        row, _, column = path.rpartition("/")
        found[f"{path.partition('/')[0]}/{ids[row]}/{column}" if row in ids else path] = one
    return found


def as_there(form: Form, base: State, candidate: Candidate) -> Candidate:
    """Return a row with its sub-tables under the ids that the record that is there knows them by."""
    if not candidate.state.rows:
        return candidate
    ids = ids_of(form, base, candidate.state)
    return structs.replace(candidate, state=_same_ids(form, base, candidate.state),
                           refusals=_renamed(candidate.refusals, ids), places=_renamed(candidate.places, ids))


def with_same(form: Form, base: State, row: State, same: Mapping[str, Value], left: Collection[str]) -> State:
    """Return a record with what holds for the whole sheet, where it is blank; its year goes with new figures.

    ``left``: fields in which it keeps its own value.
    """
    known = form.by_id
    if not same:
        return base
    figures = any(name in known and known[name].is_number and known[name].unit != YEAR for name in row.values)
    blank = [name for name in same if name in known and name not in left and (
        (name not in base.values and name not in base.raw)
        or (figures and name not in row.values and year_of_figures(known[name])))]
    if not blank:
        return base
    state = base.copy()
    for name in blank:
        state.put(name, same[name])
    return state


def lines_with_same(state: State, row: State, same: Mapping[str, Value]) -> State:
    """Return a record with what holds for every row of its sub-tables that is given, where it is blank."""
    for name, value in same.items():
        table, _, column = name.partition(".")
        for line in row.rows.get(table, ()) if column else ():
            path = f"{table}/{line}/{column}"
            if path not in state.values and path not in state.raw:
                state.put(path, value)
    return state


def lines_implied(form: Form, state: State, row: State) -> State:
    """Return a record with what the figures of each line given say besides, where it is blank.

    基期值 and 对比期值 say that growth is computed, 改进幅度 alone that the firm gives it.
    """
    from pairing_desktop.formspec import reference

    for table, lines in row.rows.items():
        by_label = {c.plain_label: c for c in form.by_id[table].columns}
        parts = [(by_label[part.label].id, part.also) for part in reference.head_parts() if part.label in by_label]
        for line in lines if any(also for _, also in parts) else ():
            said = dict(pair for name, also in parts if f"{table}/{line}/{name}" in row.values for pair in also)
            for label, text in said.items():
                path = f"{table}/{line}/{by_label[label].id}" if label in by_label else ""
                if path and path not in state.values and path not in state.raw:
                    state.put(path, by_label[label].converter.parse(text).value)
    return state


def given_fields(form: Form, own: State, other: State) -> tuple[frozenset[str], frozenset[str]]:
    """Return the fields that a row may take from another one, and those of them that it leaves blank.

    What tells it from all others (its code) it keeps; what was not understood is no value and fills nothing.
    """
    there = {_field_of(path) for path in own.values}
    keys = {name for name in form.natural_key if name in there}
    given = {_field_of(path) for path in (*other.values, *other.raw)}
    gives = {f.id for f in form.fields if f.id in given - keys and (not f.computed or f.compute_when)}
    return frozenset(gives), frozenset(gives & {_field_of(path) for path in other.values} - there)


def folded(form: Form, own: State, other: State, take: Collection[str]) -> State:
    """Return what a row gives with another row's values in these fields; a sub-table is taken whole."""
    return merged(form, own, _part(other, take.__contains__))


def without(candidate: Candidate, fields: Collection[str]) -> Candidate:
    """Return a row that gives nothing in these fields: no value, and nothing that was not understood."""
    if not fields:
        return candidate

    def kept(path: str) -> bool:
        return _field_of(path) not in fields

    return structs.replace(
        candidate, state=_part(candidate.state, kept),
        faults=[fault for fault in candidate.faults if fault.field.partition(".")[0] not in fields],
        refusals={path: why for path, why in candidate.refusals.items() if kept(path)},
        places={path: place for path, place in candidate.places.items() if kept(path)})


def _part(state: State, kept: Callable[[str], bool]) -> State:
    """Return the fields of a state that are kept."""
    part = state.copy()
    members: tuple[dict[str, Any], ...] = (part.values, part.raw, part.marks)
    for member in members:
        for path in [path for path in member if not kept(_field_of(path))]:
            del member[path]
    part.rows = {table: rows for table, rows in part.rows.items() if kept(table)}
    return part


def _field_of(path: str) -> str:
    return path.partition("/")[0]

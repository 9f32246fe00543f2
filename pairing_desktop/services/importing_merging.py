"""A record with what a row of a sheet gives: cells over what was there, sub-tables' rows under the ids they had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.state import State


def merged(form: Form, base: State, given: State) -> State:
    """Return a record with what a row gives; a blank cell gives nothing and takes nothing."""
    state = base.copy()
    if given.rows:
        given = _same_ids(form, base, given)
    for table, rows in given.rows.items():
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
    found = given.copy()
    for table, rows in given.rows.items():
        first = form.by_id[table].columns[0].id
        free = list(base.rows.get(table, ()))
        names = {}
        for row in rows:
            begins = given.values.get(f"{table}/{row}/{first}")
            same = next((old for old in free if base.values.get(f"{table}/{old}/{first}") == begins), None)
            if same is not None:
                free.remove(same)
                names[row] = same
        members: tuple[dict[str, Any], ...] = (found.values, found.raw, found.marks)
        for member in members:
            for path in [p for p in member if p.startswith(f"{table}/") and p.split("/")[1] in names]:
                _, row, column = path.split("/")
                member[f"{table}/{names[row]}/{column}"] = member.pop(path)
        found.rows[table] = tuple(names.get(row, row) for row in rows)
    return found

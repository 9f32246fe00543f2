"""What comes along from an earlier record into the next period's (结转上期)."""

from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.state import State

OF_THE_PERIOD = ("status", "note")
"""Marks that say something of one period's figure (快报, why it moved): they do not come along into the next."""


def carry(form: Form, state: State, earlier: State, *, new_year: bool) -> None:
    """Put into a state the earlier one's fields that carry (into the next year), rows with their ids.

    What is filled in already stays; so does a table whose rows are not the earlier record's.
    """
    for field in form.fields:
        if not field.carries(new_year=new_year):
            continue
        if field.type != "table":
            _carry(state, earlier, field, field.id)
            continue
        rows = earlier.rows.get(field.id, ())
        if state.rows.get(field.id) and state.rows[field.id] != rows:
            continue
        state.rows[field.id] = rows
        for column in (one for one in field.columns if one.carries(new_year=new_year)):
            for row in rows:
                _carry(state, earlier, column, f"{field.id}/{row}/{column.id}")


def _carry(state: State, earlier: State, field: Field, path: str) -> None:
    filled = path in state.raw or state.values.get(path) is not None
    if not filled and not (field.compute and not field.compute_when):
        state.put(path, earlier.values.get(path))
        marks = earlier.marks.get(path, {})
        state.put_marks(path, {name: word for name, word in marks.items() if name not in OF_THE_PERIOD})
        if path in earlier.raw:
            state.raw[path] = earlier.raw[path]

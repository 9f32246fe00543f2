"""The contents of a record being typed, by path; and the way to and from the stored payload."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.values import Payload, Understood, Value


@dataclass
class State:
    """Values, raw texts and marks by path (``contract_sum``, ``kpis/<row>/after``), rows by table.

    ``kept`` is what the form does not know (fields of another version): carried through untouched.
    """

    values: dict[str, Value] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    marks: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    locked: frozenset[str] = field(default=frozenset(), compare=False)
    """Paths that are computed now."""

    def copy(self) -> "State":
        """Return a state that can be changed without changing this one."""
        return State(dict(self.values), dict(self.raw), dict(self.marks), dict(self.rows), self.kept, self.locked)

    def put(self, path: str, value: Value) -> None:
        """Set a value; blank has no entry."""
        if value is None:
            self.values.pop(path, None)
        else:
            self.values[path] = value

    def put_marks(self, path: str, marks: Mapping[str, str]) -> None:
        """Set all marks of a path; empty words fall away."""
        found = {name: word for name, word in marks.items() if word}
        if found:
            self.marks[path] = found
        else:
            self.marks.pop(path, None)

    def keep_raw(self, path: str, text: str) -> None:
        """Set a text that was not understood."""
        self.put(path, None)
        self.raw[path] = text

    def take(self, field: Field, path: str, understood: Understood) -> None:
        """Set what was understood. A figure typed without a qualifier has none."""
        self.put(path, understood.value)
        self.raw.pop(path, None)
        marks = {**self.marks.get(path, {}), "qualifier": "", **understood.marks}
        self.put_marks(path, marks if field.is_number else {**self.marks.get(path, {}), **understood.marks})

    def drop(self, prefix: str) -> None:
        """Forget everything under a path."""
        members: tuple[dict[str, Any], ...] = (self.values, self.raw, self.marks, self.kept)
        for member in members:
            for path in [path for path in member if path.startswith(prefix)]:
                del member[path]


def loaded(form: Form, payload: Payload) -> State:
    """Return a stored record as a state. What is no value of its field is kept as raw text."""
    state = State()
    _load(state, form.by_id, payload, "")
    return state


def _load(state: State, fields: Mapping[str, Field], stored: Payload, prefix: str) -> None:
    kept: dict[str, Any] = {}
    for name, value in stored.get("values", {}).items():
        known = fields.get(name)
        if known is None:
            kept[name] = value
        elif known.type == "table":
            state.rows[name] = tuple(row["id"] for row in value)
            for row in value:
                _load(state, known.column_by_id, row, f"{name}/{row['id']}/")
        else:
            _load_value(state, known, prefix + name, value)
    if kept:
        state.kept[prefix] = kept
    for name, text in stored.get("raw", {}).items():
        if name in fields:
            state.raw[prefix + name] = text
            state.values.pop(prefix + name, None)
    for name, marks in stored.get("marks", {}).items():
        if name in fields:
            state.marks[prefix + name] = dict(marks)


def _load_value(state: State, known: Field, path: str, value: Any) -> None:  # noqa: ANN401
    try:
        state.put(path, known.converter.load(value))
    except ValueError:
        state.raw[path] = str(value)


class Held:
    """What was stored before, of which only the changed paths are stored anew."""

    def __init__(self, payload: Payload, changed: Collection[str]) -> None:
        self._values: Payload = payload.get("values", {})
        self._changed = frozenset(changed)
        self._rows = frozenset(path.rpartition("/")[0] for path in changed)
        self._by_id: dict[str, dict[str, Payload]] = {}

    def value(self, name: str) -> Any:  # noqa: ANN401  # JSON
        """Return a field as it was stored, None where it is to be stored anew."""
        return None if name in self._changed else self._values.get(name)

    def row(self, table: str, row: str) -> Payload | None:
        """Return a row as it was stored, empty where it was left out; None where it is to be stored anew."""
        if f"{table}/{row}" in self._rows:
            return None
        if table not in self._by_id:
            self._by_id[table] = {stored["id"]: stored for stored in self._values.get(table, ())}
        return self._by_id[table].get(row, {})


def stored(form: Form, state: State, held: Held | None = None) -> dict[str, Any]:
    """Return a state as it is stored: in the form's order, empty members and rows left out."""
    return _store(state, form.fields, "", held)


def _store(state: State, fields: Iterable[Field], prefix: str, held: Held | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    raw: dict[str, str] = {}
    marks: dict[str, dict[str, str]] = {}
    for known in fields:
        name, path = known.id, prefix + known.id
        if known.type == "table":
            rows = [row for one in state.rows.get(name, ()) if (row := _row(state, known, one, held))]
            if rows:
                values[name] = rows
            continue
        if path in state.values:
            before = held.value(name) if held is not None else None
            values[name] = known.converter.store(state.values[path]) if before is None else before
        if path in state.raw:
            raw[name] = state.raw[path]
        if path in state.marks:
            marks[name] = dict(state.marks[path])
    values |= state.kept.get(prefix, {})
    members = {"values": values, "raw": raw, "marks": marks}
    return {name: member for name, member in members.items() if member}


def _row(state: State, table: Field, row: str, held: Held | None) -> Payload:
    """Return a row, empty where it says nothing."""
    before = held.row(table.id, row) if held is not None else None
    if before is not None:
        return before
    made = {"id": row, **_store(state, table.columns, f"{table.id}/{row}/", None)}
    return {} if _begun(table, made) else made


def _begun(table: Field, row: Mapping[str, Any]) -> bool:
    """Tell whether a row was begun and left: it holds defaults and what is computed at most, and says nothing."""
    if row.keys() - {"id", "values"}:
        return False
    return all(_given(table.column_by_id.get(name), value) for name, value in row.get("values", {}).items())


def _given(column: Field | None, value: object) -> bool:
    """Tell whether a stored value came by itself."""
    if column is None:
        return False
    if column.compute and not column.compute_when:
        return True
    return bool(column.default) and value == column.converter.store(column.converter.parse(column.default).value)

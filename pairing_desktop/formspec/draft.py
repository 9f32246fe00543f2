"""A record being typed: values, what was not understood, marks, undo. Knows no screen and no store."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from pairing_desktop.formspec.carrying import carry
from pairing_desktop.formspec.computing import compute
from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.fieldtypes.interface import named, not_understood
from pairing_desktop.formspec.lookup import MemoryLookup
from pairing_desktop.formspec.records import record_label, shown, upgrade
from pairing_desktop.formspec.rules import Lookup
from pairing_desktop.formspec.scope import Identity
from pairing_desktop.formspec.state import Held, State, loaded, stored
from pairing_desktop.formspec.undo import History, Patch, Place, Step, differing, patched, rebased, step
from pairing_desktop.formspec.values import BEFORE, NIL_WORD, NotUnderstood, Payload, Understood, Value, with_qualifier

Find = Callable[[str, str], list[tuple[str, str]]]
"""(form id, typed text) → (key, label) of matching records, for references typed or pasted as text."""


class Draft:
    """One record under the clerk's hands. Every change recomputes computed fields and can be undone."""

    def __init__(
        self,
        form: Form,
        payload: Payload | None = None,
        key: str | None = None,
        period: str = "",
        subject: str = "",
        *,
        lookup: Lookup | None = None,
        find: Find | None = None,
        today: date | None = None,
        start: Mapping[str, str] | None = None,
    ) -> None:
        """Open a record, or a new one (no ``payload``): that begins with ``start``, texts by field, and defaults."""
        self.form = form
        self.key = key
        self.period = period
        self.subject = subject
        self.lookup: Lookup = lookup or MemoryLookup()
        self.find = find
        self.today = today
        self.revision = 0
        """The revision that the typing began from, 0 for a new record."""
        self.history = History()
        """Where steps are kept; a session's own keeps those of all its records."""
        self.changed_at = ""
        """Where the last undo or redo changed something."""
        self.half_typed: dict[str, str] = {}
        """Of what was recovered the texts that were never left, as they were typed: "8." is 8 by now."""
        self.before: dict[str, str] = {}
        """What stood in the field that is half typed, to be gone back to."""
        self._together = ""
        self._late = False
        self._stored: tuple[State, dict[str, Any]] | None = None
        """The state that was stored last, and as what: disk and check ask one after the other."""
        self._state = State() if payload is None else loaded(form, upgrade(form, payload))
        if payload is None:
            self._start(start or {})
            self.compute()
            self._saved = self._state.copy()
        else:
            self._saved = self._state.copy()
            self.compute()

    # Reading

    def field(self, path: str) -> Field:
        """Return the field of a path; KeyError if there is none."""
        return self.form.field(path)

    def value(self, path: str) -> Value:
        """Return the value, None for blank and for what was not understood."""
        return self._state.values.get(path)

    def marks(self, path: str) -> dict[str, str]:
        """Return the marks of a figure."""
        return dict(self._state.marks.get(path, {}))

    def raw(self, path: str) -> str | None:
        """Return what was typed and not understood, None if nothing was."""
        return self._state.raw.get(path)

    def text(self, path: str) -> str:
        """Return what the editor shows when focused: the raw text if any, else the value as typed."""
        if path in self._state.raw:
            return self._state.raw[path]
        field, value = self.field(path), self.value(path)
        if field.type == "reference":
            return shown(field, value, self.lookup.label)
        return with_qualifier(field.converter.edit(value), self.marks(path).get("qualifier", ""))

    def shown(self, path: str) -> str:
        """Return what the screen shows when not focused: 12,480.00, 99以上, a reference's label."""
        if path in self._state.raw:
            return self._state.raw[path]
        qualifier = self.marks(path).get("qualifier", "")
        return shown(self.field(path), self.value(path), self.lookup.label, qualifier=qualifier)

    def raw_problem(self, path: str) -> str:
        """Return why the text was not understood, "" if it was."""
        text = self._state.raw.get(path)
        if text is None:
            return ""
        try:
            self._parse(self.field(path), text)
        except NotUnderstood as refused:
            return refused.message
        return ""

    def locked(self, path: str) -> bool:
        """Tell whether the field is computed now: inside a batch, what was typed before may decide it."""
        if self._late and self.field(path).compute:
            compute(self.form, self._state, self.lookup, self._identity(), row=path.rpartition("/")[0])
        return path in self._state.locked

    def rows(self, table: str) -> tuple[str, ...]:
        """Return the row ids of a table in order."""
        return self._state.rows.get(table, ())

    def label(self) -> str:
        """Return the record's name as it stands."""
        return record_label(self.form, self.payload(), self.lookup.label, subject=self.subject, period=self.period)

    def payload(self) -> dict[str, Any]:
        """Return the record as stored, computed values included; to be read, not changed."""
        if self._late:
            return stored(self.form, self._state)
        if self._stored is None or self._stored[0] is not self._state:
            self._stored = self._state, stored(self.form, self._state, self._held())
        return self._stored[1]

    def _held(self) -> Held | None:
        """Return what was stored before the last change: a key stores again what that changed."""
        if self._stored is None or self._stored[0].kept != self._state.kept:
            return None
        return Held(self._stored[1], differing(self._stored[0], self._state))

    # Changing

    def type(self, path: str, text: str) -> Understood | NotUnderstood:
        """Take typed text; what is not understood is kept as typed. Text that was there already changes nothing."""
        field = self.field(path)
        if self.locked(path):
            return not_understood("draft.locked")
        self.before = {}
        if text == self.text(path) and path not in self._state.raw:
            return Understood(self.value(path), self.shown(path))
        try:
            understood = self._parse(field, text)
        except NotUnderstood as refused:
            self._change(f"修改{field.plain_label}", path, lambda state: state.keep_raw(path, text))
            return refused
        self._change(f"修改{field.plain_label}", path, lambda state: state.take(field, path, understood))
        return understood

    def type_half(self, path: str, text: str) -> None:
        """Keep text that is still being typed, as it stands: nobody says yet what it means."""
        if not self.locked(path):
            self.before = {path: self.text(path)}
            self._change(f"修改{self.field(path).plain_label}", path, lambda state: state.keep_raw(path, text))

    def set(self, path: str, value: Value) -> None:
        """Set a value directly (chosen from a list, a tick, an attachment)."""
        field = self.field(path)
        if not self.locked(path):
            self._change(f"修改{field.plain_label}", path, lambda state: state.take(field, path, Understood(value)))

    def mark(self, path: str, **marks: str) -> None:
        """Set marks (nature, qualifier, source, status, note); an empty word removes one."""
        field = self.field(path)
        unknown = marks.keys() - set(field.marks)
        if unknown:
            raise ValueError(f"{path} takes no mark {sorted(unknown)}")
        self._change(f"标注{field.plain_label}", path,
                     lambda state: state.put_marks(path, {**state.marks.get(path, {}), **marks}))

    def add_row(self, table: str, at: int | None = None) -> str:
        """Insert a row (with its columns' defaults) and return its id."""
        field = self.form.by_id[table]
        row = secrets.token_hex(4)

        def change(state: State) -> None:
            rows = list(state.rows.get(table, ()))
            rows.insert(len(rows) if at is None else at, row)
            state.rows[table] = tuple(rows)
            self._default(state, field.columns, f"{table}/{row}/", {})

        self._change(f"在{field.plain_label}插入一行", f"{table}/{row}", change)
        return row

    def remove_row(self, table: str, row: str) -> None:
        """Remove a row; KeyError if there is none."""
        if row not in self.rows(table):
            raise KeyError(f"{table}/{row}")

        def change(state: State) -> None:
            state.rows[table] = tuple(other for other in state.rows[table] if other != row)
            state.kept = dict(state.kept)
            state.drop(f"{table}/{row}/")

        self._change(f"删除{self.form.by_id[table].plain_label}的一行", f"{table}/{row}", change)

    def move_row(self, table: str, row: str, to: int) -> None:
        """Move a row to a place."""
        rows = [other for other in self.rows(table) if other != row]
        rows.insert(to, row)
        self._change(f"移动{self.form.by_id[table].plain_label}的一行", f"{table}/{row}",
                     lambda state: state.rows.__setitem__(table, tuple(rows)))

    def carry(self, payload: Payload, *, new_year: bool = False) -> None:
        """Carry an earlier record forward (结转上期): fields that carry (into the next year), rows with their ids.

        What is filled in already stays; so does a table whose rows are not the earlier record's.
        """
        earlier = loaded(self.form, upgrade(self.form, payload))
        self._change("结转上期", "", lambda state: carry(self.form, state, earlier, new_year=new_year))

    def recover(self, payload: Payload) -> None:
        """Take back what was typed and never saved (after a crash): an unsaved change that undo does not undo.

        What was half typed is understood as if it had been left; ``half_typed`` says how it stood, ``before`` what did.
        """
        self.before = dict(payload.get(BEFORE, {}))
        self._state = loaded(self.form, upgrade(self.form, payload))
        self.half_typed = dict(self._state.raw)
        for path, text in self.half_typed.items():
            try:
                self._state.take(self.field(path), path, self._parse(self.field(path), text))
            except NotUnderstood:
                continue  # kept as typed
        self.compute()

    def rebase(self, payload: Payload) -> None:
        """Lay what was typed since the last ``mark_saved`` over the record as somebody else left it meanwhile."""
        newest = loaded(self.form, upgrade(self.form, payload))
        self._state, self._saved = rebased(self._state, self._saved, newest), newest.copy()
        self.compute()

    @contextmanager
    def together(self, name: str, path: str = "") -> Iterator[None]:
        """Make all changes inside one step of undo (a pasted block); ``path`` is where to show it, if one knows."""
        if self._together:
            yield
            return
        before = self._state
        self._together = name
        try:
            yield
        finally:
            self._together = ""
            if self._state != before:
                self._remember(name, path, before)

    @contextmanager
    def batch(self, name: str, path: str = "") -> Iterator[None]:
        """Make many changes one step of undo, computed once at the end; until then computed fields read as before.

        What is typed into a field that may be computed is taken or refused as it would be outside.
        """
        with self.together(name, path):
            outer, self._late = self._late, True
            if not outer:
                self._state = self._state.copy()  # changed in place until the end
            try:
                yield
            finally:
                self._late = outer
                if not outer:
                    self.compute()

    def compute(self) -> list[str]:
        """Recompute computed fields; return the paths that changed. Runs by itself after each change."""
        self._stored = None
        return compute(self.form, self._state, self.lookup, self._identity())

    # Saved, undone

    @property
    def dirty(self) -> bool:
        """Tell whether anything differs from what was opened or last ``mark_saved``."""
        return self._state != self._saved

    def mark_saved(self) -> None:
        """Take the present state as the saved one."""
        self._saved = self._state.copy()

    def undo(self) -> str:
        """Undo this record's last change; return its name, "" if there was none."""
        last = self.history.last(self.place)
        if last is None or not isinstance(last[1], Step):
            return ""
        self.history.back(last)
        return self._apply(last[1], last[1].before, last[1].after)

    def redo(self) -> str:
        """Redo what was undone; return its name, "" if there was none."""
        following = self.history.next(self.place)
        if following is None or not isinstance(following[1], Step):
            return ""
        self.history.forward(following)
        return self._apply(following[1], following[1].after, following[1].before)

    def take_back(self) -> None:
        """Undo the last change as if it had never been."""
        self.before = {}
        last = self.history.last(self.place)
        if last is not None and isinstance(last[1], Step):
            self.history.drop(last)
            self._apply(last[1], last[1].before, last[1].after)

    @property
    def undo_name(self) -> str:
        """Return the name of what ``undo`` would undo, "" for nothing."""
        last = self.history.last(self.place)
        return last[1].name if last else ""

    @property
    def redo_name(self) -> str:
        """Return the name of what ``redo`` would redo, "" for nothing."""
        following = self.history.next(self.place)
        return following[1].name if following else ""

    @property
    def place(self) -> Place:
        """Return which record this is, and how to open it again."""
        return Place(self.form.id, self.key or "", self.period, self.subject)

    # What changed

    def glimpse(self) -> State:
        """Return the contents as they are now, to tell later what became different."""
        return self._state.copy()

    def differing(self, before: State) -> frozenset[str]:
        """Return the paths that look different than they did; a table's id where its rows do."""
        return differing(before, self._state)

    # Inside

    def _identity(self) -> Identity:
        return Identity(self.key or "", self.period, self.subject, self.today)

    def _start(self, told: Mapping[str, str]) -> None:
        """Give a new record its defaults and preset rows."""
        self._default(self._state, self.form.fields, "", told)
        for table in self.form.tables:
            self._state.rows[table.id] = tuple(f"{place:02d}" for place in range(1, len(table.rows) + 1))
            for row, texts in zip(self._state.rows[table.id], table.rows, strict=True):
                self._default(self._state, table.columns, f"{table.id}/{row}/", texts)

    def _default(self, state: State, fields: tuple[Field, ...], prefix: str, texts: Mapping[str, str]) -> None:
        for field in fields:
            text = texts.get(field.id, field.default)
            if text and field.type != "table":
                state.take(field, prefix + field.id, self._parse(field, text))

    def _parse(self, field: Field, text: str) -> Understood:
        if field.type == "reference" and self.find is not None and text.strip() not in ("", NIL_WORD):
            return self._found(field, self.find(field.form, text.strip()), text.strip())
        return field.converter.parse(text, period=self.period)

    def _found(self, field: Field, found: list[tuple[str, str]], text: str) -> Understood:
        exact = [one for one in found if text in one]
        matches = exact if len(exact) == 1 else found
        if len(matches) == 1:
            return Understood(matches[0][0], matches[0][1])
        if matches:
            raise not_understood("reference.many", text=text, choices=named([label for _, label in matches]))
        return field.converter.parse(text)

    def _change(self, name: str, path: str, change: Callable[[State], None]) -> None:
        """Apply a change to a copy; a change that changes nothing is no step. A batch has a copy of its own."""
        if self._late:
            change(self._state)
            return
        before, after = self._state, self._state.copy()
        change(after)
        compute(self.form, after, self.lookup, self._identity(), touched=path)
        if after == before:
            return
        self._state = after
        if not self._together:
            self._remember(name, path, before)

    def _remember(self, name: str, path: str, before: State) -> None:
        self.history.remember(self.place, step(name, path, before, self._state))

    def _apply(self, one: Step, wanted: Patch, instead_of: Patch) -> str:
        self._state = patched(self._state, wanted, instead_of)
        self.compute()
        self.changed_at = one.path
        return one.name

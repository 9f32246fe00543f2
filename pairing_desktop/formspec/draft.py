"""A record being typed: values, what was not understood, marks, undo. Knows no screen and no store."""

from collections.abc import Callable
from datetime import date
from typing import Any

from pairing_desktop.formspec.definition import Form
from pairing_desktop.formspec.rules import Lookup
from pairing_desktop.formspec.values import NotUnderstood, Payload, Understood, Value

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
    ) -> None:
        self.form = form
        self.key = key
        self.period = period
        self.subject = subject

    def type(self, path: str, text: str) -> Understood | NotUnderstood:
        """Take typed text; what is not understood is kept as typed."""
        raise NotImplementedError

    def set(self, path: str, value: Value) -> None:
        """Set a value directly (chosen from a list, a tick, an attachment)."""
        raise NotImplementedError

    def mark(self, path: str, **marks: str) -> None:
        """Set marks (nature, qualifier, source, status, note); an empty word removes one."""
        raise NotImplementedError

    def value(self, path: str) -> Value:
        """Return the value, None for blank."""
        raise NotImplementedError

    def marks(self, path: str) -> dict[str, str]:
        """Return the marks of a figure."""
        raise NotImplementedError

    def text(self, path: str) -> str:
        """Return what the editor shows when focused: the raw text if any, else the value as typed."""
        raise NotImplementedError

    def shown(self, path: str) -> str:
        """Return what the screen shows when not focused: 12,480.00, 99以上, a reference's label."""
        raise NotImplementedError

    def raw_problem(self, path: str) -> str:
        """Return why the text was not understood, "" if it was."""
        raise NotImplementedError

    def locked(self, path: str) -> bool:
        """Tell whether the field is computed now."""
        raise NotImplementedError

    def rows(self, table: str) -> tuple[str, ...]:
        """Return the row ids of a table in order."""
        raise NotImplementedError

    def add_row(self, table: str, at: int | None = None) -> str:
        """Insert an empty row and return its id."""
        raise NotImplementedError

    def remove_row(self, table: str, row: str) -> None:
        """Remove a row."""
        raise NotImplementedError

    def compute(self) -> list[str]:
        """Recompute computed fields; return the paths that changed. Runs by itself after each change."""
        raise NotImplementedError

    @property
    def dirty(self) -> bool:
        """Tell whether anything differs from what was opened or last ``mark_saved``."""
        raise NotImplementedError

    def mark_saved(self) -> None:
        """Take the present state as the saved one."""
        raise NotImplementedError

    def payload(self) -> dict[str, Any]:
        """Return the record as stored, computed values included."""
        raise NotImplementedError

    def undo(self) -> str:
        """Undo the last change; return its name, "" if there was none."""
        raise NotImplementedError

    def redo(self) -> str:
        """Redo what was undone; return its name, "" if there was none."""
        raise NotImplementedError

    @property
    def undo_name(self) -> str:
        """Return the name of what ``undo`` would undo, "" for nothing."""
        raise NotImplementedError

    @property
    def redo_name(self) -> str:
        """Return the name of what ``redo`` would redo, "" for nothing."""
        raise NotImplementedError

"""The conversions every field type has."""

from typing import Any

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.values import Understood, Value


class FieldType:
    """Conversions of one field. ``None`` is blank and ``NIL`` is 无 for every method."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def parse(self, text: str, *, period: str = "") -> Understood:
        """Understand typed text; raise ``NotUnderstood``. ``period`` gives the year of "3.31"."""
        raise NotImplementedError

    def load(self, stored: Any) -> Value:  # noqa: ANN401  # JSON
        """Return the value of its stored JSON; raise ValueError for JSON that is no value of this type."""
        raise NotImplementedError

    def store(self, value: Value) -> Any:  # noqa: ANN401  # JSON
        """Return the JSON of a value; blank has none (the caller leaves the key out)."""
        raise NotImplementedError

    def show(self, value: Value) -> str:
        """Return the value on screen, without unit: 12,480.00, 2024-07-11."""
        raise NotImplementedError

    def edit(self, value: Value) -> str:
        """Return the value in a focused editor; parsing it gives the value back."""
        raise NotImplementedError

    def print(self, value: Value) -> str:
        """Return the value on paper: 12,480.00, 2024年7月11日."""
        raise NotImplementedError

    def to_cell(self, value: Value) -> tuple[object, str]:
        """Return what openpyxl takes and the Excel number format."""
        raise NotImplementedError

    def from_cell(self, cell: object) -> Understood:
        """Understand a spreadsheet's cell; raise ``NotUnderstood``."""
        raise NotImplementedError

    def sort_key(self, value: Value) -> tuple[float | None, str]:
        """Return number and text to sort by (text in pinyin order)."""
        raise NotImplementedError

    def problem(self, value: Value) -> str:
        """Return what breaks the field's limits (error), "" if nothing does."""
        raise NotImplementedError

    def doubt(self, value: Value) -> str:
        """Return what looks wrong but may be right (query), "" if nothing does."""
        raise NotImplementedError

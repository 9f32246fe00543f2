"""Which widget a field is typed into, and what it makes of half-typed text."""

from PySide6.QtWidgets import QWidget

from pairing_desktop.formspec import sums
from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.values import NotUnderstood
from pairing_desktop.ui.choice_input import ChoiceInput, DateInput
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.long_input import LongInput

Input = LineInput | LongInput


def make_input(entry: Entry, path: str, field: Field, parent: QWidget | None = None, *, cell: bool = False) -> Input:
    """Return the widget for a field, or for a table's cell (always one line)."""
    if field.type in ("choice", "choices", "county", "reference", "yes_no"):
        return ChoiceInput(entry, path, field, parent, cell=cell)
    if field.type == "date":
        return DateInput(entry, path, field, parent, cell=cell)
    if field.type == "long_text" and not cell:
        return LongInput(entry, path, field, parent)
    return LineInput(entry, path, field, parent, cell=cell)


def understood(entry: Entry, field: Field, text: str) -> str:
    """Return how a half-typed text would be shown, "" where that says nothing new."""
    if not text.strip() or field.type in ("text", "long_text", "reference", "credit_code", "attachment"):
        return ""
    text = (sums.result(text) if field.is_number else "") or text
    try:
        answer = field.converter.parse(text, period=entry.draft.period or entry.quarter)
    except NotUnderstood:
        return ""
    shown = f"{answer.shown} {field.unit}".strip()
    return shown if answer.shown and answer.shown != text else ""

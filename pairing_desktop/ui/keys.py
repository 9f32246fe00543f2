"""Keys that mean the same everywhere."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def types(event: QKeyEvent) -> bool:
    """Tell whether a key writes a character."""
    return event.text().isprintable() and event.text() != "" and not event.modifiers() & COMMANDS

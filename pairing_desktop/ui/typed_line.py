"""A line outside a form's own editors that undoes as those do: first what is being typed, then the record's steps."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from pairing_desktop.ui.actions import is_command
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.line_input import is_undo


class TypedLine(QLineEdit):
    """Shows what the record holds; ``held`` is that, until the line is left."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.held = ""
        self.setAccessibleName(name)

    def show_text(self, text: str) -> None:
        """Show what the record holds now."""
        self.held = text
        self.setText(text)

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the record once nothing is being typed here, and the window its other keys."""
        if is_undo(event):
            event.setAccepted(event.matches(QKeySequence.StandardKey.Undo) and self.text() != self.held)
            return True
        if is_command(event):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take back what is being typed as a whole; Enter moves on, Shift+Enter back."""
        taken = event.matches(QKeySequence.StandardKey.Undo) or event.key() == Qt.Key.Key_Escape
        if taken and self.text() != self.held:
            self.setText(self.held)
            self.selectAll()
        else:
            super().keyPressEvent(event)
            if event.key() in ENTER:
                self.focusNextPrevChild(not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)

"""A line outside a form's own editors that undoes as those do: first what is being typed, then the record's steps."""

from contextlib import nullcontext

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from pairing_desktop.ui.actions import is_command
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.line_input import is_undo, looks_away
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.unsaved import HALF_TYPED


class TypedLine(TextLine):
    """Shows what the record holds; ``held`` is that, until the line is left."""

    halfTyped = Signal(str)  # noqa: N815  # Qt's manner
    """What is being typed, to be put on disk as it stands; ``held`` again when it was taken back."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.held = ""
        self.setAccessibleName(name)
        self._half = QTimer(self)
        self._half.setSingleShot(True)
        self._half.setInterval(HALF_TYPED)
        self._half.timeout.connect(lambda: self.halfTyped.emit(self.text()))
        self.textEdited.connect(self._edited)

    def show_text(self, text: str) -> None:
        """Show what the record holds now."""
        self.held = text
        self.setText(text)

    def _edited(self, _text: str) -> None:
        if not self._half.isActive():  # begun anew at each key, it would never come while one types on
            self._half.start()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Be left; text and cursor stay as they are where one only looks at another program."""
        away = looks_away(event)
        if self._half.isActive() and (away or self.text() == self.held):
            self.halfTyped.emit(self.text())
        self._half.stop()
        with QSignalBlocker(self) if away else nullcontext():
            super().focusOutEvent(event)

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
            self._half.stop()
            self.halfTyped.emit(self.held)
        else:
            super().keyPressEvent(event)
            if event.key() in ENTER:
                self.focusNextPrevChild(not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)

"""Several lines that are typed into."""

from PySide6.QtCore import QEvent, QMimeData, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from pairing_desktop.formspec.definition import Field
from pairing_desktop.ui import ask, clipboard_block
from pairing_desktop.ui.actions import is_command
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.keys import types
from pairing_desktop.ui.line_input import NOT_LEFT, in_hand, is_undo, looks_away
from pairing_desktop.ui.theme import restyle
from pairing_desktop.ui.unsaved import HALF_TYPED


class LongInput(QPlainTextEdit):
    """Several lines; Tab moves on, Enter breaks the line."""

    entered = Signal(str)
    typing = Signal(str)

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry, self.path, self.field = entry, path, field
        self._modified = False
        self._half = QTimer(self)
        self._half.setSingleShot(True)
        self._half.setInterval(HALF_TYPED)
        self._half.timeout.connect(self._keep_half)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)  # a file dropped beside its place would be written here as a path
        self.setAccessibleName(field.label)
        self.setAccessibleDescription(field.help)
        self.setFixedHeight(84)
        self.textChanged.connect(self._edited)
        self.refresh()

    def refresh(self) -> None:
        """Show the draft's state again, unless the user is in the middle of typing."""
        if not (in_hand(self) and self._modified):
            text = self.entry.draft.text(self.path)
            if text != self.toPlainText():
                self.blockSignals(True)
                self.setPlainText(text)
                self.blockSignals(False)
        locked = self.entry.locked(self.path)
        self.setReadOnly(locked)
        restyle(self, state=self.entry.found.level(self.path) or ("locked" if locked else ""))

    def _edited(self) -> None:
        self._modified = True
        if not self._half.isActive():
            self._half.start()
        self.typing.emit(self.toPlainText())

    def _keep_half(self) -> None:
        self.entry.type_half(self.path, self.toPlainText())

    def commit(self) -> None:
        """Give the text to the draft if the user changed it."""
        self._half.stop()
        if self._modified:
            self._modified = False
            self.entry.type(self.path, self.toPlainText())

    def go_on(self, text: str) -> None:
        """Go on typing where a power cut ended it: the text as it stood, the cursor behind it."""
        if text != self.toPlainText():
            self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell where one is."""
        super().focusInEvent(event)
        if event.reason() not in NOT_LEFT:
            self.entry.focus = self.path
            self.entered.emit(self.path)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Give the text to the draft; only half of it, if one looks across at another program."""
        super().focusOutEvent(event)
        if looks_away(event):
            if self._modified:
                self._keep_half()
        elif event.reason() not in NOT_LEFT:
            self.commit()
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say why nothing can be typed."""
        if self.isReadOnly() and types(event):
            self.entry.refused.emit(self.path)
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Say why a picture or a file cannot be pasted."""
        if said := clipboard_block.no_text():
            ask.dialogs.tell(self, "没有粘贴", said)
        elif cell := clipboard_block.only_cell():
            self.insertPlainText(cell)
        elif source.hasHtml() and not source.hasText():
            self.insertPlainText(clipboard_block.words())
        else:
            super().insertFromMimeData(source)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Let pictures and rich text come as far as ``insertFromMimeData``."""
        return source.hasImage() or source.hasHtml() or super().canInsertFromMimeData(source)

    def event(self, event: QEvent) -> bool:
        """Leave undo to the record once nothing is being typed here, and the window its other keys."""
        if is_command(event) or (not self._modified and is_undo(event)):
            event.ignore()
            return True
        return super().event(event)

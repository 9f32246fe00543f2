"""A box for some sentences beside the forms: an explanation, a reason, a dispute."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from pairing_desktop.ui.cards import counter, words
from pairing_desktop.ui.unsaved import Unsaved

if TYPE_CHECKING:
    from pairing_desktop.services.half_said import HalfSaid


class LongText(QWidget):
    """Several lines with a counter such as ``42 / 200 字``; what goes beyond the limit is shown in red, not cut off.

    With ``hold`` what is typed goes to disk as in a field: when the box is left, half typed within two seconds.
    """

    def __init__(self, name: str, *, initial: str = "", limit: int = 200, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.limit = limit
        self.edit = QPlainTextEdit(initial, self)
        self.edit.setAcceptDrops(False)  # a file dropped here would be written as its path
        self.edit.setTabChangesFocus(True)
        self.edit.setAccessibleName(name)
        self.name = words(name, role="strong")
        self.name.setBuddy(self.edit)
        self.unsaved = Unsaved(self.edit.toPlainText, self.edit.setPlainText, (self.edit,))
        self.count = words("", role="hint", tone="text3")
        head = QHBoxLayout()
        for part in (self.name, self.unsaved):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.edit, 1)
        self.edit.textChanged.connect(self._typed)
        self._typed()

    def text(self) -> str:
        """Return what was typed without the white space around it."""
        return self.edit.toPlainText().strip()

    @property
    def fits(self) -> bool:
        """Whether there is a text and it keeps within the limit."""
        return 0 < len(self.text()) <= self.limit

    def hold(self, half: "HalfSaid | None", said: str) -> None:
        """Show what was said, or what was typed over it and not saved, the cursor behind it; keep what is typed now."""
        self.unsaved.hold(half, said)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)

    def leave(self) -> None:
        """Put what is typed on disk now, if it is not there yet."""
        self.unsaved.leave()

    def _typed(self) -> None:
        counter(self.count, len(self.text()), self.limit)
        self.unsaved.typed()

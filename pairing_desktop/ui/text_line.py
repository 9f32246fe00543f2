"""Lines that are typed into: what a file does that is dropped on one. Qt would write its address into the words."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from pairing_desktop.ui.keys import ENTER


class TextLine(QLineEdit):
    """A line of words: what is dropped on it was meant for a place beside it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAcceptDrops(False)


class SearchLine(TextLine):
    """A line that narrows what stands under it; Enter and Down go on there."""

    through = Signal()

    def settle(self) -> None:
        """Narrow at once by what is typed, where that still waits."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on to what was found."""
        if event.key() in (*ENTER, Qt.Key.Key_Down):
            self.settle()
            self.through.emit()
        else:
            super().keyPressEvent(event)


class PathLine(QLineEdit):
    """A line that names a file or folder: one that is dropped on it is named there."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file or folder of this PC."""
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take it wherever it is over the line."""
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Write its path instead of what stands here."""
        if (path := _dropped(event)) is not None:
            event.acceptProposedAction()
            self.setText(str(path))
            self.setFocus()


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None

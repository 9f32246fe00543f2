"""A combo box with our own chevron: a style sheet could only show one from a file."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QWidget

from pairing_desktop.ui import icons


class Combo(QComboBox):
    """A ``QComboBox`` whose arrow follows the palette."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, then the chevron."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            icons.paint(painter, QRect(self.width() - 24, (self.height() - 16) // 2, 16, 16), "chevron_down")

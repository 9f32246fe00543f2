"""A button that shows a file's name, as much of it as there is room for."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

NAME_ROOM, NAME_LEAST = 320, 80
"""Pixels of a name that has room, and of one that has none; the rest is on its tip."""


class NameButton(QPushButton):
    """A button with a file's name, cut in its middle where there is no room: it pushes nothing out of sight."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_name(self, name: str) -> None:
        """Show a name as it fits."""
        self._name = name
        self._fit()
        self.updateGeometry()

    def _around(self) -> int:
        """Return what icon and edges take."""
        return super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())

    def _fit(self) -> None:
        room = min(self.width() - self._around(), NAME_ROOM)
        if (text := self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, room)) != self.text():
            self.setText(text)

    def sizeHint(self) -> QSize:
        """Ask for the whole name."""
        wanted = min(self.fontMetrics().horizontalAdvance(self._name), NAME_ROOM)
        return QSize(self._around() + wanted, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Be content with the ends of the name."""
        return QSize(min(self.sizeHint().width(), self._around() + NAME_LEAST), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the name anew."""
        super().resizeEvent(event)
        self._fit()

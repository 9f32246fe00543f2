"""A line of words that ends in … where it has no room, and never pushes its neighbours away."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel


class Elided(QLabel):
    """A label of one line; ``text`` stays whole, for those who hear it."""

    @property
    def shown(self) -> str:
        """Return what is seen of the text."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def minimumSizeHint(self) -> QSize:
        """Give way to nothing."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what fits."""
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        with QPainter(self) as painter:
            self.style().drawItemText(painter, self.contentsRect(), side, self.palette(), self.isEnabled(), self.shown,
                                      self.foregroundRole())

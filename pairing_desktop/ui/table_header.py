"""The head of a sheet inside a form, painted by itself: under a style sheet Qt takes a millisecond for every column."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from pairing_desktop.ui.theme import colours, face

PAD = 8


class TableHeader(QHeaderView):
    """Labels in one line, figures' at the right, a rule below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._face = face(12)
        self._metrics = QFontMetrics(self._face)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one column's label."""
        model, across, c = self.model(), self.orientation(), colours()
        painter.fillRect(rect, c.named("head"))
        painter.setPen(c.named("line2"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        words = model.headerData(section, across)
        if words:
            inner = rect.adjusted(PAD, 0, -PAD, -1)
            side = model.headerData(section, across, Qt.ItemDataRole.TextAlignmentRole)
            painter.setFont(self._face)
            painter.setPen(c.named("text2"))
            painter.drawText(inner, side, self._metrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width()))

"""The head of a sheet inside a form, painted by itself: under a style sheet Qt takes a millisecond for every column."""

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from pairing_desktop.ui.shaped import Shaped
from pairing_desktop.ui.theme import colours, face

PAD = 8


class TableHeader(QHeaderView):
    """Labels in one line, figures' at the right, a rule below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._texts = Shaped(face(12))

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
            shaped = self._texts.fitting(words, inner.width())
            size = shaped.size()
            left = inner.x() + (inner.width() - size.width() if side & Qt.AlignmentFlag.AlignRight else 0)
            painter.setFont(self._texts.font)
            painter.setPen(c.named("text2"))
            painter.drawStaticText(QPointF(left, inner.top() + (inner.height() - size.height()) // 2), shaped)

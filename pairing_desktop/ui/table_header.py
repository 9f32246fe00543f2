"""The head of a sheet inside a form, painted by itself: under a style sheet Qt takes a millisecond for every column."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.pinned_table import PinnedTable
from pairing_desktop.ui.shaped import Shaped
from pairing_desktop.ui.theme import colours, face

PAD, SIGN = 8, 14


class TableHeader(QHeaderView):
    """Labels in one line, figures' at the right, a sign before them where the model has one, a rule below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._texts = Shaped(face(12))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the columns that stay over those that scroll under them."""
        super().paintEvent(event)
        table = self.parent()
        if isinstance(table, PinnedTable) and (pinned := table.pinned()):
            with QPainter(self.viewport()) as painter:
                for column, left in pinned.items():
                    self.paintSection(painter, QRect(left, 0, self.sectionSize(column), self.height()), column)

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
            if sign := model.headerData(section, across, Qt.ItemDataRole.DecorationRole):
                icons.paint(painter, QRect(inner.left() - 2, inner.center().y() - SIGN // 2, SIGN, SIGN), sign,
                            "accent", filled=True)
                inner.setLeft(inner.left() + SIGN)
            painter.setPen(c.named("text2"))
            self._texts.draw(painter, inner, words, 1 if side & Qt.AlignmentFlag.AlignRight else 0)

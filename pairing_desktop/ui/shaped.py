"""Texts cut to their room and shaped once: what is painted again and again need not be measured each time."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QStaticText

KEPT = 4000
"""Texts remembered at most."""

Cut = Callable[[str, QFontMetrics, int], str]
"""(text, metrics, room) → as much of it as has room."""


def _at_its_end(text: str, metrics: QFontMetrics, room: int) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)


class Shaped:
    """The texts of one painter in one face; ``cut`` fits them into their room, by … at the end unless it is told."""

    def __init__(self, font: QFont, cut: Cut = _at_its_end) -> None:
        self.font, self._metrics, self._cut = font, QFontMetrics(font), cut
        self._texts: dict[tuple[str, int], QStaticText] = {}

    def fitting(self, text: str, room: int) -> QStaticText:
        """Return a text cut to its room."""
        found = self._texts.get((text, room))
        if found is None:
            if len(self._texts) > KEPT:
                self._texts.clear()
            found = QStaticText(self._cut(text, self._metrics, room))
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.prepare(font=self.font)
            self._texts[text, room] = found
        return found

    def draw(self, painter: QPainter, inner: QRect, text: str, side: float) -> int:
        """Draw a text cut to its room, at the left (0) to the right (1); return how wide it is."""
        shaped = self.fitting(text, inner.width())
        size = shaped.size()
        left = inner.x() + side * (inner.width() - size.width())
        painter.setFont(self.font)
        painter.drawStaticText(QPointF(left, inner.y() + (inner.height() - size.height()) // 2), shaped)
        return round(size.width())

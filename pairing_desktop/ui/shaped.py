"""Texts cut to their room and shaped once: what is painted again and again need not be measured each time."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QStaticText

KEPT = 4000
"""Texts remembered at most."""


class Shaped:
    """The texts of one painter in one face."""

    def __init__(self, font: QFont) -> None:
        self.font, self._metrics = font, QFontMetrics(font)
        self._texts: dict[tuple[str, int], QStaticText] = {}

    def fitting(self, text: str, room: int) -> QStaticText:
        """Return a text cut to its room (…)."""
        found = self._texts.get((text, room))
        if found is None:
            if len(self._texts) > KEPT:
                self._texts.clear()
            found = QStaticText(self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.prepare(font=self.font)
            self._texts[text, room] = found
        return found

"""Last quarter's value, and a year ago's, in grey: beside the input, or under it where figures are long.

Words may end in … there; a figure never does.
"""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QWidget

from pairing_desktop.ui.theme import face, restyle

BESIDE, GAP = 98, 8
HIGH, LINE = 28, 17
ONE, TWO = 12, 11
"""Sizes of the letters: of one value, and where two share the room."""


class EarlierLabel(QLabel):
    """Has a width of its own beside the input; under it, that of the input."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[str] = []
        self._under = False
        self._room = BESIDE
        self.setContentsMargins(GAP, 0, 0, 0)
        self._paint_anew()

    def show_lines(self, lines: Sequence[str], *, figures: bool) -> None:
        """Show up to two values; words are cut to the room beside the input, figures never."""
        metrics = QFontMetrics(face(ONE))
        cut = [line if figures else metrics.elidedText(line, Qt.TextElideMode.ElideRight, BESIDE) for line in lines]
        if cut != self._lines:
            self._lines = cut
            self._paint_anew()

    @property
    def fits_beside(self) -> bool:
        """Tell whether the values have room beside the input."""
        metrics = QFontMetrics(face(TWO if len(self._lines) > 1 else ONE))
        return all(metrics.horizontalAdvance(line) <= BESIDE for line in self._lines)

    def stand(self, *, under: bool, room: int) -> None:
        """Take the place beside the input, or the line under it with so much room."""
        if (under, room if under else BESIDE) != (self._under, self._room):
            self._under, self._room = under, room if under else BESIDE
            self._paint_anew()

    def _paint_anew(self) -> None:
        lines = self._lines
        if self._under:
            one = "　".join(lines)
            lines = [one] if QFontMetrics(face(TWO)).horizontalAdvance(one) <= self._room else lines
        self.setVisible(bool(lines) or not self._under)
        small = self._under or len(lines) > 1
        restyle(self, role="small" if small else "faint")
        self.setContentsMargins(0 if self._under else GAP, 0, 0, 0)
        self.setFixedHeight(LINE if self._under and len(lines) < 2 else HIGH)
        if self._under:
            self.setMinimumWidth(0)
            self.setMaximumWidth(self._room)
        else:
            self.setFixedWidth(BESIDE + GAP)
        close = "".join(f"<div style='line-height:78%'>{escape(line)}</div>" for line in lines)
        self.setTextFormat(Qt.TextFormat.RichText if len(lines) > 1 else Qt.TextFormat.PlainText)
        self.setText(close if len(lines) > 1 else "".join(lines))

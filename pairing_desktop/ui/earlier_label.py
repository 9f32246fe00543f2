"""Last quarter's value, and a year ago's, in grey: beside the input, or under it where figures are long.

Words may end in … there; a figure never does. It paints itself: a form has dozens, and each label under a style sheet
takes a millisecond to make.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pairing_desktop.ui.theme import colours, face, width

BESIDE, GAP = 98, 8
HIGH, LINE = 28, 17
CLOSE = 13
"""From line to line where two values stand beside the input."""

ONE, TWO = 12, 11
"""Sizes of the letters: of one value, and where two share the room."""

SIDE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class EarlierLabel(QWidget):
    """Has a width of its own beside the input; under it, that of the input."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[str] = []
        self._under = False
        self._room = BESIDE
        self.setFixedSize(BESIDE + GAP, HIGH)

    def show_lines(self, lines: Sequence[str], *, figures: bool) -> None:
        """Show up to two values; words are cut to the room beside the input, figures never."""
        metrics = QFontMetrics(face(ONE))
        cut = [line if figures else metrics.elidedText(line, Qt.TextElideMode.ElideRight, BESIDE) for line in lines]
        if cut != self._lines:
            self._lines = cut
            self._fit()

    @property
    def fits_beside(self) -> bool:
        """Tell whether the values have room beside the input."""
        return all(width(line, self._size) <= BESIDE for line in self._lines)

    def stand(self, *, under: bool, room: int) -> None:
        """Take the place beside the input, or the line under it with so much room."""
        if (under, room if under else BESIDE) != (self._under, self._room):
            self._under, self._room = under, room if under else BESIDE
            self._fit()

    def text(self) -> str:
        """Return what is seen, line by line."""
        return "\n".join(self._shown())

    @property
    def _size(self) -> int:
        return TWO if self._under or len(self._lines) > 1 else ONE

    def _shown(self) -> list[str]:
        """Return the lines: under the input both values share one where it has room for them."""
        one = "　".join(self._lines)
        return [one] if one and self._under and width(one, TWO) <= self._room else self._lines

    def _fit(self) -> None:
        self.setVisible(bool(self._lines) or not self._under)
        height = LINE if self._under and len(self._lines) < 2 else HIGH
        if self._under:
            self.setMinimumSize(0, height)
            self.setMaximumSize(self._room, height)
        else:
            self.setFixedSize(BESIDE + GAP, height)
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room that the longest line takes."""
        widest = max((width(line, self._size) for line in self._shown()), default=0)
        return QSize(widest + (0 if self._under else GAP), self.maximumHeight())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines, close together where there are two."""
        lines = self._shown()
        with QPainter(self) as painter:
            painter.setFont(face(self._size))
            painter.setPen(colours().named("text3"))
            left, top = 0 if self._under else GAP, (self.height() - CLOSE * (len(lines) - 1)) // 2
            for number, line in enumerate(lines):
                painter.drawText(QRect(left, top - HIGH // 2 + CLOSE * number, self.width() - left, HIGH), SIDE, line)

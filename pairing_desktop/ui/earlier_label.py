"""Last quarter's value, and a year ago's, in grey: beside the input, or under it where figures are long.

Words may end in … there; a figure never does. It paints itself: a form has dozens, and each label under a style sheet
takes a millisecond to make.
"""

from collections.abc import Sequence

from msgspec import Struct
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


class Place(Struct, frozen=True):
    """Where earlier values stand: under the input, or beside it in so much room."""

    under: bool
    beside: int


def place(room: int, wishes: Sequence[tuple[int, int]]) -> Place:
    """Return where the earlier values of all fields with so much room stand: the same, for one edge down a section.

    A wish is the width at which an input's text is whole, and what its earlier values take beside it.
    """
    usual = all(needs <= room - BESIDE - GAP for needs, _ in wishes)
    widest = max((taken for _, taken in wishes), default=0)
    beside = BESIDE if usual else widest
    return Place(widest > BESIDE or any(needs > room - beside - GAP for needs, _ in wishes), beside)


class EarlierLabel(QWidget):
    """Has a width of its own beside the input; under it, that of the input."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[str] = []
        self._figures = False
        self._under = False
        self._room = BESIDE
        self.setFixedSize(BESIDE + GAP, HIGH)

    def show_lines(self, lines: Sequence[str], *, figures: bool) -> None:
        """Show up to two values; words are cut to the room they have, figures never."""
        if (list(lines), figures) != (self._lines, self._figures):
            self._lines, self._figures = list(lines), figures
            self._fit()

    @property
    def beside(self) -> int:
        """Return the room that the values take beside the input; words are cut rather than take more than usual."""
        size = TWO if len(self._lines) > 1 else ONE
        widest = max((width(line, size) for line in self._lines), default=0)
        return widest if self._figures else min(widest, BESIDE)

    def stand(self, *, under: bool, room: int) -> None:
        """Take the place beside the input, or the line under it, with so much room."""
        if (under, room) != (self._under, self._room):
            self._under, self._room = under, room
            self._fit()

    def text(self) -> str:
        """Return what is seen, line by line."""
        return "\n".join(self._shown())

    @property
    def _size(self) -> int:
        return TWO if self._under or len(self._lines) > 1 else ONE

    def _shown(self) -> list[str]:
        """Return the lines: under the input both values share one where it has room for them."""
        one, room = "　".join(self._lines), self._room
        if one and self._under and width(one, TWO) <= room:
            return [one]
        if self._figures:
            return self._lines
        metrics = QFontMetrics(face(self._size))
        return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in self._lines]

    def _fit(self) -> None:
        self.setVisible(bool(self._lines) or not self._under)
        height = LINE if self._under and len(self._shown()) < 2 else HIGH
        if self._under:
            self.setMinimumSize(0, height)
            self.setMaximumSize(self._room, height)
        else:
            self.setFixedSize(self._room + GAP, height)
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

"""Shows a picture that services drew as SVG, at the size there is, in the palette of the moment."""

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pairing_desktop.ui.theme import is_dark

Draw = Callable[[int, int, str], str]
"""From width, height and theme (light, dark) to SVG."""


class Chart(QWidget):
    """Draws anew when its size or the palette changed; between, it paints what it has."""

    def __init__(self, name: str, height: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._draw: Draw | None = None
        self._svg = b""
        self._key: tuple[int, int, bool] | None = None
        self._height = height
        self.setMinimumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Be as wide as can be."""
        return QSize(240, self._height)

    def show_picture(self, draw: Draw, *, words: str, height: int = 0) -> None:
        """Show a picture; ``words`` say the same for those who can't see it."""
        self._draw, self._key = draw, None
        self.setAccessibleDescription(words)
        if height:
            self._height = height
            self.setFixedHeight(height)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        from PySide6.QtSvg import QSvgRenderer

        if self._draw is None or self.width() < 80:
            return
        key = (self.width(), self.height(), is_dark())
        if key != self._key:
            self._svg = self._draw(self.width(), self.height(), "dark" if is_dark() else "light").encode()
            self._key = key
        with QPainter(self) as painter:
            QSvgRenderer(QByteArray(self._svg)).render(painter, QRectF(self.rect()))

"""Fluent 20 icons from ``resources/icons``, drawn in a palette colour at any size and pixel ratio.

An icon knows its colour by name and looks it up when painted, so that it follows light and dark by itself.
"""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from pairing_desktop import paths
from pairing_desktop.ui.theme import colours


@lru_cache(maxsize=256)
def _source(name: str, *, filled: bool) -> str:
    look = "filled" if filled else "regular"
    found = paths.resource("icons", f"{name}_{look}.svg")
    if not found.is_file():  # a form from a task pack may name one that we don't have; painting must never fail
        found = paths.resource("icons", f"document_{look}.svg")
    return found.read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def _drawn(name: str, size: int, colour: str, ratio: float, *, filled: bool) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    svg = _source(name, filled=filled).replace("<path ", f'<path fill="{colour}" ')
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(name: str, size: int = 20, colour: str = "text2", *, ratio: float = 1.0, filled: bool = False) -> QPixmap:
    """Return an icon drawn in ``colour`` (a palette name or ``#RRGGBB``) for a screen of this pixel ratio."""
    return _drawn(name, size, colours().code(colour), ratio, filled=filled)


def paint(painter: QPainter, rect: QRect, name: str, colour: str = "text2", *, filled: bool = False) -> None:
    """Draw an icon into ``rect`` (square, in device-independent pixels)."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(rect.topLeft(), pixmap(name, rect.width(), colour, ratio=ratio, filled=filled))


class _Engine(QIconEngine):
    """Draws at the moment of painting, in the palette of that moment."""

    def __init__(self, name: str, colour: str, *, filled: bool) -> None:
        super().__init__()
        self._name, self._colour, self._filled = name, colour, filled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        square = QRect(rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2, side, side)
        disabled = mode == QIcon.Mode.Disabled
        painter.setOpacity(0.55 if disabled else 1.0)
        paint(painter, square, self._name, "text3" if disabled else self._colour, filled=self._filled)
        painter.setOpacity(1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        canvas = QPixmap(size * scale)  # Qt 6.9 asks in device-independent pixels
        canvas.setDevicePixelRatio(scale)
        canvas.fill(Qt.GlobalColor.transparent)
        painter = QPainter(canvas)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return canvas

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._colour, filled=self._filled)


def icon(name: str, colour: str = "text2", *, filled: bool = False) -> QIcon:
    """Return an icon that follows the palette."""
    return QIcon(_Engine(name, colour, filled=filled))


class Glyph(QWidget):
    """A label that shows one icon; it takes no focus and no mouse."""

    def __init__(self, name: str, colour: str = "text2", size: int = 16, *, filled: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = (name, colour, filled)
        self.setFixedSize(size, size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_icon(self, name: str, colour: str, *, filled: bool = False) -> None:
        """Show another icon."""
        if self._icon != (name, colour, filled):
            self._icon = (name, colour, filled)
            self.update()

    def paintEvent(self, _event: object) -> None:
        """Draw the icon."""
        name, colour, filled = self._icon
        if name:
            with QPainter(self) as painter:
                paint(painter, self.rect(), name, colour, filled=filled)

"""Shows a picture that services drew as SVG, at the size there is, in the palette of the moment.

Its bars can be opened: with the mouse, or with the arrow keys and Enter.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip

from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.theme import colours, is_dark

Draw = Callable[[int, int, str], str]
"""From width, height and theme (light, dark) to SVG."""
Areas = Callable[[int, int], Sequence[tuple[float, float, float, float]]]
"""From width and height to the place of each bar."""


class Chart(QLabel):  # a label has a role that screen readers know; a bare widget has none
    """Draws anew when its size or the palette changed; between, it paints what it has. ``opened`` tells which bar."""

    opened = Signal(int)

    def __init__(self, name: str, height: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._draw: Draw | None = None
        self._areas: Areas | None = None
        self._names: Sequence[str] = ()
        self._svg = b""
        self._key: tuple[int, int, bool] | None = None
        self._height = height
        self._words = ""
        self.current = 0
        self.setMinimumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Be as wide as can be."""
        return QSize(240, self._height)

    def show_picture(self, draw: Draw, *, words: str, height: int = 0, areas: Areas | None = None,
                     names: Sequence[str] = ()) -> None:
        """Show a picture; ``words`` say the same for those who can't see it, ``names`` what each bar opens."""
        self._draw, self._key, self._words = draw, None, words
        self._areas, self._names = areas, names
        self.current = min(self.current, max(0, len(names) - 1))
        self.setAccessibleDescription(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if names else Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(bool(names))
        if height:
            self._height = height
            self.setFixedHeight(height)
        self.update()

    def bars(self) -> list[QRect]:
        """Return where the bars stand."""
        found = self._areas(self.width(), self.height()) if self._areas is not None else ()
        return [QRectF(*area).toAlignedRect() for area in found][:len(self._names)]

    def _at(self, place: QPoint) -> int:
        return next((n for n, bar in enumerate(self.bars()) if bar.contains(place)), -1)

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
            bars = self.bars()
            if self.hasFocus() and self.current < len(bars):
                painter.setPen(QPen(colours().named("accent"), 2))
                painter.drawRoundedRect(bars[self.current].adjusted(1, 1, -1, -1), 4, 4)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that a bar can be opened, and what it opens."""
        bar = self._at(event.position().toPoint())
        self.setCursor(Qt.CursorShape.PointingHandCursor if bar >= 0 else Qt.CursorShape.ArrowCursor)
        if bar >= 0:
            QToolTip.showText(event.globalPosition().toPoint(), self._names[bar], self)
        else:
            QToolTip.hideText()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open a bar."""
        bar = self._at(event.position().toPoint())
        if bar >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._go(bar)
            self.opened.emit(bar)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the bars with the arrows, open one with Enter or space."""
        key = event.key()
        by = (key in (Qt.Key.Key_Down, Qt.Key.Key_Right)) - (key in (Qt.Key.Key_Up, Qt.Key.Key_Left))
        if by and self._names:
            self._go(max(0, min(len(self._names) - 1, self.current + by)))
        elif key in (*ENTER, Qt.Key.Key_Space) and self._names:
            self.opened.emit(self.current)
        else:
            super().keyPressEvent(event)

    def _go(self, bar: int) -> None:
        self.current = bar
        self.setAccessibleDescription(f"{self._names[bar]}，回车打开。{self._words}")
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the current bar."""
        super().focusInEvent(event)
        if self._names:
            self._go(self.current)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the mark away."""
        super().focusOutEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the hint away."""
        super().leaveEvent(event)
        QToolTip.hideText()

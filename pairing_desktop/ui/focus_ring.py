"""The 3 px ring outside a focused field: a style sheet can't paint outside its widget, so another widget does."""

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QWidget,
)

from pairing_desktop.ui.theme import colours

WIDTH = 3
BARE = 5
"""What the ring keeps from words that reach the edges of what has the focus."""

RINGED = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractButton)
MOVED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show)
GONE = (QEvent.Type.Hide, QEvent.Type.ParentAboutToChange)


class FocusRing(QWidget):
    """One per window. Follows the application's focus and lies, transparent to the mouse, round what has it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)
            self._follow(None, app.focusWidget())

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is None or not self._wants(now):
            self._leave()
            return
        self._let_go()
        self._target = now
        ground = _ground(now)
        widget: QWidget | None = now
        while widget is not None and widget is not ground:
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = widget.parentWidget()
        now.destroyed.connect(self._leave)
        self.setParent(ground)  # hides it, if that is another: moved on the same ground nothing is laid out anew
        self._place()
        self.show()

    def _wants(self, widget: QWidget) -> bool:
        if not isinstance(widget, RINGED) or widget.isWindow() or widget.property("ring") == "no":
            return False
        inside_cell = widget.property("kind") == "cell" or isinstance(widget.parentWidget(), QComboBox)
        return widget.window() is self._window.window() and not inside_cell

    def _leave(self) -> None:
        """Let go of the target, and come home before its parent is deleted, and the ring with it."""
        self._let_go()
        self.hide()
        if shiboken6.isValid(self._window):
            self.setParent(self._window)

    def _let_go(self) -> None:
        for widget in self._watched:
            if shiboken6.isValid(widget):
                widget.removeEventFilter(self)
        if self._target is not None and shiboken6.isValid(self._target):
            self._target.destroyed.disconnect(self._leave)
        self._watched, self._target = [], None

    def _place(self) -> None:
        ground = self.parentWidget()
        if self._target is not None and ground is not None:
            self.setGeometry(_around(self._target, ground))
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move along with the focused widget and with whatever carries it."""
        if event.type() in MOVED:
            self._place()
        elif event.type() in GONE and watched is self._target:
            self.hide()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: object) -> None:
        """Paint only the ring; the middle stays see-through."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colours().named("ring"), WIDTH))
            half = WIDTH / 2
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 5, 5)


def _around(target: QWidget, ground: QWidget) -> QRect:
    bare = target.property("kind") == "tab" or isinstance(target, QRadioButton | QCheckBox)
    beside = WIDTH + (BARE if bare else 0)
    return QRect(target.mapTo(ground, QPoint(0, 0)), target.size()).adjusted(-beside, -WIDTH, beside, WIDTH)


def _ground(target: QWidget) -> QWidget:
    """Return the nearest ancestor with room for the ring that scrolls and is cut off along with the field."""
    ground = target.parentWidget() or target
    while not ground.isWindow() and not ground.rect().contains(_around(target, ground)):
        above = ground.parentWidget()
        if above is None or isinstance(above.parentWidget(), QAbstractScrollArea):
            break  # above is the viewport: the ring would not scroll there
        ground = above
    return ground

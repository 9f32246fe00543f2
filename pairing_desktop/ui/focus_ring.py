"""The 3 px ring outside a focused field: a style sheet can't paint outside its widget, so a sibling does."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from pairing_desktop.ui.theme import colours

WIDTH = 3
RINGED = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractButton)


class FocusRing(QWidget):
    """One per window. Follows the application's focus and lies, transparent to the mouse, round what has it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._target: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._target is not None:
            self._target.removeEventFilter(self)
            self._target.destroyed.disconnect(self._forget)
        self._target = now if self._wants(now) else None
        if self._target is None:
            self._go_home()
            return
        self._target.installEventFilter(self)
        self._target.destroyed.connect(self._forget)
        self.setParent(self._target.parentWidget())
        self._place()
        self.show()

    def _wants(self, widget: QWidget | None) -> bool:
        return (isinstance(widget, RINGED) and widget.parentWidget() is not None and widget.property("ring") != "no"
                and widget.window() is self._window.window() and not isinstance(widget.parentWidget(), QComboBox))

    def _forget(self) -> None:
        self._target = None
        self._go_home()

    def _go_home(self) -> None:
        """Leave the parent of what had the focus before it is deleted, and the ring with it."""
        self.hide()
        self.setParent(self._window)

    def _place(self) -> None:
        if self._target is not None:
            self.setGeometry(self._target.geometry().adjusted(-WIDTH, -WIDTH, WIDTH, WIDTH))
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move along with the focused widget."""
        if watched is self._target:
            kind = event.type()
            if kind in (QEvent.Type.Move, QEvent.Type.Resize):
                self._place()
            elif kind in (QEvent.Type.Hide, QEvent.Type.ParentAboutToChange):
                self.hide()
            elif kind in (QEvent.Type.Show, QEvent.Type.ParentChange):
                self.setParent(self._target.parentWidget())
                self._place()
                self.show()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: object) -> None:
        """Paint only the ring; the middle stays see-through."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours().named("ring"), WIDTH))
        half = WIDTH / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 5, 5)
        painter.end()

"""A line across the form that must be read: locked, brought back, only for reading; with one thing to do."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.theme import restyle

SIGNS = {"neutral": ("lock_closed", "text2"), "query": ("warning", "query_mark"), "error": ("error_circle", "error"),
         "accent": ("info", "accent")}


class Banner(QWidget):
    """Hidden while it has nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "banner")
        self._glyph = icons.Glyph("", parent=self)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton(self)
        self.button.setProperty("kind", "link")
        self._act: Callable[[], object] | None = None
        self.button.clicked.connect(self._clicked)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(24, 6, 16, 6)
        row.setSpacing(8)
        row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.dismiss = QPushButton(icons.icon("dismiss", "text2"), "", self)
        self.dismiss.setProperty("kind", "plain")
        self.dismiss.setFixedSize(28, 24)
        self.dismiss.setAccessibleName("收起这条提示")
        self.dismiss.setToolTip("收起这条提示")
        self._closed: Callable[[], object] | None = None
        self.dismiss.clicked.connect(self._put_away)
        row.addWidget(self.dismiss)
        self.hide()

    def say(self, words: str, *, tone: str = "neutral", act: str = "",
            action: Callable[[], object] | None = None, closed: Callable[[], object] | None = None) -> None:
        """Show a line and what can be done about it; empty words hide the banner.

        What is only an offer can be ``closed``.
        """
        icon, colour = SIGNS[tone]
        self._glyph.show_icon(icon, colour, filled=tone in ("query", "error"))
        self.words.setText(words)
        self._act, self._closed = action, closed
        self.dismiss.setVisible(closed is not None)
        self.button.setText(act)
        self.button.setVisible(bool(act))
        restyle(self, tone=tone)
        self.setVisible(bool(words))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the sign stand beside the only line, or the first."""
        super().resizeEvent(event)
        one = self.words.heightForWidth(self.words.width()) < 2 * self.words.fontMetrics().height()
        self._row.setAlignment(self._glyph, Qt.AlignmentFlag.AlignVCenter if one else Qt.AlignmentFlag.AlignTop)

    def _clicked(self) -> None:
        if self._act is not None:
            self._act()

    def _put_away(self) -> None:
        if self._closed is not None:
            self._closed()
        self.say("")

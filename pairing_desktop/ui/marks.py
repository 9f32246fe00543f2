"""States and marks: shape, word and colour, the same everywhere (mocks/palette.md)."""

from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.theme import restyle

if TYPE_CHECKING:
    from pairing_desktop.services.deadlines import Due


class Mark(Struct, frozen=True):
    """One sign: the icon, whether it is filled, its colour's name, the word, the chip's tone."""

    icon: str
    colour: str
    word: str
    tone: str
    filled: bool = False

    def paint(self, painter: QPainter, rect: QRect) -> None:
        """Draw the sign into a square."""
        icons.paint(painter, rect, self.icon, self.colour, filled=self.filled)


MARKS = {
    "error": Mark("error_circle", "error", "强制", "error", filled=True),
    "query": Mark("warning", "query_mark", "核实", "query", filled=True),
    "ok": Mark("checkmark_circle", "ok", "通过", "ok"),
    "empty": Mark("circle", "text3", "未填", "neutral"),
    "explained": Mark("checkmark_circle", "ok", "已说明", "ok"),
    "waived": Mark("error_circle", "error", "特殊情况", "error", filled=True),
    "locked": Mark("lock_closed", "text3", "锁定", "neutral"),
}
"""Marks of findings, by finding level or state."""

STATES = {
    "empty": Mark("circle", "text2", "未填", "neutral"),
    "filling": Mark("edit", "text2", "填报中", "neutral"),
    "errors": Mark("error_circle", "error", "审核未通过", "error", filled=True),
    "queries": Mark("warning", "query_mark", "待说明", "query", filled=True),
    "passed": Mark("checkmark_circle", "ok", "审核通过", "ok"),
    "final": Mark("lock_closed", "text2", "已定稿", "neutral"),
    "signing": Mark("edit", "text2", "签批中", "neutral"),
    "signed": Mark("signature", "accent", "已签署", "accent"),
    "submitted": Mark("send", "accent", "已报送", "accent"),
    "reviewing": Mark("clipboard_task", "accent", "审核中", "accent"),
    "returned": Mark("arrow_reply", "error", "已退回", "error"),
    "accepted": Mark("checkmark", "ok", "已验收", "ok"),
}
"""Marks of a quarter's state, by ``QuarterState.code``."""


def state_mark(title: str) -> Mark:
    """Return the mark of a quarter's state by its Chinese word."""
    return next((m for m in STATES.values() if m.word == title), STATES["filling"])


class Chip(QWidget):
    """A small tinted label, with a sign before its words if it has one. Hidden while it says nothing."""

    def __init__(self, parent: QWidget | None = None, *, height: int = 24) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "chip")
        self.setFixedHeight(height)
        self._glyph, self._label = icons.Glyph("", parent=self), QLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(6)
        row.addWidget(self._glyph)
        row.addWidget(self._label)
        self.hide()

    def say(self, words: str, mark: Mark | None = None, *, tone: str = "") -> None:
        """Show ``words`` with a mark's sign; empty words hide the chip."""
        self._label.setText(words)
        self.setAccessibleName(words)
        self._glyph.setVisible(mark is not None)
        if mark is not None:
            self._glyph.show_icon(mark.icon, mark.colour, filled=mark.filled)
        restyle(self, tone=tone or (mark.tone if mark else "neutral"))
        restyle(self._label, tone=tone or (mark.tone if mark else "neutral"))
        self.setVisible(bool(words))
        self.updateGeometry()  # who shares the room beside it asks at once how much it takes


class DueChip(Chip):
    """A quarter's last day; in colour and with a sign when it is near, has passed or was not kept."""

    wordings: tuple[str, ...] = ("",)
    """What it says, and what where that has no room."""

    _mark: Mark | None = None

    def show_due(self, due: "Due") -> None:
        """Show it; nothing where no day is set."""
        day = f"{due.day}截止" if due.day else ""
        self.wordings = (f"{day}，{due.said}", due.said) if due.tone else (day, due.day)
        self._mark = MARKS[due.tone] if due.tone else None
        self.say_in(0)

    def say_in(self, place: int) -> None:
        """Say it in one of the wordings; who hears it, or waits over it, is told all."""
        self.say(self.wordings[place], self._mark)
        self.setAccessibleName(self.wordings[0])
        self.setToolTip(self.wordings[0] if place else "")

"""A box for some sentences beside the forms: an explanation, a reason, a dispute."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.ui.cards import button, counter, say, words

if TYPE_CHECKING:
    from pairing_desktop.services.half_said import HalfSaid

HALF_TYPED = 1200
"""Milliseconds after the first key not kept yet at which what is being typed goes to disk (promised: two seconds)."""


class LongText(QWidget):
    """Several lines with a counter such as ``42 / 200 字``; what goes beyond the limit is shown in red, not cut off.

    With ``hold`` what is typed goes to disk as in a field: when the box is left, half typed within two seconds.
    """

    def __init__(self, name: str, *, initial: str = "", limit: int = 200, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.limit = limit
        self._half: HalfSaid | None = None
        self._said = initial
        self.edit = QPlainTextEdit(initial, self)
        self.edit.setTabChangesFocus(True)
        self.edit.setAccessibleName(name)
        self.edit.installEventFilter(self)
        self.name = words(name, role="strong")
        self.name.setBuddy(self.edit)
        self.state = words("", role="hint", tone="query")
        self.back = button("恢复为已保存的", kind="link", action=self._take_back)
        self.back.hide()
        self.count = words("", role="hint", tone="text3")
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(HALF_TYPED)
        self._resting.timeout.connect(self._keep)
        head = QHBoxLayout()
        for part in (self.name, self.state, self.back):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.edit, 1)
        self.edit.textChanged.connect(self._typed)
        self._typed()

    def text(self) -> str:
        """Return what was typed without the white space around it."""
        return self.edit.toPlainText().strip()

    @property
    def fits(self) -> bool:
        """Whether there is a text and it keeps within the limit."""
        return 0 < len(self.text()) <= self.limit

    def hold(self, half: "HalfSaid | None", said: str) -> None:
        """Show what was said, or what was typed over it and not saved; what is typed from now on is kept."""
        self.leave()
        kept = half.words if half is not None else None
        if half is not None and kept == said:
            half.drop()
        self._half, self._said = half, said
        text = said if kept is None else kept
        if text != self.edit.toPlainText():
            self.edit.setPlainText(text)
        self._resting.stop()
        self._typed()
        self._resting.stop()

    def leave(self) -> None:
        """Put what is typed on disk now, if it is not there yet."""
        if self._resting.isActive():
            self._resting.stop()
            self._keep()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what is typed when the box loses the focus."""
        if event.type() == QEvent.Type.FocusOut:
            self.leave()
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        counter(self.count, len(self.text()), self.limit)
        unsaved = self._half is not None and self.text() != self._said.strip()
        say(self.state, "还没有保存" if unsaved else "", tone="query")
        self.back.setVisible(unsaved and bool(self._said.strip()))
        if self._half is not None and not self._resting.isActive():
            self._resting.start()

    def _take_back(self) -> None:
        """Show what was saved again, and forget what was typed over it."""
        self.edit.setPlainText(self._said)
        self.leave()
        self.edit.setFocus()

    def _keep(self) -> None:
        """Take what is typed to the data file, or out of it where it is what was saved."""
        if self._half is None:
            return
        try:
            if self.text() == self._said.strip():
                self._half.drop()
            else:
                self._half.keep(self.edit.toPlainText())
        except Trouble as trouble:
            say(self.state, f"写不进数据文件：{trouble.problems[0].message}", tone="error")

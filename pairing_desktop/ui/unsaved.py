"""What is typed where a 保存 stands beside: said to be unsaved, on disk all the same, shown again when next opened."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.ui.cards import button, row, say, words
from pairing_desktop.ui.county_field import CountyField

if TYPE_CHECKING:
    from pairing_desktop.services.half_said import Half

HALF_TYPED = 1200
"""Milliseconds after the first key not kept yet at which what is being typed goes to disk (promised: two seconds)."""

NOTHING = "{}"


class Unsaved(QWidget):
    """Says 还没有保存, with a way back; keeps what ``read`` returns when a part is left, half typed in two seconds."""

    changed = Signal(bool)
    """Whether there is anything to save."""

    def __init__(self, read: Callable[[], str], show: Callable[[str], None], parts: Iterable[QWidget]) -> None:
        super().__init__()
        self._read, self._show = read, show
        self._parts = tuple(parts)
        self._half: Half | None = None
        self._saved = read()
        self.state = words("", role="hint", tone="query")
        self.back = button("恢复为已保存的", kind="link", action=self._take_back)
        self.back.hide()
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(HALF_TYPED)
        self._resting.timeout.connect(self._keep)
        for part in self._parts:
            part.installEventFilter(self)
        self.setLayout(row(self.state, self.back))

    @property
    def differs(self) -> bool:
        """Whether what is typed is something else than what was saved; never where nothing is held."""
        return self._half is not None and self._read().strip() != self._saved.strip()

    def hold(self, half: "Half | None", saved: str) -> None:
        """Show what was saved, or what was typed over it and not saved; what is typed from now on is kept."""
        self.leave()
        kept = half.words if half is not None else None
        self._half, self._saved = half, saved
        text = saved if kept is None else kept
        if text != self._read():
            self._show(text)
        self.typed()
        self._resting.stop()
        if half is not None and kept is not None and not self.differs:
            half.drop()

    def drop(self) -> None:
        """Forget what was typed: it was saved just now."""
        self._resting.stop()
        if self._half is not None:
            self._half.drop()

    def typed(self) -> None:
        """Take notice that something was typed."""
        differs = self.differs
        say(self.state, "还没有保存" if differs else "", tone="query")
        self.back.setVisible(differs and bool(self._saved.strip()))
        self.changed.emit(differs)
        if self._half is not None and not self._resting.isActive():
            self._resting.start()

    def leave(self) -> None:
        """Put what is typed on disk now, if it is not there yet."""
        if self._resting.isActive():
            self._resting.stop()
            self._keep()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what is typed when a part loses the focus."""
        if event.type() == QEvent.Type.FocusOut:
            self.leave()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what is typed when the page goes."""
        self.leave()
        super().hideEvent(event)

    def _take_back(self) -> None:
        """Show what was saved again, and forget what was typed over it."""
        self._show(self._saved)
        self.typed()
        self.leave()
        self._parts[0].setFocus()

    def _keep(self) -> None:
        """Take what is typed to the data file, or out of it where it is what was saved."""
        if self._half is None:
            return
        try:
            if self.differs:
                self._half.keep(self._read())
            else:
                self._half.drop()
        except Trouble as trouble:
            say(self.state, f"写不进数据文件：{trouble.problems[0].message}", tone="error")


class UnsavedBoxes(Unsaved):
    """The boxes of a card by their names; of what is typed only what differs from what is saved is kept.

    So a box that nobody touched goes on following what is saved, wherever that is changed.
    """

    def __init__(self, boxes: Mapping[str, QLineEdit | QSpinBox]) -> None:
        self._boxes = dict(boxes)
        self._saved_in = {name: _text(box) for name, box in boxes.items()}
        super().__init__(self._typed_over, self._put, boxes.values())
        for box in boxes.values():
            _line(box).textChanged.connect(self.typed)
            if isinstance(box, QSpinBox):  # its line keeps quiet of what the box itself writes there
                box.valueChanged.connect(self.typed)
                box.editingFinished.connect(self.typed)

    def hold_boxes(self, half: "Half | None", saved: Mapping[str, str]) -> None:
        """Show what was saved in each box, or what was typed over it."""
        self.leave()
        self._saved_in = {name: saved.get(name, "").strip() for name in self._boxes}
        self.hold(half, NOTHING)

    def _typed_over(self) -> str:
        typed = {name: _text(box) for name, box in self._boxes.items()}
        over = {name: text for name, text in typed.items() if text != self._saved_in[name]}
        return json.dumps(over, ensure_ascii=False)

    def _put(self, kept: str) -> None:
        over: dict[str, str] = json.loads(kept)
        for name, box in self._boxes.items():
            _put(box, over.get(name, self._saved_in[name]))


def _line(box: QLineEdit | QSpinBox) -> QLineEdit:
    return box.lineEdit() if isinstance(box, QSpinBox) else box


def _text(box: QLineEdit | QSpinBox) -> str:
    return (box.cleanText() if isinstance(box, QSpinBox) else box.text()).strip()


def _put(box: QLineEdit | QSpinBox, text: str) -> None:
    if text == _text(box):
        return
    if isinstance(box, CountyField):
        box.show_text(text)
        return
    _line(box).setText(f"{text}{box.suffix()}" if isinstance(box, QSpinBox) else text)
    _line(box).setCursorPosition(0)

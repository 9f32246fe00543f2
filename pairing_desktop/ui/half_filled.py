"""A dialog's boxes and the one that one is in: on disk while they are filled in, there again after a power cut."""

import json
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QScrollArea

from pairing_desktop.ui.county_field import CountyField
from pairing_desktop.ui.unsaved import Unsaved

if TYPE_CHECKING:
    from pairing_desktop.services.half_said import Half

Box = QLineEdit | QComboBox | QCheckBox


class HalfFilled(Unsaved):
    """Keeps them from the moment that one of them is entered; whoever holds the dialog drops what is kept."""

    def __init__(self, dialog: QDialog, boxes: Mapping[str, Box]) -> None:
        self._dialog, self._boxes = dialog, dict(boxes)
        super().__init__(self._filled, self._fill, boxes.values())
        self.setParent(dialog)
        self.hide()  # the dialog's own buttons say what becomes of it
        for box in boxes.values():
            changed = (box.textChanged if isinstance(box, QLineEdit) else
                       box.currentIndexChanged if isinstance(box, QComboBox) else box.toggled)
            changed.connect(self.typed)

    def begin(self, half: "Half | None") -> None:
        """Show what was filled in when the power went; keep what is filled in from now on."""
        self.hold(half, self._filled())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep at once which box is entered."""
        if event.type() == QEvent.Type.FocusIn:
            self.typed()
            self.leave()
        return super().eventFilter(watched, event)

    def _filled(self) -> str:
        entered = self._dialog.focusWidget()
        at = next((name for name, box in self._boxes.items() if box is entered), "")
        return json.dumps({"at": at, **{name: _text(box) for name, box in self._boxes.items()}}, ensure_ascii=False)

    def _fill(self, kept: str) -> None:
        """Fill the boxes in their order: what one is may decide what the next offers."""
        filled: dict[str, str] = json.loads(kept)
        for name, box in self._boxes.items():
            _put(box, filled.get(name, ""))
        if (entered := self._boxes.get(filled.get("at", ""))) is not None:
            entered.setFocus()
            QTimer.singleShot(0, entered, partial(_go_on, entered))


def _go_on(box: Box) -> None:
    """Bring the box into sight; a dialog that is shown marks all that stands in it: the next key would wipe it."""
    if isinstance(box, QLineEdit):
        box.setCursorPosition(len(box.text()))
    around = box.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    if around is not None:
        around.ensureWidgetVisible(box)


def _text(box: Box) -> str:
    if isinstance(box, QLineEdit):
        return box.text()
    if isinstance(box, QComboBox):
        return box.currentText()
    return "1" if box.isChecked() else ""


def _put(box: Box, text: str) -> None:
    if isinstance(box, CountyField):
        box.show_text(text)
    elif isinstance(box, QLineEdit):
        box.setText(text)
    elif isinstance(box, QComboBox):
        box.setCurrentIndex(box.findText(text) if text else -1)
    else:
        box.setChecked(bool(text))

"""The words beside a figure: nature, qualifier, source, status, note. Opened with F4 or from the context menu."""

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.values import MARK_LABELS, MARK_WORDS, MARKS
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.popup_place import show_at
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.unsaved import HALF_TYPED


class MarksPopup(QFrame):
    """A small card under the field; Enter or a click elsewhere takes the words, Escape leaves them as they were."""

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("kind", "popupcard")
        self.entry, self.path = entry, path
        self._given_up = False
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(HALF_TYPED)
        self._resting.timeout.connect(lambda: self.entry.mark_half(self.path, self._said()))
        self.words: dict[str, Combo | QLineEdit] = {}
        held = entry.draft.marks(path)
        form = QFormLayout()
        form.setSpacing(8)
        for name in MARKS:
            if name in field.marks:
                form.addRow(MARK_LABELS[name], self._choice(name, held.get(name, ""), field))
        self._held = self._said()
        title = QLabel(f"标注：{field.plain_label}", self)
        title.setProperty("role", "strong")
        done = QPushButton("确定", self)
        done.setProperty("kind", "primary")
        done.clicked.connect(self.close)
        done.setDefault(True)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(title)
        column.addLayout(form)
        column.addLayout(foot)

    def _choice(self, name: str, held: str, field: Field) -> QWidget:
        label = MARK_LABELS[name]
        if name not in MARK_WORDS:
            line = TextLine(held, self)
            line.setAccessibleName(label)
            line.setMinimumWidth(180)
            line.returnPressed.connect(self.close)
            line.textEdited.connect(self._edited)
            self.words[name] = line
            return line
        combo = Combo(label, self)
        usual = field.nature if name == "nature" else ""
        combo.addItem(f"（{usual or '不标'}）", "")
        for word in MARK_WORDS[name]:
            combo.addItem(word, word)
        combo.setCurrentIndex(max(0, combo.findData(held)))
        combo.currentIndexChanged.connect(self._edited)
        self.words[name] = combo
        return combo

    def _said(self) -> dict[str, str]:
        return {name: widget.text().strip() if isinstance(widget, QLineEdit) else str(widget.currentData())
                for name, widget in self.words.items()}

    def _edited(self) -> None:
        if not self._resting.isActive():
            self._resting.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave all as it was with Escape."""
        self._given_up = event.key() == Qt.Key.Key_Escape
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give the words to the draft, unless they were given up."""
        self._resting.stop()
        if self._given_up or self._said() == self._held:
            self.entry.take_back_half(self.path)
        else:
            self.entry.mark(self.path, self._said())
        super().closeEvent(event)


def open_marks(anchor: QWidget, entry: Entry, path: str, field: Field, cell: QRect | None = None) -> MarksPopup | None:
    """Open the card at a field, or at a cell of a table; None where nothing can be marked."""
    if entry.read_only or not field.marks:
        return None
    popup = MarksPopup(entry, path, field, anchor)
    show_at(popup, anchor, top=cell.topLeft() if cell else None, bottom=cell.bottomLeft() if cell else None)
    next(iter(popup.words.values())).setFocus()
    return popup

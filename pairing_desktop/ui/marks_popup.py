"""The words beside a figure: nature, qualifier, source, status, note. Opened with F4 or from the context menu."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.values import MARK_LABELS, MARK_WORDS, MARKS
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.entry import Entry


class MarksPopup(QFrame):
    """A small card under the field; Enter takes the words, Escape leaves them."""

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("kind", "popupcard")
        self.entry, self.path = entry, path
        self.words: dict[str, Combo | QLineEdit] = {}
        held = entry.draft.marks(path)
        form = QFormLayout()
        form.setSpacing(8)
        for name in MARKS:
            if name in field.marks:
                form.addRow(MARK_LABELS[name], self._choice(name, held.get(name, ""), field))
        title = QLabel(f"标注：{field.label}", self)
        title.setProperty("role", "strong")
        done = QPushButton("确定", self)
        done.setProperty("kind", "primary")
        done.clicked.connect(self.take)
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
            line = QLineEdit(held, self)
            line.setAccessibleName(label)
            line.setMinimumWidth(180)
            line.returnPressed.connect(self.take)
            self.words[name] = line
            return line
        combo = Combo(label, self)
        usual = field.nature if name == "nature" else ""
        combo.addItem(f"（{usual or '不标'}）", "")
        for word in MARK_WORDS[name]:
            combo.addItem(word, word)
        combo.setCurrentIndex(max(0, combo.findData(held)))
        self.words[name] = combo
        return combo

    def take(self) -> None:
        """Give the words to the draft."""
        self.entry.mark(self.path, {
            name: widget.text().strip() if isinstance(widget, QLineEdit) else str(widget.currentData())
            for name, widget in self.words.items()
        })
        self.close()


def open_marks(anchor: QWidget, entry: Entry, path: str, field: Field, at: QPoint | None = None) -> MarksPopup | None:
    """Open the card under a field, or at a point of a table; None where nothing can be marked."""
    if entry.read_only or not field.marks:
        return None
    popup = MarksPopup(entry, path, field, anchor)
    popup.move(anchor.mapToGlobal(at or QPoint(0, anchor.height() + 4)))
    popup.show()
    next(iter(popup.words.values())).setFocus()
    return popup

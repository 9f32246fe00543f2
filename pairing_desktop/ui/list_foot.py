"""Under a list: how many records, a figure's total, how many have errors, open queries or neither."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from pairing_desktop.services.listing import Count
from pairing_desktop.ui import icons
from pairing_desktop.ui.marks import MARKS


class ListFoot(QWidget):
    """Two lines that leave words away where the list is narrow."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.totals, self.sum = QLabel(self), QLabel(self)
        for label in (self.totals, self.sum):
            label.setProperty("role", "hint")
        self._signs = {name: QLabel(self) for name in ("error", "query", "ok")}
        self._numbers = (0, 0, 0)
        upper = QHBoxLayout()
        upper.setContentsMargins(16, 8, 12, 8)
        upper.addWidget(self.totals, 1)
        upper.addWidget(self.sum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper)
        column.addWidget(self._strip())

    def _strip(self) -> QWidget:
        strip = QWidget(self)
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        strip.setProperty("kind", "strip")
        strip.setFixedHeight(32)
        row = QHBoxLayout(strip)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(6)
        self._whole = QLabel("全表", self)
        self._whole.setProperty("role", "hint")
        self._whole.hide()
        row.addWidget(self._whole)
        for name, label in self._signs.items():
            mark = MARKS[name]
            label.setProperty("role", "hint")
            row.addWidget(icons.Glyph(mark.icon, mark.colour, filled=mark.filled, parent=self))
            row.addWidget(label)
            row.addSpacing(8)
        row.addStretch(1)
        return strip

    def show_counts(self, count: Count | None, *, narrow: bool) -> None:
        """Show how many records have errors, open queries, or neither."""
        self._numbers = (count.errors, count.unexplained, count.clean) if count else (0, 0, 0)
        self.fit(narrow=narrow)

    def show_narrowed(self, *, narrowed: bool) -> None:
        """Say that the numbers are of all records where the list shows some."""
        self._whole.setVisible(narrowed)

    def fit(self, *, narrow: bool) -> None:
        """Leave words away, or bring them back."""
        for (name, label), number in zip(self._signs.items(), self._numbers, strict=True):
            label.setText(str(number) if narrow else f"{MARKS[name].word} {number}")
            label.setToolTip(f"{MARKS[name].word} {number}")
        self.sum.setVisible(not narrow)

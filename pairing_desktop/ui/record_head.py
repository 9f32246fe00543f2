"""Above a form: the record's name, how far it is and what waits there, what can be done with it."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.record_chips import DEGREES, RecordChips

SIDE = 24
TITLE_MOST = 300
TITLE_LEAST = 60
"""Width that the title keeps; chips say less where it has no more."""

ROOMY = 560
"""Width from which the buttons have their words."""


class RecordHead(QWidget):
    """Shows one entry's title; says what is wanted of the page that holds it."""

    stepWanted = Signal(int)  # noqa: N815  # Qt's manner
    printWanted = Signal()  # noqa: N815
    carryWanted = Signal()  # noqa: N815

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.title = QLabel(self)
        self.title.setProperty("role", "pane")
        self.chips = RecordChips(self)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(SIDE, 10, 10, 8)
        row.setSpacing(8)
        row.addWidget(self.title)
        for chip in self.chips.all:
            row.addWidget(chip)
        row.addStretch(1)
        self.carry = self._button("arrow_next", "结转上期", "把上期的数带到还空着的项里")
        self.carry.clicked.connect(self.carryWanted)
        self.printing = self._button("print", "打印", "预览并打印本表（Ctrl+P）")
        self.printing.clicked.connect(self.printWanted)
        row.addWidget(self.carry)
        row.addWidget(self.printing)
        steps = (("chevron_left", "上一条（Ctrl+PgUp）", -1), ("chevron_right", "下一条（Ctrl+PgDn）", 1))
        for icon, words, step in steps:
            button = self._button(icon, "", words)
            button.setProperty("kind", "plain")
            button.setFixedSize(32, 30)
            button.clicked.connect(partial(self.stepWanted.emit, step))
            row.addWidget(button)

    def _button(self, icon: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(icons.icon(icon, "text"), text, self)
        button.setIconSize(QSize(16, 16))
        button.setToolTip(tip)
        button.setAccessibleName(text or tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def refresh(self) -> None:
        """Show the record's name and what waits again."""
        self._show_title()
        self.title.setToolTip(self.entry.title)
        self.carry.setEnabled(self.entry.opened.previous is not None and not self.entry.read_only)

    def _show_title(self) -> None:
        """Show the title, and beside it as much as leaves it some room."""
        for less in range(DEGREES):
            self.chips.show(self.entry, less)
            room = self.width() - self._row.sizeHint().width() + self.title.sizeHint().width()
            if room >= TITLE_LEAST:
                break
        room = max(TITLE_LEAST, min(TITLE_MOST, room))
        self.title.setText(self.title.fontMetrics().elidedText(self.entry.title, Qt.TextElideMode.ElideRight, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the buttons' words out on a narrow pane."""
        super().resizeEvent(event)
        roomy = self.width() >= ROOMY
        self.carry.setText("结转上期" if roomy else "")
        self.printing.setText("打印" if roomy else "")
        self._show_title()
        self._row.activate()  # what says less now has its new place at once

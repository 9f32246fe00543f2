"""Two or three panes side by side when there is room, one at a time behind tabs when there is not."""

from collections.abc import Sequence
from functools import partial

from msgspec import Struct
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pairing_desktop.ui.cards import button


class Pane(Struct, frozen=True):
    """One pane: its tab's name, and either a fixed ``width`` or a ``share`` of the free room."""

    title: str
    widget: QWidget
    width: int = 0
    share: int = 1
    least: int = 320


class Panes(QWidget):
    """Lays panes out by the room there is; nobody's data is touched by it."""

    chosen = Signal(int)
    """The pane that came to the front by its tab."""

    def __init__(self, panes: Sequence[Pane], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panes = tuple(panes)
        self.needed = sum(pane.width or pane.least for pane in panes)
        self.tabs = QWidget(self)
        self.group = QButtonGroup(self)
        self.buttons: list[QPushButton] = []
        line = QHBoxLayout(self.tabs)
        line.setContentsMargins(16, 4, 16, 4)
        line.setSpacing(4)
        for number, pane in enumerate(panes):
            tab = button(pane.title, kind="segment")
            tab.setCheckable(True)
            tab.clicked.connect(partial(self._tab_clicked, number))
            self.group.addButton(tab, number)
            self.buttons.append(tab)
            line.addWidget(tab)
        line.addStretch(1)
        self.buttons[0].setChecked(True)
        inner = QHBoxLayout()
        inner.setSpacing(0)
        for pane in panes:
            inner.addWidget(pane.widget, 0 if pane.width else pane.share)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.tabs)
        whole.addLayout(inner, 1)
        self.arrange()

    def _tab_clicked(self, number: int, _checked: object = None) -> None:
        self.arrange()
        self.chosen.emit(number)

    @property
    def wide(self) -> bool:
        """Whether all panes stand side by side."""
        return self.width() >= self.needed

    def shows(self, number: int) -> bool:
        """Whether a pane is seen, by itself or beside the others."""
        return self.wide or self.group.checkedId() == number

    def arrange(self) -> None:
        """Show what fits."""
        wide = self.wide
        self.tabs.setVisible(not wide)
        for number, pane in enumerate(self.panes):
            pane.widget.setVisible(self.shows(number))
            if pane.width and wide:
                pane.widget.setFixedWidth(pane.width)
            else:
                pane.widget.setMinimumWidth(0)
                pane.widget.setMaximumWidth(16777215)

    def choose(self, number: int) -> None:
        """Bring a pane to the front when there is room for only one."""
        self.buttons[number].setChecked(True)
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the room."""
        super().resizeEvent(event)
        self.arrange()

    def minimumSizeHint(self) -> QSize:
        """Be content with little: panes give way to tabs."""
        return QSize(280, 200)


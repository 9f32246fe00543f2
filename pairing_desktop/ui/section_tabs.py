"""The row of sections above a form: where one is, what is wrong there, a click away."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.theme import colours, face

HEIGHT = 34
GAP = 22
SIGN = 22


class SectionTab(QPushButton):
    """One section's name, with the sign of its worst finding before it, underlined when it is the one shown."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.mark = ""
        self.setCheckable(True)
        self.setProperty("kind", "tab")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(HEIGHT)

    def sizeHint(self) -> QSize:
        """Return the room for sign and name."""
        self.ensurePolished()
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2
        return QSize(width + (SIGN if self.mark else 0), HEIGHT)

    def show_mark(self, mark: str) -> None:
        """Show the sign of a finding's level, or none."""
        if mark != self.mark:
            self.mark = mark
            word = MARKS[mark].word if mark else ""
            self.setAccessibleName(f"{self.text()} {word}".strip())
            self.updateGeometry()
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw sign, name and the line under the one shown."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        c = colours()
        left = 0
        if self.mark:
            MARKS[self.mark].paint(painter, QRect(0, HEIGHT // 2 - 8, 16, 16))
            left = SIGN
        painter.setFont(face(13, 500 if self.isChecked() else 400))
        pointed = self.hasFocus() or self.underMouse()
        painter.setPen(c.named("accent" if pointed else "text" if self.isChecked() else "text2"))
        painter.drawText(self.rect().adjusted(left, 0, 4, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.isChecked():
            painter.fillRect(QRect(0, HEIGHT - 2, self.width(), 2), c.named("accent"))


class SectionTabs(QWidget):
    """The tabs; those that don't fit are in a menu at the end."""

    chosen = Signal(int)

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(80)
        self.tabs = [SectionTab(title, self) for title in titles]
        self._more = QPushButton(icons.icon("more_horizontal"), "", self)
        self._more.setProperty("kind", "plain")
        self._more.setToolTip("其余部分")
        self._more.setAccessibleName("其余部分")
        self._more.clicked.connect(self._open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for number, tab in enumerate(self.tabs):
            tab.clicked.connect(lambda _checked=False, n=number: self.chosen.emit(n))
            row.addWidget(tab)
        row.addWidget(self._more)
        row.addStretch(1)
        self.show_current(0)

    def show_current(self, number: int) -> None:
        """Underline the section that is shown."""
        if [tab.isChecked() for tab in self.tabs] == [place == number for place in range(len(self.tabs))]:
            return  # a click turns its own tab before
        for place, tab in enumerate(self.tabs):
            tab.setChecked(place == number)
        self._fit()

    def show_marks(self, marks: Sequence[str]) -> None:
        """Show each section's worst finding."""
        if [tab.mark for tab in self.tabs] == list(marks):
            return
        for tab, mark in zip(self.tabs, marks, strict=True):
            tab.show_mark(mark)
        self._fit()

    def _fit(self) -> None:
        """Show the first tabs as far as there is room, and the one of the section that is shown."""
        wide = [tab.sizeHint().width() + GAP for tab in self.tabs]
        room, all_fit = self.width() - 40, sum(wide) <= self.width() - 40
        room -= sum(width for width, tab in zip(wide, self.tabs, strict=True) if tab.isChecked())
        for width, tab in zip(wide, self.tabs, strict=True):
            room -= 0 if tab.isChecked() else width
            tab.setVisible(all_fit or tab.isChecked() or room >= 0)
        self._more.setVisible(not all_fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as fit."""
        super().resizeEvent(event)
        self._fit()

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, tab in enumerate(self.tabs):
            if not tab.isVisible():
                menu.addAction(tab.text()).triggered.connect(lambda _checked=False, n=number: self.chosen.emit(n))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

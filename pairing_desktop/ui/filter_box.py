"""The box over a list that narrows it while one types."""

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.text_line import SearchLine


class FilterBox(SearchLine):
    """筛选: narrows the list while one types."""

    found = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.setProperty("kind", "search")
        self.setPlaceholderText("筛选")
        self.setAccessibleName("筛选本表")
        self.setToolTip("名称、代码、拼音首字母（Ctrl+L）")
        self.setTextMargins(22, 0, 0, 0)
        self.setClearButtonEnabled(False)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(80)
        self._rest.timeout.connect(lambda: self.found.emit(self.text().strip()))
        self.textChanged.connect(self._rest.start)

    def settle(self) -> None:
        """Look at once for what is typed."""
        if self._rest.isActive():
            self._rest.stop()
            self.found.emit(self.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape shows all again."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the funnel."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            icons.paint(painter, QRect(8, self.height() // 2 - 8, 16, 16), "filter")

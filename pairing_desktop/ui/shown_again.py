"""A window that a power cut ended shows the same again at the next start: the data file, a packet, files verified."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from pairing_desktop.services import left_open
from pairing_desktop.services.left_open import Left
from pairing_desktop.ui.turns import STILL

if TYPE_CHECKING:
    from pairing_desktop.ui.lone_page import LonePage
    from pairing_desktop.ui.window import MainWindow

STANDS = 2000
"""Milliseconds that a page stands before it is come back to: one that ends the program must not do so at each start."""


class ShownAgain(QObject):
    """Keeps what the window shows; within a data file its own place is kept with that."""

    def __init__(self, window: "MainWindow", folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self._holding = left_open.Holding(folder)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.keep)
        window.stack.currentChanged.connect(lambda _number: self._timer.start(STANDS))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def come_back(self, file: str | None) -> bool:
        """Show again what a window showed, the one with ``file`` if that is told; False where there is none such."""
        left = left_open.found(self._folder, str(Path(file).resolve()) if file else "")
        if left is None:
            return False
        window = self._window
        for name in (left.data_file, left.packet):
            if name and Path(name).is_file():
                window.open(name)
        if left.verified is not None:
            window.verify([Path(name) for name in left.verified if Path(name).exists()])
        if (page := window.lone_page()) is not None:
            page.go_on(left.spot)
        return window.stack.currentIndex() > 0

    def stop(self) -> None:
        """Forget it: the window is closed in order."""
        self._timer.stop()
        self._holding.drop()

    def _moved(self) -> None:
        """Keep soon where one is; while one types on, too."""
        if not self._timer.isActive():
            self._timer.start(STILL)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        page = self._window.lone_page()
        if page is not None and now is not None and page.isAncestorOf(now):
            self._moved()

    def keep(self) -> None:
        """Keep what is shown now."""
        window, page = self._window, self._window.lone_page()
        desk = window.desk
        left = page.left() if page is not None else Left()
        if desk is not None:
            left = structs.replace(left, data_file=str(desk.workspace.path.resolve()))
        if left == Left():
            self._holding.drop()
            return
        self._holding.keep(left)
        if page is not None:
            self._follow(page)

    def _follow(self, page: "LonePage") -> None:
        page.follow(self._moved)
        if not page.property("comes_back"):
            page.setProperty("comes_back", True)
            page.arrived.connect(self._moved)

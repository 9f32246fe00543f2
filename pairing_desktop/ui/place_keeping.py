"""When it is remembered where one is: as soon as a field that one came to is painted, once a page stands still."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from pairing_desktop.settings import Settings
from pairing_desktop.ui import spots
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.resuming import Whereabouts
from pairing_desktop.ui.turns import STILL

if TYPE_CHECKING:
    from pairing_desktop.ui.desk import Desk


class PlaceKeeping(QObject):
    """Keeps a desk's place; who only reads leaves the writer's place alone."""

    def __init__(self, desk: "Desk", settings: Settings) -> None:
        super().__init__(desk)
        self._desk = desk
        self.place = Whereabouts(settings, str(desk.workspace.path))
        self.soon, self.still = self._timer(0), self._timer(STILL)

    def _timer(self, interval: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(self.keep)
        return timer

    def follow(self, page: EntryPage) -> None:
        """Keep where one is on a page of records."""
        page.moved.connect(self.soon.start)
        page.scrolled.connect(self.still.start)

    def keep(self) -> None:
        """Remember where one is, should the power go now."""
        desk = self._desk
        if desk.workspace.readonly:
            return
        page = desk.stack.currentWidget()
        if page is None or isinstance(page, EntryPage):
            self.place.keep(page)
        elif desk.pages.known(desk.page) is page:  # else it is only just being shown
            self.place.keep_page(desk.page, page)
            spots.follow(page, self.still.start)

    def focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Remember where one is in a list, or on a page that does not tell of it itself."""
        page = self._desk.entry_page()
        if now is not None and (page.list if page is not None else self._desk.stack).isAncestorOf(now):
            self.soon.start()

    def stop(self) -> None:
        """Remember nothing any more: the file is closed in order."""
        self.soon.stop()
        self.still.stop()
        if not self._desk.workspace.readonly:
            self.place.forget()

"""The order of a long list, worked out behind it, so that the scroll bar reaches anywhere."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from pairing_desktop.services import listing
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import jobs
from pairing_desktop.ui.list_model import ListModel
from pairing_desktop.ui.record_table import RecordTable

T = TypeVar("T")

BEGIN = 300
"""Milliseconds after a list is read until its whole order is worked out."""

STILL = 1000
"""Milliseconds that the list stands still before what a search looks through is read: that work holds up frames."""


class ListOrder(QObject):
    """Quiet work: when it fails nothing is faster than before, and nothing is said."""

    known = Signal()
    """The model knows where every record stands."""

    def __init__(self, model: ListModel, table: RecordTable, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._table = model, table
        self.ordering = self._timer(BEGIN, self.work_out)
        self.reading = self._timer(STILL, self._read_texts)
        table.verticalScrollBar().valueChanged.connect(self._moved)

    def _timer(self, interval: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(call)
        return timer

    def follow(self) -> None:
        """Work the order out of a list that was read anew once it is painted, where it is long."""
        if self._model.ordering:
            self.ordering.start()

    def work_out(self) -> None:
        """Work out in the background where every record of the list stands."""
        version, asked, form = self._model.version, self._model.asked(), self._model.form.id
        self._behind("排列", lambda fork: listing.order(fork, form, **asked),
                     lambda keys: self._arrived(keys, version))

    def _arrived(self, keys: Sequence[str], version: int) -> None:
        self._model.take_order(keys, version)
        self._table.viewport().update()
        self.known.emit()
        self.reading.start()

    def _moved(self) -> None:
        if self.reading.isActive():
            self.reading.start()
        if self.ordering.isActive() and self._model.line(self._table.rowAt(0)) is None:
            self.ordering.stop()
            self.work_out()

    def _read_texts(self) -> None:
        self._behind("准备查找", listing.read_texts, lambda _none: None)

    def _behind(self, title: str, work: Callable[[Workspace], T], arrived: Callable[[T], None]) -> None:
        fork = self._model.workspace.fork()
        job = jobs.run(self._table, title, lambda _progress: work(fork), arrived,
                       lambda _error: self._model.take_order((), self._model.version), quiet=True)
        job.ended.connect(fork.close)

"""Work that has to be done where the window is, a slice at a time: the window paints on, and the work can be stopped.

A draft belongs to the window's thread, so that a large paste can't go into the background.
"""

import time
from collections.abc import Generator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QWidget

from pairing_desktop.ui.ask import Sheet

SLICE = 0.02
"""Seconds of work between two paints."""


class Slices(Sheet):
    """Accepted when the work is done, rejected when it was stopped: its ``close`` then takes back what it did."""

    def __init__(self, parent: QWidget | None, title: str, work: Generator[int], total: int, *, unit: str) -> None:
        super().__init__(parent, title, f"共 {total:,} {unit}。取消就回到原样。")
        self._work = work
        self.bar = QProgressBar(self)
        self.bar.setRange(0, total)
        self.bar.setAccessibleName(title)
        self.body.addWidget(self.bar)
        self.add_button("取消")
        self._turn = QTimer(self)
        self._turn.timeout.connect(self._go_on)
        self._turn.start(0)

    def _go_on(self) -> None:
        until = time.monotonic() + SLICE
        try:
            for done in self._work:
                if time.monotonic() > until:
                    self.bar.setValue(done)
                    return
        except BaseException:
            self._turn.stop()
            super().reject()
            raise
        self._turn.stop()
        self.accept()

    def reject(self) -> None:
        """Stop, and take back what was done."""
        self._turn.stop()
        self._work.close()
        super().reject()

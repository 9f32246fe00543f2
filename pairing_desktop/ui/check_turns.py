"""The check of the open record beside the typing: in short turns of the window, so that no key waits long."""

import time
from collections.abc import Generator, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from pairing_desktop.formspec.draft import Draft
from pairing_desktop.formspec.finding import Finding
from pairing_desktop.services import checking
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.turns import NEXT

SLICE = 0.006
"""Seconds of checking in one turn; most records take no more than one."""


class CheckInTurns(QObject):
    """Checks one draft, begun anew with every change."""

    found = Signal(object)
    """The findings, a turn after they were worked out: a key waits for one of the two at most."""

    told = Signal()
    """They stand at their fields, since a turn."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._rules = checking.TypedCheck(workspace)
        self._draft: Draft | None = None
        self._steps: Generator[None, None, list[Finding]] | None = None
        self._coming: Sequence[Finding] = ()
        self._look, self._tell, self._count = QTimer(self), QTimer(self), QTimer(self)
        for timer, call in ((self._look, self._go_on), (self._tell, self._tell_found), (self._count, self.told.emit)):
            timer.setSingleShot(True)
            timer.timeout.connect(call)
        self._count.setInterval(NEXT)

    def start(self, draft: Draft) -> None:
        """Check a draft as it is in the next turn; what was being checked no longer counts."""
        self._draft, self._steps = draft, None
        self._tell.stop()
        self._look.start(0)

    def stop(self) -> None:
        """Leave it: another record is open, or its findings are known."""
        self._draft = self._steps = None
        for timer in (self._look, self._tell, self._count):
            timer.stop()

    @property
    def busy(self) -> bool:
        """Whether what was typed last has no findings yet."""
        return self._look.isActive() or self._tell.isActive()

    def now(self, draft: Draft) -> list[Finding]:
        """Return the findings of a draft at once."""
        self.stop()
        return self._rules.findings(draft)

    def _go_on(self) -> None:
        if self._draft is None:
            return
        if self._steps is None:
            self._steps = self._rules.in_steps(self._draft)
        until = time.monotonic() + SLICE
        try:
            next(self._steps)
            while time.monotonic() < until:
                next(self._steps)
            self._look.start(NEXT)
        except StopIteration as end:
            self._steps, self._coming = None, end.value
            self._tell.start(0)

    def _tell_found(self) -> None:
        self._count.start()
        self.found.emit(self._coming)

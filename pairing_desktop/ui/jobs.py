"""Long work on the one background thread; its result comes back to the window's thread as plain data.

There is one worker thread for the whole program (PDFium and a workspace's fork are never used by two at once); it
lives only while there is work. Work that is asked for meanwhile waits its turn.
"""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.progress import Progress

T = TypeVar("T")


class Job(QObject):
    """One piece of work. Signals arrive on the window's thread."""

    stepped = Signal(str, int, int)  # step, done, total
    ended = Signal()  # after done, failed or cancelled

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        raise NotImplementedError


class JobBar(QWidget):
    """Progress bar, step name and cancel for the status bar; hidden while nothing runs."""


def run(
    parent: QWidget,
    title: str,
    work: Callable[[Progress], T],
    done: Callable[[T], None],
    failed: Callable[[BaseException], None] | None = None,
    *,
    quiet: bool = False,
) -> Job:
    """Do ``work`` in the background and call ``done(result)`` or ``failed(error)`` on this thread.

    Cancelling calls neither; a closed ``parent`` drops the result. Without ``failed`` trouble is told in a dialog.
    Progress shows in the nearest ``JobBar`` of the window, unless ``quiet``.
    """
    raise NotImplementedError

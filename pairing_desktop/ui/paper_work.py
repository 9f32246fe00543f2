"""Papers and workbooks made in the background, on a view of the data file of their own."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Progress
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs

T = TypeVar("T")


def make(page: QWidget, workspace: Workspace, title: str, work: Callable[[Workspace, Progress], T],
         done: Callable[[T], object], *, failed: str) -> jobs.Job:
    """Do ``work`` and give ``done`` its result; trouble is told under the heading ``failed``."""

    def tell(error: BaseException) -> None:
        if isinstance(error, Trouble):
            ask.dialogs.trouble(page, error, title=failed)
        else:
            jobs.tell_failure(page, error)

    fork = workspace.fork()
    job = jobs.run(page, title, partial(work, fork), done, tell)
    job.ended.connect(fork.close)
    return job

"""Keeping the data file trustworthy: the whole history proved against its own chain (修改痕迹校验)."""

from __future__ import annotations

import time

from msgspec import Struct

from pairing_desktop.errors import Problem
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services.workspace import Workspace


class History(Struct, frozen=True):
    """What proving found: ``problems`` empty means untouched; ``entries`` links end in ``head``."""

    entries: int
    head: str
    problems: tuple[Problem, ...]
    seconds: float


def verify_history(ws: Workspace, progress: Progress = silent) -> History:
    """Prove the whole file: structure, every revision, every submission, every attachment. Changes nothing."""
    from pairing_desktop.store import journal, verify

    start = time.perf_counter()
    with ws.store.reading() as conn:
        end = journal.head(conn)
        problems = tuple(verify.verify(conn, progress))
    return History(end.seq, end.head, problems, time.perf_counter() - start)

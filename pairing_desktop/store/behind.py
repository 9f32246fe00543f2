"""Brings what the log holds through to the disk on a thread of its own, so that whoever typed need not wait for it.

What the log holds outlives the program, however it ends; what is flushed outlives a power cut too.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from pairing_desktop.errors import Trouble, trouble

Flushed = Callable[[Trouble | None], object]
"""Is told on the flushing thread that all is on disk, or why it is not."""


class Behind:
    """Flushes one data file's log; several wishes that wait together are one flush."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._wishes: SimpleQueue[Flushed | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def flush(self, done: Flushed) -> None:
        """Flush what was written until now; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"flush: {self._file.name}")
            self._thread.start()
        self._wishes.put(done)

    def close(self) -> None:
        """Wait until all that was wished for is done."""
        if self._thread is not None:
            self._wishes.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        going_on = True
        while going_on:
            wishes = [self._wishes.get()]
            while not self._wishes.empty():
                wishes.append(self._wishes.get())
            going_on = None not in wishes
            told = [wish for wish in wishes if wish is not None]
            failed = self._flush() if told else None
            for wish in told:
                wish(failed)

    def _flush(self) -> Trouble | None:
        """Flush by a handle of our own: SQLite's locks lie on other files, so closing it lets none of them go."""
        try:
            handle = os.open(self._file.with_name(self._file.name + "-wal"), os.O_RDWR)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except FileNotFoundError:  # folded into the file, which was flushed with it
            return None
        except OSError as error:
            return trouble("store.full" if error.errno == errno.ENOSPC else "store.disk", file=self._file.name)
        return None

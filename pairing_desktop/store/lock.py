"""One writer at a time: an operating system's lock beside the data file, which a killed process leaves open behind it.

``<name>.lock`` is locked by filelock and tells in JSON who holds it. The text begins at the second byte: on Windows the
first one is the locked one and cannot be touched through another handle.
"""

import contextlib
import errno
import json
import os
import platform
import sys
from datetime import datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout
from msgspec import Struct
from msgspec.structs import asdict, replace

from pairing_desktop.errors import trouble
from pairing_desktop.store import moment

UNKNOWN = "另一个窗口或程序"
"""What is said of a holder whose note cannot be read."""


class Writer(Struct, frozen=True):
    """Who writes a data file: a person or program as it named itself, the PC, since when (stored time)."""

    owner: str
    pc: str
    since: str

    def __str__(self) -> str:
        """Return it as told to a person."""
        who = f"{self.owner}（电脑 {self.pc}）" if self.owner else f"电脑 {self.pc}"
        return f"{who}，自 {moment.shown(moment.loaded(self.since))}"


class Held:
    """A lock that was taken; give it back with ``release``."""

    def __init__(self, path: Path, lock: BaseFileLock) -> None:
        self._path = path
        self._lock = lock

    def name(self, owner: str) -> None:
        """Tell who asks by another name: who writes is known once the file is open, and may change."""
        note = _note(self._path)
        if note is not None and note.owner != owner:
            with contextlib.suppress(OSError):
                _write_note(self._path, replace(note, owner=owner))

    def release(self) -> None:
        """Remove the lock file and let the next writer in; may be called twice."""
        if not self._lock.is_locked:
            return
        if sys.platform == "win32":
            self._lock.release()  # an open file cannot be removed there; filelock removes it
        else:
            with contextlib.suppress(OSError):
                self._path.unlink()  # while held, so that nobody else's lock goes; filelock skips unlinked ones
            self._lock.release()


def beside(path: Path) -> Path:
    """Return the lock's path of a data file."""
    return path.with_name(path.name + ".lock")


def take(path: Path, *, owner: str, now: datetime) -> Held | None:
    """Become the writer of a data file; None where the folder takes no writing. Raises ``store.in_use``."""
    place = beside(path)
    held = _attempt(place)
    if isinstance(held, OSError):
        if held.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            return None
        raise trouble("store.full" if held.errno == errno.ENOSPC else "store.cannot_open", file=path.name) from held
    if held is None:
        raise trouble("store.in_use", file=path.name, writer=_note(place) or UNKNOWN)
    try:
        _write_note(place, Writer(owner, platform.node(), moment.stored(now)))
    except FileNotFoundError as error:  # taken away by one who just let go: what we hold guards no name
        held.release()
        raise trouble("store.in_use", file=path.name, writer=UNKNOWN) from error
    except OSError:
        pass  # the lock is what counts; without a note a second writer hears of "another program"
    return held


def holder(path: Path) -> str | None:
    """Return in words who writes a data file at this moment, None when nobody does."""
    place = beside(path)
    if not place.exists():
        return None
    held = _attempt(place)
    if isinstance(held, Held):  # left by a killed process
        held.release()
        return None
    return None if isinstance(held, OSError) else str(_note(place) or UNKNOWN)


def _attempt(place: Path) -> Held | OSError | None:
    lock = FileLock(place, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    except OSError as error:
        return error
    return Held(place, lock)


def _write_note(place: Path, writer: Writer) -> None:
    descriptor = os.open(place, os.O_RDWR | getattr(os, "O_BINARY", 0))
    with open(descriptor, "r+b", buffering=0) as file:  # noqa: PTH123  # must not create: a lock unlinked is no lock
        file.truncate(1)
        file.seek(1)
        file.write(json.dumps(asdict(writer), ensure_ascii=False).encode())


def _note(place: Path) -> Writer | None:
    try:
        with place.open("rb", buffering=0) as file:
            file.seek(1)
            return Writer(**json.loads(file.read()))
    except (OSError, ValueError, TypeError):
        return None

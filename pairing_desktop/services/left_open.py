"""What a window of this PC shows, on disk as long as it stands: what none holds any more was left by a power cut."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from pairing_desktop.errors import Trouble

if TYPE_CHECKING:
    from pathlib import Path

    from filelock import FileLock

FOLDER = "windows"


class Left(Struct, frozen=True):
    """The data file that is open, and what stands over it or alone; nothing but places, no county's data."""

    data_file: str = ""
    packet: str = ""
    """A packet or joint part that is looked at without a data file."""
    verified: tuple[str, ...] | None = None
    """The files that are verified, None where that page is not shown."""
    spot: dict[str, Any] = {}
    """Where one is in the page that shows them."""


class Holding:
    """One window's own: written as often as it shows something else, gone when it is closed in order."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FOLDER / f"{os.urandom(4).hex()}.json"
        self._lock: FileLock | None = None
        self._kept: Left | None = None

    def keep(self, left: Left) -> None:
        """Put it on disk; where that cannot be, nothing is lost but the way back."""
        from pairing_desktop.services import writing

        if left == self._kept:
            return
        with suppress(OSError, Trouble):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = self._lock or _locked(self._path)
            if self._lock is not None:
                writing.write(self._path, msgspec.json.encode(left))
                self._kept = left

    def drop(self) -> None:
        """Forget it: the window shows nothing to come back to, or is closed in order."""
        lock, self._lock, self._kept = self._lock, None, None
        if lock is not None:
            _end(self._path, lock)


def found(folder: Path, file: str = "") -> Left | None:
    """Return what a window showed last that ended without being closed, and forget it; None for nothing.

    With ``file`` only a window that showed that.
    """
    for path in sorted((folder / FOLDER).glob("*.json"), key=_written, reverse=True):
        lock = _locked(path)
        if lock is None:
            continue
        left = _read(path)
        if left is None or file in ("", left.data_file, left.packet, *(left.verified or ())):
            _end(path, lock)
            if left is not None:
                return left
        else:
            lock.release()
    return None


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0


def _read(path: Path) -> Left | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Left)
    except (OSError, msgspec.MsgspecError):
        return None


def _locked(path: Path) -> FileLock | None:
    from filelock import FileLock, Timeout  # a window that opens asks whether anything waits, and seldom anything does

    lock = FileLock(path.with_suffix(".lock"), timeout=0, thread_local=False)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return None
    return lock


def _end(path: Path, lock: FileLock) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
    with suppress(OSError):  # while it is held; Windows removes it with the release
        path.with_suffix(".lock").unlink(missing_ok=True)
    lock.release()

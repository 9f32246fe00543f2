"""What is typed for a data file that is not made yet: it has no file to be kept in, so it is kept on this PC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

NAME = "new_file.json"


class HalfNew(Struct, frozen=True):
    """The one new data file that is being filled in; gone once it is made or given up."""

    path: Path

    @property
    def words(self) -> str | None:
        """What was typed, None for nothing."""
        try:
            return self.path.read_text(encoding="utf-8") or None
        except (OSError, ValueError):
            return None

    def keep(self, text: str) -> None:
        """Put what is typed on disk. Trouble: it cannot be written."""
        from pairing_desktop.services import writing

        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        if text != self.words:
            writing.write(self.path, text.encode())

    def drop(self) -> None:
        """Forget it."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


@contextmanager
def held(folder: Path) -> Iterator[HalfNew | None]:
    """Hold it while it is filled in; None where another window of this PC does, or nothing can be kept."""
    from filelock import FileLock, Timeout  # a window that opens asks whether anything waits, and seldom anything does

    lock = FileLock(folder / f"{NAME}.lock", timeout=0, thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (Timeout, OSError):
        yield None
        return
    try:
        yield HalfNew(folder / NAME)
    finally:
        lock.release()


def waits(folder: Path) -> bool:
    """Tell whether a power cut ended the filling in of a new file."""
    if not (folder / NAME).exists():
        return False
    with held(folder) as half:
        return half is not None and half.words is not None

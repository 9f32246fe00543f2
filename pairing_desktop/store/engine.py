"""The data file (or server) as one object: opening, transactions, header facts. SQLite specifics live here and in backup."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from pairing_desktop.progress import Progress, silent


class Store:
    """One open workspace. May be used from several threads: reading takes a connection of its own, writing queues."""

    path: Path | None
    readonly: bool
    writer: str | None

    @classmethod
    def create(cls, path: Path, *, now: datetime, meta: Mapping[str, str], owner: str = "") -> "Store":
        """Make a new data file and open it for writing; refuses an existing path."""
        raise NotImplementedError

    @classmethod
    def open(cls, path: Path, *, now: datetime, write: bool = True, owner: str = "") -> "Store":
        """Open a data file.

        ``write=True`` raises ``Trouble`` ``store.in_use`` when another window or program writes it (then try
        ``write=False``); on a read-only medium the store opens with ``readonly`` set. An older schema is migrated.
        """
        raise NotImplementedError

    @classmethod
    def open_url(cls, url: str, *, now: datetime, meta: Mapping[str, str] | None = None, owner: str = "") -> "Store":
        """Open a server database (PostgreSQL); an empty one is set up with ``meta``."""
        raise NotImplementedError

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Hold one writing transaction: committed at the end, rolled back on any exception. Not nested in a thread."""
        raise NotImplementedError
        yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Hold one reading transaction with a stable view; keep it short."""
        raise NotImplementedError
        yield

    def meta(self, name: str) -> str | None:
        """Return a workspace fact such as ``county``; ``id`` is the workspace's UUID."""
        raise NotImplementedError

    def set_meta(self, name: str, value: str) -> None:
        """Set a workspace fact in a transaction of its own (inside ``begin`` of this thread: in that one)."""
        raise NotImplementedError

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the file so that a plain copy is whole; False when a reader is in the way."""
        raise NotImplementedError

    @property
    def unsettled(self) -> bool:
        """Whether something was written since the last checkpoint."""
        raise NotImplementedError

    def save_copy(self, to: Path, progress: Progress = silent) -> Path:
        """Write a consistent copy while open (另存副本)."""
        raise NotImplementedError

    def backup(self, to: Path, progress: Progress = silent) -> Path:
        """Write a copy and check that it opens whole."""
        raise NotImplementedError

    def close(self) -> None:
        """Settle, close all connections and give up the lock; may be called twice."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

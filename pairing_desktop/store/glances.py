"""Bare reading connections of a data file: plain SQL without SQLAlchemy, in a third of the time."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, field

from pairing_desktop.errors import trouble
from pairing_desktop.store import sqlite
from pairing_desktop.store.faults import told


class Glances(Struct):
    """One file's connections, kept for the next question: the last to close would fold the log."""

    path: Path
    name: str
    mode: str
    spare: list[sqlite3.Connection] = field(default_factory=list)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold a reading transaction."""
        with told(self.name):
            connection = self._spared()
            try:
                connection.execute("BEGIN")
                yield connection
                connection.execute("ROLLBACK")
            except UnicodeDecodeError as error:  # bytes of the damaged schema in SQLite's own words
                connection.close()
                raise trouble("store.damaged", file=self.name) from error
            except BaseException:
                connection.close()
                raise
            self.spare.append(connection)

    def _spared(self) -> sqlite3.Connection:
        with contextlib.suppress(IndexError):
            return self.spare.pop()
        return sqlite.connect(self.path, self.mode, query_only=True)

    def close(self) -> None:
        """Close what is kept."""
        while self.spare:
            self.spare.pop().close()

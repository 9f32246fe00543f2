"""SQLite connections as this store wants them: settings on connect, BEGIN said by us and never by the driver."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import trouble

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, ExceptionContext

WRITING_KIB = 32_000
"""Pages that a writer keeps: an import's fit in, so that none goes to the log again and again before the commit."""

AS_IT_LIES = "ro&immutable=1"
"""The mode that neither needs nor makes files beside a settled data file, which nobody may write meanwhile."""

BUSY_SECONDS = 5.0
"""How long to wait for another process that is just writing (a reader's checkpoint, a virus scanner)."""


def uri(path: Path, mode: str) -> str:
    """Return SQLite's URI of a file; ``mode`` is rw, ro or ``ro&immutable=1``."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def connect(path: Path, mode: str = "rw", *, foreign_keys: bool = True, query_only: bool = False) -> sqlite3.Connection:
    """Return a bare connection; statements outside BEGIN commit by themselves."""
    connection = sqlite3.connect(
        uri(path, mode), uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS
    )
    settings = (
        "synchronous=FULL",
        f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        "recursive_triggers=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "temp_store=MEMORY",
        f"query_only={'ON' if query_only else 'OFF'}",
    )
    try:
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")
    except UnicodeDecodeError as error:  # SQLite's own words hold a name of the damaged schema
        connection.close()
        raise trouble("store.damaged", file=path.name) from error
    except sqlite3.Error:
        connection.close()
        raise
    return connection


BESIDE_A_WRITER = "ro"
"""The mode that leaves the log to the program that writes. Whoever closes last folds it and takes it away; a writer's
hold on the file, by which others see that they are not the last, is lost on POSIX as soon as anything in its process
opens and closes the file (Qt's file dialog does, to see of what kind it is)."""


def mode_for(path: Path, *, written: bool = False) -> str:
    """Return the mode to read a file with, ``written`` when another program writes it.

    A read-only folder cannot hold the log, so the file is taken as it lies.
    """
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        return BESIDE_A_WRITER if written else "rw"
    if not settled(path):
        raise trouble("store.unsettled_medium", file=path.name)
    return AS_IT_LIES


def settled(path: Path) -> bool:
    """Tell whether the file alone holds everything: no log beside it, or an empty one."""
    log = path.with_name(path.name + "-wal")
    return not log.exists() or not log.stat().st_size


def writing_engine(path: Path, *, foreign_keys: bool = True) -> Engine:
    """Return an engine of one held connection whose transactions take the write lock at once."""

    def open_one() -> sqlite3.Connection:
        connection = connect(path, foreign_keys=foreign_keys)
        connection.execute(f"PRAGMA cache_size=-{WRITING_KIB}")
        return connection

    from sqlalchemy import StaticPool, create_engine, event

    engine = create_engine("sqlite://", creator=open_one, poolclass=StaticPool)
    event.listen(engine, "begin", _begin_immediate)
    event.listen(engine, "handle_error", _refuse_what_is_no_text(path))
    return engine


def reading_engine(path: Path, mode: str) -> Engine:
    """Return an engine of pooled connections that cannot write."""

    def open_one() -> sqlite3.Connection:
        return connect(path, mode, query_only=True)

    from sqlalchemy import QueuePool, create_engine, event

    engine = create_engine("sqlite://", creator=open_one, poolclass=QueuePool, pool_size=3, max_overflow=20)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _refuse_what_is_no_text(path))
    return engine


def _refuse_what_is_no_text(path: Path) -> Callable[[ExceptionContext], None]:
    """Tell a damaged file when the driver stumbles over bytes, in names or in SQLite's words, that are no UTF-8."""

    def refuse(context: ExceptionContext) -> None:
        if isinstance(context.original_exception, UnicodeDecodeError):
            raise trouble("store.damaged", file=path.name) from context.original_exception

    return refuse


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def settle(connection: sqlite3.Connection, wait: float = BUSY_SECONDS) -> bool:
    """Move the whole log into the file and empty it; False when a reader still needs it after ``wait`` seconds."""
    connection.execute(f"PRAGMA busy_timeout={int(wait * 1000)}")
    try:
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
    return not busy


def flush_commits(connection: Connection, flushed: bool) -> None:  # noqa: FBT001  # a switch
    """Have a commit return once it is flushed to the disk, or once the log holds it (then the log is flushed behind).

    NORMAL keeps the order of things on disk as FULL does: a power cut can take the last commits, never a part of one.
    """
    raw(connection).execute(f"PRAGMA synchronous={'FULL' if flushed else 'NORMAL'}")


def raw(connection: Connection) -> Any:  # noqa: ANN401  # the driver's own connection
    """Return the driver's connection under an SQLAlchemy one."""
    return connection.connection.driver_connection


def abandon(connection: Connection) -> None:
    """Roll back what a failed COMMIT left open: SQLAlchemy takes it for ended, SQLite would refuse the next BEGIN."""
    bare = raw(connection)
    if bare.in_transaction:
        with contextlib.suppress(sqlite3.Error):
            bare.rollback()

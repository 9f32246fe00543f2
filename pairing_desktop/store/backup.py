"""Copies of a data file taken while it is open: one consistent moment, whole, put in place at once."""

import contextlib
import os
import sqlite3
from pathlib import Path

from pairing_desktop.errors import trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.store import lock, place, sqlite
from pairing_desktop.store.faults import told

_PAGES = 2048
_STEP = "写副本"


def copy_file(source: Path, to: Path, progress: Progress = silent) -> Path:
    """Copy a data file, its log's rows included, to ``to`` (replaced when it exists); raises plain trouble.

    The copy is written beside ``to`` and renamed, so that ``to`` is old or new and never half; cancelling leaves none.
    """
    if to.exists() and source.exists() and to.samefile(source):
        raise trouble("store.copy_onto_itself", file=to.name)
    temporary = to.with_name(to.name + ".part")
    try:
        _write(source, temporary, progress)
        _flush(temporary)
        temporary.replace(to)
    except OSError as error:
        raise place.explained(error, to.name) from error
    finally:
        remove(temporary)
    return to


def remove(temporary: Path) -> None:
    """Remove an unfinished file and what SQLite laid beside it."""
    for ending in ("", "-journal", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            temporary.with_name(temporary.name + ending).unlink(missing_ok=True)


def _write(source: Path, temporary: Path, progress: Progress) -> None:
    remove(temporary)
    temporary.touch()
    mode = sqlite.mode_for(source, written=lock.holder(source) is not None)
    with (
        told(temporary.name.removesuffix(".part")),
        contextlib.closing(sqlite.connect(source, mode)) as origin,
        contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as target,
    ):
        origin.execute("BEGIN")  # one moment for all steps: a writer in between does not start the copy over
        origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
        origin.backup(target, pages=_PAGES, progress=lambda _state, left, total: progress(_STEP, total - left, total))
        origin.execute("ROLLBACK")


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def check(path: Path) -> None:
    """Raise ``store.copy_damaged`` unless a copy is whole."""
    with told(path.name), contextlib.closing(sqlite.connect(path, "ro&immutable=1")) as connection:
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise trouble("store.copy_damaged", file=path.name)

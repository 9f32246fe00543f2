"""Turns what a database says when disk, file or server fail into plain trouble; everything else stays a bug."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pairing_desktop.errors import Trouble, trouble

_CODES = {
    sqlite3.SQLITE_FULL: "store.full",
    sqlite3.SQLITE_READONLY: "store.readonly",
    sqlite3.SQLITE_CORRUPT: "store.damaged",
    sqlite3.SQLITE_NOTADB: "store.damaged",
    sqlite3.SQLITE_BUSY: "store.busy",
    sqlite3.SQLITE_LOCKED: "store.busy",
    sqlite3.SQLITE_CANTOPEN: "store.cannot_open",
    sqlite3.SQLITE_PERM: "store.cannot_open",
    sqlite3.SQLITE_AUTH: "store.cannot_open",
    sqlite3.SQLITE_IOERR: "store.disk",
}
# A shared-memory file that cannot grow is a full disk; the extended codes tell it from other disk errors.
_EXTENDED = {
    sqlite3.SQLITE_IOERR_SHMSIZE: "store.full",
    sqlite3.SQLITE_IOERR_CORRUPTFS: "store.damaged",
}
_NOT_TEXT = "Could not decode to UTF-8"


class Damaged(Exception):  # noqa: N818  # becomes trouble where the file's name is known
    """Stored content is not what this program ever stores; ``told`` says so with the file's name."""


def explained(error: BaseException, file: str) -> Trouble | None:
    """Return the trouble behind a database error, or None when it is no expected one."""
    if isinstance(error, sqlite3.Error):
        return _sqlite(error, file)
    wrapping = sys.modules.get("sqlalchemy.exc")  # never imported: then it is none of its errors
    if wrapping is None or not isinstance(error, wrapping.DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite(error.orig, file)
    if isinstance(error, wrapping.OperationalError):
        return trouble("store.server", file=file, detail=str(error.orig).strip().splitlines()[0])
    return None


def _sqlite(cause: sqlite3.Error, file: str) -> Trouble | None:
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:  # said by Python's driver, not by SQLite
        return trouble("store.damaged", file=file) if str(cause).startswith(_NOT_TEXT) else None
    name = _EXTENDED.get(code) or _CODES.get(code & 0xFF)
    return trouble(name, file=file) if name else None


@contextmanager
def told(file: str) -> Iterator[None]:
    """Raise ``Trouble`` in place of an expected database failure inside the block."""
    try:
        yield
    except Damaged as error:
        raise trouble("store.damaged", file=file) from error
    except Exception as error:
        known = explained(error, file)
        if known is None:
            raise
        raise known from error

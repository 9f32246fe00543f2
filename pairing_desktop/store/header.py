"""What the first hundred bytes of a data file say: is it ours, of which schema, is it whole."""

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.store import sqlite
from pairing_desktop.store.faults import told
from pairing_desktop.store.schema import SCHEMA, TABLES

APPLICATION_ID = 0x50444B54
"""``PDKT`` in the header: the mark by which ``file`` and we know our files."""

_MAGIC = b"SQLite format 3\0"
_LENGTH = 100


class Header(Struct, frozen=True):
    """The facts of a file's header: application id, schema number, pages it should have."""

    application_id: int
    schema: int
    page_size: int
    pages: int


def read(path: Path) -> Header:
    """Return a data file's header; raises for what is no SQLite file of ours, or one cut short."""
    try:
        with path.open("rb") as file:
            head = file.read(_LENGTH)
    except OSError as error:
        raise trouble("store.cannot_open", file=path.name) from error
    if len(head) < _LENGTH or not head.startswith(_MAGIC):
        raise trouble("store.not_ours", file=path.name)
    (size,) = struct.unpack_from(">H", head, 16)
    (pages,) = struct.unpack_from(">I", head, 28)
    schema, application = struct.unpack_from(">I4xI", head, 60)
    return Header(application, schema, 65536 if size == 1 else size, pages)


def check(path: Path) -> Header:
    """Return the header of a file that this program can open; raises not_ours, newer or damaged."""
    header = read(path)
    if header.application_id != APPLICATION_ID:
        raise trouble("store.not_ours", file=path.name)
    if header.schema > SCHEMA:
        raise trouble("store.newer", file=path.name, found=header.schema, known=SCHEMA)
    if sqlite.settled(path) and path.stat().st_size < header.page_size * header.pages:
        raise trouble("store.cut_short", file=path.name)
    return header


def must_hold(path: Path, name: str) -> None:
    """Raise when a file's meta has no such name ("" none is asked for): it is of ours, but nothing to be migrated."""
    mode = sqlite.AS_IT_LIES if sqlite.settled(path) else "ro"
    with told(path.name), closing(sqlite.connect(path, mode, query_only=True)) as connection:
        if name and not connection.execute("SELECT 1 FROM meta WHERE name = ?", (name,)).fetchone():
            raise trouble("store.not_ours", file=path.name)


def stamp(connection: sqlite3.Connection, schema: int) -> None:
    """Write identity and schema number, inside the transaction that made that schema."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {schema:d}")


def check_open(connection: sqlite3.Connection, name: str) -> None:
    """Refuse an opened file whose structure is broken: cheap, so that it can be asked at every start."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > SCHEMA:  # said only by the log when the newer program was stopped short
        raise trouble("store.newer", file=name, found=found, known=SCHEMA)
    if found != SCHEMA:
        raise trouble("store.damaged", file=name)
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not there.issuperset({*TABLES, "alembic_version"}):
        raise trouble("store.damaged", file=name)
    if connection.execute("SELECT CAST(version_num AS INTEGER) FROM alembic_version").fetchall() != [(SCHEMA,)]:
        raise trouble("store.damaged", file=name)
    for table in ("meta", "journal"):
        if connection.execute(f"PRAGMA quick_check('{table}')").fetchone() != ("ok",):
            raise trouble("store.damaged", file=name)

"""The journal: one hash chain over everything that happened. head = sha256(previous head | canonical entry)."""

from dataclasses import dataclass

from sqlalchemy import Connection

from pairing_desktop.errors import Problem


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: its length and its hash."""

    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One link. ``what`` is workspace, revision, submission, submission_event, restore or merge; ``digest`` its content's."""

    seq: int
    what: str
    digest: str
    previous_head: str
    head: str


def append(tx: Connection, what: str, digest: str) -> Head:
    """Add a link inside a writing transaction and return the new end."""
    raise NotImplementedError


def head(conn: Connection) -> Head:
    """Return the end of the chain."""
    raise NotImplementedError


def entries(conn: Connection, since_seq: int = 0) -> list[Entry]:
    """Return the links after ``since_seq``."""
    raise NotImplementedError


def verify(conn: Connection) -> list[Problem]:
    """Recompute the chain and every digest it names; return what does not agree (empty: untouched)."""
    raise NotImplementedError

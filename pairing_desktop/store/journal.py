"""The journal: one hash chain over everything that happened.

head = sha256(previous head | sha256(canonical {"seq", "what", "digest"})), the first previous head being 64 zeros; what
is hashed are bytes, what is stored is hex.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import Problem
from pairing_desktop.store import asking, digests

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.asking import Reader

_LAST = "SELECT seq, head FROM journal ORDER BY seq DESC LIMIT 1"
_APPEND = (
    "INSERT INTO journal (seq, what, digest, previous_head, head) VALUES (:seq, :what, :digest, :previous_head, :head)"
)
_SINCE = "SELECT seq, what, digest, previous_head, head FROM journal WHERE seq > :since ORDER BY seq"


class Head(Struct, frozen=True):
    """The end of the chain: its length and its hash."""

    seq: int
    head: str


class Entry(Struct, frozen=True):
    """One link; ``digest`` covers the content of ``what``: workspace, revision, submission, submission_event."""

    seq: int
    what: str
    digest: str
    previous_head: str
    head: str


def head(conn: Reader) -> Head:
    """Return the end of the chain."""
    found = asking.rows(conn, _LAST)
    return Head(*found[0]) if found else Head(0, digests.ZERO)


def append(tx: Connection, what: str, digest: str) -> Head:
    """Add a link inside a writing transaction and return the new end."""
    last = head(tx)
    seq = last.seq + 1
    after = link(last.head, seq, what, digest)
    link_: dict[str, str | float | None] = {"seq": seq, "what": what, "digest": digest, "previous_head": last.head,
                                            "head": after}
    asking.run(tx, _APPEND, link_)
    return Head(seq, after)


def link(previous: str, seq: int, what: str, digest: str) -> str:
    """Return the head that an entry makes of the one before."""
    return digests.chained(previous, digests.of_members(seq=seq, what=what, digest=digest))


def entries(conn: Reader, since_seq: int = 0) -> list[Entry]:
    """Return the links after ``since_seq``."""
    return [Entry(**row) for row in asking.named_rows(conn, _SINCE, {"since": since_seq})]


def verify(conn: Connection) -> list[Problem]:
    """Recompute the chain and every digest it names; return what does not agree (empty: untouched)."""
    from pairing_desktop.store.verify import history

    return history(conn)

"""The journal: one hash chain over everything that happened.

head = sha256(previous head | sha256(canonical {"seq", "what", "digest"})), the first previous head being 64 zeros; what
is hashed are bytes, what is stored is hex.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, text

from pairing_desktop.errors import Problem
from pairing_desktop.store import digests
from pairing_desktop.store.models import journal

_LAST = text("SELECT seq, head FROM journal ORDER BY seq DESC LIMIT 1")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: its length and its hash."""

    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One link; ``digest`` covers the content of ``what``: workspace, revision, submission, submission_event."""

    seq: int
    what: str
    digest: str
    previous_head: str
    head: str


def head(conn: Connection) -> Head:
    """Return the end of the chain."""
    row = conn.execute(_LAST).one_or_none()
    return Head(row[0], row[1]) if row else Head(0, digests.ZERO)


def append(tx: Connection, what: str, digest: str) -> Head:
    """Add a link inside a writing transaction and return the new end."""
    last = head(tx)
    seq = last.seq + 1
    after = link(last.head, seq, what, digest)
    tx.execute(insert(journal), {"seq": seq, "what": what, "digest": digest, "previous_head": last.head, "head": after})
    return Head(seq, after)


def link(previous: str, seq: int, what: str, digest: str) -> str:
    """Return the head that an entry makes of the one before."""
    return digests.chained(previous, digests.of_members(seq=seq, what=what, digest=digest))


def entries(conn: Connection, since_seq: int = 0) -> list[Entry]:
    """Return the links after ``since_seq``."""
    rows = conn.execute(select(journal).where(journal.c.seq > since_seq).order_by(journal.c.seq))
    return [Entry(**row) for row in rows.mappings()]


def verify(conn: Connection) -> list[Problem]:
    """Recompute the chain and every digest it names; return what does not agree (empty: untouched)."""
    from pairing_desktop.store.verify import history

    return history(conn)

"""Another file's revisions taken in as they are, and the links that say which file, how far, and what came with it.

A record's revisions are one line: number and digest of each cover the one before. What goes on from the end of our
line is placed as it is. What cannot be placed, for both lines went on, is left in the other file; the link names its
digests as ``taken``, so that a later merge of any file that knows them begins there and not anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import asdict

from pairing_desktop.store import asking, covered, journal, moment, records, restores, submissions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.asking import Reader

WHAT = "merge"

_LINES = "SELECT record, digest FROM revision ORDER BY record, number"
_RESTARTS = "SELECT head FROM journal WHERE what = :what ORDER BY seq"
_IN_ORDER = (
    "SELECT v.record, v.number, v.form, v.form_digest, v.natural_key, v.subject, v.period, v.label, v.payload, v.at, "
    "v.who, v.why, v.action, v.previous, v.digest, r.alias_of FROM journal j JOIN revision v ON v.digest = j.digest "
    "JOIN record r ON r.key = v.record WHERE j.what = 'revision' AND v.record IN {among} ORDER BY j.seq"
)


class Sent(Struct, frozen=True):
    """A submission that came in, with the end of the chain that its packet carried: of the other file's chain."""

    identity: str
    seq: int
    head: str


class Merge(Struct, frozen=True):
    """One merge, as the file says it. ``seq`` and ``head`` are where our chain stood before it."""

    at: str
    """UTC, as the PC claimed."""
    who: str
    file: str
    other: str
    """The other data file's id."""
    other_seq: int
    other_head: str
    seq: int = 0
    head: str = ""
    sent: tuple[Sent, ...] = ()
    restarts: tuple[str, ...] = ()
    """Heads after the restores of the other file's chain, and of the files merged into it."""
    taken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By record: digests of the other file's revisions that are reckoned with and stand on no line of ours."""
    came: Mapping[str, int] = field(default_factory=dict)
    """How many of what came in, by the caller's words."""


def append(tx: Connection, merge: Merge) -> journal.Head:
    """Add the link of a merge inside a writing transaction; return the new end."""
    said = {**asdict(merge), "sent": [asdict(each) for each in merge.sent]}
    return covered.append(tx, WHAT, said)


def merges(conn: Reader) -> list[Merge]:
    """Return the merges, in order; what somebody made unreadable is left out (``covered.unproved`` tells of it)."""
    found = []
    for _, text in covered.texts(conn, WHAT):
        try:
            found.append(msgspec.json.decode(text, type=Merge))
        except msgspec.MsgspecError:
            continue
    return found


def lines(conn: Reader) -> dict[str, list[str]]:
    """Return by record the digests of its revisions, in order."""
    found: dict[str, list[str]] = {}
    for record, digest in asking.rows(conn, _LINES):
        found.setdefault(record, []).append(digest)
    return found


def taken(conn: Reader) -> dict[str, set[str]]:
    """Return by record the digests of revisions in other files that this one has reckoned with."""
    found: dict[str, set[str]] = {}
    for merge in merges(conn):
        for record, digests in merge.taken.items():
            found.setdefault(record, set()).update(digests)
    return found


def restarts(conn: Reader) -> tuple[str, ...]:
    """Return the heads after each restore, of files merged in too."""
    own = [row[0] for row in asking.rows(conn, _RESTARTS, {"what": restores.WHAT})]
    return tuple(dict.fromkeys([*own, *(head for merge in merges(conn) for head in merge.restarts)]))


def carried(conn: Reader) -> dict[str, Sent]:
    """Return by identity each submission that went out, with the end of the chain that its packet carried."""
    found = {each.identity: each for merge in merges(conn) for each in merge.sent}
    links = {link.digest: link for link in journal.entries(conn) if link.what == "submission"}
    for one in submissions.submissions(conn):
        if one.state == "submitted" and one.identity not in found:
            link = links[one.digest]
            found[one.identity] = Sent(one.identity, link.seq - 1, link.previous_head)
    return found


def revisions(conn: Reader, keys: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """Yield the stored revisions of these records as they were made, one after the other; ``alias_of`` is theirs."""
    among, values = asking.among(conn, "keys", keys)
    yield from asking.named_rows(conn, _IN_ORDER.format(among=among), values)


def place(tx: Connection, found: Mapping[str, Any]) -> None:
    """Add another file's revision as it is, where it goes on from the end of its record's line; journalled.

    Raises ``ValueError`` for one that does not, or whose digest is not its content's.
    """
    values = {name: found[name] for name in records.STORED}
    before = records.end(tx, values["record"])
    if before != (values["number"] - 1, values["previous"]) or records.digest_of(values) != values["digest"]:
        raise ValueError(f"revision {values['number']} of {values['record']} does not go on from {before}")
    records.add(tx, values)


def add_submission(tx: Connection, one: submissions.Submission, pinned: submissions.Pins) -> None:
    """Record another file's submission with all that became of it; ``pinned`` are our revisions of what it took."""
    values = {"id": one.id, "period": one.period, "number": one.number, "identity": one.identity,
              "replaces": one.replaces, "packet_name": one.packet_name, "at": moment.stored(one.at), "who": one.who,
              "why": one.why}
    submissions.add(tx, values, pinned)
    for event in one.events:
        submissions.set_state(tx, one.id, event.state, at=event.at, who=event.who, why=event.why, detail=event.detail)

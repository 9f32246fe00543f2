"""Submissions: which exact revisions went out, as what, and what became of it. Append-only like everything sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.store import asking, digests, journal, keys, moment

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.asking import Reader

_ADD = (
    "INSERT INTO submission (id, period, number, identity, replaces, packet_name, at, who, why, digest) "
    "VALUES (:id, :period, :number, :identity, :replaces, :packet_name, :at, :who, :why, :digest)"
)
_PIN = "INSERT INTO submission_revision (submission, record, number) VALUES (:submission, :record, :number)"
_ADD_EVENT = (
    "INSERT INTO submission_event (submission, number, state, at, who, why, detail, previous, digest) "
    "VALUES (:submission, :number, :state, :at, :who, :why, :detail, :previous, :digest)"
)
_SUBMISSION = (
    "SELECT id, period, number, identity, replaces, packet_name, at, who, why, digest FROM submission {where} "
    "ORDER BY period, number, id"
)
_ALL = _SUBMISSION.format(where="")
_OF_PERIOD = _SUBMISSION.format(where="WHERE period = :period")
_ONE = _SUBMISSION.format(where="WHERE id = :id")
_PINS = "SELECT record, number FROM submission_revision WHERE submission = :submission ORDER BY record"
_EVENTS = (
    "SELECT submission, number, state, at, who, why, detail, previous, digest FROM submission_event "
    "WHERE submission = :submission ORDER BY number"
)

Pins = Sequence[tuple[str, int]]
"""Record keys with the revision numbers that went out."""


class Event(Struct, frozen=True):
    """A step in a submission's life; ``state`` is the caller's word (finalised, submitted, withdrawn …)."""

    number: int
    state: str
    at: datetime
    who: str
    why: str
    detail: str


class Submission(Struct, frozen=True):
    """第N次报送 of a period: the packet's identity, which one it replaces, the revisions pinned, the last state."""

    id: str
    period: str
    number: int
    identity: str
    replaces: str
    packet_name: str
    at: datetime
    who: str
    why: str
    digest: str
    state: str
    pinned: tuple[tuple[str, int], ...]
    events: tuple[Event, ...]


def create(
    tx: Connection,
    *,
    period: str,
    number: int,
    identity: str,
    replaces: str,
    packet_name: str,
    at: datetime,
    who: str,
    why: str,
    pinned: Pins,
    state: str = "finalised",
) -> Submission:
    """Record a submission and its first event; both journalled."""
    values: dict[str, Any] = {
        "id": keys.new_key(),
        "period": period,
        "number": number,
        "identity": identity,
        "replaces": replaces,
        "packet_name": packet_name,
        "at": moment.stored(at),
        "who": who,
        "why": why,
    }
    pins = sorted(pinned)
    values = add(tx, values, pins)
    event = set_state(tx, values["id"], state, at=at, who=who, why=why)
    return _submission(values, pins, [event])


def add(tx: Connection, values: Mapping[str, Any], pinned: Pins) -> dict[str, Any]:
    """Add a submission's stored values, without an event yet; journalled. Return them with their digest."""
    whole = {**values, "digest": digest_of(values, pinned)}
    asking.run(tx, _ADD, whole)
    if pinned:
        rows = [{"submission": whole["id"], "record": record, "number": revision} for record, revision in pinned]
        asking.run(tx, _PIN, rows)
    journal.append(tx, "submission", whole["digest"])
    return whole


def set_state(
    tx: Connection, submission_id: str, state: str, *, at: datetime, who: str, why: str = "", detail: str = ""
) -> Event:
    """Add an event; earlier ones stay. Journalled."""
    events = asking.named_rows(tx, _EVENTS, {"submission": submission_id})
    last = events[-1] if events else None
    values: dict[str, Any] = {
        "submission": submission_id,
        "number": last["number"] + 1 if last else 1,
        "state": state,
        "at": moment.stored(at),
        "who": who,
        "why": why,
        "detail": detail,
        "previous": last["digest"] if last else digests.ZERO,
    }
    values["digest"] = event_digest_of(values)
    asking.run(tx, _ADD_EVENT, values)
    journal.append(tx, "submission_event", values["digest"])
    return _event(values)


def digest_of(values: Mapping[Any, Any], pins: Pins) -> str:
    """Return the digest of a submission's stored values and its pins."""
    members = {name: value for name, value in values.items() if name != "digest"}
    return digests.of_members(**members, pins=sorted(pins))


def event_digest_of(values: Mapping[Any, Any]) -> str:
    """Return the digest of an event's stored values."""
    return digests.of_members(**{name: value for name, value in values.items() if name != "digest"})


def submissions(conn: Reader, period: str | None = None) -> list[Submission]:
    """Return the submissions of a period (None: all), oldest first."""
    found = asking.named_rows(conn, _ALL) if period is None else asking.named_rows(conn, _OF_PERIOD, {"period": period})
    return [_whole(conn, row) for row in found]


def submission(conn: Reader, submission_id: str) -> Submission | None:
    """Return one submission."""
    found = asking.named_rows(conn, _ONE, {"id": submission_id})
    return _whole(conn, found[0]) if found else None


def pins(conn: Reader, submission_id: str) -> list[tuple[str, int]]:
    """Return the revisions that a submission pinned, by record key."""
    return [(row[0], row[1]) for row in asking.rows(conn, _PINS, {"submission": submission_id})]


def _whole(conn: Reader, row: Mapping[Any, Any]) -> Submission:
    events = asking.named_rows(conn, _EVENTS, {"submission": row["id"]})
    return _submission(row, pins(conn, row["id"]), [_event(event) for event in events])


def _submission(row: Mapping[Any, Any], pinned: Pins, events: Sequence[Event]) -> Submission:
    state = events[-1].state if events else ""
    return Submission(
        **{**row, "at": moment.loaded(row["at"])}, state=state, pinned=tuple(pinned), events=tuple(events)
    )


def _event(row: Mapping[Any, Any]) -> Event:
    return Event(row["number"], row["state"], moment.loaded(row["at"]), row["who"], row["why"], row["detail"])

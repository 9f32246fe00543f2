"""Submissions: which exact revisions went out, as what, and what became of it. Append-only like everything sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from pairing_desktop.store import digests, journal, keys, moment
from pairing_desktop.store import models as m

Pins = Sequence[tuple[str, int]]
"""Record keys with the revision numbers that went out."""


@dataclass(frozen=True, slots=True)
class Event:
    """A step in a submission's life; ``state`` is the caller's word (finalised, submitted, withdrawn …)."""

    number: int
    state: str
    at: datetime
    who: str
    why: str
    detail: str


@dataclass(frozen=True, slots=True)
class Submission:
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
    values["digest"] = digest_of(values, pins)
    tx.execute(insert(m.submission), values)
    if pins:
        rows = [{"submission": values["id"], "record": record, "number": revision} for record, revision in pins]
        tx.execute(insert(m.submission_revision), rows)
    journal.append(tx, "submission", values["digest"])
    event = set_state(tx, values["id"], state, at=at, who=who, why=why)
    return _submission(values, pins, [event])


def set_state(
    tx: Connection, submission_id: str, state: str, *, at: datetime, who: str, why: str = "", detail: str = ""
) -> Event:
    """Add an event; earlier ones stay. Journalled."""
    e = m.submission_event
    last = tx.execute(
        select(e.c.number, e.c.digest).where(e.c.submission == submission_id).order_by(e.c.number.desc()).limit(1)
    ).one_or_none()
    values: dict[str, Any] = {
        "submission": submission_id,
        "number": last.number + 1 if last else 1,
        "state": state,
        "at": moment.stored(at),
        "who": who,
        "why": why,
        "detail": detail,
        "previous": last.digest if last else digests.ZERO,
    }
    values["digest"] = event_digest_of(values)
    tx.execute(insert(e), values)
    journal.append(tx, "submission_event", values["digest"])
    return _event(values)


def digest_of(values: Mapping[Any, Any], pins: Pins) -> str:
    """Return the digest of a submission's stored values and its pins."""
    members = {name: value for name, value in values.items() if name != "digest"}
    return digests.of_members(**members, pins=sorted(pins))


def event_digest_of(values: Mapping[Any, Any]) -> str:
    """Return the digest of an event's stored values."""
    return digests.of_members(**{name: value for name, value in values.items() if name != "digest"})


def submissions(conn: Connection, period: str | None = None) -> list[Submission]:
    """Return the submissions of a period (None: all), oldest first."""
    query = select(m.submission).order_by(m.submission.c.period, m.submission.c.number, m.submission.c.id)
    if period is not None:
        query = query.where(m.submission.c.period == period)
    return [_whole(conn, row) for row in conn.execute(query).mappings().all()]


def submission(conn: Connection, submission_id: str) -> Submission | None:
    """Return one submission."""
    row = conn.execute(select(m.submission).where(m.submission.c.id == submission_id)).mappings().one_or_none()
    return _whole(conn, row) if row else None


def pins(conn: Connection, submission_id: str) -> list[tuple[str, int]]:
    """Return the revisions that a submission pinned, by record key."""
    p = m.submission_revision.c
    rows = conn.execute(select(p.record, p.number).where(p.submission == submission_id).order_by(p.record))
    return [(record, number) for record, number in rows]


def _whole(conn: Connection, row: Mapping[Any, Any]) -> Submission:
    e = m.submission_event
    events = conn.execute(select(e).where(e.c.submission == row["id"]).order_by(e.c.number)).mappings()
    return _submission(row, pins(conn, row["id"]), [_event(event) for event in events])


def _submission(row: Mapping[Any, Any], pinned: Pins, events: Sequence[Event]) -> Submission:
    state = events[-1].state if events else ""
    return Submission(
        **{**row, "at": moment.loaded(row["at"])}, state=state, pinned=tuple(pinned), events=tuple(events)
    )


def _event(row: Mapping[Any, Any]) -> Event:
    return Event(row["number"], row["state"], moment.loaded(row["at"]), row["who"], row["why"], row["detail"])

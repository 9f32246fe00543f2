"""Submissions: which exact revisions went out, as what, and what became of it. Append-only like everything sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection


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
    pinned: Sequence[tuple[str, int]],
    state: str = "finalised",
) -> Submission:
    """Record a submission and its first event; journalled."""
    raise NotImplementedError


def submissions(conn: Connection, period: str | None = None) -> list[Submission]:
    """Return the submissions of a period (None: all), oldest first."""
    raise NotImplementedError


def submission(conn: Connection, submission_id: str) -> Submission | None:
    """Return one submission."""
    raise NotImplementedError


def set_state(
    tx: Connection, submission_id: str, state: str, *, at: datetime, who: str, why: str = "", detail: str = ""
) -> Event:
    """Add an event; earlier ones stay. Journalled."""
    raise NotImplementedError

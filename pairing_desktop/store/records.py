"""Records and their revisions. Payloads are opaque canonical JSON text; nothing here knows a form."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from pairing_desktop.store.engine import Store


@dataclass(frozen=True, slots=True)
class Revision:
    """One state a record ever had. ``digest`` covers all other members and the previous revision's digest."""

    record: str
    number: int
    digest: str
    at: datetime
    who: str
    why: str
    action: str
    form: str
    form_digest: str
    payload: str
    natural_key: str
    subject: str
    period: str
    label: str
    previous: str


@dataclass(frozen=True, slots=True)
class Record:
    """The current state of a record: its last revision, and whether it is ``live`` or ``deleted``."""

    key: str
    form: str
    natural_key: str
    subject: str
    period: str
    state: str
    label: str
    revision: int
    digest: str
    form_digest: str
    payload: str
    updated_at: datetime
    who: str
    alias_of: str = ""


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What was being typed and is not a revision yet."""

    record: str
    form: str
    payload: str
    at: datetime
    focus: str
    period: str
    subject: str


def new_key() -> str:
    """Return a new record key (UUIDv7, rising with time)."""
    raise NotImplementedError


def put(
    tx: Connection,
    *,
    key: str | None = None,
    form: str,
    payload: str,
    form_digest: str,
    period: str = "",
    subject: str = "",
    natural_key: str = "",
    label: str,
    who: str,
    at: datetime,
    why: str = "",
    action: str = "enter",
    based_on: int | None = None,
) -> Revision:
    """Add a revision (and the record, when ``key`` is None or unknown); journalled.

    ``based_on`` is the revision number the writer saw: another one by now raises ``store.changed_meanwhile``.
    """
    raise NotImplementedError


def delete(tx: Connection, *, key: str, who: str, at: datetime, why: str = "") -> Revision:
    """Mark a record deleted by a revision of its own; drops its index rows and draft."""
    raise NotImplementedError


def restore(tx: Connection, *, key: str, number: int, who: str, at: datetime, why: str = "") -> Revision:
    """Bring back an earlier revision's content as a new revision; the caller indexes it anew."""
    raise NotImplementedError


def get(conn: Connection, key: str) -> Record | None:
    """Return the record, deleted or not."""
    raise NotImplementedError


def select(
    conn: Connection,
    *,
    form: str | None = None,
    period: str | None = None,
    subject: str | None = None,
    state: str | None = "live",
) -> list[Record]:
    """Return whole records in key order (order of entry); None means any."""
    raise NotImplementedError


def find(conn: Connection, form: str, natural_key: str) -> list[Record]:
    """Return the live records with this natural key: none, one, or a collision to show."""
    raise NotImplementedError


def find_period(conn: Connection, form: str, subject: str, period: str) -> list[Record]:
    """Return the live records of a form for one subject and period."""
    raise NotImplementedError


def revisions(conn: Connection, key: str) -> list[Revision]:
    """Return all revisions, oldest first."""
    raise NotImplementedError


def revision(conn: Connection, key: str, number: int) -> Revision | None:
    """Return one revision."""
    raise NotImplementedError


def payload_at(conn: Connection, digest: str) -> str | None:
    """Return the payload of the revision with this digest."""
    raise NotImplementedError


def counts(conn: Connection, *, period: str | None = None) -> dict[str, int]:
    """Return the number of live records by form."""
    raise NotImplementedError


def save_draft(
    store: Store,
    record: str,
    form: str,
    payload: str,
    at: datetime,
    focus: str = "",
    *,
    period: str = "",
    subject: str = "",
) -> None:
    """Autosave: on disk (synchronous FULL) when this returns."""
    raise NotImplementedError


def draft(conn: Connection, record: str) -> SavedDraft | None:
    """Return the draft of one record."""
    raise NotImplementedError


def drafts(conn: Connection) -> list[SavedDraft]:
    """Return all drafts, oldest first."""
    raise NotImplementedError


def drop_draft(tx: Connection, record: str) -> None:
    """Forget a draft, usually in the transaction that made it a revision."""
    raise NotImplementedError

"""Drafts: what is being typed, on disk before it is a revision. One row a record, replaced at each pause."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, text

from pairing_desktop.store import moment
from pairing_desktop.store.engine import Store
from pairing_desktop.store.models import draft as table

_SAVE = text(
    "INSERT INTO draft (record, form, payload, at, focus, period, subject, revision) "
    "VALUES (:record, :form, :payload, :at, :focus, :period, :subject, :revision) "
    "ON CONFLICT (record) DO UPDATE SET form = excluded.form, payload = excluded.payload, at = excluded.at, "
    "focus = excluded.focus, period = excluded.period, subject = excluded.subject, "
    "revision = excluded.revision"
)


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What was being typed: ``focus`` is the path of the field in hand, ``revision`` what it began from (0: new)."""

    record: str
    form: str
    payload: str
    at: datetime
    focus: str
    period: str
    subject: str
    revision: int


def save_draft(
    store: Store,
    record: str,
    *,
    form: str,
    payload: str,
    at: datetime,
    focus: str = "",
    period: str = "",
    subject: str = "",
    revision: int = 0,
) -> None:
    """Autosave: on disk (synchronous FULL) when this returns, unless it joined a transaction of this thread."""
    place = {"focus": focus, "period": period, "subject": subject, "revision": revision}
    store.quick(_SAVE, {"record": record, "form": form, "payload": payload, "at": moment.stored(at), **place})


def draft(conn: Connection, record: str) -> SavedDraft | None:
    """Return the draft of one record."""
    row = conn.execute(select(table).where(table.c.record == record)).mappings().one_or_none()
    return SavedDraft(**{**row, "at": moment.loaded(row["at"])}) if row else None


def drafts(conn: Connection) -> list[SavedDraft]:
    """Return all drafts, oldest first."""
    rows = conn.execute(select(table).order_by(table.c.at, table.c.record)).mappings()
    return [SavedDraft(**{**row, "at": moment.loaded(row["at"])}) for row in rows]


def drop_draft(tx: Connection, record: str) -> None:
    """Forget a draft, usually in the transaction that made it a revision."""
    tx.execute(delete(table).where(table.c.record == record))

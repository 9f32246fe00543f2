"""Drafts: what is being typed, on disk before it is a revision. One row a record, replaced at each pause."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.store import asking, moment

if TYPE_CHECKING:
    from sqlalchemy import Connection, TextClause

    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.behind import Flushed
    from pairing_desktop.store.engine import Store

_SAVE = (
    "INSERT INTO draft (record, form, payload, at, focus, period, subject, revision) "
    "VALUES (:record, :form, :payload, :at, :focus, :period, :subject, :revision) "
    "ON CONFLICT (record) DO UPDATE SET form = excluded.form, payload = excluded.payload, at = excluded.at, "
    "focus = excluded.focus, period = excluded.period, subject = excluded.subject, "
    "revision = excluded.revision"
)
_ALL = "SELECT record, form, payload, at, focus, period, subject, revision FROM draft ORDER BY at, record"
_ONE = "SELECT record, form, payload, at, focus, period, subject, revision FROM draft WHERE record = :record"
_DROP = "DELETE FROM draft WHERE record = :record"


class SavedDraft(Struct, frozen=True):
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
    flushed: Flushed | None = None,
) -> None:
    """Autosave: on disk when this returns, unless it joined a transaction of this thread.

    With ``flushed`` it is in the log then, where it outlives the program, and on disk when that is called.
    """
    place = {"focus": focus, "period": period, "subject": subject, "revision": revision}
    store.quick(_saving(), {"record": record, "form": form, "payload": payload, "at": moment.stored(at), **place},
                flushed)


@cache
def _saving() -> TextClause:
    from sqlalchemy import text

    return text(_SAVE)


def draft(conn: Reader, record: str) -> SavedDraft | None:
    """Return the draft of one record."""
    found = asking.named_rows(conn, _ONE, {"record": record})
    return _saved(found[0]) if found else None


def drafts(conn: Reader) -> list[SavedDraft]:
    """Return all drafts, oldest first."""
    return [_saved(row) for row in asking.named_rows(conn, _ALL)]


def _saved(row: dict[str, Any]) -> SavedDraft:
    return SavedDraft(**{**row, "at": moment.loaded(row["at"])})


def drop_draft(tx: Connection, record: str) -> None:
    """Forget a draft, usually in the transaction that made it a revision."""
    asking.run(tx, _DROP, {"record": record})

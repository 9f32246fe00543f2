"""Records and their revisions. Payloads are opaque canonical JSON text; nothing here knows a form.

Form ids that begin with @ are the program's own (``@explanation``, ``@person``); they live by the same rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, update
from sqlalchemy import select as sql_select

from pairing_desktop.errors import trouble
from pairing_desktop.store import digests, index, journal, keys, moment
from pairing_desktop.store import models as m
from pairing_desktop.store.drafts import SavedDraft, draft, drafts, drop_draft, save_draft

__all__ = [
    "Record",
    "Revision",
    "SavedDraft",
    "counts",
    "delete",
    "draft",
    "drafts",
    "drop_draft",
    "find",
    "find_period",
    "get",
    "new_key",
    "payload_at",
    "put",
    "restore",
    "revision",
    "revisions",
    "save_draft",
    "select",
]

LIVE, DELETED = "live", "deleted"

new_key = keys.new_key


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


def digest_of(values: Mapping[Any, Any]) -> str:
    """Return the digest of a revision's stored values (times as text); the payload goes in by its own digest."""
    members = {name: value for name, value in values.items() if name != "digest"}
    return digests.of_members(**{**members, "payload": digests.of_text(members["payload"])})


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
    key = key or new_key()
    last = _last(tx, key)
    if last and last["form"] != form:
        raise ValueError(f"record {key} is of form {last['form']}, not {form}")
    if based_on is not None and last and last["number"] != based_on:
        raise trouble("store.changed_meanwhile", label=last["label"], who=last["who"])
    facts = {"form": form, "natural_key": natural_key, "subject": subject, "period": period, "label": label}
    values: dict[str, Any] = {
        "record": key,
        "number": last["number"] + 1 if last else 1,
        **facts,
        "form_digest": form_digest,
        "payload": payload,
        "at": moment.stored(at),
        "who": who,
        "why": why,
        "action": action,
        "previous": last["digest"] if last else digests.ZERO,
    }
    values["digest"] = digest_of(values)
    state = {**facts, "state": DELETED if action == "delete" else LIVE, "revision": values["number"]}
    if last:
        tx.execute(_UPDATE, {**state, "of": key})
    else:
        tx.execute(insert(m.record), {**state, "key": key})
    tx.execute(insert(m.revision), values)
    journal.append(tx, "revision", values["digest"])
    return _revision(values)


def delete(tx: Connection, *, key: str, who: str, at: datetime, why: str = "") -> Revision:
    """Mark a record deleted by a revision of its own; drops its index rows and draft."""
    last = _known(tx, key)
    index.remove(tx, key)
    drop_draft(tx, key)
    return _again(tx, last, who=who, at=at, why=why, action="delete")


def restore(tx: Connection, *, key: str, number: int, who: str, at: datetime, why: str = "") -> Revision:
    """Bring back an earlier revision's content as a new revision; the caller indexes it anew."""
    earlier = revision(tx, key, number)
    if earlier is None:
        raise KeyError((key, number))
    return _again(tx, earlier, who=who, at=at, why=why, action="restore")


def _again(tx: Connection, state: Revision, *, who: str, at: datetime, why: str, action: str) -> Revision:
    return put(
        tx,
        key=state.record,
        form=state.form,
        payload=state.payload,
        form_digest=state.form_digest,
        period=state.period,
        subject=state.subject,
        natural_key=state.natural_key,
        label=state.label,
        who=who,
        at=at,
        why=why,
        action=action,
    )


def get(conn: Connection, key: str) -> Record | None:
    """Return the record, deleted or not."""
    row = conn.execute(_WHOLE.where(m.record.c.key == key)).mappings().one_or_none()
    return _record(row) if row else None


def select(
    conn: Connection,
    *,
    form: str | None = None,
    period: str | None = None,
    subject: str | None = None,
    state: str | None = LIVE,
) -> list[Record]:
    """Return whole records in key order (order of entry); None means any."""
    wanted = {m.record.c.form: form, m.record.c.period: period, m.record.c.subject: subject, m.record.c.state: state}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    return _records(conn, _WHOLE.where(*conditions).order_by(m.record.c.key))


def find(conn: Connection, form: str, natural_key: str) -> list[Record]:
    """Return the live records with this natural key: none, one, or a collision to show. A blank key finds nothing."""
    if not natural_key:
        return []
    same = (m.record.c.natural_key == natural_key, m.record.c.form == form, m.record.c.state == LIVE)
    return _records(conn, _WHOLE.where(*same).order_by(m.record.c.key))


def find_period(conn: Connection, form: str, subject: str, period: str) -> list[Record]:
    """Return the live records of a form for one subject and period."""
    return select(conn, form=form, subject=subject, period=period)


def revisions(conn: Connection, key: str) -> list[Revision]:
    """Return all revisions, oldest first."""
    rows = conn.execute(sql_select(m.revision).where(m.revision.c.record == key).order_by(m.revision.c.number))
    return [_revision(row) for row in rows.mappings()]


def revision(conn: Connection, key: str, number: int) -> Revision | None:
    """Return one revision."""
    same = (m.revision.c.record == key, m.revision.c.number == number)
    row = conn.execute(sql_select(m.revision).where(*same)).mappings().one_or_none()
    return _revision(row) if row else None


def latest(conn: Connection, limit: int) -> list[Revision]:
    """Return the last revisions of all records but the data file's own (@), newest first by the journal."""
    query = (
        sql_select(m.revision)
        .join(m.journal, m.journal.c.digest == m.revision.c.digest)
        .where(m.journal.c.what == "revision", m.revision.c.form.not_like("@%"))
        .order_by(m.journal.c.seq.desc())
        .limit(limit)
    )
    return [_revision(row) for row in conn.execute(query).mappings()]


def payload_at(conn: Connection, digest: str) -> str | None:
    """Return the payload of the revision with this digest."""
    return conn.execute(sql_select(m.revision.c.payload).where(m.revision.c.digest == digest)).scalar_one_or_none()


def counts(conn: Connection, *, period: str | None = None) -> dict[str, int]:
    """Return the number of live records by form; of one period when given."""
    query = sql_select(m.record.c.form, func.count()).where(m.record.c.state == LIVE).group_by(m.record.c.form)
    if period is not None:
        query = query.where(m.record.c.period == period)
    return {row[0]: row[1] for row in conn.execute(query)}


_UPDATE = update(m.record).where(m.record.c.key == bindparam("of"))
_WHOLE: Select[Any] = sql_select(
    m.record,
    m.revision.c.digest,
    m.revision.c.form_digest,
    m.revision.c.payload,
    m.revision.c.at.label("updated_at"),
    m.revision.c.who,
).join(m.revision, (m.revision.c.record == m.record.c.key) & (m.revision.c.number == m.record.c.revision))
_LAST = (
    sql_select(m.revision).where(m.revision.c.record == bindparam("of")).order_by(m.revision.c.number.desc()).limit(1)
)


def _last(conn: Connection, key: str) -> Mapping[Any, Any] | None:
    return conn.execute(_LAST, {"of": key}).mappings().one_or_none()


def _known(conn: Connection, key: str) -> Revision:
    last = _last(conn, key)
    if last is None:
        raise KeyError(key)
    return _revision(last)


def _revision(row: Mapping[Any, Any]) -> Revision:
    return Revision(**{**row, "at": moment.loaded(row["at"])})


def _record(row: Mapping[Any, Any]) -> Record:
    return Record(**{**row, "updated_at": moment.loaded(row["updated_at"]), "alias_of": row["alias_of"] or ""})


def _records(conn: Connection, query: Select[Any]) -> list[Record]:
    return [_record(row) for row in conn.execute(query).mappings()]

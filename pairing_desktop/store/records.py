"""Records and their revisions. Payloads are opaque canonical JSON text; nothing here knows a form.

Form ids that begin with @ are the program's own (``@explanation``, ``@person``); they live by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.store import asking, digests, index, journal, keys, moment
from pairing_desktop.store.drafts import SavedDraft, draft, drafts, drop_draft, save_draft

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.asking import Reader

__all__ = [
    "Record",
    "Revision",
    "SavedDraft",
    "among",
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

ASKED = 400
"""Records asked for in one statement: SQLite takes at least 999 values."""

LIVE, DELETED = "live", "deleted"

STORED = ("record", "number", "form", "form_digest", "natural_key", "subject", "period", "label", "payload", "at",
          "who", "why", "action", "previous", "digest")
"""What is stored of a revision; times as text."""

new_key = keys.new_key


class Revision(Struct, frozen=True):
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


class Record(Struct, frozen=True):
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
    members = {**values, "payload": digests.of_text(values["payload"])}
    members.pop("digest", None)
    return digests.of_members(**members)


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
    add(tx, values)
    return _revision(values)


def add(tx: Connection, values: Mapping[str, Any]) -> None:
    """Add a revision's stored values (``STORED``) as they are, and let the record be as it says; journalled."""
    state = {name: values[name] for name in ("form", "natural_key", "subject", "period", "label")}
    state |= {"key": values["record"], "revision": values["number"],
              "state": DELETED if values["action"] == "delete" else LIVE}
    asking.run(tx, _INSERT if values["number"] == 1 else _UPDATE, state)
    asking.run(tx, _REVISE, values)
    journal.append(tx, "revision", values["digest"])


def end(conn: Reader, key: str) -> tuple[int, str]:
    """Return number and digest of a record's last revision: what its next one goes on from."""
    last = _last(conn, key)
    return (last["number"], last["digest"]) if last else (0, digests.ZERO)


def delete(tx: Connection, *, key: str, who: str, at: datetime, why: str = "") -> Revision:
    """Mark a record deleted by a revision of its own; drops its index rows and draft."""
    last = _known(tx, key)
    index.remove(tx, key)
    drop_draft(tx, key)
    return _again(tx, last, who=who, at=at, why=why, action="delete")


def alias(tx: Connection, key: str, *, of: str) -> None:
    """Let a record that was deleted stand for another one (merged into it), until it is brought back."""
    asking.run(tx, _ALIAS, {"key": key, "of": of})


def aliases(conn: Reader, form: str) -> list[tuple[str, str, str]]:
    """Return (label, natural key, key of the live record it stands for) of the records merged into others."""
    found = {row[0]: row[1:] for row in asking.rows(conn, _ALIASES, {"form": form})}
    told = []
    for label, natural, stays in found.values():
        key = stays
        while key in found:  # what it was merged into was merged again
            key = found[key][2]
        told.append((label, natural, key))
    return told


def stand_ins(conn: Reader) -> dict[str, str]:
    """Return by record merged into another one the key of that other, which may have been merged on."""
    return dict(asking.rows(conn, "SELECT key, alias_of FROM record WHERE alias_of IS NOT NULL"))


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


def get(conn: Reader, key: str) -> Record | None:
    """Return the record, deleted or not."""
    found = _records(conn, "r.key = :key", {"key": key})
    return found[0] if found else None


def select(
    conn: Reader,
    *,
    form: str | None = None,
    period: str | None = None,
    subject: str | None = None,
    state: str | None = LIVE,
) -> list[Record]:
    """Return whole records in key order (order of entry); None means any."""
    given = {"form": form, "period": period, "subject": subject, "state": state}
    values = {name: value for name, value in given.items() if value is not None}
    return _records(conn, " AND ".join(f"r.{name} = :{name}" for name in values), values)


def among(conn: Reader, keys: Sequence[str], *, state: str | None = LIVE) -> list[Record]:
    """Return the live ones of these records (of any state: None), in key order, asked for by the hundred."""
    found: list[Record] = []
    where, values = ("r.state = :state AND ", {"state": state}) if state else ("", {})
    ordered = sorted(keys)
    for first in range(0, len(ordered), ASKED):
        names = {f"k{n}": key for n, key in enumerate(ordered[first:first + ASKED])}
        wanted = ", ".join(f":{name}" for name in names)
        found += _records(conn, f"{where}r.key IN ({wanted})", {**values, **names})
    return found


def find(conn: Reader, form: str, natural_key: str) -> list[Record]:
    """Return the live records with this natural key: none, one, or a collision to show. A blank key finds nothing."""
    if not natural_key:
        return []
    same = "r.natural_key = :natural AND r.form = :form AND r.state = :state"
    return _records(conn, same, {"natural": natural_key, "form": form, "state": LIVE})


def find_period(conn: Reader, form: str, subject: str, period: str) -> list[Record]:
    """Return the live records of a form for one subject and period."""
    return select(conn, form=form, subject=subject, period=period)


def revisions(conn: Reader, key: str) -> list[Revision]:
    """Return all revisions, oldest first."""
    return [_revision(row) for row in asking.named_rows(conn, _OF_RECORD, {"of": key})]


def revision(conn: Reader, key: str, number: int) -> Revision | None:
    """Return one revision."""
    found = asking.named_rows(conn, _NUMBERED, {"of": key, "number": number})
    return _revision(found[0]) if found else None


def latest(conn: Reader, limit: int, *, text: str = "", deleted: bool = False) -> list[Revision]:
    """Return the last revisions of all records but the data file's own (@), newest first by the journal.

    ``text`` narrows them by label, by who and by why; ``deleted`` to those that deleted what is still deleted.
    """
    named = " AND (v.label LIKE :like ESCAPE '!' OR v.who LIKE :like ESCAPE '!' OR v.why LIKE :like ESCAPE '!')"
    plain = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    values: dict[str, str | float | None] = {"limit": limit}
    if text:
        values["like"] = f"%{plain}%"
    where = (named if text else "") + (_STILL_GONE if deleted else "")
    return [_revision(row) for row in asking.named_rows(conn, _LATEST.format(where=where), values)]


def payload_at(conn: Reader, digest: str) -> str | None:
    """Return the payload of the revision with this digest."""
    found: str | None = asking.scalar(conn, "SELECT payload FROM revision WHERE digest = :digest", {"digest": digest})
    return found


def counts(conn: Reader, *, period: str | None = None) -> dict[str, int]:
    """Return the number of live records by form; of one period when given."""
    if period is None:
        return dict(asking.rows(conn, _COUNTS, {"state": LIVE}))
    return dict(asking.rows(conn, _COUNTS_OF_PERIOD, {"state": LIVE, "period": period}))


_INSERT = (
    "INSERT INTO record (key, form, natural_key, subject, period, state, label, revision) "
    "VALUES (:key, :form, :natural_key, :subject, :period, :state, :label, :revision)"
)
_UPDATE = (
    "UPDATE record SET form = :form, natural_key = :natural_key, subject = :subject, period = :period, "
    "state = :state, label = :label, revision = :revision, alias_of = NULL WHERE key = :key"
)
_ALIAS = "UPDATE record SET alias_of = :of WHERE key = :key"
_ALIASES = "SELECT key, label, natural_key, alias_of FROM record WHERE form = :form AND alias_of IS NOT NULL"
_REVISE = (
    "INSERT INTO revision (record, number, form, form_digest, natural_key, subject, period, label, payload, at, who, "
    "why, action, previous, digest) VALUES (:record, :number, :form, :form_digest, :natural_key, :subject, :period, "
    ":label, :payload, :at, :who, :why, :action, :previous, :digest)"
)
_REVISION = (
    "SELECT v.record, v.number, v.form, v.form_digest, v.natural_key, v.subject, v.period, v.label, v.payload, v.at, "
    "v.who, v.why, v.action, v.previous, v.digest FROM revision v "
)
_OF_RECORD = _REVISION + "WHERE v.record = :of ORDER BY v.number"
_NUMBERED = _REVISION + "WHERE v.record = :of AND v.number = :number"
_LAST = _REVISION + "WHERE v.record = :of ORDER BY v.number DESC LIMIT 1"
_LATEST = _REVISION + (
    "JOIN journal j ON j.digest = v.digest WHERE j.what = 'revision' AND v.form NOT LIKE '@%'{where} "
    "ORDER BY j.seq DESC LIMIT :limit"
)
_STILL_GONE = (
    " AND v.action = 'delete' AND EXISTS (SELECT 1 FROM record r WHERE r.key = v.record AND r.revision = v.number "
    "AND r.state = 'deleted')"
)
_COUNTS = "SELECT form, count(*) FROM record WHERE state = :state GROUP BY form"
_COUNTS_OF_PERIOD = "SELECT form, count(*) FROM record WHERE state = :state AND period = :period GROUP BY form"
_WHOLE = (
    "SELECT r.key, r.form, r.natural_key, r.subject, r.period, r.state, r.label, r.revision, r.alias_of, v.digest, "
    "v.form_digest, v.payload, v.at AS updated_at, v.who FROM record r "
    "JOIN revision v ON v.record = r.key AND v.number = r.revision"
)


def _last(conn: Reader, key: str) -> Mapping[Any, Any] | None:
    found = asking.named_rows(conn, _LAST, {"of": key})
    return found[0] if found else None


def _known(conn: Reader, key: str) -> Revision:
    last = _last(conn, key)
    if last is None:
        raise KeyError(key)
    return _revision(last)


def _revision(row: Mapping[Any, Any]) -> Revision:
    return Revision(**{**row, "at": moment.loaded(row["at"])})


def _record(row: Mapping[Any, Any]) -> Record:
    return Record(**{**row, "updated_at": moment.loaded(row["updated_at"]), "alias_of": row["alias_of"] or ""})


def _records(conn: Reader, condition: str, values: Mapping[str, str]) -> list[Record]:
    where = f"WHERE {condition}" if condition else ""
    return [_record(row) for row in asking.named_rows(conn, f"{_WHOLE} {where} ORDER BY r.key", values)]

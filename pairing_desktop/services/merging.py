"""One firm entered twice: two records of a register become one, what pointed to the other points to it.

The one that goes is deleted by a revision of its own and stays as an alias of the one that stays. All of it is one
transaction and one step of undo (``mass.undo``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.formspec.records import texts
from pairing_desktop.services import entering, internal, kept, locking, merging_fields, naming
from pairing_desktop.services.listing import form_of
from pairing_desktop.services.lookup import Entry, Snapshot, decode, upgraded
from pairing_desktop.services.mass import Done
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.values import Payload
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.records import Record

MERGED = "合并重复记录"


class Line(Struct, frozen=True):
    """One field of both records as shown, first and second; ``takes`` proposes the second where the first is blank."""

    field: str
    label: str
    first: str
    second: str

    @property
    def same(self) -> bool:
        """Tell whether there is nothing to choose."""
        return self.first == self.second

    @property
    def takes(self) -> bool:
        """Tell whether the second's value is the better proposal."""
        return not self.first and bool(self.second)


class Pair(Struct, frozen=True):
    """Two records side by side. ``users`` names, by the one that would go, what points to it."""

    first: str
    second: str
    labels: tuple[str, str]
    lines: tuple[Line, ...]
    users: tuple[tuple[str, ...], tuple[str, ...]]
    needs_reason: str = ""


def compare(ws: Workspace, form: str, first: str, second: str, *, quarter: str) -> Pair:
    """Lay two records of a register side by side; writes nothing. Trouble: one is gone, or half typed."""
    spec = form_of(ws, form)
    with ws.store.glancing() as conn:
        records = [_live(conn, key) for key in (first, second)]
        snapshot = Snapshot(ws, quarter, conn)
        payloads = [_payload(spec, record) for record in records]
        lines = [Line(f.id, f.plain_label, *(naming.cell(spec, p, f.id, snapshot.label) for p in payloads))
                 for f in spec.fields if not (f.compute and not f.compute_when)]
        users = [list(_users(ws, conn, spec, key, snapshot)) for key in (first, second)]
        locks = (locking.of(ws, f, e.key, e.period or quarter, label=e.label, conn=conn)
                 for found in users for f, e in found)
        reason = next((lock.needs_reason for lock in locks if lock.needs_reason), "")
        named = [tuple(f"{f.short}“{snapshot.name(f.id, e)}”" for f, e in found) for found in users]
    return Pair(first, second, (records[0].label, records[1].label), tuple(lines), (named[0], named[1]), reason)


def merge(ws: Workspace, form: str, stays: str, goes: str, *, take: Collection[str] = (), quarter: str,
          why: str = "") -> Done:
    """Merge ``goes`` into ``stays``, which takes these fields of it.

    Trouble, and nothing changed: a record that points to it is locked or was sent and no reason is given; both have a
    sheet for one quarter; one of them is half typed.
    """
    from pairing_desktop.store import records

    ws.writable()
    spec = form_of(ws, form)
    with ws.store.begin() as tx:
        kept_one, gone = _live(tx, stays), _live(tx, goes)
        snapshot = Snapshot(ws, quarter, tx)
        users = list(_users(ws, tx, spec, goes, snapshot))
        _require_room(snapshot, users, stays, kept_one.label)
        deleted = records.delete(tx, key=goes, who=ws.who, at=ws.clock(), why=f"并入{kept_one.label}（{stays}）")
        records.alias(tx, goes, of=stays)
        kept.drop_record(ws, form, goes)
        payload = merging_fields.taken(_payload(spec, kept_one), _payload(spec, gone), take)
        changed = [(spec, _entry(spec, kept_one, payload)),
                   *((other, _repointed(other, form, entry, goes, stays)) for other, entry in users)]
        steps = [(entry.key, entry.revision, _put(ws, tx, other, entry, why=why, quarter=quarter))
                 for other, entry in changed]
        entering.rename(ws, tx, spec, stays)
    return Done(form, quarter, f"合并{gone.label}", ((goes, gone.revision, deleted.number), *steps),
                alias=(goes, stays))


def _live(conn: Reader, key: str) -> Record:
    from pairing_desktop.store import drafts, records

    record = records.get(conn, key)
    if record is None or record.state != "live":
        raise trouble("services.no_record", key=key)
    if drafts.draft(conn, key) is not None:
        raise trouble("merging.half_typed", label=record.label)
    return record


def _payload(form: Form, record: Record) -> Payload:
    return upgraded(form, decode(record.payload), record.form_digest)


def _entry(form: Form, record: Record, payload: Payload) -> Entry:
    return Entry(record.key, form.id, record.subject, record.period, record.label, record.natural_key,
                 record.revision, record.digest, record.updated_at, payload)


def _users(ws: Workspace, conn: Reader, form: Form, key: str, snapshot: Snapshot) -> Iterator[tuple[Form, Entry]]:
    """Yield the records of any quarter that point to one, or hang on it. Trouble: one of them is half typed."""
    from pairing_desktop.store import drafts

    typed = drafts.drafts(conn)
    for other in ws.catalogue.forms:
        if other.subject != form.id and not any(c.type == "reference" and c.form == form.id for c in _columns(other)):
            continue
        users = {e.key: e for e in snapshot.entries(other.id) if key in (e.subject, *texts(e.payload))}
        for one in typed:
            if one.form == other.id and (one.record in users or key in (one.subject, *texts(decode(one.payload)))):
                entry = snapshot.entry(one.record)
                name = snapshot.name(other.id, entry) if entry else "还没有保存过"
                raise trouble("merging.half_typed", label=f"{other.short}“{name}”")
        yield from ((other, entry) for entry in users.values())


def _columns(form: Form) -> Iterator[Field]:
    for field in form.fields:
        yield from (field, *field.columns)


def _require_room(snapshot: Snapshot, users: list[tuple[Form, Entry]], stays: str, label: str) -> None:
    """Raise ``Trouble`` where the one that stays has a sheet of its own for the same quarter."""
    from pairing_desktop.formspec.period import title

    for other, entry in users:
        if entry.period and entry.subject and snapshot.sheet(other.id, stays, entry.period) is not None:
            raise trouble("merging.two_sheets", label=label, form=other.short, period=title(entry.period))


def _repointed(form: Form, target: str, entry: Entry, old: str, new: str) -> Entry:
    """Return a record that points to ``new`` wherever it pointed to ``old``."""
    from msgspec.structs import replace

    payload = dict(entry.payload)
    payload["values"] = _pointing(form.fields, payload.get("values", {}), target, old, new)
    return replace(entry, payload=payload, subject=new if entry.subject == old else entry.subject)


def _pointing(fields: Collection[Field], values: dict[str, Any], target: str, old: str, new: str) -> dict[str, Any]:
    changed = dict(values)
    for field in fields:
        if field.type == "reference" and field.form == target and changed.get(field.id) == old:
            changed[field.id] = new
        elif field.type == "table" and field.id in changed:
            changed[field.id] = [{**row, "values": _pointing(field.columns, row.get("values", {}), target, old, new)}
                                 for row in changed[field.id]]
    return changed


def _put(ws: Workspace, tx: Connection, form: Form, entry: Entry, *, why: str, quarter: str) -> int:
    """Add a revision, computed and checked as any other; return its number."""
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.store import records

    context = entry.period if form.kind == "quarterly" else quarter
    snapshot = Snapshot(ws, context, tx)
    draft = Draft(form, entry.payload, entry.key, context, entry.subject, lookup=snapshot, today=ws.today)
    payload = draft.payload()
    label = naming.label(form, payload, subject=entry.subject, period=entry.period, resolve=snapshot.label)
    locking.require(ws, form, entry.key, entry.period or quarter, label=label, why=why, conn=tx)
    made = records.put(
        tx, key=entry.key, form=form.id, payload=internal.canonical(payload), form_digest=form.digest,
        period=entry.period, subject=entry.subject, label=label, who=ws.who, at=ws.clock(), why=why.strip() or MERGED,
        natural_key=naming.natural_key(form, payload, subject=entry.subject, period=entry.period), action="change",
        based_on=entry.revision)
    entering.settle(ws, tx, made, context)
    return made.number

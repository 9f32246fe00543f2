"""Many records at once from a list: one field changed, or all deleted, in one transaction and with one undo.

What holds for one record holds here: a locked quarter stays locked, what was sent needs a reason, a computed field is
nobody's to type, a record that others refer to stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.formspec.fieldtypes.interface import named
from pairing_desktop.formspec.records import texts
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import entering, internal, kept, locking, naming
from pairing_desktop.services.choosing import matching
from pairing_desktop.services.listing import form_of
from pairing_desktop.services.lookup import Snapshot, decode, upgraded
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.drafts import SavedDraft
    from pairing_desktop.store.records import Record

MOST = 2000
"""Records that one such change may take; more are for an import."""

EVERY = 20


class Row(Struct, frozen=True):
    """What would become of a record. ``state``: change, same, locked."""

    key: str
    label: str
    before: str
    after: str
    state: str
    note: str = ""


class Preview(Struct, frozen=True):
    """What a change would do. ``needs_reason`` says why words are needed, "" when they are not."""

    rows: tuple[Row, ...]
    needs_reason: str = ""

    def count(self, state: str) -> int:
        """Return how many records are in a state."""
        return sum(row.state == state for row in self.rows)


class Typed(Struct, frozen=True):
    """A draft that was changed with its record: its payload before and after, as kept."""

    key: str
    before: str
    after: str


class Done(Struct, frozen=True):
    """What was done, by which it is taken back: record, revision before, revision made."""

    form: str
    quarter: str
    name: str
    steps: tuple[tuple[str, int, int], ...]
    typed: tuple[Typed, ...] = ()
    alias: tuple[str, str] | None = None
    """Of a merge: the record that went, and the one that it stands for while it is gone."""


def changeable(form: Form) -> list[Field]:
    """Return the fields of a form that one value may be given to in many records: none that alone tells them apart."""
    unlike = {form.name, *(form.natural_key if len(form.natural_key) == 1 else ())}
    return [f for f in form.fields if f.id not in unlike and f.type not in naming.UNSORTED and not f.compute]


def clearing(form: Form, field: str) -> str:
    """Return what records lack when a field of theirs is cleared, "" where they lack nothing."""
    spec = form.by_id[field]
    if spec.required:
        return f"“{spec.plain_label}”是必填项，清空以后会报强制性问题"
    return f"“{spec.plain_label}”用来认出同一条记录，清空以后就认不出了" if field in form.natural_key else ""


def preview(ws: Workspace, form: str, keys: Sequence[str], field: str, text: str, *, quarter: str) -> Preview:
    """Return what giving a field this text would do to each record; writes nothing.

    Trouble: text that the field does not understand, too many records.
    """
    from pairing_desktop.store import drafts

    spec = form_of(ws, form)
    rows, reason = [], ""
    with ws.store.glancing() as conn:
        snapshot = Snapshot(ws, quarter, conn)
        waiting = {d.record for d in drafts.drafts(conn)}
        for record in _records(conn, keys):
            draft = _draft(ws, spec, record, quarter)
            before = draft.shown(field)
            _give(draft, field, text)
            name = naming.label(spec, decode(record.payload), subject=record.subject, period=record.period,
                                resolve=snapshot.label)
            lock = locking.of(ws, spec, record.key, record.period or quarter, label=name, conn=conn)
            after = draft.shown(field)
            state = "same" if not draft.dirty else "locked" if lock.locked or draft.locked(field) else "change"
            draft_too = "这条有还没保存的修改，一并改" if record.key in waiting and state == "change" else ""
            if state == "change":
                reason = reason or lock.needs_reason
            rows.append(Row(record.key, name, before, after, state, lock.locked or draft_too))
        rows += [_unsaved(ws, spec, kept, field, text) for kept in _only_typed(conn, spec, keys)]
    return Preview(tuple(rows), reason)


def change(ws: Workspace, form: str, keys: Sequence[str], field: str, text: str, *, quarter: str, why: str = "",
           progress: Progress = silent) -> Done:
    """Give a field this text in each record, all or none; what is as wanted already is left alone."""
    from pairing_desktop.store import records

    ws.writable()
    spec, at, steps, renamed = form_of(ws, form), ws.clock(), [], []
    with ws.store.begin() as tx:
        found = _records(tx, keys)
        for place, record in enumerate(found):
            if place % EVERY == 0:
                progress("批量修改", place, len(found))
            draft = _draft(ws, spec, record, quarter, tx)
            _give(draft, field, text)
            if not draft.dirty:
                continue
            payload, context = draft.payload(), record.period or quarter
            name = naming.label(spec, payload, subject=record.subject, period=record.period,
                                resolve=Snapshot(ws, quarter, tx).label)
            locking.require(ws, spec, record.key, context, label=name, why=why, conn=tx)
            natural = naming.natural_key(spec, payload, subject=record.subject, period=record.period)
            made = records.put(
                tx, key=record.key, form=form, payload=internal.canonical(payload), form_digest=spec.digest,
                period=record.period, subject=record.subject, natural_key=natural, label=name, who=ws.who, at=at,
                why=why.strip(), action="change", based_on=record.revision)
            entering.settle(ws, tx, made, _quarter(spec, record, quarter))
            renamed += [record.key] if name != record.label else []
            steps.append((record.key, record.revision, made.number))
        for key in renamed:
            entering.rename(ws, tx, spec, key)
        typed = tuple(_typed_too(ws, tx, spec, keys, field=field, text=text))
    return Done(form, quarter, f"批量修改{spec.by_id[field].plain_label}", tuple(steps), typed)


def delete(ws: Workspace, form: str, keys: Sequence[str], *, quarter: str, why: str = "",
           progress: Progress = silent) -> Done:
    """Delete records, all or none. Trouble: one is locked, or referred to by a record that stays."""
    from pairing_desktop.store import records

    ws.writable()
    spec, at, steps = form_of(ws, form), ws.clock(), []
    with ws.store.begin() as tx:
        found = _records(tx, keys)
        going = {record.key for record in found}
        _require_free(ws, tx, spec, found)
        for place, record in enumerate(found):
            if place % EVERY == 0:
                progress("删除记录", place, len(found))
            locking.require(ws, spec, record.key, record.period or quarter, label=record.label, why=why, conn=tx)
            made = records.delete(tx, key=record.key, who=ws.who, at=at, why=why.strip())
            steps.append((record.key, record.revision, made.number))
        kept.drop_many(ws, form, gone=going, changed=())
    name = f"删除{found[0].label}" if len(found) == 1 else f"删除 {len(steps)} 条{spec.short}"
    return Done(form, quarter, name, tuple(steps))


def must_be_free(ws: Workspace, form: str, keys: Sequence[str]) -> None:
    """Raise Trouble when records that stay refer to some of these, before anybody is asked whether to delete them."""
    with ws.store.glancing() as conn:
        _require_free(ws, conn, form_of(ws, form), _records(conn, keys))


def needs_reason(ws: Workspace, form: str, keys: Sequence[str], *, quarter: str) -> str:
    """Return why deleting or changing these records needs words, "" when it does not."""
    spec = form_of(ws, form)
    with ws.store.glancing() as conn:
        locks = (locking.of(ws, spec, r.key, r.period or quarter, label=r.label, conn=conn)
                 for r in _records(conn, keys))
        return next((lock.needs_reason for lock in locks if lock.needs_reason), "")


def undo(ws: Workspace, done: Done, *, progress: Progress = silent) -> Done:
    """Take all of it back, each as a new revision; return by what that is taken back in its turn (redo).

    Trouble: a record holds something else by now, or its quarter is locked; then nothing is taken back.
    """
    from pairing_desktop.store import records

    ws.writable()
    why, steps = f"撤销：{done.name}", []
    with ws.store.begin() as tx:
        for place, (key, before, after) in enumerate(done.steps):
            if place % EVERY == 0:
                progress("撤销", place, len(done.steps))
            record = records.get(tx, key)
            if record is None or not _still(tx, record, after):
                raise trouble("mass.changed_since", label=record.label if record else key)
            spec = form_of(ws, record.form)
            locking.require(ws, spec, key, record.period or done.quarter, label=record.label, why=why, conn=tx)
            steps.append((key, after, _back_to(ws, tx, spec, record, number=before, why=why, quarter=done.quarter)))
        back = tuple(Typed(one.key, one.after, one.before) for one in done.typed)
        for one in done.typed:
            _retype(ws, tx, one)
        if done.alias is not None and (gone := records.get(tx, done.alias[0])) and gone.state != "live":
            records.alias(tx, gone.key, of=done.alias[1])
    return Done(done.form, done.quarter, done.name, tuple(steps), back, done.alias)


def _still(tx: Connection, record: Record, number: int) -> bool:
    """Tell whether a record is as a revision left it, be it by a later one."""
    from pairing_desktop.store import records

    then = records.revision(tx, record.key, number)
    return then is not None and then.payload == record.payload and (then.action == "delete") == (record.state != "live")


def _back_to(ws: Workspace, tx: Connection, form: Form, record: Record, *, number: int, why: str,
             quarter: str) -> int:
    """Make a record as it was at a revision, deleted too; return the revision made."""
    from pairing_desktop.store import records

    then = records.revision(tx, record.key, number)
    if then is not None and then.action == "delete":
        made = records.delete(tx, key=record.key, who=ws.who, at=ws.clock(), why=why)
        kept.drop_record(ws, form.id, record.key)
        return made.number
    made = records.restore(tx, key=record.key, number=number, who=ws.who, at=ws.clock(), why=why)
    entering.settle(ws, tx, made, _quarter(form, record, quarter))
    if record.label != made.label:
        entering.rename(ws, tx, form, record.key)
    return made.number


# What is typed and not saved yet


def _only_typed(conn: Reader, form: Form, keys: Sequence[str]) -> list[SavedDraft]:
    """Return the drafts among some keys that no revision stands behind."""
    from pairing_desktop.store import drafts, records

    wanted = set(keys)
    return [d for d in drafts.drafts(conn)
            if d.record in wanted and d.form == form.id and records.get(conn, d.record) is None]


def _unsaved(ws: Workspace, form: Form, waiting: SavedDraft, field: str, text: str) -> Row:
    draft = _recovered(ws, form, waiting)
    before = draft.shown(field)
    _give(draft, field, text)
    after = draft.shown(field)
    return Row(waiting.record, draft.label(), before, after, "same" if after == before else "change", "还没有保存过")


def _typed_too(ws: Workspace, tx: Connection, form: Form, keys: Sequence[str], *, field: str,
               text: str) -> Iterator[Typed]:
    """Give the field the text in what is typed and not saved too, or saving it would bring the old one back."""
    from pairing_desktop.store import drafts

    wanted = set(keys)
    for waiting in drafts.drafts(tx):
        if waiting.record in wanted and waiting.form == form.id:
            draft = _recovered(ws, form, waiting, tx)
            _give(draft, field, text)
            after = msgspec.json.encode(draft.payload()).decode()
            if after != waiting.payload:
                yield _retype(ws, tx, Typed(waiting.record, after, waiting.payload))


def _retype(ws: Workspace, tx: Connection, one: Typed) -> Typed:
    """Put ``before`` in the place of ``after``, unless something else was typed meanwhile; return the way back."""
    from pairing_desktop.store import drafts

    waiting = drafts.draft(tx, one.key)
    if waiting is not None and waiting.payload == one.after:
        drafts.save_draft(ws.store, one.key, form=waiting.form, payload=one.before, at=waiting.at, focus=waiting.focus,
                          period=waiting.period, subject=waiting.subject, revision=waiting.revision)
    return Typed(one.key, one.after, one.before)


def _recovered(ws: Workspace, form: Form, waiting: SavedDraft, tx: Connection | None = None) -> Draft:
    from pairing_desktop.formspec.draft import Draft

    return Draft(form, decode(waiting.payload), waiting.record, waiting.period, waiting.subject,
                 lookup=Snapshot(ws, waiting.period, tx), find=lambda target, text: matching(ws, target, text),
                 today=ws.today)


def _require_free(ws: Workspace, tx: Reader, form: Form, going: Sequence[Record]) -> None:
    """Raise ``Trouble`` when records that stay point to some of these, or hang on them."""
    labels = {record.key: record.label for record in going}
    used: dict[str, str] = {}
    users: list[str] = []
    snapshot = Snapshot(ws, "", tx, whole=True)
    for other in ws.catalogue.forms:
        columns = [column for f in other.fields for column in (f, *f.columns)]
        if other.subject != form.id and all(c.type != "reference" or c.form != form.id for c in columns):
            continue
        for entry in snapshot.entries(other.id):
            if entry.key in labels:
                continue
            held = labels.keys() & {entry.subject, *texts(entry.payload)}
            if held:
                used.update((key, labels[key]) for key in held)
                users.append(f"{other.short}“{entry.label}”")
    if users:
        raise trouble("services.referred", label=named(list(used.values())), others=named(users))


def _quarter(form: Form, record: Record, quarter: str) -> str:
    return record.period if form.kind == "quarterly" else quarter


def _records(conn: Reader, keys: Sequence[str]) -> list[Record]:
    from pairing_desktop.store import records

    if len(keys) > MOST:
        raise trouble("mass.too_many", count=len(keys), most=MOST)
    found = (records.get(conn, key) for key in keys)
    return [record for record in found if record is not None and record.state == "live"]


def _draft(ws: Workspace, form: Form, record: Record, quarter: str, tx: Connection | None = None) -> Draft:
    from pairing_desktop.formspec.draft import Draft

    payload = upgraded(form, decode(record.payload), record.form_digest)
    context = _quarter(form, record, quarter)
    return Draft(form, payload, record.key, context, record.subject, lookup=Snapshot(ws, context, tx),
                 find=lambda target, text: matching(ws, target, text), today=ws.today)


def _give(draft: Draft, field: str, text: str) -> None:
    """Type it; Trouble when it is not understood, for what is wrong once would be wrong many times."""
    from pairing_desktop.formspec.values import NotUnderstood

    if draft.locked(field):
        return
    answer = draft.type(field, text)
    if isinstance(answer, NotUnderstood):
        raise trouble("mass.not_understood", label=draft.form.by_id[field].label, text=text, why=answer.message)

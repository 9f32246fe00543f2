"""Typing in: keeping and saving records.

Opening them is in ``opening``, what a field offers in ``choosing``, lists in ``listing``, the past in ``past``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.formspec.fieldtypes.interface import named
from pairing_desktop.formspec.records import texts
from pairing_desktop.formspec.values import BEFORE
from pairing_desktop.services import answers, catching_up, checking, internal, kept, locking, naming, starting
from pairing_desktop.services.choosing import Option, choices, near
from pairing_desktop.services.filling import fill_beside
from pairing_desktop.services.listing import MARKS, Count, Line, Page, counts, form_of, label, list_records
from pairing_desktop.services.lookup import Entry, Snapshot, decode
from pairing_desktop.services.opening import OpenRecord, open_record
from pairing_desktop.services.past import Change, Past, history, recent
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.formspec.rules import Finding
    from pairing_desktop.formspec.values import Payload
    from pairing_desktop.store.behind import Flushed
    from pairing_desktop.store.records import Revision

__all__ = [
    "MARKS", "Change", "Count", "Line", "OpenRecord", "Option", "Page", "Past", "Saved", "autosave", "choices",
    "copy_from", "copy_previous", "counts", "delete", "discard", "enter_bureau", "fill_beside", "history", "label",
    "list_records", "near", "open_record", "recent", "restore", "save",
]


class Saved(Struct, frozen=True):
    """What saving did. ``changed`` is false when nothing differed from the last revision."""

    key: str
    revision: int
    changed: bool
    at: datetime
    label: str
    findings: tuple[Finding, ...]


def autosave(ws: Workspace, draft: Draft, focus: str = "", flushed: Flushed | None = None,
             payload: Payload | None = None) -> datetime:
    """Put what is typed on disk as a draft; makes no revision. Called when a field is left.

    ``payload`` is the draft's own, where the caller has worked it out already.
    With ``flushed`` it outlives the program once this returns, and a power cut once that is called, by another thread.
    """
    import msgspec

    from pairing_desktop.store import drafts

    at = ws.clock()
    ws.writable()
    if not draft.dirty:
        _drop_kept(ws, draft.key or "")
    elif draft.key:
        typed = payload or draft.payload()
        text = msgspec.json.encode({**typed, BEFORE: draft.before} if draft.before else typed).decode()
        drafts.save_draft(ws.store, draft.key, form=draft.form.id, payload=text, at=at, focus=focus,
                          period=draft.period, subject=draft.subject, revision=draft.revision, flushed=flushed)
    return at


def _drop_kept(ws: Workspace, key: str) -> None:
    """Forget a draft whose typing was undone; a look costs nothing when there is none."""
    from pairing_desktop.store import drafts

    with ws.store.reading() as conn:
        waiting = drafts.draft(conn, key)
    if waiting:
        with ws.store.begin() as tx:
            drafts.drop_draft(tx, key)


def save(ws: Workspace, draft: Draft, why: str = "") -> Saved:
    """Make a revision if the payload changed; refresh lists, search and the record's findings; drop the draft row.

    A data file without a partner takes the one that its pairing names.
    """
    ws.writable()
    with ws.store.begin() as tx:
        saved = save_among(ws, tx, draft, why)
    draft.key, draft.revision = saved.key, saved.revision
    draft.mark_saved()
    if draft.form.id == starting.PAIRING and not ws.about.partner:
        partner, bureau = starting.partner_of(ws, draft.payload())
        if partner:
            ws.update_about(partner=partner, partner_bureau=bureau)
    return saved


def save_among(ws: Workspace, tx: Connection, draft: Draft, why: str) -> Saved:
    """Save as ``save`` does, among what else a transaction writes; the draft is not marked, as nothing is sure yet."""
    from pairing_desktop.store import drafts, records

    form, key, at = draft.form, draft.key or records.new_key(), ws.clock()
    catching_up.catch_up_among(tx, draft)
    payload = draft.payload()
    text = internal.canonical(payload)
    old = records.get(tx, key)
    unchanged = old.payload == text and old.state == "live" if old else not payload
    if unchanged:
        drafts.drop_draft(tx, key)
        found = checking.kept_findings(ws, draft.period, form.id, key)
        saved = Saved(key, old.revision if old else 0, False, old.updated_at if old else at,
                      old.label if old else "", tuple(found))
    else:
        snapshot = Snapshot(ws, draft.period, tx)
        name = naming.label(form, payload, subject=draft.subject, period=naming.stored_period(form, draft.period),
                            resolve=snapshot.label)
        locking.require(ws, form, key, draft.period, label=name, why=why, conn=tx)
        period = naming.stored_period(form, draft.period)
        natural = naming.natural_key(form, payload, subject=draft.subject, period=period)
        revision = records.put(
            tx, key=key, form=form.id, payload=text, form_digest=form.digest, period=period,
            subject=draft.subject, natural_key=natural, label=name, who=ws.who, at=at, why=why.strip(),
            action="change" if old else "enter")
        drafts.drop_draft(tx, key)
        findings = settle(ws, tx, revision, draft.period)
        if old and old.label != name:
            rename(ws, tx, form, key)
        saved = Saved(key, revision.number, True, at, name, tuple(findings))
    return saved


def enter_bureau(ws: Workspace) -> Saved | None:
    """Save what was told when the data file was made as the first record of 单位与人员, so that it isn't typed twice.

    Returns None when neither bureau nor posts were told, when our own bureau is there, or without such a form.
    """
    from pairing_desktop.formspec.period import Quarter

    form = next((f for f in ws.forms if f.id == starting.BUREAU), None)
    if form is None or not (ws.about.bureau or ws.people):
        return None
    opened = open_record(ws, form=form.id, quarter=str(Quarter.of(ws.today)))
    return save(ws, opened.draft) if starting.known(ws, form).get("county") == ws.about.county else None


def settle(ws: Workspace, tx: Connection, revision: Revision, quarter: str) -> list[Finding]:
    """Bring lists, search and kept findings up to date with a new revision, in its transaction."""
    form = ws.catalogue.form(revision.form)
    payload = decode(revision.payload)
    snapshot = Snapshot(ws, quarter, tx)
    entry = Entry(revision.record, form.id, revision.subject, revision.period, revision.label, revision.natural_key,
                  revision.number, revision.digest, revision.at, payload)
    index(tx, form, entry, snapshot)
    findings = answers.applied(checking.run(ws, checking.around(ws, form, quarter, tx), entry), answers.given(ws, tx))
    kept.replace_record(ws, quarter, form.id, revision.record, findings=findings, subject=revision.subject)
    return findings


def index(tx: Connection, form: Form, entry: Entry, snapshot: Snapshot) -> None:
    """Write what lists and search read of a record."""
    from pairing_desktop.store import index as table
    from pairing_desktop.store import search

    words = naming.search_text(form, entry.payload, snapshot.label, subject=entry.subject, period=entry.period)
    table.set_fields(tx, entry.key, form.id, naming.sort_values(form, entry.payload, snapshot.label))
    search.set_search(tx, entry.key, form.id, words)


def rename(ws: Workspace, tx: Connection, form: Form, key: str) -> None:
    """Index anew the records that are shown by this record's name."""
    snapshot = Snapshot(ws, "", tx)
    for other, entry in _referring(ws, form, key, snapshot):
        index(tx, other, entry, snapshot)


def _referring(ws: Workspace, form: Form, key: str, snapshot: Snapshot) -> list[tuple[Form, Entry]]:
    """Return the records that point to this one, or hang on it."""
    found = []
    for other in ws.catalogue.forms:
        if other.subject == form.id or _refers(other, form.id):
            found += [(other, e) for e in snapshot.entries(other.id) if key in (e.subject, *texts(e.payload))]
    return found


def _refers(form: Form, target: str) -> bool:
    fields = [column for f in form.fields for column in (f, *f.columns)]
    return any(f.type == "reference" and f.form == target for f in fields)


def discard(ws: Workspace, draft: Draft) -> None:
    """Forget what was typed since the last revision."""
    from pairing_desktop.store import drafts

    ws.writable()
    with ws.store.begin() as tx:
        drafts.drop_draft(tx, draft.key or "")


def delete(ws: Workspace, key: str, why: str = "") -> None:
    """Delete a record: a revision too, ``restore`` brings it back. Trouble when others refer to it or it is locked."""
    from pairing_desktop.store import drafts, records

    ws.writable()
    with ws.store.begin() as tx:
        record = records.get(tx, key)
        if record is None or record.state != "live":
            if drafts.draft(tx, key) is None:
                raise trouble("services.no_record", key=key)
            drafts.drop_draft(tx, key)  # typed once, never saved
            return
        form = form_of(ws, record.form)
        others = _referring(ws, form, key, Snapshot(ws, "", tx))
        if others:
            raise trouble("services.referred", label=record.label,
                          others=named([f"{f.short}“{e.label}”" for f, e in others]))
        locking.require(ws, form, key, record.period, label=record.label, why=why, conn=tx)
        records.delete(tx, key=key, who=ws.who, at=ws.clock(), why=why.strip())
        kept.drop_record(ws, form.id, key)


def restore(ws: Workspace, key: str, number: int | None = None, why: str = "", *, quarter: str = "") -> Saved:
    """Bring back a deleted record, or an earlier revision ``number``, as a new revision."""
    from pairing_desktop.store import records

    ws.writable()
    with ws.store.begin() as tx:
        record = records.get(tx, key)
        if record is None:
            raise trouble("services.no_record", key=key)
        form = form_of(ws, record.form)
        locking.require(ws, form, key, record.period, label=record.label, why=why, conn=tx)
        chosen = number or _last_content(records.revisions(tx, key))
        revision = records.restore(tx, key=key, number=chosen, who=ws.who, at=ws.clock(), why=why.strip())
        findings = settle(ws, tx, revision, record.period or quarter)
    return Saved(key, revision.number, True, revision.at, revision.label, tuple(findings))


def _last_content(revisions: Sequence[Revision]) -> int:
    return next((r.number for r in reversed(revisions) if r.action != "delete"), revisions[-1].number)


def copy_previous(ws: Workspace, draft: Draft) -> list[str]:
    """Carry last quarter's figures forward (结转上期) into blank fields of the draft; return the paths filled."""
    payload = Snapshot(ws, draft.period).previous(draft.form.id, draft.key or "", draft.period, draft.subject)
    return _carried(draft, payload, new_year=draft.period.endswith("Q1")) if payload else []


def copy_from(ws: Workspace, draft: Draft, key: str) -> list[str]:
    """Copy another record's values (Ctrl+Shift+D) into blank fields of the draft; return the paths filled.

    Not what it is told apart by: its name, credit code and files.
    """
    entry = Snapshot(ws, draft.period).entry(key)
    if not entry or entry.form != draft.form.id:
        return []
    own = {f.id for f in draft.form.fields if f.id == draft.form.name or f.type in ("credit_code", "attachment")}
    shared = {member: {name: value for name, value in words.items() if name not in own}
              for member, words in entry.payload.items() if isinstance(words, dict)}
    return _carried(draft, shared)


def _carried(draft: Draft, payload: Payload, *, new_year: bool = False) -> list[str]:
    """Carry a payload into what is blank; return the fields that took something."""
    before = draft.payload()
    draft.carry(payload, new_year=new_year)
    after = draft.payload()
    return [f.id for f in draft.form.fields if _at(before, f.id) != _at(after, f.id)]


def _at(payload: Payload, name: str) -> tuple[object, ...]:
    return tuple(payload.get(member, {}).get(name) for member in ("values", "raw", "marks"))

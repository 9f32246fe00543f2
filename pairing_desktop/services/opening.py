"""Opening a record to be typed in: with what was typed and not saved, what it was before, why it may be locked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.services import catching_up, checking, locking, naming, starting
from pairing_desktop.services.choosing import matching
from pairing_desktop.services.listing import form_of
from pairing_desktop.services.lookup import Snapshot, decode, upgraded

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.formspec.rules import Finding
    from pairing_desktop.formspec.values import Payload
    from pairing_desktop.services.workspace import Workspace
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.drafts import SavedDraft
    from pairing_desktop.store.records import Record

ASSESSMENT = "assessment"
"""The form whose rows come from an indicator set (``assessing``)."""


class OpenRecord(Struct, frozen=True):
    """A record ready to be typed in. ``previous`` and ``year_ago`` are only read."""

    draft: Draft
    key: str
    label: str
    previous: Draft | None
    year_ago: Draft | None
    locked: str  # why it cannot be changed now, "" when it can
    needs_reason: str  # why a change needs words (``why`` of ``save``), "" when it does not
    saved_at: datetime | None
    recovered: bool  # typed text that was never saved is back
    revision: int
    focus: str = ""  # where the cursor was when the draft was kept
    findings: tuple[Finding, ...] = ()


def open_record(ws: Workspace, *, form: str, key: str | None = None, quarter: str, subject: str = "") -> OpenRecord:
    """Open a record, or a new one (``key=None``).

    A sheet that exists for (form, subject, quarter) is opened, not doubled. What was typed and never saved is back.
    """
    from pairing_desktop.store import drafts, records

    spec = form_of(ws, form)
    with ws.store.glancing() as conn:
        if key is None and spec.kind in ("quarterly", "yearly"):
            _require_subject(ws, spec, subject)
            key = _sheet_key(conn, spec, subject, quarter)
        record = records.get(conn, key) if key else None
        waiting = drafts.draft(conn, key) if key else None
        if key and waiting is None and (record is None or record.state != "live"):
            raise trouble("services.no_record", key=key)
        overtaken = record is not None and waiting is not None and waiting.revision != record.revision
        begun = catching_up.begun_from(conn, spec, waiting.record, waiting.revision) if waiting and overtaken else None
    key = key or records.new_key()
    subject = record.subject if record else waiting.subject if waiting else subject
    quarter = _context(spec, record, waiting, quarter)
    return _opened(ws, spec, record, waiting, begun, key=key, quarter=quarter, subject=subject)


def _require_subject(ws: Workspace, form: Form, subject: str) -> None:
    if form.subject and not subject:
        raise trouble("services.no_subject", form=form.short, subject=ws.catalogue.form(form.subject).short)


def _sheet_key(conn: Reader, form: Form, subject: str, quarter: str) -> str | None:
    from pairing_desktop.store import drafts, records

    period = naming.stored_period(form, quarter)
    found = records.find_period(conn, form.id, subject, period)
    if found:
        return found[0].key
    typed = [d for d in drafts.drafts(conn) if (d.form, d.subject) == (form.id, subject)]
    return next((d.record for d in typed if naming.stored_period(form, d.period) == period), None)


def _context(form: Form, record: Record | None, waiting: SavedDraft | None, quarter: str) -> str:
    """Return the quarter that the record is typed in: a sheet's own, else the one on screen."""
    if form.kind == "quarterly":
        return record.period if record else waiting.period if waiting else quarter
    return quarter


def _opened(ws: Workspace, form: Form, record: Record | None, waiting: SavedDraft | None, begun: Payload | None, *,
            key: str, quarter: str, subject: str) -> OpenRecord:
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.store.faults import told

    with told(ws.store.name):
        stored: Payload | None = upgraded(form, decode(record.payload), record.form_digest) if record else None
        typed = decode(waiting.payload) if waiting else None
    draft = _draft(ws, form, stored if begun is None else begun, key=key, quarter=quarter, subject=subject, typed=typed)
    if begun is not None and stored is not None:
        draft.rebase(stored)
    draft.revision = record.revision if record else 0
    snapshot = Snapshot(ws, quarter)
    earlier = snapshot.previous(form.id, key, quarter, subject)
    year_ago = snapshot.year_ago(form.id, key, quarter, subject)
    lock = locking.of(ws, form, key, quarter, label=record.label if record else form.short)
    if record is None and waiting is None and form.id == ASSESSMENT and not lock.locked:
        from pairing_desktop.services import assessing

        assessing.begin(ws, draft)
    return OpenRecord(
        draft=draft, key=key,
        label=naming.label(form, draft.payload(), subject=subject, period=quarter if form.kind == "quarterly" else "",
                           resolve=snapshot.label) if record or waiting or subject else f"新建{form.short}",
        previous=_draft(ws, form, earlier, key=key, quarter=_before(form, quarter), subject=subject)
        if earlier else None,
        year_ago=_draft(ws, form, year_ago, key=key, quarter=periods.year_ago(quarter), subject=subject)
        if year_ago else None,
        locked=lock.locked, needs_reason=lock.needs_reason, saved_at=record.updated_at if record else None,
        recovered=waiting is not None, revision=record.revision if record else 0,
        focus=waiting.focus if waiting else "",
        findings=tuple(checking.kept_findings(ws, quarter, form.id, key)) if record else (),
    )


def _before(form: Form, quarter: str) -> str:
    """Return the quarter of the earlier sheet (or of an event as sent before): its own past is read from there."""
    from pairing_desktop.formspec import period as periods

    return periods.year_ago(quarter) if form.kind == "yearly" else periods.previous(quarter)


def _draft(ws: Workspace, form: Form, payload: Payload | None, *, key: str, quarter: str, subject: str,
           typed: Payload | None = None) -> Draft:
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.services.surroundings import referred

    lookup = Snapshot(ws, quarter)
    lookup.fetch({subject, *referred(form.fields, payload or {}), *referred(form.fields, typed or {})} - {""})
    made = Draft(form, payload, key, quarter, subject, lookup=lookup,
                 find=lambda target, text: matching(ws, target, text), today=ws.today,
                 start=starting.known(ws, form) if payload is None and typed is None else None)
    if typed is not None:
        made.recover(typed)
    return made

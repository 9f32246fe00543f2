"""A quarter at one moment: its records, findings and answers, and the data that a packet carries of them.

Fields marked private stay in the county: they are taken out here, before anything is drawn or written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from pairing_desktop import __version__
from pairing_desktop.progress import Progress
from pairing_desktop.services import (
    anchoring,
    answers,
    checking,
    countersigning,
    internal,
    naming,
    scope,
    summarising,
    surroundings,
)
from pairing_desktop.services.lookup import Entry, Snapshot
from pairing_desktop.services.untouched import must_be_untouched
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.documents.layout import RecordView
    from pairing_desktop.exchange.packet_files import Attached
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.rules import Finding
    from pairing_desktop.store.submissions import Submission


class Frozen(Struct, frozen=True):
    """All that a packet says. ``data`` is canonical; ``identity`` its SHA-256."""

    quarter: str
    number: int
    replaced: Submission | None
    reason: str
    at: datetime
    report: checking.Report
    pinned: tuple[tuple[str, int], ...]
    """(record, revision) of everything taken."""
    attached: tuple[Attached, ...]
    waivers: tuple[dict[str, Any], ...]
    data: bytes
    identity: str
    head: str
    """The journal's end at that moment: as long as it is the same, nothing was changed."""
    joint: str = ""
    """SHA-256 of the countersigned joint part that goes in; blank without one."""


class Content(Struct, frozen=True):
    """What is drawn of a frozen quarter; apart from it, so that it can be let go of once it is laid out."""

    within: scope.Scope
    snapshot: Snapshot
    views: dict[str, list[RecordView]]
    data: dict[str, Any]
    """What ``Frozen.data`` says."""


def freeze(ws: Workspace, conn: Connection, quarter: str, *, number: int, replaced: Submission | None, reason: str,
           progress: Progress) -> tuple[Frozen, Content]:
    """Read and check a quarter in one view of the data file. BadContent: it was altered behind the program's back."""
    from pairing_desktop.exchange import packet_files, packet_parts

    at = ws.clock()
    snapshot = Snapshot(ws, quarter, conn, whole=True, as_sent=True)
    within = scope.of(ws, snapshot, conn)
    must_be_untouched(conn, within, progress)
    report = checking.check_scope(ws, within, snapshot, conn, progress)
    views = {f.id: [view(f, e, snapshot) for e in within.entries[f.id]] for f in ws.catalogue.forms}
    attached = tuple(a for f in ws.catalogue.forms for v in views[f.id]
                     for a in packet_files.attached(v.payload, v.key))
    given = answers.given(ws, conn)
    explanations = [_answered(f, given.explanations) for f in report.findings if f.explanation]
    waivers = [_answered(f, given.waivers) for f in report.findings if f.waiver]
    stand = countersigning.of_records(ws, quarter, countersigning.records(ws, within.entries, snapshot))
    reasons = (f.explanation for f in report.findings if f.rule == countersigning.UNSIGNED)
    joint = countersigning.member(stand, next(reasons, ""))
    anchored = anchoring.history(conn)
    data = {
        **_about(ws, at), "period": quarter, "submission": number, "reason": reason,
        "replaces": {"identity": replaced.identity, "submission": replaced.number} if replaced else None,
        "forms": [_form(f) for f in ws.catalogue.forms if views[f.id]],
        "records": list(_records(ws, within, views)), "sheets": summarising.named(summarising.listed(ws)),
        "findings": [finding_of(f) for f in report.findings],
        "explanations": explanations, "waivers": waivers,
        "attachments": [structs.asdict(a) for a in attached],
        "joint": joint, "history": anchored, "surroundings": surroundings.of(ws, within, snapshot, replaced, conn),
    }
    text = packet_parts.canonical(data)
    pinned = tuple((e.key, e.revision) for entries in within.entries.values() for e in entries)
    frozen = Frozen(quarter, number, replaced, reason, at, report, pinned, attached, tuple(waivers), text,
                    hashlib.sha256(text).hexdigest(), anchored["head"], countersigning.file_of(stand))
    return frozen, Content(within, snapshot, views, data)


def _about(ws: Workspace, at: datetime) -> dict[str, Any]:
    from pairing_desktop.exchange.packet_parts import FORMAT

    about = ws.about
    return {
        "format": FORMAT, "program": f"pairing-desktop {__version__}", "sample": about.sample,
        "finalised_at": internal.stamp(at),
        "county": about.county, "county_name": about.county_name, "bureau": about.bureau,
        "partner": about.partner, "partner_name": about.partner_name, "roles": list(about.roles),
    }


def _form(form: Form) -> dict[str, Any]:
    joint = {"joint": True} if form.joint else {}
    return {"id": form.id, "version": form.version, "digest": form.digest, "title": form.title, "short": form.short,
            "kind": form.kind, **joint}


def _records(ws: Workspace, within: scope.Scope, views: Mapping[str, list[RecordView]]) -> Iterator[dict[str, Any]]:
    for form in ws.catalogue.forms:
        for entry, view in zip(within.entries[form.id], views[form.id], strict=True):
            late = {"late": True} if entry.key in within.late else {}
            natural = naming.natural_key(form, view.payload, subject=entry.subject, period=entry.period)
            yield {"form": form.id, "key": entry.key, "revision": entry.digest, "number": entry.revision,
                   "natural_key": natural, "subject": entry.subject, "period": entry.period,
                   "label": view.label, "payload": view.payload, **late}


def finding_of(finding: Finding) -> dict[str, Any]:
    """Return a finding as a packet says it."""
    return {"form": finding.form, "record": finding.record, "path": finding.path, "rule": finding.rule,
            "number": finding.number, "level": finding.level, "left": finding.left, "right": finding.right,
            "difference": finding.difference, "message": finding.message, "place": finding.place}


def _answered(finding: Finding, given: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    said = given[answers.name_of(finding)]
    at = internal.stamp(datetime.fromisoformat(said["at"]))  # an older program wrote +00:00
    return {**said, "at": at, "message": finding.message, "place": finding.place}


def view(form: Form, entry: Entry, snapshot: Snapshot, *, whole: bool = False) -> RecordView:
    """Return a record as it goes on paper; ``whole`` with what stays in the county, for printing at home."""
    from pairing_desktop.documents.layout import RecordView

    around = (form.id, entry.key, snapshot.quarter, entry.subject)
    earlier, ago = (None, None) if form.kind == "register" else (snapshot.previous(*around), snapshot.year_ago(*around))
    own = entry.payload if whole else public(form, entry.payload)
    return RecordView(
        key=entry.key, form=form.id, label=snapshot.name(form.id, entry), payload=own,
        previous=public(form, earlier) if earlier is not None else None,
        year_ago=public(form, ago) if ago is not None else None,
        subject_label=snapshot.label(form.subject, entry.subject) if entry.subject else "",
    )


def public(form: Form, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a payload without what stays in the county, or what no field holds any more; the same one without such."""
    return _public(form.fields, payload) if any(hidden(form.fields, payload)) else payload


def hidden(fields: tuple[Field, ...], payload: Mapping[str, Any]) -> Iterator[str]:
    """Yield the paths in a payload, or in a row, that no packet carries: private ones, and those of no field."""
    shown = {f.id: f for f in fields if not f.private}
    for member, words in payload.items():
        yield from (name for name in words if name.split("/")[0] not in shown) if member != "id" else ()
    values = payload.get("values", {})
    for name, table in shown.items():
        if table.type == "table":
            for row in values.get(name, ()):
                yield from (f"{name}/{path}" for path in hidden(table.columns, row))


def _public(fields: tuple[Field, ...], payload: Mapping[str, Any]) -> dict[str, Any]:
    shown = {f.id: f for f in fields if not f.private}
    found: dict[str, Any] = {}
    for member, words in payload.items():
        if member == "id":
            found[member] = words
            continue
        kept = {name: value for name, value in words.items() if name.split("/")[0] in shown}
        if member == "values":
            kept.update({n: [_public(f.columns, row) for row in kept[n]] for n, f in shown.items()
                         if f.type == "table" and n in kept})
        if kept:
            found[member] = kept
    return found

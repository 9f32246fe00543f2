"""What a packet's data holds beside the records: all that paper shows and rules ask for, and no record says.

With it, whoever has only ``data.json`` and the forms lays out the same documents and runs the same rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.services.lookup import Entry, Snapshot, happened
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.services.scope import Scope
    from pairing_desktop.store.submissions import Submission

EARLIER = ("previous", "year_ago")


def of(ws: Workspace, within: Scope, snapshot: Snapshot, replaced: Submission | None,
       conn: Connection) -> dict[str, Any]:
    """Return the member ``surroundings`` of a packet's data."""
    about = ws.about
    return {
        "side": about.side, "leads": about.leads, "partner_bureau": about.partner_bureau,
        "people": [{"role": p.role, "label": p.label, "name": p.name, "phone": p.phone} for p in ws.people],
        "forms": [f.id for f in ws.forms],
        "changes": _changes(within, dict(replaced.pinned)) if replaced else {},
        "codes": _codes(ws, replaced, conn) if replaced else [],
        "earlier": list(_earlier(ws, within, snapshot)),
        "others": list(_others(ws, within, snapshot)),
    }


def _codes(ws: Workspace, replaced: Submission, conn: Connection) -> list[str]:
    """Return the codes of the replaced submission's stamped sheets; none when its packet is gone or of other forms."""
    from pairing_desktop.services import sheet_codes

    said = sheet_codes.data_of(ws, replaced, conn)
    return sorted({sheet.code for sheet in sheet_codes.of_data(said, ws.catalogue)}) if said else []


def _changes(within: Scope, before: Mapping[str, int]) -> dict[str, str]:
    """Return for each form what differs from the replaced submission."""
    return {form: changed({e.key: e.revision for e in entries}, before) for form, entries in within.entries.items()}


def changed(now: Mapping[str, int], before: Mapping[str, int]) -> str:
    """Return what of some records is other than before, by key and number of the revision: 新增4 修改7, 未变."""
    other = (key for key, number in now.items() if before.get(key) != number)
    counts = Counter("修改" if key in before else "新增" for key in other)
    return " ".join(f"{word}{counts[word]}" for word in ("新增", "修改") if counts[word]) or "未变"


def _earlier(ws: Workspace, within: Scope, snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Yield the earlier figures of records: the sheet before and a year ago, an event as last sent."""
    from pairing_desktop.services.freezing import public

    for form in ws.catalogue.forms:
        if form.kind == "register":
            continue
        for entry in within.entries[form.id]:
            around = (form.id, entry.key, snapshot.quarter, entry.subject)
            found = {"previous": snapshot.previous(*around), "year_ago": snapshot.year_ago(*around)}
            payloads = {name: public(form, payload) for name, payload in found.items() if payload is not None}
            if payloads:
                yield {"record": entry.key, **payloads}


def _others(ws: Workspace, within: Scope, snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Yield the events that do not travel again (rules count them), and aside what records refer to besides."""
    from pairing_desktop.services.freezing import public

    forms = {f.id: f for f in ws.catalogue.forms}
    known = {e.key for entries in within.entries.values() for e in entries}
    for form in forms.values():
        for entry in snapshot.entries(form.id) if form.kind == "event" else ():
            if entry.key not in known and happened(form, entry.payload, snapshot.quarter):
                known.add(entry.key)
                yield {**_named(form, entry, snapshot), "payload": public(form, entry.payload)}
    for form_id, entries in within.entries.items():
        for entry in entries:
            for key in references(forms[form_id], entry):
                target = snapshot.entry(key) if key not in known else None
                if target and target.form in forms:
                    known.add(key)
                    over = forms[target.form]
                    yield {**_named(over, target, snapshot), "aside": public(over, target.payload)}


def _named(form: Form, entry: Entry, snapshot: Snapshot) -> dict[str, Any]:
    return {"form": form.id, "key": entry.key, "subject": entry.subject, "period": entry.period,
            "label": snapshot.name(form.id, entry)}


def references(form: Form, entry: Entry) -> Iterator[str]:
    """Yield the keys that a record refers to, its subject among them."""
    if entry.subject:
        yield entry.subject
    yield from referred(form.fields, entry.payload)


def referred(fields: tuple[Field, ...], payload: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that fields of a payload refer to, those in tables too."""
    yield from (key for _, key in pointers(fields, payload))


def pointers(fields: tuple[Field, ...], payload: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """Yield the fields of a payload that refer to a record, those in tables too, each with the record's key."""
    values = payload.get("values", {})
    for field in fields:
        held = values.get(field.id)
        if field.type == "reference" and isinstance(held, str):
            yield field, held
        elif field.type == "table" and isinstance(held, list):
            for row in held:
                yield from pointers(field.columns, row)

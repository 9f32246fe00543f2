"""What a record was before, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.services import naming
from pairing_desktop.services.listing import form_of
from pairing_desktop.services.lookup import Snapshot, decode
from pairing_desktop.services.searching import Hit
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.records import Revision


class Change(Struct, frozen=True):
    """One field that a revision changed, as shown."""

    path: str
    label: str
    before: str
    after: str


class Past(Struct, frozen=True):
    """A revision of a record. ``action``: enter, change, delete, restore, carry."""

    number: int
    at: datetime
    who: str
    why: str
    action: str
    digest: str
    changes: tuple[Change, ...]
    sent: tuple[str, ...] = ()
    """The submissions that it went out with, as people say them: 2024年二季度第1次报送."""


def history(ws: Workspace, key: str) -> list[Past]:
    """Return a record's revisions, newest first, each with what it changed."""
    from pairing_desktop.store import records

    with ws.store.reading() as conn:
        revisions = records.revisions(conn, key)
        if not revisions:
            return []
        form = form_of(ws, revisions[0].form)
        snapshot = Snapshot(ws, "", conn)
        found: list[Past] = []
        before: dict[str, Any] = {}
        sent = _sent(conn, key)
        for revision in revisions:
            after = decode(revision.payload)
            found.append(_past(revision, changes(form, before, after, snapshot.label), sent.get(revision.number, ())))
            before = after
    return found[::-1]


def compare(ws: Workspace, key: str, older: int, newer: int) -> tuple[Change, ...]:
    """Return what differs between two revisions of a record, whatever lies between them."""
    from pairing_desktop.store import records

    with ws.store.reading() as conn:
        revisions = {r.number: r for r in records.revisions(conn, key)}
        one, two = revisions[older], revisions[newer]
        resolve = Snapshot(ws, "", conn).label
        return changes(form_of(ws, one.form), decode(one.payload), decode(two.payload), resolve)


def standing_since(ws: Workspace, conn: Reader, key: str, number: int) -> list[Revision]:
    """Return the revisions after one whose words still stand: of each field that differs, the last that changed it."""
    from pairing_desktop.store import records

    revisions = records.revisions(conn, key)
    since = [r for r in revisions if r.number > number]
    before: dict[str, Any] = next((decode(r.payload) for r in revisions if r.number == number), {})
    form, resolve = form_of(ws, since[-1].form), Snapshot(ws, "", conn).label
    states = [before, *(decode(r.payload) for r in since)]
    apart = {change.path for change in changes(form, before, states[-1], resolve)}
    if since[-1].action == "delete" or not apart:
        return since[-1:]
    found = []
    for revision, older, newer in zip(since[::-1], states[-2::-1], states[:0:-1], strict=True):
        told = apart & {change.path for change in changes(form, older, newer, resolve)}
        if told:
            found.append(revision)
            apart -= told
    return found


def _sent(conn: Reader, key: str) -> dict[int, tuple[str, ...]]:
    """Return, by revision number, the submissions that pinned it and were sent."""
    from pairing_desktop.formspec import period
    from pairing_desktop.store import submissions

    found: dict[int, tuple[str, ...]] = {}
    for one in submissions.submissions(conn):
        if "submitted" in {event.state for event in one.events}:
            for record, number in one.pinned:
                if record == key:
                    found[number] = (*found.get(number, ()), f"{period.title(one.period)}第{one.number}次报送")
    return found


def recent(ws: Workspace, limit: int = 200, text: str = "") -> list[tuple[Hit, Past]]:
    """Return the last revisions of all records, newest first (their ``changes`` left empty).

    ``text`` narrows them by the record's name, by who and by why.
    """
    from pairing_desktop.store import records

    forms = {f.id: f for f in ws.catalogue.forms}
    with ws.store.reading() as conn:
        latest = [r for r in records.latest(conn, limit, text=text) if r.form in forms]
    return [(Hit(r.record, r.form, r.label, forms[r.form].short), brief(r)) for r in latest]


def brief(revision: Revision) -> Past:
    """Return a revision without what it changed."""
    return _past(revision, ())


def _past(revision: Revision, changed: tuple[Change, ...], sent: tuple[str, ...] = ()) -> Past:
    r = revision
    return Past(r.number, r.at, r.who, r.why, r.action, r.digest, changed, sent)


def changes(form: Form, before: Mapping[str, Any], after: Mapping[str, Any],
            resolve: naming.Resolve) -> tuple[Change, ...]:
    """Return what differs between two payloads, as a person reads it, in the form's order."""
    old, new = _texts(form, before, resolve), _texts(form, after, resolve)
    paths = [*new, *(p for p in old if p not in new)]
    return tuple(Change(path, (new.get(path) or old[path])[0], old.get(path, ("", ""))[1], new.get(path, ("", ""))[1])
                 for path in paths if old.get(path) != new.get(path))


def _texts(form: Form, payload: Mapping[str, Any], resolve: naming.Resolve) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for field in form.fields:
        if field.type == "table":
            for place, row in enumerate(naming.value(payload, field.id) or (), start=1):
                for column in field.columns:
                    name = f"{field.plain_label} 第{place}行 {column.plain_label}"
                    _text(found, f"{field.id}/{row['id']}/{column.id}", name, column, row, resolve=resolve)
        else:
            _text(found, field.id, field.plain_label, field, payload, resolve=resolve)
    return found


def _text(found: dict[str, tuple[str, str]], path: str, name: str, field: Field, holder: Mapping[str, Any], *,
          resolve: naming.Resolve) -> None:
    raw = holder.get("raw", {}).get(field.id)
    stored = holder.get("values", {}).get(field.id)
    marks = holder.get("marks", {}).get(field.id, {})
    text = str(raw) if raw else naming.shown(field, stored, resolve, marks)
    words = [word for mark, word in marks.items() if mark != "qualifier"]
    if text or words:
        found[path] = (name, text + (f"（{'，'.join(words)}）" if words else ""))

"""What is no more: deleted records found again, and a single field as it once was. Both become new revisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import trouble
from pairing_desktop.services import entering
from pairing_desktop.services.listing import form_of
from pairing_desktop.services.lookup import decode, upgraded
from pairing_desktop.services.past import Past, brief
from pairing_desktop.services.searching import Hit
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.services.entering import Saved

MEMBERS = ("values", "raw", "marks")
"""Where a payload or a row keeps what is said of a field."""


def deleted(ws: Workspace, text: str = "", limit: int = 200) -> list[tuple[Hit, Past]]:
    """Return deleted records with the revision that deleted each, newest first; ``text`` narrows by name."""
    from pairing_desktop.store import records

    forms = {f.id: f for f in ws.catalogue.forms}
    with ws.store.reading() as conn:
        gone = [r for r in records.latest(conn, limit, text=text, deleted=True) if r.form in forms]
    return [(Hit(r.record, r.form, r.label, forms[r.form].short), brief(r)) for r in gone]


def field(ws: Workspace, key: str, number: int, path: str, why: str = "", *, quarter: str = "") -> Saved:
    """Give one field, or one cell of a table, the value of revision ``number`` again; all else stays as it is.

    A cell whose row was removed since brings its row back. Computed figures follow. Trouble: the record is deleted or
    locked, or something was typed into it and not saved.
    """
    from pairing_desktop.store import records
    from pairing_desktop.store.faults import told

    with ws.store.reading() as conn:
        record, then = records.get(conn, key), records.revision(conn, key, number)
    if record is None or then is None or record.state != records.LIVE:
        raise trouble("services.no_record", key=key)
    opened = entering.open_record(ws, form=record.form, key=key, quarter=record.period or quarter)
    if opened.recovered:
        raise trouble("services.unsaved", form=form_of(ws, record.form).short, label=record.label)
    with told(ws.store.name):
        earlier = upgraded(form_of(ws, then.form), decode(then.payload), then.form_digest)
    opened.draft.recover(_with(opened.draft.payload(), earlier, path))
    return entering.save(ws, opened.draft, why)


def _with(now: dict[str, Any], then: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the present payload with one path of the earlier one."""
    table, _, cell = path.partition("/")
    if not cell:
        return _taken(now, then, table)
    row, _, column = cell.partition("/")
    rows, old = (list(source.get("values", {}).get(table) or ()) for source in (now, then))
    before = next((r for r in old if r["id"] == row), None)
    if before is not None and all(r["id"] != row for r in rows):
        rows.insert(min(old.index(before), len(rows)), before)
    else:
        rows = [_taken(r, before or {}, column) if r["id"] == row else r for r in rows]
    return {**now, "values": {**now.get("values", {}), table: rows}}


def _taken(now: Mapping[str, Any], then: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what ``now`` says, but of one field what ``then`` said, be it nothing."""
    made = dict(now)
    for member in MEMBERS:
        kept = {n: value for n, value in now.get(member, {}).items() if n != name}
        if name in then.get(member, {}):
            kept[name] = then[member][name]
        made[member] = kept
    return made

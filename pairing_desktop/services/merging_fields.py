"""Two states of a record field by field, each beside the state that it goes back to: who changed what.

That is one state for both; two where both clerks carried one quarter: what carrying wrote is no one's word. Without any
(one firm entered in both files) a blank field takes what the other says, and two values that differ are a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.services import naming
from pairing_desktop.services.merging_plan import SUBJECT, Line

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form

Payload = Mapping[str, Any]
Bases = tuple[Payload | None, Payload | None]
"""What our side and the other go back to."""
Shown = Callable[[str], tuple[str, str]]
"""A field's text on our side and on the other."""
MEMBERS = ("values", "raw", "marks")


def part(payload: Payload, field: str) -> dict[str, Any]:
    """Return what a payload says of one field: understood, not understood, and the words beside, its cells' too."""
    found = {member: {n: v for n, v in payload.get(member, {}).items() if n.partition("/")[0] == field}
             for member in MEMBERS}
    return {member: said for member, said in found.items() if said}


def taken(base: Payload, other: Payload, fields: Collection[str]) -> dict[str, Any]:
    """Return a payload with these fields of another: what was understood, what was not, and the words beside."""
    made = {}
    for member in MEMBERS:
        own = {n: v for n, v in base.get(member, {}).items() if n.partition("/")[0] not in fields}
        own |= {n: v for n, v in other.get(member, {}).items() if n.partition("/")[0] in fields}
        if own:
            made[member] = own
    return made


def compared(form: Form, bases: Bases, ours: Payload, theirs: Payload, *, newer: bool, shown: Shown) -> Iterator[Line]:
    """Yield the fields that differ; ``newer`` says whether the other file's record was saved later.

    What only our side changed is no difference to speak of: it stays.
    """
    for field in form.fields:
        if field.compute and not field.compute_when:
            continue
        own, other = part(ours, field.id), part(theirs, field.id)
        before, behind = (part(base, field.id) if base is not None else {} for base in bases)
        if other == own or (other == behind and (own != before or not other)):
            continue
        conflict = own != before or (other == behind and bool(own))
        together = conflict and field.type == "table" and rows(bases, ours, theirs, field.id) is not None
        conflict = conflict and not together
        yield Line(field.id, field.plain_label, *shown(field.id), takes=newer or not conflict, conflict=conflict,
                   together=together)


def rows(bases: Bases, ours: Payload, theirs: Payload, field: str) -> list[Any] | None:
    """Return the rows of a table with what each side added, changed or removed; None where both touched one row."""
    if None in bases:
        return None
    before, behind, own, other = ({row["id"]: row for row in (payload or {}).get("values", {}).get(field, ())}
                                  for payload in (*bases, ours, theirs))
    made = []
    for name in dict.fromkeys((*own, *other)):
        mine, their = own.get(name), other.get(name)
        untouched = mine == before.get(name)
        if mine != their and untouched == (their == behind.get(name)):
            return None
        row = their if untouched else mine
        if row is not None:
            made.append(row)
    return made


def hanging(base: str | None, ours: str, theirs: str, *, newer: bool, shown: Shown) -> Iterator[Line]:
    """Yield what the record hangs on, where the other file changed it."""
    before = base or ""
    if theirs not in (ours, before):
        conflict = ours != before
        yield Line(SUBJECT, "所属", *shown(SUBJECT), takes=newer or not conflict, conflict=conflict)


def cell(form: Form, payload: Payload, field: str, resolve: naming.Resolve) -> str:
    """Return a field as the two sides are shown: a table by its rows."""
    said = naming.cell(form, payload, field, resolve)
    spec = form.by_id[field]
    rows = naming.value(payload, field)
    if spec.type != "table" or not isinstance(rows, list):
        return said
    return f"{said}：{'；'.join(_row(spec.columns, row, resolve) for row in rows)}" if said else said


def _row(columns: Collection[Any], row: Payload, resolve: naming.Resolve) -> str:
    values, raw = row.get("values", {}), row.get("raw", {})
    cells = (raw.get(c.id) or naming.shown(c, values.get(c.id), resolve) for c in columns)
    return " ".join(str(cell) for cell in cells if cell)

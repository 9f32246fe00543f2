"""Two states of a record field by field, each beside the state that it goes back to: who changed what.

That is one state for both; two where both clerks carried one quarter: what carrying wrote is no one's word. Without any
(one firm entered in both files) a blank field takes what the other says, and two values that differ are a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from pairing_desktop.services import naming
from pairing_desktop.services.merging_plan import SUBJECT, Line

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form

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


def whose(own: Any, other: Any, before: Any, behind: Any) -> Literal["ours", "theirs", "both"]:  # noqa: ANN401  # JSON
    """Tell whose word stands of two, each beside what it goes back to; "both" touched it, or it differed before."""
    here, there = own != before, other != behind
    if own == other or (here and not there):
        return "ours"
    if there and not here:
        return "theirs"
    if here or (own and other):
        return "both"
    return "theirs" if other else "ours"


def compared(form: Form, bases: Bases, ours: Payload, theirs: Payload, *, newer: bool, shown: Shown) -> Iterator[Line]:
    """Yield the fields that differ; ``newer`` says whether the other file's record was saved later.

    What only our side changed is no difference to speak of: it stays.
    """
    for field in form.fields:
        if field.compute and not field.compute_when:
            continue
        own, other = part(ours, field.id), part(theirs, field.id)
        found = whose(own, other, *(part(base, field.id) if base is not None else {} for base in bases))
        if found == "ours":
            continue
        together = found == "both" and field.type == "table" and None not in bases
        conflict = found == "both" and not together
        yield Line(field.id, field.plain_label, *shown(field.id), takes=newer or not conflict, conflict=conflict,
                   together=together)
        for path, label in _conflicts(field, bases, ours, theirs) if together else ():
            yield Line(path, label, *shown(path), takes=newer, conflict=True)


def _conflicts(table: Field, bases: Bases, ours: Payload, theirs: Payload) -> Iterator[tuple[str, str]]:
    """Yield path and label of each cell that both sides touched, and of each row that one removed and one touched."""
    known = {column.id: column for column in table.columns}
    places = {row["id"]: place for payload in (theirs, ours)
              for place, row in enumerate(payload.get("values", {}).get(table.id, ()), 1)}
    for name, states in _rows(table.id, bases, ours, theirs):
        if whose(*states) != "both":
            continue
        if None in states[:2]:
            yield f"{table.id}/{name}", f"{table.plain_label}第{places[name]}行"
        for column, cells in _cells(states) if None not in states[:2] else ():
            spec = known.get(column)
            if spec is not None and (not spec.compute or spec.compute_when) and whose(*cells) == "both":
                yield f"{table.id}/{name}/{column}", f"{table.plain_label}第{places[name]}行：{spec.plain_label}"


def united(table: str, bases: Bases, ours: Payload, theirs: Payload, takes: Collection[str]) -> list[Any]:
    """Return a table's rows with what each side added, changed or removed; in a conflict theirs if its path is taken.

    Where both touched one row, its cells are put together; what is computed of them is computed anew when it is stored.
    """
    found = (_united(f"{table}/{name}", states, takes) for name, states in _rows(table, bases, ours, theirs))
    return [row for row in found if row is not None]


def _united(path: str, states: Sequence[Any], takes: Collection[str]) -> Any:  # noqa: ANN401  # a stored row
    own, other = states[:2]
    side = whose(*states)
    if side != "both" or None in (own, other):
        return other if side == "theirs" or (side == "both" and path in takes) else own
    sides = {column: whose(*cells) for column, cells in _cells(states)}
    theirs = {column for column, one in sides.items()
              if one == "theirs" or (one == "both" and f"{path}/{column}" in takes)}
    return {"id": own["id"], **taken(own, other, theirs)}


def _rows(table: str, bases: Bases, ours: Payload, theirs: Payload) -> Iterator[tuple[str, list[Any]]]:
    """Yield each row's id with its states: ours, theirs, and what the two go back to; None where it is not there."""
    sides = [{row["id"]: row for row in (payload or {}).get("values", {}).get(table, ())}
             for payload in (ours, theirs, *bases)]
    for name in dict.fromkeys((*sides[0], *sides[1])):
        yield name, [side.get(name) for side in sides]


def _cells(row: Sequence[Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each column that a row's states speak of, with what they say."""
    states = [state or {} for state in row]
    for column in dict.fromkeys(name for state in states for member in MEMBERS for name in state.get(member, {})):
        yield column, [part(state, column) for state in states]


def hanging(base: str | None, ours: str, theirs: str, *, newer: bool, shown: Shown) -> Iterator[Line]:
    """Yield what the record hangs on, where the other file changed it."""
    before = base or ""
    if theirs not in (ours, before):
        conflict = ours != before
        yield Line(SUBJECT, "所属", *shown(SUBJECT), takes=newer or not conflict, conflict=conflict)


def cell(form: Form, payload: Payload, path: str, resolve: naming.Resolve) -> str:
    """Return a field as the two sides are shown: a table by its rows; or one row of it, or one cell."""
    table, _, rest = path.partition("/")
    spec, found = form.by_id[table], naming.value(payload, table)
    rows = found if spec.type == "table" and isinstance(found, list) else []
    if rest:
        name, _, column = rest.partition("/")
        row = next((row for row in rows if row["id"] == name), None)
        if row is None:
            return "已删除"
        return _row([spec.column_by_id[column]] if column else spec.columns, row, resolve)
    said = naming.cell(form, payload, path, resolve)
    return f"{said}：{'；'.join(_row(spec.columns, row, resolve) for row in rows)}" if said and rows else said


def _row(columns: Collection[Any], row: Payload, resolve: naming.Resolve) -> str:
    values, raw, marks = (row.get(member, {}) for member in MEMBERS)
    cells = (raw.get(c.id) or naming.shown(c, values.get(c.id), resolve, marks.get(c.id)) for c in columns)
    return " ".join(str(cell) for cell in cells if cell)

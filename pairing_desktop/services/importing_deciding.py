"""What a person decides of a row that may be another row's record: merged into that one, left out, or on its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from msgspec import structs

from pairing_desktop import errors, garbage
from pairing_desktop.services import listing
from pairing_desktop.services.importing_merging import folded
from pairing_desktop.services.importing_plan import MERGE, Fate, Plan, Row, RowFinding
from pairing_desktop.services.lookup import Snapshot

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.importing_rows import Candidate
    from pairing_desktop.services.workspace import Workspace


def long(row: Row, choice: str) -> bool:
    """Tell whether a decision works another row out anew: not in the window's own turn."""
    return row.merging or (bool(row.beside) and choice == MERGE)


@garbage.young_only()
def decide(ws: Workspace, plan: Plan, row: Row, choice: str, take: frozenset[str] | None = None) -> Plan:
    """Return the plan with a row decided; nothing is written, ``plan`` stays as it is.

    Merged into another row, it gives that one the fields of ``take`` (None: those left blank there that no other row
    filled) and doesn't go in itself; of the others only that row is worked out and checked again.
    """
    rows = list(plan.rows)
    places = {one.number: place for place, one in enumerate(rows) if not one.sheet}
    merges = bool(row.beside) and choice == MERGE
    together = [n for n, one in enumerate(rows) if one.merging and one.beside == row.beside and one is not row]
    filled = frozenset[str]().union(*(rows[n].take for n in together))
    taken = frozenset[str]()
    if merges and row.similar:
        taken = row.similar.fills - filled if take is None else take & row.similar.gives
    for place in together:
        rows[place] = structs.replace(rows[place], take=rows[place].take - taken)
    fates = {**row.fates, MERGE: row.fate} if merges else row.fates  # what it is then, ``_follow`` says
    rows[places[row.number]] = structs.replace(row, choice=choice, take=taken, fates=fates)
    asks = plan.asks_reason
    if long(row, choice):
        _follow(rows, places)
        asks = _work_out(ws, plan, rows, places, row.beside) or asks
    _follow(rows, places)
    return structs.replace(plan, rows=rows, asks_reason=asks)


def carried(ws: Workspace, plan: Plan, before: Plan | None) -> Plan:
    """Return a new dry run of the same rows with what was decided in the one before."""
    if before is None or (before.file, before.form, before.layout) != (plan.file, plan.form, plan.layout):
        return plan
    for old in before.rows:
        row = next((one for one in plan.doubles if one.number == old.number), None) if old.similar else None
        if row and row.beside == old.beside and (old.merging or old.choice != row.choice):
            plan = decide(ws, plan, row, old.choice, old.take)
    return plan


def _work_out(ws: Workspace, plan: Plan, rows: list[Row], places: dict[int, int], number: int) -> bool:
    """Work a row out anew, and the one that it is merged into itself; tell whether a reason is asked for."""
    from pairing_desktop.services.importing_fates import Fates

    form = listing.form_of(ws, plan.form)
    with ws.store.reading() as conn:
        fates = Fates(ws, form, plan.quarter, conn, before=Snapshot(ws, plan.quarter, conn, whole=True), why=plan.why,
                      keep_errors=plan.keep_errors, columns=plan.layout.targets, given=plan.given)
        fates.see(rows)
        while number:
            row = rows[places[number]]
            given = _gives(form, rows, row)
            row = fates.again(row, given)
            if row.beside:
                row = fates.beside_again(row, given, _read(rows[places[row.beside]]))
            rows[places[number]] = row
            number = row.beside if row.merging else 0
    return fates.asks_reason


def _gives(form: Form, rows: Sequence[Row], row: Row) -> Candidate:
    """Return what a row gives with all that is merged into it."""
    found = _read(row)
    for other in rows:
        if other.merging and other.beside == row.number:
            more, take = _gives(form, rows, other), other.take
            refusals = {path: why for path, why in more.refusals.items() if path.partition("/")[0] in take}
            faults = [fault for fault in found.faults if fault.field.partition(".")[0] not in take]
            found = structs.replace(found, state=folded(form, found.state, more.state, take), faults=faults,
                                    refusals=found.refusals | refusals, places=found.places | more.places)
    return found


def _read(row: Row) -> Candidate:
    return cast("Candidate", row.read)  # it stands beside another row


def _follow(rows: list[Row], places: dict[int, int]) -> None:
    """Say of each merged row what becomes of it: it goes in with the other row, or not at all with that one."""
    for place, row in enumerate(rows):
        if row.merging:
            other = rows[places[row.beside]]
            while other.merging:
                other = rows[places[other.beside]]
            rows[place] = structs.replace(row, fates={**row.fates, MERGE: _merged(row, other)})


def _merged(row: Row, other: Row) -> Fate:
    fate = next(iter(row.fates.values()))
    if other.fate.state != "refused":
        return structs.replace(fate, state="skipped", findings=(), found=())
    said = errors.problem("importing.merged_into_none", row=other.number).message
    return structs.replace(fate, state="refused", findings=(RowFinding(row.number, "", "error", said),), found=())

"""What a person decides of a row that may be a record: merged field by field, left out, or on its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, cast

from msgspec import Struct, structs

from pairing_desktop import errors, garbage
from pairing_desktop.services import listing
from pairing_desktop.services.importing_merging import folded
from pairing_desktop.services.importing_plan import MERGE, Fate, Plan, Row, RowFinding
from pairing_desktop.services.importing_shown import sides
from pairing_desktop.services.lookup import Snapshot

if TYPE_CHECKING:
    from pairing_desktop.services.importing_cells import Candidate
    from pairing_desktop.services.importing_fates import Fates
    from pairing_desktop.services.workspace import Workspace


class Decision(Struct, frozen=True):
    """What was decided of the row of this number, beside the row ``other`` or the record ``record``.

    ``takes`` are the fields in which its own value was chosen, ``leaves`` those in which the other one's was; what is
    in neither goes as if nobody had chosen.
    """

    row: int
    choice: str
    other: int = 0
    record: str = ""
    takes: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    cells: str = ""
    """A digest of what the row and the one beside it said, where it is kept with its file."""


def said(plan: Plan, row: int, other: int) -> str:
    """Return a digest of what a row of a sheet, and the one beside it, say; "" where there is none."""
    lines = [plan.sheet.rows[number - 1] for number in (row, other) if 0 < number <= len(plan.sheet.rows)]
    return hashlib.sha256(repr([list(map(str, line)) for line in lines]).encode()).hexdigest()[:16] if lines else ""


def standing(plan: Plan, told: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return the decisions of which the rows say what they said, in a file that may have been mended since."""
    return tuple(one for one in told if one.cells == said(plan, one.row, one.other))


def long(plan: Plan, row: Row, choice: str, take: frozenset[str] | None) -> bool:
    """Tell whether a decision works a row, or one beside it, out anew: not in the window's own turn."""
    if row.merging or (bool(row.beside) and choice == MERGE) or take is not None:
        return True
    return row.record is not None and any(other.beside == row.number for other in plan.rows)


def decided(row: Row, choice: str, take: frozenset[str] | None = None) -> Decision:
    """Return a decision in words that another dry run understands; ``take`` None: the fields stay as they are."""
    record = row.record.key if row.record else ""
    if take is None:
        return Decision(row.number, choice, row.beside, record, (), tuple(sorted(row.left)))
    offered = {side.field for side in sides(structs.replace(row, choice=choice)) if not side.fixed}
    takes, leaves = tuple(sorted(offered & take)), tuple(sorted(offered - take))
    return Decision(row.number, choice, row.beside, record, takes, leaves)


def decisions(plan: Plan) -> tuple[Decision, ...]:
    """Return all that was decided in a dry run."""
    found = []
    for row in plan.rows:
        if row.decided:
            taken = frozenset(s.field for s in sides(row) if s.side == 1) if row.merging else None
            one = decided(row, row.choice, taken)
            found.append(structs.replace(one, cells=said(plan, one.row, one.other)))
    return tuple(found)


def decide(ws: Workspace, plan: Plan, row: Row, choice: str, take: frozenset[str] | None = None) -> Plan:
    """Return the plan with a row decided; nothing is written, ``plan`` stays as it is.

    Merged into another row, it gives that one the fields of ``take`` (None: those left blank there that no other row
    filled) and doesn't go in itself. As a record that is there, it changes that one in the fields of ``take`` (None:
    as before). Of the other rows only the one it is merged into is worked out and checked again.
    """
    return again(ws, plan, [decided(row, choice, take)])


@garbage.young_only()
def again(ws: Workspace, plan: Plan, told: Iterable[Decision]) -> Plan:
    """Return the plan with all that was decided of it, as far as its rows still stand beside the same."""
    sheet = _Sheet(ws, plan)
    with sheet.open:
        for one in _inmost_first(told):
            sheet.decide(one)
    return structs.replace(plan, rows=sheet.rows, asks_reason=plan.asks_reason or sheet.asks_reason)


def _inmost_first(told: Iterable[Decision]) -> list[Decision]:
    """Return a row that goes into another one before what is decided of that one: it gives the row's values too."""
    by_row = {one.row: one for one in told}

    def depth(one: Decision) -> int:
        above = by_row.get(one.other) if one.choice == MERGE else None
        return 0 if above is None else 1 + depth(above)

    return sorted(by_row.values(), key=depth, reverse=True)


class _Sheet:
    """The rows of a plan while something is decided of them."""

    def __init__(self, ws: Workspace, plan: Plan) -> None:
        self.ws = ws
        self.plan = plan
        self.form = listing.form_of(ws, plan.form)
        self.rows = list(plan.rows)
        self.places = {one.number: place for place, one in enumerate(self.rows) if not one.sheet}
        self.open = ExitStack()
        """Holds what is read of the data file."""
        self._fates: Fates | None = None

    @property
    def asks_reason(self) -> bool:
        """Tell whether a row that was worked out changes what was sent, and no reason is given."""
        return self._fates is not None and self._fates.barred.asks_reason

    def decide(self, one: Decision) -> None:
        """Decide of one row."""
        row = self.rows[self.places[one.row]] if one.row in self.places else None
        if row is None or one.choice not in {*row.fates, *([MERGE] if row.beside else [])}:
            return
        if (row.beside, row.record.key if row.record else "") != (one.other, one.record):
            return
        if row.record is not None:
            self._of_record(row, one)
        else:
            self._of_row(row, one)

    def _of_record(self, row: Row, one: Decision) -> None:
        """Decide of a row that is, or may be, a record that is there."""
        place, left = self.places[row.number], frozenset(one.leaves)
        anew, other = left != row.left, one.choice != row.choice
        self.rows[place] = structs.replace(row, choice=one.choice, left=left, decided=True)
        if anew:
            self._work_out(row.number)
        if anew or other:
            self._beside_anew(row.number)
        self._follow()

    def _beside_anew(self, number: int) -> None:
        """Show the rows that stand beside a row what it is now."""
        for place in [place for place, row in enumerate(self.rows) if row.beside == number]:
            fates = self._fates = self._fates or self._begun()
            row = self.rows[place]
            self.rows[place] = fates.beside_again(row, self._gives(row), self.rows[self.places[number]])

    def _of_row(self, row: Row, one: Decision) -> None:
        """Decide of a row that stands beside another one."""
        rows, merges = self.rows, bool(row.beside) and one.choice == MERGE
        anew = row.merging or merges
        together = [n for n, other in enumerate(rows) if other.merging and other.beside == row.beside
                    and other.number != row.number]
        filled = frozenset[str]().union(*(rows[n].take for n in together))
        taken = frozenset[str]()
        if merges and row.similar:
            chosen = row.similar.fills - filled - {*one.leaves}
            taken = (chosen | {*one.takes}) & row.similar.gives
        for place in together:
            rows[place] = structs.replace(rows[place], take=rows[place].take - taken)
        fates = {**row.fates, MERGE: row.fate} if merges else row.fates  # what it is then, ``_follow`` says
        rows[self.places[row.number]] = structs.replace(row, choice=one.choice, take=taken, fates=fates, decided=True)
        self._follow()
        if anew:
            self._work_out(row.beside)
            self._follow()

    def _work_out(self, number: int) -> None:
        """Work a row out anew, and the one that it is merged into itself."""
        fates = self._fates = self._fates or self._begun()
        while number:
            row = self.rows[self.places[number]]
            given = self._gives(row)
            row = fates.again(row, given)
            if row.beside:
                row = fates.beside_again(row, given, self.rows[self.places[row.beside]])
            self.rows[self.places[number]] = row
            number = row.beside if row.merging else 0

    def _begun(self) -> Fates:
        from pairing_desktop.services.importing_fates import Fates

        plan = self.plan
        conn = self.open.enter_context(self.ws.store.reading())
        fates = Fates(self.ws, self.form, plan.quarter, conn, before=Snapshot(self.ws, plan.quarter, conn, whole=True),
                      why=plan.why, keep_errors=plan.keep_errors, columns=plan.layout.targets, given=plan.given)
        fates.see(self.rows)
        return fates

    def _gives(self, row: Row) -> Candidate:
        """Return what a row gives with all that is merged into it."""
        found = _read(row)
        for other in self.rows:
            if other.merging and other.beside == row.number:
                more, take = self._gives(other), other.take
                refusals = {path: why for path, why in more.refusals.items() if path.partition("/")[0] in take}
                faults = [fault for fault in found.faults if fault.field.partition(".")[0] not in take]
                found = structs.replace(found, state=folded(self.form, found.state, more.state, take), faults=faults,
                                        refusals=found.refusals | refusals, places=found.places | more.places)
        return found

    def _follow(self) -> None:
        """Say of each merged row what becomes of it: it goes in with the other row, or not at all with that one."""
        rows, places = self.rows, self.places
        for place, row in enumerate(rows):
            if row.merging:
                other = rows[places[row.beside]]
                while other.merging:
                    other = rows[places[other.beside]]
                rows[place] = structs.replace(row, fates={**row.fates, MERGE: _merged(row, other)})


def _read(row: Row) -> Candidate:
    return cast("Candidate", row.read)  # it stands beside another row or a record


def _merged(row: Row, other: Row) -> Fate:
    fate = next(iter(row.fates.values()))
    if other.fate.state != "refused":
        return structs.replace(fate, state="skipped", findings=(), found=())
    said = errors.problem("importing.merged_into_none", other=other.where).message
    return structs.replace(fate, state="refused", findings=(RowFinding(row.number, "", "error", said),), found=())

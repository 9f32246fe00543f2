"""What becomes of each row: matched with what is there, merged, computed, checked as on screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import structs

from pairing_desktop import errors
from pairing_desktop.formspec.state import State, loaded, stored
from pairing_desktop.services import answers, checking, importing_replaced, internal, naming
from pairing_desktop.services.importing_barred import Barred
from pairing_desktop.services.importing_blocks import year, yearly
from pairing_desktop.services.importing_cells import Candidate
from pairing_desktop.services.importing_doubles import Double, doubles
from pairing_desktop.services.importing_findings import kept
from pairing_desktop.services.importing_findings import told as told_of
from pairing_desktop.services.importing_lines import named_as_there
from pairing_desktop.services.importing_matching import Keyless, unkeyed
from pairing_desktop.services.importing_merging import (
    as_there,
    given_fields,
    lines_implied,
    lines_with_same,
    merged,
    with_same,
    without,
)
from pairing_desktop.services.importing_plan import (
    KEEP,
    MERGE,
    ONLY,
    OUT,
    Column,
    Fate,
    Row,
    RowFinding,
    Similar,
)
from pairing_desktop.services.importing_shown import changes, pairs
from pairing_desktop.services.lookup import Entry, Snapshot
from pairing_desktop.services.names_alike import Names, plain_name
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.finding import Finding
    from pairing_desktop.formspec.values import Value

NOT_IN = ("refused", "skipped")
NONE = frozenset[str]()
HALF = 50
"""Of 100: a row that agrees with so much of a record without a code is that record sent again."""


class Fates:
    """Works out the rows of one sheet against the data file as it is."""

    def __init__(self, ws: Workspace, form: Form, quarter: str, conn: Connection, *, before: Snapshot, why: str,
                 keep_errors: bool, columns: Mapping[str, Column], given: Mapping[str, Value]) -> None:
        from pairing_desktop.formspec.remembering import Memo
        from pairing_desktop.formspec.scope import Identity

        self.ws = ws
        self.form, self.yearly = form, yearly(form)
        self.quarter = quarter
        self.conn = conn
        self.before = before
        self.after = Snapshot(ws, quarter, conn, whole=True)
        self.barred = Barred(ws, form, quarter, conn, why=why)
        self.keep_errors = keep_errors
        self.columns = columns
        self.given = given
        self.period = naming.stored_period(form, quarter)
        self.answers = answers.given(ws, conn)
        self._identity = Identity
        entries = before.entries(form.id, self.period)
        self.by_key = {e.key: e for e in entries}
        self.by_natural = {e.natural_key: e for e in entries if e.natural_key}
        self.merged = {label: key for label, _, key in before.aliases(form.id) if key in self.by_key}
        """Names of records that were merged into others, which stay."""
        for _, natural, key in before.aliases(form.id):
            if natural and key in self.by_key:
                self.by_natural.setdefault(natural, self.by_key[key])
        self.by_subject = {e.subject: e for e in entries} if form.kind in ("quarterly", "yearly") else None
        self.coded = {e.key for e in entries if e.natural_key and self._by_code()}
        """Records that a code tells from every row with another one, however alike their names."""
        self.keyless = Keyless(form, entries) if form.kind == "event" and form.natural_key else None
        self._read: Mapping[int, Candidate] = {}
        """The rows as read, by number, while they are matched."""
        self._start: dict[str, State] = {}
        self._memo = Memo()
        self._guarded = importing_replaced.guarded(form)
        self._lines = frozenset(name.partition(".")[0] for name in columns if "." in name)
        """Sub-tables whose rows stand in the sheet's own lines: it need not have them all."""
        self.named: dict[str, str] = {}
        """Lines' names in the sheet by which the record calls them otherwise, with that name."""

    @cached_property
    def names(self) -> Names | None:
        """Return the names that records are told apart by, where people write one in different ways."""
        form = self.form
        named = form.kind == "register" and bool(form.name) and form.by_id[form.name].type == "text"
        return Names({key: entry.label for key, entry in self.by_key.items()}) if named else None

    def _by_code(self) -> bool:
        key = self.form.natural_key
        return bool(key) and all(self.form.by_id[name].type == "credit_code" for name in key)

    # Matching

    def rows(self, candidates: Sequence[Candidate]) -> list[Row]:
        """Return the rows matched with what is there; ``check`` gives each its findings.

        A row that is a record by its code comes before one that is only called so, wherever they stand.
        """
        found = [self._matched(candidate) for candidate in candidates]
        self._read = {candidate.number: candidate for candidate in candidates}
        taken: dict[str, Row] = {}
        for row, candidate in sorted(zip(found, candidates, strict=True), key=lambda pair: self._claim(pair[0])):
            sheet = self.by_subject is not None and (candidate.subject or not self.form.subject)
            who = row.natural_key or (f"subject:{candidate.subject}" if sheet else "")
            match = next((f.key for f in row.fates.values() if f.revision), "")
            if who and (other := taken.setdefault(who, row)) is not row:
                self._same_row(row, other, self.form.natural_key)
            elif match and (other := taken.setdefault(match, row)) is not row:
                self._claimed(row, candidate, other)
        for double in doubles(found, self.yearly) if self.names is not None else ():
            self._alike_row(double)
        self._read = {}
        return found

    def _claimed(self, row: Row, candidate: Candidate, other: Row) -> None:
        """Tell of a row that is, or is like, the record that another row is already."""
        like = row.similar
        if like and self.keyless:
            self._apart(row, candidate, other)
        elif like and row.choice == KEEP:
            row.fates, row.choice = {ONLY: row.fates[KEEP]}, ONLY
            self._alike_row(Double(row, other, like.why, like.score, same=False))
        else:
            self._same_row(row, other, (self.form.name,) if like else ())

    def _claim(self, row: Row) -> tuple[int, int, int]:
        newest = -year(row, self.yearly)
        if row.similar is None or self.by_natural.get(row.natural_key):
            return 0, 0, newest
        return 2 if row.choice == KEEP else 1, -row.similar.score, newest

    def _alike_row(self, double: Double) -> None:
        """Let a person say whether a new row is the new record of another row: unless told otherwise both go in."""
        row, apart = double.row, double.row.fate
        said = errors.problem("importing.double_row", other=double.other.where, like=double.other.fate.label,
                              why=double.why)
        self._beside(double, said.message)
        row.fates[KEEP] = apart
        row.choice = OUT if double.same else KEEP

    def _same_row(self, row: Row, other: Row, by: Sequence[str]) -> None:
        """Leave a row out that is the record of another row; a person may merge the two."""
        names = "、".join(self.form.by_id[n].plain_label for n in by if n in self.form.by_id)
        said = errors.problem(f"importing.{'same_row' if names else 'same_sheet'}", other=other.where, why=names)
        self._beside(Double(row, other, f"{names}相同" if names else "填的是同一张表", 100, same=True), said.message)

    def _beside(self, double: Double, left_out: str) -> None:
        """Put a row beside another one of the sheet, left out with these words unless it is told otherwise."""
        row, other = double.row, double.other
        mine, own = self._read[row.number], self._read[other.number]
        shown = pairs(self.form, other.fate.payload, self._given(mine), self.before.label)
        row.fates = {OUT: structs.replace(row.fate, state="refused",
                                          findings=(RowFinding(row.number, "", "error", left_out),))}
        row.choice, row.read, other.read = OUT, mine, own
        row.similar = Similar(other.fate.key, other.fate.label, double.why, double.score, shown, other.number,
                              other.where, *given_fields(self.form, own.state, mine.state))

    def _apart(self, row: Row, candidate: Candidate, other: Row) -> None:
        """Leave a row that is only like a record a record of its own: another row is that one."""
        like = row.similar.label if row.similar else ""
        said = errors.problem("importing.alike_row", other=other.where, like=like)
        candidate.faults.append(RowFinding(row.number, "", "query", said.message))
        row.fates, row.choice, row.similar = {ONLY: row.fates[KEEP]}, ONLY, None

    def _matched(self, candidate: Candidate) -> Row:
        form, given = self.form, candidate.state.values
        own = {"values": {name: form.by_id[name].converter.store(given[name])
                          for name in (*form.natural_key, form.name) if name in given}}
        natural = naming.natural_key(form, own, subject=candidate.subject, period=self.period)
        row = Row(candidate.number, {}, subject=candidate.subject, natural_key=natural, more=tuple(candidate.more),
                  at=candidate.at)
        if self.by_subject is not None:
            there = self.by_subject.get(candidate.subject)
            row.fates[ONLY] = self._of_record(row, candidate, there)
            return row
        there = self.by_natural.get(natural) if natural else None
        name = str(own["values"].get(form.name, "")) if self.names is not None else ""
        if there is not None:
            differs = bool(name) and plain_name(name) != plain_name(there.label)
            why, score, choice = ("编码相同，名称不同", 100, MERGE) if differs else ("", 0, ONLY)
        elif self.keyless is not None:
            there, why, score = self.keyless.like(self._stored(given), complete=bool(natural))
            choice = MERGE if score >= HALF else KEEP
        else:
            there, why, score, choice = self._like(name, natural, candidate)
        fate = self._of_record(row, candidate, there)
        if there is None or choice == ONLY or (self.keyless is not None and fate.state == "unchanged"):
            row.fates[ONLY] = fate
            return row
        row.fates = {MERGE: fate, KEEP: self._fate(candidate, None)}
        row.choice = choice
        beside = pairs(form, there.payload, self._given(candidate), self.before.label)
        row.similar = Similar(there.key, there.label, why, score, beside)
        return row

    def _of_record(self, row: Row, candidate: Candidate, there: Entry | None) -> Fate:
        """Return what becomes of a row as a record; where rows with errors go in, what was not understood does not."""
        if there is not None:
            row.read, values = candidate, there.payload.get("values", {})
            row.left = frozenset(values.keys() & candidate.state.raw.keys()) if self.keep_errors else NONE
            row.whole = self._fate(candidate, there).changes if row.left else ()
        return self._fate(candidate, there, left=row.left)

    def _given(self, candidate: Candidate) -> dict[str, Any]:
        """Return what a row gives, with what is said once for the whole sheet, as stored."""
        return stored(self.form, with_same(self.form, candidate.state, candidate.state, self.given, NONE))

    def _stored(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a row gives of the record itself, as stored."""
        return {name: self.form.by_id[name].converter.store(value) for name, value in given.items() if "/" not in name}

    def _like(self, name: str, natural: str, candidate: Candidate) -> tuple[Entry | None, str, int, str]:
        """Return a record with the same or a similar name, why, how alike, and what to do unless told otherwise."""
        if self.names is None or not name:
            return None, "", 0, ONLY
        same = self.names.same(name)
        if name in self.merged and not any(self.by_key[key].label == name for key in same):
            return self.by_key[self.merged[name]], "这个名称的记录已并入这一条", 100, MERGE
        if same:
            exact = next((k for k in same if self.by_key[k].label == name), same[0])
            there = self.by_key[exact]
            free = not (natural and there.natural_key)
            if there.label == name and free:
                return there, f"名称相同，{unkeyed(self.form, candidate, there)}", 100, MERGE
            return there, "名称相同，编码不同" if not free else "名称只差地名、括号或后缀", 98, KEEP
        alike = self.names.alike(name, but=self.coded if natural else ())
        if alike is None:
            return None, "", 0, ONLY
        return self.by_key[alike[0]], "名称相近", alike[1], KEEP

    # What it would be

    def _begun(self, subject: str) -> State:
        """Return what a new record begins with."""
        from pairing_desktop.formspec.draft import Draft

        if subject not in self._start:
            draft = Draft(self.form, None, "", self.quarter, subject, lookup=self.before, today=self.ws.today)
            self._start[subject] = loaded(self.form, draft.payload())
        return self._start[subject]

    def _fate(self, candidate: Candidate, there: Entry | None, new: str = "", left: frozenset[str] = NONE) -> Fate:
        """Return what becomes of a row as this record, or as a new one (``new``: the key it has already).

        ``left``: the fields in which the record that is there keeps its own value.
        """
        from pairing_desktop.formspec import computing
        from pairing_desktop.store import records

        form, subject = self.form, candidate.subject or (there.subject if there else "")
        base = loaded(form, there.payload) if there else self._begun(subject)
        given, lines = as_there(form, base, without(candidate, left)).state, self._lines if there else NONE
        given, named = named_as_there(form, base, given, lines)
        self.named |= named
        own = with_same(form, base, candidate.state, self.given, left)
        state = lines_implied(form, lines_with_same(merged(form, own, given, lines), given, self.given), given)
        key = there.key if there else new or records.new_key()
        computing.compute(form, state, self.before, self._identity(key, self.quarter, subject, self.ws.today))
        payload = stored(form, state)
        label = naming.label(form, payload, subject=subject, period=self.period if form.kind == "quarterly" else "",
                             resolve=self.before.label)
        if there is None:
            return Fate("new", key, payload, label)
        changed = changes(form, there.payload, payload, state.locked, self.before.label)
        same = internal.canonical_payload(payload) == internal.canonical_payload(there.payload)
        return Fate("unchanged" if same else "changed", key, payload, label, changed, revision=there.revision,
                    digest=there.digest)

    # Checked

    def see(self, rows: Iterable[Row]) -> None:
        """Let the checks see all rows as they would be; one that another row is already is not twice there."""
        for row in rows:
            if row.fate.state not in NOT_IN:
                self.after.replace(self._entry(row, row.fate))

    def check(self, row: Row, candidate: Candidate) -> None:
        """Give every fate of a row its findings; one that may not go in is refused."""
        for choice, fate in row.fates.items():
            if fate.state in NOT_IN:
                continue  # left out in favour of another row: there is nothing to check
            snapshot = self.after
            if choice != row.choice:
                snapshot = Snapshot(self.ws, self.quarter, self.conn)
                snapshot.replace(self._entry(row, fate))
            given = candidate
            if fate.revision:
                base = loaded(self.form, self.by_key[fate.key].payload) if candidate.state.rows else State()
                given = as_there(self.form, base, without(candidate, row.left))
                given = structs.replace(given, faults=[*given.faults, *kept(self.form, row, candidate, self.columns)])
            row.fates[choice] = self._checked(row, given, fate, snapshot)

    def again(self, row: Row, candidate: Candidate) -> Row:
        """Return a row worked out and checked anew from what it gives now, with other rows merged into it."""
        fates = dict(row.fates)
        for choice, fate in row.fates.items():
            if not (row.beside and choice in (OUT, MERGE)):
                there = self.by_key[fate.key] if fate.revision else None
                fates[choice] = self._fate(candidate, there, fate.key, row.left if there else NONE)
        made = self._with_record(structs.replace(row, fates=fates), candidate)
        made.natural_key = naming.natural_key(self.form, made.fate.payload, subject=row.subject, period=self.period)
        self.see([made])
        self.check(made, candidate)
        return made

    def _with_record(self, row: Row, candidate: Candidate) -> Row:
        """Return a row with what it and the record that is there hold side by side, where it is, or may be, one."""
        if row.record is None:
            return row
        there, similar = self.by_key[row.record.key], row.similar
        if similar:
            beside = pairs(self.form, there.payload, self._given(candidate), self.before.label)
            similar = structs.replace(similar, pairs=beside)
        whole = self._fate(candidate, there).changes if row.left else ()
        return structs.replace(row, similar=similar, whole=whole)

    def beside_again(self, row: Row, candidate: Candidate, other: Row) -> Row:
        """Return a row that stands beside another one with what it gives now, and that one as it is by itself."""
        own = other.read
        if row.similar is None or own is None:
            return row
        alone = self._fate(own, self.by_key[other.fate.key] if other.fate.revision else None, left=other.left).payload
        gives, fills = given_fields(self.form, own.state, candidate.state)
        beside = pairs(self.form, alone, self._given(candidate), self.before.label)
        take = (row.take & gives) | (fills - row.similar.fills if row.merging else frozenset())
        similar = structs.replace(row.similar, key=other.fate.key, label=other.fate.label, pairs=beside, gives=gives,
                                  fills=fills)
        return structs.replace(row, similar=similar, take=take)

    def _entry(self, row: Row, fate: Fate) -> Entry:
        return Entry(fate.key, self.form.id, row.subject, self.period, fate.label, row.natural_key, fate.revision + 1,
                     "", None, fate.payload)

    def _checked(self, row: Row, candidate: Candidate, fate: Fate, snapshot: Snapshot) -> Fate:
        faults = [*candidate.faults, *self.barred.of(row, fate)]
        if fate.state == "unchanged" and not faults:
            return fate
        memo = self._memo if snapshot is self.after else None
        found = answers.applied(checking.run(self.ws, snapshot, self._entry(row, fate), memo), self.answers)
        unread = {(fault.row, fault.field) for fault in faults}
        said = [(one, told_of(self.form, self.columns, row.number, candidate, one)) for one in found]
        told = [*faults, *importing_replaced.replaced(self.form, self._guarded, row.number, candidate, fate.payload),
                *(t for one, t in said if one.rule != "required" or (t.row, t.field) not in unread)]
        bad = any(f.level == "error" for f in faults) or (
            not self.keep_errors and any(self._bars(one, candidate, fate) for one in found))
        return structs.replace(fate, state="refused" if bad else fate.state, findings=tuple(told),
                                   found=tuple(found))

    def _bars(self, finding: Finding, candidate: Candidate, fate: Fate) -> bool:
        """Tell whether a finding keeps the row out: an error that the record did not have before."""
        if finding.level != "error" or finding.waiver:
            return False
        given = finding.path in candidate.state.values or finding.path in candidate.state.raw
        if not fate.revision or given:
            return True
        there = self.by_key[fate.key]
        old = checking.run(self.ws, self.before, there)
        return (finding.path, finding.rule) not in {(f.path, f.rule) for f in old}

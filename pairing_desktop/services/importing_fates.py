"""What becomes of each row: matched with what is there, merged, computed, checked as on screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import structs

from pairing_desktop import errors
from pairing_desktop.services import answers, checking, choosing, importing_replaced, internal, locking, naming
from pairing_desktop.services.importing_columns import year_of_figures
from pairing_desktop.services.importing_doubles import Double, doubles
from pairing_desktop.services.importing_matching import Keyless
from pairing_desktop.services.importing_merging import merged
from pairing_desktop.services.importing_plan import Change, Column, Fate, Row, RowFinding, Similar
from pairing_desktop.services.importing_rows import YEAR, Candidate
from pairing_desktop.services.lookup import Entry, Snapshot
from pairing_desktop.services.names_alike import Names, plain_name
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.finding import Finding
    from pairing_desktop.formspec.state import State
    from pairing_desktop.formspec.values import Understood, Value

ONLY, MERGE, KEEP = "", "merge", "keep"
HALF = 50
"""Of 100: a row that agrees with so much of a record without a code is that record sent again."""


class References:
    """Finds the record that a cell's text means, as typing does; each text once."""

    def __init__(self, ws: Workspace, snapshot: Snapshot) -> None:
        self.ws = ws
        self.snapshot = snapshot
        self._by_label: dict[str, dict[str, list[str]]] = {}
        self._found: dict[tuple[str, str], Understood] = {}

    def find(self, form_id: str, text: str) -> Understood:
        """Return the record; raise ``NotUnderstood``."""
        if (form_id, text) not in self._found:
            self._found[form_id, text] = self._fresh(form_id, text)
        return self._found[form_id, text]

    def _fresh(self, form_id: str, text: str) -> Understood:
        from pairing_desktop.formspec.definition import Field
        from pairing_desktop.formspec.fieldtypes.interface import named, not_understood
        from pairing_desktop.formspec.values import NIL_WORD, Understood

        form = self.ws.catalogue.form(form_id)
        converter = Field(id="at", label=form.short, type="reference", form=form_id).converter
        if text in ("", NIL_WORD):
            return converter.parse(text)
        keys = self._labels(form_id).get(text)
        found = [(k, text) for k in keys] if keys else choosing.matching(self.ws, form_id, text)
        if len(found) == 1:
            return Understood(found[0][0], found[0][1])
        if found:
            raise not_understood("reference.many", text=text, choices=named([label for _, label in found]))
        return converter.parse(text)

    def _labels(self, form_id: str) -> Mapping[str, list[str]]:
        if form_id not in self._by_label:
            labels: dict[str, list[str]] = {}
            for entry in self.snapshot.entries(form_id):
                for word in {self.snapshot.name(form_id, entry), entry.natural_key} - {""}:
                    labels.setdefault(word, []).append(entry.key)
            for *words, key in self.snapshot.aliases(form_id):
                for word in filter(None, words):
                    labels.setdefault(word, [key])
            self._by_label[form_id] = labels
        return self._by_label[form_id]


class Fates:
    """Works out the rows of one sheet against the data file as it is."""

    def __init__(self, ws: Workspace, form: Form, quarter: str, conn: Connection, *, before: Snapshot, why: str,
                 keep_errors: bool, columns: Mapping[str, Column], given: Mapping[str, Value]) -> None:
        from pairing_desktop.formspec.remembering import Memo
        from pairing_desktop.formspec.scope import Identity
        from pairing_desktop.store import drafts

        self.ws = ws
        self.form = form
        self.quarter = quarter
        self.conn = conn
        self.before = before
        self.after = Snapshot(ws, quarter, conn, whole=True)
        self.why = why
        self.asks_reason = False
        """Whether rows change what was sent, and the reason is not given."""
        self.keep_errors = keep_errors
        self.columns = columns
        self.given = given
        self.period = naming.stored_period(form, quarter)
        self.answers = answers.given(ws, conn)
        self.waiting = {d.record for d in drafts.drafts(conn)}
        self.sent = bool(locking.all_submissions(conn))
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
        self.names = Names({e.key: e.label for e in entries}) if self._by_name() else None
        self.coded = {e.key for e in entries if e.natural_key and self._by_code()}
        """Records that a code tells from every row with another one, however alike their names."""
        self.keyless = Keyless(form, entries) if form.kind == "event" and form.natural_key else None
        self._out: set[int] = set()
        """Rows that another row of the sheet is already."""
        self._start: dict[str, State] = {}
        self._memo = Memo()
        self._guarded = importing_replaced.guarded(form)

    def _by_name(self) -> bool:
        """Tell whether records are told apart by a name that people write in different ways."""
        form = self.form
        return form.kind == "register" and bool(form.name) and form.by_id[form.name].type == "text"

    def _by_code(self) -> bool:
        key = self.form.natural_key
        return bool(key) and all(self.form.by_id[name].type == "credit_code" for name in key)

    # Matching

    def rows(self, candidates: Sequence[Candidate]) -> list[Row]:
        """Return the rows matched with what is there; ``check`` gives each its findings.

        A row that is a record by its code comes before one that is only called so, wherever they stand.
        """
        found = [self._matched(candidate) for candidate in candidates]
        taken: dict[str, Row] = {}
        for row, candidate in sorted(zip(found, candidates, strict=True), key=lambda pair: self._claim(pair[0])):
            sheet = self.by_subject is not None and (candidate.subject or not self.form.subject)
            who = row.natural_key or (f"subject:{candidate.subject}" if sheet else "")
            match = next((f.key for f in row.fates.values() if f.revision), "")
            if who and (other := taken.setdefault(who, row)) is not row:
                self._same_row(row, candidate, other.number, self.form.natural_key)
            elif match and (other := taken.setdefault(match, row)) is not row:
                self._claimed(row, candidate, other)
        for double in doubles(found, self._out) if self.names is not None else ():
            self._beside(double)
        return found

    def _claimed(self, row: Row, candidate: Candidate, other: Row) -> None:
        """Tell of a row that is, or is like, the record that another row is already."""
        like = row.similar
        if like and self.keyless:
            self._apart(row, candidate, other.number)
        elif like and row.choice == KEEP:
            row.fates, row.choice = {ONLY: row.fates[KEEP]}, ONLY
            self._beside(Double(row, other, like.why, like.score, same=False))
        else:
            self._same_row(row, candidate, other.number, (self.form.name,) if like else ())

    def _beside(self, double: Double) -> None:
        """Let a person say whether a new row is the new record of another row: then it is left out, else it goes in."""
        row, other = double.row, double.other
        like, fate = other.fate, row.fate
        said = errors.problem("importing.double_row", row=other.number, like=like.label, why=double.why)
        left = RowFinding(row.number, "", "error", said.message)
        row.fates = {MERGE: structs.replace(fate, state="refused", findings=(left,)), KEEP: fate}
        row.choice = MERGE if double.same else KEEP
        row.similar = Similar(like.key, like.label, double.why, double.score, self._pairs(like.payload, fate),
                              other.number)

    def _claim(self, row: Row) -> tuple[int, int]:
        if row.similar is None or self.by_natural.get(row.natural_key):
            return 0, 0
        return 2 if row.choice == KEEP else 1, -row.similar.score

    def _same_row(self, row: Row, candidate: Candidate, other: int, by: Sequence[str]) -> None:
        names = [self.form.by_id[n].plain_label for n in by if n in self.form.by_id]
        code = "same_row" if names else "same_sheet"
        self._out.add(row.number)
        said = errors.problem(f"importing.{code}", row=other, why="、".join(names))
        candidate.faults.append(RowFinding(row.number, "", "error", said.message))

    def _apart(self, row: Row, candidate: Candidate, other: int) -> None:
        """Leave a row that is only like a record a record of its own: another row is that one."""
        like = row.similar.label if row.similar else ""
        said = errors.problem("importing.alike_row", row=other, like=like)
        candidate.faults.append(RowFinding(row.number, "", "query", said.message))
        row.fates, row.choice, row.similar = {ONLY: row.fates[KEEP]}, ONLY, None

    def _matched(self, candidate: Candidate) -> Row:
        form, given = self.form, candidate.state.values
        own = {"values": {name: form.by_id[name].converter.store(given[name])
                          for name in (*form.natural_key, form.name) if name in given}}
        natural = naming.natural_key(form, own, subject=candidate.subject, period=self.period)
        row = Row(candidate.number, {}, subject=candidate.subject, natural_key=natural, more=tuple(candidate.more))
        if self.by_subject is not None:
            row.fates[ONLY] = self._fate(candidate, self.by_subject.get(candidate.subject))
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
            there, why, score, choice = self._like(name, natural)
        fate = self._fate(candidate, there)
        if there is None or choice == ONLY or (self.keyless is not None and fate.state == "unchanged"):
            row.fates[ONLY] = fate
            return row
        row.fates = {MERGE: fate, KEEP: self._fate(candidate, None)}
        row.choice = choice
        row.similar = Similar(there.key, there.label, why, score, self._pairs(there.payload, row.fates[KEEP]))
        return row

    def _stored(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a row gives of the record itself, as stored."""
        return {name: self.form.by_id[name].converter.store(value) for name, value in given.items() if "/" not in name}

    def _like(self, name: str, natural: str) -> tuple[Entry | None, str, int, str]:
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
                return there, "名称相同，编码待补", 100, MERGE
            return there, "名称相同，编码不同" if not free else "名称只差地名、括号或后缀", 98, KEEP
        alike = self.names.alike(name, but=self.coded if natural else ())
        if alike is None:
            return None, "", 0, ONLY
        return self.by_key[alike[0]], "名称相近", alike[1], KEEP

    # What it would be

    def _begun(self, subject: str) -> State:
        """Return what a new record begins with."""
        from pairing_desktop.formspec.draft import Draft
        from pairing_desktop.formspec.state import loaded

        if subject not in self._start:
            draft = Draft(self.form, None, "", self.quarter, subject, lookup=self.before, today=self.ws.today)
            self._start[subject] = loaded(self.form, draft.payload())
        return self._start[subject]

    def _fate(self, candidate: Candidate, there: Entry | None) -> Fate:
        from pairing_desktop.formspec import computing
        from pairing_desktop.formspec.state import loaded, stored
        from pairing_desktop.store import records

        form, subject = self.form, candidate.subject or (there.subject if there else "")
        base = loaded(form, there.payload) if there else self._begun(subject)
        state = merged(form, self._with_given(base, candidate.state), candidate.state)
        key = there.key if there else records.new_key()
        computing.compute(form, state, self.before, self._identity(key, self.quarter, subject, self.ws.today))
        payload = stored(form, state)
        label = naming.label(form, payload, subject=subject, period=self.period if form.kind == "quarterly" else "",
                             resolve=self.before.label)
        if there is None:
            return Fate("new", key, payload, label)
        changes = self._changes(there.payload, payload)
        same = internal.canonical_payload(payload) == internal.canonical_payload(there.payload)
        return Fate("unchanged" if same else "changed", key, payload, label, changes, revision=there.revision,
                    digest=there.digest)

    def _with_given(self, base: State, row: State) -> State:
        """Return a record with what holds for the whole sheet, where it is blank; its year goes with new figures."""
        known = self.form.by_id
        if not self.given:
            return base
        figures = any(name in known and known[name].is_number and known[name].unit != YEAR for name in row.values)
        blank = [name for name in self.given if (name not in base.values and name not in base.raw)
                 or (figures and year_of_figures(known[name]))]
        if not blank:
            return base
        state = base.copy()
        for name in blank:
            state.put(name, self.given[name])
        return state

    def _changes(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
        found = []
        for field in self.form.fields:
            if _member(old, field.id) == _member(new, field.id):
                continue
            first, second = (naming.cell(self.form, p, field.id, self.before.label) for p in (old, new))
            if first == second:
                second = f"{second}（内容有改动）" if field.type == "table" else second
            found.append(Change(field.id, field.plain_label, first, second))
        return tuple(found)

    def _pairs(self, there: Mapping[str, Any], fate: Fate) -> tuple[Change, ...]:
        """Return every field that the record that is there or the row fills, beside each other."""
        pairs = []
        for field in self.form.fields:
            first, second = (naming.cell(self.form, p, field.id, self.before.label)
                             for p in (there, fate.payload))
            if first or second:
                pairs.append(Change(field.id, field.plain_label, first, second))
        return tuple(pairs)

    # Checked

    def see(self, rows: Iterable[Row]) -> None:
        """Let the checks see all rows as they would be; one that another row is already is not twice there."""
        for row in rows:
            if row.number not in self._out and row.fate.state != "refused":
                self.after.replace(self._entry(row, row.fate))

    def check(self, row: Row, candidate: Candidate) -> None:
        """Give every fate of a row its findings; one that may not go in is refused."""
        for choice, fate in row.fates.items():
            if fate.state == "refused":
                continue  # left out in favour of another row: there is nothing to check
            snapshot = self.after
            if choice != row.choice:
                snapshot = Snapshot(self.ws, self.quarter, self.conn)
                snapshot.replace(self._entry(row, fate))
            row.fates[choice] = self._checked(row, candidate, fate, snapshot)

    def _entry(self, row: Row, fate: Fate) -> Entry:
        return Entry(fate.key, self.form.id, row.subject, self.period, fate.label, row.natural_key, fate.revision + 1,
                     "", None, fate.payload)

    def _checked(self, row: Row, candidate: Candidate, fate: Fate, snapshot: Snapshot) -> Fate:
        faults = [*candidate.faults, *self._barred(row, fate)]
        if fate.state == "unchanged" and not faults:
            return fate
        memo = self._memo if snapshot is self.after else None
        found = answers.applied(checking.run(self.ws, snapshot, self._entry(row, fate), memo), self.answers)
        unread = {(fault.row, fault.field) for fault in faults}
        said = [(one, self._told(row.number, candidate, one)) for one in found]
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

    def _told(self, number: int, candidate: Candidate, finding: Finding) -> RowFinding:
        path = finding.path
        message = candidate.refusals.get(path, finding.message) if finding.rule == "typed" else finding.message
        if finding.remedy and finding.rule != "typed":
            message = f"{message}，{finding.remedy}"
        if path in candidate.places:
            sheet, row, column = candidate.places[path]
            table, _, rest = path.partition("/")
            name = f"{table}.{rest.rpartition('/')[2]}"
            return RowFinding(row, name, finding.level, message, self.form.field(path).plain_label, column, sheet)
        name = path.replace("/", ".")
        known = self.form.by_id.get(path.partition("/")[0])
        found = self.columns.get(name)
        return RowFinding(number, name, finding.level, message, known.plain_label if known else "",
                          found.place if found else -1)

    def _barred(self, row: Row, fate: Fate) -> list[RowFinding]:
        """Return why a record may not be changed at all."""
        form, said = self.form, None
        if form.subject and not row.subject and not fate.revision:
            said = errors.problem("importing.no_subject", subject=self.ws.catalogue.form(form.subject).short)
        elif fate.state == "changed" and fate.key in self.waiting:
            said = errors.problem("importing.draft_waits", label=fate.label)
        elif self.sent and fate.state != "unchanged" and form.kind != "register":
            lock = locking.of(self.ws, form, fate.key, self.quarter, label=fate.label, conn=self.conn)
            unsaid = lock.needs_reason if not self.why.strip() else ""
            self.asks_reason = self.asks_reason or bool(unsaid)
            reason = lock.locked or unsaid
            said = errors.problem("importing.record_locked", label=fate.label, reason=reason) if reason else None
        return [RowFinding(row.number, "", "error", said.message)] if said else []


def _member(payload: Mapping[str, Any], name: str) -> tuple[object, ...]:
    return tuple(payload.get(member, {}).get(name) for member in ("values", "raw", "marks"))

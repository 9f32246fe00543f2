"""Running the rules over a record or a quarter, and answering what they find. Other services may use this one."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import answers, countersigning, deadlines, half_said, internal, kept, naming, scope
from pairing_desktop.services.lookup import Entry, Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.formspec.remembering import Memo, Retyped
    from pairing_desktop.formspec.rules import Finding, Whose
    from pairing_desktop.store.asking import Reader

EVERY = 20
"""Records between two tellings of progress."""


class Report(Struct, frozen=True):
    """A full check of a quarter: ``errors`` are those not waived; it passes without one and without ``unexplained``."""

    quarter: str
    findings: tuple[Finding, ...]
    errors: int
    queries: int
    unexplained: int
    waived: int
    passes: bool
    seconds: float
    records: int


class LastCheck(Struct, frozen=True):
    """When a quarter was last checked as a whole; ``stale`` when something was saved since."""

    at: datetime | None
    seconds: float
    stale: bool


def check_record(ws: Workspace, draft: Draft) -> list[Finding]:
    """Return the findings of what is typed now, with the explanations already given; writes nothing."""
    return TypedCheck(ws).findings(draft)


class TypedCheck:
    """The check of a record being typed, after every field: other records are read at the first, and after a write."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._read: tuple[object, ...] = ()
        self._written = 0
        self._snapshot: Snapshot | None = None
        self._memo: Retyped | None = None

    def findings(self, draft: Draft) -> list[Finding]:
        """Return what ``check_record`` returns."""
        steps = self.in_steps(draft)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]  # what ``in_steps`` returns

    def in_steps(self, draft: Draft) -> Generator[None, None, list[Finding]]:
        """Return what ``check_record`` returns of the draft as it is now, after many short steps."""
        from pairing_desktop.formspec import rules

        ws, entry = self._ws, typed(draft)
        snapshot = self._around(draft)
        snapshot.replace(entry)
        whose = _whose(ws, snapshot, draft.form, entry)
        yield
        found = yield from rules.check_in_steps(draft.form, entry.payload, snapshot, self._memo, **whose)
        return answers.applied([*found, *countersigning.disputed(ws, snapshot.quarter, draft.form, entry)],
                               answers.given(ws))

    def _around(self, draft: Draft) -> Snapshot:
        """Return the other records, read anew where they may have become others, and forget what was found among them.

        A server's other writers are seen at saving, where everything is read anew.
        """
        from pairing_desktop.formspec.remembering import Retyped

        written, read = self._ws.store.written, (draft.form.digest, draft.key, draft.period, self._ws.today)
        if self._memo is None or read != self._read:
            self._memo, self._read, self._snapshot = Retyped(), read, None
        if self._snapshot is None or written != self._written:
            self._snapshot, self._written = around(self._ws, draft.form, draft.period), written
            self._memo.forget_others()
        return self._snapshot


def around(ws: Workspace, form: Form, quarter: str, conn: Reader | None = None) -> Snapshot:
    """Return what a record is checked against: a sheet against its quarter, others against all as they are now."""
    return Snapshot(ws, quarter, conn, as_sent=form.kind == "quarterly")


def typed(draft: Draft) -> Entry:
    """Return a draft as the record that it would be."""
    form = draft.form
    return Entry(draft.key or "", form.id, draft.subject, naming.stored_period(form, draft.period), "", "", 0, "", None,
                 draft.payload())


def run(ws: Workspace, snapshot: Snapshot, entry: Entry, memo: Memo | None = None) -> list[Finding]:
    """Run a record's rules against a snapshot; answers are not applied yet. ``memo`` serves many of one form."""
    from pairing_desktop.formspec import rules

    form = ws.catalogue.form(entry.form)
    found = rules.check(form, entry.payload, snapshot, memo, **_whose(ws, snapshot, form, entry))
    return [*found, *countersigning.disputed(ws, snapshot.quarter, form, entry)]


def _whose(ws: Workspace, snapshot: Snapshot, form: Form, entry: Entry) -> Whose:
    """Return which record it is that a check is about."""
    label = naming.label(form, entry.payload, subject=entry.subject, period="", resolve=snapshot.label)
    return {"record_key": entry.key, "period": snapshot.quarter, "subject": entry.subject, "label": label,
            "today": ws.today}


def check_quarter(ws: Workspace, quarter: str, progress: Progress = silent) -> Report:
    """Check everything that the quarter's packet would hold; keeps the findings for lists and counts.

    Trouble: the data file is damaged anywhere (asked first: 1.6 s of 290 MB, 100,000 firms).
    BadContent: it was altered behind the program's back (asked next: a twentieth of the check's time).
    """
    from pairing_desktop.services import untouched
    from pairing_desktop.store import verify

    scope.require_quarter(ws, quarter)
    with ws.store.reading() as conn:
        verify.must_be_sound(conn, ws.store.name, progress)
        snapshot = Snapshot(ws, quarter, conn, whole=True, as_sent=True)
        within = scope.of(ws, snapshot, conn)
        untouched.must_be_untouched(conn, within, progress)
        report = check_scope(ws, within, snapshot, conn, progress)
    keep(ws, report)
    return report


def keep(ws: Workspace, report: Report, *, write: bool = True) -> None:
    """Keep a full check's findings for lists and counts; ``write=False`` leaves the data file as it is."""
    kept.replace_all(ws, report.quarter, report.findings, at=ws.clock(), seconds=report.seconds, write=write)


def check_scope(ws: Workspace, within: scope.Scope, snapshot: Snapshot, conn: Connection, progress: Progress) -> Report:
    """Check a quarter whose records are at hand; writes nothing."""
    from pairing_desktop.formspec.remembering import Memo

    start = time.perf_counter()
    found: list[Finding] = []
    done, total = 0, within.total
    for entries in within.entries.values():
        memo = Memo()
        for entry in entries:
            if done % EVERY == 0:
                progress("审核", done, total)
            found += run(ws, snapshot, entry, memo)
            done += 1
    found += [absent(ws, m, within.quarter) for m in within.missing]
    found += countersigning.findings(ws, within, snapshot)
    found += deadlines.findings(ws, within.quarter)
    progress("审核", total, total)
    findings = tuple(answers.applied(found, answers.given(ws, conn)))
    return summed(within.quarter, findings, seconds=time.perf_counter() - start, records=total)


def summed(quarter: str, findings: tuple[Finding, ...], *, seconds: float, records: int) -> Report:
    """Count findings."""
    errors = sum(f.level == "error" and not f.waiver for f in findings)
    queries = sum(f.level == "query" for f in findings)
    unexplained = sum(f.level == "query" and not f.explanation for f in findings)
    waived = sum(bool(f.waiver) for f in findings)
    return Report(quarter, findings, errors, queries, unexplained, waived, not errors and not unexplained, seconds,
                  records)


def absent(ws: Workspace, lacking: scope.Missing, quarter: str) -> Finding:
    """Return the finding for a sheet that nobody has begun; its path is the subject's key. It can't be waived."""
    from pairing_desktop.formspec.rules import Finding

    form: Form = lacking.form
    place = f"{lacking.label} · {form.short}" if lacking.label else form.short
    return Finding(form=form.id, record="", path=lacking.subject, rule="absent", level="error", place=place,
                   message=f"{lacking.label or ws.about.county_name}本期的{form.short}还没有填", waivable=False,
                   period=quarter,
                   remedy="打开这张表填写，没有情况的写“无”")


def last_check(ws: Workspace, quarter: str) -> LastCheck:
    """Return when the quarter was last checked as a whole."""
    found = kept.of(ws, quarter)
    return LastCheck(found.checked_at, found.seconds, found.stale)


def kept_findings(ws: Workspace, quarter: str, form: str = "", key: str = "") -> list[Finding]:
    """Return the findings kept from the last checks, of a form or of one record; runs no rule."""
    by_form = kept.of(ws, quarter).by_form
    forms = [form] if form else [f.id for f in ws.catalogue.forms]
    records = [item for name in forms for item in by_form.get(name, {}).items()]
    return [finding for record, found in records if key in ("", record) for finding in found]


def explain(ws: Workspace, finding: Finding, text: str) -> Finding:
    """Answer a query with words that travel with the packet; blank text takes the answer back."""
    if finding.level != "query":
        raise trouble("services.only_query_explained", message=finding.message)
    content = {**_bound(finding), "text": _plain(text)}
    return _answer(ws, answers.EXPLANATION, finding, content if content["text"] else None)


def explain_all(ws: Workspace, said: Sequence[tuple[Finding, str]]) -> None:
    """Answer several queries with words of their own: all of them or, on any trouble, none."""
    ws.writable()
    at = ws.clock()
    with ws.store.begin() as tx:
        for finding, text in said:
            content = {**_bound(finding), "text": _plain(text), "who": ws.who, "at": internal.stamp(at)}
            internal.put(tx, answers.EXPLANATION, answers.name_of(finding), content, label=finding.place, who=ws.who,
                         at=at)
    answers.forget(ws)
    for finding, _ in said:
        _answered(ws, finding)
        half_said.answer(ws, finding).drop()


def consent(ws: Workspace, finding: Finding) -> str:
    """Return who consented to a waived finding, "" for any other."""
    return str(answers.given(ws).waivers[answers.name_of(finding)]["consent_by"]) if finding.waiver else ""


def waive(ws: Workspace, finding: Finding, *, reason: str, consent_by: str) -> Finding:
    """Let a true figure pass an error rule (特殊情况报送), with the head's consent. Blank reason takes it back.

    Trouble: rules on identity, arithmetic and signatures can't be waived; reason and consent must be given.
    """
    from pairing_desktop.formspec import rules

    if finding.level != "error" or not rules.waivable(ws.catalogue.form(finding.form), finding.rule, finding.path):
        raise trouble("services.not_waivable", message=finding.message)
    content = {**_bound(finding), "reason": _plain(reason), "consent_by": _plain(consent_by)}
    if content["reason"] and not content["consent_by"]:
        raise trouble("services.waiver_incomplete", what="同意人")
    return _answer(ws, answers.WAIVER, finding, content if content["reason"] else None)


def _plain(text: str) -> str:
    from pairing_desktop.formspec.fieldtypes.text import clean

    return clean(text, lines=True)


def _bound(finding: Finding) -> dict[str, str]:
    bound = {"form": finding.form, "record": finding.record, "path": finding.path, "rule": finding.rule,
             "left": finding.left, "right": finding.right, "message": finding.message}
    return {**bound, "period": finding.period} if finding.period else bound


def _answer(ws: Workspace, kind: str, finding: Finding, content: dict[str, str] | None) -> Finding:
    ws.writable()
    at = ws.clock()
    with ws.store.begin() as tx:
        if content is None:
            internal.delete(tx, kind, answers.name_of(finding), who=ws.who, at=at)
        else:
            said = {**content, "who": ws.who, "at": internal.stamp(at)}
            internal.put(tx, kind, answers.name_of(finding), said, label=finding.place, who=ws.who, at=at)
    answers.forget(ws)
    half_said.answer(ws, finding).drop()
    return _answered(ws, finding)


def _answered(ws: Workspace, finding: Finding) -> Finding:
    """Show an answer in what is kept of every quarter; return the finding with it."""
    from msgspec import structs

    bare = structs.replace(finding, explanation="", waiver="", consent_by="")
    answered = answers.applied([bare], answers.given(ws))[0]
    for quarter in kept.quarters(ws):
        kept.put_answer(ws, quarter, finding, answered)
    return answered

"""Findings kept from the last checks, so that lists and the navigation show marks without running a rule.

In memory, and in the data file for the next time it is opened. A full check replaces a quarter's; saving a record
replaces its own. They are a convenience and never decide anything: finalising always checks anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field

from pairing_desktop.formspec.finding import Finding
from pairing_desktop.services.workspace import Workspace

PREFIX = "findings/"
MANY = 2000
"""With more findings than this they are written at a full check and on close, not at every save."""


class Kept(Struct, forbid_unknown_fields=True):
    """A quarter's findings: by form, then by record (or by subject, for a sheet not begun)."""

    by_form: dict[str, dict[str, list[Finding]]] = field(default_factory=dict)
    checked_at: datetime | None = None
    seconds: float = 0.0
    stale: bool = True
    """Something was saved since the last full check."""
    looked: dict[str, set[str]] = field(default_factory=dict)
    """By form: records checked one by one, when they were saved, since the last full check."""
    lapsed: dict[str, set[str]] = field(default_factory=dict)
    """By form: records saved in another quarter since the last full check; what it found of them is no longer so."""

    def knows(self, form: str, record: str) -> bool:
        """Tell whether the record was checked as it stands: one without findings is clean only then."""
        whole = self.checked_at is not None and record not in self.lapsed.get(form, ())
        return whole or record in self.looked.get(form, ())

    def known(self, form: str, number: int) -> int:
        """Return how many of a form's ``number`` records were checked as they stand."""
        left = number - len(self.lapsed.get(form, ())) if self.checked_at else len(self.looked.get(form, ()))
        return min(number, max(left, 0))

    @property
    def size(self) -> int:
        """Return how much there is to write."""
        return len(self.all()) + sum(len(keys) for by in (self.looked, self.lapsed) for keys in by.values())

    def take(self, form: str, record: str, *, looked: bool) -> bool:
        """Forget what was found of a record; it was checked just now or not since. Tell whether anything changed."""
        records = self.by_form.get(form, {})
        before = (record in records, self.knows(form, record), self.stale)
        records.pop(record, None)
        for by, wanted in ((self.looked, looked), (self.lapsed, not looked and self.checked_at is not None)):
            keys = by.setdefault(form, set())
            (keys.add if wanted else keys.discard)(record)
        self.stale = True
        return before != (False, self.knows(form, record), True)

    def all(self) -> list[Finding]:
        """Return all findings, in the forms' order."""
        return [f for records in self.by_form.values() for found in records.values() for f in found]


def of(ws: Workspace, quarter: str) -> Kept:
    """Return a quarter's kept findings."""
    with ws.shared.lock:
        found = ws.shared.kept.get(("findings", quarter))
        if found is None:
            found = _load(ws, quarter)
            ws.shared.kept["findings", quarter] = found
            ws.shared.on_close.append(lambda: _settle(ws, quarter))
        kept: Kept = found
        return kept


def replace_all(ws: Workspace, quarter: str, findings: Iterable[Finding], *, at: datetime, seconds: float,
                write: bool = True) -> None:
    """Keep a full check's findings, in memory alone when ``write`` is false."""
    kept = Kept(checked_at=at, seconds=seconds, stale=False)
    for finding in findings:
        _place(kept, finding)
    with ws.shared.lock:
        of(ws, quarter)
        ws.shared.kept["findings", quarter] = kept
    if write and not ws.readonly:
        _write(ws, quarter, kept)


def replace_record(ws: Workspace, quarter: str, form: str, record: str, *, findings: Sequence[Finding],
                   subject: str = "") -> None:
    """Keep one record's findings; inside a writing transaction of this thread they are written in that one."""
    kept = of(ws, quarter)
    with ws.shared.lock:
        kept.take(form, record, looked=True)
        records = kept.by_form.setdefault(form, {})
        records.pop(f"+{subject}", None)  # the sheet is begun now
        if findings:
            records[record] = list(findings)
        _lapse_elsewhere(ws, quarter, form, record)
    if kept.size <= MANY:
        _write(ws, quarter, kept)


def drop_record(ws: Workspace, form: str, record: str) -> None:
    """Forget a deleted record in every quarter."""
    for quarter in _stored(ws):
        kept = of(ws, quarter)
        with ws.shared.lock:
            kept.take(form, record, looked=False)
            kept.lapsed[form].discard(record)
        if kept.size <= MANY:
            _write(ws, quarter, kept)


def replace_many(ws: Workspace, quarter: str, form: str, found: Mapping[str, Sequence[Finding]], *,
                 subjects: Iterable[str] = ()) -> None:
    """Keep the findings of many records of a form at once, by record; written once."""
    kept = of(ws, quarter)
    sheet = ws.catalogue.form(form).kind == "quarterly"
    with ws.shared.lock:
        records = kept.by_form.setdefault(form, {})
        for record, findings in found.items():
            kept.take(form, record, looked=True)
            if findings:
                records[record] = list(findings)
        for subject in subjects:
            records.pop(f"+{subject}", None)
        others = [q for q in _stored(ws) if q != quarter and not (sheet and q < quarter)]
        for other in others:
            elsewhere = of(ws, other)
            elsewhere.stale = True
            for record in () if sheet else found:
                elsewhere.take(form, record, looked=False)
    for name in (quarter, *others):
        if of(ws, name).size <= MANY:
            _write(ws, name, of(ws, name))


def drop_many(ws: Workspace, form: str, *, gone: Iterable[str], changed: Iterable[str]) -> None:
    """Forget in every quarter what was found of many records: they are gone, or other than when it was found."""
    lost, other = list(gone), list(changed)
    for quarter in _stored(ws):
        kept = of(ws, quarter)
        with ws.shared.lock:
            for record in (*lost, *other):
                kept.take(form, record, looked=False)
            kept.lapsed.setdefault(form, set()).difference_update(lost)
        if kept.size <= MANY:
            _write(ws, quarter, kept)


def put_answer(ws: Workspace, quarter: str, old: Finding, new: Finding) -> None:
    """Keep a finding with another answer; the full check stays good, for the data did not change."""
    kept = of(ws, quarter)
    with ws.shared.lock:
        found = kept.by_form.get(old.form, {}).get(_record(old), [])
        found[:] = [new if f.identity == old.identity else f for f in found]
    if kept.size <= MANY:
        _write(ws, quarter, kept)


def quarters(ws: Workspace) -> list[str]:
    """Return the quarters whose findings are in memory."""
    with ws.shared.lock:
        return [k[1] for k in ws.shared.kept if isinstance(k, tuple) and k[0] == "findings"]


def _record(finding: Finding) -> str:
    return finding.record or f"+{finding.path}"


def _place(kept: Kept, finding: Finding) -> None:
    kept.by_form.setdefault(finding.form, {}).setdefault(_record(finding), []).append(finding)


def _lapse_elsewhere(ws: Workspace, quarter: str, form: str, record: str) -> None:
    """Forget what other quarters found of a register's record or an event: that was of other values.

    A quarterly sheet stands in its quarter alone, but what comes later is compared with it.
    """
    sheet = ws.catalogue.form(form).kind == "quarterly"
    for other in _stored(ws):
        kept = of(ws, other)
        if other == quarter or (sheet and (other < quarter or kept.stale)):
            continue
        if sheet:
            kept.stale = changed = True
        else:
            changed = kept.take(form, record, looked=False)
        if changed and kept.size <= MANY:
            _write(ws, other, kept)


def _stored(ws: Workspace) -> list[str]:
    """Return the quarters of which anything is kept, in memory or in the data file."""
    with ws.shared.lock:
        if "findings read" not in ws.shared.kept:
            for name in ws.store.all_meta():
                if name.startswith(PREFIX):
                    of(ws, name.removeprefix(PREFIX))
            ws.shared.kept["findings read"] = True
        return quarters(ws)


def forget_all(ws: Workspace) -> None:
    """Forget what was found in every quarter: the rules are others now."""
    for quarter in _stored(ws):
        _write(ws, quarter, Kept())


def _settle(ws: Workspace, quarter: str) -> None:
    kept = ws.shared.kept.get(("findings", quarter))
    if kept is not None and kept.size > MANY and not ws.readonly:
        _write(ws, quarter, kept)


def _write(ws: Workspace, quarter: str, kept: Kept) -> None:
    import msgspec

    ws.store.set_meta(PREFIX + quarter, msgspec.json.encode(kept).decode())


def _load(ws: Workspace, quarter: str) -> Kept:
    text = ws.store.meta(PREFIX + quarter)
    if text is None:
        return Kept()
    import msgspec

    try:
        return msgspec.json.decode(text, type=Kept)
    except msgspec.MsgspecError:
        return Kept()  # written by another version: the next check fills it again

"""Findings kept from the last checks, so that lists and the navigation show marks without running a rule.

In memory, and in the data file for the next time it is opened. A full check replaces a quarter's; saving a record
replaces its own. They are a convenience and never decide anything: finalising always checks anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.rules import Finding

MANY = 2000
"""With more findings than this they are written at a full check and on close, not at every save."""


@dataclass(slots=True)
class Kept:
    """A quarter's findings: by form, then by record (or by subject, for a sheet not begun)."""

    by_form: dict[str, dict[str, list[Finding]]] = field(default_factory=dict)
    checked_at: datetime | None = None
    seconds: float = 0.0
    stale: bool = True
    """Something was saved since the last full check."""

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
        records = kept.by_form.setdefault(form, {})
        records.pop(record, None)
        records.pop(f"+{subject}", None)  # the sheet is begun now
        if findings:
            records[record] = list(findings)
        kept.stale = True
        _forget_elsewhere(ws, quarter, record)
    if len(kept.all()) <= MANY:
        _write(ws, quarter, kept)


def put_answer(ws: Workspace, quarter: str, old: Finding, new: Finding) -> None:
    """Keep a finding with another answer; the full check stays good, for the data did not change."""
    kept = of(ws, quarter)
    with ws.shared.lock:
        found = kept.by_form.get(old.form, {}).get(_record(old), [])
        found[:] = [new if f.identity == old.identity else f for f in found]
    if len(kept.all()) <= MANY:
        _write(ws, quarter, kept)


def quarters(ws: Workspace) -> list[str]:
    """Return the quarters whose findings are in memory."""
    with ws.shared.lock:
        return [k[1] for k in ws.shared.kept if isinstance(k, tuple) and k[0] == "findings"]


def _record(finding: Finding) -> str:
    return finding.record or f"+{finding.path}"


def _place(kept: Kept, finding: Finding) -> None:
    kept.by_form.setdefault(finding.form, {}).setdefault(_record(finding), []).append(finding)


def _forget_elsewhere(ws: Workspace, quarter: str, record: str) -> None:
    """Other quarters' findings of the record were of other values: unknown until their next check."""
    for other in quarters(ws):
        if other != quarter:
            for records in ws.shared.kept["findings", other].by_form.values():
                records.pop(record, None)


def _settle(ws: Workspace, quarter: str) -> None:
    kept = ws.shared.kept.get(("findings", quarter))
    if kept is not None and len(kept.all()) > MANY and not ws.readonly:
        _write(ws, quarter, kept)


def _write(ws: Workspace, quarter: str, kept: Kept) -> None:
    import msgspec

    said = {"checked_at": kept.checked_at, "seconds": kept.seconds, "stale": kept.stale, "findings": kept.all()}
    ws.store.set_meta(f"findings/{quarter}", msgspec.json.encode(said).decode())


def _load(ws: Workspace, quarter: str) -> Kept:
    import msgspec

    from pairing_desktop.formspec.rules import Finding

    text = ws.store.meta(f"findings/{quarter}")
    if text is None:
        return Kept()
    try:
        said = msgspec.json.decode(text)
        findings = msgspec.convert(said["findings"], list[Finding])
        at = datetime.fromisoformat(said["checked_at"]) if said["checked_at"] else None
    except (ValueError, KeyError, TypeError, msgspec.MsgspecError):
        return Kept()  # written by another version: the next check fills it again
    kept = Kept(checked_at=at, seconds=said["seconds"], stale=said["stale"])
    for finding in findings:
        _place(kept, finding)
    return kept

"""Where a quarter stands, and what went out for it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.services import checking, kept, locking, scope, starting, writing
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.submissions import Submission as Stored

STATES = {
    "empty": "未填",
    "filling": "填报中",
    "errors": "审核未通过",
    "queries": "待说明",
    "passed": "审核通过",
    "final": "已定稿",
    "signing": "签批中",
    "signed": "已签署",
    "submitted": "已报送",
}
OUT = {"finalised": "final", "signing": "signing", "signed": "signed", "submitted": "submitted"}


class QuarterState(Struct, frozen=True):
    """Where a quarter stands. ``number`` is that of the latest 第N次报送 begun, 0 before the first."""

    quarter: str  # 2024Q2
    quarter_title: str  # 2024年二季度
    code: str  # a key of STATES
    title: str  # its Chinese word
    number: int = 0
    detail: str = ""  # one line: 强制 1 · 核实 5
    locked: bool = False
    identity: str = ""
    packet: Path | None = None  # where the packet was written, if it is still there
    signed_roles: tuple[str, ...] = ()
    at: datetime | None = None
    changed: int = 0  # records changed since they were submitted
    warnings: tuple[str, ...] = ()  # what was not looked at when it was submitted

    @property
    def coming(self) -> int:
        """Return the number of the submission on its way, or out and unchanged; of the next one after a change."""
        on_its_way = self.code in ("final", "signing", "signed")
        return max(self.number + (bool(self.changed) and not on_its_way), 1)


class Submission(Struct, frozen=True):
    """A line of the history page: one 第N次报送 of a quarter."""

    quarter: str
    number: int
    identity: str
    replaces: str
    reason: str
    state: str  # final, signing, signed, submitted, undone
    packet_name: str
    at: datetime
    who: str
    stored: bool  # the signed packet is kept in the data file and can be exported again


def state(ws: Workspace, quarter: str) -> QuarterState:
    """Return where a quarter stands; from kept findings, runs no check. Trouble: a quarter that doesn't exist."""
    scope.require_quarter(ws, quarter)
    return _state(ws, quarter)


def _state(ws: Workspace, quarter: str) -> QuarterState:
    from pairing_desktop.formspec import period as periods

    with ws.store.glancing() as conn:
        begun = [s for s in locking.all_submissions(conn) if s.period == quarter]
        last = begun[-1] if begun else None
        sheets, events = _changed(ws, conn, last, quarter) if last and last.state == "submitted" else ({}, {})
        filled = sum(_sheets(ws, conn, quarter).values())
    changed, title = len(sheets) + len(events), periods.title(quarter)
    if last and not sheets:
        return _out(ws, quarter, title, last, changed)
    code, detail = _before(ws, quarter, filled)
    if last:
        detail = f"第{last.number}次报送后有 {changed} 处改动，重新定稿后才算数" + (f"；{detail}" if detail else "")
    return QuarterState(quarter, title, code, STATES[code], last.number if last else 0, detail, changed=changed,
                        identity=last.identity if last else "")


def _sheets(ws: Workspace, conn: Reader, quarter: str) -> dict[str, int]:
    from pairing_desktop.store import records

    forms = {f.id for f in ws.catalogue.forms}
    return {form: n for form, n in records.counts(conn, period=quarter).items() if form in forms}


def _changed(ws: Workspace, conn: Reader, last: Stored, quarter: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return the sheets and the sent events that are not as they were submitted, each with its revision then, 0: none.

    An event that went out with a later quarter as it stands is no change that waits.
    """
    from pairing_desktop.services import lookup
    from pairing_desktop.store import records

    later = lookup.gone(conn, quarter).later
    pinned = dict(last.pinned)
    kinds = {f.id: f.kind for f in ws.catalogue.forms}
    now = {r.key: r for f in ws.catalogue.forms if f.kind in scope.SHEETS
           for r in records.select(conn, form=f.id, period=quarter if f.kind == "quarterly" else quarter[:4])}
    sheets = {key: pinned.get(key, 0) for key, r in now.items() if pinned.get(key) != r.revision}
    events = {}
    for key, number in last.pinned:
        if key not in now:
            record = records.get(conn, key)
            kind = kinds.get(record.form) if record else None
            if record and kind in scope.SHEETS:
                sheets[key] = number  # deleted since
            elif record and kind == "event" and record.revision != number and (key, record.revision) not in later:
                events[key] = number
    return sheets, events


def reasons(ws: Workspace, quarter: str) -> tuple[str, ...]:
    """Return why what differs from the last submission was changed, the oldest first; none before the first one.

    What was put back, or changed once more for another reason, asks for no reason of its own.
    """
    from pairing_desktop.services import past

    with ws.store.reading() as conn:
        begun = [s for s in locking.all_submissions(conn) if s.period == quarter]
        if not begun or begun[-1].state != "submitted":
            return ()
        sheets, events = _changed(ws, conn, begun[-1], quarter)
        since = [one for key, sent in {**sheets, **events}.items() for one in past.standing_since(ws, conn, key, sent)]
    return tuple(dict.fromkeys(one.why for one in sorted(since, key=lambda one: one.at) if one.why))


def _out(ws: Workspace, quarter: str, title: str, last: Stored, changed: int) -> QuarterState:
    code = OUT[last.state]
    said = said_of(last)
    roles = tuple(said.get("roles", ()))
    words = f"第{last.number}次报送"
    if code in ("final", "signing"):
        words += f"，已签 {len(roles)} / {len(ws.about.roles)}"
    if changed:
        words += f"，此后有 {changed} 处改动"
    where = ws.store.meta(f"packet/{last.id}")
    path = writing.place(where) if where else None
    return QuarterState(quarter, title, code, STATES[code], last.number, words, locked=True, identity=last.identity,
                        packet=path if path and path.exists() else None, signed_roles=roles, at=last.events[-1].at,
                        changed=changed, warnings=tuple(said.get("warnings", ())))


def said_of(submission: Stored) -> dict[str, Any]:
    """Return what the last step of a submission noted."""
    detail = submission.events[-1].detail if submission.events else ""
    found: dict[str, Any] = json.loads(detail) if detail else {}
    return found


def _before(ws: Workspace, quarter: str, filled: int) -> tuple[str, str]:
    found = checking.last_check(ws, quarter)
    report = checking.summed(quarter, tuple(kept.of(ws, quarter).all()), seconds=0, records=0)
    said = [f"{word} {n}" for word, n in (("强制", report.errors), ("核实", report.unexplained)) if n]
    detail = " · ".join(said)
    if not filled and found.at is None and not _begun(ws, quarter):
        return "empty", ""
    if found.at is None:
        return "filling", detail
    if report.errors:
        return "errors", detail
    if report.unexplained:
        return "queries", detail
    return ("filling", "有改动，请重新审核") if found.stale else ("passed", "可以定稿")


def _begun(ws: Workspace, quarter: str) -> bool:
    """Tell whether a register's record or an event was saved while the quarter was on screen.

    Our own bureau's record, which comes with the file, begins nothing.
    """
    return any(keys for form, keys in kept.of(ws, quarter).looked.items() if form != starting.BUREAU)


def quarters(ws: Workspace) -> list[QuarterState]:
    """Return the quarters of the programme's years up to the present one, the latest first."""
    from pairing_desktop.formspec.period import Quarter

    now = str(Quarter.of(ws.today))
    names = [f"{year}Q{n}" for year in ws.about.years for n in (1, 2, 3, 4)]
    with ws.store.glancing() as conn:
        used = {s.period for s in locking.all_submissions(conn)} | {q for q in names if _sheets(ws, conn, q)}
    return [_state(ws, q) for q in reversed(names) if q <= now or q in used]


def submissions(ws: Workspace, quarter: str = "") -> list[Submission]:
    """Return what was finalised or submitted, newest first; those taken back (undone) too."""
    from pairing_desktop.store import submissions as table

    with ws.store.glancing() as conn:
        found = table.submissions(conn, quarter or None)
    found.sort(key=lambda s: s.at, reverse=True)
    return [Submission(s.period, s.number, s.identity, s.replaces, s.why, OUT.get(s.state, s.state), s.packet_name,
                       s.events[-1].at, s.who, "sha256" in said_of(s)) for s in found]



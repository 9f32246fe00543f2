"""What goes into a quarter's packet (domain.md, work-flow): registers, the quarter's events, its sheets.

Registers: all. Events: the open ones, those dated in the quarter, and those changed since they were last sent; none
dated after the quarter. Sheets: the quarter's, and in a last quarter the year's. An event that an earlier submission
should have held is marked 补报. For a quarter that is sent again, what has since gone out with a later one, as it
stands, is taken as the quarter's own last submission took it (``Snapshot(as_sent=True)``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.services import naming
from pairing_desktop.services.lookup import Entry, Snapshot, happened
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Form

SHEETS = ("quarterly", "yearly")


class Missing(Struct, frozen=True):
    """A sheet of the quarter that nobody has begun: of a form, or of one subject of it."""

    form: Form
    subject: str
    label: str


class Scope(Struct, frozen=True):
    """A quarter's records by form, in the navigation's order."""

    quarter: str
    entries: dict[str, list[Entry]]
    missing: tuple[Missing, ...]
    late: frozenset[str]

    @property
    def total(self) -> int:
        """Return the number of records."""
        return sum(map(len, self.entries.values()))


def require_quarter(ws: Workspace, quarter: str) -> None:
    """Raise ``Trouble`` for text that is no quarter, or one outside the programme's years."""
    from pairing_desktop.formspec.period import is_quarter

    if not is_quarter(quarter):
        raise trouble("services.no_quarter", quarter=quarter)
    if int(quarter[:4]) not in ws.about.years:
        years = f"{min(ws.about.years)}—{max(ws.about.years)}"
        raise trouble("services.quarter_outside", quarter=quarter, years=years)


def of(ws: Workspace, snapshot: Snapshot, conn: Connection) -> Scope:
    """Return what the packet of the snapshot's quarter holds now."""
    quarter = snapshot.quarter
    sent = sent_before(conn, quarter)
    entries = of_forms(ws.catalogue.forms, snapshot, sent)
    late = {e.key for f in ws.catalogue.forms if f.kind == "event" for e in entries[f.id] if _late(f, e, sent, quarter)}
    return Scope(quarter, entries, tuple(missing(ws, snapshot)), frozenset(late))


def of_forms(forms: Iterable[Form], snapshot: Snapshot, sent: Sent) -> dict[str, list[Entry]]:
    """Return what the packet of the snapshot's quarter holds now of some forms."""
    quarter = snapshot.quarter
    entries: dict[str, list[Entry]] = {}
    for form in forms:
        found = snapshot.entries(form.id, naming.stored_period(form, quarter))
        if form.kind == "yearly" and not quarter.endswith("Q4"):
            found = []
        elif form.kind == "event":
            found = [e for e in found if _travels(form, e, snapshot, sent)]
        entries[form.id] = found
    return entries


class Sent(Struct, frozen=True):
    """What went out for earlier quarters: the last revision of each record, and the latest quarter sent."""

    revisions: dict[str, int]
    through: str


def sent_before(conn: Connection, quarter: str) -> Sent:
    """Return what was submitted for the quarters before this one."""
    from pairing_desktop.store import submissions

    done = [s for s in submissions.submissions(conn) if s.state == "submitted" and s.period < quarter]
    done.sort(key=lambda s: (s.period, s.number))
    return Sent({key: number for s in done for key, number in s.pinned}, done[-1].period if done else "")


def missing(ws: Workspace, snapshot: Snapshot) -> list[Missing]:
    """Return the sheets of the quarter that are not begun, of the forms that this county fills."""
    found = []
    for form in ws.forms:
        if form.kind == "quarterly":
            begun = {e.subject for e in snapshot.entries(form.id, snapshot.quarter)}
            found += [Missing(form, key, name) for key, name in subjects(ws, form, snapshot) if key not in begun]
    return found


def subjects(ws: Workspace, form: Form, snapshot: Snapshot) -> list[tuple[str, str]]:
    """Return (key, name) of what a quarterly form's sheets hang on in the quarter; one blank for a form by itself."""
    if not form.subject:
        return [("", "")]
    return [(e.key, snapshot.name(form.subject, e)) for e in _subjects(ws, form, snapshot)]


def expected(ws: Workspace, form: Form, snapshot: Snapshot) -> int:
    """Return how many sheets of a quarterly form the quarter wants."""
    return len(_subjects(ws, form, snapshot)) if form.subject else 1


def _subjects(ws: Workspace, form: Form, snapshot: Snapshot) -> list[Entry]:
    over = ws.catalogue.form(form.subject)
    entries = snapshot.entries(over.id, naming.stored_period(over, snapshot.quarter))
    if over.kind != "event":
        return entries
    return [e for e in entries if happened(over, e.payload, snapshot.quarter) and not closed(over, e, snapshot)]


def closed(form: Form, entry: Entry, snapshot: Snapshot) -> bool:
    """Tell whether an event is finished by its form's own words."""
    from pairing_desktop.formspec import records
    from pairing_desktop.formspec.scope import Identity

    who = Identity(entry.key, snapshot.quarter, entry.subject, snapshot.ws.today)
    return records.is_closed(form, entry.payload, snapshot, who)


def _day(form: Form, entry: Entry) -> str:
    from pairing_desktop.formspec import records

    day = records.event_date(form, entry.payload)
    return day.isoformat() if day else ""


def _travels(form: Form, entry: Entry, snapshot: Snapshot, sent: Sent) -> bool:
    from pairing_desktop.formspec.period import Quarter

    if not happened(form, entry.payload, snapshot.quarter):
        return False
    if sent.revisions.get(entry.key) != entry.revision:
        return True
    return _day(form, entry) >= Quarter.parse(snapshot.quarter).start.isoformat() or not closed(form, entry, snapshot)


def _late(form: Form, entry: Entry, sent: Sent, quarter: str) -> bool:
    """Tell whether an event should have gone out with an earlier quarter and did not (补报)."""
    from pairing_desktop.formspec.period import Quarter

    if not sent.through or sent.through >= quarter or entry.key in sent.revisions:
        return False
    return "" < _day(form, entry) <= Quarter.parse(sent.through).end.isoformat()

"""When a quarter is due (报送时限). Unknown until the province says so: without a day nothing is ever late.

The day is data of the file, set by a task pack or by hand; a report sent after it is marked late (逾期报送) by a query
whose explanation travels with the packet (domain.md, rule 20).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from pairing_desktop.errors import trouble
from pairing_desktop.services import internal, scope
from pairing_desktop.services.workspace import CHINA, Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.rules import Finding

KEPT = "@deadline"
LATE, NUMBER = "late", "20"


def deadline(ws: Workspace, quarter: str) -> date | None:
    """Return the last day on which a quarter is in time, None while nobody has said."""
    return kept(ws, quarter)[0]


def kept(ws: Workspace, quarter: str) -> tuple[date | None, str]:
    """Return a quarter's last day and the notice it stands in."""
    with ws.store.glancing() as conn:
        found = internal.by_name(conn, KEPT).get(quarter)
    return (date.fromisoformat(found["day"]), found["source"]) if found else (None, "")


def typed(quarter: str, text: str) -> date:
    """Understand a typed day as date fields do; without a year it falls into the year after the quarter's end."""
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.formspec.values import NotUnderstood

    after = str(periods.Quarter.parse(quarter).next)
    try:
        value = Field(id="deadline", label="报送时限", type="date").converter.parse(text, period=after).value
    except NotUnderstood as error:
        raise trouble("deadlines.day", text=text, reason=error.message) from error
    if not isinstance(value, date):
        raise trouble("deadlines.day", text=text, reason="写明年月日，如 2024-07-10")
    return value


def set_deadline(ws: Workspace, quarter: str, day: date | None, *, source: str = "") -> None:
    """Keep a quarter's last day and who set it; None takes it away. Trouble: a day before the quarter's end."""
    from pairing_desktop.formspec import period as periods

    scope.require_quarter(ws, quarter)
    ws.writable()
    if day is not None and day <= periods.Quarter.parse(quarter).end:
        raise trouble("deadlines.early", quarter=periods.title(quarter), day=_words(day))
    with ws.store.begin() as tx:
        if day is None:
            internal.delete(tx, KEPT, quarter, who=ws.who, at=ws.clock())
        else:
            internal.put(tx, KEPT, quarter, {"day": day.isoformat(), "source": source}, who=ws.who, at=ws.clock())


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def words(ws: Workspace, quarter: str) -> str:
    """Return 7月10日截止, "" where no day is set."""
    day = deadline(ws, quarter)
    return f"{day.month}月{day.day}日截止" if day else ""


def late(ws: Workspace, quarter: str) -> bool:
    """Tell whether the quarter's day has passed without a submission in time."""
    from pairing_desktop.services import locking

    day = deadline(ws, quarter)
    if day is None:
        return False
    with ws.store.glancing() as conn:
        sent = [s for s in locking.all_submissions(conn) if s.period == quarter and s.state == "submitted"]
    days = [min(event.at for event in s.events if event.state == "submitted").astimezone(CHINA).date() for s in sent]
    return min(days, default=ws.today) > day


def findings(ws: Workspace, quarter: str) -> Iterator[Finding]:
    """Yield the query that the quarter is late."""
    from pairing_desktop.formspec.rules import Finding

    day = deadline(ws, quarter)
    if day is None or not late(ws, quarter):
        return
    form = next((f for f in ws.forms if f.id == "quarter_summary"), ws.forms[0])
    yield Finding(form=form.id, record="", path="", rule=LATE, number=NUMBER, level="query", left=_words(day),
                  message=f"报送时限是{_words(day)}，已经过了，本季逾期报送", place="报送时限", period=quarter,
                  remedy="写明逾期原因，随报送包上报")

"""When a quarter is due (报送时限). Unknown until the province says so: without a day nothing is ever late.

The day is data of the file, set by a task pack or by hand; a report sent after it is marked late (逾期报送) by a query
whose explanation travels with the packet (domain.md, rule 20).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.services import internal, scope
from pairing_desktop.services.workspace import CHINA, Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.rules import Finding

KEPT = "@deadline"
LATE, NUMBER = "late", "20"
NEAR = 3
"""Days before the last one from which it is said in colour."""


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


class Due(Struct, frozen=True):
    """How a quarter stands to its last day: that day and what is to be said of it, "" where nobody has set one."""

    day: str = ""
    said: str = ""
    tone: str = ""
    """"error" when it has passed with nothing sent, "query" when it is near or was not kept."""


def due(ws: Workspace, quarter: str) -> Due:
    """Return how a quarter stands to its last day."""
    day = deadline(ws, quarter)
    return Due() if day is None else standing(day, _sent(ws, quarter), ws.today)


def standing(day: date, sent: date | None, today: date) -> Due:
    """Return how the last day stands to the day of sending, or to today: what was sent counts down no longer."""
    left = (day - today).days
    if sent is not None:
        said, tone = ("已按时报送", "") if sent <= day else ("逾期报送", "query")
    elif left < 0:
        said, tone = f"已过 {-left} 天", "error"
    else:
        said, tone = f"还有 {left} 天" if left else "就是今天", "query" if left <= NEAR else ""
    return Due(f"{day.month} 月 {day.day} 日", said, tone)


def late(ws: Workspace, quarter: str) -> bool:
    """Tell whether the quarter's day has passed without a submission in time."""
    day = deadline(ws, quarter)
    return day is not None and (_sent(ws, quarter) or ws.today) > day


def _sent(ws: Workspace, quarter: str) -> date | None:
    """Return the day on which the quarter was sent first, None while it was not."""
    from pairing_desktop.services import locking

    with ws.store.glancing() as conn:
        sent = [s for s in locking.all_submissions(conn) if s.period == quarter and s.state == "submitted"]
    days = [min(event.at for event in s.events if event.state == "submitted").astimezone(CHINA).date() for s in sent]
    return min(days, default=None)


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

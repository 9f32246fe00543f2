"""What may be changed, and what only with a reason, while a quarter is on its way out or gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.submissions import Submission

ON_ITS_WAY = ("finalised", "signing", "signed")
"""States of a submission between 定稿 and 报送; ``submitted`` and ``undone`` end it."""


class Lock(Struct, frozen=True):
    """Why a record cannot be changed at all, or only with words; both "" when it is free."""

    locked: str = ""
    needs_reason: str = ""
    period: str = ""
    number: int = 0


def all_submissions(conn: Reader) -> list[Submission]:
    """Return every submission begun, oldest first, those taken back left out."""
    from pairing_desktop.store import submissions

    return [s for s in submissions.submissions(conn) if s.state != "undone"]


def of(ws: Workspace, form: Form, key: str, quarter: str, *, label: str, conn: Reader | None = None) -> Lock:
    """Return what stands against changing a record.

    A sheet of a quarter that is finalised is locked until 撤销定稿. A sheet or event that was sent needs a reason.
    Registers live on and are never locked.
    """
    if form.kind == "register":
        return Lock()
    if conn is None:
        with ws.store.glancing() as fresh:
            return of(ws, form, key, quarter, label=label, conn=fresh)
    from pairing_desktop.formspec import period as periods

    begun = all_submissions(conn)
    if form.kind in ("quarterly", "yearly"):
        waiting = [s for s in begun if s.state in ON_ITS_WAY and s.period == quarter]
        if waiting:
            return Lock(locked=f"{periods.title(quarter)}第{waiting[-1].number}次报送已定稿，正在签批")
        sent = [s for s in begun if s.state == "submitted" and s.period == quarter]
    else:
        sent = [s for s in begun if s.state == "submitted" and any(record == key for record, _ in s.pinned)]
    if not sent:
        return Lock()
    last = sent[-1]
    said = f"已随{periods.title(last.period)}第{last.number}次报送上报，修改要写明原因"
    return Lock(needs_reason=said, period=periods.title(last.period), number=last.number)


def require(ws: Workspace, form: Form, key: str, quarter: str, *, label: str, why: str, conn: Connection) -> None:
    """Raise ``Trouble`` when a record is locked, or was sent and no reason is given."""
    lock = of(ws, form, key, quarter, label=label, conn=conn)
    if lock.locked:
        raise trouble("services.locked", label=label, reason=lock.locked)
    if lock.needs_reason and not why.strip():
        raise trouble("services.needs_reason", label=label, period=lock.period, number=lock.number)

"""Records that an import may not change at all: they wait half typed, were sent, or hang on nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pairing_desktop import errors
from pairing_desktop.services import locking
from pairing_desktop.services.importing_plan import Fate, Row, RowFinding

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.workspace import Workspace


class Barred:
    """Says which rows of one form are kept out, whatever they hold."""

    def __init__(self, ws: Workspace, form: Form, quarter: str, conn: Connection, *, why: str) -> None:
        """``why``: the reason given for changing what was sent, "" for none."""
        from pairing_desktop.store import drafts

        self._ws, self._form, self._quarter, self._conn = ws, form, quarter, conn
        self._why = why.strip()
        self._waiting = {draft.record for draft in drafts.drafts(conn)}
        self._sent = bool(locking.all_submissions(conn))
        self.asks_reason = False
        """Whether rows change what was sent, and the reason is not given."""

    def of(self, row: Row, fate: Fate) -> list[RowFinding]:
        """Return why a row may not become of a record what it would, [] where it may."""
        form, said = self._form, None
        if form.subject and not row.subject and not fate.revision:
            said = errors.problem("importing.no_subject", subject=self._ws.catalogue.form(form.subject).short)
        elif fate.state == "changed" and fate.key in self._waiting:
            said = errors.problem("importing.draft_waits", label=fate.label)
        elif self._sent and fate.state != "unchanged" and form.kind != "register":
            lock = locking.of(self._ws, form, fate.key, self._quarter, label=fate.label, conn=self._conn)
            unsaid = "" if self._why else lock.needs_reason
            self.asks_reason = self.asks_reason or bool(unsaid)
            reason = lock.locked or unsaid
            said = errors.problem("importing.record_locked", label=fate.label, reason=reason) if reason else None
        return [RowFinding(row.number, "", "error", said.message)] if said else []

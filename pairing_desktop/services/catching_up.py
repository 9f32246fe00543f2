"""A record that was changed elsewhere while it is typed in: by a bulk change, an import, an undo of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pairing_desktop.services.lookup import decode, upgraded
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.formspec.values import Payload
    from pairing_desktop.store.asking import Reader


def catch_up(ws: Workspace, draft: Draft) -> bool:
    """Lay what is typed over the record as it is by now; tell whether it had changed since the typing began.

    What was changed on both sides stays as it was typed: the history has the other.
    """
    if not (draft.key and draft.revision):
        return False
    with ws.store.glancing() as conn:
        return catch_up_among(conn, draft)


def catch_up_among(conn: Reader, draft: Draft) -> bool:
    """Do as ``catch_up``, within a transaction."""
    from pairing_desktop.store import records

    record = records.get(conn, draft.key) if draft.key and draft.revision else None
    if record is None or record.state != "live" or record.revision == draft.revision:
        return False
    draft.rebase(upgraded(draft.form, decode(record.payload), record.form_digest))
    draft.revision = record.revision
    return True


def begun_from(conn: Reader, form: Form, key: str, number: int) -> Payload | None:
    """Return the payload of the revision that a draft began from, None for none (a new record)."""
    from pairing_desktop.store import records

    found = records.revision(conn, key, number) if number else None
    return upgraded(form, decode(found.payload), found.form_digest) if found else None

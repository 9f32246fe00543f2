"""What was being typed when the program ended without saving."""


from msgspec import Struct

from pairing_desktop.services.workspace import Workspace


class Waiting(Struct, frozen=True):
    """A record with typing that is kept as a draft; ``period`` and ``subject`` as the record has them."""

    form: str
    key: str
    period: str
    subject: str


def latest(ws: Workspace) -> Waiting | None:
    """Return the draft that was typed last, None when nothing waits or its form is gone."""
    kept = _all(ws)
    return kept[-1] if kept else None


def of(ws: Workspace, key: str) -> Waiting | None:
    """Return the draft of a record, None when nothing of it waits."""
    return next((one for one in _all(ws) if one.key == key), None)


def is_there(ws: Workspace, key: str) -> bool:
    """Tell whether a record is in the data file and not deleted."""
    from pairing_desktop.store import records

    with ws.store.glancing() as conn:
        record = records.get(conn, key) if key else None
    return record is not None and record.state == "live"


def _all(ws: Workspace) -> list[Waiting]:
    """Return the drafts of forms that are known, the one typed last at the end."""
    from pairing_desktop.store import drafts

    with ws.store.glancing() as conn:
        kept = drafts.drafts(conn)
    forms = {form.id for form in ws.catalogue.forms}
    return [Waiting(one.form, one.record, one.period, one.subject) for one in kept if one.form in forms]

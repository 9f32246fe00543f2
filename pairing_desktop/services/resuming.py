"""What was being typed when the program ended without saving."""

from dataclasses import dataclass

from pairing_desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record with typing that is kept as a draft; ``period`` and ``subject`` as the record has them."""

    form: str
    key: str
    period: str
    subject: str


def latest(ws: Workspace) -> Waiting | None:
    """Return the draft that was typed last, None when nothing waits or its form is gone."""
    from pairing_desktop.store import drafts

    with ws.store.glancing() as conn:
        kept = drafts.drafts(conn)
    forms = {form.id for form in ws.catalogue.forms}
    last = next((one for one in reversed(kept) if one.form in forms), None)
    return Waiting(last.form, last.record, last.period, last.subject) if last else None

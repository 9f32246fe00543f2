"""Our own bureau in 单位与人员, and what the settings say of it: the settings go ahead, the record follows.

The settings print on covers and name who signs; the record is what the province reads. A clerk may still write more or
other in the record: then both are shown, and nothing is changed behind anybody's back.
"""

from __future__ import annotations

from msgspec import Struct

from pairing_desktop.services import entering, starting
from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

WHY = "随设置修改"


class Apart(Struct, frozen=True):
    """The record of our own bureau and the labels of its fields that say other than the settings."""

    key: str
    labels: tuple[str, ...]


def apart(ws: Workspace) -> Apart | None:
    """Return where record and settings differ; None when nowhere, or when there is no such record."""
    opened = _opened(ws)
    if opened is None:
        return None
    told = _told(ws, opened)
    return Apart(opened.key, tuple(opened.draft.form.by_id[name].label for name in told)) if told else None


def follow(ws: Workspace) -> str:
    """Write in the record what the settings say now; return its key, "" when there was nothing to write.

    What a clerk has typed there and not saved yet is left alone.
    """
    opened = _opened(ws)
    if opened is None or opened.locked or opened.recovered or not (told := _told(ws, opened)):
        return ""
    for name, text in told.items():
        opened.draft.type(name, text)
    return entering.save(ws, opened.draft, WHY).key


def _opened(ws: Workspace) -> entering.OpenRecord | None:
    if ws.about.sample or not any(form.id == starting.BUREAU for form in ws.forms):
        return None
    for entry in Snapshot(ws, "").entries(starting.BUREAU):
        if entry.payload.get("values", {}).get("county") == ws.about.county:
            quarter = f"{ws.today.year}Q{(ws.today.month + 2) // 3}"
            return entering.open_record(ws, form=starting.BUREAU, key=entry.key, quarter=quarter)
    return None


def _told(ws: Workspace, opened: entering.OpenRecord) -> dict[str, str]:
    """Return the texts of the settings that the record has otherwise; what the settings leave blank is not asked."""
    draft = opened.draft
    return {name: text for name, text in starting.own_bureau(ws).items()
            if text and name in draft.form.by_id and draft.text(name) != text and name != "county"}

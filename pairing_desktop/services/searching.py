"""The search box: records of all forms by name, code, pinyin or initials."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.search import Hit as StoredHit


class Hit(Struct, frozen=True):
    """A record found by the search box."""

    key: str
    form: str
    label: str
    detail: str
    why: str = ""
    """The field that was found, where the name shown does not hold what was looked for."""


MOST = 50
"""Records that a search finds at most."""


_TURN = re.compile(r"(?<=[\u3400-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u3400-\u9fff])")
"""Between a character and a letter: 双c is half typed as it is written, half as it sounds."""


def search(ws: Workspace, text: str, limit: int = MOST) -> list[Hit]:
    """Find records of all forms by name, code, pinyin or initials; by parts of 双c where nothing is called so."""
    from pairing_desktop.store.search import folded

    if not text.strip():
        return []
    with ws.store.glancing() as conn:
        hits = ws.store.texts.search(conn, text, limit)
        if not hits and _TURN.search(text):
            text = _TURN.sub(" ", text)
            hits = ws.store.texts.search(conn, text, limit)
        found = _hits(ws, conn, hits, folded(text).split())
    return sorted(found, key=lambda hit: bool(hit.why))  # who is called so before whose code or phone holds it


def named(ws: Workspace, keys: Sequence[str]) -> list[Hit]:
    """Return what names these records, as a search would; those that are gone left out."""
    from pairing_desktop.store.search import hits

    with ws.store.glancing() as conn:
        return _hits(ws, conn, hits(conn, keys))


def _hits(ws: Workspace, conn: Reader, hits: Sequence[StoredHit], words: Sequence[str] = ()) -> list[Hit]:
    from pairing_desktop.formspec import period as periods

    snapshot = Snapshot(ws, "", conn)
    known = {f.id: f for f in ws.catalogue.forms}
    snapshot.fetch(hit.key for hit in hits if hit.form in known and not _shows(hit.label, words))
    found = []
    for hit in hits:
        if hit.form in known:
            entry = snapshot.entry(hit.key) if _named_by_another(known[hit.form]) else None
            name = snapshot.name(hit.form, entry) if entry else hit.label
            about = (known[hit.form].short, periods.title(hit.period) if hit.period else "")
            detail = " · ".join(filter(None, about))
            found.append(Hit(hit.key, hit.form, name, detail, _why(snapshot, known[hit.form], hit.key, name, words)))
    return found


def _shows(label: str, words: Sequence[str]) -> bool:
    return all(word in label.casefold() for word in words)


def _why(snapshot: Snapshot, form: Form, key: str, name: str, words: Sequence[str]) -> str:
    """Return what was found of a record whose name, as it is shown, does not hold the words."""
    missing = [word for word in words if not _shows(name, [word])]
    entry = snapshot.entry(key) if missing else None
    if entry is None:
        return ""
    from pairing_desktop.formspec import records

    return records.found_by(form, entry.payload, missing, snapshot.label)


def _named_by_another(form: Form) -> bool:
    """Tell whether its records' names are other records', which may have changed since the label was kept."""
    return bool(form.subject) or (bool(form.name) and form.by_id[form.name].type == "reference")

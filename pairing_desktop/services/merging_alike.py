"""New records of another data file that may be ones of ours by name: entered in both, without a code to tell by."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pairing_desktop.services.names_alike import Names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.merging_sides import Comparison
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.records import Record


def alike(found: Comparison, forms: Iterable[Form]) -> dict[str, str]:
    """Return by key of a record that comes in as new the name of the one of ours that it may be; a person decides.

    Only records that one file alone has are compared: of what both have, each clerk saw what he added to it.
    """
    named = {form.id for form in forms
             if form.kind == "register" and form.name and form.by_id[form.name].type == "text"}
    coming = [item.key for item in found.items if item.state == "new" and item.form in named and item.theirs.live]
    united = {key for item in found.items if item.ours is not None for key in (item.stays, item.goes)}
    own = found.ours.lines.keys() - found.theirs.lines.keys() - united if coming else set()
    ours: dict[str, list[Record]] = defaultdict(list)
    for record in _live(found.ours.conn, own):
        ours[record.form].append(record)
    made = {}
    for record in _live(found.theirs.conn, coming):
        others = {one.key: one.label for one in ours[record.form] if not (record.natural_key and one.natural_key)}
        for key in Names(others).near(record.label)[:1]:
            made[record.key] = others[key]
    return made


def _live(conn: Reader, keys: Iterable[str]) -> list[Record]:
    from pairing_desktop.store import records

    return records.among(conn, sorted(keys))

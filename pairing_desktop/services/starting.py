"""What a new record begins with: what was told when the data file was made is not typed twice.

By the ids of forms and fields: a catalogue without them, or without one of them, simply begins blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form


PAIRING = "pairing"
"""The form that names both sides of a pairing."""
BUREAU = "bureau"
"""The form whose first record is our own bureau."""
ENTERPRISE = "enterprise"
"""The form of the firms: nearly all are of our own county."""


def known(ws: Workspace, form: Form) -> dict[str, str]:
    """Return the texts that a new record begins with, by field; the sample types its own."""
    if ws.about.sample or form.kind != "register":
        return {}
    facts = {BUREAU: _bureau, PAIRING: _pairing, ENTERPRISE: _enterprise}.get(form.id)
    found = facts(ws, form) if facts else {}
    return {name: text for name, text in found.items() if text and name in form.by_id}


def _bureau(ws: Workspace, form: Form) -> dict[str, str]:
    """Return our own bureau and its posts; once that is there, the partner's."""
    about = ws.about
    there = {entry.payload.get("values", {}).get("county") for entry in Snapshot(ws, "").entries(form.id)}
    if about.county not in there:
        return own_bureau(ws)
    if about.partner and about.partner not in there:
        return {"county": about.partner, "name": about.partner_bureau}
    return {}


def own_county(form: Form) -> str:
    """Return the field that says our own county in nearly every record of a form, "" for none: 来源县 may be any."""
    return "county" if form.id == ENTERPRISE and "county" in form.by_id else ""


def own_bureau(ws: Workspace) -> dict[str, str]:
    """Return what the settings say of our own bureau, as fields of 单位与人员."""
    posts: dict[str, str] = {}
    for person in reversed(ws.people):  # the first of a role counts
        posts |= {person.role: person.name, f"{person.role}_phone": person.phone,
                  f"{person.role}_title": person.label}
    return {"county": ws.about.county, "name": ws.about.bureau, **posts}


def _pairing(ws: Workspace, form: Form) -> dict[str, str]:
    """Return the two sides of the first pairing."""
    about = ws.about
    if Snapshot(ws, "").entries(form.id):
        return {}
    own = (about.county, about.county_name, about.bureau)
    other = (about.partner, about.partner_name, about.partner_bureau)
    mountain, industrial = (own, other) if about.side == "M" else (other, own)
    both = mountain[0] and industrial[0]
    return {
        "title": f"{_short(industrial[1])}—{_short(mountain[1])}" if both else "",
        "industrial": industrial[0], "mountain": mountain[0],
        "industrial_bureau": industrial[2], "mountain_bureau": mountain[2],
        "lead": about.side if about.leads else "",
        "start_year": str(min(about.years)) if about.years else "",
    }


def _enterprise(ws: Workspace, _form: Form) -> dict[str, str]:
    return {"county": ws.about.county}


def partner_of(ws: Workspace, payload: Mapping[str, Any]) -> tuple[str, str]:
    """Return the partner and its bureau as a pairing of ours names them; ("", "") of a pairing of others."""
    values = payload.get("values", {})
    sides = {values.get(side): values.get(f"{side}_bureau") for side in ("mountain", "industrial")}
    others = [side for side in sides if side and side != ws.about.county]
    if ws.about.county not in sides or len(others) != 1:
        return "", ""
    return str(others[0]), str(sides[others[0]] or "")


def _short(county: str) -> str:
    """Return 遂昌 for 遂昌县; a name of two characters stays."""
    return county[:-1] if len(county) > 2 and county[-1] in "县市区" else county

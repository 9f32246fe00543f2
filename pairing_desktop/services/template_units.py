"""The units that a stranger's template asks for: what it wants in 亿元 is not filled in 万元."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pairing_desktop.services.importing_units import size, unit_of
from pairing_desktop.services.template_xml import Area, Place

if TYPE_CHECKING:
    from pairing_desktop.formspec.summary_values import Shown

HEADS_UP = 4
"""Rows above a block in which a column's head is looked for."""
_WHOLE = re.compile(r"单位[:：]\s*([^\s,，；;）)]+)")


def over_column(area: Area, column: int, first_row: int) -> str:
    """Return the unit that a column's head names, or a merged one above it; "" for none."""
    headed = False
    for row in range(first_row - 1, max(0, first_row - 1 - HEADS_UP), -1):
        text = _text(area, Place(row, column))
        merged = area.merge_at(Place(row, column)) or any(m.first == Place(row, column) for m in area.merges)
        if text and (not headed or merged):
            if unit_of(text):
                return unit_of(text)
            headed = True
    return ""


def beside(area: Area, place: Place) -> str:
    """Return the unit that the nearest words left of a cell name; "" for none."""
    left = [column for row, column in area.texts if row == place.row and column < place.column]
    return unit_of(area.texts[place.row, max(left)]) if left else ""


def above(area: Area, place: Place, first_row: int) -> str:
    """Return the unit of the filled column that a cell stands at the foot of; "" for none."""
    return over_column(area, place.column, first_row) if 0 < first_row <= place.row else ""


def of_sheet(area: Area, first_row: int) -> str:
    """Return the unit that the sheet names once above everything (计量单位：万元); "" for none."""
    found = (_WHOLE.search(text) for (row, _), text in sorted(area.texts.items()) if row < max(first_row, 1))
    return next((match[1] for match in found if match), "")


def _text(area: Area, place: Place) -> str:
    """Return what stands at a cell, or at the merged cell that reaches over it."""
    merge = area.merge_at(place)
    at = merge.first if merge else place
    return area.texts.get((at.row, at.column), "")


ENDLESS = 6
"""Decimals of a figure that has no end in another unit."""


def converted(shown: Shown, ours: Decimal) -> Shown | None:
    """Return a figure in a unit that is so many of ours, words such as 约 kept; None where words took its place."""
    from pairing_desktop.formspec.functions import CONTEXT
    from pairing_desktop.formspec.values import with_qualifier

    if ours == 1 or shown.text in ("", "—"):
        return shown
    if isinstance(shown.held, bool) or not isinstance(shown.held, int | Decimal):
        return None
    with localcontext(CONTEXT):
        held = Decimal(shown.held) / ours
        if held * ours != shown.held:  # 262 亩 in 公顷 never ends
            held = round(held, ENDLESS)
        held = held.normalize()
    return replace(shown, held=held, text=with_qualifier(f"{held:,f}", shown.qualifier), number_format="")


def asked(named: str, whole: str, own: str) -> tuple[str, Decimal | None]:
    """Return the unit that a place asks for, and how many of ours it is (None: one can't be given in the other).

    What the sheet says once holds for the figures that can be given in it, not for counts of firms; words have no unit.
    """
    if named and own:
        return named, size(named, own)
    return whole, size(whole, own) or Decimal(1)

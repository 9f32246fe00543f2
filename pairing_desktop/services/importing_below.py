"""Lists that stand one below the other on a sheet, each with heads of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pairing_desktop.exchange import spreadsheet_views as views
from pairing_desktop.services.importing_alike import plain
from pairing_desktop.services.importing_columns import LOOKED, names
from pairing_desktop.services.importing_heads import heads_of, lowest, split, start_of, text_at, words_of

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.services.importing_plan import Target

LEAST = 2
"""So many labels are heads."""
ASKED = re.compile(r"单位\s*[:：∶]|以.{1,4}元?[为计]单位")
"""Tells a unit for what stands below."""
LONGEST = 16
"""Characters of a head."""


def lists(sheet: Sheet, head: int, wanted: Sequence[Target]) -> list[tuple[Sheet, int]]:
    """Return the list with a head, and those below it that have other heads: each with its own head row."""
    heads = [head, *_further(sheet, head, wanted)]
    if len(heads) == 1:
        return [(sheet, head)]
    ends = [*(title(sheet, one) for one in heads[1:]), len(sheet.rows)]
    return [(views.upper(sheet, end), one) for one, end in zip(heads, ends, strict=True)]


def first(sheet: Sheet, head: int, wanted: Sequence[Target]) -> int:
    """Return the head of the first list, where the one that reads most like the form's labels is a later one's."""
    known = names(wanted)
    for row in range(min(head, LOOKED, len(sheet.rows))):
        if _labelled(sheet.rows[row], known) and (above := lowest(sheet, row)) < head - 1:
            between = sheet.rows[start_of(sheet, above):title(sheet, head)]
            if any(len(_filled(line)) > 1 for line in between):
                return above
    return head


def _further(sheet: Sheet, head: int, wanted: Sequence[Target]) -> Iterator[int]:
    """Yield the rows below a head and its records that are heads themselves and say other things than those above."""
    own = _heads(sheet, head)
    known = names(wanted).union(*own.values())
    row = start = start_of(sheet, head)
    while row < len(sheet.rows):
        said = _labelled(sheet.rows[row], known)
        top = title(sheet, row) if said else 0
        if said and top > start and (any(text not in own.get(place, ()) for place, text in said.items())
                                     or _asked(sheet.rows[top:row])):
            row = lowest(sheet, row)
            yield row
            own, start = _heads(sheet, row), start_of(sheet, row)
        row += 1


def _heads(sheet: Sheet, head: int) -> dict[int, set[str]]:
    """Return what heads say by column: with their group's name and without."""
    return {place: {plain(one) for one in (text, split(text)[1], text_at(sheet, head, place))}
            for place, text in heads_of(sheet, head).items()}


def _labelled(row: Sequence[object], known: frozenset[str]) -> Mapping[int, str]:
    """Return what a row of heads says by column, {} where most of its words are none."""
    filled = _filled(row)
    if len(filled) < LEAST or any(type(cell) is not str or len(cell) > LONGEST for cell in filled.values()):
        return {}
    if not any(plain(words_of(cell)) in known for cell in [*filled.values()][:LEAST]):
        return {}
    said = {place: plain(words_of(cell)) for place, cell in filled.items()}
    labels = sum(text in known for text in said.values())
    return said if labels >= LEAST and labels * 3 >= len(said) * 2 else {}


def _asked(rows: Sequence[Sequence[object]]) -> bool:
    """Tell whether a unit is told between a list and the same heads again."""
    return any(ASKED.search(str(cell)) for row in rows for cell in _filled(row).values())


def _filled(row: Sequence[object]) -> dict[int, object]:
    return {place: cell for place, cell in enumerate(row) if cell not in ("", None)}


def title(sheet: Sheet, head: int) -> int:
    """Return the first row of what stands above a later list: blank lines, its title and its unit, each in a line."""
    row, titled = head, False
    while row > 0:
        filled = _filled(sheet.rows[row - 1])
        unit = any(ASKED.search(str(cell)) for cell in filled.values())
        if filled and not unit and (titled or len(filled) > 1):
            break
        titled = titled or (bool(filled) and (not unit or len(filled) > 1))
        row -= 1
    return row

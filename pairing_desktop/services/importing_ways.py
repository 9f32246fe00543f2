"""How a sheet is read as a table: its heads above or at the left, one list or several beside each other.

Recognised from the labels or chosen by a person; ``spreadsheet_views`` makes the sheet that all else reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pairing_desktop.exchange import spreadsheet_views as views
from pairing_desktop.services import importing_below, importing_printed
from pairing_desktop.services import importing_columns as columns
from pairing_desktop.services.importing_alike import guessed, plain
from pairing_desktop.services.importing_heads import heads_of, line_of, lowest, split, text_at, words_in
from pairing_desktop.services.importing_plan import ABOVE, BESIDE, LEFT, PRINTED, Span, Target, Way

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.exchange.spreadsheet_views import Cell

ENOUGH = 3
"""So many labels tell heads."""
DEEP, ASIDE = 400, 60
"""Rows of a sheet that may be turned; columns in which its labels are looked for."""
_NAMES = re.compile("名称|序号|编号|信用代码")
"""Heads of what tells records apart: lists beside each other have one each, groups of columns have none."""


class Seen(Struct, frozen=True):
    """A sheet as it is read: how, its head row there, the lists that stand beside each other."""

    sheet: Sheet
    way: Way
    head: int
    lists: tuple[Span, ...] = ()
    below: tuple[int, ...] = ()
    """Head rows of lists further down that have other heads."""
    targets: Mapping[int, str] = {}  # msgspec makes one for each
    """The columns' targets by place, where the sheet is the program's own paper."""

    def found(self, wanted: Sequence[Target]) -> int:
        """Return how many labels the heads have."""
        return len(guessed(heads_of(self.sheet, self.head), wanted))


def seen(sheet: Sheet, wanted: Sequence[Target], way: Way | None = None, head: int | None = None) -> Seen:
    """Return a sheet as it is read: as a person chose, or as its labels tell.

    ``head`` is the row of the heads, or their column where they are at the left; above they stay where a sheet has no
    labels to be turned by, or more rows than labels can be.
    """
    if (way is None and head is None) or (way is not None and way.heads == PRINTED):
        printed = importing_printed.read(sheet, wanted)
        if printed is not None:
            return Seen(printed.sheet, Way(PRINTED), 0, targets=printed.targets)
    turned = _across(sheet, wanted, way, head) if way is not None and way.heads in (LEFT, BESIDE) else None
    if turned is not None:
        return turned
    upright = _upright(sheet, wanted, way if way is not None and way.heads == ABOVE else Way(), head)
    if way is not None or head is not None or not _maybe_across(sheet, wanted):
        return upright
    other = _across(sheet, wanted, Way(LEFT), None)
    return other if other and other.found(wanted) >= max(ENOUGH, upright.found(wanted) + 1) else upright


def _upright(sheet: Sheet, wanted: Sequence[Target], way: Way, head: int | None) -> Seen:
    row = importing_below.first(sheet, columns.head_row(sheet, wanted), wanted) if head is None else lowest(sheet, head)
    spans = lists(sheet, row)
    if not spans:
        (upper, _), *below = importing_below.lists(sheet, row, wanted)
        return Seen(upper, structs.replace(way, part=0), row, below=tuple(one for _, one in below))
    way = structs.replace(way, part=way.part if way.part <= len(spans) else 0)
    return Seen(views.cut(sheet, *spans[max(0, way.part - 1)], title_above(sheet, row)), way, row, spans)


def lists(sheet: Sheet, head: int) -> tuple[Span, ...]:
    """Return the lists that stand beside each other below one head: its words again and again; () for one list."""
    said = line_of(sheet, head)
    heads = {place: text for place, text in heads_of(sheet, head).items() if place in said}
    places, texts = list(heads), [plain(text) for text in heads.values()]
    own = [plain(split(text)[1]) for text in heads.values()]
    size = _again(texts) or (_again(own) if any(map(_NAMES.search, own)) else 0)
    return tuple((places[n], places[n + size - 1]) for n in range(0, len(texts), size)) if size else ()


def _again(texts: Sequence[str]) -> int:
    """Return how many words are said again and again, 0 if none are."""
    sizes = (n for n in range(2, len(texts) // 2 + 1) if len(texts) % n == 0 and len(set(texts[:n])) == n)
    return next((n for n in sizes if list(texts) == list(texts[:n]) * (len(texts) // n)), 0)


# Heads at the left

def _maybe_across(sheet: Sheet, wanted: Sequence[Target]) -> bool:
    """Tell whether a sheet is small enough to be turned, and a column of it holds labels."""
    if len(sheet.rows) > DEEP:
        return False
    names = columns.names(wanted)
    return any(len(_labels(sheet, place, names)) > 1 for place in range(min(sheet.width, ASIDE)))


def _labels(sheet: Sheet, place: int, names: frozenset[str]) -> frozenset[str]:
    """Return the labels that a column holds."""
    return names & {plain(text_at(sheet, row, place)) for row in range(len(sheet.rows))}


def _across(sheet: Sheet, wanted: Sequence[Target], way: Way, head: int | None) -> Seen | None:
    """Return a sheet turned, its heads in a column; one record, where labels and values stand beside each other.

    None where it cannot be turned.
    """
    if len(sheet.rows) > DEEP:
        return None
    names = columns.names(wanted)
    found = {place: _labels(sheet, place, names) for place in range(min(sheet.width, ASIDE))}
    aside = [place for place, labels in found.items() if len(labels) > 1]
    pairs = _pairs(sheet, aside, names) if len(aside) > 1 and (head is None or way.heads == BESIDE) else []
    if pairs:
        made = views.record(sheet, pairs, title_above(sheet, min(row for (row, _), _ in pairs)))
        return Seen(made, structs.replace(way, heads=BESIDE, part=0), 0)
    place = max(found, key=lambda p: len(found[p]), default=0) if head is None else head
    untold = sheet.faulty | sheet.uncounted
    rows = [row for row in range(len(sheet.rows)) if text_at(sheet, row, place)
            and any(text_at(sheet, row, p) or (row, p) in untold for p in range(place + 1, sheet.width))]
    if not rows:
        return None
    made = views.turned(sheet, rows, title_above(sheet, rows[0]))
    return Seen(made, structs.replace(way, heads=LEFT, part=0), lowest(made, place))


def title_above(sheet: Sheet, rows: int) -> str:
    """Return what stands in the first rows of a sheet."""
    return " ".join(text for row in range(rows) for text in words_in(sheet, row).values())


def _pairs(sheet: Sheet, aside: Sequence[int], names: frozenset[str]) -> list[tuple[Cell, Cell]]:
    """Return each label of a form with the cell beside it, from the first that the form is known to have."""
    right = {(top, left): end for top, left, _, end in sheet.merged}
    covered = {(row, place) for top, left, bottom, end in sheet.merged for row in range(top, min(bottom, DEEP) + 1)
               for place in range(left, min(end, ASIDE) + 1)} - set(right)
    first = next(row for row in range(len(sheet.rows))
                 if any(plain(text_at(sheet, row, place)) in names for place in aside))
    labels = [(row, place) for row in range(first, len(sheet.rows)) for place in aside
              if text_at(sheet, row, place) and (row, place) not in covered]
    beside = [(row, right.get((row, place), place) + 1) for row, place in labels]
    return [(label, cell) for label, cell in zip(labels, beside, strict=True)
            if cell[1] < sheet.width and cell not in labels and cell not in covered]

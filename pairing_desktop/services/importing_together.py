"""What is read together with a sheet: lists further down that have other heads, and other sheets of the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from pairing_desktop.errors import Trouble
from pairing_desktop.exchange import spreadsheet_views as views
from pairing_desktop.services import importing_below
from pairing_desktop.services import importing_columns as columns
from pairing_desktop.services.importing_alike import guessed, plain
from pairing_desktop.services.importing_heads import heads_of, line_of, start_of, words_in
from pairing_desktop.services.importing_plan import ABOVE, Layout, Target, Way
from pairing_desktop.services.importing_units import unit_of
from pairing_desktop.services.importing_units_told import of_part, strange, with_parts
from pairing_desktop.services.importing_ways import ENOUGH, Seen, lists, seen, title_above

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Book, Sheet

    Below = tuple[Sheet, int, tuple[int, ...], tuple[tuple[int, str], ...]]

SHEETS = 100
"""Sheets of a workbook that are compared."""
OTHER_UNIT = "单位不同"
_YEAR = re.compile(r"20\d\d")
_YEAR_OF = re.compile(r"20\d\d(?=年(?!\s*\d))")
"""A year that is no part of a day."""


def whole(book: Book, layout: Layout, wanted: Sequence[Target]) -> Sheet:
    """Return the sheet that a layout reads: its other lists and its other sheets are below the first."""
    if layout.way == Way() and not layout.lists and not layout.below:
        return book.sheet(layout.sheet)
    sheet = book.sheet(layout.sheet)
    alone = seen(sheet, wanted, layout.way, layout.head)
    below: list[Below] = [(views.cut(sheet, *span, alone.sheet.title), layout.start,
                           tuple(range(span[1] + 1 - span[0])), ())
                          for span in layout.lists[1:] if layout.way.part == 0]
    first = widened(book, alone, layout.way.also, wanted)
    heads = heads_of(first.sheet, first.head)
    for view, head, top, _ in _parts(book, alone, layout.way.also, wanted):
        places = _taken(heads, heads_of(view, head), first.sheet.width)
        below.append((view, start_of(view, head), places, of_part(view, head, layout, wanted, top=top, places=places)))
    return views.stacked(first.sheet, below) if below else first.sheet


def telling_units(book: Book, layout: Layout, wanted: Sequence[Target]) -> Layout:
    """Return a layout that tells at its columns which of the further lists have them in other units."""
    if not layout.way.also and not layout.below:
        return layout
    alone = seen(book.sheet(layout.sheet), wanted, layout.way, layout.head)
    first = widened(book, alone, layout.way.also, wanted)
    heads = heads_of(first.sheet, first.head)
    found = {name: of_part(view, head, layout, wanted, top=top,
                           places=_taken(heads, heads_of(view, head), first.sheet.width))
             for view, head, top, name in _parts(book, alone, layout.way.also, wanted)}
    return with_parts(layout, found, wanted)


def widened(book: Book, first: Seen, also: Sequence[str], wanted: Sequence[Target]) -> Seen:
    """Return a sheet with the heads that only others have which are read with it, each a column behind its own."""
    more = more_heads(book, first, also, wanted)
    return structs.replace(first, sheet=views.widened(first.sheet, first.head, list(more))) if more else first


def more_heads(book: Book, first: Seen, also: Sequence[str], wanted: Sequence[Target]) -> dict[str, list[str]]:
    """Return the heads that only other sheets, or lists further down, have, with what these are called."""
    own, found = _named(first.sheet, first.head), dict[str, list[str]]()
    for view, head, _, name in _parts(book, first, also, wanted):
        for text in [one for one in _called(own, _named(view, head)) if one not in own]:
            found.setdefault(text, []).append(name)
    return found


def _parts(book: Book, first: Seen, also: Sequence[str],
           wanted: Sequence[Target]) -> Iterator[tuple[Sheet, int, int, str]]:
    """Yield the lists further down and those of other sheets: head row, first row above it, what it is called."""
    own = book.sheet(first.sheet.name)
    lower = importing_below.lists(own, first.head, wanted)[1:] if first.below else []
    yield from ((view, head, importing_below.title(own, head), f"第 {head + 1} 行起的名单") for view, head in lower)
    for name in also:
        sheet = book.sheet(name)
        for number, (view, head) in enumerate(_together(sheet, first, wanted)):
            yield view, head, importing_below.title(sheet, head) if number and not first.lists else 0, name


def others(book: Book, names: Sequence[str], first: Seen, wanted: Sequence[Target], *, hidden: Sequence[str] = (),
           ) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the other sheets that can be read with the first, and of all that are like it what differs.

    Those of ``hidden`` come last, and that they are hidden differs too; one that cannot be read is nobody's.
    """
    fit, differ = [], {}
    year = _year(first.sheet, first.head)
    shown = [one for one in names if one != first.sheet.name][:SHEETS]
    for name in [*shown, *(one for one in hidden if one != first.sheet.name)][:SHEETS]:
        try:
            sheet = book.sheet(name)
        except Trouble:
            if name in hidden:
                continue
            raise
        parts = _together(sheet, first, wanted)
        other = _year(*parts[0]) if parts else ""
        late = f"是 {other} 年的" if year and other and year != other else ""
        why = late or (_unit_of(parts[0], first, wanted) if any(_alike(sheet, first, wanted))
                       else _differs(sheet, first, wanted))
        if name in hidden and (why or parts):
            why = f"是隐藏的{'，' if why else ''}{why}"
        if why:
            differ[name] = why
        if parts and not late:
            fit.append(name)
    return tuple(fit), differ


def _together(sheet: Sheet, first: Seen, wanted: Sequence[Target]) -> list[tuple[Sheet, int]]:
    """Return what of a sheet can be read with the first, each with its head row: heads the same, or nearly.

    Nearly: two of three are the same, and what it has more is no other way to say what the first says. In another unit
    (亿元 for 万元) a head is the same.
    """
    alike = list(_alike(sheet, first, wanted))
    if alike or first.way.heads != ABOVE or first.lists:
        return alike
    own, row = _named(first.sheet, first.head), _likest(sheet, first)
    other = _called(own, _named(sheet, row))
    more = {place: text for text, place in other.items() if text not in own}
    simple = own.keys() == set(line_of(first.sheet, first.head).values()) and not lists(sheet, row)
    if not simple or len(own) < ENOUGH or len(other.keys() & own.keys()) * 3 < len(own) * 2:
        return []
    return [] if _rivals(first, more, wanted) else importing_below.lists(sheet, row, wanted)


def _rivals(first: Seen, more: Mapping[int, str], wanted: Sequence[Target]) -> list[tuple[str, str]]:
    """Return the heads of the first sheet that others say in another way, each with that other one."""
    own = heads_of(first.sheet, first.head)
    taken = {target: own[place] for place, (target, _) in guessed(own, wanted).items()}
    found = guessed(more, wanted).items()
    return [(taken[target], more[place]) for place, (target, _) in found if target in taken]


def _year(sheet: Sheet, head: int) -> str:
    """Return the year that a sheet's name tells or what stands above its heads, "" for none."""
    above = " ".join([sheet.title, *(text for row in range(head) for text in words_in(sheet, row).values())])
    told = _YEAR.search(sheet.name) or _YEAR_OF.search(above)
    return told[0] if told else ""


def _alike(sheet: Sheet, first: Seen, wanted: Sequence[Target]) -> Iterator[tuple[Sheet, int]]:
    """Yield the lists of a sheet that have the same heads, each with its head row."""
    own = _named(first.sheet, first.head)
    if first.way.heads != ABOVE:
        other = seen(sheet, wanted, first.way, first.head)
        if own and other.way.heads == first.way.heads and _called(
                own, _named(other.sheet, other.head)).keys() == own.keys():
            yield other.sheet, other.head
        return
    words = set(map(plain, line_of(first.sheet, first.head).values()))
    for row in range(columns.LOOKED):
        if own and set(map(plain, line_of(sheet, row).values())) == words:
            spans = lists(sheet, row)
            found = [(views.cut(sheet, *span, title_above(sheet, row)), row) for span in spans]
            found = found or importing_below.lists(sheet, row, wanted)
            if all(_called(own, _named(one, row)).keys() == own.keys() for one, at in found if at == row):
                yield from found
                return


def _named(sheet: Sheet, head: int) -> dict[str, int]:
    """Return the columns with a head of their own, by what it says."""
    own = line_of(sheet, head)
    return {text: place for place, text in heads_of(sheet, head).items() if place in own}


def _called(own: Collection[str], named: Mapping[str, int]) -> dict[str, int]:
    """Return the columns of a list by what the first list calls them, where only the unit is another."""
    known: dict[str, list[str]] = {}
    for text in own:
        known.setdefault(plain(text), []).append(text)
    found = {}
    for text, place in named.items():
        same = known.get(plain(text), []) if text not in own else []
        alike = len(same) == 1 and same[0] not in named and unit_of(text) != unit_of(same[0])
        found[same[0] if alike else text] = place
    return found


def _likest(sheet: Sheet, first: Seen) -> int:
    """Return the row that has most of the first sheet's heads."""
    words = set(line_of(first.sheet, first.head).values())
    return max(range(columns.LOOKED), key=lambda row: len(words & set(line_of(sheet, row).values())))


def _differs(sheet: Sheet, first: Seen, wanted: Sequence[Target]) -> str:
    """Return how a sheet's heads differ from those of the first; "" where they have little in common."""
    words = list(line_of(first.sheet, first.head).values())
    best = list(line_of(sheet, _likest(sheet, first)).values()) if first.way.heads == ABOVE else []
    if len(set(best) & set(words)) * 2 < len(words):
        return ""
    less, more = [w for w in words if w not in best], [w for w in best if w not in words]
    rivals = _rivals(first, dict(enumerate(more)), wanted)
    unit = any(unit_of(own) != unit_of(other) for own, other in rivals)
    return "，".join([OTHER_UNIT] * unit + [f"少了{_quoted(less)}"] * bool(less) + [f"多了{_quoted(more)}"] * bool(more)
                    ) or "表头的层次不同"


def _unit_of(part: tuple[Sheet, int], first: Seen, wanted: Sequence[Target]) -> str:
    """Return a word on a list with the same heads whose figures are in another unit, "" where they are not."""
    heads = _named(*part).keys() == _named(first.sheet, first.head).keys()
    return "" if heads and strange(*part, wanted) == strange(first.sheet, first.head, wanted) else OTHER_UNIT


def _quoted(words: Sequence[str]) -> str:
    return "、".join(f"“{word}”" for word in words[:3]) + ("等" if len(words) > 3 else "")


def _taken(heads: Mapping[int, str], other: Mapping[int, str], width: int) -> tuple[int, ...]:
    """Return the other sheet's column for each place: the one with the same head, where there is none the same one."""
    by_name = _called(heads.values(), {text: place for place, text in other.items()})
    named = set(heads.values())
    return tuple(by_name.get(heads[place], views.NOWHERE) if place in heads
                 else place if other.get(place) not in named else views.NOWHERE for place in range(width))

"""Where pages end: as few pages as there must be, none of them hollow, and before a section rather than inside one."""

from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush

from pairing_desktop.documents.strips import Strip

ENOUGH = 0.75
"""A page this full may end anywhere that is fair; what it lacks of it counts against an end.

Rows to write in count with the room they may take.
"""
TORN, PARTED = 0.2, 0.15
"""What counts against an end inside a table, and before a table or a picture that is not a section's first."""
SLACK = 0.01

Cost = tuple[int, float, float]
"""Pages, what counts against their ends, and less the points filled: earlier pages are the fuller ones."""


def page_breaks(strips: Sequence[Strip], room: Callable[[int], float]) -> list[int]:
    """Return after how many strips each page ends, the last included; a page that begins at n has ``room(n)`` points.

    A strip taller than its page has one of its own.
    """
    best: dict[int, tuple[Cost, int]] = {0: ((0, 0.0, 0.0), 0)}
    reached = [0]
    while (start := heappop(reached)) < len(strips):
        (pages, against, filled), _ = best[start]
        for end, more, used in _ends(strips, start, room(start)):
            cost = (pages + 1, against + more, filled - used)
            if end not in best:
                heappush(reached, end)
            if end not in best or cost < best[end][0]:
                best[end] = cost, start
    return list(_traced(best, len(strips)))[::-1]


def _traced(best: dict[int, tuple[Cost, int]], end: int) -> Iterator[int]:
    while end:
        yield end
        end = best[end][1]


def _ends(strips: Sequence[Strip], start: int, room: float) -> list[tuple[int, float, float]]:
    """Return where a page may end, what counts against it there, and the points filled; only the last row of many."""
    used = grown = 0.0
    places: list[tuple[int, float, float]] = []
    here = start
    for here in range(start, len(strips)):
        if here > start and not strips[here - 1].keep:
            places.append((here, used, used + grown))
        used += strips[here].height
        grown += strips[here].grow
        if used > room + SLACK:
            break
    else:
        return [(len(strips), 0.0, 0.0)]
    last = [] if not places else [(places[-1][0], TORN, *places[-1][1:])]
    fair = [(at, 0.0 if strips[at].section else PARTED, filled, full) for at, filled, full in places
            if strips[at].section or strips[at].opens]
    found = [(at, fault + max(0.0, ENOUGH - full / room), filled) for at, fault, filled, full in (*last, *fair)]
    return found or [(max(here, start + 1), TORN, 0.0)]

"""When Python looks for garbage in rings: the one place of the program that steers it.

A full collection looks through the whole program: it stops every thread for a third of a second and, in work that
makes hundreds of thousands of objects and drops few, comes again and again for nothing. Two things are steered that do
not touch each other: whether anything is collected at all (only start-up holds that back), and whether everything or
only young objects are looked through (``young_only``, while work goes on).
"""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

NEVER = 1_000_000
"""Collections of young objects after which everything would be looked through."""
YOUNG = 2_000
"""New objects after which the young ones are looked through. By Python's own measure it comes three times as often for
the same few rings; with more, the looks themselves take turns from the window."""


Emptied = list[Any] | set[Any] | dict[Any, Any]


@contextmanager
def young_only() -> Iterator[None]:
    """Look through nothing but young objects meanwhile; within another ``young_only`` the outer one decides."""
    thresholds = gc.get_threshold()
    if thresholds[2] == NEVER:
        yield
        return
    gc.set_threshold(YOUNG, thresholds[1], NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


@contextmanager
def none() -> Iterator[None]:
    """Collect nothing meanwhile: for seconds of work whose objects stay until its end and hold no rings.

    Verifying a county's packet makes half a million; looking through them finds nothing and takes a twelfth of the
    time. At the end all are looked through at once, a fifth of a second for which no window could wait: so within
    ``young_only`` nothing changes, nor within another ``none``.
    """
    if not gc.isenabled() or gc.get_threshold()[2] == NEVER:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def let_go_apart(held: Iterable[Emptied]) -> Iterator[None]:
    """Empty these at the end, one thing after the other.

    Python lets go of what a function held all at once, and of a county's cells no thread gets a turn for a tenth of a
    second; between two of them the window does.
    """
    try:
        yield
    finally:
        for one in held:
            let_go(one)


def let_go(held: Emptied) -> None:
    """Empty this, one thing after the other; see ``let_go_apart``."""
    drop = held.popitem if isinstance(held, dict) else held.pop
    while held:
        drop()


def set_apart() -> None:
    """Leave alone all that is there now, so that no full collection is due at once; ``sweep`` makes up for it."""
    gc.freeze()


def sweep() -> None:
    """Look for garbage among everything again: when a data file is closed, or nobody is at the window."""
    gc.unfreeze()
    gc.collect()
    set_apart()


def hold() -> None:
    """Collect nothing: start-up makes much and drops little."""
    gc.disable()


def resume() -> None:
    """Collect again, and leave alone what start-up has made for good."""
    set_apart()
    gc.enable()

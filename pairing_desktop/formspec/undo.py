"""What was changed, to take it back and do it again.

A step holds what differs, by path, and not the whole record: so it still holds for a record that was left, saved and
opened anew. One ``History`` may serve many records: then the steps of all stand in the order they were made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress
from operator import is_not
from typing import Any, Protocol

from msgspec import Struct

from pairing_desktop.formspec.state import State

LIMIT = 500
MEMBERS = ("values", "raw", "marks", "rows", "kept")


class Act(Protocol):
    """Whatever can be undone: it has a name as menus say it (修改合格率)."""

    @property
    def name(self) -> str:
        """Return the name."""


@dataclass(frozen=True, slots=True)
class Place:
    """The record that was changed; ``key`` "" for many of a form. Period and subject tell how to open it again."""

    form: str
    key: str
    period: str = field(default="", compare=False)
    subject: str = field(default="", compare=False)


Patch = Mapping[str, Mapping[str, Any]]
"""What stands at each path of a member of the state; None for nothing."""


class Step(Struct, frozen=True):
    """One change of one record. ``path`` is where to show it."""

    name: str
    path: str
    before: Patch
    after: Patch


def step(name: str, path: str, before: State, after: State) -> Step:
    """Return the step between two states."""
    old, new = _patch(before, after), _patch(after, before)
    if not path:
        typed = (p for p in (*new["values"], *new["raw"], *new["marks"], *old["values"]) if p not in after.locked)
        path = next(typed, next(iter(new["rows"]), ""))
    return Step(name, path, old, new)


def _patch(wanted: State, other: State) -> Patch:
    return {member: _differing(getattr(wanted, member), getattr(other, member)) for member in MEMBERS}


def _differing(wanted: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    apart = compress(wanted, map(is_not, wanted.values(), map(other.get, wanted)))  # nearly all are the very same
    found = {path: wanted[path] for path in apart if other.get(path) != wanted[path]}
    found.update(dict.fromkeys(path for path in other.keys() - wanted.keys() if other[path] is not None))
    return found


def patched(state: State, wanted: Patch, instead_of: Patch) -> State:
    """Return a state with a patch laid over it; what it does not name stays as it is. Compute afterwards.

    What the patch gives a value is not blanked for having been computed until now.
    """
    after = state.copy()
    after.kept = dict(after.kept)
    for member in ("values", "raw", "marks", "kept"):
        held = getattr(after, member)
        for path, value in wanted[member].items():
            if value is None:
                held.pop(path, None)
            else:
                held[path] = value
    for table, rows in wanted["rows"].items():
        after.rows[table] = _rows(after.rows.get(table, ()), rows or (), instead_of["rows"].get(table) or ())
    after.locked = after.locked - wanted["values"].keys()
    return after


def rebased(state: State, base: State, newest: State) -> State:
    """Return what became of a base in one state laid over what became of it elsewhere. Compute afterwards."""
    after, before = ({member: {path: value for path, value in found.items() if path not in state.locked}
                      for member, found in patch.items()} for patch in (_patch(state, base), _patch(base, state)))
    return patched(newest, after, before)


def _rows(now: tuple[str, ...], wanted: tuple[str, ...], instead_of: tuple[str, ...]) -> tuple[str, ...]:
    """Return the rows wanted; rows that came by other ways stay where they are."""
    if now == instead_of or set(now) == set(wanted):
        return wanted
    going = set(instead_of) - set(wanted)
    rows = [row for row in now if row not in going]
    for place, row in enumerate(wanted):
        if row not in instead_of and row not in rows:
            rows.insert(min(place, len(rows)), row)
    return tuple(rows)


def differing(one: State, other: State) -> frozenset[str]:
    """Return the paths that do not look the same in two states; a table's id where its rows differ."""
    found = {path for member in MEMBERS[:4] for path in _differing(getattr(one, member), getattr(other, member))}
    return frozenset(found | (one.locked ^ other.locked))


class History:
    """Acts in the order they were made, and those that were undone."""

    def __init__(self) -> None:
        self._done: list[tuple[Place, Act]] = []
        self._undone: list[tuple[Place, Act]] = []

    def remember(self, place: Place, act: Act) -> None:
        """Take a new act; what was undone can't be done again after it."""
        self._done.append((place, act))
        del self._done[:-LIMIT]
        self._undone.clear()

    def last(self, place: Place | None = None) -> tuple[Place, Act] | None:
        """Return what is undone next, of all records or of one."""
        return next((one for one in reversed(self._done) if place in (None, one[0])), None)

    def next(self, place: Place | None = None) -> tuple[Place, Act] | None:
        """Return what is done again next, of all records or of one."""
        return next((one for one in reversed(self._undone) if place in (None, one[0])), None)

    def back(self, one: tuple[Place, Act], *, instead: Act | None = None) -> None:
        """Put an act to those undone; ``instead`` is by what it is done again."""
        self._done = [other for other in self._done if other is not one]
        self._undone.append((one[0], instead or one[1]))

    def forward(self, one: tuple[Place, Act], *, instead: Act | None = None) -> None:
        """Put an act to those done again."""
        self._undone = [other for other in self._undone if other is not one]
        self._done.append((one[0], instead or one[1]))

    def drop(self, one: tuple[Place, Act]) -> None:
        """Forget an act."""
        self._done = [other for other in self._done if other is not one]
        self._undone = [other for other in self._undone if other is not one]

    def drop_act(self, act: Act) -> None:
        """Forget an act wherever it was done."""
        self._done = [one for one in self._done if one[1] is not act]

    def forget(self, place: Place) -> None:
        """Forget all acts on a record: what they changed was given up."""
        self._done = [one for one in self._done if one[0] != place]
        self._undone = [one for one in self._undone if one[0] != place]

    def acts(self) -> tuple[Act, ...]:
        """Return all acts that could be undone, the latest last."""
        return tuple(act for _, act in self._done)

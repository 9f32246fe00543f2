"""Where one has been in a data file: a step back, a step forward, and the records opened last.

What stays on this PC is forms and keys, never a name; the data file says what they are called.
"""

from collections.abc import Sequence

from pairing_desktop.settings import Settings

Place = tuple[str, str]
"""A page's name and the key of the record on it ("" for a page without one)."""

STEPS, RECENT = 100, 12


class Trail:
    """One per open data file."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings, self._name = settings, f"trail.{name}"
        self._places: list[Place] = []
        self._at = -1

    def visit(self, place: Place) -> None:
        """Be at a place; what lay ahead is no longer there. A page is the same place as its first record."""
        here = self._places[self._at] if self._places else ("", "")
        if place == here or (place[0] == here[0] and not place[1]):
            return
        if place[0] == here[0] and not here[1]:
            self._places[self._at] = place
        else:
            self._places = [*self._places[:self._at + 1], place][-STEPS:]
            self._at = len(self._places) - 1
        if place[1]:
            rest = [other for other in self.recent() if other != place]
            self._settings.set(self._name, [list(each) for each in (place, *rest)][:RECENT])

    def step(self, steps: int) -> Place | None:
        """Go back (-1) or forward (1); None at either end."""
        there = self._at + steps
        if not 0 <= there < len(self._places):
            return None
        self._at = there
        return self._places[there]

    def can(self, steps: int) -> bool:
        """Tell whether there is a place to go to."""
        return 0 <= self._at + steps < len(self._places)

    def recent(self) -> Sequence[Place]:
        """Return the records opened last, the latest first."""
        return [(str(form), str(key)) for form, key in self._settings.get(self._name, [])]

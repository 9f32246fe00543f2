"""Text measured: lines of a cell at a width. Lengths are points."""

from pairing_desktop.documents.breaking import break_lines
from pairing_desktop.documents.faces import FaceName, face
from pairing_desktop.errors import Trouble, trouble

SMALLEST = 6.0
"""A number too wide for its column shrinks to this before it is broken."""


TICKED = "□√"
"""A chosen answer: no bundled face has ☑, so the tick is drawn over the box."""


QUOTED = 10
"""Characters quoted on either side of one that cannot be printed: enough to find it by."""


class Measurer:
    """Widths and lines in the bundled faces; remembers broken texts, because sheets repeat themselves."""

    def __init__(self) -> None:
        self._broken: dict[tuple[str, float, float, FaceName], tuple[str, ...]] = {}

    def width(self, text: str, size: float, name: FaceName = "sans") -> float:
        """Return the width of one line. Raises Trouble for a character that the face lacks, naming the text."""
        if TICKED in text:
            text = text.replace(TICKED, "□")
        try:
            return face(name).width(text) * size / 1000
        except Trouble as missing:
            place = missing.problems[0].place
            raise trouble("documents.glyph", **{**place, "text": _around(text, str(place["character"]))}) from None

    def lines(self, text: str, width: float, size: float, name: FaceName = "sans") -> tuple[str, ...]:
        """Return the lines of ``text`` in a column ``width`` wide."""
        if "\n" not in text and self.width(text, size, name) <= width:
            return (text,)
        key = (text, width, size, name)
        found = self._broken.get(key)
        if found is None:
            self.width(text.replace("\n", ""), size, name)
            found = self._broken[key] = break_lines(text, width * 1000 / size, face(name).width)
        return found

    def fitting_size(self, text: str, width: float, size: float, name: FaceName = "sans") -> float:
        """Return the size at which a number stands on one line of the column, at least ``SMALLEST``."""
        wide = self.width(text, size, name)
        return size if wide <= width else max(SMALLEST, int(size * width / wide * 10) / 10)


def _around(text: str, character: str) -> str:
    """Return what stands around a character of a text."""
    place = text.find(character)
    before, after = max(0, place - QUOTED), place + QUOTED + 1
    return f"{'…' if before else ''}{text[before:after]}{'…' if after < len(text) else ''}"

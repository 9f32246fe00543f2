"""Where each value and each word of the template stands in a drawing: written while it is drawn, read by verifiers.

Compact, because a packet holds a hundred thousand places. ``records`` and ``words`` are tables that places name by
number: a word of the template is its number; a value is ``<record>/<field path>`` with where it stands.
"""

import json
import re
from typing import TypeAlias

Place: TypeAlias = "int | tuple[str | int, ...]"

_WHITE = re.compile(r"\s+")
TENTHS = 10
"""Boxes are told in tenths of a point."""
PART = 4_096
"""Places that are written at once: a large sheet's all together would hold the window up."""


def squeezed(text: str) -> str:
    """Return a text without white space: wrapping and filling cannot be told from it in a PDF."""
    return _WHITE.sub("", text)


class Recorder:
    """The places of one drawing, page by page or sheet by sheet."""

    def __init__(self) -> None:
        self._records: dict[str, int] = {}
        self.words: dict[str, int] = {}
        self._done: list[str] = []
        self._open: list[Place] = []

    def word(self, text: str, *ahead: str) -> None:
        """Take a word of the template; ``ahead`` is the workbook cell that it stands in."""
        number = self.words.setdefault(text, len(self.words))
        self._open.append((*ahead, number) if ahead else number)

    def cell(self, path: str, place: str) -> None:
        """Take a value that stands in a workbook's cell."""
        self._open.append((place, self._short(path)))

    @property
    def size(self) -> int:
        """Return how many places of the open page or sheet were taken."""
        return len(self._open)

    def take_back(self, size: int) -> None:
        """Forget the places taken since there were so many."""
        del self._open[size:]

    def _short(self, path: str) -> str:
        form, key, rest = path.split("/", 2)
        return f"{self._records.setdefault(f'{form}/{key}', len(self._records))}/{rest}"

    def box(self, path: str, text: str, *, x: float, y: float, width: float, height: float) -> None:
        """Take what a PDF's box shows; ``y`` is its lower edge."""
        shown = squeezed(text)
        if path.count("/") > 1:
            sides = (round(TENTHS * side) for side in (x, y, width, height))
            self._open.append((self._short(path), len(shown), *sides))
        elif shown:
            self.word(shown)

    def close(self, *about: str) -> None:
        """End a page, or with its name a sheet."""
        parts = (self._open[start:start + PART] for start in range(0, len(self._open), PART))
        content = f"[{','.join(json.dumps(part, separators=(',', ':'), ensure_ascii=False)[1:-1] for part in parts)}]"
        self._done.append(json.dumps([*about], ensure_ascii=False)[:-1] + f",{content}]" if about else content)
        self._open = []

    def text(self) -> str:
        """Return the places as canonical JSON: pages or sheets, records, words."""
        tables = {"records": list(self._records), "words": list(self.words)}
        said = json.dumps(tables, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
        return f'{{"pages":[{",".join(self._done)}],{said[1:]}'


def together(pdf: str, workbook: str) -> bytes:
    """Return ``coordinates.json`` of the texts of two recorders."""
    from pairing_desktop.documents.renderer import renderer

    return f'{{"pdf":{pdf},"renderer":"{renderer()}","workbook":{workbook}}}'.encode()

"""The PDF read again (pypdfium2): page by page the text is what the places say, and each value stands in its box."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import compress, count
from operator import not_
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange.agreement import Wanted, cut, squeezed
from pairing_desktop.exchange.coordinates import PdfLayer, PdfValue

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

TOLERANCE = 2.0
"""Points that a glyph's box may reach over its cell."""
MAX_PAGES = 20_000
_NAME = re.compile(rb"/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){6,})")
_NUMBER_SIGN = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = {b"ObjStm", b"OCProperties", b"JavaScript", b"OpenAction", b"Launch", b"EmbeddedFiles", b"EmbeddedFile",
           b"RichMedia", b"Encrypt"}
"""Scripts and actions are all begun by one of these; layers by ``OCProperties``."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a reader takes out of a PDF: nothing of it is compared with data yet."""

    texts: list[str]
    """Of each page, without white space."""
    moved: list[list[str]]
    """Of each page the values, by their short paths, whose glyphs don't stand in their boxes."""
    problems: list[Problem]


def active(pdf: bytes) -> Iterator[Problem]:
    """Yield what in a PDF could move, hide or change what is seen: layers, scripts, attached and packed objects.

    Every byte is looked at, streams too: what is a stream is for a reader to say, and a long name is no chance.
    """
    names = {_NUMBER_SIGN.sub(lambda m: bytes([int(m[1], 16)]), name) for name in _NAME.findall(pdf)}
    found = sorted(name.decode() for name in names & _ACTIVE)
    if found:
        yield problem("agreement.pdf_active", what="、".join(found))


def extract(pdf: bytes, places: PdfLayer) -> Extracted:
    """Read a PDF's text layer and look where its values stand. Never raises on what the PDF holds."""
    import pypdfium2

    found = Extracted([], [], [])
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        found.problems.append(problem("agreement.pdf_unreadable"))
        return found
    try:
        if len(document) != len(places.pages):
            found.problems.append(problem("agreement.pdf_pages", shown=len(document), wanted=len(places.pages)))
        for number in range(min(len(document), len(places.pages), MAX_PAGES)):
            text, moved = _page(document, number, places)
            found.texts.append(text)
            found.moved.append(moved)
    except pypdfium2.PdfiumError:
        found.problems.append(problem("agreement.pdf_unreadable"))
    finally:
        document.close()
    return found


def compared(extracted: Extracted, places: PdfLayer, wanted: Wanted, seen: set[str]) -> Iterator[Problem]:
    """Yield where the text layer is not what the data says; ``seen`` takes the paths met."""
    yield from extracted.problems
    values = _Values(wanted, places, seen)
    for number, (text, moved) in enumerate(zip(extracted.texts, extracted.moved, strict=True)):
        found = _compared(text, number, places, values)
        yield from found
        if not found:
            for short in moved:
                named = wanted.name(values.path(short))
                yield problem("agreement.pdf_moved", form=named.form, record=named.record, field=named.field,
                              page=number + 1)
    yield from values.unfinished()


class _Values:
    """What of each value has been seen: a long one may run over pages."""

    def __init__(self, wanted: Wanted, places: PdfLayer, seen: set[str]) -> None:
        self.wanted = wanted
        self._records = [f"{record}/" for record in places.records]
        self._seen = seen
        self._begun: dict[str, str] = {}

    def path(self, short: str) -> str:
        """Return a value's whole path."""
        number, _, rest = short.partition("/")
        return self._records[int(number)] + rest

    def differs(self, path: str, shown: str) -> bool:
        """Tell whether a value, or the next part of a long one, is not the data's."""
        self._seen.add(path)
        cell = self.wanted.by_path.get(path)
        if cell is None:
            return True
        if path not in self._begun and shown in (cell.text, squeezed(cell.text)):
            return False
        texts = self.texts(path)
        so_far = self._begun.pop(path, "") + shown
        if so_far in texts:
            return False
        if so_far and any(text.startswith(so_far) for text in texts):
            self._begun[path] = so_far
            return False
        return True

    def texts(self, path: str) -> list[str]:
        """Return what a value may be printed as, without white space."""
        return [squeezed(way.text) for way in self.wanted.ways(path)]

    def unfinished(self) -> Iterator[Problem]:
        """Yield values that were begun and not ended."""
        for path, shown in self._begun.items():
            yield self.problem(path, shown)

    def problem(self, path: str, shown: str) -> Problem:
        """Return the problem of one value."""
        return self.wanted.differs("pdf_differs", path, shown=shown, wanted=next(iter(self.texts(path)), ""))


def _page(document: "PdfDocument", number: int, places: PdfLayer) -> tuple[str, list[str]]:
    """Return a page's text without white space, and the values that don't stand in their boxes."""
    page = document[number]
    layer = page.get_textpage()
    try:
        whole = layer.get_text_range()
        return squeezed(whole), _outside(layer, whole, places, number)
    finally:
        layer.close()
        page.close()


def _compared(text: str, number: int, places: PdfLayer, values: _Values) -> list[Problem]:
    """Return the first difference of a page's text; after it nothing more can be told apart there."""
    at = 0
    words = places.words
    for place in places.pages[number]:
        if isinstance(place, int):
            word = words[place]
            if not text.startswith(word, at):
                return [problem("agreement.pdf_words", page=number + 1, shown=cut(text[at:at + len(word)]),
                                wanted=cut(word))]
            at += len(word)
            continue
        path, end = values.path(place[0]), at + place[1]
        if values.differs(path, text[at:end]):
            return [values.problem(path, text[at:end])]
        at = end
    return [problem("agreement.pdf_outside", page=number + 1, shown=cut(text[at:]))] if at != len(text) else []


def _outside(layer: Any, whole: str, places: PdfLayer, number: int) -> list[str]:  # noqa: ANN401
    """Return the values whose glyphs don't stand in their boxes; on a page of other text that is told anyway."""
    shown = list(compress(count(), map(not_, map(str.isspace, whole))))
    rectangle = _rectangles(layer)
    words, last = places.words, len(shown)
    found = []
    at = 0
    for place in places.pages[number]:
        if place.__class__ is int:
            at += len(words[place])  # a word's number
            continue
        first, at = at, at + place[1]  # type: ignore[index]  # a value
        if at > last:
            break
        if first < at and not _inside(rectangle(shown[first], shown[at - 1]), place):  # type: ignore[arg-type]
            found.append(place[0])  # type: ignore[index]
    return found


Box = tuple[float, float, float, float]


def _rectangles(layer: Any) -> Callable[[int, int], Box | None]:  # noqa: ANN401  # pypdfium2 has no types
    """Return what finds the box around the characters ``first`` to ``last``: the first's and the last's together."""
    import ctypes

    from pypdfium2 import raw

    sides = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = (ctypes.byref(side) for side in sides)
    box = raw.FPDFText_GetCharBox

    def found(first: int, last: int) -> Box | None:
        if not box(layer, first, left, right, bottom, top):
            return None
        a, b, c, d = (side.value for side in sides)
        if first == last:
            return a, b, c, d
        if not box(layer, last, left, right, bottom, top):
            return None
        e, f, g, h = (side.value for side in sides)
        return min(a, e), max(b, f), min(c, g), max(d, h)

    return found


def _inside(box: Box | None, place: PdfValue) -> bool:
    if box is None:
        return False
    left, right, bottom, top = box
    x, y, width, height = (side / 10 for side in place[2:])
    return (x - TOLERANCE <= left and right <= x + width + TOLERANCE
            and y - TOLERANCE <= bottom and top <= y + height + TOLERANCE)

"""The PDF read again (pypdfium2): page by page the text is what the places say, and each value stands in its box."""

import re
from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import compress, count, repeat
from math import nan
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
    values, first, last = _ends(places, number, shown)
    sides = zip(values, *_boxes(layer, first), *_boxes(layer, last), strict=True)
    near = TOLERANCE
    return [path for (path, _, x, y, width, height), left, right, low, high, left_2, right_2, low_2, high_2 in sides
            if not (x / 10 - near <= left and right <= (x + width) / 10 + near
                    and y / 10 - near <= low and high <= (y + height) / 10 + near
                    and x / 10 - near <= left_2 and right_2 <= (x + width) / 10 + near
                    and y / 10 - near <= low_2 and high_2 <= (y + height) / 10 + near)]


def _ends(places: PdfLayer, number: int, shown: list[int]) -> tuple[list[PdfValue], list[int], list[int]]:
    """Return a page's values that show something, and the numbers of their first and last characters.

    ``shown``: the numbers of the page's characters that are no white space.
    """
    words, length = places.words, len(shown)
    values: list[PdfValue] = []
    first: list[int] = []
    last: list[int] = []
    at = 0
    for place in places.pages[number]:
        if isinstance(place, int):
            at += len(words[place])
            continue
        begun, at = at, at + place[1]
        if at > length:
            break
        if begun < at:
            values.append(place)
            first.append(shown[begun])
            last.append(shown[at - 1])
    return values, first, last


@cache
def _box() -> Any:  # noqa: ANN401  # a C function
    """Return PDFium's finder of a character's box as a function that keeps the interpreter's lock.

    Letting go of it for a microsecond's work, a hundred times a page, would let a busy thread take it each time.
    """
    import ctypes

    from pypdfium2 import raw

    kind = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 4)
    return ctypes.cast(raw.FPDFText_GetCharBox, kind)


def _boxes(layer: Any, characters: list[int]) -> list["array[float]"]:  # noqa: ANN401  # pypdfium2 has no types
    """Return the left, right, bottom and top sides of the characters; no number where one has no box."""
    import ctypes

    sides = [array("d", [nan]) * len(characters) for _ in range(4)]
    pointers = [range(start, start + side.itemsize * length, side.itemsize)
                for side in sides for start, length in [side.buffer_info()]]
    deque(map(_box(), repeat(ctypes.cast(layer.raw, ctypes.c_void_p)), characters, *pointers), maxlen=0)
    return sides

"""The PDF read again (pypdfium2): page by page the text is what the places say, and each value stands in its box."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange.agreement import Wanted, cut, squeezed
from pairing_desktop.exchange.coordinates import PdfLayer, PdfValue, full_path

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

TOLERANCE = 2.0
"""Points that a glyph's box may reach over its cell."""
MAX_PAGES = 20_000


def read_again(pdf: bytes, places: PdfLayer, wanted: Wanted) -> Iterator[Problem]:
    """Yield where the PDF's text layer is not what the data says. Never raises on what the PDF holds."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        yield problem("agreement.pdf_unreadable")
        return
    try:
        if len(document) != len(places.pages):
            yield problem("agreement.pdf_pages", shown=len(document), wanted=len(places.pages))
        values = _Values(wanted, places)
        for number in range(min(len(document), len(places.pages), MAX_PAGES)):
            yield from _page(document, number, places, values)
        yield from values.unfinished()
    finally:
        document.close()


class _Values:
    """What of each value has been seen: a long one may run over pages."""

    def __init__(self, wanted: Wanted, places: PdfLayer) -> None:
        self.wanted = wanted
        self._records = places.records
        self._paths: dict[str, str] = {}
        self._seen: dict[str, tuple[str, int]] = {}

    def path(self, short: str) -> str:
        """Return a value's whole path."""
        found = self._paths.get(short)
        if found is None:
            found = self._paths[short] = full_path(short, self._records)
        return found

    def next(self, path: str, shown: str) -> str | None:
        """Return None when the value goes on like this, else what it should be."""
        expected = self.wanted.by_path.get(path)
        if expected is None:
            return ""
        texts = expected.texts
        if shown in texts and path not in self._seen:
            return None
        before, _ = self._seen.pop(path, ("", 0))
        so_far = before + shown
        if so_far in texts:
            return None
        if so_far and any(text.startswith(so_far) for text in texts):
            self._seen[path] = (so_far, len(so_far))
            return None
        return texts[0] if texts else ""

    def unfinished(self) -> Iterator[Problem]:
        """Yield values that were begun and not ended."""
        for path, (shown, _) in self._seen.items():
            texts = self.wanted.by_path[path].texts
            yield self.wanted.differs("pdf_differs", path, shown=shown, wanted=texts[0])


def _page(document: "PdfDocument", number: int, places: PdfLayer, values: _Values) -> Iterator[Problem]:
    page = document[number]
    layer = page.get_textpage()
    try:
        whole = layer.get_text_range()
        text = squeezed(whole)
        found = _compared(text, number, places, values)
        yield from found
        if not found:
            yield from _outside(layer, whole, number, places, values)
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
        wanted = values.next(path, text[at:end])
        if wanted is not None:
            return [values.wanted.differs("pdf_differs", path, shown=text[at:end], wanted=wanted)]
        at = end
    return [problem("agreement.pdf_outside", page=number + 1, shown=cut(text[at:]))] if at != len(text) else []


def _outside(layer: Any, whole: str, number: int, places: PdfLayer, values: _Values) -> Iterator[Problem]:  # noqa: ANN401
    """Yield the values whose glyphs don't stand in their boxes."""
    shown = [index for index, character in enumerate(whole) if not character.isspace()]
    rectangle = _rectangles(layer)
    at = 0
    for place in places.pages[number]:
        if isinstance(place, int):
            at += len(places.words[place])
            continue
        first, at = at, at + place[1]
        if place[1] and not _inside(rectangle(shown[first], shown[at - 1]), place):
            path = values.path(place[0])
            named = values.wanted.name(path)
            yield problem("agreement.pdf_moved", form=named.form, record=named.record, field=named.field,
                          page=number + 1)


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

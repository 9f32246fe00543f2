"""The PDF read again (pypdfium2): page by page the text is what the places say, and each value stands in its box."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from itertools import compress
from operator import itemgetter
from threading import Event

from msgspec import Struct

from pairing_desktop import garbage, pdfium, turns
from pairing_desktop.errors import BadContent, Problem, problem
from pairing_desktop.exchange import coordinates
from pairing_desktop.exchange.agreement import Wanted, cut, squeezed
from pairing_desktop.exchange.coordinates import Coordinates, PdfLayer, PdfValue
from pairing_desktop.exchange.packet_parts import PDF
from pairing_desktop.exchange.text_layer import Annotation, Room, TextLayer, text_layer

TOLERANCE = 2.0
"""Points that a glyph's box may reach over its cell."""
MAX_PAGES = 20_000
_MARKS = bytes(not chr(code).isspace() for code in range(256))
"""0 for white space, by the character's code."""
_NAME = re.compile(rb"/((?:[A-Za-z]|#[0-9A-Fa-f]{2}){6,})")
_NUMBER_SIGN = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = {b"ObjStm", b"OCProperties", b"JavaScript", b"OpenAction", b"Launch", b"EmbeddedFiles", b"EmbeddedFile",
           b"RichMedia", b"Encrypt"}
"""What begins scripts, by names of six letters and more, and layers; other actions are told by ``pdf_parts``."""


Page = Sequence[int | PdfValue]


class Extracted(Struct, frozen=True):
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


def around(pdf: bytes) -> Iterator[Problem]:
    """Yield what stands around a PDF's contents that our program does not write: actions, other sizes of pages.

    Asked where it is not drawn again byte for byte.
    """
    from pairing_desktop.exchange import pdf_parts

    if what := pdf_parts.named(pdf):
        yield problem("agreement.pdf_around", what=what)


class Beside(Struct, frozen=True):
    """What is read beside other work: each waits until it is there, and raises what came."""

    places: Callable[[], Coordinates]
    """Raises ``BadContent``."""
    extracted: Callable[[], Extracted]


@contextmanager
def reading(files: Mapping[str, bytes]) -> Iterator[Beside]:
    """Read a packet's places, and its PDF on a thread of its own: PDFium works without the interpreter.

    Where no window waits no garbage is collected meanwhile. The thread is gone at the end, whatever came; what nobody
    asked for is read no further.
    """
    from concurrent.futures import Future, ThreadPoolExecutor

    over = Event()
    with garbage.none(), turns.short(), ThreadPoolExecutor(1, "reading") as thread:
        places: Future[Coordinates] = Future()
        try:
            places.set_result(coordinates.read(files))  # at once: beside other work of Python's it takes twice as long
        except BadContent as error:
            places.set_exception(error)
        extracted = thread.submit(lambda: extract(files[PDF], places.result().pdf, over))
        try:
            yield Beside(places.result, extracted.result)
        finally:
            over.set()


def extract(pdf: bytes, places: PdfLayer, over: Event | None = None) -> Extracted:
    """Read a PDF's text layer and look where its values stand. Never raises on what the PDF holds.

    ``over``: nobody waits for it any more.
    """
    from pypdfium2 import PdfiumError

    found = Extracted([], [], [])
    try:
        with pdfium.opened(pdf) as document:
            if len(document) != len(places.pages):
                found.problems.append(problem("agreement.pdf_pages", shown=len(document), wanted=len(places.pages)))
            sizes, room = [len(word) for word in places.words], Room()
            for number in range(min(len(document), len(places.pages), MAX_PAGES)):
                if over is not None and over.is_set():
                    break
                with text_layer(document, number, room) as layer:
                    text, moved = _page(layer, places.pages[number], sizes)
                    over_it = any(_covers(each, places.pages[number]) for each in layer.annotations())
                if over_it:
                    found.problems.append(problem("agreement.pdf_over", page=number + 1))
                found.texts.append(text)
                found.moved.append(moved)
    except PdfiumError:
        found.problems.append(problem("agreement.pdf_unreadable"))
    return found


def compared(extracted: Callable[[], Extracted], places: PdfLayer, wanted: Wanted, seen: set[str]) -> Iterator[Problem]:
    """Yield where the text layer is not what the data says; ``seen`` takes the paths met.

    What the pages should say is worked out before ``extracted`` is asked for what they do.
    """
    values = _Values(wanted, places, seen)
    should = [values.whole(page) for page in places.pages]
    read = extracted()
    yield from read.problems
    for number, (text, moved) in enumerate(zip(read.texts, read.moved, strict=True)):
        whole, paths = should[number]
        found = [] if values.nothing_begun and text == whole else _compared(text, number, places, values)
        yield from found
        seen.update(paths)  # what stands behind a difference cannot be told, nor said to be missing
        if not found:
            for short in moved:
                named = wanted.name(values.paths[short])
                yield problem("agreement.pdf_moved", form=named.form, record=named.record, field=named.field,
                              page=number + 1)
    yield from values.unfinished()


class _Values:
    """What of each value has been seen: a long one may run over pages."""

    def __init__(self, wanted: Wanted, places: PdfLayer, seen: set[str]) -> None:
        self.wanted = wanted
        self._words = places.words
        self.paths = wanted.paths(places.records)
        self._seen = seen
        self._begun: dict[str, str] = {}

    @property
    def nothing_begun(self) -> bool:
        """Whether no value goes on from the page before."""
        return not self._begun

    def whole(self, page: Page) -> tuple[str | None, list[str]]:
        """Return what a page says when each place shows its value whole (None when one cannot), and its values' paths.

        White space is left out. Nearly every page of a good packet does, and one comparison shows it; which value of
        another page differs is looked for place by place.
        """
        places = [place for place in page if not isinstance(place, int)]
        names = [place[0] for place in places]
        self.paths.learn(names)
        paths = list(map(self.paths.__getitem__, names))
        shown = self.wanted.printed(paths)
        if [place[1] for place in places] != list(map(len, shown)):
            return None, paths
        words, rest = self._words, iter(shown)
        return "".join([words[place] if isinstance(place, int) else next(rest) for place in page]), paths

    @property
    def going_on(self) -> frozenset[str]:
        """Return the records of which a value was begun and goes on, by form and key."""
        return frozenset(map(_record, self._begun))

    def differs(self, path: str, shown: str, going_on: AbstractSet[str]) -> bool:
        """Tell whether a value, or the next part of a long one, is not the data's.

        A row that goes on because of one long value (``going_on``: its record) has nothing more of its others, which
        were whole before.
        """
        if not shown and path in self._seen and path not in self._begun and _record(path) in going_on:
            return False
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
        return [_read_as(squeezed(way.text)) for way in self.wanted.ways(path)]

    def unfinished(self) -> Iterator[Problem]:
        """Yield values that were begun and not ended."""
        for path, shown in self._begun.items():
            yield self.problem(path, shown)

    def problem(self, path: str, shown: str) -> Problem:
        """Return the problem of one value."""
        return self.wanted.differs("pdf_differs", path, shown=shown, wanted=next(iter(self.texts(path)), ""))


def _read_as(text: str) -> str:
    """Return a text with hyphens for soft ones, which look the same: at a line's end none can tell them apart."""
    return text.replace("\u00ad", "-")


def _record(path: str) -> str:
    """Return the form and the key at the beginning of a value's path."""
    return "/".join(path.split("/", 2)[:2])


def _page(layer: TextLayer, places: Page, sizes: list[int]) -> tuple[str, list[str]]:
    """Return a page's text without white space, and the values that don't stand in their boxes."""
    text = layer.text
    shown = squeezed(text)
    values, ends = _placed(places, sizes, len(shown))
    if not values:
        return shown, []
    return shown, _outside(values, layer.boxes(itemgetter(*ends)(_black(text, len(shown)))))


def _black(text: str, count: int) -> list[int]:
    """Return the numbers of the characters that are no white space, of which there are so many."""
    marks = text.replace("\u3000", " ").encode("latin-1", "replace").translate(_MARKS)
    found = list(compress(range(len(text)), marks))
    if len(found) > count:  # rarer white space
        found = [number for number, character in enumerate(text) if not character.isspace()]
    return found


def _covers(over: Annotation, places: Page) -> bool:
    """Tell whether something lies over a page that may not: all but fields to sign in where no value stands."""
    left, low, right, high = (10 * side for side in over.sides)
    return not over.is_field or any(
        x < right and left < x + width and y < high and low < y + tall
        for _, _, x, y, width, tall in (place for place in places if not isinstance(place, int)))


def _compared(text: str, number: int, places: PdfLayer, values: _Values) -> list[Problem]:
    """Return the first difference of a page's text; after it nothing more can be told apart there."""
    text, at = _read_as(text), 0
    words, going_on = places.words, set(values.going_on)
    for place in places.pages[number]:
        if isinstance(place, int):
            word = _read_as(words[place])
            if not text.startswith(word, at):
                return [problem("agreement.pdf_words", page=number + 1, shown=cut(text[at:at + len(word)]),
                                wanted=cut(word))]
            at += len(word)
            continue
        path, end = values.paths[place[0]], at + place[1]
        if values.differs(path, text[at:end], going_on):
            return [values.problem(path, text[at:end])]
        going_on |= values.going_on
        at = end
    return [problem("agreement.pdf_outside", page=number + 1, shown=cut(text[at:]))] if at != len(text) else []


def _outside(values: list[PdfValue], boxes: list[list[float]]) -> list[str]:
    """Return the values whose first or last glyph doesn't stand in their box; on a page of other text it is told."""
    near = 10 * TOLERANCE
    sides = [side[which::2] for side in boxes for which in (0, 1)]
    found: dict[str, None] = {}
    for (path, _, x, y, width, height), l1, l2, r1, r2, b1, b2, t1, t2 in zip(values, *sides, strict=True):
        left, right, bottom, top = (x - near) / 10, (x + width + near) / 10, (y - near) / 10, (y + height + near) / 10
        if not (left <= l1 and r1 <= right and bottom <= b1 and t1 <= top
                and left <= l2 and r2 <= right and bottom <= b2 and t2 <= top):  # no box is no number, and fails too
            found[path] = None
    return list(found)


def _placed(places: Page, sizes: list[int], most: int) -> tuple[list[PdfValue], list[int]]:
    """Return a page's values that show something, and the numbers of the first and last character of each.

    White space is not counted. ``sizes``: how long the template's words are; ``most``: how many characters the page
    has.
    """
    values: list[PdfValue] = []
    ends: list[int] = []
    at = 0
    for place in places:
        if isinstance(place, int):
            at += sizes[place]
        elif place[1] > 0:
            start, at = at, at + place[1]
            if at > most:
                break
            values.append(place)
            ends += start, at - 1
    return values, ends

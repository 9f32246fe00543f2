"""A page's text layer, by PDFium's own functions: the two that take long let go of the interpreter, the rest keep it.

While another thread works, getting the interpreter back takes longer than what those do.
"""

import ctypes
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from itertools import accumulate, compress, repeat
from math import nan
from operator import not_
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_HANDLE, _INT = ctypes.c_size_t, ctypes.c_int
_DOUBLE = ctypes.sizeof(ctypes.c_double)


@contextmanager
def text_layer(document: "PdfDocument", number: int, room: "Room") -> Iterator["TextLayer"]:
    """Read a page, from 0; ``room`` takes its characters' boxes. Raises ``PdfiumError`` for a page that is none."""
    from pypdfium2 import PdfiumError, raw

    page = raw.FPDF_LoadPage(document, number)
    if not page:
        raise PdfiumError("no page")
    layer = raw.FPDFText_LoadPage(page)
    try:
        if not layer:
            raise PdfiumError("no text")
        yield TextLayer(_address(layer), page, room)
    finally:
        if layer:
            _keeping("FPDFText_ClosePage", None, _HANDLE)(_address(layer))
        _keeping("FPDF_ClosePage", None, _HANDLE)(_address(page))


class Annotation(NamedTuple):
    """Something that lies over a page: whether it is a form's field, and its left, lower, right and upper side."""

    is_field: bool
    sides: tuple[float, float, float, float]


class TextLayer:
    """What of a page is text."""

    def __init__(self, handle: int, page: Any, room: "Room") -> None:  # noqa: ANN401  # ctypes' own
        self._handle, self._page, self._room = handle, page, room
        self._count = _keeping("FPDFText_CountChars", _INT, _HANDLE)(handle)

    def annotations(self) -> list[Annotation]:
        """Return what lies over the page: of most pages nothing."""
        from pypdfium2 import raw

        found = []
        for number in range(_keeping("FPDFPage_GetAnnotCount", _INT, _HANDLE)(_address(self._page))):
            each, rect = raw.FPDFPage_GetAnnot(self._page, number), raw.FS_RECTF()
            if each and raw.FPDFAnnot_GetRect(each, rect):
                kind = raw.FPDFAnnot_GetSubtype(each)
                sides = (rect.left, rect.bottom, rect.right, rect.top)
                found.append(Annotation(kind == raw.FPDF_ANNOT_WIDGET, sides))
            else:
                found.append(Annotation(False, (0.0, 0.0, 0.0, 0.0)))
            if each:
                raw.FPDFPage_CloseAnnot(each)
        return found

    @cached_property
    def text(self) -> str:
        """All of it, in the order of drawing; PDFium puts white space between words and lines.

        For a hyphen that may part a word at a line's end it puts a sign of its own.
        """
        count = self._count
        if count <= 0:
            return ""
        units = array("H", bytes(4 * count + 4))
        get = _keeping("FPDFText_GetText", _INT, _HANDLE, _INT, _INT, _HANDLE)
        written = get(self._handle, 0, count, units.buffer_info()[0])
        return units[:max(written - 1, 0)].tobytes().decode("utf-16-le", "replace").replace("\ufffe", "-")

    def boxes(self, characters: Sequence[int]) -> list[list[float]]:
        """Return the left, right, bottom and top sides of the text's characters; no number where one has no box."""
        if len(self.text) != self._count:
            characters = self._numbers(characters)
        return self._room.filled(ctypes.c_void_p(self._handle), characters)

    def _numbers(self, characters: Sequence[int]) -> list[int]:
        """Return PDFium's numbers of characters: one beyond the basic plane is two to it, and some are in no text."""
        units = list(accumulate((1 + (character > "\uffff") for character in self.text), initial=0))
        number = _keeping("FPDFText_GetCharIndexFromTextIndex", _INT, _HANDLE, _INT)
        return [number(self._handle, units[character]) for character in characters]


class Room:
    """Where PDFium writes characters' boxes, used again from page to page: making it takes longer than asking.

    Its pointers are ready to be passed on, and the function is told no types, which would be looked at for each number.
    """

    def __init__(self) -> None:
        self._sides: list[Any] = []
        self._pointers: list[list[Any]] = []

    def filled(self, layer: ctypes.c_void_p, characters: Sequence[int]) -> list[list[float]]:
        """Return what is written for these characters; no number where nothing is."""
        count = len(characters)
        if not self._pointers or count > len(self._pointers[0]):
            self._sides = [(ctypes.c_double * count)() for _ in range(4)]
            self._pointers = [[ctypes.byref(side, at) for at in range(0, ctypes.sizeof(side), _DOUBLE)]
                              for side in self._sides]
        written = list(map(_keeping("FPDFText_GetCharBox", _INT), repeat(layer), characters, *self._pointers))
        sides: list[list[float]] = [side[:count] for side in self._sides]
        for number in compress(range(count), map(not_, written)):
            for side in sides:
                side[number] = nan
        return sides


def _address(pointer: Any) -> int:  # noqa: ANN401  # ctypes' own
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


@cache
def _keeping(name: str, result: Any, *kinds: Any) -> Any:  # noqa: ANN401  # a C function and its types
    """Return a function of PDFium that keeps the interpreter; of plain numbers, so that calling it costs little."""
    from pypdfium2 import raw

    return ctypes.cast(getattr(raw, name), ctypes.PYFUNCTYPE(result, *kinds))

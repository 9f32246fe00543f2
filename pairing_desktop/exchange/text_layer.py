"""A page's text layer, by PDFium's own functions: the two that take long let go of the interpreter, the rest keep it.

While another thread works, getting the interpreter back takes longer than what those do.
"""

import ctypes
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import repeat
from math import nan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_HANDLE, _INT = ctypes.c_size_t, ctypes.c_int


@contextmanager
def text_layer(document: "PdfDocument", number: int) -> Iterator["TextLayer"]:
    """Read a page, from 0. Raises ``PdfiumError`` for a page that is none."""
    from pypdfium2 import PdfiumError, raw

    page = raw.FPDF_LoadPage(document, number)
    if not page:
        raise PdfiumError("no page")
    layer = raw.FPDFText_LoadPage(page)
    try:
        if not layer:
            raise PdfiumError("no text")
        yield TextLayer(_address(layer))
    finally:
        if layer:
            _keeping("FPDFText_ClosePage", None, _HANDLE)(_address(layer))
        _keeping("FPDF_ClosePage", None, _HANDLE)(_address(page))


class TextLayer:
    """What of a page is text."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @property
    def text(self) -> str:
        """All of it, in the order of drawing; PDFium puts white space between words and lines."""
        count = _keeping("FPDFText_CountChars", _INT, _HANDLE)(self._handle)
        if count <= 0:
            return ""
        units = array("H", bytes(4 * count + 4))
        get = _keeping("FPDFText_GetText", _INT, _HANDLE, _INT, _INT, _HANDLE)
        written = get(self._handle, 0, count, units.buffer_info()[0])
        return units[:max(written - 1, 0)].tobytes().decode("utf-16-le", "ignore")

    def boxes(self, characters: Sequence[int]) -> list["array[float]"]:
        """Return the left, right, bottom and top sides of characters; no number where one has no box."""
        sides = [array("d", [nan]) * len(characters) for _ in range(4)]
        pointers = [range(start, start + side.itemsize * length, side.itemsize)
                    for side in sides for start, length in [side.buffer_info()]]
        get = _keeping("FPDFText_GetCharBox", _INT, _HANDLE, _INT, *[_HANDLE] * 4)
        deque(map(get, repeat(self._handle), characters, *pointers), maxlen=0)
        return sides


def _address(pointer: Any) -> int:  # noqa: ANN401  # ctypes' own
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


@cache
def _keeping(name: str, result: Any, *kinds: Any) -> Any:  # noqa: ANN401  # a C function and its types
    """Return a function of PDFium that keeps the interpreter; of plain numbers, so that calling it costs little."""
    from pypdfium2 import raw

    return ctypes.cast(getattr(raw, name), ctypes.PYFUNCTYPE(result, *kinds))

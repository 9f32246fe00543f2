"""PDFium, by one thread at a time: the library is one state for the whole process and breaks when two are in it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import RLock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_ALONE = RLock()


@contextmanager
def opened(pdf: bytes) -> Iterator["PdfDocument"]:
    """Open a document and close it with all its pages; another thread that asks for one waits until then.

    Nothing of it may be used, nor a page left to the collector of garbage, afterwards. Raises ``PdfiumError`` for what
    is no PDF.
    """
    import pypdfium2

    with _ALONE, closing(pypdfium2.PdfDocument(pdf)) as document:
        yield document

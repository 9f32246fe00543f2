"""The paper: margins and where things stand on a page (GB/T 9704 and the mocks). Lengths are points."""


from msgspec import Struct

from pairing_desktop.documents.model import Document
from pairing_desktop.documents.strips import MM

A4_SHORT, A4_LONG = 210 * MM, 297 * MM
FOOT_BASELINE = 12 * MM


class Sheet(Struct, frozen=True):
    """A page's size and margins."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float

    @property
    def text_width(self) -> float:
        """Width between the margins: 170 mm upright, 267 mm lying."""
        return self.width - self.left - self.right

    @property
    def text_height(self) -> float:
        """Height between the margins."""
        return self.height - self.top - self.bottom


def sheet_for(document: Document) -> Sheet:
    """Return the page grid: the binding edge is left upright and at the head lying; a code needs room at the foot."""
    bottom = 27 if document.code else 18 if document.landscape else 20
    if document.landscape:
        return Sheet(A4_LONG, A4_SHORT, 25 * MM, 15 * MM, bottom * MM, 15 * MM)
    return Sheet(A4_SHORT, A4_LONG, 20 * MM, 15 * MM, bottom * MM, 25 * MM)


def text_millimetres(*, landscape: bool) -> float:
    """Return the text width that column widths have to add up to."""
    return 267.0 if landscape else 170.0

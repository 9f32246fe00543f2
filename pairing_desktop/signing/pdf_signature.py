"""PDF signatures, PAdES B-B by pyHanko: fields first, the first role certifies, the last one locks everything."""

from collections.abc import Mapping
from datetime import datetime

from pairing_desktop.signing.keys import Signer
from pairing_desktop.signing.trust import Trust
from pairing_desktop.signing.verdict import PdfVerdict

Rect = tuple[float, float, float, float]
"""x1, y1, x2, y2 in points, origin at the page's lower left."""


def prepare_fields(pdf: bytes, places: Mapping[str, tuple[int, Rect]]) -> bytes:
    """Return the PDF with one empty signature field a role, named by the role, in order of signing.

    ``places``: role → (page number from 0, rectangle). The last role's field carries the lock over everything.
    """
    raise NotImplementedError


def sign(pdf: bytes, signer: Signer, *, role: str, now: datetime, stamp: bytes | None = None) -> bytes:
    """Return the PDF with that role's field signed; ``stamp`` is a one-page PDF drawn into the field's rectangle.

    Raises ``Trouble`` when the field is missing or taken, the document is locked, or an earlier signature is broken.
    """
    raise NotImplementedError


def verify(pdf: bytes, trust: Trust) -> PdfVerdict:
    """Answer for every signature: intact, valid, trusted, whose, what it covers, what was changed after it.

    Never raises on what the file contains.
    """
    raise NotImplementedError

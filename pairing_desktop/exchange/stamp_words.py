"""Whether the pictures of a PDF's signatures say what their certificates say: asked where they cannot be drawn again.

A picture is part of what its signer signs and of no text layer. PDFium draws it into the page, and what is read in its
place then must hold name, role, county and time: every version of the program writes them, each in a layout of its own.
"""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from pairing_desktop import pdfium
from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange.agreement import squeezed
from pairing_desktop.signing.identity import ROLE_NAMES
from pairing_desktop.signing.moment import CHINA
from pairing_desktop.signing.verdict import SignatureVerdict

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MOST_PAGES, MOST_FIELDS = 200, 64
"""Pages from the first on which a field to sign in may stand, and fields of a page."""
PARTING = "\x02"
"""What PDFium reads in the place of a hyphen that may part a word at a line's end."""
Rect = tuple[float, float, float, float]


def lacking(pdf: bytes, signatures: Sequence[SignatureVerdict]) -> Iterator[Problem]:
    """Yield whose picture lacks what. A remark: the signature holds, and another program may have drawn it otherwise.

    Never raises on what the PDF holds.
    """
    signed = [each for each in signatures if each.valid and each.signed_at is not None]
    words = _words(pdf, {each.where for each in signed}) if signed else {}
    for each in signed:
        said = words.get(each.where, "")
        at = f"{each.signed_at.astimezone(CHINA):%Y-%m-%d %H:%M}" if each.signed_at else ""
        wanted = {"姓名": each.name, "角色": ROLE_NAMES.get(each.role, ""), "县（市、区）代码": each.county,
                  "签名时间": at}
        left = [f"{what}“{text}”" for what, text in wanted.items() if squeezed(text) not in said]
        if left:
            role = ROLE_NAMES.get(each.where, each.where)
            yield problem("agreement.stamp_words", role=role, what="、".join(left))


def _words(pdf: bytes, fields: set[str]) -> dict[str, str]:
    """Return what the picture in each of these fields says, without white space."""
    from pypdfium2 import PdfiumError

    found: dict[str, str] = {}
    try:
        with pdfium.opened(pdf) as document:
            for number in range(min(len(document), MOST_PAGES)):
                places = {name: rect for name, rect in _fields(document, number) if name in fields - found.keys()}
                if places:
                    found |= _drawn(document, number, places)
                if fields <= found.keys():
                    break
    except PdfiumError:
        return found
    return found


def _fields(document: "PdfDocument", number: int) -> Iterator[tuple[str, Rect]]:
    """Yield the name and the place of each form field of a page."""
    from pypdfium2 import raw

    with closing(document[number]) as page:
        for at in range(min(raw.FPDFPage_GetAnnotCount(page), MOST_FIELDS)):
            each, rect = raw.FPDFPage_GetAnnot(page, at), raw.FS_RECTF()
            if each and raw.FPDFAnnot_GetSubtype(each) == raw.FPDF_ANNOT_WIDGET and raw.FPDFAnnot_GetRect(each, rect):
                yield _name(each), (rect.left, rect.bottom, rect.right, rect.top)
            if each:
                raw.FPDFPage_CloseAnnot(each)


def _name(field: Any) -> str:  # noqa: ANN401  # ctypes' own
    from pypdfium2 import raw

    size = raw.FPDFAnnot_GetStringValue(field, b"T", None, 0)
    held = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(field, b"T", ctypes.cast(held, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return held.raw.decode("utf-16-le", "ignore").rstrip("\0")


def _drawn(document: "PdfDocument", number: int, places: dict[str, Rect]) -> dict[str, str]:
    """Return what stands in these places once the pictures are drawn into the page, and did not before."""
    from pypdfium2 import raw

    before = _texts(document, number, places)
    with closing(document[number]) as page:
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    after = _texts(document, number, places)
    return {name: text.replace(before[name], "", 1) for name, text in after.items()}


def _texts(document: "PdfDocument", number: int, places: dict[str, Rect]) -> dict[str, str]:
    with closing(document[number]) as page, closing(page.get_textpage()) as layer:
        return {name: squeezed(layer.get_text_bounded(*rect)).replace(PARTING, "-") for name, rect in places.items()}

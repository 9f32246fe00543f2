"""Whether the pictures of a PDF's signatures are those that were to be drawn for their certificates.

A picture is part of what its signer signs and no part of what the page's text layer holds: who has a program of their
own could write anything there. So it is built again and compared object by object. pyHanko is imported where needed.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pairing_desktop.signing import pdf_found
from pairing_desktop.signing.pdf_found import Found

if TYPE_CHECKING:
    from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

PACKED = {"/Length", "/Filter", "/DecodeParms"}
"""How a stream is packed: another PC's zlib packs otherwise."""
NEAR = 0.01
"""Points by which numbers may differ that were rounded once more."""
SLACK = 1 << 10
MOST = 2_000
"""Objects of a picture that are compared: ours have a few dozen."""


def otherwise(pdf: bytes, draw: Callable[[Found], bytes]) -> list[str]:
    """Return the fields whose picture is not the one-page PDF that ``draw`` gives for what is signed there.

    The file is one whose signatures were verified; a picture that cannot be read is another one.
    """
    from pyhanko.sign.fields import enumerate_sig_fields

    reader = pdf_found.opened(pdf)
    fields = {str(name): field.get_object() for name, _, field in enumerate_sig_fields(reader, filled_status=True)}
    signed = [each for each in pdf_found.found(reader, pdf) if each.cms is not None and each.signed_at is not None]
    return [each.field for each in signed if not _same(fields[each.field], each, draw)]


def _same(field: "DictionaryObject", found: Found, draw: Callable[[Found], bytes]) -> bool:
    try:
        return _alike(field.raw_get("/AP"), _picture(field, draw(found)), [MOST])
    except Exception:  # noqa: BLE001  # a stranger's objects and names: whatever they are, they are not ours
        return False


def _picture(field: "DictionaryObject", stamp: bytes) -> Any:  # noqa: ANN401  # pyHanko's object, or a reference to one
    """Return the picture as it is put into a field when it is signed."""
    from datetime import UTC, datetime

    from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
    from pyhanko.pdf_utils.writer import PdfFileWriter
    from pyhanko.sign.signers import cms_embedder

    from pairing_desktop.signing.pdf_signature import stamp_style

    writer = PdfFileWriter()  # type: ignore[no-untyped-call]
    made = DictionaryObject({pdf_name("/Rect"): field["/Rect"]})  # type: ignore[no-untyped-call]
    setup = cms_embedder.SigAppearanceSetup(style=stamp_style(writer, stamp), timestamp=datetime.now(UTC), name=None)
    setup.apply(made, writer)  # type: ignore[no-untyped-call]
    return made.raw_get("/AP")


def _alike(one: Any, other: Any, left: list[int]) -> bool:  # noqa: ANN401  # any two PDF objects
    """Compare two objects with all that they refer to; ``left`` counts down what may still be looked at."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject

    left[0] -= 1
    if left[0] < 0:
        return False
    one, other = (each.get_object() if isinstance(each, IndirectObject) else each  # type: ignore[no-untyped-call]
                  for each in (one, other))
    if isinstance(other, DictionaryObject):
        return isinstance(one, DictionaryObject) and _same_entries(one, other, left)
    if isinstance(other, ArrayObject):
        return isinstance(one, ArrayObject) and len(one) == len(other) and all(
            _alike(one.raw_get(n), other.raw_get(n), left) for n in range(len(other)))
    if isinstance(other, int | float) and not isinstance(other, bool):
        return abs(float(one) - float(other)) < NEAR
    return bool(one == other)


def _same_entries(one: "DictionaryObject", other: "DictionaryObject", left: list[int]) -> bool:
    """Compare two dictionaries, or two streams with theirs."""
    from pyhanko.pdf_utils.generic import StreamObject

    if isinstance(one, StreamObject) and isinstance(other, StreamObject):
        if not _holds_the_same(one, other):
            return False
    elif isinstance(one, StreamObject) or isinstance(other, StreamObject):
        return False
    names = set(other) - PACKED
    return set(one) - PACKED == names and all(_alike(one.raw_get(n), other.raw_get(n), left) for n in names)


def _holds_the_same(one: "StreamObject", other: "StreamObject") -> bool:
    """Compare what two streams hold; one that is packed into far more bytes is another, and is not unpacked."""
    most = 2 * len(other.encoded_data or b"") + SLACK
    return len(one.encoded_data or b"") <= most and bool(one.data == other.data)

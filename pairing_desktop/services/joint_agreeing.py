"""Does a joint part's PDF say what its data says? Drawn again from the data: the same bytes, else the same text.

The partner looks at the PDF and signs data; a PDF that shows something else would deceive it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pairing_desktop import __version__
from pairing_desktop.errors import BadContent, Trouble, problem

if TYPE_CHECKING:
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.formspec.catalogue import Catalogue

UNASKED = "unasked"


def agreement(files: Mapping[str, bytes], catalogue: Catalogue) -> Asked:
    """Return whether PDF and data agree. ``state``: appearance (same bytes) or text.

    Where another version of the program drew it, or the forms are others, a difference is a warning.
    """
    from pairing_desktop.exchange import joint_parts, packet_parts
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.exchange.packet_parts import DATA, PDF
    from pairing_desktop.services import asking, joining

    try:
        data = joint_parts.parse(files.get(DATA, b""))
        unknown = asking.strange_forms(data, catalogue)
        if unknown is not None and any(p.code != "agreement.unknown_form" for p in unknown.problems):
            return unknown
        if unknown is not None:
            return Asked(state=UNASKED, warnings=unknown.problems)
        if PDF not in files:
            raise BadContent(packet_parts.about_file("exchange.file_absent", name=PDF))
        state = _state(files[PDF], joining.draw(data, catalogue))
    except Trouble as error:
        return Asked(error.problems)
    except asking.MISFITS as error:
        return Asked((problem("agreement.data_malformed", what=asking.lacking(error)),))
    if not state and data.get("program") != f"pairing-desktop {__version__}":
        said = problem("joining.pdf_other_version", program=str(data.get("program"))[:40])
        return Asked(state=UNASKED, warnings=(said,))
    return Asked(state=state) if state else Asked((problem("joining.pdf_differs"),))


def _state(pdf: bytes, again: bytes) -> str:
    """Return in what two PDFs agree; "" when not even the text is the same."""
    if pdf == again:
        return "appearance"
    return "text" if _text(pdf) == _text(again) else ""


def _text(pdf: bytes) -> list[str]:
    """Return each page's text without white space. Trouble: it is no PDF."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise BadContent(problem("agreement.pdf_unreadable")) from error
    try:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()

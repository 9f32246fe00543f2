"""What may be attached: by name and by what the file really holds; its name made fit to travel; its pages."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop import pdfium
from pairing_desktop.errors import Problem, Trouble, problem, trouble
from pairing_desktop.formspec.coverage import uncast

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

PHOTOS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
PICTURES = (*PHOTOS, ".bmp", ".tif", ".tiff")
ZIPPED = (".ofd", ".docx", ".xlsx", ".pptx", ".zip")
KINDS = (*PICTURES, ".pdf", *ZIPPED, ".doc", ".wps", ".xls", ".et", ".ppt", ".dps", ".txt", ".csv")
"""What an office sends; a program or a script is no attachment."""

PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"L\x00\x00\x00\x01\x14\x02\x00")
"""How programs and Windows' shortcuts begin, whatever they are called."""

BEGINNINGS = {b"%PDF": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n": ".png", b"BM": ".bmp", b"II*\x00": ".tif",
              b"MM\x00*": ".tif"}
"""How what scanners and telephones leave begins: a file without an ending gets the one that it deserves."""

LONGEST = 120
"""Characters of a name: Windows refuses paths over 260, and no line of a form holds more."""

FORBIDDEN = '\\/:*?"<>|'


class Judged(Struct, frozen=True):
    """A file that may be attached: the name it gets, and its pages (0: not a PDF)."""

    name: str
    pages: int


def judge(name: str, data: bytes) -> Judged:
    """Return how a file is attached. Trouble: empty, no document, not what its name says, or locked by a password."""
    name = fit(name)
    if not data:
        raise trouble("services.attachment_empty", file=name)
    if data.startswith(PROGRAMS):
        raise trouble("services.attachment_program", file=name)
    name += _missing_suffix(name, data)
    suffix = refuse_kind(name)
    if suffix in PICTURES and not _is_picture(data):
        raise trouble("services.attachment_no_picture", file=name, kind=suffix)
    if suffix in ZIPPED and not data.startswith(b"PK"):
        raise trouble("services.attachment_disguised", file=name, kind=suffix)
    return Judged(name, _pages(name, data) if suffix == ".pdf" else 0)


def refuse_kind(name: str) -> str:
    """Return a name's ending, in small letters. Trouble: none, or none of a document."""
    suffix = PurePath(name).suffix.lower()
    if not suffix:
        raise trouble("services.attachment_unnamed", file=name)
    if suffix not in KINDS:
        raise trouble("services.attachment_kind", file=name)
    return suffix


def unfit(data: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield the attachments of a packet's data that nobody could have attached: no documents by name, or programs."""
    from pairing_desktop.exchange.packet_parts import attachment_path

    for entry in data["attachments"]:
        try:
            refuse_kind(entry["name"])
            if files.get(attachment_path(entry["sha256"], entry["name"]), b"").startswith(PROGRAMS):
                raise trouble("services.attachment_program", file=entry["name"])
        except Trouble as error:
            yield problem("agreement.attachment_unfit", reason=error.problems[0].message)


def fit(name: str) -> str:
    """Return a name that Windows, a packet and a printed line can hold: one spelling, nothing unseen, not too long.

    Characters that turn writing round (which make ``…fdp.exe`` of ``…exe.pdf``) go, as do bytes that are no text.
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    kept = "".join("_" if c in FORBIDDEN or c == "\ufffd" else c for c in text
                   if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    kept = uncast(kept.strip(" .")) or "附件"
    suffix = PurePath(kept).suffix
    if len(kept) <= LONGEST or len(suffix) > LONGEST // 2:
        return kept[:LONGEST]
    return kept[:LONGEST - len(suffix) - 1].rstrip() + "…" + suffix


def _missing_suffix(name: str, data: bytes) -> str:
    if PurePath(name).suffix:
        return ""
    return next((suffix for begin, suffix in BEGINNINGS.items() if data.startswith(begin)), "")


def _is_picture(data: bytes) -> bool:
    from PIL import Image, UnidentifiedImageError

    try:
        Image.open(io.BytesIO(data)).close()
    except Image.DecompressionBombError:
        return True  # a picture all the same: its bytes are within the limit, and nobody unpacks it
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return False
    return True


def _pages(name: str, data: bytes) -> int:
    """Return a PDF's pages. Trouble: no PDF; nothing in it that a reader could show; a password opens it."""
    if b"%PDF" not in data[:1024]:
        raise trouble("services.attachment_disguised", file=name, kind=".pdf")
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        if reader.encrypted and not _opens(reader):
            raise trouble("services.attachment_locked", file=name)
        counted = int(reader.root["/Pages"]["/Count"])
    except (PdfError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        counted = 0
    pages = counted if counted > 0 else _repaired(data)
    if not pages:
        raise trouble("services.attachment_no_pages", file=name)
    return pages


def _repaired(data: bytes) -> int:
    """Return the pages that a reader finds which repairs what is broken, as every viewer does; 0 for none."""
    from pypdfium2 import PdfiumError

    try:
        with pdfium.opened(data) as document:
            return len(document)
    except PdfiumError:
        return 0


def _opens(reader: PdfFileReader) -> bool:
    """Return whether the PDF opens without a password: only printing or copying is barred then."""
    from pyhanko.pdf_utils.crypt import AuthStatus

    return reader.decrypt("").status != AuthStatus.FAILED

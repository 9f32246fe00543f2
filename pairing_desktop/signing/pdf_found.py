"""What stands in a PDF's signed fields, before anyone asks whether to trust it.

pyHanko reads the file and finds the signatures; their form is asked of ``cades``, what came after them of
``pdf_revisions``. A stranger's file is met here: everything that a parser could stumble on ends in ``Trouble`` or in a
signature that is not whole.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import trouble
from pairing_desktop.signing import cades, identity

if TYPE_CHECKING:
    from pyhanko.pdf_utils.generic import IndirectObject
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

MAX_PDF = 256 << 20
MAX_SIGNATURES = 16
"""More are nobody's relay, and each costs a pass over the file."""
NO_CHANGES, FILL_FORMS = 1, 2
"""DocMDP permissions, ISO 32000-2 table 257."""

_XREF_STREAM = re.compile(rb"/(?:X|#58)(?:R|#52)(?:e|#65)(?:f|#66)[\0\s/<>\[\]()%{}]")
"""The name that a compressed cross-reference table cannot do without. Our PDFs have none; a stranger's could unpack to
millions of entries, for minutes."""
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
"""What a signature says it covers: up to where its own value starts, and from where it ends for so many bytes."""


class Found(Struct, frozen=True):
    """What stands in one signed field."""

    field: str
    cms: cades.Cms | None = None
    """None: not a signature of the accepted form."""
    intact: bool = False
    valid: bool = False
    coverage: str = "unclear"
    """``entire_file``, ``entire_revision`` or ``unclear``."""
    unchanged: bool = False
    """Nothing came after it but further signatures, and those only if it permits them."""
    permission: int = 0
    """What it permits afterwards (DocMDP), 0 when it says nothing."""
    certifies: bool = False
    signed_at: datetime | None = None
    revision: int = 1 << 30

    @property
    def fingerprint(self) -> str:
        """The certificate's fingerprint, empty when it could not be read."""
        return identity.fingerprint(self.cms.certificate) if self.cms else ""

    @property
    def key_fingerprint(self) -> str:
        """The key's fingerprint, empty when it could not be read."""
        return identity.key_fingerprint(self.cms.certificate) if self.cms else ""

    @property
    def whole(self) -> bool:
        """Whether it holds and what it signed is as it was."""
        return self.intact and self.valid and self.unchanged and self.coverage != "unclear"


def read(pdf: bytes) -> tuple[list[Found], tuple[str, ...]]:
    """Return what stands in the signed fields, in the order of signing, and the names of the empty ones.

    Where the file cannot be read, but can up to the end of what its last signature covers, that part is told of: then
    no signature covers the whole file. Raises ``Trouble``, or what the parser stumbles on, when nothing can be read.
    """
    try:
        reader = opened(pdf)
        return found(reader, pdf), empty(reader)
    except Exception:
        for part in _signed_parts(pdf):
            with suppress(Exception):
                reader = opened(part)
                *earlier, last = found(reader, part)
                if last.coverage == "entire_file" and last.intact:
                    return [*earlier, replace(last, coverage="entire_revision")], empty(reader)
        raise


def _signed_parts(pdf: bytes) -> Iterator[bytes]:
    """Yield the beginnings of a file that a signature in it says it covers, the longest first; never the whole file."""
    if len(pdf) > MAX_PDF:
        return
    said = [[int(n) for n in match.groups()] for match in _BYTE_RANGE.finditer(pdf)]
    ends = {after + length for before, after, length in said if pdf[before:before + 1] == b"<" and before < after}
    for end in sorted((e for e in ends if e < len(pdf)), reverse=True)[:MAX_SIGNATURES]:
        yield pdf[:end]


def opened(pdf: bytes) -> "PdfFileReader":
    """Open a PDF. Raises ``Trouble`` when it is too large, encrypted, or not a sound PDF of our kind."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    if len(pdf) > MAX_PDF:
        raise trouble("signing.too_large", file="PDF", limit=MAX_PDF >> 20)
    if _XREF_STREAM.search(pdf):
        raise trouble("signing.pdf_unreadable", reason="交叉引用表是压缩的")
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        encrypted, pages = reader.encrypted, "/Pages" in reader.root
    except Exception as error:
        raise trouble("signing.pdf_unreadable", reason="结构有错") from error
    if encrypted or not pages:
        raise trouble("signing.pdf_unreadable", reason="已加密" if encrypted else "没有页")
    return reader


def empty(reader: "PdfFileReader") -> tuple[str, ...]:
    """Return the names of the signature fields that nobody signed yet."""
    from pyhanko.sign.fields import enumerate_sig_fields

    return tuple(str(name) for name, _, _ in enumerate_sig_fields(reader, filled_status=False))


def found(reader: "PdfFileReader", pdf: bytes) -> list[Found]:
    """Return what stands in the signed fields, in the order of signing. Raises ``Trouble`` when they are too many."""
    from pyhanko.sign.fields import enumerate_sig_fields

    from pairing_desktop.signing import pdf_revisions

    fields = list(enumerate_sig_fields(reader, filled_status=True))
    if len(fields) > MAX_SIGNATURES:
        raise trouble("signing.pdf_unreadable", reason="签名过多")
    embedded = [(str(name), _embedded(reader, field, name)) for name, _, field in fields]
    covered = {e.signed_revision: field for (_, e), (_, _, field) in zip(embedded, fields, strict=True) if e}
    ahead = pdf_revisions.references_ahead(reader, pdf, min(covered)) if len(covered) > 1 else []
    looked = [_look(e, pdf, covered, ahead) if e else Found(name) for name, e in embedded]
    return sorted(looked, key=lambda each: each.revision)


def _embedded(reader: "PdfFileReader", field: "IndirectObject", name: str) -> "EmbeddedPdfSignature | None":
    """Return pyHanko's view of a signature, None when it is not one."""
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

    try:
        return EmbeddedPdfSignature(reader, field, name)  # type: ignore[arg-type]  # it takes references too
    except Exception:  # noqa: BLE001  # a stranger's signature: unreadable is the answer, the others still count
        return None


def _look(embedded: "EmbeddedPdfSignature", pdf: bytes, covered: Mapping[int, "IndirectObject"],
          ahead: Sequence[tuple[int, int]]) -> Found:
    try:
        return _answers(embedded, pdf, covered, ahead)
    except Exception:  # noqa: BLE001  # as above
        return Found(str(embedded.field_name), revision=embedded.signed_revision)


def _answers(embedded: "EmbeddedPdfSignature", pdf: bytes, covered: Mapping[int, "IndirectObject"],
             ahead: Sequence[tuple[int, int]]) -> Found:
    from pairing_desktop.signing import pdf_revisions

    embedded.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call]
    coverage = embedded.summarise_integrity_info()["coverage"].name
    cms = _cms(embedded, pdf)
    intact, valid = cades.check(cms, embedded.compute_digest("sha256")) if cms else (False, False)
    permission = embedded.docmdp_level.value if embedded.docmdp_level else 0
    reader, revision = embedded.reader, embedded.signed_revision
    last = revision == reader.xrefs.total_revisions - 1
    _, _, after, length = (int(v) for v in embedded.byte_range)
    return Found(
        field=str(embedded.field_name),
        cms=cms,
        intact=intact,
        valid=valid,
        coverage={"ENTIRE_FILE": "entire_file", "ENTIRE_REVISION": "entire_revision"}.get(coverage, "unclear"),
        unchanged=last or (permission != NO_CHANGES and pdf_revisions.only_signatures_after(
            reader, revision, after + length, covered, ahead)),
        permission=permission,
        certifies=any(
            r.get_object()["/TransformMethod"] == "/DocMDP" for r in embedded.sig_object.get("/Reference", ())
        ),
        signed_at=embedded.self_reported_timestamp,
        revision=revision,
    )


def _cms(embedded: "EmbeddedPdfSignature", pdf: bytes) -> cades.Cms | None:
    """Return the signature when it is in the accepted form and fills the gap in the byte range exactly."""
    content = embedded.pkcs7_content
    _, before, after, _ = (int(v) for v in embedded.byte_range)
    if embedded.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached" or embedded.sig_object.get("/Type") != "/Sig":
        return None
    if pdf[before:after] != b"<" + content.hex().upper().encode() + b">":
        return None
    try:
        return cades.read(cades.without_padding(content))
    except ValueError:
        return None

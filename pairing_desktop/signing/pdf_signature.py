"""PDF signatures, PAdES baseline B: fields first, the first role certifies, the last one locks everything.

pyHanko places and finds signatures and tells what was changed after them; the signatures themselves are those of
``cades``, the trust that of ``trust``, so that PDF and packet are judged alike. pyHanko is imported where it is used.

A PDF rolled back to an earlier revision cannot be told from that PDF alone: the packet's digest tells.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from pairing_desktop.errors import Problem, Trouble, problem, trouble
from pairing_desktop.signing import cades, identity
from pairing_desktop.signing import trust as trusting
from pairing_desktop.signing.identity import ROLE_NAMES, Identity
from pairing_desktop.signing.keys import Signer
from pairing_desktop.signing.trust import Trust
from pairing_desktop.signing.verdict import CertificateVerdict, PdfVerdict, SignatureVerdict

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.stamp import StaticStampStyle

Rect = tuple[float, float, float, float]
"""x1, y1, x2, y2 in points, origin at the page's lower left."""

MAX_PDF = 256 << 20
MAX_SIGNATURES = 16
"""More are nobody's relay, and each costs a pass over the file."""

_XREF_STREAM = re.compile(rb"/(?:X|#58)(?:R|#52)(?:e|#65)(?:f|#66)[\0\s/<>\[\]()%{}]")
"""The name that a compressed cross-reference table cannot do without. Our PDFs have none; a stranger's could unpack to
millions of entries, for minutes."""

NO_CHANGES, FILL_FORMS = 1, 2
"""DocMDP permissions, ISO 32000-2 table 257."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands in one signed field, before anyone asks whether to trust it."""

    field: str
    cms: cades.Cms | None
    """None: not a signature of the accepted form."""
    intact: bool
    valid: bool
    coverage: str
    """``entire_file``, ``entire_revision`` or ``unclear``."""
    unchanged: bool
    """Nothing was changed after it but what it permits."""
    permission: int
    """What it permits afterwards (DocMDP), 0 when it says nothing."""
    certifies: bool
    signed_at: datetime | None
    revision: int

    @property
    def fingerprint(self) -> str:
        return identity.fingerprint(self.cms.certificate) if self.cms else ""

    @property
    def key_fingerprint(self) -> str:
        return identity.key_fingerprint(self.cms.certificate) if self.cms else ""

    @property
    def whole(self) -> bool:
        return self.intact and self.valid and self.unchanged and self.coverage != "unclear"


def prepare_fields(pdf: bytes, places: Mapping[str, tuple[int, Rect]]) -> bytes:
    """Return the PDF with one empty signature field a role, named by the role, in order of signing.

    ``places``: role → (page number from 0, rectangle). The last role's field carries the lock over everything.
    Raises ``Trouble`` when the PDF cannot be read, a page does not exist or a rectangle is empty.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field

    reader = _open(pdf)
    _check_places(places, int(reader.root["/Pages"]["/Count"]))
    writer = IncrementalPdfFileWriter.from_reader(reader)
    for number, (role, (page, rect)) in enumerate(places.items(), start=1):
        last = number == len(places)
        spec = SigFieldSpec(
            sig_field_name=role,
            on_page=page,
            box=(round(rect[0]), round(rect[1]), round(rect[2]), round(rect[3])),
            field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if last else None,
            doc_mdp_update_value=MDPPerm.NO_CHANGES if last else None,
            readable_field_name=ROLE_NAMES.get(role, role),
        )
        append_signature_field(writer, spec)
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def empty_fields(pdf: bytes) -> tuple[str, ...]:
    """Return the names of the signature fields that nobody signed yet. Raises ``Trouble`` when it is no PDF."""
    return _empty(_open(pdf))


def sign(
    pdf: bytes,
    signer: Signer,
    *,
    role: str,
    now: datetime,
    stamp: bytes | None = None,
    after: Sequence[str] | None = None,
) -> bytes:
    """Return the PDF with that role's field signed; ``stamp`` is a one-page PDF drawn into the field's rectangle.

    The first signature certifies (only form filling afterwards), the last locks everything. Without ``stamp`` the field
    shows name, role and time in the bundled face. ``after``: the fingerprints of the certificates of those who must
    have signed it before, in order.
    Raises ``Trouble`` when the field is missing or taken, the document is locked, an earlier signature is broken, or
    others than ``after`` have signed.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    reader = _open(pdf)
    earlier = list(_found(reader, pdf))
    _check_signable(role, _empty(reader), earlier)
    if after is not None and [f.fingerprint for f in earlier] != list(after):
        raise trouble("signing.pdf_broken")
    writer = IncrementalPdfFileWriter.from_reader(reader)
    picture = stamp or _plain_stamp(identity.of(signer.certificate), now)
    last = len(_empty(reader)) == 1
    return _embed(writer, signer, role=role, now=now, stamp=picture, first=not earlier, last=last)


def verify(pdf: bytes, trust: Trust) -> PdfVerdict:
    """Answer for every signature: intact, valid, trusted, whose, what it covers, what was changed after it.

    Never raises on what the file contains.
    """
    try:
        reader = _open(pdf)
        found, empty = list(_found(reader, pdf)), _empty(reader)
    except Trouble as error:
        return PdfVerdict((), (), whole=False, locked=False, problems=error.problems)
    except Exception:  # noqa: BLE001  # a stranger's file: whatever the parser stumbles on is the answer
        malformed = problem("signing.pdf_unreadable", reason="结构有错")
        return PdfVerdict((), (), whole=False, locked=False, problems=(malformed,))
    problems = tuple(_about_document(found, empty))
    return PdfVerdict(
        signatures=tuple(_judged(f, found, trust) for f in found),
        empty=empty,
        whole=bool(found) and found[-1].coverage == "entire_file" and all(f.unchanged for f in found),
        locked=any(f.permission == NO_CHANGES for f in found),
        problems=problems,
    )


def _open(pdf: bytes) -> "PdfFileReader":
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


def _empty(reader: "PdfFileReader") -> tuple[str, ...]:
    from pyhanko.sign.fields import enumerate_sig_fields

    return tuple(str(name) for name, _, _ in enumerate_sig_fields(reader, filled_status=False))


def _check_places(places: Mapping[str, tuple[int, Rect]], pages: int) -> None:
    if not places:
        raise trouble("signing.pdf_places", reason="没有签名人")
    for role, (page, (x1, y1, x2, y2)) in places.items():
        if not 0 <= page < pages:
            raise trouble("signing.pdf_places", reason=f"{ROLE_NAMES.get(role, role)}在第 {page + 1} 页，共 {pages} 页")
        if x2 - x1 < 1 or y2 - y1 < 1:
            raise trouble("signing.pdf_places", reason=f"{ROLE_NAMES.get(role, role)}的位置没有大小")


def _check_signable(role: str, empty: tuple[str, ...], earlier: list[_Found]) -> None:
    shown = ROLE_NAMES.get(role, role)
    if any(f.field == role for f in earlier):
        raise trouble("signing.pdf_taken", role=shown)
    if any(f.permission == NO_CHANGES for f in earlier):
        raise trouble("signing.pdf_locked")
    if role not in empty:
        raise trouble("signing.pdf_no_place", role=shown)
    if earlier and not (all(f.whole for f in earlier) and earlier[-1].coverage == "entire_file"):
        raise trouble("signing.pdf_broken")


def _embed(
    writer: "IncrementalPdfFileWriter",
    signer: Signer,
    *,
    role: str,
    now: datetime,
    stamp: bytes,
    first: bool,
    last: bool,
) -> bytes:
    """Write the signature through pyHanko's embedder: the field, the picture, the digest, then our CMS."""
    from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import cms_embedder
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

    placeholder = SignatureObject(
        timestamp=now.astimezone(UTC),
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=2 * cades.largest(signer.certificate),
    )
    rules = cms_embedder.SigMDPSetup(
        md_algorithm="sha256",
        certify=first,
        field_lock=FieldMDPSpec(FieldMDPAction.ALL) if last else None,
        docmdp_perms=MDPPerm.NO_CHANGES if last else MDPPerm.FILL_FORMS if first else None,
    )
    picture = cms_embedder.SigAppearanceSetup(style=_stamp_style(writer, stamp), timestamp=now, name=None)
    steps = cms_embedder.PdfCMSEmbedder().write_cms(role, writer, existing_fields_only=True)
    next(steps)
    steps.send(cms_embedder.SigObjSetup(placeholder, rules, picture))
    prepared, out = steps.send(cms_embedder.SigIOSetup(md_algorithm="sha256"))
    steps.send(cades.make(prepared.document_digest, signer, signed_at=None))
    signed: bytes = out.getvalue()
    return signed


def _stamp_style(writer: "IncrementalPdfFileWriter", stamp: bytes) -> "StaticStampStyle":
    """Return the style that draws a one-page PDF, scaled to fit; no font is touched."""
    from pyhanko.pdf_utils import layout
    from pyhanko.pdf_utils.content import RawContent, ResourceType
    from pyhanko.pdf_utils.generic import pdf_name
    from pyhanko.stamp import StaticStampStyle

    middle, margins = layout.AxisAlignment.ALIGN_MID, layout.Margins(0, 0, 0, 0)
    drawing = writer.import_page_as_xobject(_open(stamp), page_ix=0)
    x1, y1, x2, y2 = (float(v) for v in drawing.get_object()["/BBox"])
    content = RawContent(b"/Stamp Do", box=layout.BoxConstraints(width=abs(x2 - x1), height=abs(y2 - y1)))
    content.set_resource(ResourceType.XOBJECT, pdf_name("/Stamp"), drawing)
    fit = layout.SimpleBoxLayoutRule(x_align=middle, y_align=middle, margins=margins)
    return StaticStampStyle(background=content, background_opacity=1, border_width=0, background_layout=fit)


def _plain_stamp(who: Identity, now: datetime) -> bytes:
    """Return a plain picture of name, role and claimed time (UTC+8), for callers that bring none."""
    from datetime import timedelta, timezone

    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from pairing_desktop import paths

    pdfmetrics.registerFont(TTFont("NotoSansSC-Stamp", paths.resource("fonts", "NotoSansSC-Regular.ttf")))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(150, 42), invariant=1)
    local = now.astimezone(timezone(timedelta(hours=8)))
    for line, text in enumerate((f"{who.role_name}　{who.name}", f"{local:%Y-%m-%d %H:%M}（签名人电脑时间）")):
        canvas.setFont("NotoSansSC-Stamp", 11 - 3 * line)
        canvas.drawString(4, 25 - 16 * line, text)
    canvas.save()
    return out.getvalue()


def _found(reader: "PdfFileReader", pdf: bytes) -> Iterator[_Found]:
    """Yield what stands in the signed fields, in the order of signing."""
    from pyhanko.sign.fields import enumerate_sig_fields
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

    found = []
    fields = list(enumerate_sig_fields(reader, filled_status=True))
    if len(fields) > MAX_SIGNATURES:
        raise trouble("signing.pdf_unreadable", reason="签名过多")
    for name, _, field in fields:
        try:
            found.append(_look(EmbeddedPdfSignature(reader, field, name), pdf))
        except Exception:  # noqa: BLE001  # a stranger's signature: unreadable is the answer, the others still count
            found.append(_Found(str(name), None, False, False, "unclear", False, 0, False, None, len(pdf)))
    yield from sorted(found, key=lambda f: f.revision)


def _look(embedded: "EmbeddedPdfSignature", pdf: bytes) -> _Found:
    embedded.compute_integrity_info()  # type: ignore[no-untyped-call]
    summary = embedded.summarise_integrity_info()
    cms = _cms(embedded, pdf)
    intact, valid = cades.check(cms, embedded.compute_digest("sha256")) if cms else (False, False)
    references = embedded.sig_object.get("/Reference", ())
    return _Found(
        field=str(embedded.field_name),
        cms=cms,
        intact=intact,
        valid=valid,
        coverage={"ENTIRE_FILE": "entire_file", "ENTIRE_REVISION": "entire_revision"}.get(
            summary["coverage"].name, "unclear"
        ),
        unchanged=bool(summary["docmdp_ok"]),
        permission=embedded.docmdp_level.value if embedded.docmdp_level else 0,
        certifies=any(r.get_object()["/TransformMethod"] == "/DocMDP" for r in references),
        signed_at=embedded.self_reported_timestamp,
        revision=embedded.signed_revision,
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


def _about_document(found: list[_Found], empty: tuple[str, ...]) -> Iterator[Problem]:
    """Yield what is wrong with the order and rules of the signatures as a whole."""
    if not found:
        yield problem("signing.pdf_unsigned")
        return
    if not found[0].certifies or found[0].permission not in {NO_CHANGES, FILL_FORMS}:
        yield problem("signing.pdf_rules", role=_shown(found[0].field), reason="第一个签名没有限定后续修改")
    for later in found[1:]:
        if later.certifies:
            yield problem("signing.pdf_rules", role=_shown(later.field), reason="不是第一个签名")
    if not empty and found[-1].permission != NO_CHANGES:
        yield problem("signing.pdf_rules", role=_shown(found[-1].field), reason="最后一个签名没有锁定文件")
    if found[-1].coverage != "entire_file":
        yield problem("signing.pdf_tail")


def _judged(found: _Found, all_found: list[_Found], trust: Trust) -> SignatureVerdict:
    """Return the answers about one signature, trust included."""
    if found.cms is None:
        who, judged = Identity("", "", ""), CertificateVerdict(False, None)
    else:
        who, judged = identity.of(found.cms.certificate), trusting.judge(found.cms.certificate, trust)
    return SignatureVerdict(
        role=who.role,
        name=who.name,
        title=who.title,
        county=who.county,
        intact=found.intact,
        valid=found.valid,
        trusted=judged.trusted,
        revoked=judged.revoked,
        signed_at=found.signed_at,
        fingerprint=found.fingerprint,
        key_fingerprint=found.key_fingerprint,
        covers=(found.coverage,),
        problems=(*_about_signature(found, who, all_found), *judged.problems),
        warnings=judged.warnings,
        where=found.field,
    )


def _about_signature(found: _Found, who: Identity, all_found: list[_Found]) -> Iterator[Problem]:
    role = _shown(found.field)
    if found.cms is None:
        yield problem("signing.signature_form", name=role)
        return
    if not found.intact:
        yield problem("signing.content_changed", role=role, name="PDF")
    if not found.valid:
        yield problem("signing.signature_wrong", role=role, name="PDF")
    if not who.role or not who.county:
        yield problem("signing.no_role", name=role)
    elif who.role != found.field:
        yield problem("signing.role_place", role=role, other=who.role_name)
    if found.coverage == "unclear":
        yield problem("signing.pdf_coverage", role=role)
    elif not found.unchanged:
        yield problem("signing.pdf_changed", role=role)
    if found.signed_at is None:
        yield problem("signing.pdf_rules", role=role, reason="没有写签名时间")
    if any(f.key_fingerprint == found.key_fingerprint for f in all_found if f.field != found.field):
        yield problem("signing.same_key", name=who.name)


def _shown(field: str) -> str:
    return ROLE_NAMES.get(field, field)

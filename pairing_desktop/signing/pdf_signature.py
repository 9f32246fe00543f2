"""PDF signatures, PAdES baseline B: fields first, the first role certifies, the last one locks everything.

pyHanko places and finds signatures; the signatures themselves are those of ``cades``, the trust that of ``trust``, so
that PDF and packet are judged alike; what was changed after them is asked of ``pdf_revisions``. pyHanko is imported
where it is used.

A PDF rolled back to an earlier revision cannot be told from that PDF alone: the packet's digest tells.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from pairing_desktop.errors import Problem, Trouble, problem, trouble
from pairing_desktop.signing import cades, identity, pdf_found
from pairing_desktop.signing import trust as trusting
from pairing_desktop.signing.identity import BUREAU, ROLE_NAMES, Identity
from pairing_desktop.signing.keys import Signer
from pairing_desktop.signing.moment import CHINA
from pairing_desktop.signing.pdf_found import FILL_FORMS, MAX_PDF, NO_CHANGES, Found
from pairing_desktop.signing.trust import Trust
from pairing_desktop.signing.verdict import CertificateVerdict, PdfVerdict, SignatureVerdict

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.writer import BasePdfFileWriter
    from pyhanko.stamp import StaticStampStyle

__all__ = ["MAX_PDF", "Rect", "empty_fields", "prepare_fields", "sign", "verify"]

Rect = tuple[float, float, float, float]
"""x1, y1, x2, y2 in points, origin at the page's lower left."""


def prepare_fields(pdf: bytes, places: Mapping[str, tuple[int, Rect]]) -> bytes:
    """Return the PDF with one empty signature field a role, named by the role, in order of signing.

    ``places``: role → (page number from 0, rectangle). The last role's field carries the lock over everything.
    Raises ``Trouble`` when the PDF cannot be read, a page does not exist or a rectangle is empty.
    """
    from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field

    from pairing_desktop.signing.pdf_revisions import Appender

    reader = pdf_found.opened(pdf)
    _check_places(places, int(reader.root["/Pages"]["/Count"]))
    writer = Appender.from_reader(reader)
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
    return pdf_found.empty(pdf_found.opened(pdf))


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
    from pairing_desktop.signing.pdf_revisions import Appender

    reader = pdf_found.opened(pdf)
    earlier = pdf_found.found(reader, pdf)
    _check_signable(role, pdf_found.empty(reader), earlier)
    if after is not None and [f.fingerprint for f in earlier] != list(after):
        raise trouble("signing.pdf_broken")
    writer = Appender.from_reader(reader)
    picture = stamp or _plain_stamp(identity.of(signer.certificate), now)
    last = len(pdf_found.empty(reader)) == 1
    return _embed(writer, signer, role=role, now=now, stamp=picture, first=not earlier, last=last)


def verify(pdf: bytes, trust: Trust) -> PdfVerdict:
    """Answer for every signature: intact, valid, trusted, whose, what it covers, what was changed after it.

    Never raises on what the file contains.
    """
    try:
        found, empty = pdf_found.read(pdf)
    except Trouble as error:
        return PdfVerdict((), (), whole=False, locked=False, problems=error.problems)
    except Exception:  # noqa: BLE001  # a stranger's file: whatever the parser stumbles on is the answer
        return PdfVerdict(
            (), (), whole=False, locked=False, problems=(problem("signing.pdf_unreadable", reason="结构有错"),)
        )
    problems = tuple(_about_document(found, empty))
    return PdfVerdict(
        signatures=tuple(_judged(f, found, trust) for f in found),
        empty=empty,
        whole=bool(found) and found[-1].coverage == "entire_file" and all(f.intact and f.unchanged for f in found),
        locked=any(f.permission == NO_CHANGES for f in found),
        problems=problems,
    )


def _check_places(places: Mapping[str, tuple[int, Rect]], pages: int) -> None:
    if not places:
        raise trouble("signing.pdf_places", reason="没有签名人")
    for role, (page, (x1, y1, x2, y2)) in places.items():
        if not 0 <= page < pages:
            raise trouble("signing.pdf_places", reason=f"{ROLE_NAMES.get(role, role)}在第 {page + 1} 页，共 {pages} 页")
        if x2 - x1 < 1 or y2 - y1 < 1:
            raise trouble("signing.pdf_places", reason=f"{ROLE_NAMES.get(role, role)}的位置没有大小")


def _check_signable(role: str, empty: tuple[str, ...], earlier: list[Found]) -> None:
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
    picture = cms_embedder.SigAppearanceSetup(style=stamp_style(writer, stamp), timestamp=now, name=None)
    steps = cms_embedder.PdfCMSEmbedder().write_cms(role, writer, existing_fields_only=True)
    next(steps)
    steps.send(cms_embedder.SigObjSetup(placeholder, rules, picture))
    prepared, out = steps.send(cms_embedder.SigIOSetup(md_algorithm="sha256"))
    steps.send(cades.make(prepared.document_digest, signer, signed_at=None))
    signed: bytes = out.getvalue()
    return signed


def stamp_style(writer: "BasePdfFileWriter", stamp: bytes) -> "StaticStampStyle":
    """Return the style that draws a one-page PDF, scaled to fit; no font is touched."""
    from pyhanko.pdf_utils import layout
    from pyhanko.pdf_utils.content import RawContent, ResourceType
    from pyhanko.pdf_utils.generic import pdf_name
    from pyhanko.stamp import StaticStampStyle

    middle, margins = layout.AxisAlignment.ALIGN_MID, layout.Margins(0, 0, 0, 0)
    drawing = writer.import_page_as_xobject(pdf_found.opened(stamp), page_ix=0)
    x1, y1, x2, y2 = (float(v) for v in drawing.get_object()["/BBox"])
    content = RawContent(b"/Stamp Do", box=layout.BoxConstraints(width=abs(x2 - x1), height=abs(y2 - y1)))
    content.set_resource(ResourceType.XOBJECT, pdf_name("/Stamp"), drawing)
    fit = layout.SimpleBoxLayoutRule(x_align=middle, y_align=middle, margins=margins)
    return StaticStampStyle(background=content, background_opacity=1, border_width=0, background_layout=fit)


def _plain_stamp(who: Identity, now: datetime) -> bytes:
    """Return a plain picture of name, role and claimed time (UTC+8), for callers that bring none."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from pairing_desktop import paths

    pdfmetrics.registerFont(TTFont("NotoSansSC-Stamp", paths.resource("fonts", "NotoSansSC-Regular.ttf")))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(150, 42), invariant=1)
    local = now.astimezone(CHINA)
    for line, text in enumerate((f"{who.role_name}　{who.name}", f"{local:%Y-%m-%d %H:%M}（签名人电脑时间）")):
        canvas.setFont("NotoSansSC-Stamp", 11 - 3 * line)
        canvas.drawString(4, 25 - 16 * line, text)
    canvas.save()
    return out.getvalue()


def _about_document(found: list[Found], empty: tuple[str, ...]) -> Iterator[Problem]:
    """Yield what is wrong with the order and rules of the signatures as a whole."""
    if not found:
        yield problem("signing.pdf_unsigned")
        return
    if not found[0].certifies or found[0].permission not in {NO_CHANGES, FILL_FORMS}:
        yield problem("signing.pdf_rules", role=_shown(found[0].field), reason="第一个签名没有限定后续修改")
    for later in found[1:]:
        if later.certifies:
            yield problem("signing.pdf_rules", role=_shown(later.field), reason="不是第一个签名")
    if late := _after_lock(found):
        yield late
    elif not empty and found[-1].permission != NO_CHANGES:
        yield problem("signing.pdf_rules", role=_shown(found[-1].field), reason="最后一个签名没有锁定文件")
    if found[-1].coverage != "entire_file":
        yield problem("signing.pdf_tail")


def _after_lock(found: list[Found]) -> Problem | None:
    """Return that somebody signed after the signature that locks.

    A relay's own signature that cannot be read stands last too, wherever it was made: it tells of itself.
    """
    lock = next((number for number, each in enumerate(found) if each.permission == NO_CHANGES), len(found))
    late = next((each for each in found[lock + 1:] if each.cms or each.field not in ROLE_NAMES), None)
    if late is None:
        return None
    return problem("signing.pdf_after_lock", role=_shown(found[lock].field), name=_shown(late.field))


def _judged(found: Found, all_found: list[Found], trust: Trust) -> SignatureVerdict:
    """Return the answers about one signature, trust included."""
    if found.cms is None:
        who, judged = Identity("", "", ""), CertificateVerdict(False, None)
    else:
        who, judged = identity.of(found.cms.certificate), trusting.judge(found.cms.certificate, trust)
    paper = who.role == BUREAU
    return SignatureVerdict(
        role=found.field if paper else who.role,
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
        warnings=(*judged.warnings, *_on_paper(found.field, who)),
        where=found.field,
        paper=paper,
    )


def _about_signature(found: Found, who: Identity, all_found: list[Found]) -> Iterator[Problem]:
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
    elif who.role not in (found.field, BUREAU):
        yield problem("signing.role_place", role=role, other=who.role_name)
    if found.coverage == "unclear":
        yield problem("signing.pdf_coverage", role=role)
    elif not found.unchanged:
        yield problem("signing.pdf_changed", role=role)
    if found.signed_at is None:
        yield problem("signing.pdf_rules", role=role, reason="没有写签名时间")
    if any(f.key_fingerprint == found.key_fingerprint for f in all_found if f.field != found.field):
        yield problem("signing.same_key", name=who.name)


def _on_paper(field: str, who: Identity) -> Iterator[Problem]:
    if who.role == BUREAU:
        yield problem("signing.on_paper", role=_shown(field), name=who.name)


def _shown(field: str) -> str:
    return ROLE_NAMES.get(field, field)

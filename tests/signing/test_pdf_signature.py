"""PDF signatures: certified, signed, locked; and every change afterwards that we could think of."""

import asyncio
import re
import zlib
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from reportlab.pdfgen.canvas import Canvas

from pairing_desktop.errors import Trouble
from pairing_desktop.signing import pdf_signature
from pairing_desktop.signing.identity import ROLES
from pairing_desktop.signing.keys import Key
from pairing_desktop.signing.verdict import PdfVerdict
from tests.signing import people
from tests.signing.people import World


def codes(verdict: PdfVerdict) -> set[str]:
    return {p.code for p in (*verdict.problems, *(p for s in verdict.signatures for p in s.problems))}


def refusal(pdf: bytes, key: Key, role: str, now: datetime, **more: object) -> str:
    with pytest.raises(Trouble) as error:
        pdf_signature.sign(pdf, key, role=role, now=now, **more)  # type: ignore[arg-type]
    (problem,) = error.value.problems
    return problem.code


def test_three_signatures_one_after_another(world: World, signed: bytes, now: datetime) -> None:
    verdict = pdf_signature.verify(signed, world.trust)
    assert verdict.good
    assert verdict.locked
    assert verdict.empty == ()
    assert [(s.role, s.where, s.covers) for s in verdict.signatures] == [
        ("preparer", "preparer", ("entire_revision",)), ("reviewer", "reviewer", ("entire_revision",)),
        ("head", "head", ("entire_file",))]
    assert all(s.signed_at == now for s in verdict.signatures)


def test_pyhanko_itself_agrees(world: World, signed: bytes) -> None:
    root = asn1_x509.Certificate.load(world.authority.root.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[root], moment=world.now, allow_fetching=False)
    reader = PdfFileReader(BytesIO(signed))
    found = reader.embedded_regular_signatures
    statuses = [asyncio.run(async_validate_pdf_signature(s, context)) for s in found]
    assert [s.bottom_line for s in statuses] == [True] * 3
    assert [s.docmdp_level for s in found] == [MDPPerm.FILL_FORMS, None, MDPPerm.NO_CHANGES]
    assert found[2].fieldmdp is not None


@pytest.mark.parametrize("upto", [0, 1, 2])
def test_a_report_on_its_way(world: World, upto: int) -> None:
    verdict = pdf_signature.verify(people.signed_pdf(world, upto), world.trust)
    assert verdict.empty == ROLES[upto:]
    assert verdict.good == (upto > 0)
    assert not verdict.locked
    assert codes(verdict) == ({"signing.pdf_unsigned"} if upto == 0 else set())


def test_one_signer_alone_certifies_and_locks(world: World, now: datetime) -> None:
    pdf = pdf_signature.sign(people.prepared_pdf(("head",)), world.keys["head"], role="head", now=now)
    verdict = pdf_signature.verify(pdf, world.trust)
    assert verdict.good
    assert verdict.locked


def test_the_signed_revision_starts_with_what_was_printed(signed: bytes) -> None:
    assert signed.startswith(people.small_pdf())


def test_fields_refuse_places_that_do_not_exist() -> None:
    for places in ({}, {"head": (2, (0.0, 0.0, 9.0, 9.0))}, {"head": (0, (9.0, 9.0, 9.0, 20.0))},
                   {"head": (-1, (0.0, 0.0, 9.0, 9.0))}):
        with pytest.raises(Trouble) as error:
            pdf_signature.prepare_fields(people.small_pdf(), places)
        assert error.value.problems[0].code == "signing.pdf_places"


def test_a_taken_a_missing_and_a_locked_field(world: World, signed: bytes, now: datetime) -> None:
    keys = world.keys
    assert refusal(signed, keys["head"], "head", now) == "signing.pdf_taken"
    assert refusal(signed, keys["head"], "other", now) == "signing.pdf_locked"
    assert refusal(people.prepared_pdf(("preparer",)), keys["head"], "head", now) == "signing.pdf_no_place"
    assert refusal(people.small_pdf(), keys["head"], "head", now) == "signing.pdf_no_place"
    assert refusal(b"no pdf", keys["head"], "head", now) == "signing.pdf_unreadable"
    assert refusal(people.signed_pdf(world, 1), keys["reviewer"], "reviewer", now, after=()) == "signing.pdf_broken"


# --- what others do to a signed file ----------------------------------------------------------------------------------

def update(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None], *, compressed: bool = False) -> bytes:
    """Return the file with one more revision, as any PDF editor would append it; many compress its cross-references."""
    out = BytesIO()
    editor = IncrementalPdfFileWriter(BytesIO(pdf))
    editor.stream_xrefs = compressed
    change(editor)
    editor.write(out)
    return out.getvalue()


def add_page(editor: IncrementalPdfFileWriter) -> None:
    stream = editor.add_object(generic.StreamObject(stream_data=b"BT ET"))
    editor.insert_page(writer.PageObject(stream, (0, 0, 595, 842)))


def add_text(editor: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"0 0 100 100 re f")
    editor.add_stream_to_page(0, editor.add_object(stream))


def add_annotation(editor: IncrementalPdfFileWriter) -> None:
    page, _ = editor.find_page_for_modification(0)
    note = generic.DictionaryObject({
        pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/Text"),
        pdf_name("/Rect"): generic.ArrayObject(generic.NumberObject(n) for n in (10, 10, 50, 50)),
        pdf_name("/Contents"): generic.pdf_string("changed"),
    })
    page.get_object()["/Annots"].append(editor.add_object(note))
    editor.mark_update(page)


def add_field(editor: IncrementalPdfFileWriter) -> None:
    append_signature_field(editor, SigFieldSpec("fourth", box=(10, 10, 60, 60)))


def empty_the_first_field(editor: IncrementalPdfFileWriter) -> None:
    field = editor.root["/AcroForm"]["/Fields"][0].get_object()
    del field["/V"]
    editor.update_container(field)


LONE_OBJECT = b"\n9999 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj\n%%EOF\n"
"""What is appended without any cross-reference."""
CHANGES = {f.__name__: f for f in (add_page, add_text, add_annotation, add_field, empty_the_first_field)}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_after_the_lock_is_told(world: World, signed: bytes, name: str) -> None:
    verdict = pdf_signature.verify(update(signed, CHANGES[name]), world.trust)
    assert not verdict.good
    assert not verdict.whole
    assert {"signing.pdf_tail", "signing.pdf_changed"} <= codes(verdict)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_cannot_be_read_is_told_to_stand_behind_the_last_signature(world: World, signed: bytes,
                                                                                name: str) -> None:
    changed = update(signed, CHANGES[name], compressed=True)
    verdict = pdf_signature.verify(changed, world.trust)
    assert codes(verdict) == {"signing.pdf_tail"}
    assert not verdict.whole
    assert [s.covers for s in verdict.signatures] == [("entire_revision",)] * 3


def test_what_a_stranger_says_a_signature_covers_is_not_believed(world: World, signed: bytes) -> None:
    """The longest beginning that a signature really covers is told of, whatever is claimed behind it."""
    tail = b"".join(b"/ByteRange [0 %d %d %d]" % (8, len(signed) - n, n + 30) for n in range(3))
    assert signed[8:9] != b"<"
    tail += b"/ByteRange [0 %d %d 99]" % (signed.rindex(b"/Contents <") + 10, len(signed))
    changed = signed + LONE_OBJECT + tail * 20
    assert codes(pdf_signature.verify(changed, world.trust)) == {"signing.pdf_tail"}


def test_compressed_cross_references_behind_no_signature_stay_unreadable(world: World) -> None:
    for pdf in (people.small_pdf(), people.prepared_pdf()):
        verdict = pdf_signature.verify(update(pdf, add_page, compressed=True), world.trust)
        assert codes(verdict) == {"signing.pdf_unreadable"}


@pytest.mark.parametrize("name", [n for n in CHANGES if n != "empty_the_first_field"])
def test_a_change_between_signatures_is_told_and_stops_the_next(world: World, now: datetime, name: str) -> None:
    changed = update(people.signed_pdf(world, 1), CHANGES[name])
    assert not pdf_signature.verify(changed, world.trust).good
    assert refusal(changed, world.keys["reviewer"], "reviewer", now) == "signing.pdf_broken"


def signed_late(of: World, pdf: bytes) -> bytes:
    """Sign a locked file: pyHanko's own signer does it without a word; so would others."""
    key = of.issue("reviewer")
    private = key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    other = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(key.certificate.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )
    out = BytesIO()
    signers.PdfSigner(
        signers.PdfSignatureMetadata(field_name="late", md_algorithm="sha256"), signer=other,
    ).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=out)
    return out.getvalue()


def test_a_signature_after_the_lock_is_told(world: World, signed: bytes) -> None:
    verdict = pdf_signature.verify(signed_late(world, signed), world.trust)
    assert len(verdict.signatures) == 4
    assert not verdict.good
    assert {"signing.pdf_changed", "signing.pdf_after_lock"} <= codes(verdict)


def signed_beside(
    of: World, change: Callable[[IncrementalPdfFileWriter], None], monkeypatch: pytest.MonkeyPatch
) -> bytes:
    """Let the reviewer's program slip something else into the very revision of its signature."""
    pdf, whole = people.signed_pdf(of, 1), pdf_signature.stamp_style

    def slip(editor: IncrementalPdfFileWriter, stamp: bytes) -> object:
        change(editor)
        return whole(editor, stamp)

    monkeypatch.setattr(pdf_signature, "stamp_style", slip)
    return pdf_signature.sign(pdf, of.keys["reviewer"], role="reviewer", now=of.now, stamp=people.small_stamp())


def move_the_first_stamp(editor: IncrementalPdfFileWriter) -> None:
    field = editor.root["/AcroForm"]["/Fields"][0].get_object()
    field["/Rect"] = generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 595, 842))
    editor.update_container(field)


def redraw_the_first_stamp(editor: IncrementalPdfFileWriter) -> None:
    picture = editor.root["/AcroForm"]["/Fields"][0]["/AP"].raw_get("/N")
    picture.get_object()._data = b"0 0 100 100 re f"
    editor.mark_update(picture)


def move_the_own_stamp(editor: IncrementalPdfFileWriter) -> None:
    field = editor.root["/AcroForm"]["/Fields"][1].get_object()
    field["/Rect"] = generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 595, 842))
    editor.update_container(field)


def change_the_title(editor: IncrementalPdfFileWriter) -> None:
    info = editor.trailer.raw_get("/Info")
    info.get_object()["/Title"] = generic.pdf_string("another")
    editor.mark_update(info)


def another_root(editor: IncrementalPdfFileWriter) -> None:
    editor._root = editor.add_object(generic.DictionaryObject(editor.root))


SLIPS = {f.__name__: f for f in (add_page, add_text, add_annotation, add_field, empty_the_first_field,
                                 move_the_first_stamp, redraw_the_first_stamp, move_the_own_stamp, change_the_title,
                                 another_root)}


@pytest.mark.parametrize("name", SLIPS)
def test_a_change_slipped_in_with_a_signature_is_told(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = pdf_signature.verify(signed_beside(world, SLIPS[name], monkeypatch), world.trust)
    if name == "empty_the_first_field":  # the first signature is gone, and with it who could say so but the rules
        assert codes(verdict) == {"signing.pdf_rules"}
        assert "preparer" in verdict.empty
    else:
        assert codes(verdict) == {"signing.pdf_changed"}
        assert not verdict.whole
    assert not verdict.good


NOBODY = b"1111111111111 0 R"


@pytest.mark.parametrize("spelling", [b"%d 0 R", b"%d\n%% to come\n0\0R", b"000%d 00  R"])
def test_an_object_that_a_page_waits_for_is_not_made_by_a_later_signer(world: World, spelling: bytes) -> None:
    """The report refers to an annotation that does not exist; it appears with the reviewer's signature."""
    def wait(editor: IncrementalPdfFileWriter) -> None:
        page, _ = editor.find_page_for_modification(0)
        page.get_object()["/Annots"] = generic.ArrayObject([generic.IndirectObject(int(NOBODY.split()[0]), 0, editor)])
        editor.update_container(page.get_object())

    pdf, key = update(people.prepared_pdf(), wait), world.keys["preparer"]
    certified = pdf_signature.sign(pdf, key, role="preparer", now=world.now, stamp=people.small_stamp())
    number = int(PdfFileReader(BytesIO(certified)).trailer["/Size"])  # the reviewer's first
    assert pdf.count(NOBODY) == 1
    pdf = pdf.replace(NOBODY, (spelling % number).ljust(len(NOBODY)))
    for role in ROLES[:2]:
        pdf = pdf_signature.sign(pdf, world.keys[role], role=role, now=world.now, stamp=people.small_stamp())
    verdict = pdf_signature.verify(pdf, world.trust)
    assert codes(verdict) == {"signing.pdf_changed"}
    assert not verdict.good
    assert refusal(pdf, world.keys["head"], "head", world.now) == "signing.pdf_broken"


def test_the_same_input_gives_the_same_bytes(world: World, now: datetime) -> None:
    """No clock and no chance but the signature's own: finalising and signing again can be compared."""
    assert people.prepared_pdf() == people.prepared_pdf()
    twice = [pdf_signature.sign(people.prepared_pdf(), world.keys["head"], role="preparer", now=now) for _ in range(2)]
    assert twice[0] == twice[1]


def test_a_maze_of_objects_takes_no_time(world: World) -> None:
    """2 to the power of 60 paths lead to the last of 60 objects; nobody walks them."""
    def maze(editor: IncrementalPdfFileWriter) -> None:
        step: generic.PdfObject = editor.add_object(generic.NumberObject(1))
        for _ in range(60):
            step = editor.add_object(generic.ArrayObject([step, step]))
        editor.root["/Maze"] = step
        editor.update_root()

    pdf = update(people.prepared_pdf(), maze)
    for role in ROLES:
        pdf = pdf_signature.sign(pdf, world.keys[role], role=role, now=world.now, stamp=people.small_stamp())
    assert pdf_signature.verify(pdf, world.trust).good


def test_the_whole_first_page_exchanged_by_rolling_back(world: World, signed: bytes) -> None:
    """An earlier revision is a good file in itself; that a role is missing is all that it can tell."""
    earlier = people.signed_pdf(world, 2)
    verdict = pdf_signature.verify(earlier, world.trust)
    assert verdict.empty == ("head",)
    assert verdict.whole


def test_no_byte_is_free(world: World, signed: bytes) -> None:
    for place in range(7, len(signed), len(signed) // 60):
        changed = bytearray(signed)
        changed[place] ^= 0x01
        assert not pdf_signature.verify(bytes(changed), world.trust).good, place


def test_the_padding_and_the_spelling_of_a_signature_are_not_free(world: World, signed: bytes) -> None:
    start = signed.rindex(b"/Contents <") + len(b"/Contents <")
    end = signed.index(b">", start)
    inside = signed[start:end]
    padded = signed[:end - 2] + b"01" + signed[end:]
    assert inside.lower() != inside
    spelled = signed[:start] + inside.lower() + signed[end:]
    for changed in (padded, spelled):
        assert "signing.signature_form" in codes(pdf_signature.verify(changed, world.trust))


@pytest.mark.parametrize("tail", [b"\n", b"%%EOF\n", b"x" * 50])
def test_bytes_after_the_last_signature(world: World, signed: bytes, tail: bytes) -> None:
    assert not pdf_signature.verify(signed + tail, world.trust).good


@pytest.mark.parametrize("cut", [0, 5, 9, 1000, -1, -10, -2000])
def test_a_file_cut_short(world: World, signed: bytes, cut: int) -> None:
    assert not pdf_signature.verify(signed[:cut], world.trust).good


def test_another_role_in_a_place(world: World, now: datetime) -> None:
    pdf = pdf_signature.sign(people.prepared_pdf(), world.keys["reviewer"], role="preparer", now=now)
    assert codes(pdf_signature.verify(pdf, world.trust)) == {"signing.role_place"}


def test_the_same_key_in_two_places(world: World, now: datetime) -> None:
    pdf = people.signed_pdf(world, 1)
    pdf = pdf_signature.sign(pdf, people.reissued(world, "preparer", "reviewer"), role="reviewer", now=now)
    assert codes(pdf_signature.verify(pdf, world.trust)) == {"signing.same_key"}


def test_a_revoked_signer(world: World, signed: bytes) -> None:
    verdict = pdf_signature.verify(signed, world.revoke("reviewer").trust)
    assert codes(verdict) == {"signing.revoked"}
    assert [s.revoked for s in verdict.signatures] == [False, True, False]


def test_a_file_locked_with_a_password(world: World) -> None:
    out = BytesIO()
    canvas = Canvas(out, encrypt="secret")
    canvas.drawString(80, 700, "x")
    canvas.save()
    verdict = pdf_signature.verify(out.getvalue(), world.trust)
    assert [p.code for p in verdict.problems] == ["signing.pdf_unreadable"]


def test_a_bomb_inside_a_stream_is_refused_quickly(world: World) -> None:
    """A cross-reference stream of a few kilobytes that unpacks to millions of entries; also with its name disguised."""
    bomb = zlib.compress(bytes(16_000_000), 9)
    head = b"%PDF-1.7\n"
    for name in (b"/XRef", b"/#58R#65f"):
        body = (b"1 0 obj\n<</Type" + name + b"/Size 4000000/W[1 2 1]/Root 2 0 R/Filter/FlateDecode/Length "
                + str(len(bomb)).encode() + b">>\nstream\n" + bomb + b"\nendstream\nendobj\n")
        pdf = head + body + b"startxref\n" + str(len(head)).encode() + b"\n%%EOF\n"
        verdict = pdf_signature.verify(pdf, world.trust)
        assert "压缩" in verdict.problems[0].message


def test_cross_references_that_run_in_a_circle(world: World, signed: bytes) -> None:
    last = re.findall(rb"startxref\s+(\d+)", signed)[-1]
    place = re.search(rb"/Prev (\d+)", signed)
    assert place
    circle = signed[:place.start(1)] + last + signed[place.end(1):]
    assert not pdf_signature.verify(circle, world.trust).good


@pytest.mark.parametrize("nest", [b"[", b"<<", b"<</A ", b"("])
def test_deeply_nested_objects(world: World, nest: bytes) -> None:
    pdf = people.small_pdf().replace(b"/Type /Catalog", b"/X " + nest * 200_000 + b" /Type /Catalog")
    assert not pdf_signature.verify(pdf, world.trust).good


def test_the_stamp_is_drawn_as_given(world: World, now: datetime) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    stamp = people.small_stamp("STAMPED HERE")
    pdf = pdf_signature.sign(people.prepared_pdf(), world.keys["preparer"], role="preparer", now=now, stamp=stamp)
    plain = pdf_signature.sign(people.prepared_pdf(), world.keys["preparer"], role="preparer", now=now)
    for content in (pdf, plain):
        document = pdfium.PdfDocument(content)
        document.init_forms()
        picture = document[0].render(may_draw_forms=True).to_pil().convert("L")
        document.close()
        darkest, _ = picture.crop((50, 842 - 120, 190, 842 - 80)).getextrema()
        assert darkest < 128
    assert len(pdf) < len(plain)

"""What hangs on a PDF's catalogue, pages, fields and bookmarks: nothing but what our program writes."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfgen.canvas import Canvas

from pairing_desktop.exchange import packet, pdf_parts
from pairing_desktop.exchange.verifying import verify
from pairing_desktop.signing import pdf_signature
from tests.exchange.house import Files, House
from tests.exchange.test_agreement_room import elsewhere
from tests.signing import people
from tests.signing.people import World

name = generic.pdf_name
ACTION = generic.DictionaryObject({name("/S"): name("/URI"), name("/URI"): generic.TextStringObject("http://x/")})


def numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(value) for value in values])


def root(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root


def page(writer: IncrementalPdfFileWriter) -> Any:
    return writer.find_page_for_modification(1)[0].get_object()


def pages(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/Pages"]


def bookmark(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/Outlines"]["/First"]["/Next"]


def field(writer: IncrementalPdfFileWriter) -> Any:
    return writer.root["/AcroForm"]["/Fields"][1].get_object()


ADDED: dict[str, tuple[Callable[[IncrementalPdfFileWriter], Any], str, Any, str]] = {
    "an action when the page is opened": (page, "/AA", generic.DictionaryObject({name("/O"): ACTION}),
                                          "第 2 页的动作（/AA）"),
    "a page cut": (page, "/CropBox", numbers(0, 0, 300, 300), "第 2 页的裁切（/CropBox）"),
    "a page of large units": (page, "/UserUnit", generic.FloatObject("0.1"), "第 2 页的放大（/UserUnit）"),
    "a page on its head": (page, "/Rotate", generic.NumberObject(180), "第 2 页的旋转（/Rotate）"),
    "a page of another size": (page, "/MediaBox", numbers(0, 0, 300, 300), "第 2 页的纸张大小（/MediaBox）"),
    "a page that begins elsewhere": (page, "/MediaBox", numbers(50, 0, 645, 842), "第 2 页的纸张大小（/MediaBox）"),
    "a page that passes": (page, "/Trans", generic.DictionaryObject({name("/D"): generic.NumberObject(9)}),
                           "第 2 页的换页效果（/Trans）"),
    "what all pages inherit": (pages, "/CropBox", numbers(0, 0, 300, 300), "页的裁切（/CropBox）"),
    "an action of the whole": (root, "/AA", generic.DictionaryObject({name("/WC"): ACTION}), "目录的动作（/AA）"),
    "a file shown without a window": (root, "/PageMode", name("/FullScreen"), "目录的显示方式（/PageMode）"),
    "a window without its menu": (lambda w: w.root["/ViewerPreferences"], "/HideMenubar", generic.BooleanObject(True),
                                  "显示方式的 /HideMenubar"),
    "an action of a bookmark": (bookmark, "/A", ACTION, "书签的动作（/A）"),
    "an action of a field": (field, "/AA", generic.DictionaryObject({name("/E"): ACTION}), "签名位置的动作（/AA）"),
    "a form's own words": (lambda w: w.root["/AcroForm"], "/XFA", generic.TextStringObject("x"), "签名位置的 /XFA"),
}


def added(files: Files, case: str) -> Files:
    """Return the files with a PDF in which something was put before anybody signed."""
    where, key, value, _ = ADDED[case]
    writer = IncrementalPdfFileWriter(BytesIO(files[packet.PDF]))
    place = where(writer)
    place[name(key)] = value
    writer.update_container(place)
    out = BytesIO()
    writer.write(out)
    return {**files, packet.PDF: out.getvalue()}


@pytest.mark.parametrize("case", ADDED)
@pytest.mark.parametrize("how", [lambda f: f, elsewhere], ids=["as text", "another renderer's"])
def test_what_our_program_does_not_write_is_named(house: House, case: str, how: Callable[[Files], Files]) -> None:
    found = house.ask(how(added(house.files(), case)), appearance=how is elsewhere)["agreement"]
    [told] = [p for p in found.problems if p.code == "agreement.pdf_around"]
    assert ADDED[case][3] in told.message


def test_our_own_holds_nothing_else(house: House) -> None:
    assert list(pdf_parts.strange(house.files()[packet.PDF])) == []
    assert list(pdf_parts.strange(packet.open_packet(house.packet).files[packet.PDF])) == []


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7 nothing", people.small_pdf()[:700]])
def test_what_cannot_be_read_is_strange_too(pdf: bytes) -> None:
    assert list(pdf_parts.strange(pdf)) == ["读不出来的结构"]


def test_a_lone_pdf_says_so_too(world: World) -> None:
    out = BytesIO()
    canvas = Canvas(out, invariant=1, cropBox=(0, 0, 300, 300))
    canvas.drawString(80, 700, "x")
    canvas.save()
    pdf = pdf_signature.prepare_fields(out.getvalue(), {
        role: (0, (50.0 + 160 * n, 80.0, 190.0 + 160 * n, 120.0)) for n, role in enumerate(world.keys)})
    for role, key in world.keys.items():
        pdf = pdf_signature.sign(pdf, key, role=role, now=world.now, stamp=people.small_stamp())
    verdict = verify(pdf, world.trust)
    assert verdict.verdict == "valid"
    told = [w.message for w in verdict.warnings if w.code == "exchange.pdf_strange"]
    assert told == ["这个 PDF 里有本程序从不写的东西（第 1 页的裁切（/CropBox）），打开时可能会动，或看不全"]
    assert not any(w.code == "exchange.pdf_strange" for w in verify(people.signed_pdf(world), world.trust).warnings)

"""What lies over a PDF's pages: nothing but pictures of signatures, in their places, that say who signed and when."""

import json
import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from pairing_desktop.documents.stamp import signature_stamp
from pairing_desktop.exchange import packet
from pairing_desktop.exchange.coordinates import COORDINATES
from pairing_desktop.exchange.packet_parts import BASE, DATA
from pairing_desktop.exchange.verifying import verify
from pairing_desktop.services import key_keeping, stamping
from pairing_desktop.signing import container
from pairing_desktop.signing.identity import ROLES
from pairing_desktop.signing.moment import CHINA
from pairing_desktop.signing.trust import Trust, load
from tests.exchange.house import Files, House
from tests.exchange.test_agreement import codes
from tests.exchange.test_agreement_room import elsewhere
from tests.signing import people
from tests.signing.people import World


def over(files: Files, page: int, kind: str, rect: tuple[float, float, float, float]) -> Files:
    """Return the files with something drawn over a page of the PDF that was not signed yet."""
    writer = IncrementalPdfFileWriter(BytesIO(files[packet.PDF]))
    name = generic.pdf_name
    box = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 400, 200)])
    drawn = writer.add_object(generic.StreamObject(generic.DictionaryObject({
        name("/Type"): name("/XObject"), name("/Subtype"): name("/Form"), name("/BBox"): box,
    }), stream_data=b"1 1 1 rg 0 0 400 200 re f"))
    note = writer.add_object(generic.DictionaryObject({
        name("/Type"): name("/Annot"), name("/Subtype"): name(kind), name("/F"): generic.NumberObject(4),
        name("/FT"): name("/Sig"), name("/T"): generic.TextStringObject("more"),
        name("/Rect"): generic.ArrayObject([generic.FloatObject(n) for n in rect]),
        name("/AP"): generic.DictionaryObject({name("/N"): drawn}),
    }))
    there = writer.find_page_for_modification(page)[0].get_object()
    there[name("/Annots")] = generic.ArrayObject([*there.get("/Annots", ()), note])
    writer.update_container(there)
    out = BytesIO()
    writer.write(out)
    return {**files, packet.PDF: out.getvalue()}


def first_value(files: Files) -> tuple[int, tuple[float, float, float, float]]:
    """Return the page of the first value and where it stands."""
    pages = json.loads(files[COORDINATES])["pdf"]["pages"]
    page, place = next((n, p) for n, places in enumerate(pages) for p in places if isinstance(p, list) and p[1])
    _, _, x, y, width, height = place
    return page, (x / 10, y / 10, (x + width) / 10, (y + height) / 10)


@pytest.mark.parametrize("kind", ["/Stamp", "/Square", "/FreeText", "/Highlight", "/Widget"])
@pytest.mark.parametrize("how", [lambda f: f, elsewhere], ids=["ours", "another renderer's"])
def test_nothing_lies_over_a_value(house: House, kind: str, how: Callable[[Files], Files]) -> None:
    files = house.files()
    page, place = first_value(files)
    found = house.ask(how(over(files, page, kind, place)), appearance=False)["agreement"]
    told = [p.message for p in found.problems if p.code == "agreement.pdf_over"]
    assert [message[:15] for message in told] == [f"报表 PDF 第 {page + 1} 页上盖着"]


def test_a_place_to_sign_in_covers_no_value(house: House) -> None:
    assert "agreement.pdf_over" not in codes(house.ask(house.files(), appearance=False)["agreement"])


# --- pictures of signatures ----------------------------------------------------------------------------------------

def trust(house: House) -> Trust:
    return load([house.keys.root], [house.keys.crl], at=house.ws.clock())


def signed(house: House, path: Path, lie: Mapping[str, str]) -> Files:
    """Sign a packet of another renderer; the reviewer's picture says something else."""
    files = elsewhere(house.files())
    path.write_bytes(packet.build(files[DATA], {n: c for n, c in files.items() if n not in (DATA, BASE)}))
    for role in ROLES:
        now = house.ws.clock()
        with key_keeping.opened(house.keys.files[role], house.keys.passwords[role], now=now) as key:
            own = stamping.stamp(key.identity, key.fingerprint, role=role, at=now)
            good = {"kind": "审核人数字签名", "name": key.identity.name, "post": "", "county": "遂昌县 331123",
                    "time": f"{now.astimezone(CHINA):%Y-%m-%d %H:%M:%S}", "fingerprint": key.fingerprint}
            stamp = signature_stamp(**{**good, **lie}) if lie and role == "reviewer" else own
            packet.sign(path, key, now=now, stamp=stamp)
    return dict(container.read(path).files)


STAMPS: dict[str, tuple[dict[str, str], str]] = {
    "its own": ({}, ""),
    "another name": ({"name": "省经信厅核准"}, "姓名“企业科科长（示例）”"),
    "another role": ({"kind": "单位负责人数字签名"}, "角色“审核人”"),
    "another county": ({"county": "南湖区 330402"}, "县（市、区）代码“331123”"),
    "another time": ({"time": "2024-01-01 00:00:00"}, "签名时间“2024-07-11 [0-9:]+”"),
}


@pytest.mark.parametrize("name", STAMPS)
def test_a_picture_that_says_otherwise_is_told_where_it_cannot_be_drawn_again(
    house: House, tmp_path: Path, name: str
) -> None:
    """Of another renderer's packet, and of a PDF that comes without its packet: a remark, as the signature holds."""
    lie, what = STAMPS[name]
    files = signed(house, tmp_path / "a.asice", lie)
    lone = verify(files[packet.PDF], trust(house), name="a.pdf")
    assert lone.valid
    for warnings in (lone.warnings, house.ask(files)["agreement"].warnings):
        told = [w.message for w in warnings if w.code == "agreement.stamp_words"]
        assert len(told) == bool(lie)
        wanted = f"PDF 上审核人的签名图样没有写证书上的{what}，上面写的不作数"
        assert all(re.fullmatch(wanted, message) for message in told), told


def test_a_picture_without_words_lacks_all(world: World) -> None:
    """As other programs draw them, or none."""
    found = verify(people.signed_pdf(world), world.trust, name="a.pdf")
    told = [w.message for w in found.warnings if w.code == "agreement.stamp_words"]
    assert len(told) == len(ROLES)
    assert all("姓名“" in message and "签名时间“" in message for message in told)

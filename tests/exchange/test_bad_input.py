"""Every bad input that the programme names, each with its one expected verdict, and never an exception.

The tables follow the words of the issue. What each kind of file allows beyond these stands in the tests beside this one
and in tests/signing; here each word has its case, so that none is forgotten. Three words need more than a file: a
workbook whose display differs from its value (tests/exchange/test_agreement.py, ``WORKBOOKS``), a wrong PIN, and a
locked or pulled token (tests/signing/test_token.py).
"""

import re
import struct
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from msgspec import Struct

from pairing_desktop.errors import Trouble
from pairing_desktop.exchange import packet
from pairing_desktop.signing import authority, cades, container, manifest
from pairing_desktop.signing.identity import ROLES
from pairing_desktop.signing.keys import Key
from pairing_desktop.signing.trust import Trust
from tests.conftest import NOW
from tests.exchange import test_packet_tamper as tampering
from tests.exchange.test_packet_tamper import drop, edit, forged, put, rename, repacked
from tests.signing import people
from tests.signing import test_ooxml_signature as books
from tests.signing import test_pdf_signature as papers
from tests.signing import test_trust as certificates
from tests.signing.people import World

M1, S1 = manifest.names(1)
M3, S3 = manifest.names(3)


class Good(Struct, frozen=True):
    """Files as they should be, and who made them."""

    world: World
    packets: dict[int, bytes]

    @property
    def packet(self) -> bytes:
        return self.packets[3]

    @property
    def pdf(self) -> bytes:
        return container.read(self.packet).files[packet.PDF]

    @property
    def workbook(self) -> bytes:
        return container.read(self.packet).files[packet.WORKBOOK]


@pytest.fixture(scope="module")
def good(world: World, states: dict[int, bytes]) -> Good:
    return Good(world, states)


Case = tuple[Callable[[Good], bytes], str, str]
"""What makes the file, its verdict, and the code that says why."""


def flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 0x01
    return bytes(changed)


def strictly(*changes: Callable[[dict[str, bytes]], None]) -> Callable[[Good], bytes]:
    """Make a packet with files changed by somebody who keeps the container's strict form."""
    def make(good: Good) -> bytes:
        content = good.packet
        for change in changes:
            content = repacked(content, change)
        return content
    return make


def flip(name: str, place: int) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        files[name] = flipped(files[name], place)
    return change


def named(name: str) -> Callable[[Good], bytes]:
    """Make a packet that holds one more file of this name, in the strict form otherwise."""
    return lambda good: tampering.with_name(good.packet, name)


def twice(good: Good) -> bytes:
    return tampering.with_name(good.packet, packet.DATA)


def resigned(of: World, **changes: object) -> bytes:
    """Return the packet with other data, signed in all places by these people, whoever they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packet, "_about_signer", lambda *_: [])
        return relayed(of, people.built(**changes))


def relayed(of: World, content: bytes) -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.asice"
        path.write_bytes(content)
        for role in ROLES:
            packet.sign(path, of.keys[role], now=of.now, stamp=people.small_stamp())
        return path.read_bytes()


def strangers(_: Good) -> bytes:
    root = authority.create(now=NOW)
    keys = {role: root.issue(people.person(role), now=NOW, algorithm="ecdsa") for role in ROLES}
    return resigned(World(root, keys, NOW), submission=2)


def neighbours(good: Good) -> bytes:
    keys = {role: good.world.issue(role, county="330402") for role in ROLES}
    return resigned(World(good.world.authority, keys, NOW), submission=2)


def by(key: Callable[[World], Key]) -> Callable[[Good], bytes]:
    """Make a packet whose head's place another key signed."""
    return lambda good: forged(good.world, good.packet, 3, key(good.world))


def misused(world: World) -> Key:
    purpose = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH])
    return Key(certificates.crafted(world, certificates.swap(purpose)), world.keys["head"].private)


def heads64(good: Good) -> bytes:
    """Pack again with the sizes in zip64 fields."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in tampering.everything(good.packet):
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
                file.write(content)
    return out.getvalue()


def end64(content: bytes) -> bytes:
    """Put a zip64 directory's end, and what points to it, before the end of the directory."""
    end = content.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack("<HII", content[end + 10:end + 20])
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, start)
    return content[:end] + record + b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1) + content[end:]


def below_zero(files: dict[str, bytes]) -> None:
    """Turn the serial number in a signature's certificate into one below zero: a single bit does it."""
    content = bytearray(files[S1])
    number = cades.read(files[S1]).certificate.serial_number
    written = number.to_bytes(number.bit_length() // 8 + 1)
    content[content.index(bytes((2, len(written))) + written) + 2] |= 0x80
    files[S1] = bytes(content)


PACKETS: dict[str, Case] = {
    # one changed byte at any place of
    "a byte of a packet's file": (lambda g: flipped(g.packet, 5000), "invalid", "signing.checksum"),
    "a byte of a packet's head": (lambda g: flipped(g.packet, 10), "invalid", "signing.repacked"),
    "a byte of a packet's directory": (lambda g: flipped(g.packet, len(g.packet) - 30), "invalid",
                                     "signing.directory"),
    "a byte of a manifest": (strictly(flip(M1, 400)), "invalid", "signing.manifest_form"),
    "a byte of a signature": (strictly(flip(S1, -20)), "invalid", "signing.signature_wrong"),
    "a byte of a signature's form": (strictly(flip(S1, 1)), "invalid", "signing.signature_form"),
    "a bit of a certificate's serial number": (strictly(below_zero), "invalid", "signing.signature_form"),
    "a byte of the workbook inside": (strictly(flip(packet.WORKBOOK, 2000)), "invalid", "exchange.file_changed"),
    "a byte of the PDF inside": (strictly(flip(packet.PDF, 300)), "invalid", "exchange.file_changed"),
    # files added, removed, renamed, doubled, uncovered, with absolute or .. or Chinese names
    "a file added": (strictly(put("extra.txt", b"x")), "invalid", "exchange.uncovered"),
    "a file removed": (strictly(drop(tampering.PHOTO)), "invalid", "exchange.file_removed"),
    "a file renamed": (strictly(rename(tampering.PHOTO, "attachments/1.jpg")), "invalid", "exchange.file_removed"),
    "a file doubled": (twice, "invalid", "signing.name_twice"),
    "a file uncovered": (strictly(put("META-INF/x.xml", b"x")), "invalid", "exchange.uncovered"),
    "an absolute name": (named("/etc/passwd"), "invalid", "signing.unsafe_name"),
    "a drive's name": (named("C:\\x"), "invalid", "signing.unsafe_name"),
    "a name with ..": (named("../data.json"), "invalid", "signing.unsafe_name"),
    "a Chinese name": (named("数据.json"), "invalid", "signing.unsafe_name"),
    # signatures stripped, reordered, of a stranger, of another county, of the wrong role
    "the first signature stripped": (strictly(drop(M1, S1)), "invalid", "exchange.missing_role"),
    "the last signature stripped": (strictly(drop(M3, S3)), "invalid", "exchange.missing_role"),
    "all signatures stripped": (lambda g: g.packets[0], "invalid", "exchange.missing_role"),
    "two signatures reordered": (
        strictly(lambda f: f.update({S1: f[S3], S3: f[S1]})), "invalid", "signing.content_changed"),
    "two signers reordered": (strictly(lambda f: f.update({M1: f[M3], S1: f[S3], M3: f[M1], S3: f[S1]})),
                              "invalid", "signing.manifest_form"),
    "a stranger's signature": (by(lambda w: authority.create(now=NOW).issue(
        people.person("head"), now=NOW, algorithm="ecdsa")), "invalid", "signing.untrusted"),
    "another county's signature": (by(lambda w: w.issue("head", county="330402")), "invalid",
                                   "exchange.county_differs"),
    "a wrong role's signature": (by(lambda w: w.issue("reviewer")), "invalid", "exchange.role_order"),
    "the bureau's signature without a scan": (by(lambda w: w.issue("bureau")), "invalid", "exchange.paper_absent"),
    "a certificate with the wrong usage": (by(misused), "invalid", "signing.wrong_use"),
    # bombs, external entities, huge manifests
    "a bomb": (lambda g: tampering.zipped([("mimetype", container.MIMETYPE), ("data.json", b"\0" * (64 << 20))],
                                          tampering.zipfile.ZIP_DEFLATED), "invalid", "signing.compressed"),
    "an external entity": (strictly(edit(M1, b"<asic:ASiC", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
                                                            b"<asic:ASiC")), "invalid", "signing.manifest_form"),
    "a huge manifest": (strictly(put(M1, b"<" * (9 << 20))), "invalid", "signing.manifest_form"),
    "a million references": (strictly(put(M1, b"<asic:DataObjectReference/>" * 100_000)), "invalid",
                             "signing.manifest_form"),
    "data nested without end": (strictly(put(packet.DATA, b"[" * 200_000)), "invalid", "exchange.data_malformed"),
    "half a character in the data, spelled": (strictly(edit(packet.DATA, b"1024.5", b"\\ud800")), "invalid",
                                              "exchange.data_not_canonical"),
    "half a character in the data, as bytes": (strictly(edit(packet.DATA, b"1024.5", b"\xed\xa0\x80")), "invalid",
                                               "exchange.data_malformed"),
    "zip64 heads": (heads64, "unreadable", "signing.cut_short"),
    "a zip64 directory": (lambda g: end64(g.packet), "invalid", "signing.directory"),
    "a zip64 directory alone": (lambda g: end64(g.packet)[:-12] + b"\xff" * 10 + b"\0\0", "invalid",
                                "signing.directory"),
    "an empty file": (lambda g: b"", "unreadable", "signing.empty"),
    "a packet cut short": (lambda g: g.packet[:20_000], "unreadable", "signing.cut_short"),
    # a data value changed and everything re-signed by someone else
    "a value changed": (strictly(edit(packet.DATA, b"1024.5", b"1924.5")), "invalid", "exchange.file_changed"),
    "a value changed, signed by strangers": (strangers, "invalid", "signing.untrusted"),
    "a value changed, signed by another county": (neighbours, "invalid", "exchange.county_differs"),
    # a PDF with an added page, annotation or form value, carried in the packet
    **{f"the PDF inside with {name}": (
        strictly(lambda f, name=name: f.update({packet.PDF: papers.update(f[packet.PDF], papers.CHANGES[name])})),
        "invalid", "signing.pdf_changed") for name in ("add_page", "add_annotation", "add_field", "add_text")},
}
WORKBOOKS: dict[str, Case] = {
    "a byte of what a workbook's signatures cover": (
        lambda g: tampered(g.workbook, books.edit(books.SHEET, b"1024.5", b"1024.4")), "invalid", books.CHANGED),
    "a byte of a workbook's zip": (lambda g: flipped(g.workbook, 12), "invalid", "signing.workbook_repacked"),
    "a part added": (lambda g: tampered(g.workbook, books.add_sheet), "invalid", "signing.workbook_uncovered"),
    "a part removed": (lambda g: tampered(g.workbook, books.drop("xl/theme/theme1.xml")), "invalid",
                       "signing.workbook_part_gone"),
    "a workbook with a DOCTYPE": (lambda g: tampered(g.workbook, books.edit(
        books.SIG1, b"<Signature ", books.DOCTYPE)), "invalid", "signing.signature_form"),
    "a workbook with a DOCTYPE in a sheet, signed so": (lambda g: books.signed_over(
        g.world, books.PROLOGS["in a sheet"], "preparer", "head"), "invalid", "signing.workbook_doctype"),
    "a workbook's signature stripped": (lambda g: people.small_workbook(), "invalid", "signing.workbook_unsigned"),
    "a workbook cut short": (lambda g: g.workbook[:3000], "unreadable", "signing.workbook_unreadable"),
}
PDFS: dict[str, Case] = {
    "a byte of what a PDF's signatures cover": (lambda g: flipped(g.pdf, 300), "invalid", "signing.content_changed"),
    **{f"a PDF with {name}": (lambda g, name=name: papers.update(g.pdf, papers.CHANGES[name]), "invalid",
                              "signing.pdf_tail") for name in ("add_page", "add_annotation", "add_field", "add_text")},
    **{f"a PDF with {name}, its cross-references compressed": (
        lambda g, name=name: papers.update(g.pdf, papers.CHANGES[name], compressed=True), "invalid",
        "signing.pdf_tail") for name in ("add_page", "add_annotation", "add_field")},
    "a PDF with an object that nothing refers to": (lambda g: g.pdf + papers.LONE_OBJECT, "invalid",
                                                    "signing.pdf_tail"),
    "a PDF's form value taken out": (lambda g: papers.update(g.pdf, papers.CHANGES["empty_the_first_field"]),
                                     "invalid", "signing.pdf_tail"),
    "a PDF rolled back": (lambda g: container.read(g.packets[2]).files[packet.PDF], "invalid",
                          "exchange.missing_role"),
    "a PDF without signatures": (lambda g: people.small_pdf(), "invalid", "signing.pdf_unsigned"),
    "a PDF cut short": (lambda g: g.pdf[:700], "unreadable", "signing.pdf_unreadable"),
}
FILES = {**PACKETS, **WORKBOOKS, **PDFS}


def tampered(workbook: bytes, change: Callable[[books.Files], None]) -> bytes:
    files = books.unpacked(workbook)
    change(files)
    return books.packed(files)


@pytest.mark.filterwarnings("ignore:.*serial number")  # as in the program, or the warning is the exception
@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_has_its_one_verdict(good: Good, name: str) -> None:
    make, wanted, code = FILES[name]
    verdict = packet.verify(make(good), good.world.trust, name="文件")
    assert (verdict.verdict, code in {p.code for p in verdict.problems}) == (wanted, True), verdict.problems
    assert verdict.exit_code == {"invalid": 1, "unreadable": 2}[wanted]
    assert all(re.search(r"[一-龥].*。$", str(p)) for p in verdict.problems), "each in a plain Chinese sentence"
    assert verdict.to_json()["verdict"] == wanted


def at(days: float) -> Callable[[Good], Trust]:
    """Judge at another moment, by the list of today."""
    return lambda good: Trust((good.world.authority.root,), (good.world.authority.crl(now=NOW),),
                              NOW + timedelta(days=days))


MOMENTS: dict[str, tuple[Callable[[Good], Trust], str, str]] = {
    "an expired certificate": (at(1200), "invalid", "signing.expired"),
    "a revoked certificate": (lambda g: g.world.revoke("reviewer").trust, "invalid", "signing.revoked"),
    "a certificate that is not valid yet": (at(-1), "invalid", "signing.early"),
    "the verifier's clock set back": (at(-400), "invalid", "signing.early"),
    "the verifier's clock set back behind the list": (lambda g: Trust(
        (g.world.authority.root,), (g.world.authority.crl(now=NOW + timedelta(days=1)),), NOW),
        "valid", "signing.crl_future"),
    "no root that is trusted": (lambda g: Trust((), (), NOW), "invalid", "signing.untrusted"),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_a_good_packet_judged_at_another_moment(good: Good, name: str) -> None:
    trust, wanted, code = MOMENTS[name]
    verdict = packet.verify(good.packet, trust(good))
    assert (verdict.verdict, code in {p.code for p in (*verdict.problems, *verdict.warnings)}) == (wanted, True)


@pytest.mark.parametrize(("back", "code"), [
    (timedelta(days=300), "signing.key_early"), (timedelta(hours=-1, days=1300), ""),
])
def test_a_signers_clock_outside_the_certificates_time_signs_nothing(good: Good, tmp_path: Path, back: timedelta,
                                                                     code: str) -> None:
    path = tmp_path / "a.asice"
    path.write_bytes(good.packets[0])
    when = NOW - back if code else NOW + back
    with pytest.raises(Trouble) as told:
        packet.sign(path, good.world.keys["preparer"], now=when)
    assert [p.code for p in told.value.problems] == [code or "signing.key_expired"]
    assert path.read_bytes() == good.packets[0]


def test_a_signers_clock_set_back_is_noticed(world: World, tmp_path: Path) -> None:
    """Only the receipt's time is trusted, so a claimed time spoils nothing; but it is told."""
    path = tmp_path / "a.asice"
    path.write_bytes(people.built(finalised_at="2024-07-11T08:00:00Z"))
    early = world.now - timedelta(hours=20)
    for role, when in (("preparer", world.now), ("reviewer", early), ("head", world.now)):
        key = world.keys[role] if role != "reviewer" else world.authority.issue(
            people.person(role), now=early, algorithm="ecdsa")
        packet.sign(path, key, now=when, stamp=people.small_stamp())
    verdict = packet.verify(path, world.trust)
    assert verdict.verdict == "valid"
    [told] = [w for w in verdict.warnings if w.code == "exchange.clock_back"]
    assert "审核人" in told.message

"""Every way to tamper with a packet that we could think of, and many at random: none passes, none raises.

``PAIRING_TAMPER="SEED COUNT"`` sets how many random one-byte changes the full verdict is asked about (10,000 want
``--timeout 0`` too).
"""

import hashlib
import os
import random
import zipfile
import zlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.exchange import packet, packet_parts
from pairing_desktop.exchange.verdict import Verdict
from pairing_desktop.signing import authority, cades, container, manifest, ooxml_signature, pdf_signature
from pairing_desktop.signing.identity import ROLES
from pairing_desktop.signing.trust import Trust
from tests.signing import people
from tests.signing.people import World
from tests.signing.test_ooxml_signature import packed as strictly_packed
from tests.signing.test_ooxml_signature import unpacked

SEED, COUNT = (int(n) for n in os.environ.get("PAIRING_TAMPER", "2024 200").split())
Files = dict[str, bytes]


def found(verdict: Verdict) -> set[str]:
    return {p.code for p in verdict.problems}


def repacked(content: bytes, change: Callable[[Files], None]) -> bytes:
    """Return the packet after a change of its files, packed again in the strict form by someone who knows it."""
    files = dict(container.read(content).files)
    change(files)
    return container.pack(files)


# --- many single bytes ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("seed", range(4))
def test_one_changed_byte_never_passes(world: World, sealed: bytes, seed: int) -> None:
    random_bytes = random.Random(SEED + seed)  # noqa: S311
    for _ in range(COUNT // 4):
        place, bit = random_bytes.randrange(len(sealed)), 1 << random_bytes.randrange(8)
        changed = bytearray(sealed)
        changed[place] ^= bit
        verdict = packet.verify(bytes(changed), world.trust)
        assert verdict.verdict != "valid", (place, bit)
        assert verdict.problems, (place, bit)


def test_no_byte_of_a_packet_is_free(sealed: bytes) -> None:
    """Each byte of the container, changed, shows in its form or its checksum, before any signature is asked."""
    whole = container.read(sealed).files
    for place in range(0, len(sealed), 13):
        changed = bytearray(sealed)
        changed[place] ^= 0x01
        try:
            read = container.read(bytes(changed))
        except Trouble:
            continue
        assert read.problems or read.files != whole, place


@pytest.mark.parametrize("length", [0, 1, 3, 4, 20, 30, 61, 100, 5000, -1000, -100, -22, -21, -1])
def test_a_packet_cut_short_is_told(world: World, sealed: bytes, length: int) -> None:
    verdict = packet.verify(sealed[:length], world.trust)
    assert verdict.verdict == "unreadable"
    assert len(verdict.problems) == 1


@pytest.mark.parametrize("more", [b"\0", b"PK\x05\x06", b"x" * 100])
def test_a_packet_with_a_tail_or_a_head_is_told(world: World, sealed: bytes, more: bytes) -> None:
    assert found(packet.verify(sealed + more, world.trust)) == {"signing.directory"}
    assert packet.verify(more + sealed, world.trust).verdict == "unreadable"


# --- files added, removed, renamed, exchanged, by someone who keeps the strict form -----------------------------------

def put(name: str, content: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[name] = content
    return change


def drop(*names: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for name in names:
            del files[name]
    return change


def rename(old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[new] = files.pop(old)
    return change


def edit(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
    return change


PHOTO = next(n for n in container.read(people.built()).files if n.startswith("attachments/"))
M1, S1 = manifest.names(1)
M2, S2 = manifest.names(2)
M3, S3 = manifest.names(3)

STRICT: dict[str, tuple[Callable[[Files], None], str]] = {
    "a file added": (put("extra.txt", b"hello"), "exchange.uncovered"),
    "an attachment added": (put("attachments/00.jpg", b"hello"), "exchange.attachment_unlisted"),
    "a file added to META-INF": (put("META-INF/extra.xml", b"hello"), "exchange.uncovered"),
    "an attachment removed": (drop(PHOTO), "exchange.file_removed"),
    "the workbook removed": (drop("workbook.xlsx"), "exchange.file_removed"),
    "the report removed": (drop("report.pdf"), "exchange.file_absent"),
    "the data removed": (drop("data.json"), "exchange.file_absent"),
    "an attachment renamed": (rename(PHOTO, "attachments/1.jpg"), "exchange.file_removed"),
    "a manifest renamed": (rename(M3, "META-INF/ASiCManifest004.xml"), "signing.manifest_form"),
    "the workbook changed": (edit("workbook.xlsx", b"PK\x05\x06", b"PK\x05\x07"), "exchange.file_changed"),
    "a figure changed": (edit("data.json", b"1024.5", b"1924.5"), "exchange.file_changed"),
    "the county changed": (edit("data.json", b'"331123"', b'"331124"'), "exchange.county_differs"),
    "a role taken out": (edit("data.json", b'"reviewer","head"', b'"head"'), "exchange.file_changed"),
    "the report changed": (edit("report.pdf", b"595.2756", b"595.2757"), "exchange.file_changed"),
    "the last signature stripped": (drop(M3, S3), "exchange.missing_role"),
    "the middle signature stripped": (drop(M2, S2), "exchange.missing_role"),
    "the first signature stripped": (drop(M1, S1), "exchange.missing_role"),
    "a signature file gone": (drop(S2), "signing.signature_form"),
    "a manifest gone": (drop(M1), "signing.manifest_form"),
    "a manifest changed": (edit(M1, b"application/json", b"application/jsom"), "signing.manifest_form"),
    "a digest changed": (edit(M1, b"<ds:DigestValue>", b"<ds:DigestValue>A"), "signing.manifest_form"),
    "a DOCTYPE": (edit(M1, b"<asic:ASiC", b"<!DOCTYPE x [<!ENTITY e 'x'>]><asic:ASiC"), "signing.manifest_form"),
    "a manifest of another encoding": (
        lambda f: f.update({M1: f[M1].decode().encode("utf-16")}), "signing.manifest_form"),
    "a huge manifest": (put(M1, b"<" * (5 << 20)), "signing.manifest_form"),
    "a huge signature": (put(S1, b"\x30" * (1 << 20)), "signing.signature_form"),
    "a signature with a tail": (lambda f: f.update({S3: f[S3] + b"\0"}), "signing.signature_form"),
    "two signatures exchanged": (lambda f: f.update({S1: f[S2], S2: f[S1]}), "signing.content_changed"),
    "two signers exchanged": (
        lambda f: f.update({M1: f[M2], S1: f[S2], M2: f[M1], S2: f[S1]}), "signing.manifest_form"),
}


@pytest.mark.parametrize("name", STRICT)
def test_a_strict_packet_that_was_tampered_with_is_invalid(world: World, sealed: bytes, name: str) -> None:
    change, code = STRICT[name]
    verdict = packet.verify(repacked(sealed, change), world.trust)
    assert verdict.verdict == "invalid"
    assert code in found(verdict)


def test_stripping_a_signature_leaves_the_report_telling(world: World, sealed: bytes) -> None:
    verdict = packet.verify(repacked(sealed, drop(M3, S3)), world.trust)
    assert verdict.missing_roles == ("head",)
    assert "exchange.pdf_signers_differ" in found(verdict)


def test_a_report_rolled_back_before_the_last_signature(world: World, states: dict[int, bytes], sealed: bytes) -> None:
    earlier = container.read(states[2]).files["report.pdf"]
    verdict = packet.verify(repacked(sealed, put("report.pdf", earlier)), world.trust)
    assert {"exchange.file_changed", "exchange.pdf_signers_differ"} <= found(verdict)
    assert verdict.answers["coverage"] is True
    assert verdict.answers["integrity"] is False


def test_a_workbook_rolled_back_before_the_last_signature(
    world: World, states: dict[int, bytes], sealed: bytes
) -> None:
    earlier = container.read(states[2]).files["workbook.xlsx"]
    verdict = packet.verify(repacked(sealed, put("workbook.xlsx", earlier)), world.trust)
    assert {"exchange.file_changed", "exchange.workbook_signers_differ"} == found(verdict)
    assert (verdict.answers["workbook"], verdict.answers["workbook_signers"]) == (True, False)


def test_a_workbook_with_another_figure_before_the_seal(world: World, states: dict[int, bytes]) -> None:
    """No manifest covers the workbook yet: its own signature and base.json tell."""
    workbook = unpacked(container.read(states[2]).files["workbook.xlsx"])
    edit("xl/worksheets/sheet1.xml", b"1024.5", b"1924.5")(workbook)
    verdict = packet.verify(repacked(states[2], put("workbook.xlsx", strictly_packed(workbook))), world.trust)
    assert found(verdict) == {"signing.workbook_part_changed", "exchange.base_differs", "exchange.missing_role"}
    assert verdict.answers["integrity"] is False
    assert verdict.answers["workbook"] is False


def test_a_workbook_without_its_signatures(world: World, states: dict[int, bytes]) -> None:
    for count in (1, 2, 3):
        changed = repacked(states[count], put("workbook.xlsx", people.small_workbook()))
        assert {"signing.workbook_unsigned", "exchange.workbook_signers_differ"} <= found(
            packet.verify(changed, world.trust))


# --- written by other zip programs ------------------------------------------------------------------------------------

def zipped(files: list[tuple[str, bytes]], method: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


def everything(sealed: bytes) -> list[tuple[str, bytes]]:
    return [("mimetype", container.MIMETYPE), *container.read(sealed).files.items()]


@pytest.mark.parametrize(("method", "code"), [
    (zipfile.ZIP_STORED, "signing.repacked"), (zipfile.ZIP_DEFLATED, "signing.compressed"),
])
def test_a_packet_zipped_again_is_invalid(world: World, sealed: bytes, method: int, code: str) -> None:
    verdict = packet.verify(zipped(everything(sealed), method), world.trust)
    assert verdict.verdict == "invalid"
    assert code in found(verdict)


def test_a_file_added_by_a_zip_program_is_named(world: World, sealed: bytes) -> None:
    out = BytesIO(sealed)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("extra.txt", b"hello")
    verdict = packet.verify(out.getvalue(), world.trust)
    assert verdict.verdict == "invalid"
    assert {"signing.repacked", "exchange.uncovered"} <= found(verdict)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice(world: World, sealed: bytes) -> None:
    twice = [*everything(sealed), ("data.json", people.data(period="2024Q1"))]
    verdict = packet.verify(zipped(twice), world.trust)
    assert "signing.name_twice" in found(verdict)


UNSAFE = ["../evil", "/etc/passwd", "a//b", "C:\\x", "数据.json", ".hidden", "a/", "x" * 300, "", "META-INF/../x",
          "a\0b", "a b"]


def with_name(sealed: bytes, name: str) -> bytes:
    """Return the packet with one more file of any name, in the strict form otherwise."""
    entries = [*everything(sealed), (name, b"x")]
    content, listed = b"", []
    for each, inside in entries:
        raw, crc = each.encode(), zlib.crc32(inside)
        content += container._local(raw, crc, len(inside)) + inside
        listed.append((raw, crc, len(inside)))
    return content + container._directory(listed)


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_chinese_name_is_shown_as_it_is(charset: str) -> None:
    """Zip programs write it in UTF-8, older ones for Windows in GBK."""
    raw = container._local("通知.txt".encode(charset), 0, 0)
    assert [p.message for p in container.read(raw + container._directory([("通知.txt".encode(charset), 0, 0)])).problems
            if "通知.txt" in p.message]


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_names_are_refused(world: World, sealed: bytes, name: str) -> None:
    """Also in a container that is in the strict form otherwise."""
    verdict = packet.verify(with_name(sealed, name), world.trust)
    assert verdict.verdict == "invalid"
    assert "signing.unsafe_name" in found(verdict)
    with pytest.raises(Trouble):
        container.pack({name: b"x"})


def test_files_in_another_order(world: World, sealed: bytes) -> None:
    verdict = packet.verify(zipped(list(reversed(everything(sealed)))), world.trust)
    assert "signing.order" in found(verdict)


def test_a_bomb_stays_as_small_as_its_file(world: World) -> None:
    bomb = zipped([("mimetype", container.MIMETYPE), ("data.json", b"\0" * (64 << 20))], zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    verdict = packet.verify(bomb, world.trust)
    assert "signing.compressed" in found(verdict)


@pytest.mark.parametrize("content", [
    b"", b"PK", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"%PDF-1.7", b"%PDF-1.7\n" + b"x" * 1000, b"hello" * 100,
    b"PK\x03\x04" + b"\xff" * 26, b"PK\x03\x04" + b"\xff" * 4000, b"\x30\x80", bytes(10_000),
    zipped([("a.txt", b"x")]),
])
def test_what_is_no_packet_is_unreadable(world: World, content: bytes) -> None:
    verdict = packet.verify(content, world.trust)
    assert (verdict.verdict, verdict.exit_code) == ("unreadable", 2)
    assert verdict.problems
    assert str(verdict.problems[0]).endswith("。")


def test_random_noise_in_large_patches_never_raises(world: World, sealed: bytes) -> None:
    source = random.Random(SEED)  # noqa: S311
    for _ in range(COUNT // 4):
        start, length = source.randrange(len(sealed)), source.randrange(1, 4000)
        changed = sealed[:start] + source.randbytes(length) + sealed[start + source.randrange(4000):]
        assert packet.verify(changed, world.trust).verdict != "valid"


# --- the wrong people -------------------------------------------------------------------------------------------------

def forged(world: World, sealed: bytes, number: int, key: packet.Signer) -> bytes:
    """Return the packet with the n-th manifest signed anew by another key."""
    files = dict(container.read(sealed).files)
    name, signature = manifest.names(number)
    files[signature] = cades.make(hashlib.sha256(files[name]).digest(), key, signed_at=world.now)
    return container.pack(files)


def test_a_foreign_authority(world: World, sealed: bytes) -> None:
    other = authority.create(now=world.now)
    key = other.issue(people.person("head"), now=world.now, algorithm="ecdsa")
    verdict = packet.verify(forged(world, sealed, 3, key), world.trust)
    assert {"signing.untrusted", "exchange.pdf_signers_differ"} <= found(verdict)
    assert verdict.signatures[2].valid
    assert not verdict.signatures[2].trusted


def test_trusting_another_root(world: World, sealed: bytes) -> None:
    other = authority.create(now=world.now)
    verdict = packet.verify(sealed, Trust((other.root,), (other.crl(now=world.now),), world.now))
    assert found(verdict) == {"signing.untrusted"}
    assert [s.valid for s in verdict.signatures] == [True] * 3
    assert packet.verify(sealed, Trust((), (), world.now)).verdict == "invalid"


def test_another_county(world: World, sealed: bytes) -> None:
    verdict = packet.verify(forged(world, sealed, 3, world.issue("head", county="330402")), world.trust)
    assert "exchange.county_differs" in found(verdict)
    assert verdict.answers["county"] is False


def test_another_role(world: World, sealed: bytes) -> None:
    verdict = packet.verify(forged(world, sealed, 3, world.issue("reviewer")), world.trust)
    assert {"exchange.role_order", "exchange.missing_role"} <= found(verdict)
    assert verdict.answers["roles"] is False


def test_the_same_key_twice(world: World, sealed: bytes) -> None:
    both = people.reissued(world, "preparer", "head")
    verdict = packet.verify(forged(world, sealed, 3, both), world.trust)
    assert found(verdict) == {
        "signing.same_key", "exchange.pdf_signers_differ", "exchange.workbook_signers_differ"}


@pytest.mark.parametrize(("days", "code"), [(-1, "signing.early"), (1200, "signing.expired")])
def test_outside_the_certificates_time(world: World, sealed: bytes, days: int, code: str) -> None:
    at = world.now + timedelta(days=days)
    trust = Trust((world.authority.root,), (world.authority.crl(now=world.now),), at)
    verdict = packet.verify(sealed, trust)
    assert code in found(verdict)
    assert [s.valid for s in verdict.signatures] == [True] * 3


@pytest.mark.parametrize("role", ROLES)
def test_a_revoked_certificate(world: World, sealed: bytes, role: str) -> None:
    verdict = packet.verify(sealed, world.revoke(role).trust)
    assert found(verdict) == {"signing.revoked"}
    assert [s.revoked for s in verdict.signatures] == [r == role for r in ROLES]


def test_a_seal_that_leaves_a_file_out(world: World, states: dict[int, bytes], path: Path) -> None:
    """A head's program that forgets a file makes no seal, however good its signature is."""
    files = dict(container.read(states[2]).files)
    head = world.keys["head"]
    files["report.pdf"] = pdf_signature.sign(files["report.pdf"], head, role="head", now=world.now)
    files["workbook.xlsx"] = ooxml_signature.sign(files["workbook.xlsx"], head, now=world.now)
    name, signature = manifest.names(3)
    listed = packet_parts.digests({n: c for n, c in files.items() if n != "report.pdf"})
    files[name] = manifest.make(3, listed).to_xml()
    files[signature] = cades.make(hashlib.sha256(files[name]).digest(), head, signed_at=world.now)
    verdict = packet.verify(container.pack(files), world.trust)
    assert found(verdict) == {"exchange.covers_too_little"}
    assert verdict.answers["coverage"] is False

"""Build, open, sign and verify: the relay from signer to signer, and all that may not happen in it."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pairing_desktop.errors import BadContent, Trouble
from pairing_desktop.exchange import packet
from pairing_desktop.services import verdict_words
from pairing_desktop.signing import container, ooxml_signature, pdf_signature
from pairing_desktop.signing.identity import ROLES
from pairing_desktop.signing.trust import Trust
from tests.signing import people
from tests.signing.people import COUNTY, World


def codes(error: pytest.ExceptionInfo[Trouble]) -> list[str]:
    return [p.code for p in error.value.problems]


def test_three_signers_make_a_valid_packet(world: World, path: Path, now: datetime) -> None:
    path.write_bytes(people.built())
    done = [packet.sign(path, world.keys[role], now=now, stamp=people.small_stamp()) for role in ROLES]
    assert [(s.role, s.sealed) for s in done] == [("preparer", False), ("reviewer", False), ("head", True)]
    verdict = packet.verify(path, world.trust)
    assert (verdict.verdict, verdict.problems, verdict.missing_roles) == ("valid", (), ())
    assert all(value is True for key, value in verdict.answers.items()
               if key not in {"revocation", "identity", "joint", "agreement", "history", "rules"})
    assert verdict.answers["revocation"] == "checked"
    assert [s.role for s in verdict.signatures] == list(ROLES)
    assert all(s.good and s.county == COUNTY and s.signed_at == now for s in verdict.signatures)
    assert not {"report.pdf", "workbook.xlsx"} & {n for s in verdict.signatures[:2] for n in s.covers}
    assert set(verdict.signatures[2].covers) == set(packet.open_packet(path).files) - {
        "META-INF/ASiCManifest003.xml", "META-INF/signature003.p7s"}


def test_json_has_the_promised_members(world: World, sealed: bytes) -> None:
    found = packet.verify(sealed, world.trust, name="a.asice").to_json()
    assert list(found) == [
        "file", "kind", "verdict", "signatures", "countersigned", "missing_roles", "problems", "answers", "agreement",
        "history", "rules"]
    assert (found["file"], found["kind"], found["verdict"], found["problems"]) == ("a.asice", "packet", "valid", [])
    first = found["signatures"][0]  # type: ignore[index]
    assert first["role"] == "preparer"
    assert first["claimed_time"] == "2024-07-11T08:42:00Z"
    answers = found["answers"]
    assert isinstance(answers, dict)
    assert answers["agreement"] is None
    assert answers["history"] is None
    assert answers["rules"] is None


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_packet_not_yet_sealed_names_who_is_missing(world: World, states: dict[int, bytes], count: int) -> None:
    verdict = packet.verify(states[count], world.trust)
    assert verdict.verdict == "invalid"
    assert verdict.missing_roles == ROLES[count:]
    assert {p.code for p in verdict.problems} == {"exchange.missing_role"}
    assert verdict.answers["integrity"] is True
    assert verdict.answers["coverage"] is False


def test_of_a_packet_that_nobody_signed_nothing_is_said_about_signers(world: World, states: dict[int, bytes]) -> None:
    verdict = packet.verify(states[0], world.trust)
    asked = {q.text: (q.answer, q.reason) for q in verdict_words.questions(verdict)}
    nobody = {text for text, said in asked.items() if said == ("没有", "还没有人签名")}
    assert nobody == {"签名后是否改动过", "每个签名是否有效", "签名人是否属于本县", "报表 PDF 自身的签名是否有效",
                      "Excel 工作簿自身的签名是否有效", "证书是否查过吊销"}
    assert verdict_words.headline(verdict, 0).text == "还没有人签名，要有填表人、审核人、单位负责人的签名。"
    one = packet.verify(states[1], world.trust)
    assert not any(q.reason == "还没有人签名" for q in verdict_words.questions(one))
    assert verdict_words.headline(one, 0).text == "已有的签名没有问题，还缺审核人、单位负责人的签名。"


@pytest.mark.parametrize("revoked", ["preparer", "reviewer"])
def test_a_revoked_key_signs_nothing_and_nobody_signs_after_one(world: World, states: dict[int, bytes], path: Path,
                                                                now: datetime, revoked: str) -> None:
    path.write_bytes(states[1])
    with pytest.raises(Trouble, match="被吊销") as told:
        packet.sign(path, world.keys["reviewer"], now=now, trust=world.revoke(revoked).trust)
    assert codes(told) == ["signing.revoked"]
    assert path.read_bytes() == states[1]
    packet.sign(path, world.keys["reviewer"], now=now, trust=world.trust)


def test_opening_tells_whose_turn_it_is(states: dict[int, bytes], path: Path) -> None:
    turns = []
    for count in range(4):
        path.write_bytes(states[count])
        opened = packet.open_packet(path)
        turns.append((opened.next_role, [s.role for s in opened.signed], opened.sealed))
    assert turns == [("preparer", [], False), ("reviewer", ["preparer"], False),
                     ("head", ["preparer", "reviewer"], False), (None, list(ROLES), True)]


@pytest.mark.parametrize("name", ["331123-2024Q2-r1(1).asice", "报送包 二季度.zip", "packet"])
def test_a_renamed_packet_opens_and_verifies(world: World, sealed: bytes, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(sealed)
    assert packet.open_packet(path).data["county"] == COUNTY
    assert packet.verify(path, world.trust).verdict == "valid"


def test_the_identity_is_the_digest_of_the_data_and_stays(states: dict[int, bytes], path: Path) -> None:
    found = set()
    for content in states.values():
        path.write_bytes(content)
        found.add(packet.open_packet(path).identity)
    assert len(found) == 1


@pytest.mark.parametrize("case", [
    (0, "reviewer", "exchange.not_your_turn"),
    (0, "head", "exchange.not_your_turn"),
    (1, "head", "exchange.not_your_turn"),
    (1, "preparer", "exchange.role_done"),
    (2, "reviewer", "exchange.role_done"),
    (3, "head", "exchange.sealed"),
    (3, "preparer", "exchange.sealed"),
])
def test_roles_sign_in_order_and_once(
    world: World, states: dict[int, bytes], path: Path, case: tuple[int, str, str]
) -> None:
    count, role, code = case
    path.write_bytes(states[count])
    with pytest.raises(Trouble) as error:
        packet.sign(path, world.issue(role), now=world.now)
    assert codes(error) == [code]
    assert path.read_bytes() == states[count]


def test_a_role_that_the_data_does_not_name_is_refused(world: World, path: Path, now: datetime) -> None:
    path.write_bytes(people.built(roles=["preparer", "head"]))
    with pytest.raises(Trouble) as error:
        packet.sign(path, world.keys["reviewer"], now=now)
    assert codes(error) == ["exchange.role_not_asked"]
    packet.sign(path, world.keys["preparer"], now=now)
    assert packet.sign(path, world.keys["head"], now=now).sealed
    strict = packet.verify(path, world.trust)
    assert strict.missing_roles == ("reviewer",)
    assert packet.verify(path, world.trust, roles=()).verdict == "valid"


def test_one_key_never_signs_two_roles(world: World, states: dict[int, bytes], path: Path, now: datetime) -> None:
    path.write_bytes(states[1])
    both = people.reissued(world, "preparer", "reviewer")
    with pytest.raises(Trouble) as error:
        packet.sign(path, both, now=now)
    assert codes(error) == ["exchange.same_key"]


def test_a_key_of_another_county_is_refused(
    world: World, states: dict[int, bytes], path: Path, now: datetime
) -> None:
    path.write_bytes(states[0])
    with pytest.raises(Trouble) as error:
        packet.sign(path, world.issue("preparer", county="330402"), now=now)
    assert codes(error) == ["exchange.other_county"]


@pytest.mark.parametrize(("shift", "code"), [(1200, "signing.key_expired"), (-1, "signing.key_early")])
def test_a_key_outside_its_time_is_refused(
    world: World, states: dict[int, bytes], path: Path, shift: int, code: str
) -> None:
    path.write_bytes(states[0])
    with pytest.raises(Trouble) as error:
        packet.sign(path, world.keys["preparer"], now=world.now + timedelta(days=shift))
    assert codes(error) == [code]


def test_nobody_signs_on_top_of_a_broken_signature(
    world: World, states: dict[int, bytes], path: Path, now: datetime
) -> None:
    files = dict(container.read(states[1]).files)
    files["data.json"] = files["data.json"].replace(b"1024.5", b"1924.5")
    path.write_bytes(container.pack(files))
    with pytest.raises(Trouble) as error:
        packet.sign(path, world.keys["reviewer"], now=now)
    assert codes(error) == ["exchange.broken_before"]


@pytest.mark.parametrize("report", ["unsigned", "by another", "changed"])
def test_nobody_signs_a_report_changed_after_a_signature(
    world: World, states: dict[int, bytes], path: Path, now: datetime, report: str
) -> None:
    files = dict(container.read(states[1]).files)
    if report == "unsigned":
        files["report.pdf"] = people.prepared_pdf()
    elif report == "by another":
        other = pdf_signature.sign(people.prepared_pdf(), world.issue("preparer"), role="preparer", now=now)
        files["report.pdf"] = other
    else:
        files["report.pdf"] = files["report.pdf"].replace(b"/MediaBox [ 0 0 595", b"/MediaBox [ 0 0 596", 1)
    changed = container.pack(files)
    assert changed != states[1]
    path.write_bytes(changed)
    with pytest.raises(Trouble) as error:
        packet.sign(path, world.keys["reviewer"], now=now)
    assert codes(error) == ["exchange.base_differs" if report == "changed" else "signing.pdf_broken"]
    assert path.read_bytes() == changed


@pytest.mark.parametrize("workbook", ["unsigned", "by another", "changed", "no workbook"])
@pytest.mark.parametrize("role", ["reviewer", "head"])
def test_nobody_signs_a_packet_whose_workbook_was_changed(
    world: World, states: dict[int, bytes], path: Path, workbook: str, role: str
) -> None:
    before = states[ROLES.index(role)]
    files = dict(container.read(before).files)
    files["workbook.xlsx"] = {
        "unsigned": people.small_workbook(),
        "by another": ooxml_signature.sign(people.small_workbook(), world.issue("preparer"), now=world.now),
        "changed": files["workbook.xlsx"][:-1] + b"x",
        "no workbook": b"PK",
    }[workbook]
    changed = container.pack(files)
    path.write_bytes(changed)
    with pytest.raises(Trouble) as error:
        packet.sign(path, world.keys[role], now=world.now)
    assert codes(error)[0] in {"signing.workbook_broken", "exchange.base_differs"}
    assert path.read_bytes() == changed


def test_building_needs_a_workbook_that_can_be_signed(world: World) -> None:
    files = dict(container.read(people.built()).files)
    data = files.pop(packet.DATA)
    for workbook in (b"PK a workbook", people.signed_workbook(world, "preparer")):
        with pytest.raises(Trouble) as error:
            packet.build(data, {**files, packet.WORKBOOK: workbook})
        assert codes(error)[0] in {"signing.workbook_broken", "signing.workbook_unreadable"}


def test_building_reports_everything_that_is_missing() -> None:
    with pytest.raises(Trouble) as error:
        packet.build(people.data(), {packet.WORKBOOK: b"x", "attachments/other.jpg": b"unlisted"})
    assert sorted(codes(error)) == [
        "exchange.attachment_missing", "exchange.attachment_unlisted", "exchange.file_absent"]


def test_building_needs_a_place_for_every_signer() -> None:
    files = dict(container.read(people.built()).files)
    del files[packet.DATA]
    files[packet.PDF] = people.prepared_pdf(("preparer",))
    with pytest.raises(Trouble) as error:
        packet.build(people.data(), files)
    assert codes(error) == ["exchange.no_signing_place"] * 2


@pytest.mark.parametrize("content", [
    b"", b"[]", b"{", b"\xff", b'{"a":1}', b'{"a":1,"a":1}', b'{ "format":1}', b'{"x":1.5}', b'{"x":NaN}',
    b"[" * 100_000, b'{"x":' + b"9" * 5000 + b"}", people.data().replace(b'"331123"', b'"33112"'),
    people.data(roles=[]), people.data(roles=["mayor"]), people.data(roles=["head", "head"]),
    people.data(format="pairing-desktop/packet/2"), people.data(attachments=[1]),
    people.data().replace("遂".encode(), b"\\u9042"), b"\xef\xbb\xbf" + people.data(),
    people.data() + b"\n",
])
def test_data_that_is_not_canonical_is_refused(content: bytes) -> None:
    with pytest.raises(BadContent):
        packet.parse_data(content)


def test_attachments_keep_an_ascii_suffix_only() -> None:
    assert packet.attachment_path("ab", "航拍.JPG") == "attachments/ab.jpg"
    assert packet.attachment_path("ab", "报告.文档") == "attachments/ab"
    assert packet.attachment_path("ab", "报告") == "attachments/ab"
    assert packet.attachment_path("ab", "x.tar/../y") == "attachments/ab"


def test_a_full_disk_leaves_the_old_packet(
    world: World, states: dict[int, bytes], path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(states[0])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Trouble) as error:
        packet.sign(path, world.keys["preparer"], now=now)
    assert codes(error) == ["exchange.cannot_write"]
    assert path.read_bytes() == states[0]
    assert list(path.parent.iterdir()) == [path]


def test_opening_a_folder_or_nothing_is_told_plainly(world: World, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing.asice"):
        with pytest.raises(Trouble):
            packet.open_packet(place)
        verdict = packet.verify(place, world.trust)
        assert (verdict.verdict, verdict.exit_code) == ("unreadable", 2)
        assert len(verdict.problems) == 1


def test_without_a_list_revocation_is_a_warning(world: World, sealed: bytes) -> None:
    trust = Trust((world.authority.root,), (), world.now)
    verdict = packet.verify(sealed, trust)
    assert verdict.verdict == "valid"
    [told] = verdict.warnings  # one for all
    assert told.code == "signing.revocation_unchecked"
    assert all(told.message.count(f"“{signature.name}”") == 1 for signature in verdict.signatures)
    assert verdict.answers["revocation"] == "unchecked"
    assert all(s.revoked is None for s in verdict.signatures)
    assert verdict.to_json()["problems"]


def test_a_pdf_is_verified_alone(world: World, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(people.signed_pdf(world))
    verdict = packet.verify(path, world.trust)
    assert (verdict.kind, verdict.verdict, verdict.problems) == ("pdf", "valid", ())
    assert verdict.answers["integrity"] is True
    changed = bytearray(people.signed_pdf(world))
    changed[changed.index(b"\n%") + 2] ^= 1  # in the comment that follows the first line
    verdict = packet.verify(bytes(changed), world.trust)
    assert (verdict.verdict, verdict.answers["integrity"]) == ("invalid", False)
    path.write_bytes(people.signed_pdf(world, 2))
    verdict = packet.verify(path, world.trust)
    assert (verdict.verdict, verdict.missing_roles) == ("invalid", ("head",))
    path.write_bytes(people.small_pdf())
    verdict = packet.verify(path, world.trust)
    assert (verdict.verdict, verdict.missing_roles) == ("invalid", ROLES)
    assert "signing.pdf_unsigned" in {p.code for p in verdict.problems}


def test_a_workbook_is_verified_alone(world: World, tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "331123-2024Q1-r1.xlsx"
    path.write_bytes(container.read(sealed).files["workbook.xlsx"])
    verdict = packet.verify(path, world.trust)
    assert (verdict.kind, verdict.verdict, verdict.problems) == ("workbook", "valid", ())
    assert [s.role for s in verdict.signatures] == ["preparer", "head"]
    assert verdict.to_json()["verdict"] == "valid"
    path.write_bytes(people.signed_workbook(world, "preparer"))
    verdict = packet.verify(path, world.trust)
    assert (verdict.verdict, verdict.missing_roles) == ("invalid", ("head",))
    path.write_bytes(people.small_workbook())
    verdict = packet.verify(path, world.trust)
    assert (verdict.kind, verdict.verdict, verdict.missing_roles) == ("workbook", "invalid", ("preparer", "head"))
    assert "signing.workbook_unsigned" in {p.code for p in verdict.problems}
    path.write_bytes(people.signed_workbook(world, "preparer", "head")[:-30])
    verdict = packet.verify(path, world.trust)
    assert (verdict.kind, verdict.verdict, len(verdict.problems)) == ("workbook", "unreadable", 1)


def test_the_report_inside_is_the_signed_one(world: World, sealed: bytes) -> None:
    report = container.read(sealed).files["report.pdf"]
    assert pdf_signature.verify(report, world.trust).good


def test_importing_the_packet_does_not_import_pyhanko() -> None:
    script = """import sys, pairing_desktop.exchange.packet, pairing_desktop.signing.pdf_signature
sys.exit(any(m.split('.')[0] in {'pyhanko', 'lxml', 'reportlab'} for m in sys.modules))"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

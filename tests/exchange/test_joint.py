"""The joint part by itself and inside a packet: every way to tamper with it has its one verdict, and no exception."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from msgspec import Struct

from pairing_desktop.errors import BadContent, Trouble
from pairing_desktop.exchange import joint, joint_parts, packet
from pairing_desktop.exchange.joint import ANSWER, JOINT, Dispute
from pairing_desktop.exchange.packet import PDF
from pairing_desktop.services import verdict_told, verdict_words
from pairing_desktop.signing import cades, container, manifest
from pairing_desktop.signing.identity import ROLES
from pairing_desktop.signing.keys import Key
from pairing_desktop.signing.trust import Trust
from tests.signing import people
from tests.signing.people import COUNTY, World

PARTNER = "330402"
DATA = "data.json"
PLACES, COORDINATES = b"{}", "coordinates.json"
RECORD = {
    "form": "park", "key": "p1", "label": "竹产业园", "subject": "", "period": "", "natural_key": "",
    "payload": {"values": {"area": "1024.5", "plots": 12, "firms": [{"id": "r1", "values": {"staff": 3}}]}},
}
OTHER = {**RECORD, "form": "enterprise", "key": "e1", "label": "甲公司", "payload": {"values": {"staff": 5}}}


def data(**changes: object) -> bytes:
    content = {
        "format": joint.FORMAT, "county": COUNTY, "county_name": "遂昌县", "partner": PARTNER, "partner_name": "南湖区",
        "period": "2024Q2", "made_at": "2024-07-11T08:42:00Z", "sample": False, "bureau": "",
        "forms": [{"id": "park", "version": 1, "digest": "", "title": "园区", "short": "园区"}], "records": [RECORD],
    }
    return rfc8785.dumps({**content, **changes})


class Heads(Struct, frozen=True):
    """Both heads, and the world that issued their keys."""

    world: World
    own: Key
    partner: Key


@pytest.fixture(scope="module")
def heads(world: World) -> Heads:
    return Heads(world, world.keys["head"], world.issue("head", county=PARTNER))


def written(path: Path, heads: Heads, upto: int = 2, content: bytes = b"") -> Path:
    path.write_bytes(joint.build(content or data(), people.small_pdf(), PLACES))
    joint.answer(path, name="南湖区经信局", now=heads.world.now)
    for key in (heads.partner, heads.own)[:upto]:
        joint.sign(path, key, now=heads.world.now)
    return path


@pytest.fixture(scope="module")
def signed(heads: Heads, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("joint") / JOINT, heads).read_bytes()


def codes(verdict: Any) -> set[str]:
    return {p.code for p in verdict.problems}


def test_both_heads_make_it_valid(heads: Heads, signed: bytes) -> None:
    verdict = packet.verify(signed, heads.world.trust, name=JOINT)
    assert (verdict.kind, verdict.verdict, verdict.problems) == ("joint", "valid", ())
    assert [(s.role, s.county) for s in verdict.signatures] == [("head", PARTNER), ("head", COUNTY)]
    assert set(verdict.signatures[0].covers) == {DATA, PDF, COORDINATES, ANSWER}
    assert set(verdict.signatures[1].covers) == {DATA, PDF, COORDINATES, ANSWER, *manifest.names(1)}
    said = {q.text: (q.answer, q.reason) for q in verdict_words.questions(verdict)}
    assert said["对方是否先确认"] == ("已确认", "南湖区经信局逐项核对后确认，两县单位负责人的签名包括这份确认")


@pytest.mark.parametrize("order", [("own", "partner"), ("partner", "own")])
def test_heads_sign_in_any_order(heads: Heads, tmp_path: Path, order: tuple[str, str]) -> None:
    path = written(tmp_path / JOINT, heads, upto=0)
    for name in order:
        joint.sign(path, getattr(heads, name), now=heads.world.now)
    assert packet.verify(path, heads.world.trust).valid


def test_unsigned_and_half_signed_name_who_is_missing(heads: Heads, tmp_path: Path) -> None:
    for upto, missing in ((0, {"遂昌县", "南湖区"}), (1, {"遂昌县"})):
        verdict = packet.verify(written(tmp_path / JOINT, heads, upto), heads.world.trust)
        assert verdict.verdict == "invalid"
        assert {p.place["county"] for p in verdict.problems} == missing
        assert codes(verdict) == {"exchange.joint_unsigned"}


def test_one_that_nobody_answered_waits_for_the_partner(tmp_path: Path, heads: Heads) -> None:
    path = tmp_path / JOINT
    path.write_bytes(joint.build(data(), people.small_pdf(), PLACES))
    verdict = packet.verify(path, heads.world.trust)
    assert codes(verdict) == {"exchange.joint_unanswered", "exchange.joint_unsigned"}
    assert verdict_words.headline(verdict, 0).title == "还没有签齐，不能带进报送包"
    assert verdict_words.headline(verdict, 0).text.startswith("南湖区还没有答复核对稿")


@pytest.mark.parametrize("order", [("own", "partner"), ("partner", "own")])
def test_the_partners_head_consents_by_signing_and_that_is_said(heads: Heads, tmp_path: Path,
                                                                order: tuple[str, str]) -> None:
    path = tmp_path / JOINT
    path.write_bytes(joint.build(data(), people.small_pdf(), PLACES))
    for who in order:
        joint.sign(path, getattr(heads, who), now=heads.world.now)
    said = "南湖区没有先答复核对稿，由其单位负责人签名代替确认"
    verdict = packet.verify(path, heads.world.trust)
    assert (verdict.verdict, verdict.answers["confirmed"]) == ("valid", None)
    assert [w.message for w in verdict.warnings] == [said]
    asked = {q.text: q.answer for q in verdict_words.questions(verdict)}
    assert asked["对方是否先确认"] == "没有单独答复"
    whole = path.read_bytes()
    carrying = carried({JOINT: whole}, about(whole), heads, tmp_path / "a.asice")
    assert carrying.verdict == "valid"
    assert {q.text: q.reason for q in verdict_words.questions(carrying)}["两县共有表是否会签"] == f"会签件：{said}"


def test_signed_by_both_though_disputed_it_is_invalid(heads: Heads, tmp_path: Path) -> None:
    path, code = tmp_path / JOINT, "exchange.joint_disputed"
    path.write_bytes(joint.build(data(), people.small_pdf(), PLACES))
    joint.answer(path, name="南湖区", now=heads.world.now, disputes=(Dispute("park", "p1", "area", "不对"),))
    files = dict(container.read(path).files)
    for number, key in enumerate((heads.partner, heads.own), 1):
        files.update(signature(files, number, key, heads.world.now))
    whole = container.pack(files)
    verdict = packet.verify(whole, heads.world.trust, name=JOINT)
    assert (verdict.verdict, codes(verdict)) == ("invalid", {code})
    assert verdict_words.headline(verdict, 0).title == "无效，不要会签"
    carrying = carried({JOINT: whole}, about(whole), heads, tmp_path / "a.asice")
    assert (carrying.verdict, carrying.answers["joint"], codes(carrying)) == ("invalid", False, {code})
    photo = packet.attachment_path(hashlib.sha256(people.PHOTO).hexdigest(), "竹产业园航拍.JPG")
    inside = {packet.PDF: people.prepared_pdf(), packet.WORKBOOK: people.small_workbook(), photo: people.PHOTO}
    with pytest.raises(Trouble) as error:
        packet.build(people.data(**about(whole)), {**inside, JOINT: whole})
    assert [p.code for p in error.value.problems] == [code]


def repacked(content: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    files = dict(container.read(content).files)
    change(files)
    return container.pack(files)


def signature(files: Mapping[str, bytes], number: int, key: Key, now: datetime) -> dict[str, bytes]:
    """Return an n-th manifest over everything so far, signed with any key."""
    name, place = manifest.names(number)
    content = manifest.make(number, {n: hashlib.sha256(c).digest() for n, c in files.items()}).to_xml()
    return {name: content, place: cades.make(hashlib.sha256(content).digest(), key, signed_at=now)}


MANIFEST_1, SIGNATURE_1 = manifest.names(1)
MANIFEST_2, SIGNATURE_2 = manifest.names(2)

TAMPERED: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "data changed": (lambda f: f.update({DATA: data(period="2024Q3")}), "exchange.file_changed"),
    "pdf changed": (lambda f: f.update({PDF: people.small_pdf(3)}), "exchange.file_changed"),
    "pdf removed": (lambda f: f.pop(PDF), "exchange.file_removed"),
    "places changed": (lambda f: f.update({COORDINATES: b"{} "}), "exchange.file_changed"),
    "data removed": (lambda f: f.pop(DATA), ""),
    "data no json": (lambda f: f.update({DATA: b'{"format":"pairing-desktop/joint/1",'}), "exchange.data_malformed"),
    "data not canonical": (lambda f: f.update({DATA: data() + b" "}), "exchange.data_not_canonical"),
    "newer format": (lambda f: f.update({DATA: data(format="pairing-desktop/joint/9")}), "exchange.newer_format"),
    "no record": (lambda f: f.update({DATA: data(records=[])}), "exchange.data_malformed"),
    "same county twice": (lambda f: f.update({DATA: data(partner=COUNTY)}), "exchange.data_malformed"),
    "file added": (lambda f: f.update({"more.txt": b"x"}), "exchange.joint_extra"),
    "answer changed": (lambda f: f.update({ANSWER: f[ANSWER].replace(b"confirmed", b"disputed")}),
                       "exchange.joint_answer_malformed"),
    "answer removed": (lambda f: f.pop(ANSWER), "exchange.file_removed"),
    "manifest added": (lambda f: f.update({"META-INF/ASiCManifest009.xml": b"x"}), "exchange.joint_extra"),
    "last signature stripped": (lambda f: [f.pop(n) for n in manifest.names(2)], "exchange.joint_unsigned"),
    "first signature stripped": (lambda f: [f.pop(n) for n in manifest.names(1)], "exchange.joint_unsigned"),
    "signatures swapped": (lambda f: f.update({SIGNATURE_1: f[SIGNATURE_2], SIGNATURE_2: f[SIGNATURE_1]}),
                           "signing.content_changed"),
    "manifest changed": (lambda f: f.update({MANIFEST_1: f[MANIFEST_1].replace(b"report", b"rep0rt")}),
                         "signing.content_changed"),
    "manifest no xml": (lambda f: f.update({MANIFEST_1: b"<!DOCTYPE a []>"}), "signing.manifest_form"),
    "signature garbage": (lambda f: f.update({SIGNATURE_2: b"\x30\x80"}), "signing.signature_form"),
    "signature doubled": (lambda f: f.update(dict(zip(manifest.names(3), (f[MANIFEST_2], f[SIGNATURE_2]),
                                                      strict=True))), "exchange.stray_signature"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_has_its_verdict(heads: Heads, signed: bytes, name: str) -> None:
    change, expected = TAMPERED[name]
    verdict = packet.verify(repacked(signed, change), heads.world.trust, name=JOINT)
    assert verdict.verdict in ("invalid", "unreadable")
    assert expected in codes(verdict) or not expected


def test_every_byte_counts(heads: Heads, signed: bytes) -> None:
    step = max(1, len(signed) // 300)
    for place in range(0, len(signed), step):
        changed = bytearray(signed)
        changed[place] ^= 1
        assert not packet.verify(bytes(changed), heads.world.trust, name=JOINT).valid, place


SIGNERS: dict[str, tuple[Callable[[World], Key], str]] = {
    "a reviewer of the partner": (lambda w: w.issue("reviewer", county=PARTNER), "exchange.joint_not_head"),
    "another county's head": (lambda w: w.issue("head", county="330702"), "exchange.joint_other_county"),
    "an expired key": (lambda w: w.authority.issue(people.person("head", PARTNER), now=w.now - timedelta(days=90),
                                                   days=30), "signing.expired"),
    "a stranger's": (lambda w: people.authority.create(now=w.now).issue(people.person("head", PARTNER), now=w.now),
                     "signing.untrusted"),
}


@pytest.mark.parametrize("who", SIGNERS)
def test_a_wrong_signer_has_its_verdict(heads: Heads, tmp_path: Path, who: str) -> None:
    make, expected = SIGNERS[who]
    path = written(tmp_path / JOINT, heads, upto=0)
    joint.sign(path, heads.own, now=heads.world.now)
    files = dict(container.read(path).files)
    forged = container.pack({**files, **signature(files, 2, make(heads.world), heads.world.now)})
    verdict = packet.verify(forged, heads.world.trust, name=JOINT)
    assert verdict.verdict == "invalid"
    assert expected in codes(verdict)


def test_a_revoked_head(heads: Heads, signed: bytes) -> None:
    world = heads.world
    revoked = world.authority.revoke(heads.partner.certificate, at=world.now - timedelta(hours=1))
    trust = Trust((revoked.root,), (revoked.crl(now=world.now),), world.now)
    assert codes(packet.verify(signed, trust, name=JOINT)) == {"signing.revoked"}


def test_signing_refuses_what_is_broken(heads: Heads, tmp_path: Path) -> None:
    path = written(tmp_path / JOINT, heads, upto=1)
    path.write_bytes(repacked(path.read_bytes(), lambda f: f.update({PDF: people.small_pdf(4)})))
    before = path.read_bytes()
    with pytest.raises(Trouble, match="不完好"):
        joint.sign(path, heads.own, now=heads.world.now)
    assert path.read_bytes() == before


def test_a_head_who_signs_twice_is_told_in_one_sentence(heads: Heads, tmp_path: Path) -> None:
    path = written(tmp_path / JOINT, heads, upto=1)
    with pytest.raises(Trouble) as error:
        joint.sign(path, heads.partner, now=heads.world.now)
    assert [p.code for p in error.value.problems] == ["exchange.role_done"]


def test_an_answer_is_about_this_very_part(heads: Heads, tmp_path: Path) -> None:
    path = written(tmp_path / JOINT, heads, upto=0)
    joint.answer(path, name="南湖区", now=heads.world.now, disputes=(Dispute("park", "p1", "area", "不对"),))
    said = container.read(path).files[ANSWER]
    assert joint.open_joint(path).disputes == (Dispute("park", "p1", "area", "不对"),)
    joint.answer(path, name="南湖区", now=heads.world.now)  # none has signed: the last word counts
    assert joint.open_joint(path).disputes == ()
    joint.answer(path, name="南湖区", now=heads.world.now, disputes=(Dispute("park", "p1", "area", "不对"),))
    other = joint.build(data(bureau="另一份"), people.small_pdf(), PLACES)
    with pytest.raises(BadContent, match="不是对这一份的答复"):
        joint.open_joint(repacked(other, lambda f: f.update({ANSWER: said})))
    with pytest.raises(Trouble, match="没有记录"):
        joint.answer(path, name="南湖区", now=heads.world.now, disputes=(Dispute("park", "p9", "", "不对"),))
    with pytest.raises(Trouble, match="没有写明"):
        joint.answer(path, name="南湖区", now=heads.world.now, disputes=(Dispute("park", "p1", "area", " "),))
    assert "exchange.joint_disputed" in codes(packet.verify(path, heads.world.trust))


@pytest.mark.parametrize("change", [
    lambda a: a.update(name=" "), lambda a: a["disputes"][0].update(key="p9"),
    lambda a: a["disputes"][0].update(form="x"), lambda a: a["disputes"].append(a["disputes"][0]),
], ids=["by nobody", "of no record", "of no form", "one place twice"])
def test_an_answer_names_who_answers_and_what_is_there(heads: Heads, tmp_path: Path,
                                                       change: Callable[[dict[str, Any]], object]) -> None:
    path = written(tmp_path / JOINT, heads, upto=0)
    joint.answer(path, name="南湖区", now=heads.world.now, disputes=(Dispute("park", "p1", "area", "不对"),))
    said = json.loads(container.read(path).files[ANSWER])
    change(said)
    path.write_bytes(repacked(path.read_bytes(), lambda f: f.update({ANSWER: rfc8785.dumps(said)})))
    assert "exchange.joint_answer_malformed" in codes(packet.verify(path, heads.world.trust))
    with pytest.raises(BadContent, match="没有写谁答复的"):
        joint.open_joint(path)
    with pytest.raises(Trouble, match="没有写谁答复的"):
        joint.answer(written(tmp_path / "b.asice", heads, upto=0), name="", now=heads.world.now)


def test_differences_name_record_and_field() -> None:
    row = {"id": "r1", "values": {"staff": 4}}
    changed = {**RECORD, "payload": {"values": {"area": "1024.6", "plots": 12, "firms": [row]}}}
    found = joint_parts.differences([RECORD], [changed, OTHER])
    assert {(d.form, d.key, d.path) for d in found} == {
        ("park", "p1", "area"), ("park", "p1", "firms/r1/staff"), ("enterprise", "e1", "")}
    assert joint_parts.differences([RECORD, OTHER], [OTHER, RECORD]) == []
    assert joint_parts.records_digest([RECORD, OTHER]) == joint_parts.records_digest([OTHER, RECORD])
    assert joint_parts.records_digest([RECORD]) != joint_parts.records_digest([changed])


def zipped(content: bytes, change: Callable[[dict[str, bytes]], object], method: int = zipfile.ZIP_STORED) -> bytes:
    """Return the container as another program would zip it."""
    files, held = dict(container.read(content).files), io.BytesIO()
    change(files)
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, inside in {"mimetype": container.MIMETYPE, **files}.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), inside, compress_type=method)
    return held.getvalue()


@pytest.mark.parametrize(("change", "lead"), [
    (lambda f: None, "会签件被别的程序重新打包过，或夹带了别的内容；签过的文件没有变。请使用原来的会签件"),
    (lambda f: f.update({PDF: people.small_pdf(4)}), "签名之后，报表 PDF（report.pdf）被改动过。不要会签"),
    (lambda f: f.pop(PDF), "签名之后，报表 PDF（report.pdf）从会签件里被删掉了。不要会签"),
    (lambda f: f.update({"attachments/x.txt": b"x"}), "签名之后，会签件里被加进了附件 attachments/x.txt。不要会签"),
])
def test_what_was_done_to_one_is_told_first_and_once(
    heads: Heads, signed: bytes, change: Callable[[dict[str, bytes]], object], lead: str
) -> None:
    verdict = packet.verify(zipped(signed, change), heads.world.trust, name=JOINT)
    first, *rest = verdict_told.lines(verdict)
    assert first.startswith(lead)
    assert rest
    assert all(line.startswith("由此产生：") for line in rest), rest
    reasons = [question.reason for question in verdict_words.questions(verdict)]
    assert not any("报送包" in line for line in (*rest, *reasons))


def test_one_compressed_again_is_still_called_a_joint_part(heads: Heads, signed: bytes) -> None:
    again = zipped(signed, lambda f: None, zipfile.ZIP_DEFLATED)
    verdict = packet.verify(again, heads.world.trust, name=JOINT)
    assert verdict.kind == "joint"
    assert verdict_words.headline(verdict, 0).title == "无效，不要会签"
    first, *rest = verdict_told.lines(verdict)
    assert first.startswith("会签件被别的程序重新打包（压缩）过，内容核对不了。请使用原来的会签件")
    assert not any("报送包" in line or "不要接收" in line for line in rest)


# In a packet

def about(signed: bytes, **changes: object) -> dict[str, Any]:
    part = joint.open_joint(signed)
    said = {"state": "signed", "identity": part.identity, "records": part.records, **changes}
    return {"joint": said, "partner": PARTNER, "records": [RECORD, OTHER],
            "forms": [{"id": "park", "joint": True}, {"id": "enterprise"}]}


def carried(files: Mapping[str, bytes], content: Mapping[str, Any], heads: Heads, path: Path) -> Any:
    """Build and sign a packet without asking what ``build`` asks."""
    whole = people.data(**content)
    photo = packet.attachment_path(hashlib.sha256(people.PHOTO).hexdigest(), "竹产业园航拍.JPG")
    inside = {packet.PDF: people.prepared_pdf(), packet.WORKBOOK: people.small_workbook(), photo: people.PHOTO}
    everything = {**inside, DATA: whole, packet.base.BASE: packet.base.of(inside), **files}
    path.write_bytes(container.pack(everything))
    for role in ROLES:
        packet.sign(path, heads.world.keys[role], now=heads.world.now, stamp=people.small_stamp())
    return packet.verify(path, heads.world.trust)


def test_carried_it_is_covered_from_the_first_signature_on(heads: Heads, signed: bytes, tmp_path: Path) -> None:
    verdict = carried({JOINT: signed}, about(signed), heads, tmp_path / "a.asice")
    assert (verdict.verdict, verdict.problems, verdict.answers["joint"]) == ("valid", (), True)
    assert all(JOINT in s.covers for s in verdict.signatures)
    assert [(s.county, s.good) for s in verdict.countersigned] == [(PARTNER, True), (COUNTY, True)]


CARRIED: dict[str, tuple[dict[str, Any], str]] = {
    "another figure": ({"records": [{**RECORD, "payload": {"values": {"area": "1"}}}, OTHER]},
                       "exchange.joint_differs"),
    "one record more": ({"records": [RECORD, {**RECORD, "key": "p2"}, OTHER]}, "exchange.joint_differs"),
    "another digest": ({"joint": {"state": "signed", "identity": "", "records": "00"}}, "exchange.joint_digest"),
    "a sample": ({"sample": True}, "exchange.joint_sample"),
    "another pair": ({"partner": "330702"}, "exchange.joint_other_pair"),
    "another quarter": ({"period": "2024Q3"}, "exchange.joint_other_period"),
    "said to be missing": ({"joint": {"state": "missing", "reason": "出差"}}, "exchange.joint_unasked"),
    "not asked for": ({"joint": {"state": "none"}}, "exchange.joint_unasked"),
}


@pytest.mark.parametrize("name", CARRIED)
def test_a_joint_part_that_is_not_the_data_s(heads: Heads, signed: bytes, tmp_path: Path, name: str) -> None:
    changes, expected = CARRIED[name]
    verdict = carried({JOINT: signed}, {**about(signed), **changes}, heads, tmp_path / "a.asice")
    assert verdict.verdict == "invalid"
    assert verdict.answers["joint"] is False
    assert expected in codes(verdict)


def test_another_one_than_the_data_names(heads: Heads, signed: bytes, tmp_path: Path) -> None:
    """Of the same records, made at another time: the data names the one that was looked at."""
    other = about(signed, identity="00" * 32)
    verdict = carried({JOINT: signed}, other, heads, tmp_path / "a.asice")
    assert codes(verdict) == {"exchange.joint_digest"}


def test_one_that_is_gone_half_signed_or_broken(heads: Heads, signed: bytes, tmp_path: Path) -> None:
    half = written(tmp_path / JOINT, heads, upto=1).read_bytes()
    for files, expected in (({}, "exchange.file_absent"), ({JOINT: half}, "exchange.joint_unsigned"),
                            ({JOINT: signed[:-100]}, "signing.cut_short"), ({JOINT: b"x"}, "signing.not_container")):
        verdict = carried(files, about(signed), heads, tmp_path / "a.asice")
        assert verdict.answers["joint"] is False
        assert expected in codes(verdict)


def test_missing_with_a_reason_is_a_notice(heads: Heads, tmp_path: Path) -> None:
    verdict = carried({}, {"joint": {"state": "missing", "reason": "负责人出差。"}}, heads, tmp_path / "a.asice")
    assert verdict.verdict == "valid"
    assert [w.code for w in verdict.warnings] == ["exchange.joint_missing"]
    assert "负责人出差。请与" in str(verdict.warnings[0]), "its own full stop is not doubled"


def test_missing_it_is_so_many_sheets(heads: Heads, signed: bytes, tmp_path: Path) -> None:
    said = {**about(signed), "joint": {"state": "missing", "reason": "出差", "sheets": 7}}
    verdict = carried({}, said, heads, tmp_path / "a.asice")
    assert (verdict.answers["joint"], codes(verdict)) == (False, {"exchange.joint_sheets"})
    verdict = carried({}, {**said, "joint": {**said["joint"], "sheets": 1}}, heads, tmp_path / "a.asice")
    assert verdict.verdict == "valid"


def test_build_refuses_what_the_verdict_would(heads: Heads, signed: bytes, tmp_path: Path) -> None:
    half = written(tmp_path / JOINT, heads, upto=1).read_bytes()
    photo = packet.attachment_path(hashlib.sha256(people.PHOTO).hexdigest(), "竹产业园航拍.JPG")
    inside = {packet.PDF: people.prepared_pdf(), packet.WORKBOOK: people.small_workbook(), photo: people.PHOTO}
    for files, content, match in (({}, about(signed), "缺少 joint.asice"), ({JOINT: half}, about(signed), "还缺"),
                                  ({JOINT: signed}, {**about(signed), "period": "2024Q3"}, "别的报告期")):
        with pytest.raises(Trouble, match=match):
            packet.build(people.data(**content), {**inside, **files})
    assert packet.build(people.data(**about(signed)), {**inside, JOINT: signed})

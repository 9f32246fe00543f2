"""The joint part: sent, answered, taken in, countersigned, carried, reused, refused."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pairing_desktop.documents.model import Cell, Document, Table
from pairing_desktop.errors import BadContent, Trouble
from pairing_desktop.exchange import packet_parts
from pairing_desktop.exchange.joint import Dispute
from pairing_desktop.exchange.packet import JOINT, open_packet
from pairing_desktop.formspec import catalogue
from pairing_desktop.services import (
    adopting,
    checking,
    countersigning,
    demo,
    joining,
    joint_agreeing,
    joint_overview,
    reviewing,
    submitting,
    verdict_told,
    verdict_words,
    workspace,
)
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.signing import container
from tests.exchange.house import answers, with_data
from tests.services import small
from tests.services.small import QUARTER
from tests.signing import people

JOINT_FORMS = {name: small.FORMS[name].replace("\nkind:", "\njoint: true\nkind:") for name in ("park", "sheet")}


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> small.Laid:
    """Return a data file whose park and sheet are joint."""
    return small.lay(tmp_path_factory.mktemp("laid"), **JOINT_FORMS)


@pytest.fixture
def filled(ws: Workspace) -> dict[str, str]:
    return small.fill(ws)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "会签 出口"
    folder.mkdir()
    return folder


def confirmed(ws: Workspace, out: Path) -> Path:
    path = joining.make(ws, QUARTER, out).path
    joining.answer(path, name="南湖区经信局", now=ws.clock())
    return path


def countersigned(ws: Workspace, out: Path, keys: demo.Keys) -> Path:
    path = confirmed(ws, out)
    joining.sign_joint(path, keys.partner, keys.partner_password, now=ws.clock())
    joining.sign_joint(path, keys.files["head"], keys.passwords["head"], now=ws.clock())
    return path


def test_the_partner_sees_joint_sheets_and_nothing_else(ws: Workspace, filled: dict[str, str], out: Path) -> None:
    made = joining.make(ws, QUARTER, out)
    assert (made.path.name, made.sheets, made.again) == (f"331123-{QUARTER}-joint.asice", 2, False)
    from pairing_desktop.exchange.joint import open_joint

    part = open_joint(made.path)
    assert {r["form"] for r in part.data["records"]} == {"park", "sheet"}
    inside = b"".join(part.files.values()).decode("utf-8", "ignore")
    assert "走访企业一家" not in inside
    assert "91350100M000100Y43" not in inside
    assert "13800000000" not in inside
    seen = joining.describe(made.path)
    assert (seen.county_name, seen.partner_name, seen.quarter_title) == ("遂昌县", "南湖区", "2024年二季度")
    assert seen.pdf.startswith(b"%PDF")
    assert [p.county_name for p in seen.places] == ["遂昌县", "南湖区"]


def test_the_whole_way(ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys) -> None:
    report = checking.check_quarter(ws, QUARTER)
    assert [(f.rule, f.number) for f in report.findings] == [("joint_unsigned", "20a")]
    with pytest.raises(BadContent, match="没有会签"):
        submitting.finalise(ws, QUARTER, out)
    path = countersigned(ws, out, keys)
    taken = joining.take_in(ws, path)
    assert (taken.standing.code, taken.disputes, taken.changed) == ("signed", 0, ())
    assert checking.check_quarter(ws, QUARTER).findings == ()
    done = submitting.finalise(ws, QUARTER, out, joint=path)
    opened = open_packet(done.packet)
    assert opened.files[JOINT] == path.read_bytes()
    assert opened.data["joint"]["state"] == "signed"
    for role in ws.about.roles:
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    submitting.submit(ws, done.packet)
    verdicts = reviewing.verify_files([done.packet, path], trust=keys.root, crl=keys.crl, now=ws.clock(),
                                      forms=ws.catalogue)
    assert [(v.kind, v.verdict) for v in verdicts] == [("packet", "valid"), ("joint", "valid")]
    assert verdicts[0].answers["joint"] is True
    assert f'URI="{JOINT}"'.encode() in opened_again(done.packet)["META-INF/ASiCManifest001.xml"]
    files = dict(opened_again(done.packet))
    spoilt = bytearray(files[JOINT])
    spoilt[files[JOINT].index(b"stream", len(spoilt) // 2) + 9] ^= 1
    changed = out / "改动过的.asice"
    changed.write_bytes(container.pack({**files, JOINT: bytes(spoilt)}))
    [told] = reviewing.verify_files([changed], trust=keys.root, crl=keys.crl, now=ws.clock(), forms=ws.catalogue)
    first, *rest = verdict_told.lines(told)
    assert first == "签名之后，会签件被改动过。不要接收，请向填报单位重新索取原来的报送包。"
    assert any("会签件里的报表（PDF）与数据不一致" in line for line in rest)
    assert all(line.startswith("由此产生：") for line in rest), rest


OTHERWISE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "none needed": (lambda d: d.update(joint={"state": "none"}), "两县共有的记录，却说没有要会签的表"),
    "nothing said": (lambda d: d.pop("joint"), "两县共有的记录，却说没有要会签的表"),
    "forms of one county": (lambda d: [f.pop("joint", None) for f in d["forms"]], "是不是两县共有的说法与表式不同"),
    "both": (lambda d: (d.update(joint={"state": "none"}), [f.pop("joint", None) for f in d["forms"]]),
             "条两县共有的记录，却说没有要会签的表"),
    "another figure": (lambda d: next(r for r in d["records"] if r["form"] == "sheet")["payload"]["values"].update(
        total="49"), "会签件与报送数据不一致：园区季报“竹产业园”的累计投资"),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_a_packet_says_of_its_joint_part_is_asked_of_its_records(
        ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys, name: str) -> None:
    """Signed by the county's own people: whether a joint part is needed tell the forms, not the packet."""
    change, words = OTHERWISE[name]
    done = submitting.finalise(ws, QUARTER, out, joint=joining.take_in(ws, countersigned(ws, out, keys)) and
                               out / f"331123-{QUARTER}-joint.asice")
    files = dict(opened_again(done.packet))
    if name not in ("forms of one county", "another figure"):
        del files[JOINT]
    [verdict] = reviewing.verify_files([repacked(out, with_data(files, change))], trust=keys.root, crl=keys.crl,
                                       now=ws.clock(), forms=ws.catalogue)
    assert verdict.verdict == "invalid"
    assert any(words in p.message for p in verdict.problems), [p.message for p in verdict.problems]


def test_joint_records_of_a_county_that_names_no_partner_are_told(ws: Workspace, filled: dict[str, str], out: Path,
                                                                  keys: demo.Keys) -> None:
    """Else nobody would have to countersign: the pairing stands in the records alone."""
    done = submitting.finalise(ws, QUARTER, out, no_joint_reason="对方出差")
    files = with_data(dict(opened_again(done.packet)), lambda d: (
        d.update(partner="", partner_name="", joint={"state": "none"}), d["surroundings"].update(partner_bureau="")))
    [verdict] = reviewing.verify_files([repacked(out, files)], trust=keys.root, crl=keys.crl, now=ws.clock(),
                                       forms=ws.catalogue)
    asked = next(q for q in verdict_words.questions(verdict) if q.text == "两县共有表是否会签")
    assert (asked.answer, asked.stand) == ("未会签", "query")
    assert "数据里没有写明结对的县（市、区）" in asked.reason


TWICE: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "twice": (lambda d: d["records"].insert(0, {**d["records"][0], "label": "假的"}), "写了两次"),
    "of one county": (lambda d: d["records"].append({**d["records"][0], "form": "firm", "key": "x", "label": "甲公司",
                                                     "payload": {"values": {"name": "甲公司"}}}),
                      "会签件里有两县不共有的记录：企业，甲公司"),
    "a figure more": (lambda d: d["records"][0]["payload"]["values"].update(nosuch="1"), "nosuch"),
    "a member more": (lambda d: d.update(secret="x"), "有不认识的内容 secret"),
}


@pytest.mark.parametrize("name", TWICE)
def test_a_joint_part_holds_each_joint_record_once_and_nothing_else(
        ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys, name: str) -> None:
    change, words = TWICE[name]
    path = repacked(out, with_data(dict(container.read(confirmed(ws, out)).files), change))
    [verdict] = reviewing.verify_files([path], trust=keys.root, crl=keys.crl, now=ws.clock(), forms=ws.catalogue)
    assert verdict.verdict == "invalid"
    assert any(words in p.message for p in verdict.problems), [p.message for p in verdict.problems]


def repacked(out: Path, files: Mapping[str, bytes]) -> Path:
    path = out / "另一份.asice"
    path.write_bytes(container.pack(files))
    return path


def opened_again(path: Path) -> Mapping[str, bytes]:
    return open_packet(path).files


def test_unchanged_it_is_carried_again_with_its_signatures(ws: Workspace, filled: dict[str, str], out: Path,
                                                          keys: demo.Keys) -> None:
    path = countersigned(ws, out, keys)
    signed = path.read_bytes()
    first = submitting.finalise(ws, QUARTER, out, joint=path)
    for role in ws.about.roles:
        reviewing.sign_packet(first.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    submitting.submit(ws, first.packet)
    path.unlink()
    small.put(ws, "note", key=filled["note"], words="走访企业二家。", why="漏报")
    again = submitting.finalise(ws, QUARTER, out, reason="漏报")
    assert again.number == 2
    assert open_packet(again.packet).files[JOINT] == signed
    assert joining.make(ws, QUARTER, out).again
    assert path.read_bytes() == signed


def test_by_older_forms_it_is_agreed_anew(ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys,
                                          tmp_path: Path) -> None:
    """What was countersigned by other forms cannot be compared: the county hears it before it finalises."""
    path = countersigned(ws, out, keys)
    joining.take_in(ws, path)
    forms = small.forms_folder(tmp_path / "新表式", **JOINT_FORMS)
    sheet = forms / "sheet.yaml"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("累计投资 {left} 超过", "累计投资 {left} 高于"),
                     encoding="utf-8")
    adopting.adopt(ws, catalogue.load(forms))
    assert joining.standing(ws, QUARTER).code == "outdated"
    assert joint_overview.of(ws, QUARTER).title == "核对稿发出以后换过表式"
    with pytest.raises(BadContent, match="没有会签：核对稿发出以后换过表式"):
        submitting.finalise(ws, QUARTER, out)
    with pytest.raises(BadContent, match="是按另一版表式做的，没有收下"):
        submitting.finalise(ws, QUARTER, out, joint=path)
    anew = countersigned(ws, tmp_path, keys)
    assert anew.read_bytes() != path.read_bytes()
    assert joining.take_in(ws, anew).standing.code == "signed"
    done = submitting.finalise(ws, QUARTER, out)
    for role in ws.about.roles:
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    [verdict] = reviewing.verify_files([done.packet], trust=keys.root, crl=keys.crl, now=ws.clock(), forms=ws.catalogue)
    assert (verdict.verdict, verdict.problems, verdict.answers["joint"]) == ("valid", (), True)
    assert not any("表式" in w.message for w in verdict.warnings)


def questions(ws: Workspace, path: Path, keys: demo.Keys, forms: catalogue.Catalogue | None = None) -> tuple[Any, Any]:
    """Return a file's verdict, and its questions with answer, reason and standing."""
    [verdict] = reviewing.verify_files([path], trust=keys.root, crl=keys.crl, now=ws.clock(),
                                       forms=forms or ws.catalogue)
    return verdict, {q.text: (q.answer, q.reason, q.stand) for q in verdict_words.questions(verdict)}


def test_a_record_that_is_not_shared_is_a_fault_of_the_data(ws: Workspace, filled: dict[str, str], out: Path,
                                                            keys: demo.Keys) -> None:
    """Its PDF agrees with its data; what the data may hold is another question."""
    from pairing_desktop.exchange import joint, packet_parts

    path = joining.make(ws, QUARTER, out).path
    data = json.loads(container.read(path).files["data.json"])
    data["records"].append({**data["records"][0], "form": "firm", "key": "k", "label": "甲公司",
                            "payload": {"values": {"name": "甲公司"}}})
    drawn = joining.drawn(data, joining.documents(data, ws.catalogue))
    path.write_bytes(joint.build(packet_parts.canonical(data), *drawn))
    _, said = questions(ws, path, keys)
    assert said["数据是否合规定"] == ("不是", "会签件里有两县不共有的记录：企业，甲公司", "error")
    assert said["PDF 与数据是否一致"][0] == "一致"


def test_what_could_not_be_compared_of_a_carried_one_stands_at_its_question(
    ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A packet of an older program, which carried a joint part by other forms than its own."""
    path = countersigned(ws, out, keys)
    joining.take_in(ws, path)
    forms = small.forms_folder(out / "新表式", **JOINT_FORMS)
    sheet = forms / "sheet.yaml"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("超过", "高于"), encoding="utf-8")
    adopting.adopt(ws, catalogue.load(forms))
    monkeypatch.setattr(countersigning, "by_our_forms", lambda *_: True)
    done = submitting.finalise(ws, QUARTER, out)
    for role in ws.about.roles:
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    verdict, said = questions(ws, done.packet, keys)
    assert verdict.valid
    assert said["两县共有表是否会签"] == ("已会签", "会签件是按另一版表式做的，没有逐格核对", "query")
    assert not any("不接收" in str(w) for w in verdict.warnings)


def test_by_older_forms_a_reason_lets_it_be_finalised(ws: Workspace, filled: dict[str, str], out: Path,
                                                      keys: demo.Keys, tmp_path: Path) -> None:
    joining.take_in(ws, countersigned(ws, out, keys))
    forms = small.forms_folder(tmp_path / "新表式", **JOINT_FORMS)
    sheet = forms / "sheet.yaml"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("title: 园区季报", "title: 园区季度报表"),
                     encoding="utf-8")
    adopting.adopt(ws, catalogue.load(forms))
    done = submitting.finalise(ws, QUARTER, out, no_joint_reason="换了表式，下季再会签")
    said = open_packet(done.packet).data["joint"]
    assert (said["state"], said["reason"], said["answer"]) == ("missing", "换了表式，下季再会签", "")


def test_changed_data_are_refused_by_name(ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys) -> None:
    path = countersigned(ws, out, keys)
    small.put(ws, "sheet", key=filled["sheet"], total="51")
    with pytest.raises(BadContent) as told:
        submitting.finalise(ws, QUARTER, out, joint=path)
    assert [p.code for p in told.value.problems] == ["joining.changed", "joining.differs"]
    assert "园区季报“竹产业园”的累计投资" in str(told.value)
    assert joining.standing(ws, QUARTER).code == "changed"
    assert not joining.make(ws, QUARTER, out / "新").again


def test_disputes_land_at_their_fields(ws: Workspace, filled: dict[str, str], out: Path) -> None:
    path = joining.make(ws, QUARTER, out).path
    said = (Dispute("sheet", filled["sheet"], "total", "南湖区账上是 49 万元"),)
    view = joining.answer(path, name="南湖区经信局", now=ws.clock(), disputes=said)
    assert view.answer == "disputed"
    assert [s.disputed for s in view.sheets if s.form == "sheet"] == [{"total": "南湖区账上是 49 万元"}]
    taken = joining.take_in(ws, path)
    assert (taken.standing.code, taken.disputes) == ("disputed", 1)
    found = checking.check_quarter(ws, QUARTER).findings
    [at_field] = [f for f in found if f.rule == "joint_disputed"]
    assert (at_field.form, at_field.record, at_field.path) == ("sheet", filled["sheet"], "total")
    assert at_field.message == "南湖区有异议：南湖区账上是 49 万元"
    small.put(ws, "sheet", key=filled["sheet"], total="49")
    joining.make(ws, QUARTER, out)
    assert [f.rule for f in checking.check_quarter(ws, QUARTER).findings] == ["joint_unsigned"]


def test_what_is_refused_leaves_what_was_taken_in_before(ws: Workspace, filled: dict[str, str], out: Path,
                                                         keys: demo.Keys, tmp_path: Path) -> None:
    """A part of other data, signed by both, would take the place of the partner's dispute about these."""
    other = tmp_path / "旧会签件.asice"
    other.write_bytes(countersigned(ws, out, keys).read_bytes())
    small.put(ws, "sheet", key=filled["sheet"], total="49")
    path = joining.make(ws, QUARTER, tmp_path / "新").path
    joining.answer(path, name="南湖区", now=ws.clock(), disputes=(Dispute("sheet", filled["sheet"], "total", "不对"),))
    joining.take_in(ws, path)
    with pytest.raises(BadContent, match="与现在的数据不一致"):
        submitting.finalise(ws, QUARTER, out, joint=other)
    assert joining.standing(ws, QUARTER).code == "disputed"
    with pytest.raises(BadContent, match="没有收下"):
        joining.take_in(ws, other)
    assert joining.standing(ws, QUARTER).code == "disputed"
    with pytest.raises(BadContent, match="还不能带入报送包：对方有异议"):
        submitting.finalise(ws, QUARTER, out, joint=path)


def test_a_disputed_part_is_not_signed(ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys) -> None:
    path = joining.make(ws, QUARTER, out).path
    joining.answer(path, name="南湖区", now=ws.clock(), disputes=[Dispute("park", filled["park"], "", "名称不对")])
    with pytest.raises(Trouble, match="1 处异议"):
        joining.sign_joint(path, keys.partner, keys.partner_password, now=ws.clock())


def test_only_heads_of_the_two_counties_sign_once(ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys,
                                                  tmp_path: Path) -> None:
    path = confirmed(ws, out)
    with pytest.raises(Trouble, match="不能会签"):
        joining.sign_joint(path, keys.files["reviewer"], keys.passwords["reviewer"], now=ws.clock())
    joining.sign_joint(path, keys.partner, keys.partner_password, now=ws.clock())
    with pytest.raises(Trouble, match="已经签过名"):
        joining.sign_joint(path, keys.partner, keys.partner_password, now=ws.clock())
    with pytest.raises(Trouble, match="不能再改答复"):
        joining.answer(path, name="南湖区", now=ws.clock())
    other = tmp_path / "别县"
    for name in ("trust", "keys"):
        (other / name).mkdir(parents=True)
    foreign = demo.make_keys(other, county="330702", clock=small.Now())
    with pytest.raises(Trouble, match="婺城区"):
        joining.sign_joint(path, foreign.files["head"], foreign.passwords["head"], now=ws.clock())


def test_half_signed_is_not_carried(ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys) -> None:
    path = confirmed(ws, out)
    joining.sign_joint(path, keys.partner, keys.partner_password, now=ws.clock())
    with pytest.raises(BadContent, match="等会签"):
        submitting.finalise(ws, QUARTER, out, joint=path)


def test_a_dispute_about_no_field_of_ours_is_not_taken_in(ws: Workspace, filled: dict[str, str], out: Path) -> None:
    """Another program's answer may say anything."""
    from pairing_desktop.exchange import joint

    path = joining.make(ws, QUARTER, out).path
    joint.answer(path, name="南湖区", now=ws.clock(), disputes=(Dispute("sheet", filled["sheet"], "nosuch", "不对"),))
    with pytest.raises(BadContent, match="nosuch，表里没有这一项"):
        joining.take_in(ws, path)
    assert joining.standing(ws, QUARTER).code == "sent"


def test_an_answer_that_was_not_taken_in_is_not_written_over(ws: Workspace, filled: dict[str, str], out: Path,
                                                             keys: demo.Keys) -> None:
    """Nor a signature; the partner's own one, taken in, may go, and an unanswered one."""
    joining.make(ws, QUARTER, out)
    path = confirmed(ws, out)
    own = (keys.files["head"], keys.passwords["head"])
    for done, key, password in (("答复", keys.partner, keys.partner_password), ("签名", *own)):
        before = path.read_bytes()
        with pytest.raises(Trouble, match=f"南湖区的{done}还没有收回") as raised:
            joining.make(ws, QUARTER, out)
        assert "收回会签件" in raised.value.problems[0].remedy
        assert path.read_bytes() == before
        (out / done).mkdir()
        assert joining.make(ws, QUARTER, out / done).path.parent == out / done
        joining.take_in(ws, path)
        joining.sign_joint(path, key, password, now=ws.clock())
    small.put(ws, "sheet", key=filled["sheet"], total="51")
    with pytest.raises(Trouble, match="签名还没有收回"):
        joining.make(ws, QUARTER, out)
    joining.take_in(ws, path)
    assert joining.make(ws, QUARTER, out).path == path


def test_a_reason_for_one_state_is_none_for_another(ws: Workspace, filled: dict[str, str], out: Path,
                                                    keys: demo.Keys) -> None:
    """没有答复 is no answer to 有异议; other words against a field ask for another answer too."""
    path = joining.make(ws, QUARTER, out).path
    joining.before_finalising(ws, QUARTER, joint=None, reason="对方没有答复")
    assert checking.check_quarter(ws, QUARTER).passes
    sheet = ("sheet", filled["sheet"], "total")
    for words in ("应为 40", "应为 45"):
        joining.answer(path, name="南湖区经信局", now=ws.clock(), disputes=[Dispute(*sheet, words)])
        joining.take_in(ws, path)
        report = checking.check_quarter(ws, QUARTER)
        waiting = {f.rule: f for f in report.findings if not f.explanation}
        assert waiting.keys() == ({"joint_unsigned", "joint_disputed"} if words == "应为 40" else {"joint_disputed"})
        for finding in waiting.values():
            checking.explain(ws, finding, "以合同为准")
    done = submitting.finalise(ws, QUARTER, out / "a")
    for role in ws.about.roles:
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    assert open_packet(done.packet).data["joint"]["disputes"] == 1
    [verdict] = reviewing.verify_files([done.packet], trust=keys.root, crl=keys.crl, now=ws.clock(),
                                       forms=ws.catalogue)
    assert verdict.verdict == "valid"
    assert any("对方未会签，对方有异议 1 处，填报单位写明的原因：以合同为准" in str(w) for w in verdict.warnings)
    assert reviewing.describe_packet(done.packet).joint_missing == "对方未会签，对方有异议 1 处：以合同为准"
    submitting.undo_finalise(ws, QUARTER)
    small.put(ws, "sheet", key=filled["sheet"], total="51")
    joining.make(ws, QUARTER, out)
    small.put(ws, "sheet", key=filled["sheet"], total="52")
    [asked] = [f for f in checking.check_quarter(ws, QUARTER).findings if not f.explanation]
    assert (asked.rule, asked.left) == ("joint_unsigned", "发出后改动过")


def test_missing_with_a_reason(ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys) -> None:
    done = submitting.finalise(ws, QUARTER, out, no_joint_reason="对方负责人出差，下季度补签")
    data = open_packet(done.packet).data
    assert data["joint"] == {"state": "missing", "reason": "对方负责人出差，下季度补签", "answer": "", "sheets": 2,
                             "disputes": 0}
    assert [(e["rule"], e["text"]) for e in data["explanations"]] == [("joint_unsigned", "对方负责人出差，下季度补签")]
    for role in ws.about.roles:
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    [verdict] = reviewing.verify_files([done.packet], trust=keys.root, crl=keys.crl, now=ws.clock(),
                                       forms=ws.catalogue)
    assert verdict.verdict == "valid"
    assert verdict.answers["joint"] is None
    assert any("对方负责人出差" in str(w) for w in verdict.warnings)


def test_a_stranger_s_signature_is_refused(ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys,
                                           tmp_path: Path) -> None:
    from pairing_desktop.services import trusting

    stranger = tmp_path / "s"
    for name in ("trust", "keys"):
        (stranger / name).mkdir(parents=True)
    foreign = demo.make_keys(stranger, clock=small.Now())
    path = countersigned(ws, out, foreign)
    trusting.keep(ws, keys.root, keys.crl)
    with pytest.raises(BadContent, match="受信任"):
        joining.take_in(ws, path)


def test_every_changed_byte_shows(ws: Workspace, filled: dict[str, str], out: Path, keys: demo.Keys,
                                  now: datetime) -> None:
    path = countersigned(ws, out, keys)
    whole = path.read_bytes()
    changed = out / "改动过的.asice"
    for place in range(0, len(whole), max(1, len(whole) // 150)):
        content = bytearray(whole)
        content[place] ^= 1
        changed.write_bytes(content)
        [verdict] = reviewing.verify_files([changed], trust=keys.root, crl=keys.crl, now=ws.clock())
        assert verdict.verdict != "valid", place


def test_another_pair_s_part_is_refused(ws: Workspace, filled: dict[str, str], out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "别处"
    folder.mkdir()
    forms = small.forms_folder(folder / "forms", **JOINT_FORMS)
    with workspace.create(folder / "b.pairing", county="331127", partner="330382", now=ws.clock(), forms=forms,
                          clock=small.Now()) as other:
        small.fill(other)
        path = joining.make(other, QUARTER, out).path
    with pytest.raises(BadContent, match="不是本县"):
        joining.take_in(ws, path)


def with_another_pdf(path: Path, pdf: bytes) -> None:
    files = dict(container.read(path).files)
    path.write_bytes(container.pack({**files, "report.pdf": pdf}))


def test_a_pdf_that_shows_something_else_is_not_shown(ws: Workspace, filled: dict[str, str], out: Path,
                                                      keys: demo.Keys) -> None:
    path = joining.make(ws, QUARTER, out).path
    assert joining.describe(path, forms=ws.catalogue).sheets
    small.put(ws, "sheet", key=filled["sheet"], total="51")
    other = joining.make(ws, QUARTER, out).path
    false = container.read(other).files["report.pdf"]
    small.put(ws, "sheet", key=filled["sheet"], total="50")
    path = confirmed(ws, out)
    with_another_pdf(path, false)
    with pytest.raises(BadContent, match="与数据不一致"):
        joining.describe(path, forms=ws.catalogue)
    for key, password in ((keys.partner, keys.partner_password), (keys.files["head"], keys.passwords["head"])):
        with pytest.raises(BadContent, match="与数据不一致"):  # nor signed by a command that shows nothing
            joining.sign_joint(path, key, password, now=ws.clock(), forms=ws.catalogue)
        joining.sign_joint(path, key, password, now=ws.clock())  # by a program that does not know the forms
    joining.take_in(ws, path)
    done = submitting.finalise(ws, QUARTER, out)
    for role in ws.about.roles:
        reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
    for appearance in (True, False):  # without drawing the packet again, the partner's part is read all the same
        verdicts = reviewing.verify_files([path, done.packet], trust=keys.root, crl=keys.crl, now=ws.clock(),
                                          forms=ws.catalogue, appearance=appearance)
        for verdict, where in zip(verdicts, ("", "会签件："), strict=True):
            drawn = ["joining.pdf_differs"] if appearance else []
            assert [p.code for p in verdict.problems] == [*drawn, "agreement.pdf_words", "agreement.pdf_differs"]
            said = f"{where}PDF 与数据不一致：园区季报，竹产业园，累计投资。PDF 是“51.00”，数据是“50.00”"
            assert str(verdict.problems[-1]).startswith(said)


def test_what_the_partner_saw_beside_the_records_is_compared(ws: Workspace, filled: dict[str, str], out: Path,
                                                            keys: demo.Keys) -> None:
    """Names, earlier figures and the bureau are in the joint part's own data, and its head's eyes saw those."""
    path = confirmed(ws, out)
    for key, password in ((keys.partner, keys.partner_password), (keys.files["head"], keys.passwords["head"])):
        joining.sign_joint(path, key, password, now=ws.clock())
    joining.take_in(ws, path)
    data = open_packet(submitting.finalise(ws, QUARTER, out).packet).data
    joint = json.loads(container.read(path).files["data.json"])

    def told(**around: object) -> list[str]:
        changed = {**joint, "surroundings": {**joint["surroundings"], **around}}
        return [p.message for p in joint_agreeing.said_otherwise(changed, data, ws.catalogue)]

    firm = next(r for r in data["records"] if r["form"] == "firm")
    sheet = next(r for r in joint["records"] if r["form"] == "sheet")
    assert told() == []
    lied = {"form": "firm", "key": firm["key"], "label": "别的企业"}
    assert told(others=[lied]) == ["会签件里的“别的企业”，报送包里叫“甲公司”"]
    figures = {"record": sheet["key"], "previous": {"values": {"total": "12345"}}}
    assert told(earlier=[figures]) == ["会签件里园区季报“竹产业园”的上期数与报送包的不同"]
    [said] = joint_agreeing.said_otherwise({**joint, "bureau": "省厅"}, data, ws.catalogue)
    assert said.message == "会签件写的填报单位是“省厅”，报送包写的是“遂昌县某局”"


def test_a_joint_part_calls_its_counties_by_their_names(ws: Workspace, filled: dict[str, str], out: Path) -> None:
    files = dict(container.read(joining.make(ws, QUARTER, out).path).files)
    data = json.loads(files["data.json"])
    files["data.json"] = packet_parts.canonical({**data, "partner_name": "别区"})
    found = joint_agreeing.agreement(files, ws.catalogue)
    assert "数据里写的是别区（330402），这个代码是南湖区" in {p.message for p in found.problems}


def drawn_by_another(path: Path, ws: Workspace, change: Callable[[list[Document]], list[Document]]) -> None:
    """Let a joint part be as another renderer would draw it: other pages, with their places."""
    from pairing_desktop.documents.coordinates import Recorder
    from pairing_desktop.documents.pdf import write_pdf

    files, places = dict(container.read(path).files), Recorder()
    pages = change(joining.documents(json.loads(files["data.json"]), ws.catalogue))
    files["report.pdf"] = write_pdf(pages, title="另一版", places=places).pdf
    said = json.loads(files["coordinates.json"])
    said.update(pdf=json.loads(places.text()), renderer="0.1.0-else")
    files["coordinates.json"] = json.dumps(said).encode()
    path.write_bytes(container.pack(files))


def test_one_drawn_by_another_renderer_is_read_value_by_value(ws: Workspace, filled: dict[str, str], out: Path) -> None:
    """The same version number may lay out otherwise; the values are compared all the same."""

    def other_words(pages: list[Document]) -> list[Document]:
        return [replace(pages[0], notes=("上一版的说明",)), *pages[1:]]

    def other_value(pages: list[Document]) -> list[Document]:
        return [_with_value(page, "/total", "51.00") for page in pages]

    path = joining.make(ws, QUARTER, out).path
    whole = path.read_bytes()
    drawn_by_another(path, ws, other_words)
    found = answers(ws, container.read(path).files)["agreement"]
    assert (found.ok, found.state) == (True, "text")
    assert [w.code for w in found.warnings] == ["agreement.other_renderer", "agreement.strange_words"]
    assert joining.describe(path, forms=ws.catalogue).sheets
    path.write_bytes(whole)
    drawn_by_another(path, ws, other_value)
    [told] = answers(ws, container.read(path).files)["agreement"].problems
    said = "PDF 与数据不一致：园区季报，竹产业园，累计投资。PDF 是“51.00”，数据是“50.00”"
    assert said in str(told)
    with pytest.raises(BadContent, match=said):
        joining.describe(path, forms=ws.catalogue)


def _with_value(page: Document, path: str, text: str) -> Document:
    def cell(one: Cell | None) -> Cell | None:
        return replace(one, text=text) if one is not None and one.path.endswith(path) else one

    blocks = [replace(block, rows=tuple(replace(row, cells=tuple(map(cell, row.cells))) for row in block.rows))
              if isinstance(block, Table) else block for block in page.blocks]
    return replace(page, blocks=tuple(blocks))


def test_one_made_before_places_were_kept_is_drawn_again(ws: Workspace, filled: dict[str, str], out: Path) -> None:
    path = joining.make(ws, QUARTER, out).path
    files = dict(container.read(path).files)
    del files["coordinates.json"]
    path.write_bytes(container.pack(files))
    assert joining.describe(path, forms=ws.catalogue).sheets
    with_another_pdf(path, people.small_pdf())
    with pytest.raises(BadContent, match="与数据不一致"):
        joining.describe(path, forms=ws.catalogue)


@pytest.mark.parametrize("gone", ["surroundings", "forms", "made_at", "waivers"])
def test_data_that_is_not_as_we_write_it_is_told(ws: Workspace, filled: dict[str, str], out: Path, gone: str) -> None:
    from pairing_desktop.exchange.packet_parts import canonical

    path = joining.make(ws, QUARTER, out).path
    files = dict(container.read(path).files)
    data = json.loads(files["data.json"])
    del data[gone]
    path.write_bytes(container.pack({**files, "data.json": canonical(data)}))
    with pytest.raises(BadContent):
        joining.describe(path, forms=ws.catalogue)
    asked = answers(ws, container.read(path).files)
    assert not asked["agreement"].ok

"""A quarter's way out: finalise, sign, collect, submit, correct. Every step is all or nothing."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Self

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import structs
from sqlalchemy import event

from pairing_desktop import cli
from pairing_desktop.errors import BadContent, Trouble
from pairing_desktop.exchange.packet import open_packet
from pairing_desktop.progress import Cancelled
from pairing_desktop.services import (
    attaching,
    checking,
    demo,
    entering,
    finalising,
    reviewing,
    standing,
    submitting,
    trusting,
    workspace,
)
from pairing_desktop.services.submitting import Finalised
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.signing import authority, container, trust
from pairing_desktop.signing.trust import Trust
from pairing_desktop.store import attachments
from tests import outside_tools
from tests.bench.packet_bench import credit_code
from tests.services import small
from tests.services.small import QUARTER

NAME = "331123-2024Q2-r1"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "报送 出口"
    folder.mkdir()
    return folder


def sign_all(ws: Workspace, packet: Path, keys: demo.Keys, *roles: str) -> None:
    for role in roles or ws.about.roles:
        reviewing.sign_packet(packet, keys.files[role], keys.passwords[role], now=ws.clock())


def of_a_stranger(folder: Path) -> demo.Keys:
    """Return keys of the same names under another root."""
    for name in ("trust", "keys"):
        (folder / "s" / name).mkdir(parents=True)
    return demo.make_keys(folder / "s", clock=small.Now())


def whole(ws: Workspace, out: Path, keys: demo.Keys) -> Finalised:
    """Finalise, sign and submit."""
    done = submitting.finalise(ws, QUARTER, out, reason="更正" if standing.state(ws, QUARTER).number else "")
    sign_all(ws, done.packet, keys)
    submitting.submit(ws, done.packet)
    return done


def test_the_whole_way(ws: Workspace, out: Path, keys: demo.Keys) -> None:
    filled = small.fill(ws)
    assert standing.state(ws, QUARTER).code == "filling"
    done = submitting.finalise(ws, QUARTER, out)
    assert sorted(p.name for p in out.iterdir()) == [f"{NAME}.asice", f"{NAME}.pdf", f"{NAME}.xlsx"]
    found = standing.state(ws, QUARTER)
    assert (found.code, found.number, found.identity, found.packet) == ("final", 1, done.identity, done.packet)

    sign_all(ws, done.packet, keys, "preparer")
    taken = submitting.collect(ws, done.packet)
    assert (taken.signed_roles, taken.missing_roles, taken.sealed) == (("preparer",), ("reviewer", "head"), False)
    assert standing.state(ws, QUARTER).code == "signing"
    with pytest.raises(BadContent, match="还缺审核人、单位负责人的签名"):
        submitting.submit(ws, done.packet)
    sign_all(ws, done.packet, keys, "reviewer", "head")
    assert submitting.collect(ws, done.packet).sealed
    assert standing.state(ws, QUARTER).code == "signed"

    sent = submitting.submit(ws, done.packet)
    assert (sent.number, sent.identity) == (1, done.identity)
    assert standing.state(ws, QUARTER).code == "submitted"
    verdicts = reviewing.verify_files([done.packet, done.pdf], trust=keys.root, crl=keys.crl, now=ws.clock(),
                                      forms=ws.catalogue)
    assert [v.verdict for v in verdicts] == ["valid", "valid"]
    inside = open_packet(done.packet).files
    assert done.pdf.read_bytes() == inside["report.pdf"]
    assert done.workbook.read_bytes() == inside["workbook.xlsx"]
    assert [s.state for s in standing.submissions(ws)] == ["submitted"]
    assert filled


def test_what_the_packet_says(ws: Workspace, out: Path) -> None:
    filled = small.fill(ws)
    small.put(ws, "sheet", key=filled["sheet"], total="120以上")
    saved = small.put(ws, "firm", key=filled["firm"], revenue="2000")
    checking.explain(ws, next(f for f in saved.findings if f.rule == "small"), "订单集中交付")
    limit = next(f for f in checking.check_quarter(ws, QUARTER).findings if f.rule == "limit")
    assert checking.waive(ws, limit, reason="确实超过", consent_by="局长").consent_by == "局长"
    done = submitting.finalise(ws, QUARTER, out)
    packet = open_packet(done.packet)
    data = packet.data
    assert packet.identity == done.identity == hashlib.sha256(packet.files["data.json"]).hexdigest()
    assert (data["county"], data["period"], data["submission"], data["replaces"]) == ("331123", QUARTER, 1, None)
    assert data["roles"] == ["preparer", "reviewer", "head"]
    assert [(r["form"], r["key"], r["number"]) for r in data["records"]] == [
        ("firm", filled["firm"], 2), ("visit", filled["visit"], 1), ("park", filled["park"], 1),
        ("sheet", filled["sheet"], 2), ("note", filled["note"], 1)]
    firm = data["records"][0]
    assert firm["payload"] == {"values": {"code": "91350100M000100Y43", "name": "甲公司", "revenue": "2000"}}
    assert "13800000000" not in json.dumps(data)  # a private field stays at home
    assert data["records"][3]["payload"]["marks"] == {"total": {"qualifier": "以上"}}
    assert [(e["text"], e["rule"]) for e in data["explanations"]] == [("订单集中交付", "small")]
    assert [(w["reason"], w["consent_by"]) for w in data["waivers"]] == [("确实超过", "局长")]
    assert {f["rule"] for f in data["findings"]} == {"small", "limit"}
    assert len(data["history"]["head"]) == 64
    times = [data["finalised_at"], *(a["at"] for a in (*data["explanations"], *data["waivers"]))]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", at) for at in times)


def test_private_values_are_in_no_document(ws: Workspace, out: Path) -> None:
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    text = printed(done.pdf)
    assert "甲公司" in text
    assert "13800000000" not in text
    assert b"13800000000" not in done.workbook.read_bytes()


PHOTO = b"\x01jpeg\x02"


def shown(workbook: Path) -> str:
    import openpyxl

    cells = (cell for sheet in openpyxl.load_workbook(workbook).worksheets for row in sheet.iter_rows(values_only=True)
             for cell in row)
    return "\n".join(str(cell) for cell in cells if cell is not None)


def printed(pdf: Path) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text.replace("\r", "").replace("\n", "")


def test_attachments_travel_only_when_marked(ws: Workspace, out: Path) -> None:
    filled = small.fill(ws)
    from pairing_desktop.formspec.values import Attachment

    with ws.store.begin() as tx:
        digest = attachments.add(tx, PHOTO, name="现场 照片.jpg", at=ws.clock())
    for travels in (False, True):
        opened = entering.open_record(ws, form="firm", key=filled["firm"], quarter=QUARTER)
        opened.draft.set("report", Attachment(digest, "现场 照片.jpg", 6, travels, pages=3))
        entering.save(ws, opened.draft)
        done = submitting.finalise(ws, QUARTER, out)
        packet = open_packet(done.packet)
        assert packet.data["attachments"] == [{"sha256": digest, "name": "现场 照片.jpg", "size": 6, "travels": travels,
                                               "record": filled["firm"], "pages": 3}]
        said = f"现场 照片.jpg（3 页，{'上报' if travels else '仅留本县'}），摘要 {digest[:4].upper()}"
        assert said in shown(done.workbook)
        assert said.replace(" ", "") in printed(done.pdf).replace(" ", "")
        assert (PHOTO in done.packet.read_bytes()) == travels
        inside = [n for n in packet.files if n.startswith("attachments/")]
        assert inside == ([f"attachments/{digest}.jpg"] if travels else [])
        submitting.undo_finalise(ws, QUARTER)


def test_finalising_needs_a_passing_check(ws: Workspace, out: Path) -> None:
    filled = small.fill(ws)
    small.put(ws, "visit", key=filled["visit"], cost="1")
    with pytest.raises(BadContent) as told:
        submitting.finalise(ws, QUARTER, out)
    assert [p.code for p in told.value.problems] == ["services.check_failed", "services.finding"]
    assert re.search("走访.* · .*：费用 1.00 少于已付 4.00", str(told.value)), "which form, and where"
    assert list(out.iterdir()) == []
    assert standing.state(ws, QUARTER).code == "errors"


def test_unsaved_text_is_not_left_behind(ws: Workspace, out: Path) -> None:
    filled = small.fill(ws)
    opened = entering.open_record(ws, form="firm", key=filled["firm"], quarter=QUARTER)
    opened.draft.type("revenue", "13")
    entering.autosave(ws, opened.draft)
    with pytest.raises(Trouble, match="企业 · 甲公司 还有没保存的内容"):
        submitting.finalise(ws, QUARTER, out)


def test_an_empty_quarter_is_not_sent(ws: Workspace, out: Path) -> None:
    with pytest.raises(Trouble):
        submitting.finalise(ws, QUARTER, out)
    assert list(out.iterdir()) == []


def test_finalised_sheets_are_locked_until_it_is_undone(ws: Workspace, out: Path) -> None:
    filled = small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    assert entering.open_record(ws, form="sheet", key=filled["sheet"], quarter=QUARTER).locked
    assert not entering.open_record(ws, form="firm", key=filled["firm"], quarter=QUARTER).locked
    with pytest.raises(Trouble, match="先撤销定稿"):
        small.put(ws, "sheet", key=filled["sheet"], total="51")
    with pytest.raises(Trouble, match="已经定稿"):
        submitting.finalise(ws, QUARTER, out)
    assert submitting.undo_finalise(ws, QUARTER, "数字有误").code == "passed"
    small.put(ws, "sheet", key=filled["sheet"], total="51")
    again = submitting.finalise(ws, QUARTER, out)
    assert (again.number, again.packet) == (1, done.packet)
    assert again.identity != done.identity
    assert [s.state for s in standing.submissions(ws)] == ["final", "undone"]


def test_a_packet_whose_finalising_was_undone_is_worth_nothing(ws: Workspace, out: Path, keys: demo.Keys) -> None:
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    old = shutil.copy(done.packet, out / "旧的.asice")
    sign_all(ws, old, keys)
    submitting.undo_finalise(ws, QUARTER)
    with pytest.raises(BadContent, match="已经撤销"):
        submitting.submit(ws, old)
    submitting.finalise(ws, QUARTER, out)
    with pytest.raises(BadContent, match="已经撤销"):
        submitting.submit(ws, old)


@pytest.mark.parametrize("what", ["signed", "another's", "signed paper", "no packet"])
def test_a_packet_that_stands_there_is_not_lost(ws: Workspace, out: Path, keys: demo.Keys, tmp_path: Path,
                                                what: str) -> None:
    """The data file was put back from a backup, or is another's: it counts the same submission once more."""
    small.fill(ws)
    backup = ws.save_copy(tmp_path / "备份.pairing")
    done = submitting.finalise(ws, QUARTER, out)
    if what in ("signed", "signed paper"):
        sign_all(ws, done.packet, keys)
        submitting.submit(ws, done.packet)
    if what == "signed paper":
        done.packet.unlink()
    if what == "no packet":
        done.packet.write_bytes(b"PK")
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    with workspace.open_workspace(backup, who="张三", now=ws.clock(), clock=ws.clock) as older:
        with pytest.raises(Trouble, match="不能覆盖") as raised:
            submitting.finalise(older, QUARTER, out)
        assert "文件夹" in raised.value.problems[0].remedy
        assert {p.name: p.read_bytes() for p in out.iterdir()} == before
        (tmp_path / "另一个").mkdir()
        assert submitting.finalise(older, QUARTER, tmp_path / "另一个").number == 1


def test_an_own_try_is_written_over_until_somebody_signs_it(ws: Workspace, out: Path, keys: demo.Keys) -> None:
    small.fill(ws)
    first = submitting.finalise(ws, QUARTER, out)
    submitting.undo_finalise(ws, QUARTER)
    again = submitting.finalise(ws, QUARTER, out)
    assert (again.packet, again.identity == first.identity, again.aside) == (first.packet, False, ())


def test_what_was_signed_before_it_was_taken_back_is_kept_by_another_name(
    ws: Workspace, out: Path, keys: demo.Keys, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twice, so that the first one is not lost by the second; a failing disk changes nothing."""
    small.fill(ws)
    lost = {}
    for mark in ("（已撤销）", "（已撤销2）"):
        done = submitting.finalise(ws, QUARTER, out)
        sign_all(ws, done.packet, keys, *(["preparer"] if mark == "（已撤销）" else ws.about.roles))
        lost |= {f"{NAME}{mark}{p.suffix}": p.read_bytes() for p in (done.packet, done.pdf, done.workbook)}
        submitting.undo_finalise(ws, QUARTER)
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    monkeypatch.setattr(finalising, "_record", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        submitting.finalise(ws, QUARTER, out)
    monkeypatch.undo()
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before

    done = submitting.finalise(ws, QUARTER, out)
    assert sorted(p.name for p in done.aside) == sorted(name for name in lost if "2）" in name)
    assert {name: (out / name).read_bytes() for name in lost} == lost
    assert not open_packet(done.packet).signed
    assert len(list(out.iterdir())) == 9
    with pytest.raises(BadContent, match="已经撤销"):
        submitting.submit(ws, done.aside[0])
    sign_all(ws, done.packet, keys)
    assert submitting.submit(ws, done.packet).packet == done.packet


def test_a_correction_needs_a_reason_and_names_the_first(ws: Workspace, out: Path, keys: demo.Keys) -> None:
    filled = small.fill(ws)
    first = whole(ws, out, keys)
    opened = entering.open_record(ws, form="sheet", key=filled["sheet"], quarter=QUARTER)
    assert not opened.locked
    assert "第1次报送" in opened.needs_reason
    with pytest.raises(Trouble, match="要写明原因"):
        small.put(ws, "sheet", key=filled["sheet"], total="60")
    with pytest.raises(Trouble, match="要写明原因"):
        small.put(ws, "visit", key=filled["visit"], cost="12")
    small.put(ws, "park", key=filled["park"], name="竹产业共富园")  # registers live on
    assert standing.state(ws, QUARTER).code == "submitted"
    small.put(ws, "sheet", key=filled["sheet"], total="60", why="园区更正数字")
    state = standing.state(ws, QUARTER)
    assert (state.code, state.number, state.changed) == ("filling", 1, 1)
    second = submitting.finalise(ws, QUARTER, out)
    assert second.packet.name == "331123-2024Q2-r2.asice"
    data = open_packet(second.packet).data
    assert data["replaces"] == {"identity": first.identity, "submission": 1}
    assert data["reason"] == "园区更正数字"
    with pytest.raises(Trouble, match=r"第1次报送.*选择 331123-2024Q2-r2\.asice"):
        submitting.collect(ws, first.packet)  # not “不用再报一次”: the second one is out
    sign_all(ws, second.packet, keys)
    assert submitting.submit(ws, second.packet).number == 2
    with pytest.raises(Trouble, match="不用再报一次"):
        submitting.collect(ws, second.packet)
    assert standing.state(ws, QUARTER).number == 2
    assert [(s.number, s.replaces) for s in standing.submissions(ws)] == [(2, first.identity), (1, "")]


def test_what_went_out_with_a_later_quarter_is_no_change_of_an_earlier_one(
    ws: Workspace, out: Path, keys: demo.Keys,
) -> None:
    firm = small.put(ws, "firm", name="甲公司", code="91350100M000100Y43", revenue="12.5").key
    visit = small.put(ws, "visit", firm="甲公司", day="2024-02-06", done="否", cost="10", paid="4").key
    park = small.put(ws, "park", name="竹产业园").key
    sheets = {}
    for quarter in ("2024Q1", QUARTER):
        sheets[quarter] = small.put(ws, "sheet", quarter=quarter, subject=park, total="50", words="无").key
        small.put(ws, "note", quarter=quarter, words="走访企业一家。")
        done = submitting.finalise(ws, quarter, out)
        sign_all(ws, done.packet, keys)
        submitting.submit(ws, done.packet)
        if quarter != QUARTER:
            small.put(ws, "visit", key=visit, done="是", paid="9", why="付清")
            small.put(ws, "firm", key=firm, revenue="13")
            newer = small.put(ws, "firm", name="乙公司", code=credit_code(7), revenue="1").key
            assert standing.state(ws, quarter).changed == 1, "it has not gone out yet"
    assert standing.state(ws, "2024Q1").changed == 0
    small.put(ws, "sheet", key=sheets["2024Q1"], quarter="2024Q1", total="60", why="园区更正数字")
    second = submitting.finalise(ws, "2024Q1", out)
    said = {r["key"]: r for r in open_packet(second.packet).data["records"]}
    assert said[visit]["payload"]["values"]["paid"] == "4", "as it was sent for the first quarter"
    assert said[firm]["payload"]["values"]["revenue"] == "12.5"
    assert newer not in said
    sign_all(ws, second.packet, keys)
    submitting.submit(ws, second.packet)
    assert standing.state(ws, QUARTER).changed == 0
    small.put(ws, "visit", key=visit, paid="10", why="多付一次")
    assert standing.state(ws, "2024Q1").changed == 1
    seen = {form: checking.around(ws, ws.catalogue.form(form), "2024Q1").target("firm", newer) is not None
            for form in ("sheet", "visit")}
    assert seen == {"sheet": False, "visit": True}, "an event typed today is checked against what there is today"


def test_sending_the_same_again_is_refused(ws: Workspace, out: Path, keys: demo.Keys) -> None:
    small.fill(ws)
    whole(ws, out, keys)
    with pytest.raises(Trouble, match="原因"):
        submitting.finalise(ws, QUARTER, out)
    with pytest.raises(Trouble, match="完全相同"):
        submitting.finalise(ws, QUARTER, out, reason="再报一次")


def test_an_answer_of_another_quarter_makes_no_submission_of_this_one(ws: Workspace, out: Path,
                                                                      keys: demo.Keys) -> None:
    def explain(quarter: str) -> None:
        found = checking.check_quarter(ws, quarter).findings
        checking.explain(ws, next(f for f in found if f.rule == "small"), "订单集中交付")

    small.put(ws, "firm", key=small.fill(ws)["firm"], revenue="2000")
    explain(QUARTER)
    whole(ws, out, keys)
    explain("2024Q3")
    with pytest.raises(Trouble, match="完全相同"):
        submitting.finalise(ws, QUARTER, out, reason="再报一次")


def test_late_events_are_marked(ws: Workspace, out: Path, keys: demo.Keys) -> None:
    small.fill(ws)
    whole(ws, out, keys)
    late = small.put(ws, "visit", quarter="2024Q3", firm="甲公司", day="2024-06-03").key
    new = small.put(ws, "visit", quarter="2024Q3", firm="甲公司", day="2024-07-03", done="是").key
    small.fill(ws, "2024Q3")
    data = open_packet(submitting.finalise(ws, "2024Q3", out).packet).data
    visits = {r["key"]: r.get("late", False) for r in data["records"] if r["form"] == "visit"}
    assert visits == {late: True, new: False}  # the one sent before is finished and unchanged


def test_submitted_packets_can_be_exported_again(ws: Workspace, out: Path, keys: demo.Keys, tmp_path: Path) -> None:
    small.fill(ws)
    done = whole(ws, out, keys)
    copies = {p.name: p.read_bytes() for p in out.iterdir()}
    shutil.rmtree(out)
    other = tmp_path / "再导出"
    other.mkdir()
    assert {p.name: p.read_bytes() for p in submitting.export(ws, QUARTER, 1, other)} == copies
    with pytest.raises(Trouble, match="不在数据文件里"):
        submitting.export(ws, QUARTER, 2, other)
    assert done.number == 1


def test_a_copy_that_comes_back_takes_the_place_of_the_unsigned_one(ws: Workspace, out: Path, keys: demo.Keys,
                                                                    tmp_path: Path) -> None:
    """Signed on other PCs and brought back on a stick: nothing unsigned stays under the packet's name."""
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    unsigned = done.packet.read_bytes()
    stick = tmp_path / "U盘"
    stick.mkdir()
    brought = Path(shutil.copy(done.packet, stick / f"{NAME}(1).asice"))
    sign_all(ws, brought, keys, "preparer")
    submitting.collect(ws, brought)
    assert standing.state(ws, QUARTER).packet == done.packet
    assert done.packet.read_bytes() == brought.read_bytes() != unsigned
    brought.write_bytes(unsigned)
    assert submitting.collect(ws, brought).signed_roles == ("preparer",), "an older copy takes no signature away"
    assert len(open_packet(done.packet).signed) == 1
    shutil.copy(done.packet, brought)
    sign_all(ws, brought, keys, "reviewer", "head")
    sent = submitting.submit(ws, brought)
    assert [p.name for p in stick.iterdir()] == [brought.name]
    assert sent.packet == done.packet
    assert done.packet.read_bytes() == brought.read_bytes()
    inside = open_packet(done.packet).files
    assert {p.name: p.read_bytes() for p in sent.files} == {
        f"{NAME}.xlsx": inside["workbook.xlsx"], f"{NAME}.pdf": inside["report.pdf"]}


def test_another_packet_of_the_name_is_left_alone(ws: Workspace, out: Path, keys: demo.Keys, tmp_path: Path) -> None:
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    brought = Path(shutil.copy(done.packet, tmp_path / done.packet.name))
    sign_all(ws, brought, keys)
    other = tmp_path / "另一个"
    other.mkdir()
    with small.make(other) as stranger:
        small.fill(stranger)
        theirs = submitting.finalise(stranger, QUARTER, other).packet.read_bytes()
    done.packet.write_bytes(theirs)
    submitting.collect(ws, brought)
    sent = submitting.submit(ws, brought)
    assert done.packet.read_bytes() == theirs
    assert sent.packet == brought


def test_another_packet_is_not_accepted(ws: Workspace, out: Path, keys: demo.Keys, tmp_path: Path) -> None:
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    other = tmp_path / "b"
    other.mkdir()
    with small.make(other) as stranger:
        small.fill(stranger)
        foreign = submitting.finalise(stranger, QUARTER, other)
        sign_all(ws, foreign.packet, keys)
        with pytest.raises(BadContent, match="不是2024年二季度最近一次定稿的"):
            submitting.submit(ws, foreign.packet)
        sign_all(ws, done.packet, keys)
        submitting.undo_finalise(stranger, QUARTER)
        with pytest.raises(BadContent, match="不是从这个数据文件定稿的"):
            submitting.submit(stranger, done.packet)


def test_a_renamed_packet_is_still_the_packet(ws: Workspace, out: Path, keys: demo.Keys) -> None:
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    sign_all(ws, done.packet, keys)
    renamed = done.packet.rename(out / "遂昌县二季度 (1).zip")
    sent = submitting.submit(ws, renamed)
    assert sorted(p.name for p in sent.files) == [f"{NAME}.pdf", f"{NAME}.xlsx"]


def test_a_packet_that_a_receiver_would_turn_away_is_never_handed_over(ws: Workspace, out: Path,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the writer (a gap behind the last entry) shows at finalising, before anybody signs."""
    small.fill(ws)
    pack = container.pack
    monkeypatch.setattr(container, "pack", lambda files: pack(files).replace(b"PK\x01\x02", b"\0PK\x01\x02", 1))
    with pytest.raises(BadContent, match="读回来有问题"):
        submitting.finalise(ws, QUARTER, out)
    assert list(out.iterdir()) == []
    assert standing.state(ws, QUARTER).code == "passed"


@pytest.mark.parametrize("failing", ["asice", "pdf", "xlsx"])
def test_a_folder_in_the_way_leaves_nothing_half_written(ws: Workspace, out: Path, failing: str) -> None:
    small.fill(ws)
    submitting.finalise(ws, QUARTER, out)
    submitting.undo_finalise(ws, QUARTER)
    (out / f"{NAME}.{failing}").unlink()
    (out / f"{NAME}.{failing}").mkdir()
    (out / f"{NAME}.{failing}" / "x").touch()
    before = {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    with pytest.raises(Trouble):
        submitting.finalise(ws, QUARTER, out)
    assert {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert standing.state(ws, QUARTER).code == "passed"


def test_a_missing_or_readonly_folder_is_told(ws: Workspace, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small.fill(ws)
    with pytest.raises(Trouble, match="不存在"):
        submitting.finalise(ws, QUARTER, out / "没有" / "没有")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for folder in (out, out / "新建的"):
        with pytest.raises(Trouble, match="磁盘满了"):
            submitting.finalise(ws, QUARTER, folder)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("failing", range(1, 7))
def test_every_replacement_that_fails_leaves_all_as_it_was(ws: Workspace, out: Path, failing: int,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel holds the workbook open, the stick is pulled: whichever of the renames fails."""
    filled = small.fill(ws)
    submitting.finalise(ws, QUARTER, out)
    submitting.undo_finalise(ws, QUARTER)
    small.put(ws, "sheet", key=filled["sheet"], total="51")
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    calls = []
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.parent == out:
            calls.append(self)
            if len(calls) == failing:
                raise PermissionError(13, "in use")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(Trouble, match="正在 Excel 或 WPS 里打开着"):
        submitting.finalise(ws, QUARTER, out)
    monkeypatch.undo()
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert [s.state for s in standing.submissions(ws)] == ["undone"]
    assert submitting.finalise(ws, QUARTER, out).number == 1


def test_cancelling_leaves_no_files(ws: Workspace, out: Path) -> None:
    small.fill(ws)
    steps: list[str] = []

    def listen(step: str, done: int, total: int) -> None:
        steps.append(step)

    submitting.preview(ws, QUARTER, listen)
    for name in dict.fromkeys(steps):
        def stop(step: str, done: int, total: int, name: str = name) -> None:
            if step == name:
                raise Cancelled

        with pytest.raises(Cancelled):
            submitting.finalise(ws, QUARTER, out, progress=stop)
        assert list(out.iterdir()) == []
    assert standing.submissions(ws) == []


def test_typing_on_while_it_is_drawn_is_noticed(ws: Workspace, out: Path) -> None:
    filled = small.fill(ws)

    def type_on(step: str, done: int, total: int) -> None:
        if step == "装入报送包":
            small.put(ws, "sheet", key=filled["sheet"], total="51")

    with pytest.raises(Trouble, match="有人改动了内容"):
        submitting.finalise(ws, QUARTER, out, progress=type_on)
    assert list(out.iterdir()) == []
    assert standing.submissions(ws) == []
    assert submitting.finalise(ws, QUARTER, out).number == 1


def test_a_draft_of_another_quarter_is_not_in_the_way(ws: Workspace, out: Path) -> None:
    filled = small.fill(ws)
    later = entering.open_record(ws, form="sheet", quarter="2024Q3", subject=filled["park"])
    later.draft.type("total", "60")
    entering.autosave(ws, later.draft)
    assert submitting.finalise(ws, QUARTER, out).number == 1


def test_preview_says_that_it_is_a_draft_and_changes_nothing(ws: Workspace) -> None:
    filled = small.fill(ws)
    pdf = submitting.preview(ws, QUARTER)
    assert pdf.startswith(b"%PDF")
    assert submitting.preview_form(ws, "firm", quarter=QUARTER).startswith(b"%PDF")
    assert submitting.preview_form(ws, "visit", quarter=QUARTER, key=filled["visit"]).startswith(b"%PDF")
    assert standing.submissions(ws) == []
    measured = submitting.rehearse(ws, QUARTER)
    assert measured.records == 5
    assert measured.size > 10_000


def test_the_size_is_told_by_attachment_before_finalising(ws: Workspace, tmp_path: Path, out: Path) -> None:
    filled = small.fill(ws)
    small.put(ws, "firm", name="乙公司", code=credit_code(1))
    second = small.put(ws, "firm", name="丙公司", code=credit_code(2)).key
    for key, name, size, travels in ((filled["firm"], "大.zip", 900_000, True), (second, "小.zip", 90_000, True)):
        (tmp_path / name).write_bytes(b"PK" + os.urandom(size))
        opened = entering.open_record(ws, form="firm", key=key, quarter=QUARTER)
        opened.draft.set("report", attaching.attach(ws, tmp_path / name, travels=travels))
        entering.save(ws, opened.draft)
    measured = submitting.rehearse(ws, QUARTER)
    assert [(p.name, p.label, p.record) for p in measured.parts] == [
        ("大.zip", "甲公司", filled["firm"]), ("小.zip", "丙公司", second)]
    assert measured.size > sum(p.size for p in measured.parts) > 990_000
    assert not measured.too_large
    assert not measured.hard_to_send
    limits = structs.replace(measured.limits, send_mb=1)
    assert structs.replace(measured, limits=limits).hard_to_send
    limits = structs.replace(limits, packet_mb=1)
    assert structs.replace(measured, limits=limits).too_large
    assert submitting.finalise(ws, QUARTER, out).size == pytest.approx(measured.size - finalising.SIGNATURES, rel=0.02)


def test_the_same_quarter_draws_the_same_pdf(ws: Workspace) -> None:
    small.fill(ws)
    assert submitting.preview(ws, QUARTER) == submitting.preview(ws, QUARTER)


def test_quarters_are_listed_latest_first(ws: Workspace) -> None:
    small.fill(ws)
    listed = submitting.quarters(ws)
    assert [q.quarter for q in listed][:3] == ["2024Q3", "2024Q2", "2024Q1"]
    assert [q.title for q in listed][:3] == ["未填", "填报中", "未填"]
    assert listed[1].quarter_title == "2024年二季度"


def test_a_quarter_is_begun_with_the_first_record_saved_in_it(ws: Workspace) -> None:
    assert standing.state(ws, QUARTER).title == "未填"
    small.put(ws, "firm", name="甲公司", revenue="2000")
    begun = standing.state(ws, QUARTER)
    assert (begun.title, begun.detail) == ("填报中", "核实 2")
    assert standing.state(ws, "2024Q1").title == "未填", "it was not on screen"
    path = ws.path
    ws.close()
    with workspace.open_workspace(path, now=small.Now()()) as again:
        assert standing.state(again, QUARTER).title == "填报中"


def test_a_signed_packet_shows_what_is_signed(ws: Workspace, out: Path, keys: demo.Keys) -> None:
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    seen = reviewing.describe_packet(done.packet)
    assert (seen.county_name, seen.quarter_title, seen.number) == ("遂昌县", "2024年二季度", 1)
    assert seen.next_role == "preparer"
    assert [(f.form, f.title, f.records) for f in seen.forms][:2] == [("firm", "企业名录", 1), ("visit", "走访记录", 1)]
    assert seen.pdf.startswith(b"%PDF")
    whose = reviewing.describe_key(keys.files["preparer"], keys.passwords["preparer"], now=ws.clock())
    assert (whose.role, whose.county_name) == ("preparer", "遂昌县")
    sign_all(ws, done.packet, keys, "preparer")
    seen = reviewing.describe_packet(done.packet)
    assert [(p.label, p.signed) for p in seen.places] == [("填表人", True), ("审核人", False), ("单位负责人", False)]
    assert seen.next_role == "reviewer"
    sign_all(ws, done.packet, keys, "reviewer", "head")
    assert reviewing.describe_packet(done.packet).sealed


def test_the_trusted_root_is_asked_at_submission(ws: Workspace, out: Path, keys: demo.Keys, tmp_path: Path) -> None:
    small.fill(ws)
    foreign = of_a_stranger(tmp_path)
    trusting.keep(ws, keys.root, keys.crl)
    done = submitting.finalise(ws, QUARTER, out)
    sign_all(ws, done.packet, foreign)
    with pytest.raises(BadContent, match="不是受信任的根证书签发的") as told:
        submitting.submit(ws, done.packet)
    assert "撤销定稿，重新定稿" in str(told.value.problems[-1]), "the way out"
    assert standing.state(ws, QUARTER).code == "final"


def test_a_key_of_another_authority_signs_nothing(ws: Workspace, out: Path, keys: demo.Keys, tmp_path: Path) -> None:
    small.fill(ws)
    foreign = of_a_stranger(tmp_path)
    done = submitting.finalise(ws, QUARTER, out)
    trust = trusting.from_files(keys.root, keys.crl, at=ws.clock())

    def refused(match: str, *, known: Trust | None, role: str, by: demo.Keys = foreign) -> None:
        before = done.packet.read_bytes()
        with pytest.raises(Trouble, match=match):
            reviewing.sign_packet(done.packet, by.files[role], by.passwords[role], now=ws.clock(), trust=known)
        assert done.packet.read_bytes() == before

    refused("不是这台电脑信任的根证书签发的", known=trust, role="preparer")
    reviewing.sign_packet(done.packet, keys.files["preparer"], keys.passwords["preparer"], now=ws.clock(), trust=trust)
    assert [p.issued for p in reviewing.describe_packet(done.packet).places] == [None, None, None]
    refused("不是同一个发证机构签发的", known=None, role="reviewer")
    refused("不是这台电脑信任的根证书签发的", known=trust, role="reviewer")
    other = trusting.from_files(foreign.root, None, at=ws.clock())
    assert [p.issued for p in reviewing.describe_packet(done.packet, trust=other).places] == [False, None, None]
    refused("前面.*不是这台电脑信任的根证书签发的", known=other, role="reviewer")
    reviewing.sign_packet(done.packet, keys.files["reviewer"], keys.passwords["reviewer"], now=ws.clock(), trust=trust)
    assert [p.issued for p in reviewing.describe_packet(done.packet, trust=trust).places] == [True, True, None]


def test_without_a_root_it_is_said_that_nobody_was_proved(ws: Workspace, out: Path, keys: demo.Keys) -> None:
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    sign_all(ws, done.packet, keys)
    sent = submitting.submit(ws, done.packet)
    assert len(sent.warnings) == 1
    assert sent.warnings[0].startswith("没有根证书，没有核对签名人的证书。")
    assert standing.state(ws, QUARTER).warnings == sent.warnings


def test_a_root_given_with_the_packet_is_asked_and_kept_though_refused(
    ws: Workspace, out: Path, keys: demo.Keys, tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    """Leaving the root away the next time is no way round the refusal."""
    small.fill(ws)
    foreign = of_a_stranger(tmp_path)
    done = submitting.finalise(ws, QUARTER, out)
    sign_all(ws, done.packet, foreign)
    path = ws.path
    ws.close()

    def submitted(*words: Path | str) -> tuple[int, str]:
        code = cli.run(["submit", str(path), str(done.packet), *map(str, words)])
        said = capsys.readouterr()
        return code, said.out + said.err

    for words in (["--trust", keys.root, "--crl", keys.crl], []):
        code, said = submitted(*words)
        assert code == 1
        assert "不是受信任的根证书签发的" in said
    code, said = submitted("--trust", foreign.root)
    assert code == 0
    assert "没有根证书" not in said
    assert submitted("--trust", keys.root)[0] == 2, "sent already"
    with workspace.open_workspace(path, write=False, now=small.Now().at) as seen:
        kept = trusting.of(seen)
        assert kept is not None
        assert kept.crls == ()
        assert [c.public_bytes(Encoding.PEM) for c in kept.roots] == [keys.root.read_bytes()]


def test_a_list_alone_goes_to_the_root_that_is_kept(ws: Workspace, keys: demo.Keys) -> None:
    trusting.keep(ws, keys.root)
    trusting.keep(ws, None, keys.crl)
    kept = trusting.of(ws)
    assert kept is not None
    assert (len(kept.roots), len(kept.crls)) == (1, 1)


def test_the_lists_of_two_roots_of_one_name_are_kept_and_another_s_are_not(ws: Workspace, tmp_path: Path) -> None:
    old, new, other = (authority.create(now=small.Now().at) for _ in range(3))
    root, crl = tmp_path / "root.pem", tmp_path / "root.crl.pem"
    root.write_bytes(old.root_pem + new.root_pem)
    crl.write_bytes(b"".join(a.crl_pem(now=small.Now().at) for a in (other, old, new)))
    trusting.keep(ws, root, crl)
    kept = trusting.of(ws)
    assert kept is not None
    assert [trust.usable(c, r) for c, r in zip(kept.crls, kept.roots, strict=True)] == [True, True]
    crl.write_bytes(other.crl_pem(now=small.Now().at))
    with pytest.raises(Trouble) as error:
        trusting.keep(ws, root, crl)
    assert [p.code for p in error.value.problems] == ["services.crl_of_other_root"]


def test_the_root_of_this_pc_is_asked_where_the_data_file_has_none(ws: Workspace, out: Path, keys: demo.Keys,
                                                                   tmp_path: Path) -> None:
    small.fill(ws)
    foreign = of_a_stranger(tmp_path)
    done = submitting.finalise(ws, QUARTER, out)
    sign_all(ws, done.packet, foreign)
    Settings().set(trusting.PC_ROOT, str(keys.root))
    with pytest.raises(BadContent, match="不是受信任的根证书签发的"):
        submitting.submit(ws, done.packet)
    with pytest.raises(BadContent, match="不是受信任的根证书签发的"):
        submitting.collect(ws, done.packet)
    Settings().set(trusting.PC_ROOT, str(foreign.root))
    assert submitting.submit(ws, done.packet).warnings == ()
    assert trusting.of(ws) is None, "the PC's root stays the PC's"


def test_a_sample_is_not_judged_by_the_root_of_this_pc_and_that_is_said(ws: Workspace, out: Path,
                                                                        keys: demo.Keys) -> None:
    ws.shared.about = structs.replace(ws.about, sample=True)
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    sign_all(ws, done.packet, keys)
    Settings().set(trusting.PC_ROOT, str(keys.root))
    [said] = submitting.submit(ws, done.packet).warnings
    assert said.startswith("示例数据不用本机的根证书核对，没有核对签名人的证书。")


def test_a_list_without_a_root_proves_nothing(ws: Workspace, keys: demo.Keys) -> None:
    with pytest.raises(Trouble, match="没有根证书"):
        trusting.keep(ws, None, keys.crl)


def test_a_file_reopened_knows_where_the_quarter_stands(ws: Workspace, out: Path, keys: demo.Keys) -> None:
    small.fill(ws)
    done = whole(ws, out, keys)
    path = ws.path
    ws.close()
    with workspace.open_workspace(path, now=small.Now()()) as again:
        state = standing.state(again, QUARTER)
        assert (state.code, state.identity, state.packet) == ("submitted", done.identity, done.packet)
        from pairing_desktop.store import journal

        with again.store.reading() as conn:
            assert journal.verify(conn) == []


class FullAtCommit:
    """A disk that is full just when SQLite writes the transaction down."""

    def __init__(self, ws: Workspace) -> None:
        writing = ws.store._writing
        assert writing is not None
        self.engine = writing
        self.failed = 0

    def __enter__(self) -> Self:
        event.listen(self.engine, "commit", self._fail)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "commit", self._fail)

    def _fail(self, _connection: object) -> None:
        self.failed += 1
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error


def seen(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_finalising_that_is_not_committed_leaves_the_files_that_were_there(ws: Workspace, out: Path) -> None:
    small.fill(ws)
    checking.check_quarter(ws, QUARTER)
    (out / f"{NAME}.pdf").write_bytes(b"older")
    with FullAtCommit(ws) as disk, pytest.raises(Trouble, match="磁盘已满"):
        submitting.finalise(ws, QUARTER, out)
    assert disk.failed == 1
    assert seen(out) == {f"{NAME}.pdf": b"older"}
    assert standing.state(ws, QUARTER).code == "passed"
    assert submitting.finalise(ws, QUARTER, out).number == 1


def test_submitting_that_is_not_committed_leaves_the_files_that_were_there(ws: Workspace, out: Path,
                                                                           keys: demo.Keys) -> None:
    small.fill(ws)
    done = submitting.finalise(ws, QUARTER, out)
    sign_all(ws, done.packet, keys)
    before = seen(out)
    with FullAtCommit(ws), pytest.raises(Trouble, match="磁盘已满"):
        submitting.submit(ws, done.packet)
    assert seen(out) == before
    assert standing.state(ws, QUARTER).code == "final"
    assert submitting.submit(ws, done.packet).number == 1


@pytest.mark.outside
def test_a_data_file_on_a_disk_that_fills_up(tmp_path: Path, out: Path) -> None:
    """The write that fails is another one each time; committing is the last of them."""
    mount = outside_tools.need("mount", "mount")
    disk = tmp_path / "小盘"
    disk.mkdir()
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting a file system needs root")
    try:
        with small.make(disk) as ws:
            small.fill(ws)
            checking.check_quarter(ws, QUARTER)
            ws.checkpoint()
            (out / f"{NAME}.pdf").write_bytes(b"older")
            ballast = disk / "ballast"
            told = set()
            for room in range(0, 80_000, 8192):
                ws.checkpoint()
                there = os.statvfs(disk)
                ballast.write_bytes(bytes(max(0, there.f_bavail * there.f_frsize - room)))
                try:
                    submitting.finalise(ws, QUARTER, out)
                    break
                except Trouble as full:
                    told |= {p.code for p in full.problems}
                finally:
                    ballast.unlink()
                assert seen(out) == {f"{NAME}.pdf": b"older"}
                assert standing.state(ws, QUARTER).code == "passed"
            assert told == {"store.full"}
            assert standing.state(ws, QUARTER).code == "final"
    finally:
        subprocess.run(["umount", str(disk)], check=True)

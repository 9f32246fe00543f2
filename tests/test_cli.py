"""The command line: fixed spellings, exit codes, and one plain Chinese sentence for everything that can be wrong."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Struct

from pairing_desktop import cli, paths
from pairing_desktop.cli import trying
from pairing_desktop.services import checking, demo, entering, reviewing, submitting, trusting, workspace, writing
from pairing_desktop.settings import Settings
from pairing_desktop.signing import authority, container
from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.keys import Key, load_p12, make_p12
from tests import outside_tools
from tests.services import small
from tests.services.small import QUARTER

FORMS = Path(__file__).resolve().parents[1] / "forms"
PACKET = "331123-2024Q2-r1.asice"


class House(Struct, frozen=True):
    """A folder as a clerk has it: data file, packet in three states, keys. Each test works on a copy."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "遂昌 县.pairing"

    @property
    def packet(self) -> Path:
        """Finalised, nobody has signed."""
        return self.folder / PACKET

    @property
    def sealed(self) -> Path:
        """All have signed."""
        return self.folder / "签齐" / PACKET

    def key(self, name: str, word: str = "密码.txt") -> list[str]:
        return ["--key", str(self.folder / "keys" / f"{name}.p12"), "--password-file", str(self.folder / word)]

    @property
    def trust(self) -> list[str]:
        return ["--trust", str(self.folder / "trust/root.pem"), "--crl", str(self.folder / "trust/root.crl.pem")]

    @property
    def by(self) -> list[str]:
        """Whom to trust, and by whose forms to verify."""
        return [*self.trust, "--workspace", str(self.file)]

    def files(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("house") / "做好的"
    folder.mkdir()
    now = datetime.now(UTC)
    for name in ("trust", "keys", "签齐"):
        (folder / name).mkdir()
    keys = demo.make_keys(folder, clock=lambda: now)
    root = authority.create(now=now - timedelta(days=400))
    for name, role, county, at, days in (
        ("expired", "preparer", "331123", now - timedelta(days=300), 100), ("foreign", "preparer", "330402", now, 100),
        ("norole", "", "331123", now, 100), ("foreign-head", "head", "330402", now, 100),
    ):
        key = root.issue(Identity("某人", role, county), now=at, days=days)
        (folder / "keys" / f"{name}.p12").write_bytes(make_p12(key, "密码"))
    (folder / "trust/foreign.pem").write_bytes(root.root_pem)
    for role in keys.files:  # one password for all makes the table short
        key = authority_key(keys, role)
        (folder / "keys" / f"{role}.p12").write_bytes(make_p12(key, "密码"))
    (folder / "密码.txt").write_text("密码\n", encoding="utf-8")
    house = House(folder)
    with small.make(folder) as ws:
        small.fill(ws)
        submitting.finalise(ws, QUARTER, folder)
    shutil.copy(house.packet, house.sealed)
    for role in keys.files:
        reviewing.sign_packet(house.sealed, folder / "keys" / f"{role}.p12", "密码", now=now)
    return House(folder.rename(folder.with_name("搬走的")))  # or copies would bring their packets back to it


def authority_key(keys: demo.Keys, role: str) -> Key:
    return load_p12(keys.files[role], keys.passwords[role])


@pytest.fixture
def house(built: House, tmp_path: Path) -> House:
    return House(Path(shutil.copytree(built.folder, tmp_path / "我的 文件夹")))


class Said(Struct, frozen=True):
    code: int
    out: str
    err: str

    @property
    def sentences(self) -> list[str]:
        return self.err.splitlines()


Run = Callable[..., Said]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*words: object) -> Said:
        code = cli.run([str(w) for w in words])
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return call


# What can be wrong


def not_a_file(h: House) -> list[object]:
    h.file.write_text("这不是数据文件" * 2000, encoding="utf-8")
    return ["check", h.file, "--quarter", QUARTER]


def newer(h: House) -> list[object]:
    connection = sqlite3.connect(h.file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    return ["check", h.file, "--quarter", QUARTER]


def schema_of_none(h: House) -> list[object]:
    connection = sqlite3.connect(h.file)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = 'zzzz'")
    connection.close()
    return ["check", h.file, "--quarter", QUARTER]


def damaged(h: House) -> list[object]:
    data = bytearray(h.file.read_bytes())
    for place in range(4096 * 3, len(data), 512):
        data[place] ^= 0xFF
    h.file.write_bytes(data)
    return finalise(h)


def cut(h: House) -> list[object]:
    h.file.write_bytes(h.file.read_bytes()[:-8192])
    return ["check", h.file, "--quarter", QUARTER]


def rezip(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as old:
        files = {n: old.read(n) for n in old.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as new:
        for name, content in files.items():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return path


def zipped_again(path: Path) -> Path:
    """Pack it as any archiver does, compressed."""
    with zipfile.ZipFile(path) as old:
        files = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in files.items():
            new.writestr(name, content)
    return path


def cut_short(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-5000])
    return path


def emptied(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def one_byte(path: Path, within: bytes) -> Path:
    data = bytearray(path.read_bytes())
    place = data.index(within) + len(within) // 2
    data[place] ^= 1
    path.write_bytes(data)
    return path


def added(path: Path) -> Path:
    return rezip(path, lambda files: files.update({"attachments/x.pdf": b"%PDF"}))


def without(path: Path, part: str) -> Path:
    """Take out the files whose names hold a part, and pack the rest as this program does."""
    path.write_bytes(container.pack({n: c for n, c in container.read(path).files.items() if part not in n}))
    return path


def twice(path: Path) -> Path:
    """Add a second file of a name, as the zip format allows."""
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("data.json", "{}")
    return path


def removed(path: Path) -> Path:
    return rezip(path, lambda files: files.pop("workbook.xlsx") and None)


def changed(path: Path) -> Path:
    return one_byte(path, b'"county_name"')


def text_in_a_number(h: House) -> list[object]:
    return typed(h, "visit", cost="十块a")


def impossible_date(h: House) -> list[object]:
    return typed(h, "visit", day="2024-02-30")


def wrong_credit_code(h: House) -> list[object]:
    return typed(h, "firm", code="91350100M000100Y42")


def typed(h: House, form: str, **values: str) -> list[object]:
    now = datetime.now(UTC)
    with workspace.open_workspace(h.file, now=now) as ws:
        key = entering.list_records(ws, form, quarter=QUARTER).lines[0].key
        small.put(ws, form, key=key, **values)
    return finalise(h)


def undone(h: House) -> House:
    """Take the finalising back."""
    with workspace.open_workspace(h.file, now=datetime.now(UTC)) as ws:
        submitting.undo_finalise(ws, QUARTER)
    return h


def submit_undone(h: House) -> list[object]:
    return ["submit", undone(h).file, h.sealed]


def check(h: House, path: Path) -> list[object]:
    return ["check", path, "--quarter", QUARTER]


def finalise(h: House, quarter: str = QUARTER, out: str = "") -> list[object]:
    return ["finalise", h.file, "--quarter", quarter, "--out", h.folder / out]


class Case(Struct, frozen=True):
    """How it goes wrong, the exit code, and words that the sentence must hold: the place and the remedy."""

    name: str
    words: Callable[[House], list[object]]
    code: int
    says: tuple[str, ...]
    sentences: int = 1


def sign(h: House, packet: Path, key: str, word: str = "密码.txt") -> list[object]:
    return ["sign", packet, *h.key(key, word)]


CASES = [
    Case("no data file", lambda h: check(h, h.folder / "没有.pairing"), 2, ("没有.pairing", "找不到")),
    Case("not a data file", not_a_file, 2, ("遂昌 县.pairing", "不是本程序的数据文件", "请选择")),
    Case("a packet as data file", lambda h: check(h, h.packet), 2, (PACKET, "不是本程序的数据文件")),
    Case("newer", newer, 2, ("遂昌 县.pairing", "较新版本", "更新")),
    Case("damaged", damaged, 2, ("遂昌 县.pairing", "损坏", "备份")),
    Case("cut short", cut, 2, ("遂昌 县.pairing", "不完整", "备份")),
    Case("existing file", lambda h: ["new", h.file, "--county", "331123"], 2, ("遂昌 县.pairing", "换一个文件名")),
    Case("unknown county", lambda h: ["new", h.folder / "b.pairing", "--county", "123456"], 2, ("123456", "6 位")),
    Case("no folder", lambda h: ["new", h.folder / "无/b.pairing", "--county", "331123"], 2, ("无", "不存在")),
    Case("no quarter", lambda h: ["check", h.file, "--quarter", "2024Q5"], 2, ("2024Q5", "如 2024Q2")),
    Case("another year", lambda h: ["check", h.file, "--quarter", "2019Q1"], 2, ("2019Q1", "2023—2025")),
    Case("no out folder", lambda h: finalise(h, out="无/无"), 2, ("无 不存在",)),
    Case("finalised already", finalise, 2, ("已经定稿", "撤销定稿")),
    Case("empty quarter", lambda h: finalise(h, "2024Q1"), 1, ("没有通过",), 3),

    Case("wrong password", lambda h: sign(h, h.packet, "preparer", "trust/root.pem"), 2,
         ("preparer.p12", "密码不对", "重新输入")),
    Case("no password file", lambda h: sign(h, h.packet, "preparer", "无"), 2, ("密码文件 无", "检查路径")),
    Case("no key", lambda h: sign(h, h.packet, "没有"), 2, ("没有.p12", "请检查")),
    Case("not a key", lambda h: ["sign", h.packet, "--key", h.file, *h.key("head")[2:]], 2,
         ("遂昌 县.pairing", "不是密钥")),
    Case("expired key", lambda h: sign(h, h.packet, "expired"), 2, ("某人", "过期", "换发")),
    Case("another county's key", lambda h: sign(h, h.packet, "foreign"), 2, ("南湖区", "遂昌县", "核对")),
    Case("key without a role", lambda h: sign(h, h.packet, "norole"), 2, ("某人", "没有写明角色")),
    Case("key of another role", lambda h: sign(h, h.packet, "head"), 2, ("单位负责人", "填表人")),
    Case("sealed", lambda h: sign(h, h.sealed, "head"), 2, ("封存", "请填表人重新定稿")),
    Case("sign: not a packet", lambda h: sign(h, h.file, "preparer"), 2, ("遂昌 县.pairing", "不是报送包")),
    Case("sign: no packet", lambda h: sign(h, h.folder / "无.asice", "preparer"), 2, ("无.asice", "读不到")),
    Case("sign: cut short", lambda h: sign(h, cut_short(h.packet), "preparer"), 2, ("不完整", "重新索取")),
    Case("sign: no packet, wrong password", lambda h: sign(h, h.folder / "无.asice", "preparer", "trust/root.pem"), 2,
         ("无.asice", "读不到")),
    Case("sign: data changed", lambda h: sign(h, changed(h.packet), "preparer"), 1, ("data.json",), 0),
    Case("sign: file added", lambda h: sign(h, added(h.packet), "preparer"), 1, ("attachments/x.pdf",), 0),
    Case("sign: file removed", lambda h: sign(h, removed(h.packet), "preparer"), 1, ("workbook.xlsx",), 0),

    Case("submit unsigned", lambda h: ["submit", h.file, h.packet], 1,
         (PACKET, "还缺填表人、审核人、单位负责人的签名")),
    Case("submit: cut short", lambda h: ["submit", h.file, cut_short(h.sealed)], 2, ("不完整",)),
    Case("submit: data changed", lambda h: ["submit", h.file, changed(h.sealed)], 1, ("data.json",), 0),
    Case("submit: file added", lambda h: ["submit", h.file, added(h.sealed)], 1, ("attachments/x.pdf",), 0),
    Case("submit: file removed", lambda h: ["submit", h.file, removed(h.sealed)], 1, ("workbook.xlsx",), 0),
    Case("submit what was undone", submit_undone, 1, (PACKET, "已经撤销")),

    Case("text in a number", lambda h: text_in_a_number(undone(h)), 1, ("甲公司 · 费用", "十块a"), 2),
    Case("impossible date", lambda h: impossible_date(undone(h)), 1, ("甲公司 · 日期", "2024年2月没有 30 日"), 2),
    Case("wrong credit code", lambda h: wrong_credit_code(undone(h)), 1, ("甲公司 · 统一社会信用代码", "请"), 2),

    Case("no such quarter", lambda h: ["check", h.file, "--quarter", "abc"], 2, ("没有 abc 这个季度", "2024年二季度")),
    Case("deadline: no such quarter", lambda h: ["deadline", h.file, "--quarter", "2024Q5"], 2,
         ("没有 2024Q5 这个季度",)),
    Case("table: no such quarter", lambda h: ["table", h.file, "--quarter", "二季度"], 2, ("没有 二季度 这个季度",)),
    Case("carry back: no such quarter", lambda h: ["carry", h.file, "--from", "a", "--to", "b", "--undo"], 2,
         ("没有 b 这个季度",)),

    Case("no root", lambda h: ["verify", h.sealed, "--trust", h.folder / "无.pem"], 2, ("无.pem", "读不到")),
    Case("another authority's list", lambda h: ["verify", h.sealed, "--trust", h.folder / "trust/foreign.pem",
                                                *h.trust[2:]], 2, ("root.crl.pem", "与根证书对不上", "请核对")),
    Case("submit: another authority's list", lambda h: ["submit", h.file, h.sealed, "--trust",
                                                        h.folder / "trust/foreign.pem", *h.trust[2:]], 2,
         ("root.crl.pem", "与根证书对不上", "请核对")),
    Case("sign: empty", lambda h: sign(h, emptied(h.packet), "preparer"), 2, (PACKET, "空文件", "重新拷贝")),
    Case("sign: head of another county", lambda h: sign(h, h.packet, "foreign-head"), 2, ("南湖区", "遂昌县", "核对")),
    Case("schema of no program", schema_of_none, 2, ("遂昌 县.pairing", "损坏", "备份")),
    Case("not a root", lambda h: ["verify", h.sealed, "--trust", h.file], 2, ("遂昌 县.pairing", "不是证书")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_what_is_wrong_is_said_plainly_and_changes_nothing(house: House, run: Run, case: Case) -> None:
    words = case.words(house)
    before = house.files()
    said = run(*words)
    assert said.code == case.code, said.err
    for word in case.says:
        assert word in said.err
    assert said.sentences
    if case.sentences:
        assert len(said.sentences) == case.sentences, said.err
    for sentence in said.sentences:
        assert re.search("[一-鿿]", sentence)
        assert sentence.endswith("。")
        told = said.sentences[0] if sentence.startswith("由此产生") else sentence
        assert told.count("。") >= 2 or "请" in told, sentence  # what and where, then what to do
        assert not re.search(r"Traceback|Error|None|\{|\}|errno", sentence), sentence
    assert said.out == ""
    assert house.files() == before


FOLLOWING = "由此产生的其他问题有 N 个，不用逐个处理；要看，用 verify --json。"


@pytest.mark.parametrize(("spoil", "code", "says"), [
    (cut_short, 2, "不完整"), (added, 1, "attachments/x.pdf"), (removed, 1, "workbook.xlsx"), (changed, 1, "data.json"),
    (lambda p: one_byte(p, b"endobj"), 1, "report.pdf"),
])
def test_verify_says_what_was_done_to_a_packet(house: House, run: Run, spoil: Callable[[Path], Path], code: int,
                                               says: str) -> None:
    assert run("verify", house.sealed, *house.by).code == 0
    said = run("verify", spoil(house.sealed), *house.by)
    assert said.code == code
    assert says in said.out
    found = json.loads(run("verify", house.sealed, *house.by, "--json").out)
    assert found["verdict"] == ("invalid" if code == 1 else "unreadable")
    assert all(set(p) == {"code", "message"} for p in found["problems"])
    if code == 1:
        cause, *following = found["problems"]
        assert says in cause["message"]
        assert "索取" in cause["message"]
        assert not any("请退回" in p["message"] for p in following)


@pytest.mark.parametrize(("spoil", "lead"), [
    (removed, "签名之后，Excel 工作簿（workbook.xlsx）从报送包里被删掉了"),
    (lambda p: rezip(p, lambda files: files.pop("data.json") and None),
     "签名之后，报送数据（data.json）从报送包里被删掉了"),
    (changed, "签名之后，报送数据（data.json）被改动过"), (added, "签名之后，报送包里被加进了附件 attachments/x.pdf"),
    (lambda p: rezip(p, lambda files: files.update({"META-INF/signature003.p7s": b"spoilt"})),
     "签名之后，签名文件 META-INF/signature003.p7s 被改动或删掉了"),
    (lambda p: without(p, "META-INF"), "报送包里的签名文件都被删掉了，PDF、工作簿里却有签名"),
    (lambda p: without(p, "003."), "报送包里的签名与 PDF、工作簿里的对不上，签名文件可能被删掉或换过"),
    (lambda p: one_byte(p, b"asic-e"), "报送包有损坏（校验码或开头的类型标识不对）；签过的文件没有变"),
    (twice, "签名之后，报送包里被加进了同名的另一个报送数据（data.json）"),
])
def test_verify_tells_the_cause_once_and_one_remedy(house: House, run: Run, spoil: Callable[[Path], Path],
                                                    lead: str) -> None:
    said = run("verify", spoil(house.sealed), *house.by, "--text-only").out.splitlines()
    assert said[1] == f"  {lead}。不要接收，请向填报单位重新索取原来的报送包。"
    assert sum("请" in line for line in said) == 1, said
    assert re.sub("[0-9]+", "N", said[-1]) == f"  {FOLLOWING}"


@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
@pytest.mark.parametrize("act", ["sign", "submit"])
@pytest.mark.parametrize(("spoil", "lead"), [
    (removed, "{}之后，Excel 工作簿（workbook.xlsx）从报送包里被删掉了"),
    (lambda p: one_byte(p, b"endobj"), "{}之后，报表 PDF（report.pdf）被改动过"),
    (added, "{}之后，报送包里被加进了附件 attachments/x.pdf"),
    (zipped_again, "报送包被别的程序重新打包（压缩）过，内容核对不了"),
    (lambda p: rezip(p, lambda files: files.update({"mimetype": files.pop("mimetype")})),
     "报送包被别的程序重新打包过，或夹带了别的内容"),
])
def test_signing_and_submitting_tell_the_cause_first_and_one_remedy(
        house: House, run: Run, *, signed: bool, act: str, spoil: Callable[[Path], Path], lead: str) -> None:
    packet = spoil(house.sealed if signed else house.packet)
    said = run(*(sign(house, packet, "preparer") if act == "sign" else ["submit", house.file, packet]))
    first, *others = said.sentences
    assert said.code == 1
    assert first.startswith(lead.format("签名" if signed else "定稿")), said.err
    assert first.endswith("。不要签名，也不要回收、报送；请使用原来的报送包，或向发来的人重新索取。")
    assert [re.sub("[0-9]+", "N", line) for line in others] == [FOLLOWING], said.err


def test_a_signature_taken_out_is_told_once(house: House, run: Run) -> None:
    packet = rezip(house.sealed, lambda files: [files.pop(name) for name in list(files) if "003." in name] and None)
    first, *others = run(*sign(house, packet, "head")).sentences
    assert first.startswith("报送包里的签名与 PDF、工作簿里的对不上，签名文件可能被删掉或换过。不要签名")
    assert [re.sub("[0-9]+", "N", line) for line in others] == [FOLLOWING]


@pytest.mark.parametrize(("within", "name"), [
    (b"endobj", "报表 PDF（report.pdf）"), (b"xl/styles.xml", "Excel 工作簿（workbook.xlsx）"),
])
def test_what_still_grows_is_blamed_before_the_seal(house: House, run: Run, within: bytes, name: str) -> None:
    assert run(*sign(house, house.packet, "preparer")).code == 0
    said = run("verify", one_byte(house.packet, within), *house.by, "--text-only").out.splitlines()
    assert said[1] == f"  签名之后，{name}被改动过。不要接收，请向填报单位重新索取原来的报送包。"


def test_verify_says_of_a_packet_zipped_again_that_it_was_and_no_more(house: House, run: Run) -> None:
    """Its bytes cannot be compared: that files were added, changed or removed would be untrue."""
    said = run("verify", zipped_again(house.sealed), *house.by, "--text-only")
    assert said.code == 1
    _, cause, signers, following = said.out.splitlines()
    assert cause == "  报送包被别的程序重新打包（压缩）过，内容核对不了。请使用原来的报送包，不要解压后再压缩。"
    assert signers == "  3 个签名读不出签名人，无效"
    assert re.sub("[0-9]+", "N", following) == f"  {FOLLOWING}"


def test_verify_says_once_that_the_packet_before_is_wanting(house: House, run: Run) -> None:
    assert run("submit", house.file, house.sealed).code == 0
    silent = run("finalise", house.file, "--quarter", QUARTER, "--out", house.folder / "签齐")
    assert (silent.code, "用 --reason 写明重新报送的原因" in silent.err) == (2, True)
    typed(house, "note", words="更正。", why="更正")
    second = run("finalise", house.file, "--quarter", QUARTER, "--out", house.folder / "签齐", "--reason", "更正",
                 "--json")
    packet = Path(json.loads(second.out)["packet"])
    said = run("verify", packet, *house.by, "--text-only").out
    assert said.count("上一次") == 2, said  # one sentence: what is wanting, and the remedy
    assert said.count("修改痕迹") == 1
    assert "修改痕迹连续" in run("verify", packet, "--earlier", house.sealed, *house.by, "--text-only").out


def codes(said: Said) -> list[str]:
    return [p["code"] for p in json.loads(said.out)["problems"]]


def test_verify_blames_no_file_that_is_whole(house: House, run: Run) -> None:
    whole = house.sealed.read_bytes()
    removed(house.sealed)
    assert "agreement.data_malformed" not in codes(run("verify", house.sealed, *house.by, "--json"))
    house.sealed.write_bytes(whole)
    rezip(house.sealed, lambda files: files.pop("data.json") and None)
    found = codes(run("verify", house.sealed, *house.by, "--json"))
    assert found.count("exchange.file_absent") == 1
    assert "exchange.data_malformed" not in found
    house.sealed.write_bytes(whole)
    rezip(house.sealed, lambda files: files.update({"META-INF/signature002.p7s": b"spoilt"}))
    said = run("verify", house.sealed, *house.by, "--json")
    assert "signing.signature_form" in codes(said)
    assert "exchange.missing_role" not in codes(said)
    assert json.loads(said.out)["answers"]["roles"] is False


def test_verify_answers_in_json(house: House, run: Run) -> None:
    found = json.loads(run("verify", house.sealed, *house.by, "--json").out)
    assert set(found) >= {"file", "kind", "verdict", "signatures", "missing_roles", "problems"}
    assert (found["kind"], found["verdict"], found["missing_roles"]) == ("packet", "valid", [])
    assert [s["role"] for s in found["signatures"]] == ["preparer", "reviewer", "head"]
    unsigned = json.loads(run("verify", house.packet, *house.by, "--json").out)
    assert unsigned["missing_roles"] == ["preparer", "reviewer", "head"]
    assert "每行一个 JSON 对象" in run("verify", "--help").out
    both = run("verify", house.sealed, house.packet, *house.by, "--json")
    assert both.code == 1
    assert [json.loads(line)["verdict"] for line in both.out.splitlines()] == ["valid", "invalid"]


def test_verify_asks_behind_the_signatures(house: House, run: Run) -> None:
    found = json.loads(run("verify", house.sealed, *house.by, "--json").out)
    assert {n: (found[n]["ok"], found[n]["state"]) for n in ("agreement", "history", "rules")} == {
        "agreement": (True, "appearance"), "history": (True, "first"), "rules": (True, "same")}
    quick = run("verify", house.sealed, *house.by, "--text-only", "--report", house.folder / "核验.pdf")
    assert quick.code == 0
    assert "工作簿、PDF 与数据文字一致" in quick.out
    assert (house.folder / "核验.pdf").read_bytes().startswith(b"%PDF")
    strange = json.loads(run("verify", house.sealed, *house.trust, "--json").out)
    assert strange["verdict"] == "invalid"
    [told] = strange["agreement"]["problems"]
    assert told["code"] == "agreement.unknown_form"
    names = "“企业名录”“走访记录”“园区台账”“园区季报”“季度小结”"
    assert told["message"].startswith(f"{names}的表式与本程序的不同，无法核对。")
    assert run("verify", house.sealed, *house.trust).out.count("的表式与本程序的不同") == 1


def test_verify_looks_a_code_up(house: House, run: Run) -> None:
    found = run("verify", "--code", "7k2m 9xq4 1boc", "--workspace", house.file, "--json")
    assert found.code == 1
    said = json.loads(found.out)
    assert (said["code"], said["status"]) == ("7K2M-9XQ4-1B0C", "unknown")
    for words, part in ((("--code", "竹", "--workspace", house.file), "不是表码"),
                        (("--code", "7K2M9XQ41B0C"), "--workspace"),
                        ((), "--code"), ((house.sealed,), "--trust")):
        bad = run("verify", *words)
        assert bad.code == 2
        assert part in bad.err


def test_the_whole_way_by_commands(house: House, run: Run) -> None:
    undo = ("unfinalise", house.file, "--quarter", "2024年二季度", "--reason", "漏了一家企业")
    said = run(*undo)
    assert (said.code, "2024年二季度已撤销定稿" in said.out, "重新签名" in said.out) == (0, True, True)
    again = run(*undo)
    assert (again.code, "没有定稿" in again.err) == (2, True)
    out = house.folder / "送 省厅"
    out.mkdir()
    assert run("check", house.file, "--quarter", QUARTER).code == 0
    done = run("finalise", house.file, "--quarter", QUARTER, "--out", out, "--json")
    made = json.loads(done.out)
    packet = out / PACKET
    assert made["packet"] == str(packet)
    for role in ("preparer", "reviewer", "head"):
        assert run("sign", packet, *house.key(role)).code == 0
    renamed = packet.rename(out / "331123-2024Q2-r1 (1).zip")
    said = run("submit", house.file, renamed)
    assert said.code == 0, said.err
    assert "已锁定" in said.out
    stem = "331123-2024Q2-r1"
    assert f"签过名的 {stem}.xlsx、{stem}.pdf 放在 {out}，代替那里未签名的。" in said.out
    assert sorted(p.name for p in out.iterdir()) == [f"{stem} (1).zip", f"{stem}.pdf", f"{stem}.xlsx"]
    assert run("verify", renamed, out / "331123-2024Q2-r1.pdf", *house.by).code == 0
    again = run("submit", house.file, renamed)
    assert (again.code, "已经记为2024年二季度第1次报送" in again.err) == (2, True)


def test_a_key_of_another_authority_is_refused_before_it_signs(house: House, run: Run) -> None:
    now = datetime.now(UTC)
    said = run("sign", house.packet, *house.key("preparer"))
    assert (said.code, "没有根证书，没有核对签名人的证书" in said.out) == (0, True)
    key = authority.create(now=now).issue(Identity("某人", "reviewer", "331123"), now=now)
    (house.folder / "keys/other.p12").write_bytes(make_p12(key, "密码"))
    before = house.packet.read_bytes()
    refused = run("sign", house.packet, *house.key("other"))
    assert (refused.code, "不是同一个发证机构签发的" in refused.err) == (2, True)
    Settings().set(trusting.PC_ROOT, str(house.folder / "trust/root.pem"))
    refused = run("sign", house.packet, *house.key("other"))
    assert (refused.code, "不是这台电脑信任的根证书签发的" in refused.err) == (2, True)
    assert house.packet.read_bytes() == before
    said = run("sign", house.packet, *house.key("reviewer"))
    assert (said.code, "没有根证书" in said.out) == (0, False)


def fails_in(folder: Path) -> None:
    with writing.room(folder):
        raise RuntimeError(folder.is_dir())


def test_the_last_folder_is_made_when_something_goes_in(house: House, run: Run) -> None:
    out = house.folder / "六月底" / "送省厅"
    words = finalise(undone(house), out="六月底/送省厅")
    assert run(*words).code == 2
    out.parent.mkdir()
    typed(house, "firm", code="91350100M000100Y42")
    assert run(*words).code == 1
    assert not out.exists()
    with pytest.raises(RuntimeError, match="True"):
        fails_in(out)
    assert not out.exists()
    typed(house, "firm", code="91350100M000100Y43")
    said = run(*words)
    assert "读回核对：工作簿、PDF 与数据一致" in said.out
    assert said.code == 0, said.err
    assert (out / PACKET).is_file()


def test_submitting_without_a_root_says_so_and_with_one_asks_it(house: House, run: Run) -> None:
    copy = shutil.copy(house.file, house.folder / "另一份.pairing")
    before = house.files()
    assert run("submit", house.file, house.sealed, "--trust", house.folder / "无.pem").code == 2
    assert house.files() == before
    assert run("submit", house.file, house.sealed, "--trust", house.folder / "trust/foreign.pem").code == 1
    kept = {name: data for name, data in before.items() if name != house.file.name}
    assert {name: data for name, data in house.files().items() if name in kept} == kept, "the data file kept the root"
    said = run("submit", copy, house.sealed)
    assert said.code == 0
    assert "没有根证书，没有核对签名人的证书" in said.out
    said = run("submit", house.file, house.sealed, *house.trust)
    assert said.code == 0
    assert "没有根证书" not in said.out


def test_new_makes_a_file_that_checks(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "新 县.pairing"
    assert run("new", path, "--county", "331123", "--partner", "330402", "--bureau", "某局").code == 0
    said = run("check", path, "--quarter", "2024Q2", "--json")
    assert said.code == 1
    found = json.loads(said.out)
    assert found["passes"] is False
    assert {f["rule"] for f in found["findings"]} == {"absent", "required"}
    unit = [f for f in found["findings"] if f["form"] == "bureau"]
    assert unit
    assert all("某局" in f["place"] for f in unit if f["rule"] == "required")
    assert not any(f["path"] in ("county", "name") for f in unit)  # what was told is not asked for again
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_mistyped_command_is_told_and_opens_no_window(capfd: pytest.CaptureFixture[str]) -> None:
    from pairing_desktop import app

    for words in (["verfy", "a.asice"], ["verfy"]):
        assert app.main(words) == 2
        assert "没有 'verfy' 这一项" in capfd.readouterr().err


def test_new_takes_names_and_doubts_two_mountain_counties(tmp_path: Path, run: Run) -> None:
    said = run("new", tmp_path / "a.pairing", "--county", "遂昌", "--partner", "南湖区")
    assert (said.code, "遂昌县，结对 南湖区" in said.out, "请核对" in said.out) == (0, True, False)
    said = run("new", tmp_path / "b.pairing", "--county", "331123", "--partner", "331102")
    assert said.code == 0
    assert said.out.splitlines()[1].startswith("请核对：遂昌县和莲都区都是山区 26 县")
    said = run("new", tmp_path / "c.pairing", "--county", "某某县")
    assert (said.code, "某某县" in said.err) == (2, True)
    assert run("new", tmp_path / "d.txt", "--county", "331123").code == 0
    assert (tmp_path / "d.txt.pairing").is_file()


def test_a_changed_limit_reaches_a_data_file_that_was_there_before(tmp_path: Path, run: Run) -> None:
    file, folder = tmp_path / "a.pairing", tmp_path / "表式"
    assert run("new", file, "--county", "331123", "--partner", "330402").code == 0
    shutil.copytree(paths.forms(), folder)
    limits = folder / "thresholds.yaml"
    limits.write_text(limits.read_text(encoding="utf-8").replace('growth: {value: "50"', 'growth: {value: "20"'),
                      encoding="utf-8")
    line = "增减幅核实界限（%），超过即请说明：50 → 20"
    said = run("forms", "adopt", file, "--folder", folder, "--dry-run")
    assert (said.code, line in said.out, "没有换用" in said.out) == (0, True, True)
    assert line in run("forms", "adopt", file, "--folder", folder).out
    assert "没有不同" in run("forms", "adopt", file, "--folder", folder).out
    assert "数据文件 20，程序 50" in run("check", file, "--quarter", "2024Q2").out
    assert run("forms", "adopt").code == 2


@pytest.mark.parametrize("word", ["2024q2", "2024年二季度", "2024年2季度", "2024年第二季度", "２０２４年 2季度"])
def test_a_quarter_is_understood_as_it_is_said(house: House, run: Run, word: str) -> None:
    said = run("check", house.file, "--quarter", word, "--json")
    assert (said.code, json.loads(said.out)["quarter"]) == (0, "2024Q2")
    assert run("table", house.file, "--quarter", word).code == run("table", house.file, "--quarter", "2024Q2").code
    assert "2024年五季度" in run("check", house.file, "--quarter", "2024年五季度").err


def test_check_prints_findings_and_answers(house: House, run: Run) -> None:
    undone(house)
    typed(house, "firm", revenue="2000", code="")
    said = run("check", house.file, "--quarter", QUARTER)
    assert said.code == 1
    assert "核实  企业 · 甲公司 · 营业收入：营业收入 2,000.00 偏大" in said.out
    assert "2024年二季度审核没有通过：5 条记录，强制 0，核实 2（待说明 2），特殊情况 0。" in said.out


def test_check_tells_and_takes_over_what_was_said_the_quarter_before(house: House, run: Run) -> None:
    """The explanation comes along only when asked for; a waived error's consent does not."""
    undone(house)
    typed(house, "firm", revenue="2000", code="")
    with workspace.open_workspace(house.file, now=datetime.now(UTC)) as ws:
        query = next(f for f in checking.check_quarter(ws, QUARTER).findings if f.path == "revenue")
        checking.explain(ws, query, "订单增加。")
    after = ("check", house.file, "--quarter", "2024Q3")
    assert run("carry", house.file, "--from", QUARTER, "--to", "2024Q3").code == 0
    first = run(*after)
    assert "偏大" in first.out
    assert "（上期说明：订单增加。）" in first.out
    assert "有 1 条上期说明过，情况没有变化的加 --take-over 全部沿用。" in first.out
    waiting = json.loads(run(*after, "--json").out)["unexplained"]
    taken = run(*after, "--take-over")
    assert "已说明：订单增加。" in taken.out
    assert "沿用了 1 条上期的说明。" in taken.out
    said = json.loads(run(*after, "--json").out)
    assert (said["unexplained"], said["taken_over"]) == (waiting - 1, 0)
    assert "上期说明过" not in run(*after).out


FAULTS = [
    ("title: 走访记录", "titel: 走访记录", "title"), ("type: date", "type: datum", "date"),
    ("form: firm", "form: frim", "firm"), ("cost >= paid", "cost >= payed", "paid"),
    ("kind: event", "kind: evnt", "event"),
    ("cost >= paid", "paid == true", "直接写字段名"), ("title: 走访记录", "head: {org: a, (x: 1}", "要加引号"),
    ("required: true", "required: maybe", ""), ("id: visit", "id: [visit", ""), ("cost >= paid", "cost >=", ""),
]


@pytest.mark.parametrize(("good", "bad", "guess"), FAULTS)
def test_a_faulty_form_is_told_with_its_place(tmp_path: Path, run: Run, good: str, bad: str, guess: str) -> None:
    folder = small.forms_folder(tmp_path / "forms", visit=small.FORMS["visit"].replace(good, bad, 1))
    said = run("forms", "lint", "--folder", folder)
    assert said.code == 1
    assert all("visit.yaml" in line or "Traceback" not in line for line in said.sentences)
    assert "visit.yaml" in said.err
    assert guess in said.err
    found = json.loads(run("forms", "lint", "--folder", folder, "--json").out)
    assert found["problems"]


def test_a_new_file_says_who_made_its_first_record(tmp_path: Path, run: Run) -> None:
    for file, words, who in (("甲.pairing", (), "命令行"), ("乙.pairing", ("--who", "李四"), "李四")):
        assert run("new", tmp_path / file, "--county", "331123", "--bureau", "某局", *words).code == 0
        with workspace.open_workspace(tmp_path / file, write=False, now=datetime.now(UTC)) as ws:
            key = entering.list_records(ws, "bureau", quarter="2024Q2").lines[0].key
            assert [revision.who for revision in entering.history(ws, key)] == [who]


def test_forms_list_and_lint(run: Run) -> None:
    listed = json.loads(run("forms", "list", "--json").out)
    assert [f["id"] for f in listed][:3] == ["bureau", "pairing", "enterprise"]
    assert "企业名录" in run("forms", "list").out
    assert run("forms", "lint").code == 0


def test_one_form_file_is_linted_among_its_forms(tmp_path: Path, run: Run) -> None:
    folder = small.forms_folder(tmp_path / "forms")
    file = tmp_path / "visit.yaml"
    file.write_text(small.FORMS["visit"].replace("type: date", "type: datum", 1), encoding="utf-8")
    said = run("forms", "lint", file, "--folder", folder)
    assert (said.code, "visit.yaml" in said.err, "datum" in said.err) == (1, True, True)
    file.write_text(small.FORMS["visit"], encoding="utf-8")
    said = run("forms", "lint", file, "--folder", folder)
    assert (said.code, said.out.strip()) == (0, "visit.yaml 没有问题。")
    said = run("forms", "lint", tmp_path / "无.yaml")
    assert (said.code, run("forms", "lint", "--folder", tmp_path / "无").code) == (2, 2), "nothing was linted"
    assert "没有表式文件" in said.err


@pytest.mark.parametrize(("name", "good", "bad", "said"), [
    ("sheets/funnel.yaml", "picture: funnel", "picture: funnl", "funnel"),
    ("indicators/example.yaml", "term: 年度", "trem: 年度", "term"),
])
def test_one_sheet_and_one_indicator_set_are_linted(tmp_path: Path, run: Run, name: str, good: str, bad: str,
                                                    said: str) -> None:
    shipped = paths.forms() / name
    found = run("forms", "lint", shipped)
    assert (found.code, found.out.strip()) == (0, f"{shipped.name} 没有问题。")
    file = tmp_path / shipped.name
    text = shipped.read_text(encoding="utf-8")
    assert good in text
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")
    found = run("forms", "lint", file)
    assert found.code == 1
    assert file.name in found.err
    assert said in found.err


def test_a_file_of_limits_is_linted_by_any_name(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "省厅下发的界限.yaml"
    text = (paths.forms() / "thresholds.yaml").read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    found = run("forms", "lint", file)
    assert (found.code, found.out.strip()) == (0, f"{file.name} 没有问题。")
    file.write_text(text.replace('growth: {value: "50"', 'growth: {value: "五十"', 1), encoding="utf-8")
    found = run("forms", "lint", file)
    assert found.code == 1
    assert file.name in found.err
    assert "五十" in found.err
    assert "growth”这个键" not in found.err, "it is no form"


@pytest.mark.parametrize(("name", "good", "bad", "said"), [
    ("thresholds.yaml", 'growth: {value: "50"', 'growth: {value: "-50"', "超过即请说明”写的是“-50”"),
    ("indicators/example_term.yaml", 'weight: "8"', 'weight: "7"', "10 项指标的权重之和是 99，应为 100"),
])
def test_thresholds_and_indicator_sets_are_linted_with_the_forms(tmp_path: Path, run: Run, name: str, good: str,
                                                                 bad: str, said: str) -> None:
    folder = shutil.copytree(paths.forms(), tmp_path / "forms")
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_text(text.replace(good, bad, 1), encoding="utf-8")
    found = run("forms", "lint", "--folder", folder)
    assert (found.code, said in found.err) == (1, True), found.err
    if name.startswith("indicators/"):  # one bad file hides no other's faults
        for other, right, wrong in (("sheets/funnel.yaml", "picture: funnel", "picture: funnl"),
                                    ("indicators/example.yaml", "term: 年度", "trem: 年度")):
            (folder / other).write_text((folder / other).read_text(encoding="utf-8").replace(right, wrong, 1),
                                        encoding="utf-8")
        found = run("forms", "lint", "--folder", folder)
        assert all(word in found.err for word in ("funnl", "trem", said)), found.err


def test_forms_doc_finds_drift(tmp_path: Path, run: Run) -> None:
    folder = small.forms_folder(tmp_path / "forms")
    assert run("forms", "doc", "--check", "--folder", folder).code == 1
    assert run("forms", "doc", "--folder", folder).code == 0
    assert run("forms", "doc", "--check", "--folder", folder).code == 0
    (folder / "park.yaml").write_text(small.FORMS["park"].replace("园区名称", "园区全称"), encoding="utf-8")
    assert run("forms", "doc", "--check", "--folder", folder).code == 1


def test_forms_doc_speaks_json(tmp_path: Path, run: Run) -> None:
    folder = small.forms_folder(tmp_path / "forms")
    place = str(folder / "README.md")
    told = [run("forms", "doc", *words, "--folder", folder, "--json") for words in (["--check"], [], ["--check"])]
    assert [(said.code, json.loads(said.out)) for said in told] == [
        (1, {"file": place, "same": False, "written": False}), (0, {"file": place, "same": False, "written": True}),
        (0, {"file": place, "same": True, "written": False})]


@pytest.mark.parametrize("words", [[], ["check"], ["forms", "x"], ["check", "a", "--quarter"], ["new", "a", "--zz"],
                                   ["verify", "a"], ["--zz"], ["nichts"]])
def test_words_that_are_no_command_are_told_in_chinese(run: Run, words: list[str]) -> None:
    said = run(*words)
    assert said.code == 2
    assert said.err.startswith("命令写得不对：")
    assert not re.search("required|argument|invalid|unrecognized|expected|choose", said.err)


@pytest.mark.parametrize(("words", "meant"), [
    (["chek"], "是不是 check"), (["check", "a", "--quartr", "2024Q2"], "不认识 --quartr，是不是 --quarter"),
    (["check", "a", "--quartr=2024Q2"], "不认识 --quartr，是不是 --quarter"), (["keys", "shw"], "是不是 show"),
    (["check", "a", "--quarter", "2024Q2", "--jsn"],
     "不认识 --jsn，是不是 --json。用 pairing-desktop check --help 看写法"),
    (["authority", "bundle", "desk", "--out", "a.pem", "--password-file", "f"],
     "不认识 --password-file f。用 pairing-desktop authority bundle --help 看写法"),
])
def test_a_word_mistyped_is_named_with_the_one_that_was_meant(run: Run, words: list[str], meant: str) -> None:
    said = run(*words)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert meant in said.err


@pytest.mark.parametrize("words", [["--help"], *[[c, "--help"] for c in cli.COMMANDS]])
def test_help_is_chinese(run: Run, words: list[str]) -> None:
    said = run(*words)
    assert said.code == 0
    assert said.out.startswith("用法：")
    assert not re.search(r"usage|options|positional|show this|arguments", said.out)


def test_version(run: Run) -> None:
    assert re.fullmatch(r"pairing-desktop \d+\.\d+\.\d+\n", run("--version").out)


def test_a_bug_is_told_with_the_place_of_its_log(house: House, run: Run, monkeypatch: pytest.MonkeyPatch,
                                                 tmp_path: Path) -> None:
    monkeypatch.setenv("PAIRING_DESKTOP_CONFIG", str(tmp_path / "配置"))

    def broken(words: object) -> int:
        raise KeyError("这是一个错误")

    monkeypatch.setattr(trying, "selftest", broken)
    said = run("selftest")
    assert said.code == 2
    assert "error.log" in said.err
    assert "Traceback" not in said.err
    assert "Traceback" in (tmp_path / "配置/error.log").read_text(encoding="utf-8")


def subprocess_run(*words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "pairing_desktop", *map(str, words)]
    return subprocess.run(command, capture_output=True, check=False, env={**os.environ, **environment})


def test_an_old_terminal_crashes_nothing(house: House) -> None:
    done = subprocess_run("check", house.file, "--quarter", QUARTER, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert b"?" in done.stdout
    assert b"Traceback" not in done.stderr


def test_the_command_line_imports_no_qt(house: House) -> None:
    code = ("import sys; from pairing_desktop import cli; code = cli.run(sys.argv[1:]);"
            "assert not [m for m in sys.modules if m.startswith(('PySide6', 'shiboken'))]; sys.exit(code)")
    done = subprocess.run([sys.executable, "-c", code, "finalise", str(house.file), "--quarter", "2024Q1", "--out",
                           str(house.folder)], capture_output=True, check=False)
    assert done.returncode == 1, done.stderr


def test_a_reader_that_leaves_is_no_fault(house: House) -> None:
    words = [sys.executable, "-m", "pairing_desktop", "check", str(house.file), "--quarter", QUARTER, "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""


def bound(*words: object) -> subprocess.CompletedProcess[bytes]:
    """Run where permissions bind: root puts off its power to write anywhere."""
    command = [sys.executable, "-m", "pairing_desktop", *map(str, words)]
    if os.geteuid() == 0:
        command = [outside_tools.need("setpriv", "util-linux"), "--bounding-set=-all", "--inh-caps=-all", *command]
    return subprocess.run(command, capture_output=True, check=False)


def test_a_read_only_file_is_checked_and_not_finalised(house: House) -> None:
    undone(house)
    before = house.files()
    house.file.chmod(0o444)
    house.folder.chmod(0o555)
    try:
        assert bound("check", house.file, "--quarter", QUARTER).returncode == 0
        words = ("finalise", house.file, "--quarter", QUARTER, "--out", house.folder)
        in_folder = bound(*words)
        house.folder.chmod(0o755)
        by_mode = bound(*words)
    finally:
        house.folder.chmod(0o755)
        house.file.chmod(0o644)
    assert (in_folder.returncode, by_mode.returncode) == (2, 2)
    assert "遂昌 县.pairing 所在的文件夹写不进，只能看，不能改。关闭它，把文件复制到" in in_folder.stderr.decode()
    assert "遂昌 县.pairing 设成了只读，只能看，不能改。关闭它，在文件属性里去掉“只读”" in by_mode.stderr.decode()
    assert house.files() == before


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    mount = outside_tools.need("mount", "mount")
    disk = tmp_path / "小盘"
    disk.mkdir()
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True,
                          check=False)
    if done.returncode:
        pytest.skip("mounting a file system needs root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.outside
def test_a_full_disk_takes_no_half_packet(house: House, run: Run, little_disk: Path) -> None:
    undone(house)
    said = run("finalise", house.file, "--quarter", QUARTER, "--out", little_disk)
    assert said.code == 2
    assert "磁盘满了" in said.err
    assert list(little_disk.iterdir()) == []
    with workspace.open_workspace(house.file, now=datetime.now(UTC)) as ws:
        assert [s.state for s in submitting.submissions(ws)] == ["undone"]


def test_a_new_file_on_a_full_disk_is_named_as_asked_for(run: Run, little_disk: Path) -> None:
    said = run("new", little_disk / "新 县.pairing", "--county", "331123")
    assert said.code == 2
    assert "新 县.pairing 没有写成，什么也没有留下" in said.err
    assert ".new" not in said.err
    assert list(little_disk.iterdir()) == []


def test_a_folder_is_named_even_as_a_dot(house: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(house.folder)
    assert run("check", ".", "--quarter", QUARTER).err.startswith("我的 文件夹 是文件夹，不是数据文件。")


def test_json_is_ascii_and_so_survives_any_terminal(house: House) -> None:
    done = subprocess_run("check", house.file, "--quarter", QUARTER, "--json", PYTHONIOENCODING="gbk", PYTHONUTF8="0")
    assert json.loads(done.stdout.decode("ascii"))["file"] == str(house.file)


def test_what_is_wrong_is_json_where_that_is_asked_for(house: House, run: Run) -> None:
    said = run("check", house.folder / "没有.pairing", "--quarter", QUARTER, "--json")
    assert (said.code, said.err, [set(p) for p in json.loads(said.out)["problems"]]) == (2, "", [{"code", "message"}])


def test_a_new_file_has_its_ending(tmp_path: Path, run: Run) -> None:
    assert "x1.pairing" in run("new", tmp_path / "x1", "--county", "331123").out
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".pairing"] == ["x1.pairing"]


def test_faulty_forms_are_listed_as_problems_in_json(tmp_path: Path, run: Run) -> None:
    folder = small.forms_folder(tmp_path / "forms", visit="id: [visit")
    told = run("forms", "list", "--folder", folder)
    said = run("forms", "list", "--folder", folder, "--json")
    assert said.code == told.code != 0
    assert said.err == ""
    assert json.loads(said.out) == json.loads(run("forms", "lint", "--folder", folder, "--json").out)


OLD = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_chinese_words_in_a_terminal_without_a_locale(house: House, run: Run) -> None:
    undone(house)
    path = house.folder / "新 县.pairing"
    done = subprocess_run("new", path, "--county", "331123", "--bureau", "遂昌县某局", **OLD)
    assert done.returncode == 0, done.stderr
    with workspace.open_workspace(path, now=datetime.now(UTC)) as ws:
        assert ws.about.bureau == "遂昌县某局"
    words = ["finalise", house.file, "--quarter", QUARTER, "--out", house.folder, "--reason", "更正"]
    done = subprocess_run(*words, **OLD)
    assert done.returncode == 0, done.stderr
    with workspace.open_workspace(house.file, now=datetime.now(UTC)) as ws:
        assert submitting.state(ws, QUARTER).packet == house.packet
    shutil.copy(house.packet, house.sealed)
    assert subprocess_run("sign", house.sealed, *house.key("preparer"), **OLD).returncode == 0
    for role in ("reviewer", "head"):
        assert run("sign", house.sealed, *house.key(role)).code == 0
    done = subprocess_run("submit", house.file, house.sealed, **OLD)
    assert done.returncode == 0, done.stderr


def test_words_that_are_no_utf_8_are_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pairing_desktop", "new", str(tmp_path / "a.pairing"), "--county", "331123"]
    environment = {**os.environ, **OLD}
    done = subprocess.run([*map(os.fsencode, command), b"--bureau", "某局".encode("gbk")], capture_output=True,
                          check=False, env=environment)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []

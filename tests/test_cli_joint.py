"""The command line of countersigning, of signing on paper and of encryption: spellings, exit codes, words."""

import json
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from pairing_desktop import cli
from pairing_desktop.exchange.packet import JOINT, open_packet
from pairing_desktop.services import demo
from tests.services import small
from tests.services.small import QUARTER
from tests.services.test_joining import JOINT_FORMS
from tests.signing import people


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a folder with a data file whose quarter is filled, keys that are good today, and an empty folder."""
    for name in ("trust", "keys", "out"):
        (tmp_path / name).mkdir()
    keys = demo.make_keys(tmp_path)
    for name, password in (*keys.passwords.items(), ("partner-head", keys.partner_password),
                           ("bureau", keys.bureau_password), ("receiver", keys.receiver_password)):
        (tmp_path / f"{name}.txt").write_text(password, encoding="utf-8")
    with small.make(tmp_path, **JOINT_FORMS) as ws:
        small.fill(ws)
    return tmp_path


def key(house: Path, name: str) -> list[str]:
    return ["--key", str(house / "keys" / f"{name}.p12"), "--password-file", str(house / f"{name}.txt")]


def run(*words: object) -> int:
    return cli.run([str(w) for w in words])


def text_of(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as report:
        return "".join(page.get_textpage().get_text_bounded() for page in report)


def cut_joint_part(packet: Path) -> None:
    """Take some bytes off the joint part within a packet."""
    with zipfile.ZipFile(packet) as old:
        files = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(packet, "w") as new:
        for name, content in files.items():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content[:-40] if name == JOINT else content)


@pytest.mark.parametrize(("name", "path", "said"), [
    (" ", "", "没有写谁答复的"), ("南湖区", "nosuchfield", "nosuchfield，表里没有这一项"),
    ("南湖区", "total/r9/staff", "total/r9/staff，表里没有这一项"), ("南湖区", "total/", "total/，表里没有这一项"),
])
def test_nobody_s_answer_and_a_dispute_about_no_field_are_refused(house: Path, capfd: pytest.CaptureFixture[str],
                                                                  name: str, path: str, said: str) -> None:
    assert run("joint", house / "遂昌 县.pairing", "--quarter", QUARTER, "--out", house / "out") == 0
    part = house / "out" / f"331123-{QUARTER}-joint.asice"
    assert run("answer", part, "--show", "--json") == 0
    fields = json.loads(capfd.readouterr().out.splitlines()[-1])["fields"]
    sheet = next(field["place"] for field in fields if field["place"].endswith("/total")).removesuffix("total")
    before = part.read_bytes()
    words = ["--dispute", f"{sheet}{path}=不对"] if path else []
    assert run("answer", part, "--name", name, *words) == 2
    assert said in capfd.readouterr().err
    assert part.read_bytes() == before


def test_agree_countersign_and_finalise(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file, out = house / "遂昌 县.pairing", house / "out" / "会签"
    path = out / f"331123-{QUARTER}-joint.asice"
    assert run("finalise", file, "--quarter", QUARTER, "--out", out) == 1
    assert "没有会签" in capfd.readouterr().err
    assert run("joint", file, "--quarter", QUARTER, "--out", out, "--json") == 0
    assert json.loads(capfd.readouterr().out) == {
        "joint": str(path), "sheets": 2, "size": path.stat().st_size, "again": False}
    assert run("answer", path, "--show", "--json") == 0
    fields = json.loads(capfd.readouterr().out)["fields"]  # one document
    place = next(field["place"] for field in fields if field["place"].endswith("/total"))
    assert run("answer", path, "--name", "南湖区经信局", "--dispute", f"{place}=应为 49 万元",
               "--dispute", f"{place}=请附表") == 0
    assert "有异议 1 处" in capfd.readouterr().out
    assert run("sign", path, *key(house, "partner-head")) == 2
    assert "1 处异议" in capfd.readouterr().err
    assert run("joint", file, "--quarter", QUARTER, "--take", path, "--json") == 0
    assert json.loads(capfd.readouterr().out) == {"state": "disputed", "disputes": 1, "changed": []}
    assert run("joint", file, "--quarter", QUARTER, "--out", out) == 0
    bare = Path(shutil.copy(path, house / "没有答复.asice"))
    assert run("answer", path, "--name", "南湖区经信局") == 0
    capfd.readouterr()
    assert run("sign", path, *key(house, "partner-head")) == 0
    told = capfd.readouterr().out
    assert "南湖区单位负责人 局长（示例） 已会签，还差遂昌县单位负责人" in told
    unconfirmed = "南湖区没有先答复核对稿，由其单位负责人签名代替确认"
    assert unconfirmed not in told
    assert run("sign", bare, *key(house, "head")) == 0
    assert unconfirmed in capfd.readouterr().out
    assert run("finalise", file, "--quarter", QUARTER, "--out", out, "--joint", path) == 1
    assert run("sign", path, *key(house, "head")) == 0
    assert run("verify", path, "--trust", house / "trust/root.pem", "--crl", house / "trust/root.crl.pem") == 0
    other = house / "别的根.pem"
    other.write_bytes(people.world(datetime.now(UTC)).authority.root.public_bytes(Encoding.PEM))
    take = ("joint", file, "--quarter", QUARTER, "--take", path)
    assert run(*take, "--trust", other) == 1
    assert "不是受信任的根证书签发的" in capfd.readouterr().err
    assert run(*take, "--trust", house / "trust/root.pem", "--crl", house / "trust/root.crl.pem") == 0
    assert run("finalise", file, "--quarter", QUARTER, "--out", out, "--joint", path) == 0
    packet = out / f"331123-{QUARTER}-r1.asice"
    assert open_packet(packet).files[JOINT] == path.read_bytes()
    assert run("sign", packet, *key(house, "preparer")) == 0
    capfd.readouterr()
    assert run("verify", packet, "--trust", house / "trust/root.pem", "--report", house / "核验报告.pdf") == 1
    out_ = capfd.readouterr().out
    for county in ("南湖区", "遂昌县"):
        assert f"会签件签名人：{county}单位负责人 局长（示例）有效" in out_
    assert "会签件 · 单位负责人" in text_of(house / "核验报告.pdf")
    cut_joint_part(packet)
    capfd.readouterr()
    assert run("verify", packet, "--trust", house / "trust/root.pem", "--json") == 1
    told = "".join(p["message"] for p in json.loads(capfd.readouterr().out)["problems"])
    assert "填表人签名之后会签件被改动过" in told
    assert JOINT not in told


def test_a_reason_on_paper_and_encrypted(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file, out = house / "遂昌 县.pairing", house / "out"
    packet = out / f"331123-{QUARTER}-r1.asice"
    assert run("finalise", file, "--quarter", QUARTER, "--out", out, "--no-joint-reason", "对方出差") == 0
    assert open_packet(packet).data["joint"]["reason"] == "对方出差"
    for name in ("preparer", "reviewer"):
        assert run("sign", packet, *key(house, name)) == 0
    capfd.readouterr()
    assert run("slip", packet, "--out", out / "签批单.pdf") == 0
    assert capfd.readouterr().out.startswith("单位负责人的报送签批单：")
    assert (out / "签批单.pdf").read_bytes().startswith(b"%PDF")
    scan = out / "扫描.pdf"
    scan.write_bytes(people.small_pdf(1))
    assert run("sign", packet, *key(house, "bureau"), "--paper", "head") == 2
    assert run("sign", packet, *key(house, "bureau")) == 2
    assert run("sign", packet, *key(house, "head"), "--paper", "head", "--scan", scan) == 2
    capfd.readouterr()
    assert run("sign", packet, *key(house, "bureau"), "--paper", "head", "--scan", scan) == 0
    assert "单位负责人 纸质签批（单位证书代签" in capfd.readouterr().out
    assert run("submit", file, packet, "--trust", house / "trust/root.pem", "--crl", house / "trust/root.crl.pem") == 0

    holder = people.receiver(datetime.now(UTC).replace(microsecond=0))
    (house / "冒名.pem").write_bytes(holder.certificate.public_bytes(Encoding.PEM))
    root, own = (house / "trust/root.pem").read_bytes(), (house / "trust/receiver.pem").read_bytes()
    (house / "省厅.pem").write_bytes(root + own)
    trust = ["--trust", house / "trust/root.pem", "--crl", house / "trust/root.crl.pem"]
    capfd.readouterr()
    assert run("encrypt", packet, "--to", house / "trust/root.pem") == 2
    assert "没有接收证书" in capfd.readouterr().err
    assert run("encrypt", packet, "--to", house / "冒名.pem", *trust) == 2
    assert "不是受信任的根证书签发的" in capfd.readouterr().err
    assert run("encrypt", packet, "--to", house / "省厅.pem", *trust) == 0
    said = capfd.readouterr().out
    assert "已加密给“省厅接收岗（示例）”" in said
    assert "提示" not in said
    closed = packet.with_name(f"{packet.name}.p7m")
    assert run("verify", closed, "--trust", house / "trust/root.pem") == 2
    assert "加密的报送包" in capfd.readouterr().out
    assert run("decrypt", closed, *key(house, "head"), "--out", house) == 2
    assert "不是给这把密钥的" in capfd.readouterr().err
    assert run("decrypt", closed, *key(house, "receiver"), "--out", house) == 0
    assert (house / packet.name).read_bytes() == packet.read_bytes()

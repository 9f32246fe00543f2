"""Keys and authority on the command line: the whole way, with a file and with a token, and what goes wrong."""

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct

from pairing_desktop import cli
from pairing_desktop.exchange import packet
from pairing_desktop.services import trusting
from pairing_desktop.signing import requests, wrapper
from tests.signing import people
from tests.signing.tokens import PIN, Hsm

PASS, ROOT_PASS, WEAK = "竹林 shanlu 42 lantern", "gaoshan 流水 copper 8", "12345678"
HEAD = ["--name", "局长（示例）", "--role", "head", "--county", "331123", "--bureau", "遂昌县经济主管部门（示例）"]


class Shell(Struct):
    """Runs commands in a folder; passwords lie in files there."""

    folder: Path
    capfd: pytest.CaptureFixture[str]

    def __call__(self, *words: object, code: int = 0) -> str:
        """Run a command; return what it printed, or what it complained of."""
        self.capfd.readouterr()
        assert cli.run([str(w) for w in words]) == code, self.capfd.readouterr()
        out, err = self.capfd.readouterr()
        assert "Traceback" not in err
        return out if code == 0 else out + err

    def json(self, *words: object, code: int = 0) -> object:
        return json.loads(self(*words, "--json", code=code))

    def path(self, name: str) -> Path:
        return self.folder / name

    def files(self) -> dict[str, bytes]:
        return {p.relative_to(self.folder).as_posix(): p.read_bytes() for p in self.folder.rglob("*") if p.is_file()}


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setattr(wrapper, "COST", 14)
    monkeypatch.chdir(tmp_path)
    for name, text in (("pass", PASS), ("root", ROOT_PASS), ("weak", WEAK), ("pin", PIN), ("badpin", "00000000")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Shell(tmp_path, capfd)


@pytest.fixture
def province(run: Shell) -> str:
    """Set up the province; return its root's code."""
    said = run.json("authority", "new", "desk", "--name", "省级根（示例）", "--password-file", "root")
    assert isinstance(said, dict)
    return str(said["root_code"])


def bundled(run: Shell, request: str, code: str) -> None:
    run("authority", "issue", "desk", request, "--code", code, *HEAD, "--password-file", "root")
    run("authority", "bundle", "desk", "--out", "bundle.pem")


def county(run: Shell) -> str:
    """Make key and request; return the code."""
    made = run.json("keys", "new", "--out", "head.pairkey", *HEAD, "--passphrase-file", "pass")
    assert isinstance(made, dict)
    assert made["state"] == "requested"
    asked = run.json("keys", "request", "--key", "head.pairkey", "--password-file", "pass", "--out", "req")
    assert isinstance(asked, dict)
    assert asked["code"] == made["code"]
    assert Path(asked["form"]).read_bytes().startswith(b"%PDF")
    Path(asked["request"]).rename("a.csr")
    return str(made["code"])


def test_a_packet_that_lacks_half_of_its_data_is_told(tmp_path: Path) -> None:
    from pairing_desktop.errors import BadContent
    from pairing_desktop.services import reviewing

    (tmp_path / "a.asice").write_bytes(people.built(roles=["head"]))
    with pytest.raises(BadContent, match="内容不全"):
        reviewing.describe_packet(tmp_path / "a.asice")


def signed(run: Shell, *key: str) -> str:
    """Sign a packet that only the head has to sign; return how the program answers for it."""
    path = run.path("a.asice")
    path.write_bytes(people.built(roles=["head"]))
    run("sign", path, *key)
    trust = trusting.from_files(run.path("desk/root.pem"), run.path("desk/root.crl.pem"), at=datetime.now(UTC))
    return packet.verify(path, trust, roles=("head",)).verdict


def test_the_whole_way_with_a_file(run: Shell, province: str) -> None:
    bundled(run, "a.csr", county(run))
    run("keys", "import", "bundle.pem", "--key", "head.pairkey", "--password-file", "pass", "--root-code", province)
    said = run.json("keys", "show", "head.pairkey")
    assert isinstance(said, dict)
    assert said["remarks"] == []
    (key,) = said["keys"]
    assert (key["state"], key["role"], key["county"]) == ("valid", "head", "331123")
    assert signed(run, "--key", "head.pairkey", "--password-file", "pass") == "valid"
    run("keys", "export", "--key", "head.pairkey", "--password-file", "pass", "--out", "head.p12",
        "--out-password-file", "root")
    assert signed(run, "--key", "head.p12", "--passphrase-file", "root") == "valid"
    run("keys", "import", "head.p12", "--out", "again.pairkey", "--password-file", "root", "--passphrase-file", "pass")
    run("keys", "passphrase", "--key", "again.pairkey", "--password-file", "pass", "--passphrase-file", "root")
    assert "证书有效" in run("keys", "show", "again.pairkey")
    assert "证书有效" in run("keys", "show", "--key", "again.pairkey")
    listed = run.json("authority", "show", "desk")
    assert isinstance(listed, dict)
    serial = listed["issued"][0]["serial"]
    run("authority", "revoke", "desk", serial[:10], "--reason", "affiliation", "--password-file", "root")
    run("authority", "bundle", "desk", "--out", "bundle.pem")
    run("keys", "import", "bundle.pem")
    shown = run("keys", "show", "again.pairkey", code=1)
    assert "证书已被吊销，不能签名" in shown
    assert "  吊销 证书" in shown
    assert "在用" not in shown
    listed = run.json("authority", "show", "desk")
    assert isinstance(listed, dict)
    assert listed["issued"][0]["state"] == "revoked"
    run("authority", "crl", "desk", "--days", "200", "--passphrase-file", "root")


@pytest.mark.outside
def test_the_whole_way_with_a_token(run: Shell, province: str, hsm: Hsm) -> None:
    place = hsm.token()
    token = ["--token", str(hsm.module), "--token-label", place.token, "--pin-file", "pin"]
    listed = run("keys", "token", hsm.module).splitlines()
    assert run("keys", "token", "--token", hsm.module).splitlines() == listed
    assert "要写一个" in run("keys", "token", code=2)
    assert sum(place.token in line for line in listed) == 1
    assert listed[-1] == "另有 1 个没有初始化的槽，不能用来签名；新 UKey 先用厂家的工具初始化。"
    assert not any("没有名称" in line for line in listed)
    said = run("keys", "new", *token, *HEAD)
    following = shlex.split(re.findall(r"下一步：用 (.+) --out 文件夹", said)[0])
    assert following[2:] == ["--token", str(hsm.module), "--token-label", place.token, "--key-label", "331123-head"]
    asked = run.json(*following, "--pin-file", "pin", "--out", "req")  # whose it is was told when it was made
    assert isinstance(asked, dict)
    assert requests.load(Path(asked["request"])).claimed.name == "局长（示例）"
    [card] = run.json("keys", "show", *token, code=1)["keys"]
    assert (card["name"], card["role"], card["state"]) == ("局长（示例）", "head", "requested")
    bundled(run, asked["request"], asked["code"])
    run("keys", "import", "bundle.pem", *token, "--root-code", province)
    assert "在用" in run("keys", "show", *token)
    assert signed(run, *token) == "valid"
    before = run.path("a.asice").read_bytes()
    wrong = [*token[:-1], "badpin"]
    assert "PIN 不对" in run("sign", "a.asice", *wrong, code=2)
    hsm.pull(place)
    assert "没有找到 UKey" in run("sign", "a.asice", *token, code=2)
    assert run.path("a.asice").read_bytes() == before


@pytest.mark.outside
def test_an_authority_on_a_token(run: Shell, hsm: Hsm) -> None:
    place = hsm.token()
    token = ["--token", str(hsm.module), "--token-label", place.token, "--pin-file", "pin"]
    run("authority", "new", "desk", "--name", "省级根（示例）", *token)
    assert not run.path("desk/root.pairkey").exists()
    code = county(run)
    run("authority", "issue", "desk", "a.csr", "--code", code, *HEAD, "--password-file", "pin")
    assert "PIN 不对" in run("authority", "crl", "desk", "--password-file", "badpin", code=2)
    listed = run.json("authority", "show", "desk")
    assert isinstance(listed, dict)
    assert (listed["on_token"], len(listed["issued"])) == (True, 1)


BAD: list[tuple[list[str], str]] = [
    (["keys", "new", "--out", "x", *HEAD, "--passphrase-file", "weak"], "口令太弱"),
    (["keys", "new", "--out", "head.pairkey", *HEAD, "--passphrase-file", "pass"], "已经存在"),
    (["keys", "new", "--out", "x", *HEAD[:2], "--role", "boss", "--county", "99", "--passphrase-file", "pass"], "角色"),
    (["keys", "new", "--out", "x", *HEAD, "--passphrase-file", "none"], "读不了"),
    (["keys", "new", "--token", "none.so", *HEAD, "--pin-file", "pin"], "不是 UKey 的驱动库"),
    (["keys", "new", *HEAD], "要写一个"),
    (["keys", "request", "--key", "head.pairkey", "--password-file", "root", "--out", "y"], "口令不对"),
    (["keys", "request", "--key", "none.pairkey", "--password-file", "pass", "--out", "y"], "读不到"),
    (["keys", "import", "bundle.pem", "--key", "head.pairkey", "--password-file", "pass"], "还不信任"),
    (["keys", "import", "bundle.pem", "--key", "head.pairkey", "--password-file", "pass", "--root-code", "x"],
     "不一致"),
    (["keys", "import", "pass", "--key", "head.pairkey", "--password-file", "pass"], "不是证书包"),
    (["keys", "import", "none.pem"], "读不到"),
    (["keys", "export", "--key", "head.pairkey", "--password-file", "pass", "--out", "x.p12", "--out-password-file",
      "root"], "还没有证书"),
    (["keys", "show", "pass"], "不是密钥文件"),
    (["keys", "token", "pass"], "不是 UKey 的驱动库"),
    (["sign", "b.asice", "--key", "head.pairkey", "--password-file", "pass"], "还没有证书"),
    (["sign", "a.csr", "--key", "head.pairkey", "--password-file", "pass"], "不是报送包"),
    (["sign", "a.csr", "--key", "head.pairkey", "--token", "x.so"], "不能与"),
    (["authority", "new", "desk", "--name", "又一个", "--passphrase-file", "root"], "已经有文件"),
    (["authority", "new", "other", "--name", "又一个", "--passphrase-file", "weak"], "口令太弱"),
    (["authority", "issue", "desk", "a.csr", "--code", "A" * 25, *HEAD, "--password-file", "root"], "核对码第 "),
    (["authority", "issue", "desk", "a.csr", "--code", "A", *HEAD, "--password-file", "root"], "核对码应是 25 个"),
    (["authority", "issue", "desk", "pass", "--code", "A", *HEAD, "--password-file", "root"], "不是证书申请"),
    (["authority", "revoke", "desk", "zz", "--reason", "affiliation", "--password-file", "root"], "没有发过"),
    (["authority", "revoke", "desk", "zz", "--reason", "cessation", "--date", "昨天", "--password-file", "root"],
     "看不懂"),
    (["authority", "crl", "desk", "--password-file", "pass"], "口令不对"),
    (["authority", "show", "req"], "没有发证机构的文件"),
]


def test_what_goes_wrong_is_said_plainly_and_changes_nothing(run: Shell, province: str) -> None:
    county(run)
    run("authority", "bundle", "desk", "--out", "bundle.pem")
    run.path("b.asice").write_bytes(people.built(roles=["head"]))
    before = run.files()
    for words, said in BAD:
        told = run(*words, code=2)
        assert said in told, (words, told)
        assert not re.search(r"Error|Traceback|\{|None", told), told
        assert {k: v for k, v in run.files().items() if k in before} == before, words
    left = set(run.files()) - set(before)
    assert not left, left


def test_show_answers_1_without_a_good_certificate(run: Shell) -> None:
    county(run)
    assert "还没有证书" in run("keys", "show", "head.pairkey", code=1)


@pytest.mark.parametrize("words", [["keys"], ["keys", "new"], ["keys", "import"], ["authority"], ["authority", "issue"],
                                   ["authority", "revoke"]])
def test_help_is_chinese(run: Shell, words: list[str]) -> None:
    said = run(*words, "--help")
    assert "用法：" in said
    assert not re.search(r"usage|optional|positional", said)

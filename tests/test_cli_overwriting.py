"""No command writes over what cannot be had again: what it reads itself, and data files, keys, packets, signed papers.

These of any name. Every word of every command that names a file is either in ``WRITES`` (asked here) or in ``READS``.
"""

import argparse
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct
from openpyxl import Workbook

from pairing_desktop import cli
from pairing_desktop.cli import running
from pairing_desktop.services import demo, issuing, joining, key_keeping, own_tables, submitting, workspace
from pairing_desktop.services.own_tables import Definition, OwnColumn
from pairing_desktop.services.template_filling import Filling
from pairing_desktop.signing import encryption, wrapper
from tests.services import small
from tests.services.small import QUARTER
from tests.services.test_joining import JOINT_FORMS
from tests.signing import people

WORD = "竹林 shanlu 42 lantern"
JOINT = f"331123-{QUARTER}-joint.asice"
PACKET = f"331123-{QUARTER}-r1.asice"
PDF, WORKBOOK = f"331123-{QUARTER}-r1.pdf", f"331123-{QUARTER}-r1.xlsx"


class House(Struct, frozen=True):
    """A folder with one of everything that cannot be had again, and what the commands read."""

    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def by(self, name: str) -> list[object]:
        return ["--key", self / "keys" / f"{name}.p12", "--password-file", self / f"{name}.txt"]

    def files(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in self.folder.rglob("*")
                if p.is_file() and not p.name.endswith(".lock")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    house, now = House(tmp_path_factory.mktemp("齐全")), datetime.now(UTC)
    for name in ("trust", "keys"):
        (house / name).mkdir()
    keys = demo.make_keys(house.folder)
    for name, password in (*keys.passwords.items(), ("receiver", keys.receiver_password), ("word", WORD)):
        (house / f"{name}.txt").write_text(password, encoding="utf-8")
    with small.make(house.folder, **JOINT_FORMS) as ws:
        small.fill(ws)
        joining.make(ws, QUARTER, house.folder)
    shutil.copy(house / "遂昌 县.pairing", house / "定稿的.pairing")
    with workspace.open_workspace(house / "定稿的.pairing", now=now) as ws:
        submitting.finalise(ws, QUARTER, house / "定稿", no_joint_reason="对方出差")
    with workspace.create(house / "全.pairing", county="331123", partner="330402", bureau="县", now=now,
                          who="张") as ws:
        filling = Filling(sheet="Sheet", first_row=2, columns=(("lead", "A"), ("intended", "B")))
        own_tables.save(ws, Definition(name="线索", form="investment_lead", template=filling.plain(),
                                       columns=(OwnColumn("lead"), OwnColumn("intended"))))
    (house / PACKET).write_bytes(people.built())
    signers = people.world(now)
    (house / PDF).write_bytes(people.signed_pdf(signers, upto=1))
    (house / WORKBOOK).write_bytes(people.signed_workbook(signers, "preparer"))
    sealed = encryption.encrypt((house / PACKET).read_bytes(), people.receiver(now, "ecdsa").certificate)
    (house / "加密.asice.p7m").write_bytes(sealed)
    who = key_keeping.person(name="某人", role="head", county="331123")
    key_keeping.make(house / "人.pairkey", who, WORD, now=now, cost=14)
    issuing.begin(house / "机构", WORD, name="省级根", now=now, cost=14)
    shutil.copy(house / "trust/receiver.pem", house / "机构/issued/某人.pem")
    book = Workbook()
    book.active.append(["线索名称", "意向投资额"])
    book.save(house / "表.xlsx")
    return house


@pytest.fixture
def house(built: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(wrapper, "COST", 14)
    return House(Path(shutil.copytree(built.folder, tmp_path / "我的")))


class Writes(Struct, frozen=True):
    """A word that names a file to be written: the command without it, and what the file may end in."""

    command: Callable[[House], list[object]]
    endings: tuple[str, ...]
    asks_first: bool = False
    """Whether no existing file at all is written over."""


def quarter(command: str, house: House, file: str = "全.pairing") -> list[object]:
    return [command, house / file, "--quarter", QUARTER]


def holder(house: House, command: str) -> list[object]:
    return ["keys", command, "--name", "某人", "--role", "head", "--county", "331123", "--passphrase-file",
            house / "word.txt"]


def table(house: House) -> list[object]:
    return ["table", house / "全.pairing", "线索", "--quarter", QUARTER]


WRITES: dict[str, Writes] = {
    "report --out": Writes(lambda h: [*quarter("report", h), "--form", "enterprise", "--blank"], (".pdf", ".xlsx")),
    "verify --report": Writes(lambda h: ["verify", h / PACKET, "--trust", h / "trust/root.pem"], (".pdf",)),
    "slip --out": Writes(lambda h: ["slip", h / "定稿" / PACKET], (".pdf",)),
    "authority bundle --out": Writes(lambda h: ["authority", "bundle", h / "机构"], (".pem",)),
    "import --refused": Writes(lambda h: ["import", h / "全.pairing", h / "表.xlsx", "--form", "investment_lead"],
                               (".xlsx",)),
    "forms --out": Writes(lambda _h: ["forms", "template", "enterprise"], (".xlsx",)),
    "summary --out": Writes(lambda h: quarter("summary", h), (".pdf", ".xlsx")),
    "table --out": Writes(table, (".pdf", ".xlsx")),
    "assess --form": Writes(lambda h: ["assess", h / "全.pairing", "--year", "2024"], (".pdf", ".xlsx")),
    "assess --report": Writes(lambda h: ["assess", h / "全.pairing", "--year", "2024"], (".docx",)),
    "keys new --out": Writes(lambda h: holder(h, "new"), (".pairkey",), asks_first=True),
    "keys import --out": Writes(lambda h: ["keys", "import", h / "keys/head.p12", "--password-file", h / "head.txt",
                                           "--passphrase-file", h / "word.txt"], (".pairkey",), asks_first=True),
    "keys export --out": Writes(lambda h: ["keys", "export", *h.by("head"), "--out-password-file", h / "word.txt"],
                                (".p12",), asks_first=True),
    "new file": Writes(lambda _h: ["new", "--county", "331123"], (".pairing",), asks_first=True),
    "restore file": Writes(lambda h: ["restore", h / "全.pairing"], (".pairing",), asks_first=True),
}
"""Each word that names a file to be written."""

FOLDERS: dict[str, tuple[Callable[[House], list[object]], str]] = {
    "joint --out": (lambda h: quarter("joint", h, "遂昌 县.pairing"), JOINT),
    "finalise --out": (lambda h: [*quarter("finalise", h, "遂昌 县.pairing"), "--no-joint-reason", "对方出差"], PACKET),
    "encrypt --out": (lambda h: ["encrypt", h / PACKET, "--to", h / "trust/receiver.pem", "--trust",
                                 h / "trust/root.pem"], f"{PACKET}.p7m"),
    "decrypt --out": (lambda h: ["decrypt", h / "给省厅.asice.p7m", *h.by("receiver")], "给省厅.asice"),
    "demo folder": (lambda _h: ["demo"], "keys/head.p12"),
}
"""Each word that names a folder in which a file of a fixed name is written, and that name."""

ELSEWHERE = {
    "assess --evidence": "a folder that is not empty is refused: test_assessing",
    "keys request --out": "writes a request and its form, which the key can make again",
    "authority new folder": "a folder that is not empty is refused: test_enrolling",
}
"""Words that name a folder in which nothing that cannot be had again is written over."""

READS = {
    "check file", "merge file", "merge --from", "restore backup", "import file", "import sheet", "joint file",
    "joint --take", "answer joint", "finalise file", "finalise --joint", "unfinalise file", "sign packet",
    "sign --scan", "submit file", "submit packet", "slip packet", "encrypt packet", "encrypt --to", "decrypt packet",
    "verify files", "verify --earlier", "verify --workspace", "assess file", "assess --set", "carry file",
    "deadline file", "report file", "summary file", "table file", "table --template", "forms --folder",
    "keys show files", "keys token module", "keys import file", "keys passphrase --key", "authority issue request",
    *(f"authority {what} folder" for what in ("issue", "revoke", "crl", "bundle", "show")),
}
"""Words that name what is read, or a data file, key or authority that the command is there to change."""

SECRETS = re.compile(r"--(key|token|pin-file|password-file|passphrase-file|out-password-file|trust|crl)$")


def named_files(parser: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    """Yield every word that names a file, with its command."""
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for name, inner in action.choices.items():
                yield from named_files(inner, f"{before}{name} ")
        elif action.type is Path:
            word = action.option_strings[0] if action.option_strings else action.dest
            yield f"{before}{word}"


def test_every_word_that_names_a_file_is_asked_here() -> None:
    known = WRITES.keys() | FOLDERS.keys() | ELSEWHERE.keys() | READS
    named = set(named_files(running.parser()))
    assert {word for word in named - known if not SECRETS.search(word)} == set()
    assert known - named == set()


def refused(house: House, capfd: pytest.CaptureFixture[str], words: list[object], *says: str) -> None:
    """Run a command that must not be done: one Chinese sentence with its remedy, exit code 2, nothing changed."""
    before = house.files()
    capfd.readouterr()
    assert cli.run([str(word) for word in words]) == 2
    said = capfd.readouterr().err
    assert "没有料到" not in said
    for word in says:
        assert word in said
    assert said.count("。") == 2
    assert not re.search(r"[a-z]{4,} [a-z]{3,}", said)
    assert house.files() == before


KEPT = {
    "a data file": "遂昌 县.pairing", "the root's key": "机构/root.pairkey", "a person's key": "人.pairkey",
    "a p12": "keys/preparer.p12", "a packet": PACKET, "a joint part": JOINT, "an encrypted packet": "加密.asice.p7m",
    "a signed PDF": PDF, "a signed workbook": WORKBOOK, "an issued certificate": "机构/issued/某人.pem",
}
"""One of each that cannot be had again."""


@pytest.mark.parametrize("word", WRITES)
def test_what_cannot_be_had_again_is_not_written_over(house: House, capfd: pytest.CaptureFixture[str],
                                                      word: str) -> None:
    """Neither by its name nor, called otherwise, by what it holds."""
    writes = WRITES[word]
    option = [word.rpartition(" ")[2]] if "--" in word else []
    for kept in KEPT.values():
        renamed = house / f"改了名{writes.endings[0]}"
        shutil.copy(house / kept, renamed)
        for file in (house / kept, renamed):
            if not writes.asks_first or file.suffix in writes.endings:  # others get the ending behind their own
                refused(house, capfd, [*writes.command(house), *option, file])


@pytest.mark.parametrize("word", [word for word, writes in WRITES.items() if not writes.asks_first])
def test_a_wrong_ending_is_refused_and_an_ordinary_file_written_over(house: House, capfd: pytest.CaptureFixture[str],
                                                                     word: str) -> None:
    writes, option = WRITES[word], word.rpartition(" ")[2]
    refused(house, capfd, [*writes.command(house), option, house / "改名.txt"], "改名.txt")
    file = house / f"旧的{writes.endings[0]}"
    file.write_text("旧", encoding="utf-8")
    if word != "import --refused":  # nothing is refused here: it has a test of its own
        assert cli.run([str(w) for w in (*writes.command(house), option, file)]) in (0, 1)
        assert file.read_bytes() != "旧".encode()


INPUTS: dict[str, Callable[[House], list[object]]] = {
    "verify": lambda h: ["verify", h / "单.pdf", "--trust", h / "trust/root.pem", "--report", h / "单.pdf"],
    "import": lambda h: ["import", h / "全.pairing", h / "表.xlsx", "--form", "investment_lead", "--refused",
                         h / "./表.xlsx"],
    "table": lambda h: [*table(h), "--template", h / "表.xlsx", "--out", h / "表.xlsx"],
    "bundle": lambda h: ["authority", "bundle", h / "机构", "--out", h / "机构/root.pem"],
    "bundle over the list": lambda h: ["authority", "bundle", h / "机构", "--out", h / "机构" / issuing.CRL],
}


@pytest.mark.parametrize("name", INPUTS)
def test_what_a_command_reads_it_does_not_write_over(house: House, capfd: pytest.CaptureFixture[str],
                                                     name: str) -> None:
    (house / "单.pdf").write_bytes(b"%PDF-1.7")
    refused(house, capfd, INPUTS[name](house), "不能写到")


@pytest.mark.parametrize("word", FOLDERS)
def test_a_file_of_a_fixed_name_spares_what_stands_there(house: House, capfd: pytest.CaptureFixture[str],
                                                         word: str) -> None:
    command, name = FOLDERS[word]
    if word == "decrypt --out":
        shutil.copy(house / PACKET, house / "给省厅.asice")
        assert cli.run([str(w) for w in ("encrypt", house / "给省厅.asice", "--to", house / "trust/receiver.pem",
                                         "--trust", house / "trust/root.pem")]) == 0
    out = house / "里面"
    (out / name).parent.mkdir(parents=True)
    option = [word.rpartition(" ")[2]] if "--" in word else []
    for kept in KEPT.values():
        if kept not in (name, PACKET):  # such an own one may stand there: test_joining, test_submitting
            shutil.copy(house / kept, out / name)
            refused(house, capfd, [*command(house), *option, out])

"""A packet holds its own files and its records' attachments: nothing else, nothing less, whoever signed."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pairing_desktop.errors import BadContent
from pairing_desktop.exchange import base, packet
from pairing_desktop.exchange.packet_parts import BASE, DATA, attachment_path
from pairing_desktop.services import attaching, entering, reviewing
from pairing_desktop.services.verdict_words import questions
from pairing_desktop.signing import container
from tests.exchange import house as houses
from tests.exchange.house import Files, House
from tests.services.small import QUARTER
from tests.signing import people

NAME, OTHER, PROGRAM = "协议 扫描.pdf", b"%PDF-1.4 other", b"MZ" + bytes(500)
Change = Callable[[dict[str, Any], Files], object]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Return a county whose second packet has an attachment twice: by two firms, and one that stays at home."""
    made = houses.build(tmp_path_factory.mktemp("attached"))
    paper = made.folder / NAME
    paper.write_bytes(people.small_pdf())
    for name, travels in (("乙公司", True), ("丙公司", True), ("丁公司", False)):
        opened = entering.open_record(made.ws, form="firm", quarter=QUARTER)
        opened.draft.type("name", name)
        opened.draft.set("report", attaching.attach(made.ws, paper, travels=travels))
        entering.save(made.ws, opened.draft)
    houses.again(made, total="52")
    yield made
    made.ws.close()


def test_our_own_is_valid(house: House) -> None:
    [verdict] = house.verify(houses.latest(house))
    assert (verdict.verdict, verdict.problems) == ("valid", ())
    assert len(packet.open_packet(houses.latest(house)).data["attachments"]) == 3


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def path_of(data: dict[str, Any]) -> str:
    return attachment_path(data["attachments"][0]["sha256"], NAME)


def every(**changes: object) -> Change:
    def change(data: dict[str, Any], files: Files) -> None:
        for entry in data["attachments"]:
            entry.update(changes)
    return change


def withheld(data: dict[str, Any], files: Files) -> None:
    del files[path_of(data)]
    data["attachments"] = []


def swapped(data: dict[str, Any], files: Files) -> None:
    del files[path_of(data)]
    files[attachment_path(digest(OTHER), NAME)] = OTHER
    every(sha256=digest(OTHER))(data, files)


def added(name: str, content: bytes) -> Change:
    def change(data: dict[str, Any], files: Files) -> None:
        files[attachment_path(digest(content), name)] = content
        data["attachments"].append({"sha256": digest(content), "name": name, "size": len(content), "travels": True,
                                    "record": data["records"][0]["key"], "pages": 0})
    return change


def held_by_a_record(data: dict[str, Any], files: Files) -> None:
    added("安装.exe", PROGRAM)(data, files)
    entry = dict(data["attachments"][-1])
    data["records"][0]["payload"]["values"]["report"] = {n: v for n, v in entry.items() if n != "record"}


def of_no_plain_words(data: dict[str, Any], files: Files) -> None:
    held = {"sha256": [], "name": {}, "size": 1, "travels": True, "pages": 0}
    data["records"][0]["payload"]["values"]["report"] = held


FORGED: dict[str, tuple[Change, str]] = {
    "withheld": (withheld, "exchange.attachment_left_out"),
    "another under its name": (swapped, "exchange.attachment_left_out"),
    "listed twice": (lambda d, _f: d["attachments"].append(d["attachments"][0]), "exchange.attachment_nowhere"),
    "listed of nobody": (every(record="nobody"), "exchange.attachment_nowhere"),
    "listed by another name": (every(name="别的.pdf"), "exchange.attachment_nowhere"),
    "listed with other pages": (every(pages=99), "exchange.attachment_nowhere"),
    "listed as staying at home": (every(travels=False), "exchange.attachment_unlisted"),
    "of another size": (every(size=1), "exchange.attachment_size"),
    "one that no record holds": (added("别的.pdf", OTHER), "exchange.attachment_nowhere"),
    "a program that no record holds": (added("安装.exe", PROGRAM), "exchange.attachment_nowhere"),
    "a program by its name": (held_by_a_record, "agreement.attachment_unfit"),
    "stands twice": (lambda d, f: f.update({path_of(d)[:-4] + ".exe": f[path_of(d)]}), "exchange.attachment_unlisted"),
    "stands by another ending": (lambda d, f: f.update({"attachments/run.exe": f.pop(path_of(d))}),
                                 "exchange.attachment_missing"),
    "a file of another kind": (lambda _d, f: f.update({"notes.txt": b"x"}), "exchange.file_strange"),
    "a file in a folder of its own": (lambda _d, f: f.update({"more/notes.txt": b"x"}), "exchange.file_strange"),
    "a file that is no plain words": (of_no_plain_words, "agreement.pdf_left_out"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_an_altered_program_packs_is_refused(house: House, tmp_path: Path, name: str) -> None:
    change, code = FORGED[name]
    files = {n: c for n, c in container.read(houses.latest(house)).files.items() if not n.startswith("META-INF/")}
    data = json.loads(files[DATA])
    change(data, files)
    files = {**files, DATA: packet.parts.canonical(data)}
    path = tmp_path / "改.asice"
    path.write_bytes(container.pack({**files, BASE: base.of(files)}))
    [verdict] = reviewing.verify_files([path], trust=house.keys.root, crl=house.keys.crl, now=house.ws.clock(),
                                       forms=house.ws.catalogue, appearance=False)
    assert code in {p.code for p in verdict.problems}
    if code.startswith("exchange."):
        with pytest.raises(BadContent) as raised:
            packet.open_packet(path)
        assert code in {p.code for p in raised.value.problems}, "nobody signs it either"
    if code == "exchange.file_strange":
        assert {q.text: q.stand for q in questions(verdict)}["全部内容是否都在签名范围内"] == "error"

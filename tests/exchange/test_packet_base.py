"""PDF and workbook are those that were finalised: none of another packet by the same people can take their place."""

import json
from pathlib import Path

import pytest

from pairing_desktop.errors import BadContent, Trouble
from pairing_desktop.exchange import packet
from pairing_desktop.exchange.packet_parts import BASE, DATA
from pairing_desktop.signing import container
from pairing_desktop.signing.identity import ROLES
from tests.signing import people
from tests.signing.people import World


def other_pdf(world: World, upto: int) -> bytes:
    """Return a PDF with other pages, validly signed by the same people."""
    places = {role: (0, (50.0 + 160 * n, 80.0, 190.0 + 160 * n, 120.0)) for n, role in enumerate(ROLES)}
    pdf = people.pdf_signature.prepare_fields(people.small_pdf(3), places)
    for role in ROLES[:upto]:
        pdf = people.pdf_signature.sign(pdf, world.keys[role], role=role, now=world.now, stamp=people.small_stamp())
    return pdf


def other_workbook(world: World, *roles: str) -> bytes:
    workbook = people.small_workbook(rows=5)
    for role in roles:
        workbook = people.ooxml_signature.sign(workbook, world.keys[role], now=world.now)
    return workbook


@pytest.mark.parametrize("name", [packet.PDF, packet.WORKBOOK])
def test_the_next_signer_refuses_another_packets_file(
    name: str, world: World, states: dict[int, bytes], path: Path
) -> None:
    path.write_bytes(states[2])
    files = dict(container.read(path).files)
    files[name] = other_pdf(world, 2) if name == packet.PDF else other_workbook(world, "preparer")
    path.write_bytes(container.pack(files))
    before = path.read_bytes()
    with pytest.raises(Trouble) as told:
        packet.sign(path, world.keys["head"], now=world.now, stamp=people.small_stamp())
    assert [(p.code, p.place["name"]) for p in told.value.problems] == [("exchange.base_differs", name)]
    assert path.read_bytes() == before
    verdict = packet.verify(path, world.trust)
    assert verdict.verdict == "invalid"
    assert "exchange.base_differs" in {p.code for p in verdict.problems}


def test_nobody_signs_first_what_was_altered_since_it_was_finalised(
    world: World, states: dict[int, bytes], path: Path
) -> None:
    path.write_bytes(states[0])
    files = dict(container.read(path).files)
    files[DATA] = files[DATA].replace(b"1024.5", b"1024.6")
    path.write_bytes(container.pack(files))
    before = path.read_bytes()
    with pytest.raises(BadContent) as told:
        packet.sign(path, world.keys["preparer"], now=world.now, stamp=people.small_stamp())
    assert [(p.code, p.place["name"]) for p in told.value.problems] == [("exchange.base_differs", DATA)]
    assert path.read_bytes() == before
    assert "exchange.base_differs" in {p.code for p in packet.verify(path, world.trust).problems}


def test_a_packet_of_before_the_data_was_kept_there_still_opens(
    world: World, states: dict[int, bytes], path: Path
) -> None:
    path.write_bytes(states[0])
    files = dict(container.read(path).files)
    kept = {name: said for name, said in json.loads(files[BASE]).items() if name != DATA}
    files[BASE] = json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()
    path.write_bytes(container.pack(files))
    packet.sign(path, world.keys["preparer"], now=world.now, stamp=people.small_stamp())
    assert packet.open_packet(path).next_role == "reviewer"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"report.pdf":{"sha256":"","size":-1}}', b"null"])
def test_a_base_that_says_nothing_is_refused(
    content: bytes, world: World, states: dict[int, bytes], path: Path
) -> None:
    path.write_bytes(states[0])
    files = {**container.read(path).files, BASE: content}
    path.write_bytes(container.pack(files))
    with pytest.raises(Trouble, match="底稿记录"):
        packet.open_packet(path)
    assert packet.verify(path, world.trust).verdict == "invalid"


def test_a_packet_without_it_is_refused(world: World, sealed: bytes, path: Path) -> None:
    path.write_bytes(sealed)
    files = {name: content for name, content in container.read(path).files.items() if name != BASE}
    path.write_bytes(container.pack(files))
    assert packet.verify(path, world.trust).verdict == "invalid"

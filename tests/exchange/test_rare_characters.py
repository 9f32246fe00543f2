"""Packets full of characters beyond the basic plane, which PDFium counts twice: people and firms are called so."""

import json
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from msgspec.structs import replace

from pairing_desktop.documents.renderer import renderer
from pairing_desktop.exchange import agreement_pdf, coordinates, packet_parts
from pairing_desktop.exchange.coordinates import COORDINATES
from pairing_desktop.services import (
    attaching,
    demo,
    entering,
    joining,
    submitting,
    verification,
    workspace,
)
from pairing_desktop.signing import authority, container
from pairing_desktop.signing.identity import ROLES, Identity
from pairing_desktop.signing.keys import make_p12
from tests.exchange import house as house_module
from tests.exchange.house import House
from tests.services import small
from tests.services.small import QUARTER
from tests.services.test_joining import JOINT_FORMS
from tests.signing import people

RARE = "𬳽㛃䶮𬱖𫖯"
"""Three of the five are beyond the basic plane."""
PASSWORD = "demo"


@pytest.fixture(scope="module")
def rare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Return a county with such characters in everything that is typed, its joint part agreed and its packet sent."""
    folder, clock = tmp_path_factory.mktemp("rare"), small.Now()
    with workspace.create(folder / small.FILE, county="331123", partner="330402", bureau=f"遂昌县某局{RARE}",
                          people=tuple(replace(p, name=f"{RARE}{p.name}", phone="0578-9") for p in small.PEOPLE),
                          now=clock(), forms=small.forms_folder(folder / "forms", **JOINT_FORMS), who=RARE,
                          clock=clock) as ws:
        ws.update_about(partner_bureau=f"南湖区某局{RARE}")
        fill(ws, folder)
        keys = issued(folder, ws)
        path = joining.make(ws, QUARTER, folder).path
        joining.answer(path, name=f"南湖区{RARE}", now=ws.clock())
        for place in (keys.partner, keys.files["head"]):
            joining.sign_joint(path, place, PASSWORD, now=ws.clock())
        joining.take_in(ws, path)
        house_module.answer(ws)
        done = submitting.finalise(ws, QUARTER, folder, joint=path)
        made = House(folder, ws, keys, done.packet, done.packet.read_bytes())
        submitting.submit(ws, made.sign(done.packet))
        yield made


def fill(ws: workspace.Workspace, folder: Path) -> None:
    paper = folder / f"{RARE}.pdf"
    paper.write_bytes(people.small_pdf())
    opened = entering.open_record(ws, form="firm", quarter=QUARTER)
    firm = {"name": f"甲{RARE}公司", "code": "91350100M000100Y43", "revenue": "12.5", "former": RARE}
    for name, text in firm.items():
        opened.draft.type(name, text)
    opened.draft.set("report", attaching.attach(ws, paper, travels=True))
    entering.save(ws, opened.draft)
    small.put(ws, "visit", firm=f"甲{RARE}公司", day="2024-05-06", done="是", cost="10", paid="4")
    park = small.put(ws, "park", name=f"{RARE}园").key
    opened = entering.open_record(ws, form="sheet", quarter=QUARTER, subject=park)
    row = opened.draft.add_row("firms")
    for path, text in (("total", "50"), ("words", f"甲{RARE}　乙"), (f"firms/{row}/firm", f"甲{RARE}公司"),
                       (f"firms/{row}/staff", "7")):
        opened.draft.type(path, text)
    entering.save(ws, opened.draft)
    small.put(ws, "note", words=f"走访{RARE}。\n" * 30)


def issued(folder: Path, ws: workspace.Workspace) -> demo.Keys:
    """Issue keys to people of such names."""
    for name in ("trust", "keys"):
        (folder / name).mkdir()
    keys = demo.make_keys(folder, clock=ws.clock)
    at = ws.clock()
    root = authority.create(now=at)
    keys.root.write_bytes(root.root_pem)
    keys.crl.write_bytes(root.crl_pem(now=at))
    own = (("331123", "遂昌县", role, keys.files[role]) for role in ROLES)
    for county, name, role, place in (*own, ("330402", "南湖区", "head", keys.partner)):
        holder = Identity(RARE, role, county, f"岗位{RARE}", f"{name}某局{RARE}")
        place.write_bytes(make_p12(root.issue(holder, now=at), PASSWORD))
    return replace(keys, passwords=dict.fromkeys(ROLES, PASSWORD), partner_password=PASSWORD)


def elsewhere(files: house_module.Files) -> house_module.Files:
    """Return the files as if another version of the program had drawn them: then they are only read."""
    said = json.loads(files[COORDINATES])
    assert said["renderer"] == renderer()
    return {**files, COORDINATES: json.dumps({**said, "renderer": "0.1.0-else"}).encode()}


@pytest.mark.parametrize("appearance", [True, False])
def test_packet_and_joint_part_are_valid(rare: House, appearance: bool) -> None:
    joint = rare.folder / f"331123-{QUARTER}-joint.asice"
    verdicts = rare.verify(rare.packet, joint, appearance=appearance)
    assert [(v.kind, v.verdict, v.problems, v.warnings) for v in verdicts] == [
        ("packet", "valid", (), ()), ("joint", "valid", (), ())]
    assert {s.name for v in verdicts for s in v.signatures} == {RARE}


def test_they_are_read_value_by_value_where_another_version_drew_them(rare: House) -> None:
    inside = dict(container.read(rare.files()[packet_parts.JOINT]).files)
    for files in (rare.files(), inside):
        found = rare.ask(elsewhere(files))["agreement"]
        assert (found.problems, found.state) == ((), "text")


def test_a_value_that_stands_elsewhere_on_such_a_page_is_told(rare: House) -> None:
    inside = dict(container.read(rare.files()[packet_parts.JOINT]).files)
    for files in (rare.files(), inside):
        pdf, places, wanted = files[packet_parts.PDF], coordinates.read(files).pdf, []
        assert agreement_pdf.extract(pdf, places).moved == [[] for _ in places.pages]
        for page in places.pages:
            last = [n for n, place in enumerate(page) if not isinstance(place, int) and place[1]][-1:]
            for number in last:
                path, count, x, *box = page[number]
                page[number] = (path, count, x - 9_000, *box)
            wanted.append([page[number][0] for number in last])
        assert any(wanted)
        assert agreement_pdf.extract(pdf, places).moved == wanted


def test_the_report_of_the_verdict_names_who_signed(rare: House) -> None:
    document = pypdfium2.PdfDocument(verification.pdf(rare.verify(rare.packet), at=rare.ws.clock()))
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    assert text.count(RARE) >= len(ROLES)
    document.close()

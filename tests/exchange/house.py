"""A small county's packets as the program itself makes them, and hands that alter and re-sign them."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.exchange import packet, packet_parts
from pairing_desktop.exchange.history_answer import Earlier
from pairing_desktop.exchange.packet_parts import BASE, DATA, canonical
from pairing_desktop.exchange.verdict import Verdict
from pairing_desktop.services import asking, checking, demo, reviewing, submitting, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.signing import container
from pairing_desktop.signing.identity import ROLES
from tests.services import small
from tests.services.small import QUARTER

Files = dict[str, bytes]


class House(Struct):
    """A county's folder: its data file with one submitted quarter, its keys, its packets."""

    folder: Path
    ws: Workspace
    keys: demo.Keys
    packet: Path
    """Signed by all, submitted as 第1次报送."""
    unsigned: bytes
    """The same packet before anybody signed."""

    def verify(self, *packets: Path, appearance: bool = True) -> list[Verdict]:
        """Verify packets together with the county's own forms."""
        return reviewing.verify_files(packets, trust=self.keys.root, crl=self.keys.crl, now=self.ws.clock(),
                                      forms=self.ws.catalogue, appearance=appearance)

    def ask(self, files: Mapping[str, bytes], *, appearance: bool = True) -> Mapping[str, Any]:
        """Ask the questions behind the signatures of a packet's files."""
        return answers(self.ws, files, appearance=appearance)

    def sign(self, path: Path) -> Path:
        """Let all roles sign a packet."""
        for role in ROLES:
            reviewing.sign_packet(path, self.keys.files[role], self.keys.passwords[role], now=self.ws.clock())
        return path

    def files(self) -> Files:
        """Return the unsigned packet's files."""
        return dict(container.read(self.unsigned).files)

    def resigned(self, files: Files, to: Path) -> Path:
        """Pack files that somebody changed as the program would, and let the county's own people sign them."""
        content = {name: data for name, data in files.items() if name not in (DATA, BASE)}
        to.write_bytes(packet.build(files[DATA], content))
        return self.sign(to)


def answers(ws: Workspace, files: Mapping[str, bytes], *, appearance: bool = True,
            earlier: Sequence[Earlier] = ()) -> Mapping[str, Any]:
    """Ask the questions behind the signatures of a packet's or a joint part's files."""
    with asking.Asking(ws.catalogue, appearance=appearance, earlier=earlier).about(files) as asked:
        return asked(packet_parts.said(files))


def earlier(path: Path) -> Earlier:
    """Return a packet as another one's history is compared with."""
    content = container.read(path).files[DATA]
    return Earlier(path.name, hashlib.sha256(content).hexdigest(), packet_parts.parse_data(content))


def build(folder: Path, clock: small.Now | None = None, more: Mapping[str, str] | None = None) -> House:
    """Make the county's folder, fill a quarter, and submit it."""
    for name in ("trust", "keys"):
        (folder / name).mkdir()
    clock = clock or small.Now()
    keys = demo.make_keys(folder, clock=clock)
    ws = small.make(folder, clock=clock, **(more or {}))
    small.fill(ws)
    answer(ws)
    done = submitting.finalise(ws, QUARTER, folder)
    house = House(folder, ws, keys, done.packet, done.packet.read_bytes())
    submitting.submit(ws, house.sign(done.packet))
    return house


def answer(ws: Workspace, quarter: str = QUARTER) -> None:
    """Explain every query of the quarter."""
    for finding in checking.check_quarter(ws, quarter).findings:
        if finding.level == "query":
            checking.explain(ws, finding, "情况属实")


def again(house: House, **values: str) -> Path:
    """Change the quarter's sheet, and submit it a second time."""
    park = next(e.key for e in entries(house.ws, "park"))
    key = next(e.key for e in entries(house.ws, "sheet"))
    small.put(house.ws, "sheet", key=key, subject=park, why="更正", **values)
    answer(house.ws)
    done = submitting.finalise(house.ws, QUARTER, house.folder, reason="更正累计投资")
    submitting.submit(house.ws, house.sign(done.packet))
    return done.packet


def latest(house: House) -> Path:
    """Return the packet of the second submission."""
    return next(p for p in house.folder.glob("*-r2.asice"))


def entries(ws: Workspace, form: str) -> list[Any]:
    from pairing_desktop.services.lookup import Snapshot

    with ws.store.reading() as conn:
        return Snapshot(ws, QUARTER, conn).entries(form)


def copied(house: House, folder: Path) -> House:
    """Return the same county in another folder: what happens there leaves the first as it is."""
    place = Path(shutil.copytree(house.folder, folder, ignore=shutil.ignore_patterns("*.pairing*")))
    house.ws.save_copy(place / house.ws.path.name)
    ws = workspace.open_workspace(place / house.ws.path.name, who="张三", now=house.ws.clock(), clock=house.ws.clock)
    files = {role: place / "keys" / path.name for role, path in house.keys.files.items()}
    keys = replace(house.keys, root=place / "trust/root.pem", crl=place / "trust/root.crl.pem", files=files)
    return House(place, ws, keys, place / house.packet.name, house.unsigned)


def with_data(files: Files, change: Callable[[dict[str, Any]], object]) -> Files:
    """Return the files with other data."""
    data = json.loads(files[DATA])
    change(data)
    return {**files, DATA: canonical(data)}


def with_part(files: Files, part: str, change: Callable[[str], str]) -> Files:
    """Return the files with another part in the workbook."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(files[packet.WORKBOOK])) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                text = content.decode()
                content = change(text).encode()
                assert content != text.encode(), f"nothing to change in {part}"
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return {**files, packet.WORKBOOK: out.getvalue()}

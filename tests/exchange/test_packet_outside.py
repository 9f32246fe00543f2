"""Second opinions: OpenSSL and poppler say of packet and PDF what our own verifier says."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pairing_desktop.exchange import packet
from pairing_desktop.signing import container
from pairing_desktop.signing.identity import ROLES
from tests.exchange.conftest import relay
from tests.outside_tools import need
from tests.signing import people
from tests.signing.people import World

pytestmark = pytest.mark.outside


@pytest.fixture(scope="module")
def today() -> World:
    """Return an authority of the real present: outside programs ask the real clock."""
    return people.world(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture(scope="module")
def folder(today: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("outside")
    (place / "root.pem").write_bytes(today.authority.root_pem)
    (place / "root.crl.pem").write_bytes(today.authority.crl_pem(now=today.now))
    relay(today, place / "good.asice", 3, today.now)
    (place / "good.pdf").write_bytes(container.read(place / "good.asice").files[packet.PDF])
    return place


def outside(shared: Path, folder: Path, name: str) -> tuple[int, str]:
    for program, package in (("openssl", "openssl"), ("pdfsig", "poppler-utils"), ("certutil", "libnss3-tools")):
        need(program, package)
    done = subprocess.run(
        [sys.executable, shared / "verify" / "outside.py", folder / name, "--ca", folder / "root.pem",
         "--crl", folder / "root.crl.pem"], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("name", ["good.asice", "good.pdf"])
def test_outside_tools_agree(shared: Path, folder: Path, today: World, name: str) -> None:
    code, said = outside(shared, folder, name)
    assert code == 0, said
    assert "INVALID" not in said
    assert packet.verify(folder / name, today.trust).valid


@pytest.mark.parametrize("name", ["good.asice", "good.pdf"])
@pytest.mark.parametrize("where", [0.3, 0.5])
def test_outside_tools_tell_one_changed_byte(shared: Path, folder: Path, today: World, name: str, where: float) -> None:
    content = bytearray((folder / name).read_bytes())
    place = int(len(content) * where)
    content[place] ^= 0x01
    changed = folder / f"bad{int(where * 10)}{Path(name).suffix}"
    changed.write_bytes(content)
    code, said = outside(shared, folder, changed.name)
    assert code == 1, said
    assert "INVALID" in said
    assert not packet.verify(changed, today.trust).valid


def test_outside_tools_know_a_revoked_certificate(shared: Path, folder: Path, today: World, tmp_path: Path) -> None:
    revoked = today.revoke("reviewer")
    (tmp_path / "root.pem").write_bytes(today.authority.root_pem)
    (tmp_path / "root.crl.pem").write_bytes(revoked.authority.crl_pem(now=today.now))
    (tmp_path / "good.asice").write_bytes((folder / "good.asice").read_bytes())
    code, said = outside(shared, tmp_path, "good.asice")
    assert (code, "INVALID" in said) == (1, True)
    assert not packet.verify(tmp_path / "good.asice", revoked.trust).valid


def test_every_order_of_kinds_of_key(shared: Path, folder: Path, today: World) -> None:
    """RSA and ECDSA both sit in the packet that the tools have seen."""
    kinds = {type(today.keys[role].private).__name__ for role in ROLES}
    assert len(kinds) == 2

"""To whom a packet may be encrypted: the one certificate of a file that can receive, else nobody."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from pairing_desktop.errors import Trouble
from pairing_desktop.services import sealing
from pairing_desktop.signing import trust
from pairing_desktop.signing.identity import PROVINCE, RECEIVER
from tests.conftest import NOW
from tests.signing import people

WORLD = people.world(NOW)
ROOT, HEAD = WORLD.authority.root, WORLD.keys["head"].certificate
OWN, OTHER = (people.receiver(NOW, kind).certificate for kind in ("ecdsa", "rsa"))


def sealed(folder: Path, *certificates: x509.Certificate) -> sealing.Sealed:
    packet, file = folder / "a.asice", folder / "省厅.pem"
    packet.write_bytes(people.built())
    file.write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in certificates))
    return sealing.encrypt(packet, file, now=NOW)


@pytest.mark.parametrize("receiver", [OWN, OTHER], ids=["ecdsa", "rsa"])
def test_from_a_bundle_the_one_that_can_receive_is_taken(receiver: x509.Certificate, tmp_path: Path) -> None:
    made = sealed(tmp_path, ROOT, HEAD, receiver)
    assert (made.receiver.name, made.receiver.role, made.receiver.county_name) == ("接收人（示例）", RECEIVER, "浙江省")
    assert made.receiver.county == PROVINCE
    assert made.receiver.serial == f"{receiver.serial_number:x}"
    assert made.path.exists()


@pytest.mark.parametrize(("certificates", "said"), [
    ([ROOT], "没有接收证书"), ([HEAD], "没有接收证书"), ([ROOT, HEAD], "没有接收证书"), ([], "不是证书"),
    ([ROOT, OWN, OTHER], "有几张接收证书"),
])
def test_nobody_else_is_taken(certificates: list[x509.Certificate], said: str, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=said) as told:
        sealed(tmp_path, *certificates)
    assert len(told.value.problems) == 1
    assert not list(tmp_path.glob("*.p7m"))


def test_an_expired_one_is_not_taken(tmp_path: Path) -> None:
    packet, file = tmp_path / "a.asice", tmp_path / "省厅.der"
    packet.write_bytes(people.built())
    file.write_bytes(OWN.public_bytes(Encoding.DER))
    with pytest.raises(Trouble, match="现在不能用"):
        sealing.encrypt(packet, file, now=NOW + timedelta(days=4000))


def test_a_receiver_signs_nothing() -> None:
    assert not trust.judge(OWN, WORLD.trust).trusted

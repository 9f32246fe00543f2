"""To whom a packet may be encrypted: the one certificate of a file that can receive, else nobody."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from pairing_desktop.errors import Trouble
from pairing_desktop.services import sealing
from pairing_desktop.signing import authority, keys
from pairing_desktop.signing.identity import PROVINCE, RECEIVER
from pairing_desktop.signing.trust import Trust, judge
from tests.conftest import NOW
from tests.signing import people

WORLD = people.world(NOW)
ROOT, HEAD = WORLD.authority.root, WORLD.keys["head"].certificate
OWN, OTHER = (people.receiver(NOW, kind).certificate for kind in ("ecdsa", "rsa"))


def sealed(folder: Path, *certificates: x509.Certificate, trust: Trust | None = WORLD.trust) -> sealing.Sealed:
    packet, file = folder / "a.asice", folder / "省厅.pem"
    packet.write_bytes(people.built())
    file.write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in certificates))
    return sealing.encrypt(packet, file, trust=trust, now=NOW)


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    sealed(tmp_path, OWN)
    made = sealing.encrypt(tmp_path / "a.asice", tmp_path / "省厅.pem", trust=WORLD.trust, now=NOW, to=tmp_path / "发")
    assert made.path.parent.name == "发"
    assert made.path.exists()


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
        sealing.encrypt(packet, file, trust=WORLD.trust, now=NOW + timedelta(days=4000))


def test_a_certificate_of_another_root_is_not_taken(tmp_path: Path) -> None:
    """Anybody can make a root and a certificate that says 省厅."""
    stranger = authority.create(now=NOW)
    other = stranger.issue(people.person(RECEIVER, PROVINCE), now=NOW).certificate
    with pytest.raises(Trouble, match="不是受信任的根证书签发的"):
        sealed(tmp_path, other)
    assert not list(tmp_path.glob("*.p7m"))


def test_a_revoked_one_is_not_taken(tmp_path: Path) -> None:
    revoked = replace(WORLD.trust, crls=(WORLD.authority.revoke(OWN, at=NOW).crl(now=NOW),))
    with pytest.raises(Trouble, match="已被吊销"):
        sealed(tmp_path, OWN, trust=revoked)
    assert not list(tmp_path.glob("*.p7m"))


def test_without_a_root_nothing_is_encrypted(tmp_path: Path) -> None:
    """A stranger's certificate says 省厅 too, and whoever made it would read the packet."""
    with pytest.raises(Trouble, match="还没有载入根证书，核对不了接收证书"):
        sealed(tmp_path, OWN, trust=None)
    assert not list(tmp_path.glob("*.p7m"))


def test_what_nobody_could_look_up_is_told(tmp_path: Path) -> None:
    for number, (trust, said) in enumerate(((replace(WORLD.trust, crls=()), ["signing.revocation_unchecked"]),
                                            (WORLD.trust, []))):
        (tmp_path / str(number)).mkdir()
        assert [p.code for p in sealed(tmp_path / str(number), OWN, trust=trust).remarks] == said


def test_a_receiver_signs_nothing() -> None:
    assert not judge(OWN, WORLD.trust).trusted


@pytest.mark.parametrize(("content", "said"), [
    (people.built(), "包.asice 没有加密，不用解密"), (b"junk", "包.asice 不是加密的报送包"),
    (b"", "包.asice 不是加密的报送包"),
], ids=["a packet", "junk", "nothing"])
def test_what_is_not_encrypted_is_told_by_its_name_before_a_key_is_asked(tmp_path: Path, content: bytes,
                                                                       said: str) -> None:
    file = tmp_path / "包.asice"
    file.write_bytes(content)
    with pytest.raises(Trouble, match=f"^{said}。请|^{said}。可以直接核验"):
        sealing.decrypt(file, tmp_path / "没有这把.p12", "")


@pytest.mark.parametrize("place", [-9000, -4000, -2000])
def test_an_envelope_whose_content_was_changed_writes_nothing(tmp_path: Path, place: int) -> None:
    """CMS encrypts without a check of its own: what comes out of the envelope is looked at before it is written."""
    key = people.receiver(NOW, "ecdsa")
    key_file = tmp_path / "接收.p12"
    key_file.write_bytes(keys.make_p12(key, "demo-receiver"))
    envelope = sealed(tmp_path, key.certificate).path
    content = bytearray(envelope.read_bytes())
    content[place] ^= 1
    to = tmp_path / "打开"
    to.mkdir()
    (to / envelope.name).write_bytes(content)
    with pytest.raises(Trouble, match="加密的报送包损坏"):
        sealing.decrypt(to / envelope.name, key_file, "demo-receiver")
    assert [p.name for p in to.iterdir()] == [envelope.name]
    assert sealing.decrypt(envelope, key_file, "demo-receiver", to=to).read_bytes() == people.built()

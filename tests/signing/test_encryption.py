"""A packet closed to all but its receiver; OpenSSL opens it too, and nobody else does."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pairing_desktop.errors import Trouble
from pairing_desktop.signing import encryption
from tests import outside_tools
from tests.conftest import NOW
from tests.signing import people

CONTENT = b"PK\x03\x04 a packet" * 5000
KINDS = pytest.mark.parametrize("role", ["head", "preparer"])  # RSA and P-256


@KINDS
def test_the_receiver_opens_it(role: str) -> None:
    key = people.world(NOW).keys[role]
    envelope = encryption.encrypt(CONTENT, key.certificate)
    assert encryption.is_encrypted(envelope[:64])
    assert CONTENT[:40] not in envelope
    assert encryption.decrypt(envelope, key.private) == CONTENT


@KINDS
def test_nobody_else_does(role: str) -> None:
    world = people.world(NOW)
    envelope = encryption.encrypt(CONTENT, world.keys[role].certificate)
    for other in {"head", "preparer", "reviewer"} - {role}:
        with pytest.raises(Trouble, match="不是给这把密钥的"):
            encryption.decrypt(envelope, world.keys[other].private)


@KINDS
def test_damage_is_told(role: str) -> None:
    key = people.world(NOW).keys[role]
    envelope = encryption.encrypt(CONTENT, key.certificate)
    for damaged in (envelope[:-40], b"", b"0", envelope + b"x", envelope[:10] + b"\xff" * 40 + envelope[50:]):
        with pytest.raises(Trouble):
            encryption.decrypt(damaged, key.private)


def test_a_key_that_names_no_role_opens_it(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    from pairing_desktop.signing import keys

    key = people.world(NOW).keys["preparer"]
    path = tmp_path / "省厅.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key.private, None, None,
                                                           BestAvailableEncryption(b"secret")))
    envelope = encryption.encrypt(CONTENT, key.certificate)
    assert encryption.decrypt(envelope, keys.private_in(path, "secret")) == CONTENT
    with pytest.raises(Trouble, match="密码不对"):
        keys.private_in(path, "other")


@pytest.mark.outside
@KINDS
def test_openssl_opens_it(role: str, tmp_path: Path) -> None:
    openssl = outside_tools.need("openssl", "openssl")
    key = people.world(NOW).keys[role]
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(key.private.private_bytes(*plain))
    (tmp_path / "cert.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "a.asice.p7m").write_bytes(encryption.encrypt(CONTENT, key.certificate))
    command = [openssl, "cms", "-decrypt", "-inform", "DER", "-binary", "-in", "a.asice.p7m", "-recip", "cert.pem",
               "-inkey", "key.pem", "-out", "a.asice"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.asice").read_bytes() == CONTENT

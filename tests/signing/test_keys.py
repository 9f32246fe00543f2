"""Key files: what opens, and a plain sentence for everything that does not."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from pairing_desktop.errors import Trouble
from pairing_desktop.signing import algorithms, identity, keys
from pairing_desktop.signing.identity import ROLES, Identity
from pairing_desktop.signing.keys import Key
from tests.conftest import NOW
from tests.signing import people
from tests.signing.people import COUNTY, World
from tests.signing.test_trust import USAGE, crafted, swap


def refusal(path: Path, password: str) -> list[str]:
    with pytest.raises(Trouble) as error:
        keys.load_p12(path, password)
    assert all(str(p).endswith("。") for p in error.value.problems)
    return [p.code for p in error.value.problems]


@pytest.mark.parametrize("password", ["a", "密码 2024", "𬳽㛃䶮", "ÄÖ\"'\\", "x" * 200])
@pytest.mark.parametrize("role", ["preparer", "head"])
def test_a_key_file_opens_with_its_password(world: World, tmp_path: Path, role: str, password: str) -> None:
    path = tmp_path / "填表人.p12"
    path.write_bytes(keys.make_p12(world.keys[role], password))
    key = keys.load_p12(path, password)
    assert key.identity == people.person(role)
    assert key.fingerprint == hashlib.sha256(key.certificate.public_bytes(Encoding.DER)).hexdigest()
    assert key.key_fingerprint == world.keys[role].key_fingerprint != key.fingerprint
    assert key.chain == (world.authority.root,)
    message = b"what is signed"
    kind = algorithms.of_certificate(key.certificate)
    assert kind is not None
    assert kind.verify(key.certificate.public_key(), key.sign(message), message)
    assert not kind.verify(key.certificate.public_key(), key.sign(message), message + b"!")


def test_a_wrong_password(world: World, tmp_path: Path) -> None:
    path = tmp_path / "key.p12"
    path.write_bytes(keys.make_p12(world.keys["preparer"], "正确"))
    assert refusal(path, "错误") == ["signing.wrong_password"]
    assert refusal(path, "") == ["signing.wrong_password"]


@pytest.mark.parametrize("keep", [0, 3, 100, -1])
def test_a_file_cut_short_is_damaged_not_a_wrong_password(world: World, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "key.p12"
    path.write_bytes(keys.make_p12(world.keys["preparer"], "正确")[:keep])
    assert refusal(path, "正确") == ["signing.key_damaged"]


@pytest.mark.parametrize("content", [b"hello", b"-----BEGIN PRIVATE KEY-----", b"PK\x03\x04", b"0" * (2 << 20)])
def test_another_file_is_no_key_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.p12"
    path.write_bytes(content)
    assert refusal(path, "x") == ["signing.key_damaged"]


def test_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "key.p12", "x") == ["signing.key_unreadable"]
    assert refusal(tmp_path, "x") == ["signing.key_unreadable"]


def test_an_unprotected_file_opens_with_no_password(world: World, tmp_path: Path) -> None:
    key = world.keys["preparer"]
    path = tmp_path / "key.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"", key.private, key.certificate, None, NoEncryption()))
    assert keys.load_p12(path, "").identity.role == "preparer"
    with pytest.raises(Trouble):
        keys.make_p12(key, "")


def own_certificate(private: object, subject: Identity) -> x509.Certificate:
    """Return a certificate over any kind of key, issued by nobody in particular."""
    name = identity.to_name(subject)
    signer = ec.generate_private_key(ec.SECP256R1())
    return (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())  # type: ignore[attr-defined]
            .serial_number(7).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
            .sign(signer, hashes.SHA256()))


@pytest.mark.parametrize(("subject", "codes"), [
    (Identity("张", "", COUNTY), ["signing.key_no_role"]),
    (Identity("张", "mayor", COUNTY), ["signing.key_no_role"]),
    (Identity("张", "head", ""), ["signing.key_no_county"]),
    (Identity("张", "head", "33112"), ["signing.key_no_county"]),
    (Identity("张", "", ""), ["signing.key_no_role", "signing.key_no_county"]),
])
def test_a_certificate_without_role_or_county(tmp_path: Path, subject: Identity, codes: list[str]) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "key.p12"
    path.write_bytes(keys.make_p12(Key(own_certificate(private, subject), private), "x"))
    assert refusal(path, "x") == codes


def test_weak_and_unknown_kinds_of_key(tmp_path: Path) -> None:
    weak = [rsa.generate_private_key(65537, 1024),  # noqa: S505  # weak on purpose
            ec.generate_private_key(ec.SECP384R1()),
            ed25519.Ed25519PrivateKey.generate()]
    for private in weak:
        certificate = own_certificate(private, people.person("head"))
        path = tmp_path / "key.p12"
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(b"", private, certificate, None, BestAvailableEncryption(b"x")))
        assert refusal(path, "x") == ["signing.key_kind"]


def test_a_file_without_certificate_or_key(world: World, tmp_path: Path) -> None:
    key, protection = world.keys["preparer"], BestAvailableEncryption(b"x")
    path = tmp_path / "key.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"", key.private, None, None, protection))
    assert refusal(path, "x") == ["signing.key_incomplete"]
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"", None, None, [world.authority.root], protection))
    assert refusal(path, "x") == ["signing.key_incomplete"]


def test_a_file_with_keys_of_two_people_is_not_guessed_at(world: World, tmp_path: Path) -> None:
    from asn1crypto import core
    from asn1crypto import pkcs12 as asn1

    path = tmp_path / "two.p12"
    files = [pkcs12.serialize_key_and_certificates(b"", k.private, k.certificate, None, NoEncryption())
             for k in (world.keys["reviewer"], world.keys["head"])]
    safes = asn1.AuthenticatedSafe([safe for file in files for safe in asn1.Pfx.load(file).authenticated_safe])
    whole = {"content_type": "data", "content": core.OctetString(safes.dump())}
    path.write_bytes(asn1.Pfx({"version": "v3", "auth_safe": whole}).dump())
    assert refusal(path, "") == ["signing.key_several"]


def test_expired_and_early_certificates(world: World) -> None:
    key = world.issue("head", days=10)
    keys.require_usable(key, world.now + timedelta(days=9))
    for shift, code in ((11, "signing.key_expired"), (-1, "signing.key_early")):
        with pytest.raises(Trouble) as error:
            keys.require_usable(key, world.now + timedelta(days=shift))
        assert error.value.problems[0].code == code


def test_a_certificate_that_is_not_for_signing_documents(world: World) -> None:
    """Told before anything is signed with it; else only whoever verifies it would see."""
    head = world.keys["head"]
    for change in (swap(USAGE), swap(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]))):
        key = replace(head, certificate=crafted(world, change))
        with pytest.raises(Trouble) as error:
            keys.require_usable(key, world.now)
        assert [p.code for p in error.value.problems] == ["signing.wrong_use"]


def test_a_key_does_not_show_its_secret(world: World) -> None:
    assert "private" not in repr(world.keys["head"])


@pytest.mark.parametrize("role", ROLES)
def test_identity_survives_the_subject(role: str) -> None:
    who = Identity("王　小明", role, "330402", "副局长", "南湖区经信商务局")
    names = identity.to_name(who)
    assert [a.oid for a in names] == [NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME,
                                      NameOID.SERIAL_NUMBER, NameOID.TITLE, NameOID.COMMON_NAME]
    assert identity.of(own_certificate(ec.generate_private_key(ec.SECP256R1()), who)) == who


def test_a_strangers_name_stands_in_one_line() -> None:
    who = identity.Identity("局长\n有效  a.asice\u202e\u2028", "head", "331123", "甲" * 65, "张　三\x00局")
    seen = identity.of(own_certificate(ec.generate_private_key(ec.SECP256R1()), who))
    assert seen == identity.Identity("局长□有效  a.asice□□", "head", "331123", "甲" * 64 + "…", "张　三□局")

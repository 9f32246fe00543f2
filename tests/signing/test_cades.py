"""Detached signatures: one form, every byte of it asked for, and read alike by pyHanko and asn1crypto."""

import hashlib
from datetime import datetime

import pytest
from asn1crypto import cms as asn1
from asn1crypto import core
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from pairing_desktop.signing import algorithms, cades, der
from tests.signing.people import World

CONTENT = b"what is signed"
DIGEST = hashlib.sha256(CONTENT).digest()


@pytest.mark.parametrize("role", ["preparer", "head"])
def test_a_signature_reads_and_holds(world: World, now: datetime, role: str) -> None:
    key = world.keys[role]
    content = cades.make(DIGEST, key, signed_at=now)
    assert len(content) <= cades.largest(key.certificate)
    read = cades.read(content)
    assert (read.certificate, read.digest, read.signed_at) == (key.certificate, DIGEST, now)
    assert cades.check(read, DIGEST) == (True, True)
    assert cades.check(read, hashlib.sha256(b"other").digest()) == (False, True)


@pytest.mark.parametrize("role", ["preparer", "head"])
def test_every_byte_is_asked_for(world: World, now: datetime, role: str) -> None:
    content = cades.make(DIGEST, world.keys[role], signed_at=now)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        try:
            read = cades.read(bytes(changed))
        except ValueError:
            continue
        assert cades.check(read, DIGEST) != (True, True), place


@pytest.mark.parametrize("cut", [0, 1, 5, 100, -1])
def test_a_cut_signature_is_a_value_error(world: World, now: datetime, cut: int) -> None:
    content = cades.make(DIGEST, world.keys["head"], signed_at=now)
    for bad in (content[:cut], content + b"\0", b"\x30\x80" + content):
        with pytest.raises(ValueError):  # noqa: PT011
            cades.read(bad)


@given(st.binary(max_size=400))
def test_noise_is_a_value_error(noise: bytes) -> None:
    for content in (noise, b"\x30\x82" + noise):
        with pytest.raises(ValueError):  # noqa: PT011
            cades.read(content)


def test_der_written_by_another_library_is_the_same(world: World, now: datetime) -> None:
    content = cades.make(DIGEST, world.keys["head"], signed_at=now)
    parsed = asn1.ContentInfo.load(content, strict=True)
    assert parsed.native["content_type"] == "signed_data"
    assert parsed.dump(force=True) == content
    (signer,) = parsed["content"]["signer_infos"]
    kinds = {attribute["type"].dotted for attribute in signer["signed_attrs"]}
    assert kinds == {f"1.2.840.113549.1.9.{n}" for n in ("3", "4", "5", "16.2.47")}
    assert signer["unsigned_attrs"].native is None
    assert len(parsed["content"]["certificates"]) == 1


def test_the_other_ecdsa_signature_is_refused(world: World, now: datetime) -> None:
    """(r, n - s) holds as well as (r, s): whoever has one can make the other, so only one form counts."""
    key = world.keys["preparer"].certificate.public_key()
    for number in range(20):
        message = bytes([number])
        signature = world.keys["preparer"].sign(message)
        r, s = decode_dss_signature(signature)
        other = encode_dss_signature(r, algorithms.P256_ORDER - s)
        assert algorithms.ECDSA.verify(key, signature, message)
        assert not algorithms.ECDSA.verify(key, other, message)


@given(st.integers(0, 1 << 300))
def test_integers_are_shortest(value: int) -> None:
    assert der.integer(value) == core.Integer(value).dump()


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_elements_come_apart_as_they_were_put_together(bodies: list[bytes]) -> None:
    joined = b"".join(der.tlv(der.OCTETS, body) for body in bodies)
    assert [body for _, body, _ in der.elements(joined)] == bodies


@pytest.mark.parametrize("dotted", ["1.2.840.113549.1.7.2", "2.16.840.1.101.3.4.2.1", "0.4.0.127", "1.3.6.1.4.1.311"])
def test_object_identifiers(dotted: str) -> None:
    assert der.oid(dotted) == core.ObjectIdentifier(dotted).dump()

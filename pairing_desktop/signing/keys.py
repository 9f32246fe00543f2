"""Keys that sign: an algorithm-neutral interface, and software keys in files.

A software key rests in our own file (``wrapper``) and travels as PKCS#12; a token's key (``token``) never leaves it.
Place kept: the Windows store becomes one more ``Signer``; SM2 one more row of ``algorithms``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, PKCS12KeyAndCertificates

from pairing_desktop.errors import all_or_raise, problem, system_reason, trouble
from pairing_desktop.signing import algorithms, identity, trust, wrapper
from pairing_desktop.signing.algorithms import PrivateKey, PublicKey
from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.moment import day

MAX_FILE = 1 << 20
"""A key file is a few kilobytes; anything larger is something else."""


class Holder(Protocol):
    """Whoever can sign with a private key, certified or not yet."""

    @property
    def public(self) -> PublicKey:
        """The public key; it tells the algorithm."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""


class Signer(Protocol):
    """Whoever can sign with a certificate's private key: a file or a token, SM2 later."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the key; its public key tells the algorithm."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message (not over a digest: SM2 and tokens want the message)."""


@dataclass(frozen=True, slots=True)
class Key:
    """A software key with its certificate: a ``Signer``."""

    certificate: x509.Certificate
    private: PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()
    """Certificates that came along, such as the root; they do not go into signatures."""

    @property
    def public(self) -> PublicKey:
        """The public key."""
        return self.private.public_key()

    @property
    def identity(self) -> Identity:
        """Whom the certificate names: name, role, county."""
        return identity.of(self.certificate)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hex."""
        return identity.fingerprint(self.certificate)

    @property
    def key_fingerprint(self) -> str:
        """SHA-256 of the public key, hex: what a county prints when it asks for a certificate."""
        return identity.key_fingerprint(self.certificate)

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""
        return algorithms.sign(self.private, message)


@dataclass(frozen=True, slots=True)
class BareKey:
    """A software key without a certificate: a ``Holder``."""

    private: PrivateKey = field(repr=False)

    @property
    def public(self) -> PublicKey:
        """The public key."""
        return self.private.public_key()

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""
        return algorithms.sign(self.private, message)


def load(path: Path, secret: str, *, now: datetime) -> Key:
    """Return the key in a file of ours or in PKCS#12, told apart by content; of several certificates the one to use.

    Raises ``Trouble`` as ``load_p12`` does, and when the key has no certificate yet.
    """
    content = read_file(path)
    if not wrapper.is_wrapped(content):
        return load_p12(path, secret)
    private, about = wrapper.unwrap(content, secret, name=path.name)
    certificate = in_use(about.certificates, now)
    if certificate is None:
        raise trouble("keys.no_certificate", file=path.name)
    key = Key(certificate, private, about.roots)
    require_role(key, place=path.name)
    return key


def in_use(certificates: Sequence[x509.Certificate], now: datetime) -> x509.Certificate | None:
    """Return the certificate to sign with: of those that hold now the one that holds longest, else the latest."""
    holding = [c for c in certificates if c.not_valid_before_utc <= now <= c.not_valid_after_utc]
    return max(holding or certificates, key=lambda c: c.not_valid_after_utc, default=None)


def load_p12(path: Path, password: str) -> Key:
    """Return the key in a PKCS#12 file.

    Raises ``Trouble`` when there is no such file, it is damaged, the password is wrong, it holds no key with its
    certificate, the key is of no accepted kind, or the certificate names no role or no county.
    """
    content = read_file(path)
    check_frame(path, content)
    found = _decrypt(path, content, password)
    private, certificate = found.key, found.cert.certificate if found.cert else None
    if certificate is None or private is None:
        raise trouble("signing.key_incomplete", file=path.name)
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise trouble("signing.key_kind", file=path.name)
    if algorithms.of_certificate(certificate) is None:
        raise trouble("signing.key_kind", file=path.name)
    if _spki(private) != _spki(certificate):
        raise trouble("signing.key_foreign", file=path.name)
    key = Key(certificate, private, tuple(c.certificate for c in found.additional_certs))
    require_role(key, place=path.name)
    return key


def private_in(path: Path, secret: str) -> PrivateKey:
    """Return the private key in a file of ours or in PKCS#12, whoever's it is: for opening what was encrypted to it.

    Raises ``Trouble`` when it is damaged, the password is wrong, or it holds no key of an accepted kind.
    """
    content = read_file(path)
    if wrapper.is_wrapped(content):
        return wrapper.unwrap(content, secret, name=path.name)[0]
    check_frame(path, content)
    private = _decrypt(path, content, secret).key
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise trouble("signing.key_kind", file=path.name)
    return private


def read_file(path: Path) -> bytes:
    """Return a key file's content. Raises ``Trouble`` when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE + 1)
    except OSError as error:
        raise trouble("signing.key_unreadable", file=path.name, reason=system_reason(error)) from error


def check_frame(path: Path, content: bytes) -> None:
    """Raise ``Trouble`` for what cannot be PKCS#12, before a password is asked: damaged is not a wrong password.

    The outermost DER (or BER) sequence must fill the file exactly.
    """
    if len(content) < 4 or content[0] != 0x30 or len(content) > MAX_FILE:
        raise trouble("signing.key_damaged", file=path.name)
    if content[1] == 0x80:  # indefinite length, as old Java exports: ends in two zero octets
        whole = content.endswith(b"\0\0")
    else:
        octets = content[1] & 0x7F if content[1] & 0x80 else 0
        length = int.from_bytes(content[2 : 2 + octets]) if octets else content[1]
        whole = 2 + octets + length == len(content)
    if not whole:
        raise trouble("signing.key_damaged", file=path.name)


def is_p12(start: bytes) -> bool:
    """Tell by its first bytes whether a file is PKCS#12."""
    return start[:1] == b"\x30" and start.find(b"\x02\x01\x03\x30", 2, 10) > 0  # version 3, then the contents


def _decrypt(path: Path, content: bytes, password: str) -> PKCS12KeyAndCertificates:
    try:
        found = pkcs12.load_pkcs12(content, password.encode())
    except UnsupportedAlgorithm as error:
        raise trouble("signing.key_old", file=path.name) from error
    except (ValueError, TypeError) as error:
        raise trouble("signing.wrong_password", file=path.name) from error
    if (count := _key_bags(content)) > 1:
        raise trouble("signing.key_several", file=path.name, count=count)
    return found


def _key_bags(content: bytes) -> int:
    """Return how many private keys a PKCS#12 file shows: of several ``cryptography`` takes the first, whoever's it is.

    Key bags are encrypted each by itself, so they can be counted without the password; none is where a file hides them.
    """
    from asn1crypto import pkcs12 as asn1

    try:
        safes = asn1.Pfx.load(content).authenticated_safe
        plain = [safe["content"].native for safe in safes if safe["content_type"].native == "data"]
        bags = [bag["bag_id"].native for each in plain for bag in asn1.SafeContents.load(each)]
    except (ValueError, TypeError):
        return 0  # old Java's indefinite lengths, which asn1crypto does not read
    return sum(kind in ("key_bag", "pkcs8_shrouded_key_bag") for kind in bags)


def _spki(holder: PrivateKey | x509.Certificate) -> bytes:
    return algorithms.spki(holder.public_key())


def require_role(signer: Signer, *, place: str = "") -> None:
    """Raise ``Trouble`` when the signer's certificate names no role or no county: it cannot sign for anyone."""
    require_named(signer.certificate, place=place)


def require_named(certificate: x509.Certificate, *, place: str = "") -> None:
    """Raise ``Trouble`` when a certificate names no role or no county."""
    who = identity.of(certificate)
    asked = (("signing.key_no_role", who.role), ("signing.key_no_county", who.county))
    all_or_raise(problem(code, file=place, name=who.name) for code, text in asked if not text)


def require_usable(signer: Signer, now: datetime) -> None:
    """Raise ``Trouble`` when the certificate is not for signing documents, or does not hold at ``now``."""
    certificate = signer.certificate
    name = identity.of(certificate).name
    if not _for_signing(certificate):
        raise trouble("signing.wrong_use", name=name)
    if now > certificate.not_valid_after_utc:
        raise trouble("signing.key_expired", name=name, until=day(certificate.not_valid_after_utc))
    if now < certificate.not_valid_before_utc:
        raise trouble("signing.key_early", name=name, since=day(certificate.not_valid_before_utc))


def _for_signing(certificate: x509.Certificate) -> bool:
    try:
        return trust.for_signing(certificate)
    except ValueError:
        return False


def make_p12(key: Key, password: str) -> bytes:
    """Return the key, its certificate and chain as PKCS#12 (AES-256, SHA-256), for transport.

    The MAC stays at 2,048 iterations whatever one asks, so a slow derivation here would protect nothing.
    Raises ``Trouble`` when the password is empty: such a file would protect nothing.
    """
    if not password:
        raise trouble("signing.no_password")
    protection = (
        PrivateFormat.PKCS12.encryption_builder()
        .key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(password.encode())
    )
    name = key.identity.name.encode()
    return pkcs12.serialize_key_and_certificates(name, key.private, key.certificate, key.chain, protection)

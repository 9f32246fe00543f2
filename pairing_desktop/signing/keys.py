"""Keys that sign: an algorithm-neutral interface, and the software key in a PKCS#12 file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from pairing_desktop.signing.identity import Identity

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Algorithm = Literal["rsa", "ecdsa"]


class Signer(Protocol):
    """Whoever can sign with a certificate's private key: a file now, a token or SM2 later."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the key."""

    @property
    def chain(self) -> Sequence[x509.Certificate]:
        """Certificates between that one and the root, exclusive; empty under a one-level authority."""

    @property
    def algorithm(self) -> Algorithm:
        """How it signs; the digest goes with it (SHA-256 for both)."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message (not over a digest: SM2 and tokens want the message)."""


@dataclass(frozen=True, slots=True)
class Key:
    """A software key with its certificate: a ``Signer``."""

    certificate: x509.Certificate
    private: PrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def algorithm(self) -> Algorithm:
        """How it signs."""
        raise NotImplementedError

    @property
    def identity(self) -> Identity:
        """Whom the certificate names: name, role, county."""
        raise NotImplementedError

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, hex."""
        raise NotImplementedError

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""
        raise NotImplementedError


def load_p12(path: Path, password: str) -> Key:
    """Return the key in a PKCS#12 file. Raises ``Trouble`` with a Chinese sentence when it cannot be used to sign."""
    raise NotImplementedError


def require_current(signer: Signer, now: datetime) -> None:
    """Raise ``Trouble`` when the certificate has expired or is not valid yet."""
    raise NotImplementedError


def make_p12(key: Key, password: str) -> bytes:
    """Return the key, its certificate and chain as PKCS#12 (AES-256), for transport."""
    raise NotImplementedError

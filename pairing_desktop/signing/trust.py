"""Is a certificate good? Roots, revocation lists and a moment; pure ``cryptography``, no network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from pairing_desktop.signing.verdict import CertificateVerdict


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to trust, what is revoked, and the moment to judge at (aware UTC)."""

    roots: tuple[x509.Certificate, ...]
    crls: tuple[x509.CertificateRevocationList, ...]
    at: datetime


def load(roots: Sequence[Path], crls: Sequence[Path] = (), *, at: datetime) -> Trust:
    """Read roots and lists from PEM or DER files. Raises ``Trouble`` naming every file that is not one."""
    raise NotImplementedError


def judge(certificate: x509.Certificate, trust: Trust) -> CertificateVerdict:
    """Answer for a signer's certificate: issued directly by a root, right use, valid, not revoked."""
    raise NotImplementedError

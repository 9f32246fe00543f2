"""The sample authority for trying things out: one root that issues people's certificates directly."""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509

from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.keys import Algorithm, Key, PrivateKey


@dataclass(frozen=True, slots=True)
class Authority:
    """A root with its key and what it revoked. Immutable: ``revoke`` returns the next state."""

    root: x509.Certificate
    private: PrivateKey = field(repr=False)
    revoked: tuple[tuple[int, datetime], ...] = ()
    """(serial number, when)."""

    @property
    def root_pem(self) -> bytes:
        """The root certificate, PEM."""
        raise NotImplementedError

    def issue(self, identity: Identity, *, now: datetime, days: int = 1095, algorithm: Algorithm = "rsa") -> Key:
        """Return a new key with a certificate for that person, role and county, valid from ``now``."""
        raise NotImplementedError

    def revoke(self, certificate: x509.Certificate, *, at: datetime) -> "Authority":
        """Return the authority that also lists this certificate as revoked since ``at``."""
        raise NotImplementedError

    def crl(self, *, now: datetime, days: int = 120) -> x509.CertificateRevocationList:
        """Return the signed revocation list of this moment."""
        raise NotImplementedError

    def crl_pem(self, *, now: datetime, days: int = 120) -> bytes:
        """Return the revocation list of this moment, PEM."""
        raise NotImplementedError


def create(*, now: datetime, name: str = "示例根证书（仅供试用）", algorithm: Algorithm = "rsa", days: int = 3650) -> Authority:
    """Return a new sample authority."""
    raise NotImplementedError

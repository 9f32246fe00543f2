"""The sample authority for trying things out: one root that issues people's certificates directly.

A county without a certificate authority of its own can try the whole way with it. The real one decides subject and
extensions itself in the same manner and never copies them from a request.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from pairing_desktop.signing import identity as identities
from pairing_desktop.signing.algorithms import PrivateKey
from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.keys import Key


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
        return self.root.public_bytes(Encoding.PEM)

    def issue(self, identity: Identity, *, now: datetime, days: int = 1095, algorithm: str = "rsa") -> Key:
        """Return a new key (``rsa`` 2048 or ``ecdsa`` P-256) with a certificate for that person, role and county."""
        private = _new_private(algorithm)
        builder = _certificate(identities.to_name(identity), self.root.subject, private, now=now, days=days)
        for extension, critical in _people_extensions():
            builder = builder.add_extension(extension, critical=critical)
        own_id = x509.SubjectKeyIdentifier.from_public_key(private.public_key())
        root_id = self.root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = builder.add_extension(own_id, critical=False).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id), critical=False
        )
        return Key(builder.sign(self.private, hashes.SHA256()), private, (self.root,))

    def revoke(self, certificate: x509.Certificate, *, at: datetime) -> "Authority":
        """Return the authority that also lists this certificate as revoked since ``at``."""
        return replace(self, revoked=(*self.revoked, (certificate.serial_number, at)))

    def crl(self, *, now: datetime, days: int = 120) -> x509.CertificateRevocationList:
        """Return the signed revocation list of this moment; it outlives a quarter."""
        root_id = self.root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(_second(now))
            .next_update(_second(now) + timedelta(days=days))
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id), critical=False)
        )
        for serial, at in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(_second(at)).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.private, hashes.SHA256())

    def crl_pem(self, *, now: datetime, days: int = 120) -> bytes:
        """Return the revocation list of this moment, PEM."""
        return self.crl(now=now, days=days).public_bytes(Encoding.PEM)


def create(
    *, now: datetime, name: str = "示例根证书（仅供试用）", algorithm: str = "rsa", days: int = 3650
) -> Authority:
    """Return a new sample authority."""
    private = _new_private(algorithm)
    subject = x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "结对报送 示例"),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ])
    root = (
        _certificate(subject, subject, private, now=now, days=days)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
    )
    return Authority(root, private)


def _new_private(algorithm: str) -> PrivateKey:
    if algorithm == "ecdsa":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(
    subject: x509.Name, issuer: x509.Name, private: PrivateKey, *, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_second(now))
        .not_valid_after(_second(now) + timedelta(days=days))
    )


def _people_extensions() -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """Return what a signer's certificate may be used for."""
    return (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_key_usage(authority=False), True),
        (x509.ExtendedKeyUsage(identities.ISSUED_PURPOSES), False),
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _second(moment: datetime) -> datetime:
    """Return the moment cut to the second: certificates carry no fractions."""
    return moment.replace(microsecond=0)

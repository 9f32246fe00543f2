"""The province's authority: one root that issues people's certificates directly, and says which it took back.

It decides subject, extensions and dates itself; of a request only the public key goes into a certificate. Where its
root key rests (a wrapped file, a token) and what it has issued so far are ``register``'s and the services' business.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from pairing_desktop.signing import algorithms, certifying
from pairing_desktop.signing import identity as identities
from pairing_desktop.signing.algorithms import PublicKey
from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.keys import BareKey, Holder, Key

ORGANISATION = "结对报送 示例"
PERSON_DAYS, ROOT_DAYS, LIST_DAYS = 1095, 3650, 120
"""Three years, ten years, and longer than a quarter."""

REASONS = {
    "unspecified": (x509.ReasonFlags.unspecified, "未说明"),
    "key-compromise": (x509.ReasonFlags.key_compromise, "密钥丢失或泄露"),
    "affiliation": (x509.ReasonFlags.affiliation_changed, "人员调离或换岗"),
    "superseded": (x509.ReasonFlags.superseded, "已换发新证书"),
    "cessation": (x509.ReasonFlags.cessation_of_operation, "单位撤并或不再使用"),
}
"""Why a certificate is taken back: the command line's word → the reason in the list, and on screen."""


class Revoked(Struct, frozen=True):
    """A certificate that was taken back."""

    serial: int
    at: datetime
    """Since when; what was signed before (by a trusted time) still counts."""
    reason: str = "unspecified"
    """One of ``REASONS``."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A root with its key and what it revoked. Immutable: ``revoke`` returns the next state."""

    root: x509.Certificate
    key: Holder = field(repr=False)
    revoked: tuple[Revoked, ...] = ()

    @property
    def root_pem(self) -> bytes:
        """The root certificate, PEM."""
        return self.root.public_bytes(Encoding.PEM)

    def certify(
        self, identity: Identity, public: PublicKey, *, now: datetime, days: int = PERSON_DAYS
    ) -> x509.Certificate:
        """Return a certificate over someone's public key, for that person, role and county; no longer than the root."""
        until = min(_second(now) + timedelta(days=days), self.root.not_valid_after_utc)
        builder = _certificate(identities.to_name(identity), self.root.subject, public, now=now, until=until)
        for extension, critical in _people_extensions(identity, public):
            builder = builder.add_extension(extension, critical=critical)
        own_id = x509.SubjectKeyIdentifier.from_public_key(public)
        builder = builder.add_extension(own_id, critical=False).add_extension(self._root_id(), critical=False)
        return certifying.certificate(builder, self.key)

    def issue(self, identity: Identity, *, now: datetime, days: int = PERSON_DAYS, algorithm: str = "rsa") -> Key:
        """Return a new key (``rsa`` 2048 or ``ecdsa`` P-256) with a certificate for that person, role and county."""
        private = algorithms.new_private(algorithm)
        certificate = self.certify(identity, private.public_key(), now=now, days=days)
        return Key(certificate, private, (self.root,))

    def revoke(self, certificate: x509.Certificate, *, at: datetime, reason: str = "unspecified") -> "Authority":
        """Return the authority that also lists this certificate as revoked since ``at``."""
        return replace(self, revoked=(*self.revoked, Revoked(certificate.serial_number, at, reason)))

    def crl(
        self, *, now: datetime, days: int = LIST_DAYS, number: int | None = None
    ) -> x509.CertificateRevocationList:
        """Return the signed revocation list of this moment; it outlives a quarter."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(_second(now))
            .next_update(_second(now) + timedelta(days=days))
            .add_extension(x509.CRLNumber(int(now.timestamp()) if number is None else number), critical=False)
            .add_extension(self._root_id(), critical=False)
        )
        for each in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(each.serial).revocation_date(_second(each.at))
            if each.reason != "unspecified":  # RFC 5280 §5.3.1: leave it out instead
                entry = entry.add_extension(x509.CRLReason(REASONS[each.reason][0]), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        return certifying.revocation_list(builder, self.key)

    def crl_pem(self, *, now: datetime, days: int = LIST_DAYS) -> bytes:
        """Return the revocation list of this moment, PEM."""
        return self.crl(now=now, days=days).public_bytes(Encoding.PEM)

    def _root_id(self) -> x509.AuthorityKeyIdentifier:
        own = self.root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def create(
    *, now: datetime, name: str = "示例根证书（仅供试用）", algorithm: str = "rsa", days: int = ROOT_DAYS
) -> Authority:
    """Return a new authority with a software key, for trying things out."""
    return begin(BareKey(algorithms.new_private(algorithm)), now=now, name=name, days=days)


def begin(
    key: Holder, *, now: datetime, name: str, organisation: str = ORGANISATION, days: int = ROOT_DAYS
) -> Authority:
    """Return the authority of a key: its root certificate is made and signed by itself."""
    parts = ((NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, name))
    subject = identities.name_of(parts)
    builder = (
        _certificate(subject, subject, key.public, now=now, until=_second(now) + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public), critical=False)
    )
    return Authority(certifying.certificate(builder, key), key)


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: PublicKey, *, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_second(now))
        .not_valid_after(until)
    )


def _people_extensions(identity: Identity, public: PublicKey) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """Return what a person's certificate may be used for: a receiver's to open packets, all others' to sign them."""
    receiver = identity.role == identities.RECEIVER
    purposes = (ExtendedKeyUsageOID.EMAIL_PROTECTION,) if receiver else identities.ISSUED_PURPOSES
    usage = _key_usage(receiving=public) if receiver else _key_usage(authority=False)
    return (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (usage, True),
        (x509.ExtendedKeyUsage(purposes), False),
    )


def _key_usage(*, authority: bool = False, receiving: PublicKey | None = None) -> x509.KeyUsage:
    """Return the usage of a root, of a receiver (RFC 5280 §4.2.1.3: by its kind of key), else of a signer."""
    signer = not authority and receiving is None
    return x509.KeyUsage(
        digital_signature=signer,
        content_commitment=signer,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=isinstance(receiving, rsa.RSAPublicKey),
        data_encipherment=False,
        key_agreement=isinstance(receiving, ec.EllipticCurvePublicKey),
        encipher_only=False,
        decipher_only=False,
    )


def _second(moment: datetime) -> datetime:
    """Return the moment cut to the second: certificates carry no fractions."""
    return moment.replace(microsecond=0)

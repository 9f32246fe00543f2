"""Who a certificate speaks for: the one place that says how role and county stand in a subject.

Subject attributes: ``C=CN``, ``O`` the bureau, ``OU`` the role (``preparer``, ``reviewer``, ``head``),
``serialNumber`` the six-digit county code, ``title`` the post, ``CN`` the person's (or post's) name. The province
decides them when it issues a certificate; nothing else in the program reads a subject.
"""

import hashlib
import re
import unicodedata
import warnings
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

ROLES = ("preparer", "reviewer", "head")
"""The roles that a quarter's packet needs, in the order in which they sign."""

BUREAU = "bureau"
"""The bureau's own certificate (单位证书): it signs in the place of a role that signed on paper (纸质签批)."""

RECEIVER, PROVINCE = "receiver", "330000"
"""The province's receiving certificate (接收证书): packets are encrypted to it; it signs nothing. Its county code."""

CERTIFICATE_ROLES = (*ROLES, BUREAU, RECEIVER)
"""What a certificate may name."""

ROLE_NAMES = {"preparer": "填表人", "reviewer": "审核人", "head": "单位负责人", BUREAU: "单位证书",
              RECEIVER: "接收人"}
"""What the roles are called on screen when no form says otherwise."""

DOCUMENT_PURPOSES = (
    x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # id-kp-documentSigning, RFC 9336
    x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # Microsoft document signing
)
"""Extended key usages of which a signer's certificate needs one."""

ISSUED_PURPOSES = (ExtendedKeyUsageOID.EMAIL_PROTECTION, *DOCUMENT_PURPOSES)
"""What an authority writes into it: without emailProtection pdfsig, OpenSSL and LibreOffice refuse the certificate."""

MOST = 64
"""Characters of a member of a name (RFC 5280, upper bounds)."""

BOX, UNSEEN = "□", ("Cc", "Cf", "Cs", "Zl", "Zp")
"""What stands in a stranger's name for a character that is not seen but acts: a control, a turn, an end of line."""

_COUNTY = re.compile(r"\d{6}")
warnings.filterwarnings("ignore", "Attribute's length must be", UserWarning)  # see ``name_of``


class Identity(Struct, frozen=True):
    """A signer as the certificate names them. ``role`` and ``county`` are empty when the subject lacks them."""

    name: str
    role: str
    county: str
    title: str = ""
    organisation: str = ""

    @property
    def role_name(self) -> str:
        """Return the role as the screen calls it."""
        return ROLE_NAMES.get(self.role, self.role or "（无角色）")


def to_name(identity: Identity) -> x509.Name:
    """Return the subject that carries an identity; empty members are left out."""
    parts = (
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, identity.organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, identity.role),
        (NameOID.SERIAL_NUMBER, identity.county),
        (NameOID.TITLE, identity.title),
        (NameOID.COMMON_NAME, identity.name),
    )
    return name_of(parts)


def name_of(parts: Iterable[tuple[x509.ObjectIdentifier, str]]) -> x509.Name:
    """Return a name of these members; empty ones are left out, one longer than ``MOST`` is the caller's fault.

    ``cryptography`` counts UTF-8's bytes, which would be 21 Chinese characters, and only warns where it reads.
    """
    return x509.Name([x509.NameAttribute(oid, text, _validate=False) for oid, text in parts if text])


def of(certificate: x509.Certificate) -> Identity:
    """Return whom the certificate names.

    A role outside ``CERTIFICATE_ROLES`` or a county that is no code counts as missing.
    """
    return of_subject(certificate.subject)


def of_subject(subject: x509.Name) -> Identity:
    """Return whom a subject names; in a request that is only claimed."""

    def one(oid: x509.ObjectIdentifier) -> str:
        found = subject.get_attributes_for_oid(oid)
        return _legible(str(found[0].value)) if len(found) == 1 else ""

    role, county = one(NameOID.ORGANIZATIONAL_UNIT_NAME), one(NameOID.SERIAL_NUMBER)
    return Identity(
        name=one(NameOID.COMMON_NAME),
        role=role if role in CERTIFICATE_ROLES else "",
        county=county if _COUNTY.fullmatch(county) else "",
        title=one(NameOID.TITLE),
        organisation=one(NameOID.ORGANIZATION_NAME),
    )


def _legible(text: str) -> str:
    """Return a member of a name as it can stand in a line: a stranger's may break lines, turn them round, never end."""
    shown = "".join(BOX if unicodedata.category(c) in UNSEEN else c for c in text[:MOST])
    return shown if len(text) <= MOST else f"{shown}…"


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the certificate's fingerprint, SHA-256, hex: what ``openssl x509 -fingerprint -sha256`` prints."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def key_fingerprint(certificate: x509.Certificate) -> str:
    """Return the key's fingerprint: SHA-256 of the public key, hex. Two certificates of one key share it."""
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()

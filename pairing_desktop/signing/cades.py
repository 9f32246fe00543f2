"""Detached CMS signatures, CAdES and PAdES baseline B, in exactly one form.

A signature is determined by its certificate, the digest it signs, the claimed time and the signature value; the rest is
fixed. Reading takes these four out and writes the whole again: any other byte is a fault. That leaves no room for what
a signature does not cover (BER forms, further certificates, unsigned attributes).

Form: RFC 5652 SignedData version 1, one signer, SHA-256, the signer's certificate alone; signed attributes
content-type, message-digest, ESS signing-certificate-v2 (RFC 5035) and, for CAdES, signing-time. A PDF carries the time
itself.
"""

import hashlib
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.signing import algorithms, reading
from pairing_desktop.signing.der import OCTETS, SEQUENCE, UTC_TIME, elements, integer, oid, only, set_of, size_of, tlv
from pairing_desktop.signing.keys import Signer

DATA = oid("1.2.840.113549.1.7.1")
SIGNED_DATA = oid("1.2.840.113549.1.7.2")
SHA256 = tlv(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"))
CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
SIGNING_TIME = oid("1.2.840.113549.1.9.5")
SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.47")
CONTEXT_0 = 0xA0
MAX_SIGNATURE_FILE = 64 << 10


class Cms(Struct, frozen=True):
    """A signature that was read and found to be in the one form; whether it holds is ``check``'s answer."""

    certificate: x509.Certificate
    digest: bytes
    """SHA-256 of what was signed, by the signature's own word."""
    signed_at: datetime | None
    """The claimed time, UTC; None in a PDF's signature."""
    signature: bytes


def make(digest: bytes, signer: Signer, *, signed_at: datetime | None) -> bytes:
    """Return a signature over the content whose SHA-256 is ``digest``; ``signed_at`` None leaves the time out."""
    certificate = signer.certificate
    attributes = _attributes(digest, certificate, signed_at)
    return _assemble(certificate, attributes, signer.sign(attributes))


def largest(certificate: x509.Certificate) -> int:
    """Return the most bytes that a signature with this certificate takes."""
    algorithm = algorithms.of_certificate(certificate)
    if algorithm is None:
        raise trouble("signing.key_kind", file="")
    attributes = _attributes(bytes(32), certificate, datetime(2000, 1, 1, tzinfo=UTC))
    return len(_assemble(certificate, attributes, bytes(algorithm.max_signature(certificate.public_key()))))


def read(content: bytes) -> Cms:
    """Read a signature. Raises ``ValueError`` unless writing it again gives the very same bytes."""
    if len(content) > MAX_SIGNATURE_FILE:
        raise ValueError("too large")
    cms = _parse(content)
    attributes = _attributes(cms.digest, cms.certificate, cms.signed_at)
    if _assemble(cms.certificate, attributes, cms.signature) != content:
        raise ValueError("form")
    return cms


def without_padding(content: bytes) -> bytes:
    """Return the signature at the start of a PDF's /Contents. Raises ``ValueError`` when more than zeros follow it."""
    size = size_of(content)
    if content[size:].strip(b"\0"):
        raise ValueError("padding")
    return content[:size]


def check(cms: Cms, digest: bytes) -> tuple[bool, bool]:
    """Return (intact, valid): the content is what was signed; the signature value holds under an accepted algorithm."""
    algorithm = algorithms.of_certificate(cms.certificate)
    attributes = _attributes(cms.digest, cms.certificate, cms.signed_at)
    valid = algorithm is not None and algorithm.verify(cms.certificate.public_key(), cms.signature, attributes)
    return cms.digest == digest, valid


def _attributes(digest: bytes, certificate: x509.Certificate, signed_at: datetime | None) -> bytes:
    """Return the signed attributes as the SET OF that is signed."""
    certificate_digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    ess = tlv(SEQUENCE, tlv(SEQUENCE, tlv(SEQUENCE, tlv(OCTETS, certificate_digest))))
    values = [(CONTENT_TYPE, DATA), (MESSAGE_DIGEST, tlv(OCTETS, digest)), (SIGNING_CERTIFICATE_V2, ess)]
    if signed_at is not None:
        moment = signed_at.astimezone(UTC).strftime("%y%m%d%H%M%SZ")
        values.append((SIGNING_TIME, tlv(UTC_TIME, moment.encode())))
    return set_of(*(tlv(SEQUENCE, kind, set_of(value)) for kind, value in values))


def _assemble(certificate: x509.Certificate, attributes: bytes, signature: bytes) -> bytes:
    algorithm = algorithms.of_certificate(certificate)
    if algorithm is None:
        raise ValueError("algorithm")
    signer_info = tlv(
        SEQUENCE,
        integer(1),
        tlv(SEQUENCE, certificate.issuer.public_bytes(), integer(certificate.serial_number)),
        SHA256,
        bytes((CONTEXT_0,)) + attributes[1:],
        algorithm.identifier,
        tlv(OCTETS, signature),
    )
    signed_data = tlv(
        SEQUENCE,
        integer(1),
        set_of(SHA256),
        tlv(SEQUENCE, DATA),
        tlv(CONTEXT_0, certificate.public_bytes(Encoding.DER)),
        set_of(signer_info),
    )
    return tlv(SEQUENCE, SIGNED_DATA, tlv(CONTEXT_0, signed_data))


def _parse(content: bytes) -> Cms:
    """Take out the four things that determine a signature; ``read`` checks everything around them."""
    _, wrapped = elements(only(content, SEQUENCE))
    _, _, _, certificates, signers = elements(only(wrapped[1], SEQUENCE))
    _, _, _, attributes, _, signature = elements(only(signers[1], SEQUENCE))
    found: dict[bytes, bytes] = {}
    for _, attribute, _ in elements(attributes[1]):
        (_, _, kind), (_, values, _) = elements(attribute)
        found[kind] = values
    claimed = found.get(SIGNING_TIME)
    return Cms(
        certificate=reading.certificate(certificates[1]),
        digest=only(found.get(MESSAGE_DIGEST, b""), OCTETS),
        signed_at=None if claimed is None else _moment(only(claimed, UTC_TIME)),
        signature=signature[1],
    )


def _moment(text: bytes) -> datetime:
    return datetime.strptime(text.decode("ascii"), "%y%m%d%H%M%SZ").replace(tzinfo=UTC)

"""The signature algorithms that are accepted: one table for making and for checking.

SM2 with SM3 comes here as one more row; nothing else in the program asks which algorithm a key has.
"""

from collections.abc import Callable

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
KINDS = ("ecdsa", "rsa")
"""The kinds of key that the program makes: P-256 and RSA of 2,048 bits; the first is the usual one."""

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MIN_RSA_BITS, MAX_RSA_BITS = 2048, 8192


class Algorithm(Struct, frozen=True):
    """How a kind of key signs; the digest is SHA-256 throughout."""

    name: str
    identifier: bytes
    """The DER AlgorithmIdentifier of the signature in CMS."""
    max_signature: Callable[[PublicKeyTypes], int]
    """The most bytes that a signature by this key can have."""
    verify: Callable[[PublicKeyTypes, bytes, bytes], bool]
    """(public key, signature, message) → whether it holds, in the one accepted encoding."""
    xml_name: str
    """The algorithm's URI in XML signatures (RFC 9231)."""
    to_xml: Callable[[bytes], bytes]
    """Signature as ``sign`` gives it → as an XML signature holds it."""
    from_xml: Callable[[bytes], bytes]
    """The way back; whatever is no signature becomes one that does not hold."""


def _rsa_verify(key: PublicKeyTypes, signature: bytes, message: bytes) -> bool:
    assert isinstance(key, rsa.RSAPublicKey)  # noqa: S101  # chosen by ``of``
    try:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _ecdsa_verify(key: PublicKeyTypes, signature: bytes, message: bytes) -> bool:
    assert isinstance(key, ec.EllipticCurvePublicKey)  # noqa: S101  # chosen by ``of``
    if _low_s(signature) != signature:
        return False
    try:
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def from_raw(raw: bytes) -> bytes:
    """Return the accepted form of r and s side by side, as tokens give them; whatever is none becomes empty."""
    return _low_s(_from_raw(raw))


def _low_s(signature: bytes) -> bytes:
    """Return the one accepted form of an ECDSA signature: (r, s) and (r, n − s) both hold, so the smaller s counts."""
    try:
        r, s = decode_dss_signature(signature)
    except ValueError:
        return b""
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def _raw(signature: bytes) -> bytes:
    """Return r and s of an ECDSA signature side by side, as XML signatures hold them."""
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32) + s.to_bytes(32)


def _from_raw(raw: bytes) -> bytes:
    if len(raw) != 64:
        return b""
    return encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))


def _as_is(signature: bytes) -> bytes:
    return signature


def new_private(kind: str) -> PrivateKey:
    """Return a new key of one of ``KINDS``."""
    if kind == "ecdsa":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=MIN_RSA_BITS)


def spki(key: PublicKeyTypes) -> bytes:
    """Return a public key as certificates hold it (SubjectPublicKeyInfo, DER)."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign(private: PrivateKey, message: bytes) -> bytes:
    """Sign a message with a software key."""
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(message, padding.PKCS1v15(), hashes.SHA256())
    return _low_s(private.sign(message, ec.ECDSA(hashes.SHA256())))


RSA = Algorithm(
    name="rsa",
    identifier=bytes.fromhex("300d06092a864886f70d01010b0500"),  # sha256WithRSAEncryption, NULL
    max_signature=lambda key: (key.key_size + 7) // 8 if isinstance(key, rsa.RSAPublicKey) else 0,
    verify=_rsa_verify,
    xml_name="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    to_xml=_as_is,
    from_xml=_as_is,
)
ECDSA = Algorithm(
    name="ecdsa",
    identifier=bytes.fromhex("300a06082a8648ce3d040302"),  # ecdsa-with-SHA256
    max_signature=lambda _: 72,
    verify=_ecdsa_verify,
    xml_name="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    to_xml=_raw,
    from_xml=_from_raw,
)


def of(key: PublicKeyTypes) -> Algorithm | None:
    """Return the algorithm of a key, or None when the key is of no accepted kind or strength."""
    if isinstance(key, rsa.RSAPublicKey) and MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
        return RSA
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return ECDSA
    return None


def of_certificate(certificate: x509.Certificate) -> Algorithm | None:
    """Return the algorithm of a certificate's key, None when not accepted or not readable."""
    try:
        return of(certificate.public_key())
    except Exception:  # noqa: BLE001  # a stranger's certificate: any fault of its key means not accepted
        return None

"""A packet closed to all but the province: CMS EnvelopedData (RFC 5652), AES-256-CBC, opened by ``openssl cms`` too.

The content key goes to RSA recipients by OAEP with SHA-256 (RFC 4056), to P-256 recipients by ECDH with one ephemeral
key, X9.63 with SHA-256 and AES key wrap (RFC 5753). That nobody changed the packet is what the signatures inside it
prove; encryption only hides it.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pairing_desktop.errors import trouble
from pairing_desktop.signing.algorithms import PrivateKey

ENDING = ".p7m"
MAX_BYTES = 600 << 20
_AES, _BLOCK = 32, 16
_WRAP = bytes.fromhex("300b060960864801650304012d")  # AlgorithmIdentifier id-aes256-wrap
_ECDH = "1.3.132.1.11.1"  # dhSinglePass-stdDH-sha256kdf-scheme
_OID = bytes.fromhex("06092a864886f70d010703")  # id-envelopedData


def is_encrypted(start: bytes) -> bool:
    """Tell by its first bytes whether a file is a CMS envelope."""
    return start[:1] == b"\x30" and _OID in start[:32]


def can_receive(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate is for opening what is encrypted to it: no authority's, and of that usage."""
    try:
        extensions = certificate.extensions
    except ValueError:
        return False
    known = {e.oid: e.value for e in extensions}
    basic, usage = known.get(x509.BasicConstraints.oid), known.get(x509.KeyUsage.oid)
    if isinstance(basic, x509.BasicConstraints) and basic.ca:
        return False
    if not isinstance(usage, x509.KeyUsage):
        return True  # RFC 5280 §4.2.1.3: not restricted
    return usage.key_encipherment if isinstance(certificate.public_key(), rsa.RSAPublicKey) else usage.key_agreement


def encrypt(content: bytes, recipient: x509.Certificate) -> bytes:
    """Return the envelope of ``content`` for one recipient. Raises ``Trouble`` for a key of another kind."""
    from asn1crypto import cms

    key, start = os.urandom(_AES), os.urandom(_BLOCK)
    padder = PKCS7(8 * _BLOCK).padder()
    cipher = Cipher(algorithms.AES256(key), modes.CBC(start)).encryptor()
    text = cipher.update(padder.update(content) + padder.finalize()) + cipher.finalize()
    version, info = _recipient(key, recipient)
    enveloped = cms.EnvelopedData({
        "version": version,
        "recipient_infos": [info],
        "encrypted_content_info": {
            "content_type": "data",
            "content_encryption_algorithm": {"algorithm": "aes256_cbc", "parameters": start},
            "encrypted_content": text,
        },
    })
    whole: bytes = cms.ContentInfo({"content_type": "enveloped_data", "content": enveloped}).dump()
    return whole


def _recipient(key: bytes, recipient: x509.Certificate) -> tuple[str, Any]:
    """Return the envelope's version and the recipient's info, the content key inside."""
    public = recipient.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        return "v0", _for_rsa(key, recipient, public)
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return "v2", _for_p256(key, recipient, public)
    raise trouble("signing.encrypt_kind")


def _issuer(recipient: x509.Certificate) -> dict[str, Any]:
    from asn1crypto import x509 as asn1

    found = asn1.Certificate.load(recipient.public_bytes(Encoding.DER))
    return {"issuer": found.issuer, "serial_number": found.serial_number}


def _oaep() -> padding.OAEP:
    return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def _for_rsa(key: bytes, recipient: x509.Certificate, public: rsa.RSAPublicKey) -> Any:  # noqa: ANN401  # asn1crypto
    from asn1crypto import cms

    sha256 = {"algorithm": "sha256"}
    oaep = {"hash_algorithm": sha256, "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": sha256}}
    return cms.RecipientInfo("ktri", cms.KeyTransRecipientInfo({
        "version": "v0",
        "rid": cms.RecipientIdentifier("issuer_and_serial_number", _issuer(recipient)),
        "key_encryption_algorithm": {"algorithm": "rsaes_oaep", "parameters": oaep},
        "encrypted_key": public.encrypt(key, _oaep()),
    }))


def _for_p256(key: bytes, recipient: x509.Certificate,
              public: ec.EllipticCurvePublicKey) -> Any:  # noqa: ANN401  # asn1crypto
    from asn1crypto import cms, core
    from asn1crypto import keys as asn1

    ephemeral = ec.generate_private_key(ec.SECP256R1())
    wrapped = keywrap.aes_key_wrap(_shared(ephemeral, public), key)
    spki = ephemeral.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return cms.RecipientInfo("kari", cms.KeyAgreeRecipientInfo({
        "version": "v3",
        "originator": cms.OriginatorIdentifierOrKey("originator_key", asn1.PublicKeyInfo.load(spki)),
        "key_encryption_algorithm": {"algorithm": _ECDH, "parameters": core.Any.load(_WRAP)},
        "recipient_encrypted_keys": [{
            "rid": cms.KeyAgreementRecipientIdentifier("issuer_and_serial_number", _issuer(recipient)),
            "encrypted_key": wrapped,
        }],
    }))


def _shared(own: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePublicKey) -> bytes:
    """Return the wrapping key: ECDH, then X9.63 over ECC-CMS-SharedInfo (RFC 5753 §7.2)."""
    info = _WRAP + b"\xa2\x06\x04\x04" + (8 * _AES).to_bytes(4)
    shared = b"\x30" + bytes((len(info),)) + info
    return X963KDF(hashes.SHA256(), _AES, shared).derive(own.exchange(ec.ECDH(), other))


def decrypt(envelope: bytes, private: PrivateKey, *, name: str = "文件") -> bytes:
    """Return what an envelope holds. Raises ``Trouble``: no envelope, for somebody else, or damaged.

    Whose certificate it names is not asked: a renewed one stands over the same key.
    """
    from asn1crypto import cms

    if len(envelope) > MAX_BYTES or not is_encrypted(envelope[:64]):
        raise trouble("signing.encrypt_form", file=name)
    try:
        content = cms.ContentInfo.load(envelope, strict=True)["content"]
        inner = content["encrypted_content_info"]
        start = inner["content_encryption_algorithm"]["parameters"].native
        if inner["content_encryption_algorithm"]["algorithm"].native != "aes256_cbc":
            raise trouble("signing.encrypt_form", file=name)
        keys = [key for info in content["recipient_infos"] for key in _content_keys(info, private)]
        if not keys:
            raise trouble("signing.encrypt_other")
        cipher = Cipher(algorithms.AES256(keys[0]), modes.CBC(start)).decryptor()
        text = cipher.update(inner["encrypted_content"].native) + cipher.finalize()
        padder = PKCS7(8 * _BLOCK).unpadder()
        return padder.update(text) + padder.finalize()
    except (ValueError, TypeError, KeyError) as error:
        raise trouble("signing.encrypt_damaged") from error


def _content_keys(info: Any, private: PrivateKey) -> Iterator[bytes]:  # noqa: ANN401  # asn1crypto
    """Yield the content key if this recipient's info opens with the private key."""
    chosen = info.chosen
    if info.name == "ktri" and isinstance(private, rsa.RSAPrivateKey):
        with suppress(ValueError):
            yield private.decrypt(chosen["encrypted_key"].native, _oaep())
    elif info.name == "kari" and isinstance(private, ec.EllipticCurvePrivateKey):
        wrapping = _shared(private, _ephemeral(chosen["originator"]))
        for each in chosen["recipient_encrypted_keys"]:
            with suppress(keywrap.InvalidUnwrap):
                yield keywrap.aes_key_unwrap(wrapping, each["encrypted_key"].native)


def _ephemeral(originator: Any) -> ec.EllipticCurvePublicKey:  # noqa: ANN401  # asn1crypto
    """Return the sender's ephemeral key. ValueError: there is none on P-256."""
    if originator.name != "originator_key":
        raise ValueError("originator")
    point = bytes(originator.chosen["public_key"].native)
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)

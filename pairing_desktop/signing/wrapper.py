"""The file in which a software key rests: scrypt from a passphrase, AES-256-GCM, everything else bound to it.

Format, version 1: three lines of ASCII, each ended by LF.

1. ``PAIRING-KEY/1``
2. the header: canonical JSON (RFC 8785) with cipher, derivation, holder, public key, certificates, roots
3. base64 of the AES-256-GCM ciphertext of the private key (PKCS#8, DER), tag included

The first two lines are the associated data: whoever changes a parameter or a certificate makes the file useless, not
weaker. A PKCS#12 file cannot serve at rest: its MAC stays at 2,048 iterations whatever one asks.
"""

import os
from base64 import b64decode, b64encode
from typing import Annotated, Literal

import msgspec
import rfc8785
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_der_public_key,
)
from msgspec import Meta, Struct

from pairing_desktop.errors import trouble
from pairing_desktop.signing import algorithms, passphrase
from pairing_desktop.signing.algorithms import PrivateKey, PublicKey
from pairing_desktop.signing.identity import Identity

MAGIC = b"PAIRING-KEY/1"
FAMILY = b"PAIRING-KEY/"
SUFFIX = ".pairkey"
MAX_FILE = 1 << 20
COST = 17
"""log2 of scrypt's N: 128 MB and about 0.4 s a try on an office PC."""
MAX_CERTIFICATES = 20


class Derivation(Struct, frozen=True, forbid_unknown_fields=True):
    """scrypt (RFC 7914). Bounds: below, a guess is too cheap; above, a crafted file would take all memory."""

    name: Literal["scrypt"]
    log2_n: Annotated[int, Meta(ge=14, le=19)]
    r: Literal[8]
    p: Literal[1]
    salt: Annotated[bytes, Meta(min_length=16, max_length=16)]


class Cipher(Struct, frozen=True, forbid_unknown_fields=True):
    """AES-256-GCM with its nonce; the key is used once."""

    name: Literal["AES-256-GCM"]
    nonce: Annotated[bytes, Meta(min_length=12, max_length=12)]


class Holder(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose key it is, by the word of whoever made it; only a certificate proves it."""

    name: Annotated[str, Meta(max_length=64)]
    role: str
    county: str
    title: Annotated[str, Meta(max_length=64)]
    organisation: Annotated[str, Meta(max_length=64)]


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """The second line."""

    cipher: Cipher
    derivation: Derivation
    holder: Holder
    public_key: bytes
    certificates: Annotated[list[bytes], Meta(max_length=MAX_CERTIFICATES)]
    roots: Annotated[list[bytes], Meta(max_length=MAX_CERTIFICATES)]


class Wrapped(Struct, frozen=True):
    """What a key file says in the clear; true only once the passphrase has opened it."""

    holder: Identity
    public: PublicKey
    certificates: tuple[x509.Certificate, ...] = ()
    """Over this key, in the order in which they came: a renewed one stands beside the one that still holds."""
    roots: tuple[x509.Certificate, ...] = ()


def is_wrapped(content: bytes) -> bool:
    """Return whether a file claims to be a key file of ours, of any version."""
    return content.startswith(FAMILY)


def wrap(private: PrivateKey, about: Wrapped, secret: str, *, cost: int = COST) -> bytes:
    """Return the file that holds a key. Whether the passphrase is strong enough was asked before."""
    salt, nonce = os.urandom(16), os.urandom(12)
    header = Header(
        cipher=Cipher("AES-256-GCM", nonce),
        derivation=Derivation("scrypt", cost, 8, 1, salt),
        holder=Holder(about.holder.name, about.holder.role, about.holder.county, about.holder.title,
                      about.holder.organisation),
        public_key=algorithms.spki(private.public_key()),
        certificates=[c.public_bytes(Encoding.DER) for c in about.certificates],
        roots=[c.public_bytes(Encoding.DER) for c in about.roots],
    )
    head = MAGIC + b"\n" + _canonical(header) + b"\n"
    content = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return head + b64encode(AESGCM(_derive(header.derivation, secret)).encrypt(nonce, content, head)) + b"\n"


def look(content: bytes, *, name: str) -> Wrapped:
    """Return what stands in the clear, without a passphrase.

    Raises ``Trouble`` when it is no key file, damaged, or of a later version.
    """
    header, _, _ = _parsed(content, name)
    return _about(header, name)


def unwrap(content: bytes, secret: str, *, name: str) -> tuple[PrivateKey, Wrapped]:
    """Return the private key and what the file says of it.

    Raises ``Trouble`` when it is no key file, damaged, of a later version, or the passphrase does not open it.
    """
    header, head, sealed = _parsed(content, name)
    about = _about(header, name)
    try:
        opened = AESGCM(_derive(header.derivation, secret)).decrypt(header.cipher.nonce, sealed, head)
    except InvalidTag as error:
        raise trouble("keys.wrong_passphrase", file=name) from error
    except (MemoryError, ValueError) as error:
        raise trouble("keys.no_memory", file=name) from error
    private = load_der_private_key(opened, None)
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise trouble("signing.key_kind", file=name)
    if algorithms.spki(private.public_key()) != header.public_key:
        raise trouble("signing.key_foreign", file=name)
    return private, about


def _canonical(header: Header) -> bytes:
    return rfc8785.dumps(msgspec.to_builtins(header))


def _derive(derivation: Derivation, secret: str) -> bytes:
    kdf = Scrypt(salt=derivation.salt, length=32, n=1 << derivation.log2_n, r=derivation.r, p=derivation.p)
    return kdf.derive(passphrase.normal(secret))


def _parsed(content: bytes, name: str) -> tuple[Header, bytes, bytes]:
    """Return the header, the associated data and the ciphertext; whatever is not in the one form is refused."""
    if not is_wrapped(content) or len(content) > MAX_FILE:
        raise trouble("signing.key_damaged", file=name)
    magic, _, rest = content.partition(b"\n")
    if magic != MAGIC:
        later = magic.removeprefix(FAMILY).isdigit()
        raise trouble("keys.newer" if later else "signing.key_damaged", file=name)
    line, _, tail = rest.partition(b"\n")
    try:
        header = msgspec.json.decode(line, type=Header)
        sealed = b64decode(tail.removesuffix(b"\n"), validate=True)
        exact = _canonical(header) == line and b64encode(sealed) + b"\n" == tail
    except (ValueError, msgspec.MsgspecError) as error:
        raise trouble("signing.key_damaged", file=name) from error
    if not exact:
        raise trouble("signing.key_damaged", file=name)
    return header, content[: len(content) - len(tail)], sealed


def _about(header: Header, name: str) -> Wrapped:
    try:
        public = load_der_public_key(header.public_key)
        certificates, roots = ([x509.load_der_x509_certificate(c) for c in some]
                               for some in (header.certificates, header.roots))
    except Exception as error:  # cryptography has many exceptions for what is no key
        raise trouble("signing.key_damaged", file=name) from error
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) or algorithms.of(public) is None:
        raise trouble("signing.key_kind", file=name)
    holder = Identity(header.holder.name, header.holder.role, header.holder.county, header.holder.title,
                      header.holder.organisation)
    return Wrapped(holder, public, tuple(certificates), tuple(roots))

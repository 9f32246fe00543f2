"""A request for a certificate (PKCS#10), and the check code that is read from its paper form.

The request proves that whoever made it holds the key; who they are, only the stamped form says. The code on the form is
the first 125 bits of the SHA-256 of the public key, in 25 letters and digits: short enough to type, too long for
anyone to make another key with the same one.
"""

import hashlib
import re
import unicodedata
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct

from pairing_desktop.errors import system_reason, trouble
from pairing_desktop.signing import algorithms, certifying, identity
from pairing_desktop.signing.algorithms import PublicKey
from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.keys import Holder

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without I, L, O and U (Crockford): 1 and 0 cannot be mistaken for letters."""
GROUPS, GROUP = 5, 5
MAX_FILE = 64 << 10


class Request(Struct, frozen=True):
    """A request that was read: its signature holds."""

    public: PublicKey
    claimed: Identity
    """Whom it says the key is for: shown for comparison, never copied into a certificate."""

    @property
    def code(self) -> str:
        """The check code of its key."""
        return check_code(self.public)


def make(holder: Holder, who: Identity) -> bytes:
    """Return the request, PEM, signed with the key itself."""
    return certifying.request(identity.to_name(who), holder)


def load(path: Path) -> Request:
    """Read a request. ``Trouble``: not there, no request, broken signature, a kind of key that is not accepted."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise trouble("enrolment.unreadable", file=path.name, reason=system_reason(error)) from error
    return read(content, name=path.name)


def read(content: bytes, *, name: str) -> Request:
    """Read a request from PEM or DER. ``Trouble`` as ``load``."""
    try:
        pem = b"-----BEGIN" in content
        found = x509.load_pem_x509_csr(content) if pem else x509.load_der_x509_csr(content)
        public, whole = found.public_key(), found.is_signature_valid
        claimed = identity.of_subject(found.subject)
    except Exception as error:  # a stranger's file: cryptography has many exceptions for what is no request
        raise trouble("enrolment.no_request", file=name) from error
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) or algorithms.of(public) is None:
        raise trouble("signing.key_kind", file=name)
    if not whole:
        raise trouble("enrolment.request_broken", file=name)
    return Request(public, claimed)


def check_code(public: PublicKey) -> str:
    """Return the key's check code: five groups of five, as printed on the form."""
    return _code(hashlib.sha256(algorithms.spki(public)).digest())


def certificate_code(certificate: x509.Certificate) -> str:
    """Return a root certificate's check code, over the whole certificate."""
    return _code(hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest())


def require_code(typed: str, code: str, *, digest: str = "") -> None:
    """Raise ``Trouble`` unless what was typed is the code; also the whole SHA-256 in hex (``digest``) is accepted.

    Small letters, full-width ones, spaces and hyphens do not matter; O counts as 0, I and L as 1. The trouble names the
    first group that differs.
    """
    plain = re.sub(r"[\s\-—–·.,:：、]", "", unicodedata.normalize("NFKC", typed)).upper()
    if digest and plain == digest.upper():
        return
    letters = plain.translate(str.maketrans("OIL", "011"))
    wanted = code.replace("-", "")
    if letters == wanted:
        return
    if len(letters) != len(wanted):
        raise trouble("enrolment.code_length", count=len(letters), wanted=len(wanted))
    first = next(n for n in range(len(wanted)) if letters[n] != wanted[n]) // GROUP + 1
    raise trouble("enrolment.code_differs", group=first)


def _code(digest: bytes) -> str:
    number = int.from_bytes(digest[:16]) >> 3
    letters = "".join(ALPHABET[(number >> (5 * n)) & 31] for n in reversed(range(GROUPS * GROUP)))
    return "-".join(letters[n : n + GROUP] for n in range(0, len(letters), GROUP))

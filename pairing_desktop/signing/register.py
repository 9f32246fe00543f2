"""What an authority has issued and taken back: a file that the root itself signs, so that nobody edits it unseen."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import msgspec
import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import trouble
from pairing_desktop.signing import algorithms, identity
from pairing_desktop.signing.authority import REASONS, Revoked
from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.keys import Holder

FORMAT = 1
CONTEXT = b"pairing-desktop authority register\n"
"""Goes before what is signed, so that no other signature of the root can pass for this one."""


class _Revocation(Struct, frozen=True, forbid_unknown_fields=True):
    serial: str
    at: datetime
    reason: Literal["unspecified", "key-compromise", "affiliation", "superseded", "cessation"]


class _Content(Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    crl_number: int
    issued: list[bytes]
    revoked: list[_Revocation]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    register: _Content
    signature: bytes


class Register(Struct, frozen=True):
    """Everything issued, in order, and everything taken back. Immutable."""

    issued: tuple[x509.Certificate, ...] = ()
    revoked: tuple[Revoked, ...] = ()
    crl_number: int = 0

    def revocation(self, certificate: x509.Certificate) -> Revoked | None:
        """Return when and why a certificate was taken back, None if it was not."""
        return next((r for r in self.revoked if r.serial == certificate.serial_number), None)

    def find(self, text: str) -> x509.Certificate:
        """Return the one certificate of a serial number (hex) or fingerprint, whole or its beginning. ``Trouble``."""
        wanted = "".join(text.split()).replace(":", "").lower()
        found = [c for c in self.issued
                 if wanted and (f"{c.serial_number:x}".startswith(wanted.lstrip("0"))
                                or identity.fingerprint(c).startswith(wanted))]
        if len(found) != 1:
            raise trouble("enrolment.not_issued" if not found else "enrolment.ambiguous", certificate=text)
        return found[0]

    def check_new(self, who: Identity, key: str, called: Callable[[str], str]) -> None:
        """Raise ``Trouble`` when this key (its fingerprint) already stands for another person, role or county.

        Also a key whose certificate was taken back because it was lost gets no new one. ``called`` gives a county
        its name.
        """
        for earlier in (c for c in self.issued if identity.key_fingerprint(c) == key):
            old, taken = identity.of(earlier), self.revocation(earlier)
            if (old.role, old.county, old.name) != (who.role, who.county, who.name):
                raise trouble("enrolment.key_taken", name=old.name, role=old.role_name, county=called(old.county))
            if taken and taken.reason == "key-compromise":
                raise trouble("enrolment.key_lost", name=old.name)

    def issue(self, certificate: x509.Certificate) -> "Register":
        """Return the register with one more certificate."""
        return replace(self, issued=(*self.issued, certificate))

    def revoke(self, certificate: x509.Certificate, *, at: datetime, reason: str) -> "Register":
        """Return the register that says this certificate was taken back. ``Trouble`` when it already was."""
        if self.revocation(certificate):
            raise trouble("enrolment.already_revoked", name=identity.of(certificate).name)
        if reason not in REASONS:
            raise trouble("enrolment.reason", reason=reason, known="、".join(REASONS))
        moment = at.astimezone(UTC).replace(microsecond=0)
        return replace(self, revoked=(*self.revoked, Revoked(certificate.serial_number, moment, reason)))


def write(register: Register, key: Holder) -> bytes:
    """Return the register's file, signed."""
    content = _Content(
        FORMAT, register.crl_number, [c.public_bytes(Encoding.DER) for c in register.issued],
        [_Revocation(f"{r.serial:x}", r.at, r.reason) for r in register.revoked],  # type: ignore[arg-type]  # checked
    )
    whole = _File(content, key.sign(_signed(content)))
    return rfc8785.dumps(msgspec.to_builtins(whole)) + b"\n"


def read(content: bytes, root: x509.Certificate, *, name: str) -> Register:
    """Read a register. ``Trouble`` when it is damaged or the root did not sign it."""
    algorithm = algorithms.of_certificate(root)
    try:
        found = msgspec.json.decode(content, type=_File)
        issued = tuple(x509.load_der_x509_certificate(c) for c in found.register.issued)
        revoked = tuple(Revoked(int(r.serial, 16), r.at, r.reason) for r in found.register.revoked)
        holds = algorithm is not None and algorithm.verify(
            root.public_key(), found.signature, _signed(found.register))
    except ValueError as error:  # msgspec's own are ValueErrors
        raise trouble("enrolment.register_bad", file=name) from error
    if not holds:
        raise trouble("enrolment.register_bad", file=name)
    return Register(issued, revoked, found.register.crl_number)


def _signed(content: _Content) -> bytes:
    return CONTEXT + rfc8785.dumps(msgspec.to_builtins(content))

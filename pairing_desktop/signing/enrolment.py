"""What travels back to a county: the bundle of certificates, root and revocation list; and what falls due.

A bundle is a PEM file that other tools read too: the root, its list, the people's certificates. It proves itself but
for the root, whose check code is compared with the province's paper the first time.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec import Struct

from pairing_desktop.errors import Problem, problem, system_reason, trouble
from pairing_desktop.signing import algorithms, identity, reading, requests, trust
from pairing_desktop.signing.algorithms import PublicKey
from pairing_desktop.signing.moment import day
from pairing_desktop.signing.trust import Trust

MAX_FILE = 16 << 20
WARNED = (7, 30, 90)
"""Days ahead at which an expiry is warned of, the most urgent first."""
BLOCK = re.compile(rb"-----BEGIN (CERTIFICATE|X509 CRL)-----\r?\n[A-Za-z0-9+/=\r\n]+-----END \1-----\r?\n?")
MARK = re.compile(rb"-----BEGIN ")


class Bundle(Struct, frozen=True):
    """What was read from a bundle: everything in it is the root's."""

    root: x509.Certificate
    crl: x509.CertificateRevocationList | None
    """Never asked for its truth: an empty list is false."""
    certificates: tuple[x509.Certificate, ...]

    @property
    def root_code(self) -> str:
        """The root's check code, to be compared with paper."""
        return requests.certificate_code(self.root)

    def over(self, public: PublicKey) -> tuple[x509.Certificate, ...]:
        """Return the certificates over a key."""
        wanted = algorithms.spki(public)
        return tuple(c for c in self.certificates if algorithms.spki(c.public_key()) == wanted)

    def trust(self, at: datetime) -> Trust:
        """Return whom the bundle says to trust."""
        return Trust((self.root,), () if self.crl is None else (self.crl,), at)


def write(
    root: x509.Certificate, crl: x509.CertificateRevocationList, certificates: Iterable[x509.Certificate]
) -> bytes:
    """Return a bundle; a line before each block says in words whose it is.

    The root's check code is not in it: that has to come from paper.
    """
    parts = ["根证书\n".encode(), root.public_bytes(Encoding.PEM),
             f"吊销列表 {day(crl.last_update_utc)}\n".encode(), crl.public_bytes(Encoding.PEM)]
    for each in certificates:
        who = identity.of(each)
        parts += [f"{who.county} {who.role_name} {who.name}\n".encode(), each.public_bytes(Encoding.PEM)]
    return b"".join(parts)


def load(path: Path) -> Bundle:
    """Read a bundle. ``Trouble`` when it cannot be read or is not whole."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise trouble("enrolment.unreadable", file=path.name, reason=system_reason(error)) from error
    return read(content, name=path.name)


def read(content: bytes, *, name: str) -> Bundle:
    """Read a bundle.

    ``Trouble``: no bundle, no root or several, a certificate or list that is not the root's, several lists.
    """
    certificates, lists = _blocks(content, name)
    roots = [c for c in certificates if _is_root(c)]
    if len(roots) != 1 or len(lists) > 1:
        raise trouble("enrolment.no_bundle", file=name)
    root = roots[0]
    others = tuple(c for c in certificates if c is not root)
    for each in others:
        if not _issued_by(each, root):
            raise trouble("enrolment.foreign", file=name, name=identity.of(each).name)
    if lists and not trust.usable(lists[0], root):
        raise trouble("signing.crl_bad")
    return Bundle(root, lists[0] if lists else None, others)


def due(certificate: x509.Certificate, now: datetime) -> Problem | None:
    """Return what to say of a certificate's dates: expired, not valid yet, or expiring within 90, 30 or 7 days."""
    who, until = identity.of(certificate).name, certificate.not_valid_after_utc
    if now > until:
        return problem("signing.key_expired", name=who, until=day(until))
    if now < certificate.not_valid_before_utc:
        return problem("signing.key_early", name=who, since=day(certificate.not_valid_before_utc))
    return due_by(until, now, name=who)


def due_by(until: datetime, now: datetime, *, name: str) -> Problem | None:
    """Return what to say of an end alone."""
    if now > until:
        return problem("signing.key_expired", name=name, until=day(until))
    days = (until - now).days
    ahead = next((limit for limit in WARNED if days <= limit), None)
    return problem(f"enrolment.expires_{ahead}", name=name, days=days, until=day(until)) if ahead else None


def about_list(crls: Sequence[x509.CertificateRevocationList], now: datetime) -> Problem | None:
    """Return what to say of the revocation list at hand: none, out of date, or from the future (the clock)."""
    if not crls:
        return problem("enrolment.no_list")
    newest = max(crls, key=lambda c: c.last_update_utc)
    since = day(newest.last_update_utc)
    if newest.last_update_utc > now + trust.SLACK:
        return problem("signing.crl_future", since=since)
    if newest.next_update_utc is None or newest.next_update_utc < now:
        return problem("signing.crl_stale", since=since)
    return None


def _blocks(
    content: bytes, name: str
) -> tuple[list[x509.Certificate], list[x509.CertificateRevocationList]]:
    found = list(BLOCK.finditer(content))
    if len(content) > MAX_FILE or not found or len(found) != len(MARK.findall(content)):
        raise trouble("enrolment.no_bundle", file=name)
    certificates, lists = [], []
    try:
        for block in found:
            if block[1] == b"CERTIFICATE":
                certificates.append(reading.certificate(block[0]))
            else:
                lists.append(reading.revocation_list(block[0]))
    except ValueError as error:
        raise trouble("enrolment.no_bundle", file=name) from error
    return certificates, lists


def _is_root(certificate: x509.Certificate) -> bool:
    try:
        authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
    return authority and _issued_by(certificate, certificate)


def _issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True

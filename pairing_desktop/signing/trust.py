"""Is a certificate good? Roots, revocation lists and a moment; pure ``cryptography``, no network.

One level of authority: a root issues people's certificates directly; anything longer is not trusted.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from msgspec import Struct

from pairing_desktop.errors import Problem, Trouble, problem, system_reason, trouble
from pairing_desktop.signing import algorithms, identity, reading
from pairing_desktop.signing.moment import day
from pairing_desktop.signing.verdict import CertificateVerdict

DIGESTS = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
MAX_FILE = 64 << 20
SLACK = timedelta(minutes=10)
"""How far two PCs' clocks may differ without a word."""
UNDERSTOOD = (
    x509.BasicConstraints.oid, x509.KeyUsage.oid, x509.ExtendedKeyUsage.oid, x509.SubjectKeyIdentifier.oid,
    x509.AuthorityKeyIdentifier.oid, x509.SubjectAlternativeName.oid, x509.CertificatePolicies.oid,
)  # fmt: skip
"""Extensions that may be critical in a signer's certificate or a root."""
PARTIAL = (x509.DeltaCRLIndicator.oid, x509.IssuingDistributionPoint.oid)
"""Extensions of a list that does not tell of all that a root revoked."""

JUDGEMENTS = frozenset({
    "signing.untrusted", "signing.expired", "signing.early", "signing.revoked", "signing.weak_key", "signing.wrong_use",
    "signing.certificate_malformed", "signing.root_expired", "signing.root_no_authority", "signing.crl_bad",
    "signing.revocation_unchecked", "signing.crl_stale", "signing.crl_future",
})  # fmt: skip
"""Every code that ``judge`` says: what a caller leaves out who asks whether signatures are whole, and not whose."""


class Trust(Struct, frozen=True):
    """Whom to trust, what is revoked, and the moment to judge at (aware UTC)."""

    roots: tuple[x509.Certificate, ...]
    crls: tuple[x509.CertificateRevocationList, ...]
    at: datetime
    clock: datetime | None = None
    """The PC's time where ``at`` is another one (a receipt's): a list from later than that means a clock set back."""


def load(roots: Sequence[Path], crls: Sequence[Path] = (), *, at: datetime) -> Trust:
    """Read roots and lists from PEM or DER files. Raises ``Trouble`` naming every file that is not one."""
    problems: list[Problem] = []
    certificates: list[x509.Certificate] = []
    lists: list[x509.CertificateRevocationList] = []
    for path in roots:
        try:
            certificates += read_roots(path)
        except Trouble as error:
            problems += error.problems
    for path in crls:
        try:
            lists += read_crls(path)
        except Trouble as error:
            problems += error.problems
    if problems:
        raise Trouble(*problems)
    return Trust(tuple(certificates), tuple(lists), at)


def read_roots(path: Path) -> list[x509.Certificate]:
    """Return the root certificates in a PEM (one or more) or DER file. Trouble: none, or one that issues nothing."""
    content = _read(path)
    try:
        found = reading.certificates(content)
    except ValueError as error:
        raise trouble("signing.root_unreadable", file=path.name) from error
    if not all(map(_issues, found)):
        raise trouble("signing.root_of_none", file=path.name)
    return found


def read_crls(path: Path) -> list[x509.CertificateRevocationList]:
    """Return the revocation lists in a PEM (one or more) or DER file. Trouble: none, or one that cannot be read."""
    content = _read(path)
    try:
        found = reading.revocation_lists(content)
    except ValueError as error:
        raise trouble("signing.crl_unreadable", file=path.name) from error
    if not found:
        raise trouble("signing.crl_unreadable", file=path.name)
    return found


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE)
    except OSError as error:
        raise trouble("signing.trust_missing", file=path.name, reason=system_reason(error)) from error


def judge(certificate: x509.Certificate, trust: Trust) -> CertificateVerdict:
    """Answer for a signer's certificate: issued directly by a root, of the right use, valid, not revoked."""
    name = identity.of(certificate).name
    try:
        problems = tuple(_about_certificate(certificate, trust.at, name))
        issue = judge_issue(certificate, trust)
    except ValueError:  # an extension that cannot be parsed
        return CertificateVerdict(False, None, (problem("signing.certificate_malformed", name=name),))
    problems += issue.problems
    return CertificateVerdict(not problems, issue.revoked, problems, issue.warnings)


def judge_issue(certificate: x509.Certificate, trust: Trust) -> CertificateVerdict:
    """Answer whether a root issued a certificate itself and has not revoked it; its time and use are not asked."""
    name = identity.of(certificate).name
    roots = [r for r in trust.roots if issued_by(certificate, r)]
    if not roots:
        return CertificateVerdict(False, None, (problem("signing.untrusted", name=name),))
    root = next((r for r in roots if _in_force(r, trust.at)), roots[0])  # of one key: the old one, and renewed
    revoked, said, warnings = _revocation(certificate, root, trust, name)
    problems = (*_about_root(root, trust.at), *said)
    return CertificateVerdict(not problems, revoked, problems, tuple(warnings))


def _about_certificate(certificate: x509.Certificate, at: datetime, name: str) -> Iterator[Problem]:
    """Yield what is wrong with the certificate in itself."""
    if at > certificate.not_valid_after_utc:
        yield problem("signing.expired", name=name, until=day(certificate.not_valid_after_utc))
    if at < certificate.not_valid_before_utc:
        yield problem("signing.early", name=name, since=day(certificate.not_valid_before_utc))
    if algorithms.of_certificate(certificate) is None or not isinstance(certificate.signature_hash_algorithm, DIGESTS):
        yield problem("signing.weak_key", name=name)
    if not for_signing(certificate):
        yield problem("signing.wrong_use", name=name)


def for_signing(certificate: x509.Certificate) -> bool:
    """Return whether key usage and extended key usage are those of a person who signs documents, and no more is asked.

    ValueError: an extension that cannot be parsed.
    """
    extensions = certificate.extensions
    if any(e.critical and e.oid not in UNDERSTOOD for e in extensions):
        return False
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    try:
        authority = extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        authority = False
    wanted = identity.DOCUMENT_PURPOSES
    return usage.digital_signature and usage.content_commitment and not authority and any(p in wanted for p in purposes)


def issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    """Return whether the root signed the certificate itself."""
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _about_root(root: x509.Certificate, at: datetime) -> Iterator[Problem]:
    if not _in_force(root, at):
        yield problem("signing.root_expired")
    if not _issues(root):
        yield problem("signing.root_no_authority")


def _in_force(root: x509.Certificate, at: datetime) -> bool:
    return root.not_valid_before_utc <= at <= root.not_valid_after_utc


def _issues(root: x509.Certificate) -> bool:
    """Return whether a certificate may issue others, and asks nothing of them that is not looked at here."""
    if any(e.critical and e.oid not in UNDERSTOOD for e in root.extensions):
        return False
    try:
        authority = root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        return authority and root.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return False


def _revocation(
    certificate: x509.Certificate, root: x509.Certificate, trust: Trust, name: str
) -> tuple[bool | None, list[Problem], list[Problem]]:
    """Return (revoked, problems, warnings) by the newest usable list of that root.

    The list of another root, also of one of the same name (a renewed root), says nothing of this root's people.
    """
    others = [r for r in trust.roots if r.public_key() != root.public_key()]
    lists = [c for c in trust.crls if claims(c, root) and not any(usable(c, other) for other in others)]
    if not lists:
        return None, [], [problem("signing.revocation_unchecked", name=name)]
    if not all(usable(c, root) for c in lists):
        return None, [problem("signing.crl_bad")], []
    now = trust.clock or trust.at
    latest = max(lists, key=lambda c: c.last_update_utc)
    warnings = []
    if latest.last_update_utc > now + SLACK:
        warnings.append(problem("signing.crl_future", since=day(latest.last_update_utc)))
    present = [c for c in lists if c.last_update_utc <= now + SLACK]
    newest = max(present, key=lambda c: c.last_update_utc, default=latest)
    if newest.next_update_utc is None or newest.next_update_utc < trust.at:
        warnings.append(problem("signing.crl_stale", since=day(newest.last_update_utc)))
    entry = newest.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is None or trust.at < entry.revocation_date_utc <= newest.last_update_utc:
        return False, [], warnings  # not revoked, or not yet at that moment; a list that names a day to come is taken
    since = day(entry.revocation_date_utc)
    return True, [problem("signing.revoked", name=name, since=since)], warnings


def claims(crl: x509.CertificateRevocationList, root: x509.Certificate) -> bool:
    """Return whether a list says that it is that root's: it names it, and no other key. ``usable`` tells if it is."""
    if crl.issuer != root.subject:
        return False
    try:
        said = crl.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
        own = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        return True
    return said is None or said == own


def usable(crl: x509.CertificateRevocationList, root: x509.Certificate) -> bool:
    """Return whether the root signed the list and nothing in it changes what it means (partial or indirect lists)."""
    key = root.public_key()
    if algorithms.of(key) is None or not isinstance(crl.signature_hash_algorithm, DIGESTS):
        return False
    if any(e.critical or e.oid in PARTIAL for e in crl.extensions):
        return False
    return crl.is_signature_valid(key) and not any(e.critical for r in crl for e in r.extensions)  # type: ignore[arg-type]

"""Signatures in a workbook (.xlsx) as Office writes them: preparer and head, at most two.

OPC digital signatures (ECMA-376 part 2 §13, [MS-OFFCRYPTO] 2.5.2) with XAdES properties; Excel, LibreOffice and
xmlsec1 read them. The verdict here is stricter than theirs: the signatures' XML (``ooxml_xml``), content types,
relationships (``opc``) and the zip (``opc_zip``) have one spelling each, and every part must be covered by every
signature.

What a workbook by itself leaves open, and the packet's digest tells: ``docProps/core.xml`` and ``app.xml``, which
Office does not sign; the choice among equivalent deflate streams; a second signature taken off again.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from pairing_desktop.errors import Problem, Trouble, problem, trouble
from pairing_desktop.signing import identity, keys, ooxml_xml, opc, opc_parsing
from pairing_desktop.signing import trust as trusting
from pairing_desktop.signing.identity import BUREAU, ROLE_NAMES, Identity
from pairing_desktop.signing.keys import Signer
from pairing_desktop.signing.ooxml_xml import Reference, XmlSignature
from pairing_desktop.signing.opc import Package
from pairing_desktop.signing.trust import Trust
from pairing_desktop.signing.verdict import CertificateVerdict, SignatureVerdict, WorkbookVerdict

ROLES = ("preparer", "head")
"""Who signs a workbook, in this order. LibreOffice shows a third signature as invalid, for its literal Ids."""


class _Found(Struct, frozen=True):
    """A package with its signatures, and the digests of its parts as they stand."""

    package: Package
    signatures: tuple[XmlSignature | None, ...]
    """None: not in the one spelling."""
    digests: Mapping[str, bytes]
    """Of every part that a signature has to cover; a damaged one has none."""

    @property
    def problems(self) -> Iterator[Problem]:
        """Yield the parts that readers take in differently, whoever signed them."""
        for name in opc.about_prologs(self.package.entries, self.package.types):
            yield problem("signing.workbook_doctype", name=name)


def sign(
    workbook: bytes, signer: Signer, *, now: datetime, comments: str = "", after: Sequence[str] | None = None,
    place: str = "",
) -> bytes:
    """Return the workbook with the signature of the signer's role; parts stay as they are, byte for byte.

    ``place``: the role in whose place a bureau's certificate signs (纸质签批).

    ``comments``: the purpose that Office shows, without it the role. ``after``: the fingerprints of the certificates of
    those who must have signed it before, in order. The first signature brings the package into the one spelling.
    Raises ``Trouble`` when it is no workbook, the role does not sign workbooks, has signed or comes too late, or an
    earlier signature is broken or of others than ``after``.
    """
    keys.require_role(signer)
    who = identity.of(signer.certificate)
    role = place if place and who.role == BUREAU else who.role
    if role not in ROLES:
        raise trouble("signing.workbook_role", role=who.role_name)
    package, digests = _signable(workbook, role, after)
    references = []
    for part in package.signed_parts:
        links = package.signed_links(part) if part in package.links else None
        references.append(Reference(part, package.types[part], digests[part], links))
    try:
        signature = ooxml_xml.make(references, signer, signed_at=now, comments=comments or who.role_name)
    except ValueError as error:
        raise trouble("signing.key_kind", file="") from error
    return opc.write(opc.with_signature(package, signature))


def check_before(workbook: bytes, after: Sequence[str]) -> None:
    """Raise ``Trouble`` unless exactly those of these fingerprints have signed the workbook, and nothing is broken."""
    if opc.bears_signatures(workbook):
        _check_earlier(_found(workbook), after)
    elif after:
        raise trouble("signing.workbook_broken")
    else:
        opc_parsing.parsed(workbook)


def verify(workbook: bytes, trust: Trust) -> WorkbookVerdict:
    """Answer for every signature: intact, valid, trusted, whose, what it covers. Never raises on the content."""
    try:
        if not opc.bears_signatures(workbook):
            return WorkbookVerdict((), whole=False, problems=(problem("signing.workbook_unsigned"),))
        found = _found(workbook)
    except Trouble as error:
        return WorkbookVerdict((), whole=False, problems=error.problems)
    signatures = tuple(_judged(number, found, trust) for number in range(1, len(found.signatures) + 1))
    problems = (*found.package.problems, *found.problems, *_about_workbook(signatures))
    return WorkbookVerdict(
        signatures=signatures,
        whole=bool(signatures) and not found.package.problems and all(s.intact for s in signatures),
        problems=problems,
    )


def base_digest(workbook: bytes) -> bytes:
    """Return one SHA-256 over all that a signature would cover: the same before and after signing.

    Raises ``Trouble`` when it is no workbook or a part is damaged.
    """
    package = opc.read(workbook) if opc.bears_signatures(workbook) else opc_parsing.parsed(workbook)
    total = hashlib.sha256()
    for part in package.signed_parts:
        total.update(f"{part}\n{package.types.get(part, '')}\n{_digest(package, part).hex()}\n".encode())
    return total.digest()


# --- before signing ------------------------------------------------------------------------------------------------

def _signable(workbook: bytes, role: str, after: Sequence[str] | None) -> tuple[Package, Mapping[str, bytes]]:
    """Return the package and the digest of every part to be signed: parts that others signed are digested once."""
    if not opc.bears_signatures(workbook):
        if after:
            raise trouble("signing.workbook_broken")
        package = opc_parsing.parsed(workbook)
        return package, {part: _digest(package, part) for part in package.signed_parts}
    found = _found(workbook)
    _check_earlier(found, after)
    roles = _places(found)
    if role in roles:
        raise trouble("signing.workbook_taken", role=ROLE_NAMES[role])
    if any(ROLES.index(earlier) > ROLES.index(role) for earlier in roles):
        raise trouble("signing.workbook_late", role=ROLE_NAMES[role])
    return found.package, found.digests


def _check_earlier(found: _Found, after: Sequence[str] | None) -> None:
    """Refuse to sign on top of a signature that does not hold, or of another spelling of the package."""
    before = [identity.fingerprint(s.certificate) for s in found.signatures if s]
    roles = _places(found)
    hold = all(s and ooxml_xml.holds(s) and not [*_about_parts(s, "", found)] for s in found.signatures)
    if found.package.problems or [*found.problems] or not hold or not set(roles) <= set(ROLES):
        raise trouble("signing.workbook_broken")
    if after is not None and before != list(after):
        raise trouble("signing.workbook_broken")


def _places(found: _Found) -> list[str]:
    """Return the roles of the signatures; a bureau's certificate has that of its turn."""
    roles = [identity.of(s.certificate).role for s in found.signatures if s]
    return [_place(role, number) for number, role in enumerate(roles, start=1)]


def _place(role: str, number: int) -> str:
    return ROLES[number - 1] if role == BUREAU and number <= len(ROLES) else role


def _digest(package: Package, part: str) -> bytes:
    try:
        return package.digest(part)
    except ValueError as error:
        raise trouble("signing.workbook_unreadable", reason=f"{part} 有损坏") from error


# --- answering -----------------------------------------------------------------------------------------------------

def _found(workbook: bytes) -> _Found:
    package = opc.read(workbook)
    digests = {}
    for part in package.signed_parts:
        try:
            digests[part] = package.digest(part)
        except ValueError:  # damaged: what has no digest is not what was signed
            continue
    return _Found(package, tuple(_read(package, name) for name in package.signature_parts), digests)


def _read(package: Package, name: str) -> XmlSignature | None:
    try:
        return ooxml_xml.read(package.entries[name].content())
    except ValueError:
        return None


def _judged(number: int, found: _Found, trust: Trust) -> SignatureVerdict:
    """Return the answers about the n-th signature, trust included."""
    signature, where = found.signatures[number - 1], opc.signature_name(number)
    if signature is None:
        said = (problem("signing.signature_form", name=where),)
        return SignatureVerdict("", "", "", intact=False, valid=False, trusted=False, revoked=None, signed_at=None,
                                fingerprint="", covers=(), problems=said, where=where)
    who = identity.of(signature.certificate)
    judged: CertificateVerdict = trusting.judge(signature.certificate, trust)
    valid, parts = ooxml_xml.holds(signature), tuple(_about_parts(signature, who.role_name, found))
    paper = who.role == BUREAU
    place = _place(who.role, number)
    on_paper = (problem("signing.on_paper", role=ROLE_NAMES.get(place, place), name=who.name),) if paper else ()
    return SignatureVerdict(
        role=place,
        name=who.name,
        title=who.title,
        county=who.county,
        intact=not parts,
        valid=valid,
        trusted=judged.trusted,
        revoked=judged.revoked,
        signed_at=signature.signed_at,
        fingerprint=identity.fingerprint(signature.certificate),
        key_fingerprint=identity.key_fingerprint(signature.certificate),
        covers=tuple(r.part for r in signature.references),
        problems=(*_about_signer(who, where, valid=valid), *parts, *judged.problems),
        warnings=(*judged.warnings, *on_paper),
        where=where,
        paper=paper,
    )


def _about_signer(who: Identity, where: str, *, valid: bool) -> Iterator[Problem]:
    if not valid:
        yield problem("signing.signature_wrong", role=who.role_name, name=where)
    if not who.role or not who.county:
        yield problem("signing.no_role", name=where)
    elif who.role not in (*ROLES, BUREAU):
        yield problem("signing.workbook_role", role=who.role_name)


def _about_parts(signature: XmlSignature, role: str, found: _Found) -> Iterator[Problem]:
    """Yield the parts that are not as they were signed, are gone, or that the signature leaves out."""
    package, names = found.package, [r.part for r in signature.references]
    signed = package.signed_parts
    for each in signature.references:
        if each.part not in package.entries:
            yield problem("signing.workbook_part_gone", role=role, name=each.part)
        elif package.types.get(each.part) != each.media:
            yield problem("signing.workbook_part_type", role=role, name=each.part)
        elif found.digests.get(each.part) != each.digest or not _same_links(each, package):
            yield problem("signing.workbook_part_changed", role=role, name=each.part)
    for part in signed:
        if names.count(part) != 1:
            yield problem("signing.workbook_uncovered", role=role, name=part)
    for part in names:
        if part in package.entries and part not in signed:
            yield problem("signing.signature_form", name=part)


def _same_links(each: Reference, package: Package) -> bool:
    return each.links == (package.signed_links(each.part) if each.part in package.links else None)


def _about_workbook(signatures: Sequence[SignatureVerdict]) -> Iterator[Problem]:
    """Yield what is wrong with the signatures as a whole: none where something of them is, order, one key twice."""
    if not signatures:
        yield problem("signing.workbook_unsigned")
    if len(signatures) > len(ROLES):
        yield problem("signing.workbook_many", limit=len(ROLES))
    places = [ROLES.index(s.role) for s in signatures if s.role in ROLES]
    if places != sorted(set(places)):
        yield problem("signing.workbook_order", order="、".join(ROLE_NAMES[role] for role in ROLES))
    own = [s.key_fingerprint for s in signatures if s.key_fingerprint]
    for signature in signatures:
        if own.count(signature.key_fingerprint) > 1:
            yield problem("signing.same_key", name=signature.name)

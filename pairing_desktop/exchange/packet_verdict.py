"""The verdict on a packet.

The receiving rule: the container in its one form; every file covered by the seal; every required role signed, in order,
with a key of its own; every certificate's county equal to the data's; PDF and workbook inside whole by themselves and
signed by the same people (the workbook by preparer and head). The seal decides; the other answers say what is wrong.
What the single signatures leave open is listed in ``resources/help/verifier.md``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange import accepting, base, joint_verdict, packet_files, sheet_names
from pairing_desktop.exchange import packet_parts as parts
from pairing_desktop.exchange.packet_parts import DATA, GROWING, PDF, WORKBOOK, Said, SignedManifest, shown
from pairing_desktop.exchange.signatory import county_called
from pairing_desktop.exchange.verdict import (
    Verdict,
    about_missing,
    all_problems,
    missing_roles,
    revocation,
    summed,
    unreadable,
)
from pairing_desktop.formspec import period as periods
from pairing_desktop.signing import cades, container, identity, ooxml_signature
from pairing_desktop.signing import trust as trusting
from pairing_desktop.signing.container import Container
from pairing_desktop.signing.identity import Identity
from pairing_desktop.signing.moment import CHINA
from pairing_desktop.signing.trust import Trust
from pairing_desktop.signing.verdict import CertificateVerdict, PdfVerdict, SignatureVerdict, WorkbookVerdict

_BROKEN = {
    "exchange.file_changed", "exchange.file_removed", "signing.content_changed",
    "signing.manifest_form", "signing.signature_form",
}  # fmt: skip
"""Codes that say that something is not as it was signed."""

CLOCKS_APART = timedelta(minutes=10)
"""As much as the clocks of honest PCs may differ."""


class _Case(Struct, frozen=True):
    """What all questions about one packet look at."""

    by_digest: Mapping[str, bytes]
    """SHA-256 of every file."""
    data: Mapping[str, Any]
    """Empty when it cannot be used."""
    required: tuple[str, ...]
    """The roles that have to sign, in order."""
    signed: list[SignedManifest]
    trust: Trust
    scans: Mapping[int, str]
    """Of approval sheets signed on paper, by the number of the signature that vouches for each."""

    def to_cover(self, number: int, *, seal: bool) -> set[str]:
        """Return what the n-th manifest has to cover."""
        return parts.to_cover(self.by_digest, number, count=len(self.signed), seal=seal)


def of_packet(found: Container, said: Said, trust: Trust, *, name: str, roles: Sequence[str]) -> Verdict:
    """Answer for a packet that could be read; ``roles`` must have signed besides those that the data names."""
    if DATA not in found.files and not any(n.startswith(container.META) for n in found.files):
        return unreadable("unknown", name=name, problems=(problem("signing.not_container", file=Path(name).name),))
    case, about_data = _case(found.files, said, trust, roles)
    signatures = tuple(_signature(each, case) for each in case.signed)
    broken = [role for role, each in zip(case.required, case.signed, strict=False)
              if each.cms is None and each.names[1] in found.files]
    missing = tuple(role for role in missing_roles(case.required, signatures) if role not in broken)
    carried = joint_verdict.in_packet(case.data, found.files, trust) if case.data else joint_verdict.Carried(None)
    about_paper, on_paper = list(_about_paper(case)), list(_on_paper(case))
    report, workbook = _report(found.files, case), _workbook(found.files, case)
    about_roles = [*_about_order(signatures, case.required), *about_missing(missing)]
    uncovered = [parts.about_file("exchange.uncovered", name=n) for n in _uncovered(case)]
    uncovered += [problem("exchange.file_strange", name=n) for n in packet_files.strange(found.files)]
    by_pdf, by_workbook = report.signatures if report else (), workbook.signatures if workbook else ()
    answers = {
        "integrity": not found.problems and not any(p.code in _BROKEN for p in all_problems(signatures))
        and all(each.whole or not each.signatures for each in (report, workbook) if each),
        "coverage": not uncovered and _sealed(case),
        "signatures": bool(signatures) and all(s.good for s in signatures),
        "roles": not about_roles and not about_paper and not broken,
        "joint": carried.good,
        "county": bool(signatures) and all(s.county == case.data.get("county") for s in signatures),
        "data": not about_data,
        "pdf": report is not None and report.good,
        "pdf_signers": _signers(signatures) == _signers(by_pdf),
        "workbook": workbook is not None and (workbook.good or not _workbook_roles(case.required)),
        "workbook_signers": _signers(signatures, _workbook_roles(case.required)) == _signers(by_workbook),
        "revocation": revocation((*signatures, *by_pdf, *by_workbook)),
        "identity": case.by_digest[DATA].hex() if DATA in case.by_digest else None,
    }
    inside = [*(report.problems if report else ()), *all_problems(by_pdf),
              *(workbook.problems if workbook else ()), *all_problems(by_workbook)]
    if not answers["pdf_signers"]:
        inside.append(problem("exchange.pdf_signers_differ"))
    if not answers["workbook_signers"]:
        inside.append(problem("exchange.workbook_signers_differ"))
    problems = [*found.problems, *about_data, *all_problems(signatures), *uncovered, *about_roles, *about_paper,
                *carried.problems, *inside]
    return summed("packet", name=name, signatures=signatures, missing=missing, problems=problems, answers=answers,
                  warnings=(*carried.warnings, *on_paper, *_other_bureau(case), *_about_clocks(case)),
                  countersigned=carried.verdict.signatures if carried.verdict else ())


def _signers(signatures: Sequence[SignatureVerdict], roles: Sequence[str] | None = None) -> list[tuple[str, str]]:
    """Return roles and certificates in the order of signing, of these roles or of all."""
    return [(s.role, s.fingerprint) for s in signatures if roles is None or s.role in roles]


def _workbook_roles(required: Sequence[str]) -> tuple[str, ...]:
    """Return the roles that sign the workbook, of those that sign the packet."""
    return tuple(role for role in required if role in ooxml_signature.ROLES)


def _case(files: Mapping[str, bytes], said: Said, trust: Trust, roles: Sequence[str]) -> tuple[_Case, list[Problem]]:
    """Return the case and what is wrong with the data and the files that it lists."""
    by_digest, signed = parts.digests(files), parts.signed_manifests(files)
    problems = list(said.problems)
    if not problems:
        problems += [*packet_files.about_files(said.data, files, by_digest),
                     *base.problems(files, signed=bool(signed))]
    named = tuple(said.data.get("roles", ()))
    required = (*named, *(role for role in roles if role not in named))
    return _Case(by_digest, said.data, required, signed, trust, parts.papers(files)), problems


def _signature(signed: SignedManifest, case: _Case) -> SignatureVerdict:
    """Return the answers about the n-th manifest and its signature."""
    who, judged = Identity("", "", ""), CertificateVerdict(False, None)
    matches = valid = False
    place = parts.place(signed, case.required, case.scans)
    if signed.cms:
        who, judged = identity.of(signed.cms.certificate), trusting.judge(signed.cms.certificate, case.trust)
        matches, valid = cades.check(signed.cms, signed.digest)
    changed = list(_about_content(signed, who, case))
    itself = list(_about_signature(signed, who, matches=matches, valid=valid))
    return SignatureVerdict(
        role=place or who.role,
        name=who.name,
        title=who.title,
        county=who.county,
        intact=not any(p.code in _BROKEN for p in (*itself, *changed)),
        valid=valid,
        trusted=judged.trusted,
        revoked=judged.revoked,
        signed_at=signed.cms.signed_at if signed.cms else None,
        fingerprint=identity.fingerprint(signed.cms.certificate) if signed.cms else "",
        key_fingerprint=identity.key_fingerprint(signed.cms.certificate) if signed.cms else "",
        covers=tuple(signed.manifest.digests) if signed.manifest else (),
        problems=(*itself, *changed, *_about_county(who, case), *judged.problems),
        warnings=judged.warnings,
        where=signed.names[1],
        paper=bool(place),
    )


def _about_signature(signed: SignedManifest, who: Identity, *, matches: bool, valid: bool) -> Iterator[Problem]:
    """Yield what is wrong with manifest and signature in themselves."""
    manifest_name, signature_name = signed.names
    if signed.manifest is None:
        yield problem("signing.manifest_form", name=manifest_name)
    if signed.cms is None:
        yield problem("signing.signature_form", name=signature_name)
        return
    if not matches:
        yield problem("signing.content_changed", role=who.role_name, name=manifest_name)
    if not valid:
        yield problem("signing.signature_wrong", role=who.role_name, name=signature_name)
    if not who.role or not who.county:
        yield problem("signing.no_role", name=signature_name)


def _about_content(signed: SignedManifest, who: Identity, case: _Case) -> Iterator[Problem]:
    """Yield which files differ from what was signed, are gone, or should have been signed and were not."""
    if signed.manifest is None:
        return
    listed = signed.manifest.digests
    for name, digest in listed.items():
        if name not in case.by_digest:
            yield parts.about_file("exchange.file_removed", role=who.role_name, name=name)
        elif case.by_digest[name] != digest:
            yield parts.about_file("exchange.file_changed", role=who.role_name, name=name)
    wanted = case.to_cover(signed.number, seal=signed.number == len(case.required))
    for name in sorted(wanted - set(listed)):
        yield parts.about_file("exchange.covers_too_little", role=who.role_name, name=name)


def _about_county(who: Identity, case: _Case) -> Iterator[Problem]:
    if case.data and who.county and who.county != case.data["county"]:
        place = {"role": who.role_name, "county": county_called(who.county),
                 "data_county": county_called(case.data["county"])}
        yield problem("exchange.county_differs", **place)


def _about_paper(case: _Case) -> Iterator[Problem]:
    """Yield what is wrong with signatures on paper: no scan, another's certificate than the bureau's, not accepted."""
    for each in case.signed:
        bureau = each.cms is not None and identity.of(each.cms.certificate).role == identity.BUREAU
        role = shown(case.required[each.number - 1]) if each.number <= len(case.required) else ""
        if bureau and each.number not in case.scans:
            yield problem("exchange.paper_absent", role=role)
        elif not bureau and each.number in case.scans:
            yield problem("exchange.paper_stray", role=role)
        elif bureau and role and case.required[each.number - 1] not in accepting.paper_roles():
            yield problem("exchange.paper_not_accepted", role=role)


def _on_paper(case: _Case) -> Iterator[Problem]:
    """Yield a notice for each role that signed on paper."""
    for each in case.signed:
        role = parts.place(each, case.required, case.scans)
        if role and each.cms:
            name = identity.of(each.cms.certificate).name
            yield problem("exchange.paper_signed", role=shown(role), name=name, scan=case.scans[each.number])


def _other_bureau(case: _Case) -> Iterator[Problem]:
    """Yield a notice for each bureau that certificates name and the cover does not."""
    said = str(case.data.get("bureau", ""))
    named = [identity.of(s.cms.certificate).organisation for s in case.signed if s.cms]
    for organisation in dict.fromkeys(named) if said else ():
        if organisation and organisation != said:
            yield problem("exchange.bureau_differs", bureau=said[:40], organisation=organisation[:40])


def _about_clocks(case: _Case) -> Iterator[Problem]:
    """Yield a notice for each claimed time that cannot be: before the period, of a signature before what it signs."""
    before = _moment(case.data.get("finalised_at"))
    days = periods.bounds(str(case.data.get("period")))
    if before is not None and days is not None and before.astimezone(CHINA).date() < days[0]:
        yield problem("exchange.finalised_early", at=f"{before.astimezone(CHINA):%Y-%m-%d}",
                      period=periods.title(case.data["period"]))
    for each in case.signed:
        claimed = each.cms.signed_at if each.cms else None
        if claimed is None:
            continue
        if before is not None and claimed < before - CLOCKS_APART:
            yield problem("exchange.clock_back", role=identity.of(each.cms.certificate).role_name if each.cms else "",
                          at=f"{claimed.astimezone(CHINA):%Y-%m-%d %H:%M}",
                          before=f"{before.astimezone(CHINA):%Y-%m-%d %H:%M}")
        before = max(claimed, before or claimed)


def _moment(said: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _uncovered(case: _Case) -> list[str]:
    """Return the files that no signature covers and that do not wait for the seal; unsigned, only stray ones count."""
    own = {name for s in case.signed for name in s.names}
    if not case.signed:
        return parts.stray(case.by_digest, 0)
    covered = {name for s in case.signed if s.manifest for name in s.manifest.digests}
    return sorted(set(case.by_digest) - covered - own - set(GROWING))


def _sealed(case: _Case) -> bool:
    """Return whether the last required role's manifest is there and names every other file."""
    seal = next((s for s in case.signed if s.number == len(case.required)), None)
    if seal is None or seal.manifest is None:
        return False
    return case.to_cover(seal.number, seal=True) <= set(seal.manifest.digests)


def _report(files: Mapping[str, bytes], case: _Case) -> PdfVerdict | None:
    """Return the verdict on the PDF inside; one that nobody signed yet is nothing against an unsigned packet."""
    from pairing_desktop.signing import pdf_signature

    if PDF not in files:
        return None
    found = pdf_signature.verify(files[PDF], case.trust)
    if case.signed:
        return found
    return replace(found, problems=tuple(p for p in found.problems if p.code != "signing.pdf_unsigned"))


def _workbook(files: Mapping[str, bytes], case: _Case) -> WorkbookVerdict | None:
    """Return the verdict on the workbook inside; before its first signer has signed, unsigned is nothing against it."""
    if WORKBOOK not in files:
        return None
    found = sheet_names.spoken(ooxml_signature.verify(files[WORKBOOK], case.trust), files[WORKBOOK])
    signed = [identity.of(s.cms.certificate).role for s in case.signed if s.cms]
    if _workbook_roles(signed):
        return found
    return replace(found, problems=tuple(p for p in found.problems if p.code != "signing.workbook_unsigned"))


def _about_order(signatures: Sequence[SignatureVerdict], required: Sequence[str]) -> Iterator[Problem]:
    """Yield signatures of another role than the place asks for, too many signatures, and keys that signed twice."""
    seen: set[str] = set()
    for number, signature in enumerate(signatures, start=1):
        if number > len(required):
            yield problem("exchange.stray_signature", name=signature.where)
        elif signature.role and signature.role != required[number - 1]:
            place = {"role": shown(required[number - 1]), "other": shown(signature.role)}
            yield problem("exchange.role_order", number=number, **place)
        if signature.key_fingerprint and signature.key_fingerprint in seen:
            yield problem("signing.same_key", name=signature.name)
        seen.add(signature.key_fingerprint)

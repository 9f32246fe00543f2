"""The packet (报送包): one ASiC-E file with the quarter's data, workbook, PDF, attachments and signatures.

It is passed round from signer to signer. Each adds a signature to the PDF inside and a manifest of their own, preparer
and head one to the workbook too; the last role's manifest covers every file: the seal. A packet's identity is the
SHA-256 of its ``data.json``.

``joint.asice`` (the joint sheets, a container of its own, signed first) is one more file inside that no longer changes;
so is ``paper/signature00N.pdf``, the scan of an approval sheet signed on paper (纸质签批), for which the bureau's
certificate vouches in that role's place.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from pairing_desktop.errors import BadContent, Problem, all_or_raise, problem, trouble
from pairing_desktop.exchange import base, issuers, joint, joint_verdict, packet_files
from pairing_desktop.exchange import packet_parts as parts
from pairing_desktop.exchange.atomic import replace_container
from pairing_desktop.exchange.joint_parts import JOINT
from pairing_desktop.exchange.packet_parts import BASE, DATA, FORMAT, PDF, WORKBOOK, attachment_path, parse_data, shown
from pairing_desktop.exchange.signatory import Signatory, county_called, signatory
from pairing_desktop.exchange.verdict import Verdict
from pairing_desktop.exchange.verifying import verify
from pairing_desktop.signing import cades, container, identity, keys, manifest
from pairing_desktop.signing.identity import BUREAU
from pairing_desktop.signing.keys import Signer
from pairing_desktop.signing.trust import Trust

__all__ = [
    "DATA", "FORMAT", "JOINT", "PDF", "WORKBOOK", "Packet", "Paper", "Signatory", "Signed", "Verdict",
    "attachment_path", "build", "open_packet", "parse_data", "sign", "verify",
]  # fmt: skip
MAX_SCAN = 20 << 20


class Packet(Struct, frozen=True):
    """An opened packet: its form is strict and its data canonical; signatures are not judged yet."""

    name: str
    identity: str
    """SHA-256 of data.json, hex."""
    data: Mapping[str, Any]
    files: Mapping[str, bytes]
    digests: Mapping[str, bytes]
    """SHA-256 of every file."""
    signed: tuple[Signatory, ...]
    """In the order of signing."""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that must sign, in order."""
        return tuple(self.data["roles"])

    @property
    def sealed(self) -> bool:
        """Whether the last role has signed: nothing may change any more."""
        return len(self.signed) >= len(self.roles)

    @property
    def next_role(self) -> str | None:
        """The role whose turn it is; None once sealed."""
        return None if self.sealed else self.roles[len(self.signed)]


class Signed(Struct, frozen=True):
    """What ``sign`` did."""

    role: str
    name: str
    sealed: bool
    paper: bool = False
    """The role signed on paper, the bureau's certificate here."""


class Paper(Struct, frozen=True):
    """An approval sheet signed on paper: in whose place, and its scan (PDF, JPEG or PNG)."""

    role: str
    kind: str
    """The file name's ending: ``.pdf``."""
    scan: bytes


def build(data: bytes, files: Mapping[str, bytes]) -> bytes:
    """Return an unsigned packet of canonical ``data`` (data.json) and files (workbook, report, attachments, joint).

    ``report.pdf`` must hold a signature field for every role (``pdf_signature.prepare_fields``), ``workbook.xlsx`` be
    one that can be signed; an attachment stands under ``attachment_path``. Raises ``Trouble`` with everything that is
    wrong.
    """
    from pairing_desktop.signing import ooxml_signature, pdf_signature

    content = parse_data(data)
    whole = PDF in files and WORKBOOK in files
    everything = {**files, DATA: data, BASE: base.of({**files, DATA: data}) if whole else b""}
    all_or_raise(packet_files.about_files(content, everything, parts.digests(everything)))
    all_or_raise(_about_joint(content, files))
    places = pdf_signature.empty_fields(everything[PDF])
    all_or_raise(
        problem("exchange.no_signing_place", role=shown(role)) for role in content["roles"] if role not in places
    )
    ooxml_signature.check_before(everything[WORKBOOK], ())
    return container.pack(everything)


def _about_joint(data: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Problem]:
    """Return what is wrong with the joint part, its certificates' trust apart."""
    if JOINT not in files:
        said = data.get("joint")
        lacking = isinstance(said, dict) and said.get("state") == joint_verdict.SIGNED
        return [problem("exchange.file_absent", name=JOINT)] if lacking else []
    part = joint.open_joint(files[JOINT])
    if not part.complete:
        return [problem("exchange.joint_unsigned", county=county_called(county)) for county in part.waiting]
    return [*part.about_answer, *joint_verdict.about_agreement(data, part.data, part.identity)]


def open_packet(path: Path) -> Packet:
    """Open a packet, whatever its name ends with. Raises ``BadContent`` when it was tampered with, else ``Trouble``."""
    return _opened(container.read(path), path.name)


def _opened(found: container.Container, name: str) -> Packet:
    problems = list(found.problems)
    if DATA not in found.files:
        raise BadContent(*problems, problem("exchange.file_absent", name=DATA))
    data = parse_data(found.files[DATA])
    signed = parts.signed_manifests(found.files)
    by_digest = parts.digests(found.files)
    problems += packet_files.about_files(data, found.files, by_digest)
    problems += [problem("exchange.file_strange", name=n) for n in packet_files.strange(found.files)]
    problems += base.problems(found.files, signed=bool(signed))
    problems += _unreadable_signatures(signed)
    problems += [problem("exchange.stray_signature", name=n) for n in parts.stray(found.files, len(signed))]
    if problems:
        raise BadContent(*problems)
    return Packet(
        name=name,
        identity=by_digest[DATA].hex(),
        data=data,
        files=found.files,
        digests=by_digest,
        signed=_signatories(signed, data, found.files),
    )


def _signatories(signed: list[parts.SignedManifest], data: Mapping[str, Any],
                 files: Mapping[str, bytes]) -> tuple[Signatory, ...]:
    scans = parts.papers(files)
    return tuple(
        signatory(s.cms, place=parts.place(s, data["roles"], scans)) for s in signed if s.cms
    )


def _unreadable_signatures(signed: list[parts.SignedManifest]) -> list[Problem]:
    manifests = [problem("signing.manifest_form", name=s.names[0]) for s in signed if s.manifest is None]
    return manifests + [problem("signing.signature_form", name=s.names[1]) for s in signed if s.cms is None]


def sign(path: Path, key: Signer, *, now: datetime, stamp: bytes | None = None, paper: Paper | None = None,
         trust: Trust | None = None) -> Signed:
    """Add the signature of the key's role to the packet in place: old or new, never a mixture.

    ``stamp``: one-page PDF shown in the report's signature field. ``paper``: the role signed on paper; its scan goes
    in, and the key is the bureau's. ``trust``: the roots at hand. Raises ``Trouble`` and changes nothing when the key
    has expired or names no role, the role is not the next one, the county differs, the key has signed already, the
    packet is sealed, an earlier signature is broken, another authority issued its certificate, or the scan is none.
    """
    from pairing_desktop.signing import pdf_signature

    packet, role = allowed(path, key, now=now, paper=paper, trust=trust)
    who = identity.of(key.certificate)
    before = [s.fingerprint for s in packet.signed]
    report = pdf_signature.sign(packet.files[PDF], key, role=role, now=now, stamp=stamp, after=before)
    grown = {PDF: report, WORKBOOK: _workbook(packet, key, role, now)}
    number = len(packet.signed) + 1
    if paper:
        grown[parts.paper_path(number, paper.kind.lower())] = paper.scan
    seal = number == len(packet.roles)
    by_digest = {**packet.digests, **parts.digests(grown)}
    signature = _signature(by_digest, number, seal=seal, key=key, now=now)
    replace_container(path, {**packet.files, **grown, **signature})
    return Signed(role, who.name, seal, paper is not None)


def allowed(path: Path, key: Signer, *, now: datetime, paper: Paper | None = None,
            trust: Trust | None = None) -> tuple[Packet, str]:
    """Return the packet and the role that the key may sign now. Trouble, as ``sign`` raises it, where it may not."""
    packet = open_packet(path)
    who = identity.of(key.certificate)
    keys.require_role(key, place=path.name)
    keys.require_usable(key, now)
    role = paper.role if paper else who.role
    all_or_raise(_about_signer(packet, key, role))
    all_or_raise(_about_paper(who.role, paper))
    _check_earlier(packet)
    known = None if packet.data.get("sample") else trust  # samples are signed with sample keys
    all_or_raise(issuers.about(key.certificate, [s.certificate for s in packet.signed], known))
    return packet, role


def _about_paper(certified: str, paper: Paper | None) -> list[Problem]:
    """Return why a signature on paper cannot be vouched for so."""
    if paper is None:
        return [problem("exchange.paper_needed")] if certified == BUREAU else []
    problems = []
    if certified != BUREAU:
        problems.append(problem("exchange.paper_other_key", role=shown(certified)))
    start = {".pdf": b"%PDF-", ".png": b"\x89PNG\r\n\x1a\n"}.get(paper.kind.lower(), b"\xff\xd8\xff")
    if paper.kind.lower() not in parts.PAPER_KINDS or not paper.scan.startswith(start):
        problems.append(problem("exchange.paper_kind"))
    if len(paper.scan) > MAX_SCAN:
        problems.append(problem("exchange.paper_large", limit=MAX_SCAN >> 20))
    return problems


def _about_signer(packet: Packet, key: Signer, role: str) -> list[Problem]:
    """Return why this key may not sign this packet now; what makes the rest pointless comes alone."""
    who = identity.of(key.certificate)
    done = {s.role: s for s in packet.signed}
    if packet.sealed:
        return [problem("exchange.sealed")]
    if who.county != packet.data["county"]:
        return [problem("exchange.other_county", county=county_called(who.county),
                        data_county=county_called(packet.data["county"]))]
    problems: list[Problem] = []
    if role == BUREAU:
        return problems  # told by ``_about_paper``
    if role not in packet.roles:
        problems.append(problem("exchange.role_not_asked", role=shown(role)))
    elif role in done:
        problems.append(problem("exchange.role_done", role=shown(role), name=done[role].name))
    elif role != packet.next_role:
        problems.append(problem("exchange.not_your_turn", role=shown(role), next=shown(packet.next_role or "")))
    own = identity.key_fingerprint(key.certificate)
    same = [s.role for s in packet.signed if s.key_fingerprint == own and s.role != role]
    code = "exchange.same_bureau_key" if who.role == BUREAU else "exchange.same_key"
    problems += [problem(code, role=shown(other), own=shown(role)) for other in same]
    return problems


def _check_earlier(packet: Packet) -> None:
    """Refuse to sign on top of a signature that no longer holds, or that covers too little."""
    signed = parts.signed_manifests(packet.files)
    for each in signed:
        if each.cms is None or each.manifest is None:
            raise trouble("exchange.broken_before", role="")
        listed = each.manifest.digests
        wanted = parts.to_cover(packet.files, each.number, count=len(signed), seal=False)
        whole = all(packet.digests.get(name) == digest for name, digest in listed.items()) and wanted <= set(listed)
        if cades.check(each.cms, each.digest) != (True, True) or not whole:
            raise trouble("exchange.broken_before", role=shown(packet.signed[each.number - 1].role))


def _workbook(packet: Packet, key: Signer, role: str, now: datetime) -> bytes:
    """Return the workbook with the key's signature, or as it is for a role that only has to see it unbroken."""
    from pairing_desktop.signing import ooxml_signature

    before = [s.fingerprint for s in packet.signed if s.role in ooxml_signature.ROLES]
    if role in ooxml_signature.ROLES:
        return ooxml_signature.sign(packet.files[WORKBOOK], key, now=now, after=before, place=role)
    ooxml_signature.check_before(packet.files[WORKBOOK], before)
    return packet.files[WORKBOOK]


def _signature(
    by_digest: Mapping[str, bytes], number: int, *, seal: bool, key: Signer, now: datetime
) -> dict[str, bytes]:
    """Return the n-th manifest and its signature, by name."""
    name, signature = manifest.names(number)
    covered = parts.to_cover(by_digest, number, count=number, seal=seal)
    content = manifest.make(number, {n: by_digest[n] for n in covered}).to_xml()
    return {name: content, signature: cades.make(hashlib.sha256(content).digest(), key, signed_at=now)}


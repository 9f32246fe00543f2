"""The packet (报送包): one ASiC-E file with the quarter's data, workbook, PDF, attachments and signatures.

It is passed round from signer to signer. Each adds a signature to the PDF inside and a manifest of their own, preparer
and head one to the workbook too; the last role's manifest covers every file: the seal. A packet's identity is the
SHA-256 of its ``data.json``.

Places kept: ``joint.asice`` (the joint sheets, a container of its own, signed first) is one more file inside that no
longer changes.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pairing_desktop.errors import BadContent, Problem, all_or_raise, problem, system_reason, trouble
from pairing_desktop.exchange import base
from pairing_desktop.exchange import packet_parts as parts
from pairing_desktop.exchange.packet_parts import BASE, DATA, FORMAT, PDF, WORKBOOK, attachment_path, parse_data, shown
from pairing_desktop.exchange.verdict import Verdict
from pairing_desktop.exchange.verifying import verify
from pairing_desktop.signing import cades, container, identity, keys, manifest
from pairing_desktop.signing.keys import Signer

__all__ = [
    "DATA", "FORMAT", "PDF", "WORKBOOK", "Packet", "Signatory", "Signed", "Verdict", "attachment_path", "build",
    "open_packet", "parse_data", "sign", "verify",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signatory:
    """Whom an earlier manifest's certificate names; said by the file, judged only by ``verify``."""

    role: str
    name: str
    county: str
    signed_at: datetime
    """Claimed by the signer's clock, UTC."""
    fingerprint: str
    """SHA-256 of the certificate, hex."""
    key_fingerprint: str


@dataclass(frozen=True, slots=True)
class Packet:
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


@dataclass(frozen=True, slots=True)
class Signed:
    """What ``sign`` did."""

    role: str
    name: str
    sealed: bool


def build(data: bytes, files: Mapping[str, bytes]) -> bytes:
    """Return an unsigned packet of canonical ``data`` (data.json) and files (workbook.xlsx, report.pdf, attachments).

    ``report.pdf`` must hold a signature field for every role (``pdf_signature.prepare_fields``), ``workbook.xlsx`` be
    one that can be signed; an attachment stands under ``attachment_path``. Raises ``Trouble`` with everything that is
    wrong.
    """
    from pairing_desktop.signing import ooxml_signature, pdf_signature

    content = parse_data(data)
    whole = PDF in files and WORKBOOK in files
    everything = {**files, DATA: data, BASE: base.of(files) if whole else b""}
    all_or_raise(parts.about_files(content, parts.digests(everything)))
    places = pdf_signature.empty_fields(everything[PDF])
    all_or_raise(
        problem("exchange.no_signing_place", role=shown(role)) for role in content["roles"] if role not in places
    )
    ooxml_signature.check_before(everything[WORKBOOK], ())
    return container.pack(everything)


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
    problems += parts.about_files(data, by_digest)
    problems += base.problems(found.files)
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
        signed=tuple(_signatory(s.cms) for s in signed if s.cms),
    )


def _unreadable_signatures(signed: list[parts.SignedManifest]) -> list[Problem]:
    manifests = [problem("signing.manifest_form", name=s.names[0]) for s in signed if s.manifest is None]
    return manifests + [problem("signing.signature_form", name=s.names[1]) for s in signed if s.cms is None]


def _signatory(cms: cades.Cms) -> Signatory:
    who = identity.of(cms.certificate)
    assert cms.signed_at is not None  # noqa: S101  # packet_parts lets none through without
    return Signatory(
        role=who.role,
        name=who.name,
        county=who.county,
        signed_at=cms.signed_at,
        fingerprint=identity.fingerprint(cms.certificate),
        key_fingerprint=identity.key_fingerprint(cms.certificate),
    )


def sign(path: Path, key: Signer, *, now: datetime, stamp: bytes | None = None) -> Signed:
    """Add the signature of the key's role to the packet in place: old or new, never a mixture.

    ``stamp``: one-page PDF shown in the report's signature field. Raises ``Trouble`` and changes nothing when the key
    has expired or names no role, the role is not the next one, the county differs, the key has signed already, the
    packet is sealed, or an earlier signature is broken.
    """
    from pairing_desktop.signing import pdf_signature

    packet = open_packet(path)
    who = identity.of(key.certificate)
    keys.require_role(key, place=path.name)
    keys.require_current(key, now)
    all_or_raise(_about_signer(packet, key))
    _check_earlier(packet)
    before = [s.fingerprint for s in packet.signed]
    report = pdf_signature.sign(packet.files[PDF], key, role=who.role, now=now, stamp=stamp, after=before)
    grown = {PDF: report, WORKBOOK: _workbook(packet, key, now)}
    number = len(packet.signed) + 1
    seal = number == len(packet.roles)
    by_digest = {**packet.digests, **parts.digests(grown)}
    _replace(path, {**packet.files, **grown, **_signature(by_digest, number, seal=seal, key=key, now=now)})
    return Signed(who.role, who.name, seal)


def _about_signer(packet: Packet, key: Signer) -> list[Problem]:
    """Return why this key may not sign this packet now; what makes the rest pointless comes alone."""
    who = identity.of(key.certificate)
    done = {s.role: s for s in packet.signed}
    if packet.sealed:
        return [problem("exchange.sealed")]
    problems = []
    if who.county != packet.data["county"]:
        problems.append(problem("exchange.other_county", county=who.county, data_county=packet.data["county"]))
    if who.role not in packet.roles:
        problems.append(problem("exchange.role_not_asked", role=who.role_name))
    elif who.role in done:
        problems.append(problem("exchange.role_done", role=who.role_name, name=done[who.role].name))
    elif who.role != packet.next_role:
        problems.append(problem("exchange.not_your_turn", role=who.role_name, next=shown(packet.next_role or "")))
    own = identity.key_fingerprint(key.certificate)
    same = [s.role for s in packet.signed if s.key_fingerprint == own and s.role != who.role]
    problems += [problem("exchange.same_key", role=shown(role)) for role in same]
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


def _workbook(packet: Packet, key: Signer, now: datetime) -> bytes:
    """Return the workbook with the key's signature, or as it is for a role that only has to see it unbroken."""
    from pairing_desktop.signing import ooxml_signature

    before = [s.fingerprint for s in packet.signed if s.role in ooxml_signature.ROLES]
    if identity.of(key.certificate).role in ooxml_signature.ROLES:
        return ooxml_signature.sign(packet.files[WORKBOOK], key, now=now, after=before)
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


def _replace(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the packet beside itself, make it durable, then let it take the place."""
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as out:
            temporary = Path(out.name)
            container.write(files, out)
            out.flush()
            os.fsync(out.fileno())
        shutil.copymode(path, temporary)
        temporary.replace(path)
    except OSError as error:
        raise trouble("exchange.cannot_write", file=path.name, reason=system_reason(error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)

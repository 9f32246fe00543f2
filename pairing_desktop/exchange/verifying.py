"""Verify a file that travels: find out what it is, never by its name, and ask the right verdict of it."""

import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from io import BytesIO
from pathlib import Path

from pairing_desktop.errors import Trouble, problem, system_reason, trouble
from pairing_desktop.exchange import joint_parts, joint_verdict, packet_parts, packet_verdict, sheet_names, stamp_words
from pairing_desktop.exchange.asked import Asked, answered
from pairing_desktop.exchange.packet_parts import DATA, Said
from pairing_desktop.exchange.verdict import (
    Verdict,
    about_counties,
    about_missing,
    all_problems,
    missing_roles,
    revocation,
    summed,
    unreadable,
)
from pairing_desktop.signing import container, encryption, ooxml_signature
from pairing_desktop.signing.identity import ROLES
from pairing_desktop.signing.opc_zip import CONTENT_TYPES
from pairing_desktop.signing.trust import Trust

Answers = Callable[[Said], Mapping[str, Asked]]
"""Answers for what a packet's data says; of a joint part nothing is said here."""
Ask = Callable[[Mapping[str, bytes]], AbstractContextManager[Answers]]
"""Begins with what takes long about a packet's files."""
_KINDS = {b"%PDF-": "pdf", b"PK\x03\x04": "packet"}
_UNREADABLE = {"signing.workbook_unreadable", "signing.too_large"}
_FIRST_NAME = 30
"""Where the first entry's name stands in a zip."""


def verify(source: Path | bytes, trust: Trust, *, name: str = "", roles: Sequence[str] = ROLES,
           ask: Ask | None = None) -> Verdict:
    """Answer for a packet, a workbook or a PDF. ``roles`` must have signed, besides those that the data names.

    ``ask`` answers a packet's questions behind the signatures (agreement, history, rules), which need the forms; it
    begins before the signatures are checked.
    Never raises on what the file holds: what cannot be read is ``unreadable`` with its problem.
    """
    name = name or (str(source) if isinstance(source, Path) else "")
    kind = "unknown"
    try:
        start = _start(source)
        if not start:
            raise trouble("signing.empty", file=Path(name).name)
        kind = next((k for mark, k in _KINDS.items() if start.startswith(mark)), "unknown")
        if kind == "pdf":
            return _of_pdf(_whole(source), trust, name, roles)
        if kind == "packet" and _is_workbook(source, start):
            kind = "workbook"
            return _of_workbook(_whole(source), trust, name, roles)
        if kind == "packet":
            found = container.read(source, name=Path(name).name)
            kind = "joint" if joint_parts.is_joint(found.files) else kind
            with ask(found.files) if ask else nullcontext(_unasked) as answers:
                if kind == "joint":
                    said, verdict = Said({}), joint_verdict.of_joint(found, trust, name=name)
                else:
                    said = packet_parts.said(found.files)
                    verdict = packet_verdict.of_packet(found, said, trust, name=name, roles=roles)
                asked = answers(said) if verdict.verdict != "unreadable" else {}
            return answered(verdict, asked) if asked else verdict
        if encryption.is_encrypted(start):
            return unreadable("encrypted", name=name, problems=(problem("exchange.encrypted", file=Path(name).name),))
    except Trouble as error:
        return unreadable(kind, name=name, problems=error.problems)
    return unreadable(kind, name=name, problems=(problem("exchange.unknown_kind", file=Path(name).name),))


def _unasked(_said: Said) -> Mapping[str, Asked]:
    return {}


def _start(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[:64]
    if source.is_dir():
        raise trouble("exchange.folder", file=source.name)
    try:
        with source.open("rb") as file:
            return file.read(64)
    except OSError as error:
        raise trouble("exchange.file_missing", file=source.name, reason=system_reason(error)) from error


def _is_workbook(source: Path | bytes, start: bytes) -> bool:
    """Return whether a zip is a workbook and no packet: by its first entry, else by what its directory lists."""
    if start[_FIRST_NAME:].startswith(CONTENT_TYPES.encode()):
        return True
    if start[_FIRST_NAME:].startswith(container.MIMETYPE_NAME.encode()):
        return False
    try:
        with zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        return False
    return CONTENT_TYPES in names and DATA not in names


def _whole(source: Path | bytes) -> bytes:
    from pairing_desktop.signing.pdf_signature import MAX_PDF

    if isinstance(source, bytes):
        return source
    with source.open("rb") as file:
        return file.read(MAX_PDF + 1)


def _of_pdf(pdf: bytes, trust: Trust, name: str, roles: Sequence[str]) -> Verdict:
    """Answer for a PDF by itself: what a packet would add (data, seal) is not asked."""
    from pairing_desktop.exchange import pdf_parts
    from pairing_desktop.signing import pdf_signature

    found = pdf_signature.verify(pdf, trust)
    if any(p.code in {"signing.pdf_unreadable", "signing.too_large"} for p in found.problems):
        return unreadable("pdf", name=name, problems=found.problems)
    counties = {s.county for s in found.signatures}
    missing = missing_roles(roles, found.signatures)
    answers = {
        "integrity": found.whole,
        "coverage": bool(found.signatures) and found.signatures[-1].covers == ("entire_file",),
        "signatures": bool(found.signatures) and all(s.good for s in found.signatures),
        "roles": not missing,
        "county": len(counties) == 1 and "" not in counties,
        "pdf": found.good,
        "revocation": revocation(found.signatures),
    }
    problems = [*found.problems, *all_problems(found.signatures), *about_missing(missing),
                *about_counties(found.signatures)]
    what = pdf_parts.named(pdf) if found.whole else ""
    notices = (problem("exchange.pdf_strange", what=what),) if what else ()
    return summed("pdf", name=name, signatures=found.signatures, missing=missing, problems=problems, answers=answers,
                  warnings=(*notices, *stamp_words.lacking(pdf, found.signatures)))


def _of_workbook(workbook: bytes, trust: Trust, name: str, roles: Sequence[str]) -> Verdict:
    """Answer for a workbook by itself; asked are those of ``roles`` that sign workbooks."""
    found = sheet_names.spoken(ooxml_signature.verify(workbook, trust), workbook)
    if not found.signatures and any(p.code in _UNREADABLE for p in found.problems):
        return unreadable("workbook", name=name, problems=found.problems)
    counties = {s.county for s in found.signatures}
    missing = missing_roles([role for role in roles if role in ooxml_signature.ROLES], found.signatures)
    problems = [*found.problems, *all_problems(found.signatures), *about_missing(missing),
                *about_counties(found.signatures)]
    answers = {
        "integrity": found.whole,
        "coverage": bool(found.signatures) and not any(p.code == "signing.workbook_uncovered" for p in problems),
        "signatures": bool(found.signatures) and all(s.good for s in found.signatures),
        "roles": not missing,
        "county": len(counties) == 1 and "" not in counties,
        "workbook": found.good,
        "revocation": revocation(found.signatures),
    }
    return summed("workbook", name=name, signatures=found.signatures, missing=missing, problems=problems,
                  answers=answers)

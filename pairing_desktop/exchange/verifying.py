"""Verify a file that travels: find out what it is, never by its name, and ask the right verdict of it."""

from collections.abc import Sequence
from pathlib import Path

from pairing_desktop.errors import Trouble, problem, system_reason, trouble
from pairing_desktop.exchange import packet_verdict
from pairing_desktop.exchange.verdict import (
    Verdict,
    about_missing,
    all_problems,
    missing_roles,
    revocation,
    summed,
    unreadable,
)
from pairing_desktop.signing import container
from pairing_desktop.signing.identity import ROLES
from pairing_desktop.signing.trust import Trust

_KINDS = {b"%PDF-": "pdf", b"PK\x03\x04": "packet"}


def verify(source: Path | bytes, trust: Trust, *, name: str = "", roles: Sequence[str] = ROLES) -> Verdict:
    """Answer for a packet or a PDF. ``roles`` are those that must have signed, besides those that the data names.

    Never raises on what the file holds: what cannot be read is ``unreadable`` with its problem.
    """
    name = name or (str(source) if isinstance(source, Path) else "")
    kind = "unknown"
    try:
        start = _start(source)
        kind = next((k for mark, k in _KINDS.items() if start.startswith(mark)), "unknown")
        if kind == "pdf":
            return _of_pdf(_whole(source), trust, name, roles)
        if kind == "packet":
            found = container.read(source, name=Path(name).name)
            return packet_verdict.of_packet(found, trust, name=name, roles=roles)
    except Trouble as error:
        return unreadable(kind, name=name, problems=error.problems)
    return unreadable(kind, name=name, problems=(problem("exchange.unknown_kind", file=Path(name).name),))


def _start(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[:5]
    try:
        with source.open("rb") as file:
            return file.read(5)
    except OSError as error:
        raise trouble("exchange.file_missing", file=source.name, reason=system_reason(error)) from error


def _whole(source: Path | bytes) -> bytes:
    from pairing_desktop.signing.pdf_signature import MAX_PDF

    if isinstance(source, bytes):
        return source
    with source.open("rb") as file:
        return file.read(MAX_PDF + 1)


def _of_pdf(pdf: bytes, trust: Trust, name: str, roles: Sequence[str]) -> Verdict:
    """Answer for a PDF by itself: what a packet would add (data, seal) is not asked."""
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
    problems = [*found.problems, *all_problems(found.signatures), *about_missing(missing)]
    return summed("pdf", name=name, signatures=found.signatures, missing=missing, problems=problems, answers=answers)

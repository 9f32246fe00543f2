"""Looking at a packet, signing it, verifying it: none of them needs a data file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.progress import Progress, silent

if TYPE_CHECKING:
    from pairing_desktop.exchange.packet import Signed, Verdict


@dataclass(frozen=True, slots=True)
class FormCount:
    """How many records of a form a packet holds."""

    form: str
    title: str
    records: int
    errors: int
    queries: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A finding that travels with the packet: an explained query, or a waived error (``waiver``)."""

    form: str
    place: str
    message: str
    level: str
    text: str
    consent_by: str = ""
    waiver: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A place for a signature: ``signed`` with whose name, when (claimed) and which certificate."""

    role: str
    label: str
    signed: bool
    name: str = ""
    county: str = ""
    at: datetime | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class PacketView:
    """What a signer sees before signing. ``next_role`` is "" when all have signed."""

    path: Path
    identity: str
    county: str
    county_name: str
    partner_name: str
    bureau: str
    quarter: str
    quarter_title: str
    number: int
    replaces: str
    reason: str
    finalised_at: datetime
    forms: tuple[FormCount, ...]
    answers: tuple[Answer, ...]
    attachments: tuple[tuple[str, int], ...]  # name, bytes
    places: tuple[Place, ...]
    next_role: str
    sealed: bool
    size: int
    sample: bool
    pdf: bytes
    workbook: bytes


@dataclass(frozen=True, slots=True)
class KeyView:
    """Whose key it is, shown before signing."""

    role: str
    label: str
    name: str
    county: str
    county_name: str
    valid_until: datetime
    fingerprint: str


def describe_packet(path: Path) -> PacketView:
    """Open a packet and say what it holds. BadContent when it was cut short, or a file added, changed or removed."""
    raise NotImplementedError


def describe_key(key_path: Path, password: str, *, now: datetime) -> KeyView:
    """Open a key file. Trouble: wrong password, not a key, expired, not one of this program's roles."""
    raise NotImplementedError


def sign_packet(path: Path, key_path: Path, password: str, *, now: datetime, progress: Progress = silent) -> Signed:
    """Add the key's signature to the packet in place: visible stamp in the PDF and a manifest; the last role seals.

    Trouble: wrong password, expired key, another county's key, a role that has signed already or whose turn it isn't.
    """
    raise NotImplementedError


def verify_files(paths: Sequence[Path], *, trust: Path | None, crl: Path | None = None, now: datetime,
                 progress: Progress = silent) -> list[Verdict]:
    """Return a verdict a file, in order (packets, and PDFs by themselves); an unreadable file has one too."""
    raise NotImplementedError


def save_verdict(verdicts: Sequence[Verdict], to: Path) -> Path:
    """Write the verdicts as the JSON that ``verify --json`` prints."""
    raise NotImplementedError

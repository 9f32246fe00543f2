"""The packet (报送包): one ASiC-E file with the quarter's data, workbook, PDF, attachments and signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pairing_desktop.errors import Problem
from pairing_desktop.signing.identity import ROLES
from pairing_desktop.signing.keys import Signer
from pairing_desktop.signing.trust import Trust
from pairing_desktop.signing.verdict import SignatureVerdict

DATA, PDF, WORKBOOK = "data.json", "report.pdf", "workbook.xlsx"
FORMAT = "pairing-desktop/packet/1"


@dataclass(frozen=True, slots=True)
class Signatory:
    """Whom an earlier manifest's certificate names; said by the file, judged only by ``verify``."""

    role: str
    name: str
    county: str
    signed_at: datetime | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Packet:
    """An opened packet: its form is strict and its data canonical; signatures are not judged yet."""

    name: str
    identity: str
    """SHA-256 of data.json, hex."""
    data: Mapping[str, Any]
    files: Mapping[str, bytes]
    signed: tuple[Signatory, ...]
    """In the order of signing."""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that must sign, in order."""
        return tuple(self.data["roles"])

    @property
    def next_role(self) -> str | None:
        """The role whose turn it is; None once sealed."""
        return None if self.sealed else self.roles[len(self.signed)]

    @property
    def sealed(self) -> bool:
        """Whether the last role has signed: nothing may change any more."""
        return len(self.signed) >= len(self.roles)


@dataclass(frozen=True, slots=True)
class Signed:
    """What ``sign`` did."""

    role: str
    name: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Separate answers about one file; ``verdict`` sums them up."""

    file: str
    kind: str
    """``packet``, ``pdf`` or ``unknown``."""
    verdict: str
    """``valid``, ``invalid`` or ``unreadable``."""
    signatures: tuple[SignatureVerdict, ...] = ()
    missing_roles: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    answers: Mapping[str, object] = None  # type: ignore[assignment]

    def to_json(self) -> dict[str, object]:
        """Return what ``verify --json`` prints: file, kind, verdict, signatures, missing_roles, problems, answers."""
        raise NotImplementedError


def attachment_path(sha256: str, name: str) -> str:
    """Return where an attachment stands in the packet: ``attachments/<sha256><ASCII suffix of its name>``."""
    raise NotImplementedError


def build(data: bytes, files: Mapping[str, bytes]) -> bytes:
    """Return an unsigned packet of canonical ``data`` (data.json) and files (workbook.xlsx, report.pdf, attachments).

    ``report.pdf`` must hold a signature field for every role (``pdf_signature.prepare_fields``).
    Raises ``Trouble`` with everything that is wrong.
    """
    raise NotImplementedError


def open_packet(path: Path) -> Packet:
    """Open a packet, whatever its name ends with. Raises ``BadContent`` when it was tampered with, else ``Trouble``."""
    raise NotImplementedError


def sign(path: Path, key: Signer, *, now: datetime, stamp: bytes | None = None) -> Signed:
    """Add the signature of the key's role to the packet in place: old or new, never a mixture.

    ``stamp``: one-page PDF shown in the report's signature field. Raises ``Trouble`` and changes nothing when the role
    is not the next one, the county differs, the key has signed already, the packet is sealed or broken.
    """
    raise NotImplementedError


def verify(
    source: Path | bytes, trust: Trust, *, name: str = "", roles: Sequence[str] = ROLES
) -> Verdict:
    """Answer for a packet or a PDF. ``roles`` are those that must have signed, besides those that the data names.

    Never raises on what the file holds.
    """
    raise NotImplementedError

"""A quarter's way out of the house: preview, finalise, collect signatures, submit; and its state at every step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pairing_desktop.progress import Progress, silent
from pairing_desktop.services.workspace import Workspace

STATES = {
    "empty": "未填",
    "filling": "填报中",
    "errors": "审核未通过",
    "queries": "待说明",
    "passed": "审核通过",
    "final": "已定稿",
    "signing": "签批中",
    "signed": "已签署",
    "submitted": "已报送",
}


@dataclass(frozen=True, slots=True)
class QuarterState:
    """Where a quarter stands. ``number`` is that of the latest 第N次报送 begun, 0 before the first."""

    quarter: str  # 2024Q2
    quarter_title: str  # 2024年二季度
    code: str  # a key of STATES
    title: str  # its Chinese word
    number: int = 0
    detail: str = ""  # one line: 强制 1 · 核实 5
    locked: bool = False
    identity: str = ""
    packet: Path | None = None  # where the packet was written, if it is still there
    signed_roles: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What finalising would write, measured beforehand (bytes)."""

    size: int
    attachments: int
    records: int
    pages: int


@dataclass(frozen=True, slots=True)
class Finalised:
    """The files that finalising wrote."""

    quarter: str
    number: int
    identity: str
    packet: Path
    pdf: Path
    workbook: Path
    size: int
    pages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Collected:
    """A packet taken back (回收签名): who has signed, who is missing, whether it may be submitted."""

    quarter: str
    number: int
    identity: str
    signed_roles: tuple[str, ...]
    missing_roles: tuple[str, ...]
    sealed: bool


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submission recorded; ``files`` are the signed workbook and PDF put beside the packet."""

    quarter: str
    number: int
    identity: str
    packet: Path
    files: tuple[Path, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """A line of the history page: one 第N次报送 of a quarter."""

    quarter: str
    number: int
    identity: str
    replaces: str
    reason: str
    state: str  # final, signing, signed, submitted, undone
    packet_name: str
    at: datetime
    who: str
    stored: bool  # the signed packet is kept in the data file and can be exported again


def state(ws: Workspace, quarter: str) -> QuarterState:
    """Return where a quarter stands; from kept findings, runs no check. Trouble: a quarter that doesn't exist."""
    raise NotImplementedError


def quarters(ws: Workspace) -> list[QuarterState]:
    """Return all quarters of the programme's years that have begun, the latest first."""
    raise NotImplementedError


def submissions(ws: Workspace, quarter: str = "") -> list[Submission]:
    """Return what was finalised or submitted, newest first."""
    raise NotImplementedError


def preview(ws: Workspace, quarter: str, progress: Progress = silent) -> bytes:
    """Return the PDF as it would be finalised now, with the watermark 草稿，未定稿."""
    raise NotImplementedError


def preview_form(ws: Workspace, form: str, *, quarter: str, key: str = "") -> bytes:
    """Return the PDF of one form of the quarter, or of one record of it, for looking and printing."""
    raise NotImplementedError


def rehearse(ws: Workspace, quarter: str, progress: Progress = silent) -> Rehearsal:
    """Measure what finalising would write, before it is done."""
    raise NotImplementedError


def finalise(ws: Workspace, quarter: str, out_dir: Path, *, reason: str = "", progress: Progress = silent) -> Finalised:
    """Freeze the quarter (定稿) and write COUNTY-QUARTER-rN.asice and beside it .xlsx and .pdf; all or nothing.

    BadContent: the check doesn't pass. Trouble: already finalised; a second submission without ``reason``; no space.
    """
    raise NotImplementedError


def undo_finalise(ws: Workspace, quarter: str, why: str = "") -> QuarterState:
    """Take a 定稿 back, until it is submitted; its packet is worth nothing from then on."""
    raise NotImplementedError


def collect(ws: Workspace, packet: Path, progress: Progress = silent) -> Collected:
    """Take a packet back from a signer (回收签名) and remember who has signed; submits nothing.

    BadContent: not the packet that was finalised, or changed since.
    """
    raise NotImplementedError


def submit(ws: Workspace, packet: Path, progress: Progress = silent) -> Submitted:
    """Record a fully signed packet as submitted: keeps its bytes, locks the quarter, puts .xlsx and .pdf beside it.

    BadContent: another packet than the one finalised, not intact, or a role's signature missing.
    """
    raise NotImplementedError


def export(ws: Workspace, quarter: str, number: int, out_dir: Path) -> tuple[Path, ...]:
    """Write a submitted packet and its .xlsx and .pdf again."""
    raise NotImplementedError

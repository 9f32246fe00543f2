"""Running the rules over a record or a quarter, and answering what they find. Other services may use this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pairing_desktop.progress import Progress, silent
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.formspec.rules import Finding


@dataclass(frozen=True, slots=True)
class Report:
    """A full check of a quarter. ``errors`` counts those not waived; it ``passes`` with none of them and no
    ``unexplained`` query."""

    quarter: str
    findings: tuple[Finding, ...]
    errors: int
    queries: int
    unexplained: int
    waived: int
    passes: bool
    seconds: float
    records: int


def check_record(ws: Workspace, draft: Draft) -> list[Finding]:
    """Return the findings of what is typed now, with the explanations already given; writes nothing."""
    raise NotImplementedError


def check_quarter(ws: Workspace, quarter: str, progress: Progress = silent) -> Report:
    """Check everything that the quarter's packet would hold; keeps the findings for lists and counts."""
    raise NotImplementedError


def kept_findings(ws: Workspace, quarter: str, form: str = "", key: str = "") -> list[Finding]:
    """Return the findings kept from the last checks, of a form or of one record; runs no rule."""
    raise NotImplementedError


def explain(ws: Workspace, finding: Finding, text: str) -> Finding:
    """Answer a query with words that travel with the packet; blank text takes the answer back."""
    raise NotImplementedError


def waive(ws: Workspace, finding: Finding, *, reason: str, consent_by: str) -> Finding:
    """Let a true figure pass an error rule (特殊情况报送), with the head's consent. Blank reason takes it back.

    Trouble: rules on identity, arithmetic and signatures can't be waived; reason and consent must be given.
    """
    raise NotImplementedError

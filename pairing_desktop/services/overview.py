"""The figures of the overview page, from the records themselves; forms that a catalogue doesn't have are left out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pairing_desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Effect:
    """A lean project's indicator: before and after, or growth as the firm gave it (then both are "")."""

    firm: str
    indicator: str
    unit: str
    before: str
    after: str
    improvement: str
    share: float | None  # for the bar's length, percent


@dataclass(frozen=True, slots=True)
class Invested:
    """A park's investment in one quarter, 万元."""

    quarter: str
    infrastructure: Decimal
    industry: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """What the overview draws."""

    funnel: tuple[tuple[str, int], ...]  # (预诊断, 18), (诊断, 40), (标杆建设, 10)
    effects: tuple[Effect, ...]
    investments: dict[str, tuple[Invested, ...]]  # by park's name, oldest first


def figures(ws: Workspace, quarter: str) -> Figures:
    """Return the overview's figures as known at the end of ``quarter``."""
    raise NotImplementedError

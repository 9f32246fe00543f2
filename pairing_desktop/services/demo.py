"""``demo DIR``: the whole way of two quarters, without a screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pairing_desktop.services.workspace import Clock, system_clock


def run(folder: Path, say: Callable[[str], None], *, clock: Clock = system_clock) -> int:
    """Make the sample, check, finalise, sign, submit and verify both quarters, saying one line a step; return 0 if valid."""
    raise NotImplementedError

"""The sample data file: 遂昌县 with 南湖区, 2024 Q1 and Q2, from the article's figures; the rest is marked 示例."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pairing_desktop.progress import Progress, silent
from pairing_desktop.services.workspace import Clock, Workspace, system_clock


def make_sample(path: Path, *, now: datetime, clock: Clock = system_clock, through: str = "2024Q2",
                progress: Progress = silent) -> Workspace:
    """Write the sample to ``path`` (never over a file) and return it open; ``through`` leaves later quarters out."""
    raise NotImplementedError

"""``selftest``: does this installation work on this PC? Also run by the packaged program."""

from __future__ import annotations

from collections.abc import Callable

from pairing_desktop.services.workspace import Clock, system_clock


def run(say: Callable[[str], None], *, clock: Clock = system_clock) -> bool:
    """Check fonts, forms, a data file, PDF, workbook, signing and verifying in a folder with Chinese and spaces."""
    raise NotImplementedError

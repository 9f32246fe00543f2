"""pytest-qt's robot that waits for states, not for time: its limit is only there to end a test that hangs."""

from typing import Any

from pytestqt.qtbot import QtBot

HANGS = 120_000
"""Milliseconds after which what was waited for will never come; pytest-qt's own five seconds fail a busy machine."""


class PatientBot(QtBot):
    """A robot whose every wait is as long as it takes."""

    def waitUntil(self, callback: Any, *, timeout: int = HANGS) -> None:  # noqa: N802  # pytest-qt's spelling
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = HANGS, **more: Any) -> Any:  # noqa: N802
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(self, signals: Any, *, timeout: int = HANGS, **more: Any) -> Any:  # noqa: N802
        return super().waitSignals(signals, timeout=timeout, **more)

    def waitActive(self, widget: Any, *, timeout: int = HANGS) -> Any:  # noqa: N802
        return super().waitActive(widget, timeout=timeout)

    def waitExposed(self, widget: Any, *, timeout: int = HANGS) -> Any:  # noqa: N802
        return super().waitExposed(widget, timeout=timeout)

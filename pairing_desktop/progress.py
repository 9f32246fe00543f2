"""How long work tells what it is doing and learns that it should stop."""

from typing import Protocol


class Cancelled(Exception):  # noqa: N818  # not an error: the user asked for it
    """The user cancelled; whoever catches it has changed nothing."""


class Progress(Protocol):
    """Called often by long work. Raises ``Cancelled`` when the user cancelled."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Tell that ``done`` of ``total`` units of the Chinese-named ``step`` are finished (total 0: unknown)."""


def silent(step: str, done: int, total: int) -> None:  # the protocol's shape
    """Do nothing: for callers that show no progress."""

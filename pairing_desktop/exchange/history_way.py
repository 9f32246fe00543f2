"""The way back from a packet: the packets at hand on which its history goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from pairing_desktop.exchange.history_answer import Earlier

SUBMISSION, MERGE = "submission", "merge"


class Way(Struct, frozen=True):
    """The packets at hand on which a history goes on, the last one first."""

    packets: tuple[Earlier, ...]
    whole: bool
    """They lead back to the beginning."""
    alone: bool
    """No other submission, sent or taken back, and no merge lies among their links."""


def way(said: Mapping[str, Any], others: Iterable[Earlier]) -> Way:
    """Return on which packets the ``history`` of a packet's data goes on, as far as they are at hand."""
    by_identity = {e.identity: e for e in others}
    found: list[Earlier] = []
    alone = True
    while True:
        links = [what for what, _ in said["entries"]]
        alone = alone and MERGE not in links and links.count(SUBMISSION) == (said["since"] is not None)
        before = by_identity.pop(said["since"]["identity"], None) if said["since"] else None
        if before is None:
            return Way(tuple(found), said["since"] is None, alone)
        found.append(before)
        said = before.data["history"]

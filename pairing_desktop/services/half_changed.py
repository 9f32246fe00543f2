"""A bulk change that is being filled in: which records it is for and what they are to become, should the power go."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from pairing_desktop.errors import Trouble
from pairing_desktop.services.half_said import HalfSaid

if TYPE_CHECKING:
    from pairing_desktop.services.workspace import Workspace

META = "half_changed"
"""A row of its own: there may be 100,000 records, and what is typed is written again every second."""


class Chosen(Struct, frozen=True):
    """The records of a form that were chosen to be changed, and the quarter that was on screen."""

    form: str
    quarter: str
    keys: tuple[str, ...]


def boxes(ws: Workspace) -> HalfSaid:
    """Return what was filled in."""
    return HalfSaid(ws, "批量修改")


def begin(ws: Workspace, chosen: Chosen) -> None:
    """Keep which records it is for; where that cannot be written nothing is lost but the way back."""
    if not ws.readonly:
        with suppress(Trouble):
            ws.store.set_meta(META, msgspec.json.encode(chosen).decode())


def waiting(ws: Workspace) -> Chosen | None:
    """Return the records of a bulk change that a power cut ended, None when none was being filled in."""
    words = ws.store.meta(META) if boxes(ws).words is not None else ""
    return msgspec.json.decode(words, type=Chosen) if words else None


def end(ws: Workspace) -> None:
    """Forget it: it was done, given up, or the file is closed in order."""
    boxes(ws).drop()
    if not ws.readonly and ws.store.meta(META):
        with suppress(Trouble):
            ws.store.set_meta(META, "")

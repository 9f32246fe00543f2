"""Links that say that the history goes on from an earlier state: who put which copy back, when, and where it stood."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.store import covered, journal

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.asking import Reader

WHAT = "restore"


class Restore(Struct, frozen=True):
    """One restore, as the file says it."""

    seq: int
    at: str
    """UTC, as the PC claimed."""
    who: str
    copy: str
    """Name of the backup or copy that was put back."""


def append(tx: Connection, *, at: str, who: str, copy: str) -> journal.Head:
    """Add the link of a restore inside a writing transaction; ``copy`` is the file's name. Return the new end."""
    return covered.append(tx, WHAT, {"at": at, "copy": copy, "who": who})


def restores(conn: Reader) -> list[Restore]:
    """Return the restores, in order; what somebody made unreadable is left out (``covered.unproved`` tells of it)."""
    found = []
    for seq, text in covered.texts(conn, WHAT):
        try:
            said = json.loads(text)
            found.append(Restore(seq, said["at"], said["who"], said["copy"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found

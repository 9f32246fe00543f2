"""Links that say that the history goes on from an earlier state: who put which copy back, when, and where it stood.

The content of such a link is kept as a fact of the file under ``restore/<seq>``; the link's digest covers it, so that
an honest restore is an entry of the chain and not a break in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import Problem, problem
from pairing_desktop.store import asking, digests, journal

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.asking import Reader

WHAT = "restore"
_PLACE = "restore/{seq}"
_KEEP = "INSERT INTO meta (name, value) VALUES (:name, :value)"
_ALL = "SELECT name, value FROM meta WHERE name LIKE 'restore/%'"


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
    before = journal.head(tx)
    said = _text({"at": at, "copy": copy, "head": before.head, "seq": before.seq, "who": who})
    asking.run(tx, _KEEP, {"name": _PLACE.format(seq=before.seq + 1), "value": said})
    return journal.append(tx, WHAT, digests.of_text(said))


def _text(said: dict[str, str | int]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def restores(conn: Reader) -> list[Restore]:
    """Return the restores, in order; what somebody made unreadable is left out (``unproved`` tells of it)."""
    found = []
    for name, value in asking.rows(conn, _ALL):
        try:
            said = json.loads(value)
            found.append(Restore(int(name.partition("/")[2]), said["at"], said["who"], said["copy"]))
        except (ValueError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda each: each.seq)


def unproved(conn: Reader, listed: dict[str, tuple[str, int]]) -> Iterator[Problem]:
    """Yield facts of restores that no link covers; those that one does are taken out of ``listed``."""
    for name, value in asking.rows(conn, _ALL):
        if listed.pop(digests.of_text(value), ("", 0))[0] != WHAT:
            yield problem("store.restore_altered", name=name)

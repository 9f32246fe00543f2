"""Links whose content the file keeps as a fact of its own: a restore, a merge of another file.

The fact stands under ``<what>/<seq>``, and the link's digest covers its text, so that what the entry says cannot be
reworded. It names the head and the length that the chain had before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Problem, problem
from pairing_desktop.store import asking, digests, journal

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.asking import Reader

_KEEP = "INSERT INTO meta (name, value) VALUES (:name, :value)"
_ALL = "SELECT name, value FROM meta WHERE name LIKE :like"


def append(tx: Connection, what: str, said: Mapping[str, Any]) -> journal.Head:
    """Add a link of this kind with its content inside a writing transaction; return the new end."""
    before = journal.head(tx)
    text = json.dumps({**said, "head": before.head, "seq": before.seq}, ensure_ascii=False, sort_keys=True,
                      separators=(",", ":"))
    asking.run(tx, _KEEP, {"name": f"{what}/{before.seq + 1}", "value": text})
    return journal.append(tx, what, digests.of_text(text))


def texts(conn: Reader, what: str) -> list[tuple[int, str]]:
    """Return the links of this kind in order, each with its number and its content as it was hashed."""
    found = [(name.partition("/")[2], value) for name, value in asking.rows(conn, _ALL, {"like": f"{what}/%"})]
    return sorted((int(seq), value) for seq, value in found if seq.isdecimal())


def unproved(conn: Reader, what: str, listed: dict[str, tuple[str, int]]) -> Iterator[Problem]:
    """Yield the contents that no link covers; those that one does are taken out of ``listed``."""
    for name, value in asking.rows(conn, _ALL, {"like": f"{what}/%"}):
        if listed.pop(digests.of_text(value), ("", 0))[0] != what:
            yield problem(f"store.{what}_altered", name=name)

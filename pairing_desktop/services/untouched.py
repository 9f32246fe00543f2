"""What is checked and sent is what the history says was typed (修改痕迹)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pairing_desktop.errors import BadContent
from pairing_desktop.services import answers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.progress import Progress
    from pairing_desktop.services import scope

SHOWN = 20
"""Problems told at once."""


def must_be_untouched(conn: Connection, within: scope.Scope, progress: Progress) -> None:
    """Raise ``BadContent`` when a quarter's records or answers were altered behind the program's back."""
    from pairing_desktop.store import records, verify

    keys = {e.key for entries in within.entries.values() for e in entries}
    keys.update(r.key for kind in (answers.EXPLANATION, answers.WAIVER) for r in records.select(conn, form=kind))
    altered = verify.present(conn, keys, progress)
    if altered:
        raise BadContent(*altered[:SHOWN])

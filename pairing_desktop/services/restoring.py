"""Going on from a backup or an older copy (从备份恢复): honestly, with an entry in the history.

Without the entry the next packet would contradict the packets that were sent after the copy was taken. An older copy
that is simply opened is found by what this PC remembers of the same data file.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import Trouble, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import internal, workspace
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.settings import Settings
    from pairing_desktop.store.restores import Restore

_LINK = "SELECT head FROM journal WHERE seq = :seq"


class Older(Struct, frozen=True):
    """A data file of which this PC has seen a later state: ``path`` is where; ``missing`` links are not in this one."""

    path: Path
    missing: int
    apart: bool
    """This one has changes of its own that the other has not: two copies were worked on."""


class Restored(Struct, frozen=True):
    """A backup put back: the new data file and how many links of history it holds, the entry of the restore last."""

    path: Path
    entries: int


def restore(backup: Path, to: Path, *, who: str, now: datetime, progress: Progress = silent) -> Restored:
    """Copy a backup to a new data file and enter the restore in its history; the backup stays as it is.

    Trouble, and no new file: ``to`` exists or its folder doesn't, the backup is none of ours, damaged or altered.
    """
    from pairing_desktop.store import backup as copying
    from pairing_desktop.store import header

    if not backup.is_file():
        raise trouble("store.missing", file=backup.name)
    if to.exists():
        raise trouble("store.exists", file=to.name)
    if not to.parent.is_dir():
        raise trouble("store.no_folder", file=to.name, folder=to.parent)
    header.check(backup)
    progress("读备份", 0, 0)
    copying.copy_file(backup, to, progress)
    try:
        copying.check(to)
        with workspace.open_workspace(to, who=who, now=now, clock=lambda: now) as ws:
            _must_be_whole(ws, progress)
            entries = enter(ws, copy=backup.name)
    except BaseException:
        with suppress(OSError):
            to.unlink()
        raise
    return Restored(to, entries)


def _must_be_whole(ws: Workspace, progress: Progress) -> None:
    """Raise ``Trouble`` for a backup that was altered: its own history tells."""
    from pairing_desktop.services import keeping

    found = keeping.verify_history(ws, progress).problems
    if found:
        raise Trouble(*found)


def enter(ws: Workspace, *, copy: str) -> int:
    """Enter in the history that work goes on from the copy of this name; return the link's number."""
    from pairing_desktop.store import restores

    ws.writable()
    with ws.store.begin() as tx:
        return restores.append(tx, at=internal.stamp(ws.clock()), who=ws.who, copy=copy).seq


def entered(ws: Workspace) -> list[Restore]:
    """Return the restores in the file's history, in order."""
    from pairing_desktop.store import restores

    with ws.store.glancing() as conn:
        return restores.restores(conn)


def remember(ws: Workspace, settings: Settings) -> None:
    """Keep on this PC how far the data file's history goes."""
    from pairing_desktop.store import journal

    if ws.readonly:
        return
    with ws.store.glancing() as conn:
        end = journal.head(conn)
    settings.set(_name(ws), {"seq": end.seq, "head": end.head, "path": str(ws.path.resolve())})


def older(ws: Workspace, settings: Settings) -> Older | None:
    """Return what this PC knows of a later state of the data file.

    None if this is the latest, an unknown one, or one that ends with the entry of its restore.
    """
    from pairing_desktop.store import asking, journal, restores

    said = settings.get(_name(ws))
    if not isinstance(said, dict) or ws.readonly:
        return None
    try:
        seq, head, path = int(said["seq"]), str(said["head"]), Path(said["path"])
    except (KeyError, TypeError, ValueError):
        return None
    with ws.store.glancing() as conn:
        held, end = asking.scalar(conn, _LINK, {"seq": seq}), journal.head(conn)
        told = [each.seq for each in restores.restores(conn)]
    if held == head or told[-1:] == [end.seq]:
        return None
    return Older(path, max(seq - end.seq, 0), held is not None)


def _name(ws: Workspace) -> str:
    return f"seen.{ws.store.meta('id')}"

"""Going on from a backup or an older copy: which one, where to, and whether to go on at all."""

from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from pairing_desktop.services import restoring, workspace
from pairing_desktop.services.restoring import Older
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, moments

DATA_FILES = "数据文件 (*.pairing)"
ENDING = ".pairing"


def chosen(parent: QWidget, now: datetime) -> tuple[Path, Path] | None:
    """Ask for a backup and for the new data file; None when the user thinks better of it."""
    backup = ask.dialogs.open_file(parent, "从备份恢复：选备份或副本", DATA_FILES)
    if backup is None:
        return None
    suggested = backup.with_name(f"{backup.stem}（恢复 {moments.local(now):%Y%m%d}）{ENDING}")
    to = ask.dialogs.save_file(parent, "恢复成哪个新文件（存在本机硬盘上）", DATA_FILES, suggested=suggested)
    if to is None:
        return None
    return backup, to if to.suffix == ENDING else to.with_name(f"{to.name}{ENDING}")


def decided(parent: QWidget, ws: Workspace, settings: Settings) -> Workspace:
    """Return the data file as it is to be worked with: an older copy with an entry in its history, or only read."""
    found = restoring.older(ws, settings)
    if found is None:
        restoring.remember(ws, settings)
        return ws
    if ask.dialogs.confirm(parent, "这是较早的副本，不是最新的数据文件", _consequence(ws, found),
                           yes="从这个副本继续", no="只看不改", danger=True):
        restoring.enter(ws, copy=ws.path.name)
        restoring.remember(ws, settings)
        return ws
    path, who, clock = ws.path, ws.who, ws.clock
    ws.close()
    return workspace.open_workspace(path, write=False, who=who, now=clock(), clock=clock)


def _consequence(ws: Workspace, found: Older) -> str:
    here = found.path == ws.path.resolve()
    where = "这台电脑上次打开它时" if here else f"这台电脑上较新的一份是 {found.path}，"
    lacks = f"后来的 {found.missing} 条修改记录不在这个文件里" if found.missing else "两份分开后各自改过"
    return (f"{where}{'，' if here else ''}{lacks}。从这个副本继续，修改痕迹里会记一笔“恢复”，"
            "省里核验下一个报送包时看得到；那些修改要重新填。若只是打开错了，请选“只看不改”，再打开最新的那份。")

"""设置 → 核对表式和审核界限: what the program's forms and limits say otherwise than a data file's, and taking them."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.signals import Signals

if TYPE_CHECKING:
    from pairing_desktop.formspec.catalogue import Catalogue

MOST = 12
"""Differences told one by one."""


def ask_and_adopt(page: QWidget, ws: Workspace, signals: Signals) -> None:
    """Read the program's forms, show what differs, and take them when the clerk says so; the data file opens anew."""
    from pairing_desktop.services import adopting

    def compared(wanted: "Catalogue") -> None:
        try:
            changes = adopting.difference(ws, wanted)
            lines = changes.lines
            if not lines:
                ask.dialogs.tell(page, "没有不同", "数据文件用的就是本程序现在的表式和审核界限。")
                return
            more = f"\n……共 {len(lines)} 处" if len(lines) > MOST else ""
            words = "\n".join(lines[:MOST]) + f"{more}\n\n换用后各季度要重新审核；已报送的不变。修改痕迹里有记载。"
            if ask.dialogs.confirm(page, "换用本程序的表式和审核界限？", words, yes="换用"):
                adopting.adopt(ws, wanted)
                signals.openAnew.emit(str(ws.path))
        except Trouble as told:
            ask.dialogs.trouble(page, told, title="没有换用")

    jobs.run(page, "核对表式", lambda _progress: adopting.shipped(), compared)

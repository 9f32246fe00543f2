"""The steps of countersigning as background work: making the 核对稿, taking a joint part in, giving a reason."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask
from pairing_desktop.ui.quarter_work import QuarterWork

if TYPE_CHECKING:
    from pairing_desktop.services.joining import Made, Taken

JOINT_KINDS = "会签件 (*.asice *.zip);;所有文件 (*)"


class JointWork(QObject):
    """``moved`` says that the joint sheets stand differently now."""

    moved = Signal()
    told = Signal(str)

    def __init__(self, page: QWidget, workspace: Workspace, work: QuarterWork) -> None:
        super().__init__(page)
        self._page, self._ws, self._work = page, workspace, work

    def make(self, quarter: str) -> None:
        """Write the joint part for the partner; asks where."""
        from pairing_desktop.services import joining

        folder = ask.dialogs.folder(self._page, "核对稿存放在", start=self._ws.path.parent)
        if folder is None:
            return

        def done(made: "Made") -> None:
            self.moved.emit()
            again = "会签以后没有改动，写出的是已会签的文件" if made.again else f"发给{self._ws.about.partner_name}核对"
            self.told.emit(f"{made.path.name}，{made.sheets} 份，{again}")

        self._work.run("生成核对稿", lambda ws, progress: joining.make(ws, quarter, folder, progress=progress), done)

    def take(self, quarter: str, path: Path | None) -> None:
        """Take a joint part in; ``None`` asks which."""
        from pairing_desktop.services import joining

        file = path or ask.dialogs.open_file(self._page, "收回会签件", JOINT_KINDS, folder=self._ws.path.parent)
        if file is None:
            return

        def done(taken: "Taken") -> None:
            self.moved.emit()
            disputes = f"，{taken.disputes} 处异议，已标在字段上" if taken.disputes else ""
            self.told.emit(f"已收回会签件：{taken.standing.word}{disputes}")

        self._work.run("核对会签件", lambda ws, progress: joining.take_in(ws, file, quarter=quarter, progress=progress),
                       done)

    def give_reason(self, quarter: str, text: str, done: Callable[[], None]) -> None:
        """Keep why the partner does not countersign."""
        from pairing_desktop.services import joint_overview

        self._work.run("保存原因", lambda ws, _progress: joint_overview.give_reason(ws, quarter, text),
                       lambda _seen: done())

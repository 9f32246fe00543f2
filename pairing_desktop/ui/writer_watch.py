"""Who writes the data file that this window only reads, and taking over once nobody does."""

from PySide6.QtCore import QObject, QTimer, Signal

from pairing_desktop.services.workspace import Workspace, forbidden
from pairing_desktop.ui.banner import Banner

READ_ONLY = {
    "_folder": "数据文件是只读的，这里只能看。它所在的文件夹写不进：要填写，请先关闭它，"
               "复制到本机可以写的文件夹（如“文档”），再打开副本。",
    "_file": "数据文件设成了只读，这里只能看。要填写，请先关闭它，在文件属性里去掉“只读”，再打开。",
    "": "这是较早的副本，按“只看不改”打开。要填写，请打开最新的那份，或重新打开这份并选“从这个副本继续”。",
}

ASK = 2000
"""Milliseconds between two looks whether the file is still written by somebody."""


class WriterWatch(QObject):
    """Tells in the banner who writes; silent over a file that this window itself writes."""

    takeOverWanted = Signal(str)  # noqa: N815  # Qt's manner
    """Open the file at this path again, to write in it: whoever held it has closed it."""

    def __init__(self, workspace: Workspace, banner: Banner) -> None:
        super().__init__(banner)
        self._workspace, self._banner = workspace, banner
        self._asking = QTimer(self)
        self._asking.setInterval(ASK)
        self._asking.timeout.connect(self._ask)
        if workspace.readonly:
            self._tell(workspace.writer)

    def stop(self) -> None:
        """Ask no more: the file is being closed."""
        self._asking.stop()

    def _ask(self) -> None:
        self._tell(self._workspace.writer_now())

    def _tell(self, writer: str | None) -> None:
        """Say who writes while this window only reads, and that it may take over once nobody does."""
        if writer:
            self._banner.say(f"{writer} 正在写这个数据文件，这里只能看。对方关闭后，这里会提示接手。")
            self._asking.start()
        elif self._workspace.writer:
            self._banner.say("对方已经关闭数据文件，现在可以由您来填。", tone="accent", act="接手填写",
                             action=self._take_over)
        else:
            self._banner.say(READ_ONLY[forbidden(self._workspace.path)])  # by nothing: the user chose to look only

    def _take_over(self) -> None:
        self.takeOverWanted.emit(str(self._workspace.path))

"""The papers made of an assessment: the form printed, the report as a Word file, the folder of evidence."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.formspec.indicators import YEARLY
from pairing_desktop.progress import Progress
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, paper_work
from pairing_desktop.ui.cards import button, row

if TYPE_CHECKING:
    from pairing_desktop.formspec.indicators import Term

T = TypeVar("T")
DOCX = "Word 文件 (*.docx)"


class AssessMakers(QWidget):
    """A button for each paper of ``year``. ``kept`` saves what was typed; False: nothing may be made of it."""

    told = Signal(str)

    def __init__(self, workspace: Workspace, kept: Callable[[], bool]) -> None:
        super().__init__()
        self._ws, self._kept = workspace, kept
        self.year = 0
        self.term: Term = YEARLY
        self.buttons = [
            button("打印预览", icon="print", action=lambda: self.preview(blank=False)),
            button("空表", tip="打印空白自评表，供手工填写", action=lambda: self.preview(blank=True)),
            button("自评报告…", icon="document", tip="写成可编辑的 Word 文件", action=self.report),
            button("导出佐证材料…", icon="folder_open", tip="按编号复制文件，附目录", action=self.export),
        ]
        line = row(*self.buttons)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)

    def preview(self, *, blank: bool) -> None:
        """Show the form as it will be printed."""
        from pairing_desktop.services import assessing_papers
        from pairing_desktop.ui.print_dialog import PrintDialog

        if not blank and not self._kept():
            return
        year, term = self.year, self.term
        self._work("排版", lambda ws, _progress: assessing_papers.form_pdf(ws, year, term, blank=blank),
                   lambda pdf: ask.dialogs.run(PrintDialog(f"{term}考核评价自评表", pdf, self)), "没有排出版面")

    def report(self) -> None:
        """Write the report as a Word file."""
        from pairing_desktop.services import assessing_report

        suggested = self._ws.path.with_name(f"{self._ws.about.county_name}{self._span()}自评报告.docx")
        to = ask.dialogs.save_file(self, "写自评报告", DOCX, suggested=suggested)
        if to is not None and self._kept():
            year, term = self.year, self.term
            self._work("写自评报告", lambda ws, _progress: assessing_report.write(ws, year, to, term), self._made,
                       "自评报告没有写成")

    def export(self) -> None:
        """Copy the materials to a folder."""
        from pairing_desktop.services import assessing_evidence

        start = ask.dialogs.folder(self, "佐证材料放在哪里（会新建一个文件夹）", start=self._ws.path.parent)
        if start is not None and self._kept():
            year, term, folder = self.year, self.term, start / f"{self._span()}佐证材料"
            self._work("导出佐证材料",
                       lambda ws, progress: assessing_evidence.export(ws, year, folder, progress, term=term).folder,
                       self._made, "佐证材料没有导出")

    def _span(self) -> str:
        from pairing_desktop.services import assessing_evidence

        return assessing_evidence.span(self._ws, self.year, self.term)

    def _made(self, path: Path) -> None:
        self.told.emit(f"已写 {path}")

    def _work(self, title: str, work: Callable[[Workspace, Progress], T], done: Callable[[T], object],
              failed: str) -> None:
        """Make a paper in the background; no second one is begun meanwhile."""
        self.setEnabled(False)
        job = paper_work.make(self, self._ws, title, work, done, failed=failed)
        job.ended.connect(self._ready)

    def _ready(self) -> None:
        self.setEnabled(True)

"""The papers made of an assessment: the form printed, the report as a Word file, the folder of evidence."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask
from pairing_desktop.ui.cards import button, row

DOCX = "Word 文件 (*.docx)"


class AssessMakers(QWidget):
    """A button for each paper of ``year``. ``kept`` saves what was typed; False: nothing may be made of it."""

    told = Signal(str)

    def __init__(self, workspace: Workspace, kept: Callable[[], bool]) -> None:
        super().__init__()
        self._ws, self._kept = workspace, kept
        self.year = 0
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
        pdf = assessing_papers.form_pdf(self._ws, self.year, blank=blank)
        ask.dialogs.run(PrintDialog("年度考核评价自评表", pdf, self))

    def report(self) -> None:
        """Write the report as a Word file."""
        from pairing_desktop.services import assessing_report

        suggested = self._ws.path.with_name(f"{self._ws.about.county_name}{self.year}年度自评报告.docx")
        to = ask.dialogs.save_file(self, "写自评报告", DOCX, suggested=suggested)
        if to is not None and self._kept():
            self._make(lambda: assessing_report.write(self._ws, self.year, to), "自评报告没有写成")

    def export(self) -> None:
        """Copy the materials to a folder."""
        from pairing_desktop.services import assessing_evidence

        start = ask.dialogs.folder(self, "佐证材料放在哪里（会新建一个文件夹）", start=self._ws.path.parent)
        if start is not None and self._kept():
            folder = start / f"{self.year}年度佐证材料"
            self._make(lambda: assessing_evidence.export(self._ws, self.year, folder).folder, "佐证材料没有导出")

    def _make(self, work: Callable[[], Path], failed: str) -> None:
        try:
            made = work()
        except Trouble as told:
            ask.dialogs.trouble(self, told, title=failed)
            return
        self.told.emit(f"已写 {made}")

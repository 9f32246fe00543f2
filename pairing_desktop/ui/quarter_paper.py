"""The quarter's report beside its findings: laid out as it would be finalised now, or as it was."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Cancelled
from pairing_desktop.ui import ask

if TYPE_CHECKING:
    from pairing_desktop.formspec.finding import Finding
    from pairing_desktop.ui.preview import Preview
    from pairing_desktop.ui.quarter_work import Paper, QuarterWork


class QuarterPaper(QObject):
    """Shows in a preview what ``QuarterWork`` drew, and where on it a finding stands."""

    shown = Signal(object)
    """A Paper that is seen now."""

    def __init__(self, preview: "Preview", work: "QuarterWork") -> None:
        super().__init__(preview)
        self._preview, self._work = preview, work
        self._quarter = ""
        self.paper: Paper | None = None
        """What is seen; None while it is laid out, or could not be."""
        work.drawn.connect(self._show)
        work.undrawn.connect(self._give_up)

    def begin(self, quarter: str) -> None:
        """Show nothing yet of a quarter."""
        self._quarter, self.paper = quarter, None
        self._preview.explain("审核后在这里看到整份报表")

    def draw(self, packet: Path | None, *, frozen: bool) -> None:
        """Draw the quarter: from its packet where it is frozen, else from the records."""
        if frozen and packet is None:
            self._preview.explain("报送包不在原来的位置，导出或回收以后在这里看")
            return
        if packet is not None:
            self._preview.explain("正在打开报送包…")  # the draft, with its watermark, is no longer what will be sent
        else:
            self._preview.wait()
        self._work.draw(self._quarter, packet)

    def point(self, finding: "Finding | None") -> None:
        """Frame what a finding is about, None for nothing; nothing while its report is laid out anew."""
        paper = self.paper if finding is not None else None
        self._preview.show_spot(paper.spot(finding) if paper is not None and finding is not None else None)

    def _give_up(self, quarter: str, error: BaseException) -> None:
        if quarter != self._quarter:
            return
        self.paper = None
        if isinstance(error, Cancelled):
            self._preview.explain("排版已取消，重新审核后再看")
            return
        if isinstance(error, Trouble):
            self._preview.explain(str(error))
            return
        self._preview.explain("没有排出报表，重新审核后再看")
        ask.dialogs.bug(self._preview, error)

    def _show(self, quarter: str, paper: "Paper") -> None:
        if quarter != self._quarter:
            return
        self.paper = paper
        if not paper.pdf:
            self._preview.explain("没有排出报表，重新审核后再看")
            return
        self._preview.show_pdf(paper.pdf)
        self.shown.emit(paper)

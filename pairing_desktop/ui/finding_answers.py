"""What a clerk answers to findings: explanations and 特殊情况报送, saved at once; and 审核清单 as a workbook."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.rules import Finding
from pairing_desktop.services import half_said
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.finding_pane import WaiverSheet
from pairing_desktop.ui.findings_list import FindingsView

if TYPE_CHECKING:
    from pairing_desktop.services.carrying import Suggested


class FindingAnswers(QObject):
    """Takes the answers of one findings view to the data file and shows them there."""

    given = Signal()
    """An answer is on disk and shown."""

    takenOver = Signal()  # noqa: N815  # Qt's manner
    """Several answers are on disk, to be shown."""

    told = Signal(str)

    def __init__(self, workspace: Workspace, view: FindingsView) -> None:
        super().__init__(view)
        self._ws, self._view = workspace, view
        view.pane.half = lambda finding: half_said.answer(workspace, finding)
        view.explained.connect(self._explain)
        view.waiverAsked.connect(self._waive)
        view.waiverTakenBack.connect(lambda finding: self._answer_waiver(finding, "", ""))

    def offered(self, findings: Sequence[Finding], quarter: str) -> "tuple[Suggested, ...]":
        """Return the queries that wait and what was said to each before."""
        from pairing_desktop.services import carrying

        return carrying.suggestions(self._ws, findings, quarter) if quarter and not self._ws.readonly else ()

    def take_over(self, quarter: str) -> None:
        """Save last quarter's words to all queries that have some, once they were looked at."""
        from pairing_desktop.services import checking
        from pairing_desktop.ui.take_over_dialog import TakeOverDialog

        sheet = TakeOverDialog(self._view, self.offered(self._view.findings, quarter))
        if not ask.dialogs.run(sheet):
            return
        try:
            checking.explain_all(self._ws, [(one.finding, one.text) for one in sheet.chosen])
        except Trouble as error:
            ask.dialogs.trouble(self._view, error)
            return
        self.told.emit(f"沿用了 {len(sheet.chosen)} 条上期的说明")
        self.takenOver.emit()

    def said_before(self, finding: Finding, quarter: str) -> str:
        """Return what was said to the same finding in the quarter before."""
        from pairing_desktop.services import carrying

        return carrying.suggestion(self._ws, finding, quarter) if quarter else ""

    def consent(self, finding: Finding) -> str:
        """Return who consented to a waived finding."""
        from pairing_desktop.services import checking

        return checking.consent(self._ws, finding)

    def _explain(self, finding: Finding, text: str) -> None:
        from pairing_desktop.services import checking

        try:
            self._show(finding, checking.explain(self._ws, finding, text))
        except Trouble as error:
            ask.dialogs.trouble(self._view, error)

    def _waive(self, finding: Finding) -> None:
        head = next((p.name for p in self._ws.people if p.role == "head"), "")
        who = half_said.consent(self._ws, finding)
        sheet = WaiverSheet(self._view, finding, head, before=self._view.suggest(finding),
                            half=half_said.answer(self._ws, finding), who=who)
        taken = ask.dialogs.run(sheet)
        sheet.reason.leave()
        sheet.named.leave()
        if taken:
            who.drop()
            self._answer_waiver(finding, sheet.reason.text(), sheet.consent.text().strip())

    def _answer_waiver(self, finding: Finding, reason: str, consent: str) -> None:
        from pairing_desktop.services import checking

        try:
            answered = checking.waive(self._ws, finding, reason=reason, consent_by=consent)
        except Trouble as error:
            ask.dialogs.trouble(self._view, error)
        else:
            self._show(finding, answered)
            self._view.table.setFocus()  # the button is gone

    def _show(self, before: Finding, after: Finding) -> None:
        self._view.replace(before, after)
        self.given.emit()

    def export(self, quarter: str) -> None:
        """Write the findings as a workbook (审核清单)."""
        from pairing_desktop.services import findings_export

        name = f"{self._ws.about.county_name}{quarter}审核清单.xlsx"
        to = ask.dialogs.save_file(self._view, "导出审核清单", "Excel 工作簿 (*.xlsx)",
                                   suggested=self._ws.path.parent / name)
        if to is None:
            return
        findings, forms = self._view.findings, self._ws.catalogue
        jobs.run(self._view, "导出审核清单",
                 lambda progress: findings_export.write(findings, lambda form: forms.form(form).short, to, progress),
                 lambda path: self.told.emit(f"审核清单已写到 {path.name}"))

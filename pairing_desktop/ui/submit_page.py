"""Check, finalise, sign, submit: the way of one quarter. Left what is to be done, right the real PDF."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.progress import Progress
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs, moments
from pairing_desktop.ui.cards import Surface, button, column, picture, row, rule, say, scrolled, words
from pairing_desktop.ui.finalise_pane import FinalisePane
from pairing_desktop.ui.finding_pane import WaiverSheet
from pairing_desktop.ui.findings_list import FindingsView
from pairing_desktop.ui.findings_table import Tally
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.preview import Preview
from pairing_desktop.ui.relay_pane import RelayPane
from pairing_desktop.ui.result_pane import ResultPane
from pairing_desktop.ui.sign_panel import SignSheet
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.stepper import Step, Stepper
from pairing_desktop.ui.submit_steps import TITLES, current_step, steps

if TYPE_CHECKING:
    from pairing_desktop.services.checking import Report
    from pairing_desktop.services.submitting import Collected, Finalised, QuarterState, Submitted

T = TypeVar("T")
LOCKED = ("final", "signing", "signed", "submitted")


class NextBar(Surface):
    """What stands between here and the next step, and the button that takes it."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__("bar")
        self.setFixedHeight(56)
        self.mark = picture("lock_closed", 16, "text2")
        self.text = words("", role="label")
        self.button = button("下一步：定稿", kind="primary", action=act)
        line = row(self.mark, self.text, None, self.button)
        line.setContentsMargins(24, 0, 16, 0)
        self.setLayout(line)

    def show_ready(self, *, ready: bool, text: str) -> None:
        """Open or lock the way."""
        self.mark.show_icon(*(("checkmark_circle", "ok") if ready else ("lock_closed", "text2")))
        say(self.text, text)
        self.button.setEnabled(ready)


class SubmitPage(QWidget):
    """The quarter's way out of the house. All work runs on a fork of the workspace; findings stay here."""

    checked = Signal(object)  # a Report, for the status bar

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ws, self._signals = workspace, signals
        self.quarter = ""
        self.state: QuarterState | None = None
        self._step = "check"
        self._stale = True
        self._busy = False
        self._build()
        self._connect()

    def _build(self) -> None:
        self.stepper = Stepper([Step(name, title) for name, title in TITLES])
        self.findings = FindingsView(self._form_title)
        self.finalise = FinalisePane(self._ws.path.parent)
        self.relay = RelayPane()
        self.result = ResultPane()
        self.views = QStackedWidget()
        self.places = {
            "check": self.views.addWidget(self.findings),
            "final": self.views.addWidget(scrolled(self.finalise, "定稿")),
            "sign": self.views.addWidget(scrolled(self.relay, "送签")),
            "submit": self.views.addWidget(scrolled(self.result, "报送")),
        }
        self.preview = Preview()
        self.next = NextBar(lambda: self.show_step("final"))
        left = Surface("surface")
        left.setLayout(column(self.views))
        right = QWidget()
        right.setLayout(column(self.preview, self.next, spacing=0))
        right.layout().setStretch(0, 1)  # type: ignore[union-attr]  # just set
        self.panes = Panes((Pane("处理", left, share=5, least=560), Pane("报表预览", right, share=4, least=420)))
        top = Surface("surface")
        top.setLayout(column(self.stepper, rule(), spacing=0))
        self.setLayout(column(top, self.panes, spacing=0))

    def _connect(self) -> None:
        view, signals = self.findings, self._signals
        self.stepper.chosen.connect(self.show_step)
        view.checkAsked.connect(self.check)
        view.exportAsked.connect(self._export)
        view.goAsked.connect(lambda f: signals.goTo.emit(f.form, f.record, f.path))
        view.explained.connect(self._explain)
        view.waiverAsked.connect(self._waive)
        view.waiverTakenBack.connect(lambda f: self._answer(f, waiver=("", "")))
        self.finalise.asked.connect(self._finalise)
        self.relay.collectAsked.connect(self._collect)
        self.relay.signAsked.connect(self._sign_here)
        self.relay.undoAsked.connect(self._undo)
        self.relay.submitAsked.connect(self._submit)
        self.result.againAsked.connect(lambda: self.show_step("final"))
        self.result.exportAsked.connect(self._export_packet)
        signals.quarterChanged.connect(self.show_quarter)
        signals.recordChanged.connect(self._outdated)
        QShortcut(QKeySequence("F5"), self, self.check)

    # what is shown

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter from what was found last; a check follows when something changed since."""
        from pairing_desktop.services import checking

        self.quarter = quarter
        self._stale = checking.last_check(self._ws, quarter).stale
        self.preview.explain("审核后在这里看到整份报表")
        found = checking.kept_findings(self._ws, quarter)
        self.refresh()
        self._show_findings(found)
        self.show_step(current_step(self.state))
        if self.isVisible():
            self._catch_up()

    def refresh(self) -> None:
        """Read the quarter's state again."""
        from pairing_desktop.services import submitting

        if not self.quarter:
            return
        self.state = submitting.state(self._ws, self.quarter)
        tally = Tally.of(self.findings.findings)
        self.stepper.show_steps(steps(self.state, tally, self._ws.about.partner_name), self._step)
        self.relay.show_state(self.state, self._ws.people)
        self.result.show_state(self.state)
        self.finalise.show_state(self.state, passes=self._passes(tally))
        self._show_next(tally)

    def show_step(self, name: str) -> None:
        """Open the page of a step; steps of later versions have none."""
        if name not in self.places:
            return
        self._step = name
        self.views.setCurrentIndex(self.places[name])
        self.next.setVisible(name == "check")
        self.refresh()
        if name == "final" and self.state is not None and self._passes(Tally.of(self.findings.findings)):
            self._rehearse()

    def _form_title(self, form: str) -> str:
        return self._ws.catalogue.form(form).short

    @property
    def _locked(self) -> bool:
        return self._ws.readonly or (self.state is not None and self.state.code in LOCKED)

    def _passes(self, tally: Tally) -> bool:
        return not tally.waiting and not self._stale and self.state is not None

    def _show_findings(self, found: "list[Finding] | tuple[Finding, ...]") -> None:
        if not found:
            if self._stale:
                self.findings.say_nothing("还没有审核", "点“重新审核”，检查本季度全部表和跨表、跨期关系。")
            else:
                self.findings.say_nothing("审核通过，没有发现问题", "可以到下一步定稿。")
        self.findings.show_findings(found, locked=self._locked)
        self.refresh()

    def _show_next(self, tally: Tally) -> None:
        if self._locked:
            self.next.show_ready(ready=False, text="已经定稿，数据已冻结")
        elif self._stale:
            self.next.show_ready(ready=False, text="数据改过，先重新审核")
        elif tally.waiting:
            self.next.show_ready(ready=False, text=f"还有 {tally.waiting} 处，全部处理完才能定稿")
        else:
            self.next.show_ready(ready=True, text="审核通过，可以定稿")

    def showEvent(self, event: QShowEvent) -> None:
        """Check when something changed while this page was not looked at."""
        super().showEvent(event)
        if not self.quarter:
            from pairing_desktop.services import submitting

            self.show_quarter(submitting.quarters(self._ws)[0].quarter)
        else:
            self._catch_up()

    def _catch_up(self) -> None:
        if self._busy or not self.quarter:
            return
        if self._stale and not self._locked:
            self.check()
        elif not self.preview.data:
            self._draw_preview()
        else:
            self.refresh()

    def _outdated(self, _form: str, _key: str) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    # work

    def _job(self, title: str, work: Callable[[Workspace, Progress], T], done: Callable[[T], None],
             failed: Callable[[BaseException], None] | None = None) -> None:
        def inside(progress: Progress) -> T:
            with self._ws.fork() as own:
                return work(own, progress)

        self._busy = True
        job = jobs.run(self, title, inside, done, failed)
        job.ended.connect(self._idle)

    def _idle(self) -> None:
        self._busy = jobs.worker().busy

    def check(self) -> None:
        """Run all rules of the quarter; the preview follows."""
        if self._locked or not self.quarter:
            return
        from pairing_desktop.services import checking

        quarter = self.quarter
        self.findings.check.setEnabled(False)
        self._job("审核", lambda ws, progress: checking.check_quarter(ws, quarter, progress), self._checked,
                  self._not_checked)

    def _checked(self, report: "Report") -> None:
        self.findings.check.setEnabled(True)
        if report.quarter != self.quarter:
            return
        self._stale = False
        self._show_findings(report.findings)
        self._signals.findingsChanged.emit()
        self._signals.told.emit(f"审核用时 {report.seconds:.1f} 秒，{moments.clock_time(self._ws.clock())}")
        self.checked.emit(report)
        self._draw_preview()

    def _not_checked(self, error: BaseException) -> None:
        self.findings.check.setEnabled(True)
        jobs.tell_failure(self, error)

    def _draw_preview(self) -> None:
        from pairing_desktop.services import submitting

        quarter = self.quarter
        self.preview.wait()

        def arrived(pdf: bytes) -> None:
            if quarter == self.quarter:
                self.preview.show_pdf(pdf)

        self._job("排版预览", lambda ws, progress: submitting.preview(ws, quarter, progress), arrived,
                  lambda _error: self.preview.explain("预览没有生成，请重新审核后再看"))

    def _rehearse(self) -> None:
        from pairing_desktop.services import submitting

        quarter = self.quarter
        self.finalise.show_size(None)
        self._job("估算大小", lambda ws, progress: submitting.rehearse(ws, quarter, progress), self.finalise.show_size)

    def _explain(self, finding: Finding, text: str) -> None:
        from pairing_desktop.errors import Trouble
        from pairing_desktop.services import checking

        try:
            self._replace(finding, checking.explain(self._ws, finding, text))
        except Trouble as error:
            ask.dialogs.trouble(self, error)

    def _waive(self, finding: Finding) -> None:
        head = next((p.name for p in self._ws.people if p.role == "head"), "")
        sheet = WaiverSheet(self, finding, head)
        if ask.dialogs.run(sheet):
            self._answer(finding, waiver=(sheet.reason.text(), sheet.consent.text().strip()))

    def _answer(self, finding: Finding, *, waiver: tuple[str, str]) -> None:
        from pairing_desktop.errors import Trouble
        from pairing_desktop.services import checking

        try:
            answered = checking.waive(self._ws, finding, reason=waiver[0], consent_by=waiver[1])
        except Trouble as error:
            ask.dialogs.trouble(self, error)
        else:
            self._replace(finding, answered)

    def _replace(self, before: Finding, after: Finding) -> None:
        self.findings.replace(before, after)
        self.refresh()
        self._signals.findingsChanged.emit()
        self._signals.saved.emit(self._ws.clock())

    def _export(self) -> None:
        from pairing_desktop.errors import Trouble
        from pairing_desktop.services import findings_export

        name = f"{self._ws.about.county_name}{self.quarter}审核清单.xlsx"
        to = ask.dialogs.save_file(self, "导出审核清单", "Excel 工作簿 (*.xlsx)", suggested=self._ws.path.parent / name)
        if to is None:
            return
        try:
            findings_export.write(self.findings.findings, self._form_title, to)
        except Trouble as error:
            ask.dialogs.trouble(self, error)
        else:
            self._signals.told.emit(f"审核清单已写到 {to.name}")

    def _finalise(self, folder: Path, reason: str) -> None:
        from pairing_desktop.services import submitting

        quarter, state = self.quarter, self.state
        if state is None or not ask.dialogs.confirm(
            self, f"定稿 {state.quarter_title}？",
            "定稿后这个季度的数据不能再改，报送包写到所选文件夹。报送之前可以撤销定稿。", yes="定稿",
        ):
            return
        self.finalise.act.setEnabled(False)

        def work(ws: Workspace, progress: Progress) -> "Finalised":
            return submitting.finalise(ws, quarter, folder, reason=reason, progress=progress)

        self._job("定稿", work, self._finalised, self._not_finalised)

    def _finalised(self, done: "Finalised") -> None:
        self._moved()
        self._signals.told.emit(f"已定稿：{done.packet.name}，{moments.size(done.size)}，用时 {done.seconds:.1f} 秒")
        self.show_step("sign")
        self.preview.explain("")
        self._draw_preview()

    def _not_finalised(self, error: BaseException) -> None:
        self.refresh()
        jobs.tell_failure(self, error)

    def _collect(self, path: Path | None) -> None:
        from pairing_desktop.services import submitting

        folder = self.state.packet.parent if self.state and self.state.packet else self._ws.path.parent
        packet = path or ask.dialogs.open_file(self, "回收签名", "报送包 (*.asice *.zip);;所有文件 (*)", folder=folder)
        if packet is not None:
            self._job("核对签名", lambda ws, progress: submitting.collect(ws, packet, progress), self._collected)

    def _collected(self, got: "Collected") -> None:
        self._moved()
        self.show_step("sign")
        missing = "、".join(p.label for p in self.relay.people if p.role in got.missing_roles)
        self._signals.told.emit(f"已回收签名，还差 {missing}" if missing else "签名齐全，可以报送")

    def _sign_here(self) -> None:
        packet = self.relay.packet
        if packet is not None and ask.dialogs.run(SignSheet(self, packet, self._ws.clock)):
            self._collect(packet)

    def _undo(self) -> None:
        from pairing_desktop.services import submitting

        why = ask.dialogs.reason(
            self, "撤销定稿？", "数据恢复可改，已经写出的报送包和上面的签名作废，改好后要重新定稿、重新签名。",
            yes="撤销定稿",
        )
        if why is not None:
            quarter = self.quarter
            self._job("撤销定稿", lambda ws, _progress: submitting.undo_finalise(ws, quarter, why), self._undone)

    def _undone(self, _state: "QuarterState") -> None:
        self._stale = True
        self._moved()
        self.show_step("check")
        self.check()

    def _submit(self) -> None:
        from pairing_desktop.services import submitting

        packet = self.relay.packet
        if packet is None:
            self._collect(None)
        elif ask.dialogs.confirm(self, "报送这个季度？", "报送后这个季度锁定，之后要改须写明原因并再次报送。",
                                 yes="报送"):
            self._job("报送", lambda ws, progress: submitting.submit(ws, packet, progress), self._submitted)

    def _submitted(self, done: "Submitted") -> None:
        self._moved()
        self.show_step("submit")
        self._signals.told.emit(f"第 {done.number} 次报送已完成")

    def _export_packet(self) -> None:
        from pairing_desktop.services import submitting

        folder = ask.dialogs.folder(self, "导出到", start=self._ws.path.parent)
        if folder is not None and self.state is not None:
            quarter, number = self.quarter, self.state.number
            self._job("导出报送包", lambda ws, _progress: submitting.export(ws, quarter, number, folder),
                      lambda files: self._signals.told.emit(f"已导出 {len(files)} 个文件"))

    def _moved(self) -> None:
        self.refresh()
        self.findings.show_findings(self.findings.findings, locked=self._locked)
        self._signals.stateChanged.emit(self.quarter)

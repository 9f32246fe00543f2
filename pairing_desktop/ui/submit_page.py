"""Check, finalise, sign, submit: the way of one quarter. Left what is to be done, right the real PDF."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.rules import Finding
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, moments, verdict_stamps
from pairing_desktop.ui.banner import Banner
from pairing_desktop.ui.cards import Surface, button, column, picture, row, rule, say, scrolled, words
from pairing_desktop.ui.finalise_pane import FinalisePane
from pairing_desktop.ui.finding_pane import WaiverSheet
from pairing_desktop.ui.findings_list import FindingsView
from pairing_desktop.ui.findings_table import Tally
from pairing_desktop.ui.joint_pane import JointPane
from pairing_desktop.ui.joint_work import JointWork
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.preview import Preview
from pairing_desktop.ui.quarter_work import Paper, QuarterWork
from pairing_desktop.ui.relay_pane import RelayPane
from pairing_desktop.ui.result_pane import ResultPane
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.stepper import Step, Stepper
from pairing_desktop.ui.submit_steps import TITLES, current_step, steps

if TYPE_CHECKING:
    from pairing_desktop.services.checking import Report
    from pairing_desktop.services.joint_overview import JointOverview
    from pairing_desktop.services.submitting import QuarterState

FROZEN = ("final", "signing", "signed")
JOINT_RULE = "joint_unsigned"
"""The finding (20a) that is settled at the step of countersigning, not at a field."""


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
    """The quarter's way out of the house. Findings and state stay here; ``QuarterWork`` does the steps."""

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ws, self._signals = workspace, signals
        self.quarter = ""
        self.state: QuarterState | None = None
        self.work = QuarterWork(self, workspace)
        self.joint_work = JointWork(self, workspace, self.work)
        self.joint: JointOverview | None = None
        self._step = "check"
        self._stale = True
        self._checking = False
        self._unread = False
        self._paper: Paper | None = None
        self._offered = ("", 0, 0)
        """For which changes reasons were offered: a clerk who clears them is not offered them again."""

        self._build()
        self._connect()

    def _build(self) -> None:
        self.stepper = Stepper([Step(name, title) for name, title in TITLES])
        self.findings = FindingsView(self._form_title)
        self.findings.suggest = self._said_before
        self.countersign = JointPane()
        self.finalise = FinalisePane(self._ws.path.parent)
        self.relay = RelayPane()
        self.result = ResultPane()
        self.views = QStackedWidget()
        self.places = {
            "check": self.views.addWidget(scrolled(self.findings, "审核")),
            "joint": self.views.addWidget(scrolled(self.countersign, "会签")),
            "final": self.views.addWidget(scrolled(self.finalise, "定稿")),
            "sign": self.views.addWidget(scrolled(self.relay, "送签")),
            "submit": self.views.addWidget(scrolled(self.result, "报送")),
        }
        self.preview = Preview()
        self.next = NextBar(lambda: self.show_step("final"))
        left = Surface("surface")
        left.setLayout(column(self.views))
        right = QWidget()
        stacked = column(self.preview, self.next, spacing=0)
        stacked.setStretch(0, 1)
        right.setLayout(stacked)
        self.panes = Panes((Pane("处理", left, share=5, least=560), Pane("报表预览", right, share=4, least=420)))
        top = Surface("surface")
        top.setLayout(column(self.stepper, rule(), spacing=0))
        self.changed = Banner()
        whole = column(top, self.changed, self.panes, spacing=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        view, signals, work = self.findings, self._signals, self.work
        self.stepper.chosen.connect(self.show_step)
        view.checkAsked.connect(self.check)
        view.exportAsked.connect(self._export_findings)
        view.goAsked.connect(self._go)
        self.countersign.makeAsked.connect(lambda: self.joint_work.make(self.quarter))
        self.countersign.takeAsked.connect(lambda path: self.joint_work.take(self.quarter, path))
        self.countersign.openAsked.connect(lambda path: signals.fileChosen.emit(str(path)))
        self.countersign.reasonGiven.connect(self._give_reason)
        self.countersign.goAsked.connect(signals.goTo.emit)
        self.joint_work.moved.connect(self._joint_moved)
        self.joint_work.told.connect(signals.told.emit)
        view.current.connect(self._show_place)
        view.explained.connect(self._explain)
        view.waiverAsked.connect(self._waive)
        view.waiverTakenBack.connect(lambda f: self._answer_waiver(f, "", ""))
        self.finalise.asked.connect(self._finalise)
        self.finalise.goAsked.connect(signals.goTo.emit)
        self.relay.collectAsked.connect(lambda path: work.collect(path, self._folder))
        self.relay.signAsked.connect(self._sign_here)
        self.relay.paperAsked.connect(self._sign_on_paper)
        self.relay.undoAsked.connect(lambda: work.undo(self.quarter))
        self.relay.submitAsked.connect(self._submit)
        self.result.againAsked.connect(self._again)
        self.result.encryptAsked.connect(self._encrypt)
        self.result.exportAsked.connect(self._export_packet)
        work.checked.connect(self._checked)
        work.checkOver.connect(self._check_over)
        work.drawn.connect(self._drawn)
        work.undrawn.connect(self._undrawn)
        work.measured.connect(self.finalise.show_size)
        work.moved.connect(self._moved)
        work.stayed.connect(self.refresh)
        work.told.connect(signals.told.emit)
        signals.quarterChanged.connect(self.show_quarter)
        signals.recordChanged.connect(self._outdated)
        signals.findingsChanged.connect(self._found_elsewhere)
        QShortcut(QKeySequence("F5"), self, self.check)

    # what is shown

    def _said_before(self, finding: Finding) -> str:
        """Return what was said to the same query in the quarter before."""
        from pairing_desktop.services import carrying

        return carrying.suggestion(self._ws, finding, self.quarter) if self.quarter else ""

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter from what was found last; a check follows when something changed since."""
        from pairing_desktop.services import checking

        self.quarter = quarter
        self._stale = checking.last_check(self._ws, quarter).stale
        self.preview.explain("审核后在这里看到整份报表")
        self.refresh()
        self._show_findings(checking.kept_findings(self._ws, quarter))
        self.show_step(current_step(self.state))
        if self.isVisible():
            self._catch_up()

    def refresh(self) -> None:
        """Read the quarter's state again."""
        from pairing_desktop.services import submitting

        if not self.quarter:
            return
        from pairing_desktop.services import joint_overview

        state = self.state = submitting.state(self._ws, self.quarter)
        joint = self.joint = joint_overview.of(self._ws, self.quarter)
        tally = Tally.of(self.findings.findings)
        self.stepper.show_steps(steps(state, tally, self._ws.about.partner_name, joint), self._step)
        self.countersign.show_overview(joint, locked=self._locked)
        self.finalise.show_joint(joint)
        self.relay.show_state(state, self._ws.people)
        verdict_stamps.tell(self.relay.stamps, self._ws, state)
        self.result.show_state(state)
        self.finalise.show_state(state, passes=self._passes(tally))
        self._show_changed(state)
        self._show_next(tally)

    def _show_changed(self, state: "QuarterState") -> None:
        """Say that what was submitted is no longer what the records say; offer the reasons given while saving."""
        from pairing_desktop.services import entering, submitting

        if not state.changed:
            self.changed.say("")
            return
        words = f"第 {state.number} 次报送后有 {state.changed} 处改动，尚未报送；预览是改动后的报表。"
        self.changed.say(words, tone="query")
        if self._offered != (state.quarter, state.number, state.changed) and not self.finalise.reason.text():
            self._offered = (state.quarter, state.number, state.changed)
            sent = next((s.at for s in submitting.submissions(self._ws, state.quarter) if s.state == "submitted"), None)
            given = [p.why for _, p in reversed(entering.recent(self._ws)) if p.why and sent and p.at > sent]
            self.finalise.reason.edit.setPlainText("；".join(dict.fromkeys(given)))

    def show_step(self, name: str) -> None:
        """Open the page of a step."""
        if name not in self.places:
            return
        self._step = name
        self.setFocusProxy({"check": self.findings.table, "final": self.finalise.act}.get(name, self.relay.collect))
        self.views.setCurrentIndex(self.places[name])
        self.next.setVisible(name == "check")
        self.refresh()
        if name == "final" and self._passes(Tally.of(self.findings.findings)):
            self.finalise.show_size(None)
            self.work.measure(self.quarter)

    def _form_title(self, form: str) -> str:
        return self._ws.catalogue.form(form).short

    @property
    def _folder(self) -> Path:
        return self.state.packet.parent if self.state and self.state.packet else self._ws.path.parent

    @property
    def _frozen(self) -> bool:
        """Whether what was finalised is what the records say now."""
        state = self.state
        return state is not None and (state.code in FROZEN or (state.code == "submitted" and not state.changed))

    @property
    def _locked(self) -> bool:
        return self._ws.readonly or self.state is None or self._frozen

    def _passes(self, tally: Tally) -> bool:
        return not tally.waiting and not self._stale and not self._locked

    def _show_findings(self, found: Sequence[Finding]) -> None:
        if self._stale:
            self.findings.say_nothing("还没有审核", "点“重新审核”，检查本季度全部表和跨表、跨期关系。")
        else:
            self.findings.say_nothing("审核通过，没有发现问题", "可以到下一步定稿。")
        self.findings.show_findings(found, locked=self._locked)
        self.refresh()

    def _show_next(self, tally: Tally) -> None:
        if self._locked:
            self.next.show_ready(ready=False, text="只能看，不能改" if self._ws.readonly else "已经定稿，数据已冻结")
        elif self._stale:
            self.next.show_ready(ready=False, text="数据改过，先重新审核")
        elif tally.waiting:
            self.next.show_ready(ready=False, text=f"还有 {tally.waiting} 处，全部处理完才能定稿")
        else:
            self.next.show_ready(ready=True, text="审核通过，可以定稿")

    def showEvent(self, event: QShowEvent) -> None:
        """Check when something changed while this page was not looked at."""
        super().showEvent(event)
        if self.quarter:
            self._catch_up()
            return
        from pairing_desktop.services import submitting

        self.show_quarter(submitting.quarters(self._ws)[0].quarter)

    def _catch_up(self) -> None:
        if self._unread:
            self._found_elsewhere()
        if self._stale and not self._locked:
            self.check()
        elif not self.preview.data:
            self._draw()
        self.refresh()

    def _outdated(self, _form: str, _key: str) -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _found_elsewhere(self) -> None:
        """Show what a check that was started elsewhere has found."""
        from pairing_desktop.services import checking

        self._unread = not self.isVisible()
        if self._checking or self._unread or not self.quarter:
            return
        found = tuple(checking.kept_findings(self._ws, self.quarter))
        if set(found) != set(self.findings.findings):
            self._stale = checking.last_check(self._ws, self.quarter).stale
            self._show_findings(found)

    def _go(self, finding: Finding) -> None:
        """Lead to the field that a finding is about, or to the step."""
        if finding.rule == JOINT_RULE:
            self.show_step("joint")
        else:
            self._signals.goTo.emit(finding.form, finding.record, finding.path)

    # what is done

    def _joint_moved(self) -> None:
        """Ask rule 20a again, and show where the joint sheets stand now."""
        self._stale = True
        self.refresh()
        self.check()

    def _give_reason(self, text: str) -> None:
        def done() -> None:
            self._found_elsewhere()
            self._joint_moved()
            self._signals.saved.emit(self._ws.clock())

        self.joint_work.give_reason(self.quarter, text, done)

    def check(self) -> None:
        """Run all rules of the quarter; the preview follows."""
        if self._locked or self._checking or not self.quarter:
            return
        self._checking = True
        self.findings.check.setEnabled(False)
        self.work.check(self.quarter)

    def _check_over(self) -> None:
        self._checking = False
        self.findings.check.setEnabled(True)

    def _checked(self, report: "Report") -> None:
        if report.quarter != self.quarter:
            return
        self._stale = False
        self._show_findings(report.findings)
        self._signals.findingsChanged.emit()
        self._signals.told.emit(f"审核用时 {report.seconds:.1f} 秒，{moments.clock_time(self._ws.clock())}")
        self._draw()

    def _draw(self) -> None:
        frozen = self._frozen
        packet = self.state.packet if self.state is not None and frozen else None
        if frozen and packet is None:
            self.preview.explain("报送包不在原来的位置，导出或回收以后在这里看")
            return
        self.preview.wait()
        self.work.draw(self.quarter, packet)

    def _undrawn(self, quarter: str, error: BaseException) -> None:
        if quarter != self.quarter:
            return
        self._paper = None
        if isinstance(error, Trouble):
            self.preview.explain(str(error))
            return
        self.preview.explain("没有排出报表，重新审核后再看")
        ask.dialogs.bug(self, error)

    def _drawn(self, quarter: str, paper: Paper) -> None:
        if quarter != self.quarter:
            return
        self._paper = paper
        if not paper.pdf:
            self.preview.explain("没有排出报表，重新审核后再看")
            return
        self.preview.show_pdf(paper.pdf)
        if (finding := self.findings.pane.finding) is not None:
            self._show_place(finding)

    def _show_place(self, finding: Finding) -> None:
        if self._paper is not None and self._step == "check":
            self.preview.show_spot(self._paper.spot(finding))

    def _explain(self, finding: Finding, text: str) -> None:
        from pairing_desktop.services import checking

        try:
            self._replace(finding, checking.explain(self._ws, finding, text))
        except Trouble as error:
            ask.dialogs.trouble(self, error)

    def _waive(self, finding: Finding) -> None:
        head = next((p.name for p in self._ws.people if p.role == "head"), "")
        sheet = WaiverSheet(self, finding, head)
        if ask.dialogs.run(sheet):
            self._answer_waiver(finding, sheet.reason.text(), sheet.consent.text().strip())

    def _answer_waiver(self, finding: Finding, reason: str, consent: str) -> None:
        from pairing_desktop.services import checking

        try:
            answered = checking.waive(self._ws, finding, reason=reason, consent_by=consent)
        except Trouble as error:
            ask.dialogs.trouble(self, error)
        else:
            self._replace(finding, answered)

    def _replace(self, before: Finding, after: Finding) -> None:
        self.findings.replace(before, after)
        self.refresh()
        self._signals.findingsChanged.emit()
        self._signals.saved.emit(self._ws.clock())

    def _export_findings(self) -> None:
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
        if self.state is not None:
            self.work.finalise(self.state, folder, reason)

    def _sign_here(self) -> None:
        if self.relay.packet is not None:
            self.work.sign_here(self.relay.packet)

    def _sign_on_paper(self, role: str) -> None:
        from pairing_desktop.ui.paper_sheet import PaperSheet

        packet = self.relay.packet
        if packet is not None and ask.dialogs.run(PaperSheet(self, packet, role, self._ws.clock)):
            self.work.collect(packet, packet.parent)

    def _encrypt(self, packet: Path) -> None:
        from pairing_desktop.ui import sealed

        if (made := sealed.encrypt(self, packet, now=self._ws.clock())) is not None:
            self._signals.told.emit(f"已加密给“{made.receiver.name}”：{made.path.name}，只有它的密钥能打开")

    def _export_packet(self) -> None:
        if self.state is not None:
            self.work.export(self.quarter, self.state.number)

    def _submit(self) -> None:
        if self.relay.packet is not None:
            self.work.submit(self.relay.packet)
        else:
            self.work.collect(None, self._folder)

    def _again(self) -> None:
        if self.state is not None and not self.state.changed:
            ask.dialogs.tell(
                self, "先改数据，再报第二次",
                "到要更正的表里改，保存时写明原因；改完回到这里重新审核、定稿、签名。新的报送包会写明替代哪一次。",
            )
            return
        self.show_step("check")
        self.check()

    def _moved(self, step: str) -> None:
        self.refresh()
        self.findings.show_findings(self.findings.findings, locked=self._locked)
        self._signals.stateChanged.emit(self.quarter)
        self.show_step(step)
        if step == "check":
            self._stale = True
            self.check()
        else:
            self._draw()

"""Check, finalise, sign, submit: the way of one quarter. Left what is to be done, right the real PDF."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.services import half_said
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, moments, verdict_stamps
from pairing_desktop.ui.cards import Surface, column, rule, scrolled
from pairing_desktop.ui.changed_banner import ChangedBanner
from pairing_desktop.ui.finalise_pane import FinalisePane
from pairing_desktop.ui.finding_answers import FindingAnswers
from pairing_desktop.ui.findings_list import FindingsView
from pairing_desktop.ui.findings_table import Tally
from pairing_desktop.ui.joint_pane import JointPane
from pairing_desktop.ui.joint_work import JointWork
from pairing_desktop.ui.next_bar import NextBar
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.preview import Preview
from pairing_desktop.ui.quarter_paper import QuarterPaper
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
        self.step = "check"
        self._stale = True
        self._checking = False
        self._unread = False
        self._build()
        self._connect()

    def _build(self) -> None:
        self.stepper = Stepper([Step(name, title) for name, title in TITLES])
        self.findings = FindingsView(lambda form: self._ws.catalogue.form(form).short)
        self.answers = FindingAnswers(self._ws, self.findings)
        self.findings.consent = self.answers.consent
        self.findings.suggest = lambda finding: self.answers.said_before(finding, self.quarter)
        self.findings.offered = lambda findings: len(self.answers.offered(findings, self.quarter))
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
        self.paper = QuarterPaper(self.preview, self.work)
        self.next = NextBar(self._go_on)
        left = Surface("surface")
        left.setLayout(column(self.views))
        right = QWidget()
        stacked = column(self.preview, self.next, spacing=0)
        stacked.setStretch(0, 1)
        right.setLayout(stacked)
        self.panes = Panes((Pane("处理", left, share=5, least=560), Pane("报表预览", right, share=4, least=420)))
        top = Surface("surface")
        top.setLayout(column(self.stepper, rule(), spacing=0))
        self.changed = ChangedBanner(self._ws, self.finalise.reason.edit)
        whole = column(top, self.changed, self.panes, spacing=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        view, signals, work = self.findings, self._signals, self.work
        self.stepper.chosen.connect(self.show_step)
        view.checkAsked.connect(self.check)
        view.exportAsked.connect(lambda: self.answers.export(self.quarter))
        view.goAsked.connect(self._go)
        self.countersign.makeAsked.connect(lambda: self.joint_work.make(self.quarter))
        self.countersign.takeAsked.connect(lambda path: self.joint_work.take(self.quarter, path))
        self.countersign.openAsked.connect(lambda path: signals.fileChosen.emit(str(path)))
        self.countersign.reasonGiven.connect(self._give_reason)
        self.countersign.goAsked.connect(signals.goTo.emit)
        self.joint_work.moved.connect(self._joint_moved)
        self.joint_work.told.connect(signals.told.emit)
        view.current.connect(self._show_place)
        self.answers.given.connect(self._answered)
        self.answers.told.connect(signals.told.emit)
        self.answers.takenOver.connect(self._taken_over)
        view.takeOverAsked.connect(lambda: self.answers.take_over(self.quarter))
        self.finalise.asked.connect(self._finalise)
        self.finalise.goAsked.connect(signals.goTo.emit)
        self.relay.collectAsked.connect(lambda path: work.collect(path, self._folder))
        self.relay.signAsked.connect(self._sign_here)
        self.relay.paperAsked.connect(self.sign_on_paper)
        self.relay.undoAsked.connect(lambda: work.undo(self.quarter))
        self.relay.submitAsked.connect(self._submit)
        self.result.againAsked.connect(self._again)
        self.result.encryptAsked.connect(self._encrypt)
        self.result.exportAsked.connect(self._export_packet)
        work.checked.connect(self._checked)
        work.checkOver.connect(self._check_over)
        self.paper.shown.connect(self._paper_shown)
        work.measured.connect(self.finalise.show_size)
        work.unmeasured.connect(self.finalise.show_unmeasured)
        work.moved.connect(self._moved)
        work.stayed.connect(self.refresh)
        work.told.connect(signals.told.emit)
        signals.quarterChanged.connect(self.show_quarter)
        signals.recordChanged.connect(self._outdated)
        signals.findingsChanged.connect(self._found_elsewhere)
        QShortcut(QKeySequence("F5"), self, self.check)

    # what is shown

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter from what was found last; a check follows when something changed since."""
        from pairing_desktop.services import checking

        self.quarter = quarter
        self._stale = checking.last_check(self._ws, quarter).stale
        self.paper.begin(quarter)
        self._read()
        self._list_findings(checking.kept_findings(self._ws, quarter))
        self.show_step(current_step(self.state))
        if self.isVisible():
            self._catch_up()

    def _read(self) -> "tuple[QuarterState, JointOverview]":
        from pairing_desktop.services import joint_overview, submitting

        state = self.state = submitting.state(self._ws, self.quarter)
        joint = self.joint = joint_overview.of(self._ws, self.quarter)
        return state, joint

    def refresh(self) -> None:
        """Read the quarter's state again."""
        if not self.quarter:
            return
        state, joint = self._read()
        tally = Tally.of(self.findings.findings)
        self.stepper.show_steps(steps(state, tally, self._ws.about.partner_name, joint), self.step)
        self.countersign.show_overview(joint, locked=self._locked,
                                       half=half_said.reason(self._ws, "对方未会签", self.quarter))
        self.finalise.show_joint(joint)
        self.relay.show_state(state, self._ws.people)
        verdict_stamps.tell(self.relay.stamps, self._ws, state)
        self.result.show_state(state)
        self.finalise.show_state(state, passes=self._passes(tally), ws=self._ws)
        self.changed.show_state(state)
        self.next.show_stand(locked=self._locked, readonly=self._ws.readonly, stale=self._stale, waiting=tally.waiting)

    def show_step(self, name: str) -> None:
        """Open the page of a step."""
        if name not in self.places:
            return
        self.step = name
        self.views.setCurrentIndex(self.places[name])
        self.next.setVisible(name == "check")
        self.refresh()
        proxies = {"check": self.findings.table, "final": self.finalise.act}
        self.setFocusProxy(proxies.get(name, self.relay.following_act))
        if (finding := self.findings.pane.finding) is not None:
            self._show_place(finding)
        if name == "final" and self._passes(Tally.of(self.findings.findings)):
            self.finalise.show_size(None)
            self.work.measure(self.quarter)

    def _go_on(self) -> None:
        self.show_step("final")
        self.setFocus()  # the button that was pressed is gone

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
        self._list_findings(found)
        self.refresh()

    def _list_findings(self, found: Sequence[Finding]) -> None:
        if self._stale:
            self.findings.say_nothing("还没有审核", "点“重新审核”，检查本季度全部表和跨表、跨期关系。")
        else:
            self.findings.say_nothing("审核通过，没有发现问题", "可以到下一步定稿。")
        self.findings.show_findings(found, locked=self._locked)

    def showEvent(self, event: QShowEvent) -> None:
        """Check when something changed while this page was not looked at."""
        super().showEvent(event)
        if self.quarter:
            self._catch_up()
            return
        from pairing_desktop.services import submitting

        self.show_quarter(submitting.quarters(self._ws)[0].quarter)

    def _catch_up(self) -> None:
        sent = self._frozen
        self.refresh()
        if sent and not self._frozen:  # a record was corrected: the way begins again, what went out is no preview of it
            self.paper.begin(self.quarter)
            self._show_findings(self.findings.findings)
            self.show_step(current_step(self.state))
        if self._unread:
            self._found_elsewhere()
        if self._stale and not self._locked:
            self.check()
        elif not self.preview.data:
            self._draw()

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

    def go_to(self, finding: Finding) -> None:
        """Show a finding that is about the quarter as a whole: its step, or its row and what answers it."""
        self.show_step("joint" if finding.rule == JOINT_RULE else "check")
        if finding.rule != JOINT_RULE:
            self.findings.choose(finding)

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
        packet = self.state.packet if self.state is not None and self._frozen else None
        self.paper.draw(packet, frozen=self._frozen)

    def _paper_shown(self, paper: Paper) -> None:
        self.relay.show_issuers(paper.issued)
        if (finding := self.findings.pane.finding) is not None:
            self._show_place(finding)

    def _show_place(self, finding: Finding) -> None:
        self.paper.point(finding if self.step == "check" else None)

    def _taken_over(self) -> None:
        self._found_elsewhere()
        self._answered()

    def _answered(self) -> None:
        self.refresh()
        self._signals.findingsChanged.emit()
        self._signals.saved.emit(self._ws.clock())

    def _finalise(self, folder: Path, reason: str) -> None:
        if self.state is None:
            return
        retyped = half_said.retyped(self._ws, self.findings.findings)
        if (job := self.work.finalise(self.state, folder, reason, retyped=retyped)) is not None:
            self.finalise.show_running(running=True)
            job.ended.connect(self._finalise_over)

    def _finalise_over(self) -> None:
        self.finalise.show_running(running=False)

    def _sign_here(self) -> None:
        if self.relay.packet is not None:
            self.work.sign_here(self.relay.packet)

    def sign_on_paper(self, role: str) -> None:
        """Let a role without a key sign in ink, and the bureau's certificate for it."""
        from pairing_desktop.ui.paper_sheet import PaperSheet

        packet, half = self.relay.packet, half_said.paper(self._ws, self.quarter, role)
        if packet is not None and ask.dialogs.fill(PaperSheet(self, packet, role, self._ws.clock, half=half), half):
            self.work.collect(packet, packet.parent)

    def _encrypt(self, packet: Path) -> None:
        from pairing_desktop.ui import sealed

        if (made := sealed.encrypt(self, packet, self._ws)) is not None:
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
        focused = self.window().focusWidget()
        here = focused is not None and self.isAncestorOf(focused)
        self.refresh()
        self.findings.show_findings(self.findings.findings, locked=self._locked)
        self._signals.stateChanged.emit(self.quarter)
        self.show_step(step)
        if here:
            self.setFocus()  # at what comes next, not at whatever stood behind the button that is gone
        if step == "check":
            self._stale = True
            self.check()
        else:
            self._draw()

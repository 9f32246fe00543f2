"""The findings of a quarter: filters, table, and the chosen one in full. What a person does is told by signals."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.ui.cards import Empty, button, column, row, rule, say
from pairing_desktop.ui.finding_pane import FindingPane
from pairing_desktop.ui.findings_table import Filters, FindingsTable, waiting

PANE = 196


class FindingsView(QWidget):
    """Filters, table and the finding in full; what to do about it is told by signals."""

    checkAsked = Signal()  # noqa: N815
    exportAsked = Signal()  # noqa: N815
    goAsked = Signal(object)  # noqa: N815
    explained = Signal(object, str)
    waiverAsked = Signal(object)  # noqa: N815
    waiverTakenBack = Signal(object)  # noqa: N815
    takeOverAsked = Signal()  # noqa: N815
    current = Signal(object)

    def __init__(self, form_title: Callable[[str], str]) -> None:
        super().__init__()
        self.findings: tuple[Finding, ...] = ()
        self.locked = False
        self.suggest: Callable[[Finding], str] = lambda _finding: ""
        """What was said to the same finding in the quarter before."""
        self.offered: Callable[[Sequence[Finding]], int] = lambda _findings: 0
        """How many of the queries that wait have such words."""
        self.consent: Callable[[Finding], str] = lambda _finding: ""
        self.filters = Filters()
        self.check = button("重新审核", icon="arrow_sync", tip="F5", action=self.checkAsked.emit)
        self.export = button("导出清单", icon="arrow_download", action=self.exportAsked.emit)
        self.table = FindingsTable(form_title)
        self.table.setMinimumHeight(28 + 2 * 42)
        self.pane = FindingPane()
        self.pane.setMinimumHeight(PANE)  # the same for errors and queries, so that nothing jumps
        self.nothing = Empty("checkmark_circle", "", "")
        self.hollow = QWidget()
        self.stack = QStackedLayout(self.hollow)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.nothing)
        head = row(self.filters, None, self.check, self.export)
        head.setContentsMargins(24, 9, 16, 9)
        area = column(self.hollow, margins=(16, 0, 8, 0))
        whole = column(head, area, rule(), self.pane, spacing=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._connect()
        self._show()

    def _connect(self) -> None:
        self.filters.changed.connect(self._show)
        self.table.picked.connect(self._pick)
        self.table.opened.connect(self.goAsked.emit)
        self.pane.go.connect(lambda: self.goAsked.emit(self.pane.finding))
        self.pane.saved.connect(lambda text: self.explained.emit(self.pane.finding, text))
        self.pane.takeOverAsked.connect(self.takeOverAsked)
        self.pane.waiverAsked.connect(lambda: self.waiverAsked.emit(self.pane.finding))
        self.pane.waiverTakenBack.connect(lambda: self.waiverTakenBack.emit(self.pane.finding))

    def show_findings(self, findings: Sequence[Finding], *, locked: bool) -> None:
        """Show a check's result."""
        order = sorted(findings, key=lambda f: (not waiting(f), f.level != "error"))
        self.findings, self.locked = tuple(order), locked
        self.check.setVisible(not locked)
        self.pane.offered = self.offered(self.findings)
        here = next((f for f in order if self.pane.finding and f.identity == self.pane.finding.identity), None)
        answered = here is not None and not waiting(here) and waiting(order[0])
        self._show(keep=order[0] if answered else None)  # what is answered stands far below, out of sight

    def choose(self, finding: Finding) -> None:
        """Make a finding the one shown in full."""
        self._show(keep=finding)

    def replace(self, before: Finding, after: Finding) -> None:
        """Show one finding anew and move on to the next that waits."""
        self.findings = tuple(after if f.identity == before.identity else f for f in self.findings)
        self.pane.offered = self.offered(self.findings)
        shown = self.filters.applied(self.findings)
        number = next((n for n, f in enumerate(self.findings) if f.identity == after.identity), 0)
        order = (*self.findings[number + 1:], *self.findings[:number])
        follow = next((f for f in order if waiting(f) and f in shown), after)
        self._show(keep=follow)

    def say_nothing(self, title: str, text: str) -> None:
        """Say what an empty list means."""
        say(self.nothing.title, title)
        say(self.nothing.text, text)

    def _show(self, keep: Finding | None = None) -> None:
        shown = self.filters.applied(self.findings)
        self.filters.count(self.findings)
        self.stack.setCurrentWidget(self.table if shown else self.nothing)
        if not shown and self.findings:
            self.say_nothing("这一类没有了", "换上面的其他筛选看看。")
        self.export.setEnabled(bool(self.findings))
        self.pane.setVisible(bool(shown))
        self.table.show_findings(shown, keep or self.pane.finding)
        if shown and self.table.current() is None:
            self.table.selectRow(0)

    def _pick(self, finding: Finding) -> None:
        self.pane.show_finding(finding, locked=self.locked)
        self.pane.suggest(self.suggest(finding) if finding.level == "query" else "")
        self.pane.show_consent(self.consent(finding) if finding.waiver else "")
        self.current.emit(finding)

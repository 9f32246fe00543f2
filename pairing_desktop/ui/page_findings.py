"""What was found in a page's records: under its form, one after another by F8, answered where one is."""

from typing import TYPE_CHECKING

from pairing_desktop.errors import Trouble
from pairing_desktop.ui import ask

if TYPE_CHECKING:
    from pairing_desktop.formspec.rules import Finding
    from pairing_desktop.ui.entry_page import EntryPage
    from pairing_desktop.ui.findings_panel import FindingsPanel

CROWDED = 420
"""Height under which form and findings are shown one at a time (200 %)."""


class PageFindings:
    """Belongs to one page."""

    def __init__(self, page: "EntryPage") -> None:
        self._page = page
        self._panel: FindingsPanel | None = None

    @property
    def panel(self) -> "FindingsPanel":
        """Return the findings under the form; made when first wanted."""
        if self._panel is None:
            from pairing_desktop.ui.findings_panel import FindingsPanel

            self._panel = FindingsPanel(self._page)
            self._panel.goTo.connect(self.go_to)
            self._panel.scopeChanged.connect(self.show)
            self._panel.closed.connect(self.toggle)
            self._page.add_below(self._panel)
        return self._panel

    def explain(self, finding: "Finding") -> None:
        """Ask for a query's explanation and keep it."""
        from pairing_desktop.services import carrying

        before = carrying.suggestion(self._page.workspace, finding, self._page.quarter)
        hint = f"\n上期的说明（只供参考，不会自动填入）：{before}" if before else ""
        said = f"{finding.place}：{finding.message}。说明随报送包上报，省厅可见。{hint}"
        text = ask.dialogs.reason(self._page, "填写说明", said,
                                  yes="保存说明", initial=finding.explanation)
        if text is None or self._page.entry is None:
            return
        try:
            self._page.entry.explain(finding, text)
        except Trouble as trouble:
            ask.dialogs.trouble(self._page, trouble, title="说明没有保存")
            return
        self._page.signals.findingsChanged.emit()

    def explain_here(self) -> None:
        """Answer the query at the focused field (Ctrl+E)."""
        path = self._page.record.current if self._page.record is not None else ""
        self._page.commit()
        self._settle()
        finding = self._page.entry.finding_at(path) if self._page.entry is not None else None
        if finding is not None and finding.level == "query":
            self.explain(finding)
        else:
            self._page.signals.told.emit("这一项没有要说明的疑问")

    def toggle(self) -> None:
        """Show or hide the findings under the form."""
        self.panel.setVisible(not self.panel.isVisible())
        self.show()
        if self.panel.isVisible():
            self.panel.table.setFocus()

    def _settle(self) -> None:
        if self._page.entry is not None:
            self._page.entry.settle()

    def of(self, scope: str) -> "tuple[Finding, ...]":
        """Return the findings of the open record, of this form, or of the quarter."""
        own = self._page.entry.findings if self._page.entry is not None else ()
        if scope == "record":
            return own
        form = self._page.form.id if scope == "form" else ""
        key = self._page.entry.opened.key if self._page.entry is not None else ""
        from pairing_desktop.services import checking

        kept = checking.kept_findings(self._page.workspace, self._page.quarter, form)
        return (*own, *(f for f in kept if f.record != key))

    def share_height(self) -> None:
        """Let findings stand under the form, in its place where there is no room for both."""
        if self._panel is None or self._page.record is None:
            return
        from pairing_desktop.ui.findings_panel import HEIGHT

        alone = self._page.height() < CROWDED and not self._panel.isHidden()
        self._panel.setMinimumHeight(0 if alone else max(110, min(HEIGHT, self._page.height() // 3)))
        self._panel.setMaximumHeight(self._page.height() if alone else self._panel.minimumHeight())
        self._page.record.setHidden(alone)

    def show(self, _scope: str = "") -> None:
        """Show the findings anew, if they are in sight."""
        self.share_height()
        if self._panel is not None and self._panel.isVisible():
            self._panel.show_findings(self.of(self._panel.scope))

    def go_to(self, finding: "Finding") -> None:
        """Open the record of a finding, in the field."""
        if self._page.record is not None and self._page.record.isHidden():
            self.toggle()  # they stood in the form's place
        if finding.form == self._page.form.id:
            self._page.open(finding.record, "", finding.path)
        else:
            self._page.signals.goTo.emit(finding.form, finding.record, finding.path)

    def next(self, step: int = 1) -> None:
        """Go to the next finding that still waits: of this record first, then of the form (F8)."""
        self._settle()
        waiting = [f for f in self.of("form") if not f.explanation and not f.waiver]
        if not waiting:
            self._page.signals.told.emit("本表没有待处理的问题")
            return
        key = self._page.entry.opened.key if self._page.entry is not None else ""
        path = self._page.record.current if self._page.record is not None else ""
        here = next((n for n, f in enumerate(waiting) if (f.record, f.path) == (key, path)), -step)
        self.go_to(waiting[(here + step) % len(waiting)])

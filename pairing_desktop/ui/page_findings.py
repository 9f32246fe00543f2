"""What was found in a page's records: under its form, one after another by F8, answered where one is."""

from typing import TYPE_CHECKING

from pairing_desktop.errors import Trouble
from pairing_desktop.ui import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pairing_desktop.formspec.rules import Finding
    from pairing_desktop.ui.entry_page import EntryPage
    from pairing_desktop.ui.findings_panel import FindingsPanel

CROWDED = 420
"""Height under which form and findings are shown one at a time (200 %)."""

Spot = tuple[str, str]
"""A record's key and a path in it."""


def _in_form(finding: "Finding") -> bool:
    """Tell whether a finding is about a record or a sheet not begun, not about the quarter as a whole (会签, 时限)."""
    return bool(finding.record) or finding.rule == "absent"


class PageFindings:
    """Belongs to one page."""

    def __init__(self, page: "EntryPage") -> None:
        self._page = page
        self._panel: FindingsPanel | None = None
        self._from_list = False
        """Whether the findings were opened from the list: it gets the focus back."""
        self._led: tuple[Spot, Spot] | None = None
        """The finding that was gone to last, and where that led: a finding need not stand at a field of its own."""

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
        from pairing_desktop.services import carrying, half_said

        before = carrying.suggestion(self._page.workspace, finding, self._page.quarter)
        hint = f"\n上期的说明（只供参考，不会自动填入）：{before}" if before else ""
        said = f"{finding.place}：{finding.message}。说明随报送包上报，省厅可见。{hint}"
        text = ask.dialogs.reason(self._page, "填写说明", said,
                                  yes="保存说明", initial=finding.explanation,
                                  half=half_said.answer(self._page.workspace, finding))
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
        found = self._page.entry.found.at(path) if self._page.entry is not None else []
        query = next((finding for finding in found if finding.level == "query"), None)
        if query is not None:
            self.explain(query)
        else:
            self._page.signals.told.emit("这一项没有要说明的疑问")

    def toggle(self) -> None:
        """Show or hide the findings under the form; where there are none so near, those of the form or the quarter."""
        inside, in_list = (self._page.focus_in(part) for part in (self.panel, self._page.list))
        self.panel.setVisible(not self.panel.isVisible())
        if not self.of(self.panel.scope):
            self.panel.show_scope(next((scope for scope in ("record", "form", "quarter") if self.of(scope)), "record"))
        self.show()
        if self.panel.isVisible():
            self._from_list = in_list
            self.panel.table.setFocus()
        elif inside:
            self._go_back()

    def _go_back(self) -> None:
        """Put the focus where it was before it went into the findings; Qt would put it into the navigation."""
        record = self._page.record
        if self._from_list or record is None or not record.current or not record.jump(record.current):
            self._page.list.table.setFocus()

    def open(self) -> None:
        """Show what a check of the quarter found, the first of it chosen; one goes on typing where one is."""
        self.panel.show_scope("quarter")
        self.panel.show()
        self.show()

    def _settle(self) -> None:
        if self._page.entry is not None:
            self._page.entry.settle()

    def of(self, scope: str) -> "tuple[Finding, ...]":
        """Return the findings of the open record, of this form, or of the quarter."""
        own = self._page.entry.found.all if self._page.entry is not None else ()
        if scope == "record":
            return own
        form = self._page.form.id if scope == "form" else ""
        key = self._page.entry.opened.key if self._page.entry is not None else None
        from pairing_desktop.services import checking

        kept = checking.kept_findings(self._page.workspace, self._page.quarter, form)
        place = next((n for n, f in enumerate(kept) if f.record == key), self._after_absent(kept))
        others = [f for f in kept if f.record != key]  # the order stays while one goes through
        return (*others[:place], *own, *others[place:])

    def _after_absent(self, found: "Sequence[Finding]") -> int:
        """Return the place after the finding that the open sheet is not begun; 0 where there is none such."""
        open_sheet = (self._page.form.id, self._page.entry.draft.subject) if self._page.entry is not None else None
        own = (f for f in found if f.rule == "absent" and (f.form, f.path) == open_sheet)
        return next((found.index(f) + 1 for f in own), 0)

    def share_height(self) -> None:
        """Let findings stand under the form, in its place where there is no room for both."""
        if self._panel is None or self._page.record is None:
            return
        from pairing_desktop.ui.findings_panel import HEIGHT

        alone = self.crowded and not self._panel.isHidden()
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
        if not _in_form(finding):
            self._page.signals.quarterFinding.emit(finding)
        elif finding.form == self._page.form.id:
            self.lead(finding.record, finding.path)
            if not finding.record:
                self._page.signals.told.emit(f"{finding.message}，{finding.remedy}")
        else:
            self._page.signals.goTo.emit(finding.form, finding.record, finding.path)

    def lead(self, key: str, path: str) -> None:
        """Open a record at a field; a sheet not begun, whose subject is the path then, at its first."""
        if self._page.open(key, "", path) and not key and self._page.record is not None:
            self._page.record.start()
        self._led = (key, path), self._spot()
        if (panel := self.opened_panel()) is not None:
            self.show()
            panel.mark(key, path)

    def _spot(self) -> Spot:
        page = self._page
        return (page.entry.opened.key if page.entry is not None else "",
                page.record.current if page.record is not None else "")

    def follow(self, before: "PageFindings") -> None:
        """Take over the findings that stood under another form, so that one goes through them without reopening.

        Not where they stand in the form's place: who asks for a form there wants to see it.
        """
        old = before.opened_panel()
        if before is self or old is None:
            return
        crowded = before.crowded
        old.hide()
        before.share_height()
        if not crowded:
            self.panel.show_scope(old.scope)
            self.panel.show()
            self.show()

    @property
    def crowded(self) -> bool:
        """Tell whether there is no room for form and findings together."""
        return self._page.height() < CROWDED

    def opened_panel(self) -> "FindingsPanel | None":
        """Return the findings under the form if they are shown there."""
        return self._panel if self._panel is not None and not self._panel.isHidden() else None

    def _waiting(self, scope: str) -> "list[Finding]":
        return [f for f in self.of(scope) if not f.explanation and not f.waiver]

    def _stops(self, scope: str) -> "list[Finding]":
        """Return what waits in forms; several findings at one field are one stop."""
        stops: dict[tuple[str, str, str], Finding] = {}
        for finding in filter(_in_form, self._waiting(scope)):
            stops.setdefault((finding.form, finding.record, finding.path), finding)
        return list(stops.values())

    def _place_in(self, waiting: "list[Finding]") -> int | None:
        """Return which finding one stands at: the one gone to last while one is still where that led."""
        spot = self._spot()
        at = self._led[0] if self._led is not None and self._led[1] == spot else spot
        here = next((n for n, f in enumerate(waiting) if (f.record, f.path) == at), None)
        absent = self._after_absent(waiting) - 1
        only = absent >= 0 and all(f.record != spot[0] for f in waiting)
        return absent if here is None and only and spot[1] else here

    def next(self, step: int = 1) -> None:
        """Go to the next finding that still waits: of this record first, then of the form, then of the others (F8).

        After a form's last one the next form follows; only where nothing waits elsewhere it begins again. What is not
        about a form at all comes last.
        """
        self._settle()
        waiting = self._stops("form")
        here = self._place_in(waiting)
        absent = self._after_absent(waiting) - 1
        own = [n for n, f in enumerate(waiting) if f.record == self._spot()[0] or n == absent]
        if here is None and own:
            self.go_to(waiting[own[0 if step > 0 else -1]])
        elif here is not None and 0 <= here + step < len(waiting):
            self.go_to(waiting[here + step])
        elif (here is None and waiting) or not self._next_form(step):
            self._begin_again(waiting, step)

    def _begin_again(self, waiting: "list[Finding]", step: int) -> None:
        others = waiting or [f for f in self._waiting("quarter") if not _in_form(f)]
        if others:
            self.go_to(others[0 if step > 0 else -1])
        else:
            self._page.signals.told.emit("本季没有待处理的问题")

    def _next_form(self, step: int) -> bool:
        """Go on in the next form where something waits, and say so; False where there is none."""
        page = self._page
        forms = [form.id for form in page.workspace.catalogue.forms]
        here = forms.index(page.form.id)
        order = (*forms[here + 1:], *forms[:here]) if step > 0 else (*forms[:here][::-1], *forms[here + 1:][::-1])
        by_form: dict[str, list[Finding]] = {}
        for finding in self._stops("quarter"):
            by_form.setdefault(finding.form, []).append(finding)
        there = next((name for name in order if name in by_form), "")
        if not there:
            return False
        self.go_to(by_form[there][0 if step > 0 else -1])
        name = page.workspace.catalogue.form(there).short
        gone = "没有待处理的问题了" if not self._stops("form") else "的问题看完了一遍"
        page.signals.told.emit(f"{page.form.short}{gone}，转到{name}")
        return True

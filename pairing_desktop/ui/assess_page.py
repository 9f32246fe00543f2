"""The yearly assessment (考核评价): indicators with their figures and scores, one of them beside, papers made of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.finding import Finding
from pairing_desktop.formspec.indicators import TERMS, YEARLY
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, indicator_set
from pairing_desktop.ui.assess_findings import AssessFindings
from pairing_desktop.ui.assess_foot import AssessFoot
from pairing_desktop.ui.assess_pane import WIDTH as PANE
from pairing_desktop.ui.assess_pane import AssessPane
from pairing_desktop.ui.assess_table import COLUMNS, IndicatorTable, cells
from pairing_desktop.ui.assess_totals import AssessTotals
from pairing_desktop.ui.assess_undo import AssessEntry
from pairing_desktop.ui.cards import Empty, Surface, button, column, row, rule, say, words
from pairing_desktop.ui.rows import Row
from pairing_desktop.ui.section_tabs import SectionTab
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.undoing import Undoing

if TYPE_CHECKING:
    from pairing_desktop.formspec.indicators import Term
    from pairing_desktop.services.assessing import Assessment
    from pairing_desktop.services.assessing_drawing import Behind, Drawing
    from pairing_desktop.services.entering import OpenRecord

NARROW, LESS = 1000, (2, 3, 6)
"""Under this width the columns of weight, target and what is lacking give way: the indicator beside says them."""
PANE_LEAST = 250
LOW = 420  # a height under which only what is worked on has room
REDRAW = "重新取数"


class AssessPage(QWidget):
    """A year's form of one term, opened when shown; a field is safe on disk when it is left, saved with the page."""

    statusChanged = Signal()  # noqa: N815  # Qt's manner
    """What can be undone changed."""

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ws, self._signals = workspace, signals
        self.year = 0
        self.term: Term = YEARLY
        self.undoing = Undoing(workspace, self)
        self.opened: OpenRecord | None = None
        self.found: Assessment | None = None
        self._drawing: Drawing | None = None
        self._touched = self._narrow = False
        self.findings = AssessFindings(workspace)
        self._build()
        signals.recordChanged.connect(self._records_changed)

    def _build(self) -> None:
        self.title = words("", role="page")
        self.hint = words("", role="hint", wrap=True)
        self.draw = button(REDRAW, icon="arrow_sync", tip="从各表记录重新取数；手工改过的完成值不动",
                           action=self.fill)
        self.keep = button("保存", kind="primary", icon="save", action=self.save)
        self.foot = AssessFoot(self._ws, kept=lambda: self._locked or self.save(), adopt=self.adopt, whole=self._whole)
        self.makers = self.foot.makers
        self.makers.told.connect(self._signals.told.emit)
        head = row(column(self.title, self.hint, spacing=2), self._terms(), self.draw, self.keep, self.foot.more)
        head.setStretch(0, 1)
        head.setContentsMargins(16, 6, 16, 6)
        self.table = IndicatorTable("考核指标", COLUMNS, row_height=28)
        self.table.picked.connect(self._picked)
        self.pane = AssessPane()
        self.table.opened.connect(lambda _line: self.pane.focus_first())
        self.pane.changed.connect(self._changed)
        self.pane.rated.connect(self._rated)
        self.pane.recordWanted.connect(self._open)
        self.pane.fileWanted.connect(self._add_file)
        self.pane.linkWanted.connect(self._add_record)
        self.pane.removeWanted.connect(self._remove)
        self.pane.explainWanted.connect(self._explain)
        self.pane.halfTyped.connect(self._half_typed)
        middle = row(self.table, self.pane, spacing=0)
        middle.setStretch(0, 1)
        self.empty = Empty("trophy", "这个数据文件里没有能取数的年度考核自评表",
                           "载入含有新自评表的任务参数包以后再用；原来的自评表照样能填。",
                           button("打开原来的自评表", action=lambda: self._signals.showPage.emit("assessment")))
        self.empty.hide()
        self.work = QWidget()
        self.totals = AssessTotals()
        self.totals.changed.connect(self._changed)
        self.totals.halfTyped.connect(self._half_typed)
        self.totals.explainWanted.connect(self._explain)
        self.work.setLayout(column(self.totals, rule(), middle, rule(), self.foot, spacing=0))
        bar = Surface("surface")
        bar.setLayout(head)
        self.setLayout(column(bar, rule(), self.empty, self.work, spacing=0))

    def _terms(self) -> "QHBoxLayout":
        """Return the two terms to choose from; each has its own sheet."""
        self.terms = dict(zip(TERMS, (SectionTab("年度考核", self), SectionTab("三年总评", self)), strict=True))
        group = QButtonGroup(self)
        for term, tab in self.terms.items():
            group.addButton(tab)
            tab.clicked.connect(lambda _on, term=term: self.show_term(term))
        self.terms[self.term].setChecked(True)
        line = row(*self.terms.values(), spacing=16)
        line.setContentsMargins(0, 0, 8, 0)
        return line

    # Showing

    def show_quarter(self, quarter: str) -> None:
        """Show the year of a quarter."""
        year = int(quarter[:4])
        if year != self.year:
            self.leave()
            self.year = self.makers.year = year
            if self.isVisible():
                self.refresh()

    def show_term(self, term: "Term") -> None:
        """Show the year's form of a term."""
        self.terms[term].setChecked(True)
        if term != self.term:
            self.leave(stay=False)
            self.term = self.makers.term = term
            if self.isVisible():
                self.refresh()

    def follow(self, undoing: Undoing, status: Callable[[], object]) -> None:
        """Take part in the undo of a window, which shows what can be undone."""
        self.undoing = undoing
        self.statusChanged.connect(status)
        self.table.picked.connect(lambda _line: status())

    def refresh(self) -> None:
        """Open the year's form and show it."""
        from pairing_desktop.services import assessing, assessing_drawing

        there = assessing.usable(self._ws)
        self.work.setVisible(there)
        self.empty.setVisible(not there)
        if not there or not self.year:
            return
        self._drawing = assessing_drawing.Drawing(self._ws, self.year, self.term)
        self.opened = assessing.open_assessment(self._ws, self.year, self.term)
        self.opened.draft.history = self.undoing.history
        self._show()

    def _show(self) -> None:
        from pairing_desktop.formspec import period as periods
        from pairing_desktop.services import assessing, assessing_evidence

        if self.opened is None or self._drawing is None:
            return
        draft = self.opened.draft
        found = self.found = assessing.look(self._ws, self.year, draft=draft, drawing=self._drawing)
        say(self.title, f"{assessing_evidence.span(self._ws, self.year, self.term)}考核自评")
        self.findings.look(draft)
        why = f"{self.opened.locked}。" if self.opened.locked else ""
        old = 0 if self._locked else len(assessing.outdated(draft, self._drawing))
        parts = (f"{why}{found.indicator_set}", f"取数截至{periods.title(found.as_of)}", self.findings.told,
                 f"{old} 项的要求或记录变了，点“重新取数”更新" if old else "")
        say(self.hint, "；".join(filter(None, parts)))
        self.title.setToolTip(self.hint.text())
        self.totals.show_sums(found, draft, locked=self._locked, finding=self.findings.of_whole)
        chosen = self.table.current()
        self.table.show_rows([Row(cells(line, self.findings.of_row(self._row(line.number))), line.number)
                              for line in found.lines], keep=chosen)
        if chosen is None and found.lines:
            self.table.selectRow(0)
        self._picked(self.table.current())
        for control in (self.keep, self.draw):
            control.setEnabled(not self._locked)
        self.statusChanged.emit()

    @property
    def _locked(self) -> bool:
        return self._ws.readonly or self.opened is None or bool(self.opened.locked)

    def _picked(self, number: object) -> None:
        if self.found is None or self.opened is None or self._drawing is None:
            return
        line = next((one for one in self.found.lines if one.number == number), None)
        draft = self.opened.draft
        if line is None:
            return
        at = self._row(line.number)
        indicator = self._drawing.set.indicator(line.number)
        rated = indicator is not None and indicator.scoring == "分等级"
        grades = tuple(one.label for one in self._drawing.set.ratings) if rated else ()
        self.pane.show_line(line, draft, at, grades=grades, locked=self._locked, found=self.findings.of_row(at))

    def _row(self, number: str) -> str:
        """Return the row of an indicator in the form's table."""
        draft = self.opened.draft if self.opened is not None else None
        rows = draft.rows("indicators") if draft is not None else ()
        return next((key for key in rows if draft and draft.value(f"indicators/{key}/number") == number), "")

    # Changing

    def _changed(self) -> None:
        """Put what was typed on disk and show it."""
        from pairing_desktop.services import entering

        if self.opened is None or self._locked:
            return
        self._touched = True
        self._signals.saved.emit(entering.autosave(self._ws, self.opened.draft))
        self._show()

    def _half_typed(self, path: str, text: str) -> None:
        if self.entry is not None:
            self.entry.keep_half(self._ws, path, text)

    def _rated(self, at: str, label: str) -> None:
        from pairing_desktop.services import assessing

        if self.opened is not None:
            assessing.rate(self._ws, self.opened.draft, at, label)
            self._changed()

    def _explain(self, finding: Finding) -> None:
        """Take the clerk's words to a query; they belong to a saved sheet."""
        if self.opened is None or self._locked or (not self.opened.revision and not self.save()):
            return
        if self.findings.explain(self, self.findings.by_path.get(finding.path, finding)):
            self._show()

    def fill(self) -> None:
        """Draw the figures anew."""
        from pairing_desktop.services import assessing, assessing_drawing

        if self.opened is None:
            return
        self._drawing = assessing_drawing.Drawing(self._ws, self.year, self.term)
        changed = assessing.fill(self._ws, self.opened.draft, self._drawing)
        self._changed()
        self._signals.told.emit(f"重新取数：{len(changed)} 项完成值有变化" if changed else "重新取数：完成值没有变化")

    def save(self) -> bool:
        """Make a revision of the form; False when it was not saved."""
        from pairing_desktop.services import entering, half_said

        opened = self.opened
        if opened is None or self._locked:
            return False
        self.pane.commit()
        why: str | None = ""
        half = half_said.reason(self._ws, "修改已报送的自评表", opened.key)
        if opened.needs_reason and opened.draft.dirty:
            why = ask.dialogs.reason(self, "修改已报送的自评表", f"{opened.needs_reason}。", yes="保存", half=half)
        if why is None:
            return False
        try:
            saved = entering.save(self._ws, opened.draft, why=why)
        except Trouble as told:
            ask.dialogs.trouble(self, told, title="没有保存")
            return False
        self._touched = False
        half.drop()
        self._signals.saved.emit(saved.at)
        self._signals.recordChanged.emit("assessment", saved.key)
        self._signals.told.emit("，".join(filter(None, ("考核自评表已保存", self.findings.told))))
        return True

    # Undo

    @property
    def entry(self) -> AssessEntry | None:
        """Return the open sheet, whose steps can be taken back."""
        return AssessEntry(self.opened, self._locked, self._changed) if self.opened is not None else None

    def open(self, key: str, _subject: str = "") -> bool:
        """Show one of the year's forms; False when it is no more."""
        from pairing_desktop.services import assessing

        if self.opened is None or self.opened.key != key:
            found = (term for term in TERMS if assessing.sheet_of(self._ws, self.year, term).key == key)
            self.show_term(next(found, self.term))
        return self.opened is not None and self.opened.key == key

    def show_changed(self, path: str) -> None:
        """Choose the indicator whose field an undo or redo changed, and go there."""
        table, _, rest = path.partition("/")
        at, _, name = rest.partition("/")
        if self.opened is not None and table == "indicators" and at in self.opened.draft.rows(table):
            self.table.choose(str(self.opened.draft.value(f"{table}/{at}/number")))
            self.pane.focus(name)

    def undo(self) -> None:
        """Undo the last change, whatever record it was in."""
        self._commit()
        self.undoing.undo()

    def redo(self) -> None:
        """Redo what was undone."""
        self._commit()
        self.undoing.redo()

    def _commit(self) -> None:
        self.pane.commit()
        self.totals.commit()

    def leave(self, *, stay: bool = True) -> bool:
        """Save what was changed; what needs a reason stays as a draft, which is safe too."""
        opened = self.opened
        if opened is not None:
            self._commit()
            if self._touched and not opened.needs_reason:
                self.save()
        self.opened, self._touched = None, False
        if stay and self.isVisible():
            self.refresh()  # only the year, the quarter or a copy was asked for: work goes on here
        return True

    def _add_file(self, number: str) -> None:
        from pairing_desktop.services import assessing_evidence

        file = ask.dialogs.open_file(self, "加佐证材料", "所有文件 (*)", folder=self._ws.path.parent)
        if file is None or self.opened is None:
            return
        try:
            assessing_evidence.add_file(self._ws, self.opened.draft, number, file)
        except Trouble as told:
            ask.dialogs.trouble(self, told, title="没有加进去")
            return
        self._changed()

    def _add_record(self, behind: "Behind") -> None:
        from pairing_desktop.services import assessing_evidence

        if self.opened is not None and self.pane.line is not None:
            assessing_evidence.add_record(self._ws, self.opened.draft, self.pane.line.number, behind)
            self._changed()

    def _remove(self, at: str) -> None:
        from pairing_desktop.services import assessing_evidence

        if self.opened is not None:
            assessing_evidence.remove(self._ws, self.opened.draft, at)
            self._changed()

    def _open(self, behind: "Behind") -> None:
        self._signals.goTo.emit(behind.form, behind.key, "")

    def _whole(self) -> None:
        if (self.save() or self._locked) and self.opened is not None:
            self._signals.goTo.emit("assessment", self.opened.key if self.opened.revision else "", "")

    def adopt(self) -> None:
        """Take another indicator set."""
        if (found := indicator_set.chosen(self, self._ws)) is not None:
            self.show_term(found.term)
            self.fill()
            self._signals.told.emit(f"已换用{found.title}，{len(found.indicators)} 项指标")

    # Coming and going

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the figures and the indicator beside them their room on a small screen too."""
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            QTimer.singleShot(0, self, self._show_columns)  # a header that is being resized keeps the old places
        self.pane.setFixedWidth(max(PANE_LEAST, self.width() * 42 // 100) if narrow else PANE)
        self.totals.grade.setVisible(not narrow)
        self._fit_height(low=self.height() < LOW)
        super().resizeEvent(event)

    def _fit_height(self, *, low: bool) -> None:
        """Leave a low screen's room (200 %) to the indicators: the hint is told by the title, the foot is a menu."""
        self.foot.show_low(low=low or self._narrow)
        self.hint.setVisible(not low)
        self.draw.setText("" if low else REDRAW)
        self.draw.setAccessibleName(REDRAW)

    def _records_changed(self, form: str, _key: str) -> None:
        if form != "assessment" and not self.isVisible():
            self.leave()

    def _show_columns(self) -> None:
        for number in LESS:
            self.table.setColumnHidden(number, self._narrow)
        self.table.share_out()

    def showEvent(self, event: QShowEvent) -> None:
        """Open the form, with the figures of now."""
        super().showEvent(event)
        if self.opened is None:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Save what was changed when another page is shown."""
        super().hideEvent(event)
        self.leave()

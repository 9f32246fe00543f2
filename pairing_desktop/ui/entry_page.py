"""List and form side by side: which record is open, when it is saved, what is asked before it changes."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.definition import Form
from pairing_desktop.services import listing
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, record_acts, spots
from pairing_desktop.ui.page_findings import PageFindings
from pairing_desktop.ui.record_keeping import RecordKeeping
from pairing_desktop.ui.record_list import RecordList
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.undoing import Undoing
from pairing_desktop.ui.why_locked import why_locked

if TYPE_CHECKING:
    from pairing_desktop.ui.entry import Entry
    from pairing_desktop.ui.record_form import RecordForm

LIST_WIDTH = 372
NOTHING_OPEN = "从左边选一条记录，或按 Ctrl+N 新建。"


class EntryPage(QWidget):
    """One form's page: which record is open, and how one comes to another."""

    statusChanged = Signal()  # noqa: N815  # Qt's manner
    """Findings, undo names or the open record changed: show the window's own words again."""

    moved = Signal()
    """Another field has the focus."""

    scrolled = Signal()
    """List or form was scrolled."""

    typed = Signal()
    """Something is being typed into a field that has not been left."""

    helpWanted = Signal()  # noqa: N815
    """F1's words were clicked."""

    printWanted = Signal(str, str)  # noqa: N815
    """Form id and record key to preview."""

    def __init__(self, workspace: Workspace, form: Form, *, quarter: str, settings: Settings, signals: Signals,
                 parent: QWidget | None = None, undoing: Undoing | None = None) -> None:
        super().__init__(parent)
        self.workspace, self.form, self.quarter = workspace, form, quarter
        self.signals, self._settings = signals, settings
        self.entry: Entry | None = None
        self.record: RecordForm | None = None
        self.keeping = RecordKeeping(self)
        self._away = False
        """Whether the open record was put away for work on many."""
        self.list = RecordList(workspace, form, quarter, settings, self)
        self.list.opened.connect(self.open)
        spots.follow_bar(self.list.table, self.scrolled.emit)
        self.list.entered.connect(self._type_here)
        self.list.newWanted.connect(self.new)
        self.list.tasks.leave, self.list.tasks.put_away = self.leave, self.put_away
        self.undoing = undoing or self._own_undoing()
        self.undoing.ended.connect(self.come_again)
        self.list.tasks.undoing = self.undoing
        self.list.tasks.changed.connect(self._many_changed)
        self.list.tasks.merged.connect(self._merged)
        self.list.tasks.ended.connect(self.come_again)
        self.list.tasks.told.connect(signals.told)
        self.found = PageFindings(self)
        self._right = QWidget(self)
        self._place = QVBoxLayout(self._right)
        self._place.setContentsMargins(0, 0, 0, 0)
        self._place.setSpacing(0)
        self._place.addWidget(self._empty(), 1)
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.list)
        self.split.addWidget(self._right)
        self.split.setStretchFactor(1, 1)
        self.list.setMinimumWidth(180)
        self._right.setMinimumWidth(400)  # the form's own wish would push the list aside
        self.split.setSizes([int(settings.get("list.width", LIST_WIDTH)), 2000])
        self.split.splitterMoved.connect(lambda at, _n: settings.set("list.width", at))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.split)
        self.statusChanged.connect(self._mark_open)

    def _own_undoing(self) -> Undoing:
        """Return an undo of the page's own, where no window has one for all pages."""
        made = Undoing(self.workspace, self)
        made.page_of = lambda _place, _path: self
        made.put_away = self.put_away
        made.told.connect(self.signals.told)
        made.manyChanged.connect(self.show_again)
        return made

    def focus_in(self, part: QWidget | None) -> bool:
        """Tell whether the window's focus is in a part of the page."""
        focus = self.window().focusWidget()
        return part is not None and focus is not None and (part is focus or part.isAncestorOf(focus))

    def add_below(self, widget: QWidget) -> None:
        """Put a widget under the form."""
        self._place.addWidget(widget)

    def _empty(self) -> QLabel:
        self._blank = QLabel(NOTHING_OPEN, self)
        self._blank.setProperty("role", "label")
        self._blank.setAlignment(Qt.AlignmentFlag.AlignCenter)
        return self._blank

    # Opening and leaving

    def show_first(self) -> None:
        """Open the first record, if none is open."""
        if self.entry is None:
            line = self.list.model.line(0)
            if line is not None:
                self.open(line.key, line.subject)

    def open(self, key: str, subject: str = "", path: str = "") -> bool:
        """Leave the open record and show another; False when the clerk stayed."""
        if self.entry is not None and key and self.entry.opened.key == key and self.record is not None:
            self._lead(path)
            return True
        if not self.leave():
            return False
        from pairing_desktop.services import entering

        if not key and not subject and self.form.subject:
            subject, path = path, ""  # a sheet that nobody has begun: its finding names the subject
        try:
            opened = entering.open_record(self.workspace, form=self.form.id, key=key or None, quarter=self.quarter,
                                          subject=subject)
        except Trouble as trouble:
            ask.dialogs.trouble(self, trouble, title="没有打开")
            return False
        if self.entry is not None and self.record is not None and self.record.fits(opened):
            self.entry.show(opened, self.quarter)
            self.keeping.tell_state()
            self.found.show()
            self.statusChanged.emit()
        else:
            from pairing_desktop.ui.entry import Entry

            self._show(Entry(self.workspace, opened, self.quarter, self, history=self.undoing.history))
        self.list.show_current(key, opened.draft.subject)
        self._lead(path)
        return True

    def _lead(self, path: str) -> None:
        """Go to the field that something was found at."""
        if path and self.record is not None and self.entry is not None:
            self.entry.tell_blanks()
            self.record.jump(path)

    def new(self, subject: str = "") -> None:
        """Begin a new record and go to its first field; a sheet of the quarter only where one is missing."""
        if self.form.subject and not subject:
            subject = self.list.first_missing()
            if not subject:
                name = self.workspace.catalogue.form(self.form.subject).short
                self.signals.told.emit(f"每个{name}本季都已有一张{self.form.short}")
                return
        if self.open("", subject) and self.record is not None:
            self.record.start()

    def _show(self, entry: "Entry | None") -> None:
        if self.record is not None:
            self.record.hide()
            self._place.removeWidget(self.record)
            self.record.deleteLater()
        if self.entry is not None:
            self.entry.deleteLater()
        self.entry, self.record, self._away = entry, None, False
        self._blank.setVisible(entry is None)
        if entry is not None:
            entry.kept.connect(self.signals.saved)
            entry.troubled.connect(self.keeping.not_kept)
            entry.rescued.connect(self.keeping.tell_state)
            entry.refused.connect(self._tell_locked)
            entry.passed.connect(self._through)
            entry.counted.connect(self._counted)
            entry.unchanged.connect(self.statusChanged)
            from pairing_desktop.ui.record_form import RecordForm

            self.record = RecordForm(entry, self._right)
            self.record.entered.connect(self.moved)
            spots.follow_bar(self.record.area, self.scrolled.emit)
            self.record.typed.connect(self.typed)
            self.record.stepWanted.connect(self.step)
            self.record.printWanted.connect(self.print)
            self.record.carryWanted.connect(self._carry_forward)
            self.record.explainWanted.connect(self.found.explain)
            self.record.helpWanted.connect(self.helpWanted)
            self._place.insertWidget(0, self.record, 1)
            self.record.show()  # the layout would show it later, and Enter find no next field in what is not shown
            self.keeping.tell_state()
        self.found.show()
        self.statusChanged.emit()

    def _through(self) -> None:
        record_acts.through(self)

    def _tell_locked(self, path: str) -> None:
        if self.entry is not None:
            self.signals.told.emit(why_locked(self.entry, path))

    def leave(self) -> bool:
        """Save the open record before another is shown; False when it has to stay open."""
        return self.keeping.leave()

    def save(self) -> bool:
        """Make a revision of what is typed; False when it could not be saved."""
        return self.keeping.save()

    def delete(self) -> None:
        """Delete the open record, or what is chosen in the list one is in; it can be brought back."""
        if len(chosen := self.list.chosen_keys()) > 1 and self.focus_in(self.list.table):
            self.list.tasks.delete(chosen)
        else:
            self.keeping.delete()

    def show_gone(self, key: str, words: str) -> None:
        """Put the open record away that is no more, and say so in its place."""
        inside = self.focus_in(self.record)
        self._show(None)
        self.signals.recordChanged.emit(self.form.id, key)
        if inside:
            self.list.table.setFocus()  # Qt would put it into the navigation
        self._blank.setText(words or NOTHING_OPEN)

    def put_away(self) -> bool:
        """Put the open record away before many are changed; False when it has to stay."""
        if not self.leave():
            return False
        self._show(None)
        self._away = True
        return True

    def _many_changed(self) -> None:
        """Show what became of many records."""
        self.keeping.deleted = ""
        self.signals.recordChanged.emit(self.form.id, "")
        self._blank.setText(NOTHING_OPEN)

    def come_again(self) -> None:
        """Show the record again that was put away while many were changed, if it is still there."""
        if self._away:
            self._open_current()

    def _open_current(self) -> None:
        line = self.list.current()
        if self.entry is None and line is not None:
            self.open(line.key, line.subject)

    def _merged(self, key: str) -> None:
        """Show what became of two records, the cursor on its row."""
        self.open(key)
        self.list.table.setFocus()

    def close_record(self) -> None:
        """Put the open record away (already left)."""
        self._show(None)

    # Acting on the record

    def _carry_forward(self) -> None:
        record_acts.carry_forward(self)

    def step(self, rows: int) -> None:
        """Open the next or previous record of the list."""
        self.list.step(rows)

    def print(self) -> None:
        """Preview the open record."""
        if self.leave():
            self.printWanted.emit(self.form.id, self.entry.opened.key if self.entry else "")

    def show_again(self, form: str, key: str) -> None:
        """Show what an undo did to many records, or to one."""
        self.keeping.deleted = ""
        self.signals.recordChanged.emit(form, "")
        self._blank.setText(NOTHING_OPEN)
        if key and form == self.form.id and self.list.model.row_of(key) >= 0:
            self.open(key)
        self._open_current()
        self.statusChanged.emit()

    def show_changed(self, path: str) -> None:
        """Go to the field that an undo or redo changed."""
        if self.record is not None and path and path != self.record.current:
            self.record.jump(path)

    def undo(self) -> None:
        """Undo the last change, whatever record it was in."""
        self.commit()
        self.undoing.undo()
        self.statusChanged.emit()

    def redo(self) -> None:
        """Redo what was undone."""
        self.commit()
        self.undoing.redo()
        self.statusChanged.emit()

    def commit(self) -> None:
        """Give what is being typed to the draft."""
        if self.record is not None:
            self.record.commit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height anew between form and findings."""
        super().resizeEvent(event)
        self.found.share_height()

    def _counted(self) -> None:
        if self.entry is not None and self.entry.is_new:
            self.list.show_begun(self.entry.opened.key, self.entry.draft.subject, begun=self.entry.draft.dirty)
        self.found.show()
        self.statusChanged.emit()

    @property
    def typing(self) -> bool:
        """Tell whether something typed waits to be saved."""
        return self.entry is not None and self.entry.draft.dirty

    def _mark_open(self) -> None:
        if self.entry is not None and self.typing:
            self.list.mark_open(self.entry.opened.key, listing.mark_of(self.entry.found.all))
        else:
            self.list.mark_open("", "")

    def counted(self, count: listing.Count) -> listing.Count:
        """Return the form's count with the open record's findings as they are now."""
        if self.entry is None or not self.typing:
            return count
        from pairing_desktop.services import checking

        key = self.entry.opened.key
        before = [f for f in checking.kept_findings(self.workspace, self.quarter, self.form.id) if f.record == key]
        return listing.recounted(count, before, self.entry.found.all, listed=not self.entry.is_new)

    # The window's news

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter; the open record was left before."""
        self.quarter = quarter
        self._show(None)
        self.list.show_quarter(quarter)
        self.show_first()

    def refresh(self) -> None:
        """Read the list anew."""
        self.list.refresh()
        self._catch_up()
        if self.entry is not None:
            self.list.show_current(self.entry.opened.key, self.entry.draft.subject)

    def _catch_up(self) -> None:
        """Show what was written to the open record elsewhere: by a bulk change or an import that was still going on."""
        from pairing_desktop.services import resuming

        entry = self.entry
        if entry is None:
            return
        if not entry.is_new and not resuming.is_there(self.workspace, entry.opened.key):
            self._show(None)
            self.signals.told.emit(f"“{entry.title}”刚在别处删除了")
        elif entry.catch_up():
            self.signals.told.emit(f"“{entry.title}”刚在别处改过，已按新的显示，正在输入的内容还在")

    def come_back(self) -> None:
        """Show what became of list and open record while another page was shown: answers, and what a rule looks at."""
        self.refresh()
        if self.entry is not None:
            self.entry.check()

    def _type_here(self) -> None:
        if self.record is not None:
            self.record.start()

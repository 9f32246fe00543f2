"""An open data file: navigation at the left, menus and quarter above, the page, the status line."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pairing_desktop.formspec.period import title
from pairing_desktop.services import half_changed, restoring, searching
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import jobs, list_keeping
from pairing_desktop.ui.actions import Actions
from pairing_desktop.ui.banner import Banner
from pairing_desktop.ui.carry_offer import CarryOffer
from pairing_desktop.ui.commands import Commands
from pairing_desktop.ui.desk_pages import DeskPages
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.first_paint import FirstPaint
from pairing_desktop.ui.navigation import Navigation, paired
from pairing_desktop.ui.place_keeping import PlaceKeeping
from pairing_desktop.ui.quarter_counts import QuarterCounts, first_quarter, quarters
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.status_bar import StatusBar
from pairing_desktop.ui.theme import Theme
from pairing_desktop.ui.top_bar import TopBar
from pairing_desktop.ui.trail import Trail
from pairing_desktop.ui.undo_places import UndoPlaces
from pairing_desktop.ui.undoing import Undoing
from pairing_desktop.ui.unsaved import Unsaved
from pairing_desktop.ui.writer_watch import WriterWatch

if TYPE_CHECKING:
    from pairing_desktop.formspec.finding import Finding
    from pairing_desktop.ui.assess_page import AssessPage
    from pairing_desktop.ui.desk_pages import Page
    from pairing_desktop.ui.submit_page import SubmitPage

NARROW = 1000
"""Width of the window under which the navigation shows pictures only."""

WARM = 1200
"""Milliseconds after which SQLAlchemy and the pinyin dictionaries are loaded in the background."""

LIST_FIRST = 20
"""Milliseconds that the list is painted before the form beside it is built."""

FORM_LATER = 400
"""The same when a file was just opened: the first keys go to the list, and modules are still being imported."""

SETTLE = 2000
"""Milliseconds after the last write at which the log is folded into the file, so that a copy of it is whole."""

def _warm() -> None:
    """Let what the first saved field needs load (half a second) before a key asks for it, then forms and a verdict."""
    from pairing_desktop.services import ahead

    ahead.writing()


class Desk(QWidget):
    """Everything about one workspace on screen. ``leave`` before it is closed."""

    closeWanted = Signal()  # noqa: N815  # Qt's manner
    newWanted = Signal()  # noqa: N815
    openWanted = Signal(str)  # noqa: N815
    """A path, or "" to ask for one."""

    takeOverWanted = Signal(str)  # noqa: N815
    """Open the file at this path again, to write in it: whoever held it has closed it."""

    quitWanted = Signal()  # noqa: N815

    def __init__(self, workspace: Workspace, settings: Settings, theme: Theme | None = None,
                 parent: QWidget | None = None, *, later: int = 0) -> None:
        """Build it; with ``later``, counts and the quarter's state follow so many milliseconds after the first paint.

        A slow PC takes longer to paint than a timer that runs from here: they would come before the list, not after it.
        """
        super().__init__(parent)
        self.workspace, self._settings = workspace, settings
        self._later, self._due = later, bool(later)
        self._first_paint = FirstPaint(self)
        self.signals = Signals(self)
        self._trail = Trail(settings, str(workspace.path))
        self.undoing = Undoing(workspace, self)
        UndoPlaces(self)
        self.keeping = PlaceKeeping(self, settings)
        self._entered: EntryPage | None = None  # the page of records that was shown last
        self._passing = False
        self.quarter = first_quarter(workspace, str(settings.get(f"quarter.{workspace.path}", "")))
        self.page = ""
        self.pages = DeskPages(workspace, settings, self)
        about = workspace.about
        self.navigation = Navigation(about.county_name, paired(about), workspace.forms, self)
        self.commands = Commands(self, settings)
        self.top = TopBar(workspace.path.stem, sample=about.sample, find=self.commands.find,
                          quarters=partial(quarters, workspace), parent=self)
        self.status = StatusBar(workspace.who or about.bureau, self)
        self.stack = QStackedWidget(self)
        self.banner = Banner(self)
        self.watch = WriterWatch(workspace, self.banner)
        self._offer = CarryOffer(workspace, self.banner, self.commands.carry_quarter)
        self._counts = QuarterCounts(workspace, self.navigation, self.top, self.status, self._offer)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE)
        self._settle.timeout.connect(workspace.checkpoint)
        self._lay_out()
        self.actions_ = Actions(self, self.top.menus, self.commands.table(), theme)
        self.actions_["new"].setEnabled(not workspace.readonly)
        self.top.add_tool(self.actions_["undo"], "arrow_undo")
        self.top.add_tool(self.actions_["redo"], "arrow_redo")
        self._connect()
        self._first_paint.then(WARM, _warm)
        if settings.get("keys", []):
            self._first_paint.then(WARM, self.commands.keys_due)
        self.status.show_plain(*(("只读", "locked") if workspace.readonly else ("离开一项就存盘", "")))
        if later:
            self.top.quarter.show_quarter(title(self.quarter))
            self._first_paint.then(later, self._news)
        else:
            self._counts.show_state(self.quarter)
            self.refresh_counts()

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        for part, stretch in ((self.top, 0), (self.banner, 0), (self.stack, 1), (self.status, 0)):
            right.addWidget(part, stretch)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.navigation)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        signals = self.signals
        self.watch.takeOverWanted.connect(self.takeOverWanted)
        self.undoing.told.connect(self.status.tell)
        self.navigation.chosen.connect(self.show_page)
        self.navigation.pageWanted.connect(self.commands.go_in)
        self.top.quarter.chosen.connect(self.show_quarter)
        self.top.search.opened.connect(self.go_to)
        self.top.search.opened.connect(self.commands.go_in)
        self.top.search.recent = lambda: searching.named(self.workspace, [key for _, key in self._trail.recent()])
        self.status.findingsWanted.connect(self.commands.findings)
        self.status.personWanted.connect(self.commands.choose_who)
        signals.openAnew.connect(self.takeOverWanted)
        signals.showPage.connect(self.show_page)
        signals.goTo.connect(self.go_to)
        signals.quarterFinding.connect(self._show_quarter_finding)
        signals.saved.connect(self._saved)
        signals.told.connect(self.status.tell)
        signals.recordChanged.connect(self._record_changed)
        signals.findingsChanged.connect(self._findings_changed)
        signals.stateChanged.connect(self._state_changed)
        signals.quarterChanged.connect(self._quarter_wanted)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Start what waits for the first paint."""
        super().paintEvent(event)
        self._first_paint.came()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the words of the navigation away where there is little room."""
        super().resizeEvent(event)
        self.navigation.set_narrow(narrow=self.width() < NARROW)

    # Pages

    def entry_page(self) -> EntryPage | None:
        """Return the page that is shown if it is one of records."""
        page = self.stack.currentWidget()
        return page if isinstance(page, EntryPage) else None

    def assess_page(self) -> "AssessPage | None":
        """Return the page that is shown if it is the assessment's."""
        return cast("AssessPage", self.stack.currentWidget()) if self.page == "assess" else None

    def show_page(self, name: str) -> bool:
        """Show a page or a form; False when the open record could not be left."""
        if name == self.page:
            return True
        if self.page:
            self._news()  # who is that quick gets the counts at once
        before = self.entry_page()
        if before is not None and not before.leave():
            self.navigation.show_page(self.page)
            return False
        focused = self.focusWidget()
        inside = focused is not None and self.stack.isAncestorOf(focused)
        known = self.pages.known(name)
        page = self.pages.of(name)
        self._settings.set(f"page.{self.workspace.path}", name)
        if self.stack.indexOf(page) < 0:
            self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        self.page = name
        self.navigation.show_page(name)
        if isinstance(page, EntryPage):
            self._show_records(page, again=known is not None)
        if inside:
            self.commands.go_in()  # the focus would stay in the page that is gone
        if self._later:
            self._first_paint.then(self._later, self.show_status)
            self._later = 0
        else:
            self.show_status()
        return True

    def _show_records(self, page: EntryPage, *, again: bool) -> None:
        if again:
            page.come_back()
        if self._entered is not None:
            page.found.follow(self._entered.found)
        self._entered = page
        page.list.show_counts(self._counts.of(self.page))
        if self._later:
            self._first_paint.then(FORM_LATER, page.show_first)
        else:
            QTimer.singleShot(LIST_FIRST, page, page.show_first)

    def prepare(self, name: str) -> None:
        """Make a page that a job may end on: made then, it would hold the window together with what came of the job."""
        self.pages.of(name)

    def last_page(self) -> str:
        """Return the page this file was last left on, the overview at first."""
        name = self._settings.get(f"page.{self.workspace.path}", "")
        return name if self.pages.may_be(name) else "overview"

    def follow(self, page: "Page") -> None:
        """Follow a page of records or the assessment's, which was made just now."""
        if isinstance(page, EntryPage):
            page.statusChanged.connect(self.show_status)
            page.printWanted.connect(self.commands.preview)
            self.keeping.follow(page)
            page.typed.connect(self._typing)
            page.helpWanted.connect(self.commands.help)
            page.list.taskWanted.connect(self.commands.task)
            return
        if page is self.pages.known("assess"):
            cast("AssessPage", page).follow(self.undoing, self.show_status)
        page.show_quarter(self.quarter)

    def pass_to(self, name: str) -> bool:
        """Show a page on the way to one of its records: the record that it still shows is no place one went to."""
        self._passing = True
        there = self.show_page(name)
        self._passing = False
        return there

    def go_to(self, form: str, key: str, path: str = "") -> None:
        """Open a record at a field."""
        there = self.pass_to(form)
        page = self.entry_page()
        if there and page is not None:
            page.found.lead(key, path)
            self.show_status()

    def _show_quarter_finding(self, finding: "Finding") -> None:
        if self.show_page("submit"):
            cast("SubmitPage", self.stack.currentWidget()).go_to(finding)

    def travel(self, steps: int) -> None:
        """Go back to where one was, or forward again (Alt+Left, Alt+Right)."""
        place = self._trail.step(steps)
        if place is None:
            return
        page, key = place
        if not searching.named(self.workspace, [key]):
            key = ""  # deleted meanwhile: its page is left
        if key:
            self.go_to(page, key)
        else:
            self.show_page(page)
        self.show_status()

    def leave(self) -> bool:
        """Save the open record; False when the clerk wants to stay."""
        page = self.entry_page()
        if page is not None:
            return page.leave()
        assessed = self.pages.known("assess")
        return cast("AssessPage", assessed).leave() if assessed is not None else True

    def shut(self) -> None:
        """Close the data file (the record was left before); nothing on screen asks it anything any more."""
        for box in self.findChildren(Unsaved):
            box.leave()
        self._settle.stop()
        self.keeping.stop()
        self.watch.stop()
        jobs.worker().stop()
        half_changed.end(self.workspace)
        list_keeping.forget(self.workspace, self._settings)
        for page in self.pages.all():
            if isinstance(page, EntryPage):
                page.close_record()
        restoring.remember(self.workspace, self._settings)
        self.workspace.close()

    # Quarters

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter on all pages."""
        if quarter == self.quarter or not self.leave():
            return
        self.quarter = quarter
        self._settings.set(f"quarter.{self.workspace.path}", quarter)
        self._counts.show_state(self.quarter)
        for page in self.pages.all():
            page.show_quarter(quarter)
        self.refresh_counts()
        self.show_status()

    def _quarter_wanted(self, quarter: str) -> None:
        if quarter != self.quarter:
            self.show_quarter(quarter)

    # News

    def _record_changed(self, form: str, _key: str) -> None:
        page = self.pages.known(form)
        if isinstance(page, EntryPage):
            page.refresh()
        self._findings_changed()

    def _findings_changed(self) -> None:
        self.refresh_counts()
        self._counts.show_state(self.quarter)
        self.show_status()

    def _state_changed(self, _quarter: str) -> None:
        """After finalising or submitting: records are locked or free again."""
        self._counts.show_state(self.quarter)
        for page in self.pages.all():
            if isinstance(page, EntryPage) and page.leave():
                page.show_quarter(self.quarter)
        self.refresh_counts()

    def _news(self) -> None:
        """Show once what was left for after the first list."""
        due, self._due = self._due, False
        if due:
            self._counts.show_state(self.quarter)
            self.refresh_counts()

    def refresh_counts(self) -> None:
        """Show the navigation's counts and marks, and with whom we are paired."""
        self._counts.refresh(self.quarter, self.entry_page())

    def _saved(self, moment: datetime) -> None:
        self.status.show_saved(moment)
        self._offer.look_again()
        self._settle.start()

    def _typing(self) -> None:
        self.actions_["undo"].setEnabled(True)

    def show_status(self) -> None:
        """Show the page's findings below and what can be undone above; remember where one is."""
        page = self.entry_page()
        entry = page.entry if page is not None else None
        edited = entry or ((assessed := self.assess_page()) and assessed.entry)
        if not self._passing:
            self._trail.visit((self.page, entry.opened.key if entry is not None and not entry.is_new else ""))
            self.keeping.keep()
        for name, steps in (("back", -1), ("forward", 1)):
            self.actions_[name].setEnabled(self._trail.can(steps))
        undo, redo = self.undoing.names(edited.opened.key if edited else "")
        self.actions_.name_undo(undo, redo)
        self._counts.show_findings(page)

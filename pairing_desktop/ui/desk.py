"""An open data file: navigation at the left, menus and quarter above, the page, the status line."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pairing_desktop.formspec.period import is_quarter, title
from pairing_desktop.formspec.undo import Place
from pairing_desktop.services import restoring, searching
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import assess_undo, jobs
from pairing_desktop.ui.actions import Actions
from pairing_desktop.ui.banner import Banner
from pairing_desktop.ui.carry_offer import CarryOffer
from pairing_desktop.ui.commands import Commands
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.navigation import Navigation, paired
from pairing_desktop.ui.quarter_counts import QuarterCounts
from pairing_desktop.ui.resuming import Whereabouts
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.status_bar import StatusBar
from pairing_desktop.ui.theme import Theme
from pairing_desktop.ui.top_bar import TopBar
from pairing_desktop.ui.trail import Trail
from pairing_desktop.ui.undoing import Undoing
from pairing_desktop.ui.unsaved import Unsaved
from pairing_desktop.ui.writer_watch import WriterWatch

if TYPE_CHECKING:
    from pairing_desktop.formspec.finding import Finding
    from pairing_desktop.services import standing
    from pairing_desktop.ui.assess_page import AssessPage
    from pairing_desktop.ui.history_page import HistoryPage
    from pairing_desktop.ui.overview_page import OverviewPage
    from pairing_desktop.ui.settings_page import SettingsPage
    from pairing_desktop.ui.submit_page import SubmitPage
    from pairing_desktop.ui.summary_page import SummaryPage

    OtherPage = OverviewPage | SummaryPage | AssessPage | SubmitPage | HistoryPage | SettingsPage
    Page = EntryPage | OtherPage

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

OTHER_PAGES = {"overview": "OverviewPage", "summary": "SummaryPage", "assess": "AssessPage", "submit": "SubmitPage",
               "history": "HistoryPage", "settings": "SettingsPage"}


def _warm() -> None:
    """Let what the first saved field needs load (half a second) before a key asks for it, then forms and a verdict."""
    from pairing_desktop.services import ahead

    ahead.writing()


def _other_page(name: str) -> "type[OtherPage]":
    """Return a page beside those of records; it is imported when it is first wanted."""
    kind: type[OtherPage] = getattr(import_module(f"pairing_desktop.ui.{name}_page"), OTHER_PAGES[name])
    return kind


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
        self._unpainted: list[tuple[int, Callable[[], object]]] | None = []
        self.signals = Signals(self)
        self._trail = Trail(settings, str(workspace.path))
        self.undoing = Undoing(workspace, self)
        self.place = Whereabouts(settings, str(workspace.path))
        self._keeping = QTimer(self)  # as soon as the field that one came to is painted
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(0)
        self._keeping.timeout.connect(self.keep_place)
        self._entered: EntryPage | None = None  # the page of records that was shown last
        self._passing = False
        self.quarter = self._first_quarter()
        self.page = ""
        self._pages: dict[str, Page] = {}
        about = workspace.about
        self.navigation = Navigation(about.county_name, paired(about), workspace.forms, self)
        self.commands = Commands(self, settings)
        self.top = TopBar(workspace.path.stem, sample=about.sample, find=self.commands.find,
                          quarters=self._quarters, parent=self)
        self.status = StatusBar(workspace.who or about.bureau, self)
        self.stack = QStackedWidget(self)
        self.banner = Banner(self)
        self.watch = WriterWatch(workspace, self.banner)
        self._offer = CarryOffer(workspace, self.banner, self.commands.carry_quarter)
        self._counts = QuarterCounts(workspace, self.navigation, self.top, self.status)
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
        self._once_painted(WARM, _warm)
        if settings.get("keys", []):
            self._once_painted(WARM, self.commands.keys_due)
        self.status.show_plain(*(("只读", "locked") if workspace.readonly else ("离开一项就存盘", "")))
        if later:
            self.top.quarter.show_quarter(title(self.quarter))
            self._once_painted(later, self._news)
        else:
            self._show_quarter()
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
        self.undoing.page_of, self.undoing.put_away = self._page_of, self._put_away
        self.undoing.told.connect(self.status.tell)
        self.undoing.manyChanged.connect(self._undone_many)
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

    def _once_painted(self, delay: int, call: Callable[[], object]) -> None:
        """Call something so many milliseconds after this was first painted: the first keys go to what is seen."""
        if self._unpainted is None:
            QTimer.singleShot(delay, self, call)
        else:
            self._unpainted.append((delay, call))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Start, once, what waits for the first paint; after it all is painted as it comes."""
        super().paintEvent(event)
        waiting, self._unpainted = self._unpainted, None
        for delay, call in waiting or ():
            QTimer.singleShot(delay, self, call)

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
        known = self._pages.get(name)
        page = self._pages[name] = known or self._make(name)
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
            self._once_painted(self._later, self.show_status)
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
            self._once_painted(FORM_LATER, page.show_first)
        else:
            QTimer.singleShot(LIST_FIRST, page, page.show_first)

    def prepare(self, name: str) -> None:
        """Make a page that a job may end on: made then, it would hold the window together with what came of the job."""
        if name not in self._pages:
            self._pages[name] = self._make(name)

    def last_page(self) -> str:
        """Return the page this file was last left on, the overview at first."""
        name = self._settings.get(f"page.{self.workspace.path}", "")
        known = {f.id for f in self.workspace.forms} | set(OTHER_PAGES)
        return name if name in known else "overview"

    def _make(self, name: str) -> "Page":
        form = next((f for f in self.workspace.catalogue.forms if f.id == name), None)
        if form is not None:
            page = EntryPage(self.workspace, form, quarter=self.quarter, settings=self._settings, signals=self.signals,
                             parent=self, undoing=self.undoing)
            page.statusChanged.connect(self.show_status)
            page.printWanted.connect(self.commands.preview)
            page.moved.connect(self._keeping.start)
            page.typed.connect(self._typing)
            page.helpWanted.connect(self.commands.help)
            page.list.taskWanted.connect(self.commands.task)
            return page
        other = _other_page(name)(self.workspace, self.signals, self)
        if name == "assess":
            cast("AssessPage", other).follow(self.undoing, self.show_status)
        other.show_quarter(self.quarter)
        return other

    def go_to(self, form: str, key: str, path: str = "") -> None:
        """Open a record at a field."""
        self._passing = True  # the record that the page still shows is no place one went to
        there = self.show_page(form)
        self._passing = False
        page = self.entry_page()
        if there and page is not None:
            page.found.lead(key, path)
            self.show_status()

    def _show_quarter_finding(self, finding: "Finding") -> None:
        if self.show_page("submit"):
            cast("SubmitPage", self.stack.currentWidget()).go_to(finding)

    def _page_of(self, place: Place, path: str) -> "EntryPage | AssessPage | None":
        """Show the page and the quarter in which something is undone; None when the open record has to stay."""
        assessed = place.form == "assessment" and self.page != place.form and assess_undo.shows(path)
        kind = self.workspace.catalogue.form(place.form).kind
        there = self.quarter[:4] == place.period[:4] if kind == "yearly" else self.quarter == place.period
        if kind in ("quarterly", "yearly") and not there:
            self.show_quarter(place.period)
            if self.quarter != place.period:
                return None
        self._passing = True
        shown = self.show_page("assess" if assessed else place.form)
        self._passing = False
        return (self.assess_page() if assessed else self.entry_page()) if shown else None

    def _put_away(self) -> bool:
        page = self.entry_page()
        return page.put_away() if page is not None else self.leave()

    def _undone_many(self, form: str, key: str) -> None:
        """Show what an undo did to many records: on the page of their form."""
        if self.show_page(form) and (page := self.entry_page()) is not None:
            page.show_again(form, key)

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
        assessed = self._pages.get("assess")
        return cast("AssessPage", assessed).leave() if assessed is not None else True

    def shut(self) -> None:
        """Close the data file (the record was left before); nothing on screen asks it anything any more."""
        for box in self.findChildren(Unsaved):
            box.leave()
        self._settle.stop()
        self._keeping.stop()
        self.watch.stop()
        jobs.worker().stop()
        if not self.workspace.readonly:
            self.place.forget()
        for page in self._pages.values():
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
        self._show_quarter()
        for page in self._pages.values():
            page.show_quarter(quarter)
        self.refresh_counts()
        self.show_status()

    def _quarter_wanted(self, quarter: str) -> None:
        if quarter != self.quarter:
            self.show_quarter(quarter)

    def _first_quarter(self) -> str:
        """Return the quarter this file was last left at, or the latest in which anything was filled in."""
        kept = str(self._settings.get(f"quarter.{self.workspace.path}", ""))
        if is_quarter(kept) and int(kept[:4]) in self.workspace.about.years:
            return kept
        states = self._quarters()
        return next((s.quarter for s in states if s.code != "empty"), states[0].quarter)

    def _quarters(self) -> "list[standing.QuarterState]":
        from pairing_desktop.services import standing

        return standing.quarters(self.workspace)

    def _show_quarter(self) -> None:
        from pairing_desktop.services import deadlines, standing

        due = deadlines.words(self.workspace, self.quarter)
        self.top.show_state(standing.state(self.workspace, self.quarter), due)
        self._offer.show(self.quarter)

    # News

    def _record_changed(self, form: str, _key: str) -> None:
        page = self._pages.get(form)
        if isinstance(page, EntryPage):
            page.refresh()
        self._findings_changed()

    def _findings_changed(self) -> None:
        self.refresh_counts()
        self._show_quarter()
        self.show_status()

    def _state_changed(self, _quarter: str) -> None:
        """After finalising or submitting: records are locked or free again."""
        self._show_quarter()
        for page in self._pages.values():
            if isinstance(page, EntryPage) and page.leave():
                page.show_quarter(self.quarter)
        self.refresh_counts()

    def _news(self) -> None:
        """Show once what was left for after the first list."""
        due, self._due = self._due, False
        if due:
            self._show_quarter()
            self.refresh_counts()

    def refresh_counts(self) -> None:
        """Show the navigation's counts and marks, and with whom we are paired."""
        self.navigation.show_detail(paired(self.workspace.about))
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
            self.keep_place()
        for name, steps in (("back", -1), ("forward", 1)):
            self.actions_[name].setEnabled(self._trail.can(steps))
        undo, redo = self.undoing.names(edited.opened.key if edited else "")
        for action, word, key, name in ((self.actions_["undo"], "撤销", "U", undo),
                                        (self.actions_["redo"], "恢复", "R", redo)):
            action.setText(f"{word} {name.replace('&', '&&')}(&{key})" if name else f"{word}(&{key})")
        self.actions_["undo"].setEnabled(bool(undo))
        self.actions_["redo"].setEnabled(bool(redo))
        self._counts.show_findings(page)

    def keep_place(self) -> None:
        """Remember where one is, should the power go now; who only reads leaves the writer's place alone."""
        if self.workspace.readonly:
            return
        page = self.stack.currentWidget()
        if page is None or isinstance(page, EntryPage):
            self.place.keep(page)
        else:
            self.place.keep_page(self.page, page, self.assess_page())

    def focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Remember where one is on a page that does not tell of it itself."""
        if now is not None and self.entry_page() is None and self.stack.isAncestorOf(now):
            self._keeping.start()

"""An open data file: navigation at the left, menus and quarter above, the page, the status line."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pairing_desktop import __version__
from pairing_desktop.formspec import period
from pairing_desktop.formspec.period import is_quarter, title
from pairing_desktop.formspec.undo import Place
from pairing_desktop.services import listing, restoring
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.actions import Actions
from pairing_desktop.ui.banner import Banner
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.navigation import Navigation
from pairing_desktop.ui.resuming import Whereabouts
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.status_bar import StatusBar
from pairing_desktop.ui.theme import Theme
from pairing_desktop.ui.top_bar import TopBar
from pairing_desktop.ui.trail import Trail
from pairing_desktop.ui.undoing import Undoing

if TYPE_CHECKING:
    from pairing_desktop.services import checking, standing
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


ASK = 2000
"""Milliseconds between two looks whether the file that is only read is still written by somebody."""

OTHER_PAGES = {"overview": "OverviewPage", "summary": "SummaryPage", "assess": "AssessPage", "submit": "SubmitPage",
               "history": "HistoryPage", "settings": "SettingsPage"}


def _warm() -> None:
    """Let what the first saved field needs load (half a second) before a key asks for it."""
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
        """Build it; with ``later``, counts and the quarter's state follow so many milliseconds after the list."""
        super().__init__(parent)
        self.workspace, self._settings = workspace, settings
        self._later, self._due = later, bool(later)
        self.signals = Signals(self)
        self._trail = Trail(settings, str(workspace.path))
        self.undoing = Undoing(workspace, self)
        self.place = Whereabouts(settings, str(workspace.path))
        self._passing = False
        self.quarter = self._first_quarter()
        self.page = ""
        self._offering = False
        self._pages: dict[str, Page] = {}
        self._counts: dict[str, listing.Count] = {}
        self._passed = "empty"
        self._typed = False
        about = workspace.about
        years = f"{about.years[0]}—{about.years[-1]}" if about.years else ""
        detail = f"结对 {about.partner_name or '待定'} ・ {years}"
        self.navigation = Navigation(about.county_name, detail, workspace.forms, self)
        self.top = TopBar(workspace.path.stem, sample=about.sample, find=self._find,
                          quarters=self._quarters, parent=self)
        self.status = StatusBar(workspace.who or about.bureau, self)
        self.stack = QStackedWidget(self)
        self.banner = Banner(self)
        self._asking = QTimer(self)
        self._asking.setInterval(ASK)
        self._asking.timeout.connect(self._ask_writer)
        if workspace.readonly:
            self._tell_writer(workspace.writer)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE)
        self._settle.timeout.connect(workspace.checkpoint)
        self._lay_out()
        self.actions_ = Actions(self, self.top.menus, self._does(), theme)
        self.top.add_tool(self.actions_["undo"], "arrow_undo")
        self.top.add_tool(self.actions_["redo"], "arrow_redo")
        self._connect()
        QTimer.singleShot(WARM, self, _warm)
        if settings.get("keys", []):
            QTimer.singleShot(WARM, self, self._keys_due)
        self.status.show_plain(*(("只读", "locked") if workspace.readonly else ("离开一项就存盘", "")))
        if later:
            self.top.quarter.show_quarter(title(self.quarter))
            QTimer.singleShot(later, self, self._news)
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
        self.undoing.page_of, self.undoing.put_away = self._page_of, self._put_away
        self.undoing.told.connect(self.status.tell)
        self.undoing.manyChanged.connect(self._undone_many)
        self.navigation.chosen.connect(self.show_page)
        self.top.quarter.chosen.connect(self.show_quarter)
        self.top.search.opened.connect(self.go_to)
        self.top.search.recent = lambda: listing.named(self.workspace, [key for _, key in self._trail.recent()])
        self.status.findingsWanted.connect(self._findings)
        self.status.personWanted.connect(self.choose_who)
        signals.showPage.connect(self.show_page)
        signals.goTo.connect(self.go_to)
        signals.saved.connect(self._saved)
        signals.told.connect(self.status.tell)
        signals.recordChanged.connect(self._record_changed)
        signals.findingsChanged.connect(self._findings_changed)
        signals.stateChanged.connect(self._state_changed)
        signals.quarterChanged.connect(self._quarter_wanted)

    def _does(self) -> dict[str, Callable[[], object]]:
        def here(act: Callable[[EntryPage], object]) -> Callable[[], object]:
            return lambda: act(page) if (page := self.entry_page()) is not None else None

        return {
            "new_file": self.newWanted.emit, "open_file": partial(self.openWanted.emit, ""),
            "open_packet": partial(self.openWanted.emit, "*.asice"),
            "verify": partial(self.openWanted.emit, "*.verify"),
            "restore": partial(self.openWanted.emit, "*.restore"), "save_copy": self.save_copy, "who": self.choose_who,
            "close_file": self.closeWanted.emit, "quit": self.quitWanted.emit,
            "undo": self._undo, "redo": self._redo, "find": self.go_find,
            "filter": here(lambda page: page.list.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)),
            "new": here(lambda page: page.new()), "save": self._save,
            "previous": here(lambda page: page.step(-1)), "next": here(lambda page: page.step(1)),
            "copy_above": here(EntryPage.copy_above), "copy_all_above": here(EntryPage.copy_all_above),
            "carry": here(EntryPage.carry_forward), "carry_quarter": self.carry_quarter, "print": self._print,
            "history": self._record_history, "delete": here(EntryPage.delete),
            **{name: partial(self.task, name) for name in ("import_sheet", "undo_import", "collection",
                                                                     "collection_filled")},
            "check": self.check, "findings": self._findings,
            "next_finding": here(lambda page: page.next_finding(1)),
            "previous_finding": here(lambda page: page.next_finding(-1)), "explain": here(EntryPage.explain_here),
            "prove": self._prove,
            "certificates": self.certificates,
            "submit": partial(self.show_page, "submit"), "history_page": partial(self.show_page, "history"),
            "overview": partial(self.show_page, "overview"), "summary": partial(self.show_page, "summary"),
            "settings": partial(self.show_page, "settings"),
            "back": partial(self._travel, -1), "forward": partial(self._travel, 1),
            "to_list": here(lambda page: page.list.table.setFocus(Qt.FocusReason.ShortcutFocusReason)),
            "to_form": here(lambda page: page.record.start() if page.record else None), "pane": self.next_pane,
            "pane_back": partial(self.next_pane, -1),
            "help": self.help, "keys": self._keys, "about": self._about,
        }

    # Who writes

    def _tell_writer(self, writer: str | None) -> None:
        """Say who writes while this window only reads, and that it may take over once nobody does."""
        if writer:
            self.banner.say(f"{writer} 正在写这个数据文件，这里只能看。对方关闭后，这里会提示接手。")
            self._asking.start()
        elif self.workspace.writer:
            self.banner.say("对方已经关闭数据文件，现在可以由您来填。", tone="accent", act="接手填写",
                            action=self._take_over)
        else:
            self.banner.say("数据文件是只读的，这里只能看。")

    def _take_over(self) -> None:
        self.takeOverWanted.emit(str(self.workspace.path))

    def _ask_writer(self) -> None:
        self._tell_writer(self.workspace.writer_now())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the words of the navigation away where there is little room."""
        super().resizeEvent(event)
        self.navigation.set_narrow(narrow=self.width() < NARROW)

    # Pages

    def entry_page(self) -> EntryPage | None:
        """Return the page that is shown if it is one of records."""
        page = self.stack.currentWidget()
        return page if isinstance(page, EntryPage) else None

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
        known = self._pages.get(name)
        page = self._pages[name] = known or self._make(name)
        self._settings.set(f"page.{self.workspace.path}", name)
        if self.stack.indexOf(page) < 0:
            self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        self.page = name
        self.navigation.show_page(name)
        if isinstance(page, EntryPage):
            if known is not None:
                page.refresh()
            page.list.show_counts(self._counts.get(name))
            QTimer.singleShot(FORM_LATER if self._later else LIST_FIRST, page, page.show_first)
        if self._later:
            QTimer.singleShot(self._later, self, self._show_status)
            self._later = 0
        else:
            self._show_status()
        return True

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
            page.statusChanged.connect(self._show_status)
            page.printWanted.connect(self.preview)
            page.moved.connect(self.keep_place)
            page.helpWanted.connect(self.help)
            page.list.taskWanted.connect(self.task)
            return page
        other = _other_page(name)(self.workspace, self.signals, self)
        other.show_quarter(self.quarter)
        return other

    def go_to(self, form: str, key: str, path: str = "") -> None:
        """Open a record at a field."""
        self._passing = True  # the record that the page still shows is no place one went to
        there = self.show_page(form)
        self._passing = False
        page = self.entry_page()
        if there and page is not None:
            page.open(key, "", path)
            self._show_status()

    def _undo(self) -> None:
        """Undo what was done last, in whatever record."""
        page = self.entry_page()
        if page is not None:
            page.undo()
        else:
            self.undoing.undo()
        self._show_status()

    def _redo(self) -> None:
        """Do again what was undone."""
        page = self.entry_page()
        if page is not None:
            page.redo()
        else:
            self.undoing.redo()
        self._show_status()

    def _page_of(self, place: Place) -> EntryPage | None:
        """Show the page and the quarter in which something is undone; None when the open record has to stay."""
        if self.workspace.catalogue.form(place.form).kind == "quarterly" and place.period != self.quarter:
            self.show_quarter(place.period)
            if self.quarter != place.period:
                return None
        self._passing = True
        there = self.show_page(place.form)
        self._passing = False
        return self.entry_page() if there else None

    def _put_away(self) -> bool:
        page = self.entry_page()
        return page.put_away() if page is not None else self.leave()

    def _undone_many(self, form: str, key: str) -> None:
        """Show what an undo did to many records: on the page of their form."""
        if self.show_page(form) and (page := self.entry_page()) is not None:
            page.show_again(form, key)

    def _travel(self, steps: int) -> None:
        """Go back to where one was, or forward again (Alt+Left, Alt+Right)."""
        place = self._trail.step(steps)
        if place is None:
            return
        page, key = place
        if not listing.named(self.workspace, [key]):
            key = ""  # deleted meanwhile: its page is left
        if key:
            self.go_to(page, key)
        else:
            self.show_page(page)
        self._show_status()

    def leave(self) -> bool:
        """Save the open record; False when the clerk wants to stay."""
        page = self.entry_page()
        if page is not None:
            return page.leave()
        assessed = self._pages.get("assess")
        if assessed is not None:
            from pairing_desktop.ui.assess_page import AssessPage

            if isinstance(assessed, AssessPage):
                return assessed.leave()
        return True

    def shut(self) -> None:
        """Close the data file (the record was left before); nothing on screen asks it anything any more."""
        self._settle.stop()
        self._asking.stop()
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
        self._show_status()

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
        self._offer_carrying()

    def _offer_carrying(self) -> None:
        """Offer the quarter before where this one has no sheet yet."""
        from pairing_desktop.services import carrying

        if self.workspace.readonly:
            return
        source = carrying.offered(self.workspace, self.quarter)
        if source:
            said = f"{period.title(self.quarter)}还没有季报，可以从{period.title(source)}结转。"
            self.banner.say(said, tone="accent", act="看看会新建什么…", action=self.carry_quarter)
        elif self._offering:
            self.banner.say("")
        self._offering = bool(source)

    def carry_quarter(self) -> None:
        """Show what carrying the quarter before forward would make, and do it."""
        from pairing_desktop.ui import carry_dialog

        if self.leave():
            carry_dialog.offer(self, self.workspace, self.quarter, self._carried)

    def _carried(self) -> None:
        self.signals.stateChanged.emit(self.quarter)
        self.signals.recordChanged.emit("", "")

    # News

    def _record_changed(self, form: str, _key: str) -> None:
        page = self._pages.get(form)
        if isinstance(page, EntryPage):
            page.refresh()
        self._findings_changed()

    def _findings_changed(self) -> None:
        self.refresh_counts()
        self._show_quarter()
        self._show_status()

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
        """Show the navigation's counts and marks."""
        from pairing_desktop.services import checking

        self._counts = listing.counts(self.workspace, self.quarter)
        self._passed = "empty" if checking.last_check(self.workspace, self.quarter).stale else "ok"
        self._show_counts()

    def _show_counts(self) -> None:
        """Show the counts, with the open record as it is typed."""
        page, counts = self.entry_page(), dict(self._counts)
        if page is not None and page.form.id in counts:
            counts[page.form.id] = page.counted(counts[page.form.id])
        shown = {name: (str(c.records), c.mark) for name, c in counts.items()}
        shown["assess"] = shown.get("assessment", ("", ""))
        waiting = sum(c.errors + c.unexplained for c in counts.values())
        errors = any(c.errors for c in counts.values())
        shown["submit"] = (str(waiting) if waiting else "", "error" if errors else "query" if waiting else self._passed)
        self.navigation.show_counts(shown)
        if page is not None:
            page.list.show_counts(counts.get(page.form.id))

    def _saved(self, moment: datetime) -> None:
        self.status.show_saved(moment)
        self._settle.start()

    def _show_status(self) -> None:
        """Show the page's findings below and what can be undone above; remember where one is."""
        page = self.entry_page()
        entry = page.entry if page is not None else None
        if not self._passing:
            self._trail.visit((self.page, entry.opened.key if entry is not None and not entry.is_new else ""))
            self.keep_place()
        for name, steps in (("back", -1), ("forward", 1)):
            self.actions_[name].setEnabled(self._trail.can(steps))
        undo, redo = self.undoing.names(entry.opened.key if entry is not None else "")
        for action, word, key, name in ((self.actions_["undo"], "撤销", "U", undo),
                                        (self.actions_["redo"], "恢复", "R", redo)):
            action.setText(f"{word} {name.replace('&', '&&')}(&{key})" if name else f"{word}(&{key})")
        self.actions_["undo"].setEnabled(bool(undo) or (entry is not None and not entry.read_only))
        self.actions_["redo"].setEnabled(bool(redo))
        typing = page is not None and page.typing
        if self._counts and (typing or self._typed):
            self._show_counts()
            self._typed = typing
        if page is None:
            counts = self._counts.values()
            self.status.show_findings("全部表", sum(c.errors for c in counts), sum(c.unexplained for c in counts))
            return
        waiting = [f for f in page.findings("form") if not f.explanation and not f.waiver]
        errors = sum(f.level == "error" for f in waiting)
        self.status.show_findings("本表", errors, len(waiting) - errors)

    def keep_place(self) -> None:
        """Remember where one is, should the power go now; who only reads leaves the writer's place alone."""
        if not self.workspace.readonly:
            self.place.keep(self.entry_page())

    # Commands

    def _save(self) -> None:
        """Save the open record, the assessment, or the own table that is looked at."""
        from pairing_desktop.ui.assess_page import AssessPage
        from pairing_desktop.ui.summary_page import SummaryPage

        page = self.stack.currentWidget()
        if isinstance(page, EntryPage | SummaryPage | AssessPage):
            page.save()

    def _print(self) -> None:
        """Show what is looked at as it will be printed: the record, the assessment, or the computed sheet."""
        from pairing_desktop.ui.assess_page import AssessPage
        from pairing_desktop.ui.summary_page import SummaryPage

        page = self.stack.currentWidget()
        if isinstance(page, EntryPage):
            page.print()
        elif isinstance(page, SummaryPage):
            page.preview()
        elif isinstance(page, AssessPage):
            page.makers.preview(blank=False)

    def _find(self, text: str) -> list[listing.Hit]:
        return listing.search(self.workspace, text)

    def go_find(self) -> None:
        """Go to the search box."""
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def next_pane(self, step: int = 1) -> None:
        """Move between navigation, list, form and findings (F6, back with Shift+F6)."""
        page = self.entry_page()
        panes: list[QWidget] = [self.navigation.list]
        if page is not None:
            panes += [page.list.table, *([page.record] if page.record else []),
                      *([page.panel.table] if page.panel.isVisible() else [])]
        else:
            panes += [part for part in self.stack.currentWidget().findChildren(QWidget)
                      if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and part.isEnabled()][:1]
        focus = self.focusWidget()
        here = next((n for n, p in enumerate(panes) if focus is not None and (p is focus or p.isAncestorOf(focus))), -1)
        if page is None and here < 0 and focus is not None and self.stack.isAncestorOf(focus):
            here = 1
        pane = panes[(here + step) % len(panes)]
        if page is not None and page.record is pane:
            if not (page.record.current and page.record.jump(page.record.current)):
                page.record.start()
        else:
            pane.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def check(self) -> None:
        """Check the whole quarter in the background; the submit page shows what came of it."""
        from pairing_desktop.services import checking

        if not self.leave():
            return
        workspace = self.workspace.fork()

        def done(report: "checking.Report") -> None:
            self.signals.findingsChanged.emit()
            self.status.tell(f"审核了 {report.records} 条，用时 {report.seconds:.1f} 秒："
                             f"强制 {report.errors} ・ 核实 {report.queries}")
            page = self.entry_page()
            if page is not None and page.entry is not None:
                page.entry.check()

        job = jobs.run(self, "审核本季全部", partial(checking.check_quarter, workspace, self.quarter), done)
        job.ended.connect(workspace.close)

    def task(self, what: str) -> None:
        """Import a spreadsheet, take one back, give out a collection workbook."""
        from pairing_desktop.ui import import_work

        import_work.do(self, what)

    def _prove(self) -> None:
        from pairing_desktop.ui.proving import prove

        prove(self, self.workspace)

    def _findings(self) -> None:
        page = self.entry_page()
        if page is not None:
            page.toggle_findings()
        else:
            self.show_page("submit")

    def _record_history(self) -> None:
        """Show what the open record was before; without one, what all were."""
        page = self.entry_page()
        opened = page.entry.opened if page is not None and page.entry is not None else None
        form = page.form.id if page is not None else ""
        if self.show_page("history"):
            from pairing_desktop.ui.history_page import HistoryPage

            history = self._pages["history"]
            if isinstance(history, HistoryPage) and opened is not None and opened.key:
                history.show_key(form, opened.key, opened.label)

    def preview(self, form: str, key: str) -> None:
        """Show a form's pages as they will be printed."""
        from pairing_desktop.ui.form_print_dialog import FormPrintDialog

        ask.dialogs.run(FormPrintDialog(self.workspace, form, quarter=self.quarter, key=key, parent=self))

    def save_copy(self) -> None:
        """Write a whole copy of the data file while it is open."""
        path = self.workspace.path
        day = self.workspace.today.strftime("%Y%m%d")
        suggested = path.with_name(f"{path.stem} 副本{day}.pairing")
        to = ask.dialogs.save_file(self, "另存副本", "数据文件 (*.pairing)", suggested=suggested)
        if to is None or not self.leave():
            return
        workspace = self.workspace.fork()

        def done(copy: Path) -> None:
            self.status.tell(f"副本已存到 {copy}")

        job = jobs.run(self, "另存副本", lambda progress: workspace.save_copy(to, progress), done)
        job.ended.connect(workspace.close)

    def help(self) -> None:
        """Show help for where one is."""
        page = self.entry_page()
        if page is not None:
            page.help(self.actions_.with_keys())
        else:
            self._keys()

    def choose_who(self) -> None:
        """Let a colleague say who types from now on; revisions name that person."""
        posts = "、".join(p.name for p in self.workspace.people)
        label = "填表人（记在修改历史里；只有签名能证明身份）"
        who = ask.dialogs.text(self, "换填表人", label, initial=self.workspace.who, hint=posts)
        if who and self.leave():
            self.workspace.work_as(who)
            self._settings.set(f"who.{self.workspace.path.resolve()}", who)
            self.status.show_person(who)

    def _keys(self) -> None:
        """Show every key."""
        from pairing_desktop.ui.help_sheet import HelpSheet

        ask.dialogs.run(HelpSheet(self, "快捷键", "", self.actions_.with_keys()))

    def certificates(self) -> None:
        """Show the keys of whoever works at this PC."""
        from pairing_desktop.ui.key_page import open_keys

        open_keys(self, self._settings, self.workspace.clock, workspace=self.workspace)

    def _keys_due(self) -> None:
        """Warn of certificates that expire and of an old list: in the banner when it presses, else in the last line."""
        from pairing_desktop.services import key_ring

        said = key_ring.warnings(self._settings, now=self.workspace.clock())
        if said and any(p.code != "enrolment.expires_90" for p in said) and not self.workspace.readonly:
            self.banner.say(str(said[0]), tone="query", act="密钥与证书…", action=self.certificates)
        elif said:
            self.status.tell(str(said[0]))

    def _about(self) -> None:
        about = self.workspace.about
        ask.dialogs.tell(self, "山海协作季度填报与报送", f"版本 {__version__}\n数据文件 {self.workspace.path}\n"
                         f"{about.county_name}{' ・ 结对 ' + about.partner_name if about.partner_name else ''}\n"
                         "程序按 Apache-2.0 许可；字体按 SIL OFL 许可。")



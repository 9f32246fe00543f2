"""What the menus, keys and buttons of an open data file do; ``actions`` has their words and keys."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from pairing_desktop import __version__
from pairing_desktop.services import searching
from pairing_desktop.ui import ask, jobs, record_acts
from pairing_desktop.ui.entry_page import EntryPage

if TYPE_CHECKING:
    from pairing_desktop.services import checking
    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.desk import Desk

AT_ANY_TIME = ("close_file", "quit", "help", "keys", "about")
"""What can also be done while another clerk's file is merged."""


class Commands(QObject):
    """The commands of one desk; each acts on the page that is shown."""

    def __init__(self, desk: "Desk", settings: "Settings") -> None:
        super().__init__(desk)
        self._desk, self._settings, self._workspace = desk, settings, desk.workspace

    def table(self) -> dict[str, Callable[[], object]]:
        """Return what each command does, by its name in ``actions.MENUS``."""
        desk = self._desk

        def here(act: Callable[[EntryPage], object]) -> Callable[[], object]:
            return lambda: act(page) if (page := desk.entry_page()) is not None else None

        acts: dict[str, Callable[[], object]] = {
            "new_file": desk.newWanted.emit, "open_file": partial(desk.openWanted.emit, ""),
            "open_packet": partial(desk.openWanted.emit, "*.asice"),
            "verify": partial(desk.openWanted.emit, "*.verify"),
            "restore": partial(desk.openWanted.emit, "*.restore"), "save_copy": self.save_copy, "who": self.choose_who,
            "merge_file": self.merge_file,
            "close_file": desk.closeWanted.emit, "quit": desk.quitWanted.emit,
            "undo": self.undo, "redo": self.redo, "find": self.go_find,
            "filter": here(lambda page: page.list.narrowing.box.setFocus(Qt.FocusReason.ShortcutFocusReason)),
            "new": here(lambda page: page.new()), "save": self.save,
            "previous": here(lambda page: page.step(-1)), "next": here(lambda page: page.step(1)),
            "copy_above": here(record_acts.copy_above), "copy_all_above": here(record_acts.copy_all_above),
            "carry": here(record_acts.carry_forward), "carry_quarter": self.carry_quarter, "print": self.print,
            "history": self.record_history, "delete": here(EntryPage.delete),
            **{name: partial(self.task, name) for name in ("import_sheet", "undo_import", "collection",
                                                           "collection_filled")},
            "check": self.check, "findings": self.findings,
            "next_finding": here(lambda page: page.found.next(1)),
            "previous_finding": here(lambda page: page.found.next(-1)),
            "explain": here(lambda page: page.found.explain_here()),
            "prove": self.prove,
            "certificates": self.certificates,
            "submit": partial(self.visit, "submit"), "history_page": partial(self.visit, "history"),
            "overview": partial(self.visit, "overview"), "summary": partial(self.visit, "summary"),
            "settings": partial(self.visit, "settings"),
            "back": partial(desk.travel, -1), "forward": partial(desk.travel, 1),
            "to_list": here(lambda page: page.list.table.setFocus(Qt.FocusReason.ShortcutFocusReason)),
            "to_form": here(lambda page: page.record.start() if page.record else None), "pane": self.next_pane,
            "pane_back": partial(self.next_pane, -1),
            "help": self.help, "keys": self.keys, "about": self.about,
        }
        return {name: act if name in AT_ANY_TIME else partial(self._unless_merging, act) for name, act in acts.items()}

    def _unless_merging(self, act: Callable[[], object]) -> object:
        """Do what would be written over what a merge brings in once the pages can be used again."""
        if self._desk.stack.isEnabled():
            return act()
        self._desk.signals.told.emit("正在合并数据文件，完成后再用")
        return None

    # The record and the page

    def undo(self) -> None:
        """Undo what was done last, in whatever record."""
        page = self._desk.entry_page() or self._desk.assess_page()
        if page is not None:
            page.undo()
        else:
            self._desk.undoing.undo()
        self._desk.show_status()

    def redo(self) -> None:
        """Do again what was undone."""
        page = self._desk.entry_page() or self._desk.assess_page()
        if page is not None:
            page.redo()
        else:
            self._desk.undoing.redo()
        self._desk.show_status()

    def save(self) -> None:
        """Save the open record, the assessment, or the own table that is looked at."""
        from pairing_desktop.ui.assess_page import AssessPage
        from pairing_desktop.ui.summary_page import SummaryPage

        page = self._desk.stack.currentWidget()
        if isinstance(page, EntryPage | SummaryPage | AssessPage):
            page.save()

    def print(self) -> None:
        """Show what is looked at as it will be printed: the record, the assessment, or the computed sheet."""
        from pairing_desktop.ui.assess_page import AssessPage
        from pairing_desktop.ui.summary_page import SummaryPage

        page = self._desk.stack.currentWidget()
        if isinstance(page, EntryPage):
            page.print()
        elif isinstance(page, SummaryPage):
            page.preview()
        elif isinstance(page, AssessPage):
            page.makers.preview(blank=False)

    def preview(self, form: str, key: str) -> None:
        """Show a form's pages as they will be printed."""
        from pairing_desktop.ui.form_print_dialog import FormPrintDialog

        desk = self._desk
        ask.dialogs.run(FormPrintDialog(self._workspace, form, quarter=desk.quarter, key=key, parent=desk))

    def task(self, what: str) -> None:
        """Import a spreadsheet, take one back, give out a collection workbook."""
        from pairing_desktop.ui import import_work

        import_work.do(self._desk, what)

    def findings(self) -> None:
        """Show or hide the findings of the form, elsewhere those of the quarter."""
        page = self._desk.entry_page()
        if page is not None:
            page.found.toggle()
        else:
            self._desk.show_page("submit")

    def record_history(self) -> None:
        """Show what the open record was before; without one, what all were."""
        page = self._desk.entry_page()
        opened = page.entry.opened if page is not None and page.entry is not None else None
        form = page.form.id if page is not None else ""
        if self._desk.show_page("history"):
            from pairing_desktop.ui.history_page import HistoryPage

            history = self._desk.stack.currentWidget()
            if isinstance(history, HistoryPage) and opened is not None and opened.key:
                history.show_key(form, opened.key, opened.label)

    # Where the keys go

    def visit(self, name: str) -> None:
        """Show a page, and go where something can be done on it: from the navigation too, which names it by now."""
        if self._desk.show_page(name) and self._desk.navigation.isAncestorOf(self._desk.focusWidget() or self._desk):
            self.go_in()

    def find(self, text: str) -> list[searching.Hit]:
        """Return what the search box offers for a text."""
        return searching.search(self._workspace, text)

    def go_find(self) -> None:
        """Go to the search box."""
        search = self._desk.top.search
        search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        search.selectAll()

    def go_in(self) -> None:
        """Go to the page's list, or to what can be done first on it."""
        page = self._desk.entry_page()
        for part in [page.list.table] if page is not None else self._first_part():
            part.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _first_part(self) -> list[QWidget]:
        """Return what Tab would come to first on the page, or what the page names as such; empty where nothing is."""
        page = self._desk.stack.currentWidget()
        named = page.focusProxy()
        return [named] if named is not None and named.isEnabled() and named.isVisible() else [
            part for part in page.findChildren(QWidget)
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible() and part.isEnabled()][:1]

    def next_pane(self, step: int = 1) -> None:
        """Move between navigation, list, form and findings (F6, back with Shift+F6)."""
        desk, page = self._desk, self._desk.entry_page()
        panes: list[QWidget] = [desk.navigation.list]
        if page is not None:
            panes += [page.list.table, *([page.record] if page.record else []),
                      *([page.found.panel.table] if page.found.panel.isVisible() else [])]
        else:
            panes += self._first_part()
        focus = desk.focusWidget()
        here = next((n for n, p in enumerate(panes) if focus is not None and (p is focus or p.isAncestorOf(focus))), -1)
        if page is None and here < 0 and focus is not None and desk.stack.isAncestorOf(focus):
            here = 1
        pane = panes[(here + step) % len(panes)]
        if page is not None and page.record is pane:
            if not (page.record.current and page.record.jump(page.record.current)):
                page.record.start()
        else:
            pane.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # The quarter and the file

    def carry_quarter(self) -> None:
        """Show what carrying the quarter before forward would make, and do it."""
        from pairing_desktop.ui import carry_dialog

        if self._desk.leave():
            carry_dialog.offer(self._desk, self._workspace, self._desk.quarter, self._carried)

    def _carried(self) -> None:
        self._desk.signals.stateChanged.emit(self._desk.quarter)
        self._desk.signals.recordChanged.emit("", "")

    def check(self) -> None:
        """Check the whole quarter in the background; the submit page shows what came of it."""
        from pairing_desktop.services import checking

        desk = self._desk
        if not desk.leave():
            return
        if desk.entry_page() is None:
            desk.prepare("submit")
        workspace = self._workspace.fork()

        def done(report: "checking.Report") -> None:
            desk.signals.findingsChanged.emit()
            desk.status.tell(f"审核了 {report.records} 条，用时 {report.seconds:.1f} 秒："
                             f"强制 {report.errors} ・ 核实 {report.queries}")
            page = desk.entry_page()
            if page is not None and page.entry is not None:
                page.entry.check()
            if report.passes:
                return
            looking = desk.navigation.isAncestorOf(desk.focusWidget() or desk)
            if page is None:
                desk.show_page("submit")
            else:
                page.found.open()
            if looking:  # from the navigation one goes where the findings are
                (self.go_in if page is None else page.found.panel.table.setFocus)()

        job = jobs.run(desk, "审核本季全部", partial(checking.check_quarter, workspace, desk.quarter), done)
        job.ended.connect(workspace.close)

    def prove(self) -> None:
        """Prove the whole history of the file (修改痕迹校验)."""
        from pairing_desktop.ui.proving import prove

        prove(self._desk, self._workspace)

    def save_copy(self) -> None:
        """Write a whole copy of the data file while it is open."""
        from pairing_desktop.services import writing

        desk, path = self._desk, self._workspace.path
        day = self._workspace.today.strftime("%Y%m%d")
        suggested = writing.free(path.with_name(f"{path.stem} 副本{day}.pairing"))
        to = ask.dialogs.save_file(desk, "另存副本", "数据文件 (*.pairing)", suggested=suggested)
        if to is None or not desk.leave():
            return
        workspace = self._workspace.fork()

        def done(copy: Path) -> None:
            desk.status.tell(f"副本已存到 {copy}")

        job = jobs.run(desk, "另存副本", lambda progress: workspace.save_copy(to, progress), done)
        job.ended.connect(workspace.close)

    def merge_file(self) -> None:
        """Take another clerk's data file of the county in."""
        from pairing_desktop.ui import merge_file_work

        merge_file_work.merge_file(self._desk)

    def choose_who(self) -> None:
        """Let a colleague say who types from now on; revisions name that person."""
        from pairing_desktop.services import half_said

        posts = "、".join(p.name for p in self._workspace.people)
        label = "填表人（记在修改历史里；只有签名能证明身份）"
        who = ask.dialogs.text(self._desk, "换填表人", label, initial=self._workspace.who, hint=posts,
                               half=half_said.who(self._workspace))
        if who and self._desk.leave():
            self._workspace.work_as(who)
            self._settings.set(f"who.{self._workspace.path.resolve()}", who)
            self._desk.status.show_person(who)

    # Keys, certificates, help

    def certificates(self) -> None:
        """Show the keys of whoever works at this PC."""
        from pairing_desktop.ui.key_page import open_keys

        open_keys(self._desk, self._settings, self._workspace.clock, workspace=self._workspace)

    def keys_due(self) -> None:
        """Warn of certificates that expire and of an old list: in the banner when it presses, else in the last line."""
        from pairing_desktop.services import key_ring

        said = key_ring.warnings(self._settings, now=self._workspace.clock())
        if said and any(p.code != "enrolment.expires_90" for p in said) and not self._workspace.readonly:
            self._desk.banner.say(str(said[0]), tone="query", act="密钥与证书…", action=self.certificates)
        elif said:
            self._desk.status.tell(str(said[0]))

    def help(self) -> None:
        """Show help for where one is."""
        page = self._desk.entry_page()
        if page is not None:
            record_acts.show_help(page, self._desk.actions_.with_keys())
        else:
            self.keys()

    def keys(self) -> None:
        """Show every key."""
        from pairing_desktop.ui.help_sheet import HelpSheet

        ask.dialogs.run(HelpSheet(self._desk, "快捷键", "", self._desk.actions_.with_keys()))

    def about(self) -> None:
        """Tell the program's version, the file and whose it is."""
        about = self._workspace.about
        ask.dialogs.tell(self._desk, "山海协作季度填报与报送", f"版本 {__version__}\n数据文件 {self._workspace.path}\n"
                         f"{about.county_name}{' ・ 结对 ' + about.partner_name if about.partner_name else ''}\n"
                         "程序按 Apache-2.0 许可；字体按 SIL OFL 许可。")

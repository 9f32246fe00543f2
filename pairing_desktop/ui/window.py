"""The main window: the start page, an open data file, or a packet. It opens and closes; the pages do the rest."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QWidget

from pairing_desktop.errors import Trouble, trouble
from pairing_desktop.progress import Progress
from pairing_desktop.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from pairing_desktop.ui.desk import Desk
    from pairing_desktop.ui.joint_page import JointPage
    from pairing_desktop.ui.lone_page import LonePage
    from pairing_desktop.ui.shown_again import ShownAgain
    from pairing_desktop.ui.sign_page import SignPage
    from pairing_desktop.ui.start_page import StartPage
    from pairing_desktop.ui.theme import Theme

TITLE = "山海协作季度填报与报送"
DATA_FILE, PACKETS, SEALED = ".pairing", (".asice", ".zip"), ".p7m"
SIGNED, VERIFY, RESTORE = (".xlsx", ".pdf"), "*.verify", "*.restore"
STRIP = 36
LEAST = (640, 300)
"""A screen of 1366 × 768 at 200 % has 683 × 384; its title bar and task bar take up to 80 of the height."""

AFTER_LIST = 300
"""Milliseconds that a file's list is painted before counts and marks are asked for."""

RING = 300
"""Milliseconds after the first page until the ring around the focus is made."""
KINDS = "数据文件和报送包 (*.pairing *.asice *.zip *.p7m);;所有文件 (*)"
PACKET_KINDS = "报送包 (*.asice *.zip *.p7m);;所有文件 (*)"


class MainWindow(QMainWindow):
    """Painted empty before anything heavy is imported, even the colours' style sheet; ``begin`` does the rest."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime],
                 painted: Callable[[], object] | None = None) -> None:
        super().__init__()
        self._settings, self._clock, self._painted = settings, clock, painted
        self.theme: Theme | None = None
        self.desk: Desk | None = None
        self.start: StartPage | None = None
        self.again: ShownAgain | None = None
        self.stack = QStackedWidget(self)
        self.stack.addWidget(QWidget(self))
        self.setCentralWidget(self.stack)
        self.setWindowTitle(TITLE)
        self.setMinimumSize(*LEAST)
        self.resize(1366, 768)
        place = settings.get("window.place", "")
        if place:
            self.restoreGeometry(QByteArray.fromBase64(place.encode()))

    def paintEvent(self, event: "QPaintEvent") -> None:
        """Tell, once, that the window can be seen."""
        super().paintEvent(event)
        painted, self._painted = self._painted, None
        if painted is not None:
            QTimer.singleShot(0, self, painted)

    def begin(self, theme: "Theme", file: str | None) -> None:
        """Open a file, or show where work begins."""
        from pairing_desktop.ui.shown_again import ShownAgain

        self.theme = theme
        self.again = ShownAgain(self, self._settings.path.parent)
        if not self.again.come_back(file) and file:
            self.open(file)
        if self.stack.currentIndex() == 0:
            self.show_start()
        QTimer.singleShot(RING, self, self._ring)

    def _ring(self) -> None:
        """Let the focus be seen wherever it goes, and the letters of the buttons while Alt is held.

        Then show the new data file again that was being filled in when the power went.
        """
        from pairing_desktop.services import half_new
        from pairing_desktop.ui.button_keys import ButtonKeys
        from pairing_desktop.ui.focus_ring import FocusRing

        self.ring, self.tips = FocusRing(self), ButtonKeys(self)
        if half_new.waits(self._settings.path.parent):
            self.new()

    def lone_page(self) -> "LonePage | None":
        """Return the page that is shown if it needs no data file: a packet's, a joint part's, a verdict's."""
        page, own = self.stack.currentWidget(), (self.desk, self.start)
        return None if page in own or not self.stack.currentIndex() else cast("LonePage", page)

    # Start page

    def show_start(self) -> None:
        """Show the start page."""
        from PySide6.QtCore import Qt  # its enumerations take 25 ms, after the first paint

        from pairing_desktop.ui.start_page import StartPage

        if self.start is None:
            self.start = StartPage(self._settings, self, clock=self._clock)
            self.start.openRequested.connect(self.open)
            self.start.newRequested.connect(self.new)
            self.start.sampleRequested.connect(self.sample)
            self.start.otherSampleRequested.connect(self.sample)
            self.stack.addWidget(self.start)
        self.start.refresh()
        self.stack.setCurrentWidget(self.start)
        self.start.open.setFocus(Qt.FocusReason.OtherFocusReason)  # its keys live where the focus is
        self.setWindowTitle(TITLE)

    def new(self) -> None:
        """Make a new data file with the wizard and open it."""
        from pairing_desktop.services import half_new
        from pairing_desktop.ui import ask
        from pairing_desktop.ui.new_wizard import NewWizard

        with half_new.held(self._settings.path.parent) as half:
            wizard = NewWizard(self, half=half)
            made = ask.dialogs.run(wizard) and wizard.created is not None
        if made:
            self.open(str(wizard.created))
            if self.desk is not None:
                self.desk.commands.go_in()

    def sample(self, name: str = "") -> None:
        """Make the sample data file where the user wants it, and open it; ``name`` is another county's."""
        from pairing_desktop.ui import ask, jobs

        suggested = Path.home() / f"{name or '遂昌'}示例.pairing"
        to = ask.dialogs.save_file(self, "示例数据存到哪里", "数据文件 (*.pairing)", suggested=suggested)
        if to is None:
            return
        to = to if to.suffix == DATA_FILE else to.with_name(f"{to.name}{DATA_FILE}")

        def work(progress: Progress) -> str:
            from pairing_desktop.services import sample

            now = self._clock()
            (sample.make_other(to, name, now=now, progress=progress) if name
             else sample.make_sample(to, now=now, progress=progress)).close()
            return str(to)

        strip = self._strip()
        job = jobs.run(strip, "生成示例数据", work, self.open)
        job.ended.connect(strip.deleteLater)

    def restore(self) -> None:
        """Copy a backup to a new data file, enter it in the history, and open it."""
        from pairing_desktop.ui import going_on, jobs

        chosen = going_on.chosen(self, self._clock())
        if chosen is None:
            return
        backup, to = chosen

        def work(progress: Progress) -> str:
            from pairing_desktop.services import restoring

            return str(restoring.restore(backup, to, who=self._who(backup), now=self._clock(), progress=progress).path)

        strip = self._strip()
        job = jobs.run(strip, "从备份恢复", work, self.open)
        job.ended.connect(strip.deleteLater)

    def _strip(self) -> QWidget:
        """Return a line over the window's foot with the progress of work that has no page yet."""
        from pairing_desktop.ui.jobs import JobBar

        strip = QWidget(self)
        strip.setProperty("kind", "statusbar")
        strip.setAutoFillBackground(True)
        row = QHBoxLayout(strip)
        row.setContentsMargins(24, 0, 24, 0)
        row.addWidget(JobBar(strip))
        row.addStretch(1)
        strip.setGeometry(0, self.height() - STRIP, self.width(), STRIP)
        strip.show()
        return strip

    # Files

    def open(self, file: str) -> None:
        """Open a data file or a packet; "" or a pattern asks which."""
        if file in ("", "*.asice"):
            from pairing_desktop.ui import ask

            chosen = ask.dialogs.open_file(self, "打开", PACKET_KINDS if file else KINDS)
            if chosen is None:
                return
            file = str(chosen)
        if file == RESTORE:
            self.restore()
            return
        path = Path(file)
        if file == VERIFY or path.suffix.lower() in SIGNED:
            self.verify(() if file == VERIFY else (path,))
            return
        try:
            if path.suffix.lower() == SEALED:
                self._open_sealed(path)
            elif path.suffix.lower() in PACKETS:
                self._open_packet(path)
            else:
                self._open_workspace(path)
        except Trouble as told:
            from pairing_desktop.ui import ask

            ask.dialogs.trouble(self, told, title=f"没有打开 {path.name}")

    def _open_workspace(self, path: Path) -> None:
        from pairing_desktop.services.workspace import open_for_reading_if_taken
        from pairing_desktop.ui import going_on
        from pairing_desktop.ui.desk import Desk
        from pairing_desktop.ui.resuming import resume

        if not path.is_file():
            raise trouble("ui.no_file", file=path)
        if self.desk is not None and self.desk.workspace.path.resolve() == path.resolve():
            self.stack.setCurrentWidget(self.desk)
            return
        workspace = open_for_reading_if_taken(path, who=self._who(path), now=self._clock(), clock=self._clock)
        workspace = going_on.decided(self, workspace, self._settings)
        if not self.close_workspace():
            workspace.close()
            return
        workspace.work_as(workspace.who or next((p.name for p in workspace.people if p.role == "preparer"), ""))
        desk = Desk(workspace, self._settings, self.theme, self, later=AFTER_LIST)
        desk.closeWanted.connect(self._back_to_start)
        desk.newWanted.connect(self.new)
        desk.openWanted.connect(self.open)
        desk.takeOverWanted.connect(self._take_over)
        desk.signals.fileChosen.connect(self.open)
        desk.quitWanted.connect(self.close)
        self.desk = desk
        self.stack.addWidget(desk)
        self.stack.setCurrentWidget(desk)
        name = f"{workspace.about.county_name} ・ {path.stem}"
        self.setWindowTitle(f"{name} — {TITLE}")
        self._settings.add_recent(path, at=self._clock().isoformat(), label=path.stem)
        resume(desk)

    def _take_over(self, path: str) -> None:
        """Open a file that was only read anew, to write in it: who held it has closed it."""
        if self.close_workspace():
            self.show_start()  # stands there if it cannot be opened after all
            self.open(path)

    def _who(self, path: Path) -> str:
        """Return who works in a file on this PC, as the user told it: claimed, never proved."""
        return str(self._settings.get(f"who.{path.resolve()}", ""))

    def _open_sealed(self, path: Path) -> None:
        """Open an encrypted packet with the receiver's key, then what is in it."""
        from pairing_desktop.ui import sealed

        if not path.is_file():
            raise trouble("ui.no_file", file=path)
        if (packet := sealed.opened(self, path)) is not None:
            self._open_packet(packet)

    def _open_packet(self, path: Path) -> None:
        if not path.is_file():
            raise trouble("ui.no_file", file=path)
        page = self._page_of(path)
        page.closeRequested.connect(self._close_page)
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        self.setWindowTitle(f"{path.name} — {TITLE}")

    def _page_of(self, path: Path) -> "SignPage | JointPage":
        """Return the page for a packet, or for a joint part that two counties agree on."""
        from pairing_desktop.services import joining

        if joining.is_joint(path):
            from pairing_desktop.ui.joint_page import JointPage

            return JointPage(path, self, settings=self._settings, clock=self._clock)
        from pairing_desktop.ui.sign_page import SignPage

        return SignPage(path, self, settings=self._settings, clock=self._clock)

    def verify(self, files: Sequence[Path] = ()) -> None:
        """Show where files are verified and codes looked up."""
        from pairing_desktop.ui.verdict_desk import VerdictDesk

        data_file = self.desk.workspace.path if self.desk is not None else None
        page = VerdictDesk(self._settings, self, data_file=data_file, clock=self._clock)
        page.closeRequested.connect(self._close_page)
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        self.setWindowTitle(f"核验 — {TITLE}")
        if files:
            page.verify(files)
        else:
            page.choose.setFocus()

    def _close_page(self) -> None:
        """Close the page that asks: it is the one that is shown. Bound to nothing, or the two would hold each other."""
        page = self.stack.currentWidget()
        self.stack.removeWidget(page)
        page.deleteLater()
        if self.desk is not None:
            self.stack.setCurrentWidget(self.desk)
        else:
            self.show_start()

    def close_workspace(self) -> bool:
        """Leave and close the open data file; False when the clerk wants to stay."""
        from pairing_desktop.ui import record_acts

        desk = self.desk
        if desk is None:
            return True
        if not desk.leave() and not record_acts.let_go(desk.entry_page()):
            return False
        self.desk = None
        self.stack.removeWidget(desk)
        desk.hide()
        desk.shut()
        desk.deleteLater()
        return True

    def _back_to_start(self) -> None:
        if self.close_workspace():
            self.show_start()

    def closeEvent(self, event: "QCloseEvent") -> None:
        """Save what is typed before the window goes."""
        if not self.close_workspace():
            event.ignore()
            return
        if self.again is not None:
            self.again.stop()
        self._settings.set("window.place", bytes(self.saveGeometry().toBase64().data()).decode())
        super().closeEvent(event)


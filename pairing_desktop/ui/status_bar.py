"""The window's last line: what was saved and when, findings, background work with cancel, who works here."""

from datetime import datetime, timedelta, timezone

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.elided import Elided
from pairing_desktop.ui.jobs import JobBar
from pairing_desktop.ui.marks import MARKS

CHINA = timezone(timedelta(hours=8))
HEIGHT = 28
NARROW = 800
"""Width under which the person's name makes room for the work that runs."""


def clock_time(moment: datetime) -> str:
    """Return a moment as clerks read it: 14:32:08, in Chinese time."""
    return moment.astimezone(CHINA).strftime("%H:%M:%S")


class StatusBar(QWidget):
    """Left: saved, findings. Right: work, word of the moment, person."""

    findingsWanted = Signal()  # noqa: N815  # Qt's manner
    """The findings' count was clicked."""

    personWanted = Signal()  # noqa: N815
    """The person's name was clicked."""

    def __init__(self, person: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "statusbar")
        self._mark = icons.Glyph("", parent=self)
        self._mark.hide()
        self.saved, self.word = QLabel(self), Elided(self)
        self.findings, self.person = QPushButton(self), QPushButton(self)
        for button, wanted in ((self.findings, self.findingsWanted), (self.person, self.personWanted)):
            button.setProperty("kind", "status")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(wanted)
        self.findings.hide()
        self.jobs = JobBar(self)
        self.jobs.installEventFilter(self)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(8000)
        self._fade.timeout.connect(self._quiet)
        self._apart = self._line()
        self._apart.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(6)
        left: tuple[QWidget, ...] = (self._mark, self.saved, self._line(), self.findings)
        right: tuple[QWidget, ...] = (self.word, self.jobs, self._apart, self.person)
        for part in left:
            row.addWidget(part)
        row.addStretch(1)
        for part in right:
            row.addWidget(part)
        self.show_person(person)

    def show_person(self, person: str) -> None:
        """Show who types here."""
        self.person.setText(f"填表人：{person}" if person else "填表人：未填")
        self.person.setToolTip("由打开数据文件的人自报，点一下可换；只有签名能证明")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice when work begins and ends."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._make_room()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self.person.setVisible(self.jobs.isHidden() or self.width() >= NARROW)

    def _line(self) -> QFrame:
        line = QFrame(self)
        line.setProperty("kind", "upright")
        line.setFixedSize(17, 12)
        return line

    def show_saved(self, moment: datetime) -> None:
        """Tell when the last word reached the disk."""
        self._mark.show_icon("checkmark_circle", "ok")
        self._mark.show()
        self.saved.setText(f"已保存 {clock_time(moment)}")

    def show_plain(self, words: str, mark: str = "") -> None:
        """Tell something else in the place of 已保存: only for reading, not yet anything typed."""
        sign = MARKS.get(mark)
        if sign:
            self._mark.show_icon(sign.icon, sign.colour, filled=sign.filled)
        self._mark.setVisible(sign is not None)
        self.saved.setText(words)

    def show_findings(self, scope: str, errors: int, queries: int, *, checked: bool, others: str = "") -> None:
        """Tell findings: 本表 强制 1 ・ 核实 2; an empty scope hides them. Nothing is in order that nobody checked.

        ``others``: what is wrong beside the scope.
        """
        self.findings.setVisible(bool(scope))
        none = f"{scope} 没有问题" if checked else f"{scope} 还没有审核"
        told = f"{scope} 强制 {errors} ・ 核实 {queries}" if errors or queries else none
        self.findings.setText(" ・ ".join(filter(None, (told, others))))
        self.findings.setToolTip("打开审核结果（Ctrl+J）")

    def tell(self, words: str) -> None:
        """Show one line for some seconds."""
        self.word.setText(words)
        self._apart.setVisible(bool(words))
        self._fade.start()

    def _quiet(self) -> None:
        self.word.clear()
        self._apart.hide()

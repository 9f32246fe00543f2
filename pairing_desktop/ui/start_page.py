"""Where work begins: open, sign a packet, new, sample, recent files; a file may be dropped on it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from pairing_desktop import __version__
from pairing_desktop.progress import Progress
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, jobs, moments
from pairing_desktop.ui.cards import Card, Surface, button, column, picture, row, scrolled, words
from pairing_desktop.ui.jobs import JobBar
from pairing_desktop.ui.marks import STATES
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable

DATA_FILES = "数据文件 (*.pairing)"
PACKETS = "报送包 (*.asice *.zip *.p7m)"
KNOWN = (".pairing", ".asice", ".zip", ".p7m", ".xlsx", ".pdf")
PROMISES = (
    ("plug_disconnected", "不联网也能用，不需要管理员权限"),
    ("save", "离开一个字段就存盘，断电不丢"),
    ("lock_closed", "签名后改一个字都能查出来"),
)
NARROW, SIDE_LEAST, SIDE = 1000, 348, 424
"""Under this width the side panel gives way to what one came for; how wide it is where there is room."""

CHOICES = 660
"""What the choices want."""


class Choice(QPushButton):
    """A large button: sign, title, one line about it, the keys that do the same."""

    def __init__(self, icon: str, title: str, text: str, keys: str) -> None:
        super().__init__()
        self.setProperty("kind", "choice")
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setAutoDefault(False)
        self.keys = keys
        lines = column(words(title, role="choice"), words(text, role="label"), spacing=2)
        self.inside = row(picture(icon, 24, "accent"), lines, None, words(keys, role="hint"),
                          picture("chevron_right", 16, "text2"), spacing=16)
        self.inside.setContentsMargins(18, 12, 18, 12)
        self.setLayout(self.inside)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """Make room for what is laid out inside."""
        return self.inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Make room for what is laid out inside."""
        return self.inside.minimumSize()


class StartPage(QWidget):
    """The page without a data file. It only says what was chosen; the window acts."""

    openRequested = Signal(str)  # noqa: N815  # a data file or a packet
    newRequested = Signal()  # noqa: N815
    sampleRequested = Signal()  # noqa: N815
    otherSampleRequested = Signal(str)  # noqa: N815  # another county's: its name

    def __init__(self, settings: Settings, parent: QWidget | None = None, *,
                 clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._clock = clock or (lambda: datetime.now(UTC))
        self.setAcceptDrops(True)
        self._states: dict[str, tuple[str, str]] = {}
        self._looked = False
        self.side = self._side()
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.side)
        whole.addWidget(scrolled(self._choices(), "从哪里开始"), 1)
        self.refresh()

    def _side(self) -> Surface:
        side = Surface("side")
        lines = [row(picture(icon, 20, "accent"), words(text, role="label"), None, spacing=12)
                 for icon, text in PROMISES]
        layout = column(
            None, words("山海协作", role="verdict"), words("季度填报与报送", role="verdict"), spacing=0,
            margins=(56, 32, 24, 32),
        )
        layout.addSpacing(16)
        layout.addWidget(words("填报、审核、签批、报送，一个文件完成。", role="lead"))
        layout.addSpacing(28)
        for line in lines:
            layout.addLayout(line)
            layout.addSpacing(12)
        layout.addStretch(1)
        layout.addWidget(words(f"版本 {__version__}", role="hint"))
        side.setLayout(layout)
        return side

    def _choices(self) -> QWidget:
        self.open = Choice("folder_open", "打开数据文件", "接着上次填，或打开同事交接来的文件", "Ctrl+O")
        text = "同事传来的报送包：看内容、签名，不需要数据文件"
        self.packet = Choice("signature", "签批报送包", text, "Ctrl+B")
        text = "报送包、工作簿、PDF 是否有效、一致；盖章页上的表码是否相符"
        self.check = Choice("shield_checkmark", "核验文件或表码", text, "Ctrl+H")
        self.new = Choice("document_add", "新建数据文件", "选好本县和结对县，填上单位和人员", "Ctrl+N")
        self.sample = Choice("beaker", "看示例", "遂昌县—南湖区 2024年一、二季度示例数据，可随意改", "Ctrl+E")
        acts: tuple[tuple[Choice, Callable[[], object]], ...] = (
            (self.open, self._open), (self.packet, self._packet),
            (self.check, lambda: self.openRequested.emit("*.verify")),
            (self.new, self.newRequested.emit), (self.sample, self.sampleRequested.emit),
        )
        inner = QVBoxLayout()
        inner.setSpacing(12)
        inner.addWidget(words("从哪里开始", role="page"))
        inner.addSpacing(4)
        for choice, act in acts:
            choice.clicked.connect(lambda _checked=False, act=act: act())
            short = QShortcut(QKeySequence(choice.keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            short.activated.connect(choice.click)
            inner.addWidget(choice)
        self.others = button("其他县的示例（只有公开报道的数字）", kind="link", action=self._offer_others)
        inner.addWidget(self.others)
        inner.addSpacing(8)
        inner.addWidget(self._recent())
        self.bar = JobBar()
        self.keys = button("密钥与证书…", kind="link", action=self._keys)
        self.restore = button("从备份恢复…", kind="link", action=lambda: self.openRequested.emit("*.restore"))
        hint = words("把数据文件或报送包拖到这里也能打开", role="hint")
        inner.addLayout(row(hint, None, self.bar, self.restore, self.keys))
        page = QWidget()
        centre = QWidget()
        centre.setMaximumWidth(880)
        centre.setLayout(inner)
        inner.setContentsMargins(0, 0, 0, 0)
        across = row(centre)
        page.setLayout(column(None, across, None, margins=(48, 24, 48, 24)))
        return page

    def _recent(self) -> Card:
        columns = (Column("最近打开"), Column("位置"), Column("时间", 120), Column("状态", 184))
        self.recent = RowsTable("最近打开的数据文件", columns, row_height=36, single_click=True)
        self.recent.opened.connect(self.openRequested.emit)
        self.card = Card(margin=1)
        self.card.body.addWidget(self.recent)
        return self.card

    def refresh(self) -> None:
        """Read the recent files again."""
        entries = self._settings.get("recent", [])[:6]
        self.recent.show_rows([self._line(entry) for entry in entries])
        self.recent.fit()
        self.card.setVisible(bool(entries))

    def _line(self, entry: Mapping[str, Any]) -> Row:
        path = Path(entry["path"])
        there = path.is_file()
        at = moments.parse(entry.get("at", ""))
        word, quarter = self._states.get(str(path), ("", ""))
        mark = next((m for m in STATES.values() if m.word == word), None)
        state = Cell(f"{quarter} {word}" if mark else word, tip="" if mark else quarter,
                     colour=mark.tone if mark and mark.tone != "neutral" else "text2")
        return Row((
            Cell(entry.get("label") or path.stem, icon="database", icon_colour="text2", weight=500,
                 colour="text" if there else "text2"),
            Cell(str(path.parent), colour="text2", size=12, tip=str(path)),
            Cell(moments.short(at, self._clock()) if at else "", colour="text2"),
            state if there else Cell("文件不在原处", colour="query"),
        ), str(path))

    def _look(self) -> None:
        """Ask the recent files, in the background, where their quarter stands."""
        if self._looked or not self.isVisible():
            return
        self._looked = True
        files, now = [Path(row.data) for row in self.recent.rows.rows if Path(row.data).is_file()], self._clock()
        if files:
            jobs.run(self, "看最近的文件", lambda progress: standings(files, now, progress), self._stand,
                     lambda _error: None, quiet=True)

    def _stand(self, found: dict[str, tuple[str, str]]) -> None:
        self._states = found
        self.refresh()

    def _offer_others(self) -> None:
        """Let one of the article's other counties be chosen."""
        menu = self.other_menu()
        menu.popup(self.others.mapToGlobal(self.others.rect().bottomLeft()))

    def other_menu(self) -> QMenu:
        """Return the menu of the other counties' samples."""
        from pairing_desktop.services import sample, workspace

        menu = QMenu(self.others)
        menu.setToolTipsVisible(True)
        for other in sample.others():
            names = f"{workspace.county_name(other.county)}（结对 {workspace.county_name(other.partner)}）"
            act = menu.addAction(names)
            act.setToolTip(other.article)
            act.triggered.connect(lambda _checked=False, name=other.name: self.otherSampleRequested.emit(name))
        return menu

    def _keys(self) -> None:
        from pairing_desktop.ui.key_page import open_keys

        open_keys(self, self._settings, self._clock)

    def _open(self) -> None:
        self._ask("打开数据文件", f"{DATA_FILES};;{PACKETS};;所有文件 (*)")

    def _packet(self) -> None:
        self._ask("打开报送包", f"{PACKETS};;所有文件 (*)")

    def _ask(self, title: str, kinds: str) -> None:
        recent = self._settings.get("recent", [])
        folder = Path(recent[0]["path"]).parent if recent else None
        if (path := ask.dialogs.open_file(self, title, kinds, folder=folder)) is not None:
            self.openRequested.emit(str(path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files that can be opened."""
        if dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file that was let go here."""
        if (path := dropped(event)) is not None:
            event.acceptProposedAction()
            self.openRequested.emit(str(path))

    def showEvent(self, event: QShowEvent) -> None:
        """Look into the recent files a moment after the page was painted."""
        super().showEvent(event)
        self._looked = False
        QTimer.singleShot(400, self, self._look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the room to the choices when there is little of it."""
        self.side.setVisible(self.width() >= NARROW)
        self.side.setFixedWidth(max(SIDE_LEAST, min(SIDE, self.width() - CHOICES)))
        super().resizeEvent(event)


def standings(files: list[Path], now: datetime, progress: Progress) -> dict[str, tuple[str, str]]:
    """Return each data file's state in the latest quarter begun, and that quarter; one that doesn't open says so.

    Where none is begun it is the present one's.
    """
    from pairing_desktop.errors import Trouble
    from pairing_desktop.services import standing, workspace

    found = {}
    for number, file in enumerate(files):
        progress("看最近的文件", number, len(files))
        try:
            with workspace.open_workspace(file, write=False, now=now, clock=lambda: now) as ws:
                quarters = standing.quarters(ws)
                latest = next((q for q in quarters if q.code != "empty"), quarters[0])
                found[str(file)] = (latest.title, latest.quarter_title)
        except Trouble as error:
            found[str(file)] = ("打不开", str(error))
    return found


def dropped(event: QDropEvent, kinds: tuple[str, ...] = KNOWN) -> Path | None:
    """Return the first local file of the kinds that is being dragged."""
    urls = event.mimeData().urls()
    files = (Path(url.toLocalFile()) for url in urls if url.isLocalFile())
    return next((file for file in files if file.suffix.lower() in kinds), None)

"""A file of a record: chosen, dropped, pasted or taken from the scanner's folder; looked at, saved, removed."""

from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import structs
from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.fieldtypes.links import size_text
from pairing_desktop.formspec.values import Attachment
from pairing_desktop.progress import Progress
from pairing_desktop.services import attaching, attachment_limits
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, icons, jobs
from pairing_desktop.ui.attachment_sources import REFUSED, WHOLE, Sources, Store, Stored, add_whole
from pairing_desktop.ui.elided import Elided
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.name_button import NameButton

ICON_ONLY, GAP = 30, 4
"""Width of a button without words, and what lies between two."""


class AttachmentInput(QWidget):
    """Not typed but chosen; otherwise like every other input. Files are read and stored in the background."""

    entered = Signal(str)
    typing = Signal(str)

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry, self.path, self.field = entry, path, field
        self._job: jobs.Job | None = None
        self.sources = Sources(self, field.label, entry.workspace)
        self.sources.given.connect(self._attach)
        self.take = self.sources.take
        self.paste = self.sources.paste
        self.choose = NameButton(self)
        self._set_up(self.choose, "attach", "选择文件…", self.sources.choose)
        self.facts = Elided()
        self.facts.setProperty("role", "hint")
        self.travels = self._button("", "", self._switch)
        self.more = self._button("more_horizontal", "", self._more)
        self.look = self._button("eye", "看", self._look)
        self.export = self._button("arrow_download", "另存…", self._export)
        self.remove = self._button("delete", "移除", self._remove)
        self._first, self._second = QHBoxLayout(), QHBoxLayout()
        self._two_lines = False
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        for line in (self._first, self._second):
            line.setSpacing(GAP)
            line.addStretch(1)
            whole.addLayout(line)
        self._put(self._first, self.choose, self.facts, self.more, self.travels, *self._acts)
        self.more.setFixedWidth(ICON_ONLY)
        self.more.setToolTip("粘贴、从扫描文件夹取、照片大小")
        self.more.setAccessibleName(f"{field.label}：更多办法")
        self.setAcceptDrops(True)
        self.setFocusProxy(self.choose)
        self.refresh()

    def _button(self, icon: str, text: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        self._set_up(button, icon, text, action)
        return button

    def _set_up(self, button: QPushButton, icon: str, text: str, action: Callable[[], None]) -> None:
        if icon:
            button.setIcon(icons.icon(icon))
            button.setIconSize(QSize(16, 16))
        button.clicked.connect(action)
        button.installEventFilter(self)
        button.setToolTip(text)
        button.setAccessibleName(f"{self.field.label}：{text}")

    @property
    def held(self) -> Attachment | None:
        """Return the file, if there is one."""
        value = self.entry.draft.value(self.path)
        return value if isinstance(value, Attachment) else None

    def refresh(self) -> None:
        """Show the draft's state again."""
        held, busy = self.held, self._job is not None
        name = "正在存入…" if busy else held.name if held else "选择文件…"
        self.choose.show_name(name)
        self.choose.setToolTip(self.entry.draft.shown(self.path))
        self.choose.setAccessibleName(f"{self.field.label}：{name}")
        pages = f"{held.pages} 页 · " if held and held.pages else ""
        self.facts.setText(f"{pages}{size_text(held.size)}" if held else "")
        self.travels.setText("上报" if held and held.travels else "仅留本县")
        self.travels.setAccessibleName(f"{self.field.label}：{self.travels.text()}")
        self.travels.setToolTip("点一下换：上报（随报送包），或仅留本县（只报名称、页数和摘要）")
        self.facts.setVisible(held is not None and not busy)
        self.travels.setVisible(held is not None and not self.field.private)
        for button in (self.look, self.export, self.remove):
            button.setVisible(held is not None)
        for button in (self.choose, self.more, self.travels, self.remove):
            button.setEnabled(not self.entry.read_only and not busy)
        self._spread()

    @property
    def _acts(self) -> tuple[QPushButton, ...]:
        """Return the buttons that stand under the name where all do not fit beside each other."""
        return self.look, self.export, self.remove

    def _put(self, line: QHBoxLayout, *parts: QWidget) -> None:
        for part in parts:
            line.insertWidget(line.count() - 1, part)

    def _spread(self) -> None:
        """Take two lines where one would be wider than the page, the name being cut as far as it may."""
        beside = self._least((self.choose, self.more, self.travels, *self._acts)) + self.facts.sizeHint().width() + GAP
        two = self.held is not None and beside > self.width()
        self.facts.setMinimumWidth(0 if two else self.facts.sizeHint().width())
        if two == self._two_lines:
            return
        self._two_lines = two
        self._put(self._second if two else self._first, *self._acts)
        if two:
            self._put(self._second, self.facts)
        else:
            self._first.insertWidget(1, self.facts)

    def _least(self, parts: Iterable[QWidget]) -> int:
        return sum(min(part.minimumSizeHint().width(), part.maximumWidth()) + GAP
                   for part in parts if not part.isHidden()) - GAP

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See anew what fits beside each other."""
        super().resizeEvent(event)
        self._spread()

    def minimumSizeHint(self) -> QSize:
        """Be content with two lines and a cut name: the form would be wider than its page else."""
        least = max(self._least((self.choose, self.more, self.travels)), self._least(self._acts))
        return QSize(least, super().minimumSizeHint().height())

    def commit(self) -> None:
        """Nothing is ever half chosen."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when one of the buttons gets the focus; Enter goes on from a chosen file; Ctrl+V pastes."""
        if event.type() == QEvent.Type.FocusIn:
            self.entry.focus = self.path
            self.entered.emit(self.path)
        chosen = watched is self.choose and self.held is not None
        if chosen and isinstance(event, QKeyEvent) and event.key() in ENTER:
            if event.type() == QEvent.Type.KeyPress:
                self.focusNextChild()
            return True
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Paste):
            if event.type() == QEvent.Type.KeyPress and not self.entry.read_only:
                self.paste()
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let files and pictures be dropped here."""
        if not self.entry.read_only and (event.mimeData().hasUrls() or event.mimeData().hasImage()):
            event.acceptProposedAction()
            self.choose.show_name("松开存入")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show again what is there."""
        super().dragLeaveEvent(event)
        self.refresh()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what is dropped."""
        event.acceptProposedAction()
        self.refresh()
        if not self.entry.read_only:
            self.sources.take_mime(event.mimeData(), "拖来的不是文件，也不是图片。")

    # Work behind the window

    def _work(self, title: str, work: Callable[[Workspace], object], done: Callable[..., object], refused: str) -> None:
        """Do ``work`` on a fork of the data file; trouble is told under ``refused`` and changes nothing."""
        fork = self.entry.workspace.fork()

        def inside(progress: Progress) -> object:
            progress(title, 0, 0)
            with fork:
                return work(fork)

        def failed(error: BaseException) -> None:
            if isinstance(error, Trouble):
                ask.dialogs.trouble(self, error, title=refused)
            else:
                ask.dialogs.bug(self, error)

        self._job = jobs.run(self, title, inside, done, failed)
        self._job.through.connect(self._rest)
        self._job.stopped.connect(self._rest)
        self.refresh()

    def _rest(self) -> None:
        self._job = None
        self.refresh()

    def _attach(self, store: Store) -> None:
        """Read and store a file, then put it into the field, if the record is still the one that is shown."""
        opened, shrink = self.entry.opened, not Settings().get(WHOLE, False)
        travels = not (self.field.private or self.field.secret)
        if self.entry.read_only or self._job is not None:
            return

        def done(stored: Stored) -> None:
            held = stored.held
            if self.entry.opened is opened:
                self.entry.set(self.path, held, note=_smaller(stored))
            else:
                ask.dialogs.tell(self, REFUSED, f"存“{held.name}”的时候换了记录。请回到原来的记录，再加一次。")

        self._work("存入附件", lambda ws: store(ws, travels, shrink), done, REFUSED)

    def _more(self) -> None:
        menu = QMenu(self)
        self.sources.fill(menu, more=self._more)
        menu.addSeparator()
        most = attachment_limits.of(self.entry.workspace).photo_px
        if (held := self.held) is not None and attaching.is_photo(held):
            menu.addAction(f"把这张照片缩小到长边 {most} 像素", self._shrink)
        add_whole(menu, most)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _shrink(self) -> None:
        """Put a smaller one of the photo into the field; undoing brings the larger one back."""
        if (held := self.held) is not None:
            self._attach(lambda ws, _travels, _shrink: Stored(attaching.shrunk(ws, held), held.size))

    def _look(self) -> None:
        from pairing_desktop.ui.attachment_dialog import AttachmentLook

        held = self.held
        if held is not None:
            self._work("打开附件", lambda ws: attaching.looked_at(ws, held),
                       lambda data: ask.dialogs.run(AttachmentLook(held, data, self)), "看不了附件")

    def _switch(self) -> None:
        held = self.held
        if held is not None:
            self.entry.set(self.path, structs.replace(held, travels=not held.travels))

    def _export(self) -> None:
        held = self.held
        if held is None:
            return
        to = ask.dialogs.save_file(self, "另存附件", "所有文件 (*)", suggested=Path.home() / held.name)
        if to is not None:
            self._work("另存附件", lambda ws: attaching.extract(ws, held, to), lambda _to: None, "没有另存附件")

    def _remove(self) -> None:
        self.entry.set(self.path, None)


def _smaller(stored: Stored) -> str:
    """Return that a photo was made smaller and by how much, "" where it was not."""
    if stored.held.size >= stored.given:
        return ""
    return f"照片已由 {size_text(stored.given)} 缩为 {size_text(stored.held.size)}"

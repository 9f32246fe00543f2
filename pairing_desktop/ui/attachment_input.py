"""A file of a record: chosen, dropped, pasted or taken from the scanner's folder; looked at, saved, removed."""

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QEvent, QMimeData, QObject, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.values import Attachment
from pairing_desktop.services import attaching
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, icons, moments
from pairing_desktop.ui.entry import Entry

KINDS = f"图片和文档 ({' '.join(f'*{kind}' for kind in attaching.KINDS)})"
SCANS = "attachments.scans"
WHOLE = "attachments.whole"
PASTED = "粘贴的图片 {at:%m%d-%H%M%S}.png"


class AttachmentInput(QWidget):
    """Not typed but chosen; otherwise it behaves like every other input."""

    entered = Signal(str)
    typing = Signal(str)

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry, self.path, self.field = entry, path, field
        self.choose = self._button("attach", "选择文件…", self._choose)
        self.travels = self._button("", "", self._switch)
        self.more = self._button("more_horizontal", "", self._more)
        self.look = self._button("eye", "看", self._look)
        self.export = self._button("arrow_download", "另存…", self._export)
        self.remove = self._button("delete", "移除", self._remove)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self.choose, self.more, self.travels, self.look, self.export, self.remove):
            row.addWidget(button)
        self.more.setToolTip("粘贴、从扫描文件夹取、照片大小")
        self.more.setAccessibleName(f"{field.label}：更多办法")
        self.setAcceptDrops(True)
        row.addStretch(1)
        self.setFocusProxy(self.choose)
        self.refresh()

    def _button(self, icon: str, text: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        if icon:
            button.setIcon(icons.icon(icon))
            button.setIconSize(QSize(16, 16))
        button.clicked.connect(action)
        button.installEventFilter(self)
        button.setAccessibleName(f"{self.field.label}：{text}")
        return button

    @property
    def held(self) -> Attachment | None:
        """Return the file, if there is one."""
        value = self.entry.draft.value(self.path)
        return value if isinstance(value, Attachment) else None

    def refresh(self) -> None:
        """Show the draft's state again."""
        held = self.held
        name = held.name if held else "选择文件…"
        self.choose.setText(self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, 320))
        self.choose.setToolTip(self.entry.draft.shown(self.path))
        self.choose.setAccessibleName(f"{self.field.label}：{name}")
        self.travels.setText("上报" if held and held.travels else "仅留本县")
        self.travels.setToolTip("点一下换：上报（随报送包），或仅留本县（只报名称和摘要）")
        self.travels.setVisible(held is not None and not self.field.private)
        for button in (self.look, self.export, self.remove):
            button.setVisible(held is not None)
        for button in (self.choose, self.more, self.travels, self.remove):
            button.setEnabled(not self.entry.read_only)

    def commit(self) -> None:
        """Nothing is ever half chosen."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when one of the buttons gets the focus; Ctrl+V on any of them pastes."""
        if event.type() == QEvent.Type.FocusIn:
            self.entry.focus = self.path
            self.entered.emit(self.path)
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Paste):
            if event.type() == QEvent.Type.KeyPress:
                self.paste()
            event.accept()
            return True
        return super().eventFilter(watched, event)

    # Where a file comes from

    def _choose(self) -> None:
        file = ask.dialogs.open_file(self, f"选择{self.field.label}", KINDS)
        if file is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        """Put a file into the data file and into the field."""
        self._attach(partial(attaching.attach, self.entry.workspace, file))

    def paste(self) -> None:
        """Take the file or the picture that is on the clipboard."""
        self._take_mime(QGuiApplication.clipboard().mimeData(), "剪贴板里没有文件，也没有图片。")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let files and pictures be dropped here."""
        if not self.entry.read_only and (event.mimeData().hasUrls() or event.mimeData().hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what is dropped."""
        event.acceptProposedAction()
        self._take_mime(event.mimeData(), "拖来的不是文件，也不是图片。")

    def _take_mime(self, mime: QMimeData, otherwise: str) -> None:
        files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if self.entry.read_only:
            return
        if len(files) > 1:
            words = f"这一项只放一个文件，给了 {len(files)} 个。请压成一个 .zip，或合成一个 PDF。"
            ask.dialogs.tell(self, "没有加上附件", words)
        elif files:
            self.take(files[0])
        elif mime.hasImage():
            name = PASTED.format(at=moments.local(self.entry.workspace.clock()))
            self._attach(partial(attaching.attach_bytes, self.entry.workspace, _png(QImage(mime.imageData())), name))
        else:
            ask.dialogs.tell(self, "没有加上附件", otherwise)

    def _attach(self, store: Callable[..., Attachment]) -> None:
        try:
            held = store(travels=not self.field.private, shrink=not Settings().get(WHOLE, False))
        except Trouble as trouble:
            ask.dialogs.trouble(self, trouble, title="没有加上附件")
        else:
            self.entry.set(self.path, held)

    def _more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("从剪贴板粘贴\tCtrl+V", self.paste)
        folder = Settings().get(SCANS, "")
        for file in self._scans(folder):
            menu.addAction(f"扫描：{file.name}", partial(self.take, file))
        menu.addSeparator()
        menu.addAction("换扫描文件夹…" if folder else "指定扫描文件夹…", self._choose_scans)
        whole = menu.addAction("照片不缩小，存原图")
        whole.setCheckable(True)
        whole.setChecked(bool(Settings().get(WHOLE, False)))
        whole.toggled.connect(lambda on: Settings().set(WHOLE, on))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _scans(self, folder: str) -> list[Path]:
        try:
            return attaching.newest(Path(folder)) if folder else []
        except Trouble:  # a stick that was pulled: the menu still lets choose another folder
            return []

    def _choose_scans(self) -> None:
        folder = ask.dialogs.folder(self, "扫描仪把文件存在哪个文件夹")
        if folder is not None:
            Settings().set(SCANS, str(folder))
            self._more()

    # What is done with it

    def _look(self) -> None:
        from pairing_desktop.ui.attachment_dialog import AttachmentLook

        held = self.held
        if held is None:
            return
        try:
            data = attaching.content(self.entry.workspace, held)
        except Trouble as trouble:
            ask.dialogs.trouble(self, trouble, title="看不了附件")
        else:
            ask.dialogs.run(AttachmentLook(held, data, self))

    def _switch(self) -> None:
        held = self.held
        if held is not None:
            self.entry.set(self.path, dataclasses.replace(held, travels=not held.travels))

    def _export(self) -> None:
        held = self.held
        if held is None:
            return
        to = ask.dialogs.save_file(self, "另存附件", "所有文件 (*)", suggested=Path.home() / held.name)
        if to is None:
            return
        try:
            attaching.extract(self.entry.workspace, held, to)
        except Trouble as trouble:
            ask.dialogs.trouble(self, trouble, title="没有另存附件")

    def _remove(self) -> None:
        self.entry.set(self.path, None)


def _png(image: QImage) -> bytes:
    """Return a picture as a PNG file."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, Qt a str
    return bytes(buffer.data().data())

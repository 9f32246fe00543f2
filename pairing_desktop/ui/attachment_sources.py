"""Where a record's file comes from: a dialog, a drop, the clipboard, the folder that the scanner writes to.

Nothing is read here on the window's thread: a source hands out the work that reads, and the field does it behind.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import shiboken6
from msgspec import Struct
from PySide6.QtCore import QBuffer, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtWidgets import QMenu, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.values import Attachment
from pairing_desktop.services import attaching
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask, jobs, moments

KINDS = f"图片和文档 ({' '.join(f'*{kind}' for kind in attaching.KINDS)})"
SCANS = "attachments.scans"
WHOLE = "attachments.whole"
PASTED = "粘贴的图片 {at:%m%d-%H%M%S}.png"
REFUSED = "没有加上附件"


class Stored(Struct, frozen=True):
    """What the field holds now, and how many bytes were given for it."""

    held: Attachment
    given: int


Store = Callable[[Workspace, bool, bool], Stored]
"""Reads and stores a file: the data file, whether it travels, whether a photo is made smaller."""


class Sources(QObject):
    """Asks a person for a file; ``given`` brings what reads and stores it."""

    given = Signal(object)  # a Store

    def __init__(self, place: QWidget, label: str, workspace: Workspace) -> None:
        super().__init__(place)
        self._place, self._label, self._workspace = place, label, workspace

    def choose(self) -> None:
        """Let a file be picked."""
        file = ask.dialogs.open_file(self._place, f"选择{self._label}", KINDS)
        if file is not None:
            self.take(file)

    def take(self, file: Path) -> None:
        """Take this file."""

        def store(ws: Workspace, travels: bool, shrink: bool) -> Stored:  # noqa: FBT001  # a Store
            given = file.stat().st_size if file.exists() else 0  # what is gone is told by attaching
            return Stored(attaching.attach(ws, file, travels=travels, shrink=shrink), given)

        self.given.emit(store)

    def paste(self) -> None:
        """Take the file or the picture that is on the clipboard."""
        self.take_mime(QGuiApplication.clipboard().mimeData(), "剪贴板里没有文件，也没有图片。")

    def take_mime(self, mime: QMimeData, otherwise: str) -> None:
        """Take what was dropped or copied; ``otherwise`` says that it was nothing that can be attached."""
        files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if len(files) > 1:
            words = f"这一项只放一个文件，给了 {len(files)} 个。请压成一个 .zip，或合成一个 PDF。"
            ask.dialogs.tell(self._place, REFUSED, words)
        elif files and files[0].is_dir():
            words = f"“{files[0].name}”是文件夹。请选里面的一个文件，或把它压成一个 .zip。"
            ask.dialogs.tell(self._place, REFUSED, words)
        elif files:
            self.take(files[0])
        elif mime.hasImage():
            self._take_picture(QImage(mime.imageData()))
        else:
            ask.dialogs.tell(self._place, REFUSED, otherwise)

    def _take_picture(self, image: QImage) -> None:
        name = PASTED.format(at=moments.local(self._workspace.clock()))

        def store(ws: Workspace, travels: bool, shrink: bool) -> Stored:  # noqa: FBT001  # a Store
            data = _png(image)
            return Stored(attaching.attach_bytes(ws, data, name, travels=travels, shrink=shrink), len(data))

        self.given.emit(store)

    # The scanner's folder

    def fill(self, menu: QMenu, *, more: Callable[[], None]) -> None:
        """Put all ways into a menu; the scanner's newest files follow once its folder was looked through."""
        menu.addAction("从剪贴板粘贴\tCtrl+V", self.paste)
        folder = str(Settings().get(SCANS, ""))
        last = menu.addSeparator()
        menu.addAction("换扫描文件夹…" if folder else "指定扫描文件夹…", partial(self._choose_scans, more))
        if folder:
            wait = QAction("正在看扫描文件夹…", menu)
            wait.setEnabled(False)
            menu.insertAction(last, wait)
            arrived = partial(self._offer, menu, wait)
            jobs.run(self._place, "看扫描文件夹", lambda _progress: _scans(folder), arrived, quiet=True)

    def _offer(self, menu: QMenu, wait: QAction, found: "list[Path] | Trouble") -> None:
        if not shiboken6.isValid(menu):
            return
        if isinstance(found, Trouble):
            wait.setText("扫描文件夹现在打不开")
            return
        for file in found:
            action = QAction(f"扫描：{file.name}", menu)
            action.triggered.connect(partial(self.take, file))
            menu.insertAction(wait, action)
        wait.setText("" if found else "扫描文件夹里没有可以加的文件")
        wait.setVisible(not found)
        _keep_in_sight(menu)

    def _choose_scans(self, more: Callable[[], None]) -> None:
        folder = ask.dialogs.folder(self._place, "扫描仪把文件存在哪个文件夹")
        if folder is not None:
            Settings().set(SCANS, str(folder))
            more()


def _keep_in_sight(menu: QMenu) -> None:
    """Move a menu that grew after it opened so far up that the screen shows it whole."""
    menu.adjustSize()
    place, screen = menu.geometry(), menu.screen().availableGeometry()
    menu.move(place.x(), max(screen.top(), min(place.y(), screen.bottom() + 1 - place.height())))


def add_whole(menu: QMenu, most: int) -> None:
    """Offer to keep photos as they are."""
    whole = menu.addAction(f"照片不缩小（不限长边 {most} 像素），存原图")
    whole.setCheckable(True)
    whole.setChecked(bool(Settings().get(WHOLE, False)))
    whole.toggled.connect(lambda on: Settings().set(WHOLE, on))
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)


def _scans(folder: str) -> "list[Path] | Trouble":
    """Return the newest files; a stick that was pulled is no reason for a dialog: another folder can be chosen."""
    try:
        return attaching.newest(Path(folder))
    except Trouble as gone:
        return gone


def _png(image: QImage) -> bytes:
    """Return a picture as a PNG file."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, Qt a str
    return bytes(buffer.data().data())

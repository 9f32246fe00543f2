"""Qt's own file dialog, where the system has none: sizes, kinds and dates in our words, whatever the PC's language."""

from pathlib import Path

from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import QFileDialog, QFileSystemModel, QSplitter, QWidget

from pairing_desktop.formspec.fieldtypes.links import size_text
from pairing_desktop.ui.ask import TITLE_BAR

SIZE, KIND, CHANGED = 1, 2, 3
"""Columns of Qt's list of files."""

FOLDER = "文件夹"
WIDTH, HEIGHT, PLACES = 800, 520, 150
"""The dialog's size where the screen has room, and how wide its list of places is."""


class FileWords(QIdentityProxyModel):
    """Says what Qt would say in the language of the system, which Qt has no way to be told."""

    def data(self, index: QModelIndex | QPersistentModelIndex,
             role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a cell."""
        files = self.sourceModel()
        if role != Qt.ItemDataRole.DisplayRole or not index.column() or not isinstance(files, QFileSystemModel):
            return super().data(index, role)
        here = self.mapToSource(index)
        if index.column() == CHANGED:
            return files.lastModified(here).toString("yyyy-MM-dd HH:mm")
        if files.isDir(here):
            return FOLDER if index.column() == KIND else ""
        return size_text(files.size(here)) if index.column() == SIZE else super().data(index, role)


def asked(parent: QWidget | None, title: str, mode: QFileDialog.FileMode, *, place: Path,
          kinds: str = "") -> Path | None:
    """Return what is chosen, beginning at ``place``, a folder or a file in one; ``None`` for nothing.

    The system's own dialog is shown where there is one.
    """
    dialog = prepared(parent, title, mode, place=place, kinds=kinds)
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return Path(chosen[0]) if chosen else None


def prepared(parent: QWidget | None, title: str, mode: QFileDialog.FileMode, *, place: Path,
             kinds: str = "") -> QFileDialog:
    """Return the dialog, not shown yet."""
    dialog = QFileDialog(parent, title)
    if mode == QFileDialog.FileMode.Directory:
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setProxyModel(FileWords(dialog))
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilter(kinds)
    if mode == QFileDialog.FileMode.AnyFile:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(place.suffix)  # of a name typed without one
    _spare(dialog)
    _fit(dialog)
    is_folder = place.is_dir()
    folder = place if is_folder else place.parent
    dialog.setDirectory(str(folder if folder.is_dir() else Path.home()))
    if not is_folder and mode != QFileDialog.FileMode.Directory:
        dialog.selectFile(place.name)
    return dialog


def _spare(dialog: QFileDialog) -> None:
    """Let nobody delete a file where one is only chosen: Qt would for good, data files and keys too."""
    for shortcut in dialog.findChildren(QShortcut):
        if shortcut.key().matches(Qt.Key.Key_Delete):
            shortcut.setEnabled(False)
    if isinstance(delete := dialog.findChild(QAction, "qt_delete_action"), QAction):
        delete.setVisible(False)


def _fit(dialog: QFileDialog) -> None:
    """Give Qt's own dialog a size at which names are whole; on a low screen (200 %) its buttons stay in sight."""
    room = dialog.screen().availableGeometry()
    dialog.resize(min(WIDTH, room.width()), min(HEIGHT, room.height() - TITLE_BAR))
    parts = dialog.findChild(QSplitter)
    if isinstance(parts, QSplitter):  # there is none in the system's own
        parts.setSizes([PLACES, dialog.width() - PLACES])

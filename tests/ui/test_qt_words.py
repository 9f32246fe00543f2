"""Qt's own dialogs speak Chinese on a PC whose own language is another."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QTreeView, QWidget

from pairing_desktop.ui import ask, file_dialog

pytestmark = pytest.mark.gui

NOT_ENGLISH = {"PDF", "Ctrl", "KB", "MB", Path.home().name}
"""Kinds of files, keys, units, and the person's own folder, as the dialog calls it."""


def test_no_dialog_of_qt_has_a_word_of_english(tmp_path: Path) -> None:
    (tmp_path / "子文件夹").mkdir()
    for name, size in (("小", 1), ("中.表", 5300), ("大.表", 3_000_000)):
        (tmp_path / name).write_bytes(b"x" * size)
    own = {name: text for name, text in os.environ.items() if name != "LANGUAGE" and not name.startswith("LC_")}
    done = subprocess.run([sys.executable, "-m", "tests.ui.qt_words", tmp_path], capture_output=True, text=True,
                          timeout=120, check=True, env={**own, "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"})
    said = set(done.stdout.splitlines())
    assert {"文件夹", "1 字节", "5.2 KB", "2.9 MB"} <= said
    english = {text for text in said - {str(tmp_path)}
               if set(re.findall(r"[A-Za-z]{2,}", text)) - NOT_ENGLISH and not text.startswith("/")}
    assert english == set()


def answer(act: Any) -> None:
    """Act on the file dialog as soon as it is there."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


def test_a_file_is_named_and_one_that_is_there_is_picked(qapp: Any, tmp_path: Path) -> None:
    folder, there = tmp_path / "表", tmp_path / "表" / "企业.xlsx"
    folder.mkdir()
    there.write_bytes(b"x")
    seen: list[str] = []

    def type_name(name: str) -> Any:
        def act(dialog: QFileDialog) -> None:
            field = dialog.findChild(QLineEdit, "fileNameEdit")
            assert isinstance(field, QLineEdit)
            seen.append(field.text())
            field.setText(name)
            dialog.accept()

        return act

    answer(type_name("新"))
    kinds = "Excel 工作簿 (*.xlsx)"
    assert ask.Dialogs().save_file(None, "导出", kinds, suggested=folder / "列表.xlsx") == folder / "新.xlsx"
    answer(type_name("企业.xlsx"))
    assert ask.Dialogs().open_file(None, "打开", kinds, folder=folder) == there
    answer(lambda dialog: dialog.reject())
    assert ask.Dialogs().open_file(None, "打开", kinds, folder=folder / "没有这个") is None
    answer(type_name("表"))
    assert ask.Dialogs().folder(None, "存到", start=tmp_path) == folder
    assert seen[:2] == ["列表.xlsx", ""]


def test_no_file_is_deleted_where_one_is_chosen(qtbot: Any, tmp_path: Path) -> None:
    there = tmp_path / "县.pairing"
    there.write_bytes(b"x")
    dialog = file_dialog.prepared(None, "打开", QFileDialog.FileMode.ExistingFile, place=tmp_path)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    view = dialog.findChild(QTreeView, "treeView")
    assert view is not None
    qtbot.waitUntil(lambda: view.model().rowCount(view.rootIndex()) == 1)
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0, view.rootIndex()))
    assert dialog.selectedFiles() == [str(there)]
    asked: list[QWidget | None] = []

    def answer() -> None:
        asked.append(box := QApplication.activeModalWidget())
        if isinstance(box, QMessageBox):
            box.button(QMessageBox.StandardButton.Yes).click()

    QTimer.singleShot(0, answer)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [None], "nothing asks about it"
    assert there.exists()
    [delete] = dialog.findChildren(QAction, "qt_delete_action")
    assert not delete.isVisible()

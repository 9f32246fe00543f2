"""What becomes of a file that is dropped on a line: its path where a file is named, nothing among words."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui.ask import LineSheet
from pairing_desktop.ui.key_fields import FilePlace
from pairing_desktop.ui.new_wizard import NewWizard
from pairing_desktop.ui.text_line import PathLine
from tests.ui.test_resuming import opened

pytestmark = pytest.mark.gui


def drop(on: QWidget, *paths: Path) -> bool:
    """Drag files over a widget and let them go there; tell whether it took them, as Qt asks it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    over = QDragEnterEvent(QPoint(2, 2), copy, mime, left, none)
    over.ignore()
    QApplication.sendEvent(on, over)
    if on.acceptDrops() and over.isAccepted():
        QApplication.sendEvent(on, QDropEvent(QPointF(2, 2), copy, mime, left, none))
        return True
    return False


def test_a_line_that_names_a_file_takes_its_path(qtbot: Any, theme: object, tmp_path: Path) -> None:
    place = FilePlace("证书包", "*.zip", initial=tmp_path / "旧.zip")
    qtbot.addWidget(place)
    with qtbot.waitSignal(place.changed):
        assert drop(place.edit, tmp_path / "新的 包.zip")
    assert place.path() == tmp_path / "新的 包.zip"
    assert not drop(place.edit, tmp_path / "甲.zip", tmp_path / "乙.zip"), "which of them?"
    assert place.path() == tmp_path / "新的 包.zip"


def test_no_other_line_takes_a_file(qtbot: Any, ws: Workspace, settings: Settings, theme: object,
                                    tmp_path: Path) -> None:
    desk = opened(qtbot, ws, settings, theme)
    for page in ("settings", "submit", "history", "summary", "assess", "lean_project"):
        desk.show_page(page)
    sheet = LineSheet(None, "换填表人", "填表人", yes="确定", initial="企业科")
    wizard = NewWizard()
    for dialog in (sheet, wizard):
        qtbot.addWidget(dialog)
    assert isinstance(wizard.place, PathLine)
    lines = [line for part in (desk, sheet, wizard) for line in part.findChildren(QLineEdit)
             if not isinstance(line, PathLine) and not isinstance(line.parentWidget(), QSpinBox)]
    texts = [text.viewport() for text in desk.findChildren(QPlainTextEdit)]
    assert len(lines) > 20
    assert texts
    for part in (*lines, *texts):
        before = part.text() if isinstance(part, QLineEdit) else ""
        assert not drop(part, tmp_path / "报告.pdf"), part.accessibleName()
        assert not isinstance(part, QLineEdit) or part.text() == before
    desk.leave()
    desk.shut()

"""A second window on the same file: it reads, is told who writes, and takes over when the first is closed."""

import os
import platform
import shutil
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt

from pairing_desktop.services import workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import writer_watch
from pairing_desktop.ui.window import MainWindow
from tests.conftest import NOW
from tests.ui.conftest import Answers

pytestmark = pytest.mark.gui


def test_the_second_window_reads_and_takes_over(qtbot: Any, prepared: Path, tmp_path: Path, theme: Any,
                                                settings: Settings, answers: Answers,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_watch, "ASK", 20)
    file = tmp_path / prepared.name
    shutil.copyfile(prepared, file)
    first = workspace.open_workspace(file, now=NOW, who="", clock=lambda: NOW)
    first.work_as("企业科 张三")
    window = MainWindow(settings, lambda: NOW)
    qtbot.addWidget(window)
    window.begin(theme, str(file))
    window.show()
    desk = window.desk
    assert desk is not None
    assert desk.workspace.readonly
    desk.show_page("enterprise")
    page = desk.entry_page()
    assert page is not None
    assert not page.list.new.isEnabled()
    assert not desk.actions_["new"].isEnabled()
    assert "企业科 张三" in desk.banner.words.text()
    assert platform.node() in desk.banner.words.text()
    assert not desk.banner.button.isVisibleTo(desk.banner)
    assert not settings.get(f"place.{file}"), "who only reads leaves the writer's place alone"
    first.close()
    qtbot.waitUntil(lambda: desk.banner.button.isVisibleTo(desk.banner))
    assert desk.banner.button.text() == "接手填写"
    qtbot.mouseClick(desk.banner.button, Qt.MouseButton.LeftButton)
    now_writing = window.desk
    assert now_writing is not None
    assert not now_writing.workspace.readonly
    assert not now_writing.banner.isVisibleTo(now_writing)
    assert window.close()


def test_taken_by_another_meanwhile_it_still_only_reads(qtbot: Any, prepared: Path, tmp_path: Path, theme: Any,
                                                        settings: Settings, answers: Answers) -> None:
    file = tmp_path / prepared.name
    shutil.copyfile(prepared, file)
    first = workspace.open_workspace(file, now=NOW, who="甲", clock=lambda: NOW)
    window = MainWindow(settings, lambda: NOW)
    qtbot.addWidget(window)
    window.begin(theme, str(file))
    first.close()
    with workspace.open_workspace(file, now=NOW, who="丙", clock=lambda: NOW):
        assert window.desk is not None
        window.desk.takeOverWanted.emit(str(window.desk.workspace.path))
        assert window.desk.workspace.readonly
        assert "丙" in window.desk.banner.words.text()
        assert window.close()


def test_a_file_that_cannot_be_written_says_what_to_do(qtbot: Any, prepared: Path, tmp_path: Path, theme: Any,
                                                       settings: Settings, answers: Answers,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / prepared.name
    shutil.copyfile(prepared, file)
    with monkeypatch.context() as medium:
        medium.setattr(os, "access", lambda _path, mode, **_more: mode != os.W_OK)  # root may write everything
        window = MainWindow(settings, lambda: NOW)
        qtbot.addWidget(window)
        window.begin(theme, str(file))
        desk = window.desk
        assert desk is not None
        assert desk.workspace.readonly
        words = desk.banner.words.text()
        assert words.startswith("数据文件是只读的，这里只能看。")
        assert "复制到本机可以写的文件夹" in words
        assert window.close()

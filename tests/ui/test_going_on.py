"""A backup put back, and an older copy opened: the window asks, and the history says so."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from pairing_desktop.services import restoring
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui.theme import Theme
from pairing_desktop.ui.window import MainWindow
from pairing_desktop.ui.writer_watch import READ_ONLY
from tests.ui.conftest import enter
from tests.ui.script import Script, idle

pytestmark = pytest.mark.gui


@pytest.fixture
def backup(ws: Workspace, settings: Settings, tmp_path: Path) -> Path:
    """Return a copy taken before the last firm was entered; the data file is closed, and this PC knows it."""
    copy = ws.save_copy(tmp_path / "备份.pairing")
    enter(ws, "enterprise", name="示例企业丙", county="遂昌县")
    restoring.remember(ws, settings)
    ws.close()
    return copy


@pytest.fixture
def window(qtbot: Any, settings: Settings, theme: Theme, script: Script, now: datetime) -> Iterator[MainWindow]:
    made = MainWindow(settings, lambda: now)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.begin(theme, None)
    yield made
    made.close()


def test_a_backup_is_put_back_from_the_start_page(qtbot: Any, window: MainWindow, backup: Path, script: Script,
                                                  tmp_path: Path) -> None:
    script.answers = {"open_file": backup, "save_file": tmp_path / "遂昌恢复"}
    assert window.start is not None
    window.start.restore.click()
    idle(qtbot)
    qtbot.waitUntil(lambda: window.desk is not None)
    assert window.desk is not None
    assert window.desk.workspace.path == tmp_path / "遂昌恢复.pairing"
    assert [each.copy for each in restoring.entered(window.desk.workspace)] == ["备份.pairing"]
    assert script.names() == ["open_file", "save_file"], "who puts a backup back is not asked about an older copy"


def test_nothing_happens_when_nobody_chooses(window: MainWindow, script: Script) -> None:
    script.answers = {"open_file": None}
    window.restore()
    assert window.desk is None


@pytest.mark.parametrize("goes_on", [True, False])
def test_an_older_copy_goes_on_with_an_entry_or_is_only_read(window: MainWindow, backup: Path, script: Script,
                                                             goes_on: bool) -> None:
    script.answers = {"confirm": goes_on}
    window.open(str(backup))
    assert window.desk is not None
    [(_, asked)] = script.asked
    assert "1 条修改记录不在这个文件里" in asked[2]
    ws = window.desk.workspace
    assert ws.readonly is not goes_on
    assert window.desk.banner.words.text() == ("" if goes_on else READ_ONLY[""])
    assert [each.copy for each in restoring.entered(ws)] == (["备份.pairing"] if goes_on else [])
    assert window.close_workspace()
    window.open(str(backup))
    assert len(script.asked) == (1 if goes_on else 2), "once entered, it is the latest"


def test_the_latest_file_opens_without_a_question(window: MainWindow, ws: Workspace, backup: Path) -> None:
    window.open(str(ws.path))
    assert window.desk is not None
    assert not window.desk.workspace.readonly

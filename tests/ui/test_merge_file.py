"""Another clerk's data file comes in from the menu: what it would do is shown, chosen by keyboard, done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt

from pairing_desktop.services import entering, merging_files, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui.merge_file_dialog import MergeFileDialog
from pairing_desktop.ui.theme import Theme
from pairing_desktop.ui.window import MainWindow
from tests.ui.conftest import QUARTER, enter
from tests.ui.script import Script, idle

pytestmark = pytest.mark.gui


def changed(ws: Workspace, key: str, **typed: str) -> None:
    draft = entering.open_record(ws, form="enterprise", key=key, quarter=QUARTER).draft
    for name, text in typed.items():
        draft.type(name, text)
    entering.save(ws, draft)


@pytest.fixture
def firms(ws: Workspace) -> list[str]:
    return [line.key for line in entering.list_records(ws, "enterprise", quarter=QUARTER).lines]


@pytest.fixture
def other(ws: Workspace, firms: list[str], tmp_path: Path, now: datetime) -> Path:
    """Return another clerk's file: a new firm, and two firms changed, one in what ours has otherwise too."""
    path = ws.save_copy(tmp_path / "乙.pairing")
    later = now + timedelta(hours=1)
    with workspace.open_workspace(path, now=later, who="李四", clock=lambda: later) as theirs:
        changed(theirs, firms[0], staff="20", contact="王")
        changed(theirs, firms[1], staff="7")
        enter(theirs, "enterprise", name="示例企业丁", county="遂昌县")
    changed(ws, firms[0], staff="30", products="竹")
    return path


@pytest.fixture
def window(qtbot: Any, ws: Workspace, other: Path, settings: Settings, theme: Theme, script: Script,
           now: datetime) -> Iterator[MainWindow]:
    ws.close()
    made = MainWindow(settings, lambda: now)
    qtbot.addWidget(made)
    made.show()
    made.begin(theme, str(ws.path))
    script.answers["open_file"] = other
    yield made
    made.close()


def test_what_comes_in_is_shown_and_a_side_chosen(qtbot: Any, ws: Workspace, firms: list[str], other: Path,
                                                  theme: Theme) -> None:
    dialog = MergeFileDialog(merging_files.preview(ws, other))
    qtbot.addWidget(dialog)
    dialog.show()
    shown = [dialog.list.rows.data(dialog.list.rows.index(n, 2)) for n in range(dialog.list.rows.rowCount())]
    assert shown == ["两边都改过，1 项不一样", "对方改过", "新增"]
    assert [(one.field, one.first, one.second, one.side, one.fixed) for one in dialog.fields.offers] == [
        ("staff", "30", "20", 1, False), ("contact", "", "王", 1, True)]
    dialog.fields.selectRow(0)
    qtbot.keyClick(dialog.fields, Qt.Key.Key_Left)
    assert dialog.choices == {(firms[0], "staff"): "ours"}
    dialog.fields.selectRow(1)
    qtbot.keyClick(dialog.fields, Qt.Key.Key_Left)
    assert dialog.fields.sides["contact"] == 1, "what only the other has is nothing to choose"
    dialog.list.selectRow(2)
    assert "整条并入" in dialog.told.text()
    dialog.list.selectRow(0)
    assert dialog.fields.sides["staff"] == 0, "as it was chosen"
    dialog.theirs.click()
    assert dialog.fields.sides["staff"] == 1


def test_it_is_merged_from_the_menu_and_the_file_opened_anew(qtbot: Any, window: MainWindow, script: Script,
                                                             firms: list[str], other: Path) -> None:
    first = window.desk
    assert first is not None

    def person(dialog: MergeFileDialog) -> bool:
        dialog.ours.click()
        return True

    script.answers |= {"run": person, "tell": None}
    first.actions_["merge_file"].trigger()
    qtbot.waitUntil(lambda: window.desk is not None and window.desk is not first)
    idle(qtbot)
    assert window.desk is not None
    ws = window.desk.workspace
    draft = entering.open_record(ws, form="enterprise", key=firms[0], quarter=QUARTER).draft
    assert [draft.text(field) for field in ("staff", "contact", "products")] == ["30", "王", "竹"]
    assert "示例企业丁" in [line.label for line in entering.list_records(ws, "enterprise", quarter=QUARTER).lines]
    [told] = [words[-1] for name, words in script.asked if name == "tell"]
    assert "合并前的备份在" in told
    assert len(list(ws.path.parent.glob("*合并前备份*"))) == 1
    window.desk.show_page("settings")
    assert "合并了“乙.pairing”" in window.desk.stack.currentWidget().restored.text()  # type: ignore[union-attr]
    window.desk.actions_["merge_file"].trigger()
    idle(qtbot)
    assert "什么都没有改" in script.asked[-1][1][-1]


def test_what_cannot_be_merged_is_told(qtbot: Any, window: MainWindow, script: Script) -> None:
    desk = window.desk
    assert desk is not None
    script.answers |= {"open_file": desk.workspace.path, "trouble": None}
    desk.actions_["merge_file"].trigger()
    idle(qtbot)
    assert "就是现在的数据文件本身" in str(script.asked[-1])
    assert window.desk is desk


def test_no_command_writes_over_what_comes_in(window: MainWindow) -> None:
    desk, told = window.desk, list[str]()
    assert desk is not None
    desk.signals.told.connect(told.append)
    page = desk.page
    desk.stack.setEnabled(False)  # as while a file is merged
    for name in ("undo", "save", "new", "delete", "carry_quarter", "import_sheet", "merge_file", "settings"):
        desk.actions_[name].trigger()
        assert told.pop() == "正在合并数据文件，完成后再用"
    desk.stack.setEnabled(True)
    assert desk.page == page
    desk.actions_["settings"].trigger()
    assert desk.page == "settings"

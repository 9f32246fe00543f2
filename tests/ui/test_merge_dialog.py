"""Two firms of the register become one in the window: chosen by keyboard, one undo."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt

from pairing_desktop.services import entering
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.merge_dialog import MergeDialog
from tests.ui.conftest import QUARTER, Answers, Open
from tests.ui.script import idle

pytestmark = pytest.mark.gui


def firm_of(ws: Workspace, form: str, key: str, field: str) -> object:
    return entering.open_record(ws, form=form, key=key, quarter=QUARTER).draft.value(field)


def test_two_firms_become_one_by_keyboard_and_one_undo(qtbot: Any, open_page: Open, ws: Workspace,
                                                       answers: Answers) -> None:
    page = open_page("enterprise")
    firms = [page.list.model.line(n).key for n in range(page.list.model.total)]
    projects = [line.key for line in entering.list_records(ws, "lean_project", quarter=QUARTER).lines]
    pointed = [firm_of(ws, "lean_project", key, "enterprise") for key in projects]
    second = str(pointed[0])
    first = next(key for key in firms if key not in pointed)
    names = [firm_of(ws, "enterprise", key, "name") for key in (first, second)]

    def person(dialog: MergeDialog) -> bool:
        dialog._keep.button(0).setChecked(True)
        assert dialog.goes == second
        dialog.table.selectRow(0)
        qtbot.keyClick(dialog.table, Qt.Key.Key_Right)  # the name of the second
        assert "name" in dialog.take
        qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
        assert "name" not in dialog.take
        qtbot.keyClick(dialog.table, Qt.Key.Key_Right)
        return True

    answers.answers["run"] = True
    answers.run = person  # type: ignore[attr-defined]
    answers.answers["reason"] = "重复登记"
    page.list.tasks.merge([first, second])
    idle(qtbot)
    assert firm_of(ws, "enterprise", first, "name") == names[1]
    assert page.entry is not None, "what became of the two stands there to be looked at"
    assert page.entry.opened.key == first
    assert page.list.table.hasFocus()
    assert second not in [firm_of(ws, "lean_project", key, "enterprise") for key in projects]
    page.undo()
    idle(qtbot)
    assert [firm_of(ws, "enterprise", key, "name") for key in (first, second)] == names
    assert [firm_of(ws, "lean_project", key, "enterprise") for key in projects] == pointed


def test_other_than_two_is_told(qtbot: Any, open_page: Open, answers: Answers) -> None:
    page = open_page("enterprise")
    said: list[str] = []
    page.list.tasks.told.connect(said.append)
    page.list.tasks.merge([page.list.model.line(0).key])
    assert "两条" in said[0]

"""Every value of a column can be chosen to narrow a list to, however many there are."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import column_menu, list_model, record_list
from pairing_desktop.ui.values_dialog import ValuesDialog
from tests.ui.conftest import Answers, Open, enter
from tests.ui.script import idle

pytestmark = pytest.mark.gui


def menu_of(page: Any, field: str) -> dict[str, Any]:
    page.list.column_menu(page.list.model.columns.index(field) + 1)
    menu = page.list.findChildren(QMenu)[-1]
    offered = {action.text(): action for action in menu.actions()}
    menu.close()
    return offered


def test_a_rare_value_is_looked_for_among_all(qtbot: Any, open_page: Open, ws: Workspace, answers: Answers,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_menu, "MOST", 1)
    for number, stage in enumerate(("已签约", "已验收"), 3):
        enter(ws, "lean_project", serial=str(number), enterprise="示例企业乙", stage=stage, contract_sum="30",
              start="2023-9-1", plan_end="2024-8-31")
    page = open_page("lean_project")
    offered = menu_of(page, "stage")
    assert {"实施中\t2", "（空白）"} <= set(offered)
    assert "已验收\t1" not in offered

    def choose(dialog: ValuesDialog) -> bool:
        idle(qtbot)
        assert dialog.told.text() == "3 种"
        dialog.box.setText("yys")
        qtbot.waitUntil(lambda: dialog.told.text() == "1 种，全部 3 种")
        dialog.box.setText("没有")
        qtbot.keyClick(dialog.box, Qt.Key.Key_Return)
        assert not dialog.yes.isEnabled()
        assert dialog.told.text() == "没有找到，全部 3 种"
        dialog.box.clear()
        qtbot.waitUntil(lambda: dialog.told.text() == "3 种")
        qtbot.keyClick(dialog.box, Qt.Key.Key_Down)
        assert dialog.chosen is not None
        assert dialog.chosen.records == 1
        dialog.box.setText("验收")
        qtbot.keyClick(dialog.box, Qt.Key.Key_Return)
        return dialog.result() == dialog.DialogCode.Accepted

    answers.run = choose
    offered["从全部 3 种里选(&V)…"].trigger()
    assert page.list.model.total == 1
    assert page.list.narrowing.said.text().endswith("：已验收")
    assert "已验收\t1" in menu_of(page, "stage"), "what the list is narrowed to stands in the menu"


def test_a_long_list_counts_its_values_behind_the_dialog(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_list, "LONG", 1)
    page = open_page("lean_project")
    offered = menu_of(page, "stage")
    assert "选一种值(&V)…" in offered
    assert "实施中\t2" not in offered
    assert list_model.LONG > 1

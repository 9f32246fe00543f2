"""A list is narrowed to any values of its columns, however many there are; what is done to it is for what it shows."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from pairing_desktop.services import list_values
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import column_menu, list_model, record_list
from pairing_desktop.ui.values_dialog import ValuesDialog
from tests.ui.conftest import QUARTER, Answers, Open, enter
from tests.ui.script import idle

pytestmark = pytest.mark.gui


def menu_of(page: Any, field: str) -> dict[str, Any]:
    page.list.column_menu(page.list.model.columns.index(field) + 1)
    menu = page.list.findChildren(QMenu)[-1]
    offered = {action.text(): action for action in menu.actions()}
    menu.close()
    return offered


def told(page: Any) -> list[str]:
    return [line.words.text() for line in page.list.narrowing.lines.values()]


@pytest.fixture
def page(open_page: Open, ws: Workspace) -> Any:
    """Five projects: two 实施中, one each of three other stages."""
    for number, (stage, name) in enumerate((("已签约", "乙"), ("已验收", "乙"), ("待验收", "甲")), 3):
        enter(ws, "lean_project", serial=str(number), enterprise=f"示例企业{name}", stage=stage, contract_sum="30",
              start="2023-9-1", plan_end="2024-8-31")
    return open_page("lean_project")


@pytest.fixture
def tick(qtbot: Any, page: Any, answers: Answers) -> Callable[..., None]:
    """Answer the dialog of values that a column's menu opens."""

    def ticked(field: str, act: Callable[[ValuesDialog], object]) -> None:
        def run(dialog: ValuesDialog) -> bool:
            idle(qtbot)
            act(dialog)
            return dialog.result() == dialog.DialogCode.Accepted

        answers.run = run
        next(action for text, action in menu_of(page, field).items() if "选几种值" in text).trigger()

    return ticked


def test_values_are_looked_for_and_ticked_from_the_keyboard(qtbot: Any, page: Any, tick: Callable[..., None]) -> None:
    def choose(dialog: ValuesDialog) -> None:
        press = partial(qtbot.keyClick, dialog.box)
        assert (dialog.told.text(), dialog.yes.text()) == ("4 种", "只看这一种")
        press(Qt.Key.Key_Space)
        assert (dialog.told.text(), dialog.yes.text()) == ("4 种，已勾 1 种共 2 条", "只看打勾的 1 种")
        dialog.box.setText("yys")  # and at once, before it is looked for
        press(Qt.Key.Key_Space)
        assert dialog.told.text() == "1 种，全部 4 种，已勾 2 种共 3 条"
        assert dialog.box.selectedText() == "yys", "the next letters look for another one"
        dialog.box.setText("没有")
        press(Qt.Key.Key_Space)
        assert dialog.told.text() == "没有找到，全部 4 种，已勾 2 种共 3 条"
        dialog.box.setText("验收")
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Space, Qt.Key.Key_Space, Qt.Key.Key_Space):
            press(key)
        index = dialog.list.rows.index(dialog.list.currentIndex().row(), 0)
        assert index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        assert index.flags() & Qt.ItemFlag.ItemIsUserCheckable
        press(Qt.Key.Key_Return)

    tick("stage", choose)
    assert page.list.model.total == 4
    assert told(page) == ["只看 项目状态：实施中、待验收 等3个"]
    head = page.list.model.columns.index("stage") + 1
    sign = partial(page.list.model.headerData, head, Qt.Orientation.Horizontal, Qt.ItemDataRole.DecorationRole)
    assert sign() == "filter"
    chosen = {text.split("\t")[0] for text, action in menu_of(page, "stage").items() if action.isChecked()}
    assert len(chosen) == 3
    assert "全部(&L)" not in chosen

    def again(dialog: ValuesDialog) -> None:
        assert dialog.told.text() == "4 种，已勾 3 种共 4 条", "what is ticked comes again"
        dialog.none.click()
        assert (dialog.told.text(), dialog.yes.text()) == ("4 种", "只看这一种")
        dialog.every.click()
        assert dialog.yes.text() == "全部显示"
        dialog.accept()

    tick("stage", again)
    assert page.list.model.total == 5
    assert not told(page)
    assert sign() is None


def test_while_the_values_are_read_nothing_is_said_to_be_missing(qtbot: Any, page: Any) -> None:
    dialog = ValuesDialog(page.list.workspace, "lean_project", "stage", "项目状态", asked=page.list.model.meant(),
                          parent=page)
    qtbot.addWidget(dialog)
    dialog.box.setText("不在的")
    dialog.box.found.emit("不在的")
    assert dialog.told.text() == "正在读取…"
    assert not dialog.yes.isEnabled()
    qtbot.waitUntil(lambda: dialog.told.text() == "没有找到，全部 4 种")


def test_one_value_needs_no_tick_and_giving_up_changes_nothing(qtbot: Any, page: Any,
                                                               tick: Callable[..., None]) -> None:
    def one(dialog: ValuesDialog) -> None:
        dialog.box.setText("没有")
        qtbot.keyClick(dialog.box, Qt.Key.Key_Return)
        assert not dialog.yes.isEnabled()
        dialog.box.setText("qy")
        qtbot.keyClick(dialog.box, Qt.Key.Key_Return)

    tick("stage", one)
    assert told(page) == ["只看 项目状态：已签约"]

    def none(dialog: ValuesDialog) -> None:
        dialog.box.setText("实施")
        qtbot.keyClick(dialog.box, Qt.Key.Key_Escape)
        assert not dialog.box.text()
        qtbot.keyClick(dialog.box, Qt.Key.Key_Escape)

    tick("stage", none)
    assert told(page) == ["只看 项目状态：已签约"]


def test_a_mouse_ticks_rows(qtbot: Any, page: Any, tick: Callable[..., None]) -> None:
    def choose(dialog: ValuesDialog) -> None:
        dialog.show()
        for row in (0, 1, 2, 2):
            at = dialog.list.visualRect(dialog.list.rows.index(row, 0)).center()
            qtbot.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert dialog.yes.text() == "只看打勾的 2 种"
        dialog.list.setFocus()
        qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
        qtbot.keyClick(dialog.list, Qt.Key.Key_Return)

    tick("stage", choose)
    assert page.list.model.total == 4


def test_columns_narrow_together_and_are_taken_back_one_by_one(page: Any, tick: Callable[..., None]) -> None:
    page.list.columns.choose(["enterprise", "stage", "contract_sum"])

    def first_and(last: str) -> Callable[[ValuesDialog], None]:
        def choose(dialog: ValuesDialog) -> None:
            for text in ("", last):
                dialog._find(text)
                dialog._turn()
            dialog.accept()
        return choose

    tick("stage", first_and("待验收"))
    assert page.list.model.total == 3

    def offered(dialog: ValuesDialog) -> None:
        assert dialog.told.text() == "2 种", "what no row that is left has is not offered"
        dialog._find("甲")
        dialog.accept()

    tick("enterprise", offered)
    assert told(page) == ["只看 项目状态：实施中、待验收", "且 企业名称：示例企业甲"]
    words = page.list.narrowing.lines["stage"].words
    room = words.fontMetrics().horizontalAdvance
    for shown in ("只看 项目状态：实施中、待验收", "项目状态：实施中、待验收", "实施中、待验收", "实施中 等2个"):
        words.setFixedWidth(room(shown) + 1)
        assert words.shown == shown
    assert page.list.model.total == 2
    page.list.narrowing.box.found.emit("不在")
    assert page.list.model.total == 0
    page.list.narrowing.box.found.emit("")
    lines = page.list.narrowing.lines
    assert lines["stage"].back.accessibleName() == "不再按项目状态筛选"
    lines["stage"].back.click()
    assert told(page) == ["只看 企业名称：示例企业甲"]
    assert page.list.model.total == 2
    page.list.narrowing.all.click()
    assert page.list.model.total == 5


def test_the_drop_down_says_what_columns_and_findings_narrow_to(page: Any, ws: Workspace) -> None:
    narrowing = page.list.narrowing
    shown = list_values.values_of(ws, "lean_project", "stage", quarter=QUARTER).values
    by_text = {value.text: value for value in shown}
    narrowing.narrow("stage", [by_text["待验收"]])
    assert narrowing.kinds.currentText() == "待验收"
    narrowing.narrow("stage", [by_text["待验收"], by_text["实施中"]])
    assert narrowing.kinds.currentText().startswith("全部")
    narrowing.kinds.setCurrentIndex(narrowing.kinds.findText("强制"))
    assert told(page) == ["只看 项目状态：待验收、实施中", "且 强制"], "several values stay"
    narrowing.lines[""].back.click()
    assert narrowing.kinds.currentText().startswith("全部")
    narrowing.kinds.setCurrentIndex(narrowing.kinds.findText("已签约"))
    assert told(page) == ["只看 项目状态：已签约"]
    narrowing.kinds.setCurrentIndex(narrowing.kinds.findText("核实"))
    assert told(page) == ["只看 核实"]
    narrowing.kinds.setCurrentIndex(0)
    assert not told(page)


def test_what_is_done_to_a_list_is_done_to_what_it_shows(qtbot: Any, page: Any, ws: Workspace, answers: Answers,
                                                         tmp_path: Path) -> None:
    values = list_values.values_of(ws, "lean_project", "stage", quarter=QUARTER).values
    page.list.narrowing.narrow("stage", values[1:])
    assert page.list.model.total == 3
    page.list.table.selectAll()
    page.list.copy()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 4
    assert len(page.list.chosen_keys()) == 3
    answers.answers["save_file"] = tmp_path / "列表.xlsx"
    page.list.tasks.export()
    idle(qtbot)
    sheet = load_workbook(tmp_path / "列表.xlsx").active
    assert sheet is not None
    assert sheet.max_row == 4
    answers.answers["confirm"] = True
    page.list.tasks.delete(page.list.chosen_keys())
    idle(qtbot)
    assert page.list.model.total == 0
    page.list.narrowing.all.click()
    assert page.list.model.total == 2


def test_a_menu_holds_the_most_frequent_values(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(column_menu, "MOST", 1)
    offered = menu_of(page, "stage")
    assert {"实施中\t2", "（空白）", "从全部 4 种里选几种值(&V)…"} <= set(offered)
    assert "已验收\t1" not in offered
    monkeypatch.setattr(column_menu, "MOST", 12)
    menu_of(page, "stage")["已验收\t1"].trigger()
    monkeypatch.setattr(column_menu, "MOST", 1)
    assert told(page) == ["只看 项目状态：已验收"]
    assert menu_of(page, "stage")["已验收\t1"].isChecked(), "what the list is narrowed to stands in the menu"


def test_a_long_list_counts_its_values_behind_the_dialog(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_list, "LONG", 1)
    offered = menu_of(page, "stage")
    assert "选几种值(&V)…" in offered
    assert "实施中\t2" not in offered
    assert list_model.LONG > 1


def test_many_values_are_told_in_few_words() -> None:
    assert list_values.told(["竹乡"]) == "竹乡"
    assert list_values.told(["竹乡", "（空白）"]) == "竹乡、（空白）"
    assert list_values.told(["竹乡", "（空白）"], 1) == "竹乡 等2个"
    assert list_values.told(["竹乡", "石\n练", *map(str, range(1200))]) == "竹乡、石 练 等1,202个"
    assert list_values.told(["丽水市遂昌县示例九生态竹木股份有限公司", "甲"]) == "丽水市遂昌县示例九生态…、甲"

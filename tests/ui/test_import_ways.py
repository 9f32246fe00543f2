"""Importing sheets that are no plain list: ticked together, heads at the left, lists beside each other, 120余人."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from pairing_desktop.services import form_printing
from pairing_desktop.services.form_printing import Wanted
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.import_wizard import ImportWizard
from tests.services.sheets import book
from tests.services.test_importing_ways import ACROSS, FORM, HEADS, SIDES, township
from tests.ui.conftest import QUARTER, Answers
from tests.ui.test_import import firms, settle

pytestmark = pytest.mark.gui


@pytest.fixture
def wizard(qtbot: Any, ws: Workspace, theme: object, answers: Answers) -> ImportWizard:
    return opened(qtbot, ws)


def opened(qtbot: Any, ws: Workspace) -> ImportWizard:
    made = ImportWizard(ws, form="enterprise", quarter=QUARTER)
    qtbot.addWidget(made)
    made.show()
    return made


def read(qtbot: Any, wizard: ImportWizard, path: Path, pages: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    wizard.open_sheet(book(path, pages))
    settle(qtbot)


def on(qtbot: Any, wizard: ImportWizard) -> None:
    wizard.go_on()
    settle(qtbot)


def rows(wizard: ImportWizard) -> list[tuple[str, str]]:
    assert wizard.plan is not None
    return [(row.place.short, row.fate.label) for row in wizard.plan.rows]


TOWNSHIPS = {
    "妙高": township("妙高", ("甲", 12, 300, "张")), "云峰": township("云峰", ("甲", 14, "很多", "王")),
    "石练": township("石练", ("甲", 16, 600, "李")),
    "大柘": [[*HEADS[:4], "年营收（亿元）"], [1, "示例大柘甲", "遂昌县", 1, 2]],
}


def test_sheets_are_ticked_and_go_in_and_out_together(qtbot: Any, ws: Workspace, wizard: ImportWizard,
                                                      tmp_path: Path) -> None:
    before = firms(ws)
    read(qtbot, wizard, tmp_path / "分乡镇.xlsx", TOWNSHIPS)
    together = wizard.sheet.together
    assert together.isVisible()
    assert [together.list.item(n).text() for n in range(together.list.count())] == [
        "云峰", "石练", "大柘：单位不同，少了“营业收入（万元）”、“联系人”，多了“年营收（亿元）”"]
    assert not together.list.item(2).flags() & Qt.ItemFlag.ItemIsEnabled
    assert wizard.sheet.note.text().startswith("另有 2 张工作表的表头和这一张一样")
    together.list.setFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):  # faster than the sheets are read
        qtbot.keyClick(together.list, key)
    settle(qtbot)
    assert (together.chosen, together.list.hasFocus()) == (["云峰", "石练"], True)
    assert wizard.sheet.note.text().startswith("3 张工作表一起预演、一起导入。")
    on(qtbot, wizard)
    assert wizard.columns.given["figures_year"] == "2023"
    on(qtbot, wizard)
    assert rows(wizard) == [("妙高 3", "示例妙高甲"), ("云峰 3", "示例云峰甲"), ("石练 3", "示例石练甲")]
    assert wizard.review.what.text() == "“云峰”第 3 行 · 示例云峰甲"
    on(qtbot, wizard)
    assert sorted(set(firms(ws)) - set(before)) == sorted(["示例妙高甲", "示例石练甲"])
    qtbot.mouseClick(wizard.ending.undo, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert firms(ws) == before


def test_all_sheets_are_ticked_at_once_and_come_back_with_the_file(qtbot: Any, ws: Workspace, wizard: ImportWizard,
                                                                   tmp_path: Path) -> None:
    read(qtbot, wizard, tmp_path / "分乡镇.xlsx", TOWNSHIPS)
    every = wizard.sheet.together.every
    assert every.text() == "全选 2 张"
    qtbot.mouseClick(every, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert every.text() == "全不选"
    wizard.sheet.sheets.setCurrentText("石练")
    settle(qtbot)
    assert wizard.sheet.together.chosen == ["妙高", "云峰"], "another one is shown first: none is lost"
    wizard.reject()
    again = opened(qtbot, ws)
    again.open_sheet(tmp_path / "分乡镇.xlsx")
    settle(qtbot)
    assert (again.sheet.sheet, again.sheet.together.chosen) == ("石练", ["妙高", "云峰"])
    qtbot.mouseClick(again.sheet.together.every, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert again.sheet.together.chosen == []


def test_heads_at_the_left_are_shown_turned_under_their_own_names(qtbot: Any, wizard: ImportWizard,
                                                                  tmp_path: Path) -> None:
    read(qtbot, wizard, tmp_path / "转置.xlsx", {"企业": ACROSS})
    pane = wizard.sheet
    assert (pane.sides.currentText(), pane.head.value(), pane.unit.text()[:1]) == ("左侧", 1, "列")
    assert "表头在左侧" in pane.note.text()
    header = [[pane.model.headerData(n, way) for n in range(2)] for way in Qt.Orientation]
    assert header == [["2", "3"], ["A", "B"]]
    on(qtbot, wizard)
    label: Any = wizard.columns.grid.itemAtPosition(2, 0)
    assert label.widget().text() == "3"
    on(qtbot, wizard)
    assert rows(wizard) == [("B列", "示例甲竹业"), ("C列", "示例乙机械")]
    assert wizard.review.what.text() == "第 C 列 · 示例乙机械"
    assert wizard.review.findings.rows.rows[0].cells[0].text == "从业人员（C5）"


def test_a_person_says_where_the_heads_are(qtbot: Any, wizard: ImportWizard, tmp_path: Path) -> None:
    read(qtbot, wizard, tmp_path / "转置.xlsx", {"企业": ACROSS})
    pane = wizard.sheet
    pane.sides.setFocus()
    qtbot.keyClick(pane.sides, Qt.Key.Key_Up)
    settle(qtbot)
    assert wizard.layout_ is not None
    assert (wizard.layout_.way.heads, pane.unit.text()[:1]) == ("", "行")
    pane.head.setValue(3)
    settle(qtbot)
    assert (wizard.layout_.head, wizard.layout_.way.heads) == (2, "")
    qtbot.keyClick(pane.sides, Qt.Key.Key_Down)
    settle(qtbot)
    assert (wizard.layout_.head, wizard.layout_.way.heads, pane.head.value()) == (0, "left", 1)
    at = pane.grid.visualRect(pane.model.index(1, 0)).center()
    qtbot.mouseClick(pane.grid.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(1, 1))
    settle(qtbot)
    assert (wizard.layout_.head, pane.head.value()) == (1, 2)


def test_a_sheet_that_cannot_be_turned_says_so(qtbot: Any, wizard: ImportWizard, tmp_path: Path) -> None:
    read(qtbot, wizard, tmp_path / "名录.xlsx", {"名录": [HEADS[:1], ["1"], ["2"]]})
    wizard.sheet.sides.setCurrentIndex(1)
    settle(qtbot)
    assert wizard.sheet.sides.currentText() == "上方"
    assert wizard.sheet.note.text().startswith("这一张转不过来")


def test_a_form_has_no_head_to_choose(qtbot: Any, wizard: ImportWizard, tmp_path: Path) -> None:
    read(qtbot, wizard, tmp_path / "登记表.xlsx", {"甲": FORM})
    pane = wizard.sheet
    assert (pane.sides.currentText(), pane.head.isVisible(), wizard.next.isEnabled()) == ("左侧", False, True)
    on(qtbot, wizard)
    on(qtbot, wizard)
    assert rows(wizard) == [("整张", "示例甲竹业")]


def test_one_of_the_lists_beside_each_other_is_chosen(qtbot: Any, wizard: ImportWizard, tmp_path: Path) -> None:
    read(qtbot, wizard, tmp_path / "并排.xlsx", {"名录": SIDES})
    parts = wizard.sheet.parts
    assert [parts.itemText(n) for n in range(parts.count())] == ["并排的 2 份都读", "只读第 1 份", "只读第 2 份"]
    assert parts.currentIndex() == 0
    parts.setFocus()
    for _ in range(2):
        qtbot.keyClick(parts, Qt.Key.Key_Down)
    settle(qtbot)
    assert wizard.sheet.model.headerData(0, Qt.Orientation.Horizontal) == "E"
    on(qtbot, wizard)
    on(qtbot, wizard)
    assert rows(wizard) == [("E3", "示例丁"), ("E4", "示例戊")]


def test_a_hidden_sheet_is_offered_last_and_ticked_by_itself(qtbot: Any, wizard: ImportWizard, tmp_path: Path) -> None:
    path = book(tmp_path / "分乡镇.xlsx", {"旧名单": township("旧", ("甲", 1, 2, "钱")), **TOWNSHIPS})
    made = load_workbook(path)
    made["旧名单"].sheet_state = "hidden"
    made.save(path)
    wizard.open_sheet(path)
    settle(qtbot)
    together = wizard.sheet.together
    assert together.list.item(2).text() == "旧名单：是隐藏的"
    assert "另有 3 张工作表的表头和这一张一样或差不多（其中 1 张是隐藏的）" in wizard.sheet.note.text()
    together.every.click()
    settle(qtbot)
    assert (together.chosen, together.every.text()) == (["云峰", "石练"], "全不选")
    together.list.item(2).setCheckState(Qt.CheckState.Checked)
    settle(qtbot)
    assert wizard.layout_ is not None
    assert wizard.layout_.way.also == ("云峰", "石练", "旧名单")
    wizard.sheet.sheets.setCurrentIndex(wizard.sheet.sheets.findText("旧名单（隐藏的）"))
    settle(qtbot)
    assert wizard.layout_.sheet == "旧名单"


def test_the_head_is_in_sight_where_there_is_room_for_one_row(qtbot: Any, wizard: ImportWizard, tmp_path: Path) -> None:
    """As at 200 % on a small screen."""
    wizard.resize(652, 325)
    read(qtbot, wizard, tmp_path / "分乡镇.xlsx", TOWNSHIPS)
    grid = wizard.sheet.grid
    assert grid.viewport().height() < 3 * grid.rowHeight(0)
    assert grid.viewport().rect().contains(grid.visualRect(grid.model().index(1, 0)))
    wizard.resize(652, 600)
    qtbot.waitUntil(lambda: grid.rowViewportPosition(0) == 0)


def test_an_approximate_figure_goes_in_with_one_key(qtbot: Any, ws: Workspace, wizard: ImportWizard,
                                                    tmp_path: Path) -> None:
    lines = [HEADS, [1, "示例约数", "遂昌县", "120余人", 300, "近50里路"]]
    read(qtbot, wizard, tmp_path / "名录.xlsx", {"名录": lines})
    on(qtbot, wizard)
    checks = wizard.columns._rough
    assert {place: check.isVisible() for place, check in checks.items()} == {3: True, 5: False}
    assert checks[3].text() == "约数按数字取：1 处，如“120余人”取 120人；不勾就拒收"
    qtbot.keyClicks(wizard.columns.same["figures_year"], "2023")
    on(qtbot, wizard)
    assert wizard.review.counts["refused"] == 1
    wizard.go_back()
    wizard.columns.boxes[3].setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is checks[3]
    qtbot.keyClick(checks[3], Qt.Key.Key_Space)
    on(qtbot, wizard)
    assert (wizard.review.counts["refused"], wizard.review.counts["new"]) == (0, 1)
    assert "“从业人员（人）”的“120余人”按“120”读入" in wizard.review.notes.text()
    wizard.reject()
    again = opened(qtbot, ws)
    again.open_sheet(tmp_path / "名录.xlsx")
    settle(qtbot)
    again.go_on()
    assert again.columns.rough == [3]


def test_a_sheet_of_another_quarter_is_asked_about_once(qtbot: Any, ws: Workspace, theme: object, answers: Answers,
                                                        tmp_path: Path) -> None:
    wizard = ImportWizard(ws, form="fund_use", quarter=QUARTER)
    qtbot.addWidget(wizard)
    wizard.show()
    answers.answers["confirm"] = False
    read(qtbot, wizard, tmp_path / "资金.xlsx", {"表": [
        ("2023年四季度专项资金使用情况",), ("年初预算", "调整后预算"), (1, 2)]})
    wizard.go_on()
    on(qtbot, wizard)
    assert wizard.step == "columns"
    title, words = answers.asked[0][1][:2]
    assert title == "表上写的是2023年四季度"
    assert "现在要导入到2024年二季度" in words
    answers.answers["confirm"] = True
    on(qtbot, wizard)
    assert wizard.step == "review"
    assert wizard.review.notes.text().startswith("表上写的是2023年四季度，这次导入到2024年二季度，请核对")
    wizard.go_back()
    on(qtbot, wizard)
    assert (wizard.step, len(answers.asked)) == ("review", 2)


def test_what_was_printed_is_read_where_it_stands_or_as_any_sheet(qtbot: Any, ws: Workspace, wizard: ImportWizard,
                                                                  tmp_path: Path) -> None:
    path = form_printing.write(ws, Wanted(form="enterprise", quarter=QUARTER), tmp_path / "名录.xlsx")
    read(qtbot, wizard, tmp_path / "表.xlsx", {"名单": [HEADS, [1, "甲", "遂昌县", 1, 2, "张"]]})
    sides = wizard.sheet.sides
    assert [sides.itemText(n) for n in range(sides.count())] == ["上方", "左侧"]
    wizard.open_sheet(path)
    settle(qtbot)
    assert (sides.currentText(), wizard.sheet.head.isVisible()) == ("各处", False)
    assert wizard.sheet.note.text().startswith("这是本程序打印的表")
    for choice, visible in (("上方", True), ("各处", False)):
        sides.setCurrentText(choice)
        settle(qtbot)
        assert (sides.currentText(), wizard.sheet.head.isVisible()) == (choice, visible)
    on(qtbot, wizard)
    on(qtbot, wizard)
    assert wizard.plan is not None
    assert {row.fate.state for row in wizard.plan.rows} == {"unchanged"}

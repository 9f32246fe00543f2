"""Deciding of rows in the dry run: field by field against a record, brought back with the file."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from pairing_desktop.services import entering, half_said, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.import_review_pane import ReviewPane
from pairing_desktop.ui.import_wizard import ImportWizard
from pairing_desktop.ui.sides_table import Offer, SidesTable
from tests.conftest import NOW
from tests.services.sheets import book
from tests.ui.conftest import QUARTER, Answers
from tests.ui.test_import import HEADS, reviewed, settle

pytestmark = pytest.mark.gui

KNOWN, NEAR = "双彩新材料", "双彩新材料股份有限公司"
LINES = ([KNOWN, None, "遂昌县", 0.33, 2023, "甲"], [NEAR, None, "遂昌县", 0.34, 2023, "乙"],
         ["示例丙木业", None, "遂昌县", "很多", 2023, "乙"])


@pytest.fixture
def near(tmp_path: Path) -> Path:
    return tmp_path / "名单.xlsx"


def opened(qtbot: Any, ws: Workspace) -> ImportWizard:
    made = ImportWizard(ws, form="enterprise", quarter=QUARTER)
    qtbot.addWidget(made)
    made.show()
    return made


def on_to_the_dry_run(qtbot: Any, wizard: ImportWizard, path: Path) -> ReviewPane:
    """Open the file again and go on to its dry run."""
    wizard.open_sheet(path)
    settle(qtbot)
    wizard.go_on()
    wizard.go_on()
    settle(qtbot)
    return wizard.review


def pick(pane: ReviewPane, row: int) -> None:
    """Choose a row of the list by its number in the sheet."""
    model = pane.list.model()
    pane.list.selectRow(next(n for n in range(model.rowCount()) if model.index(n, 0).data() == str(row)))


def taken(pane: ReviewPane) -> dict[str, tuple[str, str, int]]:
    """Return both values of the fields that can be chosen of, and which is taken."""
    return {one.label: (one.first, one.second, one.side) for one in pane.sides.offers if not one.fixed}


def choose(qtbot: Any, pane: ReviewPane, label: str, key: Qt.Key) -> None:
    """Choose a field's side with the keyboard."""
    pane.sides.setFocus()
    pane.sides.selectRow([one.label for one in pane.sides.offers].index(label))
    qtbot.keyClick(QApplication.focusWidget(), key)
    settle(qtbot)


def stored(ws: Workspace, name: str) -> dict[str, str]:
    """Return what a firm holds in two fields."""
    lines = entering.list_records(ws, "enterprise", quarter=QUARTER).lines
    key = next(line.key for line in lines if line.label == name)
    draft = entering.open_record(ws, form="enterprise", key=key, quarter=QUARTER).draft
    return {name: draft.text(name) for name in ("revenue", "figures_year")}


def test_a_row_that_changes_a_record_gives_only_what_is_chosen(
        qtbot: Any, ws: Workspace, theme: object, answers: Answers, near: Path) -> None:
    before = stored(ws, KNOWN)
    wizard = opened(qtbot, ws)
    pane = reviewed(qtbot, wizard, near, LINES[0])
    pane.show_tab("changed")
    pick(pane, 2)
    first = taken(pane)
    assert first["营业收入"][1:] == ("3,300.00", 1)
    assert pane.sides.rows.headerData(2, Qt.Orientation.Horizontal) == "表格里"
    choose(qtbot, pane, "营业收入", Qt.Key.Key_Left)
    assert taken(pane)["营业收入"] == (*first["营业收入"][:2], 0)
    assert pane.sides.hasFocus()
    assert pane.sides.current().label == "营业收入"
    spoken = [pane.sides.currentIndex().siblingAtColumn(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in (1, 2)]
    assert spoken[1] == "3,300.00 ← 0.33 亿元 未取"
    assert spoken[0].endswith(" 已取")
    for label in set(first) - {"营业收入"}:
        choose(qtbot, pane, label, Qt.Key.Key_Space)
    assert (pane.tabs["changed"].text(), pane.tabs["unchanged"].text()) == ("修改 0", "不变 1")
    assert pane.list.currentIndex().siblingAtColumn(0).data() == "2", "the row stays in sight while one chooses"
    assert not wizard.next.isEnabled()
    choose(qtbot, pane, "指标年度", Qt.Key.Key_Right)
    wizard.go_on()
    settle(qtbot)
    assert stored(ws, KNOWN)["revenue"] == before["revenue"]


def test_what_is_chosen_of_one_row_while_another_is_worked_out_is_not_lost(
        qtbot: Any, ws: Workspace, theme: object, answers: Answers, near: Path) -> None:
    """Faster than a row is worked out: two fields of one row, then the next row."""
    firms = [line.label for line in entering.list_records(ws, "enterprise", quarter=QUARTER).lines][:2]
    wizard = opened(qtbot, ws)
    pane = reviewed(qtbot, wizard, near, *([name, None, "遂昌县", 0.35, 2020, None] for name in firms))
    pane.show_tab("changed")
    for row in (2, 3):
        pick(pane, row)
        pane.sides.setFocus()
        for label in ("营业收入", "指标年度"):
            pane.sides.selectRow([one.label for one in pane.sides.offers].index(label))
            qtbot.keyClick(pane.sides, Qt.Key.Key_Left)
    settle(qtbot)
    assert wizard.plan is not None
    assert [sorted(row.left) for row in wizard.plan.rows] == [["figures_year", "revenue"]] * 2


def test_two_long_names_are_shown_from_where_they_differ(qtbot: Any, theme: object) -> None:
    table = SidesTable("取哪一边", "现有", "表格里")
    qtbot.addWidget(table)
    long = "示例竹木综合利用科技发展"
    names = Offer("name", "企业名称", f"{long}有限公司", f"{long}股份有限公司", 1)
    table.offer([names, Offer("a", "项", long, long, -1)])
    cells = [row.cells for row in table.rows.rows]
    assert [cell.since for cell in cells[0][1:]] == [8, 8]
    assert [cell.since for cell in cells[1][1:]] == [0, 0]


def cut(ws: Workspace, to: Path) -> Workspace:
    """Take the data file as ``kill -9`` leaves it: nothing is closed in order."""
    to.mkdir()
    for part in ws.path.parent.glob(f"{ws.path.name}*"):
        if not part.name.endswith(".lock"):
            shutil.copyfile(part, to / part.name)
    return workspace.open_workspace(to / ws.path.name, now=NOW, who="企业科", clock=lambda: NOW)


@pytest.mark.parametrize("left", ["closed", "killed"])
def test_what_was_decided_comes_back_with_the_file(qtbot: Any, ws: Workspace, theme: object, answers: Answers,
                                                   near: Path, left: str, tmp_path: Path) -> None:
    wizard = opened(qtbot, ws)
    pane = reviewed(qtbot, wizard, near, *LINES)
    pane.keep.click()
    settle(qtbot)
    pane.show_tab("double")
    pick(pane, 3)
    qtbot.mouseClick(pane.merge, Qt.MouseButton.LeftButton)
    settle(qtbot)
    choose(qtbot, pane, "企业名称", Qt.Key.Key_Right)
    was = [(row.number, row.choice, row.take, row.fate.state) for row in wizard.plan.rows] if wizard.plan else []
    assert was[1][1:] == ("merge", {"name"}, "skipped")
    if left == "closed":
        wizard.reject()
    there = ws if left == "closed" else cut(ws, tmp_path / "left")
    again = opened(qtbot, there)
    other = on_to_the_dry_run(qtbot, again, near)
    assert again.plan is not None
    assert [(row.number, row.choice, row.take, row.fate.state) for row in again.plan.rows] == was
    assert other.keep.isChecked()
    assert other.notes.text().startswith("上次的 1 处决定照旧；")
    again.go_back()
    again.go_on()
    settle(qtbot)
    assert "照旧" not in other.notes.text(), "said once"
    again.go_on()
    settle(qtbot)
    assert again.step == "result"
    fresh = on_to_the_dry_run(qtbot, again, near)
    assert (fresh.keep.isChecked(), "照旧" in fresh.notes.text()) == (False, False), "imported, it is done with"
    if there is not ws:
        there.close()


def test_what_another_version_kept_is_left_aside(qtbot: Any, ws: Workspace, theme: object, answers: Answers,
                                                 near: Path) -> None:
    half_said.importing(ws, "enterprise", near.name).keep('{"sheet": 3}')
    pane = reviewed(qtbot, opened(qtbot, ws), near, *LINES)
    assert (pane.counts["double"], "照旧" in pane.notes.text()) == (2, False)


def test_of_a_file_that_was_changed_nothing_decided_comes_back_and_it_is_said(
        qtbot: Any, ws: Workspace, theme: object, answers: Answers, near: Path) -> None:
    wizard = opened(qtbot, ws)
    pane = reviewed(qtbot, wizard, near, *LINES)
    pane.show_tab("double")
    pick(pane, 3)
    qtbot.mouseClick(pane.merge, Qt.MouseButton.LeftButton)
    settle(qtbot)
    wizard.reject()
    again = opened(qtbot, ws)
    other = reviewed(qtbot, again, near, LINES[2], *LINES[:2])
    said = "文件和上次的不一样了，上次有 1 处决定，行里的内容没有变的照旧"
    assert again.sheet.note.text().startswith(f"{said}。")
    assert other.notes.text().startswith(f"{said}，另有 1 处的行变了，请重新决定；")
    assert again.plan is not None
    assert not any(row.decided for row in again.plan.rows)


def test_of_a_file_of_which_another_row_was_mended_the_decision_stands(
        qtbot: Any, ws: Workspace, theme: object, answers: Answers, near: Path) -> None:
    wizard = opened(qtbot, ws)
    pane = reviewed(qtbot, wizard, near, *LINES)
    pane.show_tab("double")
    pick(pane, 3)
    qtbot.mouseClick(pane.merge, Qt.MouseButton.LeftButton)
    settle(qtbot)
    wizard.reject()
    again = opened(qtbot, ws)
    other = reviewed(qtbot, again, near, *LINES[:2], ("另一家", *LINES[2][1:]))
    assert again.plan is not None
    assert [row.number for row in again.plan.rows if row.decided] == [3]
    assert other.notes.text().startswith("文件和上次的不一样了，上次有 1 处决定，行里的内容没有变的照旧；")


def test_what_was_decided_of_a_sheet_stays_while_another_one_is_looked_at_and_imported(
        qtbot: Any, ws: Workspace, theme: object, answers: Answers, near: Path) -> None:
    book(near, {"妙高": [HEADS, *LINES], "云峰": [HEADS, ["四明示例", None, "遂昌县", 1, 2023, "丁"]]})
    wizard = opened(qtbot, ws)
    pane = on_to_the_dry_run(qtbot, wizard, near)
    pane.show_tab("double")
    pick(pane, 3)
    qtbot.mouseClick(pane.merge, Qt.MouseButton.LeftButton)
    settle(qtbot)

    def turn_to(sheet: str) -> list[int]:
        """Choose a sheet and go on to its dry run; return its rows that are decided."""
        while wizard.step != "sheet":
            wizard.go_back()
        wizard.sheet.sheets.setCurrentText(sheet)
        settle(qtbot)
        wizard.go_on()
        wizard.go_on()
        settle(qtbot)
        assert wizard.plan is not None
        assert wizard.plan.layout.sheet == sheet
        return [row.number for row in wizard.plan.rows if row.decided]

    assert turn_to("云峰") == []
    assert turn_to("妙高") == [3]
    assert pane.notes.text().startswith("上次的 1 处决定照旧；")
    assert turn_to("云峰") == []
    wizard.go_on()
    settle(qtbot)
    assert wizard.step == "result"
    again = opened(qtbot, ws)
    on_to_the_dry_run(qtbot, again, near)
    assert again.plan is not None
    assert again.plan.layout.sheet == "妙高", "that one is still to be imported"
    assert [row.number for row in again.plan.rows if row.decided] == [3]


def test_a_value_that_was_converted_shows_what_stands_in_the_sheet(qtbot: Any, ws: Workspace, theme: object,
                                                                   answers: Answers, near: Path) -> None:
    """Whether it is taken or not; one that stands as it is read shows nothing more."""
    pane = reviewed(qtbot, opened(qtbot, ws), near, *LINES)
    pane.show_tab("changed")
    pick(pane, 2)
    stands = {one.label: one.stands for one in pane.sides.offers}
    assert (stands["营业收入"], stands["指标年度"]) == ("0.33 亿元", "")
    at = [one.label for one in pane.sides.offers].index("营业收入")
    shown = pane.sides.rows.rows[at].cells[2]
    assert (shown.text, shown.tip) == ("3,300.00 ← 0.33 亿元", "3,300.00 ← 0.33 亿元")
    choose(qtbot, pane, "营业收入", Qt.Key.Key_Left)
    assert {one.label: one.stands for one in pane.sides.offers}["营业收入"] == "0.33 亿元"

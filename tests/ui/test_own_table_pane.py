"""Own tables on screen: made, designed, previewed, exported, filled into a template, taken back; all by keyboard."""

import os
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from openpyxl import Workbook, load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QWidget

from pairing_desktop.services import half_said, own_tables
from pairing_desktop.services.own_tables import Condition, Definition, OwnColumn
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.jobs import JobBar
from pairing_desktop.ui.own_table_pane import DESIGN, PREVIEW, TEMPLATE, OwnTablePane
from pairing_desktop.ui.sheet_table import PAD, Head, Line, SheetTable
from pairing_desktop.ui.sheet_table import Cell as SheetCell
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.theme import face
from tests.ui.conftest import QUARTER, Answers
from tests.ui.script import idle

pytestmark = pytest.mark.gui
KEY = Qt.Key
MONEY = Definition(name="资金", form="lean_project", sort="contract_sum", columns=(
    OwnColumn("enterprise"), OwnColumn("contract_sum", total=True), OwnColumn("stage")))


@pytest.fixture
def pane(qtbot: Any, theme: Any, ws: Workspace, answers: Answers) -> OwnTablePane:
    own_tables.save(ws, MONEY)
    made = OwnTablePane(ws, Signals())
    qtbot.addWidget(made)
    made.show_quarter(QUARTER)
    made.resize(1158, 600)
    made.show()
    made.refresh()
    return made


def cells(pane: OwnTablePane) -> list[list[str]]:
    pane.show_tab(PREVIEW)
    return [[c.text for c in line.cells] for line in pane.shown.lines.lines] if pane.shown else []


def test_the_preview_shows_lines_and_opens_their_records(qtbot: Any, pane: OwnTablePane) -> None:
    assert cells(pane) == [["1", "示例企业甲", "52.00", "实施中"], ["2", "双彩新材料", "68.00", "实施中"],
                           ["合计 2", "", "120.00", ""]]
    table = pane.shown
    assert table is not None
    table.setFocus()
    table.setCurrentIndex(table.lines.index(1, 2))
    with qtbot.waitSignal(pane._signals.goTo) as told:
        qtbot.keyClick(table, KEY.Key_Return)
    assert (told.args[0], told.args[2]) == ("lean_project", "contract_sum")


def test_columns_are_added_moved_and_taken_out_by_keys(qtbot: Any, pane: OwnTablePane) -> None:
    pane.show_tab(DESIGN)
    design = pane.design
    qtbot.keyClicks(design.search, "1")
    design.search.clear()
    design.search.setText("统一社会信用代码")
    assert [design.available.item(n).text() for n in range(design.available.count())] == ["企业名称·统一社会信用代码"]
    design.chosen.setCurrentCell(0, 0)
    qtbot.keyClick(design.available, KEY.Key_Return)
    assert pane.table is not None
    assert [c.path for c in pane.table.columns] == ["enterprise", "enterprise.credit_code", "contract_sum", "stage"]
    qtbot.keyClick(design.chosen, KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [c.path for c in pane.table.columns][:3] == ["enterprise", "contract_sum", "enterprise.credit_code"]
    qtbot.keyClick(design.chosen, KEY.Key_Delete)
    assert [c.path for c in pane.table.columns] == ["enterprise", "contract_sum", "stage"]
    assert not pane.dirty


def test_conditions_titles_and_groups_change_the_preview(qtbot: Any, pane: OwnTablePane) -> None:
    pane.show_tab(DESIGN)
    design = pane.design
    design.add_condition()
    row = design._rows[0]
    row.path.setCurrentIndex(row.path.findData("contract_sum"))
    row.test.setCurrentText("不少于")
    row.text.setText("六十")
    row.text.textEdited.emit("")
    pane.show_tab(PREVIEW)
    assert pane.shown is None
    row.text.setText("60")
    row.text.textEdited.emit("")
    title = design.chosen.item(1, 1)
    assert title is not None
    title.setText("合同")
    design.group.setCurrentIndex(design.group.findData("stage"))
    design.group.activated.emit(0)
    assert cells(pane) == [["实施中"], ["1", "双彩新材料", "68.00", "实施中"], ["小计 1", "", "68.00", ""],
                           ["合计 1", "", "68.00", ""]]
    assert pane.shown is not None
    assert pane.shown.lines.heads[2].title == "合同"
    assert pane.keep.isVisible()
    pane.keep.click()
    kept = own_tables.saved(pane._ws)[0]
    assert kept.conditions == (Condition("contract_sum", "不少于", "60"),)
    assert not pane.keep.isVisible()


def test_a_condition_is_taken_out(pane: OwnTablePane) -> None:
    pane.show_tab(DESIGN)
    design = pane.design
    for text in ("60", "50"):
        design.add_condition()
        row = design._rows[-1]
        row.path.setCurrentIndex(row.path.findData("contract_sum"))
        row.test.setCurrentText("不少于")
        row.text.setText(text)
        row.text.textEdited.emit("")
    assert len(cells(pane)) == 2, "68 and the total"
    pane.show_tab(DESIGN)
    design._rows[0].out.click()
    assert pane.table is not None
    assert pane.table.conditions == (Condition("contract_sum", "不少于", "50"),)
    assert [r.text.text() for r in design._rows] == ["50"]
    design._rows[0].out.click()
    assert pane.table.conditions == ()
    assert design._rows == []


def test_new_copy_rename_delete_and_undo(pane: OwnTablePane, answers: Answers) -> None:
    pane.new()
    assert [t.name for t in pane.saved] == sorted(["资金", pane.table.name if pane.table else ""])
    pane.duplicate()
    assert len(pane.saved) == 3
    answers.answers["text"] = "改了名"
    pane.rename()
    assert "改了名" in {t.name for t in pane.saved}
    pane.delete()
    assert "改了名" not in {t.name for t in pane.saved}
    for left in (3, 3, 2, 1):
        assert pane.back.isEnabled()
        pane.undo()
        assert len(pane.saved) == left
    assert [t.name for t in pane.saved] == ["资金"]


def test_a_new_table_takes_the_name_of_the_form_that_is_chosen_and_keeps_one_that_was_given(
    pane: OwnTablePane, answers: Answers
) -> None:
    def choose(form: str) -> None:
        pane.design.form.setCurrentIndex(pane.design.form.findData(form))
        pane.design.form.activated.emit(pane.design.form.currentIndex())

    pane.new()
    choose("park_progress")
    assert pane.table is not None
    assert (pane.title.text(), pane.table.columns[0].path) == ("园区建设季报", "subject.name")
    answers.answers["text"] = "我的表"
    pane.rename()
    choose("enterprise")
    assert (pane.title.text(), pane.table.form) == ("我的表", "enterprise")


def test_codes_are_shown_whole_where_long_names_give_way(qtbot: Any, theme: Any) -> None:
    heads = (Head("企业名称", width=60), Head("统一社会信用代码", width=20), Head("行业", width=60))
    code = "91350100M000100Y43"
    cells = (SheetCell("很长的企业名称" * 4), SheetCell(code), SheetCell("很长的行业名称" * 4))
    table = SheetTable("表", heads, [Line(cells), Line((SheetCell("乙"), SheetCell("—"), SheetCell("茶")))])
    qtbot.addWidget(table)
    table.resize(420, 200)
    table.show()
    assert table.columnWidth(1) >= QFontMetrics(face(13)).horizontalAdvance(code) + 2 * PAD


def test_a_name_that_is_taken_is_told(pane: OwnTablePane, answers: Answers) -> None:
    pane.duplicate()
    answers.answers.update(text="资金", trouble=None)
    pane.rename()
    assert answers.asked[-1][0] == "trouble"
    assert len({t.name for t in pane.saved}) == 2


def test_what_was_changed_is_saved_when_left(qtbot: Any, pane: OwnTablePane) -> None:
    pane.show_tab(DESIGN)
    pane.design.heading.setText("新标题")
    pane.design.heading.textEdited.emit("")
    pane.hide()
    assert own_tables.saved(pane._ws)[0].heading == "新标题"


def test_exports(qtbot: Any, pane: OwnTablePane, answers: Answers, tmp_path: Path) -> None:
    answers.answers["save_file"] = tmp_path / "a.xlsx"
    pane.export_workbook()
    assert not (tmp_path / "a.xlsx").exists(), "it is written in the background"
    idle(qtbot)
    assert load_workbook(tmp_path / "a.xlsx").worksheets[0]["C4"].value == 52
    answers.answers["save_file"] = tmp_path / "a.pdf"
    pane.export_pdf()
    idle(qtbot)
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_a_template_is_matched_by_its_heads_and_filled(qtbot: Any, pane: OwnTablePane, answers: Answers,
                                                       tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for place, text in enumerate(("序号", "企业名称", "合同额（万元）", "备注"), start=1):
        sheet.cell(2, place, text)
    book.save(path)
    pane.show_tab(TEMPLATE)
    answers.answers["open_file"] = path
    pane.template.choose()
    shown = {pane.template.columns.item(n, 0).text(): pane.template.columns.item(n, 1).text()  # type: ignore[union-attr]
             for n in range(pane.template.columns.rowCount())}
    assert shown == {"序号": "A", "企业名称": "B", "合同额": "C", "项目状态": ""}
    cell = pane.template.cells.item(0, 0)
    combo = pane.template.cells.cellWidget(0, 1)
    assert cell is not None
    combo.setCurrentIndex(combo.findData("figure:summary_funnel/stages/04/total"))  # type: ignore[attr-defined]
    cell.setText("f1")
    answers.answers["save_file"] = tmp_path / "填好.xlsx"
    pane.template.fill_out()
    assert not (tmp_path / "填好.xlsx").exists(), "it is filled in the background"
    idle(qtbot)
    filled = load_workbook(tmp_path / "填好.xlsx").worksheets[0]
    assert [[c.value for c in row] for row in filled["A3:C4"]] == [[1, "示例企业甲", 52], [2, "双彩新材料", 68]]
    assert filled["F1"].value == 2
    assert pane.save()
    assert own_tables.saved(pane._ws)[0].template["columns"] == [["#", "A"], ["enterprise", "B"], ["contract_sum", "C"]]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a file that is read when the test says so")
def test_filling_a_template_is_cancelled_and_leaves_nothing(qtbot: Any, pane: OwnTablePane, answers: Answers,
                                                            tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    book = Workbook()
    book["Sheet"].append(["序号", "企业名称", "合同额（万元）"])
    book.save(path)
    pane.show_tab(TEMPLATE)
    answers.answers["open_file"] = path
    pane.template.choose()
    content = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    pipe = os.open(path, os.O_RDWR)  # the work waits in its first step until something is written
    bar = JobBar(pane)
    bar.show()
    pane.template.fill_out()
    qtbot.waitUntil(bar._cancel.isVisible)
    bar._cancel.click()
    os.write(pipe, content)
    os.close(pipe)
    idle(qtbot)
    assert bar._step.text() == "已取消：填入模板，没有改动任何内容"
    assert [name for name, _ in answers.asked] == ["open_file"], "nobody is asked where to save it"
    assert list(tmp_path.glob("*.xlsx")) == [path]


def test_what_stands_in_the_way_is_told_and_nothing_written(qtbot: Any, pane: OwnTablePane, answers: Answers,
                                                            tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "企业名称"
    sheet.merge_cells("A2:B3")
    book.save(path)
    pane.show_tab(TEMPLATE)
    answers.answers.update(open_file=path, trouble=None)
    pane.template.choose()
    pane.template.fill_out()
    idle(qtbot)
    assert answers.asked[-1][0] == "trouble"
    assert "合并单元格 A2:B3" in str(answers.asked[-1][1][0])


def test_everything_has_a_name_and_takes_the_focus(pane: OwnTablePane) -> None:
    for number in (PREVIEW, DESIGN, TEMPLATE):
        pane.show_tab(number)
        for widget in pane.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                named = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
                assert named or widget.objectName().startswith("qt_"), type(widget)


def test_a_design_not_saved_is_on_disk(qtbot: Any, theme: Any, ws: Workspace, pane: OwnTablePane) -> None:
    """As after kill -9: nothing was left, hidden or closed."""
    pane.show_tab(DESIGN)
    pane.unsaved._resting.setInterval(0)
    qtbot.keyClicks(pane.design.heading, "Q2")
    pane.design.add_condition()
    row = pane.design._rows[0]
    row.path.setCurrentIndex(row.path.findData("stage"))
    qtbot.keyClicks(row.text, "abc")
    assert pane.table is not None
    half = half_said.own_table(ws, pane.table.id)
    qtbot.waitUntil(lambda: "abc" in (half.words or ""))
    again = OwnTablePane(ws, Signals())
    qtbot.addWidget(again)
    again.refresh()
    assert (again.design.heading.text(), again.design._rows[0].text.text()) == ("Q2", "abc")
    assert again.dirty
    assert again.save()
    assert half.words is None
    assert own_tables.saved(ws)[0].heading == "Q2"

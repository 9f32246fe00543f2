"""Tables inside a form edit like a sheet."""

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractItemView, QApplication

from pairing_desktop.services import checking, entering
from pairing_desktop.ui.entry_page import EntryPage
from pairing_desktop.ui.finding_line import FindingLine
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.table_editor import TableEditor
from pairing_desktop.ui.table_model import MOST_NOTES, NoteLine
from pairing_desktop.ui.theme import colours
from tests.ui.conftest import QUARTER, Answers, Open, keys

pytestmark = pytest.mark.gui


def table(page: EntryPage, name: str) -> TableEditor:
    assert page.record is not None
    widget = page.record.widget_at(name)
    assert isinstance(widget, TableEditor)
    return widget


def cells(page: EntryPage, name: str, *columns: str) -> list[list[str]]:
    assert page.entry is not None
    draft = page.entry.draft
    return [[draft.shown(f"{name}/{row}/{c}") for c in columns] for row in draft.rows(name)]


def go(page: EntryPage, name: str, row: int, column: str) -> TableEditor:
    assert page.record is not None
    assert page.entry is not None
    page.record.jump(f"{name}/{page.entry.draft.rows(name)[row]}/{column}")
    return table(page, name)


def editor(sheet: TableEditor) -> LineInput:
    widget = sheet.indexWidget(sheet.currentIndex())
    assert isinstance(widget, LineInput)
    return widget


def test_typing_replaces_the_cell_and_enter_goes_down(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "before")
    qtbot.keyClick(sheet, Qt.Key.Key_7)
    qtbot.keyClicks(editor(sheet), "0.5")
    qtbot.keyClick(editor(sheet), Qt.Key.Key_Return)
    assert cells(page, "kpis", "before", "improvement")[0] == ["70.5", "+28.5以上"]
    assert sheet.current_path().split("/")[1:] == [page.entry.draft.rows("kpis")[1], "before"]  # type: ignore[union-attr]


def test_a_cell_shows_what_it_is(qtbot: Any, open_page: Open) -> None:
    """Chosen, computed, under the cursor: each has its ground or its border."""
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "before")
    qtbot.keyClick(sheet, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(sheet.hasFocus)
    c, bar = colours(), sheet.horizontalScrollBar()

    def colour(row: int, column: str, across: int, down: int) -> str:
        path = f"kpis/{page.entry.draft.rows('kpis')[row]}/{column}"  # type: ignore[union-attr]
        place = sheet.visualRect(sheet.sheet.index_of(path)).topLeft() + QPoint(across, down)
        shot = sheet.viewport().grab().toImage()
        return shot.pixelColor(place * shot.devicePixelRatio()).name()

    assert [colour(row, "before", 4, 4) for row in (0, 1)] == [c.sel.lower()] * 2
    assert [colour(1, column, 0, 12) for column in ("before", "after")] == [c.accent.lower(), c.surface.lower()]
    bar.setValue(bar.maximum() // 2)
    assert [colour(0, column, 4, 4) for column in ("target", "improvement")] == [c.surface.lower(), c.locked.lower()]


def test_an_indicator_s_kind_of_effect_is_seen_without_scrolling(open_page: Open) -> None:
    """The summary counts by it: out of sight it stayed blank, and all six kinds had none."""
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "indicator")
    path = f"kpis/{page.entry.draft.rows('kpis')[0]}/effect"  # type: ignore[union-attr]
    cell = sheet.visualRect(sheet.sheet.index_of(path))
    assert sheet.horizontalScrollBar().value() == 0
    assert cell.right() < sheet.viewport().width()


def test_tab_passes_over_computed_cells_and_begins_a_row(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "target")
    qtbot.keyClick(sheet, Qt.Key.Key_Tab)
    assert sheet.current_path().endswith("/source"), "improvement and its unit are computed in this row"
    sheet = go(page, "kpis", 1, "target")
    qtbot.keyClick(sheet, Qt.Key.Key_Tab)
    assert sheet.current_path().endswith("/improvement"), "given by the firm in this one"
    sheet = go(page, "kpis", 1, "indicator")
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert len(cells(page, "kpis", "indicator")) == 3
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert len(cells(page, "kpis", "indicator")) == 3, "no second empty row"


def test_what_a_row_is_called_stays_in_sight_while_its_columns_scroll(qtbot: Any, open_page: Open) -> None:
    """As Excel's frozen panes: one reads, clicks and types there too, and no cell is led to under them."""
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "source")
    rows, bar, place = page.entry.draft.rows("kpis"), sheet.horizontalScrollBar(), sheet.viewport()  # type: ignore[union-attr]

    def seen(column: str, row: int = 0) -> QRect:
        return sheet.visualRect(sheet.sheet.index_of(f"kpis/{rows[row]}/{column}"))

    assert bar.value() > 0
    bar.setValue(0)
    at_rest = seen("indicator")
    words = at_rest.adjusted(4, 4, -4, -4)
    named = place.grab(words).toImage()
    bar.setValue(bar.maximum())
    assert seen("indicator") == at_rest
    assert place.grab(words).toImage() == named
    qtbot.mouseClick(place, Qt.MouseButton.LeftButton, pos=at_rest.center())
    assert sheet.current_path().endswith("/indicator")
    assert bar.value() == bar.maximum(), "it is in sight where it is"
    qtbot.keyClick(sheet, Qt.Key.Key_7)
    assert editor(sheet).geometry() == at_rest
    qtbot.keyClick(editor(sheet), Qt.Key.Key_Return)
    assert cells(page, "kpis", "indicator")[0] == ["7"]
    sheet.select(f"kpis/{rows[1]}/unit")
    assert seen("unit", 1).left() >= at_rest.right(), "not under what stays"


def test_a_block_from_excel_is_pasted_as_one_step(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 1, "indicator")
    QGuiApplication.clipboard().setText(
        "不良率\t%\t降\t前后值计算\t5.2\t3.1\r\n营销额\t万元\t升\t企业直接提供增幅\r\n库存\t天\tj\tqh\t１２\t约8\r\n")
    qtbot.keyClick(sheet, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    got = cells(page, "kpis", "indicator", "better", "how", "before", "after")
    assert got[1:] == [["不良率", "降", "前后值计算", "5.2", "3.1"], ["营销额", "升", "企业直接提供增幅", "", ""],
                       ["库存", "降", "前后值计算", "12", "约8"]]
    page.entry.check()  # type: ignore[union-attr]  # what is found comes between the rows
    names = ("indicator", "unit", "better", "how", "before", "after")
    rows = page.entry.draft.rows("kpis")[1:]  # type: ignore[union-attr]
    assert sheet.blocks.selected() == [f"kpis/{row}/{name}" for row in rows for name in names], "what came is selected"
    assert sheet.current_path() == f"kpis/{rows[0]}/indicator"
    page.undo()
    assert [row[0] for row in cells(page, "kpis", "indicator")] == ["一次合格率", "产值"]


def test_a_block_is_copied_for_excel(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "indicator")
    for _ in range(1):
        qtbot.keyClick(sheet, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        qtbot.keyClick(sheet, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(sheet, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "一次合格率\t%\n产值\t万元"


def test_rows_are_inserted_deleted_and_come_back(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 1, "indicator")
    qtbot.keyClick(sheet, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert [row[0] for row in cells(page, "kpis", "indicator")] == ["一次合格率", "", "产值"]
    qtbot.keyClick(sheet, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    go(page, "kpis", 0, "indicator")
    qtbot.keyClick(sheet, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert [row[0] for row in cells(page, "kpis", "indicator")] == ["产值"]
    page.undo()
    assert [row[0] for row in cells(page, "kpis", "indicator")] == ["一次合格率", "产值"]


def test_rows_are_deleted_one_after_another_from_where_one_stands(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "indicator")
    paste(qtbot, sheet, "甲\n乙\n丙\n丁")
    go(page, "kpis", 1, "indicator")
    for left in (["甲", "丙", "丁"], ["甲", "丁"], ["甲"]):
        qtbot.keyClick(sheet, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
        assert [row[0] for row in cells(page, "kpis", "indicator")] == left
        assert sheet.blocks.selected() == [sheet.current_path()]


def test_a_finding_stands_under_its_row(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = table(page, "kpis")
    assert page.entry is not None
    go(page, "kpis", 1, "improvement_unit")
    rows = page.entry.draft.rows("kpis")
    page.entry.type(f"kpis/{rows[1]}/improvement_unit", "%")
    qtbot.waitUntil(lambda: any(isinstance(n, NoteLine) and n.finding.level == "query" for n in sheet.sheet.lines))
    place = next(n for n, line in enumerate(sheet.sheet.lines) if isinstance(line, NoteLine))
    note = sheet.indexWidget(sheet.sheet.index(place, 0))
    assert isinstance(note, FindingLine)
    assert "111.3" in note.shown()
    assert "填写说明" in note.shown()
    assert place == 2
    assert sheet.current_path().endswith("improvement_unit"), "the cursor stays where it was"


def test_all_findings_of_a_cell_stand_under_its_row(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = table(page, "kpis")
    assert page.entry is not None
    cell = f"kpis/{page.entry.draft.rows('kpis')[1]}/improvement"
    page.entry.type(f"{cell}_unit", "%")
    page.entry.type(cell, "-180")

    def notes() -> list[str]:
        return [line.finding.message for line in sheet.sheet.lines if isinstance(line, NoteLine)]

    qtbot.waitUntil(lambda: len(notes()) == 2)
    seats = [sheet.indexWidget(sheet.sheet.index(place, 0)) for place, line in enumerate(sheet.sheet.lines)
             if isinstance(line, NoteLine)]
    assert all(isinstance(seat, FindingLine) for seat in seats)
    page.entry.type(cell, "-18")
    qtbot.waitUntil(lambda: len(notes()) == 1)


def test_a_finding_of_a_cell_names_its_column(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = table(page, "kpis")
    assert page.entry is not None
    row = page.entry.draft.rows("kpis")[0]
    for column in ("indicator", "how"):
        page.entry.type(f"kpis/{row}/{column}", "")
    page.entry.check()
    notes = [n for n, line in enumerate(sheet.sheet.lines) if isinstance(line, NoteLine)]
    told = [sheet.indexWidget(sheet.sheet.index(n, 0)).accessibleName() for n in notes]
    assert [words.partition("：")[0] for words in told[:2]] == ["指标", "给出方式"]


def test_the_footer_says_what_the_program_computes_only_where_it_does(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.record is not None
    for row, computed in ((0, True), (1, False)):
        go(page, "kpis", row, "improvement_unit")
        words = page.record.footer._words
        qtbot.waitUntil(lambda words=words, computed=computed: ("不用填" in words.text()) == computed)


def test_a_finding_under_another_row_leaves_an_open_cell_alone(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.entry is not None
    page.entry.add_row("kpis")
    sheet = go(page, "kpis", 2, "indicator")
    keys(qtbot, sheet, "x")
    open_cell = editor(sheet)
    cell = f"kpis/{page.entry.draft.rows('kpis')[0]}/before"
    before = page.entry.draft.text(cell)
    assert page.entry.found.first(cell) is None
    page.entry.type(cell, "约十")
    qtbot.waitUntil(lambda: page.entry is not None and page.entry.found.first(cell) is not None)
    assert any(isinstance(n, NoteLine) and n.finding.path == cell for n in sheet.sheet.lines)
    assert editor(sheet) is open_cell
    assert open_cell.text() == "x"
    assert sheet.current_path() == f"kpis/{page.entry.draft.rows('kpis')[2]}/indicator"
    page.entry.type(cell, before)
    qtbot.waitUntil(lambda: page.entry is not None and page.entry.found.first(cell) is None)
    assert editor(sheet) is open_cell


def test_rows_are_numbered_anew_when_one_goes(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "indicator")

    def numbers() -> list[str]:
        lines = enumerate(sheet.sheet.lines)
        return [sheet.sheet.index(n, 0).data() for n, line in lines if not isinstance(line, NoteLine)]

    assert numbers() == ["1", "2"]
    qtbot.keyClick(sheet, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert numbers() == ["1"]


def test_a_choice_in_a_cell_takes_initials(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "how")
    qtbot.keyClick(sheet, Qt.Key.Key_D)
    qtbot.keyClick(editor(sheet), Qt.Key.Key_X)
    qtbot.keyClick(editor(sheet), Qt.Key.Key_Return)
    assert cells(page, "kpis", "how")[0] == ["定性描述"]


def test_half_typed_cells_are_saved(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "before")
    qtbot.keyClick(sheet, Qt.Key.Key_7)
    assert page.entry is not None
    with qtbot.waitSignal(page.entry.kept):
        pass
    assert page.entry.draft.text(sheet.current_path()) == "7"
    assert editor(sheet).text() == "7"


@pytest.mark.parametrize("key", [Qt.Key.Key_7, Qt.Key.Key_F2])
@pytest.mark.parametrize(("row", "text"), [(0, "65.2"), (1, "")])
def test_escape_leaves_the_cell_as_it_was_and_stays_there(qtbot: Any, open_page: Open, key: Qt.Key, row: int,
                                                          text: str) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", row, "before")
    path = sheet.current_path()
    qtbot.keyClick(sheet, key)
    qtbot.keyClick(editor(sheet), Qt.Key.Key_Escape)
    assert cells(page, "kpis", "before")[row][:1] == [text] * bool(text) or not text
    assert sheet.current_path() == path
    assert sheet.state() == QAbstractItemView.State.NoState
    assert sheet.hasFocus()
    qtbot.keyClick(sheet, Qt.Key.Key_F2)
    qtbot.keyClick(editor(sheet), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert sheet.currentIndex().row() == max(0, row - 1), "Shift+Enter goes up"


def test_fill_down_copies_the_cell_above(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 1, "unit")
    qtbot.keyClick(sheet, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert cells(page, "kpis", "unit") == [["%"], ["%"]]


def test_an_empty_table_begins_with_enter(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = table(page, "milestones")
    sheet.setFocus()
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert len(cells(page, "milestones", "content")) == 1
    qtbot.keyClick(sheet, Qt.Key.Key_F2)
    keys(qtbot, editor(sheet), "现状诊断")
    qtbot.keyClick(editor(sheet), Qt.Key.Key_Tab)
    assert cells(page, "milestones", "content") == [["现状诊断"]]
    assert sheet.current_path().endswith("/planned")


def test_an_empty_table_has_a_cursor_once_rows_are_pasted(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = table(page, "milestones")
    sheet.setFocus()
    assert page.record is not None
    assert page.record.current == "milestones", "the footer tells of the table one is in"
    paste(qtbot, sheet, "现状诊断\n方案设计")
    assert sheet.current_path().endswith("/content")
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    qtbot.keyClick(sheet, Qt.Key.Key_7)
    qtbot.keyClick(editor(sheet), Qt.Key.Key_Return)
    assert cells(page, "milestones", "content")[:2] == [["现状诊断"], ["7"]], "what is typed goes where one is"


def test_the_cursor_keeps_off_the_row_numbers(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 1, "indicator")
    at = sheet.current_path()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Home):
        qtbot.keyClick(sheet, key)
        assert sheet.current_path() == at
    qtbot.keyClick(sheet, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert sheet.current_path().endswith("/indicator"), "the row above, when the cursor's own goes"


def test_marks_of_a_cell(qtbot: Any, open_page: Open) -> None:
    from pairing_desktop.ui.marks_popup import MarksPopup

    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "before")
    qtbot.keyClick(sheet, Qt.Key.Key_F4)
    popup = sheet.viewport().findChild(MarksPopup)
    assert popup is not None
    popup.words["qualifier"].setCurrentText("约")  # type: ignore[union-attr]
    popup.close()
    assert cells(page, "kpis", "before")[0] == ["约65.2"]


def paste(qtbot: Any, sheet: TableEditor, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(sheet, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_quoted_cells_keep_tabs_quotes_and_lines(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "indicator")
    paste(qtbot, sheet, '"5"" 管合格率"\t%\n6" 管\t%\n')
    assert cells(page, "kpis", "indicator", "unit") == [['5" 管合格率', "%"], ['6" 管', "%"]]
    qtbot.keyClick(sheet, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == '"5"" 管合格率"\t%\n"6"" 管"\t%', "what was pasted is selected"


def test_a_block_too_wide_is_told_before_it_changes_anything(qtbot: Any, open_page: Open, answers: Answers) -> None:
    page = open_page("lean_project")
    sheet = go(page, "milestones", 0, "planned") if cells(page, "milestones", "content") else table(page, "milestones")
    sheet.append_row()
    before = cells(page, "milestones", "content")
    answers.answers["confirm"] = False
    paste(qtbot, sheet, "\t".join("一二三四五六七八九十"))
    assert [name for name, _ in answers.asked] == ["confirm"]
    assert "放不下" in str(answers.asked[0])
    assert cells(page, "milestones", "content") == before


def test_a_file_of_cells_is_not_for_pasting(qtbot: Any, open_page: Open, answers: Answers) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "indicator")
    before = cells(page, "kpis", "indicator")
    answers.answers["tell"] = None
    paste(qtbot, sheet, "\n".join(["产值\t万元\t升\t前后值计算\t1"] * 20_000))
    assert "20,000 行" in str(answers.asked[0])
    assert cells(page, "kpis", "indicator") == before


def test_a_picture_is_not_for_a_table(qtbot: Any, open_page: Open, answers: Answers) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "indicator")
    answers.answers["tell"] = None
    QGuiApplication.clipboard().setImage(QImage(8, 8, QImage.Format.Format_RGB32))
    qtbot.keyClick(sheet, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "图片" in str(answers.asked[0])


def test_one_cell_fills_the_selection(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "unit")
    qtbot.keyClick(sheet, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    paste(qtbot, sheet, "件")
    assert cells(page, "kpis", "unit") == [["件"], ["件"]]
    page.undo()
    assert cells(page, "kpis", "unit") == [["%"], ["万元"]]


@pytest.mark.parametrize("column", ["indicator", "after"])
def test_a_head_that_is_copied_with_its_rows_says_which_columns_they_are_of(qtbot: Any, open_page: Open,
                                                                            column: str) -> None:
    page = open_page("lean_project")
    labels = {c.id: c.label for c in table(page, "kpis").sheet.columns}
    sheet = go(page, "kpis", 1, column)
    paste(qtbot, sheet, f"{labels['before']}（%）\t{labels['indicator']} *\t{labels['how']}\n"
                        "5.2\t不良率\t前后值计算\n6.1\t损耗率\t前后值计算")
    assert cells(page, "kpis", "indicator", "before", "how")[1:] == [
        ["不良率", "5.2", "前后值计算"], ["损耗率", "6.1", "前后值计算"]]
    assert next(path.rpartition("/")[2] for path in sheet.blocks.selected()) == "indicator"


@pytest.mark.parametrize("text", ["{indicator}\t{unit}", "{indicator}\t别的\n甲\t乙", "{indicator}\n甲"])
def test_words_that_are_a_head_by_chance_stay_words(qtbot: Any, open_page: Open, text: str) -> None:
    page = open_page("lean_project")
    labels = {c.id: c.label for c in table(page, "kpis").sheet.columns}
    sheet = go(page, "kpis", 0, "indicator")
    paste(qtbot, sheet, text.format(**labels))
    assert cells(page, "kpis", "indicator")[0] == [labels["indicator"]]


def test_home_and_a_pasted_block_show_a_row_from_its_beginning(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "source")
    bar = sheet.horizontalScrollBar()
    for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
        bar.setValue(bar.maximum())
        go(page, "kpis", 0, "source")
        assert bar.value() > 0
        qtbot.keyClick(sheet, Qt.Key.Key_Home, modifier)
        assert (sheet.current_path().rpartition("/")[2], bar.value()) == ("indicator", 0)
    bar.setValue(bar.maximum())
    paste(qtbot, sheet, "不良率\t%\t降\t前后值计算")
    assert bar.value() == 0, "what came is in sight"


def test_an_undone_block_leaves_one_at_its_first_cell(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "unit")
    at = sheet.current_path()
    qtbot.keyClick(sheet, Qt.Key.Key_Delete)
    paste(qtbot, sheet, "件\t降\n个\t降")
    assert cells(page, "kpis", "unit", "better") == [["件", "降"], ["个", "降"]]
    for turn in (page.undo, page.redo, page.undo):
        turn()
        assert sheet.current_path() == at


def test_the_first_cell_of_a_selection_fills_the_rest(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "unit")
    qtbot.keyClick(sheet, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(sheet, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert cells(page, "kpis", "unit") == [["%"], ["%"]]


def test_a_table_with_given_rows_begins_at_the_first_empty_cell(qtbot: Any, open_page: Open) -> None:
    page = open_page("diagnosis")
    page.new()
    sheet = table(page, "scores")
    sheet.setFocus()
    assert sheet.current_path().endswith("/score")


LONG = "\n".join(f"指标{number}\t万元\t升\t前后值计算\t{number}" for number in range(150))


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[Any], object]) -> None:
    """Let the window do ``act`` with a dialog that works, instead of waiting in it."""
    from pairing_desktop.ui import ask

    monkeypatch.setattr(ask.dialogs, "run", act)


def test_a_long_paste_goes_in_slice_by_slice_and_is_one_step(qtbot: Any, open_page: Open,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    page, seen = open_page("lean_project"), []
    sheet = go(page, "kpis", 1, "indicator")
    before = cells(page, "kpis", "indicator")

    def watch(dialog: Any) -> bool:
        dialog.show()
        dialog.bar.valueChanged.connect(seen.append)
        qtbot.waitUntil(dialog.isHidden)
        return True

    meanwhile(monkeypatch, watch)
    monkeypatch.setattr("pairing_desktop.ui.slices.SLICE", 0)
    paste(qtbot, sheet, LONG)
    assert len(cells(page, "kpis", "indicator")) == 151
    assert cells(page, "kpis", "indicator", "before")[-1] == ["指标149", "149"]
    assert len(seen) > 100
    page.undo()
    assert cells(page, "kpis", "indicator") == before


def test_a_long_paste_that_is_stopped_leaves_no_trace(qtbot: Any, open_page: Open,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page("lean_project")
    assert page.entry is not None
    sheet = go(page, "kpis", 1, "indicator")
    before = page.entry.draft.payload()

    def stop(dialog: Any) -> bool:
        dialog.show()
        with qtbot.waitSignal(dialog.bar.valueChanged):
            pass
        dialog.reject()
        return False

    meanwhile(monkeypatch, stop)
    monkeypatch.setattr("pairing_desktop.ui.slices.SLICE", 0)
    paste(qtbot, sheet, LONG)
    assert page.entry.draft.payload() == before
    assert not page.entry.draft.dirty
    assert not page.entry.draft.undo_name


def test_a_paste_given_up_in_its_last_turn_leaves_no_trace(open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.entry is not None
    before = page.entry.draft.payload()
    laying = page.entry.paste("kpis", 1, ["indicator"], [["甲"], ["乙"]])
    for _ in ("first row", "second row", "computed", "on disk"):
        next(laying)
    assert page.entry.draft.payload() != before
    laying.close()
    assert page.entry.draft.payload() == before
    assert not page.entry.draft.undo_name
    key = page.entry.opened.key
    assert not entering.open_record(page.workspace, form="lean_project", key=key, quarter=QUARTER).recovered


def test_what_was_pasted_is_checked_in_turns_of_the_window(qtbot: Any, open_page: Open,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand rows take a fifth of a second; what is typed meanwhile is checked too."""
    page, turns, told = open_page("lean_project"), [], []
    assert page.entry is not None
    sheet = go(page, "kpis", 1, "indicator")
    monkeypatch.setattr("pairing_desktop.ui.check_turns.SLICE", 0)
    QGuiApplication.clipboard().setText("\n".join(f"指标{number}" for number in range(90)))
    sheet.blocks.paste()
    beside = QTimer(page)
    beside.timeout.connect(lambda: turns.append(page.entry.draft.value("contract_sum")))  # type: ignore[union-attr]
    beside.start(0)
    page.entry.checked.connect(told.append)
    qtbot.waitUntil(lambda: len(turns) > 40)
    assert not told, "the rows are still being checked"
    page.entry.type("contract_sum", "约一些")
    turns.clear()
    qtbot.waitUntil(lambda: bool(told))
    assert len(turns) > 90, "a turn for every row at least"
    assert page.entry.found.all == tuple(checking.check_record(page.workspace, page.entry.draft))
    assert page.entry.found.first("contract_sum") is not None


def test_a_block_full_of_mistakes_tells_the_first_and_marks_all(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = go(page, "kpis", 0, "before")
    QGuiApplication.clipboard().setText("\n".join(["约一些"] * (2 * MOST_NOTES)))
    sheet.blocks.paste()
    assert page.entry is not None
    page.entry.check()
    notes = [line for line in sheet.sheet.lines if isinstance(line, NoteLine)]
    assert len(notes) == MOST_NOTES
    column = next(n for n in range(sheet.sheet.columnCount()) if (f := sheet.sheet.field_at(n)) and f.id == "before")
    rows = [line for line in sheet.sheet.lines if not isinstance(line, NoteLine)]
    assert all(sheet.sheet.look(line, column).level == "error" for line in rows)
    first = page.entry.draft.rows("kpis")[0]
    page.entry.type(f"kpis/{first}/before", "70")
    page.entry.check()
    told = [line for line in sheet.sheet.lines if isinstance(line, NoteLine)]
    assert len(told) == MOST_NOTES, "as one is mended the next is told"
    assert f"kpis/{first}/before" not in {line.finding.path for line in told}


def given(page: EntryPage, count: int) -> None:
    """Append growth rows, typed by the firm; of the others the program computes the growth."""
    assert page.entry is not None
    for number in range(count):
        row = page.entry.add_row("kpis")
        page.entry.type(f"kpis/{row}/indicator", f"指标{number}")
        page.entry.type(f"kpis/{row}/how", "企业直接提供增幅")


@pytest.mark.parametrize("rows", [["computed", "typed", "computed", "typed"], ["computed", "typed", "computed"]])
def test_enter_goes_on_to_the_next_cell_that_can_be_filled(qtbot: Any, open_page: Open, rows: list[str]) -> None:
    page = open_page("lean_project")
    assert page.entry is not None
    given(page, len(rows) - 2)
    for row, kind in zip(page.entry.draft.rows("kpis"), rows, strict=True):
        page.entry.type(f"kpis/{row}/how", "前后值计算" if kind == "computed" else "企业直接提供增幅")
    sheet = go(page, "kpis", 1, "improvement")
    qtbot.keyClick(sheet, Qt.Key.Key_7)
    qtbot.keyClick(editor(sheet), Qt.Key.Key_Return)
    _, row, column = sheet.current_path().split("/")
    at = page.entry.draft.rows("kpis").index(row)
    assert (at, column) == ((3, "improvement") if rows[-1] == "typed" else (2, "source"))
    qtbot.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert not page.entry.locked(sheet.current_path())


def test_typing_on_a_computed_cell_says_why_it_cannot_be_typed(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    told: list[str] = []
    page.signals.told.connect(told.append)
    sheet = go(page, "kpis", 0, "improvement")
    qtbot.keyClick(sheet, Qt.Key.Key_7)
    qtbot.keyClick(sheet, Qt.Key.Key_Delete)
    QGuiApplication.clipboard().setText("7")
    qtbot.keyClick(sheet, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert told == ["“改进幅度”由程序计算，不用填；要自己填，先改“给出方式”"] * 3
    assert page.record is not None
    page.record.jump("share")
    qtbot.keyClick(page.record.widget_at("share"), Qt.Key.Key_7)
    assert told[3:] == ["“补助占比”由程序计算，不用填"]


def test_typing_into_an_empty_table_begins_its_first_row(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    sheet = table(page, "milestones")
    sheet.setFocus()
    qtbot.keyClick(sheet, Qt.Key.Key_A)
    qtbot.keyClick(editor(sheet), Qt.Key.Key_Return)
    assert [row for [row] in cells(page, "milestones", "content") if row] == ["a"]


@pytest.mark.parametrize("how", ["click", "jump"])
def test_whoever_leaves_an_open_cell_for_a_field_is_there(qtbot: Any, open_page: Open, how: str) -> None:
    """The table took the focus back: one had to click twice, and typed into the table meanwhile."""
    page = open_page("diagnosis")
    page.new()
    assert page.entry is not None
    assert page.record is not None
    sheet = table(page, "scores")
    path = f"scores/{page.entry.draft.rows('scores')[0]}/score"
    sheet.select(path)
    sheet.setFocus()
    qtbot.keyClick(sheet, Qt.Key.Key_F2)
    qtbot.keyClicks(QApplication.focusWidget(), "7")
    field = page.record.widget_at("batch")
    assert field is not None
    if how == "click":
        page.record._reveal("batch")
        qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    else:
        page.record.jump("batch")
    QApplication.processEvents()
    assert field.hasFocus()
    assert page.entry.draft.text(path) == "7"


def test_the_cell_one_is_led_to_stays_whole_when_the_columns_get_their_room(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    page.resize(1158, 660)
    page.grab()
    sheet = go(page, "kpis", 0, table(page, "kpis").sheet.columns[-1].id)
    for width in (1000, 900, 820):
        page.resize(width, 660)
        qtbot.waitUntil(lambda: not sheet._later.isActive())
        page.grab()
        cell = sheet.visualRect(sheet.currentIndex())
        assert 0 <= cell.left() <= cell.right() <= sheet.viewport().width()

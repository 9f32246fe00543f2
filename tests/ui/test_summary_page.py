"""The computed sheets on screen: by keyboard from a figure to its records, and from there to the record."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from pairing_desktop.services import entering, own_tables
from pairing_desktop.services.own_tables import Definition, OwnColumn
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import jobs, summary_page
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.sheet_table import SheetTable
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.summary_page import SummaryPage
from tests.ui.conftest import QUARTER, Answers
from tests.ui.script import idle

pytestmark = pytest.mark.gui
KEY = Qt.Key


@pytest.fixture
def page(qtbot: Any, theme: Any, ws: Workspace) -> SummaryPage:
    made = SummaryPage(ws, Signals())
    made.show_quarter(QUARTER)
    qtbot.addWidget(made)
    made.resize(1158, 660)
    made.show()
    qtbot.waitExposed(made)
    return made


def go(table: SheetTable, text: str, column: int) -> None:
    """Make the cell in a column of the line that begins with a text the current one."""
    rows = [n for n, line in enumerate(table.lines.lines) if line.cells[0].text == text]
    table.setFocus()
    table.setCurrentIndex(table.lines.index(rows[0], column))


def test_tab_leads_from_the_sheets_names_to_their_export(qtbot: Any, page: SummaryPage) -> None:
    page.tabs.checkedButton().setFocus()
    for wanted in (page.excel, page.print):
        page.focusNextPrevChild(True)
        assert page.focusWidget() is wanted


def test_enter_on_a_figure_lists_its_records_and_enter_there_opens_one(qtbot: Any, page: SummaryPage) -> None:
    page.show_sheet("funnel")
    go(page.tables[0], "标杆建设", 5)
    qtbot.keyClick(page.tables[0], KEY.Key_Return)
    assert page.behind.isVisible()
    assert (page.behind.what.text(), page.behind.value.text()) == ("标杆建设 · 期末累计", "2")
    labels = [row.cells[0].text for row in page.behind.list.rows.rows]
    assert labels == ["双彩新材料", "示例企业甲"]
    with qtbot.waitSignal(page._signals.goTo) as told:
        qtbot.keyClick(page.behind.list, KEY.Key_Return)
    form, key, _ = told.args
    assert (form, entering.label(page._ws, form, key)) == ("lean_project", "双彩新材料")
    qtbot.keyClick(page.behind.list, KEY.Key_Escape)
    assert not page.behind.isVisible()


def test_the_records_behind_a_figure_take_the_room_there_is(qtbot: Any, page: SummaryPage) -> None:
    page.show_sheet("funnel")
    go(page.tables[0], "标杆建设", 5)
    qtbot.keyClick(page.tables[0], KEY.Key_Return)
    assert page.behind.isVisible()
    qtbot.waitUntil(lambda: page.behind.list.height() > page.behind.height() * 2 // 3)


def test_an_effect_opens_its_own_cell(qtbot: Any, page: SummaryPage) -> None:
    page.show_sheet("lean_effects")
    table = page.tables[0]
    assert [c.text for c in table.lines.lines[0].cells][:7] == ["双彩新材料", "一次合格率", "%", "65.2", "99以上",
                                                              "+33.8以上", "—"]
    table.setFocus()
    table.setCurrentIndex(table.lines.index(0, 5))
    with qtbot.waitSignal(table.opened) as told:
        qtbot.keyClick(table, KEY.Key_Enter)
    assert told.args[0].behind[0].path.startswith("kpis/")
    assert told.args[0].behind[0].path.endswith("/improvement")


def figures(table: SheetTable) -> list[tuple[int, int, str]]:
    """Return row, column and text of every figure of a table."""
    return [(row, column, cell.text) for row, line in enumerate(table.lines.lines)
            for column, cell in enumerate(line.cells) if table.lines.heads[column].right and cell.text != "—"]


def test_every_figure_of_every_sheet_opens_by_keyboard_and_esc_leads_back(qtbot: Any, page: SummaryPage) -> None:
    opened = 0
    for place in page.places[:-1]:
        page.show_sheet(place)
        for table in page.tables:
            qtbot.waitUntil(table.isVisible)
            for row, column, text in figures(table):
                table.setFocus()
                table.setCurrentIndex(table.lines.index(row, column))
                qtbot.keyClick(table, KEY.Key_Return)
                assert (page.behind.isVisible(), page.behind.value.text()) == (True, text), (place, row, column)
                told = [line.data for line in page.behind.list.rows.rows]
                assert told or text.strip("+0.") == "", (place, row, column, text)
                assert all(entering.label(page._ws, one.form, one.key) for one in told)
                qtbot.keyClick(page.behind.list, KEY.Key_Escape)
                assert (page.behind.isVisible(), page.focusWidget()) == (False, table)
                opened += 1
    assert opened > 40


def test_a_blank_figure_opens_the_record_that_lacks_it(qtbot: Any, page: SummaryPage, ws: Workspace) -> None:
    key = entering.choices(ws, "lean_project", "双彩新材料")[0].key
    draft = entering.open_record(ws, form="lean_project", key=key, quarter=QUARTER).draft
    row = draft.rows("kpis")[0]
    for name in ("before", "improvement"):
        draft.type(f"kpis/{row}/{name}", "")
    entering.save(ws, draft)
    page.refresh()
    page.show_sheet("lean_effects")
    table = page.tables[0]
    table.setFocus()
    table.setCurrentIndex(table.lines.index(0, 3))
    qtbot.keyClick(table, KEY.Key_Return)
    assert (page.behind.value.text(), page.behind.how.text()) == ("—", "有 1 条记录没有这一项的数，回车打开去填。")
    with qtbot.waitSignal(page._signals.goTo) as told:
        qtbot.keyClick(page.behind.list, KEY.Key_Return)
    assert told.args == ["lean_project", key, f"kpis/{row}/before"]


def test_a_blank_that_needs_no_figure_says_why(qtbot: Any, page: SummaryPage) -> None:
    page.show_sheet("lean_effects")
    table = page.tables[0]
    qtbot.waitUntil(table.isVisible)
    table.setFocus()
    table.setCurrentIndex(table.lines.index(0, 6))
    qtbot.keyClick(table, KEY.Key_Return)
    assert "这里不用填" in page.behind.how.text()
    assert not page.behind.list.isVisible()
    qtbot.waitUntil(lambda: 0 < page.behind.how.y() < 200)  # the words stay together at the top
    qtbot.keyClick(page.behind.shut, KEY.Key_Escape)
    assert (page.behind.isVisible(), page.focusWidget()) == (False, table)


def test_words_open_nothing(qtbot: Any, page: SummaryPage) -> None:
    page.show_sheet("funnel")
    go(page.tables[0], "标杆建设", 0)
    qtbot.keyClick(page.tables[0], KEY.Key_Return)
    assert not page.behind.isVisible()


def test_a_table_is_copied_whole(qtbot: Any, page: SummaryPage) -> None:
    page.show_sheet("funnel")
    go(page.tables[0], "标杆建设", 5)
    qtbot.keyClick(page.tables[0], KEY.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "标杆建设\t家\t04\t—\t0\t2" in QGuiApplication.clipboard().text()


def test_a_changed_record_changes_the_figure(page: SummaryPage, ws: Workspace) -> None:
    page.show_sheet("funds")
    before = {line.cells[0].text: line.cells[4].text for line in page.tables[-1].lines.lines}
    assert before["标杆建设项目合同额"] == "120.00"
    found = entering.choices(ws, "lean_project", "示例企业甲")[0].key
    draft = entering.open_record(ws, form="lean_project", key=found, quarter=QUARTER).draft
    draft.type("contract_sum", "60")
    entering.save(ws, draft)
    page._signals.recordChanged.emit("lean_project", found)
    after = {line.cells[0].text: line.cells[4].text for line in page.tables[-1].lines.lines}
    assert after["标杆建设项目合同额"] == "128.00"


def test_export_and_preview(qtbot: Any, page: SummaryPage, answers: Answers, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    out = tmp_path / "汇总.xlsx"
    answers.answers.update(save_file=out, run=False)
    page.show_sheet("lean_effects")
    page.export()
    idle(qtbot)
    sheet = load_workbook(out).worksheets[0]
    cells = {cell.value for line in sheet.iter_rows() for cell in line}
    assert {"双彩新材料", "以上", 65.2, 99, 33.8} <= cells
    page.preview()
    idle(qtbot)
    assert [name for name, _ in answers.asked] == ["save_file", "run"]


def test_many_records_are_summed_up_in_the_background(qtbot: Any, page: SummaryPage, ws: Workspace,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary_page, "AT_ONCE", 0)
    page._computed = {}
    page.show_sheet("funnel")
    page.refresh()
    assert "正在汇总" in page.help.text()
    idle(qtbot)
    assert page.tables[0].lines.lines[3].cells[5].text == "2"


def test_a_cancelled_summary_shows_no_figures_and_begins_again(qtbot: Any, page: SummaryPage, answers: Answers,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary_page, "AT_ONCE", 0)
    page.show_sheet("funnel")
    page.refresh()
    job = jobs.worker()._current
    assert job is not None
    job.cancel()
    idle(qtbot)
    assert page.help.text() == "汇总已取消，按 Enter 重新汇总。"
    assert not page.tables, "what stood there may be of another quarter"
    page.export()
    page.preview()
    assert not answers.asked
    again = QGuiApplication.focusObject()
    assert isinstance(again, QPushButton)
    assert again.text() == "重新汇总"
    qtbot.keyClick(again, KEY.Key_Space)
    idle(qtbot)
    assert page.tables[0].lines.lines[3].cells[5].text == "2"


def test_every_sheet_fits_a_small_window(qtbot: Any, page: SummaryPage) -> None:
    page.resize(960, 560)
    for place in page.places:
        page.show_sheet(place)
        qtbot.wait(1)
        for table in page.tables:
            figures = [n for n, head in enumerate(table.lines.heads) if head.right]
            assert all(table.columnWidth(n) >= 24 for n in figures)
            assert table.accessibleName()


def test_the_desk_leads_there_and_back_to_a_record(qtbot: Any, theme: Any, ws: Workspace, settings: Settings,
                                                   now: datetime) -> None:
    desk = Desk(ws, settings, theme)
    qtbot.addWidget(desk)
    desk.resize(1366, 768)
    desk.show()
    desk.actions_["summary"].trigger()
    page = desk.stack.currentWidget()
    assert isinstance(page, SummaryPage)
    assert desk.navigation.list.currentIndex().data() == "汇总表"
    page.show_sheet("funnel")
    go(page.tables[0], "标杆建设", 5)
    qtbot.keyClick(page.tables[0], KEY.Key_Return)
    qtbot.keyClick(page.behind.list, KEY.Key_Return)
    opened = desk.entry_page()
    assert opened is not None
    assert opened.form.id == "lean_project"
    assert desk.leave()


def test_save_and_print_reach_what_is_looked_at(qtbot: Any, theme: Any, ws: Workspace, settings: Settings,
                                                answers: Answers) -> None:
    own_tables.save(ws, Definition(name="资金", form="lean_project", columns=(OwnColumn("enterprise"),)))
    desk = Desk(ws, settings, theme)
    qtbot.addWidget(desk)
    desk.resize(1366, 768)
    desk.show()
    desk.show_page("summary")
    page = desk.stack.currentWidget()
    assert isinstance(page, SummaryPage)
    answers.answers["run"] = False
    desk.actions_["print"].trigger()
    page.show_sheet("own")
    desk.actions_["print"].trigger()
    idle(qtbot)
    assert [name for name, _ in answers.asked] == ["run", "run"]
    assert page.own is not None
    page.own.design.heading.setText("新标题")
    page.own.design.heading.textEdited.emit("")
    assert page.own.dirty
    page._signals.recordChanged.emit("lean_project", "")
    assert page.own.dirty  # news of records does not throw away what was typed
    desk.actions_["save"].trigger()
    assert own_tables.saved(ws)[0].heading == "新标题"


def test_a_low_window_keeps_its_room_for_the_own_table(page: SummaryPage) -> None:
    page.setMinimumSize(1, 1)  # as in the window, whose own least size counts
    page.resize(630, 276)
    page.show_sheet("own")
    assert page.own is not None
    tabs = page.own.panes.tabs
    assert tabs.isVisible()
    assert page.own.panes.panes[1].widget.height() == page.own.height(), "a line for the tabs"
    page.show_sheet("funnel")
    assert not tabs.isVisible()
    page.show_sheet("own")
    page.resize(1400, 660)
    assert not tabs.isVisible()

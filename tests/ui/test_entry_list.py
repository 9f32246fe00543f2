"""The list: pages, order, filter, columns, totals, copy."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from pairing_desktop.services import entering, listing
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import list_columns, list_model, list_tasks
from pairing_desktop.ui.bulk_dialog import BulkDialog
from pairing_desktop.ui.columns_dialog import ColumnsDialog
from pairing_desktop.ui.list_model import PAGE, PART, ListModel
from tests.ui.conftest import QUARTER, Answers, Open, enter
from tests.ui.script import idle

pytestmark = pytest.mark.gui


def names(page: Any) -> list[str]:
    model = page.list.model
    return [str(model.index(n, 1).data()) for n in range(model.rowCount())]


def test_sorting_by_a_column_both_ways(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    place = page.list.model.columns.index("contract_sum") + 1
    page.list._sort(place)
    assert names(page) == ["示例企业甲", "双彩新材料"]
    page.list.table.setCurrentIndex(page.list.model.index(0, place))
    page.list._sort(place)
    assert names(page) == ["双彩新材料", "示例企业甲"]
    assert page.list.table.currentIndex().column() == place, "Alt+Down goes on at the same column"
    assert "↓" in page.list.model.headerData(place, Qt.Orientation.Horizontal)


def test_the_filter_takes_initials(qtbot: Any, open_page: Open) -> None:
    page = open_page("enterprise")
    page.list.narrowing.box.setText("scxcl")
    qtbot.waitUntil(lambda: names(page) == ["双彩新材料"])
    page.list.narrowing.box.clear()
    qtbot.waitUntil(lambda: len(names(page)) == 3)


def test_an_empty_list_says_what_to_do(open_page: Open) -> None:
    page = open_page("diagnosis")
    assert "Ctrl+N" in page.list.table.empty
    page.list.narrowing.look_for("xyz")
    assert "筛选" in page.list.table.empty


def test_a_number_too_long_for_its_box_is_left_out_not_cut(open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.list.narrowing.kinds.itemText(0) == "全部 2"
    page.list.model.total = 100_000
    page.list._told()
    assert page.list.narrowing.kinds.itemText(0) == "全部"
    assert page.list.totals.text() == "共 100000 项"


def test_figures_are_added_up(open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.list.totals.text() == "共 2 项"
    assert page.list.sum.text() == "合同额合计  120.00 万元"


def test_columns_are_remembered(open_page: Open, ws: Workspace, settings: Any, theme: object) -> None:
    page = open_page("lean_project")
    page.list.columns.choose([*page.list.model.columns, "subsidy"])
    page.list.table.setColumnWidth(2, 131)
    again = open_page("lean_project")
    assert "subsidy" in again.list.model.columns
    assert again.list.table.columnWidth(2) == 131


@pytest.mark.parametrize("form", ["enterprise", "lean_project", "lean_progress", "park", "cooperation_project"])
def test_a_name_has_room_in_a_narrow_list(open_page: Open, qapp: Any, form: str) -> None:
    page = open_page(form)
    page.list.setFixedWidth(230)
    qapp.processEvents()
    assert page.list.table.columnWidth(1) == list_columns.NAME
    page.list.setFixedWidth(352)
    qapp.processEvents()
    assert page.list.table.columnWidth(1) >= list_columns.NAME_ENOUGH
    page.list.setFixedWidth(600)
    qapp.processEvents()
    assert page.list.table.columnWidth(1) > list_columns.NAME


def test_rows_are_copied_with_their_heads(open_page: Open) -> None:
    page = open_page("lean_project")
    page.list.table.selectAll()
    page.list.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("企业名称\t")
    assert lines[1:] == ["双彩新材料\t实施中\t68.00", "示例企业甲\t实施中\t52.00"]


def test_many_rows_are_copied_behind_the_list(qtbot: Any, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_tasks, "AT_ONCE", 1)
    page = open_page("lean_project")
    page.list.table.selectAll()
    told: list[str] = []
    page.list.tasks.told.connect(told.append)
    page.list.table.copyWanted.emit()
    idle(qtbot)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1:] == ["双彩新材料\t实施中\t68.00", "示例企业甲\t实施中\t52.00"]
    assert told == ["已复制 2 行，可以粘贴到表格里"]


def test_the_head_asks_no_row_whether_it_is_chosen(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt's own head asks every row after Ctrl+A: two seconds at 100,000."""
    page = open_page("lean_project")
    model = page.list.model
    model.beginResetModel()
    model.total = 10_000
    model.endResetModel()
    asked: list[int] = []
    monkeypatch.setattr(ListModel, "rowCount", lambda self, _parent=None: asked.append(1) or self.total)
    page.list.table.selectAll()
    page.list.table.horizontalHeader().grab()
    assert len(asked) < 100


def test_long_lists_are_read_by_pages(ws: Workspace, qapp: Any) -> None:
    for number in range(PAGE + PART - 3):  # and the three that are there
        enter(ws, "enterprise", name=f"厂{number:04d}", county="遂昌县")
    form = ws.catalogue.form("enterprise")
    model = ListModel(ws, form, QUARTER, ("name",), qapp)
    assert model.rowCount() == PAGE + PART
    assert set(model._pages) == {0}
    shown = [str(model.index(n, 1).data()) for n in range(model.rowCount())]
    assert len(set(shown)) == PAGE + PART
    assert set(model._pages) == {0, 1}


def test_a_screen_deep_in_a_list_comes_off_the_index_in_one_walk(ws: Workspace, qapp: Any) -> None:
    """Two pages meet in nearly every window, and each walk from the first record takes a third of a frame."""
    for number in range(5 * PAGE):
        enter(ws, "enterprise", name=f"厂{number:04d}", county="遂昌县")
    model = ListModel(ws, ws.catalogue.form("enterprise"), QUARTER, ("name",), qapp)
    assert model.line(3 * PAGE) is not None
    walked = model._stretch
    shown = [model.line(row) for row in range(3 * PAGE, model.total)]
    assert [line.label for line in shown[:2 * PAGE] if line] == [f"厂{n:04d}" for n in range(3 * PAGE, 5 * PAGE)]
    assert model._stretch is walked
    enter(ws, "enterprise", name="厂0000a", county="遂昌县")
    model.reload()
    line = model.line(3 * PAGE)
    assert line is not None
    assert line.label == f"厂{3 * PAGE - 1:04d}"


def test_a_far_row_of_an_order_by_several_columns_is_painted_once_it_is_known(
        qtbot: Any, open_page: Open, ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_model, "LONG", 2 * PAGE)
    for number in range(3 * PAGE):
        enter(ws, "enterprise", name=f"厂{number:04d}", county="遂昌县")
    page = open_page("enterprise")
    page.list.sort("county")
    page.list.sort("name", add=True)
    model = page.list.model
    assert model.line(0) is not None
    assert model.line(3 * PAGE) is None
    page.list.table.scrollToBottom()
    QApplication.processEvents()
    assert set(model._pages) == {0}  # nothing was walked for while it was painted
    table = page.list.table
    table.setCurrentIndex(model.index(model.total - 1, 1))
    page.list._open_current()
    page.list.order.ordering.timeout.emit()
    idle(qtbot)
    last = model.line(model.total - 1)
    assert last is not None
    assert page.entry is not None
    assert page.entry.opened.key == last.key, "it opens as soon as it is known"
    table.scrollToTop()


def test_far_down_a_list_is_waited_for_and_not_walked_to(
        qtbot: Any, open_page: Open, ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk to the last of 100,000 may take longer than a frame lasts; where one stood it is worth it."""
    monkeypatch.setattr(list_model, "LONG", 2 * PAGE)
    monkeypatch.setattr(list_model, "STRETCH", 2 * PAGE)
    keys = [enter(ws, "enterprise", name=f"厂{number:04d}", county="遂昌县") for number in range(4 * PAGE)]
    page = open_page("enterprise")
    model, table, order = page.list.model, page.list.table, page.list.order
    assert model.line(PAGE) is not None
    order.ordering.setInterval(60_000)
    order.follow()
    table.scrollToBottom()
    assert model.line(model.total - 1) is None
    assert not order.ordering.isActive(), "it is worked out at once, not when the list has been there for a while"
    idle(qtbot)
    row = model.row_of(keys[-1])
    assert row > 3 * PAGE
    page.open(keys[-1])
    page.list.refresh()
    assert model.ordering
    assert table.currentIndex().row() == row
    assert model.line(row - 4) is not None, "around it nothing is far"


def test_what_a_search_looks_through_is_read_while_the_list_stands_still(qtbot: Any, open_page: Open,
                                                                         ws: Workspace) -> None:
    """Reading it makes frames wait, so that scrolling puts it off."""
    for number in range(2 * PAGE):
        enter(ws, "enterprise", name=f"厂{number:04d}", county="遂昌县")
    page = open_page("enterprise")
    page.list.order.ordering.timeout.emit()
    idle(qtbot)
    reading = page.list.order.reading
    assert reading.isActive()
    reading.setInterval(60_000)
    page.list.table.verticalScrollBar().setValue(40)
    assert reading.remainingTime() > 2000
    ws.store.texts.forget()
    reading.stop()
    reading.timeout.emit()
    idle(qtbot)
    assert ws.store.texts.seen > 0


def test_a_row_far_down_stays_current(qtbot: Any, open_page: Open, ws: Workspace,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_model, "STRETCH", 2 * PAGE)
    keys = [enter(ws, "enterprise", name=f"厂{number:04d}", county="遂昌县") for number in range(3 * PAGE)]
    page = open_page("enterprise")
    table = page.list.table
    page.open(keys[-2])
    assert table.currentIndex().row() < 0  # nobody knows where it stands
    page.list.order.ordering.timeout.emit()
    idle(qtbot)
    row = table.currentIndex().row()
    assert row == 3 * PAGE - 2
    place = table.verticalScrollBar().value()
    page.list.refresh()
    assert (table.currentIndex().row(), table.verticalScrollBar().value()) == (row, place)
    enter(ws, "enterprise", name="厂0000a", county="遂昌县")
    page.list.refresh()
    assert table.currentIndex().row() == row + 1
    page.list.step(1)
    assert page.entry is not None
    assert page.entry.opened.key == keys[-1]


def test_sheets_not_begun_stand_in_the_list(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_progress")
    assert page.list.model.total == 0
    assert page.list.model.missing == 2
    page.new()
    assert page.entry is not None
    assert page.entry.draft.subject
    assert page.record is not None


def test_arrows_open_the_record_they_rest_on(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    page.list.table.setFocus()
    qtbot.keyClick(page.list.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.entry.title == "示例企业甲")  # type: ignore[union-attr]
    assert page.list.table.hasFocus()
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    assert page.record is not None
    assert page.record.current == "enterprise"


def test_shift_and_click_order_by_a_further_column(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    page.list.columns.choose(["enterprise", "stage", "contract_sum"])
    page.list._sort(2)
    header, place = page.list.table.horizontalHeader(), 3
    middle = header.sectionViewportPosition(place) + header.sectionSize(place) // 2
    for expected in (["示例企业甲", "双彩新材料"], ["双彩新材料", "示例企业甲"]):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier,
                         QPoint(middle, header.height() // 2))
        assert names(page) == expected
    assert page.list.model.sort_by == (("stage", False), ("contract_sum", True))
    assert str(page.list.model.headerData(3, Qt.Orientation.Horizontal)).endswith("↓2")


def test_a_column_is_narrowed_from_the_keyboard(qtbot: Any, open_page: Open, ws: Workspace) -> None:
    enter(ws, "lean_project", serial="3", enterprise="示例企业乙", stage="已签约", contract_sum="30", start="2023-9-1",
          plan_end="2024-8-31")
    page = open_page("lean_project")
    table = page.list.table
    table.setFocus()
    table.setCurrentIndex(page.list.model.index(0, page.list.model.columns.index("stage") + 1))
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    menu = page.list.findChild(QMenu)
    assert menu is not None
    offered = {action.text().split("\t")[0]: action for action in menu.actions()}
    assert {"升序(&A)", "实施中", "已签约", "（空白）"} <= set(offered)
    assert offered["实施中"].text().endswith("\t2")
    offered["已签约"].trigger()
    menu.close()
    assert names(page) == ["示例企业乙"]
    assert [line.words.text() for line in page.list.narrowing.lines.values()] == ["只看 项目状态：已签约"]
    page.list.narrowing.all.click()
    assert len(names(page)) == 3


def test_a_list_shows_only_what_has_findings(open_page: Open, ws: Workspace) -> None:
    page = open_page("lean_project")
    chosen = {page.list.narrowing.kinds.itemText(n): n for n in range(page.list.narrowing.kinds.count())}
    counted: dict[str, list[str]] = {}
    for words in listing.FINDINGS.values():
        page.list.narrowing.kinds.setCurrentIndex(chosen[words])
        counted[words] = names(page)
    assert "双彩新材料" in counted["强制"]
    assert not {*counted["强制"], *counted["核实"]} & set(counted["无问题"])
    assert {*counted["强制"], *counted["核实"], *counted["无问题"]} == {"双彩新材料", "示例企业甲"}


def test_columns_are_moved_by_mouse_and_by_keyboard(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    page.list.columns.choose(["enterprise", "stage", "contract_sum"])
    page.list.table.horizontalHeader().moveSection(3, 2)
    qtbot.waitUntil(lambda: page.list.model.columns == ("enterprise", "contract_sum", "stage"))
    dialog = ColumnsDialog({"a": "甲", "b": "乙", "c": "丙"}, ["a", "b"], ["a"], page)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.focusWidget() is dialog.list  # where Space ticks
    dialog.list.setCurrentRow(1)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert dialog.chosen() == ["b", "a"]
    dialog.list.setCurrentRow(2)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.chosen() == ["b", "a", "c"]
    again = open_page("lean_project")
    assert again.list.model.columns == ("enterprise", "contract_sum", "stage")


def test_the_name_s_column_keeps_room_and_its_words_wherever_it_stands(open_page: Open) -> None:
    """A blank cell in front of the name is blank, and not the record's name."""
    page = open_page("lean_project")
    header, model = page.list.table.horizontalHeader(), page.list.model
    page.list.columns.choose(["stage", "contract_sum"])
    assert model.name_section == 0
    page.list.columns.choose(["stage", "contract_sum", page.list.columns.offered()[0]])
    assert model.name_section == 3
    assert header.sectionResizeMode(3) == header.ResizeMode.Stretch or header.sectionSize(3) >= list_columns.NAME
    assert header.sectionResizeMode(1) == header.ResizeMode.Interactive


def test_cells_with_breaks_are_copied_as_one_cell(qapp: Any) -> None:
    from pairing_desktop.ui import clipboard_block

    assert clipboard_block.write([["甲\t乙", '他说"好"', "平常"]]) == '"甲\t乙"\t"他说""好"""\t平常'
    clipboard_block.put([["一\n二", "三"]])
    html = QGuiApplication.clipboard().mimeData().html()
    assert '一<br style="mso-data-placement:same-cell;">二' in html, "Excel begins a row at a bare break"
    assert clipboard_block.taken() == [["一\n二", "三"]]


def menu_entry(page: Any, words: str) -> QAction:
    """Press "…" and return an entry of its menu."""
    more = next(b for b in page.list.findChildren(QPushButton) if b.accessibleName().startswith("列、"))
    more.setFocus()
    more.click()
    menu = page.list.findChildren(QMenu)[-1]
    menu.close()
    return next(entry for entry in menu.actions() if entry.text().startswith(words))


def test_a_value_for_many_is_not_dropped_unasked(qtbot: Any, open_page: Open, ws: Workspace, answers: Answers) -> None:
    page = open_page("lean_project")
    dialog = BulkDialog(ws, page.form, [], quarter=QUARTER, field="own_money")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.line.setText("5")
    answers.answers["confirm"] = False
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    answers.answers["confirm"] = True
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def changed(qtbot: Any, page: Any, answers: Answers, text: str, field: str = "own_money") -> BulkDialog:
    """Select all, type what a field becomes, accept the preview."""
    seen: list[BulkDialog] = []

    def person(dialog: BulkDialog) -> bool:
        dialog.fields.setCurrentIndex(dialog.fields.findData(field))
        dialog.line.setText(text)
        dialog._changed()
        qtbot.waitUntil(lambda: dialog.preview is not None)
        seen.append(dialog)
        return dialog.yes.isEnabled()

    answers.answers["run"] = True
    answers.run = person  # type: ignore[attr-defined]
    page.list.table.selectAll()
    assert page.list.totals.text() == f"选中 {page.list.model.total} 项，共 {page.list.model.total} 项"
    menu_entry(page, "批量修改所选").trigger()
    idle(qtbot)
    assert page.window().focusWidget() is page.list.table, "Enter on … would open its menu"
    return seen[0]


def texts(ws: Workspace, page: Any, field: str) -> list[str]:
    keys = [page.list.model.line(n).key for n in range(page.list.model.total)]
    return [entering.open_record(ws, form=page.form.id, key=key, quarter=QUARTER).draft.text(field) for key in keys]


def test_one_field_of_many_records_with_preview_and_one_undo(qtbot: Any, open_page: Open, ws: Workspace,
                                                             answers: Answers) -> None:
    page = open_page("lean_project")
    page.open(page.list.model.line(1).key)
    assert page.list.totals.text() == "共 2 项"
    dialog = changed(qtbot, page, answers, "26")
    assert dialog.preview is not None
    rows = [(row.label, row.before, row.after, row.state) for row in dialog.preview.rows]
    assert rows == [("双彩新材料", "26.00", "26.00", "same"), ("示例企业甲", "12.00", "26.00", "change")]
    assert dialog.yes.text() == "修改 1 条"
    assert texts(ws, page, "own_money") == ["26", "26"]
    assert (page.entry.title, page.entry.draft.text("own_money")) == ("示例企业甲", "26")  # open before, and again
    page.undo()
    idle(qtbot)
    assert texts(ws, page, "own_money") == ["26", "12"]
    assert (page.entry.title, page.entry.draft.text("own_money")) == ("示例企业甲", "12")
    page.redo()
    idle(qtbot)
    assert texts(ws, page, "own_money") == ["26", "26"]


@pytest.mark.parametrize(("name", "part"), [("own_money", "line"), ("stage", "options")])
def test_enter_leads_on_in_a_bulk_change(qtbot: Any, ws: Workspace, theme: object, name: str, part: str) -> None:
    keys = [line.key for line in listing.list_records(ws, "lean_project", quarter=QUARTER).lines]
    dialog = BulkDialog(ws, ws.catalogue.form("lean_project"), keys, quarter=QUARTER)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    dialog.fields.setFocus()
    qtbot.keyClick(dialog.fields, Qt.Key.Key_Return)
    assert dialog.fields.hasFocus(), "nothing is chosen yet"
    dialog.fields.setCurrentIndex(dialog.fields.findData(name))
    qtbot.keyClick(dialog.fields, Qt.Key.Key_Return)
    assert dialog.focusWidget() is getattr(dialog, part)
    assert dialog.isVisible()


def test_a_bulk_change_opens_with_nothing_to_do(qtbot: Any, ws: Workspace, theme: object) -> None:
    """The cursor stood on the credit code: it is no field for this; of another column nothing is said yet."""
    keys = [line.key for line in listing.list_records(ws, "enterprise", quarter=QUARTER).lines]
    dialog = BulkDialog(ws, ws.catalogue.form("enterprise"), keys, quarter=QUARTER, field="credit_code")
    qtbot.addWidget(dialog)
    offered = [dialog.fields.itemData(n) for n in range(dialog.fields.count())]
    assert not {"name", "credit_code"} & set(offered)
    assert (dialog.field, dialog.yes.isEnabled(), dialog.line.isEnabled()) == ("", False, False)
    dialog.fields.setCurrentIndex(dialog.fields.findData("contact"))
    dialog.line.setText("  ")
    dialog._changed()
    assert not dialog._rest.isActive(), "nothing is worked out before a value is said"
    dialog.clear.setChecked(True)
    dialog._look()
    qtbot.waitUntil(lambda: dialog.preview is not None)


def test_a_required_field_is_cleared_only_after_a_question(qtbot: Any, open_page: Open, ws: Workspace,
                                                           answers: Answers) -> None:
    page = open_page("lean_project")

    def person(dialog: BulkDialog) -> bool:
        dialog.fields.setCurrentIndex(dialog.fields.findData("start"))
        dialog.clear.setChecked(True)
        dialog._look()
        qtbot.waitUntil(lambda: dialog.preview is not None)
        return dialog.yes.isEnabled()

    answers.answers |= {"confirm": False}
    answers.run = person  # type: ignore[attr-defined]
    page.list.table.selectAll()
    page.list.tasks.change(page.list.chosen_keys())
    idle(qtbot)
    assert "“开始日期”是必填项" in answers.asked[-1][1][1]
    assert texts(ws, page, "start") == ["2023-09-01", "2023-09-01"]


def test_deleted_rows_come_back_with_one_undo(qtbot: Any, open_page: Open, ws: Workspace, answers: Answers) -> None:
    page = open_page("lean_project")
    answers.answers["confirm"] = True
    page.list.table.setFocus()
    page.list.table.selectAll()
    qtbot.keyClick(page.list.table, Qt.Key.Key_Delete)
    idle(qtbot)
    assert page.list.model.total == 0
    page.undo()
    idle(qtbot)
    assert names(page) == ["双彩新材料", "示例企业甲"]


def test_firms_that_others_name_are_not_deleted(qtbot: Any, open_page: Open, ws: Workspace, answers: Answers) -> None:
    page = open_page("enterprise")
    answers.answers["trouble"] = None
    page.list.table.selectAll()
    page.list.tasks.delete(page.list.chosen_keys())
    idle(qtbot)
    assert [name for name, _ in answers.asked] == ["trouble"], "nobody is asked about what cannot be done"
    assert page.list.model.total == 3
    assert "精益" in str(answers.asked[-1][1][0])
    assert page.entry is not None  # refused: what was open is open again


def test_what_is_seen_is_exported(qtbot: Any, open_page: Open, answers: Answers, tmp_path: Path) -> None:
    page = open_page("lean_project")
    page.list.sort("contract_sum")
    page.list.columns.choose(["enterprise", "contract_sum", "start"])
    answers.answers["save_file"] = tmp_path / "列表"
    page.list.tasks.export()
    idle(qtbot)
    sheet = load_workbook(tmp_path / "列表.xlsx").active
    assert sheet is not None
    rows = list(sheet.values)
    assert [str(cell).split("（")[0] for cell in rows[0]] == ["企业名称", "合同额", "启动日期"] or len(rows[0]) == 3
    assert rows[1][:2] == ("示例企业甲", 52)
    assert rows[2][:2] == ("双彩新材料", 68)
    assert not sheet.protection.sheet
    assert sheet.auto_filter.ref == "A1:C3"


def test_a_long_list_knows_its_order(qtbot: Any, open_page: Open, ws: Workspace) -> None:
    for number in range(2 * PAGE):
        enter(ws, "enterprise", name=f"厂{number:04d}", county="遂昌县")
    page = open_page("enterprise")
    page.list.sort("name")
    plain = [page.list.model.line(n).label for n in range(page.list.model.total)]  # type: ignore[union-attr]
    page.list.refresh()
    page.list.order.ordering.timeout.emit()
    idle(qtbot)
    assert len(page.list.model._order) == page.list.model.total
    assert [page.list.model.line(n).label for n in range(page.list.model.total)] == plain  # type: ignore[union-attr]
    bar = page.list.table.verticalScrollBar()
    page.list.show_current("")
    page.list.table.scrollToBottom()
    assert bar.value() > 0
    page.list.narrowing.box.found.emit("厂")
    assert page.list.model.total == 2 * PAGE
    assert bar.value() == 0


CONTROL = Qt.KeyboardModifier.ControlModifier


def stands(page: Any) -> tuple[list[str], str]:
    """Return the names of the rows that are chosen, and of the record that is open."""
    rows = page.list.table.chosen_rows()
    return [names(page)[row] for row in rows], page.entry.title


@pytest.mark.parametrize("key", [Qt.Key.Key_End, Qt.Key.Key_Home])
def test_control_with_home_and_end_chooses_what_it_opens(qtbot: Any, open_page: Open, key: Qt.Key) -> None:
    page = open_page("enterprise")
    table, all_names = page.list.table, names(page)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: stands(page) == ([all_names[1]], all_names[1]))
    there = all_names[-1 if key == Qt.Key.Key_End else 0]
    qtbot.keyClick(table, key, CONTROL)
    qtbot.waitUntil(lambda: stands(page) == ([there], there))


def test_a_row_that_is_only_passed_is_neither_opened_nor_deleted(qtbot: Any, open_page: Open, ws: Workspace) -> None:
    page = open_page("enterprise")
    table, all_names = page.list.table, names(page)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: stands(page) == ([all_names[1]], all_names[1]))
    qtbot.keyClick(table, Qt.Key.Key_Down, CONTROL)
    assert table.currentIndex().row() == 2
    assert not table._rest.isActive()
    assert stands(page) == ([all_names[1]], all_names[1])
    qtbot.keyClick(table, Qt.Key.Key_Space, CONTROL)
    assert stands(page)[0] == all_names[1:3]
    place = table.visualRect(page.list.model.index(1, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, CONTROL, place)
    assert stands(page)[0] == [all_names[2]]
    assert stands(page)[1] == all_names[1], "taken out by a click, it is not opened for it"
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert stands(page) == ([all_names[1]], all_names[1])


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Return])
def test_from_the_filter_one_goes_on_to_what_was_found(qtbot: Any, open_page: Open, key: Qt.Key) -> None:
    page = open_page("enterprise")
    box, all_names = page.list.narrowing.box, names(page)
    box.setFocus()
    box.setText(all_names[-1])
    qtbot.keyClick(box, key)
    assert names(page) == [all_names[-1]], "as it was typed, not as it was a moment ago"
    assert page.list.table.hasFocus()
    assert stands(page) == ([all_names[-1]], all_names[-1])
    box.setText("没有这一家")
    box.setFocus()
    qtbot.keyClick(box, key)
    assert page.list.table.hasFocus()
    assert page.entry is not None
    assert page.entry.title == all_names[-1]


def test_tab_leads_through_the_list_s_parts_as_they_stand(qtbot: Any, open_page: Open) -> None:
    page = open_page("enterprise")
    page.list.new.setFocus()
    way = []
    for _ in range(5):
        here = QApplication.focusWidget()
        assert here is not None
        way.append(here)
        qtbot.keyClick(here, Qt.Key.Key_Tab)
    narrowing = page.list.narrowing
    assert way == [page.list.new, narrowing.box, narrowing.kinds, narrowing.more, page.list.table]
    assert page.focus_in(page.record)


def test_a_record_that_is_begun_is_in_the_list_and_counted(qtbot: Any, open_page: Open) -> None:
    page = open_page("enterprise")
    before, last = names(page), names(page)[-1]
    page.new()
    assert page.entry is not None
    assert names(page) == before, "nothing is typed yet"
    page.entry.type("name", "示例新厂")
    qtbot.waitUntil(lambda: names(page) == ["示例新厂", *before])
    assert page.list.totals.text() == f"共 {len(before) + 1} 项"
    assert page.list.table.currentIndex().row() == 0
    assert page.entry.is_new
    above = page.list.model.line(len(before))
    assert above is not None
    assert above.label == last
    assert page.list.above(new=page.entry.is_new) == above.key, "Ctrl+D goes on with the last one saved"
    page.undo()
    qtbot.waitUntil(lambda: names(page) == before)
    assert page.entry.is_new


def test_a_sheet_that_is_begun_takes_the_place_of_the_one_that_was_missing(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_progress")
    assert page.entry is not None
    assert page.entry.is_new
    model = page.list.model
    before, missing = model.rowCount(), model.missing
    subject = page.entry.draft.subject
    field = next(f for f in page.entry.form.fields if f.type in ("text", "long_text") and not f.compute)
    page.entry.type(field.id, "进展")
    qtbot.waitUntil(lambda: model.missing == missing - 1)
    assert (model.rowCount(), page.list.current().subject) == (before, subject)  # type: ignore[union-attr]
    assert page.list.current().key == page.entry.opened.key  # type: ignore[union-attr]

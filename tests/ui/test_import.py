"""Importing in the window: file, head, columns, dry run, doubles, import, undo, refused rows, collection workbooks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from pairing_desktop.services import entering, importing, past
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.store import submissions
from pairing_desktop.ui import import_work, jobs
from pairing_desktop.ui.button_keys import ButtonKeys
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.import_review_pane import ReviewPane, split_message
from pairing_desktop.ui.import_wizard import ImportWizard
from tests.services import small
from tests.ui.conftest import QUARTER, Answers, enter, keys

pytestmark = pytest.mark.gui

HEADS = ("企业名称", "统一社会信用代码", "所在县（市、区）", "营业收入（亿元）", "指标年度", "走访人")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Return last year's table: a title, a new firm, one that is there but for 股份, one that can't be read."""
    book = Workbook()
    page: Any = book.active
    for row in (["2023年企业情况表"], HEADS, ["示例丙木业", None, "遂昌县", 0.12, 2023, "甲"],
                ["双彩新材料股份有限公司", None, "遂昌县", 0.33, 2023, "甲"],
                ["示例丁", None, "遂昌县", "很多", 2023, "乙"], ["合计", None, None, 0.45]):
        page.append(list(row))
    path = tmp_path / "2023年企业.xlsx"
    book.save(path)
    return path


@pytest.fixture
def wizard(qtbot: Any, ws: Workspace, theme: object, answers: Answers) -> ImportWizard:
    made = ImportWizard(ws, form="enterprise", quarter=QUARTER)
    qtbot.addWidget(made)
    made.show()
    return made


def settle(qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not jobs.worker().busy)
    QApplication.processEvents()


def reviewed(qtbot: Any, wizard: ImportWizard, path: Path, *lines: list[Any]) -> ReviewPane:
    """Write a table of firms and go on to its dry run."""
    book = Workbook()
    page: Any = book.active
    for line in (list(HEADS), *lines):
        page.append(line)
    book.save(path)
    wizard.open_sheet(path)
    settle(qtbot)
    wizard.go_on()
    wizard.go_on()
    settle(qtbot)
    return wizard.review


def test_a_comma_in_what_a_cell_says_does_not_part_a_finding(qtbot: Any, wizard: ImportWizard, tmp_path: Path) -> None:
    review = reviewed(qtbot, wizard, tmp_path / "逗号.xlsx",
                      ["示例丙", None, "遂昌县，金岸工业园区，一号厂房，二楼", 0.2, 2023, "甲"])
    [one] = [f for f in review.plan.findings if f.field == "county"] if review.plan else []
    said, advice = split_message(one.message)
    assert "遂昌县，金岸工业园区，一号厂房，二楼”" in said
    assert f"{said}，{advice}" == one.message
    assert split_message("太长的一句话没有引号可是有一个逗号所以从那里分开，后面是怎么办") == (
        "太长的一句话没有引号可是有一个逗号所以从那里分开", "后面是怎么办")


def test_a_new_record_shows_each_field_as_it_stands_and_as_it_is_read(qtbot: Any, wizard: ImportWizard,
                                                                      tmp_path: Path) -> None:
    review = reviewed(qtbot, wizard, tmp_path / "新.xlsx", ["示例丙", None, "遂昌", 0.2, 2023, "甲"],
                      ["示例丁", None, "遂昌县", "很多", 2023, "乙"])
    review.show_tab("new")
    shown = [tuple(cell.text for cell in line.cells) for line in review.fields.rows.rows]
    assert not review.fields.isHidden()
    assert [column.title for column in review.fields.rows.columns] == ["填报项", "表格里", "读作"]
    assert {("所在县（市、区）", "遂昌", "遂昌县"), ("营业收入", "0.2 亿元", "2,000.00 万元")} <= set(shown)
    review.show_tab("refused")
    shown = [tuple(cell.text for cell in line.cells) for line in review.fields.rows.rows]
    assert ("营业收入", "很多", "“很多”没有看懂") in shown


def firms(ws: Workspace) -> list[str]:
    return sorted(line.label for line in entering.list_records(ws, "enterprise", quarter=QUARTER).lines)


def test_tab_leads_from_the_form_to_the_file_to_what_it_holds(qtbot: Any, wizard: ImportWizard) -> None:
    pane = wizard.sheet
    pane.forms.setFocus()
    visited = []
    for _ in range(5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    assert visited == [pane.choose, pane.sheets, pane.sides, pane.head, pane.grid]


def test_tab_leads_from_the_columns_to_the_next_step(qtbot: Any, wizard: ImportWizard, sheet: Path) -> None:
    wizard.open_sheet(sheet)
    settle(qtbot)
    wizard.go_on()
    inputs = wizard.columns.inputs
    inputs[0].setFocus()
    for wanted in (*inputs[1:], wizard.back, wizard.next):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is wanted


def test_the_focus_leads_through_the_steps_and_never_to_leaving(qtbot: Any, wizard: ImportWizard, sheet: Path,
                                                                answers: Answers) -> None:
    ButtonKeys(wizard)  # as every dialog has them
    told: list[object] = []

    def tell(_old: object, new: object) -> None:
        told.append(new)

    app: Any = QApplication.instance()
    app.focusChanged.connect(tell)

    def enter() -> None:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        settle(qtbot)

    assert QApplication.focusWidget() is wizard.sheet.choose
    answers.answers["open_file"] = sheet
    enter()
    assert QApplication.focusWidget() is wizard.next
    enter()
    assert (wizard.step, QApplication.focusWidget()) == ("columns", wizard.next)
    enter()
    assert (wizard.step, QApplication.focusWidget()) == ("review", wizard.review.list)
    assert wizard.shut not in told
    app.focusChanged.disconnect(tell)
    wizard.next.setFocus()
    enter()
    assert (wizard.step, QApplication.focusWidget()) == ("result", wizard.shut)


def test_a_cover_is_not_the_table(qtbot: Any, wizard: ImportWizard, tmp_path: Path) -> None:
    book = Workbook()
    cover: Any = book.active
    cover.title = "封面"
    for line in (["2023年企业情况统计"], ["联系人", "某科"], ["联系电话", "0578-0000000"]):
        cover.append(line)
    page: Any = book.create_sheet("2023企业")
    for line in (["企业名称", "县区", "营收（万元）"], ["示例丙木业", "遂昌县", 120]):
        page.append(line)
    book.create_sheet("填表说明").append(["填写要求"])  # type: ignore[union-attr]
    book.save(tmp_path / "去年.xlsx")
    wizard.open_sheet(tmp_path / "去年.xlsx")
    settle(qtbot)
    assert wizard.sheet.sheet == "2023企业"
    wizard.sheet.sheets.setCurrentText("填表说明")
    settle(qtbot)
    wizard.go_on()
    assert not wizard.columns.ready
    assert QApplication.focusWidget() is wizard.columns.inputs[0]


def test_the_whole_way_and_back(qtbot: Any, ws: Workspace, wizard: ImportWizard, sheet: Path, answers: Answers,
                                tmp_path: Path) -> None:
    before = firms(ws)
    assert not wizard.next.isEnabled()
    answers.answers["open_file"] = sheet
    qtbot.mouseClick(wizard.sheet.choose, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert wizard.sheet.head.value() == 2
    assert wizard.sheet.model.data(wizard.sheet.model.index(1, 0)) == "企业名称"
    wizard.go_on()
    assert wizard.step == "columns"
    assert wizard.columns.chosen == {0: "name", 1: "credit_code", 2: "county", 3: "revenue", 4: "figures_year", 5: ""}
    wizard.go_on()
    settle(qtbot)
    assert wizard.step == "review"
    assert {name: tab.text() for name, tab in wizard.review.tabs.items()} == {
        "new": "新增 2", "changed": "修改 0", "unchanged": "不变 0", "refused": "拒收 1", "double": "疑似重复 1"}
    assert wizard.review.tab == "refused"
    assert "“很多”不是数字" in str(wizard.review.findings.rows.rows[0].cells[1].text)
    wizard.review.show_tab("double")
    qtbot.mouseClick(wizard.review.merge, Qt.MouseButton.LeftButton)
    assert wizard.review.tabs["changed"].text() == "修改 1"
    assert ("企业名称", "双彩新材料", "双彩新材料股份有限公司", 1) in [
        (one.label, one.first, one.second, one.side) for one in wizard.review.sides.offers]
    assert wizard.next.text() == "导入 2 行"
    assert firms(ws) == before
    with qtbot.waitSignal(wizard.changed):
        wizard.go_on()
    settle(qtbot)
    assert wizard.step == "result"
    assert firms(ws) == sorted(["示例丙木业", "双彩新材料股份有限公司", *(n for n in before if n != "双彩新材料")])
    answers.answers["save_file"] = tmp_path / "拒收.xlsx"
    qtbot.mouseClick(wizard.ending.refused, Qt.MouseButton.LeftButton)
    assert wizard._busy
    settle(qtbot)
    page: Any = load_workbook(tmp_path / "拒收.xlsx").active
    assert [c.value for c in page[3]][:4] == ["示例丁", None, "遂昌县", "很多"]
    assert "不是数字" in page["D3"].comment.text
    qtbot.mouseClick(wizard.ending.undo, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert firms(ws) == before


def test_where_no_row_can_go_in_the_refused_ones_can_be_saved(
        qtbot: Any, wizard: ImportWizard, answers: Answers, tmp_path: Path) -> None:
    reviewed(qtbot, wizard, tmp_path / "都不行.xlsx", ["示例丁", None, "遂昌县", "很多", 2023, "乙"])
    assert (wizard.step, wizard.next.isEnabled()) == ("review", False)
    answers.answers["save_file"] = tmp_path / "拒收.xlsx"
    qtbot.mouseClick(wizard.review.refused, Qt.MouseButton.LeftButton)
    settle(qtbot)
    saved: Any = load_workbook(tmp_path / "拒收.xlsx").active
    assert "不是数字" in saved["D2"].comment.text
    assert wizard.review.notes.text().endswith(f"拒收的行已存到 {tmp_path / '拒收.xlsx'}。")
    assert wizard.review.notes.isVisible()


def test_two_rows_of_one_firm_stand_beside_each_other(qtbot: Any, wizard: ImportWizard, tmp_path: Path) -> None:
    review = reviewed(qtbot, wizard, tmp_path / "乡镇汇总.xlsx", ["示例丁木业", None, "遂昌县", 0.3, 2023, "乙"],
                      ["示例丁木业（有限公司）", None, "遂昌县", 0.4, 2023, "丙"])
    assert (review.tab, wizard.next.text()) == ("double", "导入 2 行")
    assert review.why.text() == (
        "与表里第 2 行的“示例丁木业”：名称只差地名、括号或后缀（相似 98%），请决定合并、不导入还是另建。")
    assert review.fields.rows.headerData(1, Qt.Orientation.Horizontal) == "第 2 行"
    qtbot.mouseClick(review.out, Qt.MouseButton.LeftButton)
    assert (review.tabs["refused"].text(), wizard.next.text()) == ("拒收 1", "导入 1 行")


def test_two_rows_of_one_code_are_merged_field_by_field(qtbot: Any, ws: Workspace, wizard: ImportWizard,
                                                        tmp_path: Path) -> None:
    code = "91350100M000100Y43"
    review = reviewed(qtbot, wizard, tmp_path / "重复.xlsx", ["示例丁木业", code, "遂昌县", 0.3, 2023, None],
                      ["示例丁木业二", code, "遂昌县", 0.4, 2023, None])
    assert [review.tabs[name].text() for name in ("refused", "double")] == ["拒收 1", "疑似重复 1"]
    assert (review.merge.text(), review.apart.isVisible()) == ("合并到第 2 行", False), "one code is one firm"
    qtbot.mouseClick(review.merge, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert (review.tab, review.tabs["refused"].text(), wizard.next.text()) == ("refused", "拒收 0", "导入 1 行")
    assert review.list.currentIndex().siblingAtColumn(2).data() == "合并", "it stays in sight where it was decided"
    offered = {one.label: (one.first, one.second, one.side, one.fixed) for one in review.sides.offers}
    assert offered["营业收入"] == ("3,000.00", "4,000.00", 0, False)
    assert offered["统一社会信用代码"][3]
    review.sides.selectRow(list(offered).index("营业收入"))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Right):  # faster than a row is worked out
        qtbot.keyClick(review.sides, key)
    settle(qtbot)
    assert review.sides.current().label == "营业收入"
    assert review.sides.current().side == 1
    review.keep.click()  # a new dry run forgets no decision
    settle(qtbot)
    assert wizard.plan is not None
    assert (review.tabs["refused"].text(), wizard.plan.rows[1].take) == ("拒收 0", {"revenue"})
    review.show_tab("new")
    assert "第 3 行并了进来" in review.why.text()
    before = firms(ws)
    wizard.go_on()
    settle(qtbot)
    assert set(firms(ws)) - set(before) == {"示例丁木业"}
    key = next(line.key for line in entering.list_records(ws, "enterprise", quarter=QUARTER).lines
               if line.label == "示例丁木业")
    assert entering.open_record(ws, form="enterprise", key=key, quarter=QUARTER).draft.text("revenue") == "4000"


def test_another_head_another_column(qtbot: Any, wizard: ImportWizard, sheet: Path) -> None:
    wizard.open_sheet(sheet)
    settle(qtbot)
    wizard.sheet.grid.clicked.emit(wizard.sheet.model.index(0, 0))
    settle(qtbot)
    assert wizard.layout_ is not None
    assert wizard.layout_.head == 0
    wizard.sheet.head.setValue(2)
    settle(qtbot)
    wizard.go_on()
    box = wizard.columns.boxes[5]
    box.setFocus()
    box.setCurrentIndex(box.findData("name"))
    assert not wizard.next.isEnabled()  # the name would be read twice
    box.setCurrentIndex(box.findData("contact"))
    assert wizard.next.isEnabled()
    wizard.go_on()
    settle(qtbot)
    assert wizard.plan is not None
    assert wizard.plan.rows[0].fate.payload["values"]["contact"] == "甲"


def test_columns_are_made_while_the_sheet_is_shown_and_stay_as_they_are_chosen(
        qtbot: Any, wizard: ImportWizard, sheet: Path) -> None:
    wizard.open_sheet(sheet)
    settle(qtbot)
    qtbot.waitUntil(lambda: len(wizard.columns.boxes) > 5)
    assert wizard.step == "sheet"
    wizard.go_on()
    box = wizard.columns.boxes[5]
    box.setFocus()
    box.setCurrentIndex(box.findData("contact"))
    wizard._lay_columns()  # the turn that was to make them comes after a quick clerk
    assert wizard.columns.boxes[5] is box
    assert box.currentData() == "contact"
    wizard.go_back()
    wizard.go_on()
    assert wizard.columns.boxes[5].currentData() == "contact"


def test_what_was_chosen_for_a_file_comes_back_with_it(qtbot: Any, wizard: ImportWizard, ws: Workspace,
                                                      tmp_path: Path) -> None:
    """Given up by 取消, or with the program; not once it was imported."""
    book = Workbook()
    book.create_sheet("别的").append(["企业名称", "联系人", "备注"])
    page: Any = book.create_sheet("名录")
    for line in (["企业名称", "说明"], ["户名", "走访人"], ["示例丙木业", "甲"]):
        page.append(line)
    book.save(tmp_path / "去年.xlsx")
    for left in range(3):
        one = wizard if not left else ImportWizard(ws, form="enterprise", quarter=QUARTER)
        qtbot.addWidget(one)
        one.show()
        one.open_sheet(tmp_path / "去年.xlsx")
        settle(qtbot)
        if not left:
            assert one.sheet.sheet == "别的"
            one.sheet.sheets.setCurrentText("名录")
            settle(qtbot)
            one.sheet.head.setValue(2)
            settle(qtbot)
        one.go_on()
        assert (one.sheet.sheet, one.layout_ and one.layout_.head) == ("名录", 1)
        if not left:
            for place, name in ((0, "name"), (1, "contact")):
                one.columns.boxes[place].setFocus()
                one.columns.boxes[place].setCurrentIndex(one.columns.boxes[place].findData(name))
            qtbot.keyClicks(one.columns.same["figures_year"], "2023")
        assert one.columns.chosen == {0: "name", 1: "contact"}
        assert one.columns.given == {"county": "遂昌县", "figures_year": "2023"}
        if left < 2:
            one.reject()
    one.go_on()
    settle(qtbot)
    one.go_on()
    settle(qtbot)
    assert one.step == "result"
    one.open_sheet(tmp_path / "去年.xlsx")
    settle(qtbot)
    assert one.sheet.sheet == "别的"


def test_rows_with_errors_may_go_in(qtbot: Any, wizard: ImportWizard, sheet: Path) -> None:
    wizard.open_sheet(sheet)
    settle(qtbot)
    wizard.go_on()
    wizard.go_on()
    settle(qtbot)
    wizard.review.keep.click()
    settle(qtbot)
    assert wizard.review.tabs["refused"].text() == "拒收 0"
    assert wizard.next.text() == "导入 3 行"


def test_a_file_that_is_none(qtbot: Any, wizard: ImportWizard, answers: Answers, tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"<html><table></table></html>")
    answers.answers["trouble"] = None
    wizard.open_sheet(path)
    settle(qtbot)
    asked, words = answers.asked[-1]
    assert (asked, "其实是网页" in str(words[0])) == ("trouble", True)
    assert wizard.step == "sheet"
    assert not wizard.next.isEnabled()


def test_the_menu_gives_out_and_takes_in(qtbot: Any, ws: Workspace, settings: Settings, theme: object,
                                         answers: Answers, tmp_path: Path) -> None:
    """A collection workbook from the list, filled, back through the wizard, and taken back by the menu."""
    desk = Desk(ws, settings)
    qtbot.addWidget(desk)
    desk.resize(1366, 768)
    desk.show()
    desk.show_page("enterprise")
    path = tmp_path / "采集.xlsx"
    answers.answers["save_file"] = path
    desk.commands.task("collection")
    settle(qtbot)
    book = load_workbook(path)
    page: Any = book["企业名录"]
    for place, value in ((2, "示例戊"), (5, "遂昌县")):
        page.cell(6, place).value = value
    book.save(path)

    def run(dialog: ImportWizard) -> bool:
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.open_sheet(path)
        settle(qtbot)
        assert dialog.form == "enterprise"
        assert not dialog.sheet.forms.isEnabled()
        dialog.go_on()
        dialog.go_on()
        settle(qtbot)
        dialog.go_on()
        settle(qtbot)
        return True

    filled = tmp_path / "带数.xlsx"
    answers.answers["save_file"] = filled
    desk.commands.task("collection_filled")
    settle(qtbot)
    assert load_workbook(filled)["企业名录"]["B6"].value == "双彩新材料"
    answers.run = run  # type: ignore[attr-defined]
    before = firms(ws)
    desk.commands.task("import_sheet")
    assert firms(ws) == sorted([*before, "示例戊"])
    answers.answers["confirm"] = True
    desk.commands.task("undo_import")
    settle(qtbot)
    assert firms(ws) == before
    answers.answers["tell"] = None
    desk.commands.task("undo_import")
    assert answers.asked[-1][1][0] == "没有可撤销的导入"
    desk.shut()


def test_one_is_where_one_was_after_an_import_and_its_undo(qtbot: Any, ws: Workspace, settings: Settings, theme: object,
                                                           answers: Answers, sheet: Path) -> None:
    """At the record that was open; where that goes with the import, at the first one."""
    desk = Desk(ws, settings)
    qtbot.addWidget(desk)
    desk.show()
    desk.show_page("enterprise")
    page = desk.entry_page()
    assert page is not None

    def run(dialog: ImportWizard) -> bool:
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.open_sheet(sheet)
        settle(qtbot)
        for _ in range(3):
            dialog.go_on()
            settle(qtbot)
        return True

    answers.run = run  # type: ignore[attr-defined]
    answers.answers["confirm"] = True
    key = entering.list_records(ws, "enterprise", quarter=QUARTER).lines[-1].key
    page.open(key)
    desk.commands.task("import_sheet")
    qtbot.waitUntil(lambda: page.entry is not None and page.entry.opened.key == key)
    new = next(line.key for line in entering.list_records(ws, "enterprise", quarter=QUARTER).lines
               if line.label == "示例丙木业")
    page.open(new)
    desk.commands.task("undo_import")
    settle(qtbot)
    qtbot.waitUntil(lambda: page.entry is not None and page.entry.opened.key != new)
    desk.shut()


def test_the_first_record_is_opened_of_those_that_are_left(qtbot: Any, ws: Workspace, settings: Settings,
                                                           theme: object, answers: Answers) -> None:
    """The list, not read again yet, began with one that went with its import: nobody is told that it is gone."""
    desk = Desk(ws, settings)
    qtbot.addWidget(desk)
    desk.show()
    desk.show_page("enterprise")
    page = desk.entry_page()
    assert page is not None
    gone = enter(ws, "enterprise", name="阿遂木业", county="遂昌县")
    page.list.refresh()
    page.close_record()
    line = page.list.model.line(0)
    while line is not None and line.key != gone:
        entering.delete(ws, line.key)
        page.list.refresh()
        line = page.list.model.line(0)
    left = enter(ws, "enterprise", name="留下的木业", county="遂昌县")
    entering.delete(ws, gone)
    import_work._open_again(page, gone, "")
    assert page.entry is not None
    assert page.entry.opened.key == left
    desk.shut()


def test_reading_only_shows_and_writes_nothing(qtbot: Any, ws: Workspace, wizard: ImportWizard, sheet: Path) -> None:
    ws.store.readonly = True
    try:
        wizard.open_sheet(sheet)
        settle(qtbot)
        wizard.go_on()
        wizard.go_on()
        settle(qtbot)
        assert not wizard.next.isEnabled()
        assert "只能预演" in wizard.said.text()
    finally:
        ws.store.readonly = False


def test_every_step_speaks(qtbot: Any, wizard: ImportWizard, sheet: Path) -> None:
    """What a screen reader says of the parts that are worked with."""
    wizard.open_sheet(sheet)
    settle(qtbot)
    wizard.go_on()
    named = [wizard.sheet.forms, wizard.sheet.sheets, wizard.sheet.head, wizard.sheet.grid, wizard.review.list,
             *wizard.columns.boxes.values()]
    assert all(part.accessibleName() for part in named)
    assert wizard.columns.boxes[0].accessibleName() == "“企业名称”对应的填报项"
    assert importing.STATES["refused"] == "拒收"


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Workspace]:
    """Return a small programme whose quarter was submitted."""
    with small.make(tmp_path) as made:
        filled = small.fill(made)
        with made.store.begin() as tx:
            one = submissions.create(tx, period=small.QUARTER, number=1, identity="0" * 64, replaces="", who="",
                                     at=made.clock(), packet_name="x.asice", why="", pinned=((filled["sheet"], 1),))
            submissions.set_state(tx, one.id, "submitted", at=made.clock(), who="", why="")
        yield made


def test_what_was_sent_is_changed_with_a_reason(qtbot: Any, sent: Workspace, theme: object, answers: Answers,
                                                tmp_path: Path) -> None:
    """The box for it stands in the dry run as soon as a row needs it, and the import carries it into the history."""
    (key, park) = next((line.key, line.label) for line in
                       entering.list_records(sent, "sheet", quarter=small.QUARTER).lines)
    book = Workbook()
    page: Any = book.active
    page.append(["园区", "累计投资（万元）"])
    page.append([park, 77])
    book.save(tmp_path / "园区季报.xlsx")
    wizard = ImportWizard(sent, form="sheet", quarter=small.QUARTER)
    qtbot.addWidget(wizard)
    wizard.show()
    wizard.open_sheet(tmp_path / "园区季报.xlsx")
    settle(qtbot)
    wizard.go_on()
    wizard.go_on()
    settle(qtbot)
    assert wizard.review.tabs["refused"].text() == "拒收 1"
    assert wizard.review.reason.isVisible()
    keys(qtbot, wizard.review.reason, "园区来函更正")
    qtbot.keyClick(wizard.review.reason, Qt.Key.Key_Return)
    settle(qtbot)
    assert (wizard.step, wizard.review.tabs["changed"].text()) == ("review", "修改 1")
    assert wizard.review.reason.isVisible()  # what was written can be read on
    wizard.go_on()
    settle(qtbot)
    assert past.history(sent, key)[0].why == "园区来函更正"


def test_figures_stand_right_in_the_sheet_as_in_excel(qtbot: Any, wizard: ImportWizard, tmp_path: Path) -> None:
    book = Workbook()
    page: Any = book.active
    for line in (["企业名称", "从业人员（人）", "联系电话"], ["示例竹业", "1,200", "057881234567890"]):
        page.append(line)
    book.save(tmp_path / "表.xlsx")
    wizard.open_sheet(tmp_path / "表.xlsx")
    settle(qtbot)
    model = wizard.sheet.model
    right = [[bool(model.index(row, place).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight)
              for place in range(3)] for row in range(2)]
    assert right == [[False, False, False], [False, True, False]]

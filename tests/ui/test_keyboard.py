"""The whole job without a mouse: what keys do, what a screen reader is told, what F1 lists."""

from typing import Any

import pytest
from msgspec.structs import replace

pytest.importorskip("PySide6")

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QDialog,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
)

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask
from pairing_desktop.ui.bulk_dialog import BulkDialog
from pairing_desktop.ui.button_keys import ButtonKeys
from pairing_desktop.ui.columns_dialog import ColumnsDialog
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.desk_pages import OTHER_PAGES
from pairing_desktop.ui.help_sheet import HelpSheet
from pairing_desktop.ui.table_editor import TableEditor
from tests.ui.conftest import QUARTER, Answers, Open, field
from tests.ui.names import nameless
from tests.ui.test_entry_window import desk, filled, shown, window  # noqa: F401  # fixtures

pytestmark = pytest.mark.gui


def kpis(page: Any) -> TableEditor:
    page.record.jump("kpis")
    found = page.record.widget_at("kpis")
    assert isinstance(found, TableEditor)
    return found


def test_shift_and_enter_goes_back(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    widget = field(page, "own_money")
    before = page.record.current  # type: ignore[union-attr]
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert page.record.current != before  # type: ignore[union-attr]
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.record.current == before  # type: ignore[union-attr]


def test_enter_returns_to_where_a_run_of_tabs_began(qtbot: Any, open_page: Open) -> None:
    table = kpis(open_page("lean_project"))
    table.setCurrentIndex(table.sheet.index(0, 1))
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert table.currentIndex().column() > 1
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert table.sheet.path_at(table.currentIndex()).endswith(f"/{table.sheet.columns[0].id}")
    assert table.currentIndex().row() > 0
    qtbot.keyClick(table, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert table.currentIndex().row() == 0


def test_a_table_of_rich_text_is_pasted_and_codes_stay_text(qtbot: Any, open_page: Open) -> None:
    table = kpis(open_page("lean_project"))
    mime = QMimeData()
    rows = "<tr><td>能耗</td><td>吨</td></tr><tr><td>库存 &amp; 资金</td><td>万元</td></tr>"
    mime.setHtml(f"<p>前言</p><table>{rows}</table>")
    QGuiApplication.clipboard().setMimeData(mime)
    table.setCurrentIndex(table.sheet.index(0, 1))
    table.blocks.paste()
    shown_now = [table.sheet.index(n, 1).data() for n, line in enumerate(table.sheet.lines) if hasattr(line, "number")]
    assert shown_now[:2] == ["能耗", "库存 & 资金"]
    table.setCurrentIndex(table.sheet.index(0, 1))
    table.blocks.copy()
    assert "mso-number-format:'\\@'" in QGuiApplication.clipboard().mimeData().html()
    assert QGuiApplication.clipboard().text() == "能耗"


@pytest.mark.parametrize("name", ["lean_project", "park", "diagnosis", "enterprise", *OTHER_PAGES])
def test_everything_on_a_page_has_name_and_role(qtbot: Any, desk: Desk, name: str) -> None:  # noqa: F811
    if name in OTHER_PAGES:
        desk.show_page(name)
    else:
        page = shown(qtbot, desk, name)
        filled(page)
        page.found.toggle()
    assert nameless(desk) == []


def test_what_is_wrong_is_told_to_a_screen_reader(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    page.open(page.list.model.line(0).key)
    start = field(page, "start")
    assert "错误" not in start.accessibleDescription()
    start.selectAll()
    qtbot.keyClicks(start, "3.")
    qtbot.keyClick(start, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.entry.found.first("start") is not None)
    said = start.accessibleDescription()
    finding = page.entry.found.first("start")
    assert finding is not None
    assert said.startswith(f"强制：{finding.message}")
    assert said.endswith(start.field.help)
    model = kpis(page).model()
    words = [model.headerData(n, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
             for n in range(1, len(model.columns) + 1)]
    assert words
    assert all(word and word.isprintable() and "\N{NO-BREAK SPACE}" not in word for word in words)


def dialogs(ws: Workspace) -> list[QDialog]:
    form = ws.catalogue.form("lean_project")
    return [ask.ReasonSheet(None, "原因", "为什么", yes="好", initial="", limit=200),
            ask.LineSheet(None, "一行", "写什么", yes="好"), ask.BugSheet(None, ValueError("示例")),
            BulkDialog(ws, form, [], quarter=QUARTER), ColumnsDialog({"a": "甲", "b": "乙"}, ["a"], ["a"]),
            HelpSheet(None, form.title, form.help, [("保存", "Ctrl+S")])]


def test_everything_in_a_dialog_has_name_and_role(qtbot: Any, ws: Workspace, theme: object) -> None:
    for dialog in dialogs(ws):
        qtbot.addWidget(dialog)
        dialog.show()
        assert nameless(dialog) == [], dialog.windowTitle()


def test_a_fault_that_was_told_goes_at_enter(qtbot: Any, theme: object) -> None:
    sheet = ask.BugSheet(None, ValueError("示例"))
    qtbot.addWidget(sheet)
    with qtbot.waitActive(sheet):
        sheet.show()
        sheet.activateWindow()
    assert sheet.details.isHidden()
    qtbot.keyClick(sheet.focusWidget(), Qt.Key.Key_Return)
    assert not sheet.isVisible()


def test_ctrl_and_enter_gives_a_reason(qtbot: Any, theme: object) -> None:
    """Enter breaks the line there; without words nothing is given."""
    sheet = ask.ReasonSheet(None, "原因", "为什么", yes="好", initial="", limit=200)
    qtbot.addWidget(sheet)
    with qtbot.waitActive(sheet):
        sheet.show()
        sheet.activateWindow()
    qtbot.keyClick(sheet.field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sheet.isVisible()
    sheet.field.edit.setPlainText("园区更正")
    qtbot.keyClick(sheet.field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sheet.result() == QDialog.DialogCode.Accepted
    assert sheet.field.text() == "园区更正"


def test_f1_lists_every_shortcut(qtbot: Any, desk: Desk, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    shown(qtbot, desk, "lean_project")
    seen: list[HelpSheet] = []
    monkeypatch.setattr(answers, "run", seen.append, raising=False)
    desk.commands.help()
    listed = {row.cells[0].text for row in seen[0].keys.rows.rows}
    missing = {keys for _, keys in desk.actions_.with_keys()} - listed
    assert not missing
    desk.show_page("submit")
    own = {short.key().toString().replace("Return", "Enter") for short in desk.findChildren(QShortcut)}
    assert own >= {"F5", "Ctrl+Enter"}
    assert not own - {key for keys in listed for key in keys.split("、")}
    seen[0].deleteLater()


def test_every_entry_of_a_menu_has_a_letter_of_its_own_and_arrows_are_drawn(desk: Desk) -> None:  # noqa: F811
    keys = set()
    for menu in desk.findChildren(QMenu):
        entries = [action.text() for action in menu.actions() if action.text()]
        letters = [text.split("(&")[1][0] for text in entries if "(&" in text]
        assert len(letters) == len(entries), "one has none"
        assert len(set(letters)) == len(letters), menu.title()
        keys |= {text.partition("\t")[2] for text in entries}
    assert {"Alt+←", "Alt+→"} <= keys
    assert {"Alt+←", "Alt+→"} <= {key for _, key in desk.actions_.with_keys()}


def test_f6_and_shift_f6_go_round(qtbot: Any, desk: Desk) -> None:  # noqa: F811
    page = shown(qtbot, desk, "lean_project")
    desk.navigation.list.setFocus()
    desk.commands.next_pane(-1)
    assert page.record is not None
    assert page.record.isAncestorOf(desk.focusWidget())
    desk.commands.next_pane(1)
    assert desk.navigation.list.hasFocus()
    for name in OTHER_PAGES:
        desk.show_page(name)
        desk.navigation.list.setFocus()
        desk.commands.next_pane()
        assert desk.stack.isAncestorOf(desk.focusWidget()), name
        desk.commands.next_pane()
        assert desk.navigation.list.hasFocus(), name


def test_alt_and_q_opens_the_quarters_from_a_field(qtbot: Any, desk: Desk) -> None:  # noqa: F811
    widget = field(shown(qtbot, desk, "lean_project"), "own_money")
    before = widget.text()
    qtbot.keyClick(widget, Qt.Key.Key_Q, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    QApplication.activePopupWidget().close()
    assert widget.text() == before, "nothing was typed"


@pytest.mark.parametrize("name", ["lean_project", *OTHER_PAGES])
def test_alt_shows_a_letter_on_every_button_of_a_page(qtbot: Any, desk: Desk, name: str) -> None:  # noqa: F811
    desk.show_page(name)
    tips = ButtonKeys(desk.window())
    qtbot.keyPress(desk.window(), Qt.Key.Key_Alt)
    seen = [b for b in desk.window().findChildren(QAbstractButton) if not b.visibleRegion().isEmpty() and b.isEnabled()]
    without = [b.text() or b.accessibleName() for b in seen
               if b not in tips.tips.values() and "&" not in b.text() and b.shortcut().isEmpty()]
    assert seen
    assert not without
    assert not {"F", "E", "R", "D", "C", "S", "V", "H"} & tips.tips.keys()
    qtbot.keyRelease(desk.window(), Qt.Key.Key_Alt)
    assert not tips.tips


def test_the_letters_go_when_a_menu_opens(qtbot: Any, desk: Desk) -> None:  # noqa: F811
    """An open menu takes the key that Alt's going up is: they stayed on every later page."""
    shown(qtbot, desk, "lean_project")
    tips = ButtonKeys(desk.window())
    qtbot.keyPress(desk.window(), Qt.Key.Key_Alt)
    assert tips.tips
    menu = desk.top.menus.actions()[0].menu()
    assert isinstance(menu, QMenu)
    menu.popup(desk.window().mapToGlobal(QPoint(0, 0)))
    assert not tips.tips
    qtbot.keyRelease(menu, Qt.Key.Key_Alt)
    menu.close()
    assert not [tip for tip in desk.window().findChildren(QLabel)
                if tip.property("kind") == "keytip" and tip.isVisible()]


@pytest.mark.parametrize("kind", [QPushButton, QToolButton])
def test_enter_presses_the_button_that_has_the_focus(qtbot: Any, desk: Desk, kind: type[QAbstractButton]) -> None:  # noqa: F811
    desk.show_page("submit")
    tips = ButtonKeys(desk.window())
    button = kind(desk.stack.currentWidget())
    button.show()
    button.setFocus()
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Return)
    assert not tips.tips


def test_enter_sets_no_tick(qtbot: Any, desk: Desk) -> None:  # noqa: F811
    desk.show_page("submit")
    ButtonKeys(desk.window())
    tick = QCheckBox(desk.stack.currentWidget())
    tick.show()
    tick.setFocus()
    qtbot.keyClick(tick, Qt.Key.Key_Return)
    assert not tick.isChecked()
    qtbot.keyClick(tick, Qt.Key.Key_Space)
    assert tick.isChecked()


def test_alt_and_the_letter_press_a_button_of_a_dialog(qtbot: Any, theme: object) -> None:
    sheet = ask.Sheet(None, "删除这条记录", "可以撤销。")
    qtbot.addWidget(sheet)
    sheet.add_button("取消")
    sheet.add_button("删除", accept=True)
    tips = ButtonKeys(sheet)
    with qtbot.waitActive(sheet):
        sheet.show()
        sheet.activateWindow()
    qtbot.keyPress(sheet, Qt.Key.Key_Alt)
    assert {letter: button.text() for letter, button in tips.tips.items()} == {"Q": "取消", "S": "删除"}
    with qtbot.waitSignal(sheet.accepted):
        qtbot.keyClick(sheet, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    assert not tips.tips


def test_enter_behind_the_last_field_saves_and_leads_to_the_list(qtbot: Any, open_page: Open, ws: Workspace) -> None:
    page = open_page("enterprise")
    assert page.record is not None
    assert page.entry is not None
    told: list[str] = []
    page.signals.told.connect(told.append)
    last = [row.input for section in page.record.sections for row in section.rows][-1]
    page.entry.type("name", "双彩新材料科技")
    last.setFocus()
    qtbot.keyClick(last, Qt.Key.Key_Return)
    if page.focusWidget() is not page.list.table:  # several lines: Enter breaks one
        pytest.fail(str(type(last)))
    qtbot.waitUntil(lambda: "已保存" in told[-1] if told else False)
    assert not page.entry.draft.dirty


def test_enter_behind_the_last_field_leads_back_into_a_record_that_is_not_saved(
        qtbot: Any, open_page: Open, answers: Answers) -> None:
    page = open_page("enterprise")
    assert page.record is not None
    assert page.entry is not None
    page.entry.type("name", "双彩新材料科技")
    page.entry.opened = replace(page.entry.opened, needs_reason="已上报，修改要写明原因")
    answers.answers["reason"] = None
    last = [row.input for section in page.record.sections for row in section.rows][-1]
    last.setFocus()
    qtbot.keyClick(last, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.focusWidget() is last)
    assert page.entry.draft.dirty


def test_the_focus_is_where_one_goes_on(qtbot: Any, desk: Desk) -> None:  # noqa: F811
    desk.show_page("overview")
    desk.commands.go_in()
    overview = desk.stack.currentWidget()
    assert desk.focusWidget() is overview.act  # type: ignore[attr-defined]
    desk.show_page("enterprise")
    page = desk.entry_page()
    assert page is not None
    assert desk.focusWidget() is page.list.table, "not in the page that is gone"
    desk.navigation.list.setFocus()
    desk.navigation.list.setCurrentIndex(desk.navigation.list.currentIndex().siblingAtRow(
        desk.navigation.list.currentIndex().row() + 1))
    assert desk.focusWidget() is desk.navigation.list, "the arrows look through the pages"
    qtbot.keyClick(desk.navigation.list, Qt.Key.Key_Return)
    shown_now = desk.entry_page()
    assert shown_now is not None
    assert shown_now is not page
    assert desk.focusWidget() is shown_now.list.table


def test_the_focus_does_not_go_into_the_navigation_with_what_had_it(qtbot: Any, desk: Desk) -> None:  # noqa: F811
    page = shown(qtbot, desk, "lean_project")
    assert page.record is not None
    page.record.jump("subsidy")
    at = desk.focusWidget()
    for place in (at, page.list.table):
        place.setFocus()
        desk.actions_["findings"].trigger()
        assert desk.focusWidget() is page.found.panel.table
        desk.actions_["findings"].trigger()
        assert desk.focusWidget() is place
    page.record.jump("subsidy")
    desk.actions_["delete"].trigger()
    assert page.record is None
    assert desk.focusWidget() is page.list.table


def test_a_check_that_finds_something_opens_the_findings(qtbot: Any, desk: Desk) -> None:  # noqa: F811
    page = shown(qtbot, desk, "lean_project")
    page.record.jump("subsidy")  # type: ignore[union-attr]
    desk.commands.check()
    qtbot.waitUntil(lambda: page.found.opened_panel() is not None)
    panel = page.found.panel
    assert panel.scope == "quarter"
    assert panel.table.currentIndex().row() == 0
    assert panel.model.findings[0].level == "error"
    assert page.record.current == "subsidy", "who types goes on typing"  # type: ignore[union-attr]
    desk.show_page("history")
    desk.commands.check()
    qtbot.waitUntil(lambda: desk.page == "submit")


def test_a_check_asked_for_in_the_navigation_leads_to_the_findings(qtbot: Any, desk: Desk) -> None:  # noqa: F811
    """Arrows and Enter would have gone on to another page."""
    page = shown(qtbot, desk, "lean_project")
    desk.navigation.list.setFocus()
    desk.commands.check()
    qtbot.waitUntil(lambda: desk.focusWidget() is page.found.panel.table)
    desk.show_page("history")
    desk.navigation.list.setFocus()
    desk.commands.check()
    qtbot.waitUntil(lambda: desk.page == "submit")
    submit = desk.stack.currentWidget()
    qtbot.waitUntil(lambda: submit.isAncestorOf(desk.focusWidget() or desk))

"""Dialogs that were being filled in when the power went: there again, with what was typed, in the box one was in."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

pytest.importorskip("PySide6")

from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from pairing_desktop.services import (
    checking,
    entering,
    half_changed,
    half_new,
    half_said,
    listing,
    own_tables,
    submitting,
    workspace,
)
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask
from pairing_desktop.ui.ask import LineSheet, ReasonSheet
from pairing_desktop.ui.bulk_dialog import BulkDialog
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.import_wizard import ImportWizard
from pairing_desktop.ui.merge_file_dialog import MergeFileDialog
from pairing_desktop.ui.new_wizard import NewWizard
from pairing_desktop.ui.own_table_pane import OwnTablePane
from pairing_desktop.ui.paper_sheet import PaperSheet
from pairing_desktop.ui.resuming import resume
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.window import MainWindow
from tests.conftest import NOW
from tests.services import small
from tests.ui.conftest import QUARTER, keys
from tests.ui.script import idle
from tests.ui.test_resuming import cut, opened

if TYPE_CHECKING:
    from pairing_desktop.ui.submit_page import SubmitPage

pytestmark = pytest.mark.gui


class Person:
    """Does something with the dialog that is shown; at its end the dialog is closed by an answer, or not at all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> None:
        self.dialogs: list[Any] = []
        self._qtbot = qtbot
        self.does: Any = lambda _dialog: False
        self.opens: Path | None = None
        monkeypatch.setattr(ask.dialogs, "run", self._run)
        monkeypatch.setattr(ask.dialogs, "open_file", lambda *_asked, **_more: self.opens)
        monkeypatch.setattr(ask.dialogs, "confirm", lambda *_asked, **_more: True)

    def _run(self, dialog: QDialog) -> bool:
        self.dialogs.append(dialog)
        if isinstance(dialog, NewWizard):
            dialog.resize(640, 320)  # as on a low screen
        with self._qtbot.waitActive(dialog):
            dialog.show()
            dialog.activateWindow()
        try:
            return bool(self.does(dialog))
        finally:
            dialog.hide()
            dialog.deleteLater()


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> Person:
    return Person(monkeypatch, qtbot)


def lists_projects(qtbot: Any, ws: Workspace, settings: Settings, theme: Any) -> Desk:
    settings.set(f"quarter.{ws.path}", QUARTER)
    desk = opened(qtbot, ws, settings, theme)
    resume(desk)
    desk.show_page("lean_project")
    return desk


@pytest.mark.parametrize(("field", "text"), [("own_money", "2"), ("stage", "已验收"), ("consultant", ""), ("", "")])
def test_a_bulk_change_is_there_again(qtbot: Any, ws: Workspace, settings: Settings, theme: Any, person: Person,
                                      tmp_path: Path, field: str, text: str) -> None:
    desk = lists_projects(qtbot, ws, settings, theme)
    page = desk.entry_page()
    assert page is not None
    filled: list[tuple[object, ...]] = []
    copy = tmp_path / "again"
    copy.mkdir()

    def fill(dialog: BulkDialog) -> None:
        fill_in(qtbot, dialog, field, text)
        typed = dialog.half._filled()
        qtbot.waitUntil(lambda: half_changed.boxes(ws).words == typed)
        filled.append(stands(dialog))
        copies.append(cut(desk, copy))

    copies: list[Workspace] = []
    person.does = fill
    page.list.tasks.change(page.list.model.keys_of(range(page.list.model.total)))
    assert half_changed.waiting(ws) is None, "it was given up"

    def go_on(dialog: BulkDialog) -> bool:
        filled.append(stands(dialog))
        if dialog._said:
            qtbot.waitUntil(lambda: dialog.preview is not None)
        return dialog.yes.isEnabled()

    with copies[0] as after:
        settings.set(f"quarter.{after.path}", "2024Q1")
        again = opened(qtbot, after, settings, theme)
        person.does = go_on
        resume(again)
        qtbot.waitUntil(lambda: len(filled) == 2)
        idle(qtbot)
        assert filled[0] == filled[1]
        assert filled[0][:-1] == (field, text, bool(field) and not text, projects(after), QUARTER)
        assert half_changed.waiting(after) is None, "it was done, or given up"
        if field == "own_money":
            assert {entering.open_record(after, form="lean_project", key=key, quarter=QUARTER).draft.text(field)
                    for key in projects(after)} == {text}
        again.leave()
        again.shut()
    desk.leave()
    desk.shut()


def fill_in(qtbot: Any, dialog: BulkDialog, field: str, text: str) -> None:
    """Say what becomes of the field; without a text it is cleared, without a field nothing is said yet."""
    dialog.fields.setFocus()
    dialog.fields.setCurrentIndex(dialog.fields.findData(field))
    if field == "stage":
        dialog.options.setFocus()
        dialog.options.setCurrentIndex(dialog.options.findData(text))
    elif text:
        dialog.line.setFocus()
        keys(qtbot, dialog.line, text)
    elif field:
        dialog.clear.setFocus()
        qtbot.keyClick(dialog.clear, Qt.Key.Key_Space)


def stands(dialog: BulkDialog) -> tuple[object, ...]:
    """Return what a dialog says, of which records, and the box one is in."""
    boxes = (dialog.fields, dialog.line, dialog.options, dialog.clear)
    focused = next((n for n, box in enumerate(boxes) if box is dialog.focusWidget()), -1)
    assert focused >= 0
    return dialog.field, dialog.text, dialog.clear.isChecked(), dialog._keys, dialog._quarter, focused


def projects(ws: Workspace) -> tuple[str, ...]:
    return tuple(line.key for line in listing.list_records(ws, "lean_project", quarter=QUARTER).lines)


def start(qtbot: Any, settings: Settings, theme: Any) -> MainWindow:
    window = MainWindow(settings, lambda: NOW)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.begin(theme, None)
    qtbot.waitUntil(lambda: hasattr(window, "ring"))
    return window


def test_a_new_file_is_there_again(qtbot: Any, settings: Settings, theme: Any, person: Person, tmp_path: Path) -> None:
    folder = settings.path.parent
    left: list[str] = []
    typed = [("county", "331123"), ("partner", "330402"), ("bureau", "遂昌县经济商务局"), ("name", "企业科"),
             ("phone", "0578-9")]

    def fill(wizard: NewWizard) -> None:
        post, phone = wizard.people.lines["preparer"]
        boxes = {"county": wizard.county, "partner": wizard.partner, "bureau": wizard.bureau, "name": post,
                 "phone": phone}
        for name, text in typed:
            boxes[name].setFocus()
            keys(qtbot, boxes[name], text)
            if name in ("county", "partner"):
                qtbot.keyClick(boxes[name], Qt.Key.Key_Return)
        now = wizard.half._filled()
        qtbot.waitUntil(lambda: half_new.HalfNew(folder / half_new.NAME).words == now)
        left.append(now)
        assert not half_new.waits(folder), "another window of this PC does not take it"

    window = start(qtbot, settings, theme)
    person.does = fill
    window.new()
    assert half_new.waits(folder)
    window.close()

    def look(wizard: NewWizard) -> bool:
        qtbot.waitUntil(lambda: not wizard.people.lines["preparer"][1].hasSelectedText())
        left.append(wizard.half._filled())
        assert not wizard.people.lines["preparer"][1].visibleRegion().isEmpty(), "out of sight in a low window"
        assert wizard.focusWidget() is wizard.people.lines["preparer"][1]
        assert wizard.people.lines["preparer"][1].cursorPosition() == len("0578-9")
        keys(qtbot, wizard.people.lines["preparer"][1], "000000")
        wizard.place.setText(str(tmp_path / "遂昌.pairing"))
        wizard.make.click()
        qtbot.waitUntil(lambda: wizard.created is not None)
        return True

    person.does = look
    again = start(qtbot, settings, theme)
    assert left[0] == left[1]
    assert '"partner": "南湖区"' in left[0], "it was settled when it was left"
    assert again.desk is not None
    assert [(p.name, p.phone) for p in again.desk.workspace.people] == [("企业科", "0578-9000000")]
    assert not half_new.waits(folder)
    again.close()


def test_a_new_file_given_up_does_not_come_again(qtbot: Any, settings: Settings, theme: Any, person: Person) -> None:
    def give_up(wizard: NewWizard) -> bool:
        keys(qtbot, wizard.bureau, "某局")
        wizard.half.leave()
        assert half_new.HalfNew(settings.path.parent / half_new.NAME).words is not None
        wizard.reject()
        return False

    person.does = give_up
    window = start(qtbot, settings, theme)
    window.new()
    assert not half_new.waits(settings.path.parent)
    window.close()


def test_an_explanation_is_asked_for_again(qtbot: Any, ws: Workspace, settings: Settings, theme: Any, person: Person,
                                           tmp_path: Path) -> None:
    checking.check_quarter(ws, QUARTER)
    desk = lists_projects(qtbot, ws, settings, theme)
    desk.show_page("enterprise")
    page = desk.entry_page()
    assert page is not None
    page.show_first()
    assert page.entry is not None
    assert page.record is not None
    query = next(f for f in page.entry.found.all if f.level == "query" and not f.explanation)
    page.record.jump(query.path)
    qtbot.waitUntil(lambda: desk.keeping.place.found().get("path") == query.path)
    copies: list[Workspace] = []
    copy = tmp_path / "again"
    copy.mkdir()

    def write(sheet: ReasonSheet) -> bool:
        keys(qtbot, sheet.field.edit, "企业说明")
        qtbot.waitUntil(lambda: half_said.answer(ws, query).words == "企业说明")
        copies.append(cut(desk, copy))
        return False

    person.does = write
    page.found.explain_here()
    with copies[0] as after:
        settings.set(f"place.{after.path}", settings.get(f"place.{ws.path}"))
        settings.set(f"quarter.{after.path}", QUARTER)
        again = opened(qtbot, after, settings, theme)

        def go_on(sheet: ReasonSheet) -> bool:
            keys(qtbot, sheet.field.edit, "属实")
            return True

        person.does = go_on
        resume(again)
        qtbot.waitUntil(lambda: len(person.dialogs) == 2)
        found = again.entry_page()
        assert found is not None
        assert found.entry is not None
        assert [f.explanation for f in found.entry.found.at(query.path) if f.level == "query"] == ["企业说明属实"]
        assert half_said.asked(after) == ("", "")
        assert again.leave()
        again.shut()
    assert half_said.asked(ws) == ("", ""), "the box was closed"
    desk.leave()
    desk.shut()


def test_who_types_is_asked_again(qtbot: Any, ws: Workspace, settings: Settings, theme: Any, person: Person,
                                  tmp_path: Path) -> None:
    desk = lists_projects(qtbot, ws, settings, theme)
    copies: list[Workspace] = []
    copy = tmp_path / "again"
    copy.mkdir()

    def write(sheet: LineSheet) -> bool:
        sheet.edit.clear()
        keys(qtbot, sheet.edit, "新来的")
        qtbot.waitUntil(lambda: "新来的" in (half_said.who(ws).words or ""))
        copies.append(cut(desk, copy))
        return False

    person.does = write
    desk.commands.choose_who()
    assert half_said.who(ws).words is None, "it was given up"
    assert half_said.asked(ws) == ("", "")
    with copies[0] as after:
        again = opened(qtbot, after, settings, theme)

        def go_on(sheet: LineSheet) -> bool:
            qtbot.waitUntil(lambda: not sheet.edit.hasSelectedText())
            keys(qtbot, sheet.edit, "同事")
            return True

        person.does = go_on
        resume(again)
        qtbot.waitUntil(lambda: after.who == "新来的同事")
        assert (half_said.who(after).words, half_said.asked(after)) == (None, ("", ""))
        assert again.leave()
        again.shut()
    assert ws.who == "企业科"
    desk.leave()
    desk.shut()


def test_a_scan_for_signing_on_paper_is_asked_for_again(qtbot: Any, settings: Settings, theme: Any, person: Person,
                                                        tmp_path: Path) -> None:
    ws = small.make(tmp_path)
    small.fill(ws)
    packet = submitting.finalise(ws, QUARTER, tmp_path).packet
    settings.set(f"quarter.{ws.path}", QUARTER)
    desk = opened(qtbot, ws, settings, theme)
    resume(desk)
    desk.show_page("submit")
    idle(qtbot)
    filled: list[dict[str, str]] = []
    copies: list[Workspace] = []
    copy = tmp_path / "again"
    copy.mkdir()

    def fill(sheet: PaperSheet) -> bool:
        keys(qtbot, sheet.scan, "/scan.pdf")
        sheet.panel.key.setFocus()
        keys(qtbot, sheet.panel.key, "/a.p12")
        keys(qtbot, sheet.panel.password, "secret")
        qtbot.waitUntil(lambda: "/a.p12" in (half_said.paper(ws, QUARTER, "preparer").words or ""))
        filled.append(json.loads(half_said.paper(ws, QUARTER, "preparer").words or ""))
        copies.append(cut(desk, copy))
        return False

    person.does = fill
    cast("SubmitPage", desk.stack.currentWidget()).relay.paper.click()
    assert filled == [{"at": "key", "scan": "/scan.pdf", "key": "/a.p12"}], "and no password"
    assert half_said.paper(ws, QUARTER, "preparer").words is None
    with copies[0] as after:
        settings.set(f"quarter.{after.path}", "2024Q1")
        again = opened(qtbot, after, settings, theme)

        def look(sheet: PaperSheet) -> bool:
            qtbot.waitUntil(lambda: not sheet.panel.key.hasSelectedText())
            assert (sheet.scan.text(), sheet.panel.key.text()) == ("/scan.pdf", "/a.p12")
            assert sheet.focusWidget() is sheet.panel.key
            assert sheet.panel.isEnabled()
            assert sheet._packet == packet
            return False

        person.does = look
        resume(again)
        qtbot.waitUntil(lambda: len(person.dialogs) == 2)
        idle(qtbot)
        assert (again.page, again.quarter) == ("submit", QUARTER)
        again.leave()
        again.shut()
    desk.leave()
    desk.shut()


@pytest.mark.parametrize("saved_since", [False, True])
def test_a_merge_is_decided_on_where_it_was(qtbot: Any, ws: Workspace, settings: Settings, theme: Any, person: Person,
                                            tmp_path: Path, *, saved_since: bool) -> None:
    firms = [line.key for line in listing.list_records(ws, "enterprise", quarter=QUARTER).lines]
    other = ws.save_copy(tmp_path / "乙.pairing")

    def type_in(file: Workspace, staff: str) -> None:
        draft = entering.open_record(file, form="enterprise", key=firms[0], quarter=QUARTER).draft
        draft.type("staff", staff)
        entering.save(file, draft)

    with workspace.open_workspace(other, now=NOW, who="李四", clock=lambda: NOW) as theirs:
        type_in(theirs, "20")
    type_in(ws, "30")
    desk = lists_projects(qtbot, ws, settings, theme)
    person.opens = other
    copies: list[Workspace] = []
    copy = tmp_path / "again"
    copy.mkdir()

    def choose(dialog: MergeFileDialog) -> bool:
        dialog.ours.click()
        copies.append(cut(desk, copy))
        return False

    person.does = choose
    desk.commands.merge_file()
    qtbot.waitUntil(lambda: bool(copies))
    idle(qtbot)
    if saved_since:
        with workspace.open_workspace(other, now=NOW, who="李四", clock=lambda: NOW) as theirs:
            type_in(theirs, "21")
    with copies[0] as after:
        again = opened(qtbot, after, settings, theme)
        seen: list[object] = []

        def look(dialog: MergeFileDialog) -> bool:
            seen.append(dict(dialog.choices))
            return False

        person.does = look
        resume(again)
        qtbot.waitUntil(lambda: bool(seen))
        assert seen == [{} if saved_since else {(firms[0], "staff"): "ours"}]
        assert half_said.asked(after) == ("", "")
        again.leave()
        again.shut()
    desk.leave()
    desk.shut()


def test_a_tables_new_name_stands_in_its_box_again(qtbot: Any, ws: Workspace, settings: Settings, theme: Any,
                                                   person: Person, tmp_path: Path) -> None:
    columns = (own_tables.OwnColumn(path="name"),)
    own_tables.save(ws, own_tables.Definition("企业名单", "enterprise", columns, id="t1"))
    desk, signals = lists_projects(qtbot, ws, settings, theme), Signals()
    pane = OwnTablePane(ws, signals)
    qtbot.addWidget(pane)
    pane.show_quarter(QUARTER)
    pane.refresh()
    copies: list[Workspace] = []
    copy = tmp_path / "again"
    copy.mkdir()

    def write(sheet: LineSheet) -> bool:
        sheet.edit.clear()
        keys(qtbot, sheet.edit, "规上企业")
        qtbot.waitUntil(lambda: "规上企业" in (half_said.reason(ws, "自定义表改名", "t1").words or ""))
        copies.append(cut(desk, copy))
        return False

    person.does = write
    pane.rename()
    with copies[0] as after:
        again = OwnTablePane(after, signals)
        qtbot.addWidget(again)
        again.show_quarter(QUARTER)
        again.refresh()
        person.does = lambda sheet: sheet.edit.text() == "规上企业"
        again.rename()
        assert [table.name for table in own_tables.saved(after)] == ["规上企业"]
        assert half_said.reason(after, "自定义表改名", "t1").words is None
    desk.leave()
    desk.shut()


@pytest.mark.parametrize("step", ["sheet", "columns", "review", "no file"])
def test_an_import_is_gone_on_with(qtbot: Any, ws: Workspace, settings: Settings, theme: Any, person: Person,
                                   tmp_path: Path, step: str) -> None:
    sheet = tmp_path / "名单|一.xlsx"
    book = Workbook()
    for line in (("企业名称", "营业收入", "所在县"), ("示例丙木业", 0.2, "遂昌县")):
        book.active.append(line)  # type: ignore[union-attr]
    book.save(sheet)
    desk = lists_projects(qtbot, ws, settings, theme)
    desk.show_page("enterprise")
    copies: list[Workspace] = []
    copy = tmp_path / "again"
    copy.mkdir()

    def begin(wizard: ImportWizard) -> bool:
        if step != "no file":
            wizard.open_sheet(sheet)
            idle(qtbot)
        if step in ("columns", "review"):
            wizard.go_on()
            year = wizard.columns.same["figures_year"]
            year.setFocus()
            year.clear()
            keys(qtbot, year, "2023")
        if step == "review":
            wizard.go_on()
            idle(qtbot)
        copies.append(cut(desk, copy))
        return False

    person.does = begin
    desk.commands.task("import_sheet")
    assert half_said.asked(ws) == ("", ""), "it was given up"
    with copies[0] as after:
        settings.set(f"quarter.{after.path}", QUARTER)
        again = opened(qtbot, after, settings, theme)
        seen: list[str] = []

        def look(wizard: ImportWizard) -> bool:
            qtbot.waitUntil(lambda: wizard.step == (step if step != "no file" else "sheet"))
            idle(qtbot)
            assert wizard.form == "enterprise"
            assert (wizard.source.path if wizard.source else None) == (sheet if step != "no file" else None)
            if step in ("columns", "review"):
                assert wizard.columns.same["figures_year"].text() == "2023"
            if step == "review":
                assert wizard.plan is not None
                assert wizard.review.counts["new"] == 1
            seen.append(wizard.step)
            return False

        person.does = look
        resume(again)
        qtbot.waitUntil(lambda: len(seen) == 1)
        idle(qtbot)
        assert half_said.asked(after) == ("", "")
        again.leave()
        again.shut()
    desk.leave()
    desk.shut()

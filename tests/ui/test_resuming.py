"""Coming back after a power cut: the field one was in, typed into or not; half a field on disk while one types on."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from pairing_desktop.services import entering, resuming, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.long_input import LongInput
from pairing_desktop.ui.resuming import resume
from tests.conftest import NOW
from tests.ui.conftest import QUARTER, Answers, Open, field, keys

pytestmark = pytest.mark.gui


def cut(desk: Desk, to: Path) -> Workspace:
    """Take the file as a power cut leaves it: nothing is closed in order."""
    path = desk.workspace.path
    for part in path.parent.glob(f"{path.name}*"):
        if not part.name.endswith(".lock"):
            shutil.copyfile(part, to / part.name)
    return workspace.open_workspace(to / path.name, now=NOW, who="企业科", clock=lambda: NOW)


def opened(qtbot: Any, ws: Workspace, settings: Settings, theme: Any) -> Desk:
    made = Desk(ws, settings, theme)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


@pytest.mark.parametrize("path", ["contract_sum", "kpis", "", "new", "behind"])
def test_nothing_was_typed_and_yet_it_is_the_same_place(
    qtbot: Any, ws: Workspace, settings: Settings, theme: Any, answers: Answers, tmp_path: Path, path: str,
) -> None:
    settings.set(f"quarter.{ws.path}", QUARTER)
    desk = opened(qtbot, ws, settings, theme)
    resume(desk)
    desk.show_page("lean_project")
    page = desk.entry_page()
    assert page is not None
    there = [line.key for line in entering.list_records(ws, "lean_project", quarter=QUARTER).lines]
    last = next(k for k in there if entering.open_record(ws, form="lean_project", key=k, quarter=QUARTER)
                .draft.rows("kpis")) if path == "kpis" else there[-1]
    other = QWidget()
    qtbot.addWidget(other)
    if path == "behind":  # another program is in front while a new record is begun
        with qtbot.waitActive(other):
            other.show()
            other.activateWindow()
    page.open("" if path in ("new", "behind") else last)
    assert page.record is not None
    assert page.entry is not None
    if path == "kpis":
        row = page.entry.draft.rows("kpis")[1]
        path = f"kpis/{row}/before"
    if path in ("new", "behind"):
        page.record.start()
        path = page.record.sections[0].rows[0].path
    elif path:
        page.record.jump(path)
    was_new = page.entry.is_new
    if path:  # remembered as soon as the field is painted
        qtbot.waitUntil(lambda: desk.keeping.place.found().get("path") == path)
    copy = tmp_path / "again"
    copy.mkdir()
    with cut(desk, copy) as after:
        place = settings.get(f"place.{ws.path}")
        settings.set(f"place.{after.path}", place)
        again = opened(qtbot, after, settings, theme)
        resume(again)
        found = again.entry_page()
        assert found is not None
        assert found.entry is not None
        assert found.record is not None
        assert found.form.id == "lean_project"
        assert found.entry.is_new == was_new
        assert was_new or found.entry.opened.key == last
        assert found.record.current == path
        if not path:
            assert again.focusWidget() is found.list.table
        again.leave()
        again.shut()
        assert not settings.get(f"place.{after.path}"), "closed in order there is no place to come back to"
    desk.leave()
    desk.shut()


def test_a_new_record_that_was_just_saved_is_come_back_to(qtbot: Any, ws: Workspace, settings: Settings, theme: Any,
                                                          answers: Answers) -> None:
    settings.set(f"quarter.{ws.path}", QUARTER)
    draft = entering.open_record(ws, form="lean_project", quarter=QUARTER).draft
    draft.type("serial", "9")
    key = draft.key
    settings.set(f"place.{ws.path}", {"form": "lean_project", "key": key, "subject": "", "new": True, "path": "serial",
                                      "row": -1, "at": "", "scrolled": [0, 0], "seen": True})
    entering.save(ws, draft)  # and the power went before it was remembered that it is none that is new
    desk = opened(qtbot, ws, settings, theme)
    resume(desk)
    page = desk.entry_page()
    assert page is not None
    assert page.entry is not None
    assert page.record is not None
    assert (page.entry.opened.key, page.entry.is_new, page.record.current) == (key, False, "serial")
    desk.leave()
    desk.shut()


def test_what_was_half_typed_is_done_with_once_it_is_left(qtbot: Any, ws: Workspace, settings: Settings, theme: Any,
                                                          answers: Answers) -> None:
    settings.set(f"quarter.{ws.path}", QUARTER)
    key = entering.list_records(ws, "lean_project", quarter=QUARTER).lines[0].key
    draft = entering.open_record(ws, form="lean_project", key=key, quarter=QUARTER).draft
    draft.type_half("contract_sum", "8.")
    entering.autosave(ws, draft, "contract_sum")
    desk = opened(qtbot, ws, settings, theme)
    resume(desk)
    page = desk.entry_page()
    assert page is not None
    assert page.record is not None
    assert page.entry is not None
    widget = QApplication.focusWidget()
    assert isinstance(widget, LineInput)
    widget.commit()
    qtbot.waitUntil(lambda: "raw" not in json.loads(drafted(ws, key)))
    keys(qtbot, widget, "5")
    page.record.sections[0].rows[0].input.setFocus()
    assert page.entry.draft.text("contract_sum") == "8.5"
    page.record.start()
    assert widget.text() == "8.5", "the half came again"
    desk.leave()
    desk.shut()


def drafted(ws: Workspace, key: str) -> str:
    with closing(sqlite3.connect(f"file:{ws.path}?mode=ro", uri=True)) as connection:
        return str(connection.execute("SELECT payload FROM draft WHERE record = ?", (key,)).fetchone()[0])


@pytest.mark.parametrize("path", ["contract_sum", "consultant", "kpis/0/before", "kpis/1/before"])
def test_escape_goes_back_behind_the_power_cut(qtbot: Any, ws: Workspace, settings: Settings, theme: Any, path: str,
                                               answers: Answers, tmp_path: Path) -> None:
    settings.set(f"quarter.{ws.path}", QUARTER)
    desk = opened(qtbot, ws, settings, theme)
    resume(desk)
    desk.show_page("lean_project")
    page = desk.entry_page()
    assert page is not None
    key = next(line.key for line in entering.list_records(ws, "lean_project", quarter=QUARTER).lines
               if entering.open_record(ws, form="lean_project", key=line.key, quarter=QUARTER).draft.rows("kpis"))
    page.open(key)
    assert page.entry is not None
    assert page.record is not None
    for number, row in enumerate(page.entry.draft.rows("kpis")):
        path = path.replace(f"/{number}/", f"/{row}/")
    before = page.entry.draft.text(path)
    page.record.jump(path)
    widget = page.record.widget_at(path)
    keys(qtbot, widget, "8")
    typed = QApplication.focusWidget()
    keys(qtbot, typed, "x")
    qtbot.waitUntil(lambda: resuming.of(ws, key) is not None and page.entry.draft.text(path) == "8x")
    copy = tmp_path / "again"
    copy.mkdir()
    with cut(desk, copy) as after:
        settings.set(f"place.{after.path}", settings.get(f"place.{ws.path}"))
        again = opened(qtbot, after, settings, theme)
        resume(again)
        found = again.entry_page()
        assert found is not None
        assert found.entry is not None
        half = QApplication.focusWidget()
        assert isinstance(half, LineInput)
        assert half.text() == "8x"
        keys(qtbot, half, "9")
        qtbot.keyClick(half, Qt.Key.Key_Escape)
        assert found.entry.draft.text(path) == before
        assert found.record is not None
        assert found.record.current == path
        again.leave()
        again.shut()
    desk.leave()
    desk.shut()


def test_half_a_field_is_on_disk_while_one_types_on(qtbot: Any, ws: Workspace, open_page: Open) -> None:
    page = open_page("lean_project")
    widget = field(page, "consultant")
    typed = "甲"
    for _ in range(200):  # never a rest between two keys
        keys(qtbot, widget, "乙")
        typed += "乙"
        qtbot.wait(20)
        if resuming.latest(ws):
            break
    assert widget.hasFocus()
    assert widget.isModified()
    assert page.entry is not None
    assert resuming.latest(ws), "a field that is typed without a rest was not kept"
    assert page.entry.draft.text("consultant").startswith("乙")


@pytest.mark.parametrize("in_front", [True, False])
@pytest.mark.parametrize(("path", "text"), [("contract_sum", "8."), ("contract_sum", "约6"), ("consultant", "甲 "),
                                            ("plan_note", "第一行"), ("kpis/0/before", "8."), ("kpis/0/before", "8x")])
def test_what_was_half_typed_stands_as_typed_with_the_cursor_behind_it(
    qtbot: Any, ws: Workspace, settings: Settings, theme: Any, answers: Answers, tmp_path: Path, path: str, text: str,
    *, in_front: bool,
) -> None:
    settings.set(f"quarter.{ws.path}", QUARTER)
    key = next(line.key for line in entering.list_records(ws, "lean_project", quarter=QUARTER).lines
               if entering.open_record(ws, form="lean_project", key=line.key, quarter=QUARTER).draft.rows("kpis"))
    draft = entering.open_record(ws, form="lean_project", key=key, quarter=QUARTER).draft
    path = path.replace("/0/", f"/{draft.rows('kpis')[0]}/")
    path = next(f.id for f in draft.form.fields if f.type == "long_text") if path == "plan_note" else path
    draft.type_half(path, text)
    entering.autosave(ws, draft, path)
    settings.set(f"place.{ws.path}", {"form": "lean_project", "key": key, "subject": "", "new": False, "path": path,
                                      "row": 0})
    desk = opened(qtbot, ws, settings, theme)
    other = QWidget()
    qtbot.addWidget(other)
    for window in (other, desk):
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        if window is (desk if in_front else other):
            resume(desk)  # a window manager brings the window to the front when it likes
    widget = QApplication.focusWidget()
    assert isinstance(widget, LineInput | LongInput)
    assert (widget.path, widget.text() if isinstance(widget, LineInput) else widget.toPlainText()) == (path, text)
    if isinstance(widget, LineInput):
        assert not widget.hasSelectedText()
        assert widget.cursorPosition() == len(text)
    else:
        assert widget.textCursor().atEnd()
    keys(qtbot, widget, "5")
    widget.commit()
    page = desk.entry_page()
    assert page is not None
    assert page.entry is not None
    assert page.entry.draft.text(path) == f"{text}5"
    desk.leave()
    desk.shut()


def test_what_is_given_up_leaves_one_in_the_field(qtbot: Any, ws: Workspace, open_page: Open, answers: Answers) -> None:
    key = entering.list_records(ws, "lean_project", quarter=QUARTER).lines[0].key
    draft = entering.open_record(ws, form="lean_project", key=key, quarter=QUARTER).draft
    draft.type("consultant", "找回的")
    entering.autosave(ws, draft, "consultant")
    page = open_page("lean_project")
    widget = field(page, "consultant")
    assert widget.text() == "找回的"
    answers.answers["confirm"] = True
    page.keeping.give_up()
    assert page.record is not None
    assert page.entry is not None
    assert not page.entry.draft.dirty
    assert page.record.current == "consultant"
    now = page.record.widget_at("consultant")
    assert now is not None
    assert now.hasFocus()
    page.new()
    assert page.entry.is_new
    keys(qtbot, QApplication.focusWidget(), "1")
    page.commit()
    page.keeping.give_up()
    assert page.record is None, "a new record that is given up is gone"

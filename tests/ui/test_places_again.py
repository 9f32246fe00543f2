"""Coming back after a power cut to where one was within a page: its tab, its row, its step, how far it was scrolled."""

from pathlib import Path
from typing import Any, cast

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QPushButton, QWidget

from pairing_desktop.services import half_said, list_values, own_tables, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import page_spots, spots
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.history_page import HistoryPage
from pairing_desktop.ui.resuming import resume
from tests.conftest import NOW
from tests.ui.conftest import QUARTER, Answers, enter, keys
from tests.ui.script import idle
from tests.ui.test_resuming import cut, opened

pytestmark = pytest.mark.gui

FIRMS = 60


@pytest.fixture
def desk(qtbot: Any, ws: Workspace, settings: Settings, theme: Any, answers: Answers) -> Desk:
    settings.set(f"quarter.{ws.path}", QUARTER)
    for number in range(FIRMS):
        enter(ws, "enterprise", name=f"示例企业第{number}家", county="遂昌县")
    made = opened(qtbot, ws, settings, theme)
    resume(made)
    return made


def after_the_cut(qtbot: Any, desk: Desk, settings: Settings, theme: Any, folder: Path) -> Desk:
    """Open what a power cut leaves, as the same PC does; the window as large as it was."""
    copy = folder / "again"
    copy.mkdir()
    after = cut(desk, copy)
    settings.set(f"place.{after.path}", settings.get(f"place.{desk.workspace.path}"))
    settings.set(f"quarter.{after.path}", QUARTER)
    again = opened(qtbot, after, settings, theme)
    again.resize(desk.size())
    resume(again)
    idle(qtbot)
    return again


def shut(*desks: Desk) -> None:
    for desk in desks:
        assert desk.leave()
        desk.shut()


def press(page: Any, *tabs: str) -> None:
    for text in tabs:
        tab = next(t for t in page.findChildren(QPushButton) if t.text() == text and t.isVisibleTo(page))
        tab.setFocus()
        tab.click()


def area(page: Any, name: str) -> Any:
    return next(a for a in page.findChildren(QAbstractScrollArea) if a.accessibleName() == name)


def remembered(desk: Desk) -> Any:
    """Return what is remembered of a page, once it is what is seen."""
    found = desk.keeping.place.found()
    page = desk.stack.currentWidget()
    now = {"page": desk.page, "spot": page_spots.of(desk.page, page), "parts": spots.of(page)}
    return found if {name: found.get(name) for name in now} == now else None


@pytest.mark.parametrize(("name", "tabs", "table"), [
    ("history", ("删除的记录",), ""), ("history", ("报送记录",), ""), ("history", (), "修改记录"),
    ("summary", ("自定义表", "设计"), ""), ("summary", (), ""), ("settings", (), ""),
])
def test_tabs_rows_and_scrolling_of_a_page(qtbot: Any, desk: Desk, settings: Settings, theme: Any, tmp_path: Path,
                                           name: str, tabs: tuple[str, ...], table: str) -> None:
    if "设计" in tabs:
        columns = (own_tables.OwnColumn(path="name"),)
        own_tables.save(desk.workspace, own_tables.Definition("企业名单", "enterprise", columns, id="t1"))
    desk.show_page(name)
    page = desk.stack.currentWidget()
    press(page, *tabs)
    if name == "summary" and not tabs:
        press(page, page.tabs.buttons()[2].text())  # type: ignore[attr-defined]  # the summary's
    if table:
        area(page, table).selectRow(FIRMS - 20)
    if name == "settings":
        bar = area(page, "设置").verticalScrollBar()
        qtbot.waitUntil(lambda: bar.maximum() > 0)
        bar.setValue(bar.maximum() - 7)
    qtbot.waitUntil(lambda: remembered(desk) is not None)
    place = remembered(desk)
    again = after_the_cut(qtbot, desk, settings, theme, tmp_path)
    qtbot.waitUntil(lambda: remembered(again) == place)
    if table:
        assert area(again.stack.currentWidget(), table).currentIndex().row() == FIRMS - 20
    if tabs:
        assert set(tabs) <= set(place["parts"]["tabs"])
    shut(again, desk)


@pytest.mark.parametrize("left", [{"page": "history", "spot": {}, "at": ""}, {"form": "park"}, "history", 7])
def test_a_place_that_another_version_kept_is_none(qtbot: Any, desk: Desk, settings: Settings, theme: Any,
                                                   tmp_path: Path, left: object) -> None:
    settings.set(f"place.{desk.workspace.path}", left)
    again = after_the_cut(qtbot, desk, settings, theme, tmp_path)
    assert again.isVisible()
    shut(desk, again)


def test_one_records_past(qtbot: Any, desk: Desk, settings: Settings, theme: Any, tmp_path: Path) -> None:
    desk.show_page("enterprise")
    page = desk.entry_page()
    assert page is not None
    page.open(page.list.model.keys_of([3])[0])
    desk.commands.record_history()
    qtbot.waitUntil(lambda: remembered(desk) is not None)
    again = after_the_cut(qtbot, desk, settings, theme, tmp_path)
    history = cast("HistoryPage", again.stack.currentWidget())
    assert page.entry is not None
    assert history.title.text() == f"历史：{page.entry.title}"
    shut(again, desk)


def test_what_was_looked_for_in_the_history(qtbot: Any, desk: Desk, settings: Settings, theme: Any,
                                            tmp_path: Path) -> None:
    desk.show_page("history")
    page = cast("HistoryPage", desk.stack.currentWidget())
    page.filter.setFocus()
    keys(qtbot, page.filter, "示例企业第4")
    found = page.list.rows.rowCount()
    assert 0 < found < FIRMS
    qtbot.waitUntil(lambda: half_said.of_list(desk.workspace, "history").words == "示例企业第4")
    qtbot.waitUntil(lambda: remembered(desk) is not None)
    again = after_the_cut(qtbot, desk, settings, theme, tmp_path)
    shown = cast("HistoryPage", again.stack.currentWidget())
    assert (shown.filter.text(), shown.list.rows.rowCount()) == ("示例企业第4", found)
    assert again.focusWidget() is shown.filter
    qtbot.keyClick(shown.filter, Qt.Key.Key_Down)
    assert again.focusWidget() is shown.list
    path = desk.workspace.path
    shut(again, desk)
    with workspace.open_workspace(path, now=NOW) as closed:
        assert half_said.of_list(closed, "history").words is None


def test_a_step_of_the_way(qtbot: Any, desk: Desk, settings: Settings, theme: Any, tmp_path: Path) -> None:
    desk.show_page("submit")
    page: Any = desk.stack.currentWidget()
    idle(qtbot)
    page.show_step("final")
    page.setFocus()
    page.finalise.act.setFocus()
    qtbot.waitUntil(lambda: remembered(desk) is not None)
    again = after_the_cut(qtbot, desk, settings, theme, tmp_path)
    shown: Any = again.stack.currentWidget()
    assert shown.step == "final"
    idle(qtbot)
    shut(again, desk)


@pytest.mark.parametrize("part", ["企业名录列表", "筛选本表", ""])
def test_list_and_form_are_scrolled_as_they_were(qtbot: Any, desk: Desk, settings: Settings, theme: Any, tmp_path: Path,
                                                 part: str) -> None:
    desk.show_page("enterprise")
    page = desk.entry_page()
    assert page is not None
    page.open(page.list.model.keys_of([40])[0])
    assert page.record is not None
    assert page.entry is not None
    page.record.jump(page.record.sections[1].rows[0].path)
    path = page.record.current
    bars = [page.list.table.verticalScrollBar(), page.record.area.verticalScrollBar()]
    qtbot.waitUntil(lambda: all(bar.maximum() > 100 for bar in bars))
    if part:
        next(w for w in page.list.findChildren(QWidget) if w.accessibleName() == part).setFocus()
    qtbot.waitUntil(lambda: desk.keeping.place.found().get("path") == path)
    qtbot.waitUntil(lambda: desk.keeping.place.found().get("at") == part)
    settling = (page.record._filling, page.record._bringing)
    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in settling))
    for bar, place in zip(bars, (100, 60), strict=True):
        bar.setValue(place)
    qtbot.waitUntil(lambda: desk.keeping.place.found().get("scrolled") == [100, 60])
    again = after_the_cut(qtbot, desk, settings, theme, tmp_path)
    found = again.entry_page()
    assert found is not None
    assert found.record is not None
    assert found.entry is not None
    assert (found.entry.opened.key, found.record.current) == (page.entry.opened.key, path)
    there = (found.list.table.verticalScrollBar(), found.record.area.verticalScrollBar())
    qtbot.waitUntil(lambda: (line := found.list.current()) is not None and line.key == found.entry.opened.key)
    qtbot.waitUntil(lambda: [bar.value() for bar in there] == [100, 60])
    assert found.entry.opened.key == page.entry.opened.key, "it opened what Qt's cursor was on"
    focused = again.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == part if part else found.record.isAncestorOf(focused)
    shut(again, desk)


@pytest.mark.parametrize("high", [768, 560])
def test_a_half_typed_cell_low_in_the_form_is_in_sight(qtbot: Any, desk: Desk, settings: Settings, theme: Any,
                                                       tmp_path: Path, high: int) -> None:
    desk.resize(1366, high)
    desk.show_page("diagnosis")
    page = desk.entry_page()
    assert page is not None
    page.new()
    assert page.entry is not None
    assert page.record is not None
    row = page.entry.draft.rows("baseline")[4]
    path = f"baseline/{row}/value"
    page.record.jump(path)
    keys(qtbot, page.record.widget_at(path), "1")
    keys(qtbot, desk.focusWidget(), "2")
    qtbot.waitUntil(lambda: page.entry.draft.text(path) == "12")
    qtbot.waitUntil(lambda: desk.keeping.place.found().get("path") == path)
    again = after_the_cut(qtbot, desk, settings, theme, tmp_path)
    found = again.entry_page()
    assert found is not None
    record = found.record
    assert record is not None
    assert record.current == path
    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in (record._filling, record._bringing)))
    assert record.banner.isVisible()
    qtbot.waitUntil(lambda: record.in_sight)
    record.area.verticalScrollBar().setValue(0)
    assert not record.in_sight
    shut(again, desk)


def test_a_page_is_gone_into_by_its_key(desk: Desk) -> None:
    desk.show_page("history")
    desk.navigation.list.setFocus()
    desk.actions_["overview"].trigger()
    focused = desk.focusWidget()
    assert focused is not None
    assert desk.stack.currentWidget().isAncestorOf(focused)
    shut(desk)


def test_rows_and_tabs_that_are_gone_are_passed_over(desk: Desk) -> None:
    desk.show_page("history")
    page = desk.stack.currentWidget()
    rows = {"修改记录": 9999, "没有": 3}
    spots.show(page, {"tabs": ["没有这个", "删除的记录"], "rows": rows, "scrolled": {"没有": 3}})
    page_spots.go_on("history", page, "enterprise/没有")
    assert spots.of(page)["tabs"] == ["删除的记录"]
    shut(desk)


def ask_of_list(qtbot: Any, page: Any) -> None:
    """Narrow a list by what is typed, by values of a column and by findings, and order it by two columns."""
    county = list_values.values_of(page.workspace, "enterprise", "county", quarter=QUARTER)
    page.list.narrowing.narrow("county", county.values[:1])
    page.list.sort("name", descending=True)
    page.list.sort("county", add=True)
    keys(qtbot, page.list.narrowing.box, "示例企业第3")
    qtbot.waitUntil(lambda: page.list.model.find == "示例企业第3")


def asked_of(page: Any) -> tuple[Any, ...]:
    narrowing = page.list.narrowing
    return (page.list.model.asked(), narrowing.box.text(), [line.words.text() for line in narrowing.lines.values()],
            page.list.model.total)


def test_a_list_is_narrowed_and_ordered_as_it_was(qtbot: Any, desk: Desk, settings: Settings, theme: Any,
                                                  tmp_path: Path) -> None:
    desk.show_page("enterprise")
    page = desk.entry_page()
    assert page is not None
    ask_of_list(qtbot, page)
    asked = asked_of(page)
    assert 0 < asked[-1] < FIRMS
    kept = f"lists.{desk.workspace.path}"
    qtbot.waitUntil(lambda: settings.get(kept) == ["enterprise"])
    settings.set(f"lists.{tmp_path / 'again' / desk.workspace.path.name}", settings.get(kept))
    again = after_the_cut(qtbot, desk, settings, theme, tmp_path)
    found = again.entry_page()
    assert found is not None
    assert asked_of(found) == asked
    found.list.narrowing.widen()
    assert found.list.model.total > FIRMS
    shut(again, desk)
    assert not settings.get(kept)


def test_a_copy_opens_with_whole_lists(qtbot: Any, desk: Desk, settings: Settings, theme: Any, tmp_path: Path) -> None:
    desk.show_page("enterprise")
    page = desk.entry_page()
    assert page is not None
    ask_of_list(qtbot, page)
    qtbot.waitUntil(lambda: settings.get(f"lists.{desk.workspace.path}") == ["enterprise"])
    again = after_the_cut(qtbot, desk, settings, theme, tmp_path)
    found = again.entry_page()
    assert found is not None
    assert found.list.model.total > FIRMS
    shut(again, desk)

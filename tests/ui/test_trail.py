"""Finding: one box over everything, the records opened last, back and forward."""

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt

from pairing_desktop.services import entering
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import list_model
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.list_model import PAGE
from pairing_desktop.ui.trail import RECENT, Trail
from tests.ui.conftest import QUARTER, Answers, enter
from tests.ui.script import idle

pytestmark = pytest.mark.gui


@pytest.fixture
def desk(qtbot: Any, ws: Workspace, settings: Settings, theme: Any, answers: Answers) -> Iterator[Desk]:
    settings.set(f"quarter.{ws.path}", QUARTER)
    made = Desk(ws, settings, theme)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show_page("enterprise")
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    qtbot.waitUntil(lambda: title(made) != "")
    yield made
    made.leave()
    made.shut()


def title(desk: Desk) -> str:
    page = desk.entry_page()
    return page.entry.title if page is not None and page.entry is not None else ""


def keys(ws: Workspace, form: str) -> dict[str, str]:
    return {line.label: line.key for line in entering.list_records(ws, form, quarter=QUARTER).lines}


def press(qtbot: Any, desk: Desk, key: Qt.Key) -> None:
    qtbot.keyClick(desk, key, Qt.KeyboardModifier.AltModifier)


def test_back_and_forward_by_keys(qtbot: Any, desk: Desk, ws: Workspace) -> None:
    first = title(desk)
    desk.go_to("enterprise", keys(ws, "enterprise")["示例企业乙"])
    desk.go_to("lean_project", keys(ws, "lean_project")["示例企业甲"])
    desk.show_page("overview")
    went = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right,
                Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        press(qtbot, desk, key)
        went.append((desk.page, title(desk)))
    back = [("lean_project", "示例企业甲"), ("enterprise", "示例企业乙"), ("enterprise", first)]
    forward = [("enterprise", "示例企业乙"), ("lean_project", "示例企业甲"), ("overview", "")]
    assert went == [*back, back[-1], *forward, forward[-1]]
    assert not desk.actions_["forward"].isEnabled()


def test_going_elsewhere_forgets_what_lay_ahead(qtbot: Any, desk: Desk, ws: Workspace) -> None:
    found = keys(ws, "enterprise")
    for name in ("示例企业乙", "双彩新材料"):
        desk.go_to("enterprise", found[name])
    press(qtbot, desk, Qt.Key.Key_Left)
    desk.go_to("enterprise", found["示例企业甲"])
    assert not desk.actions_["forward"].isEnabled()
    press(qtbot, desk, Qt.Key.Key_Left)
    assert title(desk) == "示例企业乙"


def test_the_empty_box_offers_the_records_opened_last(qtbot: Any, desk: Desk, ws: Workspace) -> None:
    desk.go_to("lean_project", keys(ws, "lean_project")["示例企业甲"])
    desk.go_to("enterprise", keys(ws, "enterprise")["示例企业乙"])
    desk.commands.go_find()
    search = desk.top.search
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert search.hits.isVisible()
    offered = [search.hits.item(n).text() for n in range(search.hits.count())]
    assert offered[:2] == ["示例企业乙", "示例企业甲"]
    qtbot.keyClick(search, Qt.Key.Key_Down)
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert (desk.page, title(desk)) == ("lean_project", "示例企业甲")


@pytest.mark.parametrize("text", ["shiliqiyeyi", "slqyy", "示例企业乙"])
def test_the_box_finds_in_all_forms_while_one_types(qtbot: Any, desk: Desk, text: str) -> None:
    desk.show_page("lean_project")
    desk.commands.go_find()
    search = desk.top.search
    search.setText(text)
    search.textEdited.emit(text)
    qtbot.waitUntil(lambda: search.hits.isVisible() and search.hits.count() > 0)
    assert "示例企业乙" in [search.hits.item(n).text() for n in range(search.hits.count())]


def test_what_is_remembered_are_keys_alone(settings: Settings) -> None:
    trail = Trail(settings, "a")
    for number in range(RECENT + 3):
        trail.visit(("enterprise", f"k{number}"))
    assert len(trail.recent()) == RECENT
    assert trail.recent()[0] == ("enterprise", f"k{RECENT + 2}")
    assert Trail(settings, "a").recent() == trail.recent()


def test_a_record_that_is_gone_is_passed_over(qtbot: Any, desk: Desk, ws: Workspace) -> None:
    gone = keys(ws, "enterprise")["示例企业乙"]
    desk.go_to("enterprise", gone)
    desk.show_page("overview")
    entering.delete(ws, gone)
    press(qtbot, desk, Qt.Key.Key_Left)
    assert desk.page == "enterprise"
    desk.commands.go_find()
    assert gone not in [hit.key for hit in desk.top.search.recent()]


@pytest.mark.parametrize("stretch", [list_model.STRETCH, PAGE])
def test_what_was_found_stays_open_wherever_it_stands_in_the_list(
        qtbot: Any, desk: Desk, ws: Workspace, monkeypatch: pytest.MonkeyPatch, stretch: int) -> None:
    """The focus goes to the list; of a row far down nobody knows yet where it stands, and the first is not meant."""
    monkeypatch.setattr(list_model, "STRETCH", stretch)
    for number in range(2 * PAGE):
        enter(ws, "enterprise", name=f"厂{number:04d}", county="遂昌县")
    desk.signals.recordChanged.emit("enterprise", "")
    page = desk.entry_page()
    assert page is not None
    table = page.list.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot)
    desk.show_page("overview")
    search = desk.top.search
    search.setFocus()
    search.setText(f"厂{2 * PAGE - 2:04d}")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert title(desk) == f"厂{2 * PAGE - 2:04d}"
    table.setFocus()
    qtbot.waitUntil(lambda: not table._rest.isActive())  # what the cursor rests on is opened
    assert title(desk) == f"厂{2 * PAGE - 2:04d}"
    page.list.order.ordering.timeout.emit()
    idle(qtbot)
    line = page.list.current()
    assert line is not None
    assert line.label == title(desk) == f"厂{2 * PAGE - 2:04d}"

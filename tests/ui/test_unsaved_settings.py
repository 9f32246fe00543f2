"""What is typed in 设置 and not saved: on disk all the same, shown again, said to be unsaved, given up by a click."""

from pathlib import Path
from typing import Any, cast

import pytest

pytest.importorskip("PySide6")

from pairing_desktop.services import deadlines, half_said, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui.desk import Desk
from pairing_desktop.ui.people_grid import PeopleGrid
from pairing_desktop.ui.quarter_work import QuarterWork
from pairing_desktop.ui.settings_page import SettingsPage
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.unsaved import UnsavedBoxes
from tests.conftest import NOW
from tests.ui.conftest import QUARTER, Answers, keys
from tests.ui.test_resuming import cut, opened

pytestmark = pytest.mark.gui


def settings_of(desk: Desk) -> SettingsPage:
    desk.show_page("settings")
    return cast("SettingsPage", desk.stack.currentWidget())


def cards(page: SettingsPage) -> list[UnsavedBoxes]:
    return [page.unsaved_bureau, page.unsaved_people, page.due.unsaved, page.limits.unsaved]


def fill(qtbot: Any, page: SettingsPage) -> None:
    """Type over something in each card and leave it; the last box is not left."""
    packet = page.limits.inputs["packet_mb"].lineEdit()
    for box, text in ((page.bureau, "遂昌县新单位"), (page.partner, "nanh"), (page.people.lines["head"][0], "副局长"),
                      (page.people.lines["preparer"][1], "0578-9"), (page.due.source, "省厅通知"),
                      (page.due.day, "7."), (packet, "12")):
        box.setFocus()
        box.selectAll()
        keys(qtbot, box, text)


def shown(page: SettingsPage) -> list[str]:
    return [page.bureau.text(), page.partner.text(), page.people.lines["head"][0].text(),
            page.people.lines["preparer"][1].text(), page.due.source.text(), page.due.day.text(),
            page.limits.inputs["packet_mb"].cleanText()]


TYPED = ["遂昌县新单位", "nanh", "副局长", "0578-9", "省厅通知", "7.", "12"]


def test_what_is_typed_comes_back_after_a_power_cut(qtbot: Any, ws: Workspace, settings: Settings, theme: Any,
                                                    answers: Answers, tmp_path: Path) -> None:
    settings.set(f"quarter.{ws.path}", QUARTER)
    desk = opened(qtbot, ws, settings, theme)
    page = settings_of(desk)
    saved = shown(page)
    fill(qtbot, page)
    page.limits.unsaved._resting.setInterval(0)  # the last box is being typed into: its two seconds are over
    page.limits.unsaved._resting.start()
    qtbot.waitUntil(lambda: half_said.settings(ws, "附件").words is not None)
    copy = tmp_path / "again"
    copy.mkdir()
    with cut(desk, copy) as after:
        settings.set(f"quarter.{after.path}", QUARTER)
        new = opened(qtbot, after, settings, theme)
        again = settings_of(new)
        assert shown(again) == TYPED
        for card in cards(again):
            assert (card.state.text(), card.back.isHidden()) == ("还没有保存", False)
        for act in (again.save_bureau, again.save_people, again.due.save, again.limits.save):
            assert act.isEnabled()
        assert [*half_said.unsaved_settings(after)] == ["填报单位", "人员", "报送时限", "附件"]
        again.show_quarter("2024Q1")
        assert (again.due.day.text(), again.due.unsaved.state.text()) == ("", ""), "another quarter, another day"
        again.show_quarter(QUARTER)
        assert again.due.day.text() == "7."
        for card in cards(again):
            card.back.click()
        assert shown(again) == saved
        assert not any(card.differs or card.state.text() for card in cards(again))
        assert half_said.unsaved_settings(after) == []
        new.leave()
        new.shut()
    desk.leave()
    desk.shut()


def test_going_to_another_page_and_closing_the_file_lose_nothing(qtbot: Any, ws: Workspace, settings: Settings,
                                                                theme: Any, answers: Answers) -> None:
    settings.set(f"quarter.{ws.path}", QUARTER)
    desk = opened(qtbot, ws, settings, theme)
    page = settings_of(desk)
    fill(qtbot, page)
    desk.show_page("overview")
    assert settings_of(desk) is page
    assert shown(page) == TYPED
    page.limits.inputs["send_mb"].setValue(77)
    desk.leave()
    desk.shut()
    with workspace.open_workspace(ws.path, now=NOW, clock=lambda: NOW) as after, \
            workspace.open_workspace(ws.path, now=NOW, clock=lambda: NOW, write=False) as reading:
        new = opened(qtbot, after, settings, theme)
        again = settings_of(new)
        assert shown(again) == TYPED
        assert again.limits.inputs["send_mb"].value() == 77
        assert reading.readonly
        other = SettingsPage(reading, Signals())
        qtbot.addWidget(other)
        other.show_quarter(QUARTER)
        assert not {*shown(other)} & {*TYPED}, "who only reads sees what is saved"
        assert not any(card.differs for card in cards(other))
        new.leave()
        new.shut()


def test_what_is_saved_is_no_longer_unsaved(qtbot: Any, theme: object, ws: Workspace) -> None:
    page = SettingsPage(ws, Signals())
    qtbot.addWidget(page)
    page.show_quarter(QUARTER)
    page.bureau.setText("遂昌县新单位")
    page.due.day.setText("7.10")
    assert page.unsaved_bureau.state.text() == "还没有保存"
    page.due.save.click()
    assert (page.due.day.text(), page.due.unsaved.state.text()) == ("2024-07-10", "")
    assert page.bureau.text() == "遂昌县新单位", "another card's 保存 takes nothing away"
    page.save_bureau.click()
    assert (ws.about.bureau, page.unsaved_bureau.state.text()) == ("遂昌县新单位", "")
    page.refresh()
    assert half_said.unsaved_settings(ws) == []
    page.due.day.setText("7.11")
    page.due.unsaved.leave()
    deadlines.set_deadline(ws, QUARTER, None, source="")
    page.refresh()
    assert (page.due.day.text(), page.due.source.text()) == ("7.11", "")


def test_a_limit_that_was_put_right_is_what_is_unsaved(qtbot: Any, theme: object, ws: Workspace) -> None:
    page = SettingsPage(ws, Signals())
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    card, box = page.limits, page.limits.inputs["packet_mb"]
    for typed, held in (("5", "10"), ("", "10")):
        box.setFocus()
        box.selectAll()
        keys(qtbot, box.lineEdit(), typed or "\b")
        card.inputs["send_mb"].setFocus()
        assert (box.cleanText(), card.save.isEnabled()) == (held, True)
        card.unsaved.leave()
        assert half_said.settings(ws, "附件").words == '{"packet_mb": "10"}'
    card.shipped.click()
    assert (card.unsaved.state.text(), card.save.isEnabled()) == ("", False)
    card.unsaved.leave()
    assert half_said.settings(ws, "附件").words is None


def test_a_partner_that_is_no_county_is_not_saved_as_none(qtbot: Any, theme: object, ws: Workspace) -> None:
    page = SettingsPage(ws, Signals())
    qtbot.addWidget(page)
    before = ws.about.partner
    page.partner.selectAll()
    qtbot.keyClicks(page.partner, "xyzzy")
    page.save_bureau.click()
    assert ws.about.partner == before
    assert "没有“xyzzy”这个县" in page.odd_partner.text()
    page.partner.setText("")
    page.partner.textEdited.emit("")
    page.save_bureau.click()
    assert (ws.about.partner, page.odd_partner.text()) == ("", "")


def test_a_phone_without_a_post_is_not_thrown_away(qtbot: Any, theme: object) -> None:
    grid = PeopleGrid()
    qtbot.addWidget(grid)
    post, phone = grid.lines["reviewer"]
    phone.setText("0578-9000001")
    assert not grid.settled()
    assert "审核人写了电话，没有写岗位" in grid.doubts.text()
    qtbot.keyClicks(post, "x")
    assert grid.doubts.isHidden()
    assert grid.settled()


def test_finalising_tells_of_settings_not_saved(qtbot: Any, theme: object, ws: Workspace, answers: Answers) -> None:
    from pairing_desktop.services import standing

    page = SettingsPage(ws, Signals())
    qtbot.addWidget(page)
    page.bureau.setText("遂昌县新单位")
    page.unsaved_bureau.leave()
    answers.answers["confirm"] = False
    state = standing.state(ws, QUARTER)
    assert QuarterWork(page, ws).finalise(state, ws.path.parent, "") is None
    assert "设置里的填报单位改过、还没有保存" in str(answers.asked[-1])

"""Where work begins, and the sheet that makes a data file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel

from pairing_desktop.progress import silent
from pairing_desktop.services import entering, workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import moments
from pairing_desktop.ui.new_wizard import HIGH, NewWizard
from pairing_desktop.ui.start_page import StartPage, standings
from tests.ui.script import Script, idle

pytestmark = pytest.mark.gui


@pytest.fixture
def page(qtbot: Any, theme: object, tmp_path: Path, now: datetime, script: Script) -> StartPage:
    settings = Settings(tmp_path / "settings.json")
    here = tmp_path / "遂昌县2024.pairing"
    here.touch()
    settings.add_recent(Path("/nowhere/遂昌县2023.pairing"), at="2023-03-28T06:00:00+00:00", label="遂昌县2023")
    settings.add_recent(here, at=now.isoformat(), label="遂昌县2024")
    made = StartPage(settings, clock=lambda: now)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    return made


def dropped(page: StartPage, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    page.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, Qt.KeyboardModifier.NoModifier))


def test_recent_files_say_when_and_whether_they_are_there(page: StartPage) -> None:
    rows = [[cell.text for cell in row.cells] for row in page.recent.rows.rows]
    assert rows[0][0] == "遂昌县2024"
    assert rows[0][2:] == ["今天 16:42", ""]
    assert rows[1][2:] == ["2023-03-28", "文件不在原处"]


def test_a_recent_file_says_where_the_quarter_last_begun_stands(page: StartPage, prepared: Path) -> None:
    """The quarter is named: later ones may have come since, and nothing is begun there."""
    later = datetime(2026, 11, 30, tzinfo=UTC)
    page._settings.add_recent(prepared, at=later.isoformat(), label="遂昌县")
    page._stand(standings([prepared], later, silent))
    assert page.recent.rows.rows[0].cells[3].text == "2024年二季度 填报中"


def test_a_recent_file_opens_by_enter_and_by_click(qtbot: Any, page: StartPage) -> None:
    page.recent.setFocus()
    page.recent.selectRow(0)
    with qtbot.waitSignal(page.openRequested) as told:
        qtbot.keyClick(page.recent, Qt.Key.Key_Return)
    assert told.args[0].endswith("遂昌县2024.pairing")


@pytest.mark.parametrize("name", ["甲.pairing", "331123-2024Q2-r1 (1).asice", "包.zip", "报表.pdf", "表.xlsx"])
def test_what_is_dropped_opens(qtbot: Any, page: StartPage, tmp_path: Path, name: str) -> None:
    with qtbot.waitSignal(page.openRequested) as told:
        dropped(page, tmp_path / name)
    assert told.args == [str(tmp_path / name)]


def test_other_files_are_not_taken(qtbot: Any, page: StartPage, tmp_path: Path) -> None:
    with qtbot.assertNotEmitted(page.openRequested):
        dropped(page, tmp_path / "表.docx")


def test_every_choice_has_its_keys(qtbot: Any, page: StartPage, script: Script, tmp_path: Path) -> None:
    script.answers = {"open_file": tmp_path / "a.asice"}
    page.activateWindow()
    page.open.setFocus()
    for key, signal in ((Qt.Key.Key_N, page.newRequested), (Qt.Key.Key_E, page.sampleRequested),
                        (Qt.Key.Key_B, page.openRequested), (Qt.Key.Key_O, page.openRequested),
                        (Qt.Key.Key_H, page.openRequested)):
        with qtbot.waitSignal(signal):
            qtbot.keyClick(page, key, Qt.KeyboardModifier.ControlModifier)


def test_little_room_goes_to_the_choices(page: StartPage) -> None:
    assert page.side.isVisible()
    page.resize(683, 384)
    assert not page.side.isVisible()


@pytest.fixture
def wizard(qtbot: Any, theme: object, tmp_path: Path, now: datetime, script: Script) -> NewWizard:
    made = NewWizard(folder=tmp_path, clock=lambda: now)
    script.answers["confirm"] = True  # whoever closes it at the end wants to
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize("typed", ["遂昌县", "scx", "331123", "遂昌"])
def test_a_county_is_found_by_name_initials_or_code(wizard: NewWizard, typed: str) -> None:
    wizard.county.setText(typed)
    wizard.county.settle()
    assert wizard.county.code == "331123"
    assert Path(wizard.place.text()).name == "遂昌县2024.pairing"


def test_initials_of_several_counties_choose_none(qtbot: Any, wizard: NewWizard) -> None:
    qtbot.keyClicks(wizard.county, "sc")
    drop = wizard.county._drop
    assert [drop.item(n).text() for n in range(2)] == ["遂昌县", "上城区"], "who reports comes first"
    qtbot.keyClick(wizard.county, Qt.Key.Key_Return)
    assert (drop.isVisible(), wizard.county.code) == (True, "")
    wizard.county.settle()
    assert wizard.county.code == ""
    assert "“sc”可以是遂昌县、上城区" in wizard.note.text()
    qtbot.keyClicks(wizard.county, "x")
    assert wizard.note.isHidden(), "nobody is scolded while mending it"
    assert wizard.county.property("state") == ""


def test_the_known_partner_is_offered_first(qtbot: Any, wizard: NewWizard) -> None:
    wizard.county.choose("331123")
    qtbot.keyClicks(wizard.partner, "nh")
    drop = wizard.partner._drop
    assert [drop.item(n).text() for n in range(drop.count())] == ["南湖区", "宁海县"]
    assert wizard.partner.code == "", "it is offered, not taken"
    qtbot.keyClick(wizard.partner, Qt.Key.Key_Return)
    qtbot.keyClick(wizard.partner, Qt.Key.Key_Return)
    assert wizard.partner.code == "330402"


def test_a_list_of_several_says_how_to_choose(qtbot: Any, wizard: NewWizard) -> None:
    drop = wizard.county._drop

    def told() -> list[str]:
        return [label.text() for label in drop.findChildren(QLabel) if label.isVisible()]

    qtbot.keyClicks(wizard.county, "sc")
    assert told() == ["有几项相符，按 ↓ 选一项"]
    qtbot.keyClicks(wizard.county, "x")
    assert told() == []


def test_the_work_of_several_boxes_is_not_dropped_unasked(qtbot: Any, wizard: NewWizard, script: Script) -> None:
    wizard.bureau.setText("遂昌县经济商务局")
    wizard.county.setText("遂昌县")
    wizard.county.settle()
    script.answers["confirm"] = False
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert wizard.isVisible()
    script.answers["confirm"] = True
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert not wizard.isVisible()


def test_an_unknown_county_is_marked_and_nothing_can_be_made(wizard: NewWizard) -> None:
    wizard.county.setText("没有这个县")
    wizard.county.settle()
    assert wizard.county.property("state") == "error"
    assert "没有“没有这个县”这个县" in wizard.note.text()
    assert not wizard.make.isEnabled()


def test_a_county_left_blank_says_why_it_is_red(wizard: NewWizard) -> None:
    wizard.county.settle()
    assert "还没有选" in wizard.note.text()
    wizard.county.choose("331123")
    assert wizard.note.isHidden()


def test_a_file_without_a_place_is_asked_for_one(wizard: NewWizard, tmp_path: Path) -> None:
    wizard.resize(640, 320)  # a screen of 1366 × 768 at 200 %
    wizard.county.choose("331123")
    for typed in ("  ", str(tmp_path)):
        wizard.place.setText(typed)
        wizard.make.click()
        assert wizard.note.text().startswith("还没有写明存在哪里")
        assert wizard.place.hasFocus()
        assert not wizard.place.visibleRegion().isEmpty()


def test_what_is_wrong_covers_no_line_above_it(qtbot: Any, wizard: NewWizard) -> None:
    hint = next(label for label in wizard.findChildren(QLabel) if label.text().startswith("请存在本机硬盘上"))
    before = hint.visibleRegion().boundingRect()
    wizard.county.settle()
    qtbot.waitUntil(wizard.note.isVisible)
    wizard.grab()
    assert hint.visibleRegion().boundingRect() == before


def test_a_phone_that_is_none_is_asked_about_when_left(qtbot: Any, wizard: NewWizard) -> None:
    phone = wizard.people.lines["preparer"][1]
    phone.setFocus()
    qtbot.keyClicks(phone, "0578-12")
    qtbot.keyClick(phone, Qt.Key.Key_Tab)
    assert wizard.people.doubts.isVisible()
    assert "填表人电话“0578-12”不像电话号码" in wizard.people.doubts.text()
    phone.setText("0578-8123456")
    phone.editingFinished.emit()
    assert wizard.people.doubts.isHidden()


def test_a_phone_that_is_refused_is_told_once_until_it_is_mended(qtbot: Any, wizard: NewWizard) -> None:
    wizard.county.choose("331123")
    post, phone = wizard.people.lines["head"]
    post.setText("局长")
    phone.setText("局里")
    phone.editingFinished.emit()
    wizard.make.click()
    assert phone.hasFocus()
    assert phone.property("state") == "error"
    told = [label.text() for label in wizard.findChildren(QLabel) if "局里" in label.text() and not label.isHidden()]
    assert told == ["单位负责人电话“局里”不像电话号码。请写 11 位手机号或带区号的座机，如 0578-9000000，还没有就空着。"]
    qtbot.keyClick(phone, Qt.Key.Key_Backspace)
    assert wizard.people.doubts.isHidden(), "it still quotes what is no more there"
    assert not phone.property("state")
    phone.setText("0578-8123456")
    wizard.make.click()
    idle(qtbot)
    assert wizard.created is not None


def test_all_that_is_told_leaves_the_place_in_sight(qtbot: Any, wizard: NewWizard) -> None:
    """Three phones and both counties: the sheet grows as far as the screen allows."""
    wizard.county.setText("sc")
    wizard.partner.setText("没有")
    for field in (wizard.county, wizard.partner):
        field.settle()
    for _post, phone in wizard.people.lines.values():
        phone.setText("局里")
    wizard.people.settled()
    qtbot.waitUntil(lambda: wizard.height() > HIGH)
    wizard.grab()
    assert wizard.place.visibleRegion().boundingRect() == wizard.place.rect()


def test_a_name_alone_means_the_folder_that_was_shown(qtbot: Any, wizard: NewWizard, tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    wizard.county.choose("331123")
    wizard.place.setText("相对路径")
    wizard.make.click()
    idle(qtbot)
    assert wizard.created == tmp_path / "相对路径.pairing"
    assert wizard.place.text() == str(wizard.created)
    assert not list(elsewhere.iterdir())


def test_the_list_is_walked_by_keys(qtbot: Any, wizard: NewWizard) -> None:
    wizard.county.setFocus()
    qtbot.keyClicks(wizard.county, "nhq")
    assert wizard.county._drop.isVisible()
    qtbot.keyClick(wizard.county, Qt.Key.Key_Return)
    assert wizard.county.text() == "南湖区"


def test_enter_leads_on_and_makes_nothing_while_a_county_is_not_understood(qtbot: Any, wizard: NewWizard) -> None:
    wizard.county.choose("331123")
    wizard.partner.setFocus()
    qtbot.keyClicks(wizard.partner, "nanhu")
    qtbot.keyClick(wizard.partner, Qt.Key.Key_Return)
    assert wizard.focusWidget() is wizard.bureau
    assert not wizard.make.isEnabled()
    wizard.bureau.setText("遂昌县经济商务局")
    qtbot.keyClick(wizard.bureau, Qt.Key.Key_Return)
    assert wizard.focusWidget() is wizard.people.lines["preparer"][0]
    wizard.partner.choose("330402")
    assert wizard.make.isEnabled()
    idle(qtbot)
    assert wizard.created is None


def test_a_county_is_not_its_own_partner(wizard: NewWizard) -> None:
    wizard.county.choose("331123")
    wizard.partner.choose("331123")
    assert not wizard.make.isEnabled()
    assert "不能是本县" in wizard.note.text()


def test_a_data_file_is_made(qtbot: Any, wizard: NewWizard, now: datetime) -> None:
    wizard.county.choose("331123")
    wizard.partner.choose("330402")
    wizard.bureau.setText("遂昌县经济商务局")
    wizard.people.lines["head"][0].setText("局长")
    wizard.make.click()
    idle(qtbot)
    assert wizard.created is not None
    with workspace.open_workspace(wizard.created, now=now) as made:
        assert (made.about.county_name, made.about.partner_name) == ("遂昌县", "南湖区")
        assert [(p.role, p.label, p.name) for p in made.people] == [("head", "单位负责人", "局长")]
        assert [line.label for line in entering.list_records(made, form="bureau", quarter="2024Q2").lines] == [
            "遂昌县经济商务局"]
        key = entering.list_records(made, form="bureau", quarter="2024Q2").lines[0].key
        values = entering.open_record(made, form="bureau", key=key, quarter="2024Q2").draft.payload()["values"]
        assert {name: values[name] for name in ("county", "name", "head")} == {
            "county": "331123", "name": "遂昌县经济商务局", "head": "局长"}
        assert "preparer" not in values  # nothing is invented
        assert entering.enter_bureau(made) is None  # only once


@pytest.mark.parametrize(("name", "words"), [("没有/这个/遂昌.pairing", "文件夹"), ("有了.pairing", "有了")])
def test_a_place_that_will_not_do_is_told_in_the_sheet(qtbot: Any, wizard: NewWizard, tmp_path: Path, name: str,
                                                       words: str) -> None:
    (tmp_path / "有了.pairing").write_bytes(b"x")
    wizard.county.choose("331123")
    wizard.place.setText(str(tmp_path / name))
    wizard.make.setFocus()
    wizard.make.click()
    idle(qtbot)
    assert wizard.created is None
    assert words in wizard.note.text()
    assert wizard.make.isEnabled()
    assert wizard.focusWidget() is wizard.place
    assert not wizard.place.hasSelectedText(), "the next key would overwrite it"
    qtbot.keyClicks(wizard.place, "x")
    assert not wizard.note.isVisible(), "another place may do"
    qtbot.keyClick(wizard.place, Qt.Key.Key_Backspace)
    wizard.make.click()
    assert not wizard.note.isVisible(), "the old words stand while it is tried anew"
    idle(qtbot)
    assert wizard.note.isVisible()


def test_moments_are_read_in_chinas_time() -> None:
    now = datetime(2024, 7, 11, 8, 42, tzinfo=UTC)
    assert moments.short(now, now) == "今天 16:42"
    assert moments.short(datetime(2024, 7, 9, 20, 1, tzinfo=UTC), now) == "7月10日 04:01"
    assert moments.full(now) == "2024年7月11日 16:42:00"
    assert (moments.size(1), moments.size(860_000), moments.size(18_600_000)) == ("1 KB", "860 KB", "18.6 MB")

"""A screen of 1366 × 768 at 200 %: what is shown where there is little height, and what makes room."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.progress import Progress
from pairing_desktop.services.deadlines import Due
from pairing_desktop.services.list_values import Common
from pairing_desktop.settings import Settings
from pairing_desktop.ui import jobs
from pairing_desktop.ui.ask import TITLE_BAR
from pairing_desktop.ui.banner import Banner
from pairing_desktop.ui.columns_dialog import ColumnsDialog
from pairing_desktop.ui.finding_pane import WaiverSheet
from pairing_desktop.ui.help_footer import HelpFooter
from pairing_desktop.ui.key_authority import AuthoritySheet
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.status_bar import StatusBar
from pairing_desktop.ui.theme import Theme
from pairing_desktop.ui.top_bar import TopBar
from pairing_desktop.ui.values_dialog import ValuesDialog
from pairing_desktop.ui.window import MainWindow
from tests.conftest import NOW
from tests.ui.conftest import Open
from tests.ui.script import idle

pytestmark = pytest.mark.gui

BARS = 80
"""What title bar and task bar take of the 384 that the screen has, about."""


def test_the_window_fits_between_title_bar_and_task_bar(qtbot: Any, settings: Settings) -> None:
    window = MainWindow(settings, lambda: NOW)
    qtbot.addWidget(window)
    assert window.minimumWidth() <= 683
    assert window.minimumHeight() <= 384 - BARS


def test_a_special_case_fits_and_nothing_in_it_is_cut(qtbot: Any, theme: object) -> None:
    finding = Finding(form="park_progress", record="1", path="land_built", rule="land", level="error", waivable=True,
                      message="已建成面积 88.00 大于已供应面积 86.40", place="南湖遂昌竹产业共富产业园 · 已建成面积")
    sheet = WaiverSheet(None, finding, "局长")
    qtbot.addWidget(sheet)
    whole = sheet.layout()
    assert whole is not None
    assert sheet.minimumWidth() <= 683
    assert whole.totalMinimumHeightForWidth(sheet.minimumWidth()) <= 384 - BARS
    sheet.resize(sheet.minimumWidth(), 200)  # what Qt gives it there: two thirds of the screen
    sheet.show()
    assert sheet.reason.height() >= sheet.reason.minimumSizeHint().height()
    assert sheet.yes.geometry().bottom() < sheet.height()


def test_no_button_of_the_authority_is_cut_on_a_small_screen(qtbot: Any, theme: object, settings: Settings) -> None:
    sheet = AuthoritySheet(None, settings, lambda: NOW)
    qtbot.addWidget(sheet)
    sheet.resize(651, 360)  # 200 % of an office screen, with edges
    sheet.show()
    assert sheet.width() == 651
    buttons = [part for part in sheet.findChildren(QPushButton) if part.isVisible()]
    assert len(buttons) == 7
    assert [part.text() for part in buttons if part.width() < part.sizeHint().width()] == []


def test_findings_stand_in_the_forms_place_and_lead_back_to_it(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    record = page.record
    assert record is not None
    page.found.toggle()
    assert record.isVisible(), "there is room for both"
    page.resize(620, 220)
    qtbot.waitUntil(lambda: not record.isVisible())
    assert page.found.panel.height() > 150
    page.found.panel.table.selectRow(0)
    qtbot.keyClick(page.found.panel.table, Qt.Key.Key_Return)
    assert record.isVisible()
    assert not page.found.panel.isVisible()
    wanted = record.widget_at("contract_sum")
    assert wanted is not None
    qtbot.waitUntil(wanted.hasFocus)
    page.found.toggle()
    assert not record.isVisible()
    page.found.toggle()
    assert record.isVisible()


def test_head_and_help_stay_whole_over_a_low_form(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    record = page.record
    assert record is not None
    page.setMinimumSize(1, 1)  # as in the window, whose own least size counts
    page.resize(620, 150)
    qtbot.waitUntil(lambda: not record.strip.isVisible())
    assert record.head.title.height() >= record.head.title.sizeHint().height()
    assert record.head.printing.height() >= record.head.printing.sizeHint().height()
    qtbot.waitUntil(lambda: record.area.height() > 50)
    page.resize(1158, 660)
    qtbot.waitUntil(record.strip.isVisible)


def test_what_waits_is_told_in_figures_beside_the_title_of_a_narrow_form(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    record = page.record
    assert record is not None
    page.entry.type("plan_end", "2024-1-1")  # type: ignore[union-attr]
    qtbot.waitUntil(record.head.chips.queries.isVisible)
    page.list.hide()
    qtbot.waitUntil(lambda: page.minimumWidth() < 500)  # the list's room is free
    for width in (1158, 640, 520, 420, 340, 320):
        page.resize(width, 300)
        page.grab()
        chips = [chip for chip in record.head.chips.all if not chip.isHidden()]
        assert record.head.chips.errors in chips
        for chip in chips:
            words = chip.findChildren(QLabel)[0]
            assert words.width() >= words.sizeHint().width(), (width, words.text())
        assert record.head.chips.errors.accessibleName() == f"强制 {page.entry.found.counts()[0]}"  # type: ignore[union-attr]
    assert record.head.chips.queries.isHidden(), "the worst comes first"
    assert "核实性 1 项" in record.head.chips.errors.toolTip()


def test_a_field_is_whole_where_banners_leave_it_little_room(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    record = page.record
    assert record is not None
    page.setMinimumSize(1, 1)
    page.resize(620, 150)
    for path in ("own_money", "accepted", "start"):
        box = record.widget_at(path)
        assert box is not None
        record.jump(path)
        qtbot.waitUntil(lambda box=box: box.visibleRegion().boundingRect() == box.rect())


def test_what_is_in_hand_is_the_section_marked(qtbot: Any, open_page: Open) -> None:
    """The last sections never come to the top of the page."""
    page = open_page("lean_project")
    record = page.record
    assert record is not None
    for path in (record.sections[-1].section.fields[-1].id, record.sections[-2].section.fields[-1].id, "start"):
        record.jump(path)
        own = next(n for n, s in enumerate(record.sections) if any(f.id == path for f in s.section.fields))
        qtbot.waitUntil(lambda own=own: record.tabs.tabs[own].isChecked())


def test_an_offer_can_be_put_away(qtbot: Any, theme: object) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.say("已定稿")
    assert banner.dismiss.isHidden(), "what must be read stays"
    closed: list[bool] = []
    banner.say("可以结转", tone="accent", closed=lambda: closed.append(True))
    banner.show()
    qtbot.mouseClick(banner.dismiss, Qt.MouseButton.LeftButton)
    assert closed == [True]
    assert banner.isHidden()


def test_menus_without_room_are_seen_in_the_dark(qtbot: Any, theme: Theme) -> None:
    theme.set_mode("dark")
    bar = TopBar("遂昌县", sample=False, find=lambda *_: (), quarters=list)
    qtbot.addWidget(bar)
    more = bar.menus.findChild(QToolButton, "qt_menubar_ext_button")
    assert isinstance(more, QToolButton)
    assert more.accessibleName() == "更多菜单"
    picture = more.icon().pixmap(16, 16).toImage()
    inked = [c for x in range(16) for y in range(16) if (c := picture.pixelColor(x, y)).alpha() > 80]
    assert inked
    assert min(c.lightness() for c in inked) > 150
    theme.set_mode("light")


def test_a_deadline_says_less_where_it_has_no_room(qtbot: Any, theme: object) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    bar = TopBar("遂昌县", sample=False, find=lambda *_: (), quarters=list, parent=window)
    bar.state.say("审核未通过", MARKS["error"])
    window.show()
    shown = {}
    for width in (1158, 500):
        bar.resize(width, bar.height())
        bar.show_due(Due("7 月 6 日", "已过 5 天", "error"))
        shown[width] = [label.text() for label in bar.deadline.findChildren(QLabel) if label.text()]
        assert (bar.deadline.accessibleName(), bar.deadline.property("tone")) == ("7 月 6 日截止，已过 5 天", "error")
    assert shown == {1158: ["7 月 6 日截止，已过 5 天"], 500: ["已过 5 天"]}
    assert bar.deadline.toolTip() == "7 月 6 日截止，已过 5 天"
    bar.resize(1158, bar.height())
    assert [label.text() for label in bar.deadline.findChildren(QLabel) if label.text()] == shown[1158]
    bar.show_due(Due())
    assert bar.deadline.isHidden()


def test_help_ends_in_dots_where_it_has_no_room(qtbot: Any, theme: object) -> None:
    footer = HelpFooter()
    qtbot.addWidget(footer)
    footer.show_field(None)
    footer.resize(400, 40)
    footer.show()
    footer.grab()
    assert footer._words.shown.endswith("…")
    footer.resize(900, 40)
    footer.grab()
    assert footer._words.shown == footer._words.text()


def test_running_work_covers_nobodys_name(qtbot: Any, theme: object) -> None:
    bar = StatusBar("企业科统计岗（示例）")
    qtbot.addWidget(bar)
    bar.resize(631, 28)
    bar.show_saved(NOW)
    bar.show_findings("本表", 1, 0, checked=True)
    bar.show()
    done: list[int] = []

    def work(progress: Progress) -> int:
        progress("合计与核对本季度全部表和跨表跨期关系", 1, 9)
        return 1

    jobs.run(bar, "审核 2024年二季度", work, done.append)
    qtbot.waitUntil(bar.jobs.isVisible)
    assert not bar.person.isVisible()
    assert bar.jobs.minimumSizeHint().width() <= bar.jobs.width()
    assert bar.jobs.geometry().right() < bar.width()
    qtbot.waitUntil(lambda: bool(done) and bar.person.isVisible())


def test_a_field_stays_whole_when_lines_appear_above_it(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    record = page.record
    assert record is not None
    last = record.sections[-1].rows[-1]
    record.jump(last.path)
    qtbot.waitUntil(last.input.hasFocus)
    area = record.area
    qtbot.waitUntil(lambda: area.verticalScrollBar().value() > 0)
    first = record.sections[0]
    first.setMinimumHeight(first.height() + 300)

    def foot() -> int:
        return int(last.input.mapTo(area.viewport(), last.input.rect().bottomLeft()).y())

    qtbot.waitUntil(lambda: first.height() >= first.minimumHeight() and foot() < area.viewport().height())
    assert last.input.hasFocus()


def test_a_saved_sheet_without_a_name_is_not_called_new(open_page: Open) -> None:
    page = open_page("quarter_summary")
    page.new()
    assert page.entry is not None
    assert page.record is not None
    assert page.record.head.title.text() == "新建季度工作小结"
    page.entry.type("practices", "送诊断上门")
    page.save()
    assert page.record.head.title.text() == "2024年二季度"


@pytest.mark.parametrize("make", [
    lambda page: ValuesDialog(page.list.workspace, "lean_project", "stage", "项目状态",
                              asked=page.list.model.meant(), parent=page),
    lambda page: ColumnsDialog({"a": "甲", "b": "乙"}, ["a"], ["a"], page),
], ids=["values", "columns"])
def test_a_dialog_s_list_gives_way_to_its_buttons(qtbot: Any, open_page: Open, make: Any) -> None:
    dialog = make(open_page("lean_project"))
    qtbot.addWidget(dialog)
    dialog.give_way(384 - BARS)
    assert dialog.layout().totalMinimumSize().height() <= 384 - BARS
    idle(qtbot)


def test_what_qt_draws_by_itself_fits_there(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "tests.ui.low_screen", tmp_path], capture_output=True, text=True,
                          timeout=120, check=True)
    seen = json.loads(done.stdout)
    assert seen["file"]["high"] <= 384 - TITLE_BAR
    assert seen["file"]["wide"] <= 683
    assert seen["file"]["end"] < seen["file"]["high"]
    assert seen["menu"]["columns"] == 1
    assert seen["menu"]["high"] <= 384
    assert seen["help"]["wide"] <= 683
    assert seen["help"]["high"] <= 384


def test_what_a_list_is_narrowed_to_is_whole_over_few_rows(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    narrowing = page.list.narrowing
    page.resize(620, 300)
    assert page.list.foot.isVisible()
    narrowing.narrow("stage", [Common("实施中", page.list.form.by_id["stage"].converter.sort_key("实施中"), 2)])
    narrowing.narrow("subsidy", [Common("40.00", page.list.form.by_id["subsidy"].converter.sort_key("40"), 2)])
    qtbot.waitUntil(lambda: not page.list.foot.isVisible())
    page.grab()
    assert all(line.geometry().bottom() < narrowing.strip.height() for line in narrowing.lines.values())
    assert narrowing.geometry().bottom() < page.list.table.y()
    narrowing.widen()
    qtbot.waitUntil(page.list.foot.isVisible)


def test_findings_under_a_narrow_form_need_no_scrolling_sideways(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    page.found.toggle()
    panel = page.found.panel
    for width, figures in ((1158, True), (820, False), (1158, True)):
        page.resize(width, 700)
        qtbot.waitUntil(lambda figures=figures: panel.table.isColumnHidden(3) != figures)
        page.grab()
        qtbot.waitUntil(lambda: not panel.table.horizontalScrollBar().maximum())

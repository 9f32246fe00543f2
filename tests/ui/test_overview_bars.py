"""Every bar of the overview opens its records, by mouse and by keyboard; the day it is due is said."""

from datetime import date
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from pairing_desktop.services import deadlines, entering
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.overview_page import OverviewPage
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.top_bar import TopBar
from tests.ui.conftest import QUARTER, enter
from tests.ui.script import idle

pytestmark = pytest.mark.gui
KEY = Qt.Key


@pytest.fixture
def page(qtbot: Any, theme: Any, ws: Workspace) -> OverviewPage:
    made = OverviewPage(ws, Signals())
    made.show_quarter(QUARTER)
    qtbot.addWidget(made)
    made.resize(1158, 660)
    made.show()
    qtbot.waitExposed(made)
    idle(qtbot)
    return made


def test_a_sheet_without_the_quarter_before_it_is_not_asked_for_again(qtbot: Any, ws: Workspace, theme: Any) -> None:
    draft = entering.open_record(ws, form="park_progress", quarter=QUARTER,
                                 subject=enter(ws, "park", name="示例园区")).draft
    draft.type("infra", "1200")
    entering.save(ws, draft)
    page = OverviewPage(ws, Signals())
    qtbot.addWidget(page)
    page.show_quarter(QUARTER)
    page.show()
    idle(qtbot)
    assert "上一季的还没有" in page.parks.empty.text()


def test_a_stage_lists_its_firms_and_they_open(qtbot: Any, page: OverviewPage) -> None:
    chart = page.funnel.chart
    assert dict(page._figures.funnel if page._figures else ())["标杆建设"] == 2
    chart.setFocus()
    for _ in range(3):
        qtbot.keyClick(chart, KEY.Key_Down)
    assert "标杆建设 2 家" in chart.accessibleDescription()
    qtbot.keyClick(chart, KEY.Key_Return)
    behind = page.behind
    assert behind is not None
    assert behind.isVisible()
    assert [row.cells[0].text for row in behind.list.rows.rows] == ["双彩新材料", "示例企业甲"]
    with qtbot.waitSignal(page._signals.goTo) as told:
        qtbot.keyClick(behind.list, KEY.Key_Return)
    assert entering.label(page._ws, told.args[0], told.args[1]) == "双彩新材料"
    qtbot.keyClick(behind.list, KEY.Key_Escape)
    assert not behind.isVisible()


def test_a_click_on_an_effect_opens_its_cell(qtbot: Any, page: OverviewPage) -> None:
    chart = page.effects.chart
    bars = chart.bars()
    assert len(bars) == len(page._effects_shown) == 2
    with qtbot.waitSignal(page._signals.goTo) as told:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=bars[0].center())
    form, key, path = told.args
    assert (form, path.split("/")[0], path.split("/")[2]) == ("lean_project", "kpis", "improvement")
    assert entering.label(page._ws, form, key) == "双彩新材料"


def test_the_bars_lie_over_the_picture(page: OverviewPage) -> None:
    for card in (page.funnel, page.effects):
        for bar in card.chart.bars():
            assert card.chart.rect().contains(bar.adjusted(1, 1, -1, -1)), card.accessibleName()


def test_a_quarter_s_bar_opens_the_park_s_sheet_of_that_quarter(qtbot: Any, page: OverviewPage,
                                                                ws: Workspace) -> None:
    enter(ws, "park", name="竹产业园", industry="竹")
    park = entering.choices(ws, "park", "竹产业园")[0].key
    keys = {}
    for quarter, infra in (("2024Q1", "100"), ("2024Q2", "300")):
        draft = entering.open_record(ws, form="park_progress", quarter=quarter, subject=park).draft
        draft.type("infra", infra)
        draft.type("industry", "50")
        keys[quarter] = entering.save(ws, draft).key
    page.refresh()
    idle(qtbot)
    chart = page.parks.chart
    assert len(chart.bars()) == 2
    told: list[tuple[str, ...]] = []
    page._signals.quarterChanged.connect(lambda quarter: told.append((quarter,)))
    page._signals.goTo.connect(lambda *args: told.append(args))
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.bars()[0].center())
    assert told == [("2024Q1",), ("park_progress", keys["2024Q1"], "infra")]


def test_the_deadline_is_said_once(qtbot: Any, page: OverviewPage, ws: Workspace) -> None:
    bar = TopBar("a.pairing", sample=False, find=lambda _text: (), quarters=lambda: ())
    qtbot.addWidget(bar)
    assert "报送时限还没有设" in page.text.text()
    deadlines.set_deadline(ws, QUARTER, date(2024, 7, 15))
    page.refresh()
    assert "报送时限 7 月 15 日" in page.text.text()
    deadlines.set_deadline(ws, QUARTER, date(2024, 7, 8))
    page.refresh()
    assert not [said for each in page.findChildren(QLabel) if "7 月 8 日" in (said := each.text())]
    bar.show_due(deadlines.due(ws, QUARTER))
    assert (bar.deadline.accessibleName(), bar.deadline.property("tone")) == ("7 月 8 日截止，已过 3 天", "error")

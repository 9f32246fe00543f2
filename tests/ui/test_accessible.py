"""A screen reader is told what a widget is: sections are tabs, pictures are charts; buttons stay buttons."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton, QWidget

from pairing_desktop.ui import accessible
from pairing_desktop.ui.chart import Chart
from pairing_desktop.ui.section_tabs import SectionTabs

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def _told(theme: object) -> None:
    accessible.install()


def told(widget: QWidget) -> Any:
    return QAccessible.queryAccessibleInterface(widget)


def test_sections_are_tabs_and_the_one_shown_is_selected(qtbot: Any) -> None:
    tabs = SectionTabs(["基本情况", "成效指标"])
    qtbot.addWidget(tabs)
    tabs.show_marks(["", "error"])
    first, second = (told(tab) for tab in tabs.tabs)
    assert {first.role(), second.role()} == {QAccessible.Role.PageTab}
    assert [one.text(QAccessible.Text.Name) for one in (first, second)] == ["基本情况", "成效指标 强制"]
    assert (first.state().selected, second.state().selected) == (1, 0)
    with qtbot.waitSignal(tabs.chosen) as chosen:
        second.actionInterface().doAction("Press")
    assert chosen.args == [1]


def test_pictures_are_charts(qtbot: Any) -> None:
    chart = Chart("诊断与标杆", 100)
    qtbot.addWidget(chart)
    assert told(chart).role() == QAccessible.Role.Chart
    assert told(chart).text(QAccessible.Text.Name) == "诊断与标杆"
    button = QPushButton("审核")
    qtbot.addWidget(button)
    assert told(button).role() == QAccessible.Role.Button

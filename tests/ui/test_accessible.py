"""A screen reader is told what a widget is: sections are tabs, pictures are charts; buttons stay buttons."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton, QWidget

from pairing_desktop.ui import accessible
from pairing_desktop.ui.chart import Chart
from pairing_desktop.ui.preview import Preview
from pairing_desktop.ui.section_tabs import SectionTabs
from pairing_desktop.ui.table_editor import TableEditor
from tests.ui.conftest import Open

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


def test_one_section_is_the_one_that_is_shown(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.record is not None
    tabs = page.record.tabs.tabs
    for number in (1, 1, 0):
        tabs[number].click()
        assert [place for place, tab in enumerate(tabs) if tab.isChecked()] == [number]


def test_pictures_are_charts(qtbot: Any) -> None:
    chart = Chart("诊断与标杆", 100)
    qtbot.addWidget(chart)
    assert told(chart).role() == QAccessible.Role.Chart
    assert told(chart).text(QAccessible.Text.Name) == "诊断与标杆"
    button = QPushButton("审核")
    qtbot.addWidget(button)
    assert told(button).role() == QAccessible.Role.Button


def test_pages_are_a_document(qtbot: Any) -> None:
    preview = Preview()
    qtbot.addWidget(preview)
    assert told(preview.area).role() == QAccessible.Role.Document
    assert told(preview.area).text(QAccessible.Text.Name).strip()


def test_choices_and_days_are_editable_combo_boxes(qtbot: Any, open_page: Open) -> None:
    """As Qt tells of its own: a combo box with a line inside, which keeps caret and selection."""
    page = open_page("lean_project")
    assert page.record is not None
    rows = {row.path: row for section in page.record.sections for row in section.rows}
    for path, value, how in (("stage", "实施中", "可选"), ("start", "2023-09-01", "日期")):
        row = rows[path]
        box, line = told(row), told(row.input)
        assert box.role() == QAccessible.Role.ComboBox
        assert box.text(QAccessible.Text.Name) == row.field.label
        assert box.text(QAccessible.Text.Value) == value
        for one in (box, line):
            assert one.text(QAccessible.Text.Description).startswith(how)
            assert row.field.help in one.text(QAccessible.Text.Description)
        assert (box.state().expandable, box.state().editable, box.state().expanded) == (1, 1, 0)
        assert line.role() == QAccessible.Role.EditableText
        assert line.textInterface() is not None
        assert line.parent().object() is row
    assert told(rows["serial"]).role() == QAccessible.Role.Client, "only typed"
    row = rows["stage"]
    row.input.setFocus()
    qtbot.keyClick(row.input, Qt.Key.Key_Down)
    assert told(row).state().expanded


def test_a_cell_says_what_may_be_chosen_in_it(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.record is not None
    assert page.entry is not None
    page.record.jump("kpis")
    sheet = page.record.widget_at("kpis")
    assert isinstance(sheet, TableEditor)
    places = {column.id: number for number, column in enumerate(sheet.sheet.columns, 1)}

    def cell(name: str) -> Any:
        index = sheet.sheet.index(0, places[name])
        sheet.scrollTo(index)
        there = sheet.viewport().mapToGlobal(sheet.visualRect(index).center())
        return told(sheet).childAt(there.x(), there.y())

    better = cell("better")
    assert better.text(QAccessible.Text.Name) == "第1行 优向 升"
    assert better.text(QAccessible.Text.Description).startswith("可选：升、降，按 F2 再按 ↓ 打开选项")
    assert not cell("indicator").text(QAccessible.Text.Description).startswith("可选")
    assert page.entry.locked(f"kpis/{page.entry.draft.rows('kpis')[0]}/improvement")
    assert cell("improvement").text(QAccessible.Text.Description) == "", "it is computed"

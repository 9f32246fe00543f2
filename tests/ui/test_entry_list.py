"""The list: pages, order, filter, columns, totals, copy."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.list_model import PAGE, ListModel
from tests.ui.conftest import QUARTER, Open, enter

pytestmark = pytest.mark.gui


def names(page: Any) -> list[str]:
    model = page.list.model
    return [str(model.index(n, 1).data()) for n in range(model.rowCount())]


def test_sorting_by_a_column_both_ways(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    place = page.list.model.columns.index("contract_sum") + 1
    page.list._sort(place)
    assert names(page) == ["示例企业甲", "双彩新材料"]
    page.list._sort(place)
    assert names(page) == ["双彩新材料", "示例企业甲"]
    assert "↓" in page.list.model.headerData(place, Qt.Orientation.Horizontal)


def test_the_filter_takes_initials(qtbot: Any, open_page: Open) -> None:
    page = open_page("enterprise")
    page.list.filter.setText("scxcl")
    qtbot.waitUntil(lambda: names(page) == ["双彩新材料"])
    page.list.filter.clear()
    qtbot.waitUntil(lambda: len(names(page)) == 3)


def test_an_empty_list_says_what_to_do(open_page: Open) -> None:
    page = open_page("diagnosis")
    assert "Ctrl+N" in page.list.table.empty
    page.list._find("xyz")
    assert "筛选" in page.list.table.empty


def test_figures_are_added_up(open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.list.totals.text() == "共 2 项"
    assert page.list.sum.text() == "合同额合计  120.00 万元"


def test_columns_are_remembered(open_page: Open, ws: Workspace, settings: Any, theme: object) -> None:
    page = open_page("lean_project")
    page.list._choose("subsidy", on=True)
    page.list.table.setColumnWidth(2, 131)
    again = open_page("lean_project")
    assert "subsidy" in again.list.model.columns
    assert again.list.table.columnWidth(2) == 131


def test_rows_are_copied_with_their_heads(open_page: Open) -> None:
    page = open_page("lean_project")
    page.list.table.selectAll()
    page.list.table.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("企业名称\t")
    assert lines[1:] == ["双彩新材料\t实施中\t68.00", "示例企业甲\t实施中\t52.00"]


def test_long_lists_are_read_by_pages(ws: Workspace, qapp: Any) -> None:
    for number in range(PAGE + 5):
        enter(ws, "enterprise", name=f"厂{number:04d}", county="遂昌县")
    form = ws.catalogue.form("enterprise")
    model = ListModel(ws, form, QUARTER, ("name",), qapp)
    assert model.rowCount() == PAGE + 8
    assert set(model._pages) == {0}
    shown = [str(model.index(n, 1).data()) for n in range(model.rowCount())]
    assert len(set(shown)) == PAGE + 8
    assert set(model._pages) == {0, 1}


def test_sheets_not_begun_stand_in_the_list(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_progress")
    assert page.list.model.total == 0
    assert page.list.model.missing == 2
    page.new()
    assert page.entry is not None
    assert page.entry.draft.subject
    assert page.record is not None


def test_arrows_open_the_record_they_rest_on(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    page.list.table.setFocus()
    qtbot.keyClick(page.list.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.entry.title == "示例企业甲")  # type: ignore[union-attr]
    assert page.list.table.hasFocus()
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    assert page.record is not None
    assert page.record.current == "enterprise"

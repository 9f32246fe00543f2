"""The field one types in stays in sight while lines appear above it."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QPoint, QRect

from tests.ui.conftest import Open

pytestmark = pytest.mark.gui


def test_the_last_box_stays_whole_after_saving(qtbot: Any, open_page: Open) -> None:
    page = open_page("quarter_summary")
    page.new()
    record = page.record
    assert record is not None
    last = record.sections[-1].rows[-1].path
    record.jump(last)
    box = record.widget_at(last)
    assert box is not None
    box.insertPlainText("无。第二行内容测试。")  # type: ignore[attr-defined]
    assert page.save()
    viewport = record.area.viewport()
    qtbot.waitUntil(lambda: viewport.rect().contains(QRect(box.mapTo(viewport, QPoint(0, 0)), box.size())))
    assert any(row.line.isVisible() for row in record.sections[-1].rows), "findings stand above it"


def test_a_field_scrolled_out_of_sight_comes_back_when_one_types(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    record = page.record
    assert record is not None
    record.jump("own_money")
    box, bar, viewport = record.widget_at("own_money"), record.area.verticalScrollBar(), record.area.viewport()
    assert box is not None

    def seen() -> bool:
        return viewport.rect().contains(QRect(box.mapTo(viewport, QPoint(0, 0)), box.size()))

    qtbot.waitUntil(lambda: bar.maximum() > 0 and not record._filling.isActive() and seen())
    bar.setValue(bar.maximum())
    assert not seen()
    qtbot.keyClicks(box, "2")
    assert seen()

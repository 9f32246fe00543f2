"""The field one types in stays in sight while lines appear above it."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from tests.ui.conftest import Open
from tests.ui.script import idle

pytestmark = pytest.mark.gui

STAYS = 5000
"""Milliseconds after which what is drawn wrongly is taken to stay so: the first paint would mend it."""


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


class Sizes(QObject):
    """Writes down how high a widget becomes."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.heights = [watched.height()]
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt
        if event.type() == QEvent.Type.Resize and isinstance(event, QResizeEvent):
            self.heights.append(event.size().height())
        return False


def test_a_finding_that_comes_presses_nobody_into_less_room(qtbot: Any, open_page: Open) -> None:
    """Each part was laid out in the room it had, then moved again as the page grew, and painted both times."""
    page = open_page("diagnosis")
    page.new()
    record = page.record
    assert record is not None
    record.jump("experts")
    qtbot.keyClicks(record.widget_at("experts"), "x")
    qtbot.keyClick(record.widget_at("experts"), Qt.Key.Key_Return)
    rows = {row.path: row for section in record.sections for row in section.rows}
    qtbot.waitUntil(lambda: rows["experts"].line.isVisible() and not record._filling.isActive())
    above, here = Sizes(rows["experts"]), Sizes(rows["fee"])
    record.jump("fee")
    qtbot.keyClicks(record.widget_at("fee"), "x")
    qtbot.keyClick(record.widget_at("fee"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: rows["fee"].line.isVisible() and rows["fee"].height() > here.heights[0])
    assert here.heights == sorted(here.heights)
    assert above.heights == [rows["experts"].height()]


def torn(widget: QWidget) -> list[int]:
    """Return the lines of pixels in which the screen shows something else than what is painted anew."""
    place = QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())
    shown = widget.screen().grabWindow(widget.window().winId()).toImage().copy(place)
    fresh = widget.window().grab().toImage().copy(place).convertToFormat(shown.format())
    lines = [QRect(0, y, shown.width(), 1) for y in range(shown.height())]
    return [line.y() for line in lines if shown.copy(line) != fresh.copy(line)]


@pytest.mark.parametrize(("height", "scrolled"), [(637, 0), (420, 493)])
def test_rows_that_move_in_a_part_that_moves_are_painted_whole(qtbot: Any, qapp: Any, open_page: Open, height: int,
                                                               scrolled: int) -> None:
    """Long findings under several fields come and go: what moved twice in a turn had been drawn half over half."""
    qapp.setCursorFlashTime(0)
    page = open_page("enterprise")
    page.resize(1158, height)
    page.new()
    record, entry = page.record, page.entry
    assert record is not None
    assert entry is not None
    bar = record.area.verticalScrollBar()
    if scrolled:
        record.jump("figures_year")  # else the form would go back to the first field
    for text in ("遂昌县双彩新材料竹木制品" * 16, "竹", "", "遂昌县双彩新材料竹木制品" * 16, ""):
        qtbot.waitUntil(lambda: not record._filling.isActive() and not record._bringing.isActive())
        bar.setValue(scrolled)
        with qtbot.waitSignal(entry.checked):
            entry.type("name", text)
        idle(qtbot)
        qtbot.waitUntil(lambda: not torn(record.area.viewport()), timeout=STAYS)
        assert bar.value() == scrolled


def test_what_scrolling_brought_into_sight_is_painted_before_it_moves(qtbot: Any, qapp: Any, open_page: Open) -> None:
    """Scrolled, then laid out anew in the same turn (a step undone elsewhere): a strip of another place had stayed."""
    qapp.setCursorFlashTime(0)
    page = open_page("lean_project")
    record, entry = page.record, page.entry
    assert record is not None
    assert entry is not None
    bar, port = record.area.verticalScrollBar(), record.area.viewport()
    for path, text in (("paid", "99999999999"), ("own_money", "99999999999"), ("paid", "遂昌" * 50)):
        qtbot.waitUntil(lambda: not record._filling.isActive() and not record._bringing.isActive())
        bar.setValue(500)
        qtbot.waitUntil(lambda: not torn(port), timeout=STAYS)
        bar.setValue(40)
        entry.type(path, text)
        idle(qtbot)
        qtbot.waitUntil(lambda: not torn(port), timeout=STAYS)

"""Cards and calendars over a form: beside the field they belong to, whole, in the window's own colours."""

from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from pairing_desktop.ui.choice_input import DateInput
from pairing_desktop.ui.day_picker import DAYS, DayPicker
from pairing_desktop.ui.popup_place import show_at
from pairing_desktop.ui.theme import colours
from tests.ui.conftest import Open

pytestmark = pytest.mark.gui

FRAME = 2
"""What the plugin without a screen draws around every window."""


@pytest.mark.parametrize("corner", [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 0.5)])
def test_a_card_is_whole_and_covers_no_field(qtbot: Any, theme: object, corner: tuple[float, float]) -> None:
    anchor, popup = QWidget(), QFrame(None, Qt.WindowType.Popup)
    for widget in (anchor, popup):
        qtbot.addWidget(widget)
    popup.setFixedSize(260, 236)
    room = anchor.screen().availableGeometry()
    anchor.resize(200, 28)
    anchor.move(room.left() + int(corner[0] * (room.width() - 200)), room.top() + int(corner[1] * (room.height() - 28)))
    anchor.show()
    show_at(popup, anchor)
    assert room.adjusted(0, 0, FRAME, FRAME).contains(popup.geometry())
    assert not popup.geometry().intersects(anchor.geometry())
    popup.close()


def test_a_calendar_begins_at_the_day_and_marks_no_week_s_end_as_wrong(qtbot: Any, open_page: Open) -> None:
    page = open_page("lean_project")
    assert page.record is not None
    box = page.record.widget_at("start")
    assert isinstance(box, DateInput)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    calendar = box.findChild(DayPicker)
    assert isinstance(calendar, DayPicker)
    assert calendar.selectedDate() == QDate(2023, 9, 1)
    assert {calendar.weekdayTextFormat(day).foreground().color().name() for day in DAYS} == {colours().text.lower()}
    year, month = (calendar.findChild(QToolButton, f"qt_calendar_{name}button") for name in ("year", "month"))
    assert isinstance(year, QToolButton)
    assert isinstance(month, QToolButton)
    qtbot.waitUntil(lambda: year.mapTo(calendar, QPoint(0, 0)).x() < month.mapTo(calendar, QPoint(0, 0)).x())
    calendar.close()

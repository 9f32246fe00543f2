"""The calendar of a date field, in the looks of the other windows."""

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QToolButton, QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.theme import colours

WIDE, HIGH = 308, 244
ARROWS = {"qt_calendar_prevmonth": "chevron_left", "qt_calendar_nextmonth": "chevron_right"}
DAYS = (Qt.DayOfWeek.Monday, Qt.DayOfWeek.Tuesday, Qt.DayOfWeek.Wednesday, Qt.DayOfWeek.Thursday,
        Qt.DayOfWeek.Friday, Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday)


class DayPicker(QCalendarWidget):
    """Opens over a field; a click or Enter takes a day, Escape none."""

    def __init__(self, name: str, chosen: QDate | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setAccessibleName(name)
        self.setMinimumSize(WIDE, HIGH)
        whole = self.layout()
        if whole is not None:
            whole.setContentsMargins(1, 1, 1, 1)  # the border's
        self._head()
        head, day = QTextCharFormat(), QTextCharFormat()
        head.setForeground(colours().named("text2"))
        head.setBackground(colours().named("surface"))
        day.setForeground(colours().named("text"))
        self.setHeaderTextFormat(head)
        for weekday in DAYS:  # Qt's own week ends in red, which says that something is wrong
            self.setWeekdayTextFormat(weekday, day)
        if chosen is not None:
            self.setSelectedDate(chosen)

    def _head(self) -> None:
        """Give the head our arrows, and the year before the month."""
        for button, icon in ARROWS.items():
            arrow = self.findChild(QToolButton, button)
            if isinstance(arrow, QToolButton):
                arrow.setIcon(icons.icon(icon))
        bar, month = (self.findChild(QWidget, f"qt_calendar_{name}") for name in ("navigationbar", "monthbutton"))
        line = bar.layout() if isinstance(bar, QWidget) else None
        if isinstance(line, QHBoxLayout) and isinstance(month, QWidget):
            for name in ("yearbutton", "yearedit"):
                year = self.findChild(QWidget, f"qt_calendar_{name}")
                if isinstance(year, QWidget):
                    line.removeWidget(year)
                    line.insertWidget(line.indexOf(month), year)

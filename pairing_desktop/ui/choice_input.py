"""A line with a list under it, and one with a calendar."""

from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from pairing_desktop.formspec.definition import Field
from pairing_desktop.ui.drop_list import DropList
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.offers import meant, offers
from pairing_desktop.ui.popup_place import show_at


class ChoiceInput(LineInput):
    """A line with a list under it: type code, pinyin initials or part of the text, or pick."""

    how = "可选，按 ↓ 打开选项"

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget | None = None, *,
                 cell: bool = False) -> None:
        self.drop: DropList | None = None
        self._listed = False
        super().__init__(entry, path, field, parent, cell=cell)

    def side_icon(self) -> str:
        """Return chevron or lock."""
        return super().side_icon() or "chevron_down"

    @property
    def listing(self) -> bool:
        """Tell whether the list is open."""
        return self.drop is not None and self.drop.owner is self and self.drop.isVisible()

    def open_list(self, text: str = "") -> None:
        """Show what can be chosen, what matches ``text`` first."""
        if self.isReadOnly():
            return
        self.drop = DropList.lent(self, f"{self.field.label}的选项", self.pick)
        found = offers(self.entry.workspace, self.field, text)
        only = meant(self.field, text, found) if text.strip() else None
        current = only.value if only else None if text.strip() else self.entry.draft.value(self.path)
        width = 420 if self.field.type == "reference" else 220
        self.drop.show_offers(found, empty="没有相符的选项", width=width, current=current,
                              certain=only is not None or not text.strip())

    def close_list(self) -> None:
        """Put the list away."""
        if self.drop is not None and self.drop.owner is self:
            self.drop.hide()

    def pick(self) -> None:
        """Take the list's current row."""
        value = self.drop.chosen() if self.listing and self.drop is not None else None
        self.close_list()
        if value is None:
            return
        self._half.stop()
        self.setModified(False)
        if self.field.type == "choices":
            before = self.entry.draft.value(self.path)
            held = before if isinstance(before, tuple) else ()
            value = tuple(v for v in held if v != value) if value in held else (*held, value)
        self.entry.set(self.path, None if value == () else value)
        self.refresh()
        if self.hasFocus():  # left by Tab or mouse, nothing stays marked behind one
            self.selectAll()

    def look_away(self) -> None:
        """Put the list away: it would stand before the other program."""
        self._listed = self.listing
        super().look_away()
        self.close_list()

    def come_back(self) -> None:
        """Show the list again."""
        super().come_back()
        if self._listed:
            self._offer(self.text() if self.isModified() else "")

    def _edited(self, text: str) -> None:
        super()._edited(text)
        self._offer(text)

    def _offer(self, text: str) -> None:
        if self.field.type == "choices":
            text = text.replace("，", "、").replace(",", "、").split("、")[-1]
        self.open_list(text)

    def commit(self) -> None:
        """Take the row that the typed text singled out, else the text itself."""
        typed = self.isModified() and bool(self.text().strip()) and self.field.type != "choices"
        if typed and self.listing and self.drop is not None and self.drop.chosen() is not None:
            self.pick()
        else:
            super().commit()
        self.close_list()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open or close the list with the chevron."""
        super().mousePressEvent(event)
        if event.position().x() > self.width() - 28:
            if self.listing:
                self.close_list()
            else:
                self.open_list()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list while it is open; Down, F4 alone never: marks live there."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not self.isReadOnly():
            if self.listing and self.drop is not None:
                self.drop.step(1 if key == Qt.Key.Key_Down else -1)
            elif key == Qt.Key.Key_Down or event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.open_list()
        elif key in ENTER and self.listing and self.drop is not None and self.drop.undecided:
            self.drop.step(1)
        elif key in ENTER and self.listing:
            self.pick()
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape and self.listing:
            self.close_list()
        else:
            super().keyPressEvent(event)


class DateInput(LineInput):
    """A day: typed in any spelling, or picked from a calendar (Alt+Down)."""

    how = "日期，按 Alt+↓ 打开日历"
    listing = False
    """No list is ever open; the calendar is a window of its own."""

    def side_icon(self) -> str:
        """Return calendar or lock."""
        return super().side_icon() or "calendar"

    def open_calendar(self) -> None:
        """Show the calendar; it takes the focus and gives it back."""
        from pairing_desktop.ui.day_picker import DayPicker

        if self.isReadOnly():
            return
        value = self.entry.draft.value(self.path)
        held = QDate(value.year, value.month, value.day) if isinstance(value, date) else None
        calendar = DayPicker(f"{self.field.label}：日历", held, self)

        def taken(day: QDate) -> None:
            calendar.close()
            self.setModified(False)
            self.entry.set(self.path, date(day.year(), day.month(), day.day()))
            self.refresh()

        calendar.activated.connect(taken)
        calendar.clicked.connect(taken)
        show_at(calendar, self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the calendar with its picture."""
        super().mousePressEvent(event)
        if event.position().x() > self.width() - 28:
            self.open_calendar()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the calendar with Alt+Down."""
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
        else:
            super().keyPressEvent(event)

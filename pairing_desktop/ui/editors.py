"""The widgets one types into. Each shows one path of the entry's draft and gives its text back when it is left.

While a field has the focus it shows what is typed; otherwise how it is understood (12,480.00). Showing is never typing:
only the user's own keys count.
"""

from datetime import date
from typing import TypeGuard

from PySide6.QtCore import QDate, QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QPlainTextEdit, QWidget

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.values import NotUnderstood
from pairing_desktop.ui import icons
from pairing_desktop.ui.drop_list import DropList
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.offers import meant, offers
from pairing_desktop.ui.theme import colours, face, restyle

HALF_TYPED = 1200
"""Milliseconds after the first key not kept yet at which a field being typed goes to disk (promised: two seconds)."""

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
NOT_LEFT = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason)


def is_undo(event: QEvent) -> TypeGuard[QKeyEvent]:
    """Tell whether a shortcut is about to be Ctrl+Z or Ctrl+Y."""
    return (event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)))


class LineInput(QLineEdit):
    """One line: words left, numbers right; unit, chevron, calendar or lock inside at the right edge."""

    entered = Signal(str)
    """The field got the focus: its path."""

    typing = Signal(str)
    """The text while it is typed."""

    gone = Signal()
    """The field was left, by Enter, Escape or otherwise (a table closes its cell)."""

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget | None = None, *,
                 cell: bool = False) -> None:
        super().__init__(parent)
        self.entry, self.path, self.field, self.cell = entry, path, field, cell
        self._before = ""
        self._words = ""
        self._half = QTimer(self)
        self._half.setSingleShot(True)
        self._half.setInterval(HALF_TYPED)
        self._half.timeout.connect(self._keep_half)
        self.setAccessibleName(f"{field.label}（{field.unit}）" if field.unit else field.label)
        self.setAccessibleDescription(field.help)
        if field.is_number:
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if cell:
            self.setProperty("kind", "cell")
        self.textEdited.connect(self._edited)
        self.refresh()

    # Showing

    def side_icon(self) -> str:
        """Return the picture at the right edge."""
        return "lock_closed" if self.entry.locked(self.path) else ""

    def refresh(self) -> None:
        """Show the draft's state again, unless the user is in the middle of typing."""
        if self.hasFocus() and self.isModified():
            return
        draft = self.entry.draft
        text = draft.text(self.path) if self.hasFocus() else draft.shown(self.path)
        self._before = text
        if text != self.text():
            self.setText(text)
            if not self.hasFocus():
                self.setCursorPosition(0)
        self._words = " ・ ".join(marked(self.entry, self.path, self.field)) if self.field.is_number else ""
        self.setToolTip(self._words)
        locked = self.entry.locked(self.path)
        self.setReadOnly(locked)
        room = (20 if self.side_icon() else 0) + (self._unit_width() if self.field.unit and not self.cell else 0)
        self.setTextMargins(0, 0, room, 0)
        finding = self.entry.finding_at(self.path)
        level = finding.level if finding and not (finding.explanation or finding.waiver) else ""
        restyle(self, state=level or ("locked" if locked else ""))

    def _unit_width(self) -> int:
        return len(self.field.unit) * 12 + 8

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw unit and picture over the empty margin, the words beside a figure left of it."""
        super().paintEvent(event)
        with QPainter(self) as painter:  # ended whatever happens, or an error here would hang the program
            self._paint_beside(painter)

    def _paint_beside(self, painter: QPainter) -> None:
        right = self.width() - 9
        if self._words and not self.hasFocus():
            painter.setFont(face(12))
            painter.setPen(colours().named("text3"))
            room = self.width() - self.textMargins().right() - self.fontMetrics().horizontalAdvance(self.text()) - 36
            words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, max(room, 0))
            painter.drawText(QRect(10, 0, max(room, 0), self.height()), Qt.AlignmentFlag.AlignVCenter, words)
        if self.side_icon():
            icons.paint(painter, QRect(right - 16, (self.height() - 16) // 2, 16, 16), self.side_icon())
            right -= 22
        if self.field.unit and not self.cell:
            painter.setFont(face(12))
            painter.setPen(colours().named("text3"))
            painter.drawText(QRect(0, 0, right, self.height()),
                             Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.field.unit)

    # Typing

    def _edited(self, text: str) -> None:
        if not self._half.isActive():  # begun anew at each key, it would never come while one types on
            self._half.start()
        self.typing.emit(text)

    def _keep_half(self) -> None:
        self.entry.type_half(self.path, self.text())

    def commit(self) -> None:
        """Give the text to the draft if the user changed it."""
        self._half.stop()
        if self.isModified():
            self.setModified(False)
            self.entry.type(self.path, self.text())

    def take_back(self) -> None:
        """Return to the text that stood here when the field was entered."""
        self.setText(self._before)
        self.setModified(True)
        self.commit()
        self.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the text as typed."""
        super().focusInEvent(event)
        if event.reason() in NOT_LEFT:
            return
        self.setModified(False)
        self.refresh()
        self._before = self.text()
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()
        self.entry.focus = self.path
        self.entered.emit(self.path)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Give the text to the draft and show how it was understood."""
        super().focusOutEvent(event)
        if event.reason() in NOT_LEFT:
            return
        self.commit()
        self.refresh()
        self.gone.emit()

    def event(self, event: QEvent) -> bool:
        """Undo a field that is being typed as a whole, before the record's own undo."""
        if is_undo(event):
            undoing = event.matches(QKeySequence.StandardKey.Undo) and self.isModified() and self.text() != self._before
            event.setAccepted(undoing)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on, Shift+Enter back, Escape takes back."""
        if event.key() in ENTER:
            self.commit()
            if not self.cell:
                self.focusNextPrevChild(not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            else:
                event.ignore()
        elif event.matches(QKeySequence.StandardKey.Undo) or (event.key() == Qt.Key.Key_Escape and self.isModified()):
            self.take_back()
        else:
            super().keyPressEvent(event)


class ChoiceInput(LineInput):
    """A line with a list under it: type code, pinyin initials or part of the text, or pick."""

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget | None = None, *,
                 cell: bool = False) -> None:
        self.drop: DropList | None = None
        super().__init__(entry, path, field, parent, cell=cell)

    def side_icon(self) -> str:
        """Return chevron or lock."""
        return super().side_icon() or "chevron_down"

    @property
    def listing(self) -> bool:
        """Tell whether the list is open."""
        return self.drop is not None and self.drop.isVisible()

    def open_list(self, text: str = "") -> None:
        """Show what can be chosen, what matches ``text`` first."""
        if self.isReadOnly():
            return
        if self.drop is None:
            self.drop = DropList(self, f"{self.field.label}的选项")
            self.drop.itemClicked.connect(self.pick)
        found = offers(self.entry.workspace, self.field, text)
        only = meant(self.field, text, found) if text.strip() else None
        current = only.value if only else None if text.strip() else self.entry.draft.value(self.path)
        width = 420 if self.field.type == "reference" else 220
        self.drop.show_offers(found, empty="没有相符的选项", width=width, current=current,
                              certain=only is not None or not text.strip())

    def close_list(self) -> None:
        """Put the list away."""
        if self.drop is not None:
            self.drop.hide()

    def pick(self) -> None:
        """Take the list's current row."""
        value = self.drop.chosen() if self.drop is not None else None
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
        self.selectAll()

    def _edited(self, text: str) -> None:
        super()._edited(text)
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
        elif key in ENTER and self.drop is not None and self.drop.undecided:
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

    def side_icon(self) -> str:
        """Return calendar or lock."""
        return super().side_icon() or "calendar"

    def open_calendar(self) -> None:
        """Show the calendar; it takes the focus and gives it back."""
        if self.isReadOnly():
            return
        calendar = QCalendarWidget(self)
        calendar.setWindowFlags(Qt.WindowType.Popup)
        calendar.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setAccessibleName(f"{self.field.label}：日历")
        value = self.entry.draft.value(self.path)
        if isinstance(value, date):
            calendar.setSelectedDate(QDate(value.year, value.month, value.day))

        def taken(day: QDate) -> None:
            calendar.close()
            self.setModified(False)
            self.entry.set(self.path, date(day.year(), day.month(), day.day()))
            self.refresh()

        calendar.activated.connect(taken)
        calendar.clicked.connect(taken)
        calendar.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        calendar.show()

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


class LongInput(QPlainTextEdit):
    """Several lines; Tab moves on, Enter breaks the line."""

    entered = Signal(str)
    typing = Signal(str)

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry, self.path, self.field = entry, path, field
        self._modified = False
        self._before = ""
        self._half = QTimer(self)
        self._half.setSingleShot(True)
        self._half.setInterval(HALF_TYPED)
        self._half.timeout.connect(self._keep_half)
        self.setTabChangesFocus(True)
        self.setAccessibleName(field.label)
        self.setAccessibleDescription(field.help)
        self.setFixedHeight(84)
        self.textChanged.connect(self._edited)
        self.refresh()

    def refresh(self) -> None:
        """Show the draft's state again, unless the user is in the middle of typing."""
        if not (self.hasFocus() and self._modified):
            text = self.entry.draft.text(self.path)
            if text != self.toPlainText():
                self.blockSignals(True)
                self.setPlainText(text)
                self.blockSignals(False)
        locked = self.entry.locked(self.path)
        self.setReadOnly(locked)
        finding = self.entry.finding_at(self.path)
        level = finding.level if finding and not (finding.explanation or finding.waiver) else ""
        restyle(self, state=level or ("locked" if locked else ""))

    def _edited(self) -> None:
        self._modified = True
        if not self._half.isActive():
            self._half.start()
        self.typing.emit(self.toPlainText())

    def _keep_half(self) -> None:
        self.entry.type_half(self.path, self.toPlainText())

    def commit(self) -> None:
        """Give the text to the draft if the user changed it."""
        self._half.stop()
        if self._modified:
            self._modified = False
            self.entry.type(self.path, self.toPlainText())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember what stood here."""
        super().focusInEvent(event)
        if event.reason() not in NOT_LEFT:
            self._before = self.toPlainText()
            self.entry.focus = self.path
            self.entered.emit(self.path)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Give the text to the draft."""
        super().focusOutEvent(event)
        if event.reason() not in NOT_LEFT:
            self.commit()
            self.refresh()

    def event(self, event: QEvent) -> bool:
        """Leave undo to the record once nothing is being typed here."""
        if not self._modified and is_undo(event):
            event.ignore()
            return True
        return super().event(event)


Input = LineInput | LongInput


def make_input(entry: Entry, path: str, field: Field, parent: QWidget | None = None, *, cell: bool = False) -> Input:
    """Return the widget for a field, or for a table's cell (always one line)."""
    if field.type in ("choice", "choices", "county", "reference", "yes_no"):
        return ChoiceInput(entry, path, field, parent, cell=cell)
    if field.type == "date":
        return DateInput(entry, path, field, parent, cell=cell)
    if field.type == "long_text" and not cell:
        return LongInput(entry, path, field, parent)
    return LineInput(entry, path, field, parent, cell=cell)


def marked(entry: Entry, path: str, field: Field) -> list[str]:
    """Return the words beside a figure, its qualifier aside: it stands with the figure itself."""
    marks = entry.draft.marks(path) if field.marks else {}
    return [word for name, word in marks.items() if name != "qualifier"]


def understood(entry: Entry, field: Field, text: str) -> str:
    """Return how a half-typed text would be shown, "" where that says nothing new."""
    if not text.strip() or field.type in ("text", "long_text", "reference", "credit_code", "attachment"):
        return ""
    try:
        answer = field.converter.parse(text, period=entry.draft.period or entry.quarter)
    except NotUnderstood:
        return ""
    shown = f"{answer.shown} {field.unit}".strip()
    return shown if answer.shown and answer.shown != text else ""

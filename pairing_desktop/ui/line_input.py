"""One line that is typed into: it shows one path of the entry's draft and gives its text back when it is left.

While it has the focus it shows what is typed; otherwise how it is understood (12,480.00). Showing is never typing:
only the user's own keys count.
"""

from typing import TypeGuard

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from pairing_desktop.formspec import sums
from pairing_desktop.formspec.definition import Field
from pairing_desktop.ui import ask, clipboard_block, icons
from pairing_desktop.ui.actions import is_command
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.keys import ENTER, types
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.theme import colours, face, restyle, width
from pairing_desktop.ui.unsaved import HALF_TYPED

EDGES, SIGN = 26, 20
"""What border, padding and cursor take of the width; the sign that words stand beside a figure."""

LEAST = 60

MIDDLE, RIGHT = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
NOT_LEFT = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason)


def looks_away(event: QFocusEvent) -> bool:
    """Tell whether another program's window came to the front: what is being typed is not left by that."""
    return event.reason() == Qt.FocusReason.ActiveWindowFocusReason and QApplication.activeWindow() is None


def in_hand(widget: QWidget) -> bool:
    """Tell whether the window's focus is in a field: a window over it, or another program, has it only for a while."""
    return widget.window().focusWidget() is widget


def is_undo(event: QEvent) -> TypeGuard[QKeyEvent]:
    """Tell whether a shortcut is about to be Ctrl+Z or Ctrl+Y."""
    return (event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)))


class LineInput(TextLine):
    """One line: words left, numbers right; unit, chevron, calendar or lock inside at the right edge."""

    entered = Signal(str)
    """The field got the focus: its path."""

    typing = Signal(str)
    """The text while it is typed."""

    how = ""
    """What a screen reader is told of how it is filled in, beside typing."""

    gone = Signal()
    """The field was left, by Enter, Escape or otherwise (a table closes its cell)."""

    def __init__(self, entry: Entry, path: str, field: Field, parent: QWidget | None = None, *,
                 cell: bool = False) -> None:
        super().__init__(parent=parent)
        self.entry, self.path, self.field, self.cell = entry, path, field, cell
        self._before = ""
        self._words = ""
        self._open = False
        self._given: tuple[str, str | None] = ("", "")
        self._half = QTimer(self)
        self._half.setSingleShot(True)
        self._half.setInterval(HALF_TYPED)
        self._half.timeout.connect(self._keep_half)
        self.setAccessibleName(f"{field.label}（{field.unit}）" if field.unit else field.label)
        self.setAccessibleDescription("。".join(filter(None, (self.how, field.help))))
        if field.is_number:
            self.setAlignment(RIGHT)
        if cell:
            self.setProperty("kind", "cell")
        self.textEdited.connect(self._edited)
        self.refresh()

    # Showing

    def _as_typed(self) -> str:
        """Return the draft's text, or the spelling that it was understood from while that is still in hand (12.)."""
        text, (typed, understood) = self.entry.draft.text(self.path), self._given
        return typed if understood in (None, text) else text

    def side_icon(self) -> str:
        """Return the picture at the right edge."""
        return "lock_closed" if self.entry.locked(self.path) else ""

    def refresh(self) -> None:
        """Show the draft's state again, unless the user is in the middle of typing."""
        if self._open and not in_hand(self):
            self._open = False  # another field got the focus while another window was in front
        if self._open and self.isModified():
            return
        draft = self.entry.draft
        text = self._as_typed() if self._open else draft.shown(self.path)
        self._before = text
        if text != self.text():
            self.setText(text)
        if not self._open:
            self.setCursorPosition(0)  # what is longer than the box is cut at its end
        words = " ・ ".join(marked(self.entry, self.path, self.field)) if self.field.is_number else ""
        if words != self._words:
            self._words = words
            self.setToolTip(words)
        locked = self.entry.locked(self.path)
        self.setReadOnly(locked)
        self._walk_past(computed=locked and not self.entry.read_only)
        room = (20 if self.side_icon() else 0) + (self._unit_width() if self.field.unit and not self.cell else 0)
        if self.textMargins().right() != room:  # set anew, even the same, they have all around laid out again
            self.setTextMargins(0, 0, room, 0)
        restyle(self, state=self.entry.found.level(self.path) or ("locked" if locked else ""))

    def _walk_past(self, *, computed: bool) -> None:
        """Let Enter and Tab go on to what can be typed into; a click or a finding still leads here."""
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus if computed else Qt.FocusPolicy.StrongFocus)

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
            self._paint_words(painter)
        if sign := self.side_icon():
            icons.paint(painter, QRect(right - 16, (self.height() - 16) // 2, 16, 16), sign)
            right -= 22
        if self.field.unit and not self.cell:
            painter.setFont(face(12))
            painter.setPen(colours().named("text3"))
            painter.drawText(QRect(0, 0, right, self.height()), RIGHT, self.field.unit)

    def _paint_words(self, painter: QPainter) -> None:
        """Draw the words whole, or the sign that there are some (the tip and the footer say them)."""
        painter.setFont(face(12))
        painter.setPen(colours().named("text3"))
        room = self.width() - self.least_width() + SIGN
        if width(self._words, 12) <= room:
            painter.drawText(QRect(10, 0, room, self.height()), MIDDLE, self._words)
        else:
            icons.paint(painter, QRect(9, (self.height() - 14) // 2, 14, 14), "info", "text3")

    def least_width(self, *others: str) -> int:
        """Return the width at which the text is whole, and others would be, with what stands beside them."""
        text = max(width(text) for text in (self.entry.draft.shown(self.path), *others))
        words = bool(self._words) or (any(others) and bool(self.field.marks))
        return text + self.textMargins().right() + EDGES + (SIGN if words else 0)

    def minimumSizeHint(self) -> QSize:
        """Ask for little: a form that is wider than its pane would be cut, and rows share their room by the figures."""
        return QSize(LEAST, super().minimumSizeHint().height())

    # Typing

    def _edited(self, text: str) -> None:
        if not self._half.isActive():  # begun anew at each key, it would never come while one types on
            self._half.start()
        self.typing.emit(text)

    def _keep_half(self) -> None:
        self._half.stop()
        self.entry.type_half(self.path, self.text())

    def commit(self) -> None:
        """Give the text to the draft if the user changed it."""
        self._half.stop()
        if self.isModified():
            self.setModified(False)
            typed = self.text()
            self._given = (typed, None)
            self.entry.type(self.path, (sums.result(typed) if self.field.is_number else "") or typed)
            self._given = (typed, self.entry.draft.text(self.path))

    def go_on(self, text: str) -> None:
        """Go on typing where a power cut ended it: the text as it stood, the cursor behind it."""
        draft = self.entry.draft
        self._open, self._before = True, draft.before.get(self.path, draft.text(self.path))
        self.setText(text)
        self.setModified(True)
        self.end(False)

    def take_back(self) -> None:
        """Return to the text that stood here when the field was entered."""
        self.setText(self._before)
        self.setModified(True)
        self.commit()
        self.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the text as typed; what was never left stands as it did."""
        super().focusInEvent(event)
        self.installEventFilter(self)
        if event.reason() in NOT_LEFT:
            return
        if self._open:
            self.come_back()
        else:
            self._open, self._given = True, ("", "")
            self.setModified(False)
            self.refresh()
            self._before = self.text()
            if event.reason() != Qt.FocusReason.MouseFocusReason:
                self.selectAll()
        self.entry.focus = self.path
        self.entered.emit(self.path)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Give the text to the draft and show how it was understood; only half of it, if one looks across."""
        super().focusOutEvent(event)
        self.removeEventFilter(self)
        if event.reason() in NOT_LEFT:
            return
        if looks_away(event):
            self.look_away()
            return
        self._open = in_hand(self) and not self.cell
        self.commit()
        self.refresh()
        self.gone.emit()

    def look_away(self) -> None:
        """Put on disk what is being typed; text, cursor and selection stay as they are."""
        if self.isModified():
            self._keep_half()

    def come_back(self) -> None:
        """Go on where one looked away, or where a power cut left it in a window that was not in front yet."""
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Undo a field that is being typed as a whole, before the record's own undo; leave the window its other keys.

        It filters its own events while it has the focus: to see each event of every field takes longer than to paint.
        """
        if is_undo(event):
            undoing = event.matches(QKeySequence.StandardKey.Undo) and self.isModified() and self.text() != self._before
            event.setAccepted(undoing)
            return True
        if is_command(event):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on, Shift+Enter back, Escape takes back."""
        if event.key() in ENTER:
            self.commit()
            if not self.cell:
                self._go_on(forward=not event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            else:
                event.ignore()
        elif event.matches(QKeySequence.StandardKey.Undo) or (event.key() == Qt.Key.Key_Escape and self.isModified()):
            self.take_back()
        elif self.isReadOnly() and (types(event) or event.matches(QKeySequence.StandardKey.Paste)):
            self.entry.refused.emit(self.path)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        else:
            super().keyPressEvent(event)


    def _paste(self) -> None:
        """Paste text, or a spreadsheet's cell; say why what is no text, or more than a line holds, is not pasted."""
        one = clipboard_block.only_cell()
        text = one or clipboard_block.words()
        if said := clipboard_block.no_text() or self._cells() or clipboard_block.too_much(text, self.maxLength()):
            ask.dialogs.tell(self, "没有粘贴", said)
        elif not one and QGuiApplication.clipboard().mimeData().hasText():
            self.paste()
        elif text:
            self.insert(" ".join(text.split()))
            self.setModified(True)
            self._edited(self.text())

    def _cells(self) -> str:
        """Say why many cells are not pasted here, and in a sheet how they are."""
        said = clipboard_block.several()
        return f"{said}要整块粘贴，先按 Esc 离开这一格。" if said and self.cell else said

    def _go_on(self, *, forward: bool) -> None:
        """Move to the next field; behind the last one the record is through."""
        form = self.parentWidget()
        while form is not None and not isinstance(form, QScrollArea):
            form = form.parentWidget()
        self.focusNextPrevChild(forward)
        now = self.window().focusWidget()
        if forward and form is not None and (now is None or not form.isAncestorOf(now)):
            self.entry.passed.emit()


def marked(entry: Entry, path: str, field: Field) -> list[str]:
    """Return the words beside a figure, its qualifier aside: it stands with the figure itself."""
    marks = entry.draft.marks(path) if field.marks else {}
    return [word for name, word in marks.items() if name != "qualifier"]

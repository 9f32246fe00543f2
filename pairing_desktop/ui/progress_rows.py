"""Progress by form: icon, name, bar, how many are in order, what is wrong. A click opens the form."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.theme import colours, face

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.entering import Count

HEIGHT, LEAST, ROOM = 38, 28, 560
"""A line's height; with many forms lines move together until all fit into ``ROOM``."""

BAR = 56


class FormLine(Struct, frozen=True):
    """One form's progress: ``done`` of ``total`` are in order; ``mark`` is one of ``marks.MARKS``."""

    form: str
    title: str
    icon: str
    done: int
    total: int
    mark: str
    note: str
    due: bool = True
    """Whether anything is to be filled in this quarter."""
    sheet: bool = False
    """Whether it is a sheet of the quarter, not a register."""

    @classmethod
    def of(cls, form: "Form", count: "Count") -> "FormLine":
        """Say in words what is wrong with a form's records."""
        quarterly = form.kind in ("quarterly", "yearly")
        total = max(count.expected, count.filled) if quarterly else count.records
        errors = f"强制 {count.errors}" if count.errors else ""
        queries = f"核实 {count.unexplained}" if count.unexplained else ""
        due = (total > 0 or not quarterly) and not count.apart
        begun = count.filled if quarterly else total
        blank = "未填" if not begun else "未审核" if count.mark == "empty" else ""
        if not due:
            blank = "随四季度报送" if count.apart and total else "本季不填"
        note = " · ".join(part for part in (errors, queries) if part) or blank
        return cls(form.id, form.short, form.icon, min(count.clean, total), total, count.mark, note, due,
                   form.kind == "quarterly")


class ProgressRow(QAbstractButton):
    """One line, painted."""

    def __init__(self, line: FormLine, height: int) -> None:
        super().__init__()
        self.line = line
        self.setFixedHeight(height)
        self.setMinimumWidth(300)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(line.title)
        self.setAccessibleName(f"{line.title}，{line.done} / {line.total} 审核通过，{line.note}")

    def sizeHint(self) -> QSize:
        """Be as wide as the card."""
        return QSize(360, self.minimumHeight())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw icon, name, bar, counts, note and mark."""
        c, line = colours(), self.line
        with QPainter(self) as painter:
            middle, width = self.height() // 2, self.width()
            if self.hasFocus() or self.underMouse():
                painter.fillRect(self.rect(), c.named("head"))
            painter.fillRect(0, self.height() - 1, width, 1, c.named("line"))
            if self.hasFocus():
                painter.fillRect(0, 0, 3, self.height(), c.named("accent"))
            icons.paint(painter, QRect(2, middle - 10, 20, 20), line.icon or "document")
            mark = MARKS[line.mark]
            mark.paint(painter, QRect(width - 16, middle - 8, 16, 16))
            left, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.setFont(face(13))
            counts = f"{line.done} / {line.total}" if line.total else ""
            note_width, count_width = 92, max(52, painter.fontMetrics().horizontalAdvance(counts) + 4)
            note_x = width - 16 - 8 - note_width
            count_x = note_x - count_width
            bar_x = count_x - BAR - 4
            painter.setPen(c.named("text"))
            name = painter.fontMetrics().elidedText(line.title, Qt.TextElideMode.ElideRight, bar_x - 32)
            painter.drawText(QRect(28, 0, bar_x - 32, self.height()), left, name)
            self._bar(painter, bar_x, middle)
            painter.setPen(c.named("text2"))
            painter.drawText(QRect(count_x, 0, count_width, self.height()), right, counts)
            painter.setFont(face(12))
            painter.setPen(c.named({"error": "error", "query": "query"}.get(line.mark, "text2")))
            painter.drawText(QRect(note_x, 0, note_width, self.height()), right, line.note)

    def _bar(self, painter: QPainter, x: int, middle: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().named("neutral_tint"))
        painter.drawRoundedRect(x, middle - 3, BAR, 6, 3, 3)
        if self.line.total and self.line.done:
            colour = {"error": "error", "query": "query_mark"}.get(self.line.mark, "accent")
            painter.setBrush(colours().named(colour))
            painter.drawRoundedRect(x, middle - 3, max(6, round(BAR * self.line.done / self.line.total)), 6, 3, 3)


class FormProgress(QWidget):
    """All forms, one below the other."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.rows: list[ProgressRow] = []

    def show_lines(self, lines: Sequence[FormLine]) -> None:
        """Show them; rows that did not change stay, with the focus."""
        if [row.line for row in self.rows] == list(lines):
            return
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        height = max(LEAST, min(HEIGHT, ROOM // max(1, len(lines))))
        self.rows = [ProgressRow(line, height) for line in lines]
        for row in self.rows:
            row.clicked.connect(lambda _checked=False, form=row.line.form: self.chosen.emit(form))
            self._column.addWidget(row)

"""The way of a quarter as five steps in a row: where one stands, what is behind and what is ahead."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.theme import colours, face

DISC = 24
Stand = Literal["done", "now", "ahead", "absent"]
"""``absent``: not asked of this quarter."""

WORDS = {"done": "已完成", "now": "当前", "ahead": "未到", "absent": "本季不用"}


class Step(Struct, frozen=True):
    """One step: its name, one line about it (``tone``: a colour's name), where one stands."""

    name: str
    title: str
    detail: str = ""
    tone: str = "text2"
    stand: Stand = "ahead"


class StepButton(QAbstractButton):
    """One step: disc with number or check, title, one line."""

    def __init__(self, number: int, step: Step, parent: QWidget) -> None:
        super().__init__(parent)
        self.number, self.step = number, step
        self.setFixedHeight(56)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_step(step, chosen=False)

    def show_step(self, step: Step, *, chosen: bool) -> None:
        """Show where one stands; ``chosen`` is the step whose page is open."""
        self.step, self.chosen = step, chosen
        self.setEnabled(step.stand != "absent")
        self.setAccessibleName(f"第{self.number}步 {step.title}，{WORDS[step.stand]}，{step.detail}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be as wide as title and line need."""
        self.ensurePolished()
        font = self.fontMetrics()
        width = max(font.horizontalAdvance(self.step.title), font.horizontalAdvance(self.step.detail))
        return QSize(DISC + 14 + width + 8, 56)

    def minimumSizeHint(self) -> QSize:
        """Let the line give way first."""
        return QSize(DISC + 14 + self.fontMetrics().horizontalAdvance(self.step.title) + 8, 56)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw disc, title and line."""
        c = colours()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            disc = QRectF(6, (self.height() - DISC) / 2, DISC, DISC)
            self._disc(painter, disc)
            x = DISC + 14
            strong = self.chosen or self.step.stand == "now"
            painter.setFont(face(14 if self.step.detail else 13, 600 if strong else 400))
            faint = self.step.stand in ("ahead", "absent") and not self.chosen
            painter.setPen(QColor(c.text2 if faint else c.text))
            room = self.width() - x
            fits = room >= 0.9 * painter.fontMetrics().horizontalAdvance(self.step.detail)
            if self.step.detail and fits:
                painter.drawText(QRect(x, 8, room, 22), Qt.AlignmentFlag.AlignVCenter, self.step.title)
                painter.setFont(face(12))
                painter.setPen(c.named(self.step.tone))
                line = painter.fontMetrics().elidedText(self.step.detail, Qt.TextElideMode.ElideRight, room)
                painter.drawText(QRect(x, 29, room, 18), Qt.AlignmentFlag.AlignVCenter, line)
            else:
                painter.drawText(QRect(x, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, self.step.title)
            if self.hasFocus():
                painter.setPen(QPen(QColor(c.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 5, -1, -5), 4, 4)

    def _disc(self, painter: QPainter, disc: QRectF) -> None:
        c = colours()
        filled = self.chosen
        done = self.step.stand == "done"
        edge = c.accent if self.chosen or self.step.stand == "now" or done else c.line2
        painter.setPen(QPen(QColor(edge), 1.5))
        painter.setBrush(QColor(c.accent) if filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(disc)
        painter.setPen(QColor(c.on_accent if filled else c.accent if edge == c.accent else c.text2))
        if done and not filled:
            icons.paint(painter, disc.toRect().adjusted(4, 4, -4, -4), "checkmark", "accent")
        else:
            painter.setFont(face(13, 600))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self.number))


class Line(QWidget):
    """The line between two steps."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.done = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it, in the accent colour where one has been."""
        with QPainter(self) as painter:
            painter.setPen(QPen(QColor(colours().accent if self.done else colours().line2), 1.5))
            middle = self.height() / 2
            painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))


class Stepper(QWidget):
    """The row of steps. ``chosen`` tells which page to show; arrows move along."""

    chosen = Signal(str)

    def __init__(self, steps: Sequence[Step], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("报送步骤")
        self.setFixedHeight(56)
        self.buttons: list[StepButton] = []
        self.lines: list[Line] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 0, 18, 0)
        layout.setSpacing(12)
        for number, step in enumerate(steps, 1):
            if number > 1:
                line = Line(self)
                self.lines.append(line)
                layout.addWidget(line, 1)
            button = StepButton(number, step, self)
            button.clicked.connect(lambda _checked=False, name=step.name: self.chosen.emit(name))
            self.buttons.append(button)
            layout.addWidget(button)
        layout.addStretch(1)

    def show_steps(self, steps: Sequence[Step], chosen: str) -> None:
        """Show where one stands in each step, and which one is open."""
        for number, (button, step) in enumerate(zip(self.buttons, steps, strict=True)):
            button.show_step(step, chosen=step.name == chosen)
            if number:
                self.lines[number - 1].done = steps[number - 1].stand == "done"
                self.lines[number - 1].update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move along with the arrows."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        ready = [button for button in self.buttons if button.isEnabled()]
        here = next((n for n, button in enumerate(ready) if button.hasFocus()), None)
        if step and here is not None:
            ready[(here + step) % len(ready)].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

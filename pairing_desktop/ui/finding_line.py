"""One line under a field or a row: what is wrong and what to do, or how the text was understood.

It paints itself: it comes and goes at every Enter, and labels with rich text in a layout take ten times as long.
"""

from PySide6.QtCore import QMargins, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextLayout,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from pairing_desktop.formspec.finding import Finding
from pairing_desktop.ui.labels import JOINED
from pairing_desktop.ui.marks import MARKS, Mark
from pairing_desktop.ui.severity import mark_name
from pairing_desktop.ui.theme import colours, face

TONES = {"error": "error", "query": "query", "explained": "ok", "waived": "error"}
TINTS = {"error": "error_tint", "query": "query_tint", "explained": "ok_tint", "waived": "error_tint"}
NOTE = Mark("info", "text3", "", "text3")
LINES, MOST, ROOM, SLACK = 3, 9, 120, 14
"""Lines that an answer may fill up to; lines at most, where somebody typed a page; the width under which words are not
measured yet; what breaking a line may waste."""

SIGN, GAP = 16, 6
BEFORE_LINK = "　"


def sentence(finding: Finding) -> str:
    """Return what is wrong and what to do."""
    return f"{finding.message}，{finding.remedy}" if finding.remedy else finding.message


def _answered(finding: Finding) -> str:
    """Return what was said to a finding, and of a special case who consented; "" where nothing was."""
    if finding.waiver:
        consent = f"（同意人：{finding.consent_by}）" if finding.consent_by else ""
        return f"特殊情况：{finding.waiver}{consent}"
    return f"已说明：{finding.explanation}" if finding.explanation else ""


class FindingLine(QLabel):
    """Mark, sentence, and for a query the way to its explanation (Ctrl+E by keyboard). Hidden while it says nothing."""

    explainWanted = Signal(object)  # noqa: N815  # Qt's manner
    """The ``Finding`` that the clerk wants to answer."""

    def __init__(self, parent: QWidget | None = None, *, grounded: bool = False) -> None:
        super().__init__(parent)
        self.finding: Finding | None = None
        self.grounded = grounded
        """Whether it stands on the tint of its level, as a row of a table does."""
        self._said = self._answer = self._link = ""
        self._sign, self._colour = NOTE, "text3"
        self._margins = QMargins(0, 2, 0, 0)
        self._face = face(12)
        self._metrics = QFontMetrics(self._face)
        self._laid: dict[int, tuple[QTextLayout, int]] = {}
        """By room: the words broken into lines, their height. A layout asks for several widths in turn."""
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.hide()

    # What it says

    def show_finding(self, finding: Finding | None, column: str = "") -> None:
        """Show a finding, or nothing; under a table's row its ``column`` is named where the words don't."""
        if finding is None:
            self.finding = None
            self.hide()
            return
        if finding == self.finding and not self.isHidden():
            return
        self.finding = finding
        name = mark_name(finding)
        answer = _answered(finding)
        asks = finding.level == "query" and not finding.waiver
        self._sign, self._colour = MARKS[name], TONES[name]
        where = f"{column}：" if column not in finding.message else ""
        said = where + finding.message if answer else where + sentence(finding)
        self._say(said + (f"。{answer}" if answer else ""), answer=answer,
                  link=("修改说明" if answer else "填写说明") if asks else "",
                  tip=where + (f"{sentence(finding)}。{answer}" if answer else sentence(finding)))

    def show_note(self, words: str) -> None:
        """Show how a text was understood, in grey."""
        self.finding = None
        self._sign, self._colour = NOTE, "text3"
        self._say(words)

    def _say(self, said: str, *, answer: str = "", link: str = "", tip: str = "") -> None:
        self._said, self._answer, self._link = said, answer, JOINED.join(link)
        self._laid.clear()
        self.setAccessibleName(said)
        self.setToolTip(tip)
        if self.isHidden() or self.heightForWidth(self.width()) != self.height():
            self.updateGeometry()
        self.setVisible(bool(said))
        self.update()

    def shown(self) -> str:
        """Return the words as they fit into the room there is, the link at their end."""
        return self._lay(self.width())[0].text().replace(JOINED, "")

    # How they fit

    def set_margins(self, margins: QMargins) -> None:
        """Keep to other margins."""
        if margins != self._margins:
            self._margins = margins
            self.update()

    def _fitted(self, room: int, slack: int) -> str:
        """Keep what is wrong and what to do whole, with all figures; an answer ends in …, and the tool tip has it."""
        metrics, said = self._metrics, self._said
        if room < ROOM:
            return said
        link = metrics.horizontalAdvance(BEFORE_LINK + self._link) if self._link else 0
        space = LINES * (room - slack) - link
        if self._answer and metrics.horizontalAdvance(said) > space:
            wrong = said.removesuffix(self._answer)
            left = max(space - metrics.horizontalAdvance(wrong), room - slack)
            said = wrong + metrics.elidedText(self._answer, Qt.TextElideMode.ElideRight, left)
        return metrics.elidedText(said, Qt.TextElideMode.ElideRight, MOST * (room - slack) - link)

    def _lay(self, width: int) -> tuple[QTextLayout, int]:
        """Return the words broken into lines for a width, and their height."""
        margins = self._margins
        room = max(width - margins.left() - margins.right() - SIGN - GAP, 1)
        if room not in self._laid:
            for slack in (SLACK, 2 * SLACK, 4 * SLACK):  # figures are not broken: a line may end far from the edge
                self._laid[room] = lines, _ = self._broken(room, slack)
                if room < ROOM or not self._answer or lines.lineCount() <= LINES:
                    break
        return self._laid[room]

    def _broken(self, room: int, slack: int) -> tuple[QTextLayout, int]:
        text = self._fitted(room, slack) + (BEFORE_LINK + self._link if self._link else "")
        lines, height = QTextLayout(text, self._face), 0.0
        lines.beginLayout()
        while (line := lines.createLine()).isValid():
            line.setLineWidth(room)
            line.setPosition(QPointF(0, height))
            height += self._metrics.lineSpacing()
        lines.endLayout()
        return lines, round(height)

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines at a width."""
        return self._margins.top() + self._margins.bottom() + max(self._lay(width)[1], SIGN)

    def sizeHint(self) -> QSize:
        """Ask for no width of its own: it takes what the field above has."""
        return QSize(ROOM, self._margins.top() + self._margins.bottom() + SIGN)

    def minimumSizeHint(self) -> QSize:
        """Return one line."""
        return QSize(SIGN, self.sizeHint().height())

    # Painting, and the link

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, sign and words."""
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        c, left, top = colours(), self._margins.left(), self._margins.top()
        if self.grounded and self.finding is not None:
            painter.fillRect(self.rect(), c.named(TINTS[mark_name(self.finding)]))
        self._sign.paint(painter, QRect(left, top, SIGN, SIGN))
        lines = self._lay(self.width())[0]
        painter.setPen(c.named(self._colour))
        linked = [self._linked(lines, c.named("accent"))] if self._link else []
        lines.draw(painter, QPointF(left + SIGN + GAP, top), linked)

    def _linked(self, lines: QTextLayout, colour: QColor) -> QTextLayout.FormatRange:
        looks = QTextCharFormat()
        looks.setForeground(colour)
        link = QTextLayout.FormatRange()
        link.start = len(lines.text()) - len(self._link)  # type: ignore[attr-defined]  # the stubs leave them out
        link.length = len(self._link)  # type: ignore[attr-defined]
        link.format = looks  # type: ignore[attr-defined]
        return link

    def _on_link(self, event: QMouseEvent) -> bool:
        lines = self._lay(self.width())[0]
        place = event.position() - QPointF(self._margins.left() + SIGN + GAP, self._margins.top())
        begins = len(lines.text()) - len(self._link)
        for number in range(lines.lineCount() if self._link else 0):
            line = lines.lineAt(number)
            if line.naturalTextRect().contains(place):
                return line.xToCursor(place.x(), line.CursorPosition.CursorOnCharacter) >= begins
        return False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over the link."""
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._on_link(event) else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for the explanation where the link was clicked."""
        if self.finding is not None and self._on_link(event):
            self.explainWanted.emit(self.finding)

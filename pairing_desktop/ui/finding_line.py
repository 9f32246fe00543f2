"""One line under a field or a row: what is wrong and what to do, or how the text was understood."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from pairing_desktop.formspec.finding import Finding
from pairing_desktop.ui import icons
from pairing_desktop.ui.entry import mark_name
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.theme import restyle

TONES = {"error": "error", "query": "query", "explained": "ok"}
LINK = "&nbsp;&nbsp;<a href='#' style='text-decoration: none'>{}</a>"
LINES, ROOM, SLACK = 3, 120, 14
"""Lines at most; the width under which words are not measured yet; what breaking a line may waste."""

LINK_WORDS = "　填写说明"


def sentence(finding: Finding) -> str:
    """Return what is wrong and what to do."""
    return f"{finding.message}，{finding.remedy}" if finding.remedy else finding.message


class FindingLine(QWidget):
    """Mark, sentence, and for a query the way to its explanation (Ctrl+E by keyboard). Hidden while it says nothing."""

    explainWanted = Signal(object)  # noqa: N815  # Qt's manner
    """The ``Finding`` that the clerk wants to answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding: Finding | None = None
        self._said = self._remedy = self._link = ""
        self._glyph = icons.Glyph("", parent=self)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setProperty("role", "line")
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self.words.linkActivated.connect(self._explain)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_finding(self, finding: Finding | None) -> None:
        """Show a finding, or nothing."""
        if finding == self.finding and not self.isHidden():
            return
        self.finding = finding
        if finding is None:
            self.hide()
            return
        name = mark_name(finding)
        answer = finding.explanation or finding.waiver
        text = sentence(finding)
        said = f"已说明：{answer}" if answer else text
        self._remedy = f"，{finding.remedy}" if finding.remedy and not answer else ""
        asks = finding.level == "query" and not finding.waiver
        link = LINK.format("修改说明" if answer else "填写说明") if asks else ""
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self._said, self._link = said, link
        self._fit()
        self.words.setAccessibleName(said)
        self.words.setToolTip(text)
        sign = MARKS[name]
        self._glyph.show_icon(sign.icon, sign.colour, filled=sign.filled)
        restyle(self.words, tone=TONES[name])
        self.show()

    def _fit(self) -> None:
        """Keep to three lines, at the cost of what is wrong before what to do; the tool tip has the whole."""
        metrics, room = self.words.fontMetrics(), self.words.width()
        said = self._said
        if room >= ROOM:
            link = metrics.horizontalAdvance(LINK_WORDS) if self._link else 0
            space = LINES * (room - SLACK) - link
            wrong, remedy = said.removesuffix(self._remedy), self._remedy
            left = space - metrics.horizontalAdvance(remedy)
            if metrics.horizontalAdvance(said) > space and left >= room:
                said = metrics.elidedText(wrong, Qt.TextElideMode.ElideRight, left) + remedy
            else:
                said = metrics.elidedText(said, Qt.TextElideMode.ElideRight, space)
        self.words.setText(escape(said) + self._link)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words to the new room."""
        super().resizeEvent(event)
        if self.finding is not None:
            self.layout().activate()  # type: ignore[union-attr]  # made in __init__
            self._fit()

    def show_note(self, words: str) -> None:
        """Show how a text was understood, in grey."""
        self.finding = None
        self._glyph.show_icon("info", "text3")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setText(words)
        self.words.setToolTip("")
        restyle(self.words, tone="faint")
        self.setVisible(bool(words))

    def _explain(self, _link: str) -> None:
        if self.finding is not None:
            self.explainWanted.emit(self.finding)

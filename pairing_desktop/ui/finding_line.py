"""One line under a field or a row: what is wrong and what to do, or how the text was understood."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.ui import icons
from pairing_desktop.ui.entry import mark_name
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.theme import restyle

TONES = {"error": "error", "query": "query", "explained": "ok"}


class FindingLine(QWidget):
    """Mark, sentence, and for a query the way to its explanation. Hidden while there is nothing to say."""

    explainWanted = Signal(object)  # noqa: N815  # Qt's manner
    """The ``Finding`` that the clerk wants to answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finding: Finding | None = None
        self._glyph = icons.Glyph("", parent=self)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setProperty("role", "line")
        self.link = QPushButton(self)
        self.link.setProperty("kind", "link")
        self.link.setProperty("size", "small")
        self.link.clicked.connect(self._explain)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(6)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self._glyph, 0, top)
        row.addWidget(self.words, 1, top)
        row.addWidget(self.link, 0, top)
        self.hide()

    def show_finding(self, finding: Finding | None) -> None:
        """Show a finding, or nothing."""
        self._finding = finding
        if finding is None:
            self.hide()
            return
        name = mark_name(finding)
        answer = finding.explanation or finding.waiver
        text = f"{finding.message}，{finding.remedy}" if finding.remedy else finding.message
        self._say(f"已说明：{answer}" if answer else text, name)
        self.words.setToolTip(text)
        self.link.setVisible(finding.level == "query" and not finding.waiver)
        self.link.setText("修改说明" if answer else "填写说明")
        self.link.setAccessibleName(f"{self.link.text()}：{finding.message}")

    def show_note(self, words: str) -> None:
        """Show how a text was understood, in grey."""
        self._finding = None
        self.link.hide()
        self._glyph.show_icon("info", "text3")
        self.words.setText(words)
        restyle(self.words, tone="faint")
        self.setVisible(bool(words))

    def _say(self, words: str, mark: str) -> None:
        sign = MARKS[mark]
        self._glyph.show_icon(sign.icon, sign.colour, filled=sign.filled)
        self.words.setText(words)
        restyle(self.words, tone=TONES[mark])
        self.setVisible(True)

    def _explain(self) -> None:
        if self._finding is not None:
            self.explainWanted.emit(self._finding)

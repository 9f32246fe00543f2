"""Under the form: what the focused field is, what can be typed, and how what is being typed is understood."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from pairing_desktop.formspec.definition import Field
from pairing_desktop.ui import icons
from pairing_desktop.ui.elided import Elided
from pairing_desktop.ui.labels import plain
from pairing_desktop.ui.offers import ways

HEIGHT = 40


class HelpFooter(QWidget):
    """One line; ``helpWanted`` when F1's words are clicked."""

    helpWanted = Signal()  # noqa: N815  # Qt's manner

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "bar")
        self._name, self._words, self._answer = QLabel(self), Elided(self), QLabel(self)
        self._name.setProperty("role", "strong")
        self._words.setProperty("role", "hint")
        self._answer.setProperty("role", "hint")
        self._answer.setProperty("tone", "accent")
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        more = QPushButton("F1 详细说明", self)
        more.setProperty("kind", "status")
        more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        more.clicked.connect(self.helpWanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(10)
        row.addWidget(icons.Glyph("info", "accent", parent=self))
        row.addWidget(self._name)
        row.addWidget(self._words, 1)
        row.addWidget(self._answer)
        row.addWidget(more)

    def show_field(self, field: Field | None, detail: str = "", marks: str = "", *,
                   computed: bool = False) -> None:
        """Show a field's help; ``detail`` comes first (上期 of a cell, what is wrong), ``marks`` last.

        ``computed``: the program fills it as the record stands; where the firm gives the figure it is typed.
        """
        self._answer.clear()
        self._name.setVisible(field is not None)
        if field is None:
            self._words.setText("Enter 或 Tab 到下一项，Shift+Tab 回上一项；离开一项就存盘")
            return
        self._name.setText(plain(field.label))
        parts = [detail, "必填。" if field.required and not computed else "",
                 "程序计算，不用填。" if computed else "", field.help]
        if "可写" not in field.help and not computed:
            parts.append(ways(field))
        if field.private:
            parts.append("仅留本县，不上报。")
        if field.marks:
            parts.append(f"标注：{marks}（F4 改）。" if marks else "F4 标注。")
        text = "".join(part if part.endswith("。") or not part else f"{part}。" for part in parts)
        self._words.setText(text)
        self._words.setToolTip(text)

    def show_answer(self, words: str) -> None:
        """Show how a half-typed text is understood."""
        self._answer.setText(f"→ {words}" if words else "")

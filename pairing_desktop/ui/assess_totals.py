"""The line of an assessment's sums: weights, scores, what is added and taken off, the total and its band."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.formspec.finding import Finding
from pairing_desktop.ui.cards import column, row, say, words
from pairing_desktop.ui.finding_line import FindingLine
from pairing_desktop.ui.typed_line import TypedLine

if TYPE_CHECKING:
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.services.assessing import Assessment


class AssessTotals(QWidget):
    """Shows a sheet's sums; what is typed goes to the draft when the line is left."""

    changed = Signal()
    halfTyped = Signal(str, str)  # noqa: N815  # a path and what is being typed there
    explainWanted = Signal(object)  # noqa: N815  # Qt's manner

    def __init__(self) -> None:
        super().__init__()
        self._draft: Draft | None = None
        self.sums = words("", role="strong")
        self.bonus, self.deduction = TypedLine("加分"), TypedLine("扣分")
        self._lines = {"bonus": self.bonus, "deduction": self.deduction}
        parts: list[QWidget] = [self.sums]
        for name, line in self._lines.items():
            label = words(line.accessibleName(), role="label")
            label.setBuddy(line)
            line.setFixedWidth(64)
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
            line.editingFinished.connect(self._typed)
            line.halfTyped.connect(lambda text, name=name: self.halfTyped.emit(name, text))
            parts += [label, line]
        self.total = words("", role="strong", tone="accent")
        self.grade = words("", role="hint")
        strip = row(*parts, self.total, self.grade, None, spacing=10)
        self.said = FindingLine()
        self.said.explainWanted.connect(self.explainWanted)
        self.setLayout(column(strip, self.said, spacing=2, margins=(16, 8, 16, 8)))

    def show_sums(self, found: "Assessment", draft: "Draft", *, locked: bool, finding: Finding | None) -> None:
        """Show an assessment as it stands, and the gravest thing that the rules say of its sums."""
        self.said.show_finding(finding)
        self._draft = draft
        say(self.sums, f"权重 {found.weight_total:f} 分 · 指标得分 {found.score_total:f}")
        for name, line in self._lines.items():
            line.show_text(draft.text(name))
            line.setReadOnly(locked)
        say(self.total, f"自评总分 {found.total:f}")
        say(self.grade, f"对照等次：{found.grade}" if found.grade else "各项评分后显示对照等次")
        self.grade.setToolTip(found.grades_source)

    def commit(self) -> None:
        """Give what is being typed to the draft."""
        if any(line.hasFocus() for line in self._lines.values()):
            self._typed()

    def _typed(self) -> None:
        draft = self._draft
        texts = {name: line.text().strip() for name, line in self._lines.items()}
        if draft is not None:
            differing = [name for name in texts if texts[name] != draft.text(name)]
            for name in differing:
                draft.type(name, texts[name])
            if differing:
                self.changed.emit()

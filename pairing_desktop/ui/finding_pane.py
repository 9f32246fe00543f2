"""One finding in full, the words that a person puts to it, and 特殊情况报送."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QWidget

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.services import countersigning
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import Surface, button, column, picture, row, say, words
from pairing_desktop.ui.long_text import LongText
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.unsaved import Unsaved

if TYPE_CHECKING:
    from pairing_desktop.services.half_said import HalfSaid

EXPLANATION_LIMIT = 200
WIDE, LOW, HIGH = 600, 52, 96
"""Width of the sheet of a special case and height of its reason: at 200 % the screen has 683 by 304 for it."""
EXPLAIN = "数字属实就写明原因，说明随报送包上报，省厅可见"
CORRECT = "请转到字段改正，再重新审核"
WAIVED = "理由随报送包上报，省厅以红字看到；不再如此的，撤回特殊情况后改正"


class WaiverSheet(Sheet):
    """特殊情况报送: a true figure that a rule forbids, with a reason and the head's consent."""

    def __init__(self, parent: QWidget | None, finding: Finding, head: str, *, before: str = "",
                 half: "HalfSaid | None" = None, who: "HalfSaid | None" = None) -> None:
        super().__init__(
            parent, "特殊情况报送",
            f"{finding.place}：{finding.message}。数字确实如此、又通不过强制性审核时才用；理由随报送包上报，省厅以红字看到。",
            icon="warning", tone="query_mark",
        )
        self.setMinimumWidth(WIDE)
        self.reason = LongText("理由", limit=EXPLANATION_LIMIT)
        self.reason.hold(half, "")
        self.reason.edit.setMinimumHeight(LOW)
        self.reason.edit.setMaximumHeight(HIGH)
        self.consent = TextLine(head)
        self.consent.setAccessibleName("同意的单位负责人")
        self.agreed = QCheckBox("已知悉并同意")
        self.agreed.setAccessibleName("单位负责人已知悉并同意")
        name = words("单位负责人", role="label")
        name.setBuddy(self.consent)
        self.again = button("沿用上期理由", icon="history", tip="只是填进来，可以再改；同意要重新征得",
                            action=lambda: self.reason.edit.setPlainText(before))
        self.again.setVisible(bool(before))
        if before:
            self.reason.edit.setPlaceholderText(f"上期的理由（只供参考）：{before}")
        self.body.addWidget(self.reason)
        self.body.addLayout(row(name, self.consent, self.agreed, self.again, spacing=12))
        self.add_button("取消")
        self.yes = self.add_button("按特殊情况报送", accept=True, kind="primary", default=True)
        self.reason.edit.textChanged.connect(self._ready)
        self.consent.textChanged.connect(self._ready)
        self.agreed.toggled.connect(self._ready)
        self.named = Unsaved(self.consent.text, self.consent.setText, (self.consent,))
        self.named.setParent(self)
        self.named.hide()  # the dialog's own buttons say what becomes of it
        self.named.hold(who, head)
        self.consent.textEdited.connect(self.named.typed)
        self._ready()

    def _ready(self, _value: object = None) -> None:
        self.yes.setEnabled(self.reason.fits and bool(self.consent.text().strip()) and self.agreed.isChecked())


class FindingPane(Surface):
    """One finding in full: what it says, the words put to it, and where to go."""

    saved = Signal(str)
    go = Signal()
    takeOverAsked = Signal()  # noqa: N815
    waiverAsked = Signal()  # noqa: N815
    waiverTakenBack = Signal()  # noqa: N815

    def __init__(self) -> None:
        super().__init__("surface")
        self.finding: Finding | None = None
        self.mark = picture("", 16, "text2")
        self.title = words("", role="section", wrap=True)
        self.number = words("", role="hint")
        self.text = words("", role="hint", wrap=True, select=True)
        self.field = LongText("说明", limit=EXPLANATION_LIMIT)
        self.field.edit.setFixedHeight(72)
        self.given = words("", wrap=True, select=True)
        self.save = button("保存说明并看下一处", kind="primary", action=self._save)
        self.again = button("沿用上期说明", icon="history", tip="情况没有变化时，把上期的说明作为本期的说明保存",
                            action=self._take_over)
        self.all_again = button("全部沿用…", tip="有上期说明的疑问一次看完、一次保存", action=self.takeOverAsked.emit)
        self.goto = button("转到字段", icon="arrow_right", action=self.go.emit)
        self.waive = button("特殊情况报送…", kind="plain", action=self.waiverAsked.emit)
        self.take_back = button("撤回特殊情况", kind="plain", action=self.waiverTakenBack.emit)
        self.half: Callable[[Finding], HalfSaid | None] = lambda _finding: None
        """Where words that are typed and not saved are kept."""
        self.locked = False
        self.before = ""
        self.offered = 0
        """How many queries have words of last quarter."""
        head = row(self.mark, self.title, self.number)
        head.setStretch(1, 1)
        self.setLayout(column(
            head, self.text, self.field, self.given, None,
            row(self.save, self.again, self.all_again, self.goto, None, self.waive, self.take_back),
            spacing=8, margins=(24, 12, 16, 12),
        ))
        self.field.edit.textChanged.connect(self._ready)
        QShortcut(QKeySequence("Ctrl+Return"), self.field, self._save)

    def show_finding(self, finding: Finding, *, locked: bool = False) -> None:
        """Show it; ``locked`` when the quarter is final."""
        self.finding, self.locked = finding, locked
        mark = MARKS[finding.level]
        self.mark.show_icon(mark.icon, mark.colour, filled=mark.filled)
        say(self.title, finding.message)
        say(self.number, f"规则 {finding.number}" if finding.number else "")
        left, right = countersigning.sides(finding)
        sides = [f"左值 {left}" if left else "", f"右值 {right}" if right else ""]
        query = finding.level == "query"
        advice = WAIVED if finding.waiver and not query else finding.remedy or (EXPLAIN if query else CORRECT)
        say(self.text, "，".join(s for s in sides if s) + ("。" if any(sides) else "") + advice.rstrip("。") + "。")
        self.field.setVisible(query)
        self.field.hold(self.half(finding) if query and not locked else None, finding.explanation)
        self.field.edit.setReadOnly(locked)
        self.given.setVisible(bool(finding.waiver) and not query)
        say(self.given, f"特殊情况报送：{finding.waiver}")
        self.save.setVisible(query and not locked)
        self.waive.setVisible(not query and finding.waivable and not finding.waiver and not locked)
        self.take_back.setVisible(not query and bool(finding.waiver) and not locked)
        self._ready()

    def show_consent(self, head: str) -> None:
        """Say who consented to what is sent as 特殊情况报送."""
        if self.finding is not None and head:
            say(self.given, f"特殊情况报送：{self.finding.waiver.rstrip('。')}。同意人：{head}")

    def suggest(self, before: str) -> None:
        """Offer last quarter's words where nothing is written yet: an answer only when they are taken over."""
        self.before = before
        self.field.edit.setPlaceholderText(f"上期的说明（只供参考）：{before}" if before else "")
        self._ready()

    def _ready(self) -> None:
        if self.finding is not None:
            text = self.field.text()
            fits = len(text) <= EXPLANATION_LIMIT and (bool(text) or bool(self.finding.explanation))
            self.save.setEnabled(fits and not self.locked)
            self.again.setVisible(bool(self.before) and not text and not self.finding.explanation and not self.locked)
            self.all_again.setVisible(not self.again.isHidden() and self.offered > 1)
            self.save.setText("保存说明并看下一处" if text or not self.finding.explanation else "撤回说明")

    def _take_over(self) -> None:
        self.saved.emit(self.before)

    def _save(self) -> None:
        if self.save.isEnabled():
            self.field.leave()
            self.saved.emit(self.field.text())
            if not self.field.isHidden() and not self.field.text():
                self.field.edit.setFocus()  # for the next one's words

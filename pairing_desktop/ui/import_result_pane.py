"""Last step of importing: what was done, and how to take it back."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.ui.cards import button, column, picture, row, say, words

if TYPE_CHECKING:
    from pairing_desktop.services.importing import Outcome, Plan


class ResultPane(QWidget):
    """``undoWanted`` and ``refusedWanted`` are what may be done next."""

    undoWanted = Signal()  # noqa: N815  # Qt's manner
    refusedWanted = Signal()  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outcome: Outcome | None = None
        self.sign = picture("checkmark_circle", 40, "ok", filled=True)
        self.title = words("", role="pane", wrap=True)
        self.counts = words("", wrap=True)
        self.note = words("", tone="text2", wrap=True)
        self.undo = button("撤销本次导入", icon="arrow_undo", action=self.undoWanted.emit)
        self.refused = button("另存拒收的行…", icon="save", action=self.refusedWanted.emit)
        self.saved = words("", role="hint", wrap=True, select=True)
        for label in (self.title, self.counts, self.note, self.saved):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(column(
            None, row(None, self.sign, None), self.title, self.counts, self.note,
            row(None, self.undo, self.refused, None, spacing=12), self.saved, None, None,
            spacing=14, margins=(48, 24, 48, 24)))

    def show_outcome(self, outcome: "Outcome", plan: "Plan") -> None:
        """Tell what was imported."""
        self.outcome = outcome
        self.sign.show_icon("checkmark_circle", "ok", filled=True)
        say(self.title, f"已从“{plan.file.name}”导入 {outcome.created + outcome.changed:,} 行")
        say(self.counts, f"新增 {outcome.created:,} ・ 修改 {outcome.changed:,} ・ 不变 {outcome.unchanged:,} ・ "
                         f"拒收 {outcome.refused:,}")
        refused = "拒收的行可以另存出来，每一格的原因写在批注里，改好再导一次。" if outcome.refused else ""
        say(self.note, f"导入的内容已经存盘。{refused}")
        self.undo.show()
        self.refused.setVisible(bool(outcome.refused))
        say(self.saved, "")

    def show_undone(self) -> None:
        """Tell that it was taken back."""
        self.sign.show_icon("arrow_undo", "accent")
        say(self.title, "已撤销本次导入")
        say(self.note, "新增的已删除，改过的已恢复原样；修改历史里都有记录。")
        self.undo.hide()

    def say_saved(self, path: Path) -> None:
        """Tell where the refused rows are."""
        say(self.saved, f"拒收的行已存到 {path}")

"""Says that what was submitted is no longer what the records say, and offers the reasons given while they changed."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.banner import Banner

if TYPE_CHECKING:
    from pairing_desktop.services.submitting import QuarterState


class ChangedBanner(Banner):
    """Hidden while nothing changed since the last submission."""

    def __init__(self, workspace: Workspace, reason: QPlainTextEdit) -> None:
        """``reason`` is where the next submission's reason is typed."""
        super().__init__()
        self._ws, self._reason = workspace, reason
        self._offered = ("", 0, 0)
        """For which changes reasons were offered: a clerk who clears them is not offered them again."""

    def show_state(self, state: "QuarterState") -> None:
        """Say how many places changed; offer the reasons given while saving once for each number of them."""
        from pairing_desktop.services import entering, submitting

        if not state.changed:
            self.say("")
            return
        words = f"第 {state.number} 次报送后有 {state.changed} 处改动，尚未报送；预览是改动后的报表。"
        self.say(words, tone="query")
        if self._offered != (state.quarter, state.number, state.changed) and not self._reason.toPlainText().strip():
            self._offered = (state.quarter, state.number, state.changed)
            sent = next((s.at for s in submitting.submissions(self._ws, state.quarter) if s.state == "submitted"), None)
            given = [p.why for _, p in reversed(entering.recent(self._ws)) if p.why and sent and p.at > sent]
            self._reason.setPlainText("；".join(dict.fromkeys(given)))

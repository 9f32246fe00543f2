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
        self._asked = ("", 0, 0)
        self._offered = ""

    def show_state(self, state: "QuarterState") -> None:
        """Say how many places changed; offer the reasons given while saving.

        What was offered follows further changes until the clerk writes words of their own, or none.
        """
        if not state.changed:
            self.say("")
            return
        words = f"第 {state.number} 次报送后有 {state.changed} 处改动，尚未报送；预览是改动后的报表。"
        self.say(words, tone="query")
        asked = (state.quarter, state.number, self._ws.store.written)
        if asked != self._asked:
            before, self._asked = self._asked, asked
            self._offer(state.quarter, anew=asked[:2] != before[:2])

    def _offer(self, quarter: str, *, anew: bool) -> None:
        """Offer the reasons; ``anew``: what stands there was written for another submission."""
        from pairing_desktop.services import submitting

        given = "；".join(submitting.reasons(self._ws, quarter))
        untouched = given != self._offered and self._reason.toPlainText().strip() in ("", self._offered)
        if anew or untouched:
            self._offered = given
            self._reason.setPlainText(given)

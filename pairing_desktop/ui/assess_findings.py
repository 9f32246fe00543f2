"""What the rules say of an assessment as it is typed, where its page shows it, and the clerk's words to a query."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.finding import Finding
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask

if TYPE_CHECKING:
    from pairing_desktop.formspec.draft import Draft

WHOLE = ("indicators", "bonus", "deduction", "bonus_words", "total")
"""Fields of the whole sheet that the page shows or sums."""
OWED = ("actual_missing", "score_missing", "done_missing", "missed_reason", "evidence_missing")
"""Rules about what is only missing: the list of indicators names it as 还缺."""


class AssessFindings:
    """Checks the sheet after every change."""

    def __init__(self, workspace: Workspace) -> None:
        from pairing_desktop.services.checking import TypedCheck

        self._ws = workspace
        self._rules = TypedCheck(workspace)
        self.by_path: dict[str, Finding] = {}

    def look(self, draft: "Draft") -> None:
        """Work out the findings of what is typed now: the gravest of each field."""
        self.by_path = {}
        for finding in sorted(self._rules.findings(draft), key=_gravity):
            shown = finding.path in WHOLE or finding.path.startswith("indicators/")
            if shown and finding.rule not in OWED:
                self.by_path.setdefault(finding.path, finding)

    def of_row(self, row: str) -> Mapping[str, Finding]:
        """Return an indicator's findings by column."""
        start = f"indicators/{row}/"
        return {path.removeprefix(start): found for path, found in self.by_path.items() if path.startswith(start)}

    @property
    def of_whole(self) -> Finding | None:
        """Return the gravest finding of the sums."""
        return min((self.by_path[name] for name in WHOLE if name in self.by_path), key=_gravity, default=None)

    @property
    def told(self) -> str:
        """Return how many are open, in words; "" for none."""
        waiting = [found for found in self.by_path.values() if is_open(found)]
        errors = sum(found.level == "error" for found in waiting)
        counted = {"有误": errors, "待说明": len(waiting) - errors}
        return "、".join(f"{number} 处{words}" for words, number in counted.items() if number)

    def explain(self, parent: QWidget, finding: Finding) -> bool:
        """Ask for the clerk's words to a query and keep them; False when there are none."""
        from pairing_desktop.services import checking, half_said

        text = ask.dialogs.reason(parent, "填写说明", f"{finding.message}。", yes="保存", initial=finding.explanation,
                                  half=half_said.answer(self._ws, finding))
        if text is None:
            return False
        try:
            checking.explain(self._ws, finding, text)
        except Trouble as told:
            ask.dialogs.trouble(parent, told, title="没有保存")
            return False
        return True


def is_open(finding: Finding) -> bool:
    """Tell whether a finding still waits for a correction or for words."""
    return not finding.explanation and not finding.waiver


def _gravity(finding: Finding) -> tuple[bool, bool]:
    return not is_open(finding), finding.level != "error"

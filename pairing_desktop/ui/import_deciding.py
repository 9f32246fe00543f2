"""A person's decision of a double in the dry run: at once, or where another row is worked out anew as a job."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pairing_desktop.services import importing_deciding

if TYPE_CHECKING:
    from pairing_desktop.progress import Progress
    from pairing_desktop.services.importing import Plan, Row
    from pairing_desktop.services.workspace import Workspace
    from pairing_desktop.ui.import_wizard import ImportWizard

Decision = tuple[int, str, frozenset[str] | None]
"""Number of the row, choice, fields to take."""


class Deciding(QObject):
    """Decides one thing after the other; what is chosen while one is worked out comes next, the last of it."""

    def __init__(self, wizard: "ImportWizard") -> None:
        super().__init__(wizard)
        self._wizard = wizard
        self._next: Decision | None = None
        wizard.review.decided.connect(self._decide)

    def _decide(self, row: "Row", choice: str, take: frozenset[str] | None) -> None:
        self._next = row.number, choice, take
        if not self._wizard.busy:
            self._go_on()

    def _go_on(self) -> None:
        wizard, plan = self._wizard, self._wizard.plan
        if self._next is None or plan is None or wizard.busy:
            return
        (number, choice, take), self._next = self._next, None
        row = next(one for one in plan.rows if one.number == number and not one.sheet)

        def work(workspace: "Workspace", _progress: "Progress") -> "Plan":
            return importing_deciding.decide(workspace, plan, row, choice, take)

        def done(made: "Plan") -> None:
            wizard.plan = made

        if importing_deciding.long(row, choice):
            wizard.run("合并", work, done).ended.connect(self._ended)
        else:
            wizard.show_decided(importing_deciding.decide(wizard.workspace, plan, row, choice, take))

    def _ended(self) -> None:
        """Show what holds now, also where nothing came of it, and go on."""
        if self._next is not None:
            self._go_on()
        elif self._wizard.plan is not None:
            self._wizard.show_decided(self._wizard.plan)

"""A person's decisions in the dry run: at once, or where a row is worked out anew as a job; kept with the file."""

from typing import TYPE_CHECKING

from msgspec import structs
from PySide6.QtCore import QObject

from pairing_desktop.services import importing_deciding, importing_resumed

if TYPE_CHECKING:
    from pairing_desktop.progress import Progress
    from pairing_desktop.services.importing import Plan, Row
    from pairing_desktop.services.importing_deciding import Decision
    from pairing_desktop.services.importing_resumed import Begun
    from pairing_desktop.services.workspace import Workspace
    from pairing_desktop.ui.import_wizard import ImportWizard

Next = tuple[str, frozenset[str] | None]
"""Choice, fields to take."""


class Deciding(QObject):
    """Decides one thing after the other; what is chosen while one is worked out comes next, of each row the last."""

    def __init__(self, wizard: "ImportWizard") -> None:
        super().__init__(wizard)
        self._wizard = wizard
        self._next: dict[int, Next] = {}
        """What is to be decided yet, by the row's number."""
        self._told: tuple[Decision, ...] = ()
        self._digest, self._kept = "", False
        self._before = ""
        """What to say of what was decided before the file was opened."""
        wizard.review.decided.connect(self._decide)

    def begin(self, begun: "Begun") -> str:
        """Go on with what was decided of a file before; return a word where that goes because the file is another."""
        review, choices = self._wizard.review, begun.choices
        review.keep.setChecked(choices is not None and choices.keep_errors)
        review.reason.setText(choices.why if choices else "")
        return self.turn_to(begun)

    def turn_to(self, begun: "Begun") -> str:
        """Go on with what was decided of another sheet of the file, or of the same one read in another way."""
        self._digest, self._kept = begun.digest, begun.choices is not None
        self._told = begun.choices.decisions if begun.choices else ()
        self._before = f"上次的 {len(self._told)} 处决定照旧" if self._told else ""
        if begun.overtaken:
            self._before = f"文件和上次的不一样了，上次有 {begun.overtaken} 处决定，行里的内容没有变的照旧"
        return f"{self._before}。" if begun.overtaken else ""

    def take_up(self, workspace: "Workspace", plan: "Plan") -> "Plan":
        """Return a new dry run with what is decided already, as far as its rows still stand beside the same."""
        told = importing_deciding.standing(plan, self._told)
        made = importing_deciding.again(workspace, plan, told) if told else plan
        lost = len(self._told) - len(importing_deciding.decisions(made))
        before = self._before + (f"，另有 {lost} 处的行变了，请重新决定" if self._before and lost else "")
        return structs.replace(made, notes=(before, *made.notes)) if before else made

    def keep(self, plan: "Plan") -> None:
        """Keep what is decided: it comes back with the file, should the wizard be left or the program end."""
        wizard, decisions = self._wizard, importing_deciding.decisions(plan)
        rows = {one.row for one in decisions}
        others = importing_deciding.standing(plan, [one for one in self._told if one.row not in rows])
        self._told = (*decisions, *others)  # of columns chosen back again
        self._before = ""
        self._kept = self._kept or bool(self._told or plan.keep_errors or plan.why)
        if self._kept:
            importing_resumed.keep_decisions(wizard.workspace, plan, self._digest, self._told)

    def _decide(self, row: "Row", choice: str, take: frozenset[str] | None) -> None:
        self._next[row.number] = choice, take
        if not self._wizard.busy:
            self._go_on()

    def _go_on(self) -> None:
        wizard, plan = self._wizard, self._wizard.plan
        if not self._next or plan is None or wizard.busy:
            return
        number = next(iter(self._next))
        choice, take = self._next.pop(number)
        row = next(one for one in plan.rows if one.number == number and not one.sheet)

        def work(workspace: "Workspace", _progress: "Progress") -> "Plan":
            return importing_deciding.decide(workspace, plan, row, choice, take)

        def done(made: "Plan") -> None:
            wizard.plan = made

        if importing_deciding.long(plan, row, choice, take):
            wizard.run("合并", work, done).ended.connect(self._ended)
        else:
            self._show(importing_deciding.decide(wizard.workspace, plan, row, choice, take))

    def _ended(self) -> None:
        """Show what holds now, also where nothing came of it, and go on."""
        if self._next:
            self._go_on()
        elif self._wizard.plan is not None:
            self._show(self._wizard.plan)

    def _show(self, plan: "Plan") -> None:
        self.keep(plan)
        self._wizard.show_decided(plan)

"""A file that is refused: the cause and what to do on a page of its own, the rest in a list that scrolls."""

from collections.abc import Iterable

from PySide6.QtWidgets import QPlainTextEdit, QPushButton

from pairing_desktop.errors import Problem, Trouble
from pairing_desktop.ui.cards import Empty, say


class ProblemList(QPlainTextEdit):
    """Problems by number, a sentence each; to read, scroll and copy."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName("问题清单")
        self.setMinimumHeight(120)

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show them, or nothing."""
        self.setPlainText("\n".join(f"{n}. {problem}" for n, problem in enumerate(problems, 1)))
        self.setVisible(bool(self.toPlainText()))


class Refusal(Empty):
    """Stands in a page's place while its file is refused."""

    def __init__(self, *actions: QPushButton) -> None:
        self.others = ProblemList()
        self.others.setFixedSize(560, 180)
        super().__init__("error_circle", "", "", *actions, below=self.others)

    def show_trouble(self, error: Trouble) -> None:
        """Say the first problem with its remedy large, the others below."""
        first, *others = error.problems
        say(self.title, first.message)
        say(self.text, f"{first.remedy}。" if first.remedy else "")
        self.others.show_problems(others)

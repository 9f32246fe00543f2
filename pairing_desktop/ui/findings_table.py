"""The findings of a quarter as a table, with filters that count."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.services import countersigning
from pairing_desktop.ui.cards import button, row
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.rows import GAP, Cell, Column, Row, RowsTable
from pairing_desktop.ui.theme import width


def waiting(finding: Finding) -> bool:
    """Tell whether a person still has to do something about it."""
    return not (finding.explanation if finding.level == "query" else finding.waiver)


class Tally(Struct, frozen=True):
    """How many there are, and how many wait."""

    errors: int
    queries: int
    waiting: int
    unexplained: int

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> "Tally":
        """Count."""
        errors = [f for f in findings if f.level == "error"]
        queries = [f for f in findings if f.level == "query"]
        open_errors = sum(waiting(f) for f in errors)
        unexplained = sum(waiting(f) for f in queries)
        return cls(len(errors), len(queries), open_errors + unexplained, unexplained)


FILTERS: tuple[tuple[str, str, Callable[[Finding], bool]], ...] = (
    ("all", "全部", lambda _f: True),
    ("error", "强制", lambda f: f.level == "error"),
    ("query", "核实", lambda f: f.level == "query"),
    ("mine", "待我处理", waiting),
)


USUAL, MOST = {2: 92, 3: 88, 4: 80}, 160
"""The columns of figures and their usual widths; they grow so far that none is cut: it would be another figure."""


def figure_width(texts: Iterable[str], usual: int) -> int:
    """Return how wide a column is for figures to be whole among other texts, which may end in dots."""
    widest = max((width(text, weight=500) for text in texts if text.isascii()), default=0)
    return max(usual, min(widest + 2 * GAP + 1, MOST))


class FindingsTable(RowsTable):
    """Level, place, left and right value, difference, what is done about it."""

    def __init__(self, form_title: Callable[[str], str]) -> None:
        super().__init__("审核发现的问题", (
            Column("级别", 78), Column("位置"), *(Column(title, USUAL[place], right=True)
                                              for place, title in ((2, "左值"), (3, "右值"), (4, "差额"))),
            Column("处理", 72),
        ), row_height=42)
        self._form_title = form_title

    def show_findings(self, findings: Sequence[Finding], keep: Finding | None) -> None:
        """Show them; the one with the identity of ``keep`` is the current one again."""
        rows = [self._line(f) for f in findings]
        for place, usual in USUAL.items():
            self.widen(place, figure_width((row.cells[place].text for row in rows), usual))
        again = next((f for f in findings if keep is not None and f.identity == keep.identity), None)
        self.show_rows(rows, keep=again)

    def _line(self, finding: Finding) -> Row:
        mark = MARKS["error" if finding.level == "error" else "query" if waiting(finding) else "explained"]
        level = MARKS[finding.level]
        done = not waiting(finding)
        colour = "ok" if done else level.tone
        state = ("特殊情况" if done else "待改正") if finding.level == "error" else ("已说明" if done else "待说明")
        dash, title = "—", self._form_title(finding.form)
        left, right = countersigning.sides(finding)
        return Row((
            Cell(level.word, icon=mark.icon, icon_colour=mark.colour, filled=mark.filled,
                 colour="text2" if done else level.tone),
            Cell(title, finding.place if finding.place != title else finding.message,
                 tip=f"{finding.place}\n{finding.message}"),
            Cell(left or dash), Cell(right or dash), Cell(finding.difference or dash, weight=500),
            Cell(state, colour=colour),
        ), finding)


class Filters(QWidget):
    """One filter at a time, each with its count."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        for name, title, _ in FILTERS:
            new = button(title, kind="segment")
            new.setCheckable(True)
            self.group.addButton(new)
            self.buttons[name] = new
        self.buttons["all"].setChecked(True)
        self.group.buttonClicked.connect(lambda _button: self.changed.emit())
        self.setLayout(row(*self.buttons.values(), spacing=4))

    def name(self) -> str:
        """Return the chosen filter's name."""
        return next(name for name, one in self.buttons.items() if one.isChecked())

    def choose(self, name: str) -> None:
        """Choose a filter."""
        self.buttons[name].setChecked(True)
        self.changed.emit()

    def count(self, findings: Sequence[Finding]) -> None:
        """Show how many each filter lets through."""
        for name, title, passes in FILTERS:
            self.buttons[name].setText(f"{title} {sum(map(passes, findings))}")

    def applied(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return those that the chosen filter lets through."""
        passes = next(p for name, _, p in FILTERS if name == self.name())
        return [f for f in findings if passes(f)]

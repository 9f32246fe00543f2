"""A table field's rows as Qt sees them. Findings stand in rows of their own under the row they belong to."""

from difflib import SequenceMatcher
from itertools import chain, islice
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.finding import Finding
from pairing_desktop.ui.entry import Entry, Paths
from pairing_desktop.ui.finding_line import sentence
from pairing_desktop.ui.labels import asking, plain, spoken
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.severity import mark_name

Index = QModelIndex | QPersistentModelIndex
ONLY_SEEN = Qt.ItemFlag.ItemIsEnabled
CHOSEN = ONLY_SEEN | Qt.ItemFlag.ItemIsSelectable
HAS_LIST = ("choice", "choices", "county", "reference", "yes_no")
"""Types whose cells open a list."""

MOST_TOLD = 12
"""Choices that are told one by one."""

MOST_CELLS = 100
"""Changed cells that are painted one by one; with more the whole table is."""

MOST_RUNS = 24
"""Runs of lines that come or go one by one; beyond, all is shown anew."""

MOST_NOTES = 30
"""Findings told in lines of their own; a pasted block may hold a thousand, and the window would stand still for
seconds. The others' cells are marked, F8 and the findings below the form lead to them, and the next ones are told as
the first are mended."""

TYPED_INTO = CHOSEN | Qt.ItemFlag.ItemIsEditable


class RowLine(Struct, frozen=True):
    """A row of the draft: its id and its number as shown."""

    row: str
    number: int


class NoteLine(Struct, frozen=True):
    """A finding under a row."""

    row: str
    finding: Finding


Line = RowLine | NoteLine


def _key(line: Line) -> tuple[str, str]:
    """Return what a line stays the same by: a row, or the cell and the rule whose finding it tells."""
    return (line.row, f"{line.finding.path} {line.finding.rule}" if isinstance(line, NoteLine) else "")


class Look(Struct, frozen=True):
    """How a cell looks: its words, whether it is computed now, the level of an open finding ("" for none)."""

    text: str
    locked: bool = False
    level: str = ""


class TableModel(QAbstractTableModel):
    """Column 0 numbers the rows; then the columns, then 上期 of the computed ones where an earlier quarter has any."""

    def __init__(self, entry: Entry, table: Field, parent: QObject) -> None:
        super().__init__(parent)
        self.entry, self.table = entry, table
        self.columns = table.columns
        self.earlier = self._earlier_columns([c for c in table.columns if not c.detail])
        self._looks: dict[tuple[str, int], Look] = {}
        self.lines: list[Line] = []
        self.lines = self._lines()

    def _earlier_columns(self, main: list[Field]) -> list[Field]:
        if self.entry.opened.previous is None:
            return []
        return [c for c in main if c.computed and c.is_number][:1]

    def _lines(self) -> list[Line]:
        lines: list[Line] = []
        left, own = MOST_NOTES, f"{self.table.id}/"
        told = {finding.path.split("/")[1] for finding in self.entry.found.all if finding.path.startswith(own)}
        for number, row in enumerate(self.entry.draft.rows(self.table.id), 1):
            lines.append(RowLine(row, number))
            if row not in told:
                continue
            found = (self.entry.found.at(f"{self.table.id}/{row}/{c.id}") for c in self.table.columns)
            notes = [NoteLine(row, finding) for finding in islice(chain.from_iterable(found), left)]
            left -= len(notes)
            lines += notes
        return lines

    def concerned(self, paths: Paths) -> Paths:
        """Return which of some paths are the table's own."""
        return None if paths is None else frozenset(p for p in paths if p.split("/", 1)[0] == self.table.id)

    def refresh(self, paths: Paths = None) -> bool:
        """Show the draft's state again, where it looks different; return whether lines came, went or changed."""
        self._forget(paths)
        before, lines = self.lines, self._lines()
        if [_key(n) for n in lines] != [_key(n) for n in before]:
            self._move(lines)
            self._number_again(lines)
        self.lines = lines
        self._tell(lines, paths)
        return lines != before

    def _move(self, lines: list[Line]) -> None:
        """Let lines come and go one run after another, so that the cursor, an open cell and the other lines stay."""
        runs = SequenceMatcher(None, [_key(n) for n in self.lines], [_key(n) for n in lines], autojunk=False)
        changes = [run for run in runs.get_opcodes() if run[0] != "equal"]
        if len(changes) > MOST_RUNS:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()
            return
        for _, first, beyond, begin, end in reversed(changes):
            if beyond > first:
                self.beginRemoveRows(QModelIndex(), first, beyond - 1)
                self.lines = [*self.lines[:first], *self.lines[beyond:]]
                self.endRemoveRows()
            if end > begin:
                self.beginInsertRows(QModelIndex(), first, first + end - begin - 1)
                self.lines = [*self.lines[:first], *lines[begin:end], *self.lines[first:]]
                self.endInsertRows()

    def _number_again(self, lines: list[Line]) -> None:
        """Let the rows' numbers be read anew."""
        self._looks = {at: look for at, look in self._looks.items() if at[1]}
        if lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, 0))

    def _forget(self, paths: Paths) -> None:
        rows = None if paths is None else {path.split("/")[1] for path in paths if "/" in path}
        self._looks = {} if rows is None else {at: look for at, look in self._looks.items() if at[0] not in rows}

    def _tell(self, lines: list[Line], paths: Paths) -> None:
        """Tell Qt which cells to paint again: one by one, for a range makes it paint the whole table."""
        if lines and (paths is None or len(paths) > MOST_CELLS):
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, self.columnCount() - 1))
            return
        for path in paths or ():
            index = self.index_of(path) if "/" in path else QModelIndex()
            if index.isValid():
                self.dataChanged.emit(index, index)
            if index.column() == 1:
                for beside in range(1 + len(self.columns), self.columnCount()):
                    self.dataChanged.emit(index.siblingAtColumn(beside), index.siblingAtColumn(beside))

    def look(self, line: RowLine, column: int) -> Look:
        """Return how a cell looks; kept until it changes, for cells are painted far more often."""
        found = self._looks.get((line.row, column))
        if found is None:
            found = self._looks[line.row, column] = self._look(line, column)
        return found

    def _look(self, line: RowLine, column: int) -> Look:
        field = self.field_at(column)
        if field is None:
            return Look(self._shown(line, column))
        path = f"{self.table.id}/{line.row}/{field.id}"
        return Look(self._shown(line, column), self.entry.locked(path), self.entry.found.level(path))

    # Qt's questions

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of lines."""
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return number column, columns and 上期."""
        return 0 if parent is not None and parent.isValid() else 1 + len(self.columns) + len(self.earlier)

    def field_at(self, column: int) -> Field | None:
        """Return the field of a column that can be typed into or computed."""
        return self.columns[column - 1] if 1 <= column <= len(self.columns) else None

    def path_at(self, index: Index) -> str:
        """Return the path of a cell, "" for the number column, 上期 and findings."""
        line = self.lines[index.row()] if index.isValid() and index.row() < len(self.lines) else None
        field = self.field_at(index.column())
        return f"{self.table.id}/{line.row}/{field.id}" if isinstance(line, RowLine) and field else ""

    def index_of(self, path: str) -> QModelIndex:
        """Return the cell of a path."""
        _, row, column = [*path.split("/"), "", ""][:3]
        place = next((n for n, line in enumerate(self.lines) if isinstance(line, RowLine) and line.row == row), None)
        across = next((n for n, c in enumerate(self.columns, 1) if c.id == column), 1)
        return self.index(place, across) if place is not None else QModelIndex()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt
        """Return a column's label."""
        if orientation != Qt.Orientation.Horizontal or section == 0:
            return None
        field = self.field_at(section)
        earlier = None if field else self.earlier[section - 1 - len(self.columns)]
        if role == Qt.ItemDataRole.DisplayRole:
            return asking(field) if field else f"上期{plain(earlier.label)}" if earlier else None
        if role == Qt.ItemDataRole.AccessibleTextRole and field:
            return spoken(asking(field))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if field is None or field.is_number else Qt.AlignmentFlag.AlignLeft
            return int(Qt.AlignmentFlag.AlignVCenter | side)
        return field.help if role == Qt.ItemDataRole.ToolTipRole and field else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt
        """Return what a cell shows."""
        line = self.lines[index.row()] if index.row() < len(self.lines) else None
        if not isinstance(line, RowLine):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.look(line, index.column()).text
        if role == Qt.ItemDataRole.ToolTipRole:
            path = self.path_at(index)
            return self.entry.draft.raw_problem(path) or self._shown(line, index.column()) if path else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(line, index)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self._how(index)
        return None

    def _spoken(self, line: RowLine, index: Index) -> str | None:
        """Return a cell as a screen reader is told it, with what is wrong in it."""
        field = self.field_at(index.column())
        if field is None:
            return None
        found = self.entry.found.at(self.path_at(index))
        wrong = "".join(f"，{MARKS[mark_name(one)].word}：{sentence(one)}" for one in found)
        return f"第{line.number}行 {plain(field.label)} {self._shown(line, index.column())}{wrong}"

    def _how(self, index: Index) -> str:
        """Return how a cell is filled in beside typing, and what may be chosen, for a screen reader."""
        field = self.field_at(index.column())
        if field is None or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return ""
        names = [plain(choice.label) for choice in field.choices]
        offered = f"可选：{'、'.join(names)}" if 0 < len(names) <= MOST_TOLD else "可选"
        how = (f"{offered}，按 F2 再按 ↓ 打开选项" if field.type in HAS_LIST
               else "日期，按 F2 再按 Alt+↓ 打开日历" if field.type == "date" else "")
        return "。".join(filter(None, (how, field.help)))

    def _shown(self, line: RowLine, column: int) -> str:
        if column == 0:
            return str(line.number)
        field = self.field_at(column)
        if field is not None:
            return self.entry.draft.shown(f"{self.table.id}/{line.row}/{field.id}")
        return self.earlier_text(line.row, self.earlier[column - 1 - len(self.columns)])

    def earlier_text(self, row: str, column: Field) -> str:
        """Return last quarter's value of a column, in the row that has the same name."""
        previous = self.entry.opened.previous
        if previous is None or not self.columns:
            return ""
        name = self.columns[0].id
        wanted = self.entry.draft.shown(f"{self.table.id}/{row}/{name}")
        for other in previous.rows(self.table.id):
            if wanted and previous.shown(f"{self.table.id}/{other}/{name}") == wanted:
                return previous.shown(f"{self.table.id}/{other}/{column.id}")
        return ""

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells can be chosen; those that aren't locked can be typed into."""
        line = self.lines[index.row()] if index.row() < len(self.lines) else None
        if not isinstance(line, RowLine):
            return ONLY_SEEN
        field = self.field_at(index.column())
        if field is None or field.type == "attachment" or self.look(line, index.column()).locked:
            return CHOSEN  # a file is chosen in a window of its own
        return TYPED_INTO


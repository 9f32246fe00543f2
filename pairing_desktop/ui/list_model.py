"""A form's records as Qt sees them: fetched a page at a time, sorted and filtered by the index, never all loaded."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.values import NotUnderstood
from pairing_desktop.services import listing
from pairing_desktop.services.listing import Line
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.labels import plain
from pairing_desktop.ui.marks import MARKS

Index = QModelIndex | QPersistentModelIndex
PAGE, PART = 25, 8
"""Rows read at once: the first a window shows, and of the others, which may lie all over a file on a slow disk, no more
than a turn of the wheel brings in sight."""

STRETCH = 400
"""So many keys come off the index at once, those around the page looked at: deep down the walk takes longest."""

LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
LABEL = ""
"""The column of what names a record, for forms that no field names: the park of its progress sheet, the quarter."""

HEAD_WORDS = Qt.ItemDataRole.UserRole + 1
"""A column's head as it is copied and exported: without the arrow that shows the order."""

LONG = 5000
"""Records from which a list's order is waited for: to walk to a place farther down, or to any place of an order by
several columns, may take longer than a frame lasts."""

SUMMED_MOST = 400
"""Lists longer than this don't add up their figures while one types."""


class ListModel(QAbstractTableModel):
    """Column 0 is the mark; then the chosen columns. Sheets not begun yet stand at the end."""

    def __init__(self, workspace: Workspace, form: Form, quarter: str, columns: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.workspace, self.form, self.quarter = workspace, form, quarter
        self.columns = tuple(columns)
        self.find = ""
        self.filters: dict[str, tuple[listing.Place, ...]] = {}
        self.finding = ""
        self.sort_by: tuple[tuple[str, bool], ...] = ()
        self.total = 0
        self.ordering = False
        """The whole order is still to be worked out."""

        self.version = 0
        """Rises with every reading anew, so that an order that was asked for before is not taken for this one's."""
        self.open_mark = ("", "")
        """Key and mark of the open record while something typed waits to be saved."""
        self._order: Sequence[str] = ()
        self._stretch: tuple[int, Sequence[str]] = (0, ())
        """Keys of saved records from a place in order on, until the whole order is known."""

        self._new = 0
        self._missing: tuple[Line, ...] = ()
        self._pages: dict[int, tuple[Line, ...]] = {}
        self.reload()

    def reload(self) -> None:
        """Read the first page anew; the rest when it is looked at."""
        self.beginResetModel()
        self.version += 1
        self._order, self._stretch = (), (0, ())
        page = listing.list_records(self.workspace, self.form.id, columns=self._fields(), limit=PAGE, **self.asked())
        self.total = page.total
        self._new = max(0, len(page.lines) - PAGE)
        self._pages = {0: page.lines}
        self._missing = page.missing
        self.ordering = self.total > PAGE
        self.endResetModel()

    def asked(self) -> dict[str, Any]:
        """Return what of the form is listed, and in which order."""
        return {**self.meant(), "sort": self.sort_by}

    def meant(self) -> dict[str, Any]:
        """Return what of the form is listed."""
        return {"quarter": self.quarter, "find": self.find, "filters": dict(self.filters), "finding": self.finding}

    @property
    def narrowed(self) -> bool:
        """Tell whether only some of the records are listed."""
        return bool(self.find or self.filters or self.finding)

    def _fields(self) -> list[str]:
        return [name for name in self.columns if name != LABEL]

    def _read(self, offset: int) -> tuple[Line, ...]:
        """Return the page of saved records from a place in order on."""
        start, keys = (0, self._order) if self._order else self._around(offset)
        return listing.lines(self.workspace, self.form.id, keys[offset - start:offset - start + PART],
                             quarter=self.quarter, columns=self._fields())

    def _around(self, offset: int) -> tuple[int, Sequence[str]]:
        if not self._in_stretch(offset):
            start = max(0, offset - STRETCH // 4)
            length = min(STRETCH, self.total - self._new - start)
            self._stretch = start, listing.order(self.workspace, self.form.id, stretch=(start, length), **self.asked())
        return self._stretch

    def _in_stretch(self, offset: int) -> bool:
        start, keys = self._stretch
        return start <= offset and min(offset + PART, self.total - self._new) <= start + len(keys)

    def take_order(self, keys: Sequence[str], version: int) -> None:
        """Take the whole list's keys, worked out in the background: no page is far away then."""
        if version == self.version:
            self.ordering = False
            if len(keys) + self._new == self.total:
                self._order = keys

    def _work_out(self) -> None:
        self.take_order(listing.order(self.workspace, self.form.id, **self.asked()), self.version)

    def field_at(self, section: int) -> Field | None:
        """Return the field of a column, None for mark and label."""
        name = self.columns[section - 1] if section else LABEL
        return self.form.by_id.get(name)

    @property
    def name_section(self) -> int:
        """Return the column that names the records, wherever it was moved; 0 where it is not among those shown."""
        name = self.form.name if self.form.name in self.form.list.columns else LABEL
        return self.columns.index(name) + 1 if name in self.columns else 0

    def mark(self, line: Line) -> str:
        """Return a row's mark; the open record's is that of what is typed."""
        key, mark = self.open_mark
        return mark if key and key == line.key else line.mark

    def text(self, line: Line, section: int) -> str:
        """Return a cell's text."""
        name = self.columns[section - 1]
        if name == LABEL or (section == (self.name_section or 1) and not line.key):
            return line.label
        if not line.key:
            return ""
        place = [c for c in self.columns if c != LABEL].index(name)
        return line.cells[place] if place < len(line.cells) else ""

    @property
    def missing(self) -> int:
        """Return how many sheets are not begun yet."""
        return len(self._missing)

    def line(self, row: int) -> Line | None:
        """Return a row, fetching its page if need be; None where nobody knows yet what stands there.

        Looking for a place far down an order would hold the window up: that order is on its way.
        """
        if row < 0 or row >= self.total + len(self._missing):
            return None
        if row >= self.total:
            return self._missing[row - self.total]
        first = self._pages.get(0, ())
        if row < len(first):
            return first[row]
        number, place = divmod(row - len(first), PART)
        if number + 1 not in self._pages:
            offset = len(first) - self._new + number * PART
            if self._far(offset):
                return None
            self._pages[number + 1] = self._read(offset)
        page = self._pages[number + 1]
        return page[place] if place < len(page) else None

    def _far(self, offset: int) -> bool:
        """Tell whether the way to a page is too long for a frame: nothing known reaches there."""
        if not self.ordering or self.total <= LONG or self._in_stretch(offset):
            return False
        return len(self.sort_by) > 1 or offset > LONG

    def row_of(self, key: str, subject: str = "", near: int = -1) -> int:
        """Return a record's row, -1 if it isn't listed or nobody knows yet where.

        It is looked for in the pages read so far, around the row ``near``, and in the whole order once that is known:
        at once in a list of one stretch.
        """
        if not key:
            missing = (n for n, line in enumerate(self._missing, self.total) if line.subject == subject)
            return next(missing, -1)
        first = len(self._pages.get(0, ()))
        if first <= near < self.total and len(self.sort_by) <= 1:
            self._around(near - self._new)  # one stood there a moment ago: that is worth a walk
        for row in (near - 1, near, near + 1):
            self.line(row)
        for number, lines in self._pages.items():
            start = first + (number - 1) * PART if number else 0
            for row, line in enumerate(lines, start):
                if line.key == key:
                    return row
        if self.ordering and self.total <= STRETCH:
            self._work_out()
        return self._order.index(key) + self._new if key in self._order else -1

    def keys_of(self, rows: Sequence[int]) -> list[str]:
        """Return the keys of some rows; a sheet not begun has none."""
        keys = (held if isinstance(held, str) else held.key for held in self.held(rows))
        return [key for key in keys if key]

    def held(self, rows: Sequence[int]) -> list[Line | str]:
        """Return what of some rows is at hand: lines, or their keys where they are too many to fetch their pages."""
        if len(rows) > PAGE and not self._order:
            self._work_out()
        far = range(len(self._pages[0]), self._new + len(self._order))
        found = (self._order[row - self._new] if row in far else self.line(row) for row in rows)
        return [each for each in found if each is not None]

    def first_missing(self) -> str:
        """Return the subject of the first sheet that is not begun, "" if there is none."""
        return self._missing[0].subject if self._missing else ""

    def sum_of(self, column: str) -> str:
        """Return a figure's total as shown, "" for a list too long to add up or figures of unlike nature."""
        if self.total > SUMMED_MOST or column not in self.columns:
            return ""
        if column == LABEL:
            return ""
        field, section, total = self.form.by_id[column], self.columns.index(column) + 1, Decimal(0)
        if field.type == "percent" or not field.is_number:
            return ""
        for row in range(self.total):
            line = self.line(row)
            if line is not None and (text := self.text(line, section)):
                try:
                    value = field.converter.parse(text).value
                except NotUnderstood:
                    continue
                total += Decimal(value) if isinstance(value, (int, Decimal)) else 0
        return field.converter.show(total if field.type == "decimal" else int(total))

    # Qt's questions

    def rowCount(self, parent: Index | None = None) -> int:
        """Return the number of records and of sheets not begun."""
        return 0 if parent is not None and parent.isValid() else self.total + len(self._missing)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the mark's column and the chosen ones."""
        return 0 if parent is not None and parent.isValid() else 1 + len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt
        """Return a column's label with its unit, and an arrow where it sorts."""
        if orientation != Qt.Orientation.Horizontal or section == 0:
            return None
        field = self.field_at(section)
        if field is None:
            words = label_title(self.workspace, self.form)
            return {int(Qt.ItemDataRole.DisplayRole): words, int(HEAD_WORDS): words,
                    int(Qt.ItemDataRole.TextAlignmentRole): int(LEFT.value)}.get(int(role))
        if role in (Qt.ItemDataRole.DisplayRole, HEAD_WORDS):
            return head(field) + (self._arrow(field.id) if role == Qt.ItemDataRole.DisplayRole else "")
        if role == Qt.ItemDataRole.DecorationRole and field.id in self.filters:
            return "filter"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if field.is_number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _arrow(self, name: str) -> str:
        """Return the arrow of a column that orders, with its place where several do."""
        place = next((n for n, (field, _) in enumerate(self.sort_by, 1) if field == name), 0)
        if not place:
            return ""
        arrow = " ↓" if self.sort_by[place - 1][1] else " ↑"
        return f"{arrow}{place}" if len(self.sort_by) > 1 else arrow

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt
        """Return a cell's text."""
        line = self.line(index.row())
        if line is None:
            return None
        if role == Qt.ItemDataRole.UserRole:
            return line
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return f"{MARKS[self.mark(line)].word} {line.label}"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) and index.column() > 0:
            return self.text(line, index.column())
        return None


def texts(line: Line, columns: Sequence[str]) -> list[str]:
    """Return a row's cells under these columns, which it was read with."""
    cells = iter(line.cells)
    found = [line.label if name == LABEL else next(cells, "") for name in columns]
    return found if line.key else [line.label, *("" for _ in found[1:])]


def head(field: Field) -> str:
    """Return a column's label with its unit."""
    return f"{plain(field.label)}（{field.unit}）" if field.unit else plain(field.label)


def label_title(workspace: Workspace, form: Form) -> str:
    """Return the head of the label's column: what the sheet hangs on, or its period."""
    return workspace.catalogue.form(form.subject).short if form.subject else "报告期"

"""A titled part of a form: its fields in one or two columns, its tables as sheets."""

import re
from collections.abc import Iterable, Iterator, Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from pairing_desktop.formspec import period
from pairing_desktop.formspec.definition import Field, Section
from pairing_desktop.ui import icons
from pairing_desktop.ui.earlier_label import Place, place
from pairing_desktop.ui.entry import Entry, Paths
from pairing_desktop.ui.field_row import FieldRow, is_wide, label_width
from pairing_desktop.ui.labels import plain
from pairing_desktop.ui.table_editor import TableEditor
from pairing_desktop.ui.theme import fill

PAPER_NUMBER = re.compile(r"^[一二三四五六七八九十]+、")
"""A group's number on paper, where all of them are shown; here a section's title takes the place of some."""
COLUMN_GAP = 28
ROW_GAP = 8
PART = 5
"""Fields that are made in one turn of the window's loop, where a section follows once the form is painted."""


class FormSection(QWidget):
    """Lays a section out; forwards what its fields say. Its title stands at once, its fields once it is filled."""

    entered = Signal(str)
    typing = Signal(str)
    explainWanted = Signal(object)  # noqa: N815  # Qt's manner

    def __init__(self, entry: Entry, section: Section, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        fill(self)
        self.entry, self.section = entry, section
        self._rows: list[FieldRow] = []
        self._tables: list[TableEditor] = []
        self._columns = 1
        self._room = 0
        """Width of one of two columns, 0 before it is known."""
        self._alone: frozenset[str] = frozenset()
        """Fields whose text is too long for a column: each has a row of its own."""
        self._crowded = False
        """Whether the earlier values stand under the fields."""
        self._filled = False
        self._making: Iterator[None] | None = None
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(ROW_GAP)
        self._grids: list[tuple[QGridLayout, list[FieldRow]]] = []
        self._hint = QLabel(self)
        self._head = self._title(section.title, self._hint, "section")
        self._whole.addLayout(self._head)
        self._show_hint()

    @property
    def rows(self) -> list[FieldRow]:
        """Return the fields."""
        self.fill()
        return self._rows

    @property
    def tables(self) -> list[TableEditor]:
        """Return the tables."""
        self.fill()
        return self._tables

    def fill(self) -> bool:
        """Make the fields and tables that are not there yet; tell whether any had to be made."""
        return self.fill_part(len(self.section.fields) + 1)

    def fill_part(self, fields: int = PART) -> bool:
        """Make some of the fields, if they are not there yet; they are shown once all are made."""
        if self._filled:
            return False
        self._making = self._making or self._make()
        for _ in range(fields):
            next(self._making, None)
        return True

    def _make(self) -> Iterator[None]:
        """Make field by field, then lay them out."""
        first = self.section.fields[0]
        own_title = first.type == "table" and (len(self.section.fields) == 1 or first.label == self.section.title)
        yield from self._build(self.section.fields, untitled=first if own_title else None)
        self._filled = True
        self._lay_out()
        self._share()
        if self.isVisible():
            for widget in (*self._rows, *self._tables):
                widget.show()  # the layout would show it later, and nothing could go there meanwhile

    def _title(self, title: str, hint: QLabel | None, role: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        name = QLabel(plain(title), self)
        name.setProperty("role", role)
        row.addWidget(name)
        if hint is not None:
            hint.setProperty("role", "hint")
            hint.setMinimumWidth(60)
            row.addWidget(hint, 1)
        else:
            row.addStretch(1)
        return row

    def _show_hint(self) -> None:
        """Show the section's own hint, and why a figure of the quarter alone stays blank."""
        before = period.previous(self.entry.quarter)
        known = self.entry.opened.previous
        lost = period.Quarter.parse(self.entry.quarter).number > 1 and any(
            f.quarter_of and not (known and known.shown(f.quarter_of)) for f in self.section.fields)
        why = f"{period.title(before)}没有填累计数，本季数算不出（当时已有的，去补填）" if lost else ""
        self._hint.setText("；".join(part for part in (self.section.hint, why) if part))

    def _build(self, fields: tuple[Field, ...], *, untitled: Field | None) -> Iterator[None]:
        every = (f for section in self.entry.form.sections for f in section.fields)
        labels = label_width(tuple(f for f in every if f.type != "table"))  # one edge down the whole form
        run: list[FieldRow] = []
        for field in fields:
            if field.type == "table":
                self._close(run)
                run = []
                self._add_table(field, titled=field is not untitled)
                yield
                continue
            if field.group and self.section.title not in field.group:
                self._close(run)
                run = []
                self._whole.addLayout(self._title(PAPER_NUMBER.sub("", field.group), None, "group"))
            row = FieldRow(self.entry, field, labels, self)
            row.entered.connect(self.entered)
            row.typing.connect(self.typing)
            row.explainWanted.connect(self.explainWanted)
            self._rows.append(row)
            run.append(row)
            yield
        self._close(run)

    def _close(self, run: list[FieldRow]) -> None:
        if run:
            grid = QGridLayout()
            grid.setHorizontalSpacing(COLUMN_GAP)
            grid.setVerticalSpacing(ROW_GAP)
            self._grids.append((grid, run))
            self._whole.addLayout(grid)

    def _add_table(self, field: Field, *, titled: bool) -> None:
        table = TableEditor(self.entry, field, self)
        table.entered.connect(self.entered)
        table.typing.connect(self.typing)
        table.explainWanted.connect(self.explainWanted)
        insert = QPushButton(icons.icon("add"), "插入行", self)
        insert.setIconSize(QSize(16, 16))
        insert.setProperty("kind", "plain")
        insert.setAccessibleName(f"{plain(field.label)}：插入行")
        insert.setToolTip("在光标上方插入行（Ctrl++），删除行按 Ctrl+-")
        insert.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        insert.clicked.connect(table.append_row)
        insert.setVisible(not self.entry.read_only)
        if titled:
            head = self._title(field.label, None, "group")
            head.addWidget(insert)
            self._whole.addSpacing(4)
            self._whole.addLayout(head)
        else:
            self._head.addWidget(insert)
        self._tables.append(table)
        self._whole.addWidget(table)

    def set_columns(self, columns: int) -> None:
        """Lay the fields out anew in one or two columns."""
        if columns != self._columns:
            self._columns = columns
            self._crowded = False
            self._lay_out()
            self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See anew which fields have room beside another."""
        super().resizeEvent(event)
        room = max(0, self.width() - COLUMN_GAP) // 2
        if room != self._room:
            self._room = room
            self._crowded = False
            self._make_room(self._rows)
            self._share()

    def _make_room(self, rows: Iterable[FieldRow]) -> bool:
        """Lay the fields out anew if some of these have a text that needs a row of its own now, or no more."""
        moved = self._filled and any(self._needs_row(row) != (row.path in self._alone) for row in rows)
        if moved:
            self._lay_out()
        return moved

    def _needs_row(self, row: FieldRow) -> bool:
        return self._columns > 1 and self._room > 0 and not row.fits(self._room)

    def _share(self) -> bool:
        """Let earlier values stand beside all fields of the section or under all; tell whether any moved.

        While one types none comes back up: what grew may shrink again.
        """
        rows = [row for row in self._rows if row.shares]
        if not (self._filled and self._room and rows):
            return False
        together = [row for row in rows if not self._is_alone(row)]
        room = rows[0].room(self._room if self._columns > 1 else self.width())
        stands = place(room, [row.wish() for row in together])
        self._crowded = self._crowded or stands.under
        shared = Place(self._crowded, stands.beside)
        moved = [row.stand(None if self._is_alone(row) else shared) for row in rows]
        return any(moved)

    def _lay_out(self) -> None:
        columns = self._columns
        self._alone = frozenset(row.path for row in self._rows if self._needs_row(row))
        for grid, run in self._grids:
            for row in run:
                grid.removeWidget(row)  # deletes its item too, which takeAt would leave to hold a stale size
            for row, line, column in self._places(run):
                alone = self._is_alone(row)
                row.nest(under=columns == 1, alone=alone and columns > 1)
                if alone:
                    grid.addWidget(row, line, 0, 1, columns)
                else:
                    grid.addWidget(row, line, column, Qt.AlignmentFlag.AlignTop)
            for column in range(2):
                grid.setColumnStretch(column, 1 if column < columns else 0)

    def _places(self, run: list[FieldRow]) -> Iterator[tuple[FieldRow, int, int]]:
        """Yield each field with its line and column.

        A text that is too long in this record moves none of the others to another column: clerks type by place.
        """
        line = column = 0
        begun = False  # whether something stands in the line
        for row in run:
            alone = self._is_alone(row)
            own = alone and row.is_foreseen
            ended = column == self._columns or (own and column > 0)
            if begun and (ended or alone):
                line, begun = line + 1, False
            if ended:
                column = 0
            yield row, line, column
            column = self._columns if own else column + 1
            line, begun = line + alone, not alone

    def _is_alone(self, row: FieldRow) -> bool:
        return is_wide(row.field) or row.path in self._alone

    def holds(self, heads: frozenset[str]) -> bool:
        """Tell whether any of some fields stands here."""
        return any(field.id in heads for field in self.section.fields)

    def refresh(self, paths: Paths, heads: Paths) -> bool:
        """Show the draft's state again: of some fields and cells, or of all; ``ask_room`` once all sections did.

        ``heads`` are the fields that the paths begin with. Tells whether it may need another height.
        """
        if paths is None:
            self._show_hint()
        rows = self._concerned(heads)
        grown = [row.refresh() for row in rows]
        grown.append(self._make_room(rows))
        grown.append(bool(rows) and self._share())
        grown += [table.refresh(paths) for table in self._tables]
        return paths is None or any(grown)

    def ask_room(self, heads: Paths) -> None:
        """Say up to the page that what was shown again may be higher now."""
        for row in self._concerned(heads):
            row.updateGeometry()
        self.updateGeometry()

    def places(self) -> list[int]:
        """Return how far down the form it stands, and each of its fields and tables that is made."""
        return [self.y(), *(self.y() + part.y() for part in (*self._rows, *self._tables))]

    def _concerned(self, heads: Paths) -> list[FieldRow]:
        return [row for row in self._rows if heads is None or row.path in heads]

    def commit(self) -> None:
        """Give what is being typed to the draft."""
        for row in self._rows:
            row.commit()
        for table in self._tables:
            table.commit()

    def worst(self, levels: Mapping[str, str]) -> str:
        """Return the mark for the section's tab, given its fields' own: error, query or "" for nothing open."""
        found = {levels[field.id] for field in self.section.fields if field.id in levels}
        return "error" if "error" in found else "query" if found else ""

"""How wide a sheet's columns are, how high its rows, and where the findings between the rows stand."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, Qt

from pairing_desktop.ui.entry import Paths
from pairing_desktop.ui.finding_line import FindingLine
from pairing_desktop.ui.table_model import HAS_LIST, NoteLine, RowLine

if TYPE_CHECKING:
    from pairing_desktop.ui.table_editor import TableEditor

ROW, HEAD = 30, 28
NUMBER_WIDTH = 34
NARROWEST, WORDY_LEAST, WIDEST = 56, 92, 260
MEASURED = 200
"""Rows whose texts decide how wide a column is."""


class TableLayout:
    """Lays one sheet out; a column is measured again only when a text in it changed."""

    def __init__(self, editor: "TableEditor") -> None:
        self.editor = editor
        self._wanted: dict[int, int] = {}
        self._changed: set[str] = set()
        """Paths whose texts changed since the columns were measured."""

    def seat(self) -> None:
        """Give every finding its spanned row and its words, after rows came, went or say something else."""
        editor, sheet = self.editor, self.editor.sheet
        for place, line in enumerate(sheet.lines):
            if isinstance(line, NoteLine):
                index = sheet.index(place, 0)
                words = editor.indexWidget(index)
                if not isinstance(words, FindingLine):
                    editor.setSpan(place, 0, 1, sheet.columnCount())
                    words = FindingLine(editor, grounded=True)
                    words.explainWanted.connect(editor.explainWanted)
                    editor.setIndexWidget(index, words)
                column = editor.table.column_by_id.get(line.finding.path.rpartition("/")[2])
                words.show_finding(line.finding, column.plain_label if column else "")

    def fit_later(self, paths: frozenset[str]) -> None:
        """Have columns grow for changed texts once the key is answered and its findings stand at their rows."""
        self._changed |= paths

    def fit_changed(self) -> None:
        """Have columns grow for what changed since they were measured."""
        if self._changed:
            self.fit(frozenset())

    def fit(self, paths: Paths = None) -> None:
        """Share the width: what each column needs, the rest to columns of words; too many columns scroll."""
        editor, sheet = self.editor, self.editor.sheet
        self._measure_again(None if paths is None else paths | self._changed)
        self._changed.clear()
        if not editor.isVisible():
            return
        columns = range(1, sheet.columnCount())
        widths = {column: self._needed(column) for column in columns}
        spare = editor.maximumViewportSize().width() - NUMBER_WIDTH - sum(widths.values())
        wordy = [n for n in columns if (f := sheet.field_at(n)) and f.type in ("text", "long_text", "reference")]
        takers = wordy or list(columns)
        if spare > 0 and takers:
            for column in takers:
                widths[column] += spare // len(takers)
            widths[takers[0]] += spare % len(takers)
        for column, width in {0: NUMBER_WIDTH, **widths}.items():
            if editor.columnWidth(column) != width:
                editor.setColumnWidth(column, width)
        self.keep_notes()

    def _measure_again(self, paths: Paths) -> None:
        """Measure columns anew: all of another record's; while one types they only grow, or every cell would move."""
        if paths is None:
            self._wanted.clear()
            return
        whole = any("/" not in path for path in paths)
        names = {path.rpartition("/")[2] for path in paths}
        for number, column in enumerate(self.editor.sheet.columns, 1):
            if number in self._wanted and (whole or column.id in names):
                self._wanted[number] = max(self._wanted[number], self._measured(number))

    def _needed(self, column: int) -> int:
        if column not in self._wanted:
            self._wanted[column] = self._measured(column)
        return self._wanted[column]

    def _measured(self, column: int) -> int:
        sheet, metrics = self.editor.sheet, self.editor.fontMetrics()
        field = sheet.field_at(column)
        texts = {str(sheet.headerData(column, Qt.Orientation.Horizontal) or "")}
        texts.update(sheet.look(line, column).text for line in sheet.lines[:MEASURED] if isinstance(line, RowLine))
        room = 42 if field is not None and field.type in HAS_LIST else 22
        widest = max(metrics.horizontalAdvance(text) for text in texts) + room
        floor = WORDY_LEAST if field is not None and field.type in ("text", "long_text") else NARROWEST
        return max(floor, min(widest, WIDEST))

    def keep_notes(self) -> None:
        """Keep the findings' words in sight while the columns scroll under them."""
        editor, sheet, bar = self.editor, self.editor.sheet, self.editor.horizontalScrollBar()
        shift, beyond = bar.value(), bar.maximum()
        for place, line in enumerate(sheet.lines):
            note = editor.indexWidget(sheet.index(place, 0)) if isinstance(line, NoteLine) else None
            if isinstance(note, FindingLine):
                note.set_margins(QMargins(NUMBER_WIDTH + 4 + shift, 6, 12 + beyond - shift, 6))
                height = max(ROW, note.heightForWidth(editor.horizontalHeader().length()))
                if editor.rowHeight(place) != height:
                    editor.setRowHeight(place, height)
        self._grow()

    def _grow(self) -> None:
        """Be as high as all rows: the form scrolls, not the table."""
        editor, bar = self.editor, self.editor.horizontalScrollBar()
        rows = editor.verticalHeader().length() if editor.sheet.lines else ROW
        below = bar.sizeHint().height() if bar.maximum() else 0
        if editor.height() != HEAD + rows + below + 2:
            editor.setFixedHeight(HEAD + rows + below + 2)

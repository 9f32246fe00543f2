"""Where the cursor of a table goes: along the cells that can be filled, as in Excel."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pairing_desktop.ui.table_model import RowLine

if TYPE_CHECKING:
    from pairing_desktop.ui.table_editor import TableEditor

Cell = tuple[int, int]
"""Line and column."""


class TableWalk:
    """Moves the cursor of one table; ``run_from`` is the column in which a run of Tabs began, 0 for none."""

    def __init__(self, editor: "TableEditor") -> None:
        self.editor = editor
        self.run_from = 0

    def _here(self) -> Cell:
        index = self.editor.currentIndex()
        return index.row(), index.column()

    def _go(self, cell: Cell | None) -> None:
        if cell is not None:
            self.editor.setCurrentIndex(self.editor.sheet.index(*cell))

    def cells(self, *, read: bool = False) -> list[Cell]:
        """Return the cells that can be typed into, in reading order; with ``read`` of a locked record all."""
        return list(self._cells_from(0, read=read))

    def _cells_from(self, first: int, *, read: bool = False) -> Iterator[Cell]:
        editor, sheet = self.editor, self.editor.sheet
        every, locked, name = read and editor.entry.read_only, editor.entry.locked, sheet.table.id
        return ((place, number) for place, line in enumerate(sheet.lines[first:], first) if isinstance(line, RowLine)
                for number, column in enumerate(sheet.columns, 1)
                if every or not locked(f"{name}/{line.row}/{column.id}"))

    def arrive(self, *, last: bool = False) -> None:
        """Go to a cell that can be typed into: the last one, the row the cursor stood in, the first empty one."""
        cells, row = self.cells(), self._here()[0]
        near = [c for c in cells if c[0] <= row]
        if near:
            self._go((near[-1][0], near[0][1]))
        elif cells and last:
            self._go(cells[-1])
        elif cells:  # where the form gives the first columns, the first empty cell
            sheet, draft = self.editor.sheet, self.editor.entry.draft
            self._go(next((c for c in cells if not draft.text(sheet.path_at(sheet.index(*c)))), cells[0]))

    def step(self, *, forward: bool) -> bool:
        """Move to the next cell that can be typed into; False at the end."""
        here, cells = self._here(), self.cells()
        beyond = [c for c in cells if (c > here if forward else c < here)]
        if beyond:
            self._go(min(beyond) if forward else max(beyond))
        return bool(beyond)

    def down(self) -> None:
        """Move down as Excel's Enter does, to where a run of Tabs began; after the last row begin a new one."""
        here = self._here()[0], self.run_from or self._here()[1]
        self.run_from = 0
        to = self._below(here, read=True)
        if to is None and self._begin_row():
            to = self._below(here)
        self._go(to)

    def _below(self, here: Cell, *, read: bool = False) -> Cell | None:
        """Return the next cell down the column, else where the next row is entered; no further looked than that."""
        in_column = (cell for cell in self._cells_from(here[0] + 1, read=read) if cell[1] == here[1])
        return next(in_column, None) or _nearest(list(self._cells_from(here[0] + 1, read=read)), here[1])

    def up(self) -> None:
        """Move up in the column (Shift+Enter)."""
        row, column = self._here()
        rows = [(-r, c) for r, c in self.cells(read=True) if r < row]
        to = _nearest(sorted(rows), column)
        self._go((-to[0], to[1]) if to is not None else None)

    def _begin_row(self) -> bool:
        """Append a row, unless the last one is still empty."""
        entry, table = self.editor.entry, self.editor.table
        rows = entry.draft.rows(table.id)
        if entry.read_only or (rows and self._empty(rows[-1])):
            return False
        entry.add_row(table.id)
        return True

    def _empty(self, row: str) -> bool:
        table = self.editor.table
        paths = (f"{table.id}/{row}/{c.id}" for c in table.columns if not c.computed and not c.default)
        return not any(self.editor.entry.draft.text(path) for path in paths)


def _nearest(further: Sequence[Cell], column: int) -> Cell | None:
    """Return the first cell in the column; where there is none, the next row's next to the right, or its first."""
    row = [c for c in further if c[0] == further[0][0]]
    in_column = (c for c in further if c[1] == column)
    right = (c for c in row if c[1] > column)
    return next(in_column, None) or next(right, None) or next(iter(row), None)

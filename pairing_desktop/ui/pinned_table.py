"""A table whose first columns stay in sight while the others scroll under them, as Excel's frozen panes do."""

from collections.abc import Mapping

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QPoint, QRect
from PySide6.QtWidgets import QAbstractItemView, QTableView

Index = QModelIndex | QPersistentModelIndex

SHARE = 0.4
"""Of the width that the first columns may take at most; a wider one scrolls like the others."""


class PinnedTable(QTableView):
    """Answers where a cell is and which cell is where; whoever paints, paints the pinned columns over the others."""

    pinnable = 2
    """Columns that are worth keeping: the row's number and what the row is called by."""

    def pinned(self) -> Mapping[int, int]:
        """Return the columns that stay, each with its left edge; none while all stand where they belong."""
        found: dict[int, int] = {}
        left, room = 0, self.viewport().width() * SHARE
        for column in range(self.pinnable if self.horizontalScrollBar().value() else 0):
            if left + self.columnWidth(column) > room:
                break
            found[column] = left
            left += self.columnWidth(column)
        return found

    def pinned_width(self) -> int:
        """Return how much of the width the columns take that stay."""
        return sum(self.columnWidth(column) for column in self.pinned())

    def left_of(self, column: int) -> int:
        """Return the left edge of a column as it is seen."""
        return self.pinned().get(column, self.columnViewportPosition(column))

    def visualRect(self, index: Index) -> QRect:
        """Return where a cell is seen; what spans the columns lies under none."""
        rect = super().visualRect(index)
        if index.isValid() and self.columnSpan(index.row(), index.column()) == 1:
            rect.moveLeft(self.left_of(index.column()))
        return rect

    def indexAt(self, place: QPoint) -> QModelIndex:
        """Return the cell that is seen at a place."""
        found = super().indexAt(place)
        if not found.isValid() or self.columnSpan(found.row(), 0) > 1:
            return found
        for column, left in self.pinned().items():
            if left <= place.x() < left + self.columnWidth(column):
                return found.siblingAtColumn(column)
        return found

    def scrollTo(self, index: Index,
                 hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible) -> None:
        """Bring a cell out from under the columns that stay."""
        if index.column() in self.pinned():
            return
        super().scrollTo(index, hint)
        hidden = self.pinned_width() - self.columnViewportPosition(index.column())
        if hidden > 0:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - hidden)

    def begin_from(self, index: Index) -> None:
        """Show a row from its beginning, where a key or a block led to a column that stays: the others come next."""
        if index.column() in self.pinned():
            self.horizontalScrollBar().setValue(0)

    def scrollContentsBy(self, across: int, down: int) -> None:
        """Paint all again where columns stay: what is moved would take them along."""
        super().scrollContentsBy(across, down)
        if across:
            self.viewport().update()
            self.horizontalHeader().viewport().update()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Paint what is chosen in the columns that stay; Qt looks for it where they were."""
        super().selectionChanged(selected, deselected)
        if width := self.pinned_width():
            self.viewport().update(0, 0, width, self.viewport().height())

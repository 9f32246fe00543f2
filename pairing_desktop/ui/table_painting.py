"""Paints a sheet: grounds, rules, words, units, chevrons, findings' borders, the cursor.

All cells that have to be painted are painted in one go. Qt's own way asks a delegate for each cell, and what it costs
to hand a cell over is more than the cell's painting: a table came to a third of what a key may take.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QLine, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QRegion

from pairing_desktop.formspec.values import QUALIFIERS_AFTER
from pairing_desktop.ui import icons
from pairing_desktop.ui.shaped import Shaped
from pairing_desktop.ui.table_model import HAS_LIST, Look, RowLine
from pairing_desktop.ui.theme import Colours, colours, face

if TYPE_CHECKING:
    from pairing_desktop.ui.table_editor import TableEditor

MARK_COLOURS = {"error": "error", "query": "query_mark"}
SIGN = 16


class Cell(Struct, frozen=True):
    """A cell as it is painted: where it stands, what it shows, whether it is computed, chosen, under the cursor."""

    column: int
    rect: QRect
    look: Look
    locked: bool
    chosen: bool
    cursor: bool

    def border(self) -> str:
        """Return the colour around it, "" for none."""
        return "accent" if self.cursor else MARK_COLOURS.get(self.look.level, "")


class SheetPainting:
    """Paints one sheet."""

    def __init__(self, editor: "TableEditor") -> None:
        self._editor, self._sheet = editor, editor.sheet
        self._face, self._small = Shaped(face(13)), Shaped(face(12))

    def paint(self, painter: QPainter, region: QRegion) -> None:
        """Paint what of the sheet lies in a region."""
        painter.fillRect(region.boundingRect(), colours().named("surface"))
        pinned = self._editor.pinned()
        cells = list(self._cells(region, pinned))
        self._paint(painter, [cell for cell in cells if cell.column not in pinned])
        if pinned:
            ground = QRect(0, 0, self._editor.pinned_width(), self._editor.viewport().height())
            painter.fillRect(ground, colours().named("surface"))
            self._paint(painter, [cell for cell in cells if cell.column in pinned])

    def _paint(self, painter: QPainter, cells: Sequence[Cell]) -> None:
        c = colours()
        for cell in cells:
            if cell.chosen or cell.locked:
                painter.fillRect(cell.rect, c.named("sel" if cell.chosen else "locked"))
        painter.setPen(c.named("line"))
        painter.drawLines([line for cell in cells for line in _rules(cell.rect)])
        for cell in cells:
            self._words(painter, cell, c)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for cell in cells:
            if colour := cell.border():
                painter.setPen(QPen(c.named(colour), 2))
                painter.drawRect(cell.rect.adjusted(1, 1, -1, -1))

    # Which cells

    def _cells(self, region: QRegion, pinned: Mapping[int, int]) -> Iterator[Cell]:
        """Yield the cells that a region touches, each once, and of its rows all that are pinned over others.

        A finding's line is a widget and paints itself.
        """
        editor, sheet = self._editor, self._sheet
        current, chosen, plain = editor.currentIndex(), self._chosen(), sheet.entry.read_only
        cursor = (current.row(), current.column()) if editor.hasFocus() else (-1, -1)
        dirty: tuple[QRect, ...] = tuple(region)  # type: ignore[arg-type]  # the stubs leave out that it is iterated
        places = {(row, column) for part in dirty for row in self._rows(part) for column in self._columns(part)}
        places |= {(row, column) for row in {row for row, _ in places} for column in pinned}
        across = {column: (editor.left_of(column), editor.columnWidth(column))
                  for column in {column for _, column in places}}
        down = {row: (editor.rowViewportPosition(row), editor.rowHeight(row)) for row in {row for row, _ in places}}
        for row, column in sorted(places):
            line = sheet.lines[row]
            if isinstance(line, RowLine):
                look = sheet.look(line, column)
                (left, width), (top, height) = across[column], down[row]
                yield Cell(column, QRect(left, top, width, height), look, locked=look.locked and not plain,
                           chosen=any(span.contains(column, row) for span in chosen), cursor=cursor == (row, column))

    def _rows(self, part: QRect) -> Iterable[int]:
        first, last, count = self._editor.rowAt(part.top()), self._editor.rowAt(part.bottom()), len(self._sheet.lines)
        return range(first, count if last < 0 else min(last + 1, count)) if first >= 0 else ()

    def _columns(self, part: QRect) -> Iterable[int]:
        first, last = self._editor.columnAt(part.left()), self._editor.columnAt(part.right())
        return range(first, self._sheet.columnCount() if last < 0 else last + 1) if first >= 0 else ()

    def _chosen(self) -> list[QRect]:
        spans = self._editor.selectionModel().selection().toList()
        return [QRect(QPoint(s.left(), s.top()), QPoint(s.right(), s.bottom())) for s in spans]

    # What they say

    def _words(self, painter: QPainter, cell: Cell, c: Colours) -> None:
        field, rect, text = self._sheet.field_at(cell.column), cell.rect, cell.look.text
        inner = rect.adjusted(8, 0, -8, 0)
        if field is not None and field.type in HAS_LIST and not cell.locked and not self._sheet.entry.read_only:
            icons.paint(painter, QRect(rect.right() - 22, rect.center().y() - 7, SIGN, SIGN), "chevron_down")
            inner.setRight(rect.right() - 26)
        text = text or ("—" if cell.locked else "")
        if not text:
            return
        painter.setPen(c.named("text3" if cell.column == 0 else "text2" if field is None or cell.locked else "text"))
        if cell.column == 0:
            self._small.draw(painter, rect, text, 0.5)
        elif field is None or field.is_number:
            self._figure(painter, inner, text, c)
        else:
            self._face.draw(painter, inner, text, 0)

    def _figure(self, painter: QPainter, inner: QRect, text: str, c: Colours) -> None:
        """Draw a figure at the right; a qualifier after it stands smaller, as a unit does."""
        tail = next((q for q in QUALIFIERS_AFTER if text.endswith(q)), "")
        if tail:
            pen = painter.pen()
            painter.setPen(c.named("text2"))
            inner = inner.adjusted(0, 0, -self._small.draw(painter, inner, tail, 1) - 4, 0)
            painter.setPen(pen)
        self._face.draw(painter, inner, text.removesuffix(tail), 1)


def _rules(rect: QRect) -> tuple[QLine, QLine]:
    """Return the lines under a cell and at its right."""
    return QLine(rect.bottomLeft(), rect.bottomRight()), QLine(rect.topRight(), rect.bottomRight())

"""A computed table on screen: cells that are read, walked with the arrows, and opened."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.theme import colours, face, width

Index = QModelIndex | QPersistentModelIndex
ROW, HEAD, PAD, INDENT = 30, 42, 8, 16
LEAST = 56
HEAD_SIZE = 12
DASH = "—"
MILLIMETRE = 3.4
"""Pixels for a millimetre that a column wishes for."""


class Cell(Struct, frozen=True):
    """A cell: its words, and whatever stands behind it (None: it opens nothing)."""

    text: str
    right: bool = False
    centre: bool = False
    strong: bool = False
    indent: int = 0
    data: Any = None
    tip: str = ""
    quiet: bool = False
    """It opens with Enter or a double click only, and does not look like it."""


class Head(Struct, frozen=True):
    """A column: its title, unit below it, and wished width in millimetres (0 takes the free room)."""

    title: str
    unit: str = ""
    width: float = 0
    right: bool = False
    centre: bool = False


class Line(Struct, frozen=True):
    """A row; ``group`` is one cell over the whole width, ``total`` stands on grey."""

    cells: tuple[Cell, ...]
    kind: str = "plain"


class SheetModel(QAbstractTableModel):
    """Holds heads and lines."""

    def __init__(self, heads: Sequence[Head], lines: Sequence[Line], parent: QWidget) -> None:
        super().__init__(parent)
        self.heads, self.lines = tuple(heads), tuple(lines)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Tell Qt."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Tell Qt."""
        return 0 if parent.isValid() else len(self.heads)

    def cell(self, index: Index) -> Cell:
        """Return the cell at an index; a group's covers its row."""
        cells = self.lines[index.row()].cells
        return cells[index.column()] if index.column() < len(cells) else Cell("")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt's signature
        """Give the words; a screen reader is told the column's name too."""
        cell = self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            head = self.heads[index.column()]
            return " ".join(part for part in (head.title, cell.text, head.unit) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or cell.text
        return None

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt's signature
        """Give a column's title, its unit on a second line."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            head = self.heads[section]
            return f"{head.title}\n{head.unit}" if head.unit else head.title
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            head = self.heads[section]
            side = (Qt.AlignmentFlag.AlignRight if head.right else Qt.AlignmentFlag.AlignHCenter if head.centre
                    else Qt.AlignmentFlag.AlignLeft)
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class SheetDelegate(QStyledItemDelegate):
    """Draws a cell; what can be opened is in the accent colour."""

    def __init__(self, table: "SheetTable") -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw ground, hair line, words and the mark of the current cell."""
        cell, line = self._table.lines.cell(index), self._table.lines.lines[index.row()]
        rect: QRect = option.rect  # type: ignore[attr-defined]  # not in PySide6's stubs
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        c = colours()
        painter.save()
        painter.fillRect(rect, c.named("neutral_tint" if line.kind in ("group", "total") else "surface"))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), c.named("line"))
        if state & QStyle.StateFlag.State_Selected and self._table.hasFocus():
            painter.fillRect(rect.adjusted(0, 0, 0, -1), c.named("sel"))
            painter.setPen(c.named("accent"))
            painter.drawRect(rect.adjusted(0, 0, -1, -2))
        font = face(13, 500 if cell.strong or line.kind != "plain" else 400)
        painter.setFont(font)
        opens = cell.data is not None and not cell.quiet
        painter.setPen(c.named("accent" if opens else "text2" if line.kind == "group" else "text"))
        inner = rect.adjusted(PAD + cell.indent * INDENT, 0, -PAD, 0)
        flag = Qt.AlignmentFlag.AlignVCenter
        flag |= (Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignHCenter if cell.centre
                 else Qt.AlignmentFlag.AlignLeft)
        text = QFontMetrics(font).elidedText(cell.text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, flag, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give every row the same height."""
        return QSize(super().sizeHint(option, index).width(), ROW)


class SheetTable(QTableView):
    """A short table in a page, as high as its rows. ``opened`` tells what stands behind a cell, and where it is."""

    opened = Signal(object, int, int)

    def __init__(self, name: str, heads: Sequence[Head], lines: Sequence[Line]) -> None:
        super().__init__()
        self.lines = SheetModel(heads, lines, self)
        self.setModel(self.lines)
        self.setItemDelegate(SheetDelegate(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        down = self.verticalHeader()
        down.hide()
        down.setDefaultSectionSize(ROW)
        across = self.horizontalHeader()
        across.setFixedHeight(HEAD if any(h.unit for h in heads) else 30)
        across.setHighlightSections(False)
        across.setSectionsClickable(False)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setMinimumSectionSize(24)
        for row, line in enumerate(self.lines.lines):
            if line.kind == "group":
                self.setSpan(row, 0, 1, len(self.lines.heads))
        self.clicked.connect(lambda index: None if self.lines.cell(index).quiet else self._open(index))
        self.doubleClicked.connect(lambda index: self._open(index) if self.lines.cell(index).quiet else None)
        self.fit()

    def fit(self, most: int = 0) -> None:
        """Be as high as the rows (as ``most`` of them)."""
        count = min(len(self.lines.lines), most) if most else len(self.lines.lines)
        if count == len(self.lines.lines):
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        else:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        bar = 14 if sum(self.columnWidth(n) for n in range(len(self.lines.heads))) > self.viewport().width() else 0
        self.setFixedHeight(self.horizontalHeader().height() + ROW * count + 2 + bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room out by the wished widths; where there is too little the table scrolls sideways."""
        super().resizeEvent(event)
        heads = self.lines.heads
        wishes = [max(LEAST, round((h.width or 40) * MILLIMETRE)) for h in heads]
        room = self.viewport().width()
        least = [self._least(n, wish) for n, wish in enumerate(wishes)]
        scale = max(room / max(1, sum(wishes)), 0.1)
        widths = [max(low, int(wish * scale)) for low, wish in zip(least, wishes, strict=True)]
        if sum(widths) < room and widths:
            widths[widths.index(max(widths))] += room - sum(widths)
        over = sum(widths) - room
        for number in sorted(range(len(widths)), key=lambda n: least[n] - widths[n]):  # what has most gives way first
            less = max(0, min(over, widths[number] - least[number]))
            widths[number] -= less
            over -= less
        for number, given in enumerate(widths):
            self.setColumnWidth(number, given)
        if self.maximumHeight() < 16777215:
            self.fit()

    def _least(self, column: int, wish: int) -> int:
        """Return what a column needs: all of its figures and codes, of words as much as there is room for."""
        head = self.lines.heads[column]
        held = [line.cells[column].text for line in self.lines.lines[:200]
                if column < len(line.cells) and line.kind != "group"]
        titles = max(width(text, HEAD_SIZE) for text in (head.title, head.unit)) + 2 * PAD + 4
        if not head.right and not all(text.isascii() for text in held if text != DASH):
            return max(titles, min(wish, 110))
        return max(titles, *(width(text) + 2 * PAD + 4 for text in held or [""]))

    def _open(self, index: QModelIndex) -> None:
        cell = self.lines.cell(index)
        if cell.data is not None:
            self.opened.emit(cell.data, index.row(), index.column())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, copy the table with Ctrl+C."""
        if event.key() in ENTER and self.currentIndex().isValid():
            self._open(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.as_text())
        else:
            super().keyPressEvent(event)

    def as_text(self) -> str:
        """Return the table as a block that a spreadsheet takes."""
        heads = "\t".join(h.title + (f"（{h.unit}）" if h.unit else "") for h in self.lines.heads)
        rows = ("\t".join(cell.text for cell in line.cells) for line in self.lines.lines)
        return "\n".join((heads, *rows))

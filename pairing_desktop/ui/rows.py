"""One kind of table for everything that is read and picked, not typed: findings, recent files, signers, revisions.

A row is a tuple of ``Cell``; one delegate draws sign, words, unit, second line, selection stripe and hair line.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from msgspec import Struct, structs
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from pairing_desktop.ui import icons
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.labels import fitted_place
from pairing_desktop.ui.theme import colours, face
from pairing_desktop.ui.theme import width as wide

Index = QModelIndex | QPersistentModelIndex
CELL = Qt.ItemDataRole.UserRole
GAP = 8
LEAST, FEWEST = 120, 88
"""What a column that takes the free room has, and what it has at least; with less the table scrolls sideways."""

MEASURED = 40
"""Rows whose words say how narrow a column may become."""

HEAD = 28

class Cell(Struct, frozen=True):
    """What stands in one cell; colours are names in the palette. ``detail`` is a second line in grey."""

    text: str = ""
    detail: str = ""
    unit: str = ""
    icon: str = ""
    icon_colour: str = "text2"
    filled: bool = False
    colour: str = "text"
    weight: int = 400
    size: int = 13
    tip: str = ""
    sign: str = ""
    """What the icon says, for those who hear the table."""
    since: int = 0
    """Where it differs from what stands beside it: where there is no room for all, it is shown from there on."""
    ticked: bool | None = None
    """A box stands before the words, ticked or not."""


class Column(Struct, frozen=True):
    """A column; ``width`` 0 takes the free room (shared by ``share``)."""

    title: str
    width: int = 0
    right: bool = False


class Row(Struct, frozen=True):
    """A row and whatever it stands for."""

    cells: tuple[Cell, ...]
    data: Any = None


class LazyRows:
    """Rows that are made when they come into view: thousands at once would hold the window."""

    def __init__(self, items: Sequence[Any], make: Callable[[Any], Row]) -> None:
        self.items = items
        self._make = cache(lambda number: make(items[number]))

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, number: int) -> Row:
        row: Row = self._make(number)
        return row

    def __iter__(self) -> Iterator[Row]:
        return map(self.__getitem__, range(len(self)))

    def find(self, item: object) -> int | None:
        """Return the number of the row that stands for just this item; no row is made."""
        return next((n for n, one in enumerate(self.items) if one is item), None)


class RowsModel(QAbstractTableModel):
    """Holds the rows that a table shows."""

    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: tuple[Row, ...] | LazyRows = ()

    def show(self, rows: Sequence[Row] | LazyRows) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.rows = rows if isinstance(rows, LazyRows) else tuple(rows)
        self.endResetModel()

    def show_again(self, rows: Sequence[Row] | LazyRows) -> None:
        """Replace all rows by as many that stand for the same."""
        self.rows = rows if isinstance(rows, LazyRows) else tuple(rows)
        self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))

    def find(self, data: object) -> int | None:
        """Return the number of the row that stands for this."""
        if isinstance(self.rows, LazyRows):
            return self.rows.find(data)
        return next((n for n, row in enumerate(self.rows) if row.data == data), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Tell Qt."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's signature
        """Tell Qt."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt's signature
        """Give the words, and under ``CELL`` the cell itself."""
        cell = self.rows[index.row()].cells[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            sign = cell.sign if role == Qt.ItemDataRole.AccessibleTextRole else ""
            return " ".join(part for part in (cell.text, cell.unit, cell.detail, sign) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip
        if role == Qt.ItemDataRole.CheckStateRole and cell.ticked is not None:
            return Qt.CheckState.Checked if cell.ticked else Qt.CheckState.Unchecked
        return cell if role == CELL else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Tell those who hear it that a cell has a box."""
        ticked = self.rows[index.row()].cells[index.column()].ticked
        return super().flags(index) | (Qt.ItemFlag.NoItemFlags if ticked is None else Qt.ItemFlag.ItemIsUserCheckable)

    def headerData(self, section: int, orientation: Qt.Orientation,
                   role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401  # Qt's signature
        """Give a column's title."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None


class RowsDelegate(QStyledItemDelegate):
    """Draws a ``Cell``."""

    def __init__(self, table: "RowsTable") -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw ground, sign, words and second line."""
        painter.save()
        whole: QRect = option.rect  # type: ignore[attr-defined]  # not in PySide6's stubs
        self._ground(painter, option, index, whole)
        cell: Cell = index.data(CELL)
        rect = whole.adjusted(GAP, 0, -GAP, 0)
        if cell.ticked is not None:
            self._box(painter, rect, ticked=cell.ticked)
            rect.setLeft(rect.left() + 16 + GAP)
        if cell.icon:
            place = QRect(rect.x(), rect.center().y() - 7, 16, 16)
            icons.paint(painter, place, cell.icon, cell.icon_colour, filled=cell.filled)
            rect.setLeft(rect.left() + 16 + GAP)
        if cell.detail:
            half = whole.height() // 2
            self._text(painter, rect.adjusted(0, 3, 0, -half + 2), cell, right=False)
            second = Cell(text=cell.detail, colour="text2", size=12)
            self._text(painter, rect.adjusted(0, half - 1, 0, -2), second, right=False, middle=True)
        else:
            self._text(painter, rect, cell, right=self._table.columns[index.column()].right)
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, rect: QRect) -> None:
        c = colours()
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]  # not in PySide6's stubs
        chosen = self._table.picks and bool(state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, QColor(c.sel if chosen else c.surface))
        if chosen and index.column() == 0:
            painter.fillRect(QRect(rect.x(), rect.y(), 3, rect.height()), QColor(c.accent))
        edge = c.accent if chosen and self._table.hasFocus() else c.line
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), QColor(edge))
        if chosen and self._table.hasFocus():
            painter.fillRect(QRect(rect.x(), rect.y(), rect.width(), 1), QColor(edge))

    def _box(self, painter: QPainter, rect: QRect, *, ticked: bool) -> None:
        box: Any = QStyleOptionViewItem()  # the stubs leave out its members
        box.rect = QRect(rect.x(), rect.center().y() - 7, 16, 16)
        flags = QStyle.StateFlag
        box.state = flags.State_Enabled | (flags.State_On if ticked else flags.State_Off)
        self._table.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck, box, painter,
                                          self._table)

    def _text(self, painter: QPainter, rect: QRect, cell: Cell, *, right: bool, middle: bool = False) -> None:
        flag = Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
        if cell.unit:
            painter.setFont(face(12))
            painter.setPen(QColor(colours().text3))
            width = painter.fontMetrics().horizontalAdvance(cell.unit)
            painter.drawText(rect, flag, cell.unit)
            rect = rect.adjusted(0, 0, -width - 4, 0)
        font = face(cell.size, cell.weight)
        painter.setFont(font)
        painter.setPen(colours().named(cell.colour))
        side, metrics = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight, QFontMetrics(font)
        whole = cell.text
        if cell.since and metrics.horizontalAdvance(whole) > rect.width():
            whole = f"…{whole[cell.since:]}"
        text = (fitted_place(metrics, cell.text, rect.width()) if middle and " · " in cell.text
                else metrics.elidedText(whole, side, rect.width()))
        painter.drawText(rect, flag, text)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give every row the table's height."""
        return QSize(super().sizeHint(option, index).width(), self._table.row_height)


class RowsTable(QTableView):
    """A table of rows. ``picked`` follows the current row, ``opened`` is Enter or a double (or single) click."""

    picked = Signal(object)
    opened = Signal(object)

    def __init__(self, name: str, columns: Sequence[Column], *, row_height: int = 32, picks: bool = True,
                 single_click: bool = False) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.row_height = row_height
        self.picks = picks
        self.rows = RowsModel(columns, self)
        self.setModel(self.rows)
        self.setItemDelegate(RowsDelegate(self))
        self.setAccessibleName(name)
        self._look()
        self.selectionModel().currentRowChanged.connect(self._on_current)
        (self.clicked if single_click else self.doubleClicked).connect(self._on_open)

    def _look(self) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.SingleSelection if self.picks else mode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        if not self.picks:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        vertical, head = self.verticalHeader(), self.horizontalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(self.row_height)
        vertical.setDefaultSectionSize(self.row_height)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(16)
        head.setFixedHeight(HEAD)
        for number, column in enumerate(self.columns):
            fixed = QHeaderView.ResizeMode.Fixed if column.width else QHeaderView.ResizeMode.Stretch
            head.setSectionResizeMode(number, fixed)
            if column.width:
                self.setColumnWidth(number, column.width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the free room out, and leave no column without any."""
        self.share_out()
        super().resizeEvent(event)

    def share_out(self) -> None:
        """Give the free columns what the others leave; where that is little, those are as narrow as their words."""
        shown = [(n, column) for n, column in enumerate(self.columns) if not self.isColumnHidden(n)]
        free = [n for n, column in shown if not column.width]
        widths = {n: column.width for n, column in shown if column.width}
        room = self.viewport().width()
        if narrow := room - sum(widths.values()) < LEAST * len(free):
            widths = {n: min(width, self._needed(n)) for n, width in widths.items()}
        left = (room - sum(widths.values())) // max(1, len(free))
        mode = QHeaderView.ResizeMode
        for number in free:
            fixed = narrow and left < FEWEST
            self.horizontalHeader().setSectionResizeMode(number, mode.Fixed if fixed else mode.Stretch)
            if fixed:
                self.setColumnWidth(number, FEWEST)
        for number, width in widths.items():
            if self.columnWidth(number) != width:
                self.setColumnWidth(number, width)

    def _needed(self, number: int) -> int:
        """Return how wide a column's title and the words of its first rows are."""
        title = wide(self.columns[number].title, 12)
        cells = (self.rows.rows[n].cells[number] for n in range(min(len(self.rows.rows), MEASURED)))
        return max([title, *map(_wide, cells)]) + 2 * GAP + 1

    def widen(self, place: int, width: int) -> None:
        """Give a column another width."""
        own = self.columns
        self.columns = (*own[:place], structs.replace(own[place], width=width), *own[place + 1:])
        self.share_out()

    def retitle(self, place: int, title: str) -> None:
        """Give a column another title: whose values stand in it."""
        columns = self.rows.columns
        self.rows.columns = (*columns[:place], structs.replace(columns[place], title=title), *columns[place + 1:])
        self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, place, place)

    def show_rows(self, rows: Sequence[Row] | LazyRows, *, keep: object = None) -> None:
        """Show rows; the one that stands for ``keep`` is the current one again."""
        self.rows.show(rows)
        self.share_out()
        if self.picks and keep is not None and (number := self.rows.find(keep)) is not None:
            self.selectRow(number)

    def current(self) -> Any:  # noqa: ANN401  # whatever the row stands for
        """Return what the current row stands for, or ``None``."""
        index = self.currentIndex()
        return self.rows.rows[index.row()].data if index.isValid() else None

    def fit(self, most: int = 0) -> None:
        """Be exactly as high as the rows (as ``most`` of them), for short tables inside a page."""
        count = len(self.rows.rows)
        shown = min(count, most) if most else count
        self.setFixedHeight(HEAD + self.row_height * shown + 1)
        if shown == count:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        else:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.picked.emit(self.rows.rows[index.row()].data)

    def _on_open(self, index: QModelIndex) -> None:
        if self.picks:
            self.opened.emit(self.rows.rows[index.row()].data)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter."""
        if event.key() in ENTER and self.currentIndex().isValid():
            self._on_open(self.currentIndex())
        else:
            super().keyPressEvent(event)


def _wide(cell: Cell) -> int:
    """Return the width of all that stands in a cell."""
    signs = (bool(cell.icon) + (cell.ticked is not None)) * (16 + GAP)
    unit = wide(cell.unit, 12) + 4 if cell.unit else 0
    return signs + max(wide(cell.text, cell.size, cell.weight) + unit, wide(cell.detail, 12))

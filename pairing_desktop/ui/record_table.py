"""The rows of a list: how they are painted, what keys do in them."""

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from pairing_desktop.services.listing import Line
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.labels import fitted
from pairing_desktop.ui.list_model import ListModel
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.table_header import TableHeader
from pairing_desktop.ui.theme import colours, face

Index = QModelIndex | QPersistentModelIndex
ROW, HEAD = 32, 28
CHOSEN = QStyle.StateFlag.State_Selected.value
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
WAITS = Line("", "…", (), "empty")
"""A row of which nobody knows yet what stands there."""

REST = 60
"""Milliseconds the cursor rests on a row before its record opens, so that arrow keys fly over a list."""


class LineDelegate(QStyledItemDelegate):
    """Mark, words, figures right; a stripe at the selected row's left edge, lines round the cursor's with the focus."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the row's height."""
        return QSize(60, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave out QStyleOption's members
        state: int = option.state.value  # type: ignore[attr-defined]
        model = index.model()
        if not isinstance(model, ListModel):
            return
        line = model.line(index.row()) or WAITS  # not through Qt: a frame has 33 ms
        c, chosen = colours(), bool(state & CHOSEN)
        painter.fillRect(rect, c.named("sel" if chosen else "surface"))
        painter.setPen(c.named("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if self._table.hasFocus() and index.row() == self._table.currentIndex().row():
            painter.setPen(c.named("accent"))
            painter.drawLine(rect.topLeft(), rect.topRight())
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if index.column() == 0:
            if chosen:
                painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), c.named("accent"))
            mark = MARKS["empty" if not line.key else model.mark(line)]
            mark.paint(painter, QRect(rect.left() + 10, rect.center().y() - 7, 16, 16))
        else:
            self._words(painter, rect, model, index.column(), line)

    def _words(self, painter: QPainter, rect: QRect, model: ListModel, column: int, line: Line) -> None:
        field = model.field_at(column)
        number = field is not None and field.is_number
        first = column == (model.name_section or 1)
        painter.setFont(face(13))
        painter.setPen(colours().named("text" if (first or number) and line.key else "text2"))
        text = model.text(line, column)
        if column == model.name_section and not text:
            text = line.label or "（未命名）"
        if first and line.unsaved:
            text = f"{text} *"
        inner = rect.adjusted(8, 0, -8, 0)
        metrics, room = painter.fontMetrics(), inner.width()
        words = fitted(text, metrics, room) if first else metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, RIGHT if number else LEFT, words)


class RecordTable(QTableView):
    """The rows. ``rested``: the cursor rests on a chosen one; ``wanted``: Enter or a double click asks for its form."""

    rested = Signal()
    wanted = Signal()
    copyWanted = Signal()  # noqa: N815  # Qt's manner
    menuWanted = Signal(int)  # noqa: N815
    """Sorting and filtering by a column: Alt+Down as in Excel, the menu key, a right click on its head."""

    deleteWanted = Signal()  # noqa: N815
    pasteWanted = Signal()  # noqa: N815

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        ground = QWidget(self)  # Qt's own would be asked for, and shiboken then makes every class of QtWidgets
        ground.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setViewport(ground)
        self.setItemDelegate(LineDelegate(self))
        self.setHorizontalHeader(TableHeader(self))  # Qt's own asks of every row whether its column is all selected
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setFixedHeight(HEAD)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self.rested)
        self.clicked.connect(self._clicked)
        self.wanted.connect(self._rest.stop)
        self.doubleClicked.connect(self.wanted)
        header = self.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(
            lambda at: self.menuWanted.emit(max(1, header.logicalIndexAt(at))))
        self.empty = ""
        self._arriving = False
        """The focus comes in: the first row, which Qt makes current where none is, is nobody's choice."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without opening anything."""
        self._arriving = True
        super().focusInEvent(event)
        self._arriving = False

    def currentChanged(self, now: Index, before: Index) -> None:
        """Open a record once the cursor rests on it; one that is only passed on the way to choose others stays shut."""
        super().currentChanged(now, before)
        if now.row() == before.row() or not self.hasFocus() or self._arriving:
            return
        if self._chosen(now):
            self._rest.start()
        else:
            self._rest.stop()

    def _chosen(self, index: Index) -> bool:
        return self.selectionModel().isSelected(index)

    def _clicked(self, index: QModelIndex) -> None:
        """Open the record at once, unless the click took it out of those that are chosen."""
        self._rest.stop()
        if self._chosen(index):
            self.rested.emit()

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        """Choose the first and last row where Ctrl+Home and Ctrl+End lead, as these do in a sheet."""
        shift = Qt.KeyboardModifier.ShiftModifier
        if (isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End)
                and not event.modifiers() & shift):
            return QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        return super().selectionCommand(index, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the form, Ctrl+C copies the block, Ctrl+V brings one in, Alt+Down opens a menu, Delete asks."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() in ENTER:
            self.wanted.emit()
        elif event.key() == Qt.Key.Key_Menu or (alt and event.key() == Qt.Key.Key_Down):
            self.menuWanted.emit(max(1, self.currentIndex().column()))
        elif event.key() == Qt.Key.Key_Delete:
            self.deleteWanted.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copyWanted.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasteWanted.emit()
        else:
            super().keyPressEvent(event)

    def chosen_rows(self) -> list[int]:
        """Return the selected rows, from the top."""
        spans = (range(span.top(), span.bottom() + 1) for span in self.selectionModel().selection().toList())
        return sorted({row for span in spans for row in span})

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground too (what is opaque is moved when one scrolls), and what to do next without rows."""
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), colours().named("surface"))
        super().paintEvent(event)
        if self.model() is not None and self.model().rowCount() == 0 and self.empty:
            with QPainter(self.viewport()) as painter:
                painter.setFont(face(13))
                painter.setPen(colours().named("text2"))
                painter.drawText(self.viewport().rect().adjusted(24, 32, -24, 0),
                                 Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self.empty)


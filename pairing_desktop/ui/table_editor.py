"""A table field as a sheet: arrows, Enter, Tab, Ctrl+C and Ctrl+V with Excel, insert and delete row."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QMenu,
    QWidget,
)

from pairing_desktop.formspec.definition import Field
from pairing_desktop.ui import ask
from pairing_desktop.ui.entry import Entry, Paths
from pairing_desktop.ui.keys import ENTER, types
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.marks_popup import open_marks
from pairing_desktop.ui.pinned_table import PinnedTable
from pairing_desktop.ui.table_blocks import TableBlocks
from pairing_desktop.ui.table_delegate import CellDelegate
from pairing_desktop.ui.table_header import TableHeader
from pairing_desktop.ui.table_layout import HEAD, NUMBER_WIDTH, ROW, TableLayout
from pairing_desktop.ui.table_model import HAS_LIST, TableModel
from pairing_desktop.ui.table_painting import SheetPainting
from pairing_desktop.ui.table_walk import TableWalk
from pairing_desktop.ui.theme import colours, face

Index = QModelIndex | QPersistentModelIndex


class TableEditor(PinnedTable):
    """As high as its rows: the form scrolls, not the table."""

    entered = Signal(str)
    """The cursor came to a cell: its path."""

    typing = Signal(str)
    explainWanted = Signal(object)  # noqa: N815  # Qt's manner

    def __init__(self, entry: Entry, table: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry, self.table = entry, table
        self.sheet = TableModel(entry, table, self)
        self.blocks = TableBlocks(self)
        self.shape, self.painting = TableLayout(self), SheetPainting(self)
        self.walk = TableWalk(self)
        self._replace = True
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._fit)
        entry.counted.connect(self._fit_changed)
        self.setHorizontalHeader(TableHeader(self))
        self.setModel(self.sheet)
        delegate = CellDelegate(self.sheet, self)
        delegate.typing.connect(self.typing)
        self.setItemDelegate(delegate)
        self.setProperty("kind", "sheet")
        self.setAccessibleName(table.label)
        self.setAccessibleDescription(table.help)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setFixedHeight(HEAD)
        self.horizontalHeader().setMinimumSectionSize(NUMBER_WIDTH)
        self.horizontalHeader().setHighlightSections(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(self.open_attachment)
        self.selectionModel().currentChanged.connect(self._moved)
        self.horizontalScrollBar().valueChanged.connect(self.shape.keep_notes)
        self.horizontalScrollBar().rangeChanged.connect(self.shape.keep_notes)
        self.shape.seat()
        self.shape.fit()

    # Showing

    def refresh(self, paths: Paths = None) -> bool:
        """Show the draft's state again, where it looks different; the cursor and an open cell stay.

        Tells whether it has another height now.
        """
        own = self.sheet.concerned(paths)
        if own is not None and not own:
            return False
        path, typing, height = self.current_path(), self.state() == QAbstractItemView.State.EditingState, self.height()
        moved = self.sheet.refresh(own)
        if moved:
            self.shape.seat()
            if path and self.current_path() != path:
                self.select(path)
            if not self.current_path() and self.hasFocus():
                self.walk.arrive()  # rows pasted or brought back into an empty table, or the cursor's row went
            if typing and self.indexWidget(self.currentIndex()) is None:
                self.setFocus()
        if own is None:
            self.shape.fit()
        else:
            self.shape.fit_later(own)
        if moved:
            self.shape.keep_notes()
        return self.height() != height

    def _fit(self) -> None:
        """Share the width anew, and keep the cell one is in whole: it was brought into sight in the old columns."""
        self.shape.fit()
        if self.hasFocus() and self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _fit_changed(self) -> None:
        self.shape.fit_changed()

    def showEvent(self, event: QShowEvent) -> None:
        """Share the width once it is known."""
        super().showEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells, not one by one as Qt would; say how to begin where there are no rows."""
        with QPainter(self.viewport()) as painter:
            self.painting.paint(painter, event.region())
            if not self.sheet.lines:
                painter.setFont(face(12))
                painter.setPen(colours().named("text3"))
                words = "没有行" if self.entry.read_only else "还没有行：按 Enter 开始，或从 Excel 复制后按 Ctrl+V"
                painter.drawText(self.viewport().rect().adjusted(12, 0, -12, 0), Qt.AlignmentFlag.AlignVCenter, words)

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(400, HEAD + ROW * max(len(self.sheet.lines), 1) + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width, once everything around has its size."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._later.start(0)

    # The cursor

    def current_path(self) -> str:
        """Return the path of the cell under the cursor."""
        return self.sheet.path_at(self.currentIndex())

    def select(self, path: str) -> None:
        """Put the cursor on a cell."""
        index = self.sheet.index_of(path)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _moved(self, now: Index, _before: Index) -> None:
        path = self.sheet.path_at(now)
        if path:
            self.entry.focus = path
            self.entered.emit(path)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Start at the first empty cell that can be typed into."""
        self._show_cursor()  # Qt's own would paint every cell again
        if not self.current_path() and self.sheet.lines:
            self.walk.arrive(last=event.reason() == Qt.FocusReason.BacktabFocusReason)
        else:
            self.entered.emit(self.current_path() or self.table.id)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Keep off the row's number: nothing can be typed there."""
        to = super().moveCursor(action, modifiers)
        return to.siblingAtColumn(1) if to.isValid() and to.column() == 0 else to

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Take the cursor's border away."""
        self._show_cursor()

    def _show_cursor(self) -> None:
        """Paint the cell under the cursor again, and let an input method write where one can type."""
        here = self.currentIndex()
        typed = here.isValid() and bool(here.flags() & Qt.ItemFlag.ItemIsEditable)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, typed)
        if here.isValid():
            self.update(here)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, copy, paste, clear, insert and delete rows as in Excel."""
        key, control = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        act = self._with_control(key) if control else self._plain(key)
        if key in ENTER and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            act = self.walk.up
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
            self.walk.run_from = 0
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._tab(forward=key == Qt.Key.Key_Tab, leave=control)
        elif act is not None:
            act()
        elif types(event) and not self._ready():
            self.entry.refused.emit(self.current_path())
        else:
            super().keyPressEvent(event)
            if key == Qt.Key.Key_Home:
                self.begin_from(self.currentIndex())

    def _ready(self) -> bool:
        """Tell whether the cell under the cursor opens at a key; an empty table begins with a row."""
        if not self.sheet.lines:
            self.append_row()
        return bool(self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable)

    def _plain(self, key: Qt.Key) -> Callable[[], object] | None:
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            return lambda: self.entry.type_many([(path, "") for path in self.blocks.selected()], "清除")
        if key in ENTER:
            return self.walk.down if self.sheet.lines else self.append_row
        if key == Qt.Key.Key_F4:
            return self.open_marks
        return partial(self._open, replace=False) if key == Qt.Key.Key_F2 else None

    def open_marks(self) -> None:
        """Let the clerk set the words beside the figure under the cursor."""
        field, path = self.sheet.field_at(self.currentIndex().column()), self.current_path()
        if field is not None and path:
            open_marks(self.viewport(), self.entry, path, field, self.visualRect(self.currentIndex()))

    def _with_control(self, key: Qt.Key) -> Callable[[], object] | None:
        keys = Qt.Key
        acts: dict[Qt.Key, Callable[[], object]] = {
            keys.Key_C: self.blocks.copy, keys.Key_V: self.blocks.paste,
            keys.Key_X: self.blocks.cut, keys.Key_D: self.blocks.fill_down,
            keys.Key_Plus: self.insert_row, keys.Key_Equal: self.insert_row, keys.Key_Insert: self.insert_row,
            keys.Key_Minus: self.delete_rows, keys.Key_Delete: self.delete_rows,
        }
        return acts.get(key)

    def event(self, event: QEvent) -> bool:
        """Take Tab and Ctrl+D before the form does."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in (
                Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.keyPressEvent(event)
            return True
        if (event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
                and event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_D):
            event.accept()
            return True
        return super().event(event)

    def _tab(self, *, forward: bool, leave: bool) -> None:
        self.walk.run_from = self.walk.run_from or self.currentIndex().column()
        if leave or not self.walk.step(forward=forward):
            self.walk.run_from = 0
            self.focusNextPrevChild(forward)

    def _clicked(self, index: QModelIndex) -> None:
        """Open a choice's list at its first click on the chevron; from the row's number go into the row."""
        self.walk.run_from = 0
        if index.column() == 0:
            self.setCurrentIndex(index.siblingAtColumn(1))
        field = self.sheet.field_at(index.column())
        if field is not None and field.type in HAS_LIST:
            right = self.visualRect(index).right()
            if self.viewport().mapFromGlobal(self.cursor().pos()).x() > right - 26:
                self._open(replace=False)
                editor = self.indexWidget(index)
                if isinstance(editor, LineInput) and hasattr(editor, "open_list"):
                    editor.open_list()

    def open_attachment(self, index: Index) -> bool:
        """Open the window of a cell that holds a file; False for any other cell."""
        field, path = self.sheet.field_at(index.column()), self.sheet.path_at(index)
        if field is None or field.type != "attachment" or not path:
            return False
        from pairing_desktop.ui.attachment_dialog import CellAttachment

        ask.dialogs.run(CellAttachment(self.entry, path, field, self))
        self.setFocus()
        return True

    def _open(self, *, replace: bool) -> None:
        if self.open_attachment(self.currentIndex()):
            return
        self._replace = replace
        self.edit(self.currentIndex())
        editor = self.indexWidget(self.currentIndex())
        if isinstance(editor, LineInput) and not replace:
            editor.deselect()
            editor.end(False)

    def go_on(self, text: str) -> None:
        """Open the cell under the cursor and go on typing where a power cut ended it."""
        self._open(replace=False)
        editor = self.indexWidget(self.currentIndex())
        if isinstance(editor, LineInput):
            editor.go_on(text)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """After Enter go down, after Tab to the next cell that can be typed into; whoever went elsewhere is there."""
        hints, now = QAbstractItemDelegate.EndEditHint, QApplication.focusWidget()
        gone = now is not None and now is not self and not self.isAncestorOf(now)
        super().closeEditor(editor, hints.NoHint)
        if gone:
            return
        self.setFocus()
        if hint == hints.SubmitModelCache:
            self.walk.down()
        elif hint == hints.RevertModelCache:
            self.walk.up()
        elif hint == hints.EditNextItem:
            self._tab(forward=True, leave=False)
        elif hint == hints.EditPreviousItem:
            self._tab(forward=False, leave=False)

    # Rows

    def insert_row(self) -> None:
        """Insert a row above the cursor, or the first one."""
        if self.entry.read_only:
            return
        rows = self.entry.draft.rows(self.table.id)
        path = self.current_path()
        at = rows.index(path.split("/")[1]) if path else None
        row = self.entry.add_row(self.table.id, at)
        self.setFocus()
        self.select(f"{self.table.id}/{row}/{self.sheet.columns[0].id}")

    def append_row(self) -> None:
        """Append a row and go there."""
        if not self.entry.read_only:
            row = self.entry.add_row(self.table.id)
            self.setFocus()
            self.select(f"{self.table.id}/{row}/{self.sheet.columns[0].id}")

    def delete_rows(self) -> None:
        """Delete the rows of the selection and stay where they were; Ctrl+Z brings them back."""
        rows = list(dict.fromkeys(path.split("/")[1] for path in self.blocks.selected()))
        if not rows or self.entry.read_only:
            return
        place, column = self.entry.draft.rows(self.table.id).index(rows[0]), self.current_path().rpartition("/")[2]
        self.entry.remove_rows(self.table.id, rows)
        left = self.entry.draft.rows(self.table.id)
        if left:
            self.select(f"{self.table.id}/{left[min(place, len(left) - 1)]}/{column}")

    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, what in (("在上方插入行\tCtrl++", self.insert_row), ("在末尾添加行", self.append_row),
                            ("删除行\tCtrl+-", self.delete_rows), ("", None), ("复制\tCtrl+C", self.blocks.copy),
                            ("粘贴\tCtrl+V", self.blocks.paste),
                            ("向下填充\tCtrl+D", self.blocks.fill_down), ("标注…\tF4", self.open_marks)):
            if what is None:
                menu.addSeparator()
            else:
                menu.addAction(words, what)
        menu.popup(self.viewport().mapToGlobal(place))

    def commit(self) -> None:
        """Give what is being typed in a cell to the draft; the cell stays open."""
        editor = self.indexWidget(self.currentIndex())
        if isinstance(editor, LineInput):
            editor.commit()

"""The list beside the form: filter, sort, columns chosen and remembered, totals, block copy."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from pairing_desktop.formspec.definition import Form
from pairing_desktop.services.listing import Count, Line
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import icons, spots
from pairing_desktop.ui.labels import plain
from pairing_desktop.ui.list_columns import ListColumns
from pairing_desktop.ui.list_foot import ListFoot
from pairing_desktop.ui.list_keeping import ListKeeping
from pairing_desktop.ui.list_model import LABEL, LONG, ListModel, head, label_title
from pairing_desktop.ui.list_narrowing import ListNarrowing
from pairing_desktop.ui.list_order import ListOrder
from pairing_desktop.ui.list_tasks import ListTasks
from pairing_desktop.ui.record_table import RecordTable
from pairing_desktop.ui.theme import fill

LOW = 254
"""Height under which the sums make room for the rows: three are seen there."""

NARROW = 270


class RecordList(QWidget):
    """One form's records. It never opens anything itself: it says what the user wants."""

    opened = Signal(str, str)
    """Key and subject of the record to show (key "" for a sheet not begun)."""

    entered = Signal()
    """The user wants to type in the record that is shown."""

    newWanted = Signal()  # noqa: N815  # Qt's manner
    taskWanted = Signal(str)  # noqa: N815
    """A task of the menu 数据, by its name."""

    def __init__(self, workspace: Workspace, form: Form, quarter: str, settings: Settings,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace, self.form = workspace, form
        fill(self)
        self.columns = ListColumns(form, settings, self)
        self.model = ListModel(workspace, form, quarter, self.columns.chosen(), self)
        head = self._head()  # Tab leads through the parts in the order that they are made
        self.narrowing = ListNarrowing(form, self.model, self)
        self.table = RecordTable(self)
        self.table.setAccessibleName(f"{form.short}列表")
        self.table.setModel(self.model)
        self.tasks = ListTasks(workspace, form, self.model, self)
        self._shown: tuple[str, str] = ("", "")
        self._sought = self._awaited = False
        """What is not known before the order of the whole list is: the row of the record that is shown; the record of
        the row that the cursor went to."""

        self._back: int | None = None
        """How far the list was scrolled when work ended, until the row of the record that is shown is known."""

        self.order = ListOrder(self.model, self.table, self)
        self.keeping = ListKeeping(self, settings)
        self.foot = ListFoot(self)
        self.totals, self.sum = self.foot.totals, self.foot.sum
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.narrowing)
        column.addWidget(self.table, 1)
        column.addWidget(self.foot)
        self.columns.show_in(self.table, self.model)
        self._connect()
        self._told()
        self.keeping.come_back()

    def _connect(self) -> None:
        self.table.rested.connect(self._open_current)
        self.table.wanted.connect(self._enter)
        self.table.menuWanted.connect(self.column_menu)
        self.table.copyWanted.connect(self.copy)
        self.table.pasteWanted.connect(lambda: self.taskWanted.emit("paste_rows"))
        self.table.deleteWanted.connect(lambda: self.tasks.delete(self.chosen_keys()))
        self.table.horizontalHeader().sectionClicked.connect(
            lambda place: self._sort(place, add=bool(QApplication.keyboardModifiers()
                                                     & Qt.KeyboardModifier.ShiftModifier)))
        self.columns.changed.connect(self.refresh)
        self.table.selectionModel().selectionChanged.connect(self._tell_totals)
        self.narrowing.changed.connect(self.ask_anew)
        self.narrowing.box.through.connect(self._go_in)
        self.narrowing.more.clicked.connect(lambda: self._menu(self.narrowing.more))
        self.order.known.connect(self._ordered)

    # Building

    def _head(self) -> QHBoxLayout:
        self.title = QLabel(self)
        self.title.setProperty("role", "pane")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.new = QPushButton(icons.icon("add", "on_accent"), "新建", self)
        self.new.setIconSize(QSize(16, 16))
        self.new.setProperty("kind", "primary")
        self.new.setToolTip("新建一条（Ctrl+N）")
        self.new.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.new.clicked.connect(self.newWanted)
        self.new.setEnabled(not self.workspace.readonly)
        row = QHBoxLayout()
        row.setContentsMargins(16, 10, 12, 10)
        row.addWidget(self.title, 1)
        row.addWidget(self.new)
        return row

    # Menus

    def _menu(self, source: QPushButton) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("选择列(&L)…", self.choose_columns)
        here = max(1, self.table.currentIndex().column())
        menu.addAction("这一列的排序和筛选(&S)…\tAlt+↓", lambda: self.column_menu(here))
        menu.addSeparator()
        menu.addAction("复制所选行(&C)\tCtrl+C", self.copy)
        menu.addAction("导出列表(&X)…", self.tasks.export)
        menu.addSeparator()
        menu.addAction("批量修改所选(&B)…", lambda: self._do(self.tasks.change, self._column_here()))
        if self.form.kind == "register":
            menu.addAction("合并重复的两条(&M)…", lambda: self._do(self.tasks.merge))
        menu.addAction("删除所选(&D)…\tDel", lambda: self._do(self.tasks.delete))
        undo = self.tasks.undoing.names()[0]
        if undo:
            menu.addAction(f"撤销 {undo}(&U)\tCtrl+Z", self.tasks.undoing.undo)
        menu.addSeparator()
        menu.addAction("导入表格(&I)…\tCtrl+I", lambda: self.taskWanted.emit("import_sheet"))
        menu.addAction("粘贴成记录(&V)…\tCtrl+V", lambda: self.taskWanted.emit("paste_rows"))
        menu.addAction("导出空白采集表(&T)…", lambda: self.taskWanted.emit("collection"))
        menu.addAction("导出带现有记录的采集表(&R)…", lambda: self.taskWanted.emit("collection_filled"))
        menu.popup(source.mapToGlobal(QPoint(0, source.height())))

    def _do(self, task: Callable[..., None], *asked: str) -> None:
        """Do something to the chosen records, and go on in the list: Enter on "…" would open its menu again."""
        self.table.setFocus()
        task(self.chosen_keys(), *asked)

    def choose_columns(self) -> None:
        """Choose and move columns by keyboard."""
        from pairing_desktop.ui import ask
        from pairing_desktop.ui.columns_dialog import ColumnsDialog

        titles = {name: label_title(self.workspace, self.form) if name == LABEL else head(self.form.by_id[name])
                  for name in self.columns.offered()}
        dialog = ColumnsDialog(titles, self.model.columns, self.columns.usual(), self)
        if ask.dialogs.run(dialog):
            self.columns.choose(dialog.chosen())

    def column_menu(self, place: int) -> None:
        """Order and narrow by a column (Alt+Down)."""
        from pairing_desktop.services import list_values
        from pairing_desktop.ui.column_menu import ColumnMenu

        name = self.model.columns[place - 1]
        if name == LABEL:
            return
        menu = ColumnMenu(plain(self.form.by_id[name].label), self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        others = [field for field, _ in self.model.sort_by if field != name]
        menu.add_sorting(lambda **way: self.sort(name, **way), more=bool(others),
                         sorted_by=name in dict(self.model.sort_by))
        known = None if self.model.total > LONG else list_values.values_of(
            self.workspace, self.form.id, name, **self.model.meant())
        menu.add_values(known, self.model.filters.get(name, ()), partial(self.narrowing.narrow, name),
                        lambda: self.choose_values(name))
        header = self.table.horizontalHeader()
        menu.open_under(header, header.sectionViewportPosition(place))

    def choose_values(self, name: str) -> None:
        """Tick values of a column, looked for among all of them, and show only the records that have one of these."""
        from pairing_desktop.ui import ask
        from pairing_desktop.ui.values_dialog import ValuesDialog

        dialog = ValuesDialog(self.workspace, self.form.id, name, plain(self.form.by_id[name].label),
                              asked=self.model.meant(), parent=self)
        if ask.dialogs.run(dialog):
            self.narrowing.narrow(name, dialog.chosen)

    def copy(self) -> None:
        """Put the selected rows on the clipboard."""
        self.tasks.copy(self.table.chosen_rows())

    def chosen_keys(self) -> list[str]:
        """Return the keys of the selected rows."""
        return self.model.keys_of(self.table.chosen_rows())

    def _column_here(self) -> str:
        place = self.table.currentIndex().column()
        return self.model.columns[place - 1] if place >= 1 else ""

    # Showing

    def refresh(self) -> None:
        """Read the list anew; the row that was shown stays the current one, in sight where it was in sight."""
        bar, here = self.table.verticalScrollBar(), self.table.visualRect(self.table.currentIndex())
        place, seen = bar.value(), here.intersects(self.table.viewport().rect())
        self._read()
        bar.setValue(place)
        if seen:
            self.table.scrollTo(self.table.currentIndex())

    def _read(self) -> None:
        before = self.table.currentIndex()
        near = before.row(), before.column()
        self.model.reload()
        self.show_current(*self._shown, near=near)
        self._told()

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter's sheets and marks."""
        self.model.quarter = quarter
        self.refresh()

    def show_current(self, key: str, subject: str = "", near: tuple[int, int] = (-1, 1)) -> None:
        """Mark the row of the record that is shown, without opening it; ``near``: row and column of the cursor."""
        self._shown = (key, subject)
        row, column = self.model.row_of(key, subject, near[0]), max(1, near[1])
        self._sought = row < 0 and bool(key)
        chosen = self.table.selectionModel()
        if row < 0:
            chosen.clear()
        elif self.table.currentIndex().row() != row or not chosen.hasSelection():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            chosen.setCurrentIndex(self.model.index(row, column), flags)
            self.table.scrollTo(self.model.index(row, column))

    def show_begun(self, key: str, subject: str, *, begun: bool) -> None:
        """List a record that nobody has saved yet once something is typed in it, and no more once that is undone."""
        shown = (key if begun else "", subject)
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def scroll_to(self, place: int) -> None:
        """Scroll to where one was, and stay there once the row of the record that is shown is known."""
        spots.scroll(self.table.verticalScrollBar(), place)
        self._back = place if self._sought else None

    def mark_open(self, key: str, mark: str) -> None:
        """Mark the open record's row by what is typed; key "" when nothing waits to be saved."""
        if self.model.open_mark != (key, mark):
            self.model.open_mark = (key, mark)
            self.table.viewport().update()

    def show_counts(self, count: Count | None) -> None:
        """Show how many records have errors, open queries, or neither."""
        self.foot.show_counts(count, narrow=self.width() < NARROW)
        self._fit()

    def _fit(self) -> None:
        """Leave words away where the list is narrow."""
        self.foot.fit(narrow=self.width() < NARROW)
        room = self.width() - self.new.sizeHint().width() - 40
        words = self.form.title.removesuffix("表")
        self.title.setText(self.title.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))
        self.title.setToolTip(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave words away where the list is narrow."""
        super().resizeEvent(event)
        self._make_room()
        self._fit()
        self.narrowing.count()

    def _make_room(self) -> None:
        self.foot.setVisible(self.height() >= LOW + self.narrowing.strip_height)

    def _told(self) -> None:
        self._tell_totals()
        figure = next((n for n in self.model.columns if n != LABEL and self.form.by_id[n].is_number), "")
        total = self.model.sum_of(figure) if figure else ""
        field = self.form.by_id.get(figure)
        known = total and field is not None and self.model.total
        self.sum.setText(f"{plain(field.label)}合计  {total} {field.unit}" if known and field else "")
        self.narrowing.tell()
        self._make_room()
        self.order.follow()
        self.foot.show_narrowed(narrowed=self.model.narrowed)
        self.table.empty = self._none()

    def _none(self) -> str:
        """Return what to do where no record is listed."""
        if not self.model.narrowed:
            return f"还没有{self.form.short}。\n按 Ctrl+N 新建一条。"
        way = "点“全部显示”" if self.model.filters or self.model.finding else "在筛选框里按 Esc "
        return f"没有符合筛选的记录。\n{way}再看全部。"

    def _tell_totals(self) -> None:
        """Say how many records there are, or how many of them the next task would be for."""
        chosen = sum(span.height() for span in self.table.selectionModel().selection().toList())
        missing = f"，未填 {self.model.missing} 项" if self.model.missing else ""
        total = f"共 {self.model.total} 项"
        self.totals.setText(f"选中 {chosen} 项，{total}" if chosen > 1 else f"{total}{missing}")

    # Acting

    def _open_current(self) -> None:
        line = self.current()
        self._awaited = line is None and self.table.currentIndex().isValid()
        if line is not None and (line.key, line.subject) != self._shown:
            self.opened.emit(line.key, line.subject)

    def _enter(self) -> None:
        self._open_current()
        self.entered.emit()

    def _go_in(self) -> None:
        """Go on from what is looked for to the row of the open record, or to the first that was found."""
        self.table.setFocus()
        if not self.table.selectionModel().hasSelection():
            self.table.selectRow(0)
            self._open_current()

    def current(self) -> Line | None:
        """Return the row that the cursor is on."""
        return self.model.line(self.table.currentIndex().row())

    def step(self, rows: int) -> None:
        """Open the next or the previous record."""
        row = self.table.currentIndex().row() + rows
        line = self.model.line(max(0, row)) if self.model.rowCount() else None
        if line is not None and 0 <= row < self.model.rowCount():
            self.opened.emit(line.key, line.subject)

    def first_missing(self) -> str:
        """Return the subject of the first sheet that is not begun, "" if there is none."""
        return self.model.first_missing()

    def above(self, *, new: bool) -> str:
        """Return the key of the record above the one shown, "" for the first; a new one is begun after the last."""
        row = self.model.total if new else self.table.currentIndex().row()
        line = self.model.line(row - 1) if row > 0 else None
        return line.key if line is not None else ""

    def ask_anew(self) -> None:
        """Read what is asked now from its first row: the place of another list, far down perhaps, means nothing."""
        self.table.scrollToTop()
        self._read()
        self._sought = False
        self.keeping.changed()

    def _sort(self, place: int, *, add: bool = False) -> None:
        """Order by a column, the other way when it orders already; with ``add`` after the columns before it."""
        name = self.model.columns[place - 1] if place else LABEL
        if name == LABEL:
            return
        before = dict(self.model.sort_by)
        descending = name in before and not before[name] if add or len(before) < 2 else False
        self.sort(name, descending=descending, add=add)

    def sort(self, name: str, *, descending: bool = False, add: bool = False, off: bool = False) -> None:
        """Order by a column; ``add`` keeps the columns before it, ``off`` takes it out."""
        others = [(field, way) for field, way in self.model.sort_by if field != name]
        place = next((n for n, (field, _) in enumerate(self.model.sort_by) if field == name), len(others))
        if off:
            self.model.sort_by = tuple(others)
        elif add:
            self.model.sort_by = (*others[:place], (name, descending), *others[place:])
        else:
            self.model.sort_by = ((name, descending),)
        self.ask_anew()
        self.columns.lay_out()

    def _ordered(self) -> None:
        if self._sought:
            self.show_current(*self._shown)
            if self._back is not None:
                self.table.verticalScrollBar().setValue(self._back)
        elif self._awaited:
            self._open_current()

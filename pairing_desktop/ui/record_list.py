"""The list beside the form: filter, sort, columns chosen and remembered, totals, block copy."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QItemSelectionModel, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from pairing_desktop.formspec.definition import Form
from pairing_desktop.services.listing import FINDINGS, Count, Line
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import icons
from pairing_desktop.ui.cards import button
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.filter_box import FilterBox
from pairing_desktop.ui.labels import plain
from pairing_desktop.ui.list_columns import ListColumns
from pairing_desktop.ui.list_foot import ListFoot
from pairing_desktop.ui.list_model import LABEL, PAGE, ListModel, head, label_title
from pairing_desktop.ui.list_tasks import ListTasks
from pairing_desktop.ui.record_table import RecordTable
from pairing_desktop.ui.theme import fill

T = TypeVar("T")
LOW = 190
"""Height under which the sums make room for the rows."""

NARROW = 270
BESIDE = 40
"""What a drop-down needs beside its words."""

STAGES = 12
ORDER = 300
"""Milliseconds after a list is read until its whole order is worked out, so that the scroll bar reaches anywhere."""

STILL = 1000
"""Milliseconds that the list stands still before what a search looks through is read: that work holds up frames."""


def stage_field(form: Form) -> str:
    """Return the field that says how far a record is: the first short choice of the list's columns, "" for none."""
    offered = (form.by_id[name] for name in form.list.columns)
    return next((f.id for f in offered if f.type == "choice" and 0 < len(f.choices) <= STAGES), "")


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
        self.table = RecordTable(self)
        self.table.setAccessibleName(f"{form.short}列表")
        self.table.setModel(self.model)
        self.tasks = ListTasks(workspace, form, self.model, self)
        self._shown: tuple[str, str] = ("", "")
        self._sought = False
        """The row of the record that is shown is not known before the order of the whole list is."""

        self._words: dict[str, str] = {}
        self.foot = ListFoot(self)
        self.totals, self.sum = self.foot.totals, self.foot.sum
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addLayout(self._tools())
        column.addWidget(self._narrowing())
        column.addWidget(self.table, 1)
        column.addWidget(self.foot)
        self.columns.show_in(self.table, self.model)
        self._connect()
        self._told()

    def _connect(self) -> None:
        self.table.rested.connect(self._open_current)
        self.table.clicked.connect(self._open_current)
        self.table.wanted.connect(self._enter)
        self.table.menuWanted.connect(self.column_menu)
        self.table.deleteWanted.connect(lambda: self.tasks.delete(self.chosen_keys()))
        self.table.horizontalHeader().sectionClicked.connect(
            lambda place: self._sort(place, add=bool(QApplication.keyboardModifiers()
                                                     & Qt.KeyboardModifier.ShiftModifier)))
        self.columns.changed.connect(self.refresh)
        self.table.selectionModel().selectionChanged.connect(self._tell_totals)
        self._ordering = QTimer(self)
        self._ordering.setSingleShot(True)
        self._ordering.setInterval(ORDER)
        self._ordering.timeout.connect(self._order)
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.setInterval(STILL)
        self._reading.timeout.connect(self._read_texts)
        self.table.verticalScrollBar().valueChanged.connect(self._moved)

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

    def _tools(self) -> QHBoxLayout:
        self.filter = FilterBox(self)
        self.filter.found.connect(self._find)
        self.kinds = Combo("筛选", self)
        self._field = stage_field(self.form)
        self.kinds.addItem("全部", "")
        for option in self.form.by_id[self._field].choices if self._field else ():
            self.kinds.addItem(option.label, option.label)
        self.kinds.insertSeparator(self.kinds.count())
        for name, words in FINDINGS.items():
            self.kinds.addItem(words, (name,))
        self.kinds.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
        self.kinds.setMinimumWidth(88)
        self.kinds.setMaximumWidth(104)
        self.kinds.currentIndexChanged.connect(self._kind)
        more = QPushButton(icons.icon("more_horizontal"), "", self)
        more.setProperty("kind", "plain")
        more.setToolTip("列、批量修改、导出、导入")
        more.setAccessibleName("列、批量修改、导出、导入")
        more.clicked.connect(lambda: self._menu(more))
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 8, 10)
        row.setSpacing(4)
        row.addWidget(self.filter, 1)
        row.addWidget(self.kinds)
        row.addWidget(more)
        return row

    def _narrowing(self) -> QWidget:
        """Return the line that says what is left out, and shows all again."""
        self._strip = QWidget(self)
        self._strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._strip.setProperty("kind", "strip")
        self.narrowing = QLabel(self._strip)
        self.narrowing.setProperty("role", "hint")
        self.narrowing.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.all = button("全部显示", kind="link", action=self.widen)
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(16, 2, 8, 2)
        row.addWidget(self.narrowing, 1)
        row.addWidget(self.all)
        self._strip.hide()
        return self._strip

    def _tell_narrowing(self) -> None:
        said = [f"{plain(self.form.by_id[name].label)}：{self._words.get(name, '')}" for name in self.model.filters]
        if self.model.finding:
            said.append(FINDINGS[self.model.finding])
        words = "只看 " + "，".join(said)
        self.narrowing.setText(words)
        self.narrowing.setToolTip(words)
        self._strip.setVisible(bool(said))

    # Menus

    def _menu(self, source: QPushButton) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("选择列(&L)…", self.choose_columns)
        here = max(1, self.table.currentIndex().column())
        menu.addAction("这一列的排序和筛选(&S)…\tAlt+↓", lambda: self.column_menu(here))
        menu.addSeparator()
        menu.addAction("复制所选行(&C)\tCtrl+C", self.table.copy)
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
        from pairing_desktop.services import listing
        from pairing_desktop.ui.column_menu import ColumnMenu

        name = self.model.columns[place - 1]
        if name == LABEL:
            return
        menu = ColumnMenu(plain(self.form.by_id[name].label), self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        others = [field for field, _ in self.model.sort_by if field != name]
        menu.add_sorting(lambda **way: self.sort(name, **way), more=bool(others),
                         sorted_by=name in dict(self.model.sort_by))
        values = listing.values_of(self.workspace, self.form.id, name, quarter=self.model.quarter)
        menu.add_values(values, self.model.filters.get(name), lambda value, words: self.narrow(name, value, words))
        header = self.table.horizontalHeader()
        menu.open_under(header, header.sectionViewportPosition(place))

    def chosen_keys(self) -> list[str]:
        """Return the keys of the selected rows."""
        return self.model.keys_of(self.table.chosen_rows())

    def _column_here(self) -> str:
        place = self.table.currentIndex().column()
        return self.model.columns[place - 1] if place >= 1 else ""

    # Showing

    def refresh(self) -> None:
        """Read the list anew; the row that was shown stays the current one."""
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
        self.foot.setVisible(self.height() >= LOW)
        self._fit()
        self._count_all()

    def _count_all(self) -> None:
        """Say how many there are, where there is room: a number cut off would be another number."""
        if not self.kinds.currentData():
            words = f"全部 {self.model.total}"
            fits = self.kinds.fontMetrics().horizontalAdvance(words) <= self.kinds.width() - BESIDE
            self.kinds.setItemText(0, words if fits else "全部")

    def _told(self) -> None:
        self._tell_totals()
        self._count_all()
        figure = next((n for n in self.model.columns if n != LABEL and self.form.by_id[n].is_number), "")
        total = self.model.sum_of(figure) if figure else ""
        field = self.form.by_id.get(figure)
        known = total and field is not None and self.model.total
        self.sum.setText(f"{plain(field.label)}合计  {total} {field.unit}" if known and field else "")
        self._tell_narrowing()
        if self.model.total > PAGE:
            self.model.ordering = True
            self._ordering.start()
        none = f"还没有{self.form.short}。\n按 Ctrl+N 新建一条。"
        self.table.empty = "没有符合筛选的记录" if self.model.narrowed else none

    def _tell_totals(self) -> None:
        """Say how many records there are, or how many of them the next task would be for."""
        chosen = sum(span.height() for span in self.table.selectionModel().selection().toList())
        missing = f"，未填 {self.model.missing} 项" if self.model.missing else ""
        total = f"共 {self.model.total} 项"
        self.totals.setText(f"选中 {chosen} 项，{total}" if chosen > 1 else f"{total}{missing}")

    # Acting

    def _open_current(self) -> None:
        line = self.current()
        if line is not None and (line.key, line.subject) != self._shown:
            self.opened.emit(line.key, line.subject)

    def _enter(self) -> None:
        self._open_current()
        self.entered.emit()

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

    def above(self) -> str:
        """Return the key of the record above the one shown, "" for the first."""
        row = self.table.currentIndex().row() if self._shown[0] else self.model.total
        line = self.model.line(row - 1) if row > 0 else None
        return line.key if line is not None else ""

    def _ask_anew(self) -> None:
        """Read what is asked now from its first row: the place of another list, far down perhaps, means nothing."""
        self.table.scrollToTop()
        self.refresh()
        self._sought = False

    def _find(self, text: str) -> None:
        self.model.find = text
        self._ask_anew()

    def _kind(self) -> None:
        chosen = self.kinds.currentData()
        self.model.finding = chosen[0] if isinstance(chosen, tuple) else ""
        self.model.filters.pop(self._field, None)
        self._words.pop(self._field, None)
        if chosen and isinstance(chosen, str):
            self.model.filters[self._field] = chosen
            self._words[self._field] = chosen
        self._ask_anew()

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
        self._ask_anew()
        self.columns.lay_out()

    def narrow(self, name: str, place: tuple[float | None, str] | None, words: str) -> None:
        """Show only records with a value in a column; None shows all of them again."""
        if place is None:
            self.model.filters.pop(name, None)
        else:
            self.model.filters[name] = place
        self._words[name] = words or "（空白）"
        self._ask_anew()

    def widen(self) -> None:
        """Show all records again."""
        self.model.filters.clear()
        self.model.finding = self.model.find = ""
        for widget in (self.kinds, self.filter):
            widget.blockSignals(True)
        self.kinds.setCurrentIndex(0)
        self.filter.clear()
        for widget in (self.kinds, self.filter):
            widget.blockSignals(False)
        self._ask_anew()

    def _order(self) -> None:
        """Work out in the background where every record of a long list stands."""
        from pairing_desktop.services import listing

        version, asked, form = self.model.version, self.model.asked(), self.form.id
        self._behind("排列", lambda fork: listing.order(fork, form, **asked),
                     lambda keys: self._ordered(keys, version))

    def _ordered(self, keys: Sequence[str], version: int) -> None:
        self.model.take_order(keys, version)
        self.table.viewport().update()
        if self._sought:
            self.show_current(*self._shown)
        self._reading.start()

    def _moved(self) -> None:
        if self._reading.isActive():
            self._reading.start()

    def _read_texts(self) -> None:
        from pairing_desktop.services import listing

        self._behind("准备查找", listing.read_texts, lambda _none: None)

    def _behind(self, title: str, work: Callable[[Workspace], T], arrived: Callable[[T], None]) -> None:
        """Do quiet work in the background; when it fails nothing is faster than before, and nothing is said."""
        from pairing_desktop.ui import jobs

        fork = self.workspace.fork()
        job = jobs.run(self, title, lambda _progress: work(fork), arrived,
                       lambda _error: self.model.take_order((), self.model.version), quiet=True)
        job.ended.connect(fork.close)

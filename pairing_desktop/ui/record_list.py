"""The list beside the form: filter, sort, columns chosen and remembered, totals, block copy."""

from typing import Any

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pairing_desktop.formspec.definition import Form
from pairing_desktop.services.listing import Count, Line
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import icons
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.labels import fitted, plain
from pairing_desktop.ui.list_model import LABEL, ListModel, label_title
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.theme import colours, face

Index = QModelIndex | QPersistentModelIndex
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ROW, HEAD, MARK_WIDTH = 32, 28, 36
NARROW = 270
STAGES = 12
DEFAULT_COLUMNS, DEFAULT_ROOM = 3, 200
REST = 60
"""Milliseconds the cursor rests on a row before its record opens, so that arrow keys fly over a list."""


def stage_field(form: Form) -> str:
    """Return the field that says how far a record is: the first short choice of the list's columns, "" for none."""
    offered = (form.by_id[name] for name in form.list.columns)
    return next((f.id for f in offered if f.type == "choice" and 0 < len(f.choices) <= STAGES), "")


class LineDelegate(QStyledItemDelegate):
    """Mark, words, figures right; a stripe at the selected row's left edge."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the row's height."""
        return QSize(60, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one cell."""
        rect: QRect = option.rect  # type: ignore[attr-defined]  # the stubs leave out QStyleOption's members
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        line: Line | None = index.data(Qt.ItemDataRole.UserRole)
        if line is None:
            return
        c = colours()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, c.named("sel" if chosen else "surface"))
        painter.setPen(c.named("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if index.column() == 0:
            if chosen:
                painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), c.named("accent"))
            mark = MARKS["empty" if not line.key else line.mark]
            mark.paint(painter, QRect(rect.left() + 10, rect.center().y() - 7, 16, 16))
        else:
            self._words(painter, rect, index, line)
        painter.restore()

    def _words(self, painter: QPainter, rect: QRect, index: Index, line: Line) -> None:
        model = index.model()
        field = model.field_at(index.column()) if isinstance(model, ListModel) else None
        number = field is not None and field.is_number
        first = index.column() == 1
        painter.setFont(face(13))
        painter.setPen(colours().named("text" if (first or number) and line.key else "text2"))
        text = str(index.data() or "")
        if first and not text:
            text = line.label or "（未命名）"
        if first and line.unsaved:
            text = f"{text} *"
        inner = rect.adjusted(8, 0, -8, 0)
        metrics, room = painter.fontMetrics(), inner.width()
        words = fitted(text, metrics, room) if first else metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | side, words)


class RecordTable(QTableView):
    """The rows. ``rested``: the cursor rests on one; ``wanted``: Enter or a double click asks for its form."""

    rested = Signal()
    wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setItemDelegate(LineDelegate(self))
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
        self.doubleClicked.connect(self.wanted)
        self.empty = ""

    def currentChanged(self, now: Index, before: Index) -> None:
        """Open a record once the cursor rests on it."""
        super().currentChanged(now, before)
        if now.row() != before.row() and self.hasFocus():
            self._rest.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the form, Ctrl+C copies the block."""
        if event.key() in ENTER:
            self.wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected rows on the clipboard with their head, as Excel reads them."""
        model = self.model()
        columns = [n for n in range(1, model.columnCount()) if not self.isColumnHidden(n)]
        head = [str(model.headerData(n, Qt.Orientation.Horizontal)).rstrip(" ↑↓") for n in columns]
        rows = sorted({index.row() for index in self.selectedIndexes()})
        block = [head, *([str(model.index(row, n).data() or "") for n in columns] for row in rows)]
        QGuiApplication.clipboard().setText("\n".join("\t".join(cells) for cells in block))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say what to do next where there are no rows."""
        super().paintEvent(event)
        if self.model() is not None and self.model().rowCount() == 0 and self.empty:
            painter = QPainter(self.viewport())
            painter.setFont(face(13))
            painter.setPen(colours().named("text2"))
            painter.drawText(self.viewport().rect().adjusted(24, 32, -24, 0),
                             Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, self.empty)
            painter.end()


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
        self.workspace, self.form, self._settings = workspace, form, settings
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "surface")
        self.table = RecordTable(self)
        self.table.setAccessibleName(f"{form.short}列表")
        self.model = ListModel(workspace, form, quarter, self._columns(), self)
        self.table.setModel(self.model)
        self.table.rested.connect(self._open_current)
        self.table.clicked.connect(self._open_current)
        self.table.wanted.connect(self._enter)
        self.table.horizontalHeader().sectionClicked.connect(self._sort)
        self.table.horizontalHeader().sectionResized.connect(self._resized)
        self._shown: tuple[str, str] = ("", "")
        self._numbers = (0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addLayout(self._tools())
        column.addWidget(self.table, 1)
        column.addWidget(self._foot())
        self._widths()
        self._told()

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
        self.kinds.setVisible(bool(self._field))
        self.kinds.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
        self.kinds.setMinimumWidth(88)
        self.kinds.setMaximumWidth(104)
        self.kinds.currentIndexChanged.connect(self._kind)
        more = QPushButton(icons.icon("more_horizontal"), "", self)
        more.setProperty("kind", "plain")
        more.setToolTip("列、复制、导入")
        more.setAccessibleName("列、复制、导入")
        more.clicked.connect(lambda: self._menu(more))
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 8, 10)
        row.setSpacing(4)
        row.addWidget(self.filter, 1)
        row.addWidget(self.kinds)
        row.addWidget(more)
        return row

    def _foot(self) -> QWidget:
        self.totals, self.sum = QLabel(self), QLabel(self)
        for label in (self.totals, self.sum):
            label.setProperty("role", "hint")
        self._signs = {name: QLabel(self) for name in ("error", "query", "ok")}
        upper = QHBoxLayout()
        upper.setContentsMargins(16, 8, 12, 8)
        upper.addWidget(self.totals, 1)
        upper.addWidget(self.sum)
        strip = QWidget(self)
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        strip.setProperty("kind", "strip")
        strip.setFixedHeight(32)
        row = QHBoxLayout(strip)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(6)
        for name, label in self._signs.items():
            mark = MARKS[name]
            label.setProperty("role", "hint")
            row.addWidget(icons.Glyph(mark.icon, mark.colour, filled=mark.filled, parent=self))
            row.addWidget(label)
            row.addSpacing(8)
        row.addStretch(1)
        foot = QWidget(self)
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper)
        column.addWidget(strip)
        return foot

    # Columns

    def _remembered(self, what: str, default: Any) -> Any:  # noqa: ANN401  # JSON
        return self._settings.get(f"list.{self.form.id}.{what}", default)

    def _offered(self) -> list[str]:
        """Return the columns that can be shown, those of the form first."""
        others = (f.id for f in self.form.fields if f.type not in ("table", "attachment", "long_text"))
        named = self.form.name in self.form.list.columns
        return list(dict.fromkeys((*([] if named else [LABEL]), *self.form.list.columns, *others)))

    def _columns(self) -> list[str]:
        offered = self._offered()
        kept = [name for name in self._remembered("columns", []) if name in offered]
        return kept or self._fitting(offered)

    def _fitting(self, offered: list[str]) -> list[str]:
        """Return as many of the form's own columns as a narrow list has room for."""
        room, chosen = DEFAULT_ROOM, offered[:1]
        for name in offered[1:DEFAULT_COLUMNS]:
            room -= self._least(name)
            if room < 0:
                break
            chosen.append(name)
        return chosen

    def _least(self, name: str) -> int:
        field = self.form.by_id.get(name)
        if field is None:
            return 96
        words = f"{plain(field.label)}（{field.unit}）" if field.unit else plain(field.label)
        return max(QFontMetrics(face(12)).horizontalAdvance(words) + 24, 96 if field.is_number else 76)

    def _widths(self) -> None:
        kept = self._remembered("widths", {})
        header = self.table.horizontalHeader()
        header.blockSignals(True)
        self.table.setColumnWidth(0, MARK_WIDTH)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        for place, name in enumerate(self.model.columns, 1):
            if place == 1 and name not in kept:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
                continue
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
            self.table.setColumnWidth(place, int(kept.get(name, self._least(name))))
        header.blockSignals(False)

    def _resized(self, place: int, _before: int, now: int) -> None:
        header = self.table.horizontalHeader()
        if place >= 1 and header.sectionResizeMode(place) == QHeaderView.ResizeMode.Interactive:
            kept = dict(self._remembered("widths", {}))
            kept[self.model.columns[place - 1]] = now
            self._settings.set(f"list.{self.form.id}.widths", kept)

    def _menu(self, button: QPushButton) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("复制所选行\tCtrl+C", self.table.copy)
        menu.addAction("导入表格…\tCtrl+I", lambda: self.taskWanted.emit("import_sheet"))
        menu.addAction("导出采集表…", lambda: self.taskWanted.emit("collection"))
        menu.addSeparator()
        for name in self._offered():
            title = label_title(self.workspace, self.form) if name == LABEL else plain(self.form.by_id[name].label)
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(name in self.model.columns)
            action.toggled.connect(lambda on, name=name: self._choose(name, on=on))
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _choose(self, name: str, *, on: bool) -> None:
        wanted = {*self.model.columns, name} if on else set(self.model.columns) - {name}
        columns = [n for n in self._offered() if n in wanted]
        if columns:
            self._settings.set(f"list.{self.form.id}.columns", columns)
            self.model.columns = tuple(columns)
            self.refresh()
            self._widths()

    # Showing

    def refresh(self, count: Count | None = None) -> None:
        """Read the list anew; the row that was shown stays the current one."""
        self.model.reload()
        self.show_current(*self._shown)
        self._told(count)

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter's sheets and marks."""
        self.model.quarter = quarter
        self.refresh()

    def show_current(self, key: str, subject: str = "") -> None:
        """Mark the row of the record that is shown, without opening it."""
        self._shown = (key, subject)
        row = self.model.row_of(key, subject)
        chosen = self.table.selectionModel()
        if row < 0:
            chosen.clear()
        elif self.table.currentIndex().row() != row or not chosen.hasSelection():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            chosen.setCurrentIndex(self.model.index(row, 1), flags)
            self.table.scrollTo(self.model.index(row, 1))

    def show_counts(self, count: Count | None) -> None:
        """Show how many records have errors, open queries, or neither."""
        self._numbers = (count.errors, count.unexplained, count.clean) if count else (0, 0, 0)
        self._fit()

    def _fit(self) -> None:
        """Leave words away where the list is narrow."""
        narrow = self.width() < NARROW
        for (name, label), number in zip(self._signs.items(), self._numbers, strict=True):
            label.setText(str(number) if narrow else f"{MARKS[name].word} {number}")
            label.setToolTip(f"{MARKS[name].word} {number}")
        room = self.width() - self.new.sizeHint().width() - 40
        words = self.form.title.removesuffix("表")
        self.title.setText(self.title.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))
        self.title.setToolTip(words)
        self.sum.setVisible(not narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave words away where the list is narrow."""
        super().resizeEvent(event)
        self._fit()

    def _told(self, count: Count | None = None) -> None:
        if count is not None:
            self.show_counts(count)
        missing = f"，未填 {self.model.missing} 项" if self.model.missing else ""
        self.totals.setText(f"共 {self.model.total} 项{missing}")
        if not self.kinds.currentData():
            self.kinds.setItemText(0, f"全部 {self.model.total}")
        figure = next((n for n in self.model.columns if n != LABEL and self.form.by_id[n].is_number), "")
        total = self.model.sum_of(figure) if figure else ""
        field = self.form.by_id.get(figure)
        known = total and field is not None and self.model.total
        self.sum.setText(f"{plain(field.label)}合计  {total} {field.unit}" if known and field else "")
        searching = bool(self.model.find or self.model.filters)
        self.table.empty = "没有符合筛选的记录" if searching else f"还没有{self.form.short}。\n按 Ctrl+N 新建一条。"

    # Acting

    def _open_current(self) -> None:
        line = self.model.line(self.table.currentIndex().row())
        if line is not None and (line.key, line.subject) != self._shown:
            self.opened.emit(line.key, line.subject)

    def _enter(self) -> None:
        self._open_current()
        self.entered.emit()

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

    def _find(self, text: str) -> None:
        self.model.find = text
        self.refresh()

    def _kind(self) -> None:
        chosen = str(self.kinds.currentData() or "")
        self.model.filters = {self._field: chosen} if chosen else {}
        self.refresh()

    def _sort(self, place: int) -> None:
        if place < 1:
            return
        name = self.model.columns[place - 1]
        if name == LABEL:
            return
        before = self.model.sort_by
        self.model.sort_by = (name, bool(before and before[0] == name and not before[1]))
        self.refresh()


class FilterBox(QLineEdit):
    """筛选: narrows the list while one types."""

    found = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "search")
        self.setPlaceholderText("筛选")
        self.setAccessibleName("筛选本表")
        self.setToolTip("名称、代码、拼音首字母（Ctrl+L）")
        self.setTextMargins(22, 0, 0, 0)
        self.setClearButtonEnabled(False)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(80)
        self._rest.timeout.connect(lambda: self.found.emit(self.text().strip()))
        self.textChanged.connect(self._rest.start)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape shows all again."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the funnel."""
        super().paintEvent(event)
        painter = QPainter(self)
        icons.paint(painter, QRect(8, self.height() // 2 - 8, 16, 16), "filter")
        painter.end()

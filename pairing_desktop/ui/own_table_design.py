"""Designing an own table: its form, columns, conditions, grouping, heading and notes. All by keyboard."""

from collections.abc import Sequence
from functools import partial
from typing import cast

from msgspec import structs
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QCheckBox,
    QGridLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pairing_desktop.services import own_tables
from pairing_desktop.services.own_tables import Choice, Condition, Definition, OwnColumn, Test
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.cards import button, column, row, scrolled, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.text_line import SearchLine, TextLine

PATH = Qt.ItemDataRole.UserRole
NONE = "（不选）"
LIST_HEIGHT, NARROW = 208, 600


class Available(QListWidget):
    """The paths that can be added; Enter adds."""

    added = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("可选的列")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setFixedHeight(LIST_HEIGHT)
        self.itemDoubleClicked.connect(lambda _item: self.added.emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Add with Enter."""
        if event.key() in ENTER:
            self.added.emit()
        else:
            super().keyPressEvent(event)


class Chosen(QTableWidget):
    """The chosen columns: the field, the title over it, whether it is added up. Delete takes one out."""

    removed = Signal()
    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__(0, 3)
        self.setAccessibleName("已选的列")
        self.setHorizontalHeaderLabels(["列", "表头（空着用原名）", "合计"])
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFixedHeight(LIST_HEIGHT)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, mode in enumerate((QHeaderView.ResizeMode.Stretch, QHeaderView.ResizeMode.Stretch,
                                       QHeaderView.ResizeMode.Fixed)):
            head.setSectionResizeMode(number, mode)
        self.setColumnWidth(2, 52)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take out with Delete, move with Alt and the arrows."""
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def show_columns(self, columns: Sequence[OwnColumn], known: dict[str, Choice], *, current: int) -> None:
        """Show columns; one that the form lost says so."""
        self.blockSignals(True)
        self.setRowCount(len(columns))
        for number, one in enumerate(columns):
            found = known.get(one.path)
            name = QTableWidgetItem(found.label if found else f"{one.path}（表式里已没有）")
            name.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            total = QTableWidgetItem()
            if found is not None and found.number:
                total.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable
                               | Qt.ItemFlag.ItemIsSelectable)
                total.setCheckState(Qt.CheckState.Checked if one.total else Qt.CheckState.Unchecked)
            else:
                total.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            for place, item in enumerate((name, QTableWidgetItem(one.title), total)):
                self.setItem(number, place, item)
            self.setRowHeight(number, 28)
        if columns:
            self.setCurrentCell(min(max(current, 0), len(columns) - 1), max(self.currentColumn(), 0))
        self.blockSignals(False)


class ConditionRow(QWidget):
    """One condition: which column, which test, what text, and a button that takes it out."""

    changed = Signal()
    gone = Signal()

    def __init__(self, number: int) -> None:
        super().__init__()
        self.path, self.test = Combo(f"条件 {number} 的列"), Combo(f"条件 {number} 的比法")
        self.text = TextLine()
        self.text.setAccessibleName(f"条件 {number} 的值")
        for test in own_tables.TESTS:
            self.test.addItem(test)
        self.path.activated.connect(lambda _index: self.changed.emit())
        self.test.activated.connect(lambda _index: self.changed.emit())
        self.text.textEdited.connect(lambda _text: self.changed.emit())
        self.out = button("", icon="dismiss", kind="plain", tip=f"去掉条件 {number}", action=self.gone.emit)
        self.out.setAccessibleName(f"去掉条件 {number}")
        line = row(self.path, self.test, self.text, self.out)
        for place, share in enumerate((3, 0, 3)):
            line.setStretch(place, share)
        self.setLayout(line)

    def show_condition(self, condition: Condition, known: Sequence[Choice]) -> None:
        """Show a condition."""
        fill(self.path, known, condition.path)
        self.test.setCurrentText(condition.test)
        self.text.setText(condition.text)

    def condition(self) -> Condition | None:
        """Return the condition, None while no column is chosen."""
        path = self.path.currentData()
        return Condition(path, cast("Test", self.test.currentText()), self.text.text()) if path else None


def fill(combo: Combo, known: Sequence[Choice], path: str) -> None:
    """Offer paths, the first being none."""
    combo.blockSignals(True)
    combo.clear()
    combo.addItem(NONE, "")
    for one in known:
        combo.addItem(one.label, one.path)
    combo.setCurrentIndex(max(0, combo.findData(path)))
    combo.blockSignals(False)


class DesignPane(QWidget):
    """Changes a definition; ``changed`` after each change."""

    changed = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._ws = workspace
        self.table = Definition("", "")
        self._known: list[Choice] = []
        self._rows: list[ConditionRow] = []
        self._parts()
        self._lay_out()

    def _parts(self) -> None:
        self.form, self.sub = Combo("取自哪张表"), Combo("展开哪个子表")
        for form in self._ws.catalogue.forms:
            self.form.addItem(form.short, form.id)
        self.form.activated.connect(self._other_form)
        self.sub.activated.connect(self._other_sub)
        self.search = SearchLine()
        self.search.setPlaceholderText("查找列")
        self.search.setAccessibleName("查找列")
        self.search.textChanged.connect(self._narrow)
        self.available, self.chosen = Available(), Chosen()
        self.search.through.connect(self.available.setFocus)
        self.available.added.connect(self.add)
        self.chosen.removed.connect(self.remove)
        self.chosen.moved.connect(self.move_column)
        self.chosen.itemChanged.connect(lambda _item: self._typed())
        self.group, self.sort = Combo("按哪一列分组"), Combo("按哪一列排序")
        self.down = QCheckBox("从大到小")
        self.group.activated.connect(lambda _index: self._typed())
        self.sort.activated.connect(lambda _index: self._typed())
        self.down.clicked.connect(lambda _on: self._typed())
        self.heading, self.notes = TextLine(), QPlainTextEdit()
        self.heading.setAccessibleName("标题")
        self.heading.textEdited.connect(lambda _text: self._typed())
        self.notes.setAcceptDrops(False)
        self.notes.setAccessibleName("附注")
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(58)
        self.notes.textChanged.connect(self._typed)

    def _lay_out(self) -> None:
        between = self._between = column(
            None, button("加入", icon="arrow_right", action=self.add),
            button("移出", icon="arrow_left", action=self.remove),
            button("上移", icon="chevron_up", action=partial(self.move_column, -1)),
            button("下移", icon="chevron_down", action=partial(self.move_column, 1)), None, spacing=6)
        left = column(row(words("可选的列", role="strong"), self.search), self.available, spacing=4)
        right = column(words("已选的列", role="strong"), self.chosen, spacing=4)
        lists = self._lists = row(left, between, right, spacing=10)
        lists.setStretch(0, 4)
        lists.setStretch(2, 5)
        self.conditions = QVBoxLayout()
        self.conditions.setSpacing(4)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        sorting = QWidget()
        order = row(self.sort, self.down)
        order.setStretch(0, 1)
        sorting.setLayout(order)
        self._choices: list[tuple[QWidget, QWidget]] = []
        for name, part in (("取自", self.form), ("子表", self.sub), ("分组", self.group), ("排序", sorting)):
            label = words(name, tone="text2")
            label.setBuddy(part)
            self._choices.append((label, part))
        self._columns_of_choices = 0
        for combo in (self.form, self.sub, self.group, self.sort):
            combo.setMinimumContentsLength(8)
            combo.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        page = QWidget()
        page.setLayout(column(
            self._grid, lists, words("条件（同时满足）", role="strong"), self.conditions,
            row(button("添加条件", icon="add", action=self.add_condition), None), words("标题", role="strong"),
            self.heading, words("附注", role="strong"), self.notes, None, spacing=8, margins=(16, 12, 16, 16)))
        self.setLayout(column(scrolled(page, "设计")))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out side by side, or one below the other where there is little room."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if self._columns_of_choices == (1 if narrow else 2):
            return
        self._columns_of_choices = 1 if narrow else 2
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._lists.setDirection(down if narrow else across)
        self._between.setDirection(across if narrow else down)
        for number, (label, part) in enumerate(self._choices):
            line, place = divmod(number, self._columns_of_choices)
            self._grid.addWidget(label, line, place * 2)
            self._grid.addWidget(part, line, place * 2 + 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 0 if narrow else 1)

    # what is shown

    def show_table(self, table: Definition) -> None:
        """Show a definition."""
        self.table = table
        self.form.setCurrentIndex(self.form.findData(table.form))
        self.sub.clear()
        self.sub.addItem("不展开，一条记录一行", "")
        for id_, label in own_tables.tables(self._ws, table.form):
            self.sub.addItem(f"{label}，一行一行展开", id_)
        self.sub.setCurrentIndex(max(0, self.sub.findData(table.table)))
        self._known = own_tables.choices(self._ws, table.form, table.table)
        self._narrow(self.search.text())
        self._columns(0)
        fill(self.group, self._known, table.group)
        fill(self.sort, self._known, table.sort.lstrip("-"))
        self.down.setChecked(table.sort.startswith("-"))
        self._conditions()
        self.heading.setText(table.heading)
        self.notes.blockSignals(True)
        self.notes.setPlainText(table.notes)
        self.notes.blockSignals(False)

    def _columns(self, current: int) -> None:
        self.chosen.show_columns(self.table.columns, {c.path: c for c in self._known}, current=current)

    def _narrow(self, text: str) -> None:
        self.available.clear()
        for one in self._known:
            if text.strip().casefold() in one.label.casefold():
                item = QListWidgetItem(one.label, self.available)
                item.setData(PATH, one.path)
        self.available.setCurrentRow(0)

    def _conditions(self) -> None:
        while len(self._rows) > len(self.table.conditions):
            gone = self._rows.pop()
            self.conditions.removeWidget(gone)
            gone.deleteLater()
        while len(self._rows) < len(self.table.conditions):
            self._new_row()
        for shown, condition in zip(self._rows, self.table.conditions, strict=True):
            shown.show_condition(condition, self._known)

    def _new_row(self) -> ConditionRow:
        made = ConditionRow(len(self._rows) + 1)
        made.changed.connect(self._typed)
        made.gone.connect(lambda: self._take_out(made))
        self._rows.append(made)
        self.conditions.addWidget(made)
        return made

    # changes

    def _replace(self, **changes: object) -> None:
        self.table = structs.replace(self.table, **changes)
        self.changed.emit()

    def _other_form(self) -> None:
        form = self.form.currentData()
        if form != self.table.form:
            new = own_tables.default(self._ws, form)
            others = (t.name for t in own_tables.saved(self._ws) if t.id != self.table.id)
            follows = own_tables.follows(self._ws, self.table)
            name = own_tables.free_name(new.name, others) if follows else self.table.name
            self.table = structs.replace(new, id=self.table.id, name=name, notes=self.table.notes)
            self.show_table(self.table)
            self.changed.emit()

    def _other_sub(self) -> None:
        sub = self.sub.currentData() or ""
        if sub != self.table.table:
            gone = f"{self.table.table}." if self.table.table else "."
            kept = tuple(c for c in self.table.columns if not c.path.startswith(gone))
            conditions = tuple(c for c in self.table.conditions if not c.path.startswith(gone))
            table = structs.replace(self.table, table=sub, columns=kept, conditions=conditions, group="", sort="")
            self.show_table(table)
            self.changed.emit()

    def add(self) -> None:
        """Add the chosen paths after the current column."""
        paths = [item.data(PATH) for item in self.available.selectedItems()]
        at = self.chosen.currentRow() + 1 if self.table.columns else 0
        new = tuple(OwnColumn(path) for path in paths)
        self._replace(columns=(*self.table.columns[:at], *new, *self.table.columns[at:]))
        self._columns(at + len(new) - 1)

    def remove(self) -> None:
        """Take the current column out."""
        at = self.chosen.currentRow()
        if 0 <= at < len(self.table.columns):
            self._replace(columns=(*self.table.columns[:at], *self.table.columns[at + 1:]))
            self._columns(at)

    def move_column(self, by: int) -> None:
        """Move the current column up or down."""
        at, columns = self.chosen.currentRow(), list(self.table.columns)
        if 0 <= at < len(columns) and 0 <= at + by < len(columns):
            columns[at], columns[at + by] = columns[at + by], columns[at]
            self._replace(columns=tuple(columns))
            self._columns(at + by)

    def add_condition(self) -> None:
        """Begin one more condition; it counts once its column is chosen."""
        made = self._new_row()
        made.show_condition(Condition("", "含"), self._known)
        made.path.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_out(self, shown: ConditionRow) -> None:
        """Take one condition out; the others are numbered anew."""
        left = [r.condition() or Condition("", "含") for r in self._rows if r is not shown]
        self._rows.pop().deleteLater()
        for each, condition in zip(self._rows, left, strict=True):
            each.show_condition(condition, self._known)
        self._typed()

    def _typed(self) -> None:
        columns = []
        for number, one in enumerate(self.table.columns):
            title, total = self.chosen.item(number, 1), self.chosen.item(number, 2)
            if title is None or total is None:
                continue
            columns.append(OwnColumn(one.path, title.text().strip(), total.checkState() == Qt.CheckState.Checked))
        sort = self.sort.currentData() or ""
        conditions = tuple(c for c in (shown.condition() for shown in self._rows) if c is not None)
        new = structs.replace(
            self.table, columns=tuple(columns), conditions=conditions, group=self.group.currentData() or "",
            sort=f"-{sort}" if sort and self.down.isChecked() else sort, heading=self.heading.text().strip(),
            notes=self.notes.toPlainText().strip())
        if new != self.table:
            self.table = new
            self.changed.emit()

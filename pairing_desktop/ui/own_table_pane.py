"""Own tables (自定义表): the saved ones at the left; a table's preview, its design, and how it fills a template."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import json, structs
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QStackedWidget, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services import half_said, own_tables
from pairing_desktop.services.own_tables import Definition, Step
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, paper_work
from pairing_desktop.ui.cards import Empty, Surface, button, clear, column, row, rule, say, scrolled, words
from pairing_desktop.ui.own_table_design import DesignPane
from pairing_desktop.ui.own_table_template import TemplatePane
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.sheet_table import MILLIMETRE, Head, Line, SheetTable
from pairing_desktop.ui.sheet_table import Cell as SheetCell
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.unsaved import Unsaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from pairing_desktop.services.own_tables_worked import Worked

    Write = Callable[[Workspace, Definition, str], bytes]

PREVIEW, DESIGN, TEMPLATE = range(3)
LIST_WIDTH, CONTENT_LEAST = 220, 620
SAMPLE, WIDEST = 200, 72
XLSX, PDF = "Excel 工作簿 (*.xlsx)", "PDF 文件 (*.pdf)"


class OwnTablePane(QWidget):
    """Saved when it is left, on disk within two seconds; every save, renaming and deleting can be taken back."""

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ws, self._signals = workspace, signals
        self.quarter = ""
        self.saved: list[Definition] = []
        self.table: Definition | None = None
        self.steps: list[Step] = []
        self.shown: SheetTable | None = None
        self._build()
        self.unsaved = Unsaved(self._as_text, self._show_text, (self.design.heading, self.design.notes))
        self.unsaved.setParent(self)
        self.unsaved.hide()  # 保存 itself says that there is something to save

    def _build(self) -> None:
        self.panes = Panes((Pane("已存的表", self._left(), width=LIST_WIDTH),
                            Pane("内容", self._right(), least=CONTENT_LEAST)))
        self.panes.choose(1)
        self.setLayout(column(self.panes, spacing=0))

    def _left(self) -> QWidget:
        self.list = RowsTable("自定义表", (Column("自定义表"),), row_height=42)
        self.list.horizontalHeader().hide()
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _id: self.panes.choose(1))
        new = button("新建", icon="add", action=self.new)
        self.copy = button("复制", icon="copy", action=self.duplicate)
        self.name = button("改名…", icon="edit", action=self.rename)
        self.gone = button("删除", icon="delete", action=self.delete)
        self.back = button("撤销", icon="arrow_undo", action=self.undo)
        self.changing = (new, self.copy, self.name, self.gone, self.back)
        left = Surface("surface")
        left.setLayout(column(self.list, row(new, self.copy), row(self.name, self.gone), row(self.back, None),
                              spacing=6, margins=(0, 0, 0, 10)))
        for line in (1, 2, 3):
            item = left.layout().itemAt(line).layout()  # type: ignore[union-attr]  # made just above
            item.setContentsMargins(10, 0, 10, 0)
        return left

    def _right(self) -> QWidget:
        self.tabs = QButtonGroup(self)
        tabs = []
        for number, title in enumerate(("预览", "设计", "填入模板")):
            tab = QPushButton(title)
            tab.setProperty("kind", "segment")
            tab.setCheckable(True)
            tab.setAutoDefault(False)
            self.tabs.addButton(tab, number)
            tabs.append(tab)
        self.tabs.idClicked.connect(self.show_tab)
        self.title = words("", role="pane")
        self.keep = button("保存", icon="save", action=self.save)
        self.excel = button("导出 Excel…", icon="arrow_export", action=self.export_workbook)
        self.paper = button("导出 PDF…", icon="document_pdf", action=self.export_pdf)
        line = row(self.title, *tabs, None, self.keep, self.excel, self.paper)
        line.setContentsMargins(16, 8, 16, 8)
        self.count = words("", role="hint", wrap=True)
        self.place = column()
        preview = QWidget()
        preview.setLayout(column(self.count, self.place, spacing=6, margins=(16, 10, 16, 12)))
        self.design, self.template = DesignPane(self._ws), TemplatePane(self._ws)
        self.design.changed.connect(self._designed)
        self.template.changed.connect(self._mapped)
        self.template.filled.connect(self._signals.told.emit)
        self.stack = QStackedWidget()
        for part in (preview, self.design, self.template):
            self.stack.addWidget(part)
        how = "选一张表的几列，加条件、分组、小计，存成自己的表；可以导出 Excel 和 PDF，也可以填进别的部门的模板。"
        none = Empty("table", "还没有自定义表", how,
                     button("新建一张", kind="primary", action=self.new))
        self.none = scrolled(none, "自定义表")
        self.content = QWidget()
        self.content.setLayout(column(line, rule(), self.stack, spacing=0))
        right = QWidget()
        right.setLayout(column(self.content, self.none, spacing=0))
        return right

    # what is shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words of the buttons away where there is little room."""
        super().resizeEvent(event)
        narrow = self.width() < LIST_WIDTH + CONTENT_LEAST
        for part, text in ((self.keep, "保存"), (self.excel, "导出 Excel…"), (self.paper, "导出 PDF…")):
            part.setText("" if narrow else text)
            part.setToolTip(text if narrow else "")
            part.setAccessibleName(text)
        self.title.setVisible(not narrow)

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter."""
        self.quarter = self.template.quarter = quarter
        if self.isVisible() and self.table is not None:
            self._preview()

    def refresh(self) -> None:
        """Read the saved tables again."""
        self.unsaved.leave()
        self.saved = own_tables.saved(self._ws)
        titles = {f.id: f.short for f in self._ws.catalogue.forms}
        self.list.show_rows([Row((Cell(t.name, detail=titles.get(t.form, t.form)),), t.id) for t in self.saved])
        self.content.setVisible(bool(self.saved))
        self.none.setVisible(not self.saved)
        here = self.table.id if self.table else ""
        chosen = next((n for n, t in enumerate(self.saved) if t.id == here), 0)
        if self.saved:
            self._show(self.saved[chosen])
            self.list.selectRow(chosen)
        else:
            self.table = None
        for part in self.changing:
            part.setEnabled(not self._ws.readonly)
        for part in (self.copy, self.name, self.gone):
            part.setEnabled(bool(self.saved) and not self._ws.readonly)
        self.back.setEnabled(bool(self.steps))
        self.back.setToolTip(f"撤销{self.steps[-1].said}" if self.steps else "")

    def _picked(self, id_: str) -> None:
        if self.table is not None and id_ != self.table.id and self.leave():
            self._show(next(t for t in self.saved if t.id == id_))

    def _show(self, table: Definition) -> None:
        self.table = table
        half = None if self._ws.readonly else half_said.own_table(self._ws, table.id)
        self.unsaved.hold(half, self._as_text())
        self._lay_open(self.table)

    def _as_text(self) -> str:
        return json.encode(self.table).decode() if self.table is not None else ""

    def _show_text(self, text: str) -> None:
        """Show a table as it was changed and not saved."""
        self.table = json.decode(text, type=Definition)

    def _lay_open(self, table: Definition) -> None:
        say(self.title, table.name)
        self.design.show_table(table)
        self._show_template()
        self.show_tab(max(self.tabs.checkedId(), PREVIEW))

    def _show_template(self) -> None:
        if self.table is not None:
            known = {c.path: c.label for c in own_tables.choices(self._ws, self.table.form, self.table.table)}
            self.template.show_table(self.table, [(c.path, c.title or known.get(c.path, c.path))
                                                  for c in self.table.columns])

    def show_tab(self, number: int) -> None:
        """Show preview, design or template."""
        self.tabs.button(number).setChecked(True)
        self.stack.setCurrentIndex(number)
        if number == PREVIEW:
            self._preview()
        elif number == TEMPLATE:
            self._show_template()
        self._mark()

    def _mark(self) -> None:
        """Show whether there is anything to save."""
        self.keep.setVisible(self.dirty and not self._ws.readonly)

    @property
    def dirty(self) -> bool:
        """Whether the table was changed since it was saved."""
        return self.table is not None and self.table not in self.saved

    def _preview(self) -> None:
        from pairing_desktop.services import own_tables_worked

        clear(self.place)
        self.shown = None
        if self.table is None:
            return
        try:
            worked = own_tables_worked.worked(self._ws, self.table, self.quarter)
        except Trouble as told:
            say(self.count, "")
            problem = told.problems[0]
            self.place.addWidget(Empty("warning", problem.message, problem.remedy))
            return
        plain = sum(line.kind == "plain" for line in worked.part.lines)
        said = worked.notes.replace("\n", "　")
        say(self.count, f"{worked.heading}　共 {plain} 行" + (f"　{said}" if said else "") if plain else "")
        if not plain:
            self.place.addWidget(Empty("table", "没有符合条件的记录", "换一个季度，或在“设计”里改条件。"))
            return
        self.shown = table = _sheet(worked)
        table.opened.connect(lambda behind, _row, _column: self._go(behind))
        self.place.addWidget(table, 1)

    def _go(self, behind: object) -> None:
        from pairing_desktop.formspec.summary_values import Behind

        if isinstance(behind, Behind) and self.leave():
            self._signals.goTo.emit(behind.form, behind.key, behind.path)

    # changes

    def _designed(self) -> None:
        if self.table is not None:
            self.table = structs.replace(self.design.table, template=self.table.template)
            say(self.title, self.table.name)
            self.unsaved.typed()
            self._mark()

    def _mapped(self) -> None:
        if self.table is not None:
            self.table = structs.replace(self.table, template=self.template.filling.plain())
            self.template.table = self.table
            self.unsaved.typed()
            self._mark()

    def save(self) -> bool:
        """Save the table; False when it could not be."""
        if self.table is None:
            return True
        try:
            self.table, step = own_tables.save(self._ws, self.table)
        except Trouble as told:
            ask.dialogs.trouble(self, told, title="没有保存")
            return False
        self.unsaved.drop()
        self._done(step)
        return True

    def leave(self) -> bool:
        """Save what was changed before something else is shown."""
        self.unsaved.leave()
        return not self.dirty or self._ws.readonly or self.save()

    def new(self) -> None:
        """Make a table of the form that is looked at most: the first one with records."""
        if self.leave():
            form = self.table.form if self.table else self._ws.catalogue.forms[0].id
            self._make(own_tables.default(self._ws, form))
            self.show_tab(DESIGN)
            self.design.form.setFocus(Qt.FocusReason.OtherFocusReason)

    def duplicate(self) -> None:
        """Make another table like this one."""
        if self.table is not None and self.leave():
            self._make(structs.replace(self.table, id=""))

    def _make(self, table: Definition) -> None:
        name = own_tables.free_name(table.name, (t.name for t in self.saved))
        self.table, step = own_tables.save(self._ws, structs.replace(table, name=name), said="新建")
        self._done(step)

    def rename(self) -> None:
        """Give the table another name."""
        if self.table is None or not self.leave():
            return
        half = half_said.reason(self._ws, "自定义表改名", self.table.id)
        name = ask.dialogs.text(self, "改名", "名称", initial=self.table.name, half=half)
        if not name:
            return
        try:
            self.table, step = own_tables.rename(self._ws, self.table, name)
        except Trouble as told:
            ask.dialogs.trouble(self, told, title="没有改名")
            return
        self._done(step)

    def delete(self) -> None:
        """Delete the table; 撤销 brings it back."""
        if self.table is not None:
            self.unsaved.drop()
            self._done(own_tables.delete(self._ws, self.table))

    def undo(self) -> None:
        """Take the last step back."""
        if self.steps:
            self.unsaved.drop()
            step = self.steps.pop()
            own_tables.undo(self._ws, step)
            self.table = step.before or self.table
            self.refresh()
            self._signals.told.emit(f"已撤销：{step.said}")

    def _done(self, step: Step) -> None:
        self.steps.append(step)
        self.refresh()
        self._mark()
        self._signals.told.emit(step.said)

    # outputs

    def preview(self) -> None:
        """Show the table as it will be printed."""
        from pairing_desktop.services import own_tables_worked
        from pairing_desktop.ui.print_dialog import PrintDialog

        if self.table is None:
            return
        table, quarter = self.table, self.quarter
        paper_work.make(self, self._ws, "排版", lambda ws, _progress: own_tables_worked.pdf(ws, table, quarter),
                        lambda pdf: ask.dialogs.run(PrintDialog(table.name, pdf, self)), failed="没有排出版面")

    def export_workbook(self) -> None:
        """Write the table as a plain workbook."""
        from pairing_desktop.services import own_tables_worked

        self._export(XLSX, "xlsx", own_tables_worked.workbook)

    def export_pdf(self) -> None:
        """Write the table as a PDF."""
        from pairing_desktop.services import own_tables_worked

        self._export(PDF, "pdf", own_tables_worked.pdf)

    def _export(self, kinds: str, suffix: str, write: "Write") -> None:
        from pairing_desktop.services import writing

        if self.table is None or not self.leave():
            return
        suggested = self._ws.path.with_name(f"{self.table.name} {self.quarter}.{suffix}")
        to = ask.dialogs.save_file(self, "导出自定义表", kinds, suggested=suggested)
        if to is None:
            return
        table, quarter = self.table, self.quarter
        paper_work.make(self, self._ws, "导出自定义表",
                        lambda ws, _progress: writing.write(to, write(ws, table, quarter)),
                        lambda path: self._signals.told.emit(f"已导出 {path}"), failed="没有导出")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save with Ctrl+S and undo with Ctrl+Z where no menu took the keys."""
        if event.matches(QKeySequence.StandardKey.Save):
            self.save()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Save when something else is shown."""
        super().hideEvent(event)
        if not event.spontaneous() and self.dirty and self.table and self.table.columns and not self._ws.readonly:
            self.save()


def _sheet(worked: "Worked") -> SheetTable:
    part = worked.part
    lines = []
    for line in part.lines:
        cells = tuple(SheetCell(c.text, right=c.align == "right", data=c.behind[0] if c.behind else None, quiet=n > 1)
                      for n, c in enumerate(line.cells))
        lines.append(Line(cells, line.kind))
    heads = [Head(h.title, h.unit, _width(n, [h.title, h.unit], lines), right=h.align == "right")
             for n, h in enumerate(part.heads)]
    made = SheetTable(worked.heading, heads, lines)
    made.setMaximumHeight(16777215)
    made.setMinimumHeight(120)
    made.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    return made


def _width(number: int, titles: Sequence[str], lines: Sequence[Line]) -> float:
    """Return the millimetres that a column's texts want, the longest of them not to the end."""
    texts = [line.cells[number].text for line in lines[:SAMPLE] if number < len(line.cells) and line.kind != "group"]
    widest = max(sum(0.55 if c.isascii() else 1 for c in text) for text in (*titles, *texts))
    return min(WIDEST, 13 * widest / MILLIMETRE + 6)

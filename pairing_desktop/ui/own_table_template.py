"""Filling a stranger's template from an own table: which column goes where, and which single cells."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import structs
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSpinBox, QTableWidget, QTableWidgetItem, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services import template_filling
from pairing_desktop.services.own_tables import Definition
from pairing_desktop.services.template_filling import Filling
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, paper_work
from pairing_desktop.ui.cards import button, column, row, say, scrolled, words
from pairing_desktop.ui.combo import Combo

KINDS = "Excel 工作簿 (*.xlsx *.xlsm)"
PATH = Qt.ItemDataRole.UserRole
ROOM = 4
"""Lines that the list of single cells always has free."""


class TemplatePane(QWidget):
    """Changes how a table fills a template; ``changed`` after each change, ``filled`` names the file written."""

    changed = Signal()
    filled = Signal(str)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._ws = workspace
        self.quarter = ""
        self.table = Definition("", "")
        self.filling = Filling()
        self._titles: list[tuple[str, str]] = []
        self._parts()
        self._lay_out()

    def _parts(self) -> None:
        self.file = words("还没有选模板。", tone="text2", wrap=True)
        self.sheet = Combo("模板的工作表")
        self.sheet.activated.connect(lambda _index: self._typed())
        self.first = QSpinBox()
        self.first.setRange(0, 1_000_000)
        self.first.setSpecialValueText("不填列")
        self.first.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.first.setMinimumWidth(72)
        self.first.setAccessibleName("从模板的第几行起填")
        self.first.editingFinished.connect(self._typed)
        self.columns = _table("列对应", ("自定义表的列", "填到模板的列"))
        self.columns.itemChanged.connect(lambda _item: self._typed())
        self.cells = _table("单元格对应", ("模板的单元格", "填什么"))
        self.cells.itemChanged.connect(lambda _item: self._typed())

    def _lay_out(self) -> None:
        choose = button("选模板…", icon="folder_open", action=self.choose)
        self.guess = button("自动对应", icon="arrow_sync", tip="按模板表头的文字对应各列", action=self.guess_columns)
        self.fill = button("填好另存…", kind="primary", icon="table", action=self.fill_out)
        top = row(choose, self.file)
        top.setStretch(1, 1)
        sheet, first = words("工作表", tone="text2"), words("从第几行起", tone="text2")
        sheet.setBuddy(self.sheet)
        first.setBuddy(self.first)
        where = row(sheet, self.sheet, first, self.first, self.guess, self.fill)
        where.setStretch(1, 1)
        page = QWidget()
        page.setLayout(column(
            words("把本表填进别的部门发来的 Excel 模板：只改要填的单元格，模板的其他内容不动，另存为新文件。",
                  role="hint", wrap=True),
            top, where, words("各列填到模板的哪一列（写列名，例如 B；空着不填）", role="strong"), self.columns,
            words("单个单元格填什么（单元格例如 C5）", role="strong"), self.cells, None,
            spacing=8, margins=(16, 12, 16, 16)))
        self.setLayout(column(scrolled(page, "填入模板")))

    def show_table(self, table: Definition, titles: Sequence[tuple[str, str]]) -> None:
        """Show how a table fills its template; ``titles``: (path, title) of its columns."""
        self.table = table
        self._titles = [("#", "序号"), *titles]
        self.show_filling(template_filling.of(table))

    def show_filling(self, filling: Filling) -> None:
        """Show a filling."""
        self.filling = filling
        path = Path(filling.file)
        there = bool(filling.file) and path.is_file()
        say(self.file, str(path) if there else f"{path.name} 不在原处，请重新选模板。" if filling.file
            else "还没有选模板。")
        for part in (self.sheet, self.first, self.guess, self.fill, self.columns, self.cells):
            part.setEnabled(there)
        self._sheets(path if there else None, filling.sheet)
        self.first.setValue(filling.first_row)
        self._show_columns(dict(filling.columns))
        self._show_cells(filling.cells)

    def _sheets(self, path: Path | None, chosen: str) -> None:
        self.sheet.clear()
        if path is None:
            return
        try:
            self.sheet.addItems(list(template_filling.sheets(path)))
        except Trouble as told:
            say(self.file, "；".join(p.message for p in told.problems))
        self.sheet.setCurrentIndex(max(0, self.sheet.findText(chosen)))

    def _show_columns(self, letters: dict[str, str]) -> None:
        self.columns.blockSignals(True)
        self.columns.setRowCount(len(self._titles))
        for number, (path, title) in enumerate(self._titles):
            name = QTableWidgetItem(title)
            name.setData(PATH, path)
            name.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.columns.setItem(number, 0, name)
            self.columns.setItem(number, 1, QTableWidgetItem(letters.get(path, "")))
        _fit(self.columns)
        self.columns.blockSignals(False)

    def _show_cells(self, cells: Sequence[tuple[str, str]]) -> None:
        self.cells.blockSignals(True)
        self.cells.setRowCount(len(cells) + ROOM)
        for number in range(self.cells.rowCount()):
            cell, source = cells[number] if number < len(cells) else ("", "")
            self.cells.setItem(number, 0, QTableWidgetItem(cell))
            combo = Combo(f"第 {number + 1} 个单元格填什么")
            combo.addItem("", "")
            for value, label in self._sources():
                combo.addItem(label, value)
            combo.setCurrentIndex(max(0, combo.findData(source)))
            combo.activated.connect(lambda _index: self._typed())
            self.cells.setCellWidget(number, 1, combo)
        _fit(self.cells)
        self.cells.blockSignals(False)

    def _sources(self) -> list[tuple[str, str]]:
        """Return (source, label) of what a single cell may take."""
        found = [(f"word:{name}", label) for name, label in template_filling.WORDS.items()]
        totals = {c.path for c in self.table.columns if c.total}
        found += [(f"total:{path}", f"合计：{title}") for path, title in self._titles if path in totals]
        found += [(f"value:{path}", f"这一条的：{title}") for path, title in self._titles[1:]]
        return found + template_filling.figures(self._ws)

    # changes

    def choose(self) -> None:
        """Choose the template's file."""
        path = ask.dialogs.open_file(self, "选模板", KINDS)
        if path is None:
            return
        try:
            sheets = template_filling.sheets(path)
        except Trouble as told:
            ask.dialogs.trouble(self, told, title="模板用不了")
            return
        sheet = self.filling.sheet if self.filling.sheet in sheets else next(iter(sheets), "")
        self.show_filling(structs.replace(self.filling, file=str(path), sheet=sheet))
        if not self.filling.columns and not self.filling.cells:
            self.guess_columns()
        self.changed.emit()

    def guess_columns(self) -> None:
        """Match the columns by the template's heads."""
        try:
            found = template_filling.guess(Path(self.filling.file), self.sheet.currentText(), self._titles)
        except Trouble as told:
            ask.dialogs.trouble(self, told, title="模板用不了")
            return
        self.show_filling(structs.replace(self.filling, sheet=found.sheet, first_row=found.first_row,
                                              columns=found.columns))
        self.changed.emit()

    def _typed(self) -> None:
        columns = []
        for number, (path, _title) in enumerate(self._titles):
            item = self.columns.item(number, 1)
            if item is not None and item.text().strip():
                columns.append((path, item.text().strip().upper()))
        cells = []
        for number in range(self.cells.rowCount()):
            item, combo = self.cells.item(number, 0), self.cells.cellWidget(number, 1)
            source = combo.currentData() if isinstance(combo, Combo) else ""
            if item is not None and item.text().strip() and source:
                cells.append((item.text().strip().upper(), source))
        new = Filling(file=self.filling.file, sheet=self.sheet.currentText(), first_row=self.first.value(),
                      columns=tuple(columns), cells=tuple(cells))
        if new != self.filling:
            self.filling = new
            self.changed.emit()

    def fill_out(self) -> None:
        """Fill the template in the background and save it beside; all that stands in the way is told at once."""
        path, table, filling, quarter = Path(self.filling.file), self.table, self.filling, self.quarter
        paper_work.make(self, self._ws, "填入模板",
                        lambda ws, progress: template_filling.filled(
                            ws, table, filling, quarter, path, progress=progress),
                        lambda done: self._save(done, path, quarter), failed="没有填")

    def _save(self, done: template_filling.Filled, path: Path, quarter: str) -> None:
        suggested = path.with_name(f"{path.stem}（已填 {quarter}）{path.suffix}")
        to = ask.dialogs.save_file(self, "填好的模板存到哪里", KINDS, suggested=suggested)
        if to is None:
            return
        try:
            template_filling.save(done, path, to)
        except Trouble as told:
            ask.dialogs.trouble(self, told, title="没有保存")
            return
        units = f"；按模板的单位，{'，'.join(done.converted)}" if done.converted else ""
        self.filled.emit(f"填了 {done.lines} 行、{done.cells} 个单元格{units}，已存到 {to}")


def _table(name: str, heads: tuple[str, str]) -> QTableWidget:
    made = QTableWidget(0, 2)
    made.setAccessibleName(name)
    made.setHorizontalHeaderLabels(list(heads))
    made.verticalHeader().hide()
    made.setShowGrid(False)
    made.setTabKeyNavigation(False)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.horizontalHeader().setHighlightSections(False)
    made.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    return made


def _fit(table: QTableWidget) -> None:
    for number in range(table.rowCount()):
        table.setRowHeight(number, 32)
    table.setFixedHeight(30 + 32 * min(table.rowCount(), 8))

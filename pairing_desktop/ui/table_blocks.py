"""Blocks of cells in a table inside a form: copied, cut, pasted and filled down as in Excel."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtGui import QGuiApplication

from pairing_desktop.ui import ask, clipboard_block
from pairing_desktop.ui.labels import plain

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.ui.table_editor import TableEditor

MANY = 100
"""Rows from which a paste shows how far it is, and can be stopped."""


class TableBlocks:
    """What the block commands of one table do."""

    def __init__(self, editor: "TableEditor") -> None:
        self.editor = editor

    def selected(self) -> list[str]:
        """Return the paths of the selected cells, in reading order."""
        return [path for index in sorted(self.editor.selectedIndexes(), key=lambda i: (i.row(), i.column()))
                if (path := self.editor.sheet.path_at(index))]

    def copy(self) -> None:
        """Put the selected block on the clipboard, as Excel reads it."""
        rows: dict[int, list[str]] = {}
        for index in sorted(self.editor.selectedIndexes(), key=lambda i: (i.row(), i.column())):
            path = self.editor.sheet.path_at(index)
            if path or index.column() > len(self.editor.sheet.columns):
                text = self.editor.entry.draft.text(path) if path else str(index.data() or "")
                rows.setdefault(index.row(), []).append(text)
        first = min((index.column() for index in self.editor.selectedIndexes()), default=1)
        columns = self.editor.sheet.columns[max(first, 1) - 1:]
        codes = {place for place, column in enumerate(columns) if not column.is_number and column.type != "date"}
        clipboard_block.put(list(rows.values()), codes)

    def cut(self) -> None:
        """Copy the selected block and clear it."""
        self.copy()
        self.editor.entry.type_many([(path, "") for path in self.selected()], "剪切")

    def paste(self) -> None:
        """Lay the clipboard's block over the cells from the cursor on; what doesn't fit is told before a change.

        Missing rows are added, computed cells are passed over; one cell fills the whole selection. A head copied with
        the rows is none of them: it says which columns they are of.
        """
        mime = QGuiApplication.clipboard().mimeData()
        block = clipboard_block.taken()
        if self.editor.entry.read_only:
            self.editor.entry.refused.emit(self.editor.current_path())
        if self.editor.entry.read_only or not (block or mime.hasImage()):
            return
        if not block:
            where = "照片请粘贴到附件那一项；表里的附件格按 F2 打开再粘贴。"
            ask.dialogs.tell(self.editor, "没有粘贴", f"剪贴板里是图片，表格里放不下。{where}")
            return
        selected, headed = self.selected(), self._headed(block)
        columns = headed or self.editor.sheet.columns[max(self.editor.currentIndex().column(), 1) - 1:]
        rows = block[1:] if headed else block
        if len(selected) > 1 and len(block) == len(block[0]) == 1:
            self.editor.entry.type_many([(path, block[0][0]) for path in selected], "粘贴")
        elif self._takes(rows, [plain(column.label) for column in columns]):
            self._lay(rows, [column.id for column in columns])

    def _headed(self, block: Sequence[Sequence[str]]) -> "list[Field]":
        """Return the columns that a block's first row names, none where that is no head over others."""
        labels = [_bare(column.label) for column in self.editor.sheet.columns]
        known = {label: column for label, column in zip(labels, self.editor.sheet.columns, strict=True)
                 if labels.count(label) == 1}
        first = [_bare(cell) for cell in block[0]]
        whole = len(block) > 1 < len(first) == len(known.keys() & first)
        return [known[cell] for cell in first] if whole else []

    def _takes(self, block: list[list[str]], labels: list[str]) -> bool:
        """Tell whether a block goes in, asking where some of it does not."""
        long = clipboard_block.too_long(block)
        if long:
            ask.dialogs.tell(self.editor, "没有粘贴", long)
            return False
        lost = clipboard_block.beyond(block, labels)
        return not lost or ask.dialogs.confirm(self.editor, "有内容放不下", lost, yes="只粘贴放得下的")

    def _lay(self, block: list[list[str]], columns: list[str]) -> None:
        rows, here = self.editor.entry.draft.rows(self.editor.table.id), self.editor.currentIndex()
        first = rows.index(self.editor.sheet.lines[here.row()].row) if here.isValid() else len(rows)
        laying = self.editor.entry.paste(self.editor.table.id, first, columns, block)
        if len(block) > MANY:
            from pairing_desktop.ui.slices import Slices

            whole = ask.dialogs.run(Slices(self.editor, "正在粘贴", laying, len(block), unit="行"))
            self.editor.setFocus()
            if not whole:
                return
        else:
            for _ in laying:
                pass
        laid = self.editor.entry.draft.rows(self.editor.table.id)[first:first + len(block)]
        wide = columns[:max(map(len, block), default=0)]
        self._choose(laid, [column.id for column in self.editor.sheet.columns if column.id in wide])

    def _choose(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        """Select what was laid, as Excel does; the cursor stands at its first cell."""
        table, sheet, model = self.editor.table.id, self.editor.sheet, self.editor.selectionModel()
        if rows:
            first = sheet.index_of(f"{table}/{rows[0]}/{columns[0]}")
            last = sheet.index_of(f"{table}/{rows[-1]}/{columns[-1]}")
            model.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            model.select(QItemSelection(first, last), QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.editor.begin_from(first)

    def fill_down(self) -> None:
        """Copy the first cell of each selected column down the selection, or the cell above into one cell (Ctrl+D)."""
        rows = self.editor.entry.draft.rows(self.editor.table.id)
        selected = [path.split("/") for path in self.selected()]
        if not selected:
            return
        top = min(rows.index(row) for _, row, _ in selected)
        if all(rows.index(row) == top for _, row, _ in selected):
            top -= 1
        if top >= 0:
            source, draft = f"{self.editor.table.id}/{rows[top]}", self.editor.entry.draft
            below = [(f"{table}/{row}/{column}", draft.text(f"{source}/{column}")) for table, row, column in selected
                     if row != rows[top]]
            self.editor.entry.type_many(below, "向下填充")


def _bare(label: str) -> str:
    """Return a column's name as it is compared: without unit, mark and line breaks."""
    return re.sub(r"[（(].*|[\s*]", "", label)

"""A block of cells on the clipboard, as Excel, WPS and LibreOffice put it there: tabs, lines, quotes."""

import csv
import io
from collections.abc import Collection, Sequence
from html import escape

from msgspec import Struct
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextDocument, QTextTable, QTextTableCell

MOST_ROWS = 1000
"""Rows that a paste into a table inside a form takes; more is a file to import."""

BREAK = '<br style="mso-data-placement:same-cell;">'
"""A line break within a cell: Excel begins a new row at a bare one."""


def no_text() -> str:
    """Say why the clipboard holds nothing for a field of words: a picture, copied files; "" where it may be pasted."""
    mime = QGuiApplication.clipboard().mimeData()
    files = [url.fileName() for url in mime.urls() if url.isLocalFile()]
    what = f"文件“{'”“'.join(files[:2])}”{'等' if len(files) > 2 else ''}" if files else \
        "图片" if mime.hasImage() and not mime.hasText() else ""
    return f"剪贴板里是{what}，这一项只能放文字。请粘贴到附件那一项。" if what else ""


def words() -> str:
    """Return the text on the clipboard, of rich text alone (from some browsers and mail programs) its words."""
    mime = QGuiApplication.clipboard().mimeData()
    return mime.text() if mime.hasText() or not mime.hasHtml() else _plain(mime.html())


def _cells() -> list[list[str]]:
    """Return the block on the clipboard if it is one of a spreadsheet's cells; no rows for other words.

    Text alone is one if it has tabs: lines may as well be those of a letter.
    """
    mime = QGuiApplication.clipboard().mimeData()
    return taken() if "\t" in mime.text().strip("\r\n") or "<table" in mime.html().lower() else []


def only_cell() -> str:
    """Return the text of the one cell that was copied in a spreadsheet, which quotes its lines; "" for all else."""
    block = _cells()
    return block[0][0] if sum(map(len, block)) == 1 else ""


def several() -> str:
    """Say that more cells were copied than the one that a field holds; "" when there were not."""
    block = _cells()
    if sum(map(len, block)) <= 1:
        return ""
    return (f"剪贴板里是 {len(block):,} 行 {max(map(len, block))} 列的一块单元格，这里只放得下一格，什么也没有粘贴。"
            "请只复制要填的那一格。")


def too_much(text: str, most: int) -> str:
    """Say that a text is longer than a line holds; "" when it is not: cut off, it would lose its end without a word."""
    if len(text) <= most:
        return ""
    return f"剪贴板里有 {len(text):,} 个字，这一项放不下（最多 {most:,} 个），什么也没有粘贴。"


def _plain(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def read(text: str) -> list[list[str]]:
    """Return the rows of cells of a clipboard's text; no rows for an empty one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    if not lines:
        return []
    if '"' in lines:
        try:
            return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(lines), "excel-tab", strict=True)]
        except csv.Error:  # a quote that is only a quote, as in 5" 管
            pass
    return [[cell.strip() for cell in line.split("\t")] for line in lines.split("\n")]


def write(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as other programs read them from the clipboard."""
    return "\n".join("\t".join(_quoted(cell) for cell in row) for row in rows)


class Block(Struct, frozen=True):
    """A block as the clipboard holds it: as text, and as a table."""

    text: str
    html: str

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], codes: Collection[int] = ()) -> "Block":
        """Lay rows out; the columns ``codes`` stay text.

        A credit code of digits alone would become 9.13E+17 in Excel, a phone number lose its 0.
        """
        body = "".join("<tr>" + "".join(_html_cell(cell, code=n in codes) for n, cell in enumerate(row)) + "</tr>"
                       for row in rows)
        return cls(write(rows), f'<html><head><meta charset="utf-8"></head><body><table>{body}</table></body></html>')

    def put(self) -> None:
        """Put it on the clipboard.

        The table is laid beside the text in data that Qt made: the clipboard outlives Python, and a ``QMimeData`` made
        here would crash it then.
        """
        clipboard = QGuiApplication.clipboard()
        clipboard.setText(self.text)
        clipboard.mimeData().setHtml(self.html)


def put(rows: Sequence[Sequence[str]], codes: Collection[int] = ()) -> None:
    """Put rows on the clipboard."""
    Block.of(rows, codes).put()


def _html_cell(cell: str, *, code: bool) -> str:
    style = " style=\"mso-number-format:'\\@'\"" if code else ""
    return f"<td{style}>{escape(cell).replace(chr(10), BREAK)}</td>"


def taken() -> list[list[str]]:
    """Return the block on the clipboard; of rich text alone its first table, or its words line by line."""
    mime = QGuiApplication.clipboard().mimeData()
    if mime.hasText():
        return read(mime.text())
    return _of_html(mime.html()) if mime.hasHtml() else []


def _of_html(html: str) -> list[list[str]]:
    document = QTextDocument()
    document.setHtml(html)
    tables = [frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)]
    if not tables:
        return read(_plain(html))
    table = tables[0]
    return [[_cell_text(table.cellAt(row, column)) for column in range(table.columns())] for row in range(table.rows())]


def _cell_text(cell: QTextTableCell) -> str:
    cursor = cell.firstCursorPosition()
    cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
    return cursor.selection().toPlainText().strip()


def _quoted(cell: str) -> str:
    if not any(sign in cell for sign in '\t\n\r"'):
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


def too_long(block: Sequence[Sequence[str]]) -> str:
    """Return why a block is too long for a table inside a form; "" when it is not."""
    if len(block) <= MOST_ROWS:
        return ""
    return (f"剪贴板里有 {len(block):,} 行，表里一次最多粘贴 {MOST_ROWS:,} 行，什么也没有粘贴。"
            "大量数据请存成表格文件，再用“导入表格”。")


def beyond(block: Sequence[Sequence[str]], columns: Sequence[str]) -> str:
    """Return what of a block has no column from the cursor on, in words; "" when all of it fits."""
    widest = max((len(row) for row in block), default=0)
    lost = [cell for row in block for cell in row[len(columns):] if cell]
    if not lost:
        return ""
    return (f"要粘贴的有 {widest} 列，从“{columns[0]}”起只有 {len(columns)} 列：多出的 {len(lost)} 格"
            f"（如“{lost[0][:20]}”）放不下。先看光标是不是在该粘贴的那一列。")

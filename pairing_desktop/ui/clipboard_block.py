"""A block of cells on the clipboard, as Excel, WPS and LibreOffice put it there: tabs, lines, quotes."""

import csv
import io
from collections.abc import Sequence

MOST_ROWS = 1000
"""Rows that a paste into a table inside a form takes; more is a file to import."""


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


def _quoted(cell: str) -> str:
    if not any(sign in cell for sign in '\t\n"'):
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

"""A sheet's head of one line or several: what stands over each column, the group's name before its own.

Where the head has two lines, 起 and 止 are below 诊断时间: the columns are called 诊断时间·起 and 诊断时间·止.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet

JOINT = "·"
"""Between a group's name and a column's own."""
WIDEST = 500
"""Columns that are read."""
DEEPEST = 3
"""Lines that a head has below its first."""
_ABOUT = re.compile(r"[:：]|^(?:单位|填报|填表|制表|编制|报送)")
"""What stands above a head and is none: 填报单位：…, 单位：万元."""
_CODES = re.compile(r"甲|乙|丙|丁|\d{1,3}")
_FIGURE = re.compile(r"[\d.,，．-]+%?")
_DIGIT = re.compile(r"\d(?!\d*年)")
_BREAK = re.compile(r"(?<=[\u4e00-\u9fff)）])[^\S\n]*\n\s*(?=[\u4e00-\u9fff(（])")
_SHORT = 12
"""Characters of a word in a head's lower line."""


def split(head: str) -> tuple[str, str]:
    """Return the group's name ("" for none) and a column's own."""
    upper, _, lower = head.rpartition(JOINT)
    return upper, lower


def heads_of(sheet: Sheet, head: int) -> dict[int, str]:
    """Return the heads by column, each after its group's; a column of figures without one by its letter.

    ``head`` is the last line of the head.
    """
    own = line_of(sheet, head)
    groups = _groups(sheet, head, own)
    found = {place: f"{groups[place]}{JOINT}{text}" if place in groups else text for place, text in own.items()}
    bare = _filled(sheet, start_of(sheet, head), set(range(min(sheet.width, WIDEST))) - set(own)) if own else []
    return dict(sorted((found | {place: _unnamed(place) for place in bare}).items()))


def _unnamed(place: int) -> str:
    from pairing_desktop.services.template_xml import column_letters

    return f"{column_letters(place + 1)}列（没有表头）"


def _filled(sheet: Sheet, start: int, places: Iterable[int]) -> list[int]:
    """Return the columns in which anything is told below the head: signatures and notes are not."""
    left, found = set(places), set()
    for row in sheet.rows[start:]:
        width = len(row)
        for place in left:
            cell = row[place] if place < width else ""
            if cell not in ("", None) and str(cell).strip() and not _ABOUT.search(str(cell)):
                found.add(place)
        left -= found
        if not left:
            break
    return sorted(found)


def line_of(sheet: Sheet, head: int) -> dict[int, str]:
    """Return the words by column of one line; what is merged down into it, or stands over its gaps, counts."""
    reaching = [area for area in sheet.merged if area[0] < head <= area[2]]
    upper = _is_head_above(sheet, head)
    found = {}
    for place in range(min(sheet.width, WIDEST)):
        text = text_at(sheet, head, place) or next(
            (text_at(sheet, top, left) for top, left, _, right in reaching if left <= place <= right), "")
        text = text or (text_at(sheet, head - 1, place) if upper else "")
        if text:
            found[place] = text
    return found


def _is_head_above(sheet: Sheet, head: int) -> bool:
    """Tell whether the row above belongs to the head where nothing merged says so.

    A head of two rows fills each other's gaps: what both have side by side is few.
    """
    width = min(sheet.width, WIDEST)
    above, own = ({p: t for p in range(width) if (t := text_at(sheet, row, p))} for row in (head - 1, head))
    return (len(above) >= 3 and bool(own) and bool(above.keys() - own.keys())
            and not any(_FIGURE.fullmatch(text) or _ABOUT.search(text) for text in above.values()))


def _groups(sheet: Sheet, head: int, own: dict[int, str]) -> dict[int, str]:
    """Return the names of the groups that columns with a word of their own in the lowest line stand under."""
    found: dict[int, str] = {}
    lower = {place for place in own if text_at(sheet, head, place)}
    for row in (head - 1, head - 2):
        over = _over(sheet, row, lower)
        if not over:
            break
        for place, text in over.items():
            if text not in (own[place], *found.get(place, "").split(JOINT)):
                found[place] = f"{text}{JOINT}{found[place]}" if place in found else text
    return found


def _over(sheet: Sheet, row: int, lower: set[int]) -> dict[int, str]:
    """Return what a line above the lowest says of the columns; nothing where it is a title or about the sheet."""
    width = min(sheet.width, WIDEST)
    said = {p: t for p in range(width) if (t := text_at(sheet, row, p))}
    if len(said) < 2 or any(_FIGURE.fullmatch(t) or _ABOUT.search(t) for t in said.values()):
        return {}
    areas = [a for a in sheet.merged if a[0] <= row <= a[2]]
    found = {p: t for area in areas for p in lower if area[1] <= p <= area[3]
             and (t := text_at(sheet, area[0], area[1]))}
    if areas and any(area[3] > area[1] for area in areas):
        return found | {p: t for p, t in said.items() if p in lower}
    return found | _carried(said, lower, width) if _is_group_line(said, lower) else found


def _is_group_line(said: dict[int, str], lower: set[int]) -> bool:
    """Tell whether a line with nothing merged names groups: words with gaps after them that the line below fills."""
    return any(p + 1 in lower and p + 1 not in said and p in lower for p in said) and bool(said.keys() - lower)


def _carried(said: dict[int, str], lower: set[int], width: int) -> dict[int, str]:
    """Return each word of a line over the gaps to its right."""
    found, last = {}, ""
    for place in range(width):
        last = said.get(place, last if place in lower else "")
        if last and place in lower:
            found[place] = last
    return found


def lowest(sheet: Sheet, head: int) -> int:
    """Return the last line of the head that a row is part of."""
    bottoms = [bottom for top, _, bottom, _ in sheet.merged if top <= head < bottom <= head + DEEPEST]
    bottom = max(bottoms, default=head)
    if any(text_at(sheet, row, p) for row in range(head + 1, bottom + 1) for p in range(min(sheet.width, WIDEST))):
        return bottom
    return head + 1 if _goes_on_below(sheet, head) else head


def _goes_on_below(sheet: Sheet, head: int) -> bool:
    """Tell whether the row below is the head's second line, where nothing merged says so: words over gaps of its own.

    起 and 止 below 诊断时间 and a gap: a record would fill the first column, and not only where no head stands.
    """
    width = min(sheet.width, WIDEST)
    own, below = ({p: t for p in range(width) if (t := text_at(sheet, row, p))} for row in (head, head + 1))
    if not 2 <= len(below) < len(own) or min(own) in below or not below.keys() - own.keys():
        return False
    return all(len(t) <= _SHORT and not _DIGIT.search(t) for t in below.values()) and all(
        place in own or place - 1 in below for place in below)


def start_of(sheet: Sheet, head: int) -> int:
    """Return the first row of figures: below a head of several rows, and a row of column numbers (甲 乙 1 2)."""
    start = head + 1
    for top, _, bottom, _ in sheet.merged:
        if top <= head < bottom and bottom - head <= DEEPEST:
            start = max(start, bottom + 1)
    while start < len(sheet.rows) and start < head + 4:
        words = ["".join(str(c).split()).removesuffix(".0") for c in sheet.rows[start] if str(c).strip()]
        if len(words) < 3 or not all(_CODES.fullmatch(w) for w in words) or len(set(words)) < len(words):
            break
        start += 1
    return start


def text_at(sheet: Sheet, row: int, place: int) -> str:
    """Return a cell's words, "" for blank."""
    cells: Sequence[object] = sheet.rows[row] if 0 <= row < len(sheet.rows) else ()
    return words_of(cells[place]) if place < len(cells) and cells[place] is not None else ""


def words_of(cell: object) -> str:
    """Return a head's cell in one line: a break between Chinese words is none."""
    return " ".join(_BREAK.sub("", str(cell)).split())

"""A sheet's head of one line or several: what stands over each column, the group's name before its own.

Where the head has two lines, 起 and 止 are below 诊断时间: the columns are called 诊断时间·起 and 诊断时间·止.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pairing_desktop.exchange.spreadsheet_views import home
from pairing_desktop.formspec.fieldtypes.interface import cell_text
from pairing_desktop.services.importing_units import alone, unit_of

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet

JOINT = "·"
"""Between a group's name and a column's own."""
WIDEST = 500
"""Columns that are read."""
DEEPEST = 3
"""Lines that a head has below its first."""
_ABOUT = re.compile(r"(?<!其中)[:：]|^(?:单位[\s(（]|填报|填表|制表|编制|报送)")
"""What stands above a head and is none: 填报单位：…, 单位：万元; 单位名称 is a head, 其中：女 its lower line."""
_CODES = re.compile(r"[甲乙丙丁戊己庚辛壬癸A-Z]|\(?\d{1,3}\)?|\d{1,3}=[\d()+\-*/×÷%]+|[栏行][次号]|代码")
"""What a line of column numbers says of one, half width: 甲, A, ①, 3=1+2."""
_UNITS = {"单位", "计量单位"}
"""What a line of units may be called itself."""
_NOTHING = {"-", "—", "–", "——", "--", "/"}
_YEAR = re.compile(r"20\d\d")
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
    start = start_of(sheet, head)
    for row in range(head + 1, start):
        found |= {place: f"{found[place]}（{unit}）" for place, unit in _units(words_in(sheet, row)).items()
                  if place in found and not unit_of(found[place])}
    bare = _filled(sheet, start, set(range(min(sheet.width, WIDEST))) - set(own)) if own else []
    return dict(sorted((found | {place: _unnamed(home(sheet, head, place).column) for place in bare}).items()))


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
    above, own = words_in(sheet, head - 1), words_in(sheet, head)
    return len(above) >= 3 and bool(own) and bool(above.keys() - own.keys()) and not _is_no_head(above)


def _is_no_head(said: dict[int, str]) -> bool:
    """Tell whether a line is one of figures, of units, or about the sheet."""
    return any(_FIGURE.fullmatch(text) or _ABOUT.search(text) or alone(text) for text in said.values())


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
    said = words_in(sheet, row)
    if len(said) < 2 or _is_no_head(said):
        return {}
    areas = [a for a in sheet.merged if a[0] <= row <= a[2]]
    found = {p: t for area in areas for p in lower if area[1] <= p <= area[3]
             and (t := text_at(sheet, area[0], area[1]))}
    if areas and any(area[3] > area[1] for area in areas):
        return found | {p: t for p, t in said.items() if p in lower}
    return found | _carried(said, lower) if _is_group_line(said, lower) else found


def _is_group_line(said: dict[int, str], lower: set[int]) -> bool:
    """Tell whether a line with nothing merged names groups: words with gaps after them that the line below fills."""
    return any(p + 1 in lower and p + 1 not in said and p in lower for p in said) and bool(said.keys() - lower)


def _carried(said: dict[int, str], lower: set[int]) -> dict[int, str]:
    """Return each word of a line over the gaps to its right."""
    found, last = {}, ""
    for place in range(max(lower) + 1):
        last = said.get(place, last if place in lower else "")
        if last and place in lower:
            found[place] = last
    return found


def lowest(sheet: Sheet, head: int) -> int:
    """Return the last line of the head that a row is part of."""
    bottoms = [bottom for top, _, bottom, _ in sheet.merged if top <= head < bottom <= head + DEEPEST]
    bottom = max(bottoms, default=head)
    while bottom > head and (not words_in(sheet, bottom) or _is_passed_over(words_in(sheet, bottom))):
        bottom -= 1
    return bottom if bottom > head else head + 1 if _goes_on_below(sheet, head) else head


def _goes_on_below(sheet: Sheet, head: int) -> bool:
    """Tell whether the row below is the head's second line, where nothing merged says so: words over gaps of its own.

    起 and 止 below 诊断时间 and a gap: a record would fill the first column, and not only where no head stands.
    """
    own, below = words_in(sheet, head), words_in(sheet, head + 1)
    if not 2 <= len(below) < len(own) or min(own) in below or not below.keys() - own.keys() or _is_passed_over(below):
        return False
    return all(len(t) <= _SHORT and not _DIGIT.search(t) for t in below.values()) and all(
        place in own or place - 1 in below for place in below)


def start_of(sheet: Sheet, head: int) -> int:
    """Return the first row of figures: below a head of several rows, of column numbers (甲 乙 1 2) and of units."""
    start = head + 1
    for top, _, bottom, _ in sheet.merged:
        if top <= head < bottom and bottom - head <= DEEPEST:
            start = max(start, bottom + 1)
    while start <= head + DEEPEST and _is_passed_over(words_in(sheet, start)):
        start += 1
    return start


def _is_passed_over(said: dict[int, str]) -> bool:
    """Tell whether a line below a head is neither part of it nor a record: column numbers, or units."""
    words = [half for text in said.values() if (half := unicodedata.normalize("NFKC", text)) not in _NOTHING]
    numbered = len(words) >= 3 and len(set(words)) == len(words) and all(map(_CODES.fullmatch, words))
    return numbered or bool(_units(said))


def _units(said: dict[int, str]) -> dict[int, str]:
    """Return the units by column of a line that says nothing else, {} for any other line."""
    found = {place: alone(text) for place, text in said.items() if text not in _NOTHING | _UNITS}
    return found if all(found.values()) else {}


def words_in(sheet: Sheet, row: int) -> dict[int, str]:
    """Return the words of a line as it stands, by column."""
    return {place: text for place in range(min(sheet.width, WIDEST)) if (text := text_at(sheet, row, place))}


def text_at(sheet: Sheet, row: int, place: int) -> str:
    """Return a cell's words, "" for blank."""
    cells: Sequence[object] = sheet.rows[row] if 0 <= row < len(sheet.rows) else ()
    return words_of(cells[place]) if place < len(cells) and cells[place] is not None else ""


def words_of(cell: object) -> str:
    """Return a head's cell in one line: a break between Chinese words is none, a year may be typed as a number."""
    text = " ".join(_BREAK.sub("", cell_text(cell)).split())
    return f"{text}年" if _YEAR.fullmatch(text) else text

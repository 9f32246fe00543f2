"""Which quarter a sheet's figures are of: told above its heads, by its name, or of each row in a column."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pairing_desktop import errors
from pairing_desktop.formspec import period
from pairing_desktop.formspec.fieldtypes.interface import cell_text
from pairing_desktop.services.importing_heads import words_in
from pairing_desktop.services.importing_plan import RowFinding

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.services.importing_cells import Cells
    from pairing_desktop.services.importing_plan import Layout

_NUMBERS = {word: n % 4 + 1 for n, word in enumerate("一二三四1234")}
_QUARTER = re.compile(r"(?:(20\d\d)年?(?:度)?)?第?([一二三四1-4])季度?末?|(20\d\d)[-年./ ]?Q([1-4])")
_WITHIN = re.compile(r"(20\d\d)年?(?:度)?第?([一二三四1-4])季度(?!累计)")
"""A quarter of a year in a title."""
_THIS = frozenset(("本季度", "本季", "当季", "本期", "当期", "本季数", "本期数"))
_OTHER = re.compile(r".*(?:累计|同期|上半年|下半年|全年|年度|上季度?|上期|季度|\d月)|20\d\d年?")
"""Says a time, and none that is a quarter."""


def told(sheet: Sheet, head: int) -> str:
    """Return the quarter that the title or the sheet's name tells; "" for none, or for several."""
    above = [sheet.title, *(text for row in range(head) for text in words_in(sheet, row).values())]
    for texts in (above, [sheet.name]):
        found = {f"{one[1]}Q{_NUMBERS[one[2]]}" for text in texts for one in _WITHIN.finditer(_plain(text))}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


class Quarters:
    """Tells of each row of a sheet of quarters whether it is of the one that is imported."""

    def __init__(self, cells: Cells, quarter: str, year: str = "") -> None:
        """``year``: of which the table is, where its rows tell none."""
        self.quarter = quarter
        self._cells = cells
        self._year = year or quarter[:4]
        self.place = next((c.place for c in cells.layout.columns if not c.target and self._tells(c.place)), -1)
        """The column that says it, -1 for none."""
        self._last = ""

    def _tells(self, place: int) -> bool:
        """Tell whether a column holds quarters, and else nothing but other times."""
        cells = self._cells
        texts = {_plain(cell_text(row[place])) for row in cells.sheet.rows[cells.layout.start:] if place < len(row)}
        texts -= {""}
        return any(map(_QUARTER.fullmatch, texts)) and all(
            _QUARTER.fullmatch(text) or text in _THIS or _OTHER.fullmatch(text) for text in texts)

    def other(self, row: int) -> RowFinding | None:
        """Return what to say of a row of another time; None for one that is read. Blank is as the row before."""
        if self.place < 0:
            return None
        shown = cell_text(self._cells.at(row, self.place)).strip() or self._last
        self._last = shown
        text = _plain(shown)
        if not text or text in _THIS or self._of(text) == self.quarter:
            return None
        said = errors.problem("importing.other_quarter", text=shown, quarter=period.title(self.quarter)).message
        return RowFinding(row + 1, "", "query", said, sheet=self._cells.sheet.name)

    def _of(self, text: str) -> str:
        found = _QUARTER.fullmatch(text)
        if found is None:
            return ""
        year, number = (found[3], found[4]) if found[3] else (found[1] or self._year, found[2])
        return f"{year}Q{_NUMBERS[number]}"


def noted(layout: Layout, place: int, quarter: str) -> Layout:
    """Return a layout whose column of quarters is told to be read for them."""
    from msgspec import structs

    note = f"只读{period.title(quarter)}的"
    return structs.replace(layout, columns=tuple(
        structs.replace(one, note=note) if one.place == place else one for one in layout.columns))

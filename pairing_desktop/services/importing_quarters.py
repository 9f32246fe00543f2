"""Of which quarter a row, a column or a whole sheet of a county's own is, as it says itself: 2024年二季度, 本季, 1-6月.

Quarterly forms hold what was reached since the year began, so 1-2季度累计 comes before 二季度 where a sheet has both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop import errors
from pairing_desktop.formspec.fieldtypes.interface import cell_text, half_width
from pairing_desktop.formspec.period import Quarter
from pairing_desktop.services.importing_plan import PERIOD, QUARTER_ALONE, SUBJECT, RowFinding

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.services.importing_cells import Cells

_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_TO = "[-—–~～至到]"
_PERIOD = re.compile(
    r"(?:(?P<year>20\d\d)(?:年度?|[-./])?|(?P<short>\d\d)年|(?P<last>上一?年度?|去年)|今年|本年度?)?的?(?:截[至止])?"
    rf"(?:第?[1一]{_TO}第?(?P<until>[2-4二三四])季度?"
    r"|第?(?P<number>[1-4一二三四])季(?:度|末|$)|[Qq](?P<western>[1-4])(?!\d)"
    rf"|(?<!\d)(?P<first>1|4|7|10)月?{_TO}(?P<month>3|6|9|12)月份?|(?<!\d)(?P<end>3|6|9|12)月(?:[底末]|3[01]日)"
    r"|(?P<half>上半年)|前(?P<some>[三3])个?季度|(?P<same>同期))(?P<since>累计)?")
"""A quarter, or the months up to its end, with its year where that is told; 去年同期 is a year before the chosen."""
_NOW = re.compile("(?:本|当)(?:季度?|期)(?P<since>累计)?|(?P<all>本年|年初至今|今年)(?:以来)?累计")
"""The quarter that is chosen, whichever it is."""
_ONLY = re.compile("[本当]季度?(?!度?[末底]|度?累计)")
"""The quarter that is chosen without what was before it in its year."""
_OTHER = re.compile(r".*(?:累计|同期|半年|全年|年度|年末|上季度?|上期|季度|\d月)|20\d\d年?")
"""Says a time, and none that is a quarter to import."""
_REACHED = re.compile("(?:本年|今年|当年|本期)(?:度|数|完成|实际|累计)*|(?:实际|完成|累计)(?:完成)?(?:数|情况)?")
_NO_FIGURE = re.compile(".*(?:同比|环比|增[长幅速减]|[率占]比?|目标|计划|预算|任务|排名|位次).*"
                        "|(?:上一?年|去年|前年|上期).*|备注|说明|数据来源|责任单位|填报单位")
"""What stands above columns beside a figure's own: its growth, its target, last year's."""
LAST = 4
"""A year's last quarter."""
_GROWTH = re.compile(r"[比较](?:上一?年|去年|20\d\d年)?同期|同期(?:增|相比|比)")
"""Speaks of a year ago only to say how much has grown since."""
_AROUND = re.compile(r"(?:[\s·:：()\[\]【】、,，的数情况完成末底止]|合计)*")
_YEAR = re.compile(r"20\d\d")
_YEAR_OF = re.compile(r"(20\d\d)\s*(?:年|[-_ ])")
_YEARS = {"年度", "年份", "年"}
_ALONE = {"季度", "季", "所属季度", "填报季度", "季度数"}
"""Heads below which 2 is the second quarter."""


class Told(Struct, frozen=True):
    """What words say of a quarter: ``year`` 0 where they tell none, ``ago`` years before, ``number`` 0 for the chosen.

    ``since``: what was reached since the year began, not in the quarter alone. ``never``: no quarter, but a time.
    """

    year: int = 0
    number: int = 0
    ago: bool = False
    since: bool = False
    never: bool = False

    def quarter(self, chosen: Quarter, year: int = 0) -> Quarter | None:
        """Return the quarter meant where one is chosen to import into, in a sheet of a year (0 for none told)."""
        if self.never:
            return None
        own = year if self.number and year else chosen.year
        return Quarter(self.year or own - self.ago, self.number or chosen.number)


def told_in(text: str) -> list[Told]:
    """Return the quarters that a text names."""
    plain = half_width(text)
    growth = _GROWTH.search(plain)
    found = [_told(one) for one in _PERIOD.finditer(plain) if not (one["same"] and growth)]
    return found + [Told(since=bool(one["since"] or one["all"])) for one in _NOW.finditer(plain)]


def across(sheet: Sheet) -> bool:
    """Tell whether a sheet was turned, its heads being at the left: each of its columns is a time, or of no record."""
    return bool(sheet.parts) and bool(sheet.parts[0].cells)


def told(cell: object, head: str = "", *, across: bool = False) -> Told | None:
    """Return the time that is all a cell says below a head, None for anything else.

    ``across``: it stands above a column of figures, where 本年 is a time as well, and 同比 or 目标 that of no record.
    """
    if isinstance(cell, date):
        return Told(cell.year, Quarter.of(cell).number)
    plain = half_width(cell_text(cell))
    if plain in ("1", "2", "3", "4", *_NUMBERS) and half_width(head) in _ALONE:
        return Told(0, _NUMBERS.get(plain) or int(plain))
    found = told_in(plain)
    if len(found) == 1 and _AROUND.fullmatch(_NOW.sub("", _PERIOD.sub("", plain))):
        return found[0]
    if across and _REACHED.fullmatch(plain):
        return Told(since=True)
    return Told(never=True) if _OTHER.fullmatch(plain) or (across and _NO_FIGURE.fullmatch(plain)) else None


def lines_above(sheet: Sheet, head: int) -> list[str]:
    """Return what stands above a table's heads."""
    return [sheet.title, *(cell_text(cell) for row in sheet.rows[:head] for cell in row if cell)]


def year_above(sheet: Sheet, head: int, file: str) -> str:
    """Return the year that the title, the file's name or the sheet's tells, "" for none."""
    found = _YEAR_OF.search(" ".join([*lines_above(sheet, head), file, sheet.name]))
    return found[1] if found else ""


def titled(lines: Sequence[str], name: str) -> str:
    """Return the quarter that what stands above a table tells, or its sheet's name; "" for none, or for several."""
    for texts in (lines, [name]):
        year = next((int(own[0]) for text in texts if (own := _YEAR.search(text))), 0)
        found = {(one.year or year, one.number) for text in texts for one in told_in(text) if one.number}
        if len(found) == 1 and (one := found.pop())[0]:
            return str(Quarter(*one))
        if found:
            return ""
    return ""


def without(head: str) -> str:
    """Return a head without the quarter that it names: 税收收入 of 二季度税收收入; itself where nothing is left."""
    plain = unicodedata.normalize("NFKC", head)
    left = _NOW.sub(_last_word, _PERIOD.sub(_last_word, plain))
    left = re.sub(r"\(\)|[\[【][\]】]", "", left).strip(" ·")
    return left if left and left != plain else head


def _last_word(found: re.Match[str]) -> str:
    """Return what stays of a quarter in a head: the 累计 of 二季度累计投资 is the field's."""
    after = found.string[found.end():].strip()
    return "累计" if found["since"] and after and after[0] not in "·()[]【】" else ""


def _told(found: re.Match[str]) -> Told:
    year = int(found["year"] or 0) or (2000 + int(found["short"]) if found["short"] else 0)
    word = found["until"] or found["number"] or found["western"] or found["some"]
    month = found["month"] or found["end"]
    number = 2 if found["half"] else int(month) // 3 if month else _NUMBERS.get(word, 0) or int(word or 0)
    whole = found["until"] or found["half"] or found["some"] or found["end"] or found["since"] or found["first"] == "1"
    return Told(year, number, bool(found["last"] or found["same"]), since=bool(whole))


class Rows:
    """The rows of a sheet that are of the quarter that is imported into, and words on the others."""

    def __init__(self, cells: Cells, chosen: str, skipped: list[RowFinding]) -> None:
        self._cells = cells
        self._chosen = Quarter.parse(chosen)
        self._skipped = skipped
        self._year = int(cells.layout.year or 0)
        columns = cells.layout.columns
        self._columns = {c.target: c for c in columns if c.target in (PERIOD, SUBJECT)}
        self._years = next((c for c in columns if not c.target and half_width(c.head) in _YEARS), None)
        self.unsaid: dict[int, str] = {}
        """Rows of which nobody can tell, with what to say of them."""

    def of(self, numbers: Iterable[int]) -> Iterator[int]:
        """Yield the rows of the quarter; the others are told."""
        if PERIOD not in self._columns:
            yield from numbers
            return
        said, texts = self._said(list(numbers))
        mine = {row for row, one in said.items() if one and self._is_chosen(row, one)}
        whole = {self._whose(row) for row in mine if (one := said[row]) and one.since}
        for row, one in said.items():
            text, code = texts[row], ""
            if one is not None and row not in mine:
                code = "other_quarter"
            elif one is not None and not one.since and self._whose(row) in whole:
                code = QUARTER_ALONE
            elif one is None and (text or len(mine) < len(said)):
                self.unsaid[row] = errors.problem(f"importing.{'odd' if text else 'blank'}_quarter", text=text).message
            if code:
                late = errors.problem(f"importing.{code}", text=text, quarter=self._chosen.title).message
                self._skipped.append(RowFinding(row + 1, PERIOD, "query", late, text, sheet=self._cells.sheet.name,
                                                code=code))
            else:
                yield row

    def _said(self, rows: Sequence[int]) -> tuple[dict[int, Told | None], dict[int, str]]:
        """Return what each row says and in what words; one that only goes on with the row above says the same."""
        column = self._columns[PERIOD]
        said, texts = dict[int, Told | None](), dict[int, str]()
        for before, row in zip([-1, *rows], rows, strict=False):
            cell = self._cells.read(row, column)
            texts[row] = cell_text(cell).strip()
            said[row] = told(cell, column.head, across=across(self._cells.sheet)) if texts[row] else None
            if not texts[row] and before >= 0 and self._whose(row) in ("", self._whose(before)):
                said[row], texts[row] = said[before], texts[before]
        return said, texts

    def _is_chosen(self, row: int, one: Told) -> bool:
        year = half_width(cell_text(self._cells.read(row, self._years))) if self._years else ""
        found = _YEAR.match(year)
        return one.quarter(self._chosen, int(found[0]) if found else self._year) == self._chosen

    def _whose(self, row: int) -> str:
        column = self._columns.get(SUBJECT)
        return cell_text(self._cells.read(row, column)).strip() if column else ""


def bare(heads: Mapping[int, str], chosen: str, year: str = "") -> tuple[dict[int, str], dict[int, str]]:
    """Return the heads of the quarter without it, by place, and words on those of others and on those to look at.

    Of 二季度 and 1-2季度累计 the first is not the quarter's here: the forms hold what was reached since the year began.
    """
    late = {place: said for place, head in heads.items() if (said := other(head, chosen, year))}
    own = {place: without(head) for place, head in heads.items() if place not in late}
    whole = {text for place, text in own.items() if any(one.since for one in told_in(heads[place]))}
    single = {place for place, text in own.items() if text in whole and alone(heads[place])}
    only = {place for place in own if not chosen.endswith("Q1") and _ONLY.search(half_width(heads[place]))} - single
    apart = {without(heads[place]) for place in late}
    notes = {place: f"是{said}的，没有读" for place, said in late.items()}
    notes |= dict.fromkeys(single, "只是这一季的，没有读，读了本年累计的")
    notes |= dict.fromkeys(only, "只是本季的数，没有读，这一项要本年累计的")
    notes |= {place: "各季分开写，只是这一季的数，没有读，这一项要本年累计的" for place, text in own.items()
              if place not in single | only and text in apart and alone(heads[place]) and "累计" not in text}
    return {place: text for place, text in own.items() if place not in single | only}, notes


def is_column(head: str, written: Sequence[str], *, across: bool = False) -> bool:
    """Tell whether what stands below a head is quarters, and else nothing but other times."""
    found = [told(text, head, across=across) for text in written]
    return all(found) and any(one is not None and not one.never for one in found)


def other(head: str, chosen: str, year: str = "") -> str:
    """Return the title of the quarter whose figures a head says that it holds, "" if it is the chosen one or none."""
    quarter = Quarter.parse(chosen)
    found = [meant for one in told_in(head) if (meant := one.quarter(quarter, int(year or 0)))]
    return "、".join(dict.fromkeys(one.title for one in found)) if found and quarter not in found else ""


def alone(head: str) -> bool:
    """Tell whether a head names a quarter of which it may hold the figures alone, not those since the year began."""
    return any(not one.since and one.number != 1 for one in told_in(head))

"""Units that a table tells once for all its figures: 单位：千元 above or below it, in its title, in a column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import structs

from pairing_desktop.formspec.fieldtypes.interface import cell_text
from pairing_desktop.services.importing_alike import plain
from pairing_desktop.services.importing_columns import as_chosen
from pairing_desktop.services.importing_heads import heads_of, split, start_of, words_in
from pairing_desktop.services.importing_plan import Column, Layout, Target, UnitTold
from pairing_desktop.services.importing_units import WORDS, alone, size, unit_of

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet

LONGEST = 24
"""Characters of what was not understood that are told."""
_CLOSED = (")", "）", "]", "】", "〕")
"""End a title whose unit stands in brackets."""
FOOT, FEW = 12, 3
"""Last rows in which a note is looked for; so many filled cells has one at most."""
_ONE = rf"(?:人民币)?(?:台\(套\)|{WORDS})(?:/{WORDS})?(?:人民币)?"
_TOLD = re.compile(
    rf"(?:(?:金额|计量|计价|货币|币值|数额|资金|统一)?单位(?: ?(?:均|都|一律|统一)? ?[:为是用] ?| )"
    rf"|金额(?: ?:|(?:均|都|一律)?为) ?|人民币 ?: ?)"
    rf"(?P<units>{_ONE}(?: ?[、,，/;；和及] ?{_ONE})*)(?=$|[\s()\[\]【】,，;；。.、])"
    rf"|以 ?(?P<by>{_ONE}) ?(?:(?:为|作|计)单位(?!的)|计(?!算)|表示)")
"""What says a unit for all: 单位：千元, 金额单位为元, 计量单位：人、千元, 以万元为单位."""
_APART = re.compile(r" ?[、,，;；和及] ?")
"""Stands between the units of a list; 元/吨 is one."""
_ALL = re.compile(r"(?:除.*外"
                  r"|.*(?:表|表[内中上]|名册|名单|一览|情况|数据|金额|资金|指标|数字|计量|货币|统计)(?:均|都|一律)?)?")
"""What stands before 单位 and is no column's name: 本表, 表内数据."""
_THEN = re.compile("上年|去年|往年|以前|原来?|旧")
"""Says of a unit that other figures were in it."""
_MONEY = re.compile(r"[亿万仟千百]美?元|(?<![\u4e00-\u9fff])元")
"""A unit of money in a head, however it is written there."""
_ASKED_MONEY = re.compile(r"单位 ?[:为是]? ?(?:RMB)?(?:[亿万仟千百]*[美欧港]?元整?|[亿万]元?)"
                          r"(?=$|[\s()\[\]【】,;。、])")
"""Tells a unit of money, also one that is not known."""
_FOREIGN = ("美元", "欧元", "港元")
"""Units of money that nobody here has a rate of exchange for."""
_COLONS = str.maketrans({"∶": ":", "︰": ":"})
_APART_IN = re.compile(r"单\s+位")
_ASKED = re.compile(r"(?:金额|计量|计价|货币)?单位 ?:?")
"""Stands beside a unit, in a cell of its own."""
_CLAUSES = re.compile(r"[:：,，;；。()\[\]【】\s]")
_HEADS = {plain(head) for head in ("单位", "计量单位", "金额单位", "货币单位", "数量单位")}
"""Heads of a column that says each row's unit."""


def told(sheet: Sheet, head: int, start: int, columns: Sequence[Column], top: int = 0) -> Iterator[UnitTold]:
    """Yield what is told of units above a head (from ``top`` on), in the title and in the notes below the last row."""
    above = [sheet.title, *(text for row in range(top, head) for text in _above(sheet, row))]
    lone = {text for row in range(top, head) if len(said := words_in(sheet, row)) == 1 for text in said.values()}
    rows = [[cell for cell in row if cell not in ("", None)] for row in sheet.rows[start:][-FOOT:]]
    below = [cell_text(row[0]) for row in rows if 0 < len(row) <= FEW]
    heads = {column.place: plain(split(column.head)[1]) for column in columns}
    for text in dict.fromkeys((*above, *below)):
        bare = _bare(text)
        found = list(_TOLD.finditer(bare))
        for one in found:
            before = _CLAUSES.split(bare[:one.start()])[-1]
            places = _named(before, heads)
            if (places or _ALL.fullmatch(before)) and not _THEN.search(before):
                units = [unit.removeprefix("人民币").removesuffix("人民币") or unit
                         for unit in _units(one["units"] or one["by"])]
                yield from (UnitTold(unit, one[0].replace(":", "："), places) for unit in units)
        if not found and unit_of(text) and text.rstrip().endswith(_CLOSED) and (text in lone or text == sheet.title):
            yield UnitTold(unit_of(text), f"（{unit_of(text)}）")
        elif not found and alone(text).endswith("元") and text in lone:
            yield UnitTold(alone(text), text)


def _named(before: str, heads: Mapping[int, str]) -> tuple[int, ...]:
    """Return the columns that words before a unit name; 除单价外 names none that it is of."""
    about = plain(before)
    return () if before.startswith("除") else tuple(
        place for place, name in heads.items() if min(len(name), len(about)) > 1 and (name in about or about in name))


def unread(sheet: Sheet, head: int, units: Sequence[UnitTold]) -> str:
    """Return what is told above a head of a unit of money and not taken for one, "" for nothing."""
    for row in range(head):
        for text in _above(sheet, row):
            bare = _bare(text)
            if _ASKED_MONEY.search(bare) and not any(
                    one.said.replace("：", ":") in bare and size(one.unit, "元") for one in units):
                return text[:LONGEST]
    return ""


def _bare(text: str) -> str:
    """Return words as they are looked through: half width, in one line, 单 位 in one."""
    plain_colons = text.translate(_COLONS)
    return _APART_IN.sub("单位", " ".join(unicodedata.normalize("NFKC", plain_colons).split()))


def _above(sheet: Sheet, row: int) -> Iterator[str]:
    """Yield the words of a line; 单位 and the unit in the next cell as one."""
    words = list(words_in(sheet, row).values())
    for text, after in pairwise([*words, ""]):
        asked = _ASKED.fullmatch(unicodedata.normalize("NFKC", text)) and alone(after)
        yield f"{text.rstrip(':：')}：{after}" if asked else text


def _units(words: str) -> list[str]:
    """Return the units of a list: 人/万元 are two, 元/吨 is one."""
    parts = [part.split("/") for part in _APART.split(words)]
    return [unit for part in parts for unit in (part if part[-1].endswith("元") else ["/".join(part)])]


def column_of_units(sheet: Sheet, start: int, columns: Sequence[Column]) -> int:
    """Return the place of a column that says the unit of each row, -1 for none."""
    for column in columns:
        if not column.target and plain(split(column.head)[1]) in _HEADS:
            cells = [row[column.place] for row in sheet.rows[start:] if column.place < len(row)]
            words = {text for cell in cells if (text := cell_text(cell).strip())}
            if words and all(map(alone, words)):
                return column.place
    return -1


def with_told(layout: Layout, sheet: Sheet, wanted: Sequence[Target]) -> Layout:
    """Return how a sheet is read with the units that it tells otherwise than in its heads."""
    made = structs.replace(layout, units=tuple(told(sheet, layout.head, layout.start, layout.columns)),
                           unit_column=column_of_units(sheet, layout.start, layout.columns))
    return _asking(applied(made, wanted), unread(sheet, layout.head, made.units), wanted)


def _asking(layout: Layout, said: str, wanted: Sequence[Target]) -> Layout:
    """Return a layout that tells at its sums what was not understood of their unit."""
    own = {target.id: target.unit for target in wanted}

    def asked(column: Column) -> Column:
        unit, head = own.get(column.target, ""), unit_of(column.head)
        words = column.head if _MONEY.search(split(column.head)[1]) else said
        if not unit.endswith("元") or head or column.unit or not words:
            return column
        where = "表头" if words is column.head else "表"
        return _noted(column, f"{where}里写了“{words}”，没有看懂，按{unit}读入，请核对")

    return structs.replace(layout, columns=tuple(map(asked, layout.columns)))


def applied(layout: Layout, wanted: Sequence[Target]) -> Layout:
    """Return a layout whose columns of figures are in the units that its sheet tells of them."""
    if not layout.units and layout.unit_column < 0:
        return layout
    own = {target.id: target.unit for target in wanted}
    return structs.replace(layout, columns=tuple(_applied(layout, column, own) for column in layout.columns))


def strange(sheet: Sheet, head: int, wanted: Sequence[Target]) -> frozenset[str]:
    """Return the units that a sheet tells for all its figures and that are not the fields' own."""
    own = {target.unit for target in wanted} - {""}
    return frozenset(one.unit for one in told(sheet, head, start_of(sheet, head), ())
                     if any(size(one.unit, unit) not in (None, 1) for unit in own))


def of_part(part: Sheet, head: int, layout: Layout, wanted: Sequence[Target], *, top: int,
            places: Sequence[int]) -> tuple[tuple[int, str], ...]:
    """Return the columns of a layout whose figures are in other units in a further list, with these.

    ``top``: the first row of what stands above it; what it does not tell itself the first list told for both.
    """
    heads = heads_of(part, head)
    columns = tuple(as_chosen(Column(c.place, heads[places[c.place]]), c.target, wanted) for c in layout.columns
                    if c.target and places[c.place] in heads)
    said = tuple(told(part, head, start_of(part, head), columns, top)) or (layout.units if top else ())
    made = applied(structs.replace(layout, columns=columns, units=said, unit_column=-1), wanted)
    above = {column.place: column.unit for column in layout.columns}
    own = {target.id: target.unit for target in wanted}
    return tuple((one.place, one.unit or own[one.target]) for one in made.columns if one.unit != above[one.place])


def with_parts(layout: Layout, parts: Mapping[str, Sequence[tuple[int, str]]], wanted: Sequence[Target]) -> Layout:
    """Return a layout that tells at its columns which further lists have them in other units."""
    own = {target.id: target.unit for target in wanted}
    columns = {column.place: column for column in layout.columns}
    for name, units in parts.items():
        for place, unit in units:
            target = own[columns[place].target]
            said = f"{name}里是{unit}" if unit == target else f"{name}里是{unit}，折算为{target}"
            columns[place] = _noted(columns[place], said)
    return structs.replace(layout, columns=tuple(columns.values()))


def _applied(layout: Layout, column: Column, own: Mapping[str, str]) -> Column:
    unit = own.get(column.target, "")
    if column.place == layout.unit_column:
        return structs.replace(column, note="没有写单位的列，各行的数按这一列的单位读入")
    if not unit or unit_of(column.head):
        return column
    fit = [one for one in layout.units if size(one.unit, unit) is not None]
    fit = [one for one in fit if column.place in one.places] or [one for one in fit if not one.places]
    foreign = next((one for one in layout.units if one.unit.endswith(_FOREIGN)
                    and (not one.places or column.place in one.places)), None)
    if not fit and foreign and unit.endswith("元"):
        said = f"表里写了“{foreign.said}”，外币不能折算，请先换算成{unit}"
        return _noted(structs.replace(column, unit=foreign.unit), said)
    if not fit or {size(one.unit, unit) for one in fit} == {1}:
        return column
    said = "”“".join(dict.fromkeys(one.said for one in fit))
    if len({size(one.unit, unit) for one in fit}) > 1:
        return _noted(column, f"表里写了“{said}”，不知道用哪一个，按{unit}读入，请核对")
    return _noted(structs.replace(column, unit=fit[0].unit), f"表里写了“{said}”，{fit[0].unit}折算为{unit}")


def _noted(column: Column, note: str) -> Column:
    if note in column.note.split("；"):
        return column  # read in this way already
    return structs.replace(column, note=f"{column.note}；{note}" if column.note else note)

"""Where in the file something of an import stands, as a person says it: 第 5 行, 第 D 列, “妙高”第 5 行, D7."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from pairing_desktop.exchange import spreadsheet_views as views
from pairing_desktop.services.importing_plan import Place
from pairing_desktop.services.template_xml import column_letters

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.exchange.spreadsheet_views import Home
    from pairing_desktop.services.importing_plan import Plan, RowFinding

FEW, FEW_APART = 8, 3


def several(sheet: Sheet) -> bool:
    """Tell whether more than one sheet of the file is read."""
    return len({part.sheet.name for part in sheet.parts}) > 1


def place_of(sheet: Sheet, row: int, last: int = -1) -> Place:
    """Return where a record stands in the file, with the rows that go on with it to the ``last``."""
    first = views.home(sheet, row)
    ends = [first, views.home(sheet, last)] if last > row else [first]
    line = "" if first.alone else "—".join(map(_line, ends))
    return Place(line, first.sheet if several(sheet) else "", across=first.across and not first.alone)


def _line(at: Home) -> str:
    """Return what a record stands in: of lists beside each other the cell that it begins with."""
    letters = column_letters(at.column + 1)
    return letters if at.across else f"{letters}{at.row + 1}" if at.beside else str(at.row + 1)


def rows_said(sheet: Sheet, rows: Sequence[int]) -> str:
    """Return rows (from 1) as a person says them: 第2、3行, “妙高”第2行, 第D、E列."""
    most = FEW_APART if sheet.parts else FEW
    few, more = rows[:most], "等" if len(rows) > most else ""
    if not sheet.parts:
        return f"第{'、'.join(map(str, few))}{more}行"
    places = [place_of(sheet, row - 1) for row in few]
    said = [_together(whose, [one.line for one in group], across=places[0].across)
            for whose, group in groupby(places, key=lambda one: one.sheet)]
    return "，".join(said) + more


def _together(sheet: str, lines: Sequence[str], *, across: bool) -> str:
    whose, said = f"“{sheet}”" if sheet else "", "、".join(filter(None, lines))
    if not said:
        return whose or "这一张"
    return f"{whose}第{said}列" if across else f"{whose}第{said}行" if said[0].isdigit() else f"{whose}{said}"


def home_of(plan: Plan, one: RowFinding) -> Home:
    """Return the cell of the file that something was found at; column 0 for a whole row."""
    if one.sheet not in ("", plan.layout.sheet):
        return views.Home(one.sheet, one.row - 1, max(one.column, 0))
    return views.home(plan.sheet, one.row - 1, max(one.column, 0))


def said_of(plan: Plan, one: RowFinding) -> str:
    """Return where something was found: its row, or the cell where a row is no line of the sheet."""
    if one.sheet not in ("", plan.layout.sheet) or not plan.sheet.parts:
        return Place(str(one.row), one.sheet if one.sheet != plan.layout.sheet else "").said
    at = home_of(plan, one)
    if one.column < 0 or not at.across:
        return place_of(plan.sheet, one.row - 1).said
    return (f"“{at.sheet}”" if several(plan.sheet) else "") + f"{column_letters(at.column + 1)}{at.row + 1}"

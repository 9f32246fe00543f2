"""Blocks of a sheet under titles of different years, 2022年规上企业 above 2023年规上企业: whose year is whose."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from pairing_desktop.services.importing_alike import year_of
from pairing_desktop.services.importing_columns import year_of_figures
from pairing_desktop.services.importing_places import rows_said
from pairing_desktop.services.importing_plan import ABOVE
from pairing_desktop.services.importing_quarters import lines_above
from pairing_desktop.services.importing_rows import YEAR

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.services.importing_cells import Candidate, Cells
    from pairing_desktop.services.importing_plan import Row

_YEARS = re.compile(r"20\d\d")
_YEAR_OF = re.compile(r"20\d\d\s*年(?!\s*\d)")
"""A whole year, not the day when a table was filled in."""
_HAPPENED = re.compile("[新引招入签落开竣投认迁月季]|半年|注册|成立|设立|培育|退出|关停|申报|创建")
"""Not a block's year, but its part, or when something happened to the records: their figures may be of another one."""


def yearly(form: Form) -> Field | None:
    """Return the field that says of which year a record's figures are."""
    return next((field for field in form.fields if year_of_figures(field)), None)


def give_years(cells: Cells, form: Form, candidates: Sequence[Candidate], titles: Collection[int]) -> list[str]:
    """Give records with figures their block's year, where no column gives it; return what to tell.

    ``titles``: rows, from 1, of blocks' titles.
    """
    field, layout = yearly(form), cells.layout
    if (field is None or field.id in layout.targets or layout.way.heads != ABOVE or cells.sheet.parts
            or any(year_of(c.head) for c in layout.columns if c.target)):
        return []
    own = {row: _line(cells, row) for row in sorted(titles)}
    said = {0: next((line for line in reversed(lines_above(cells.sheet, layout.head)) if _YEAR_OF.search(line)), "")}
    said |= {row: line for row, line in own.items() if _YEARS.search(line)}
    years = {row: _year(line) for row, line in said.items()}
    if len(said) < 2 or len(set(years.values())) < 2:
        return []
    if not all(years.values()):
        return [f"各段的标题写的年份不同（{_quoted(said)}），不能确定是不是“{field.plain_label}”，没有按标题填，请核对"]
    rows: dict[int, list[int]] = {}
    for one in candidates:
        if _has_figures(form, one.state.values):
            year = years[max(row for row in years if row < one.number)]
            one.state.put(field.id, year)
            rows.setdefault(year, []).append(one.number)
    told = "、".join(f"{rows_said(cells.sheet, numbers)}按 {year}" for year, numbers in rows.items())
    return [f"各段的标题写明年份，“{field.plain_label}”{told} 读入"] if rows else []


def year(row: Row, field: Field | None) -> int:
    """Return the year of a row's figures, 0 for none: of two rows that are one record, the newer one's are taken."""
    said = row.fate.payload.get("values", {}).get(field.id) if field else None
    return said if isinstance(said, int) else 0


def _year(line: str) -> int:
    """Return the one year that a title says its records' figures are of, 0 where that is not sure."""
    found = _YEARS.findall(line)
    return int(found[0]) if len(found) == 1 and _YEAR_OF.search(line) and not _HAPPENED.search(line) else 0


def _line(cells: Cells, row: int) -> str:
    return " ".join(str(cell) for cell in cells.sheet.rows[row - 1] if cell not in ("", None))


def _quoted(said: Mapping[int, str]) -> str:
    return "、".join(f"“{line[:20]}”" for line in said.values() if line)


def _has_figures(form: Form, values: Mapping[str, object]) -> bool:
    return any(name in form.by_id and form.by_id[name].is_number and form.by_id[name].unit != YEAR for name in values)

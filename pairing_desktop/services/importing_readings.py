"""How a row was read: each field as it stands in the sheet and as it will be stored, before anything is.

Units, dates and figures that were understood otherwise than meant are seen here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.formspec import period
from pairing_desktop.services import listing, naming
from pairing_desktop.services.importing_cells import Cells
from pairing_desktop.services.importing_heads import split
from pairing_desktop.services.importing_plan import PERIOD, SUBJECT, TICKED, Column, Plan, Row
from pairing_desktop.services.importing_refused import shown_cell
from pairing_desktop.services.importing_units import unit_of
from pairing_desktop.services.importing_within import table_of
from pairing_desktop.services.lookup import Snapshot

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.services.workspace import Workspace

COMPUTED, ONCE, BEGUN, THERE = "程序计算", "全表一样的", "自动带出", "现有的"
"""Where a value comes from that no cell gives."""


class Reading(Struct, frozen=True):
    """A field as it stands in the sheet (or where else its value is from) and as it is stored, with their units."""

    field: str
    label: str
    sheet: str
    stored: str
    origin: str = ""
    unit: str = ""
    """The field's own unit."""

    @property
    def said(self) -> str:
        """Return what stands in the sheet, or where the value is from."""
        return self.sheet or self.origin

    @property
    def differs(self) -> bool:
        """Tell whether it is stored otherwise than it stands."""
        return self.sheet != self.stored and bool(self.otherwise_than(self.stored.split(" ")[0]))

    def otherwise_than(self, shown: str) -> str:
        """Return what stands in the sheet if that is not what is shown of the field without its unit, else ""."""
        bare = self.sheet.removesuffix(f" {self.unit}") if self.unit else self.sheet
        return self.sheet if _figure(bare) != _figure(shown) else ""


class Readings:
    """Tells of the rows of one dry run how each was read."""

    def __init__(self, ws: Workspace, plan: Plan) -> None:
        self._plan = plan
        self._form = listing.form_of(ws, plan.form)
        self._subject = ws.catalogue.form(self._form.subject).short if self._form.subject else ""
        self._cells = Cells(plan.sheet, plan.layout)
        self._resolve = Snapshot(ws, plan.quarter).label
        self._columns: dict[str, list[Column]] = {}
        for column in plan.layout.columns:
            name = column.target.partition(TICKED)[0]
            self._columns.setdefault(table_of(name) or name, []).append(column)

    def of(self, row: Row) -> tuple[Reading, ...]:
        """Return all that a row gives, then what else its record would hold; nothing of a row of no record."""
        return () if row.sheet else tuple(sorted(self._of(row), key=lambda one: bool(one.origin)))

    def _of(self, row: Row) -> Iterator[Reading]:
        at, payload = row.number - 1, row.fate.payload
        if self._subject:
            said, origin = self._said(SUBJECT, at), ONCE if SUBJECT not in self._columns else ""
            yield Reading(SUBJECT, self._subject, said, self._resolve(self._form.subject, row.subject), origin)
        if PERIOD in self._columns:
            yield Reading(PERIOD, "季度", self._said(PERIOD, at), period.title(self._plan.quarter))
        for field in self._form.fields:
            if field.type == "table":
                yield from self._lines(field, row)
                continue
            said, stored = self._said(field.id, at), naming.cell(self._form, payload, field.id, self._resolve)
            if said or stored:
                raw = payload.get("raw", {}).get(field.id)
                shown = f"“{raw}”没有看懂" if raw else _with_unit(stored, field)
                origin = "" if said else self._origin(field, row)
                yield Reading(field.id, field.plain_label, said, shown, origin, field.unit)

    def _origin(self, field: Field, row: Row) -> str:
        if field.id in self._plan.given:
            return ONCE
        return COMPUTED if field.computed else THERE if row.fate.revision else BEGUN

    def _said(self, name: str, at: int) -> str:
        """Return what the cells of a field say."""
        return "、".join(filter(None, (self._text(column, at) for column in self._columns.get(name, ()))))

    def _text(self, column: Column, at: int) -> str:
        """Return what a cell says, with the unit that the sheet tells elsewhere, and what it ticks."""
        cell: Any = self._cells.read(at, column)
        place = (at, column.place)
        percent = place in self._cells.sheet.percents and not isinstance(cell, str)
        text = f"{cell * 100:.12g}%" if percent and cell is not None else shown_cell(cell)
        if not text or TICKED in column.target:
            return f"{split(column.head)[1]} {text}" if text else ""
        of_row, of_list = self._cells.unit(at)
        of_column = dict(of_list).get(column.place, column.unit) or unit_of(column.head)
        unit = "" if percent else of_column or of_row
        return f"{text} {unit}" if unit and _figure(text) != text else text

    def _lines(self, table: Field, row: Row) -> Iterator[Reading]:
        """Yield the rows of a sub-table, each with the cells that it comes from."""
        stored = row.fate.payload.get("values", {}).get(table.id) or ()
        columns = self._columns.get(table.id, [])
        groups = [[c for c in columns if c.row == name] for name in dict.fromkeys(c.row for c in columns)]
        said = [text for line in (row.number, *row.more) for group in groups
                if (text := "、".join(filter(None, (self._text(c, line - 1) for c in group))))]
        for number, one in enumerate(stored):
            text = said[number] if len(said) == len(stored) else ""
            yield Reading(table.id, f"{table.plain_label} {number + 1}", text, self._line(table, one),
                          "" if said else self._origin(table, row))

    def _line(self, table: Field, line: Mapping[str, Any]) -> str:
        values, marks = line.get("values", {}), line.get("marks", {})
        shown = {c.plain_label: _with_unit(naming.shown(c, values.get(c.id), self._resolve, marks.get(c.id)), c)
                 for c in table.columns if c.type != "attachment"}
        raw = [f"“{text}”没有看懂" for text in line.get("raw", {}).values()]
        return "，".join([*(f"{label} {text}" for label, text in shown.items() if text), *raw])


def _with_unit(stored: str, field: Field) -> str:
    figure = stored and field.unit and field.is_number and any(map(str.isdigit, stored))
    return f"{stored} {field.unit}" if figure and not stored.endswith(field.unit) else stored


def _figure(text: str) -> Decimal | str:
    """Return the figure that a text is, however it is grouped; the text where it is none."""
    try:
        return Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return text

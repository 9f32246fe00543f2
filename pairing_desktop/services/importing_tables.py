"""Sub-tables' sheets of a collection workbook: each row given to the record that it names by number or name.

A row that names no record is no record's fault: it is refused for itself, at its own place.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pairing_desktop import errors
from pairing_desktop.formspec.fieldtypes.interface import cell_text as text_of
from pairing_desktop.services import importing_columns
from pairing_desktop.services.importing_cells import Candidate, Cells
from pairing_desktop.services.importing_plan import ROW, Fate, Layout, Row, RowFinding, Target
from pairing_desktop.services.importing_rows import Converter, Find

if TYPE_CHECKING:
    from pairing_desktop.exchange.collection_marks import SheetMark
    from pairing_desktop.exchange.spreadsheet import Book, Sheet
    from pairing_desktop.formspec.definition import Field, Form


class SubTables(Struct):
    """What was read of the sheets: how, the rows of no record, sheets that are not there."""

    layouts: list[Layout] = field(default_factory=list)
    cells: list[Cells] = field(default_factory=list)
    strays: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def stray(self, one: RowFinding) -> None:
        """Refuse a row of no record for itself."""
        label = one.label or one.sheet
        self.strays.append(Row(one.row, {"": Fate("refused", "", {}, label, findings=(one,))}, sheet=one.sheet))


def unread(book: Book, form: Form, main: str) -> list[str]:
    """Return the sheets named like a sub-table in a workbook that lost its marks: whose rows they are is gone."""
    return [t.plain_label for t in form.tables if t.plain_label in book.names and t.plain_label != main]


def read(book: Book, places: Iterable[SheetMark], form: Form, owners: Sequence[Candidate], *, find: Find,
         quarter: str, skipped: list[RowFinding]) -> SubTables:
    """Give the records their rows of the sub-tables' sheets."""
    names = _by_word(form, owners)
    read = SubTables()
    for own in places:
        table = form.by_id.get(own.table)
        if table is None or table.type != "table":
            continue
        if own.name not in book.names:
            read.missing.append(own.name)
            continue
        sheet = book.sheet(own.name)
        layout = _layout(sheet, own, table)
        if layout is None:
            if sheet.rows:
                said = errors.problem("importing.no_head", sheet=own.name, table=table.plain_label).message
                read.stray(RowFinding(1, table.id, "error", said, table.plain_label, -1, own.name))
            continue
        cells = Cells(sheet, layout)
        for lost in _rows(cells, table, owners, names=names, find=find, quarter=quarter, skipped=skipped):
            read.stray(lost)
        read.layouts.append(layout)
        read.cells.append(cells)
    return read


def _by_word(form: Form, owners: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    """Return the records by what a row may call them: their number in the main sheet, their name."""
    names: dict[str, list[Candidate]] = {}
    for candidate in owners:
        label = str(candidate.state.values.get(form.name, "")) if form.name else ""
        for word in {candidate.mark, label} - {""}:
            names.setdefault(word, []).append(candidate)
    return names


def _layout(sheet: Sheet, own: SheetMark, table: Field) -> Layout | None:
    """Return how a sheet is read: by its ids, else by its heads as any sheet's; None where no head is known."""
    wanted = (*importing_columns.column_targets(table.columns), Target(ROW, "对应序号"))
    place = own.find(sheet)
    if place:
        return importing_columns.layout(sheet, place.head, wanted, ids=place.ids)
    found = importing_columns.layout(sheet, importing_columns.head_row(sheet, wanted), wanted)
    return found if any(target != ROW for target in found.targets) else None


def _rows(cells: Cells, table: Field, owners: Sequence[Candidate], *, names: Mapping[str, list[Candidate]], find: Find,
          quarter: str, skipped: list[RowFinding]) -> Iterable[RowFinding]:
    """Give a sheet's rows to the records they name; yield those that name none."""
    converter = Converter(table.column_by_id, cells, find=find, quarter=quarter)
    column = cells.layout.targets.get(ROW)
    for row in cells.numbers(skipped, parts=True):
        mark = text_of(cells.at(row, column.place)).strip() if column else ""
        found = names.get(mark, []) if mark else list(owners) if len(owners) == 1 else []
        trial = Candidate(row + 1, owners[0].state.__class__())
        converter.take(trial, row)
        if not trial.state.values and not trial.state.raw and not trial.faults:
            continue  # numbered beforehand, nothing filled in
        if not found and _untouched(table, trial):
            continue
        if len(found) != 1:
            mark = f"对应序号 {mark or '空白'}" if column else "没有“对应序号”这一列"
            said = errors.problem("importing.no_owner", mark=mark, table=table.plain_label).message
            yield RowFinding(row + 1, table.id, "error", said, table.plain_label, column.place if column else -1,
                             cells.sheet.name)
            continue
        name = secrets.token_hex(4)
        found[0].state.rows[table.id] = (*found[0].state.rows.get(table.id, ()), name)
        converter.take(found[0], row, f"{table.id}/{name}/")


def _untouched(table: Field, row: Candidate) -> bool:
    """Tell whether a row holds nothing but what the form begins with."""
    given = {name: table.column_by_id[name].converter.store(value) for name, value in row.state.values.items()}
    begins = [{name: table.column_by_id[name].converter.store(table.column_by_id[name].converter.parse(text).value)
               for name, text in texts.items()} for texts in table.rows]
    return not row.state.raw and given in begins

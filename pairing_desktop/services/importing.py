"""Taking records in from a spreadsheet: look, choose columns, dry run, import, take back.

``look`` → ``layout_of`` → ``dry_run`` change nothing. ``importing_writing`` writes a plan in one transaction and takes
a whole import back; ``importing_refused`` saves the rows that were refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pairing_desktop import garbage
from pairing_desktop.errors import trouble
from pairing_desktop.formspec import period as periods
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import (
    importing_columns,
    importing_printed,
    importing_together,
    importing_units_told,
    internal,
    listing,
    scope,
)
from pairing_desktop.services import importing_quarters as quarters
from pairing_desktop.services import importing_ways as ways
from pairing_desktop.services.importing_alike import row_of
from pairing_desktop.services.importing_heads import heads_of
from pairing_desktop.services.importing_plan import (
    LEFT,
    PART,
    PERIOD,
    PRINTED,
    ROW,
    STATES,
    SUBJECT,
    Change,
    Column,
    Fate,
    Layout,
    Outcome,
    Plan,
    Row,
    RowFinding,
    Similar,
    State,
    Target,
    Way,
)
from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.exchange.collection_marks import Marks
    from pairing_desktop.exchange.spreadsheet import Book, Sheet
    from pairing_desktop.formspec.definition import Form

__all__ = [
    "COLUMNS", "ROW", "STATES", "SUBJECT", "Change", "Column", "Fate", "Layout", "Outcome", "Plan", "Row",
    "RowFinding", "Similar", "Source", "State", "Target", "Way", "dry_run", "importable", "layout_of",
    "look", "quarter_for", "quarter_told", "row_of", "sheet_of", "targets_of",
]

COLUMNS = "@columns"
"""The data file's own records of columns chosen by a person."""
EVERY = 50
_CORNER = re.compile("(指标|项目|栏目|内容|类别)(名称)?")
"""What stands above the labels where the names of the records stand beside it."""
SHEETS, ENOUGH = 20, 3
"""Sheets of a workbook that are looked at for the one to begin with; so many heads tell it."""


class Source(Struct, frozen=True):
    """An opened spreadsheet: its sheets to choose from, and the form it was made for if it is a collection workbook."""

    path: Path
    book: Book
    sheets: tuple[str, ...]
    marks: Marks | None = None
    hidden: tuple[str, ...] = ()
    """Sheets that the file does not show; those of a collection workbook are the program's own."""

    @property
    def form(self) -> str:
        """Return the form a collection workbook was made for, "" for any other spreadsheet."""
        return self.marks.form if self.marks else ""

    @property
    def period(self) -> str:
        """Return the quarter a collection workbook was made for, "" for none."""
        return self.marks.period if self.marks else ""


def importable(ws: Workspace) -> list[Form]:
    """Return the forms that take rows of a spreadsheet: those this county fills."""
    return list(ws.forms)


def look(path: Path) -> Source:
    """Open a spreadsheet and find out what it holds; Trouble in one sentence when it cannot be read."""
    from pairing_desktop.exchange import collection_marks, spreadsheet

    book = spreadsheet.open_book(path)
    marks = collection_marks.read(book)
    shown = [n for n in book.names if n not in book.hidden] or list(book.names)
    if marks:
        shown = [n for n in shown if n in marks.sheets] or shown
    return Source(path, book, tuple(shown), marks, () if marks else tuple(n for n in book.names if n not in shown))


def quarter_for(ws: Workspace, source: Source, quarter: str = "") -> str:
    """Return the quarter to import into: the one asked for, the workbook's own, else the last that has ended."""
    chosen = quarter or source.period
    if not chosen:
        today = periods.previous(f"{ws.today.year}Q{(ws.today.month + 2) // 3}")
        years = ws.about.years
        chosen = f"{min(years)}Q1" if int(today[:4]) < min(years) else today
        chosen = f"{max(years)}Q4" if int(today[:4]) > max(years) else chosen
    scope.require_quarter(ws, chosen)
    return chosen


def quarter_told(ws: Workspace, source: Source, layout: Layout, *, form: str) -> str:
    """Return the quarter that a sheet says its figures are of, for a form of quarters; "" for none."""
    if source.marks or listing.form_of(ws, form).kind != "quarterly":
        return ""
    first = ways.seen(sheet_of(source, layout.sheet), targets_of(ws, form), layout.way, layout.head)
    return quarters.titled(quarters.lines_above(first.sheet, first.head), first.sheet.name)


def targets_of(ws: Workspace, form: str) -> tuple[Target, ...]:
    """Return what a column may be read as."""
    spec = listing.form_of(ws, form)
    return importing_columns.targets(spec, ws.catalogue.form(spec.subject) if spec.subject else None)


def layout_of(ws: Workspace, source: Source, *, form: str, sheet: str = "", head: int | None = None,
              columns: Mapping[int, str] | None = None, way: Way | None = None, also: Collection[str] = (),
              rough: Collection[int] = (), quarter: str = "") -> Layout:
    """Return how a sheet would be read: its way, head and columns guessed, as remembered, or as given.

    ``columns`` are targets by place, chosen by a person; what they don't name is not read. ``head`` is a row, or a
    column where the heads are at the left; of ``also`` only sheets with the same heads are read with it. ``rough`` are
    places of columns whose 120余 is taken as 120. ``quarter``: of which figures are read where heads tell several.
    """
    spec = listing.form_of(ws, form)
    _require_form(ws, source, spec)
    wanted = targets_of(ws, form)
    name = sheet or importing_printed.own_sheet(source.sheets, spec.title) or _first(source, form, wanted)
    found = sheet_of(source, name)
    own = source.marks.of(name) if source.marks else None
    place = own.find(found) if own else None
    if place and head in (None, place.head):
        made = importing_columns.layout(found, place.head, (*wanted, Target(ROW, "序号")), ids=place.ids)
    else:
        first = ways.seen(found, wanted, way, head)
        fit, differ = ((), {}) if source.marks else importing_together.others(
            source.book, source.sheets, first, wanted, hidden=source.hidden)
        together = tuple(one for one in fit if one in also)
        more = importing_together.more_heads(source.book, first, together, wanted)
        read = importing_together.widened(source.book, first, together, wanted)
        free = columns is None and not first.targets
        known = _remembered(ws, form, heads_of(read.sheet, read.head)) if free else None
        year = quarters.year_above(first.sheet, first.head, source.path.stem)
        of = quarter if spec.kind == "quarterly" and not first.targets else ""
        made = importing_columns.layout(read.sheet, read.head, wanted, known=known, ids=first.targets or None,
                                        year=year, quarter=of)
        told = tuple(structs.replace(c, note=f"只有{'、'.join(more[c.head])}有{'；' if c.note else ''}{c.note}")
                     if c.head in more else c for c in made.columns)
        made = structs.replace(made, columns=told, others=fit, unlike=tuple(differ.items()), lists=first.lists,
                               below=first.below,
                               hidden=tuple(one for one in fit if one in source.hidden),
                               way=structs.replace(first.way, also=together))
        made = importing_units_told.with_told(structs.replace(made, columns=_corner(made, spec)), read.sheet, wanted)
    if made.way.heads == PRINTED:
        made = structs.replace(made, columns=made.columns[1:])  # the first says where in the file a line stands
    made = structs.replace(made, columns=tuple(structs.replace(c, rough=c.place in rough) for c in made.columns))
    made = made if columns is None else _chosen(made, columns, wanted)
    return importing_together.telling_units(source.book, made, wanted)


@garbage.young_only()
def dry_run(ws: Workspace, source: Source, layout: Layout, *, form: str, quarter: str, keep_errors: bool = False,
            why: str = "", given: Mapping[str, str] = MappingProxyType({}), progress: Progress = silent) -> Plan:
    """Return what an import would do, row by row; writes nothing.

    ``given`` is typed text by field that holds for every row where neither sheet nor record has a value; the year of
    figures also where the record has that of older ones.
    ``keep_errors`` lets rows in whose errors a clerk would see on screen; ``why`` is the reason for changing what was
    sent. Trouble: no column fits, no rows.
    """
    from pairing_desktop.services import (
        importing_blocks,
        importing_cells,
        importing_lacking,
        importing_notes,
        importing_rows,
        importing_tables,
    )
    from pairing_desktop.services.importing_fates import Fates
    from pairing_desktop.services.importing_references import References

    spec = listing.form_of(ws, form)
    scope.require_quarter(ws, quarter)
    _require_form(ws, source, spec)
    _require_columns(source, layout, spec)
    sheet = importing_together.whole(source.book, layout, targets_of(ws, form))
    cells = importing_cells.Cells(sheet, layout)
    skipped: list[RowFinding] = []
    with ws.store.reading() as conn:
        before = Snapshot(ws, quarter, conn, whole=True)
        references = References(ws, before)
        same, subject = importing_lacking.understood(ws, spec, given, references, quarter)
        candidates = importing_rows.read(cells, spec.by_id, find=references.find, subject_form=spec.subject,
                                         quarter=quarter, skipped=skipped, progress=progress, name=spec.name,
                                         subject=subject)
        titles = [one.row for one in skipped if one.code == PART]
        blocks = importing_blocks.give_years(cells, spec, candidates, titles)
        own = source.marks.tables if source.marks and cells.layout.sheet == source.marks.main and candidates else ()
        tables = importing_tables.read(source.book, own, spec, candidates, find=references.find, quarter=quarter,
                                       skipped=skipped)
        importing_rows.tell_shared(candidates)
        if not candidates:
            apart = PERIOD in layout.targets and bool(skipped)
            raise trouble("importing.no_quarter" if apart else "importing.no_rows", sheet=layout.sheet,
                          quarter=periods.title(quarter))
        fates = Fates(ws, spec, quarter, conn, before=before, why=why, keep_errors=keep_errors,
                      columns=layout.targets, given=same)
        rows = fates.rows(candidates)
        fates.see(rows)
        for done, (row, candidate) in enumerate(zip(rows, candidates, strict=True)):
            if done % EVERY == 0:
                progress("逐行审核", done, len(rows))
            fates.check(row, candidate)
    lost = importing_tables.unread(source.book, spec, layout.sheet) if source.marks is None else []
    told = {(one.sheet or layout.sheet, one.row, one.column) for c in candidates for one in c.faults}
    said = quarter_told(ws, source, layout, form=form)
    notes = (*importing_notes.of_version(source, spec), *importing_notes.of_quarter(said, quarter),
             *importing_notes.of_way(layout),
             *importing_notes.understood(cells, told),
             *importing_notes.left_out(source, spec, cells, skipped, importing_lacking.said(ws, spec, given)),
             *blocks,
             *importing_notes.of_lines(spec, layout, rows, fates.named),
             *importing_notes.of_tables(tables, lost, told),
             *importing_notes.of_more(rows))
    garbage.let_go(candidates)
    return Plan(form, quarter, source.path, layout, [*rows, *tables.strays], sheet, notes, tuple(skipped), why,
                tuple(tables.layouts), fates.barred.asks_reason, keep_errors, same)


def sheet_of(source: Source, name: str) -> Sheet:
    """Return a sheet as it stands in the file; Trouble where there is none."""
    try:
        return source.book.sheet(name)
    except KeyError:
        raise trouble("importing.no_sheet", file=source.path.name, sheet=name,
                      names="、".join(source.sheets)) from None


def _first(source: Source, form: str, wanted: Sequence[Target]) -> str:
    """Return the sheet to begin with: a collection workbook's main one, else the first whose heads are the form's.

    A county's own tables have covers and notes before them, on which a word or two may be a head as well.
    """
    main = source.marks.main if source.marks and source.marks.form == form else ""
    if main in source.book.names or len(source.sheets) == 1:
        return main if main in source.book.names else source.sheets[0]
    best, most = source.sheets[0], 0
    for name in source.sheets[:SHEETS]:
        first = ways.seen(sheet_of(source, name), wanted)
        number = len(importing_columns.layout(first.sheet, first.head, wanted, ids=first.targets or None).targets)
        if number > most:
            best, most = name, number
        if number >= ENOUGH:
            break
    return best


def _require_form(ws: Workspace, source: Source, form: Form) -> None:
    """Refuse a collection workbook that was made for another form."""
    if source.marks and source.marks.form != form.id:
        known = next((f.short for f in ws.catalogue.forms if f.id == source.marks.form), "")
        code = "other_form" if known else "unknown_form"
        raise trouble(f"importing.{code}", given=known or source.marks.title, form=form.short)


def _require_columns(source: Source, layout: Layout, form: Form) -> None:
    """Refuse a sheet of which no column is a field of the form."""
    if not any(target for target in layout.targets if target != ROW):
        empty = not any(cell not in ("", None) for row in sheet_of(source, layout.sheet).rows for cell in row)
        raise trouble("importing.empty_sheet" if empty else "importing.no_columns", sheet=layout.sheet, form=form.short)


def _corner(made: Layout, form: Form) -> tuple[Column, ...]:
    """Return the columns, what a table with its heads at the left calls 指标 in its corner taken for the names."""
    first = made.columns[:1]
    if made.way.heads == LEFT and form.name and form.name not in made.targets and first and not first[0].target and (
            _CORNER.fullmatch(first[0].head)):
        return structs.replace(first[0], target=form.name), *made.columns[1:]
    return made.columns


def _chosen(made: Layout, columns: Mapping[int, str], wanted: Sequence[Target]) -> Layout:
    own = {c.place: c for c in made.columns}
    targets = {place: columns.get(place, ROW if c.target == ROW else "") for place, c in own.items()}
    found = [c if c.target == targets[place] else importing_columns.as_chosen(c, targets[place], wanted)
             for place, c in own.items()]
    return importing_units_told.applied(structs.replace(made, columns=tuple(found)), wanted)


def _remembered(ws: Workspace, form: str, texts: Mapping[int, str]) -> dict[str, str] | None:
    """Return the targets that a person chose for these heads, None when nobody did."""
    with ws.store.reading() as conn:
        kept = internal.by_name(conn, COLUMNS).get(importing_columns.remembered_name(form, texts))
    return dict(kept["columns"]) if kept else None

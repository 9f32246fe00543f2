"""Taking records in from a spreadsheet: look, choose columns, dry run, import, take back.

``look`` → ``layout_of`` → ``dry_run`` change nothing. ``importing_writing`` writes a plan in one transaction and takes
a whole import back; ``importing_refused`` saves the rows that were refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pairing_desktop import garbage
from pairing_desktop.errors import Trouble, problem, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import importing_columns as heads
from pairing_desktop.services import internal, listing, scope
from pairing_desktop.services.importing_columns import row_of
from pairing_desktop.services.importing_heads import heads_of, line_of, lowest
from pairing_desktop.services.importing_plan import (
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
)
from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.exchange.collection_marks import Marks
    from pairing_desktop.exchange.spreadsheet import Book, Sheet
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.values import Value
    from pairing_desktop.services.importing_references import References
    from pairing_desktop.services.importing_rows import Cells

__all__ = [
    "COLUMNS", "ROW", "STATES", "SUBJECT", "Change", "Column", "Fate", "Lacking", "Layout", "Outcome", "Plan", "Row",
    "RowFinding", "Similar", "Source", "State", "Target", "dry_run", "importable", "lacking", "layout_of", "look",
    "preview", "quarter_for", "row_of", "targets_of",
]

COLUMNS = "@columns"
"""The data file's own records of columns chosen by a person."""
EVERY = 50
Place = tuple[str, int, int]
"""A cell: sheet, row from 1, column from 0."""
_YEAR = re.compile(r"(20\d\d)\s*(?:年|[-_ ])")
_LAST_YEAR = re.compile("上一?年|去年")
"""Heads' figures of the year before the title's: 上年度营业收入."""
SHEETS, ENOUGH = 20, 3
"""Sheets of a workbook that are looked at for the one to begin with; so many heads tell it."""
PREVIEW = 40
"""Rows of a sheet shown to choose the head from."""


class Source(Struct, frozen=True):
    """An opened spreadsheet: its sheets to choose from, and the form it was made for if it is a collection workbook."""

    path: Path
    book: Book
    sheets: tuple[str, ...]
    marks: Marks | None = None

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
    return Source(path, book, tuple(shown), marks)


def quarter_for(ws: Workspace, source: Source, quarter: str = "") -> str:
    """Return the quarter to import into: the one asked for, the workbook's own, else the last that has ended."""
    from pairing_desktop.formspec import period as periods

    chosen = quarter or source.period
    if not chosen:
        today = periods.previous(f"{ws.today.year}Q{(ws.today.month + 2) // 3}")
        years = ws.about.years
        chosen = f"{min(years)}Q1" if int(today[:4]) < min(years) else today
        chosen = f"{max(years)}Q4" if int(today[:4]) > max(years) else chosen
    scope.require_quarter(ws, chosen)
    return chosen


def targets_of(ws: Workspace, form: str) -> tuple[Target, ...]:
    """Return what a column may be read as."""
    spec = listing.form_of(ws, form)
    return heads.targets(spec, ws.catalogue.form(spec.subject) if spec.subject else None)


def preview(source: Source, sheet: str, rows: int = PREVIEW) -> list[tuple[str, ...]]:
    """Return the first rows of a sheet as text, to choose the head from."""
    from pairing_desktop.services.importing_refused import shown_cell

    found = _sheet(source, sheet)
    width = min(found.width, 100)
    lines = [tuple(shown_cell(c) for c in row[:width]) for row in found.rows[:rows]]
    return [line + ("",) * (width - len(line)) for line in lines]


def layout_of(ws: Workspace, source: Source, *, form: str, sheet: str = "", head: int | None = None,
              columns: Mapping[int, str] | None = None) -> Layout:
    """Return how a sheet would be read: head row and columns guessed, as remembered, or as given.

    ``columns`` are targets by place, chosen by a person; what they don't name is not read.
    """
    spec = listing.form_of(ws, form)
    _require_form(ws, source, spec)
    wanted = targets_of(ws, form)
    name = sheet or _first(source, form, wanted)
    found = _sheet(source, name)
    own = source.marks.of(name) if source.marks else None
    if own:
        place = own.find(found)
        if place and head in (None, place.head):
            made = heads.layout(found, place.head, (*wanted, Target(ROW, "序号")), ids=place.ids)
            return made if columns is None else _chosen(made, columns, wanted)
    row = heads.head_row(found, wanted) if head is None else lowest(found, head)
    known = _remembered(ws, form, heads_of(found, row)) if columns is None else None
    made = heads.layout(found, row, wanted, known=known, year=_year_above(source, name, row))
    made = structs.replace(made, others=_others(source, name, row))
    return made if columns is None else _chosen(made, columns, wanted)


@garbage.young_only()
def dry_run(ws: Workspace, source: Source, layout: Layout, *, form: str, quarter: str, keep_errors: bool = False,
            why: str = "", given: Mapping[str, str] = MappingProxyType({}), progress: Progress = silent) -> Plan:
    """Return what an import would do, row by row; writes nothing.

    ``given`` is typed text by field that holds for every row where neither sheet nor record has a value; the year of
    figures also where the record has that of older ones.
    ``keep_errors`` lets rows in whose errors a clerk would see on screen; ``why`` is the reason for changing what was
    sent. Trouble: no column fits, no rows.
    """
    from pairing_desktop.services import importing_rows, importing_tables
    from pairing_desktop.services.importing_fates import Fates
    from pairing_desktop.services.importing_references import References

    spec = listing.form_of(ws, form)
    scope.require_quarter(ws, quarter)
    _require_form(ws, source, spec)
    if not any(t for t in layout.targets if t != ROW):
        empty = not any(cell not in ("", None) for row in _sheet(source, layout.sheet).rows for cell in row)
        raise trouble("importing.empty_sheet" if empty else "importing.no_columns", sheet=layout.sheet, form=spec.short)
    cells = importing_rows.Cells(_sheet(source, layout.sheet), layout)
    skipped: list[RowFinding] = []
    with ws.store.reading() as conn:
        before = Snapshot(ws, quarter, conn, whole=True)
        references = References(ws, before)
        candidates = importing_rows.read(cells, spec.by_id, find=references.find, subject_form=spec.subject,
                                         quarter=quarter, skipped=skipped, progress=progress, name=spec.name)
        own = source.marks.tables if source.marks and cells.layout.sheet == source.marks.main and candidates else ()
        tables = importing_tables.read(source.book, own, spec, candidates, find=references.find, quarter=quarter,
                                       skipped=skipped)
        importing_rows.tell_shared(candidates)
        if not candidates:
            raise trouble("importing.no_rows", sheet=layout.sheet)
        same = _understood(spec, given, references, quarter)
        fates = Fates(ws, spec, quarter, conn, before=before, why=why, keep_errors=keep_errors,
                      columns=layout.targets, given=same)
        rows = fates.rows(candidates)
        fates.see(rows)
        for done, (row, candidate) in enumerate(zip(rows, candidates, strict=True)):
            if done % EVERY == 0:
                progress("逐行审核", done, len(rows))
            fates.check(row, candidate)
    lost = importing_tables.unread(source.book, spec, layout.sheet) if source.marks is None else []
    further = sum(len(row.more) for row in rows)
    told = {(one.sheet or layout.sheet, one.row, one.column) for c in candidates for one in c.faults}
    notes = (*_version_notes(source, spec), *_reading(cells, told), *_notes(source, spec, cells, skipped, given),
             *([f"工作表“{'”“'.join(lost)}”没有读：采集表里的标识不在了，请填在原来那一本里"] if lost else []),
             *([f"少了工作表“{'”“'.join(tables.missing)}”：原有的不动"] if tables.missing else []),
             *(f"工作表“{c.sheet.name}”：{note}" for c in tables.cells for note in _reading(c, told)),
             *([f"有 {further} 行与上面一行是同一条记录，作为它的明细读入"] if further else []))
    garbage.let_go(candidates)
    return Plan(form, quarter, source.path, layout, [*rows, *tables.strays], notes, tuple(skipped), why,
                tuple(tables.layouts), fates.asks_reason, keep_errors, same)


class Lacking(Struct, frozen=True):
    """A field that must be filled and has no column: its target, and what it is likely to be in every row."""

    target: Target
    text: str = ""


def lacking(ws: Workspace, source: Source, layout: Layout, *, form: str) -> tuple[Lacking, ...]:
    """Return what the sheet says nowhere and every record needs: a county's own table never names the county."""
    spec = listing.form_of(ws, form)
    year = _year(source, layout)
    found = []
    for field in spec.fields:
        yearly = heads.year_of_figures(field)
        if field.id in layout.targets or field.computed or field.type in ("table", "attachment"):
            continue
        if yearly or (field.required and not field.default):
            text = ws.about.county_name if field.type == "county" else year if yearly else ""
            found.append(Lacking(Target(field.id, field.plain_label, field.unit), text))
    return tuple(found)


def _year(source: Source, layout: Layout) -> str:
    """Return the year that the heads of what is read, the title or the file's name tell, "" for none."""
    read = [c.head for c in layout.columns if c.target]
    own = max(map(heads.year_of, read), default="")
    above = _year_above(source, layout.sheet, layout.head)
    return own or (str(int(above) - 1) if above and any(map(_LAST_YEAR.search, read)) else above)


def _year_above(source: Source, name: str, head: int) -> str:
    """Return the year that the title or the file's name tells, "" for none."""
    above = [str(cell) for row in _sheet(source, name).rows[:head] for cell in row if cell]
    told = _YEAR.search(" ".join([*above, source.path.stem, name]))
    return told[1] if told else ""


def _understood(form: Form, given: Mapping[str, str], references: References, quarter: str) -> dict[str, Value]:
    """Return the values of typed text; Trouble names every one that is not understood."""
    from pairing_desktop.formspec.values import NotUnderstood

    values, refused = {}, []
    for name, text in given.items():
        field = form.by_id[name]
        try:
            answer = (references.find(field.form, text.strip()) if field.type == "reference"
                      else field.converter.parse(text, period=quarter))
        except NotUnderstood as told:
            refused.append(problem("importing.given", label=field.plain_label, why=told.message))
        else:
            values[name] = answer.value
    if refused:
        raise Trouble(*refused)
    return {name: value for name, value in values.items() if value is not None}


def _sheet(source: Source, name: str) -> Sheet:
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
        found = _sheet(source, name)
        number = len(heads.layout(found, heads.head_row(found, wanted), wanted).targets)
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


def _others(source: Source, name: str, head: int) -> tuple[str, ...]:
    """Return the other sheets that have the same heads, wherever in their first rows."""
    if source.marks or len(source.sheets) == 1:
        return ()
    own = line_of(_sheet(source, name), head)
    others = [one for one in source.sheets[:SHEETS] if one != name]
    return tuple(one for one in others
                 if own and any(line_of(_sheet(source, one), row) == own for row in range(heads.LOOKED)))


def _chosen(made: Layout, columns: Mapping[int, str], wanted: Sequence[Target]) -> Layout:
    own = {c.place: c for c in made.columns}
    found = [heads.as_chosen(c, columns.get(place, ROW if c.target == ROW else ""), wanted)
             for place, c in own.items()]
    return structs.replace(made, columns=tuple(found))


def _remembered(ws: Workspace, form: str, texts: Mapping[int, str]) -> dict[str, str] | None:
    """Return the targets that a person chose for these heads, None when nobody did."""
    with ws.store.reading() as conn:
        kept = internal.by_name(conn, COLUMNS).get(heads.remembered_name(form, texts))
    return dict(kept["columns"]) if kept else None


def _notes(
    source: Source, form: Form, cells: Cells, skipped: Sequence[RowFinding], given: Mapping[str, str],
) -> list[str]:
    """Return what was not read of the sheet, and what was read without it."""
    layout, found = cells.layout, []
    left = [c.head for c in layout.columns if not c.target and not c.note]
    if left:
        found.append(f"没有对应填报项的列没有读：{_few(left)}")
    if source.marks:
        there = {*given, *(c.target for c in layout.columns if c.target)}
        lacking = [t.label for t in heads.column_targets(form.fields) if t.id not in there and not t.computed]
        found += [f"采集表里少了这些列，原有的数不动：{_few(lacking)}"] if lacking else []
    found += [f"没有“{form.by_id[name].plain_label}”的行按“{text}”读入" for name, text in given.items()]
    swallowed = sorted({row + 1 for row, _ in cells.sheet.swallowed})
    found += [f"第{_rows_said(swallowed)}行里夹着后面几行的内容，多半是少了一个引号，夹在里面的没有读"
              ] if swallowed else []
    totals = sum("合计行" in one.message for one in skipped)
    found += [f"跳过合计行 {totals} 行"] if totals else []
    parts = [f"第{one.row}行{one.message.partition('是')[0]}" for one in skipped if "一段的标题" in one.message]
    found += [f"表里分了段，各段都按同一个表头读入：{_few(parts)}"] if parts else []
    found += [f"工作表{'、'.join(f'“{one}”' for one in layout.others)}的表头和这一张一样，这次没有读，请逐张导入"
              ] if layout.others else []
    rest = len(skipped) - totals - len(parts)
    found += [f"跳过表头、说明等 {rest} 行"] if rest else []
    return found


def _reading(cells: Cells, told: AbstractSet[Place]) -> list[str]:
    """Return what was understood otherwise than it stands in a sheet; ``told``: cells of which a finding tells."""
    heads_ = {c.place: c.head.removesuffix(" *") for c in cells.layout.columns}
    filled = {heads_.get(place, ""): [row for row in rows if (cells.sheet.name, row, place) not in told]
              for place, rows in cells.filled.items()}
    found = _hidden_notes(cells)
    if any(filled.values()):
        where = "；".join(f"“{head}”第{_rows_said(rows)}行" for head, rows in filled.items() if rows)
        count = sum(map(len, filled.values()))
        found.append(f"合并的单元格有 {count} 处按合并区左上角的内容补齐：{where}")
    found += [f"“{head}”有 {count} 种写法只到月或年底：按当月第一天读入，完成、验收一类的按最后一天，请在右边核对"
              for head, count in cells.months.items()]
    found += [f"“{head}”里第{_rows_said(list(rows))}行的“{next(iter(rows.values()))}”按上一行的内容读入"
              for head, rows in cells.dittos.items()]
    found += [f"“{head}”的{_few(taken)}读入" for head, taken in cells.answers.items()]
    found += [f"“{head}”的格里自带单位：{_few(taken)}" for head, taken in cells.units.items()]
    return found + [f"“{c.head}”：{c.note}" for c in cells.layout.columns if c.note]


def _version_notes(source: Source, form: Form) -> list[str]:
    marks = source.marks
    if marks is None or (marks.version, marks.digest) == (form.version, form.digest):
        return []
    other = f"采集表是第 {marks.version} 版，现在的表是第 {form.version} 版"
    said = other if marks.version != form.version else "采集表发出以后表式改过"
    return [f"{said}：能对上的列照常读入"]


def _hidden_notes(cells: Cells) -> list[str]:
    sheet, layout = cells.sheet, cells.layout
    rows = len([r for r in sheet.hidden_rows if layout.start <= r < len(sheet.rows)])
    found = [f"有 {rows} 行{'被筛选' if sheet.filtered else '被隐藏'}，也一并读入"] if rows else []
    columns = [c.head for c in layout.columns if c.place in sheet.hidden_columns and c.target not in ("", ROW)]
    return [*found, f"隐藏的列也一并读入：{_few(columns)}"] if columns else found


def _rows_said(rows: Sequence[int]) -> str:
    return "、".join(map(str, rows[:8])) + ("等" if len(rows) > 8 else "")


def _few(names: Sequence[str]) -> str:
    return "、".join(names[:8]) + ("等" if len(names) > 8 else "")

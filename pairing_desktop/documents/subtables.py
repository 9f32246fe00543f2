"""A record's table field as a table on paper: numbered rows, totals, details, and its picture."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from pairing_desktop.documents.blanks import choices_said, empty_rows, row_room
from pairing_desktop.documents.model import Align, Block, Cell, Column, Drawing, Placed, Row, Table, Text
from pairing_desktop.documents.picturing import picture_of
from pairing_desktop.documents.printing import DASH, PLANNED, Printer, Way, head_of, with_nature
from pairing_desktop.documents.widths import fitted, wanted
from pairing_desktop.formspec.definition import Field, Picture
from pairing_desktop.formspec.expressions import evaluator
from pairing_desktop.formspec.lookup import MemoryLookup
from pairing_desktop.formspec.scope import Identity, Scope, Stored

NUMBER_WIDTH = 10.0
PICTURE_LEAST = 55.0
"""Millimetres that a picture beside a table needs; with less it stands under it."""
SUM = re.compile(r"sum\((\w+)\.(\w+)\)")


def totals_of(fields: Sequence[Field]) -> dict[str, dict[str, Field]]:
    """Return {table: {column: the field that is its sum}}: these are printed as 合计 rows and not by themselves."""
    tables = {f.id: f for f in fields if f.type == "table"}
    found: dict[str, dict[str, Field]] = {}
    for field in fields:
        summed = SUM.fullmatch(field.compute)
        if summed and summed[1] in tables and not tables[summed[1]].column_by_id[summed[2]].detail:
            found.setdefault(summed[1], {})[summed[2]] = field
    return found


def table_blocks(
    field: Field, printer: Printer, totals: Mapping[str, Field], pictures: Sequence[Picture], total: float
) -> list[Block]:
    """Return the table, its picture and the block of its detail columns."""
    rows = printer.own.rows(field.id)
    if printer.context.blank:
        rows = [*rows, *empty_rows(field)]
    columns = _main(field, rows)
    picture = next((p for p in pictures if p.table == field.id), None)
    drawing = picture_of(picture, field, rows) if picture and not printer.context.blank else None
    widths = [wanted(c) for c in columns]
    numbered = not field.rows and sum(widths) + 8 <= total
    own = sum(widths) + NUMBER_WIDTH * numbered
    beside = drawing is not None and picture is not None and picture.kind == "radar" and total - own >= PICTURE_LEAST
    room = own if beside else total
    spread = picture is not None and printer.context.blank  # no drawing takes the room beside it
    fit = fitted(widths, room - NUMBER_WIDTH * numbered, spread=spread)
    table = Table(
        columns=_columns(columns, fit, numbered=numbered),
        head=(_head(columns, numbered=numbered),),
        rows=_to_write(_rows(field, columns, rows, printer, totals, numbered=numbered), field, columns, fit, printer),
        side=_beside(drawing, total - own) if beside and drawing else None,
        below=drawing if drawing and not beside else None,
    )
    return [*_choices(field, columns, printer), table, *_details(field, columns, rows, printer, total)]


def table_values(field: Field, printer: Printer, totals: Mapping[str, Field]) -> list[Placed]:
    """Return the values that a table shows with its totals and its detail columns."""
    rows = printer.own.rows(field.id)
    columns = _main(field, rows)
    found: list[Placed] = []
    for places in _places(field, columns, rows, printer, set()):  # grey or not, it says the same
        found += [(path, printer.shown(way, row, name)) for way, row, path, name in places]
    if rows and totals:
        found += [(cell.path, cell) for cell in _total(columns, printer, totals, numbered=False).cells if cell]
    details = _detail_columns(field, columns, rows, printer)
    for _, cells in _detail_rows(field, details, rows, printer):
        found += [(cell.path, cell) for cell in cells]
    return found


def _main(field: Field, rows: Sequence[Stored]) -> list[Field]:
    """Return the columns of the table itself."""
    return [c for c in field.columns if not c.detail and _printed(c, rows)]


def _choices(field: Field, columns: Sequence[Field], printer: Printer) -> list[Block]:
    """Return the line over an empty table that tells what its columns of choices take, if it has any."""
    preset = {name for row in field.rows for name in row}
    said = choices_said(c for c in columns if c.id not in preset) if printer.context.blank else ""
    return [Text(text=said, small=True)] if said else []


def _printed(column: Field, rows: Sequence[Stored]) -> bool:
    """Tell whether a column is printed: a private one only where its values were left in."""
    return not column.private or any(column.id in row.stored for row in rows)


def _beside(drawing: Drawing, width: float) -> Drawing:
    return Drawing(picture=drawing.picture, title=drawing.title, width=width)


def _columns(columns: Sequence[Field], widths: Sequence[float], *, numbered: bool) -> tuple[Column, ...]:
    first = (Column(width=NUMBER_WIDTH),) if numbered else ()
    own = (Column(width=w, qualifier="qualifier" in c.marks and c.is_number)
           for c, w in zip(columns, widths, strict=True))
    return (*first, *own)


def _head(columns: Sequence[Field], *, numbered: bool) -> Row:
    titles = (*(("序号",) if numbered else ()), *(head_of(c) for c in columns))
    return Row(tuple(Cell(text=t, align="centre", strong=True) for t in titles))


def _rows(
    field: Field, columns: Sequence[Field], rows: Sequence[Stored], printer: Printer, totals: Mapping[str, Field],
    *, numbered: bool,
) -> tuple[Row, ...]:
    if not rows:
        return (Row((Cell(text="无", align="centre", columns=len(columns) + numbered),)),)
    made = []
    typed = _typed_by_hand(field, printer, rows)
    for number, places in enumerate(_places(field, columns, rows, printer, typed), start=1):
        cells = [Cell(text=str(number), align="centre")] if numbered else []
        made.append(Row((*cells, *(printer.at(*place) for place in places))))
    if totals:
        made.append(_total(columns, printer, totals, numbered=numbered))
    return tuple(made)


def _places(
    field: Field, columns: Sequence[Field], rows: Sequence[Stored], printer: Printer, typed: set[tuple[int, str]]
) -> Iterator[list[tuple[Way, Stored, str, str]]]:
    """Yield of each row what ``printer.at`` takes for its cells; ``typed``: those that a person gave, by hand."""
    ways = [_ways(c, printer, "left" if place == 0 and c.type == "text" else None) for place, c in enumerate(columns)]
    for number, row in enumerate(rows):
        path = f"{printer.root}/{field.id}/{row.payload.get('id', number)}/"
        marked = f"{field.plain_label}第{number + 1}行" if "marks" in row.payload else ""
        yield [(by_hand if typed and (number, name) in typed else way, row, path + name, marked and marked + label)
               for name, label, way, by_hand in ways]


def _to_write(
    rows: tuple[Row, ...], field: Field, columns: Sequence[Field], widths: Sequence[float], printer: Printer
) -> tuple[Row, ...]:
    """Return the rows with the room that writing takes, on a blank form."""
    if not printer.context.blank:
        return rows
    rooms = {named: row_room(columns, widths, named=named) for named in (True, False)}
    return tuple(row if row.kind == "total" else replace(row, least=least, most=most)
                 for n, row in enumerate(rows) for least, most in (rooms[n < len(field.rows)],))


def _ways(column: Field, printer: Printer, align: Align | None) -> tuple[str, str, Way, Way]:
    """Return a column's name and label, how its values stand, and how those of them that a person gave."""
    way, by_hand = (printer.way(column, align=align, computed=grey, width=column.width)
                    for grey in (column.computed, False))
    return column.id, column.plain_label, way, by_hand


def _typed_by_hand(field: Field, printer: Printer, rows: Sequence[Stored]) -> set[tuple[int, str]]:
    """Return (row number, column) where a computed column's guard does not hold: a person gave the value."""
    guarded = [c for c in printer.form.program.computations if c.table == field.id and c.guard]
    if not guarded:
        return set()
    scope = Scope(printer.form, printer.own, MemoryLookup(), Identity(period=printer.context.period))
    evaluate = evaluator(scope)
    found = set()
    for number, row in enumerate(rows):
        scope.enter(field.id, row)
        found |= {(number, c.field.id) for c in guarded if c.guard and evaluate(c.guard.tree) is not True}
        scope.leave()
    return found


def _total(columns: Sequence[Field], printer: Printer, totals: Mapping[str, Field], *, numbered: bool) -> Row:
    first = next(n for n, c in enumerate(columns) if c.id in totals)
    natures = {f.nature for f in totals.values()}
    word = with_nature("合　计", natures.pop() if len(natures) == 1 and natures <= set(PLANNED) else "")
    cells = [Cell(text=word, align="centre", columns=first + numbered)] if first + numbered else []
    for column in columns[first:]:
        field = totals.get(column.id)
        cells.append(printer.field(field, align="right") if field else
                     Cell(text=DASH, align="right" if column.is_number else "centre"))
    return Row(tuple(cells), "total")


def _details(
    field: Field, columns: Sequence[Field], rows: Sequence[Stored], printer: Printer, total: float
) -> list[Block]:
    """Return the second block: detail columns beside the row's first column, only rows that say something."""
    details = _detail_columns(field, columns, rows, printer)
    if not details:
        return []
    shown = [columns[0], *details]
    made = [Row((Cell(text=printer.text(columns[0], row)), *cells))
            for row, cells in _detail_rows(field, details, rows, printer)]
    widths = fitted([wanted(c) for c in shown], total)
    table = Table(columns=_columns(shown, widths, numbered=False), head=(_head(shown, numbered=False),),
                  rows=_to_write(tuple(made), field, shown, widths, printer))
    title = Text(text=f"{field.plain_label}（补充栏）", small=True)
    return [title, *_choices(field, details, printer), table]


def _detail_columns(
    field: Field, columns: Sequence[Field], rows: Sequence[Stored], printer: Printer
) -> list[Field]:
    """Return the detail columns that say something; none where the table has no column to stand them beside."""
    if not columns:
        return []
    return [c for c in field.columns if c.detail and (printer.context.blank or any(c.id in row.stored for row in rows))]


def _detail_rows(
    field: Field, details: Sequence[Field], rows: Sequence[Stored], printer: Printer
) -> Iterator[tuple[Stored, list[Cell]]]:
    """Yield the rows that say something in their detail columns, each with those columns' cells."""
    for number, row in enumerate(rows):
        if printer.context.blank or any(c.id in row.stored for c in details):
            path = f"{printer.root}/{field.id}/{row.payload.get('id', number)}"
            yield row, [printer.cell(c, row, f"{path}/{c.id}", width=c.width) for c in details]

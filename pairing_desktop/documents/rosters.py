"""Many records on a roster: a row each; what has no column there follows in a second list."""

from collections.abc import Sequence

from msgspec.structs import replace

from pairing_desktop.documents.blanks import ROW as BLANK_ROW
from pairing_desktop.documents.blanks import choices_said, industries_said
from pairing_desktop.documents.cards import remark_notes
from pairing_desktop.documents.model import Block, Cell, Column, Document, Row, Table, Text
from pairing_desktop.documents.printing import Printer, label_of
from pairing_desktop.documents.sheet import text_millimetres
from pairing_desktop.documents.surrounds import document
from pairing_desktop.documents.views import LayoutContext, RecordView
from pairing_desktop.documents.widths import fitted, wanted
from pairing_desktop.formspec.definition import Field, Form, PrintColumn

NUMBER_WIDTH = 9.0
MOST_COLUMNS = 12
"""Columns of a roster beside the number."""
PORTRAIT = 161.0
SUPPLEMENT = "补充栏"
MOST_WIDTH = 48.0
FEW = 8
"""Records whose supplement stands under them instead of on a page of its own."""
SAMPLE = 200
"""Records looked at for a column's width."""


def roster_documents(form: Form, records: Sequence[RecordView], context: LayoutContext) -> list[Document]:
    """Lay out all records as one roster, and the fields that it has no column for as further ones."""
    columns = form.print.columns or _automatic(form)
    printers = [Printer(form, record, context) for record in records]
    shown = {c.field for c in columns}
    rest = [f for f in form.fields if f.id not in shown and f.type != "table"
            and (any(f.id in p.own.stored for p in printers) or (context.blank and not f.private))]
    name = next((c for c in columns if c.field == form.name), columns[0])
    step = MOST_COLUMNS - 1
    parts = [(name, *(PrintColumn(field=f.id) for f in rest[n:n + step])) for n in range(0, len(rest), step)]
    names = [SUPPLEMENT + (str(n) if len(parts) > 1 else "") for n in range(1, len(parts) + 1)]
    if len(records) <= FEW and not context.blank:
        return [_whole(form, columns, parts, printers, context)]
    documents = [_roster(form, columns, printers, context, sheet="")]
    for part, suffix in zip(parts, names, strict=True):
        documents.append(_roster(form, part, printers, context, sheet=f"{form.title}（{suffix}）"))
    return documents


def _whole(
    form: Form, columns: Sequence[PrintColumn], parts: Sequence[Sequence[PrintColumn]], printers: Sequence[Printer],
    context: LayoutContext,
) -> Document:
    """Return a few records with their supplement under them."""
    landscape = form.print.landscape or any(sum(_wishes(form, c, printers)) > PORTRAIT for c in (columns, *parts))
    blocks: list[Block] = [_table(form, columns, printers, landscape=landscape, every=True)]
    remarks = _remarks(printers)
    for part in parts:
        more = _table(form, part, printers, landscape=landscape, every=False)
        blocks += [Text(text=f"{form.title}（{SUPPLEMENT}）"), more]
    return document(form, context, blocks, count=len(printers), landscape=landscape, remarks=remarks)


def _automatic(form: Form) -> tuple[PrintColumn, ...]:
    """Return the columns of a form that names none: its first fields."""
    fields = [f for f in form.fields if f.type != "table" and not f.private]
    return tuple(PrintColumn(field=f.id) for f in fields[:MOST_COLUMNS])


def _roster(
    form: Form, columns: Sequence[PrintColumn], printers: Sequence[Printer], context: LayoutContext, *, sheet: str
) -> Document:
    landscape = form.print.landscape or sum(_wishes(form, columns, printers)) > PORTRAIT
    every = not sheet or context.blank
    table = _table(form, columns, printers, landscape=landscape, every=every)
    remarks = _choices(form, columns) if context.blank else () if sheet else _remarks(printers)
    count = 0 if context.blank else len(printers)
    made = document(form, context, [table], count=count, landscape=landscape, sheet=sheet, remarks=remarks)
    return replace(made, follows=bool(sheet))


def _wishes(form: Form, columns: Sequence[PrintColumn], printers: Sequence[Printer]) -> list[float]:
    return [c.width or _needed(form.by_id[c.field], printers) for c in columns]


def _table(
    form: Form, columns: Sequence[PrintColumn], printers: Sequence[Printer], *, landscape: bool, every: bool
) -> Table:
    """Return the columns of all records, or of those that have something in them beside the name."""
    fields = [form.by_id[c.field] for c in columns]
    given = any(c.width for c in columns[1:])
    room = text_millimetres(landscape=landscape) - NUMBER_WIDTH
    widths = fitted(_wishes(form, columns, printers), room, spread=not given)
    heads = ("序号", *(c.title or _title(f) for c, f in zip(columns, fields, strict=True)))
    digits = max(2, len(str(len(printers))))
    return Table(
        columns=(Column(width=NUMBER_WIDTH),
                 *(Column(width=w, qualifier="qualifier" in f.marks) for w, f in zip(widths, fields, strict=True))),
        head=(Row(tuple(Cell(text=h, align="centre", strong=True) for h in heads)),),
        rows=tuple(_row(n, digits, fields, widths, p) for n, p in enumerate(printers, 1)
                   if every or any(f.id in p.own.stored for f in fields[1:])),
        look="roster",
    )


def _choices(form: Form, columns: Sequence[PrintColumn]) -> tuple[str, ...]:
    """Return the note of an empty roster that tells what its columns of choices take."""
    fields = [form.by_id[c.field] for c in columns]
    said = choices_said(fields)
    return (*([said] if said else ()), *industries_said(fields))


def _remarks(printers: Sequence[Printer]) -> tuple[str, ...]:
    """Return what the figures laid out so far carry, by row."""
    digits = max(2, len(str(len(printers))))
    return remark_notes([(f"第{n:0{digits}}行{name}", words) for n, p in enumerate(printers, 1)
                         for name, words in p.remarks])


def _needed(field: Field, printers: Sequence[Printer]) -> float:
    """Return the millimetres that a column without a given width needs for most of its texts and its head."""
    if field.type == "date" or printers[0].context.blank:
        return min(MOST_WIDTH, wanted(field))
    texts = [printer.text(field, printer.own) for printer in printers[:SAMPLE]]
    widest = sorted(map(_millimetres, texts))[-max(1, len(texts) // 20)] if texts else 0.0
    head = max(_millimetres(line) for line in _title(field).split("\n"))
    return min(MOST_WIDTH, max(widest, min(head, 16.0), 12.0))


def _millimetres(text: str) -> float:
    return sum(1.55 if character.isascii() else 2.8 for character in text) + 2.6


def _row(number: int, digits: int, fields: Sequence[Field], widths: Sequence[float], printer: Printer) -> Row:
    cells = [Cell(text=f"{number:0{digits}}", align="centre")]
    cells += [
        printer.cell(f, printer.own, f"{printer.root}/{f.id}", width=w)
        for f, w in zip(fields, widths, strict=True)
    ]
    return Row(tuple(cells), least=BLANK_ROW if printer.context.blank else 0.0)


def _title(field: Field) -> str:
    text = label_of(field)
    return f"{text}\n（{field.unit}）" if field.is_number and field.unit and field.unit not in text else text

"""Many records on a roster: a row each; what has no column there follows in a second list."""

from collections.abc import Sequence

from pairing_desktop.documents.blanks import ROW as BLANK_ROW
from pairing_desktop.documents.cards import remark_notes
from pairing_desktop.documents.model import Cell, Column, Document, Row, Table
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
SAMPLE = 200
"""Records looked at for a column's width."""


def roster_documents(form: Form, records: Sequence[RecordView], context: LayoutContext) -> list[Document]:
    """Lay out all records as one roster, and the fields that it has no column for as further ones."""
    columns = form.print.columns or _automatic(form)
    printers = [Printer(form, record, context) for record in records]
    shown = {c.field for c in columns}
    rest = [f for f in form.fields if f.id not in shown and f.type != "table"
            and (any(f.id in p.own.stored for p in printers) or (context.blank and not f.private))]
    documents = [_roster(form, columns, records, printers, context, sheet="")]
    name = next((c for c in columns if c.field == form.name), columns[0])
    step = MOST_COLUMNS - 1
    for number in range(0, len(rest), step):
        part = (name, *(PrintColumn(field=f.id) for f in rest[number:number + step]))
        suffix = SUPPLEMENT + (str(number // step + 1) if len(rest) > step else "")
        documents.append(_roster(form, part, records, printers, context, sheet=f"{form.title}（{suffix}）"))
    return documents


def _automatic(form: Form) -> tuple[PrintColumn, ...]:
    """Return the columns of a form that names none: its first fields."""
    fields = [f for f in form.fields if f.type != "table" and not f.private]
    return tuple(PrintColumn(field=f.id) for f in fields[:MOST_COLUMNS])


def _roster(
    form: Form, columns: Sequence[PrintColumn], records: Sequence[RecordView], printers: Sequence[Printer],
    context: LayoutContext, *, sheet: str,
) -> Document:
    fields = [form.by_id[c.field] for c in columns]
    wishes = [c.width or _needed(f, printers) for c, f in zip(columns, fields, strict=True)]
    landscape = form.print.landscape or sum(wishes) > PORTRAIT
    widths = fitted(wishes, text_millimetres(landscape=landscape) - NUMBER_WIDTH)
    heads = ("序号", *(c.title or _title(f) for c, f in zip(columns, fields, strict=True)))
    digits = max(2, len(str(len(records))))
    table = Table(
        columns=(Column(width=NUMBER_WIDTH),
                 *(Column(width=w, qualifier="qualifier" in f.marks) for w, f in zip(widths, fields, strict=True))),
        head=(Row(tuple(Cell(text=h, align="centre", strong=True) for h in heads)),),
        rows=tuple(_row(n, digits, fields, widths, p) for n, p in enumerate(printers, 1)
                   if not sheet or context.blank or any(f.id in p.own.stored for f in fields[1:])),
        look="roster",
    )
    remarks = () if sheet else remark_notes([(f"第{n:0{digits}}行{name}", words) for n, p in enumerate(printers, 1)
                                             for name, words in p.remarks])
    count = 0 if context.blank else len(records)
    return document(form, context, [table], count=count, landscape=landscape, sheet=sheet, remarks=remarks)


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
        printer.cell(f, printer.own, f"{printer.root}/{f.id}", width=w, name=f.plain_label)
        for f, w in zip(fields, widths, strict=True)
    ]
    return Row(tuple(cells), least=BLANK_ROW if printer.context.blank else 0.0)


def _title(field: Field) -> str:
    text = label_of(field)
    return f"{text}\n（{field.unit}）" if field.is_number and field.unit and field.unit not in text else text

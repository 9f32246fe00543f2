"""A quarterly or yearly sheet: 指标名称 甲, 计量单位 乙, 代码 丙, then this period beside earlier ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from pairing_desktop.documents.blanks import ROW
from pairing_desktop.documents.cards import remark_notes, section_blocks
from pairing_desktop.documents.model import Block, CardRow, CardRows, Cell, Column, Document, Pair, Row, Table
from pairing_desktop.documents.printing import DASH, Printer, label_of
from pairing_desktop.documents.subtables import totals_of
from pairing_desktop.documents.surrounds import document, section_heading, stamp_blocks, subject_in_head
from pairing_desktop.documents.views import LayoutContext, RecordView
from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.scope import Stored

QUARTERLY = (("本季", "本年累计", "上季累计", "上年同期"), (58.0, 18.0, 10.0, 21.0, 21.0, 21.0, 21.0))
YEARLY = (("本年", "上年"), (78.0, 22.0, 14.0, 28.0, 28.0))


def statistical_document(form: Form, record: RecordView, context: LayoutContext) -> Document:
    """Lay out one sheet: figures in the statistical table, words before it or after it."""
    printer = Printer(form, record, context)
    parts = {f.quarter_of: f for f in form.fields if f.quarter_of}
    sums = {f.id for columns in totals_of(form.fields).values() for f in columns.values()}
    figures = [f for f in form.figures if not f.quarter_of and f.id not in sums]
    before = _fields_before(form, figures)
    pairs = [*_subject(form, record),
             *(Pair(label=label_of(f), cell=printer.field(f, card=True)) for f in before)]
    blocks: list[Block] = []
    if pairs:
        least = ROW if context.blank else 0.0
        rows = tuple(CardRow(pairs=tuple(pairs[n:n + 2]), least=least) for n in range(0, len(pairs), 2))
        blocks.append(CardRows(rows=rows))
    blocks.append(_table(form, figures, parts, printer, record))
    blocks += _after(form, {f.id for f in (*figures, *before, *parts.values())}, printer)
    blocks += stamp_blocks(form, record, context, heading=None)
    return document(form, context, blocks, record=record, remarks=remark_notes(printer.remarks))


def _subject(form: Form, record: RecordView) -> list[Pair]:
    """Return whom the sheet is about, where its head line does not say it."""
    named = form.subject and not subject_in_head(form)
    return [Pair(label=form.print.about, cell=Cell(text=record.subject_label))] if named else []


def _fields_before(form: Form, figures: Sequence[Field]) -> list[Field]:
    """Return the short fields that stand before the first figure."""
    first = form.fields.index(figures[0]) if figures else 0
    return [f for f in form.fields[:first] if f.type not in ("table", "long_text", "attachment")]


def _table(
    form: Form, figures: Sequence[Field], parts: Mapping[str, Field], printer: Printer, record: RecordView
) -> Table:
    titles, widths = QUARTERLY if form.kind == "quarterly" else YEARLY
    letters = ("甲", "乙", "丙", *(str(n + 1) for n in range(len(titles))))
    sheet = Sheet(form, printer, record)
    rows: list[Row] = []
    for field in figures:
        if field.group:
            rows.append(Row((Cell(text=field.group, columns=len(widths), strong=True),), "group"))
        values = sheet.quarter(field, parts.get(field.id)) if form.kind == "quarterly" else sheet.year(field)
        rows.append(Row((
            Cell(text=label_of(field), indent=field.indent), Cell(text=field.unit, align="centre"),
            Cell(text=field.code, align="centre"), *values,
        )))
    return Table(
        columns=tuple(Column(width=w) for w in widths),
        head=(_words("指标名称", "计量单位", "代码", *titles), _words(*letters)), rows=tuple(rows), look="statistical",
    )


def _words(*texts: str) -> Row:
    return Row(tuple(Cell(text=t, align="centre", strong=True) for t in texts))


class Sheet:
    """The values of one sheet and of the sheets before it."""

    def __init__(self, form: Form, printer: Printer, record: RecordView) -> None:
        self.printer = printer
        self.root = printer.root
        self.first_quarter = printer.context.period.endswith("Q1")
        self.previous = _stored(form, record.previous)
        self.year_ago = _stored(form, record.year_ago)

    def quarter(self, field: Field, part: Field | None) -> tuple[Cell, ...]:
        """Return 本季, 本年累计, 上季累计, 上年同期 of a figure.

        A year-to-date figure (not carried forward) has its quarter's part beside it; figures at the period's end and
        since the start stand under 本季. In a first quarter nothing of this year came before a year-to-date figure.
        """
        own = self.printer.field(field, align="right", coded=True)
        to_date = field.cumulative and not field.carry
        if to_date:
            first = self.printer.field(part, align="right", coded=True) if part else self._nothing()
            second = own
        else:
            first, second = own, _dash(grey=False)
        earlier = None if to_date and self.first_quarter else self.previous
        return first, second, self._carried(field, earlier, "previous"), self._carried(field, self.year_ago, "year_ago")

    def year(self, field: Field) -> tuple[Cell, ...]:
        """Return 本年 and 上年 of a figure."""
        return self.printer.field(field, align="right", coded=True), self._carried(field, self.previous, "previous")

    def _nothing(self) -> Cell:
        """Return a grey cell that says there is nothing; on a blank form it is left to write in."""
        return Cell(text="", align="right", computed=True) if self.printer.context.blank else _dash(grey=True)

    def _carried(self, field: Field, source: Stored | None, which: str) -> Cell:
        """Return an earlier sheet's figure: carried, so grey; its remarks were that sheet's own."""
        if source is None or source.value(field.id) is None:
            return self._nothing()
        kept = len(self.printer.remarks)
        cell = self.printer.cell(field, source, f"{self.root}/{field.id}@{which}", align="right", computed=True)
        del self.printer.remarks[kept:]
        return cell


def _stored(form: Form, payload: Mapping[str, Any] | None) -> Stored | None:
    return Stored(form.by_id, payload) if payload is not None else None


def _dash(*, grey: bool) -> Cell:
    return Cell(text=DASH, align="right", computed=grey)


def _after(form: Form, printed: set[str], printer: Printer) -> list[Block]:
    """Return what the statistical table left over, section by section, numbered on after its groups."""
    totals = totals_of(form.fields)
    number = sum(bool(f.group) for f in form.figures)
    blocks: list[Block] = []
    for section in form.sections:
        rest = [f for f in section.fields if f.id not in printed]
        title = rest[0].plain_label if len(rest) == 1 else section.title
        body = section_blocks(section, rest, printer, totals, title=title)
        if body:
            number += 1
            blocks += [section_heading(number, title), *body]
    return blocks


"""One record on a card: label and value in pairs, tables of their own, stamp rooms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from pairing_desktop.documents.blanks import ROW, card_room, industries_said
from pairing_desktop.documents.model import Block, CardRow, CardRows, Cell, Document, Pair, Placed, Text
from pairing_desktop.documents.printing import Printer, Way, label_of, with_nature
from pairing_desktop.documents.subtables import table_blocks, table_values, totals_of
from pairing_desktop.documents.surrounds import document, section_heading, stamp_blocks
from pairing_desktop.documents.views import LayoutContext, RecordView
from pairing_desktop.formspec.definition import Field, Form, Section

WIDTH = 170.0
ALONE = 146.0
"""Millimetres of a value that has its row to itself."""
LONG = 50
"""Characters from which a text takes a row of its own."""
TOGETHER = 3
"""Figures of one unit in a row from which they stand in a group."""
IN_GROUP = 5
"""Figures of one unit that stand side by side at most."""


def card_document(form: Form, record: RecordView, context: LayoutContext) -> Document:
    """Lay out one record as a card."""
    printer = Printer(form, record, context)
    totals = totals_of(form.fields)
    blocks: list[Block] = []
    number = 0
    for place, section in enumerate(form.sections):
        body = section_blocks(section, section.fields, printer, totals, title=section.title)
        if not body:
            continue
        if place or any(f.type == "table" for f in section.fields):
            number += 1
            blocks.append(section_heading(number, section.title))
        blocks += body
    blocks += stamp_blocks(form, record, context, heading=section_heading(number + 1, "确认与盖章"))
    return document(form, context, blocks, record=record,
                    remarks=remark_notes(printer.remarks) + (industries_said(form.fields) if context.blank else ()))


def card_values(form: Form, records: Iterable[RecordView], context: LayoutContext) -> Iterator[Placed]:
    """Yield the values that records' cards show, without laying the cards out."""
    totals = totals_of(form.fields)
    for record in records:
        printer = Printer(form, record, context)
        for section in form.sections:
            for is_table, run in _runs(section.fields, printer, totals):
                if is_table:
                    for field in run:
                        yield from table_values(field, printer, totals.get(field.id, {}))
                else:
                    yield from _single_values(run, printer)


def remark_notes(remarks: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the note that lists sources, statuses and notes of figures, those that say the same together."""
    names: dict[str, list[str]] = {}
    for name, words in remarks:
        names.setdefault(words, []).append(name)
    said = [f"{'、'.join(who)}：{words}" for words, who in names.items()]
    return (f"指标备注：{'；'.join(said)}。",) if said else ()


def section_blocks(
    section: Section, fields: Sequence[Field], printer: Printer, totals: dict[str, dict[str, Field]], *, title: str
) -> list[Block]:
    """Return a section's fields in order: runs of single values as card rows, tables as tables.

    ``title`` is what the section's heading says: a table of another name has its own above it.
    """
    blocks: list[Block] = []
    for is_table, run in _runs(fields, printer, totals):
        if is_table:
            for field in run:
                made = table_blocks(field, printer, totals.get(field.id, {}), printer.form.print.pictures, WIDTH)
                blocks += made if field.label == title else [Text(text=field.plain_label), *made]
        else:
            blocks.append(CardRows(rows=_card_rows(run, section, printer)))
    return blocks


def _runs(
    fields: Sequence[Field], printer: Printer, totals: Mapping[str, Mapping[str, Field]]
) -> Iterator[tuple[bool, list[Field]]]:
    """Yield tables, and the single values between them, of the fields that are printed by themselves."""
    summed = {f.id for columns in totals.values() for f in columns.values()}
    shown = [f for f in fields if f.id not in summed and (not f.private or f.id in printer.own.stored)]
    return ((is_table, list(run)) for is_table, run in groupby(shown, key=lambda f: f.type == "table"))


def _by_unit(fields: Sequence[Field]) -> Iterator[tuple[str, list[Field]]]:
    """Yield what stands together: figures of one unit, three or more, with that unit; all others without."""
    for unit, run in groupby(fields, key=lambda f: f.unit if f.is_number else ""):
        members = list(run)
        yield unit if len(members) >= TOGETHER else "", members


def _single_values(fields: Sequence[Field], printer: Printer) -> list[Placed]:
    found: list[Placed] = []
    for unit, members in _by_unit(fields):
        for field in members:
            way = _way(field, printer, grouped=bool(unit))
            found.append((f"{printer.root}/{field.id}", printer.shown(way, printer.own)))
            if not unit:
                found += [(pair.cell.path, pair.cell) for pair in printer.beside(field)]
    return found


def _way(field: Field, printer: Printer, *, grouped: bool) -> Way:
    """Return how a value stands: in a group under its label, where the unit stands beside, else beside its label."""
    return printer.way(field, align="right") if grouped else printer.way(field, card=True)


def _value(field: Field, printer: Printer, *, grouped: bool) -> Cell:
    return printer.at(_way(field, printer, grouped=grouped), printer.own, f"{printer.root}/{field.id}")


def _card_rows(fields: Sequence[Field], section: Section, printer: Printer) -> tuple[CardRow, ...]:
    rows: list[CardRow] = []
    waiting: list[Pair] = []

    def flush() -> None:
        if waiting:
            rows.append(CardRow(pairs=tuple(waiting), least=ROW if printer.context.blank else 0.0))
            waiting.clear()

    for unit, members in _by_unit(fields):
        if unit:
            flush()
            rows += _groups(members, f"{section.title}\n（{unit}）", printer)
            continue
        for field in members:
            pair = Pair(label=label_of(field), cell=_value(field, printer, grouped=False))
            if _takes_a_row(field):
                flush()
                least, most = card_room(field, ALONE) if printer.context.blank else (0.0, 0.0)
                rows.append(CardRow(pairs=(pair,), least=least, most=most))
                continue
            for each in (pair, *printer.beside(field)):
                waiting.append(each)
                if len(waiting) == 2:
                    flush()
    flush()
    return tuple(rows)


def _groups(fields: Sequence[Field], label: str, printer: Printer) -> list[CardRow]:
    """Stand figures of one unit side by side under their labels, in rows of nearly equal length.

    No indent shows there whose part a part is: what is part of a part follows the parts and goes by its own name.
    """
    ordered = sorted(fields, key=lambda f: f.indent > 1)
    count = -(-len(fields) // IN_GROUP)
    size = -(-len(fields) // count)
    return [
        CardRow(label=label, pairs=tuple(
            Pair(label=_head(f), cell=_value(f, printer, grouped=True)) for f in ordered[n:n + size]
        ), least=ROW if printer.context.blank else 0.0)
        for n in range(0, len(fields), size)
    ]


def _head(field: Field) -> str:
    return label_of(field) if field.indent < 2 else with_nature(field.label, field.nature)


def _takes_a_row(field: Field) -> bool:
    return field.type in ("long_text", "attachment") or (field.type == "text" and field.max_length >= LONG)

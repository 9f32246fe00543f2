"""The assessment form on paper: landscape, indicators grouped by their levels, room for both counties and the province.

For forms whose print layout is ``scoring``: a table ``indicators`` with the columns named here, and whatever else.
"""

from collections.abc import Sequence
from itertools import groupby

import msgspec
from msgspec.structs import replace

from pairing_desktop.documents.cards import remark_notes, section_blocks
from pairing_desktop.documents.model import Block, CardRows, Cell, Column, Document, Row, StampRow, Table
from pairing_desktop.documents.printing import DASH, OWED, Printer
from pairing_desktop.documents.subtables import table_blocks
from pairing_desktop.documents.surrounds import document, section_heading, stamp_blocks
from pairing_desktop.documents.views import LayoutContext, RecordView
from pairing_desktop.formspec.definition import Field, Form, Section
from pairing_desktop.formspec.indicators import THREE_YEARS, YEARLY
from pairing_desktop.formspec.scope import Stored

TABLE = "indicators"
TEXT_WIDTH = 267.0
WIDTHS = {"level1": 20.0, "level2": 22.0, "number": 9.0, "indicator": 38.0, "nature": 10.0, "unit": 10.0,
          "weight": 12.0, "target": 24.0, "actual": 26.0, "score": 13.0, "reason": 30.0, "measures": 30.0,
          "evidence": 23.0}
"""Columns in order, millimetres."""
INSTEAD = {"target": "wanted", "actual": "done"}
"""What a 定性 indicator says in the place of a figure."""
HEADS = {"target": "目标值\n（定性要求）", "actual": "完成值\n（完成情况）", "evidence": "佐证材料\n编号",
         "number": "编号"}
CARD = (34.0, 99.5, 34.0, 99.5)
BY_HAND = "定性"
LIST_WIDTHS = {"number": 18.0, "title": 88.0, "indicator": 16.0, "pages": 12.0, "file": 68.0, "record": 55.0}
"""Columns of the list of evidence, beside the row's number."""
HEAD_FIELDS = ("pairing", "object", "term", "indicator_set")


def scoring_document(form: Form, record: RecordView, context: LayoutContext) -> Document:
    """Lay out one assessment; one of three years says so in its title and names the year as its last."""
    form = _named(form, record)
    printer = Printer(form, record, context)
    table = form.by_id[TABLE]
    rows = printer.own.rows(TABLE)
    blocks: list[Block] = [_scores(table, rows, printer), *(_supplement(table, printer) if rows else [])]
    number = 0
    for section in form.sections:
        body = _section(section, printer, rows)
        if body:
            number += 1
            blocks += [section_heading(number, section.title), *body]
    rooms = stamp_blocks(form, record, context, heading=section_heading(number + 1, "双方意见与省厅审核"))
    blocks += [_opinions(block) for block in rooms]
    made = document(form, context, blocks, record=record, landscape=True, remarks=remark_notes(printer.remarks))
    right = _said(printer, HEAD_FIELDS[3:])
    return replace(made, head_left=_said(printer, HEAD_FIELDS[:3]), head_centre=_centre(made, record, context),
                   head_right=right)


def _whole(record: RecordView) -> bool:
    """Tell whether an assessment is of three years."""
    return bool(record.payload.get("values", {}).get("term") == THREE_YEARS)


def _named(form: Form, record: RecordView) -> Form:
    """Return the form with the term in its title."""
    if not _whole(record):
        return form
    return msgspec.structs.replace(form, title=form.title.replace(YEARLY, THREE_YEARS, 1))


def _centre(made: Document, record: RecordView, context: LayoutContext) -> str:
    return f"截至{context.period[:4]}年末" if _whole(record) else made.head_centre


def _said(printer: Printer, names: Sequence[str]) -> str:
    """Return fields as the head line says them."""
    fields = (printer.form.by_id[name] for name in names)
    return "　　".join(f"{field.label}：{printer.text(field, printer.own)}" for field in fields)


def _opinions(block: Block) -> Block:
    """Return stamp rooms with those of the two counties as rooms for their opinions too."""
    if not isinstance(block, StampRow):
        return block
    return replace(block, cells=tuple(
        replace(cell, head=f"{cell.head[:-2]}意见", title="意见及单位盖章：")
        if cell.head.endswith(("确认", "会签")) else cell for cell in block.cells))


def _section(section: Section, printer: Printer, rows: Sequence[Stored]) -> list[Block]:
    """Return what a section holds beside the head line and the scores."""
    if any(f.id == TABLE for f in section.fields):
        return []
    fields = tuple(f for f in section.fields if f.id not in HEAD_FIELDS)
    if not fields:
        return []
    wide = [f for f in fields if f.type != "table"]
    blocks: list[Block] = []
    if wide:
        blocks += [_widened(block) for block in section_blocks(section, tuple(wide), printer, {}, title=section.title)]
    for field in fields:
        if field.type == "table" and (printer.own.rows(field.id) or not rows):
            blocks += table_blocks(_wide(field), printer, {}, (), TEXT_WIDTH)
    return blocks


def _widened(block: Block) -> Block:
    """Return a card's rows as wide as a landscape page."""
    return replace(block, widths=CARD) if isinstance(block, CardRows) else block


def _wide(field: Field) -> Field:
    """Return a table with the columns that a lying page has room for."""
    columns = tuple(
        msgspec.structs.replace(c, width=LIST_WIDTHS[c.id], detail=False) if c.id in LIST_WIDTHS else c
        for c in field.columns)
    return msgspec.structs.replace(field, columns=columns)


def _scores(table: Field, rows: Sequence[Stored], printer: Printer) -> Table:
    """Return the main table: indicators under their levels, and the sums."""
    columns = [table.column_by_id[name] for name in WIDTHS]
    head = Row(tuple(Cell(text=HEADS.get(c.id, c.label), align="centre", strong=True) for c in columns))
    made: list[Row] = []
    at = 0
    for _, first in groupby(rows, key=lambda row: row.value("level1")):
        members = list(first)
        for _, second in groupby(members, key=lambda row: row.value("level2")):
            under = list(second)
            for place, row in enumerate(under):
                level1 = len(members) if row is members[0] else 0
                made.append(_row(table, row, at, printer, (level1, len(under) if place == 0 else 0)))
                at += 1
    if not made:
        made.append(Row((Cell(text="无", align="centre", columns=len(columns)),)))
    return Table(columns=tuple(Column(width=width, qualifier=name in INSTEAD) for name, width in WIDTHS.items()),
                 head=(head,), rows=(*made, *_sums(printer)), look="roster")


def _row(table: Field, row: Stored, number: int, printer: Printer, spans: tuple[int, int]) -> Row:
    path = f"{printer.root}/{TABLE}/{row.payload.get('id', number)}"
    by_hand = row.value("nature") == BY_HAND
    cells: list[Cell | None] = []
    for name, width in WIDTHS.items():
        span = {"level1": spans[0], "level2": spans[1]}.get(name, 1)
        if not span:
            cells.append(None)
            continue
        shown = table.column_by_id[INSTEAD[name] if by_hand and name in INSTEAD else name]
        cell = printer.cell(shown, row, f"{path}/{shown.id}", width=width, computed=_computed(name, row, by_hand),
                            name=f"{row.value('number')}{shown.plain_label}")
        cells.append(msgspec.structs.replace(cell, rows=span))
    return Row(tuple(cells))


def _computed(name: str, row: Stored, by_hand: bool) -> bool:  # noqa: FBT001
    """Tell what the program filled in: scores of figures, and what was drawn from records and left so."""
    if by_hand:
        return False
    drawn = row.value("recorded")
    return name == "score" or (name == "actual" and drawn is not None and row.value("actual") == drawn)


def _sums(printer: Printer) -> list[Row]:
    """Return 合计 under weights and scores."""
    form, names = printer.form, list(WIDTHS)
    totals = {"weight": "weight_total", "score": "score_total"}
    first = names.index("weight")
    cells: list[Cell | None] = [Cell(text="合　计", align="centre", columns=first)]
    for name in names[first:]:
        field = form.by_id.get(totals.get(name, ""))
        cells.append(printer.field(field, align="right") if field else
                     Cell(text=DASH, align="right" if name in INSTEAD else "centre"))
    return [Row(tuple(cells), "total")]


def _supplement(table: Field, printer: Printer) -> list[Block]:
    """Return the columns that the main table has no room for, beside the indicator's number."""
    shown = {*WIDTHS, *INSTEAD.values()}
    rest = tuple(c for c in table.columns if c.id not in shown)
    narrowed = msgspec.structs.replace(table, columns=(table.column_by_id["number"], *rest))
    return table_blocks(narrowed, printer, {}, (), TEXT_WIDTH)[1:]


def blank_document(made: Document) -> Document:
    """Return a form to be filled by hand: nothing stands in its white cells, and nothing frozen bears a code."""
    blocks = tuple(_emptied(block) for block in made.blocks)
    return replace(made, blocks=blocks, code="", code_text="")


def _emptied(block: Block) -> Block:
    if isinstance(block, Table):
        return replace(block, rows=tuple(
            Row(tuple(cell and _empty(cell) for cell in row.cells), row.kind, row.keep) for row in block.rows))
    if isinstance(block, CardRows):
        return replace(block, rows=tuple(
            replace(row, pairs=tuple(replace(pair, cell=_empty(pair.cell)) for pair in row.pairs))
            for row in block.rows))
    return block


def _empty(cell: Cell) -> Cell:
    """Return a cell without the words that stand for a blank."""
    if not cell.path or cell.text not in (DASH, *OWED):
        return cell
    return msgspec.structs.replace(cell, text="", computed=False)


def evidence_document(form: Form, record: RecordView, context: LayoutContext) -> Document:
    """Lay out the numbered list of evidence by itself, for the folder that it lies in."""
    form = _named(form, record)
    printer = Printer(form, record, context)
    blocks = table_blocks(_wide(form.by_id["evidence"]), printer, {}, (), TEXT_WIDTH)
    made = document(form, context, blocks, record=record, landscape=True, sheet="佐证材料目录")
    return replace(made, title="佐证材料目录", annex="", notes=(), foot=(), code="", code_text="",
                   head_left=_said(printer, HEAD_FIELDS[:3]), head_centre=_centre(made, record, context))

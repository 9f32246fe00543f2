"""A document's head, blocks, foot and notes written as rows of a workbook sheet."""

from collections.abc import Sequence
from itertools import zip_longest

from pairing_desktop.documents.cellstyles import Style
from pairing_desktop.documents.furniture import LINE, SMALL
from pairing_desktop.documents.grid import card_shape, table_shape
from pairing_desktop.documents.model import (
    Block,
    CardRow,
    CardRows,
    Cell,
    Column,
    Document,
    Drawing,
    Heading,
    Row,
    SignaturePlaces,
    StampRow,
    Table,
    Text,
)
from pairing_desktop.documents.page_breaks import page_breaks
from pairing_desktop.documents.paging import keep_signatures_with_data
from pairing_desktop.documents.sheet import Sheet
from pairing_desktop.documents.sheetrooms import write_signature_places, write_stamps
from pairing_desktop.documents.strips import MM, Frame, Strip
from pairing_desktop.documents.tables import CARD, LOOKS, PAD, keep_together
from pairing_desktop.documents.worksheet import Put, Rows, thick_sides, value_of

LABEL = Style("label", "centre")
PLAIN = Style("line", framed=False)
ON_PAPER_ONLY = (Drawing,)
"""A drawing's figures stand in a table."""
NOTICE_LEFT = 35.0
"""Millimetres from which the notice's title may stand beside 附件N."""
FULL = 0.98
"""Part of a page's height that is filled: other programs scale a little differently."""


def write_document(document: Document, rows: Rows) -> None:
    """Write one document: head as printed, body, foot and notes."""
    begun = len(rows.bands)
    write_head(document, rows)
    for band in rows.bands[begun:]:
        band.keep = True
    follows = False
    for block, after in zip_longest(document.blocks, document.blocks[1:]):
        if isinstance(block, ON_PAPER_ONLY) or (isinstance(block, Heading) and isinstance(after, ON_PAPER_ONLY)):
            continue
        if follows and not isinstance(block, Heading | Text) and not (isinstance(block, Table) and block.goes_on):
            rows.write([], 3 * MM)
            rows.bands[-1].keep = rows.bands[-1].gap = True
        _block(block, rows)
        if isinstance(block, Text) and isinstance(after, Table | CardRows):
            rows.bands[-1].keep = True
        follows = not isinstance(block, Heading | Text)
    _tail(document, rows)


def head_height(document: Document) -> int:
    """Return the number of rows that ``write_head`` writes."""
    line = any((document.head_left, document.head_centre, document.head_right))
    return (len(document.marks) or 1) + 1 + line


def write_head(document: Document, rows: Rows) -> None:
    """Write annex or marks, title, and the line under it."""
    width = rows.grid.columns
    if document.marks:
        for name, text in document.marks:
            middle = rows.grid.at(rows.grid.total - 52)
            rows.write([Put(min(middle, width - 1), width, f"{name}：{text}", PLAIN)], 4.6 * MM)
    else:
        _annex(document, rows)
    rows.across(document.title, Style("title", "centre", framed=False), 12 * MM)
    words = (document.head_left, document.head_centre, document.head_right)
    if any(words):
        _line(words, rows)
    elif document.subtitle:
        rows.across(document.subtitle, Style("subtitle", "centre", framed=False), 9 * MM)


def _annex(document: Document, rows: Rows) -> None:
    """Write 附件N, and the notice's title at the right where the province loaded one."""
    annex = f"附件{document.annex}" if document.annex else ""
    style, width = Style("annex", framed=False), rows.grid.columns
    if not document.notice:
        rows.across(annex, style, 7 * MM)
        return
    edge = min(rows.grid.at(NOTICE_LEFT), width - 1)
    notice = Put(edge, width, document.notice, Style("note", "right", framed=False), document.notice)
    rows.write([Put(0, edge, annex, style), notice], 7 * MM)


def _line(words: tuple[str, str, str], rows: Rows) -> None:
    """Write left, centre and right texts; too few columns put them into one cell."""
    edges, width = rows.grid.edges, rows.grid.columns
    left, _, right = ((rows.measurer.width(word, LINE) + PAD) / MM for word in words)
    first = next((n for n in range(1, width) if edges[n] >= max(left, rows.grid.total * 0.33)), width)
    second = next((n for n in range(width, 0, -1) if edges[n] <= rows.grid.total - max(right, 20)), 0)
    if not 0 < first < second < width:
        _paragraph("　　".join(w for w in words if w), PLAIN, rows, 6 * MM)
        return
    spans = ((0, first, "left"), (first, second, "centre"), (second, width, "right"))
    puts = [Put(a, b, text, PLAIN._replace(align=align), text)  # type: ignore[arg-type]  # one of Align
            for (a, b, align), text in zip(spans, words, strict=True)]
    rows.write(puts, rows.height(puts, 6 * MM, LINE))


def _block(block: Block, rows: Rows) -> None:
    match block:
        case Heading():
            rows.across(block.text, Style("heading", framed=False), 7 * MM)
            rows.bands[-1].keep = rows.bands[-1].section = True
        case Table():
            _table(block, rows)
        case CardRows():
            _card(block, rows)
        case Text():
            _paragraph(block.text, Style("note" if block.small else "line", framed=False), rows)
        case StampRow():
            write_stamps(block, rows)
        case SignaturePlaces():
            write_signature_places(block, rows)


def _paragraph(text: str, style: Style, rows: Rows, least: float = 4.6 * MM) -> None:
    size = SMALL if style.kind == "note" else LINE
    count = rows.lines(text, 0, rows.grid.columns, size)
    rows.across(text, style, max(least, count * size * 1.45))


def _table(table: Table, rows: Rows) -> None:
    starts = rows.grid.starts(table_shape(table))
    look = LOOKS[table.look]
    least = min(look.row, 6.3 * MM)
    last = len(table.rows) - 1
    open_spans: dict[int, Style] = {}
    begun = len(rows.bands)
    for number, row in enumerate(table.head):
        end = number == len(table.head) - 1
        puts = _row(row, table.columns, starts, open_spans, Edge(top=number == 0, bottom=end, head=True))
        rows.write(puts, rows.height(puts, least, look.size))
    for number, row in enumerate(table.rows):
        top = number == 0 and not table.head
        puts = _row(row, table.columns, starts, open_spans, Edge(top=top, bottom=number == last, head=False))
        rows.write(puts, rows.height(puts, max(least, row.least * MM), look.size))
        rows.bands[-1].keep = row.keep or any(cell and cell.rows > 1 for cell in row.cells)
    _bind(rows.bands[begun:], len(table.head), table.rows)


def _bind(bands: list[Strip], heads: int, rows: tuple[Row, ...]) -> None:
    """Say which rows of a table stay on a page together."""
    frame = Frame(0.0, 0.0)
    for number, band in enumerate(bands):
        band.frame = frame
        band.is_head = number < heads
        band.keep = band.keep or band.is_head
    keep_together(rows, bands[heads:])


class Edge:
    """Which sides of a row lie on an outline, and whether it is a head row."""

    __slots__ = ("bottom", "head", "top")

    def __init__(self, *, top: bool, bottom: bool, head: bool) -> None:
        self.top, self.bottom, self.head = top, bottom, head


def _row(
    row: Row, columns: tuple[Column, ...], starts: tuple[int, ...], open_spans: dict[int, Style], edge: Edge
) -> list[Put]:
    puts: list[Put] = []
    place = 0
    for cell, span, own in with_qualifiers(row.cells, columns, head=edge.head):
        first, end = starts[place], starts[place + span]
        if cell is None:
            puts.append(Put(first, end, None, open_spans.get(place, LABEL), covered=True))
        else:
            style = _style(cell, row, edge, thick_sides(first, end, starts[-1], top=edge.top, bottom=edge.bottom))
            if cell.rows > 1:
                open_spans.update(dict.fromkeys(range(place, place + span), style))
            puts.append(Put(first, end, value_of(cell, own_qualifier=own), style, cell.text, cell.rows, cell.choices,
                            path=cell.path))
        place += span
    return puts


def _style(cell: Cell, row: Row, edge: Edge, thick: str) -> Style:
    if edge.head:
        return LABEL._replace(thick=thick)
    strong = cell.strong or row.kind != "plain"
    return Style("label" if strong else "body", cell.align, cell.number_format or "@", cell.computed, cell.red,
                 cell.indent, bool(cell.path) and not cell.computed, thick=thick)


def with_qualifiers(
    cells: Sequence[Cell | None], columns: tuple[Column, ...], *, head: bool
) -> list[tuple[Cell | None, int, bool]]:
    """Return (cell, workbook columns, whether its 限定词 stands beside it), with the columns of 限定词 put in."""
    if not any(c.qualifier for c in columns):
        return [(cell, cell.columns if cell else 1, False) for cell in cells]
    placed: list[tuple[Cell | None, int, bool]] = []
    at = 0
    for cell in cells:
        span = cell.columns if cell else 1
        extra = sum(c.qualifier for c in columns[at:at + span])
        at += span
        if not extra:
            placed.append((cell, span, False))
        elif cell is None:
            placed += [(None, 1, False), (None, 1, False)]
        elif span > 1:
            placed.append((cell, span + extra, False))
        else:
            word = "限定词" if head else cell.qualifier or ("" if cell.value is None else "—")
            beside = Cell(text=word, align="centre", computed=cell.computed, rows=cell.rows,
                          path=f"{cell.path}#qualifier" if cell.path else "")
            placed += [(cell, 1, True), (beside, 1, False)]
    return placed


def _card(card: CardRows, rows: Rows) -> None:
    last = len(card.rows) - 1
    begun = len(rows.bands)
    for number, row in enumerate(card.rows):
        starts = rows.grid.starts(card_shape(card, row, rows.grid.total))
        edge = Edge(top=number == 0, bottom=number == last, head=False)
        (_group if row.label else _pairs)(row, starts, edge, rows)
    bands = rows.bands[begun:]
    _bind(bands, 0, tuple(Row(()) for _ in bands))


def _pairs(row: CardRow, starts: tuple[int, ...], edge: Edge, rows: Rows) -> None:
    puts = []
    for number, pair in enumerate(row.pairs):
        a, b, c = starts[2 * number:2 * number + 3]
        sides = [thick_sides(x, y, starts[-1], top=edge.top, bottom=edge.bottom) for x, y in ((a, b), (b, c))]
        puts += [Put(a, b, pair.label, LABEL._replace(thick=sides[0]), pair.label),
                 _value_put(b, c, pair.cell, sides[1])]
    rows.write(puts, rows.height(puts, max(CARD.row, row.least * MM), CARD.size))


def _value_put(first: int, end: int, cell: Cell, thick: str) -> Put:
    style = _style(cell, PLAIN_ROW, NO_EDGE, thick)
    return Put(first, end, value_of(cell, own_qualifier=False), style, cell.text, choices=cell.choices,
               path=cell.path)


PLAIN_ROW = Row(())
NO_EDGE = Edge(top=False, bottom=False, head=False)


def _group(row: CardRow, starts: tuple[int, ...], edge: Edge, rows: Rows) -> None:
    heads = [Put(0, starts[1], row.label, LABEL._replace(thick="l"), row.label, 2)]
    values = [Put(0, starts[1], None, LABEL._replace(thick="l"), covered=True)]
    for number, pair in enumerate(row.pairs, 1):
        a, b = starts[number:number + 2]
        upper = thick_sides(a, b, starts[-1], top=edge.top, bottom=False)
        lower = thick_sides(a, b, starts[-1], top=False, bottom=edge.bottom)
        heads.append(Put(a, b, pair.label, LABEL._replace(thick=upper), pair.label))
        values.append(_value_put(a, b, pair.cell, lower))
    for puts, least in ((heads, 0.0), (values, row.least * MM)):
        rows.write(puts, rows.height(puts, max(CARD.row, least), CARD.size))
    rows.bands[-2].keep = True


def _tail(document: Document, rows: Rows) -> None:
    """Write foot, notes and code; on the page of the last block."""
    begun = len(rows.bands) - 1
    if document.foot and not any(isinstance(block, StampRow) for block in document.blocks):
        rows.write([], 2 * MM)
        for words in _foot_lines(document.foot, rows):
            rows.across(_spread(words, rows), PLAIN, 6 * MM)
    for number, note in enumerate(document.notes, 1):
        label = f"{document.notes_label}：" if number == 1 else "　　　"
        mark = f"{number}. " if len(document.notes) > 1 else ""
        _paragraph(f"{label}{mark}{note}", Style("note", framed=False), rows)
    if document.code:
        rows.across(f"表码 {document.code}　内容未变，表码不变", Style("note", "right", framed=False), 5 * MM)
    for band in rows.bands[begun:-1]:
        band.keep = True


def page_ends(bands: list[Strip], sheet: Sheet, repeated: float) -> list[int]:
    """Return after how many of a document's rows a page ends; ``repeated`` is the height of a repeated head."""
    keep_signatures_with_data(bands)
    room = sheet.text_height * FULL
    return page_breaks(bands, lambda start: room - (repeated if start else 0.0))[:-1]


def cut_head(bands: list[Strip], ends: list[int]) -> list[int]:
    """Return the head rows of the table inside which every page after its own begins; none where there is no such.

    A sheet repeats one range of rows, and on every later page.
    """
    cut = next((bands[end].frame for end in ends if bands[end].frame is bands[end - 1].frame), None)
    head = [n for n, band in enumerate(bands) if cut is not None and band.frame is cut and band.is_head]
    return head if head and all(bands[end].frame is cut for end in ends if end > head[0]) else []


def _foot_lines(words: tuple[str, ...], rows: Rows) -> tuple[tuple[str, ...], ...]:
    """Return the foot's words on one line, or on two where names make it too long."""
    wide = sum(rows.measurer.width(word, LINE) for word in words) + (len(words) - 1) * LINE
    half = -(-len(words) // 2)
    return (words,) if wide <= rows.grid.total * MM * 0.94 else (words[:half], words[half:])


def _spread(words: tuple[str, ...], rows: Rows) -> str:
    """Part the words by as many full-width spaces as one line holds."""
    room = rows.grid.total * MM * 0.94 - sum(rows.measurer.width(word, LINE) for word in words)
    return ("　" * max(1, int(room / LINE / max(1, len(words) - 1)))).join(words)

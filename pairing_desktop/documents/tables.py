"""Tables and cards measured into strips."""

from itertools import accumulate, pairwise

from msgspec import Struct

from pairing_desktop.documents.faces import FaceName
from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import CardRow, CardRows, Cell, Drawing, Row, Table
from pairing_desktop.documents.strips import LEADING, MM, Box, Frame, Segment, Strip

PAD = 1.3 * MM
PAD_ABOVE = 0.9 * MM
TALLEST = 90 * MM
"""A row taller than this is cut into strips, so that a long text can run over a page."""


class Look(Struct, frozen=True):
    """Body size, least height of a row, white at a cell's sides."""

    size: float
    row: float
    pad: float


LOOKS = {
    "statistical": Look(9.0, 8.3 * MM, 1.4 * MM),
    "card": Look(8.5, 6.3 * MM, PAD),
    "roster": Look(7.8, 6.2 * MM, 1.1 * MM),
}
CARD = Look(9.0, 6.5 * MM, PAD)


def table_strips(table: Table, measurer: Measurer, *, left: float, width: float, open_sides: bool) -> list[Strip]:
    """Measure a table that fills the text width. Raises ValueError if its columns do not add up to it."""
    own = width - (table.side.width * MM if table.side else 0)
    if abs(sum(c.width for c in table.columns) * MM - own) > 0.01:
        raise ValueError(f"columns of {sum(c.width for c in table.columns)} mm, room for {own / MM:.1f} mm")
    grid = Grid(table, measurer, left, Frame(left, width, open_sides))
    head = grid.strips(table.head, head=True)
    body = grid.strips(table.rows, head=False)
    keep_together(table.rows, body)
    if table.side:
        _put_beside(table.side, head, body, left + own)
    if table.below:
        body[-1].keep = True
        body.append(_drawn(table.below, grid.frame, left, width))
    for strip in head:
        strip.keep = strip.is_head = True
    grid.frame.head = tuple(head)
    return head + body


class Grid:
    """The columns of one table, and how its rows become strips."""

    def __init__(self, table: Table, measurer: Measurer, left: float, frame: Frame) -> None:
        self.look = LOOKS[table.look]
        self.measurer = measurer
        self.frame = frame
        self.xs = [left]
        for column in table.columns:
            self.xs.append(self.xs[-1] + column.width * MM)

    def strips(self, rows: tuple[Row, ...], *, head: bool) -> list[Strip]:
        """Measure rows, spans included; a group of spanned rows is kept together."""
        made: list[Strip] = []
        starts: list[int] = []
        spans: list[tuple[int, int, Box]] = []
        open_until: dict[int, int] = {}
        for number, row in enumerate(rows):
            boxes, edges, height = self._row(row, number, open_until, spans, head=head)
            for first, last, box in spans:
                if last == number:
                    above = sum(s.height for s in made[starts[first]:])
                    height = max(height, _height(box, self.look) - above)
            covered = {column for column, last in open_until.items() if last > number}
            strip = Strip(height, boxes, row.keep or bool(covered), row.kind == "group", frame=self.frame, edges=edges,
                          rules=self._rule(covered))
            strip.grow = max(0.0, row.most * MM - height)
            starts.append(len(made))
            made += [strip] if height <= TALLEST or covered or spans else _cut(strip, self.look)
        for first, last, box in spans:
            box.height = sum(s.height for s in made[starts[first]:starts[last] + 1])
        return made

    def _row(
        self, row: Row, number: int, open_until: dict[int, int], spans: list[tuple[int, int, Box]], *, head: bool
    ) -> tuple[tuple[Box, ...], tuple[float, ...], float]:
        xs, look = self.xs, self.look
        boxes: list[Box] = []
        edges: list[float] = []
        height = max(look.row, row.least * MM)
        column = 0
        for cell in row.cells:
            if cell is None:
                column += 1
            else:
                end = column + cell.columns
                box = self._box(cell, xs[column], xs[end] - xs[column], head=head, strong=row.kind != "plain")
                boxes.append(box)
                if cell.rows > 1:
                    spans.append((number, number + cell.rows - 1, box))
                    open_until.update(dict.fromkeys(range(column, end), number + cell.rows - 1))
                elif len(box.lines) > 1:
                    height = max(height, _height(box, look))
                column = end
            edges.append(xs[column])
        return tuple(boxes), tuple(edges[:-1]), height

    def _box(self, cell: Cell, x: float, width: float, *, head: bool, strong: bool) -> Box:
        size = self.look.size
        face: FaceName = "medium" if head or strong or cell.strong else "sans"
        indent = cell.indent * size
        room = width - 2 * self.look.pad - indent
        text = cell.text
        if cell.align != "left" and not head:
            size = self._size(text, room, face)
        lines = self.measurer.lines(text, room, size, face) if text else ()
        return Box(x, width, lines, size, face, "centre" if head else cell.align, cell.computed,
                   "red" if cell.red else "black", pad=self.look.pad, indent=indent, path=cell.path, text=text)

    def _size(self, text: str, room: float, face: FaceName) -> float:
        """Return the size at which a number, a code or a date in given lines need not be broken."""
        size = self.look.size
        if "\n" in text:
            return min(self.measurer.fitting_size(line, room, size, face) for line in text.split("\n"))
        return self.measurer.fitting_size(text, room, size, face) if text.isascii() else size

    def _rule(self, covered: set[int]) -> tuple[Segment, ...]:
        xs = self.xs
        if not covered:
            return ((xs[0], xs[-1]),)
        open_columns = [n for n in range(len(xs) - 1) if n not in covered]
        return tuple((xs[n], xs[n + 1]) for n in open_columns)


def _height(box: Box, look: Look) -> float:
    return max(look.row, len(box.lines) * box.size * box.leading + 2 * PAD_ABOVE)


def _cut(strip: Strip, look: Look) -> list[Strip]:
    """Cut a row too tall for a page into strips of a few lines, without rules between them."""
    step = int((TALLEST / 3) / (look.size * LEADING))
    count = max(len(box.lines) for box in strip.boxes)
    pieces = []
    for first in range(0, count, step):
        boxes = tuple(_slice(box, first, step) for box in strip.boxes)
        height = max(max(len(b.lines) for b in boxes) * look.size * LEADING, look.row) + PAD_ABOVE
        pieces.append(Strip(height, boxes, frame=strip.frame, edges=strip.edges))
    pieces[-1].rules, pieces[-1].keep = strip.rules, strip.keep
    return pieces


def _slice(box: Box, first: int, count: int) -> Box:
    lines = box.lines[first:first + count]
    return Box(box.x, box.width, lines, box.size, box.face, box.align, box.fill, box.ink, pad=box.pad,
               indent=box.indent, at_top=True, path=box.path, text="".join(lines))


def keep_together(rows: tuple[Row, ...], body: list[Strip]) -> None:
    """Two rows before a break, four after it; a heading with its rows; a total with three rows before it."""
    if len(rows) == len(body):
        for row, strip in zip(rows, body, strict=True):
            strip.keep = strip.keep or row.kind == "group"
    first = body[:1] if len(body) > 1 else []  # a single row is not tied to what follows the table
    for strip in (*first, *body[-4:-1]):
        strip.keep = True
    if len(body) <= 5:
        for strip in body[:-1]:
            strip.keep = True


def _put_beside(side: Drawing, head: list[Strip], body: list[Strip], x: float) -> None:
    """Hang a picture in a column right of the rows, its title in the head; the rows stay together."""
    width = side.width * MM
    for strip in (*head, *body):
        strip.edges = (*strip.edges, x)
        strip.keep = True
    body[-1].keep = False
    height = sum(strip.height for strip in body)
    body[0].drawing = (side, x, width, height)
    if head:
        title = Box(x, width, (side.title,), LOOKS["card"].size, "medium", "centre",
                    height=sum(s.height for s in head), pad=PAD, text=side.title)
        head[0].boxes = (*head[0].boxes, title)
        head[-1].rules = (*head[-1].rules, (x, x + width))


def _drawn(drawing: Drawing, frame: Frame, left: float, width: float) -> Strip:
    height = drawing.height * MM
    return Strip(height, frame=frame, drawing=(drawing, left, width, height))


def drawing_strips(drawing: Drawing, *, left: float, width: float) -> list[Strip]:
    """Measure a picture that stands alone."""
    return [_drawn(drawing, Frame(left, width), left, width)]


def card_strips(card: CardRows, measurer: Measurer, *, left: float, width: float) -> list[Strip]:
    """Measure a card's label | value rows. Raises ValueError if the widths do not add up."""
    if abs(sum(card.widths) * MM - width) > 0.01:
        raise ValueError(f"card of {sum(card.widths)} mm, room for {width / MM:.1f} mm")
    frame = Frame(left, width)
    strips: list[Strip] = []
    for row in card.rows:
        strips += _group(row, card, measurer, frame) if row.label else _pairs(row, card, measurer, frame)
    keep_together(tuple(Row(()) for _ in strips), strips)
    return strips


def _label(text: str, measurer: Measurer, x: float, width: float) -> Box:
    lines = measurer.lines(text, width - 2 * PAD, CARD.size, "medium")
    return Box(x, width, lines, CARD.size, "medium", "centre", pad=PAD, text=text)


def _value(cell: Cell, measurer: Measurer, x: float, width: float) -> Box:
    lines = measurer.lines(cell.text, width - 2 * PAD, CARD.size) if cell.text else ()
    return Box(x, width, lines, CARD.size, "medium" if cell.strong else "sans", cell.align, cell.computed,
               "red" if cell.red else "black", pad=PAD, path=cell.path, text=cell.text)


def _pairs(row: CardRow, card: CardRows, measurer: Measurer, frame: Frame) -> list[Strip]:
    """One or two pairs in the card's four columns; a single value takes the three right ones."""
    a, b, c, d = (w * MM for w in card.widths)
    columns = [(a, b), (c, d)] if len(row.pairs) == 2 else [(a, b + c + d)]
    boxes: list[Box] = []
    x = frame.x
    for pair, (label, value) in zip(row.pairs, columns, strict=True):
        boxes += [_label(pair.label, measurer, x, label), _value(pair.cell, measurer, x + label, value)]
        x += label + value
    height = max(row.least * MM, *(_height(box, CARD) for box in boxes))
    whole = ((frame.x, frame.x + frame.width),)
    strip = Strip(height, tuple(boxes), frame=frame, edges=tuple(b.x for b in boxes[1:]), rules=whole,
                  grow=max(0.0, row.most * MM - height))
    return [strip] if height <= TALLEST else _cut(strip, CARD)


def _group(row: CardRow, card: CardRows, measurer: Measurer, frame: Frame) -> list[Strip]:
    """Stand heads over values, beside a label of two rows."""
    first = card.widths[0] * MM
    xs = list(accumulate(_group_widths(row, frame.width - first, measurer), initial=frame.x + first))
    heads = [_label(p.label, measurer, x, y - x) for p, (x, y) in zip(row.pairs, pairwise(xs), strict=True)]
    values = [_value(p.cell, measurer, x, y - x) for p, (x, y) in zip(row.pairs, pairwise(xs), strict=True)]
    label = _label(row.label, measurer, frame.x, first)
    upper = max(_height(box, CARD) for box in heads)
    lower = max(*(_height(box, CARD) for box in values), _height(label, CARD) - upper, row.least * MM)
    label.height = upper + lower
    edges = tuple(xs[:-1])
    return [
        Strip(upper, (label, *heads), keep=True, frame=frame, edges=edges, rules=((xs[0], xs[-1]),)),
        Strip(lower, tuple(values), frame=frame, edges=edges, rules=((frame.x, frame.x + frame.width),)),
    ]


def _group_widths(row: CardRow, room: float, measurer: Measurer) -> list[float]:
    """Return equal columns, or columns by their heads where only so every head stands on one line."""
    heads = [max(measurer.width(line, CARD.size, "medium") for line in p.label.split("\n")) for p in row.pairs]
    spare = room - sum(heads) - 2 * PAD * len(heads)
    equal = room / len(heads)
    if max(heads) + 2 * PAD <= equal or spare < 0:
        return [equal] * len(heads)
    return [head + 2 * PAD + spare / len(heads) for head in heads]

"""What surrounds the tables: head, headings, stamp rooms, signature places, foot and notes, as strips."""

from collections.abc import Sequence
from itertools import pairwise

from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import Document, Heading, SignaturePlaces, StampCell, StampRow, Text
from pairing_desktop.documents.sheet import Sheet
from pairing_desktop.documents.strips import MM, Box, Frame, Place, Segment, Strip
from pairing_desktop.documents.tables import PAD

SMALL = 7.8
LINE = 9.0
MARKS_INSIDE = 52 * MM
"""A statistical head's marks begin this far inside the right margin."""
BOX_WIDTH, BOX_HEIGHT = 54 * MM, 25.5 * MM
"""A digital signature's room."""
STAMP_TOTAL = 46 * MM
STAMP_LINE = 7 * MM
"""Room for a seal that rides on the date, counting the signature and date rows."""


def head_strips(document: Document, sheet: Sheet, measurer: Measurer) -> list[Strip]:
    """Return the first page's head: annex or marks, title, and the line under it."""
    if document.marks:
        strips = [_marks(document, sheet, measurer)]
    elif document.subtitle:
        strips = _cover_title(document, sheet)
    else:
        strips = _worksheet_title(document, sheet)
    line = _head_line(sheet, (document.head_left, document.head_centre, document.head_right), LINE, measurer)
    if any((document.head_left, document.head_centre, document.head_right)):
        strips.append(Strip(5.6 * MM, line, keep=True))
    return strips


def continued_strip(document: Document, sheet: Sheet, measurer: Measurer) -> Strip:
    """Return the head line of a later page: 表名（续）, what and when, 附件N."""
    right = f"附件{document.annex}" if document.annex and not document.marks else document.head_right
    middle = document.continued or document.head_centre
    name = f"{document.sheet or document.title}（续）"
    boxes = _head_line(sheet, (name, middle, right), LINE, measurer, height=3.2 * MM)
    boxes[0].face = "medium"
    return Strip(5.4 * MM, boxes)


def _head_line(
    sheet: Sheet, words: tuple[str, str, str], size: float, measurer: Measurer, *, height: float = 4.4 * MM
) -> tuple[Box, ...]:
    """Stand three texts left, centred and right; a left one that is too long pushes the centre aside."""
    left, centre, right = words
    wide = [measurer.width(w, size) for w in words]
    room = sheet.text_width
    start = max(0.0, (room - wide[1]) / 2)
    start = min(max(start, wide[0] + 4 * MM), max(0.0, room - wide[2] - wide[1] - 4 * MM))
    x = sheet.left
    return (
        Box(x, room, (left,), size, height=height, text=left),
        Box(x + start, wide[1], (centre,), size, height=height, text=centre),
        Box(x, room, (right,), size, align="right", height=height, text=right),
    )


def _worksheet_title(document: Document, sheet: Sheet) -> list[Strip]:
    x, width = sheet.left, sheet.text_width
    annex = f"附件{document.annex}" if document.annex else ""
    top = (
        Box(x, width, (annex,), 12, "medium", text=annex),
        Box(x, width, (document.notice,), 8, align="right", ink="grey", text=document.notice),
    )
    title = Box(x, width, (document.title,), 17, "serif", "centre", text=document.title)
    return [Strip(5 * MM, top, keep=True), Strip(14 * MM, (title,), keep=True)]


def _cover_title(document: Document, sheet: Sheet) -> list[Strip]:
    x, width = sheet.left, sheet.text_width
    title = Box(x, width, (document.title,), 24, "serif", "centre", spacing=1, text=document.title)
    under = Box(x, width, (document.subtitle,), 14, "serif", "centre", height=9 * MM, text=document.subtitle)
    return [Strip(18 * MM, (title,), keep=True), Strip(13.4 * MM, (under,), keep=True)]


def _marks(document: Document, sheet: Sheet, measurer: Measurer) -> Strip:
    """Stand the five marks of an approved sheet at the upper right, the title level with the middle one."""
    x = sheet.left + sheet.text_width - MARKS_INSIDE
    step = 4.6 * MM
    label = max(measurer.width(f"{name}：", 8.5) for name, _ in document.marks) + 2 * MM
    boxes = [Box(sheet.left, sheet.text_width, (document.title,), 17, "serif", "centre", text=document.title)]
    for number, (name, text) in enumerate(document.marks):
        boxes += [
            Box(x, label, (f"{name}：",), 8.5, top=number * step, height=step, text=f"{name}："),
            Box(x + label, MARKS_INSIDE - label, (text,), 8.5, top=number * step, height=step, text=text),
        ]
    return Strip(len(document.marks) * step + 3 * MM, tuple(boxes), keep=True)


def heading_strip(heading: Heading, sheet: Sheet) -> Strip:
    """Return a section's head, kept with what follows."""
    box = Box(sheet.left, sheet.text_width, (heading.text,), 10, "medium", top=1.2 * MM, height=6.4 * MM,
              text=heading.text)
    return Strip(7.6 * MM, (box,), keep=True, section=True)


def gap_strip(height: float = 3 * MM) -> Strip:
    """Return white between blocks, kept with what follows."""
    return Strip(height, keep=True, gap=True)


def text_strips(text: Text, sheet: Sheet, measurer: Measurer) -> list[Strip]:
    """Return a paragraph, a strip a line, so that it can run over a page."""
    size, leading = (SMALL, 1.5) if text.small else (LINE, 1.6)
    lines = measurer.lines(text.text, sheet.text_width, size)
    strips = [
        Strip(size * leading, (Box(sheet.left, sheet.text_width, (line,), size, text=line),)) for line in lines
    ]
    for strip in (*strips[:1], *strips[-2:-1]):
        strip.keep = True
    strips[0].height += 1 * MM
    strips[0].boxes[0].top = 1 * MM
    strips[0].boxes[0].height = size * leading
    return strips


def stamp_strips(row: StampRow, sheet: Sheet, measurer: Measurer) -> list[Strip]:
    """Return stamp rooms side by side: titles, the room itself, signature and date rows, all on one page."""
    frame = Frame(sheet.left, sheet.text_width)
    step = sheet.text_width / len(row.cells)
    xs = [sheet.left + n * step for n in range(len(row.cells) + 1)]
    rule = ((xs[0], xs[-1]),)
    edges = tuple(xs[1:-1])
    spans = list(zip(row.cells, pairwise(xs), strict=True))
    strips: list[Strip] = []
    if any(cell.head for cell in row.cells):
        heads = tuple(Box(x, y - x, (c.head,), LINE, "medium", "centre", text=c.head) for c, (x, y) in spans)
        strips.append(Strip(8.3 * MM, heads, keep=True, frame=frame, edges=edges, rules=rule))
    lines = room_lines(row.cells, [step] * len(row.cells), measurer)
    count = max(map(len, lines))
    lines = [((),) * (count - len(own)) + own for own in lines]
    room = max(30 * MM, STAMP_TOTAL - count * STAMP_LINE)
    boxes = tuple(box for cell, (x, y) in spans for box in _room(cell, x, y - x, measurer))
    strips.append(Strip(room, boxes, keep=True, frame=frame, edges=edges, rules=_under(lines, 0, xs)))
    for number in range(count):
        boxes = tuple(b for own, x in zip(lines, xs[:-1], strict=True) for b in _labels(own[number], x, step, measurer))
        strips.append(Strip(STAMP_LINE, boxes, keep=True, frame=frame, edges=edges,
                            rules=_under(lines, number + 1, xs)))
    strips[-1].keep = False
    return strips


def room_lines(
    cells: Sequence[StampCell], widths: Sequence[float], measurer: Measurer
) -> list[tuple[tuple[str, ...], ...]]:
    """Return each room's signature rows, labels that don't fit side by side one under the other.

    Rooms side by side keep their rows level (counted from the foot): what one of them parts, all of them part.
    """
    parted = {place for cell, width in zip(cells, widths, strict=True)
              for place, labels in enumerate(reversed(cell.lines)) if not _side_by_side(labels, width, measurer)}
    return [tuple(part for place, labels in zip(reversed(range(len(cell.lines))), cell.lines, strict=True)
                  for part in ([(text,) for text in labels] if place in parted else [labels])) for cell in cells]


def _side_by_side(labels: tuple[str, ...], width: float, measurer: Measurer) -> bool:
    return sum(measurer.width(text, LINE) + 2 * MM for text in labels) + PAD <= width


def _under(lines: list[tuple[tuple[str, ...], ...]], number: int, xs: list[float]) -> tuple[Segment, ...]:
    """Return the rule above row ``number``: not where a room has no such row and reaches further down."""
    if number == len(lines[0]):
        return ((xs[0], xs[-1]),)
    return tuple(span for own, span in zip(lines, pairwise(xs), strict=True) if own[number])


def _room(cell: StampCell, x: float, width: float, measurer: Measurer) -> list[Box]:
    """Write （盖章） and the name top left and nothing else: the seal needs the rest."""
    words = [cell.title, *([cell.name] if cell.name else []), *(["　".join(f"□{o}" for o in cell.options)]
                                                                  if cell.options else [])]
    boxes = []
    top = 0.9 * MM
    for text in words:
        lines = measurer.lines(text, width - 2 * PAD, LINE)
        height = len(lines) * 5 * MM
        boxes.append(Box(x, width, lines, LINE, top=top, height=height, pad=PAD, leading=5 * MM / LINE, text=text))
        top += height
    return boxes


def _labels(labels: tuple[str, ...], x: float, width: float, measurer: Measurer) -> list[Box]:
    """Stand labels in equal columns, a long one pushing the next aside."""
    boxes: list[Box] = []
    at = x
    for number, text in enumerate(labels):
        at = max(at, x + number * width / len(labels))
        boxes.append(Box(at, x + width - at, (text,), LINE, pad=PAD, text=text))
        at += measurer.width(text, LINE) + 2 * MM
    return boxes


def signature_strips(block: SignaturePlaces, sheet: Sheet) -> list[Strip]:
    """Return rooms for digital signatures, three to a row."""
    room = (sheet.text_width - 3 * BOX_WIDTH) / 2
    rows = [block.places[n:n + 3] for n in range(0, len(block.places), 3)]
    strips = []
    for row in rows:
        places = tuple(
            Place(p.role, p.label, sheet.left + n * (BOX_WIDTH + room), BOX_WIDTH) for n, p in enumerate(row)
        )
        boxes = tuple(
            Box(p.x, p.width, (f"{p.label}签名处",), 8.5, align="centre", ink="grey", height=BOX_HEIGHT,
                text=f"{p.label}签名处") for p in places
        )
        strips.append(Strip(BOX_HEIGHT + 2 * MM, boxes, keep=True, places=places))
    strips[-1].keep = False
    return strips


def foot_strips(words: tuple[str, ...], sheet: Sheet, measurer: Measurer) -> list[Strip]:
    """Spread 单位负责人 … 报出日期 over one line, or two where names make it too long."""
    widths = [measurer.width(word, LINE) for word in words]
    half = -(-len(words) // 2)
    long = sum(widths) + (len(words) - 1) * 3 * MM > sheet.text_width
    lines = (words[:half], words[half:]) if long else (words,)
    return [_spread(line, sheet, measurer, first=number == 0) for number, line in enumerate(lines)]


def _spread(words: tuple[str, ...], sheet: Sheet, measurer: Measurer, *, first: bool) -> Strip:
    widths = [measurer.width(word, LINE) for word in words]
    gap = (sheet.text_width - sum(widths)) / max(1, len(words) - 1)
    top = 3.4 * MM if first else 1 * MM
    boxes = []
    x = sheet.left
    for word, width in zip(words, widths, strict=True):
        boxes.append(Box(x, width, (word,), LINE, top=top, height=4.4 * MM, text=word))
        x += width + gap
    return Strip(top + 5.1 * MM, tuple(boxes), keep=True)


def note_strips(document: Document, sheet: Sheet, measurer: Measurer) -> list[Strip]:
    """Return 说明, numbered when there are several, with hanging lines."""
    label = f"{document.notes_label}："
    first = measurer.width(label, SMALL, "medium") + 0.5 * MM
    numbered = len(document.notes) > 1
    hang = first + (4.2 * MM if numbered else 0)
    strips = []
    for number, note in enumerate(document.notes, 1):
        lines = measurer.lines(note, sheet.text_width - hang, SMALL)
        boxes = [Box(sheet.left + hang, sheet.text_width - hang, lines, SMALL, leading=1.5, text=note)]
        if numbered:
            boxes.insert(0, Box(sheet.left + first, hang - first, (f"{number}.",), SMALL, height=SMALL * 1.5,
                                text=f"{number}."))
        if number == 1:
            boxes.insert(0, Box(sheet.left, first, (label,), SMALL, "medium", height=SMALL * 1.5, text=label))
        strips.append(Strip(len(lines) * SMALL * 1.5, tuple(boxes), keep=True))
    return [gap_strip(3.3 * MM), *strips] if strips else []

"""Rooms to sign and to stamp as rows of a workbook sheet: whose, the room itself, who signs and when under it."""

from collections.abc import Sequence
from itertools import pairwise

from pairing_desktop.documents.cellstyles import Style
from pairing_desktop.documents.furniture import LINE, STAMP_LINE, STAMP_TOTAL, room_lines
from pairing_desktop.documents.model import SignaturePlaces, StampCell, StampRow
from pairing_desktop.documents.strips import MM, Frame
from pairing_desktop.documents.worksheet import PADDING, Put, Rows, thick_sides

LABEL = Style("label", "centre")
ROOM = Style("body", at_top=True)
WORDS = Style("body")
SIGNED_IN_PDF = "数字签名在同一报送包的 PDF 里，这里供打印后签字。"
LEAST_ROOM = 24 * MM
SIGNED = StampCell(title="", lines=(("签名：",), ("日期：",)))


def write_stamps(row: StampRow, rows: Rows) -> None:
    """Write stamp rooms side by side, on one page; one below another on a grid too narrow for them."""
    _write(row.cells, rows, STAMP_TOTAL, LEAST_ROOM)


def write_signature_places(block: SignaturePlaces, rows: Rows) -> None:
    """Write places to sign by hand, three to a row: the digital signatures are in the PDF."""
    for n in range(0, len(block.places), 3):
        cells = [StampCell(title="", head=p.label, lines=SIGNED.lines) for p in block.places[n:n + 3]]
        _write(cells, rows, 0.0, 0.0)
    rows.across(SIGNED_IN_PDF, Style("note", framed=False), 4.6 * MM)


def _write(cells: Sequence[StampCell], rows: Rows, total: float, least: float) -> None:
    if rows.grid.columns < len(cells):
        for cell in cells:
            _write([cell], rows, total, least)
        return
    begun = len(rows.bands)
    spans = list(pairwise(rows.grid.starts((1.0,) * len(cells))))
    widths = [(rows.grid.edges[b] - rows.grid.edges[a]) * MM - PADDING for a, b in spans]
    lines = room_lines(cells, widths, rows.measurer)
    count = max(map(len, lines))
    headed = any(cell.head for cell in cells)
    if headed:
        heads = _puts([cell.head for cell in cells], spans, LABEL, rows, top=True)
        rows.write(heads, rows.height(heads, 7 * MM, LINE))
    room = max(least, total - count * STAMP_LINE)
    if room:
        rooms = _puts([_words(cell) for cell in cells], spans, ROOM, rows, top=not headed)
        rows.write(rooms, rows.height(rooms, room, LINE))
    for number in range(count):
        texts = [_line(own[number - count + len(own)], width, rows) if number >= count - len(own) else ""
                 for own, width in zip(lines, widths, strict=True)]
        rows.write(_puts(texts, spans, WORDS, rows, bottom=number == count - 1), STAMP_LINE)
    frame = Frame(0.0, 0.0)
    for band in rows.bands[begun:]:
        band.keep, band.tail, band.frame = True, True, frame
    rows.bands[-1].keep = False


def _puts(
    texts: Sequence[str], spans: Sequence[tuple[int, int]], style: Style, rows: Rows, *, top: bool = False,
    bottom: bool = False,
) -> list[Put]:
    last = rows.grid.columns
    return [Put(a, b, text, style._replace(thick=thick_sides(a, b, last, top=top, bottom=bottom)), text)
            for text, (a, b) in zip(texts, spans, strict=True)]


def _words(cell: StampCell) -> str:
    """Return what stands top left in a room: what is to be stamped, whose it is, answers to tick."""
    options = "　".join(f"□ {option}" for option in cell.options)
    return "\n".join(filter(None, (cell.title, cell.name, options)))


def _line(labels: tuple[str, ...], width: float, rows: Rows) -> str:
    """Return labels in equal columns, parted by full-width spaces; a long one pushes the next aside."""
    text = ""
    for number, label in enumerate(labels):
        missing = number * width / len(labels) - rows.measurer.width(text, LINE)
        text += "　" * max(int(missing / LINE), 1 if number else 0) + label
    return text

"""A document's strips laid on pages."""

from itertools import pairwise

from pairing_desktop.documents.furniture import (
    continued_strip,
    foot_strips,
    gap_strip,
    head_strips,
    heading_strip,
    note_strips,
    signature_strips,
    stamp_strips,
    text_strips,
)
from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import (
    Block,
    CardRows,
    Document,
    Drawing,
    Heading,
    SignaturePlaces,
    StampRow,
    Table,
    Text,
)
from pairing_desktop.documents.page_breaks import page_breaks
from pairing_desktop.documents.sheet import Sheet
from pairing_desktop.documents.strips import Strip
from pairing_desktop.documents.tables import card_strips, drawing_strips, table_strips


def pages_of(document: Document, sheet: Sheet, measurer: Measurer) -> list[list[Strip]]:
    """Return the strips of each page, in order, repeated heads included; each page is at most the text height."""
    strips = _strips(document, sheet, measurer)
    keep_signatures_with_data(strips)
    continued = continued_strip(document, sheet, measurer)

    def begun(at: int) -> int:
        return next((n for n in range(at, len(strips)) if not strips[n].gap), len(strips)) if at else 0

    def top(at: int) -> list[Strip]:
        return [continued, *_repeated_head(strips, begun(at))] if at else []

    def room(at: int) -> float:
        return sheet.text_height - sum(s.height for s in top(at)) + sum(s.height for s in strips[at:begun(at)])

    ends = page_breaks(strips, room)
    pages = [top(start) + strips[begun(start):end] for start, end in pairwise((0, *ends))]
    for page in pages:
        _give_room(page, sheet.text_height)
    return pages


def _give_room(page: list[Strip], height: float) -> None:
    """Share what a page has left among the rows that somebody writes in, each up to what it may take."""
    wanted = sum(strip.grow for strip in page)
    if not wanted:
        return
    share = min(1.0, max(0.0, height - sum(strip.height for strip in page)) / wanted)
    for strip in page:
        strip.height += share * strip.grow


def _strips(document: Document, sheet: Sheet, measurer: Measurer) -> list[Strip]:
    strips = head_strips(document, sheet, measurer)
    follows_data = False
    for block in document.blocks:
        own = [gap_strip()] if follows_data and not isinstance(block, Heading | Text) else []
        own += _block(block, document, sheet, measurer)
        own[0].opens = True
        strips += own
        follows_data = not isinstance(block, Heading | Text)
    _after_data(strips)
    if document.foot and not any(isinstance(block, StampRow) for block in document.blocks):
        strips += foot_strips(document.foot, sheet, measurer)
    strips += note_strips(document, sheet, measurer)
    return strips


def _block(block: Block, document: Document, sheet: Sheet, measurer: Measurer) -> list[Strip]:
    left, width = sheet.left, sheet.text_width
    match block:
        case Heading():
            strips = [heading_strip(block, sheet)]
        case Table():
            strips = table_strips(block, measurer, left=left, width=width, open_sides=bool(document.marks))
        case CardRows():
            strips = card_strips(block, measurer, left=left, width=width)
        case Drawing():
            strips = drawing_strips(block, left=left, width=width)
        case Text():
            strips = text_strips(block, sheet, measurer)
        case StampRow():
            strips = _tail(stamp_strips(block, sheet, measurer))
        case SignaturePlaces():
            strips = _tail(signature_strips(block, sheet))
    return strips


def _tail(strips: list[Strip]) -> list[Strip]:
    for strip in strips:
        strip.tail = True
    return strips


def _after_data(strips: list[Strip]) -> None:
    """Foot and notes follow the last block on the same page."""
    if strips:
        strips[-1].keep = True


def keep_signatures_with_data(strips: list[Strip]) -> None:
    """Tie stamps, signature places, foot and notes to the three strips of data before them."""
    first = next((n for n, s in enumerate(strips) if s.tail), None)
    if first is None:
        return
    data = 0
    for strip in reversed(strips[:first]):
        strip.keep = True
        data += strip.frame is not None
        if data == 4:
            break


def _repeated_head(strips: list[Strip], start: int) -> tuple[Strip, ...]:
    """Return the head rows of the table that ``start`` stands inside."""
    frame = strips[start].frame
    inside = frame is not None and start > 0 and strips[start - 1].frame is frame
    return frame.head if frame is not None and inside else ()

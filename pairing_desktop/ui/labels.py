"""Words of forms as the screen shows them."""


from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from pairing_desktop.formspec.definition import Field

KINDS = ("股份有限公司", "有限责任公司", "有限公司")
"""What nearly all firms' names end in: the first to go where there is no room."""

JOINED = "\N{WORD JOINER}"
"""Keeps what stands around it in one line."""


def fitted(name: str, metrics: QFontMetrics, width: int) -> str:
    """Return a name as it fits: without its kind of firm, then cut in the middle, so that two firms differ.

    A firm's name begins with a place that many share, so that most of what is left comes from the end.
    """
    if metrics.horizontalAdvance(name) <= width:
        return name
    kind = next((k for k in KINDS if name.endswith(k)), "")
    if not kind:
        return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width)
    stem = name.removesuffix(kind)
    shorter = (f"{stem}…", stem, *(f"{stem[:2]}…{stem[cut:]}" for cut in range(3, len(stem))))
    return next((text for text in shorter if metrics.horizontalAdvance(text) <= width),
                metrics.elidedText(stem, Qt.TextElideMode.ElideMiddle, width))


def fitted_place(metrics: QFontMetrics, place: str, room: int) -> str:
    """Return record and field cut to a room, at the cost of the record's name: by the field one tells rows apart."""
    record, between, field = place.partition(" · ")
    left = room - metrics.horizontalAdvance(between + field)
    if left >= metrics.horizontalAdvance("某某…"):
        return metrics.elidedText(record, Qt.TextElideMode.ElideRight, left) + between + field
    return metrics.elidedText(place, Qt.TextElideMode.ElideLeft, room)


def plain(label: str) -> str:
    """Return a label without the line breaks meant for paper."""
    return label.replace("\n", "")


def spoken(words: str) -> str:
    """Return words without the signs that only keep them in one line, as a screen reader is told them."""
    return words.replace(JOINED, "").replace("\N{NO-BREAK SPACE}", " ")


def asking(field: Field) -> str:
    """Return a field's label, with a star where it must be filled; no sign stands alone in a second line."""
    label = plain(field.label)
    star = "\N{NO-BREAK SPACE}*" if field.required and not field.compute and field.type != "table" else ""
    return f"{label[:-2]}{JOINED.join(label[-2:])}{star}"

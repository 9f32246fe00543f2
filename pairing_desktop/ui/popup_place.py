"""Where a card or a calendar opens: under what it belongs to, above it where the screen ends, and never off it."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

GAP = 4


def show_at(popup: QWidget, anchor: QWidget, *, top: QPoint | None = None, bottom: QPoint | None = None) -> None:
    """Show a popup at an anchor, or at a part of it between these left corners, with the anchor whole."""
    popup.adjustSize()
    upper = anchor.mapToGlobal(top or QPoint(0, 0))
    lower = anchor.mapToGlobal(bottom or QPoint(0, anchor.height()))
    room, size = anchor.screen().availableGeometry(), popup.size()
    above, below = upper.y() - GAP - size.height(), lower.y() + GAP
    more_below = room.bottom() - lower.y() >= upper.y() - room.top()
    fits = below + size.height() <= room.bottom() + 1 if above >= room.top() else more_below
    y = below if fits else above
    popup.move(max(room.left(), min(lower.x(), room.right() + 1 - size.width())),
               max(room.top(), min(y, room.bottom() + 1 - size.height())))
    popup.show()

"""The scrolling page of a form: what of it is painted anew when its parts move."""

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QScrollArea, QWidget


class Page(QScrollArea):
    """The scrolling page of a form."""

    _scrolled = False
    """Whether what came into sight by scrolling may wait to be painted."""

    def scrollContentsBy(self, across: int, down: int) -> None:
        """Paint what waits before scrolling: Qt moves a picture only where nothing of it waits, else it draws all."""
        self._paint_now()
        super().scrollContentsBy(across, down)
        self._scrolled = True

    def settle(self) -> None:
        """Paint what came into sight by scrolling, before any part of it is moved and takes along what is not there."""
        if self._scrolled:
            self._paint_now()

    def _paint_now(self) -> None:
        """Paint all that waits: Qt does where any of it must not wait."""
        self.viewport().repaint(0, 0, 1, 1)
        self._scrolled = False

    def paint_edges(self, moves: Sequence[int]) -> None:
        """Paint anew what came into sight at the edges when parts moved this many pixels down (or up, below 0).

        A part that moves within one that moved takes along what is not painted yet: Qt knows of it too late.
        """
        port, up, down = self.viewport(), -min(moves), max(moves)
        if up > 0:
            _paint_all(port, QRect(0, port.height() - up, port.width(), up))
        if down > 0:
            _paint_all(port, QRect(0, 0, port.width(), down))

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: FBT001  # Qt's signature
        """Go on; the form brings the field into sight once the key is answered, a scroll area would do it before."""
        return QWidget.focusNextPrevChild(self, forward)


def _paint_all(widget: QWidget, area: QRect) -> None:
    """Have a part of a widget painted, and whatever lies in it: alone it would leave out what covers it."""
    QWidget.update(widget, area)  # a table has another one of its own
    for child in widget.children():
        if isinstance(child, QWidget) and child.isVisible() and child.geometry().intersects(area):
            _paint_all(child, area.translated(-child.pos()))

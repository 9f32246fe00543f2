"""Work of the window in turns: what waits to be painted, and the keys that came meanwhile, go between."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

NEXT = 1
"""Milliseconds to the next turn; at 0 Qt calls within this one, before it paints."""

STILL = 300
"""Milliseconds that a page stands still before it is remembered how far it is scrolled."""


def later(whose: QObject, call: Callable[[], object]) -> None:
    """Call something in the next turn, unless ``whose`` is gone by then."""
    QTimer.singleShot(NEXT, whose, call)

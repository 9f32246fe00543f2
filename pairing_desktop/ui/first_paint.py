"""What waits until a widget was painted once: the first keys go to what is seen."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class FirstPaint(QObject):
    """Belongs to a widget, which tells when it was painted."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._waiting: list[tuple[int, Callable[[], object]]] | None = []

    def then(self, delay: int, call: Callable[[], object]) -> None:
        """Call something so many milliseconds after the first paint; after that, from now on."""
        if self._waiting is None:
            QTimer.singleShot(delay, self, call)
        else:
            self._waiting.append((delay, call))

    def came(self) -> None:
        """Start, once, what waits; the calls come as late as they were asked for."""
        waiting, self._waiting = self._waiting, None
        for delay, call in waiting or ():
            QTimer.singleShot(delay, self, call)

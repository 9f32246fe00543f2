"""A page on files without a data file: what it shows and where one is in it, should the power go."""

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QStackedLayout, QWidget

from pairing_desktop.services.left_open import Left
from pairing_desktop.ui import spots
from pairing_desktop.ui.verdict_page import VerdictPage


class LonePage(QWidget):
    """Its files are opened in the background; a verdict may stand over them."""

    closeRequested = Signal()  # noqa: N815  # Qt's manner

    arrived = Signal()
    """What was worked out in the background is shown."""

    stack: QStackedLayout
    verdict: VerdictPage | None

    def left(self) -> Left:
        """Return what a power cut now would leave."""
        raise NotImplementedError

    def judge(self, file: str) -> None:
        """Show the verdict on a file, once the file is shown."""
        raise NotImplementedError

    def spot(self) -> dict[str, Any]:
        """Return where one is: the verdict that stands over the files, tabs, rows, scrolling, what is half typed."""
        over = self.verdict if self.verdict is not None and self.stack.currentWidget() is self.verdict else None
        focused = self.window().focusWidget()
        return {"verdict": over.verdict.file if over is not None else "", "parts": spots.of(self),
                "lines": {line.accessibleName(): line.text() for line in self._lines()},
                "at": focused.accessibleName() if focused is not None and self.isAncestorOf(focused) else ""}

    def go_on(self, spot: dict[str, Any]) -> None:
        """Go there again, as soon as all of it is there."""
        wanted = [spot["verdict"]] if spot.get("verdict") else []

        def there() -> None:
            if wanted:
                self.judge(wanted.pop())
                return
            self.arrived.disconnect(there)
            if not spot.get("verdict"):
                self.stack.setCurrentIndex(0)
            self._fill(spot)

        self.arrived.connect(there)

    def follow(self, moved: Callable[[], object]) -> None:
        """Be told when one moves or types; parts that are made later are followed at the next call."""
        spots.follow(self, moved)
        for line in self._lines():
            if not line.property(spots.FOLLOWED):
                line.setProperty(spots.FOLLOWED, True)
                line.textChanged.connect(lambda _text: moved())

    def _fill(self, spot: dict[str, Any]) -> None:
        typed = spot.get("lines", {})
        for line in self._lines():
            line.setText(typed.get(line.accessibleName(), line.text()))
        spots.show(self, spot.get("parts", {}))
        at = next((part for part in self.findChildren(QWidget)
                   if spot.get("at") and part.accessibleName() == spot["at"] and part.isVisibleTo(self)), None)
        if at is not None:
            at.setFocus()

    def _lines(self) -> Iterator[QLineEdit]:
        """Return the lines that one types into, but never a secret."""
        for line in self.findChildren(QLineEdit):
            plain = line.echoMode() == QLineEdit.EchoMode.Normal and not line.isReadOnly()
            if plain and line.accessibleName() and line.isVisibleTo(self):
                yield line

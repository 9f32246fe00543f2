"""Where work begins: open, new, sample, recent files; a file may be dropped on it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.settings import Settings


class StartPage(QWidget):
    """The page without a data file. It only says what was chosen; the window acts."""

    openRequested = Signal(str)  # a path, or "" to ask for one  # noqa: N815
    newRequested = Signal()  # noqa: N815
    sampleRequested = Signal()  # noqa: N815

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def refresh(self) -> None:
        """Read the recent files again."""

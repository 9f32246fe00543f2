"""What a record was before, field by field."""

from PySide6.QtWidgets import QWidget

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.signals import Signals


class HistoryPage(QWidget):
    """What a record was before, field by field."""

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._signals = signals

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter (connected to ``signals.quarterChanged``)."""

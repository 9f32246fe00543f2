"""What is left to do this quarter, and the quarter in pictures."""

from PySide6.QtWidgets import QWidget

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.signals import Signals


class OverviewPage(QWidget):
    """What is left to do this quarter, and the quarter in pictures."""

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._signals = signals

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter (connected to ``signals.quarterChanged``)."""

"""A packet opened without a data file: what it holds, who has signed, and signing it with one's own key."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class SignPage(QWidget):
    """What is being signed, whole, before the key is asked for."""

    closeRequested = Signal()  # noqa: N815
    verifyRequested = Signal(str)  # the packet: show its verdict  # noqa: N815

    def __init__(self, packet: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._packet = packet

"""One plain verdict on a packet, each question with its answer and reason, and the signers."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.exchange.packet import Verdict


class VerdictPage(QWidget):
    """The verdict in words; certificates and digests only under 高级."""

    closeRequested = Signal()  # noqa: N815

    def __init__(self, verdict: Verdict, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = verdict

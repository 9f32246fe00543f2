"""Which sheets of a finalised packet want a stamp, told beside the signatures: an unchanged one keeps its stamp."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from pairing_desktop.ui import jobs
from pairing_desktop.ui.cards import say

if TYPE_CHECKING:
    from pairing_desktop.services.standing import QuarterState
    from pairing_desktop.services.workspace import Workspace

UNDER_WAY = ("final", "signing", "signed")


def tell(label: QLabel, ws: "Workspace", state: "QuarterState") -> None:
    """Say it on ``label``, worked out in the background once for each packet."""
    packet = state.packet if state.code in UNDER_WAY else None
    known = state.identity if packet else ""
    if label.property("packet") == known:
        return
    label.setProperty("packet", known)
    say(label, "")
    label.hide()
    if packet is not None:
        jobs.run(label, "核对表码", lambda _progress: _text(ws, packet), lambda text: _show(label, known, text),
                 lambda _error: None, quiet=True)


def _text(ws: "Workspace", packet: Path) -> str:
    from pairing_desktop.services import sheet_codes

    own = ws.fork()
    try:
        return sheet_codes.stamping_text(own, packet)
    finally:
        own.close()


def _show(label: QLabel, known: str, text: str) -> None:
    if label.property("packet") == known:
        say(label, text)
        label.setVisible(bool(text))

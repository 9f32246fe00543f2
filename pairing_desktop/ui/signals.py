"""What the parts of the window tell one another. One object per window, handed to every page by its constructor."""

from PySide6.QtCore import QObject, Signal


class Signals(QObject):
    """Window-level signals. Pages emit and listen here and never know one another."""

    recordChanged = Signal(str, str)  # noqa: N815  # Qt's manner: form id, record key ("" = many)
    """A record's revision changed: form id, record key; an empty key means any number of them."""

    quarterChanged = Signal(str)  # noqa: N815
    """Another quarter was chosen: its code, ``2024Q2``."""

    stateChanged = Signal(str)  # noqa: N815
    """A quarter's state changed (finalised, signed, submitted): its code."""

    goTo = Signal(str, str, str)  # noqa: N815
    """Open a record at a field: form id, record key, path (``kpis/<row id>/after``; may be empty)."""

    quarterFinding = Signal(object)  # noqa: N815
    """Show a ``Finding`` that is about the quarter as a whole where it is answered."""

    showPage = Signal(str)  # noqa: N815
    """Show a page: ``overview``, ``submit``, ``history``, ``settings`` or a form id."""

    findingsChanged = Signal()  # noqa: N815
    """Findings, explanations or waivers changed; counts and marks are to be read again."""

    saved = Signal(object)
    """Something reached the disk: the aware UTC moment."""

    told = Signal(str)
    """One line for the status bar; it fades."""

    openAnew = Signal(str)  # noqa: N815
    """Close the data file and open it again: it works with other forms now. Its path."""

    fileChosen = Signal(str)  # noqa: N815
    """Open this data file or packet in the window: its path."""

"""A combo box with our own chevron (a style sheet could only show one from a file), searched as fields are."""

from PySide6.QtCore import QElapsedTimer, QRect
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QListView, QWidget

from pairing_desktop.formspec.definition import Choice
from pairing_desktop.formspec.fieldtypes.choices import find
from pairing_desktop.ui import icons

PAUSE = 1200
"""Milliseconds without a key after which typing begins anew."""


class Combo(QComboBox):
    """A ``QComboBox`` whose arrow follows the palette; pinyin initials or a part of the words find an item."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)

    def showPopup(self) -> None:
        """Open the list."""
        self._searched().begin()
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Find what is typed, or was copied elsewhere."""
        view = self._searched()
        if event.matches(QKeySequence.StandardKey.Paste):
            view.begin()
            row = view.found(QGuiApplication.clipboard().text().strip())
            if row >= 0:
                self.setCurrentIndex(row)
                self.activated.emit(row)
        else:
            super().keyPressEvent(event)

    def _searched(self) -> "SearchedList":
        """Return the list; it is made when it is first wanted, as most combos never are."""
        view = self.view()
        if not isinstance(view, SearchedList):
            view = SearchedList(self)
            self.setView(view)
        return view

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, then the chevron."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            icons.paint(painter, QRect(self.width() - 24, (self.height() - 16) // 2, 16, 16), "chevron_down")


class SearchedList(QListView):
    """A combo's list: Qt asks it for what is typed, whether it is open or not."""

    def __init__(self, combo: Combo) -> None:
        super().__init__(combo)
        self._typed, self._since = "", QElapsedTimer()

    def begin(self) -> None:
        """Forget what was typed."""
        self._typed = ""

    def keyboardSearch(self, search: str) -> None:
        """Go to what the keys of the last moment find; the same key again goes to the next that begins so."""
        if not self._since.isValid() or self._since.elapsed() > PAUSE:
            self.begin()
        self._since.start()
        self._typed += search
        row = self.found(self._typed)
        if row < 0 and set(self._typed) == {search}:
            row = self.found(search, after=self.currentIndex().row())
        if row >= 0:
            self.setCurrentIndex(self.model().index(row, 0))

    def found(self, text: str, after: int = -1) -> int:
        """Return the first row below ``after`` that the text finds in its best way, else the first of all, or -1."""
        model = self.model()
        labels = [str(model.index(row, 0).data()) for row in range(model.rowCount())]
        known = {Choice(code=label, label=label): row for row, label in reversed(list(enumerate(labels)))}
        hits = sorted(known[one] for one in find(tuple(known), text)) if text else []
        below = [row for row in hits if row > after]
        return (below or hits or [-1])[0]

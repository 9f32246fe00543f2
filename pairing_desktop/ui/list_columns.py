"""Which columns a list shows, in which order and how wide: chosen, moved, remembered for each form."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView, QTableView

from pairing_desktop.formspec.definition import Form
from pairing_desktop.settings import Settings
from pairing_desktop.ui.list_model import LABEL, ListModel, head
from pairing_desktop.ui.theme import face

MARK_WIDTH, ARROW = 36, 24
DEFAULT_COLUMNS, DEFAULT_ROOM = 3, 186
NAME_ENOUGH, NAME = 116, 150
"""The name column has at least the first; where even that is not left it takes the second, and the others scroll."""

CODE_WIDTH = 160  # all 18 signs of a credit code
UNLISTED = ("table", "attachment", "long_text")


class ListColumns(QObject):
    """The columns of one form's list."""

    changed = Signal()
    """Other columns, or another order: the list is to be read anew."""

    def __init__(self, form: Form, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self.form, self._settings = form, settings
        self._header: QHeaderView | None = None
        self._model: ListModel | None = None
        self._fitting = False
        """Whether a width is being set that nobody chose."""

    def _remembered(self, what: str, default: Any) -> Any:  # noqa: ANN401  # JSON
        return self._settings.get(f"list.{self.form.id}.{what}", default)

    def _remember(self, what: str, value: Any) -> None:  # noqa: ANN401  # JSON
        self._settings.set(f"list.{self.form.id}.{what}", value)

    def offered(self) -> list[str]:
        """Return the columns that can be shown, those of the form first."""
        others = (f.id for f in self.form.fields if f.type not in UNLISTED)
        named = self.form.name in self.form.list.columns
        return list(dict.fromkeys((*([] if named else [LABEL]), *self.form.list.columns, *others)))

    def chosen(self) -> list[str]:
        """Return the columns to show: as chosen, else as many of the form's own as a narrow list has room for."""
        offered = self.offered()
        kept = [name for name in self._remembered("columns", []) if name in offered]
        return kept or self.usual()

    def usual(self) -> list[str]:
        """Return the columns before anybody chose."""
        offered = self.offered()
        room, chosen = DEFAULT_ROOM, offered[:1]
        for name in offered[1:DEFAULT_COLUMNS]:
            room -= self._least(name)
            if room < 0:
                break
            chosen.append(name)
        return chosen

    def choose(self, columns: Sequence[str]) -> None:
        """Show these columns in this order, and remember it."""
        if columns and self._model is not None and tuple(columns) != self._model.columns:
            self._remember("columns", list(columns))
            self._model.columns = tuple(columns)
            self.changed.emit()
            self.lay_out()

    def _least(self, name: str) -> int:
        field = self.form.by_id.get(name)
        if field is None:
            return 96
        least = CODE_WIDTH if field.type == "credit_code" else 96 if field.is_number or field.type == "date" else 76
        return max(QFontMetrics(face(12)).horizontalAdvance(head(field)) + 24, least)

    # On screen

    def show_in(self, table: QTableView, model: ListModel) -> None:
        """Look after a table's head: widths, and columns moved by the mouse."""
        self._header, self._model = table.horizontalHeader(), model
        self._header.setSectionsMovable(True)
        self._header.setFirstSectionMovable(False)
        self._header.sectionResized.connect(self._resized)
        self._header.installEventFilter(self)
        self._header.sectionMoved.connect(lambda *_: QTimer.singleShot(0, self, self._moved))
        self.lay_out()

    def lay_out(self) -> None:
        """Give every column its width; the one that names the records takes what is left."""
        header, model = self._header, self._model
        if header is None or model is None:
            return
        kept = self._remembered("widths", {})
        header.blockSignals(True)
        header.resizeSection(0, MARK_WIDTH)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        for place, name in enumerate(model.columns, 1):
            if place == (model.name_section or 1) and name not in kept:
                continue
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
            arrow = ARROW if name in dict(model.sort_by) else 0
            header.resizeSection(place, int(kept.get(name, self._least(name) + arrow)))
        header.blockSignals(False)
        self._fit_name()

    def _fit_name(self) -> None:
        """Give the name's column what the others leave, or room for a name where they leave too little."""
        header, model = self._header, self._model
        if header is None or model is None or not model.columns:
            return
        name = model.name_section or 1
        if model.columns[name - 1] in self._remembered("widths", {}):
            return
        left = header.width() - sum(header.sectionSize(n) for n in range(header.count()) if n != name)
        self._fitting = True
        if left >= NAME_ENOUGH:
            header.setSectionResizeMode(name, QHeaderView.ResizeMode.Stretch)
        else:
            header.setSectionResizeMode(name, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(name, NAME)
        self._fitting = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the width anew when the list gets wider or narrower."""
        if watched is self._header and event.type() == QEvent.Type.Resize:
            self._fit_name()
        return super().eventFilter(watched, event)

    def _resized(self, place: int, _before: int, now: int) -> None:
        header, model = self._header, self._model
        if header is None or model is None or place < 1 or self._fitting:
            return
        if header.sectionResizeMode(place) == QHeaderView.ResizeMode.Interactive:
            self._remember("widths", {**self._remembered("widths", {}), model.columns[place - 1]: now})

    def _moved(self) -> None:
        """Make the order that the mouse gave the columns' own."""
        header, model = self._header, self._model
        if header is None or model is None:
            return
        order = sorted(range(1, header.count()), key=header.visualIndex)
        columns = [model.columns[place - 1] for place in order]
        header.blockSignals(True)
        for place in range(header.count()):
            header.moveSection(header.visualIndex(place), place)
        header.blockSignals(False)
        self.choose(columns)

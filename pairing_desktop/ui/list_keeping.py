"""What a list is narrowed to and ordered by: kept while the file is open, there again after a power cut.

The values are in the data file; that they are this PC's business is remembered here: a copy opens with whole lists.
"""

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, QTimer

from pairing_desktop.errors import Trouble
from pairing_desktop.services import half_said
from pairing_desktop.services.listing import Place
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings

if TYPE_CHECKING:
    from pairing_desktop.ui.record_list import RecordList

RESTS = 700
"""Milliseconds after the first change not kept yet at which it is kept: the box narrows the list at every key."""


class Asked(Struct, frozen=True):
    """What is asked of a list; ``words`` say a column's values to a person, and in fewer where there is no room."""

    find: str = ""
    finding: str = ""
    filters: dict[str, tuple[Place, ...]] = {}  # msgspec makes one for each
    words: dict[str, tuple[str, str]] = {}
    sort: tuple[tuple[str, bool], ...] = ()


class ListKeeping(QObject):
    """Keeps one list; who only reads the file keeps nothing."""

    def __init__(self, shown: "RecordList", settings: Settings) -> None:
        super().__init__(shown)
        self._list, self._settings = shown, settings
        self._half = half_said.of_list(shown.workspace, shown.form.id)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(RESTS)
        self._resting.timeout.connect(self._keep)

    def changed(self) -> None:
        """Take notice that something else is asked."""
        if not self._resting.isActive():
            self._resting.start()

    def come_back(self) -> None:
        """Ask what was asked when work ended."""
        here, form = self._list, self._list.form
        if here.workspace.readonly or form.id not in _kept(self._settings, here.workspace):
            return
        words = self._half.words
        asked = msgspec.json.decode(words, type=Asked) if words else Asked()
        model = here.model
        model.find, model.finding = asked.find, asked.finding
        model.filters = {name: places for name, places in asked.filters.items() if name in form.by_id}
        model.sort_by = tuple((name, down) for name, down in asked.sort if name in form.by_id)
        here.narrowing.show_asked(asked.find, asked.words)
        here.ask_anew()

    def _keep(self) -> None:
        model, ws = self._list.model, self._list.workspace
        asked = Asked(model.find, model.finding, dict(model.filters), self._list.narrowing.words(), model.sort_by)
        kept = [form for form in _kept(self._settings, ws) if form != self._list.form.id]
        try:
            if asked == Asked():
                self._half.drop()
            else:
                self._half.keep(msgspec.json.encode(asked).decode())
                kept.append(self._list.form.id)
        except Trouble:  # it is only convenience, and what is typed says so too
            return
        if not ws.readonly:
            self._settings.set(_name(ws), kept)


def forget(ws: Workspace, settings: Settings) -> None:
    """Forget it: the file is closed in order."""
    if not ws.readonly:
        half_said.forget_lists(ws)
        settings.set(_name(ws), None)


def _kept(settings: Settings, ws: Workspace) -> list[str]:
    return list(settings.get(_name(ws)) or ())


def _name(ws: Workspace) -> str:
    return f"lists.{ws.path}"

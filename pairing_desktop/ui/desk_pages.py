"""The pages of an open data file: one for each form and a few others, made when they are first wanted."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui.entry_page import EntryPage

if TYPE_CHECKING:
    from pairing_desktop.ui.assess_page import AssessPage
    from pairing_desktop.ui.desk import Desk
    from pairing_desktop.ui.history_page import HistoryPage
    from pairing_desktop.ui.overview_page import OverviewPage
    from pairing_desktop.ui.settings_page import SettingsPage
    from pairing_desktop.ui.submit_page import SubmitPage
    from pairing_desktop.ui.summary_page import SummaryPage

    OtherPage = OverviewPage | SummaryPage | AssessPage | SubmitPage | HistoryPage | SettingsPage
    Page = EntryPage | OtherPage

OTHER_PAGES = {"overview": "OverviewPage", "summary": "SummaryPage", "assess": "AssessPage", "submit": "SubmitPage",
               "history": "HistoryPage", "settings": "SettingsPage"}


class DeskPages:
    """Each by its name: a form's id, or one of ``OTHER_PAGES``."""

    def __init__(self, workspace: Workspace, settings: Settings, desk: "Desk") -> None:
        self._workspace, self._settings, self._desk = workspace, settings, desk
        self._made: dict[str, Page] = {}

    def known(self, name: str) -> "Page | None":
        """Return a page if it was made."""
        return self._made.get(name)

    def all(self) -> "Sequence[Page]":
        """Return those that were made."""
        return tuple(self._made.values())

    def may_be(self, name: str) -> bool:
        """Tell whether there is such a page."""
        return name in OTHER_PAGES or name in {form.id for form in self._workspace.forms}

    def of(self, name: str) -> "Page":
        """Return a page; the desk follows what it makes new."""
        if name not in self._made:
            self._made[name] = self._make(name)
            self._desk.follow(self._made[name])
        return self._made[name]

    def _make(self, name: str) -> "Page":
        desk = self._desk
        form = next((f for f in self._workspace.catalogue.forms if f.id == name), None)
        if form is not None:
            return EntryPage(self._workspace, form, quarter=desk.quarter, settings=self._settings,
                             signals=desk.signals, parent=desk, undoing=desk.undoing)
        kind: type[OtherPage] = getattr(import_module(f"pairing_desktop.ui.{name}_page"), OTHER_PAGES[name])
        return kind(self._workspace, desk.signals, desk)

"""Where in the window something is undone: on the page and in the quarter in which it was done."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pairing_desktop.formspec.undo import Place
from pairing_desktop.ui import assess_undo

if TYPE_CHECKING:
    from pairing_desktop.ui.assess_page import AssessPage
    from pairing_desktop.ui.desk import Desk
    from pairing_desktop.ui.entry_page import EntryPage


class UndoPlaces(QObject):
    """Leads the desk's undo about in it."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._desk = desk
        desk.undoing.page_of, desk.undoing.put_away = self._page_of, self._put_away
        desk.undoing.manyChanged.connect(self._undone_many)

    def _page_of(self, place: Place, path: str) -> "EntryPage | AssessPage | None":
        """Show the page and the quarter in which something is undone; None when the open record has to stay."""
        desk = self._desk
        assessed = place.form == "assessment" and desk.page != place.form and assess_undo.shows(path)
        kind = desk.workspace.catalogue.form(place.form).kind
        there = desk.quarter[:4] == place.period[:4] if kind == "yearly" else desk.quarter == place.period
        if kind in ("quarterly", "yearly") and not there:
            desk.show_quarter(place.period)
            if desk.quarter != place.period:
                return None
        shown = desk.pass_to("assess" if assessed else place.form)
        return (desk.assess_page() if assessed else desk.entry_page()) if shown else None

    def _put_away(self) -> bool:
        page = self._desk.entry_page()
        return page.put_away() if page is not None else self._desk.leave()

    def _undone_many(self, form: str, key: str) -> None:
        """Show what an undo did to many records: on the page of their form."""
        if self._desk.show_page(form) and (page := self._desk.entry_page()) is not None:
            page.show_again(form, key)

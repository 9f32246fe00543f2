"""Opening a data file where work ended: in the field that one was in, or on the page that was shown.

Where one is, is remembered on this PC at every step and forgotten when the file is closed in order: what is found at
opening is what a power cut left. Without it (another PC) the draft that was typed last says where.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from pairing_desktop.formspec.period import is_quarter
from pairing_desktop.services import resuming
from pairing_desktop.ui import page_spots, spots

if TYPE_CHECKING:
    from pairing_desktop.services.resuming import Waiting
    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.desk import Desk
    from pairing_desktop.ui.entry_page import EntryPage
    from pairing_desktop.ui.submit_page import SubmitPage

IN_RECORD = {"form", "key", "subject", "new", "path", "row", "at", "scrolled", "seen"}
IN_PAGE = {"page", "spot", "at", "parts"}
"""What is remembered of a place in a record, and of one in another page."""


class Whereabouts:
    """Where one is in a data file: the open record and the field, or another page and the control that has the focus.

    Only forms, keys, paths, what controls are called and how far is scrolled are kept, nothing that was typed.
    """

    def __init__(self, settings: "Settings", name: str) -> None:
        self._settings, self._name = settings, f"place.{name}"
        self.arrived = False
        """Whether one is back where work ended; before, what is on the way there is no place to remember."""

    def keep(self, page: "EntryPage | None") -> None:
        """Remember the open record of a page, the field that one is in or the part of the list, and the scrolling."""
        entry = page.entry if page is not None else None
        if not self.arrived:
            return
        if page is None or entry is None:
            self.forget()
            return
        path = page.record.current if page.record is not None else ""
        table, row, _ = f"{path}//".split("/", maxsplit=2)
        rows = entry.draft.rows(table) if row else ()
        self._settings.set(self._name, {
            "form": page.form.id, "key": entry.opened.key, "subject": entry.draft.subject, "new": entry.is_new,
            "path": path, "row": rows.index(row) if row in rows else -1, "at": _called(page.list),
            "scrolled": _scrolled(page), "seen": page.record is None or page.record.in_sight})

    def keep_page(self, name: str, page: QWidget) -> None:
        """Remember a page that is not one of records, where one is in it, and the control one is in."""
        if self.arrived and name:
            self._settings.set(self._name, {"page": name, "spot": page_spots.of(name, page), "at": _called(page),
                                            "parts": spots.of(page)})

    def forget(self) -> None:
        """Forget it: the file was closed in order, or no record is open."""
        self._settings.set(self._name, None)

    def found(self) -> dict[str, Any]:
        """Return what was remembered; empty for nothing, and for what another version of the program wrote."""
        found = self._settings.get(self._name)
        return dict(found) if isinstance(found, dict) and found.keys() in (IN_RECORD, IN_PAGE) else {}


def _called(part: QWidget) -> str:
    """Return what the control is called that one is in, "" for one elsewhere."""
    focused = part.window().focusWidget()
    return focused.accessibleName() if focused is not None and part.isAncestorOf(focused) else ""


def _scrolled(page: "EntryPage") -> list[int]:
    """Return how far list and form are scrolled."""
    typed = page.record.area.verticalScrollBar().value() if page.record is not None else 0
    return [page.list.table.verticalScrollBar().value(), typed]


def resume(desk: "Desk") -> None:
    """After a power cut show the same record at the same field; otherwise the last page, the navigation in hand."""
    _go_back(desk)
    _go_on_changing(desk)
    _go_on_answering(desk)
    desk.keeping.place.arrived = True
    desk.keeping.keep()
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.focusChanged.connect(desk.keeping.focus_moved)


def _go_back(desk: "Desk") -> None:
    place = {} if desk.workspace.readonly else desk.keeping.place.found()
    if "page" in place:
        _go_to_page(desk, place)
        return
    waiting = None if desk.workspace.readonly else _waiting(desk, str(place.get("key", "")))
    if waiting is not None and is_quarter(waiting.period):
        desk.show_quarter(waiting.period)
    if waiting is not None or place:
        form = waiting.form if waiting is not None else str(place.get("form", ""))
        known = any(form == one.id for one in desk.workspace.forms)
        if known and desk.show_page(form) and _open(desk, waiting, place):
            return
    desk.show_page(desk.last_page())
    desk.navigation.list.setFocus()  # the arrow keys lead on from here; before, it would show its first page


def _go_on_changing(desk: "Desk") -> None:
    """Show the bulk change again that was being filled in, over the list that it is for."""
    from pairing_desktop.services import half_changed

    waiting = None if desk.workspace.readonly else half_changed.waiting(desk.workspace)
    if waiting is None or not desk.pages.may_be(waiting.form):
        return
    desk.show_quarter(waiting.quarter)
    page = desk.entry_page() if desk.show_page(waiting.form) else None
    if page is not None:
        QTimer.singleShot(0, page, partial(page.list.tasks.change, list(waiting.keys)))


def _go_on_answering(desk: "Desk") -> None:
    """Ask again for what was being asked for: who types, a scan, a reason or explanation of the record one is at."""
    from pairing_desktop.services import half_said

    page = desk.entry_page()
    act, about = ("", "") if desk.workspace.readonly else half_said.asked(desk.workspace)
    ways: dict[str, Callable[[], object]] = {half_said.WHO: desk.commands.choose_who,
                                             half_said.PAPER: partial(_sign_on_paper, desk, about),
                                             half_said.IMPORT: partial(_go_on_importing, desk, about),
                                             half_said.MERGE: partial(_go_on_merging, desk, about)}
    if page is not None and page.entry is not None:
        ways |= {half_said.CHANGE: page.save, half_said.ANSWER: page.found.explain_here}
    if act in ways:
        QTimer.singleShot(0, desk, ways[act])


def _go_on_importing(desk: "Desk", about: str) -> None:
    from pairing_desktop.ui import import_work

    import_work.go_on(desk, about)


def _go_on_merging(desk: "Desk", about: str) -> None:
    from pairing_desktop.ui import merge_file_work

    merge_file_work.go_on(desk, about)


def _sign_on_paper(desk: "Desk", about: str) -> None:
    quarter, _, role = about.partition("|")
    desk.show_quarter(quarter)
    if desk.quarter == quarter and desk.show_page("submit"):
        cast("SubmitPage", desk.stack.currentWidget()).sign_on_paper(role)


def _go_to_page(desk: "Desk", place: dict[str, Any]) -> None:
    """Show a page that is not one of records, where one was in it, and the control that one was in."""
    desk.show_page(place["page"])
    page = desk.stack.currentWidget()
    page_spots.go_on(place["page"], page, place["spot"])
    spots.show(page, place["parts"])
    (_named(page, place["at"]) or desk.navigation.list).setFocus()


def _named(page: QWidget, name: str) -> QWidget | None:
    parts = page.findChildren(QWidget) if name else []
    return next((part for part in parts if part.accessibleName() == name and part.isVisibleTo(page)), None)


def _waiting(desk: "Desk", key: str) -> "Waiting | None":
    """Return the draft of the record one was at, else the one typed last if nothing is known of where one was."""
    return resuming.of(desk.workspace, key) if key else resuming.latest(desk.workspace)


def _open(desk: "Desk", waiting: "Waiting | None", place: dict[str, Any]) -> bool:
    """Open the record and go to the field; False when it is no longer there."""
    page = desk.entry_page()
    if page is None:
        return False
    key, subject = (waiting.key, waiting.subject) if waiting else (str(place["key"]), str(place["subject"]))
    if waiting is not None or resuming.is_there(desk.workspace, key):  # what was new may just have been saved
        page.open(key, subject)
    elif place["new"]:
        page.open("", subject)
    if page.entry is None or page.record is None:
        return False
    if place and not place["path"]:
        page.list.table.setFocus()
    elif not (place and page.record.go_on(_path(page, place))):
        page.record.start()
    if (part := _named(page.list, str(place.get("at", "")))) is not None:
        part.setFocus()
    if "scrolled" in place:  # once the record has brought its field into sight
        QTimer.singleShot(0, page, partial(_scroll, page, *place["scrolled"], seen=place["seen"]))
    return True


def _scroll(page: "EntryPage", listed: int, typed: int, *, seen: bool) -> None:
    page.list.scroll_to(listed)
    if page.record is not None:
        page.record.hold(typed, seen=seen)


def _path(page: "EntryPage", place: dict[str, Any]) -> str:
    """Return the field one was in; in a table whose rows have new names, the row at the same place."""
    path, number = str(place.get("path", "")), place.get("row", -1)
    table, _, rest = path.partition("/")
    if not rest or page.entry is None:
        return path
    row, _, column = rest.partition("/")
    rows = page.entry.draft.rows(table)
    if row in rows:
        return path
    return f"{table}/{rows[number]}/{column}" if isinstance(number, int) and 0 <= number < len(rows) else table

"""Opening a data file where work ended: in the field that was being typed into, or on the page that was shown."""

from typing import TYPE_CHECKING

from pairing_desktop.formspec.period import is_quarter
from pairing_desktop.services import resuming

if TYPE_CHECKING:
    from pairing_desktop.ui.desk import Desk


def resume(desk: "Desk") -> None:
    """After a power cut show the same record at the same field; otherwise the last page, the navigation in hand."""
    waiting = None if desk.workspace.readonly else resuming.latest(desk.workspace)
    if waiting is None:
        desk.show_page(desk.last_page())
        desk.navigation.list.setFocus()  # the arrow keys lead on from here; before, it would show its first page
        return
    if is_quarter(waiting.period):
        desk.show_quarter(waiting.period)
    if desk.show_page(waiting.form):
        page = desk.entry_page()
        if page is not None and page.open(waiting.key, waiting.subject) and page.record is not None:
            page.record.start()

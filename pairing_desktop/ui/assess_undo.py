"""The assessment as a record that ``Undoing`` can take steps of: its page stands where others have an entry page."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.services.entering import OpenRecord
    from pairing_desktop.services.workspace import Workspace

SHOWN = ("indicators", "evidence", "bonus", "deduction")
"""Fields that the page shows; steps of others are taken in the whole form."""


class AssessEntry(Struct, frozen=True):
    """The open sheet. ``changed`` puts it on disk and on screen."""

    opened: "OpenRecord"
    read_only: bool
    changed: Callable[[], object]

    @property
    def draft(self) -> "Draft":
        """Return the sheet as it is typed."""
        return self.opened.draft

    def keep_half(self, ws: "Workspace", path: str, text: str) -> None:
        """Put on disk what is being typed; the sheet itself takes it when the line is left."""
        from pairing_desktop.services import entering

        if self.read_only:
            return
        typed = text != self.draft.text(path) and not self.draft.locked(path)
        if typed:
            self.draft.type_half(path, text)
        entering.autosave(ws, self.draft)
        if typed:
            self.draft.take_back()

    def undo(self) -> str:
        """Undo the sheet's last change; return its name."""
        name = self.draft.undo()
        self.changed()
        return name

    def redo(self) -> str:
        """Redo one change; return its name."""
        name = self.draft.redo()
        self.changed()
        return name


def shows(path: str) -> bool:
    """Tell whether the page shows a field."""
    return path.partition("/")[0] in SHOWN

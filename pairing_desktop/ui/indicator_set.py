"""Taking another indicator set (指标体系) from a file that somebody chooses."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask

if TYPE_CHECKING:
    from pairing_desktop.formspec.indicators import IndicatorSet

SET = "指标体系 (*.yaml *.yml)"


def chosen(parent: QWidget, workspace: Workspace) -> "IndicatorSet | None":
    """Return the set that the data file works with now, None where none was chosen or it cannot be used."""
    from pairing_desktop.services import assessing_set

    file = ask.dialogs.open_file(parent, "换指标体系", SET, folder=workspace.path.parent)
    if file is None:
        return None
    try:
        return assessing_set.adopt(workspace, file)
    except Trouble as told:
        ask.dialogs.trouble(parent, told, title="指标体系不能用")
        return None

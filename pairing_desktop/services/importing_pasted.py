"""Rows copied in a spreadsheet and pasted into a list: a file as long as they are imported, for whoever reads files."""

import csv
import io
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.services import writing

if TYPE_CHECKING:
    from pairing_desktop.services.importing import Layout, Source
    from pairing_desktop.services.workspace import Workspace

PREFIX = "pairing-paste-"
"""How the folder is called that holds such a file alone, so that it is known again after a power cut."""


def write(rows: Sequence[Sequence[str]], now: datetime) -> Path:
    """Write rows, the head first, to a file of their own. Trouble: there is no room."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path = Path(tempfile.mkdtemp(prefix=PREFIX)) / f"粘贴的表格{now:%H%M%S}.csv"
    writing.write(path, text.getvalue().encode("utf-8-sig"))
    return path


def is_pasted(file: Path) -> bool:
    """Tell whether a file holds pasted rows: nobody looks for anything in its folder."""
    return file.parent.name.startswith(PREFIX)


def home(source: "Source | None", ws: "Workspace") -> Path:
    """Return where a file is looked for and what comes of it is suggested: beside the sheet, or the data file."""
    return ws.path.parent if source is None or is_pasted(source.path) else source.path.parent


def headless(source: "Source | None", layout: "Layout | None") -> bool:
    """Tell whether rows were pasted without their head: the first of them would be taken for it, and be lost."""
    return source is not None and is_pasted(source.path) and layout is not None and not layout.targets


def forget(file: Path) -> None:
    """Remove what was pasted, once it is imported or given up."""
    if is_pasted(file):
        shutil.rmtree(file.parent, ignore_errors=True)

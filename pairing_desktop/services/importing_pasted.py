"""Rows copied in a spreadsheet and pasted into a list: a file as long as they are imported, for whoever reads files."""

import csv
import io
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pairing_desktop.services import writing

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


def forget(file: Path) -> None:
    """Remove what was pasted, once it is imported or given up."""
    if is_pasted(file):
        shutil.rmtree(file.parent, ignore_errors=True)

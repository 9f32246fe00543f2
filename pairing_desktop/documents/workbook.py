"""Documents written as a workbook."""

from collections.abc import Iterable

from pairing_desktop.documents.model import Document
from pairing_desktop.progress import Progress, silent


def write_workbook(documents: Iterable[Document], *, title: str, progress: Progress = silent) -> bytes:
    """Write one sheet a form, values and not formulas, with print set-up and protection."""
    raise NotImplementedError

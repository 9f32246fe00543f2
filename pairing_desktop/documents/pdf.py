"""Documents drawn as a PDF."""

from collections.abc import Iterable

from pairing_desktop.documents.model import Document, Rendered
from pairing_desktop.progress import Progress, silent


def write_pdf(
    documents: Iterable[Document], *, title: str, watermark: str = "", progress: Progress = silent
) -> Rendered:
    """Draw ``documents`` one after another; the same documents always give the same bytes."""
    raise NotImplementedError

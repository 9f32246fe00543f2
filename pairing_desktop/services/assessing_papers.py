"""The assessment form as files: PDF or workbook, filled or blank."""

from __future__ import annotations

from pathlib import Path

from pairing_desktop.errors import trouble
from pairing_desktop.services import assessing_evidence, writing
from pairing_desktop.services.papers import SAMPLE
from pairing_desktop.services.workspace import Workspace


def form_pdf(ws: Workspace, year: int, *, blank: bool = False) -> bytes:
    """Return the form of a year as a PDF."""
    from pairing_desktop.documents.pdf import write_pdf

    page = assessing_evidence.document(ws, year, blank=blank)
    watermark = SAMPLE if ws.about.sample and not blank else ""
    return write_pdf([page], title=f"{ws.about.county_name}{year}年度考核评价自评表", watermark=watermark).pdf


def write_form(ws: Workspace, year: int, to: Path, *, blank: bool = False) -> Path:
    """Write the form of a year as .pdf or .xlsx, by the file's name."""
    from pairing_desktop.documents.workbook import write_workbook

    kind = to.suffix.lower()
    if kind == ".pdf":
        return writing.write(to, form_pdf(ws, year, blank=blank))
    if kind == ".xlsx":
        page = assessing_evidence.document(ws, year, blank=blank)
        return writing.write(to, write_workbook([page], title=f"{year}年度考核评价自评表", to_fill=blank))
    raise trouble("assessing.kind", file=to.name)

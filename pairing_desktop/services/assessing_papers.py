"""The assessment form as files: PDF or workbook, filled or blank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.errors import trouble
from pairing_desktop.services import assessing_evidence, writing
from pairing_desktop.services.papers import SAMPLE
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.indicators import Term


def form_pdf(ws: Workspace, year: int, term: Term = "年度", *, blank: bool = False) -> bytes:
    """Return the form of a year as a PDF."""
    from pairing_desktop.documents.pdf import write_pdf

    page = assessing_evidence.document(ws, year, term, blank=blank)
    return write_pdf([page], title=_title(ws, year, term), watermark=_mark(ws, blank=blank)).pdf


def _mark(ws: Workspace, *, blank: bool) -> str:
    return SAMPLE if ws.about.sample and not blank else ""


def _title(ws: Workspace, year: int, term: Term) -> str:
    return f"{ws.about.county_name}{assessing_evidence.span(ws, year, term)}考核评价自评表"


def write_form(ws: Workspace, year: int, to: Path, term: Term = "年度", *, blank: bool = False) -> Path:
    """Write the form of a year as .pdf or .xlsx, by the file's name."""
    from pairing_desktop.documents.workbook import write_workbook

    writing.must_spare(to)  # before it is drawn
    kind = to.suffix.lower()
    if kind == ".pdf":
        return writing.write(to, form_pdf(ws, year, term, blank=blank))
    if kind == ".xlsx":
        page = assessing_evidence.document(ws, year, term, blank=blank)
        return writing.write(to, write_workbook([page], title=_title(ws, year, term),
                                                mark=_mark(ws, blank=blank), to_fill=blank))
    raise trouble("assessing.kind", file=to.name)

"""One form by itself on paper: a quarter's records of it, one record, or empty to be filled in by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import freezing, naming, papers, scope, standing, writing
from pairing_desktop.services.listing import form_of
from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlalchemy import Connection

    from pairing_desktop.documents.layout import RecordView
    from pairing_desktop.documents.model import Document
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.lookup import Entry

Kind = Literal["pdf", "xlsx"]
KINDS: dict[str, Kind] = {".pdf": "pdf", ".xlsx": "xlsx"}


class Wanted(Struct, frozen=True, kw_only=True):
    """What to print: a form of a quarter, all its records or the one that ``record`` names, or the form empty."""

    form: str
    quarter: str
    record: str = ""
    """A record's key, its natural key, or its name."""
    blank: bool = False


def kind_of(path: Path) -> Kind:
    """Return what a file's extension asks for. Trouble: neither .pdf nor .xlsx."""
    found = KINDS.get(path.suffix.lower())
    if found is None:
        raise trouble("printing.extension", file=path.name)
    return found


def drawn(ws: Workspace, wanted: Wanted, kind: Kind, progress: Progress = silent) -> bytes:
    """Return the form as PDF or workbook.

    Trouble: no such form, quarter or record, nothing to print, or a character that cannot be printed.
    """
    from pairing_desktop.formspec import period as periods

    scope.require_quarter(ws, wanted.quarter)
    title = title_of(ws, wanted.form)
    pages = _summary(ws, wanted) if _computed(ws, wanted.form) else _documents(ws, form_of(ws, wanted.form), wanted)
    if not pages:
        raise trouble("printing.nothing", form=title, quarter=periods.title(wanted.quarter))
    if kind == "xlsx":
        from pairing_desktop.documents.workbook import write_workbook

        return write_workbook(pages, title=title, progress=progress, mark=_mark(ws, wanted), to_fill=wanted.blank)
    from pairing_desktop.documents.pdf import write_pdf

    return write_pdf(pages, title=title, watermark=_mark(ws, wanted), progress=progress).pdf


def write(ws: Workspace, wanted: Wanted, to: Path, progress: Progress = silent) -> Path:
    """Write the form to a file, replaced once the new one is whole. Trouble: as ``drawn``, or it cannot be written."""
    kind = kind_of(to)
    if not to.parent.is_dir():
        raise trouble("services.no_folder", folder=to.parent)
    writing.must_spare(to)  # before it is drawn
    return writing.write(to, drawn(ws, wanted, kind, progress))


def title_of(ws: Workspace, form: str) -> str:
    """Return the title of a form or of a computed sheet. Trouble: there is none of that name."""
    return _computed(ws, form) or form_of(ws, form).title


def _computed(ws: Workspace, form: str) -> str:
    """Return the title of a computed sheet (汇总表), "" if it is none."""
    from pairing_desktop.services import summarising

    return next((sheet.title for sheet in summarising.listed(ws) if sheet.id == form), "")


def _summary(ws: Workspace, wanted: Wanted) -> list[Document]:
    from pairing_desktop.services import summarising

    if wanted.blank or wanted.record:
        raise trouble("printing.computed", form=_computed(ws, wanted.form))
    found = summarising.computed(ws, wanted.quarter)[wanted.form]
    labels = Snapshot(ws, wanted.quarter).label
    return summarising.documents([found], papers.context(ws, wanted.quarter, labels, number=0))


def _documents(ws: Workspace, spec: Form, wanted: Wanted) -> list[Document]:
    from pairing_desktop.documents.layout import form_documents

    if wanted.blank and spec.print.layout == "scoring":
        from pairing_desktop.services import assessing_evidence

        return [assessing_evidence.document(ws, int(wanted.quarter[:4]), blank=True)]
    with ws.store.reading() as conn:
        snapshot = Snapshot(ws, wanted.quarter, conn)

        def target(form: str, key: str) -> tuple[Form, Mapping[str, Any]] | None:
            found = {} if wanted.blank else snapshot.target(form, key)
            return None if found is None else (ws.catalogue.form(form), found)

        around = papers.context(ws, wanted.quarter, snapshot.label, number=0, target=target, blank=wanted.blank)
        views: list[RecordView] = []
        if not wanted.blank:
            views = [freezing.view(spec, e, snapshot, whole=True) for e in _entries(ws, spec, wanted, snapshot, conn)]
        return form_documents(spec, views, around)


def _entries(ws: Workspace, spec: Form, wanted: Wanted, snapshot: Snapshot, conn: Connection) -> list[Entry]:
    """Return the records to print: those that the quarter's packet takes, or the one named, whichever quarter's."""
    if not wanted.record:
        if spec.kind == "event":
            return scope.of(ws, snapshot, conn).entries[spec.id]
        return snapshot.entries(spec.id, naming.stored_period(spec, wanted.quarter))
    entries = snapshot.entries(spec.id, naming.stored_period(spec, wanted.quarter))
    named = [e for e in entries if _named(e, spec, wanted, snapshot)]
    for found in ([e for e in entries if e.key == wanted.record], named):
        if len(found) > 1:
            raise trouble("printing.ambiguous", record=wanted.record, form=spec.title, count=len(found))
        if found:
            return found
    raise trouble("printing.no_record", record=wanted.record, form=spec.title)


def _named(entry: Entry, spec: Form, wanted: Wanted, snapshot: Snapshot) -> bool:
    subject = snapshot.label(spec.subject, entry.subject) if entry.subject else ""
    return wanted.record in (entry.natural_key, snapshot.name(spec.id, entry), subject)


def _mark(ws: Workspace, wanted: Wanted) -> str:
    """Return what marks the pages: an empty form is no draft."""
    return "" if wanted.blank else mark(ws, wanted.quarter)


def mark(ws: Workspace, quarter: str) -> str:
    """Return what marks a quarter's pages: while it is not locked they are a draft."""
    if not standing.state(ws, quarter).locked:
        return papers.DRAFT
    return papers.SAMPLE if ws.about.sample else ""

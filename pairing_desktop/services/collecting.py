"""Giving out collection workbooks: a form as an Excel file for a firm or a township to fill."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop import paths
from pairing_desktop.errors import trouble
from pairing_desktop.services import listing, scope, writing
from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Form

MOST_NAMES = 3000
"""Records offered in a drop-down; a longer one helps nobody."""


def save(ws: Workspace, form: str, path: Path, *, quarter: str) -> Path:
    """Write a form's workbook for this county: references and subjects drop down, the quarter is written in."""
    from pairing_desktop.exchange import collection

    spec = listing.form_of(ws, form)
    with ws.store.reading() as conn:
        snapshot = Snapshot(ws, quarter, conn)
        names = {other: [snapshot.name(other, e) for e in snapshot.entries(other)[:MOST_NAMES]]
                 for other in _pointed_at(spec)}
        if spec.subject:
            names[spec.subject] = [name for _, name in scope.subjects(ws, spec, snapshot)][:MOST_NAMES]
    made = collection.build(spec, subject=_subject(ws.catalogue, spec), names=names,
                            period=quarter if spec.kind in scope.SHEETS else "")
    return writing.write(path, made)


def save_blank(form: str, path: Path, *, folder: Path | None = None) -> Path:
    """Write a form's workbook without a data file."""
    from pairing_desktop.exchange import collection
    from pairing_desktop.formspec import catalogue

    found = catalogue.load(folder or paths.forms())
    spec = next((one for one in found.forms if one.id == form), None)
    if spec is None:
        raise trouble("services.no_form", form=form)
    if not path.parent.is_dir():
        raise trouble("services.no_folder", folder=path.parent)
    return writing.write(path, collection.build(spec, subject=_subject(found, spec)))


def suggested_name(ws: Workspace, form: str, quarter: str) -> str:
    """Return the file name to propose."""
    from pairing_desktop.formspec import period

    spec = listing.form_of(ws, form)
    when = f"_{period.title(quarter)}" if spec.kind in scope.SHEETS else ""
    return f"{spec.short}采集表_{ws.about.county_name}{when}.xlsx"


def _subject(found: Catalogue, form: Form) -> Form | None:
    return found.form(form.subject) if form.subject else None


def _pointed_at(form: Form) -> set[str]:
    columns = [column for field in form.fields for column in (field, *field.columns)]
    return {column.form for column in columns if column.type == "reference"}

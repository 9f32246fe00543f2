"""Giving out collection workbooks: a form as an Excel file for a firm or a township to fill."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop import paths
from pairing_desktop.errors import trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import listing, naming, scope, writing
from pairing_desktop.services.lookup import Entry, Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.exchange.collection import Filled
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.state import State

ENDINGS = (".xlsx",)
"""What a workbook's file may end in."""
MOST_NAMES = 3000
"""Records offered in a drop-down; a longer one helps nobody."""


def save(ws: Workspace, form: str, path: Path, *, quarter: str, with_records: bool = False,
         progress: Progress = silent) -> Path:
    """Write a form's workbook for this county: references and subjects drop down, the quarter is written in.

    ``with_records`` fills in what is there, to be brought up to date; read back unchanged it changes nothing.
    """
    from pairing_desktop.exchange import collection

    spec = listing.form_of(ws, form)
    with ws.store.reading() as conn:
        snapshot = Snapshot(ws, quarter, conn)
        names = {other: [snapshot.name(other, e) for e in snapshot.entries(other)[:MOST_NAMES]]
                 for other in _pointed_at(spec)}
        if spec.subject:
            names[spec.subject] = [name for _, name in scope.subjects(ws, spec, snapshot)][:MOST_NAMES]
        entries = snapshot.entries(form, naming.stored_period(spec, quarter)) if with_records else []
        filled = []
        for place, entry in enumerate(entries):
            progress("填采集表", place, len(entries))
            filled.append(_filled(spec, entry, snapshot))
    progress("写采集表", 0, 0)
    made = collection.build(spec, subject=_subject(ws.catalogue, spec), names=names, records=filled,
                            period=quarter if spec.kind in scope.SHEETS else "")
    progress("存采集表", 0, 0)
    return writing.write(path, made, endings=ENDINGS)


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
    writing.must_spare(path, endings=ENDINGS)
    return writing.write(path, collection.build(spec, subject=_subject(found, spec)))


def suggested_name(ws: Workspace, form: str, quarter: str) -> str:
    """Return the file name to propose."""
    from pairing_desktop.formspec import period

    spec = listing.form_of(ws, form)
    when = f"_{period.title(quarter)}" if spec.kind in scope.SHEETS else ""
    return f"{spec.short}采集表_{ws.about.county_name}{when}.xlsx"


def _filled(form: Form, entry: Entry, snapshot: Snapshot) -> Filled:
    """Return a record as cells."""
    from pairing_desktop.exchange import collection
    from pairing_desktop.formspec.state import loaded

    state = loaded(form, entry.payload)
    cells: dict[str, object] = {f.id: _cell(f, f.id, state, snapshot) for f in form.fields if f.type != "table"}
    if form.subject:
        cells[collection.SUBJECT] = snapshot.label(form.subject, entry.subject)
    tables = {table.id: [{c.id: _cell(c, f"{table.id}/{row}/{c.id}", state, snapshot) for c in table.columns}
                         for row in state.rows.get(table.id, ())] for table in form.tables}
    return collection.Filled(cells, tables)


def _cell(field: Field, path: str, state: State, snapshot: Snapshot) -> object:
    """Return a field as a cell: what was not understood and what is qualified (约18) as text."""
    from pairing_desktop.formspec.values import with_qualifier

    if path in state.raw:
        return state.raw[path]
    value = state.values.get(path)
    if field.type == "reference" and isinstance(value, str):
        return snapshot.label(field.form, value) or value
    qualifier = state.marks.get(path, {}).get("qualifier", "")
    if qualifier and value is not None:
        return with_qualifier(field.converter.edit(value), qualifier)
    return field.converter.to_cell(value)[0]


def _subject(found: Catalogue, form: Form) -> Form | None:
    return found.form(form.subject) if form.subject else None


def _pointed_at(form: Form) -> set[str]:
    columns = [column for field in form.fields for column in (field, *field.columns)]
    return {column.form for column in columns if column.type == "reference"}

"""Spreadsheets as counties have them, written for tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from pairing_desktop.services import importing
from pairing_desktop.services.importing import Plan, Source
from pairing_desktop.services.workspace import Workspace
from tests.services.small import QUARTER

Lines = Sequence[Sequence[Any]]
CODES = ("91350100M000100Y43", "91330000MA0000000T")


def write(path: Path, rows: Sequence[Sequence[Any]], *, title: str = "Sheet") -> Path:
    book = Workbook()
    page: Any = book.active
    page.title = title
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def book(path: Path, pages: Mapping[str, Lines], merged: Mapping[str, Sequence[str]] | None = None) -> Path:
    """Write a workbook of several sheets."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, lines in pages.items():
        page: Any = made.create_sheet(name)
        for line in lines:
            page.append(list(line))
        for area in (merged or {}).get(name, ()):
            page.merge_cells(area)
    made.save(path)
    return path


def plan(ws: Workspace, path: Path, form: str = "firm", *, quarter: str = QUARTER, **rest: Any) -> tuple[Source, Plan]:
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form=form, quarter=quarter)
    return source, importing.dry_run(ws, source, layout, form=form, quarter=quarter, **rest)

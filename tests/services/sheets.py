"""Spreadsheets as counties have them, written for tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from pairing_desktop.services import importing
from pairing_desktop.services.importing import Plan, Source
from pairing_desktop.services.workspace import Workspace
from tests.services.small import QUARTER

CODES = ("91350100M000100Y43", "91330000MA0000000T")


def write(path: Path, rows: Sequence[Sequence[Any]], *, title: str = "Sheet") -> Path:
    book = Workbook()
    page: Any = book.active
    page.title = title
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def plan(ws: Workspace, path: Path, form: str = "firm", *, quarter: str = QUARTER, **rest: Any) -> tuple[Source, Plan]:
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form=form)
    return source, importing.dry_run(ws, source, layout, form=form, quarter=quarter, **rest)

"""A list as it is seen, as a plain workbook: the columns shown, the order and the filters of the screen, unlocked."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import listing, writing
from pairing_desktop.services.lookup import Snapshot, decode
from pairing_desktop.services.naming import cell, label, value
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form

PAGE = 500
WIDE, NARROW = 32, 12


def write(ws: Workspace, form: str, to: Path, *, quarter: str, columns: Sequence[str], keys: Sequence[str],
          progress: Progress = silent) -> Path:
    """Write the records in this order, one row each, under the columns' labels; "" is the column of their names.

    Figures are numbers, all else is text as shown; nothing is locked, so that a clerk may go on working in it.
    """
    from pairing_desktop.documents.streaming import streamed

    whole = BytesIO()
    with streamed() as book:
        _fill(book, ws, listing.form_of(ws, form), quarter=quarter, columns=columns, keys=keys, progress=progress)
        book.save(whole)
    return writing.write(to, whole.getvalue(), endings=(".xlsx",))


def _fill(book: Any, ws: Workspace, spec: Form, *, quarter: str, columns: Sequence[str],  # noqa: ANN401  # openpyxl's
          keys: Sequence[str], progress: Progress) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(spec.short[:31])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(keys) + 1}"
    fields = [spec.by_id.get(name) for name in columns]
    for number, field in enumerate(fields, 1):
        wide = field is None or field.id == spec.name or not (field.is_number or field.type in ("choice", "date"))
        sheet.column_dimensions[get_column_letter(number)].width = WIDE if wide else NARROW
    head = []
    for field in fields:
        words = field.plain_label if field else "名称"
        top = WriteOnlyCell(sheet, f"{words}（{field.unit}）" if field and field.unit else words)
        top.font, top.alignment = Font(name="宋体", bold=True), Alignment(wrap_text=True, vertical="center")
        head.append(top)
    sheet.append(head)
    plain = Font(name="宋体")
    for cells in _rows(ws, spec.id, quarter=quarter, columns=columns, keys=keys, progress=progress):
        row = []
        for content in cells:
            made = WriteOnlyCell(sheet, content)
            made.font = plain
            if isinstance(content, str):
                made.data_type, made.number_format = "s", "@"  # =1+1 is a name here, and 0012 keeps its noughts
            row.append(made)
        sheet.append(row)


def _rows(ws: Workspace, form: str, *, quarter: str, columns: Sequence[str], keys: Sequence[str],
          progress: Progress) -> Any:  # noqa: ANN401  # rows of cells
    from pairing_desktop.store import index

    spec = listing.form_of(ws, form)
    for start in range(0, len(keys), PAGE):
        progress("导出列表", start, len(keys))
        with ws.store.glancing() as conn:
            snapshot = Snapshot(ws, quarter, conn)
            for row in index.rows(conn, keys[start:start + PAGE]):
                payload = decode(row.payload)
                yield [_cell(spec, payload, name, snapshot) if name else
                       label(spec, payload, subject=row.subject, period=row.period, resolve=snapshot.label)
                       for name in columns]


def _cell(form: Any, payload: Any, name: str, snapshot: Snapshot) -> Any:  # noqa: ANN401  # text or number
    """Return a figure as a number, unless it is qualified (约18) or was not understood; all else as shown."""
    field, shown = form.by_id[name], cell(form, payload, name, snapshot.label)
    typed, marks = payload.get("raw", {}).get(name), payload.get("marks", {}).get(name, {})
    if not field.is_number or typed or marks.get("qualifier"):
        return shown
    stored = value(payload, name)
    try:
        loaded = field.converter.load(stored) if stored is not None else ""
        return loaded if not isinstance(loaded, str) else shown
    except ValueError:
        return shown

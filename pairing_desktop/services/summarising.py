"""Computed sheets (汇总表) of a quarter: on screen from the data file, in a packet from what was frozen.

A packet's sheets are worked out from its own data alone, so that whoever receives it can do it again (``of_data``).
Closed events that went out before and are not sent again still count: the data holds them beside the records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop import paths
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services.lookup import Snapshot, happened
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.documents.layout import LayoutContext
    from pairing_desktop.documents.model import Document
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.lookup import Known
    from pairing_desktop.formspec.summary import Sheet
    from pairing_desktop.formspec.summary_compiling import Sheets
    from pairing_desktop.formspec.summary_values import Computed, Shown

PREFIX = "summary_"
"""Before a sheet's id where documents name their form."""


def sheets(ws: Workspace) -> Sheets:
    """Return the computed sheets that fit the data file's forms, compiled once."""
    with ws.shared.lock:
        found: Sheets | None = ws.shared.kept.get("sheets")
        if found is None:
            found = ws.shared.kept["sheets"] = fitting(ws.catalogue)
        return found


def fitting(catalogue: Catalogue) -> Sheets:
    """Return the shipped computed sheets that fit a catalogue; compiled once for each one at hand."""
    return _fitting(paths.forms(), _Same(catalogue))


class _Same(Struct, frozen=True, eq=False):
    """A catalogue as a key: it is large, so the very same one is meant."""

    catalogue: Catalogue

    def __hash__(self) -> int:
        return id(self.catalogue)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.catalogue is other.catalogue


@lru_cache(maxsize=4)
def _fitting(folder: Path, key: _Same) -> Sheets:
    from pairing_desktop.formspec import summary_compiling

    return summary_compiling.fitting(folder, key.catalogue)


def listed(ws: Workspace) -> tuple[Sheet, ...]:
    """Return the definitions in order."""
    return tuple(code.sheet for code in sheets(ws).sheets)


def computed(ws: Workspace, quarter: str, progress: Progress = silent) -> dict[str, Computed]:
    """Return every sheet of a quarter by id, from the records as they stand now."""
    with ws.store.reading() as conn:
        snapshot = Snapshot(ws, quarter, conn, whole=True, as_sent=True)
        known = list(_live(ws, snapshot))
    return _computed(sheets(ws), known, quarter, progress)


def of_data(data: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Computed]:
    """Return the sheets of a packet by id, worked out again from its data alone."""
    others = (record for record in data["surroundings"]["others"] if "payload" in record)
    known = [_known(record) for record in (*data["records"], *others)]
    return _computed(fitting(catalogue), known, data["period"])


def values(computed_sheets: Iterable[Computed]) -> dict[str, str]:
    """Return the printed text of every figure by its path, ``summary_<sheet>/<block>/<line>/<column>``."""
    from pairing_desktop.documents import summary

    return {path: shown.text for one in computed_sheets for path, shown in summary.figures(one)}


def named(sheets_: Iterable[Sheet]) -> list[dict[str, Any]]:
    """Return what a packet's data says of the definitions that its sheets were computed by."""
    return [{"id": sheet.id, "version": sheet.version, "digest": sheet.digest} for sheet in sheets_]


def _live(ws: Workspace, snapshot: Snapshot) -> Iterator[Known]:
    from pairing_desktop.formspec.lookup import Known
    from pairing_desktop.services import naming

    known = sheets(ws).uses
    for form in ws.catalogue.forms:
        if form.id not in known:
            continue
        for entry in snapshot.entries(form.id, naming.stored_period(form, snapshot.quarter)):
            if happened(form, entry.payload, snapshot.quarter):
                yield Known(form=form.id, key=entry.key, payload=entry.payload, label=snapshot.name(form.id, entry),
                            period=entry.period, subject=entry.subject)


def _known(record: Mapping[str, Any]) -> Known:
    from pairing_desktop.formspec.lookup import Known

    return Known(form=record["form"], key=record["key"], payload=record["payload"], label=record["label"],
                 period=record["period"], subject=record["subject"])


def _computed(known_sheets: Sheets, known: Iterable[Known], quarter: str,
              progress: Progress = silent) -> dict[str, Computed]:
    from pairing_desktop.formspec.summary_values import Records, compute

    records = Records(known, known_sheets, quarter)
    found = {}
    for number, code in enumerate(known_sheets.sheets):
        progress("汇总", number, len(known_sheets.sheets))
        found[code.sheet.id] = compute(code, records)
    return found


# On paper


def documents(found: Iterable[Computed], context: LayoutContext) -> list[Document]:
    """Lay sheets out; those without a single line are left out."""
    from pairing_desktop.documents import summary

    return [summary.document(one, context) for one in found if any(part.lines for part in one.parts)]


def pdf(ws: Workspace, quarter: str, sheet: str = "") -> bytes:
    """Return the PDF of one sheet, or of all, as the records stand now."""
    from pairing_desktop.documents.pdf import write_pdf
    from pairing_desktop.services import form_printing

    return write_pdf(_pages(ws, quarter, sheet), title="汇总表", watermark=form_printing.mark(ws, quarter)).pdf


def workbook(ws: Workspace, quarter: str, sheet: str = "") -> bytes:
    """Return the workbook of one sheet, or of all, as the records stand now."""
    from pairing_desktop.documents.workbook import write_workbook
    from pairing_desktop.services import form_printing

    return write_workbook(_pages(ws, quarter, sheet), title="汇总表", mark=form_printing.mark(ws, quarter))


def _pages(ws: Workspace, quarter: str, sheet: str) -> list[Document]:
    from pairing_desktop.services import papers

    found = computed(ws, quarter)
    chosen = [found[sheet]] if sheet else list(found.values())
    return documents(chosen, papers.context(ws, quarter, Snapshot(ws, quarter).label, number=0))


def figure(ws: Workspace, quarter: str, path: str) -> Shown | None:
    """Return one figure of the computed sheets by its path, None if there is none."""
    from pairing_desktop.documents import summary

    found = computed(ws, quarter).values()
    return next((shown for one in found for name, shown in summary.figures(one) if name == path), None)


def fixed(ws: Workspace) -> list[tuple[str, str]]:
    """Return (path, label) of the figures that stand in every quarter: those of fixed lines."""
    found = []
    for sheet in listed(ws):
        for block in sheet.blocks:
            title = f"{sheet.short}·{block.title}" if block.title and len(sheet.blocks) > 1 else sheet.short
            group = ""
            for number, item in enumerate(block.items, start=1):
                group = item.group or group
                of = f"·{group.split('、')[-1]}" if group else ""
                found += [(f"{PREFIX}{sheet.id}/{block.id}/{number:02}/{column.id}",
                           f"{title}{of}：{item.label}" + (f"（{column.title}）" if len(block.columns) > 1 else ""))
                          for column in block.columns]
    return found


def fixed_units(ws: Workspace) -> dict[str, tuple[str, str]]:
    """Return name and unit of the figures of fixed lines, by path."""
    return {f"{PREFIX}{sheet.id}/{block.id}/{number:02}/{column.id}": (item.label, item.unit)
            for sheet in listed(ws) for block in sheet.blocks for number, item in enumerate(block.items, start=1)
            for column in block.columns}


def spoken(path: str, catalogue: Catalogue) -> tuple[str, str, str]:
    """Return what names a computed figure by its path: sheet, line, column."""
    sheet_id, block_id, rest = path.removeprefix(PREFIX).split("/", 2)
    line, _, column_id = rest.rpartition("/")
    code = fitting(catalogue).by_id.get(sheet_id)
    block = next((b for b in code.sheet.blocks if b.id == block_id), None) if code else None
    if code is None or block is None:
        return path, line, column_id
    column = next((c.title for c in block.columns if c.id == column_id), column_id)
    if line == "total":
        return code.sheet.short, block.total, column
    item = block.items[int(line) - 1].label if line.isdecimal() and 0 < int(line) <= len(block.items) else ""
    return code.sheet.short, item or block.title or code.sheet.title, column

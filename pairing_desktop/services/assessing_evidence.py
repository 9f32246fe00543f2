"""Evidence of an assessment: numbered materials with their files, and a folder of them to hand over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from pairing_desktop.errors import system_reason, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import attaching, naming, papers
from pairing_desktop.services.assessing import FORM, open_assessment, sheet_of, term_of
from pairing_desktop.services.assessing import TABLE as INDICATORS
from pairing_desktop.services.assessing_drawing import Behind
from pairing_desktop.services.assessing_set import indicator_set
from pairing_desktop.services.freezing import public
from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.documents.model import Document
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.formspec.indicators import Term
    from pairing_desktop.formspec.values import Attachment

TABLE = "evidence"
LIST = "佐证材料目录"
MOST_NAME = 60
BLANK_ROWS = 10
"""Lines for materials on a form to be filled by hand."""
FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|\r\n\t', "_"))


class Exported(Struct, frozen=True):
    """What an evidence folder holds. ``missing``: materials named in the list without a file."""

    folder: Path
    files: tuple[Path, ...]
    missing: tuple[str, ...]


def add_file(ws: Workspace, draft: Draft, number: str, file: Path, *, title: str = "", travels: bool = True) -> str:
    """Attach a file to an indicator as a numbered material; return its row."""
    held = attaching.attach(ws, file, travels=travels)
    return _add(ws, draft, number, title or file.stem, held=held)


def add_record(ws: Workspace, draft: Draft, number: str, behind: Behind) -> str:
    """Name a record as a material, with the first file attached to it; return its row."""
    held = next(attachments(ws, behind.key), None)
    return _add(ws, draft, number, behind.label, held=held, record=behind.label, link=f"{behind.form}/{behind.key}")


def _add(ws: Workspace, draft: Draft, number: str, title: str, *, held: Attachment | None, record: str = "",
         link: str = "") -> str:
    with draft.together("加佐证材料"):
        row = draft.add_row(TABLE)
        path = f"{TABLE}/{row}"
        draft.type(f"{path}/title", title[:60])
        draft.type(f"{path}/indicator", number)
        if held is not None:
            draft.set(f"{path}/file", held)
        draft.type(f"{path}/record", record[:80])
        draft.type(f"{path}/link", link[:80])
        renumber(ws, draft)
    return row


def remove(ws: Workspace, draft: Draft, row: str) -> None:
    """Take a material off the list; the others close up."""
    with draft.together("去掉佐证材料"):
        draft.remove_row(TABLE, row)
        renumber(ws, draft)


def renumber(ws: Workspace, draft: Draft) -> None:
    """Give the materials numbers, chapter by chapter in the order of the indicators, and name them there."""
    order = {one.id: place for place, one in enumerate(indicator_set(ws, term_of(draft)).indicators)}
    rows = sorted(draft.rows(TABLE), key=lambda row: order.get(_text(draft, row, "indicator"), len(order)))
    counts: dict[str, int] = {}
    given: dict[str, list[str]] = {}
    with draft.together("给佐证材料编号"):
        for place, row in enumerate(rows):
            draft.move_row(TABLE, row, place)
            indicator = _text(draft, row, "indicator")
            chapter = indicator.split(".")[0] if indicator in order else "0"
            counts[chapter] = counts.get(chapter, 0) + 1
            number = f"{chapter}-{counts[chapter]:02d}"
            draft.type(f"{TABLE}/{row}/number", number)
            given.setdefault(indicator, []).append(number)
        for row in draft.rows(INDICATORS):
            numbers = given.get(str(draft.value(f"{INDICATORS}/{row}/number")), [])
            draft.type(f"{INDICATORS}/{row}/evidence", _range(numbers))


def _range(numbers: list[str]) -> str:
    """Return 1-01至1-06 for a run (they are one after another), the numbers themselves for one or two."""
    return "、".join(numbers) if len(numbers) < 3 else f"{numbers[0]}至{numbers[-1]}"


def _text(draft: Draft, row: str, column: str) -> str:
    return str(draft.value(f"{TABLE}/{row}/{column}") or "")


def attachments(ws: Workspace, key: str) -> Iterator[Attachment]:
    """Yield the files attached to a record, its tables' included."""
    entry = Snapshot(ws, "").entry(key)
    if entry is None:
        return
    form = ws.catalogue.form(entry.form)
    values = entry.payload.get("values", {})
    for field in form.fields:
        holders: list[Any] = [row.get("values", {}) for row in values.get(field.id, ())] if field.type == "table" \
            else [values]
        for column in field.columns or (field,):
            for holder in holders:
                if column.type == "attachment" and column.id in holder:
                    yield column.converter.load(holder[column.id])  # type: ignore[misc]  # an attachment's own type


def export(ws: Workspace, year: int, folder: Path, progress: Progress = silent, *, term: Term = "年度") -> Exported:
    """Copy the numbered materials to a new folder, with their list as PDF and workbook; all of it or nothing.

    Trouble: no assessment was saved for the year, the folder exists and is not empty, cannot be written.
    """
    from pairing_desktop.documents.pdf import write_pdf
    from pairing_desktop.documents.workbook import write_workbook

    draft = saved(ws, year, term)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise trouble("assessing.folder_used", folder=folder)
    pages = [document(ws, year, term, only_evidence=True)]
    title = f"{ws.about.county_name}{span(ws, year, term)}{LIST}"
    staging = folder.with_name(f".{folder.name}.new")
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        (staging / f"{LIST}.pdf").write_bytes(write_pdf(pages, title=title).pdf)
        (staging / f"{LIST}.xlsx").write_bytes(write_workbook(pages, title=title))
        missing = _copied(ws, draft, staging, progress)
        names = sorted(path.name for path in staging.iterdir())
        if folder.exists():
            folder.rmdir()
        staging.replace(folder)
    except OSError as error:
        raise trouble("services.cannot_write", folder=folder, why=system_reason(error)) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Exported(folder, tuple(folder / name for name in names), missing)


def _copied(ws: Workspace, draft: Draft, folder: Path, progress: Progress) -> tuple[str, ...]:
    """Copy each material's file under its number; return those that have none."""
    from pairing_desktop.formspec.values import Attachment

    missing = []
    rows = draft.rows(TABLE)
    for place, row in enumerate(rows):
        progress("导出佐证材料", place, len(rows))
        number, title = _text(draft, row, "number"), _text(draft, row, "title")
        held = draft.value(f"{TABLE}/{row}/file")
        if isinstance(held, Attachment):
            attaching.extract(ws, held, folder / file_name(number, title, Path(held.name).suffix))
        else:
            missing.append(f"{number} {title}")
    return tuple(missing)


def file_name(number: str, title: str, suffix: str) -> str:
    """Return 1-01 标题.pdf, without what file systems forbid."""
    return f"{number} {title}".translate(FORBIDDEN)[:MOST_NAME].rstrip(". ") + suffix.translate(FORBIDDEN).lower()


def saved(ws: Workspace, year: int, term: Term = "年度") -> Draft:
    """Return the saved assessment of a year. Trouble when there is none."""
    opened = sheet_of(ws, year, term)
    if not opened.revision:
        raise trouble("assessing.none", span=span(ws, year, term), year=year, term=term)
    return opened.draft


def span(ws: Workspace, year: int, term: Term) -> str:
    """Return what an assessment is of, in words: 2024年度, 2023—2025年三年."""
    return f"{year}年度" if term == "年度" else f"{min(ws.about.years)}—{max(ws.about.years)}年三年"


def document(ws: Workspace, year: int, term: Term = "年度", *, blank: bool = False,
             only_evidence: bool = False) -> Document:
    """Lay out the form of a year: filled as saved (or as it would begin), blank, or its list of evidence alone."""
    from pairing_desktop.documents.assessment import blank_document, evidence_document
    from pairing_desktop.documents.layout import RecordView, form_documents

    form = ws.catalogue.form(FORM)
    snapshot = Snapshot(ws, f"{year}Q4")
    opened = open_assessment(ws, year, term)
    payload = blank_payload(ws, opened.draft) if blank else opened.draft.payload()
    label = naming.label(form, payload, subject=opened.draft.subject, period=str(year), resolve=snapshot.label)
    record = RecordView(key=opened.key, form=form.id, label=label, payload=public(form, payload))
    surrounding = papers.context(ws, f"{year}Q4", snapshot.label)
    if blank:
        surrounding = structs.replace(surrounding, people={})
    if only_evidence:
        return evidence_document(form, record, surrounding)
    made = form_documents(form, [record], surrounding)[0]
    return blank_document(made) if blank else made


def blank_payload(ws: Workspace, draft: Draft) -> dict[str, Any]:
    """Return the form with its indicators and nothing filled in, to be printed and filled by hand."""
    fixed = {"number", "level1", "level2", "indicator", "nature", "unit", "weight", "target", "scoring", "wanted",
             "needed"}
    payload = draft.payload()
    kept = {name: payload["values"][name] for name in ("pairing", "object", "term", "indicator_set")
            if name in payload["values"]}
    rows = [{"id": row["id"], "values": {n: v for n, v in row["values"].items() if n in fixed}}
            for row in payload["values"].get(INDICATORS, ())]
    empty = [{"id": f"blank{place}", "values": {}} for place in range(BLANK_ROWS)]
    return {"values": {**kept, INDICATORS: rows, TABLE: empty,
                       "weight_total": str(indicator_set(ws, term_of(draft)).total)}}

"""The figures of the overview page, from the records themselves; forms that a catalogue doesn't have are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.services import naming
from pairing_desktop.services.lookup import Snapshot, happened
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.lookup import Entry

QUARTERS_SHOWN = 6


class Effect(Struct, frozen=True):
    """A lean project's indicator: before and after, or growth as the firm gave it (then both are "")."""

    firm: str
    indicator: str
    unit: str
    before: str
    after: str
    improvement: str
    share: float | None  # for the bar's length, percent
    key: str = ""
    path: str = ""
    """The project and the cell that holds the improvement."""


class Invested(Struct, frozen=True):
    """A park's investment in one quarter, 万元."""

    quarter: str
    infrastructure: Decimal
    industry: Decimal
    key: str = ""
    """The sheet."""


class Origin(Struct, frozen=True):
    """A record that a bar comes from."""

    form: str
    key: str
    label: str


class Figures(Struct, frozen=True):
    """What the overview draws."""

    funnel: tuple[tuple[str, int], ...]  # (预诊断, 18), (诊断, 40), (标杆建设, 10)
    effects: tuple[Effect, ...]
    investments: dict[str, tuple[Invested, ...]]  # by park's name, oldest first; none without the quarter before it
    behind: tuple[tuple[Origin, ...], ...] = ()
    """The records behind each stage of the funnel."""


def figures(ws: Workspace, quarter: str) -> Figures:
    """Return the overview's figures as known at the end of ``quarter``."""
    with ws.store.glancing() as conn:
        snapshot = Snapshot(ws, quarter, conn, whole=True, as_sent=True)
        stages = list(_funnel(ws, snapshot))
        return Figures(tuple((name, len(origins)) for name, origins in stages), tuple(_effects(ws, snapshot)),
                       _investments(ws, snapshot), tuple(origins for _, origins in stages))


def _form(ws: Workspace, name: str, *fields: str) -> Form | None:
    """Return a form if the catalogue has it with these fields."""
    with suppress(KeyError):
        form = ws.catalogue.form(name)
        if all(f in form.by_id for f in fields):
            return form
    return None


def _known(form: Form, snapshot: Snapshot) -> list[Entry]:
    return [e for e in snapshot.entries(form.id) if happened(form, e.payload, snapshot.quarter)]


def _funnel(ws: Workspace, snapshot: Snapshot) -> Iterator[tuple[str, tuple[Origin, ...]]]:
    """Yield firms by stage, each counted once a stage, and those whose project goes on or was accepted."""
    diagnosis = _form(ws, "diagnosis", "stage", "progress", "enterprise")
    if diagnosis:
        done = [e for e in _known(diagnosis, snapshot) if naming.value(e.payload, "progress") == "已完成"]
        for choice in diagnosis.by_id["stage"].choices:
            stage = [e for e in done if naming.value(e.payload, "stage") == choice.code]
            yield choice.label, _firms(diagnosis, stage, snapshot)
    project = _form(ws, "lean_project", "stage", "enterprise")
    if project:
        running = [e for e in _known(project, snapshot) if naming.value(e.payload, "stage") != "已终止"]
        yield "标杆建设", _firms(project, running, snapshot)


def _firms(form: Form, entries: list[Entry], snapshot: Snapshot) -> tuple[Origin, ...]:
    """Return one record for each firm: by credit code, by name where the code is 待补 (domain.md, rule 16)."""
    found: dict[str, Origin] = {}
    snapshot.fetch(str(naming.value(entry.payload, "enterprise") or "") for entry in entries)
    for entry in entries:
        firm = snapshot.target("enterprise", str(naming.value(entry.payload, "enterprise") or "")) or {}
        who = naming.value(firm, "credit_code") or naming.value(firm, "name")
        if who:
            found.setdefault(str(who), Origin(form.id, entry.key, snapshot.name(form.id, entry)))
    return tuple(found.values())


def _effects(ws: Workspace, snapshot: Snapshot) -> Iterator[Effect]:
    form = _form(ws, "lean_project", "kpis", "enterprise")
    if form is None:
        return
    for entry in _known(form, snapshot):
        for row in naming.value(entry.payload, "kpis") or ():
            found = _effect(form, row, snapshot.name(form.id, entry), snapshot)
            if found:
                yield replace(found, key=entry.key, path=f"kpis/{row.get('id', '')}/improvement")


def _effect(form: Form, row: Mapping[str, Any], firm: str, snapshot: Snapshot) -> Effect | None:
    columns = form.by_id["kpis"].column_by_id

    def text(name: str) -> str:
        if name not in columns:
            return ""
        marks = row.get("marks", {}).get(name)
        return naming.shown(columns[name], row.get("values", {}).get(name), snapshot.label, marks)

    improvement = text("improvement")
    if not improvement:
        return None
    unit = text("improvement_unit")
    said = f"{improvement} {unit}".strip()
    return Effect(firm, text("indicator"), text("unit"), text("before"), text("after"), said,
                  _number(row.get("values", {}).get("improvement")))


def _number(stored: object) -> float | None:
    found = _decimal(stored)
    return None if found is None else float(found)


def _decimal(stored: object) -> Decimal | None:
    try:
        return Decimal(str(stored)) if stored not in (None, "", "无") else None
    except InvalidOperation:
        return None


def _investments(ws: Workspace, snapshot: Snapshot) -> dict[str, tuple[Invested, ...]]:
    form = _form(ws, "park_progress", "infra_quarter", "industry_quarter")
    found: dict[str, list[Invested]] = {}
    if form is None:
        return {}
    sheets = [e for e in snapshot.entries(form.id) if e.period <= snapshot.quarter]
    for entry in sorted(sheets, key=lambda e: e.period):
        infra, industry = (_decimal(naming.value(entry.payload, f)) for f in ("infra_quarter", "industry_quarter"))
        quarters = found.setdefault(snapshot.label(form.subject, entry.subject), [])
        if infra is not None or industry is not None:
            zero = Decimal(0)
            quarters.append(Invested(entry.period, infra or zero, industry or zero, entry.key))
    return {name: tuple(quarters[-QUARTERS_SHOWN:]) for name, quarters in found.items()}

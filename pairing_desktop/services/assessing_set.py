"""The indicator sets that a data file is assessed by, one a term: shipped samples until the province's are adopted."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.errors import Trouble, system_reason, trouble
from pairing_desktop.services import internal
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.indicators import IndicatorSet, Term

KEPT = "@indicators"
"""Form id of the data file's own records that hold the adopted sets, by the name of their term."""

FORMERLY = "active"
"""The name under which a data file kept its only set, whatever its term, before it could keep one a term."""


def indicator_set(ws: Workspace, term: Term) -> IndicatorSet:
    """Return the set of a term that is in force: the adopted one, else the shipped sample."""
    kept: IndicatorSet | None = ws.shared.kept.get((KEPT, term))
    if kept is None:
        from pairing_desktop.formspec import indicators_loading

        kept = _adopted(ws, term) or indicators_loading.example(ws.catalogue, term)
        with ws.shared.lock:
            ws.shared.kept[KEPT, term] = kept
    return kept


def _adopted(ws: Workspace, term: Term) -> IndicatorSet | None:
    from pairing_desktop.formspec import indicators_loading

    with ws.store.reading() as conn:
        named = internal.by_name(conn, KEPT)
    for name in (term, FORMERLY):
        if name in named:
            found = indicators_loading.load_bytes(named[name]["text"].encode(), named[name]["file"], ws.catalogue)
            if found.term == term:
                return found
    return None


def own_sets(ws: Workspace) -> tuple[IndicatorSet, ...]:
    """Return the sets in force, without those that the data file's older forms do not fit."""
    from pairing_desktop.formspec.indicators import TERMS

    found = []
    for term in TERMS:
        with suppress(Trouble):
            found.append(indicator_set(ws, term))
    return tuple(found)


def adopt(ws: Workspace, file: Path) -> IndicatorSet:
    """Take a province's set from its file; every fault in it is told and nothing is changed."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise trouble("formspec.indicators", file=file.name, why=system_reason(error)) from error
    return adopt_bytes(ws, data, file.name)


def adopt_bytes(ws: Workspace, data: bytes, name: str) -> IndicatorSet:
    """Take a set from its bytes (as a task pack carries it)."""
    from pairing_desktop.formspec import indicators_loading

    found = indicators_loading.load_bytes(data, name, ws.catalogue)
    ws.writable()
    with ws.store.begin() as tx:
        internal.put(tx, KEPT, found.term, {"file": name, "text": data.decode()}, label=found.title, who=ws.who,
                     at=ws.clock())
    with ws.shared.lock:
        ws.shared.kept[KEPT, found.term] = found
    return found

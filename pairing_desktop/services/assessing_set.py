"""The indicator set that a data file is assessed by: the shipped sample until a province's own is adopted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.errors import Trouble, system_reason, trouble
from pairing_desktop.services import internal
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.indicators import IndicatorSet

KEPT = "@indicators"
"""Form id of the data file's own record that holds an adopted set."""


def indicator_set(ws: Workspace) -> IndicatorSet:
    """Return the set in force: the adopted one, else the shipped sample."""
    kept: IndicatorSet | None = ws.shared.kept.get(KEPT)
    if kept is None:
        from pairing_desktop.formspec import indicators_loading

        with ws.store.reading() as conn:
            found = internal.by_name(conn, KEPT).get("active")
        kept = (indicators_loading.load_bytes(found["text"].encode(), found["file"], ws.catalogue) if found
                else indicators_loading.example(ws.catalogue))
        with ws.shared.lock:
            ws.shared.kept[KEPT] = kept
    return kept


def own_set(ws: Workspace) -> IndicatorSet | None:
    """Return the set in force, None where the data file's older forms fit none."""
    try:
        return indicator_set(ws)
    except Trouble:
        return None


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
        internal.put(tx, KEPT, "active", {"file": name, "text": data.decode()}, label=found.title, who=ws.who,
                     at=ws.clock())
    with ws.shared.lock:
        ws.shared.kept[KEPT] = found
    return found

"""What was chosen for a file that was not imported after all: sheet, head row and columns come back with the file."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, structs

from pairing_desktop.errors import Trouble
from pairing_desktop.services import half_said, importing
from pairing_desktop.services.importing_plan import ROW, Layout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pairing_desktop.services.importing import Source
    from pairing_desktop.services.workspace import Workspace


class Choices(Struct, frozen=True):
    """A person's choices for one file and form; ``columns`` are heads with their targets, () while none is chosen."""

    sheet: str
    head: int
    columns: tuple[tuple[str, str], ...] = ()
    given: dict[str, str] = {}  # msgspec makes one for each
    """What was typed for all rows, by field."""


def keep(ws: Workspace, file: Path, form: str, layout: Layout, *, chosen: Mapping[int, str] | None = None,
         given: Mapping[str, str] | None = None) -> None:
    """Keep what is chosen; where that cannot be written nothing is lost but the choice."""
    columns = () if chosen is None else tuple((c.head, chosen.get(c.place, "")) for c in _own(layout))
    words = msgspec.json.encode(Choices(layout.sheet, layout.head, columns, dict(given or {}))).decode()
    with suppress(Trouble):
        half_said.importing(ws, form, file.name).keep(words)


def kept(ws: Workspace, file: Path, form: str) -> Choices | None:
    """Return what was chosen for a file of this name, None for nothing."""
    words = half_said.importing(ws, form, file.name).words
    return msgspec.json.decode(words, type=Choices) if words else None


def drop(ws: Workspace, file: Path, form: str) -> None:
    """Forget it: the file was imported, and its columns are remembered with its heads."""
    half_said.importing(ws, form, file.name).drop()


def layout_of(ws: Workspace, source: Source, *, form: str) -> Layout:
    """Return how a file would be read: as it was chosen before, as far as it still is that file, else as guessed."""
    before = kept(ws, source.path, form)
    if before is None or before.sheet not in source.sheets:
        return importing.layout_of(ws, source, form=form)
    made = importing.layout_of(ws, source, form=form, sheet=before.sheet, head=before.head)
    if [c.head for c in _own(made)] != [head for head, _ in before.columns]:
        return made
    columns = {c.place: target for c, (_, target) in zip(_own(made), before.columns, strict=True)}
    made = importing.layout_of(ws, source, form=form, sheet=before.sheet, head=before.head, columns=columns)
    return structs.replace(made, remembered=True)


def _own(layout: Layout) -> list[importing.Column]:
    return [c for c in layout.columns if c.target != ROW]

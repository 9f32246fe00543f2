"""What was chosen for a file that was not imported after all comes back with it: sheet, head, columns, decisions."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, structs

from pairing_desktop.errors import Trouble, system_reason, trouble
from pairing_desktop.services import half_said, importing
from pairing_desktop.services.importing_deciding import Decision
from pairing_desktop.services.importing_plan import ROW, Layout, Plan, Way

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
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
    digest: str = ""
    """Of the file in which rows were decided of: in another one a row is another row."""
    decisions: tuple[Decision, ...] = ()
    keep_errors: bool = False
    why: str = ""
    way: Way = Way()
    rough: tuple[str, ...] = ()
    """Heads of columns whose 120余 is taken as 120."""


class Begun(Struct, frozen=True):
    """How a file is begun with: its layout, and what was decided of its rows before."""

    layout: Layout
    digest: str
    choices: Choices | None = None
    """What the dry run begins with; None where nothing was decided."""
    overtaken: int = 0
    """Of how many decisions the rows may say something else, because the file is another one now."""


def begin(ws: Workspace, source: Source, *, form: str, quarter: str = "") -> Begun:
    """Return how a file is read: as it was chosen before, as far as it still is that file, else as guessed."""
    before, digest = _kept(ws, source.path, form), _digest(source.path)
    if before is None or before.sheet not in source.sheets:
        return Begun(importing.layout_of(ws, source, form=form, quarter=quarter), digest)
    layout = _layout(ws, source, before, form, quarter)
    if before.digest != digest:
        return Begun(layout, digest, before, overtaken=len(before.decisions))
    return Begun(layout, digest, before)


def keep_layout(ws: Workspace, source: Source, form: str, layout: Layout, *,
                chosen: Mapping[int, str] | None = None, given: Mapping[str, str] | None = None,
                rough: Collection[int] = ()) -> None:
    """Keep what is chosen of sheet, head and columns; what was decided of the rows of that sheet stays."""
    columns = () if chosen is None else tuple((c.head, chosen.get(c.place, "")) for c in _own(layout))
    before = _kept(ws, source.path, form)
    if before is None or (before.sheet, before.head, before.way) != (layout.sheet, layout.head, layout.way):
        before = Choices(layout.sheet, layout.head, way=layout.way)
    about = tuple(c.head for c in _own(layout) if c.place in rough)
    _keep(ws, source.path, form, structs.replace(before, columns=columns, given=dict(given or {}), rough=about))


def keep_decisions(ws: Workspace, plan: Plan, digest: str, told: tuple[Decision, ...]) -> None:
    """Keep what is decided in the dry run of a file of this digest, and the columns that it read."""
    layout = plan.layout
    own = tuple((c.head, c.target) for c in _own(layout))
    before = _kept(ws, plan.file, plan.form) or Choices(layout.sheet, layout.head)
    _keep(ws, plan.file, plan.form, structs.replace(
        before, sheet=layout.sheet, head=layout.head, way=layout.way, columns=own, digest=digest, decisions=told,
        keep_errors=plan.keep_errors, why=plan.why, rough=tuple(c.head for c in _own(layout) if c.rough)))


def given(ws: Workspace, file: Path, form: str) -> Mapping[str, str]:
    """Return what was typed for all rows of a file of this name, by field."""
    before = _kept(ws, file, form)
    return before.given if before else {}


def drop(ws: Workspace, file: Path, form: str) -> None:
    """Forget it: the file was imported, and its columns are remembered with its heads."""
    half_said.importing(ws, form, file.name).drop()


def _kept(ws: Workspace, file: Path, form: str) -> Choices | None:
    words = half_said.importing(ws, form, file.name).words
    with suppress(msgspec.DecodeError):  # another version of the program kept it otherwise
        return msgspec.json.decode(words, type=Choices) if words else None
    return None


def _keep(ws: Workspace, file: Path, form: str, choices: Choices) -> None:
    """Put choices on disk; where that cannot be written nothing is lost but they."""
    with suppress(Trouble):
        half_said.importing(ws, form, file.name).keep(msgspec.json.encode(choices).decode())


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise trouble("importing.unreadable", file=file.name, why=system_reason(error)) from error


def _layout(ws: Workspace, source: Source, before: Choices, form: str, quarter: str) -> Layout:
    again = partial(importing.layout_of, ws, source, form=form, sheet=before.sheet, head=before.head, way=before.way,
                    also=before.way.also, quarter=quarter)
    made = again()
    if [c.head for c in _own(made)] != [head for head, _ in before.columns]:
        return made
    columns = {c.place: target for c, (_, target) in zip(_own(made), before.columns, strict=True)}
    made = again(columns=columns, rough=[c.place for c in made.columns if c.head in before.rough])
    return structs.replace(made, remembered=True)


def _own(layout: Layout) -> list[importing.Column]:
    return [c for c in layout.columns if c.target != ROW]

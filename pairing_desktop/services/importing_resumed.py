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

    def reads(self, layout: Layout) -> bool:
        """Tell whether they are of a sheet read in this way."""
        return (self.sheet, self.head, self.way) == (layout.sheet, layout.head, layout.way)

    @property
    def said(self) -> bool:
        """Tell whether anything is chosen beyond how the sheet is read."""
        return bool(self.columns or self.given or self.decisions or self.keep_errors or self.why)


class Begun(Struct, frozen=True):
    """How a file is begun with: its layout, and what was decided of its rows before."""

    layout: Layout
    digest: str
    choices: Choices | None = None
    """What the dry run begins with; None where nothing was decided."""
    overtaken: int = 0
    """Of how many decisions the rows may say something else, because the file is another one now."""


def begin(ws: Workspace, source: Source, *, form: str, quarter: str = "") -> Begun:
    """Return how a file is read: as it was chosen last, as far as it still is that file, else as guessed."""
    before = next((one for one in _kept(ws, source.path, form) if one.sheet in source.sheets), None)
    if before is None:
        return Begun(importing.layout_of(ws, source, form=form, quarter=quarter), _digest(source.path))
    return _begun(source, _layout(ws, source, before, form, quarter), before)


def turn_to(ws: Workspace, source: Source, *, form: str, quarter: str, sheet: str, head: int | None = None,
            way: Way | None = None, also: Collection[str] = ()) -> Begun:
    """Return how another sheet of a file, or the same in another way, is read; what was chosen for it comes back.

    Kept as what comes first when the file is opened again.
    """
    kept = _kept(ws, source.path, form)
    before = next((one for one in kept if one.sheet == sheet), None)
    if head is not None or way is not None or also or before is None:
        layout = importing.layout_of(ws, source, form=form, sheet=sheet, head=head, way=way, also=also, quarter=quarter)
        before = next((one for one in kept if one.reads(layout)), None)
    layout = layout if before is None else _layout(ws, source, before, form, quarter)
    _keep(ws, source.path, form, before or Choices(layout.sheet, layout.head, way=layout.way))
    return Begun(layout, _digest(source.path)) if before is None else _begun(source, layout, before)


def _begun(source: Source, layout: Layout, before: Choices) -> Begun:
    digest = _digest(source.path)
    return Begun(layout, digest, before, overtaken=0 if before.digest == digest else len(before.decisions))


def keep_layout(ws: Workspace, source: Source, form: str, layout: Layout, *,
                chosen: Mapping[int, str] | None = None, given: Mapping[str, str] | None = None,
                rough: Collection[int] = ()) -> None:
    """Keep what is chosen of sheet, head and columns; what was decided of the rows of that sheet stays."""
    columns = () if chosen is None else tuple((c.head, chosen.get(c.place, "")) for c in _own(layout))
    about = tuple(c.head for c in _own(layout) if c.place in rough)
    _keep(ws, source.path, form, structs.replace(
        _of(ws, source.path, form, layout), columns=columns, given=dict(given or {}), rough=about))


def keep_decisions(ws: Workspace, plan: Plan, digest: str, told: tuple[Decision, ...]) -> None:
    """Keep what is decided in the dry run of a file of this digest, and the columns that it read."""
    layout = plan.layout
    own = tuple((c.head, c.target) for c in _own(layout))
    _keep(ws, plan.file, plan.form, structs.replace(
        _of(ws, plan.file, plan.form, layout), columns=own, digest=digest, decisions=told,
        keep_errors=plan.keep_errors, why=plan.why, rough=tuple(c.head for c in _own(layout) if c.rough)))


def given(ws: Workspace, file: Path, form: str, layout: Layout) -> Mapping[str, str]:
    """Return what was typed for all rows of a sheet of a file of this name, by field."""
    return _of(ws, file, form, layout).given


def drop(ws: Workspace, file: Path, form: str, layout: Layout) -> None:
    """Forget it: the sheets were imported, and their columns are remembered with their heads; other sheets' stays."""
    done = {layout.sheet, *layout.way.also}
    _put(ws, file, form, [one for one in _kept(ws, file, form) if one.sheet not in done])


def _of(ws: Workspace, file: Path, form: str, layout: Layout) -> Choices:
    """Return what is chosen for a sheet read in a way."""
    found = next((one for one in _kept(ws, file, form) if one.reads(layout)), None)
    return found or Choices(layout.sheet, layout.head, way=layout.way)


def _kept(ws: Workspace, file: Path, form: str) -> list[Choices]:
    """Return what is chosen for a file, the last first."""
    words = half_said.importing(ws, form, file.name).words
    with suppress(msgspec.DecodeError):  # another version of the program kept it otherwise
        return msgspec.json.decode(words, type=list[Choices]) if words else []
    return []


def _keep(ws: Workspace, file: Path, form: str, choices: Choices) -> None:
    """Put choices first; of the others those stay that say anything."""
    way = (choices.sheet, choices.head, choices.way)
    others = [one for one in _kept(ws, file, form) if one.said and (one.sheet, one.head, one.way) != way]
    _put(ws, file, form, [choices, *others])


def _put(ws: Workspace, file: Path, form: str, kept: list[Choices]) -> None:
    """Put choices on disk; where that cannot be written nothing is lost but they."""
    half = half_said.importing(ws, form, file.name)
    with suppress(Trouble):
        if kept:
            half.keep(msgspec.json.encode(kept).decode())
        else:
            half.drop()


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

"""A county's data file, opened: who it belongs to, who works in it, its forms, its connection.

The rest of the services take a ``Workspace``. Nothing here is a global: two may be open at once (tests do).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pairing_desktop.formspec.catalogue import Catalogue

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the PC's time, aware, in UTC: the only place that asks for it."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class About:
    """Whose data file it is. ``partner`` is "" while unknown; ``years`` are the programme's (2023, 2024, 2025)."""

    county: str
    county_name: str
    partner: str = ""
    partner_name: str = ""
    bureau: str = ""
    years: tuple[int, ...] = (2023, 2024, 2025)
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A post of the bureau: ``role`` preparer, reviewer or head; ``label`` 填表人 …; ``name`` the post or person."""

    role: str
    label: str
    name: str
    phone: str = ""


ROLE_LABELS = {"preparer": "填表人", "reviewer": "审核人", "head": "单位负责人"}


class Workspace:
    """One open data file. Belongs to the thread that opened it; another thread takes ``fork()``."""

    path: Path
    about: About
    people: tuple[Person, ...]
    catalogue: Catalogue
    readonly: bool
    writer: str | None  # who holds it for writing when we may only read: "张三的电脑，自 14:32"
    who: str  # claimed, never proved
    clock: Clock

    def fork(self) -> Workspace:
        """Return the same data file for another thread, on a connection of its own; close it there."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file; harmless when closed already."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file (2 s after the last write), so that a copy of it is whole."""
        raise NotImplementedError

    def save_copy(self, to: Path) -> Path:
        """Write a whole copy of the data file (另存副本) while it stays open."""
        raise NotImplementedError

    def update_about(self, *, bureau: str | None = None, partner: str | None = None,
                     years: Sequence[int] | None = None) -> About:
        """Change what the settings page shows; the county never changes."""
        raise NotImplementedError

    def set_people(self, people: Sequence[Person]) -> tuple[Person, ...]:
        """Replace the posts that sign and fill."""
        raise NotImplementedError


def create(path: Path, *, county: str, partner: str = "", bureau: str = "", people: Sequence[Person] = (),
           now: datetime, sample: bool = False, forms: Path | None = None, who: str = "",
           clock: Clock = system_clock) -> Workspace:
    """Make a new data file and open it for writing; an existing file is never overwritten.

    ``forms`` is the folder of form definitions (default: the shipped ones). Trouble: unknown county or partner,
    existing file, folder that cannot be written.
    """
    raise NotImplementedError


def open_workspace(path: Path, *, write: bool = True, who: str = "", now: datetime,
                   clock: Clock = system_clock) -> Workspace:
    """Open a data file. When another program writes to it, ``write=True`` is Trouble that names who and since when;
    ``write=False`` opens it for reading. A file on a read-only medium opens with ``readonly`` set.
    """
    raise NotImplementedError


def counties() -> list[tuple[str, str, str]]:
    """Return (code, name, city) of every county to choose from, for the wizard."""
    raise NotImplementedError

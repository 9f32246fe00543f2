"""A county's data file, opened: who it belongs to, who works in it, its forms, its connection.

The rest of the services take a ``Workspace``. Nothing here is a global: two may be open at once (tests do).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct, field, structs

from pairing_desktop import __version__, paths
from pairing_desktop.errors import Trouble, trouble

if TYPE_CHECKING:
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.progress import Progress
    from pairing_desktop.store.engine import Store

Clock = Callable[[], datetime]

CHINA = timezone(timedelta(hours=8))
ROLES = ("preparer", "reviewer", "head")
ROLE_LABELS = {"preparer": "填表人", "reviewer": "审核人", "head": "单位负责人"}
PROGRAMME_YEARS = (2023, 2024, 2025)


def system_clock() -> datetime:
    """Return the PC's time, aware, in UTC: the only place that asks for it."""
    return datetime.now(UTC)


class About(Struct, frozen=True):
    """Whose data file it is. ``partner`` is "" while unknown; ``years`` are the programme's (2023, 2024, 2025)."""

    county: str
    county_name: str
    partner: str = ""
    partner_name: str = ""
    bureau: str = ""
    years: tuple[int, ...] = PROGRAMME_YEARS
    sample: bool = False
    side: str = "M"
    """M: mountain county, I: industrial county; its role in the programme, not the list it stands on."""
    leads: bool = True
    """Fills the forms that the leading county of the pair fills."""
    roles: tuple[str, ...] = ROLES
    """Who must sign, in order."""
    partner_bureau: str = ""


class Person(Struct, frozen=True):
    """A post of the bureau: ``role`` preparer, reviewer or head; ``label`` 填表人 …; ``name`` the post or person."""

    role: str
    label: str
    name: str
    phone: str = ""


class Shared(Struct):
    """What a workspace and its forks have in common; whoever writes ``kept`` holds ``lock``."""

    store: Store
    catalogue: Catalogue
    about: About
    people: tuple[Person, ...]
    lock: threading.RLock = field(default_factory=threading.RLock)
    kept: dict[Any, Any] = field(default_factory=dict)
    """Caches of other services, by their own keys; dropped on close."""
    on_close: list[Callable[[], None]] = field(default_factory=list)


class Workspace:
    """One open data file. Belongs to the thread that opened it; another thread takes ``fork()``."""

    def __init__(self, shared: Shared, *, who: str, clock: Clock, owns: bool = True) -> None:
        self.shared = shared
        self.who = who
        self.clock = clock
        self._owns = owns
        self._closed = False

    @property
    def path(self) -> Path:
        """The data file."""
        return self.store.path or Path()

    @property
    def store(self) -> Store:
        """The records (for services only)."""
        return self.shared.store

    @property
    def about(self) -> About:
        """Whose data file it is."""
        return self.shared.about

    @property
    def people(self) -> tuple[Person, ...]:
        """The posts that fill and sign."""
        return self.shared.people

    @property
    def catalogue(self) -> Catalogue:
        """The forms this data file works with."""
        return self.shared.catalogue

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms that this county fills, in the navigation's order."""
        return filled_by(self.catalogue, self.about.side, leads=self.about.leads)

    @property
    def readonly(self) -> bool:
        """Whether nothing can be written: read-only medium, opened for reading, or another writer."""
        return self.store.readonly

    @property
    def writer(self) -> str | None:
        """Who holds the file for writing when we may only read: "张三的电脑，自 14:32"."""
        return self.store.writer

    def writer_now(self) -> str | None:
        """Return who holds the file for writing at this moment, None when it is free: then it can be taken over."""
        return self.store.writer_now()

    def work_as(self, who: str) -> None:
        """Let changes from now on, and the lock that others meet, name this person."""
        self.who = who
        self.store.name_writer(who)

    @property
    def today(self) -> date:
        """The day in China."""
        return self.clock().astimezone(CHINA).date()

    def writable(self) -> None:
        """Raise ``Trouble`` when the data file is only read."""
        if self.readonly:
            raise trouble(f"services.readonly{forbidden(self.path)}", file=self.path.name)

    def fork(self) -> Workspace:
        """Return the same data file for another thread; close it there. The store gives each thread its connection."""
        return Workspace(self.shared, who=self.who, clock=self.clock, owns=False)

    def close(self) -> None:
        """Let go of the file; harmless when closed already."""
        if self._closed:
            return
        self._closed = True
        if self._owns:
            try:
                for settle in self.shared.on_close:
                    settle()
            finally:
                self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file (2 s after the last write), so that a copy of it is whole."""
        if not self.readonly and self.store.unsettled:
            self.store.checkpoint()

    def save_copy(self, to: Path, progress: Progress | None = None) -> Path:
        """Write a whole copy of the data file (另存副本) while it stays open."""
        from pairing_desktop.progress import silent
        from pairing_desktop.services import writing

        writing.must_spare(to)
        return self.store.save_copy(to, progress or silent)

    def update_about(self, *, bureau: str | None = None, partner: str | None = None,
                     years: Sequence[int] | None = None, partner_bureau: str | None = None) -> About:
        """Change what the settings page shows; the county never changes."""
        from pairing_desktop.formspec.fieldtypes.text import clean

        self.writable()
        about = self.about
        if bureau is not None:
            about = structs.replace(about, bureau=clean(bureau))
        if partner_bureau is not None:
            about = structs.replace(about, partner_bureau=clean(partner_bureau))
        if partner is not None:
            about = structs.replace(about, partner=partner, partner_name=_partner_name(partner, about.county))
        if years:
            about = structs.replace(about, years=tuple(sorted(set(years))))
        _keep_about(self.store, about, before=self.about, who=self.who, at=self.clock())
        self.shared.about = about
        return about

    def set_people(self, people: Sequence[Person]) -> tuple[Person, ...]:
        """Replace the posts that sign and fill."""
        from pairing_desktop.formspec.fieldtypes.text import clean

        self.writable()
        plain = tuple(structs.replace(p, name=clean(p.name), phone=clean(p.phone)) for p in people)
        _keep_people(self.store, plain, before=self.people, who=self.who, at=self.clock())
        self.shared.people = plain
        return plain


def create(path: Path, *, county: str, partner: str = "", bureau: str = "", partner_bureau: str = "",
           people: Sequence[Person] = (), now: datetime, sample: bool = False, forms: Path | None = None, who: str = "",
           clock: Clock = system_clock) -> Workspace:
    """Make a new data file and open it for writing; an existing file is never overwritten.

    ``forms`` is the folder of form definitions (default: the shipped ones). Trouble: unknown county or partner,
    existing file, folder that cannot be written.
    """
    from pairing_desktop.formspec import catalogue
    from pairing_desktop.formspec.fieldtypes.text import clean
    from pairing_desktop.store.engine import Store

    about = structs.replace(_about(county, partner), bureau=clean(bureau), partner_bureau=clean(partner_bureau),
                            sample=sample)
    if not path.parent.is_dir():
        raise trouble("services.no_folder", folder=path.parent)
    compiled = catalogue.load(forms or paths.forms()).compile()
    meta = {"county": county, "program": __version__, "catalogue": compiled.decode()}
    store = Store.create(path, now=now, meta=meta, owner=who)
    try:
        _keep_about(store, about, before=None, who=who, at=now)
        _keep_people(store, people, before=(), who=who, at=now)
        store.checkpoint()  # a plain copy taken from now on is a data file
    except BaseException:
        store.close()
        with suppress(OSError):
            path.unlink()
        raise
    shared = Shared(store, catalogue.Catalogue.from_compiled(compiled), about, tuple(people))
    return Workspace(shared, who=who, clock=clock)


def forbidden(path: Path) -> str:
    """Return what forbids writing a file: ``_folder`` (or its medium), ``_file`` (its own mode), "" neither."""
    if not os.access(path.parent, os.W_OK):
        return "_folder"
    return "" if os.access(path, os.W_OK) else "_file"


def open_workspace(path: Path, *, write: bool = True, who: str = "", now: datetime,
                   clock: Clock = system_clock) -> Workspace:
    """Open a data file.

    When another program writes to it, ``write=True`` is Trouble that names who and since when; ``write=False`` opens
    it for reading. A file on a read-only medium opens with ``readonly`` set.
    """
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.store.engine import Store

    store = Store.open(path, now=now, write=write, owner=who, needs="catalogue")
    try:
        forms = Catalogue.from_compiled(_forms(store, path))
        shared = Shared(store, forms, _read_about(store, path), _read_people(store))
    except BaseException:
        store.close()
        raise
    return Workspace(shared, who=who, clock=clock)


def reread(ws: Workspace) -> None:
    """Read whose data file it is and its posts anew, after something else than this module wrote them."""
    ws.shared.about, ws.shared.people = _read_about(ws.store, ws.path), _read_people(ws.store)


def open_for_reading_if_taken(path: Path, *, who: str = "", now: datetime, clock: Clock = system_clock) -> Workspace:
    """Open for writing, or for reading when another window or program holds the file (``writer`` says who)."""
    try:
        return open_workspace(path, who=who, now=now, clock=clock)
    except Trouble as taken:
        if all(p.code != "store.in_use" for p in taken.problems):
            raise
        return open_workspace(path, write=False, who=who, now=now, clock=clock)


def counties() -> list[tuple[str, str, str]]:
    """Return (code, name, city) of every county to choose from, for the wizard."""
    from pairing_desktop.formspec import reference

    return [(c.code, c.name, c.city) for c in reference.counties()]


def county_name(code: str) -> str:
    """Return a county's name (or the province's), "" for an unknown code."""
    from pairing_desktop.formspec import reference
    from pairing_desktop.signing.identity import PROVINCE

    if code == PROVINCE:
        return "浙江省"
    found = reference.county(code)
    return found.name if found else ""


def filled_by(catalogue: Catalogue, side: str, *, leads: bool) -> tuple[Form, ...]:
    """Return the forms that a county of this side fills, in the navigation's order."""
    mine = {side, *(("L",) if leads else ())}
    return tuple(f for f in catalogue.forms if not f.fills or mine & set(f.fills))


def side_of(county: str) -> tuple[str, bool] | None:
    """Return a county's side and whether it leads; None for a code that is no county's."""
    from pairing_desktop.formspec import reference

    found = reference.county(county)
    return ("M" if found.mountain26 else "I", found.mountain26) if found else None


def _about(county: str, partner: str) -> About:
    own = side_of(county)
    if own is None:
        raise trouble("services.no_county", county=county)
    side, leads = own
    return About(county, county_name(county), partner, _partner_name(partner, county), side=side, leads=leads)


def _partner_name(partner: str, county: str) -> str:
    if partner == county:
        raise trouble("services.partner_is_county", county=county)
    name = county_name(partner)
    if partner and not name:
        raise trouble("services.no_county", county=partner)
    return name


def _keep_about(store: Store, about: About, *, before: About | None, who: str, at: datetime) -> None:
    from pairing_desktop.services import internal

    old = structs.asdict(before) if before else {}
    with store.begin() as tx:
        for name, value in structs.asdict(about).items():
            if name not in old or old[name] != value:
                internal.put(tx, "@setting", name, {"name": name, "value": value}, who=who, at=at)


def _forms(store: Store, path: Path) -> bytes:
    compiled = store.meta("catalogue")
    if not compiled:
        raise trouble("services.not_a_workspace", file=path.name)
    return compiled.encode()


def _read_about(store: Store, path: Path) -> About:
    from pairing_desktop.services import internal

    with store.glancing() as conn:
        found = {p.get("name", ""): p.get("value") for p in internal.payloads(conn, "@setting")}
    known = set(About.__struct_fields__)
    words: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in found.items() if n in known}
    if not words.keys() >= {"county", "county_name"}:
        raise trouble("services.not_a_workspace", file=path.name)
    return About(**words)


def _keep_people(store: Store, people: Sequence[Person], *, before: Sequence[Person], who: str, at: datetime) -> None:
    from pairing_desktop.services import internal

    with store.begin() as tx:
        for place, person in enumerate(people):
            internal.put(tx, "@person", str(place), structs.asdict(person), label=person.name, who=who, at=at)
        for place in range(len(people), len(before)):
            internal.delete(tx, "@person", str(place), who=who, at=at)


def _read_people(store: Store) -> tuple[Person, ...]:
    from pairing_desktop.services import internal
    from pairing_desktop.store.faults import Damaged

    with store.glancing() as conn:
        named = internal.by_name(conn, "@person")
        try:
            return tuple(Person(**named[place]) for place in sorted(named, key=int))
        except (TypeError, ValueError) as error:
            raise Damaged(named) from error

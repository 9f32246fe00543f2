"""Typing in and finding again: lists, records, drafts, search. Reads are pages; nothing loads a whole form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.formspec.rules import Finding

MARKS = ("error", "query", "explained", "ok", "empty")  # what a list or the navigation shows


@dataclass(frozen=True, slots=True)
class Line:
    """One record in a list: ``cells`` follow ``form.list.columns``; ``key`` is "" for a sheet not begun yet."""

    key: str
    label: str
    cells: tuple[str, ...]
    mark: str  # one of MARKS
    subject: str = ""
    unsaved: bool = False  # a draft with typed text waits


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. ``missing``: subjects (a park, a project) whose sheet of the quarter isn't begun yet."""

    total: int
    lines: tuple[Line, ...]
    missing: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A record ready to be typed in. ``previous`` and ``year_ago`` are only read."""

    draft: Draft
    key: str
    label: str
    previous: Draft | None
    year_ago: Draft | None
    locked: str  # why it cannot be changed now, "" when it can
    needs_reason: str  # why a change needs words (``why`` of ``save``), "" when it does not
    saved_at: datetime | None
    recovered: bool  # typed text that was never saved is back
    revision: int
    focus: str = ""  # where the cursor was when the draft was kept
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did. ``changed`` is false when nothing differed from the last revision."""

    key: str
    revision: int
    changed: bool
    at: datetime
    label: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found by the search box."""

    key: str
    form: str
    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class Option:
    """A record to choose in a reference field."""

    key: str
    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a revision changed, as shown."""

    path: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Past:
    """A revision of a record. ``action``: enter, change, delete, restore, carry."""

    number: int
    at: datetime
    who: str
    why: str
    action: str
    digest: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A form in the navigation: ``unexplained`` queries wait for words; ``filled`` of ``expected`` sheets begun."""

    records: int
    errors: int = 0
    queries: int = 0
    unexplained: int = 0
    clean: int = 0  # records without an error or an unexplained query
    filled: int = 0
    expected: int = 0
    mark: str = "empty"  # one of MARKS


def list_records(ws: Workspace, form: str, *, quarter: str, find: str = "", filters: Mapping[str, str] | None = None,
                 sort: Sequence[tuple[str, bool]] = (), offset: int = 0, limit: int = 200) -> Page:
    """Return a page of a form's records; ``sort`` is (field, descending) pairs, default the form's own.

    A quarterly form lists that quarter's sheets, registers and events list all. ``find`` is name, code, pinyin or initials.
    """
    raise NotImplementedError


def open_record(ws: Workspace, *, form: str, key: str | None = None, quarter: str, subject: str = "") -> OpenRecord:
    """Open a record, or a new one (``key=None``). A sheet that exists for (form, subject, quarter) is opened, not doubled."""
    raise NotImplementedError


def autosave(ws: Workspace, draft: Draft, focus: str = "") -> datetime:
    """Put what is typed on disk as a draft; makes no revision. Called when a field is left."""
    raise NotImplementedError


def save(ws: Workspace, draft: Draft, why: str = "") -> Saved:
    """Make a revision if the payload changed; refresh lists, search and the record's findings; drop the draft row."""
    raise NotImplementedError


def discard(ws: Workspace, draft: Draft) -> None:
    """Forget what was typed since the last revision."""
    raise NotImplementedError


def delete(ws: Workspace, key: str, why: str = "") -> None:
    """Delete a record: a revision too, ``restore`` brings it back. Trouble when others refer to it or it is locked."""
    raise NotImplementedError


def restore(ws: Workspace, key: str, number: int | None = None, why: str = "") -> Saved:
    """Bring back a deleted record, or an earlier revision ``number``, as a new revision."""
    raise NotImplementedError


def copy_previous(ws: Workspace, draft: Draft) -> list[str]:
    """Carry last quarter's figures forward (结转上期) into blank fields of the draft; return the paths filled."""
    raise NotImplementedError


def search(ws: Workspace, text: str, limit: int = 50) -> list[Hit]:
    """Find records of all forms by name, code, pinyin or initials."""
    raise NotImplementedError


def history(ws: Workspace, key: str) -> list[Past]:
    """Return a record's revisions, newest first, each with what it changed."""
    raise NotImplementedError


def recent(ws: Workspace, limit: int = 200) -> list[tuple[Hit, Past]]:
    """Return the last revisions of all records, newest first (their ``changes`` left empty)."""
    raise NotImplementedError


def counts(ws: Workspace, quarter: str) -> dict[str, Count]:
    """Return the navigation's counts and marks by form id, from kept findings: fast enough for every save."""
    raise NotImplementedError


def choices(ws: Workspace, form: str, text: str = "", limit: int = 50) -> list[Option]:
    """Return the records a reference field may take, by name, code, pinyin or initials."""
    raise NotImplementedError


def label(ws: Workspace, form: str, key: str) -> str:
    """Return what names a record, "" when there is none."""
    raise NotImplementedError

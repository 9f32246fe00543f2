"""What lists read: a narrow index of field values and one search key a record. Services fill it, lists page it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

SortValue = tuple[float | None, str]
"""A field's place in order: a number, or a sort text (pinyin order); (None, "") is blank and sorts last."""


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One line of a list."""

    key: str
    form: str
    label: str
    subject: str
    period: str
    revision: int
    form_digest: str
    payload: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Page:
    """A window into a sorted, filtered list: ``total`` matching lines and the rows asked for."""

    total: int
    rows: list[IndexRow]


@dataclass(frozen=True, slots=True)
class Hit:
    """One search hit."""

    key: str
    form: str
    label: str
    subject: str
    period: str


def set_fields(tx: Connection, record: str, form: str, values: Mapping[str, SortValue]) -> None:
    """Replace a record's index rows; give every field that a list can sort or filter, blank ones as (None, "")."""
    raise NotImplementedError


def set_search(tx: Connection, record: str, form: str, key_text: str) -> None:
    """Replace a record's search key: name, code, pinyin and initials, joined by blanks."""
    raise NotImplementedError


def remove(tx: Connection, record: str) -> None:
    """Take a record out of lists and search."""
    raise NotImplementedError


def page(
    conn: Connection,
    form: str,
    *,
    period: str = "",
    subject: str = "",
    sort: Sequence[tuple[str, bool]] = (),
    filters: Mapping[str, SortValue] | None = None,
    find: str = "",
    offset: int = 0,
    limit: int = 200,
) -> Page:
    """Return live records of a form; ``sort`` is (field, descending) pairs, none means order of entry."""
    raise NotImplementedError


def search(conn: Connection, text: str, limit: int = 50) -> list[Hit]:
    """Return live records whose search key holds every word of ``text``, of any form not starting with @."""
    raise NotImplementedError

"""What lists read: a narrow index of field values. Services fill it, lists page it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from pairing_desktop.store import asking, search
from pairing_desktop.store import index_sql as sql
from pairing_desktop.store.faults import Damaged

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.search import Found

SortValue = tuple[float | None, str]
"""A field's place in order: a number, or a sort text (pinyin order); (None, "") is blank and sorts last."""

Sort = Sequence[tuple[str, bool]]
"""(field, descending) pairs."""

Filters = Mapping[str, Collection[SortValue]]
"""By field: the values, any of which a record is to have; all fields count."""

_NARROW = 1000
"""Up to so many matches are sorted among themselves; more are met by walking the index in order."""

_FEW = 1500
"""Up to so many hits of a search are sorted among themselves; more are met by walking the list in order."""

_NEAR = 5000
"""Up to so many records from the first a walk in the order of several fields goes: it looks the others up all over the
file. All of 100,000 are sorted in half a second, their last page takes a walk two."""

EVERY = 1 << 30
"""A limit that is none."""


class IndexRow(Struct, frozen=True):
    """One line of a list: the record's current revision."""

    key: str
    form: str
    label: str
    subject: str
    period: str
    revision: int
    form_digest: str
    payload: str
    updated_at: str


class Page(Struct, frozen=True):
    """A window into a sorted, filtered list: ``total`` matching lines and the rows asked for."""

    total: int
    rows: list[IndexRow]


class Shared(Struct, frozen=True):
    """A value that records of a form have in common: its place in order, how many have it, one that does."""

    value: SortValue
    records: int
    example: str


# Filling


def set_fields(tx: Connection, record: str, form: str, values: Mapping[str, SortValue]) -> None:
    """Replace a record's index rows; blank values may be left out."""
    asking.run(tx, sql.DROP_FIELDS, {"record": record})
    rows = [
        {"record": record, "form": form, "field": name, "number": number, "sort_text": text}
        for name, (number, text) in values.items()
        if number is not None or text
    ]
    if rows:
        asking.run(tx, sql.ADD_FIELD, rows)


def remove(tx: Connection, record: str) -> None:
    """Take a record out of lists and search."""
    asking.run(tx, sql.DROP_FIELDS, {"record": record})
    search.remove(tx, record)


# Lists


class _Question(Struct):
    """What records of a form are wanted: conditions over ``record r``, and the values that they name."""

    conn: Reader
    form: str
    conditions: list[str] = field(default_factory=list)
    values: dict[str, str | float | None] = field(default_factory=dict)
    narrowed: bool = False
    known: int | None = None
    """How many there are, when the search has told already."""

    def narrow(self, condition: str, values: Mapping[str, str | float | None]) -> None:
        """Add a condition."""
        self.conditions.append(condition)
        self.values.update(values)
        self.narrowed, self.known = True, None

    @property
    def where(self) -> str:
        """Return the conditions as SQL."""
        return " AND ".join(["r.form = :form", "r.state = 'live'", *self.conditions])

    def total(self) -> int:
        """Return how many there are."""
        if self.known is None:
            self.known = int(asking.scalar(self.conn, f"{sql.COUNT} {self.where}", self.all))
        return self.known

    @property
    def all(self) -> dict[str, str | float | None]:
        """Return the values, the form among them."""
        return {**self.values, "form": self.form}


def page(
    conn: Reader,
    form: str,
    *,
    period: str = "",
    subject: str = "",
    sort: Sort = (),
    filters: Filters | None = None,
    find: Found | None = None,
    among: Collection[str] | None = None,
    without: Collection[str] = (),
    offset: int = 0,
    limit: int = 200,
) -> Page:
    """Return live records of a form; ``sort`` is (field, descending) pairs, none means order of entry.

    ``filters`` are index values by field; ``find`` is what a search found (``SearchTexts.find``); ``among`` and
    ``without`` are keys. Blank values sort last both ways.
    """
    asked = _question(conn, form, period=period, subject=subject, filters=filters or {}, among=among, without=without)
    if find is not None and len(find.keys) > _FEW:
        total, keys = _met(asked, sort, find, (offset, limit))
    else:
        _narrow_to(asked, find)
        total, keys = asked.total(), _keys(asked, sort, (offset, limit))
    return Page(total, rows(conn, keys))


def order(
    conn: Reader,
    form: str,
    *,
    period: str = "",
    subject: str = "",
    sort: Sort = (),
    filters: Filters | None = None,
    find: Found | None = None,
    among: Collection[str] | None = None,
    without: Collection[str] = (),
    offset: int = 0,
    limit: int = EVERY,
) -> Sequence[str]:
    """Return the keys of a list, or of a stretch of it, so that its pages are read by key however deep they lie.

    A stretch that ends with the list is found soonest: who asks for more than there is has what is blank looked for.
    """
    asked = _question(conn, form, period=period, subject=subject, filters=filters or {}, among=among, without=without)
    if find is not None and len(find.keys) > _FEW:
        return _met(asked, sort, find, (offset, limit))[1]
    _narrow_to(asked, find)
    return _keys(asked, sort, (offset, limit))


def shared(
    conn: Reader,
    form: str,
    name: str,
    *,
    period: str = "",
    filters: Filters | None = None,
    find: Found | None = None,
    among: Collection[str] | None = None,
    without: Collection[str] = (),
) -> list[Shared]:
    """Return the values that records have in a field, those asked for as for a ``page``; the most frequent first.

    Blank ones are left out.
    """
    asked = _question(conn, form, period=period, subject="", filters=filters or {}, among=among, without=without)
    _narrow_to(asked, find)
    query = f"{sql.SHARED} {_indexed(asked)} {sql.MOST_FIRST}"
    return [Shared((row[0], row[1]), row[2], row[3]) for row in asking.rows(conn, query, {**asked.all, "sort": name})]


def _question(
    conn: Reader,
    form: str,
    *,
    period: str,
    subject: str,
    filters: Filters,
    among: Collection[str] | None,
    without: Collection[str],
) -> _Question:
    asked = _Question(conn, form)
    for name, value in (("period", period), ("subject", subject)):
        if value:
            asked.narrow(f"r.{name} = :{name}", {name: value})
    for place, (name, wanted) in enumerate(filters.items()):
        _filter(asked, place, name, wanted)
    if among is not None:
        asked.narrow(*_within(conn, "among", among))
    if without:
        condition, values = _within(conn, "without", without)
        asked.narrow(f"NOT ({condition})", values)
    return asked


def _within(conn: Reader, name: str, keys: Collection[str]) -> tuple[str, Mapping[str, str | float]]:
    if not keys:
        return "1 = 0", {}
    names, values = asking.among(conn, name, keys)
    return f"r.key IN {names}", values


def _filter(asked: _Question, place: int, name: str, wanted: Collection[SortValue]) -> None:
    """Narrow to the records that have one of these values in a field."""
    values: dict[str, str | float | None] = {f"field{place}": name}
    ways = [sql.BLANK.format(place=place)] if (None, "") in wanted else []
    for column, condition, members in (
        ("number", sql.NUMBERS, [number for number, _ in wanted if number is not None]),
        ("text", sql.TEXTS, [text for number, text in wanted if number is None and text]),
    ):
        if members:
            inside, named = asking.among(asked.conn, f"{column}{place}", members)
            ways.append(condition.format(place=place, inside=inside))
            values |= named
    asked.narrow(f"({' OR '.join(ways) or '1 = 0'})", values)


def _narrow_to(asked: _Question, find: Found | None) -> None:
    """Narrow to what a search found."""
    if find is not None:
        alone = not asked.narrowed
        asked.narrow(*_within(asked.conn, "found", find.keys))
        asked.known = len(find.keys) if alone else None


def _met(asked: _Question, sort: Sort, find: Found, window: tuple[int, int]) -> tuple[int, Sequence[str]]:
    """Return how many there are of what a search found, and one window of them, met on a walk along the whole list."""
    found, (offset, limit) = frozenset(find.keys), window
    if asked.narrowed or limit == EVERY:
        keys = [key for key in _keys(asked, sort, (0, EVERY)) if key in found]
        return len(keys), keys[offset:offset + limit]
    likely = (offset + limit) * find.among // len(found) * 3 // 2 + limit
    keys = []
    for part in ((0, likely), (likely, EVERY)):
        if len(keys) < offset + limit:
            keys += [key for key in _keys(asked, sort, part) if key in found]
    return len(found), keys[offset:offset + limit]


def _keys(asked: _Question, sort: Sort, window: tuple[int, int]) -> Sequence[str]:
    """Return one window, by the way that is shorter."""
    offset, limit = window
    few = asked.narrowed and (limit == EVERY or asked.total() <= _NARROW)
    far = len(sort) > 1 and offset + limit > _NEAR
    return _walked(asked, sort, window) if sort and not (few or far) else _sorted(asked, sort, window)


def _ways(name: str, *, descending: bool) -> str:
    # As SQLite's index lies, said aloud for PostgreSQL: 无 (no number, a text) stands below all numbers.
    way = "DESC NULLS LAST" if descending else "ASC NULLS FIRST"
    return f"{name}.number {way}, {name}.sort_text {way}"


def _joins(sort: Sort, of: str, first: int) -> tuple[str, list[str], dict[str, str | float | None]]:
    """Return joins of the index for further fields, their order, and the values named."""
    joins, ways, values = [], [], dict[str, "str | float | None"]()
    for place, (name, descending) in enumerate(sort, first):
        joins.append(f"LEFT JOIN field_index f{place} ON f{place}.record = {of} AND f{place}.field = :sort{place}")
        ways.append(f"CASE WHEN f{place}.record IS NULL THEN 1 ELSE 0 END, {_ways(f'f{place}', descending=descending)}")
        values[f"sort{place}"] = name
    return " ".join(joins), ways, values


def _ties(sort: Sort) -> list[str]:
    """Return the order of records that all fields leave equal: by entry; a single field's own way, as it is walked."""
    if len(sort) != 1 or not sort[0][1]:
        return ["r.key"]
    return ["CASE WHEN f0.record IS NULL THEN r.key END", "r.key DESC"]


def _indexed(asked: _Question) -> str:
    """Return the conditions over the index ``f`` of one field, narrowed to the records wanted."""
    return f"{sql.INDEXED} {sql.EXISTS_RECORD} AND {asked.where})" if asked.narrowed else sql.INDEXED


def _walked(asked: _Question, sort: Sort, window: tuple[int, int], *, alone: bool = True) -> Sequence[str]:
    """Read one window off the ordered index, then from the records that have no value there."""
    (name, descending), *others = sort
    offset, limit = window
    joins, ways, values = _joins(others, "f.record", 1)
    values |= {**asked.all, "sort": name}
    source = f"{sql.INDEX} {joins} {_indexed(asked)}"
    tie = "f.record DESC" if descending and alone and not others else "f.record"
    ordered = ", ".join([_ways("f", descending=descending), *ways, tie])
    keys = asking.keys(asked.conn, f"{sql.RECORD} {source} ORDER BY {ordered} {sql.WINDOW}",
                       {**values, "limit": limit, "offset": offset})
    if len(keys) == limit:
        return keys
    valued = offset + len(keys)
    if not keys and offset:
        valued = int(asking.scalar(asked.conn, f"{sql.HOW_MANY} {source}", values))
    return [*keys, *_blank(asked, sort, (max(0, offset - valued), limit - len(keys)))]


def _blank(asked: _Question, sort: Sort, window: tuple[int, int]) -> Sequence[str]:
    """Return the records that have no value in the first field, in the order of the others: walked as well."""
    (name, _), *others = sort
    place = f"_before{len(others)}"
    rest = replace(asked, conditions=[*asked.conditions, sql.BLANK.format(place=place)],
                   values={**asked.values, f"field{place}": name}, narrowed=True)
    if others:
        return _walked(rest, others, window, alone=False)
    return _window(rest, "", ["r.key"], window)


def _sorted(asked: _Question, sort: Sort, window: tuple[int, int]) -> Sequence[str]:
    """Sort the matching records among themselves."""
    joins, ways, values = _joins(sort, "r.key", 0)
    ordered = [*ways, *_ties(sort)]
    return _window(replace(asked, values={**asked.values, **values}), joins, ordered, window)


def _window(asked: _Question, joins: str, ordered: Sequence[str], window: tuple[int, int]) -> Sequence[str]:
    offset, limit = window
    query = f"{sql.KEY} {joins} WHERE {asked.where} ORDER BY {', '.join(ordered)} {sql.WINDOW}"
    return asking.keys(asked.conn, query, {**asked.all, "limit": limit, "offset": offset})


def rows(conn: Reader, keys: Sequence[str]) -> list[IndexRow]:
    """Return the lines of these records, in this order; a record without its last revision is damage."""
    if not keys:
        return []
    names, values = asking.among(conn, "key", keys)
    found = {row[0]: IndexRow(*row) for row in asking.rows(conn, f"{sql.ROWS} WHERE r.key IN {names}", values)}
    if len(found) != len(keys):
        raise Damaged
    return [found[key] for key in keys]

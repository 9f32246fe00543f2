"""What lists read: a narrow index of field values and one search key a record. Services fill it, lists page it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select

from pairing_desktop.store import models as m
from pairing_desktop.store.faults import Damaged

SortValue = tuple[float | None, str]
"""A field's place in order: a number, or a sort text (pinyin order); (None, "") is blank and sorts last."""

_NARROW = 1000
"""Up to so many matches are sorted among themselves; more are met by walking the index in order."""


@dataclass(frozen=True, slots=True)
class IndexRow:
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
    """Replace a record's index rows; blank values may be left out."""
    tx.execute(delete(m.field_index).where(m.field_index.c.record == record))
    rows = [
        {"record": record, "form": form, "field": field, "number": number, "sort_text": text}
        for field, (number, text) in values.items()
        if number is not None or text
    ]
    if rows:
        tx.execute(insert(m.field_index), rows)


def set_search(tx: Connection, record: str, form: str, key_text: str) -> None:
    """Replace a record's search key: name, code, pinyin and initials, joined by blanks."""
    tx.execute(delete(m.search_key).where(m.search_key.c.record == record))
    tx.execute(insert(m.search_key), {"record": record, "form": form, "key_text": folded(key_text)})


def remove(tx: Connection, record: str) -> None:
    """Take a record out of lists and search."""
    tx.execute(delete(m.field_index).where(m.field_index.c.record == record))
    tx.execute(delete(m.search_key).where(m.search_key.c.record == record))


def folded(text: str) -> str:
    """Return a text as searched: lower case, single blanks."""
    return " ".join(text.casefold().split())


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
    """Return live records of a form; ``sort`` is (field, descending) pairs, none means order of entry.

    ``filters`` are exact index values by field; ``find`` is words of the search key. Blank values sort last both ways.
    """
    given = {m.record.c.period: period, m.record.c.subject: subject}
    narrowing = [column == value for column, value in given.items() if value]
    narrowing += [_filtered(form, field, value) for field, value in (filters or {}).items()]
    total: int | None = None
    words = folded(find).split()
    if words:
        found, total = _found(conn, form, words)
        total = None if narrowing else total
        narrowing.append(found)
    wanted = [m.record.c.form == form, m.record.c.state == "live", *narrowing]
    if total is None:
        total = conn.execute(select(func.count()).select_from(m.record).where(*wanted)).scalar_one()
    if len(sort) == 1 and (not narrowing or total > _NARROW):
        keys = _walked(conn, form, wanted, narrowed=bool(narrowing), by=sort[0], window=(offset, limit))
    else:
        keys = _sorted(conn, wanted, sort, window=(offset, limit))
    return Page(total, _rows(conn, keys))


def search(conn: Connection, text: str, limit: int = 50) -> list[Hit]:
    """Return live records whose search key holds every word of ``text``, the program's own (@) left out.

    Keys that begin with the first word come first, then those with a word that does (among the first 1,000 hits).
    """
    words = folded(text).split()
    if not words:
        return []
    k = m.search_key.c
    query = select(k.record, k.key_text).where(*_holding(words), ~k.form.startswith("@"))
    rows = conn.execute(query.order_by(k.record).limit(_NARROW)).all()
    ranked = sorted(rows, key=lambda row: (not row[1].startswith(words[0]), f" {words[0]}" not in row[1], row[0]))
    keys = [row[0] for row in ranked[:limit]]
    r = m.record.c
    whole = conn.execute(select(r.key, r.form, r.label, r.subject, r.period).where(r.key.in_(keys)))
    hits = {row[0]: Hit(*row) for row in whole}
    return [hits[key] for key in keys]


def _holding(words: Sequence[str]) -> list[ColumnElement[bool]]:
    return [m.search_key.c.key_text.contains(word, autoescape=True) for word in words]


def _found(conn: Connection, form: str, words: Sequence[str]) -> tuple[ColumnElement[bool], int]:
    """Return the condition of a search and its number of hits: the few keys found, or asked of each when many."""
    k = m.search_key.c
    hits = select(k.record).where(k.form == form, *_holding(words))
    keys = conn.execute(hits.limit(_NARROW + 1)).scalars().all()
    if len(keys) <= _NARROW:
        return m.record.c.key.in_(keys), len(keys)
    count = conn.execute(select(func.count()).select_from(hits.subquery())).scalar_one()
    return exists().where(k.record == m.record.c.key, *_holding(words)), count


def _filtered(form: str, field: str, value: SortValue) -> ColumnElement[bool]:
    number, text = value
    f = m.field_index.c
    if number is None and not text:
        return ~exists().where(f.record == m.record.c.key, f.field == field)
    same = select(f.record).where(f.form == form, f.field == field, f.number.is_not_distinct_from(number))
    return m.record.c.key.in_(same.where(f.sort_text == text))


def _ways(column: ColumnElement[object], *, descending: bool) -> ColumnElement[object]:
    # As SQLite's index lies, said aloud for PostgreSQL: 无 (no number, a text) stands below all numbers.
    return column.desc().nulls_last() if descending else column.asc().nulls_first()


def _walked(
    conn: Connection,
    form: str,
    wanted: Sequence[ColumnElement[bool]],
    *,
    narrowed: bool,
    by: tuple[str, bool],
    window: tuple[int, int],
) -> Sequence[str]:
    """Read one window off the ordered index, then from the records that have no value there."""
    field, descending = by
    offset, limit = window
    f = m.field_index.c
    ordered = select(f.record).where(f.form == form, f.field == field)
    if narrowed:
        ordered = ordered.where(exists().where(m.record.c.key == f.record, *wanted))
    ways = [_ways(column, descending=descending) for column in (f.number, f.sort_text, f.record)]
    keys = conn.execute(ordered.order_by(*ways).limit(limit).offset(offset)).scalars().all()
    if len(keys) == limit:
        return keys
    valued = offset + len(keys)
    if not keys and offset:
        valued = conn.execute(select(func.count()).select_from(ordered.subquery())).scalar_one()
    blank = select(m.record.c.key).where(*wanted, ~exists().where(f.record == m.record.c.key, f.field == field))
    rest = blank.order_by(m.record.c.key).limit(limit - len(keys)).offset(max(0, offset - valued))
    return [*keys, *conn.execute(rest).scalars()]


def _sorted(
    conn: Connection,
    wanted: Sequence[ColumnElement[bool]],
    sort: Sequence[tuple[str, bool]],
    *,
    window: tuple[int, int],
) -> Sequence[str]:
    """Sort the matching records among themselves."""
    offset, limit = window
    query = select(m.record.c.key).where(*wanted)
    for field, descending in sort:
        f = m.field_index.alias()
        query = query.outerjoin(f, (f.c.record == m.record.c.key) & (f.c.field == field)).order_by(
            f.c.record.is_(None),
            _ways(f.c.number, descending=descending),
            _ways(f.c.sort_text, descending=descending),
        )
    return conn.execute(query.order_by(m.record.c.key).limit(limit).offset(offset)).scalars().all()


def _rows(conn: Connection, keys: Sequence[str]) -> list[IndexRow]:
    r, v = m.record.c, m.revision.c
    query = (
        select(r.key, r.form, r.label, r.subject, r.period, r.revision, v.form_digest, v.payload, v.at)
        .join(m.revision, (v.record == r.key) & (v.number == r.revision))
        .where(r.key.in_(keys))
    )
    rows = {row[0]: IndexRow(*row) for row in conn.execute(query)}
    if len(rows) != len(keys):  # a record without its last revision
        raise Damaged
    return [rows[key] for key in keys]

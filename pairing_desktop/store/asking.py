"""Questions in plain SQL, for SQLAlchemy's connections and for the driver's bare one alike.

The first list of a window is read through a bare connection: importing SQLAlchemy takes longer than all else together.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult, TextClause

Reader = Union[sqlite3.Connection, "Connection"]
"""Something that can be asked: SQLite's own connection, or one of SQLAlchemy."""

Values = Mapping[str, "str | float | None"]
Row = tuple[Any, ...]


def is_sqlite(conn: Reader) -> bool:
    """Tell whether SQLite answers, bare or through SQLAlchemy."""
    return isinstance(conn, sqlite3.Connection) or conn.dialect.name == "sqlite"


def rows(conn: Reader, sql: str, values: Values | None = None) -> list[Row]:
    """Return all rows of a question; its ``:names`` stand for ``values``."""
    if isinstance(conn, sqlite3.Connection):
        return conn.execute(sql, values or {}).fetchall()
    return [tuple(row) for row in _asked(conn, sql, values or {}).fetchall()]


def keys(conn: Reader, sql: str, values: Values | None = None) -> list[str]:
    """Return the one column of a question that ends in a LIMIT, words without line breaks, in its order.

    SQLite hands them over as one text: the driver gives the interpreter away and waits for it again at every row, and
    two threads that step through thousands of rows then wait for each other longer than either works.
    """
    if is_sqlite(conn):
        as_one = f"WITH found (word) AS ({sql}) SELECT group_concat(word, char(10)) FROM found"  # noqa: S608  # ours
        found = scalar(conn, as_one, values)
        return str(found).split("\n") if found is not None else []
    return [row[0] for row in rows(conn, sql, values)]


def named_rows(conn: Reader, sql: str, values: Values | None = None) -> list[dict[str, Any]]:
    """Return all rows, each by the columns' names."""
    if isinstance(conn, sqlite3.Connection):
        found = conn.execute(sql, values or {})
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]
    return [dict(row) for row in _asked(conn, sql, values or {}).mappings()]


def _asked(conn: Connection, sql: str, values: Values) -> CursorResult[Any]:
    """Ask through SQLAlchemy; SQLite's driver takes ``:names`` as they are, others after a translation."""
    if conn.dialect.name == "sqlite":
        return conn.exec_driver_sql(sql, dict(values))
    return conn.execute(_text(sql), values)


def run(tx: Connection, sql: str, values: Values | Sequence[Values]) -> None:
    """Run a statement that answers nothing, once for each of several values."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(sql, dict(values) if isinstance(values, Mapping) else [dict(each) for each in values])
    else:
        tx.execute(_text(sql), values)


@lru_cache(maxsize=256)
def _text(sql: str) -> TextClause:
    from sqlalchemy import text

    return text(sql)


def scalar(conn: Reader, sql: str, values: Values | None = None) -> Any:  # noqa: ANN401  # a column's
    """Return the first column of the first row, None without one."""
    found = rows(conn, sql, values)
    return found[0][0] if found else None


def among(conn: Reader, name: str, members: Iterable[str | float]) -> tuple[str, dict[str, str | float]]:
    """Return what stands after IN, and its values.

    SQLite takes the members as one JSON text: it looks through the names of a statement one by one, each time anew.
    """
    if is_sqlite(conn):
        return f"(SELECT value FROM json_each(:{name}))", {name: json.dumps(list(members))}  # noqa: S608  # ours
    values = {f"{name}_{place}": member for place, member in enumerate(members)}
    return "(" + ", ".join(f":{each}" for each in values) + ")", values

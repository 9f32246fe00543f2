"""What names mean while one record is evaluated: its values, its rows, the records around it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol

from msgspec import Struct

from pairing_desktop.formspec import period as periods
from pairing_desktop.formspec import reference
from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.functions import joined, number
from pairing_desktop.formspec.values import Payload, Value

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Source(Protocol):
    """Where a record's values come from: a stored payload, or a draft being typed."""

    def value(self, field_id: str) -> Value:
        """Return a field's value; what was not understood is blank."""

    def rows(self, table: str) -> Sequence["Source"]:
        """Return a table's rows."""

    def marks(self, field_id: str) -> Mapping[str, str]:
        """Return a figure's marks."""


class Around(Protocol):
    """The records around the one evaluated: ``rules.Lookup``."""

    def previous(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:
        """See ``rules.Lookup``."""

    def year_ago(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:
        """See ``rules.Lookup``."""

    def records(self, form_id: str, **equal: object) -> Any:  # noqa: ANN401
        """See ``rules.Lookup``."""

    def target(self, form_id: str, key: str) -> Payload | None:
        """See ``rules.Lookup``."""

    def label(self, form_id: str, key: str) -> str:
        """See ``rules.Lookup``."""


class Stored:
    """A payload, or a row of one, read when asked."""

    def __init__(self, fields: Mapping[str, Field], payload: Payload) -> None:
        self.fields = fields
        self.stored: Mapping[str, Any] = payload.get("values", NOTHING)
        self.raw: Mapping[str, str] = payload.get("raw", NOTHING)
        """What was typed and not understood."""
        self._marks: Mapping[str, Mapping[str, str]] = payload.get("marks", NOTHING)
        self.payload = payload
        self.cache: dict[str, Value] = {}

    def value(self, field_id: str) -> Value:
        """Return a field's value; stored JSON that is no value of the type is blank (and a finding elsewhere)."""
        if field_id in self.cache:
            return self.cache[field_id]
        stored = self.stored.get(field_id)
        if stored is None:
            return None
        try:
            found = self.fields[field_id].converter.load(stored)
        except ValueError:
            found = None
        self.cache[field_id] = found
        return found

    def rows(self, table: str) -> Sequence["Stored"]:
        """Return a table's rows."""
        columns = self.fields[table].column_by_id
        return [Stored(columns, row) for row in self.stored.get(table, ())]

    def marks(self, field_id: str) -> Mapping[str, str]:
        """Return a figure's marks."""
        return self._marks.get(field_id, NOTHING)


@lru_cache(maxsize=512)
def stand_in(field_id: str, type_name: str) -> Field:
    """Return a field of another form as far as its type goes; see ``compiling.type_word``."""
    kind, _, target = type_name.partition(":")
    return Field(id=field_id, label=field_id, type=kind, form=target)  # type: ignore[arg-type]  # a compiled form's word


class Identity(Struct, frozen=True):
    """Which record is evaluated, and in which period."""

    key: str = ""
    period: str = ""
    subject: str = ""
    today: date | None = None


class Scope:
    """Names and calls of one record; ``row`` is the table row being evaluated, if any."""

    def __init__(self, form: Form, source: Source, around: Around, identity: Identity) -> None:
        self.form = form
        self.source = source
        self.around = around
        self.identity = identity
        self.row: Source | None = None
        self.columns: Mapping[str, Field] = {}
        self._rows: dict[str, Sequence[Source]] = {}
        self._earlier: dict[str, Stored | None] = {}

    def enter(self, table: str, row: Source) -> None:
        """Make a table's row the nearest names."""
        self.row, self.columns = row, self.form.by_id[table].column_by_id

    def leave(self) -> None:
        """Go back to the record alone."""
        self.row, self.columns = None, {}

    def name(self, name: str) -> Any:  # noqa: ANN401
        """Return a column, field or variable."""
        if self.row is not None and name in self.columns:
            return self.row.value(name)
        own = self.form.by_id.get(name)
        if own is None:
            return self._variable(name)
        return (True,) * len(self.rows(name)) if own.type == "table" else self.source.value(name)

    def _variable(self, name: str) -> Any:  # noqa: ANN401
        who = self.identity
        if name in ("key", "subject", "period"):
            return getattr(who, name) or None
        if name == "today":
            return who.today
        bounds = periods.bounds(who.period)
        if bounds is None:
            return None
        if name == "quarter":
            return int(who.period[-1]) if periods.is_quarter(who.period) else None
        return {"period_year": bounds[0].year, "period_start": bounds[0]}.get(name, bounds[1])

    def rows(self, table: str) -> Sequence[Source]:
        """Return a table's rows, read once."""
        found = self._rows.get(table)
        if found is None:
            found = self._rows[table] = self.source.rows(table)
        return found

    def column(self, table: str, column: str) -> tuple[Value, ...]:
        """Return a column's values."""
        return tuple(row.value(column) for row in self.rows(table))

    def filtered(self, table: str, column: str, **equal: Value) -> tuple[Value, ...] | None:
        """Return a column of the rows that match, any of several values; a blank to match makes the result blank."""
        if None in equal.values():
            return None
        wanted = {name: value if isinstance(value, tuple) else (value,) for name, value in equal.items()}
        rows = [row for row in self.rows(table) if all(row.value(name) in wanted[name] for name in wanted)]
        return tuple(row.value(column) for row in rows) if column else (True,) * len(rows)

    def foreign(self, form_id: str, payload: Payload) -> Stored:
        """Return another form's record as far as expressions read it."""
        types = self.form.foreign.get(form_id, {})
        return Stored({name: stand_in(name, kind) for name, kind in types.items()}, payload)

    def records(self, form_id: str, column: str, **equal: Value) -> tuple[Value, ...] | None:
        """Return a column of another form's records that match; a blank to match makes the result blank."""
        if None in equal.values():
            return None
        types = self.form.foreign.get(form_id, {})
        stored = {
            name: stand_in(name, types[name]).converter.store(value) if name in types else value
            for name, value in equal.items()
        }
        found = tuple(self.around.records(form_id, **stored))
        return tuple(self.foreign(form_id, p).value(column) for p in found) if column else (True,) * len(found)

    def target(self, form_id: str, key: Value, field_id: str) -> Value:
        """Return a field of the record a reference points to."""
        payload = self.around.target(form_id, key) if isinstance(key, str) else None
        return None if payload is None else self.foreign(form_id, payload).value(field_id)

    @staticmethod
    def county(code: Value, member: str) -> Value:
        """Return a member of a county."""
        found = reference.county(code) if isinstance(code, str) else None
        return None if found is None else getattr(found, member)

    def earlier(self, which: str) -> Stored | None:
        """Return the same sheet of an earlier period ("previous" or "year_ago")."""
        if which not in self._earlier:
            who = self.identity
            ask = self.around.previous if which == "previous" else self.around.year_ago
            payload = ask(self.form.id, who.key, who.period, who.subject)
            self._earlier[which] = None if payload is None else Stored(self.form.by_id, payload)
        return self._earlier[which]

    def previous(self, field_id: str) -> Value:
        """Return a field one period earlier."""
        sheet = self.earlier("previous")
        return None if sheet is None else sheet.value(field_id)

    def year_ago(self, field_id: str) -> Value:
        """Return a field a year earlier."""
        sheet = self.earlier("year_ago")
        return None if sheet is None else sheet.value(field_id)

    def this_quarter(self, field_id: str) -> Any:  # noqa: ANN401
        """Return year to date less the previous quarter's year to date; in the first quarter the figure itself."""
        now = number(self.source.value(field_id))
        if now is None or self._variable("quarter") == 1:
            return now
        before = number(self.previous(field_id))
        return None if before is None else now - before


def rank(code: Any, codes: tuple[str, ...]) -> int | None:  # noqa: ANN401
    """Return the place of a choice among its field's, from 1."""
    return codes.index(code) + 1 if code in codes else None


CALLS: dict[str, Callable[..., Any]] = {
    "column_": Scope.column, "target_": Scope.target, "rows_": Scope.filtered, "records_": Scope.records,
    "previous_": Scope.previous, "year_ago_": Scope.year_ago, "this_quarter_": Scope.this_quarter,
}
"""Calls that look around in a scope, their first argument."""
PLAIN_CALLS: dict[str, Callable[..., Any]] = {"county_": Scope.county, "rank_": rank, "joined_": joined}
"""Calls that compiling makes of what needs no scope."""

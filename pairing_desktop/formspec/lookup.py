"""``rules.Lookup`` over records held in memory, indexed as rules ask for them."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from pairing_desktop.formspec import period as periods
from pairing_desktop.formspec.values import Payload


class Known(Struct, frozen=True):
    """A live record."""

    form: str
    key: str
    payload: Payload
    label: str = ""
    period: str = ""
    subject: str = ""


_OWN = ("key", "subject", "period")


def _hashable(value: Any) -> Any:  # noqa: ANN401
    return tuple(value) if isinstance(value, list | tuple) else value


class MemoryLookup:
    """All live records of a workspace or packet as rules see them; ``period`` is the quarter checked."""

    def __init__(self, records: Iterable[Known] = (), *, period: str = "") -> None:
        self.period = period
        self._by_form: dict[str, dict[str, Known]] = {}
        self._sheets: dict[tuple[str, str, str], Known] = {}
        self._indexes: dict[str, dict[tuple[str, ...], dict[tuple[Any, ...], list[Payload]]]] = {}
        for record in records:
            self.put(record)

    def put(self, record: Known) -> None:
        """Add a record, or replace the one with its key: the record checked stands with its present values."""
        self._by_form.setdefault(record.form, {})[record.key] = record
        if record.period:
            self._sheets[record.form, record.subject, record.period] = record
        self._indexes.pop(record.form, None)

    def previous(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:  # noqa: ARG002
        """Return the sheet of the same subject one period earlier."""
        found = self._sheets.get((form_id, subject, periods.previous(period)))
        return found.payload if found else None

    def year_ago(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:  # noqa: ARG002
        """Return the sheet of the same subject a year earlier."""
        found = self._sheets.get((form_id, subject, periods.year_ago(period)))
        return found.payload if found else None

    def records(self, form_id: str, **equal: object) -> Iterable[Payload]:
        """Return the records whose stored values equal the given ones; sheets only of the quarter checked."""
        names = tuple(sorted(equal))
        indexes = self._indexes.setdefault(form_id, {})
        if names not in indexes:
            indexes[names] = self._index(form_id, names)
        return indexes[names].get(tuple(_hashable(equal[name]) for name in names), ())

    def _index(self, form_id: str, names: tuple[str, ...]) -> dict[tuple[Any, ...], list[Payload]]:
        index: dict[tuple[Any, ...], list[Payload]] = {}
        for record in self._by_form.get(form_id, {}).values():
            if "period" in names or not (record.period and self.period and record.period != self.period):
                values: Mapping[str, Any] = record.payload.get("values", {})
                key = tuple(getattr(record, n) if n in _OWN else _hashable(values.get(n)) for n in names)
                index.setdefault(key, []).append(record.payload)
        return index

    def target(self, form_id: str, key: str) -> Payload | None:
        """Return the record a reference points to."""
        found = self._by_form.get(form_id, {}).get(key)
        return found.payload if found else None

    def label(self, form_id: str, key: str) -> str:
        """Return a record's name."""
        found = self._by_form.get(form_id, {}).get(key)
        return found.label if found else ""

"""What rules, drafts and pages may ask about other records: one view of the data file, loaded a form at a time.

``Snapshot`` reads a form's records once and finds by equal values through an index, so that a check of a thousand firms
for doubles is not a million comparisons. It is thrown away after the work: nothing in it goes stale for long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct, field
from msgspec.structs import replace

from pairing_desktop.services import naming
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.store.asking import Reader
    from pairing_desktop.store.records import Record, Revision

Payload = Mapping[str, Any]
NARROW = 200
"""More hits than this and reading the form once is no slower."""


class Entry(Struct, frozen=True):
    """A record with its payload read, in the present version of its form."""

    key: str
    form: str
    subject: str
    period: str
    label: str
    natural_key: str
    revision: int
    digest: str
    updated_at: datetime | None
    payload: Payload


def decode(text: str) -> dict[str, Any]:
    """Return a stored payload. Damaged: it is no JSON object, which only damage can make of it."""
    import msgspec

    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise _damaged(text) from error


def _damaged(text: str) -> Exception:
    from pairing_desktop.store.faults import Damaged

    return Damaged(text)


def decode_parts(text: str, names: set[str]) -> Payload:
    """Return only these fields of a stored payload: a list opens at a key, and a diagnosis holds a thousand cells."""
    import msgspec

    try:
        whole = msgspec.json.decode(text, type=dict[str, dict[str, msgspec.Raw]])
    except msgspec.DecodeError as error:
        raise _damaged(text) from error
    return {member: {name: msgspec.json.decode(held[name]) for name in names & held.keys()}
            for member, held in whole.items()}


def upgraded(form: Form, payload: Payload, digest: str) -> Payload:
    """Return a payload entered with an older version of its form as the present one reads it."""
    from pairing_desktop.formspec import records

    return payload if digest == form.digest else records.upgrade(form, payload)


class Snapshot:
    """A ``formspec.rules.Lookup`` over the data file, for one quarter. ``replace`` puts a record being typed in.

    ``whole``: for checking everything, questions load a form once and are answered from memory; otherwise a question
    by value goes to the index, so that one record among 100,000 is checked without reading the others.

    ``as_sent``: what the quarter itself says. A register's record or an event that has since gone out with a later
    quarter, as it stands, is then seen as this quarter's last submission took it, or not at all if it took none.
    """

    def __init__(self, ws: Workspace, quarter: str, conn: Reader | None = None, *, whole: bool = False,
                 as_sent: bool = False) -> None:
        self.ws = ws
        self.quarter = quarter
        self._conn = conn
        self._whole = whole
        self._gone: Gone | None = None if as_sent else Gone()
        self._typed: dict[str, Entry] = {}
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        self._by_key: dict[str, Entry | None] = {}
        self._index: dict[tuple[str, tuple[str, ...]], dict[tuple[object, ...], list[Payload]]] = {}
        self._sheets: dict[tuple[str, str, str], Entry | None] = {}
        self._near: dict[tuple[str, str, object], list[Entry] | None] = {}
        self._sent: dict[str, dict[str, int]] = {}
        self._revisions: dict[tuple[str, int], Payload | None] = {}

    # The view

    def entries(self, form_id: str, period: str = "") -> list[Entry]:
        """Return the live records of a form (of a period, for sheets), in order of entry."""
        if (form_id, period) not in self._entries:
            from pairing_desktop.store import records

            rows = self._read(lambda conn: records.select(conn, form=form_id, period=period or None))
            found = self._with_typed(list(filter(None, map(self._standing, rows))), form_id, period)
            self._entries[form_id, period] = found
            self._by_key.update((e.key, e) for e in found)
        return self._entries[form_id, period]

    def entry(self, key: str) -> Entry | None:
        """Return one live record."""
        if key not in self._by_key:
            from pairing_desktop.store import records

            row = self._read(lambda conn: records.get(conn, key))
            self._by_key[key] = self._standing(row) if row and row.state == "live" else None
        return self._by_key[key]

    def aliases(self, form_id: str) -> list[tuple[str, str, str]]:
        """Return (name, natural key, key of the one that stays) of the records merged into others."""
        from pairing_desktop.store import records

        found: list[tuple[str, str, str]] = self._read(lambda conn: records.aliases(conn, form_id))
        return found

    def fetch(self, keys: Iterable[str]) -> None:
        """Read these records together, for questions about each of them that follow."""
        from pairing_desktop.store import records

        wanted = list({key for key in keys if key not in self._by_key})
        rows = self._read(lambda conn: records.among(conn, wanted)) if wanted else ()
        self._by_key.update(dict.fromkeys(wanted))
        self._by_key.update((row.key, self._standing(row)) for row in rows)

    def sheet(self, form_id: str, subject: str, period: str) -> Entry | None:
        """Return the sheet of a subject and period."""
        if self._whole:
            self.entries(form_id, period)
        if (form_id, period) in self._entries:
            return next((e for e in self._entries[form_id, period] if e.subject == subject), None)
        from pairing_desktop.store import records

        at = (form_id, subject, period)
        if at not in self._sheets:
            rows = self._read(lambda conn: records.find_period(conn, form_id, subject, period))
            self._sheets[at] = self._entry(rows[0]) if rows else None
        return self._sheets[at]

    def name(self, form_id: str, entry: Entry) -> str:
        """Return an entry's label as its references read now (kept labels may be older)."""
        form = self._form(form_id)
        if form is None:
            return entry.label
        return naming.label(form, entry.payload, subject=entry.subject, period=entry.period, resolve=self.label)

    def replace(self, entry: Entry) -> None:
        """Let a record be seen as it is being typed, not as it was saved, nor as it was typed until now."""
        self._typed[entry.key] = entry
        self._by_key[entry.key] = entry
        for form_id, period in [at for at in self._entries if at[0] == entry.form]:
            self._entries[form_id, period] = self._with_typed(self._entries[form_id, period], form_id, period)
        for at in [at for at in self._index if at[0] == entry.form]:
            del self._index[at]

    # formspec.rules.Lookup

    def previous(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:
        """Return the sheet of the quarter (or year) before, or an event as it was last sent before this quarter."""
        from pairing_desktop.formspec import period as periods

        form = self._form(form_id)
        now = period[:4] if form and form.kind == "yearly" else period
        return self._earlier(form_id, record_key, periods.previous(now), subject)

    def year_ago(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:
        """Return the sheet of the same quarter a year before."""
        from pairing_desktop.formspec import period as periods

        return self._earlier(form_id, record_key, periods.year_ago(period), subject)

    def records(self, form_id: str, **equal: object) -> Iterable[Payload]:
        """Return live records whose stored values equal the given ones; sheets of the quarter, events up to its end."""
        names = tuple(sorted(equal))
        form = self._form(form_id)
        by_value = not self._whole and not self._went.later  # the index knows records as they stand
        if by_value and form and names and (form_id, names) not in self._index:
            narrow = self._narrowed(form, equal)
            if narrow is not None:
                return narrow
        if (form_id, names) not in self._index:
            self._index[form_id, names] = self._indexed(form_id, names)
        return self._index[form_id, names].get(tuple(_same(equal[n]) for n in names), [])

    def target(self, form_id: str, key: str) -> Payload | None:
        """Return the record a reference points to."""
        entry = self.entry(key)
        return entry.payload if entry and entry.form == form_id else None

    def label(self, form_id: str, key: str) -> str:
        """Return a record's name as shown, "" if there is none."""
        entry = self.entry(key)
        return self.name(form_id, entry) if entry and entry.form == form_id else ""

    # Within

    def _read(self, ask: Any) -> Any:  # noqa: ANN401  # passes the answer through
        if self._conn is not None:
            return ask(self._conn)
        with self.ws.store.glancing() as conn:
            return ask(conn)

    def _form(self, form_id: str) -> Form | None:
        try:
            return self.ws.catalogue.form(form_id)
        except KeyError:
            return None

    def _decode(self, text: str) -> Payload:
        from pairing_desktop.store.faults import told

        with told(self.ws.store.name):
            return decode(text)

    @property
    def _went(self) -> Gone:
        if self._gone is None:
            self._gone = self._read(lambda conn: gone(conn, self.quarter))
        return self._gone

    def _standing(self, row: Record) -> Entry | None:
        """Return a record as the quarter says it."""
        from pairing_desktop.store import records

        if (row.key, row.revision) not in self._went.later or row.period:
            return self._entry(row)
        number = self._went.own.get(row.key)
        if number is None or number == row.revision:
            return self._entry(row) if number else None
        old: Revision | None = self._read(lambda conn: records.revision(conn, row.key, number))
        return self._entry(replace(
            row, subject=old.subject, label=old.label, natural_key=old.natural_key, revision=old.number,
            digest=old.digest, form_digest=old.form_digest, payload=old.payload, updated_at=old.at,
        )) if old else None

    def _entry(self, row: Record) -> Entry:
        form = self._form(row.form)
        payload = self._decode(row.payload)
        if form:
            payload = upgraded(form, payload, row.form_digest)
        return Entry(row.key, row.form, row.subject, row.period, row.label, row.natural_key, row.revision, row.digest,
                     row.updated_at, payload)

    def _earlier(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:
        form = self._form(form_id)
        if form is None or not period:
            return None
        if form.kind in ("quarterly", "yearly"):
            found = self.sheet(form_id, subject, period if form.kind == "quarterly" else period[:4])
            return found.payload if found else None
        return self._as_sent(record_key, period)

    def _as_sent(self, record_key: str, period: str) -> Payload | None:
        """Return a record as the last submission of a period took it."""
        from pairing_desktop.store import records

        if period not in self._sent:
            self._sent[period] = self._read(lambda conn: sent(conn, period))
        number = self._sent[period].get(record_key)
        if number is None:
            return None
        at = (record_key, number)
        if at not in self._revisions:
            found: Revision | None = self._read(lambda conn: records.revision(conn, record_key, number))
            self._revisions[at] = self._decode(found.payload) if found else None
        return self._revisions[at]

    def _with_typed(self, found: list[Entry], form_id: str, period: str) -> list[Entry]:
        typed = [e for e in self._typed.values() if e.form == form_id and period in ("", e.period)]
        return [e for e in found if e.key not in self._typed] + typed

    def _narrowed(self, form: Form, equal: Mapping[str, object]) -> list[Payload] | None:
        """Return the records that the index finds for a value, None when no value of the question is indexed."""
        for name, wanted in equal.items():
            field = form.by_id.get(name)
            if field is None or field.type in (*naming.UNSORTED, "reference") or wanted is None:
                continue
            period = naming.stored_period(form, self.quarter)
            stored = self._found_near(form, name, field.converter.sort_key(cast("Any", wanted)), period)
            if stored is None:
                return None
            entries = self._with_typed(stored, form.id, period)
            return [e.payload for e in entries if happened(form, e.payload, self.quarter) and _equal(e, equal)]
        return None

    def _found_near(self, form: Form, name: str, place: tuple[float | None, str], period: str) -> list[Entry] | None:
        """Return the saved records that the index finds at a place of a field, None for too many; asked once."""
        from pairing_desktop.store import index

        at = (form.id, name, place)
        if at not in self._near:
            found = self._read(lambda conn: index.page(conn, form.id, period=period, filters={name: [place]},
                                                       limit=NARROW + 1))
            self._near[at] = None if found.total > NARROW else [
                Entry(r.key, r.form, r.subject, r.period, r.label, "", r.revision, "", None,
                      upgraded(form, self._decode(r.payload), r.form_digest)) for r in found.rows]
        return self._near[at]

    def _indexed(self, form_id: str, names: tuple[str, ...]) -> dict[tuple[object, ...], list[Payload]]:
        form = self._form(form_id)
        period = naming.stored_period(form, self.quarter) if form else ""
        found: dict[tuple[object, ...], list[Payload]] = {}
        for entry in self.entries(form_id, "" if "period" in names else period):
            if form is None or happened(form, entry.payload, self.quarter):
                found.setdefault(tuple(_of(entry, n) for n in names), []).append(entry.payload)
        return found


def _of(entry: Entry, name: str) -> object:
    own = {"key": entry.key, "subject": entry.subject, "period": entry.period}
    return own[name] if name in own else _same(naming.value(entry.payload, name))


def _equal(entry: Entry, equal: Mapping[str, object]) -> bool:
    return all(_of(entry, name) == _same(wanted) for name, wanted in equal.items())


def happened(form: Form, payload: Payload, quarter: str) -> bool:
    """Tell whether an event lies before the quarter's end; other records always do."""
    if form.kind != "event" or not form.date:
        return True
    from pairing_desktop.formspec import records
    from pairing_desktop.formspec.period import bounds

    day, span = records.event_date(form, payload), bounds(quarter)
    return day is None or span is None or day <= span[1]


class Gone(Struct, frozen=True):
    """What went out: with a quarter's last submission, and with those of later quarters (record key, revision)."""

    own: Mapping[str, int] = field(default_factory=dict)
    later: frozenset[tuple[str, int]] = frozenset()


def gone(conn: Reader, quarter: str) -> Gone:
    """Return what went out with a quarter and after it; nothing for a quarter that was never sent."""
    from pairing_desktop.store import submissions

    own = sent(conn, quarter)
    if not own:
        return Gone()
    done = [s for s in submissions.submissions(conn) if s.state == "submitted" and s.period > quarter]
    return Gone(own, frozenset(pin for s in done for pin in s.pinned))


def sent(conn: Reader, period: str) -> dict[str, int]:
    """Return what the latest submission of a period took: record key → revision number."""
    from pairing_desktop.store import submissions

    done = [s for s in submissions.submissions(conn, period) if s.state == "submitted"]
    return dict(done[-1].pinned) if done else {}


def _same(stored: object) -> object:
    """Return a value in the shape that equal values share, whether from memory or as stored."""
    if type(stored) is str:  # nearly all are, and an import asks 20,000 times
        return stored
    from datetime import date
    from decimal import Decimal

    if isinstance(stored, bool) or stored is None:
        return stored
    if isinstance(stored, int | Decimal):
        return format(Decimal(stored).normalize(), "f")
    if isinstance(stored, date):
        return stored.isoformat()
    if isinstance(stored, list | tuple):
        return tuple(map(str, stored))
    return str(stored)

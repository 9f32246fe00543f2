"""What services ask of a stored record: its name, natural key, date, whether it is finished, how it sorts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pairing_desktop.formspec import period as periods
from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.expressions import evaluator
from pairing_desktop.formspec.pinyin import initials, sort_text
from pairing_desktop.formspec.scope import Around, Identity, Scope, Stored
from pairing_desktop.formspec.values import Payload, Value, with_qualifier

Label = Callable[[str, str], str]
"""(form id, key) → a record's name, "" if there is none."""


def texts(found: object) -> Iterator[str]:
    """Yield every text in a stored payload, rows' cells too: a key among them is a reference to that record."""
    if isinstance(found, Mapping):
        for value in found.values():
            yield from texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from texts(value)
    elif isinstance(found, str):
        yield found


def shown(field: Field, value: Value, label: Label, *, qualifier: str = "") -> str:
    """Return a value as the screen shows it; a reference as its target's name."""
    if field.type == "reference" and isinstance(value, str):
        return label(field.form, value) or value
    return with_qualifier(field.converter.show(value), qualifier)


def shown_field(form: Form, payload: Payload, field_id: str, label: Label) -> str:
    """Return one field of a stored record as shown; what was not understood as typed."""
    raw: Mapping[str, str] = payload.get("raw", {})
    if field_id in raw:
        return raw[field_id]
    source = Stored(form.by_id, payload)
    qualifier = source.marks(field_id).get("qualifier", "")
    return shown(form.by_id[field_id], source.value(field_id), label, qualifier=qualifier)


def record_label(form: Form, payload: Payload, label: Label, *, subject: str = "", period: str = "") -> str:
    """Return a record's name: its name field, else its subject's, else a sheet's period, else the form's title.

    ``period`` is the record's own, or the quarter looked at: only sheets are named by it. Where the form hangs on no
    other, ``subject`` is a word that keeps a sheet apart from the period's first: 2024年度（三年）.
    """
    named = shown_field(form, payload, form.name, label) if form.name else ""
    owner = label(form.subject, subject) if form.subject and subject and not named else ""
    sheet = periods.title(period) if form.kind in ("quarterly", "yearly") else ""
    if sheet and subject and not form.subject:
        sheet = f"{sheet}（{subject}）"
    return named or owner or sheet or form.short


def natural_key(form: Form, payload: Payload, *, subject: str = "", period: str = "") -> str:
    """Return the record's natural key, "" if the form has none or a part of it is blank."""
    own = {"subject": subject, "period": period}
    values: Mapping[str, Any] = payload.get("values", {})
    parts = [str(values.get(name) or own.get(name, "")) for name in form.natural_key]
    return "|".join(" ".join(part.split()) for part in parts) if all(parts) else ""


def event_date(form: Form, payload: Payload) -> date | None:
    """Return the event's date, None if it has none (yet); of a quarter its last day."""
    value = Stored(form.by_id, payload).value(form.date) if form.date else None
    if isinstance(value, str):
        bounds = periods.bounds(value)
        return bounds[1] if bounds else None
    return value if isinstance(value, date) else None


def is_closed(form: Form, payload: Payload, around: Around, identity: Identity) -> bool:
    """Tell whether an event is finished by its form's ``closed``."""
    closed = form.program.closed
    if closed is None:
        return False
    return evaluator(Scope(form, Stored(form.by_id, payload), around, identity))(closed.tree) is True


PINYIN = "\x01"
"""Stands in a search text before what only sounds like the name."""


def search_text(form: Form, payload: Payload, label: Label, *, subject: str = "", period: str = "") -> str:
    """Return what a search looks through: name, codes and texts; after ``PINYIN`` initials and pinyin of the name."""
    name = record_label(form, payload, label, subject=subject, period=period)
    texts = [shown_field(form, payload, field.id, label) for field in form.searched]
    pinyin = sort_text(name).partition("\u0001")[0].replace(" ", "")
    found = dict.fromkeys(part.lower() for part in (name, *texts) if part)
    return "\n".join((*found, PINYIN, *dict.fromkeys(part.lower() for part in (initials(name), pinyin) if part)))


def found_by(form: Form, payload: Payload, words: Sequence[str], label: Label) -> str:
    """Return the field that holds one of these (lower case) words and what it says (曾用名：…), "" for none."""
    for field in form.searched:
        said = shown_field(form, payload, field.id, label)
        if any(word in said.casefold() for word in words):
            return f"{field.plain_label}：{said}"
    return ""


def upgrade(form: Form, payload: Payload) -> Payload:
    """Return a record of an earlier version of the form under the present names (``renames``)."""
    if not form.renames:
        return payload
    changed = {member: dict(payload.get(member, {})) for member in ("values", "raw", "marks")}
    for old, new in form.renames.items():
        _rename(changed, old, new)
    return {**payload, **{member: words for member, words in changed.items() if words}}


def _rename(members: dict[str, dict[str, Any]], old: str, new: str) -> None:
    table, _, column = old.partition(".")
    for words in members.values():
        if not column and old in words:
            words.setdefault(new, words.pop(old))
    if column:
        rows = [dict(row) for row in members["values"].get(table, ())]
        for row in rows:
            inner = {m: dict(row[m]) for m in ("values", "raw", "marks") if m in row}
            for words in inner.values():
                if column in words:
                    words.setdefault(new.partition(".")[2], words.pop(column))
            row.update(inner)
        if rows:
            members["values"][table] = rows

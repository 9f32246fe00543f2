"""What a record is called, found by and sorted by: worked out from its payload and its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.services.workspace import county_name

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form

Payload = Mapping[str, Any]
Resolve = Callable[[str, str], str]
"""(form id, record key) → label."""

UNSORTED = ("table", "attachment", "long_text")


def stored_period(form: Form, quarter: str) -> str:
    """Return the period that a record of this form carries: the quarter, its year, or none at all."""
    return {"quarterly": quarter, "yearly": quarter[:4]}.get(form.kind, "")


def value(payload: Payload, path: str) -> Any:  # noqa: ANN401  # JSON
    """Return a top field's stored value, None for blank."""
    return payload.get("values", {}).get(path)


def shown(field: Field, stored: Any, resolve: Resolve, marks: Mapping[str, str] | None = None) -> str:  # noqa: ANN401
    """Return a stored value as the screen shows it, references and counties by name, figures with their qualifier."""
    if stored is None:
        return ""
    if field.type == "reference":
        return resolve(field.form, stored) if isinstance(stored, str) else ""
    if field.type == "table":
        return f"{len(stored)} 行" if stored else ""
    from pairing_desktop.formspec.values import with_qualifier

    try:
        text = field.converter.show(field.converter.load(stored))
    except ValueError:
        return str(stored)
    return with_qualifier(text, (marks or {}).get("qualifier", ""))


def cell(form: Form, payload: Payload, field_id: str, resolve: Resolve) -> str:
    """Return a field of a record as a list shows it; typed text that was not understood stands as typed."""
    raw = payload.get("raw", {}).get(field_id)
    if raw:
        return str(raw)
    return shown(form.by_id[field_id], value(payload, field_id), resolve, payload.get("marks", {}).get(field_id))


def label(form: Form, payload: Payload, *, subject: str, period: str, resolve: Resolve) -> str:
    """Return what names a record: its name field, else what it hangs on, else the form itself."""
    if form.name:
        return cell(form, payload, form.name, resolve) or "（未命名）"
    if subject:
        return resolve(form.subject, subject) or "（未命名）"
    from pairing_desktop.formspec import period as periods

    return f"{periods.title(period)}{form.short}" if period else form.short


def natural_key(form: Form, payload: Payload) -> str:
    """Return the natural key, "" while a part of it is missing."""
    parts = [value(payload, name) for name in form.natural_key]
    return "|".join(map(str, parts)) if parts and all(p not in (None, "") for p in parts) else ""


def sort_values(form: Form, payload: Payload, resolve: Resolve) -> dict[str, tuple[float | None, str]]:
    """Return what the index holds: one sort value for every field that a list can show."""
    return {f.id: _sort_value(f, value(payload, f.id), resolve) for f in form.fields if f.type not in UNSORTED}


def _sort_value(field: Field, stored: Any, resolve: Resolve) -> tuple[float | None, str]:  # noqa: ANN401
    if stored is None:
        return None, ""
    if field.type == "reference":
        from pairing_desktop.formspec.pinyin import sort_text

        return None, sort_text(resolve(field.form, str(stored)))
    try:
        return field.converter.sort_key(field.converter.load(stored))
    except ValueError:
        return None, str(stored)


def typed_sort_value(field: Field, text: str) -> tuple[float | None, str]:
    """Return the sort value of typed text, for filtering a list by a field."""
    from pairing_desktop.formspec.pinyin import sort_text
    from pairing_desktop.formspec.values import NotUnderstood

    if field.type == "reference":
        return None, sort_text(text)
    try:
        return field.converter.sort_key(field.converter.parse(text).value)
    except NotUnderstood:
        return None, sort_text(text)


def search_text(form: Form, payload: Payload, name: str) -> str:
    """Return what the search box finds a record by: name, codes, pinyin and initials."""
    from pairing_desktop.formspec.pinyin import initials, sort_text

    words = [name, natural_key(form, payload)]
    words += [str(v) for f in form.fields if f.type == "credit_code" and (v := value(payload, f.id))]
    words += [str(v) for f in form.fields if f.type == "county" and (v := county_name(str(value(payload, f.id) or "")))]
    listed = [f for f in form.fields if f.type == "text" and f.id in form.list.columns]
    others = [str(v) for f in listed if (v := value(payload, f.id))]
    spelt = sort_text(name).split("\u0001")[0].replace(" ", "")
    return " ".join(dict.fromkeys(w.lower() for w in (*words, *others, spelt, initials(name)) if w))

"""What a record is called, found by and sorted by. ``formspec.records`` knows; here it meets the workspace's labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.formspec.values import with_qualifier

if TYPE_CHECKING:
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.finding import Finding

Payload = Mapping[str, Any]
Resolve = Callable[[str, str], str]
"""(form id, record key) → label."""

UNSORTED = ("table", "attachment", "long_text")
UNNAMED = "（未命名）"


def stored_period(form: Form, quarter: str) -> str:
    """Return the period that a record of this form carries: the quarter, its year, or none at all."""
    return {"quarterly": quarter, "yearly": quarter[:4]}.get(form.kind, "")


def placed(catalogue: Catalogue, finding: Finding) -> str:
    """Return a finding's place with its form's title, for one firm is in several; what is of no record stands alone."""
    short = catalogue.form(finding.form).short
    return finding.place if not finding.record or short in finding.place else f"{short} · {finding.place}"


def value(payload: Payload, path: str) -> Any:  # noqa: ANN401  # JSON
    """Return a top field's stored value, None for blank."""
    return payload.get("values", {}).get(path)


def shown(field: Field, stored: Any, resolve: Resolve, marks: Mapping[str, str] | None = None) -> str:  # noqa: ANN401
    """Return a stored value as the screen shows it, references by name, figures with their qualifier."""
    if stored is None:
        return ""
    if field.type == "table":
        return f"{len(stored)} 行" if stored else ""
    try:
        found = field.converter.load(stored)
    except ValueError:
        return str(stored)
    if field.type == "reference" and isinstance(found, str):
        return resolve(field.form, found) or found
    return with_qualifier(field.converter.show(found), (marks or {}).get("qualifier", ""))


def cell(form: Form, payload: Payload, field_id: str, resolve: Resolve) -> str:
    """Return a field of a record as a list shows it; typed text that was not understood stands as typed."""
    raw = payload.get("raw", {}).get(field_id)
    if raw:
        return str(raw)
    return shown(form.by_id[field_id], value(payload, field_id), resolve, payload.get("marks", {}).get(field_id))


def label(form: Form, payload: Payload, *, subject: str, period: str, resolve: Resolve) -> str:
    """Return what names a record: its name field, else what it hangs on, else its period, else the form itself."""
    if form.name:
        return cell(form, payload, form.name, resolve) or UNNAMED
    from pairing_desktop.formspec import records

    return records.record_label(form, payload, resolve, subject=subject, period=period)


def natural_key(form: Form, payload: Payload, *, subject: str, period: str) -> str:
    """Return the natural key, "" while a part of it is missing."""
    from pairing_desktop.formspec import records

    return records.natural_key(form, payload, subject=subject, period=period)


def sort_values(form: Form, payload: Payload, resolve: Resolve) -> dict[str, tuple[float | None, str]]:
    """Return what the index holds: one sort value for every field that a list can show."""
    return {f.id: sort_value(f, value(payload, f.id), resolve) for f in form.fields if f.type not in UNSORTED}


def sort_value(field: Field, stored: Any, resolve: Resolve) -> tuple[float | None, str]:  # noqa: ANN401  # JSON
    """Return a stored value's place in order."""
    from pairing_desktop.formspec.pinyin import natural, sort_text

    if stored is None:
        return None, ""
    if field.type == "reference":
        return None, natural(sort_text(resolve(field.form, str(stored))))
    try:
        return field.converter.sort_key(field.converter.load(stored))
    except ValueError:
        return None, natural(str(stored))


def search_text(form: Form, payload: Payload, resolve: Resolve, *, subject: str, period: str) -> str:
    """Return what the search box finds a record by: name, codes, pinyin and initials."""
    from pairing_desktop.formspec import records

    return records.search_text(form, payload, resolve, subject=subject, period=period)

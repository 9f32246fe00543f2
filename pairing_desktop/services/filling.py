"""What a record that was just chosen already tells of the fields beside it: they are not typed twice.

A form says so itself: by a rule that is an error unless the field equals a field of the chosen record
(``industrial == pairing.industrial``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pairing_desktop.services.lookup import Snapshot

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form, Rule
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.services.workspace import Workspace


def fill_beside(ws: Workspace, draft: Draft, path: str) -> list[str]:
    """Fill blank fields with what the record chosen at ``path`` tells, as one step of undo; return which."""
    field = draft.form.by_id.get(path)
    key = draft.value(path)
    if field is None or field.type != "reference" or not isinstance(key, str):
        return []
    chosen = Snapshot(ws, "").entry(key)
    held = chosen.payload.get("values", {}) if chosen else {}
    told = {name: held.get(member) for name, member in _equals(draft.form, path)}
    blank = {name: value for name, value in told.items() if isinstance(value, str) and not draft.text(name)}
    with draft.together(f"按{field.plain_label}填入"):
        for name, value in blank.items():
            draft.set(name, value)
    return list(blank)


def _equals(form: Form, path: str) -> Iterator[tuple[str, str]]:
    """Yield the fields that must equal a field of the record at ``path``, with that field."""
    for rule in form.rules:
        sides = _sides(rule)
        for own, other in (sides, sides[::-1]):
            if isinstance(own, ast.Name) and own.id in form.by_id and isinstance(other, ast.Attribute) \
                    and isinstance(other.value, ast.Name) and other.value.id == path:
                yield own.id, other.attr


def _sides(rule: Rule) -> tuple[ast.expr | None, ast.expr | None]:
    """Return both sides of a rule that always asks two things to be equal."""
    if rule.level != "error" or rule.when or rule.table or "." not in rule.check:
        return None, None
    body = ast.parse(rule.check, mode="eval").body
    if isinstance(body, ast.Compare) and len(body.ops) == 1 and isinstance(body.ops[0], ast.Eq):
        return body.left, body.comparators[0]
    return None, None

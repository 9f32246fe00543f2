"""What a person sees of a row and the record or row beside it: their fields next to each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.services import naming
from pairing_desktop.services.importing_plan import Change, Row, Side

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form

NAMED = 3
"""Rows of a sub-table that are named."""


def label_of(form: Form, name: str) -> str:
    """Return a field's label, a sub-table's column (``kpis.how``) with its table's; "" for none."""
    table, _, column = name.partition(".")
    known = form.by_id.get(table)
    if known is None:
        return ""
    own = known.column_by_id.get(column)
    return f"{known.plain_label} · {own.plain_label}" if own else known.plain_label


def changes(form: Form, old: Mapping[str, Any], new: Mapping[str, Any], computed: Collection[str],
            resolve: Callable[[str, str], str]) -> tuple[Change, ...]:
    """Return the fields in which two payloads of a record differ."""
    found = []
    for field in form.fields:
        if _member(old, field.id) == _member(new, field.id):
            continue
        first, second = (naming.cell(form, p, field.id, resolve) for p in (old, new))
        if field.type == "table":
            second = f"{second}（{_lines(field, old, new) or '内容有改动'}）"
        found.append(Change(field.id, field.plain_label, first, second, field.id in computed))
    return tuple(found)


def _lines(table: Field, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return which rows of a sub-table are mended, added and gone, by what their first column says."""
    before, after = ({row["id"]: row for row in payload.get("values", {}).get(table.id) or ()}
                     for payload in (old, new))
    parts = (("改", [row for name, row in after.items() if name in before and row != before[name]]),
             ("增加", [row for name, row in after.items() if name not in before]),
             ("去掉", [row for name, row in before.items() if name not in after]))
    first = table.columns[0]
    found = []
    for word, rows in parts:
        said = [str(row.get("values", {}).get(first.id, "")) for row in rows] if first.type == "text" else []
        named = "、".join(f"“{text}”" for text in said[:NAMED] if text)
        found += [f"{word}{named}{f'等 {len(rows)} 行' if len(rows) > NAMED else ''}" if named
                  else f"{word} {len(rows)} 行"] if rows else []
    return "，".join(found)


def pairs(form: Form, there: Mapping[str, Any], row: Mapping[str, Any],
          resolve: Callable[[str, str], str]) -> tuple[Change, ...]:
    """Return every field that the record that is there or the row fills, beside each other."""
    found = []
    for field in form.fields:
        first, second = (naming.cell(form, p, field.id, resolve) for p in (there, row))
        if first or second:
            found.append(Change(field.id, field.plain_label, first, second))
    return tuple(found)


def sides(row: Row) -> tuple[Side, ...]:
    """Return what a row and the one that it is merged into hold, and which of both is taken; () where none is there.

    What can be chosen of comes first. A record that is there keeps its own value where that is chosen, and takes the
    row's everywhere else.
    """
    like = row.similar
    if row.merging and like:
        return _sorted(_side(p, -1 if p.old == p.new else int(p.field in row.take),
                             fixed=p.old == p.new or p.field not in like.gives) for p in like.pairs)
    if row.record is None or row.fate is not row.record:
        return ()
    whole = {change.field: change for change in row.whole or row.fate.changes}
    now = {change.field: change for change in row.fate.changes}
    shown = {pair.field: pair for pair in like.pairs} if like else {}
    found = []
    for field in dict.fromkeys((*shown, *whole)):
        if field not in whole:
            found.append(_side(shown[field], -1 if shown[field].old == shown[field].new else 0, fixed=True))
        elif whole[field].computed:
            found.append(_side(now.get(field, whole[field]), int(field in now), fixed=True))
        else:
            found.append(_side(whole[field], int(field not in row.left)))
    return _sorted(found)


def _sorted(found: Iterable[Side]) -> tuple[Side, ...]:
    return tuple(sorted(found, key=lambda one: one.fixed))


def _side(one: Change, side: int, *, fixed: bool = False) -> Side:
    return Side(one.field, one.label, one.old, one.new, side, fixed)


def _member(payload: Mapping[str, Any], name: str) -> tuple[object, ...]:
    return tuple(payload.get(member, {}).get(name) for member in ("values", "raw", "marks"))

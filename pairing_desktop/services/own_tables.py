"""Own tables (自定义表): columns of a form's records, chosen, filtered, grouped; kept in the data file with history.

A column is a path as expressions write it: ``name``, ``enterprise.credit_code`` (a field of the record referred to),
``subject.name`` (of what a sheet hangs on), ``kpis.after`` (a sub-table's column, one line for each of its rows).
``own_tables_worked`` works them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field, structs

from pairing_desktop.errors import trouble
from pairing_desktop.services import internal
from pairing_desktop.services.listing import form_of
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form

FORM = "@table"
Test = Literal["含", "等于", "不等于", "不少于", "不多于", "已填", "未填"]
TESTS: tuple[Test, ...] = ("含", "等于", "不等于", "不少于", "不多于", "已填", "未填")


class OwnColumn(Struct, frozen=True):
    """A column: its path, the title over it ("" is the field's own), and whether it is added up."""

    path: str
    title: str = ""
    total: bool = False


class Condition(Struct, frozen=True):
    """A filter: a path, a test, and typed text."""

    path: str
    test: Test
    text: str = ""


class Definition(Struct, frozen=True):
    """A saved table. ``id`` is "" until it is saved."""

    name: str
    form: str
    columns: tuple[OwnColumn, ...] = ()
    id: str = ""
    table: str = ""
    """Sub-table with a line for each row; "": a line for each record."""
    conditions: tuple[Condition, ...] = ()
    group: str = ""
    sort: str = ""
    """Path to sort by, ``-path`` downwards; groups come first."""
    heading: str = ""
    notes: str = ""
    template: dict[str, Any] = field(default_factory=dict)
    """How a stranger's workbook is filled from it: ``template_filling.Mapping`` as plain data."""


class Choice(Struct, frozen=True):
    """A path that can be a column."""

    path: str
    label: str
    number: bool


class Step(Struct, frozen=True):
    """One change that can be taken back: the table as it was before (None: there was none) and what was done."""

    id: str
    before: Definition | None
    said: str
    deleted: str = ""
    """Key of the record that was deleted, to be brought back with its history."""


# Kept in the data file


def saved(ws: Workspace) -> list[Definition]:
    """Return the saved tables in order of name."""
    with ws.store.reading() as conn:
        found = [_read(id_, payload) for id_, payload in internal.by_name(conn, FORM).items()]
    return sorted(found, key=lambda d: d.name)


def save(ws: Workspace, table: Definition, *, said: str = "保存") -> tuple[Definition, Step]:
    """Save a table, new or changed; return it with its id, and the step that takes it back."""
    from pairing_desktop.store.keys import new_key

    ws.writable()
    name = table.name.strip()
    known = {d.id: d for d in saved(ws)}
    if not name:
        raise trouble("own_tables.no_name")
    if any(d.name == name and d.id != table.id for d in known.values()):
        raise trouble("own_tables.name_taken", name=name)
    if not table.columns:
        raise trouble("own_tables.no_columns", name=name)
    kept = structs.replace(table, id=table.id or new_key(), name=name)
    _put(ws, kept, why=said)
    return kept, Step(kept.id, known.get(kept.id), f"{said}“{name}”")


def rename(ws: Workspace, table: Definition, name: str) -> tuple[Definition, Step]:
    """Give a saved table another name."""
    return save(ws, structs.replace(table, name=name), said="改名")


def delete(ws: Workspace, table: Definition) -> Step:
    """Delete a saved table; its history stays."""
    from pairing_desktop.store import records

    ws.writable()
    with ws.store.begin() as tx:
        keys = [record.key for record in records.find(tx, FORM, table.id)]
        internal.delete(tx, FORM, table.id, who=ws.who, at=ws.clock(), why="删除自定义表")
    return Step(table.id, table, f"删除“{table.name}”", *keys[:1])


def undo(ws: Workspace, step: Step) -> None:
    """Take a step back; that is a change of its own in the history."""
    from pairing_desktop.store import records

    ws.writable()
    why, at = f"撤销{step.said}", ws.clock()
    with ws.store.begin() as tx:
        if step.deleted:
            last = [r.number for r in records.revisions(tx, step.deleted) if r.action != "delete"][-1]
            records.restore(tx, key=step.deleted, number=last, who=ws.who, at=at, why=why)
        elif step.before is None:
            internal.delete(tx, FORM, step.id, who=ws.who, at=at, why=why)
    if step.before is not None and not step.deleted:
        _put(ws, step.before, why=why)


def _put(ws: Workspace, table: Definition, *, why: str) -> None:
    payload = {**structs.asdict(table), "columns": [structs.asdict(c) for c in table.columns],
               "conditions": [structs.asdict(c) for c in table.conditions]}
    with ws.store.begin() as tx:
        internal.put(tx, FORM, table.id, payload, label=table.name, who=ws.who, at=ws.clock(), why=why)


def _read(id_: str, payload: Mapping[str, Any]) -> Definition:
    known = set(Definition.__struct_fields__)
    words = {name: value for name, value in payload.items() if name in known}
    words["columns"] = tuple(OwnColumn(**c) for c in words.get("columns", ()))
    words["conditions"] = tuple(Condition(**c) for c in words.get("conditions", ()))
    return Definition(**{**words, "id": id_})


# What can be chosen


def choices(ws: Workspace, form_id: str, table: str = "") -> list[Choice]:
    """Return the paths that a table of a form may show: its fields, a sub-table's, those of records referred to."""
    form = form_of(ws, form_id)
    found: list[Choice] = []
    if form.kind in ("quarterly", "yearly"):
        found.append(Choice("period", "报告期", number=False))
    if form.subject:
        owner = form_of(ws, form.subject)
        found += [Choice(f"subject.{f.id}", f"{owner.short}·{f.plain_label}", f.is_number) for f in _plain(owner)]
    if table:
        found += _of_fields(ws, form.by_id[table].columns, f"{table}.")
    return [*found, *_of_fields(ws, tuple(_plain(form)), "")]


def tables(ws: Workspace, form_id: str) -> list[tuple[str, str]]:
    """Return (id, label) of a form's sub-tables."""
    return [(f.id, f.plain_label) for f in form_of(ws, form_id).tables]


def _plain(form: Form) -> Iterator[Field]:
    return (f for f in form.fields if f.type != "table")


def _of_fields(ws: Workspace, fields: Sequence[Field], before: str) -> Iterator[Choice]:
    for one in fields:
        yield Choice(before + one.id, one.plain_label, one.is_number)
        if one.type == "reference" and one.form in ws.catalogue:
            target = form_of(ws, one.form)
            yield from (Choice(f"{before}{one.id}.{f.id}", f"{one.plain_label}·{f.plain_label}", f.is_number)
                        for f in _plain(target) if f.type != "reference" and f.id != target.name)


def default(ws: Workspace, form_id: str) -> Definition:
    """Return a table to begin with: the form's list columns, before them the name of what a sheet is about."""
    form = form_of(ws, form_id)
    named = form_of(ws, form.subject).name if form.subject else ""
    columns = (*((f"subject.{named}",) if named else ()),
               *(c for c in form.list.columns if form.by_id[c].type != "table"))
    return Definition(name=form.short, form=form_id, columns=tuple(map(OwnColumn, columns)), heading=form.title)


def follows(ws: Workspace, table: Definition) -> bool:
    """Tell whether a table still has the name it began with (企业名录, 企业名录 2), which goes with its form."""
    name, _, number = table.name.rpartition(" ")
    return form_of(ws, table.form).short == (name if number.isdecimal() else table.name)


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return a name that no other table has, numbered from 2 on where it is taken."""
    names = set(taken)
    return next(n for n in (name, *(f"{name} {number}" for number in range(2, len(names) + 3))) if n not in names)

"""Writing a plan in one transaction, and taking a whole import back in one."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop import garbage
from pairing_desktop.errors import trouble
from pairing_desktop.formspec.records import texts
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import entering, internal, kept, locking, naming
from pairing_desktop.services.importing import COLUMNS
from pairing_desktop.services.importing_columns import remembered_name
from pairing_desktop.services.importing_plan import ROW, Outcome, Plan, Row
from pairing_desktop.services.lookup import Entry, Snapshot, decode
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.store.bulk import Put

IMPORT = "@import"
"""The data file's own records of what was imported, by which it is taken back."""


@garbage.young_only()
def carry_out(ws: Workspace, plan: Plan, progress: Progress = silent) -> Outcome:
    """Import what a dry run accepted: all of it or, on any trouble or when cancelled, nothing.

    Trouble: nothing to import, a record was changed since the dry run, the data file is only read.
    """
    from pairing_desktop.store import bulk, records

    ws.writable()
    rows = [row for row in plan.rows if row.fate.state in ("new", "changed")]
    counts = plan.counts()
    if not rows:
        raise trouble("importing.nothing", rows=len(plan.rows))
    form, at = ws.catalogue.form(plan.form), ws.clock()
    name, why = records.new_key(), plan.why.strip() or f"从“{plan.file.name}”导入"
    with ws.store.begin() as tx:
        bulk.put_all(tx, _puts(ws, form, plan, rows, tx), total=len(rows), who=ws.who, at=at, why=why,
                     progress=progress, step="写入数据文件")
        _rename(ws, tx, form, {r.fate.key for r in rows if r.fate.revision
                               and any(change.field == form.name for change in r.fate.changes)})
        sheets = (plan.layout.sheet, *plan.layout.way.also)
        said = {"file": plan.file.name, "sheet": "、".join(sheets), "form": form.id, "quarter": plan.quarter,
                "created": [r.fate.key for r in rows if not r.fate.revision],
                "changed": [f"{r.fate.key}|{r.fate.revision}" for r in rows if r.fate.revision], "undone": ""}
        internal.put(tx, IMPORT, name, said, label=plan.file.name, who=ws.who, at=at)
        _remember(ws, tx, plan)
        kept.replace_many(ws, plan.quarter, form.id, {r.fate.key: r.fate.found for r in rows},
                          subjects={r.subject for r in rows})
    return Outcome(name, counts["new"], counts["changed"], counts["unchanged"], counts["refused"])


def undo(ws: Workspace, name: str, progress: Progress = silent) -> Outcome:
    """Take a whole import back: what it made is deleted, what it changed is as before, each as a new revision.

    Trouble: a record was changed or referred to since; then nothing is taken back.
    """
    return _turn(ws, name, progress, back=True)


def redo(ws: Workspace, name: str, progress: Progress = silent) -> Outcome:
    """Make all as an import left it that was taken back. Trouble: a record was changed since; then nothing is."""
    return _turn(ws, name, progress, back=False)


def _turn(ws: Workspace, name: str, progress: Progress, *, back: bool) -> Outcome:
    from pairing_desktop.store import bulk

    ws.writable()
    with ws.store.begin() as tx:
        said = internal.by_name(tx, IMPORT).get(name)
        if said is None:
            raise trouble("importing.no_import")
        if bool(said["undone"]) == back:
            raise trouble("importing.undone_already" if back else "importing.there_already")
        form, at, created = ws.catalogue.form(said["form"]), ws.clock(), set(said["created"])
        made = dict.fromkeys(created, 1) | {key: int(number) + 1 for key, number in _changed(said)}
        turns = said.get("turns", int(bool(said["undone"])))
        seen = {key: number + turns for key, number in made.items()}
        entries = _as_left(tx, form, seen, gone=set() if back else created)
        _require_unlocked(ws, tx, form, entries, said["quarter"])
        if back:
            _require_free(ws, tx, form, created)
        wanted = {key: number - 1 for key, number in made.items()} if back else made
        puts = list(_puts_again(ws, tx, form, entries, quarter=said["quarter"], wanted=wanted))
        word = "撤销" if back else "恢复"
        bulk.put_all(tx, puts, total=len(puts), who=ws.who, at=at, why=f"{word}从“{said['file']}”导入",
                     progress=progress, step=f"{word}导入")
        _rename(ws, tx, form, {put.key for put in puts if put.label != entries[put.key].label})
        internal.put(tx, IMPORT, name, {**said, "undone": internal.stamp(at) if back else "", "turns": turns + 1},
                     label=said["file"], who=ws.who, at=at)
        kept.drop_many(ws, form.id, gone=created if back else (), changed=made.keys() - (created if back else set()))
    return Outcome(name, len(created), len(made) - len(created), 0, 0)


def _changed(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the records that an import changed, each with the revision it found."""
    pairs = (one.split("|") for one in said["changed"])
    return [(key, number) for key, number in pairs]


class Done(Struct, frozen=True):
    """An import that still stands, in words."""

    name: str
    file: str
    form_id: str
    form: str
    created: int
    changed: int


def described(ws: Workspace) -> Done | None:
    """Return the last import that was not taken back, None when there is none."""
    with ws.store.reading() as conn:
        found = [(name, said) for name, said in internal.by_name(conn, IMPORT).items() if not said["undone"]]
    if not found:
        return None
    name, said = found[-1]
    short = next((f.short for f in ws.catalogue.forms if f.id == said["form"]), said["form"])
    return Done(name, said["file"], said["form"], short, len(said["created"]), len(said["changed"]))


def last_import(ws: Workspace, form: str = "") -> str:
    """Return the name of the last import (of a form) that was not taken back, "" when there is none."""
    with ws.store.reading() as conn:
        found = [name for name, said in internal.by_name(conn, IMPORT).items()
                 if not said["undone"] and form in ("", said["form"])]
    return found[-1] if found else ""


def _puts(ws: Workspace, form: Form, plan: Plan, rows: Sequence[Row], tx: Connection) -> Iterator[Put]:
    from pairing_desktop.store import bulk, digests

    snapshot = Snapshot(ws, plan.quarter, tx, whole=True)
    period = naming.stored_period(form, plan.quarter)
    sorting = _Sorting(form, snapshot)
    for row in rows:
        fate = row.fate
        natural = naming.natural_key(form, fate.payload, subject=row.subject, period=period)
        yield bulk.Put(
            key=fate.key, form=form.id, payload=internal.canonical_payload(fate.payload).decode(),
            form_digest=form.digest, label=fate.label, number=fate.revision + 1,
            previous=fate.digest or digests.ZERO, natural_key=natural, subject=row.subject, period=period,
            action="change" if fate.revision else "enter", fields=sorting.values(fate.payload),
            words=sorting.words(fate.payload, row.subject, period))


class _Sorting:
    """Sort values of many records; a value met before is not worked out again."""

    def __init__(self, form: Form, snapshot: Snapshot) -> None:
        self.form = form
        self.snapshot = snapshot
        self._indexed = [(f, f.id) for f in form.fields if f.type not in naming.UNSORTED]
        self._known: list[dict[Hashable, tuple[float | None, str]]] = [{} for _ in self._indexed]

    def values(self, payload: Mapping[str, Any]) -> dict[str, tuple[float | None, str]]:
        """Return what the index holds of a record."""
        found = {}
        stored = payload.get("values", {})
        for (field, name), known in zip(self._indexed, self._known, strict=True):
            value = stored.get(name)
            if value is None:
                continue
            key = repr(value) if isinstance(value, list) else value
            place = known.get(key)
            if place is None:
                place = known[key] = naming.sort_value(field, value, self.snapshot.label)
            found[name] = place
        return found

    def words(self, payload: Mapping[str, Any], subject: str, period: str) -> str:
        """Return what a search looks through."""
        return naming.search_text(self.form, payload, self.snapshot.label, subject=subject, period=period)


def _remember(ws: Workspace, tx: Connection, plan: Plan) -> None:
    """Keep the choice of columns for the next sheet with these heads."""
    texts = {c.place: c.head for c in plan.layout.columns}
    columns = {c.head: c.target for c in plan.layout.columns if c.target and c.target != ROW}
    internal.put(tx, COLUMNS, remembered_name(plan.form, texts), {"form": plan.form, "columns": columns},
                 who=ws.who, at=ws.clock())


def _rename(ws: Workspace, tx: Connection, form: Form, changed: set[str]) -> None:
    """Index anew the records that are shown by the name of one that is called otherwise now."""
    if not changed:
        return
    snapshot = Snapshot(ws, "", tx, whole=True)
    for other, entry in _pointing(ws, form, changed, snapshot):
        entering.index(tx, other, entry, snapshot)


def _pointing(ws: Workspace, form: Form, keys: set[str], snapshot: Snapshot) -> list[tuple[Form, Entry]]:
    """Return the records that point to one of these, or hang on one."""
    found = []
    for other in ws.catalogue.forms:
        columns = [column for f in other.fields for column in (f, *f.columns)]
        if other.subject == form.id or any(c.type == "reference" and c.form == form.id for c in columns):
            found += [(other, e) for e in snapshot.entries(other.id)
                      if e.subject in keys or not keys.isdisjoint(texts(e.payload))]
    return found


def _as_left(tx: Connection, form: Form, seen: Mapping[str, int], *, gone: set[str]) -> dict[str, Any]:
    """Return the records of an import; Trouble when any is no longer as the import, or taking it back, left it."""
    from pairing_desktop.store import records

    entries = {r.key: r for r in records.select(tx, form=form.id, state=None) if r.key in seen}
    off = [r for key, r in entries.items() if r.revision != seen[key] or (r.state == "live") == (key in gone)]
    if off:
        raise trouble("importing.redo_changed" if gone else "importing.undo_changed", count=len(off),
                      label=off[0].label)
    return entries


def _require_unlocked(ws: Workspace, tx: Connection, form: Form, entries: Mapping[str, Any], quarter: str) -> None:
    """Raise ``Trouble`` when a record is on its way out with a quarter that was finalised."""
    if form.kind == "register" or not locking.all_submissions(tx):
        return
    for record in entries.values():
        locking.require(ws, form, record.key, record.period or quarter, label=record.label, why="导入", conn=tx)


def _require_free(ws: Workspace, tx: Connection, form: Form, created: set[str]) -> None:
    others = [e for _, e in _pointing(ws, form, created, Snapshot(ws, "", tx, whole=True)) if e.key not in created]
    if others and created:
        raise trouble("importing.undo_referred", label=others[0].label)


def _puts_again(ws: Workspace, tx: Connection, form: Form, entries: Mapping[str, Any], *, quarter: str,
                wanted: Mapping[str, int]) -> Iterator[Put]:
    """Return the revisions that make records as they were at those wanted; of 0 nothing was there."""
    from pairing_desktop.store import bulk, records

    sorting = _Sorting(form, Snapshot(ws, quarter, tx, whole=True))
    for key, record in entries.items():
        if not wanted[key]:
            yield bulk.Put(key=key, form=form.id, payload=record.payload, form_digest=record.form_digest,
                           label=record.label, number=record.revision + 1, previous=record.digest,
                           natural_key=record.natural_key, subject=record.subject, period=record.period,
                           action="delete")
            continue
        old = records.revision(tx, key, wanted[key])
        if old is None:
            raise trouble("importing.no_import")
        payload = decode(old.payload)
        yield bulk.Put(key=key, form=form.id, payload=old.payload, form_digest=old.form_digest, label=old.label,
                       number=record.revision + 1, previous=record.digest, natural_key=old.natural_key,
                       subject=old.subject, period=old.period, action="restore", fields=sorting.values(payload),
                       words=sorting.words(payload, old.subject, old.period))

"""Two clerks' data files of one county become one (合并另一份数据文件), without a server.

What is true of it:

- The other file is only read: opened as it lies, or as a copy in a temporary folder where it has a log or an older
  structure. Its county must be ours, its forms no newer than ours, its history must prove itself.
- A record is known by its key. What goes on from the end of our line of revisions comes in as it is, with its who,
  when, why and digests. Where both files went on, the outcome is one revision of ours: field by field what either
  changed, and in a conflict the value of whoever saved later unless the clerk chose otherwise. The digests that are
  thereby reckoned with are named in the journal's link (``taken``), so that a second merge finds nothing to do, and a
  merge the other way takes the outcome over.
- One firm entered in both files has two keys and one natural key; a sheet is one for its subject and period. One of
  the two is kept (the one that was sent, else the one entered first), the other is deleted and stands for it, and what
  pointed to it points to the one that is kept. Until then the second line of revisions comes in as it is.
- A submission that went out from the other file is recorded with what became of it. What it took must stand on our
  lines: as it was placed, or once more as a revision of ours. Its packet carried the other file's chain and not ours:
  the journal's link (``merge``) names that end, and the next packet tells the province so.
- Nothing is taken back: a merge is no step of undo. A copy of our file is written before, and 从备份恢复 goes on from
  it. All of it is one transaction; on any trouble, or when cancelled, nothing is changed.
- Not taken over: what is typed and not saved, settings and posts of a file made apart, trusted certificates.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop import garbage
from pairing_desktop.errors import BadContent, Problem, Trouble, problem, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import adopting, internal, keeping, kept, locking, merging_alike, naming, workspace
from pairing_desktop.services.merging_plan import Choices, Outcome, Plan, Row
from pairing_desktop.services.merging_sides import Comparison, Held, Item, side
from pairing_desktop.services.merging_writing import Writer
from pairing_desktop.services.workspace import CHINA, Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.merges import Sent
    from pairing_desktop.store.submissions import Submission

OWN = {"@setting": "设置", "@person": "岗位", "@explanation": "说明", "@waiver": "特殊情况", "@table": "自建表",
       "@deadline": "报送时限", "@indicators": "指标体系"}
"""The data file's own records that are shown; the others (what was imported, how columns are read) come in silently."""
BROKEN = 3
"""Faults of the other file's history that are told."""


def preview(ws: Workspace, other: Path, progress: Progress = silent) -> Plan:
    """Return what merging a file would do; changes nothing.

    Trouble: it is ours, of another county, in use, none of ours, of newer forms; a quarter of either is on its way.
    BadContent: its history does not prove itself.
    """
    with opened(ws, other, progress) as their, ws.store.reading() as conn, their.store.reading() as there:
        proved = keeping.verify_history(their, progress).problems
        if proved:
            raise BadContent(problem("merging.other_broken", file=other.name), *proved[:BROKEN])
        progress("比较两个文件", 0, 0)
        return _plan(ws, their, conn, there, other.name)[0]


@garbage.young_only()
def merge(ws: Workspace, other: Path, plan: Plan, choices: Choices | None = None,
          progress: Progress = silent) -> Outcome:
    """Do what ``preview`` told, all of it or, on any trouble or when cancelled, nothing; a copy is written before.

    Trouble: one of the two files was changed since; a record that is changed is half typed here.
    """
    ws.writable()
    if plan.nothing:
        return Outcome(plan)
    backup = _backup(ws, progress)
    try:
        with opened(ws, other, progress) as their, their.store.reading() as there, ws.store.begin() as tx:
            fresh, found = _plan(ws, their, tx, there, other.name)
            _require_as_seen(tx, found, fresh, plan)
            kept_deleted, entry = _write(ws, their, found, Writer(ws, found, other.name, progress), choices or {})
    except BaseException:
        if backup:
            with suppress(OSError):
                backup.unlink()
        raise
    workspace.reread(ws)
    kept.forget_all(ws)
    with ws.shared.lock:
        ws.shared.kept.clear()
    ws.checkpoint()
    return Outcome(fresh, entry, str(backup or ""), kept_deleted)


def chosen(plan: Plan, side_: str) -> Choices:
    """Return the choices that keep one side's value in every conflict; none for the proposals."""
    return {(row.key, line.field): "ours" if side_ == "ours" else "theirs"
            for row in plan.rows for line in row.conflicts} if side_ in ("ours", "theirs") else {}


def entered(ws: Workspace) -> list[tuple[str, str]]:
    """Return (when, which file) of the merges in the file's history, in order."""
    from pairing_desktop.store import merges

    with ws.store.glancing() as conn:
        return [(merge.at, merge.file) for merge in merges.merges(conn)]


# The other file


@contextmanager
def opened(ws: Workspace, other: Path, progress: Progress) -> Iterator[Workspace]:
    """Open the other file, which is neither changed nor written beside, and refuse what cannot be merged."""
    if not other.is_file():
        raise trouble("store.missing", file=other.name)
    if ws.store.path is not None and other.samefile(ws.store.path):
        raise trouble("merging.other_is_ours", file=other.name)
    with _untouched(other, progress) as path, workspace.open_workspace(
            path, write=False, who=ws.who, now=ws.clock(), clock=ws.clock) as their:
        problems = [*_unlike(ws, their, other.name), *_on_their_way(ws, "merging.own_final", ws.path.name),
                    *_on_their_way(their, "merging.other_final", other.name)]
        if problems:
            raise Trouble(*problems)
        yield their


@contextmanager
def _untouched(path: Path, progress: Progress) -> Iterator[Path]:
    """Yield what is to be read: the file as it lies, or its copy where reading it would write beside it."""
    from pairing_desktop.store import header, lock, sqlite
    from pairing_desktop.store.schema import SCHEMA

    found = header.check(path)
    writer = lock.holder(path)
    if writer is not None:
        raise trouble("merging.other_in_use", file=path.name, writer=writer)
    if found.schema == SCHEMA and sqlite.settled(path):
        yield path
        return
    progress("读另一份数据文件", 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        try:
            for ending in ("", "-wal"):
                if (part := path.with_name(path.name + ending)).exists():
                    shutil.copyfile(part, copy.with_name(copy.name + ending))
        except OSError as error:
            raise trouble("store.cannot_open", file=path.name) from error
        yield copy


def _unlike(ws: Workspace, their: Workspace, file: str) -> Iterator[Problem]:
    """Yield why two files are not of one county, or their forms not the same."""
    if their.about.county != ws.about.county:
        yield problem("merging.other_county", file=file, county=their.about.county_name, own=ws.about.county_name)
        return
    if their.about.sample != ws.about.sample:
        yield problem("merging.other_sample", file=file)
    own = {form.id: form for form in ws.catalogue.forms}
    for form in their.catalogue.forms:
        ours = own.get(form.id)
        if ours is None or form.version > ours.version:
            yield problem("merging.other_newer", file=file, form=form.title)
        elif form.version == ours.version and adopting.asks(form) != adopting.asks(ours):
            yield problem("merging.other_form", file=file, form=form.title)


def _on_their_way(ws: Workspace, code: str, file: str) -> Iterator[Problem]:
    from pairing_desktop.formspec import period as periods

    with ws.store.glancing() as conn:
        waiting = [s for s in locking.all_submissions(conn) if s.state in locking.ON_ITS_WAY]
    if waiting:
        quarters = "、".join(dict.fromkeys(periods.title(s.period) for s in waiting))
        yield problem(code, file=file, quarters=quarters)


# What would be done


def _plan(ws: Workspace, their: Workspace, conn: Connection, there: Connection,
          file: str) -> tuple[Plan, Comparison]:
    """Compare both files, each in one view of it."""
    from pairing_desktop.store import attachments, journal

    found = Comparison(side(ws, conn), side(their, there))
    coming, sent = attachments.lacking(conn, there), _sent(conn, there)
    doubts = merging_alike.alike(found, ws.catalogue.forms)
    plan = Plan(
        file=file, heads=(journal.head(conn).head, journal.head(there).head),
        rows=tuple(filter(None, (_row(ws, item, found, doubts) for item in found.items))), ours=found.ours_alone(),
        attachments=len(coming), size=sum(one.size for one in coming),
        submissions=tuple(map(_submission, sent)), notes=tuple(_notes(conn, there, sent, doubts)),
        nothing=not (found.items or coming or sent))
    return plan, found


def _row(ws: Workspace, item: Item, found: Comparison, doubts: Mapping[str, str]) -> Row | None:
    """Return an item as it is shown; None for what is of no interest to a clerk."""
    form = next((f for f in ws.catalogue.forms if f.id == item.form), None)
    short = form.short if form else OWN.get(item.form, "")
    gone = not item.theirs.live
    if not short or item.key in found.same or (item.state == "new" and gone) or (form is None and not item.lines):
        return None
    note = ("对方已并入另一条" if item.key in found.alias else "对方已删除") if gone and item.placed is not None else ""
    if item.state == "twin":
        note = "合成一条"
    elif item.key in doubts:
        note = f"名称相近：本文件的{doubts[item.key]}"
    label = found.theirs.snapshot.label(item.form, item.key) if form else ""
    return Row(item.key, short, label or item.label, item.state, item.lines, _said(item.ours) if item.ours else "",
               _said(item.theirs), note)


def _said(held: Held) -> str:
    """Return who saved a state and when, as that PC claimed."""
    return f"{held.who} {held.at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _sent(conn: Connection, there: Connection) -> list[Submission]:
    """Return the submissions that went out from the other file and are not known here as sent."""
    from pairing_desktop.store import submissions

    known = {one.id for one in submissions.submissions(conn) if one.state == "submitted"}
    return [one for one in submissions.submissions(there) if one.state == "submitted" and one.id not in known]


def _submission(one: Submission) -> str:
    from pairing_desktop.formspec import period as periods

    return f"{periods.title(one.period)}第{one.number}次报送"


def _notes(conn: Connection, there: Connection, sent: Sequence[Submission], doubts: Mapping[str, str]) -> Iterator[str]:
    """Yield what does not come in, and what the province will ask about."""
    from pairing_desktop.store import drafts, submissions

    if doubts:
        yield f"名称和本文件相近的新增 {len(doubts)} 条，合并后请核对；是同一家的，在列表里用“合并重复的两条”合成一条"
    waiting = drafts.drafts(there)
    if waiting:
        yield f"对方有 {len(waiting)} 条没有保存的修改，不并入；要并入，请对方先保存"
    known = {(one.period, one.number): one for one in submissions.submissions(conn) if one.state == "submitted"}
    for one in sent:
        if (one.period, one.number) in known and known[one.period, one.number].identity != one.identity:
            yield f"两个文件各报了一个{_submission(one)}，两个都记下；请与省里说明以哪一个为准"


# Doing it


def _backup(ws: Workspace, progress: Progress) -> Path | None:
    """Write a copy of our file beside it, whole; a server keeps its own."""
    if ws.store.path is None:
        return None
    path = ws.store.path
    at = f"{ws.clock().astimezone(CHINA):%Y%m%d-%H%M%S}"
    return ws.store.backup(path.with_name(f"{path.stem}-合并前备份-{at}{path.suffix}"), progress)


def _require_as_seen(conn: Connection, found: Comparison, fresh: Plan, plan: Plan) -> None:
    """Raise ``Trouble`` when a file was changed since the preview, or a record that changes is half typed."""
    from pairing_desktop.store import drafts, records

    if fresh.heads != plan.heads:
        raise trouble("merging.changed_since", file=plan.file)
    changed = {key for item in found.items for key in (item.key, item.stays, item.goes)}
    sheets = {(item.form, item.subject, item.period): item.label for item in found.items if item.period}
    for waiting in drafts.drafts(conn):
        form = next((f for f in found.ours.ws.catalogue.forms if f.id == waiting.form), None)
        period = naming.stored_period(form, waiting.period) if form else ""
        record = records.get(conn, waiting.record)
        begun = "" if record else sheets.get((waiting.form, waiting.subject, period), "")
        if waiting.record in changed or begun:
            short = form.short if form else waiting.form
            raise trouble("merging.half_typed", label=f"{short}“{record.label if record else begun}”")


def _write(ws: Workspace, their: Workspace, found: Comparison, writer: Writer, choices: Choices) -> tuple[int, int]:
    """Write all of it; return how many deleted records were kept, and the number of the merge's link."""
    from pairing_desktop.store import attachments, merges

    tx, there = found.ours.conn, found.theirs.conn
    sent, carried = _sent(tx, there), merges.carried(tx)
    writer.attach(attachments.lacking(tx, there))
    writer.place()
    writer.submit(sent)
    writer.unite(choices)
    writer.repoint()
    _take_joint(ws, their)
    return writer.done.kept, _enter(ws, tx, there, writer, carried)


def _take_joint(ws: Workspace, their: Workspace) -> None:
    """Take over where the joint sheets of a quarter stand with the partner, where nothing is known of it here."""
    for name, value in their.store.all_meta().items():
        if name.startswith("joint/") and ws.store.meta(name) is None:
            ws.store.set_meta(name, value)


def _enter(ws: Workspace, tx: Connection, there: Connection, writer: Writer, known: Mapping[str, Sent]) -> int:
    """Enter the merge in the history: which file, how far, and what came in. Return the link's number.

    ``known`` are the submissions that went out from ours, or came in before.
    """
    from pairing_desktop.store import journal, merges

    end = journal.head(there)
    sent = tuple(one for identity, one in merges.carried(there).items() if identity not in known)
    return merges.append(tx, merges.Merge(
        at=internal.stamp(writer.at), who=ws.who, file=writer.file, other=_id(there), other_seq=end.seq,
        other_head=end.head, sent=sent, restarts=merges.restarts(there), taken=writer.done.taken,
        came=writer.done.came)).seq


def _id(conn: Connection) -> str:
    from pairing_desktop.store import asking

    return str(asking.scalar(conn, "SELECT value FROM meta WHERE name = 'id'"))

"""Proves a whole workspace: structure, the journal's chain, every digest it names, records against their history.

Reads row by row; nothing is held but the digests not yet met.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Select, select, text

from pairing_desktop.errors import Problem, Trouble, problem, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.store import asking, attachments, covered, digests, journal, merges, records, restores, submissions
from pairing_desktop.store import models as m

_BATCH = 500
_COVERED = (restores.WHAT, merges.WHAT)
_KEPT = {"workspace", "revision", "submission", "submission_event", *_COVERED}
"""Links whose content the file itself holds."""
_STATE = ("form", "natural_key", "subject", "period", "label", "state", "revision")
_OWN = tuple(column.name for column in m.revision.c)
_LAST = (f"SELECT {', '.join(f'revision.{name}' for name in _OWN)} FROM record"  # noqa: S608  # ours
         " JOIN revision ON revision.record = record.key AND revision.number = record.revision"
         " WHERE record.key IN {among}")
_SHOWN = " AND ".join(
    [f"record.{name} = revision.{name}" for name in _STATE[:-2]]
    + [f"record.state = CASE revision.action WHEN 'delete' THEN '{records.DELETED}' ELSE '{records.LIVE}' END"])
_NOT_AS_SHOWN = ("SELECT coalesce(revision.label, record.label) FROM record LEFT JOIN revision"  # noqa: S608  # ours
                 " ON revision.record = record.key AND revision.number = record.revision"
                 f" WHERE revision.record IS NULL OR NOT ({_SHOWN})"
                 " OR EXISTS (SELECT 1 FROM revision later WHERE later.record = record.key"
                 " AND later.number > record.revision)")
_GONE = ("SELECT seq FROM journal WHERE what = 'revision'"
         " AND NOT EXISTS (SELECT 1 FROM revision WHERE revision.digest = journal.digest)")
_STEPS = ("检查文件结构", "核对修改记录", "核对各次修改", "核对附件")


def verify(conn: Connection, progress: Progress = silent) -> list[Problem]:
    """Return everything that does not agree; an empty list means untouched and whole."""
    return [*structure(conn, progress), *history(conn, progress), *attached(conn, progress)]


def must_be_sound(conn: Connection, file: str, progress: Progress = silent) -> None:
    """Raise ``Trouble`` when a page anywhere is damaged, also one that nothing reads: an index's, an attachment's.

    Twice as quick as ``structure``: whether indexes agree with their tables is left to it.
    """
    if conn.dialect.name != "sqlite":
        return
    progress(_STEPS[0], 0, 0)
    if conn.exec_driver_sql("PRAGMA quick_check(1)").scalars().all() != ["ok"]:
        raise trouble("store.pages_damaged", file=file)


def structure(conn: Connection, progress: Progress = silent) -> list[Problem]:
    """Check pages, foreign keys and the triggers that seal the append-only tables."""
    progress(_STEPS[0], 0, 0)
    if conn.dialect.name != "sqlite":
        seals = conn.execute(text("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")).scalars()
        return _unsealed(set(seals), ("no_change", "no_truncate"))
    told = conn.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
    found = [problem("store.structure_damaged", detail=line) for line in told if line != "ok"]
    orphans = conn.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    found += [problem("store.structure_damaged", detail=f"{row[0]} → {row[2]}") for row in orphans[:20]]
    seals = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
    return found + _unsealed(set(seals), ("no_update", "no_delete", "no_replace"))


def _unsealed(seals: set[str], endings: tuple[str, ...]) -> list[Problem]:
    names = [f"{table}_{ending}" for table in m.APPEND_ONLY for ending in endings]
    return [problem("store.seal_missing", name=name) for name in names if name not in seals]


def history(conn: Connection, progress: Progress = silent) -> list[Problem]:
    """Check the chain, then that what it lists is there unaltered and nothing else is."""
    listed: dict[str, tuple[str, int]] = {}
    found = list(_chain(conn, listed, progress))
    found += _workspace(conn, listed)
    found += _revisions(conn, listed, progress)
    found += _submissions(conn, listed)
    for what in _COVERED:
        found += covered.unproved(conn, what, listed)
    found += [problem("store.revision_missing", seq=seq) for what, seq in listed.values() if what in _KEPT]
    return found


def present(conn: Connection, keys: Collection[str], progress: Progress = silent) -> list[Problem]:
    """Check the chain, what was sent before, that every record is shown as it was last, and of these the content.

    What is sent rests on no more than that; what earlier revisions, other records and attachments hold is left to
    ``verify``.
    """
    listed: dict[str, tuple[str, int]] = {}
    found = list(_chain(conn, listed, progress))
    found += _workspace(conn, listed)
    found += _submissions(conn, listed)
    found += [problem("store.revision_missing", seq=seq) for (seq,) in asking.rows(conn, _GONE)]
    found += [problem("store.record_differs", label=label) for (label,) in asking.rows(conn, _NOT_AS_SHOWN)]
    ordered = sorted(keys)
    for start in range(0, len(ordered), _BATCH):
        progress(_STEPS[2], start, len(ordered))
        among, values = asking.among(conn, "keys", ordered[start:start + _BATCH])
        for row in asking.rows(conn, _LAST.format(among=among), values):
            found += _sealed(dict(zip(_OWN, row, strict=True)), listed)
    return found


def _sealed(own: dict[str, Any], listed: Mapping[str, tuple[str, int]]) -> Iterator[Problem]:
    place = {"label": own["label"], "number": own["number"]}
    if records.digest_of(own) != own["digest"]:
        yield problem("store.revision_altered", **place)
    if listed.get(own["digest"], ("", 0))[0] != "revision":
        yield problem("store.revision_unlisted", **place)


def _chain(conn: Connection, listed: dict[str, tuple[str, int]], progress: Progress) -> Iterator[Problem]:
    head, expected = digests.ZERO, 0
    links: Iterable[Any] = _stream(conn, select(*m.journal.c).order_by(m.journal.c.seq))
    for seq, what, digest, previous, after in links:
        expected += 1
        if (seq, previous, after) != (expected, head, _after(head, seq, what, digest)):
            yield problem("store.chain_broken", seq=seq)
            expected = seq
        head = after
        listed[digest] = (what, seq)
        if not expected % _BATCH:
            progress(_STEPS[1], expected, 0)


def _after(head: str, seq: int, what: str, digest: str) -> str:
    try:
        return journal.link(head, seq, what, digest)
    except ValueError:  # the head before was no hash, and was told as such
        return ""


def _workspace(conn: Connection, listed: dict[str, tuple[str, int]]) -> Iterator[Problem]:
    identity = conn.execute(text("SELECT value FROM meta WHERE name = 'id'")).scalar() or ""
    if listed.pop(digests.of_text(str(identity)), None) != ("workspace", 1):
        yield problem("store.chain_broken", seq=1)


def _revisions(conn: Connection, listed: dict[str, tuple[str, int]], progress: Progress) -> Iterator[Problem]:
    now = [m.record.c[name].label(f"record_{name}") for name in _STATE]
    query = select(m.revision, *now).outerjoin(m.record, m.record.c.key == m.revision.c.record)
    query = query.order_by(m.revision.c.record, m.revision.c.number)
    last: Mapping[Any, Any] | None = None
    for done, row in enumerate(_stream(conn, query).mappings()):
        if not done % _BATCH:
            progress(_STEPS[2], done, 0)
        fresh = last is None or last["record"] != row["record"]
        if last is not None and fresh:
            yield from _current(last)
        yield from _one(row, None if fresh else last, listed)
        last = row
    if last is not None:
        yield from _current(last)
    known = select(m.revision.c.record)
    for label in conn.execute(select(m.record.c.label).where(m.record.c.key.not_in(known))).scalars():
        yield problem("store.record_differs", label=label)


def _one(
    row: Mapping[Any, Any], before: Mapping[Any, Any] | None, listed: dict[str, tuple[str, int]]
) -> Iterator[Problem]:
    number, previous = (before["number"] + 1, before["digest"]) if before else (1, digests.ZERO)
    place = {"label": row["label"], "number": row["number"]}
    if records.digest_of(_own(row)) != row["digest"] or (row["number"], row["previous"]) != (number, previous):
        yield problem("store.revision_altered", **place)
    what, _ = listed.pop(row["digest"], ("", 0))
    if what != "revision":
        yield problem("store.revision_unlisted", **place)


def _own(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {column.name: row[column] for column in m.revision.c}


def _current(last: Mapping[Any, Any]) -> Iterator[Problem]:
    """Compare a record, as it stands, with its last revision."""
    wanted = {
        **last,
        "state": records.DELETED if last["action"] == "delete" else records.LIVE,
        "revision": last["number"],
    }
    if any(last[f"record_{name}"] != wanted[name] for name in _STATE):
        yield problem("store.record_differs", label=last["label"])


def _submissions(conn: Connection, listed: dict[str, tuple[str, int]]) -> Iterator[Problem]:
    e = m.submission_event
    for row in conn.execute(select(m.submission)).mappings().all():
        pinned = submissions.pins(conn, row["id"])
        whole = submissions.digest_of(row, pinned) == row["digest"]
        whole &= listed.pop(row["digest"], ("", 0))[0] == "submission"
        previous = digests.ZERO
        events = conn.execute(select(e).where(e.c.submission == row["id"]).order_by(e.c.number)).mappings().all()
        for number, event in enumerate(events, 1):
            whole &= submissions.event_digest_of(event) == event["digest"]
            whole &= (event["number"], event["previous"]) == (number, previous)
            whole &= listed.pop(event["digest"], ("", 0))[0] == "submission_event"
            previous = event["digest"]
        if not whole:
            yield problem("store.submission_altered", period=row["period"], number=row["number"])


def attached(conn: Connection, progress: Progress = silent) -> list[Problem]:
    """Check that every attachment is what its name, the SHA-256, says."""
    found: list[Problem] = []
    names = attachments.digests(conn)
    for done, name in enumerate(names):
        progress(_STEPS[3], done, len(names))
        try:
            for _ in attachments.read(conn, name):
                pass
        except Trouble as error:
            found += error.problems
    return found


def _stream(conn: Connection, query: Select[Any]) -> CursorResult[Any]:
    return conn.execution_options(yield_per=_BATCH).execute(query)

"""Tampering, kind by kind, done with a bare connection that ignores every guard, must show."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import rfc8785

from pairing_desktop.store import journal, restores
from pairing_desktop.store.engine import Store
from pairing_desktop.store.models import APPEND_ONLY
from pairing_desktop.store.verify import history, verify
from tests.store.entries import NOW, fill, put, undone


def test_an_untouched_store_verifies(filled: Store) -> None:
    steps: list[str] = []
    with filled.reading() as conn:
        assert verify(conn, lambda step, _done, _total: steps.append(step)) == []
        assert journal.verify(conn) == []
    assert steps[0] == "检查文件结构"
    assert steps[-1] == "核对附件"


def test_the_chain_is_what_it_says(filled: Store) -> None:
    """Recomputed here from the description alone, as a stranger's program would."""
    with filled.reading() as conn:
        entries = journal.entries(conn)
        end = journal.head(conn)
    head = bytes(32)
    for seq, entry in enumerate(entries, 1):
        content = rfc8785.dumps({"seq": seq, "what": entry.what, "digest": entry.digest})
        head = hashlib.sha256(head + hashlib.sha256(content).digest()).digest()
        assert entry.head == head.hex()
    assert (end.seq, end.head) == (len(entries), head.hex())
    kinds = ["workspace", "revision", "revision", "revision", "submission", "submission_event", "submission_event"]
    assert [entry.what for entry in entries] == kinds
    identity = filled.meta("id") or ""
    assert entries[0].digest == hashlib.sha256(identity.encode()).hexdigest()


def test_the_head_grows_with_every_write(store: Store) -> None:
    with store.begin() as tx:
        put(tx)
        before = journal.head(tx)
        put(tx)
        after = journal.head(tx)
        assert journal.entries(tx, before.seq)[0].previous_head == before.head
    assert after.seq == before.seq + 1


def test_a_rolled_back_write_leaves_no_link(store: Store) -> None:
    with store.reading() as conn:
        before = journal.head(conn)
    with undone(store) as tx:
        put(tx)
    with store.reading() as conn:
        assert journal.head(conn) == before


@contextmanager
def forging(path: Path) -> Iterator[sqlite3.Connection]:
    """Take the seals off, tamper, and put them on again."""
    connection = sqlite3.connect(path, isolation_level=None)
    seals = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in seals:
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    for _, sql in seals:
        connection.execute(sql)
    connection.close()


TAMPERING = {
    "a figure changed": ("UPDATE revision SET payload = replace(payload, '双彩', '双采') WHERE number = 1", "altered"),
    "a name changed": ("UPDATE revision SET who = '李四' WHERE number = 2", "altered"),
    "a time changed": ("UPDATE revision SET at = '2023-01-01T00:00:00.000Z' WHERE number = 2", "altered"),
    "a revision removed": ("DELETE FROM revision WHERE number = 2", "missing"),
    "a link removed": ("DELETE FROM journal WHERE seq = 3", "broken"),
    "the last link removed": ("DELETE FROM journal WHERE seq = 7", "altered"),
    "a link changed": ("UPDATE journal SET what = 'merge' WHERE seq = 4", "broken"),
    "links swapped": (
        "UPDATE journal SET digest = (SELECT digest FROM journal j WHERE j.seq = 5 - journal.seq) WHERE seq IN (2, 3)",
        "broken",
    ),
    "the state changed": ("UPDATE record SET label = '别的' WHERE form = 'park'", "differs"),
    "a record hidden": ("UPDATE record SET state = 'deleted' WHERE form = 'park'", "differs"),
    "a record made up": (
        "INSERT INTO record SELECT 'x', form, '', '', '', 'live', 'x', 1, NULL FROM record LIMIT 1",
        "differs",
    ),
    "the packet swapped": ("UPDATE submission SET identity = 'b'", "submission_altered"),
    "a pin moved": ("UPDATE submission_revision SET number = 1", "submission_altered"),
    "a step removed": ("DELETE FROM submission_event WHERE number = 2", "missing"),
    "a step changed": ("UPDATE submission_event SET state = 'withdrawn' WHERE number = 2", "submission_altered"),
    "another file's history": ("UPDATE meta SET value = 'x' WHERE name = 'id'", "broken"),
    "an attachment changed": ("UPDATE attachment_chunk SET data = zeroblob(length(data)) WHERE number = 0", "damaged"),
    "an attachment cut": ("DELETE FROM attachment_chunk WHERE number = 1", "damaged"),
    "an orphan": ("DELETE FROM record WHERE form = 'park'", "structure"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_shows(path: Path, what: str) -> None:
    statement, code = TAMPERING[what]
    with Store.create(path, now=NOW, meta={}) as store:
        fill(store)
    with forging(path) as connection:
        assert connection.execute(statement).rowcount > 0
    with Store.open(path, now=NOW, write=False) as store, store.reading() as conn:
        found = verify(conn)
    assert any(code in problem.code for problem in found), found


def test_an_honest_restore_is_a_link_and_no_break(store: Store) -> None:
    with store.begin() as tx:
        restores.append(tx, at=NOW.isoformat(), who="科员", copy="备份.pairing")
        put(tx)
    with store.reading() as conn:
        assert verify(conn) == []


def test_a_restore_that_says_nothing_shows(store: Store) -> None:
    with store.begin() as tx:
        journal.append(tx, restores.WHAT, "b" * 64)
    with store.reading() as conn:
        assert [p.code for p in verify(conn)] == ["store.revision_missing"]


def test_a_seal_taken_off_shows(path: Path, file_store: Store) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TRIGGER revision_no_update")
    connection.close()
    with file_store.reading() as conn:
        assert [p.code for p in verify(conn)] == ["store.seal_missing"]


def test_a_revision_slipped_in_shows(path: Path, file_store: Store) -> None:
    """A forger can add a revision with a right digest, but not to the chain without changing its head."""
    fill(file_store)
    connection = sqlite3.connect(path, isolation_level=None)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(revision)")]
    picked = ", ".join({"record": "'new'", "digest": "'x'"}.get(name, name) for name in columns)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute(f"INSERT INTO revision SELECT {picked} FROM revision WHERE number = 1 LIMIT 1")  # noqa: S608
    connection.close()
    with file_store.reading() as conn:
        codes = {p.code for p in history(conn)}
    assert {"store.revision_altered", "store.revision_unlisted", "store.record_differs"} <= codes


def test_every_sealed_table_has_its_seals(file_store: Store) -> None:
    with file_store.reading() as conn:
        names = set(conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
    assert names == {f"{table}_{end}" for table in APPEND_ONLY for end in ("no_update", "no_delete", "no_replace")}

"""A full disk: one plain sentence, the file stays whole, and work goes on when there is room again.

Three ways to be full: SQLite's own page limit, a limit on file size, and a real little file system that is full.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.store import attachments, records, sqlite, verify
from pairing_desktop.store.engine import Store
from tests import outside_tools
from tests.store.entries import NOW, put

FULL = "磁盘已满，遂昌 2024.pairing 没有写成，原有数据完好。请清理磁盘腾出空间后再试一次。"


def test_no_page_left(file_store: Store) -> None:
    with file_store.begin() as tx:
        made = put(tx)
    assert file_store._kept is not None
    bare = sqlite.raw(file_store._kept)
    pages = bare.execute("PRAGMA page_count").fetchone()[0]
    bare.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(Trouble) as told:
        add_report(file_store, made.record)
    assert str(told.value) == FULL
    with pytest.raises(Trouble, match="磁盘已满"):
        records.save_draft(file_store, "k", form="f", payload="x" * 100_000, at=NOW)
    bare.execute("PRAGMA max_page_count=1000000")
    with file_store.begin() as tx:
        assert put(tx, key=made.record).number == 2
    with file_store.reading() as conn:
        assert verify.verify(conn) == []


def add_report(store: Store, key: str) -> None:
    with store.begin() as tx:
        put(tx, key=key)
        attachments.add(tx, bytes(100_000), name="a", at=NOW)


LIMITED = """
import json, resource, sys
from datetime import datetime, UTC
from pathlib import Path
from pairing_desktop.errors import Trouble
from pairing_desktop.store import records, verify
from pairing_desktop.store.engine import Store

now = datetime(2024, 7, 11, tzinfo=UTC)
saved, told = 0, []
with Store.open(Path(sys.argv[1]), now=now) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    try:
        for n in range(100):
            records.save_draft(store, str(n), form="f", payload="x" * 20_000, at=now)
            saved += 1
    except Trouble as error:
        told = [problem.code for problem in error.problems]
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with store.reading() as conn:
        whole = verify.verify(conn) == []
        kept = len(records.drafts(conn))
print(json.dumps([saved, kept, told, whole]))
"""


@pytest.mark.parametrize("room", [0, 40_000, 300_000])
def test_a_file_that_may_not_grow(path: Path, room: int) -> None:
    """SIGXFSZ is ignored by Python, so the write fails as on a broken medium."""
    Store.create(path, now=NOW, meta={}).close()
    words = [sys.executable, "-c", LIMITED, str(path), str(room)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    saved, kept, told, whole = json.loads(done.stdout)
    assert told == ["store.disk"]
    assert kept == saved
    assert whole
    with Store.open(path, now=NOW) as store, store.reading() as conn:
        assert len(records.drafts(conn)) == saved


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    mount = outside_tools.need("mount", "mount")
    disk = tmp_path / "小盘"
    disk.mkdir()
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting a file system needs root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill_up(disk: Path, leave: int) -> None:
    ballast = disk / "ballast"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    ballast.write_bytes(bytes(max(0, free - leave)))


@pytest.mark.outside
def test_a_full_disk_at_every_size(little_disk: Path) -> None:
    """The write that fails is another one each time: opening, the log, its shared memory, the checkpoint."""
    path = little_disk / "遂昌 2024.pairing"
    with Store.create(path, now=NOW, meta={}) as store, store.begin() as tx:
        made = put(tx)
    outcomes = set()
    for room in range(0, 120_000, 4096):
        before = revisions(path, little_disk)
        fill_up(little_disk, room)
        with Store.open(path, now=NOW, write=False) as store, store.reading() as conn:
            assert len(records.select(conn)) == 1, "who only reads needs no room"
        told = ""
        try:
            with Store.open(path, now=NOW) as store, store.begin() as tx:
                put(tx, key=made.record, why="x" * 20_000)
        except Trouble as error:
            told = str(error)
        outcomes.add(told)
        assert revisions(path, little_disk) == before + (not told), room
    assert outcomes == {"", FULL}


def revisions(path: Path, disk: Path) -> int:
    """With room again: the file is whole; return how many revisions it holds."""
    (disk / "ballast").unlink(missing_ok=True)
    with Store.open(path, now=NOW) as store, store.reading() as conn:
        assert verify.verify(conn) == []
        return sum(record.revision for record in records.select(conn))


@pytest.mark.outside
def test_no_room_for_a_new_file_or_a_copy(little_disk: Path, file_store: Store) -> None:
    fill_up(little_disk, 20_000)
    with pytest.raises(Trouble, match="磁盘已满"):
        Store.create(little_disk / "新.pairing", now=NOW, meta={})
    with pytest.raises(Trouble, match="磁盘已满"):
        file_store.save_copy(little_disk / "副本.pairing")
    assert [each.name for each in little_disk.iterdir()] == ["ballast"]

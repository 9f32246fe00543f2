"""Copies and backups taken while the file is open: one moment, whole, put in place at once or not at all."""

import os
from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Cancelled
from pairing_desktop.store import attachments, backup, records, verify
from pairing_desktop.store.engine import Store
from tests.store.entries import NOW, fill, put


def test_a_copy_holds_everything_and_is_a_workspace(file_store: Store, tmp_path: Path) -> None:
    fill(file_store)
    copy = file_store.save_copy(tmp_path / "副本.pairing")
    with Store.open(copy, now=NOW) as other, other.reading() as conn:
        assert verify.verify(conn) == []
        assert other.meta("id") == file_store.meta("id")
        assert len(records.select(conn)) == 2
    assert [each.name for each in tmp_path.glob("*.p*")] == ["副本.pairing"]


def test_a_copy_is_of_one_moment_though_another_writes(file_store: Store, tmp_path: Path) -> None:
    with file_store.begin() as tx:
        put(tx, "之前")
        attachments.add(tx, os.urandom(20_000_000), name="大附件", at=NOW)

    def write_meanwhile(step: str, done: int, total: int) -> None:
        with file_store.begin() as tx:
            put(tx, "之后")

    copy = file_store.backup(tmp_path / "副本.pairing", write_meanwhile)
    with Store.open(copy, now=NOW) as other, other.reading() as conn:
        assert [record.label for record in records.select(conn)] == ["之前"]
        assert verify.verify(conn) == []
    with file_store.reading() as conn:
        assert len(records.select(conn)) > 2


def test_cancelling_leaves_the_old_copy(file_store: Store, tmp_path: Path) -> None:
    to = tmp_path / "副本.pairing"
    file_store.save_copy(to)
    before = to.read_bytes()
    fill(file_store)

    def cancel(step: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        file_store.save_copy(to, cancel)
    assert to.read_bytes() == before
    assert not list(tmp_path.glob("*.part*"))


def test_a_copy_never_goes_onto_itself(path: Path, file_store: Store) -> None:
    with pytest.raises(Trouble, match="同一个文件"):
        file_store.save_copy(path)


def test_a_folder_that_is_not_there_is_told(file_store: Store, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"写不进 a\.pairing"):
        file_store.save_copy(tmp_path / "没有" / "a.pairing")


def test_a_bad_backup_is_no_backup(file_store: Store, tmp_path: Path) -> None:
    fill(file_store)
    copy = file_store.save_copy(tmp_path / "副本.pairing")
    with copy.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xa5" * 4096)
    with pytest.raises(Trouble, match=r"检查未通过|已损坏"):
        backup.check(copy)


@pytest.mark.outside
def test_a_server_is_not_copied_as_a_file(server_store: Store, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="不能另存为副本文件"):
        server_store.save_copy(tmp_path / "a.pairing")
    assert not server_store.checkpoint()

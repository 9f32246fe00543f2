"""Going on from a backup or an older copy: an entry in the history, and never unnoticed on the same PC."""

from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.services import keeping, restoring, workspace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.store import journal
from tests.services import small
from tests.services.test_keeping import TOTAL, rewritten


def opened(path: Path) -> Workspace:
    clock = small.Now()
    return workspace.open_workspace(path, now=clock(), who="张三", clock=clock)


@pytest.fixture
def backup(ws: Workspace, tmp_path: Path) -> Path:
    small.fill(ws)
    return ws.save_copy(tmp_path / "备份.pairing")


def test_a_backup_becomes_a_new_file_with_an_entry(backup: Path, tmp_path: Path) -> None:
    before = backup.read_bytes()
    done = restoring.restore(backup, tmp_path / "新.pairing", who="张三", now=small.Now()())
    assert backup.read_bytes() == before
    with opened(done.path) as again:
        [told] = restoring.entered(again)
        assert (told.copy, told.who, told.seq) == ("备份.pairing", "张三", done.entries)
        proved = keeping.verify_history(again)
        assert (proved.problems, proved.entries) == ((), done.entries)
        with again.store.reading() as conn:
            assert journal.entries(conn)[-1].what == "restore"


def test_the_entry_cannot_be_reworded(backup: Path, tmp_path: Path) -> None:
    done = restoring.restore(backup, tmp_path / "新.pairing", who="张三", now=small.Now()())
    changed = "UPDATE meta SET value = replace(value, '张三', '李四') WHERE name LIKE 'restore/%'"
    with rewritten(opened(done.path), changed) as again:
        codes = {p.code for p in keeping.verify_history(again).problems}
        assert {"store.restore_altered", "store.revision_missing"} <= codes


def test_what_cannot_be_restored_leaves_no_file(ws: Workspace, backup: Path, tmp_path: Path) -> None:
    new, nonsense = tmp_path / "新.pairing", tmp_path / "别的.pairing"
    nonsense.write_bytes(b"hello" * 100)
    rewritten(ws, TOTAL).close()
    cases = [(backup, backup, "store.exists"), (tmp_path / "没有.pairing", new, "store.missing"),
             (backup, tmp_path / "没有" / "新.pairing", "store.no_folder"), (nonsense, new, "store.not_ours"),
             (ws.path, new, "store.revision_altered")]
    for source, to, code in cases:
        with pytest.raises(Trouble) as told:
            restoring.restore(source, to, who="张三", now=small.Now()())
        assert code in {p.code for p in told.value.problems}
        assert not new.exists()


def test_an_older_copy_is_known_on_the_same_pc(ws: Workspace, backup: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    assert restoring.older(ws, settings) is None
    small.put(ws, "firm", name="丙公司")
    restoring.remember(ws, settings)
    assert restoring.older(ws, settings) is None
    with opened(backup) as copy:
        found = restoring.older(copy, settings)
        assert found is not None
        assert (found.path, found.missing, found.apart) == (ws.path.resolve(), 1, False)
        restoring.enter(copy, copy="备份.pairing")
        assert restoring.older(copy, settings) is None
        restoring.remember(copy, settings)
    found = restoring.older(ws, settings)
    assert found is not None
    assert found.apart, "the two went apart: the one left behind is told too"


def test_a_file_taken_further_elsewhere_is_no_older_copy(ws: Workspace, backup: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    restoring.remember(ws, settings)
    with opened(backup) as copy:
        small.put(copy, "firm", name="丙公司")
        assert restoring.older(copy, settings) is None

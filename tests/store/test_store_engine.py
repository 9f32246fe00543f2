"""Opening, refusing, one writer, threads, settling, copies: on real files."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.store import journal, records, verify
from pairing_desktop.store.engine import Store
from pairing_desktop.store.header import APPLICATION_ID
from pairing_desktop.store.models import SCHEMA, metadata
from pairing_desktop.store.schema import TABLES
from tests.store.conftest import Server
from tests.store.entries import NOW, fill, put


def beside(path: Path) -> list[str]:
    return [each.name for each in path.parent.iterdir()]


def labels(path: Path) -> list[str]:
    with Store.open(path, now=NOW, write=False) as store, store.reading() as conn:
        return [record.label for record in records.select(conn)]


def test_a_new_file_says_what_it_is(path: Path, file_store: Store) -> None:
    head = path.read_bytes()[:100]
    assert head[68:72] == b"PDKT"
    assert int.from_bytes(head[60:64], "big") == SCHEMA
    assert file_store.meta("county") == "331123"
    assert len(file_store.meta("id") or "") == 36
    assert file_store.meta("none") is None
    assert (file_store.readonly, file_store.writer, file_store.path) == (False, None, path)


def test_facts_are_kept_but_the_identity_stays(path: Path, file_store: Store) -> None:
    file_store.set_meta("bureau", "遂昌县经济商务局")
    with file_store.begin():
        file_store.set_meta("partner", "330402")
    with pytest.raises(ValueError, match="id"):
        file_store.set_meta("id", "x")
    assert file_store.all_meta() == {
        "bureau": "遂昌县经济商务局",
        "partner": "330402",
        "county": "331123",
        "id": file_store.meta("id"),
    }


def test_an_existing_file_is_not_overwritten(path: Path) -> None:
    path.write_text("别人的文件")
    with pytest.raises(Trouble, match="已经有名为") as told:
        Store.create(path, now=NOW, meta={})
    assert told.value.problems[0].code == "store.exists"
    assert path.read_text() == "别人的文件"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="不能新建 a"):
        Store.create(tmp_path / "没有" / "a.pairing", now=NOW, meta={})


def not_a_database(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + bytes(200))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE moz_places (id INTEGER)")
    connection.close()


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.close()


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def scrambled(path: Path) -> None:
    """Everything after the first page is noise, as on a dying stick."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))


def tables_gone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE meta")
    connection.close()


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (not_a_database, "not_ours"),
        (empty, "not_ours"),
        (foreign, "not_ours"),
        (newer, "newer"),
        (cut, "cut_short"),
        (scrambled, "damaged"),
        (tables_gone, "damaged"),
    ],
)
def test_a_bad_file_is_refused_untouched(path: Path, spoil: object, code: str, write: bool) -> None:
    if code != "not_ours":
        with Store.create(path, now=NOW, meta={}) as store:
            fill(store)
    spoil(path)  # type: ignore[operator]
    before = path.read_bytes()
    with pytest.raises(Trouble) as told:
        Store.open(path, now=NOW, write=write)
    (problem,) = told.value.problems
    assert problem.code == f"store.{code}"
    assert path.name in problem.message
    assert problem.remedy
    assert path.read_bytes() == before
    assert beside(path) == [path.name]


def test_missing_and_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="找不到数据文件"):
        Store.open(tmp_path / "没有.pairing", now=NOW)
    with pytest.raises(Trouble, match="是文件夹"):
        Store.open(tmp_path, now=NOW)


def test_a_second_writer_is_told_who_and_since_when(path: Path, file_store: Store) -> None:
    with pytest.raises(Trouble) as told:
        Store.open(path, now=NOW, owner="李四")
    assert told.value.problems[0].code == "store.in_use"
    assert f"张三（电脑 {os.uname().nodename}），自 7月11日 14:32" in str(told.value)
    with file_store.begin() as tx:
        put(tx)
    with Store.open(path, now=NOW, write=False) as second:
        assert second.readonly
        assert second.writer is not None
        assert second.writer.startswith("张三")
        with second.reading() as conn:
            assert len(records.select(conn)) == 1
        with pytest.raises(Trouble, match="是只读的"), second.begin():
            pass
        with pytest.raises(Trouble, match="是只读的"):
            records.save_draft(second, "k", form="f", payload="{}", at=NOW)


def test_after_closing_another_may_write(path: Path, file_store: Store) -> None:
    file_store.close()
    file_store.close()
    with Store.open(path, now=NOW, owner="李四") as second:
        assert not second.readonly
    assert beside(path) == [path.name]


WRITER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from pairing_desktop.store.engine import Store
store = Store.open(Path(sys.argv[1]), now=datetime(2024, 7, 11, 6, 32, tzinfo=UTC), owner="王五")
print("open", flush=True)
sys.stdin.read()
"""


def test_two_processes_and_a_killed_one(path: Path, file_store: Store) -> None:
    file_store.close()
    other = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"open\n"
    try:
        with pytest.raises(Trouble, match="王五"):
            Store.open(path, now=NOW)
        with Store.open(path, now=NOW, write=False) as reader:
            assert "王五" in (reader.writer or "")
    finally:
        other.send_signal(signal.SIGKILL)
        other.communicate()
    assert (path.parent / (path.name + ".lock")).exists()
    with Store.open(path, now=NOW, write=False) as reader:
        assert reader.writer is None
    with Store.open(path, now=NOW) as store:
        assert not store.readonly


READER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from pairing_desktop.store import backup, drafts
from pairing_desktop.store.engine import Store
path = Path(sys.argv[1])
with Store.open(path, now=datetime(2024, 7, 11, 6, 32, tzinfo=UTC), write=False) as store, store.glancing() as conn:
    print(drafts.draft(conn, "a").payload)
backup.copy_file(path, path.with_name("copy.pairing"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a lock with the handle that took it")
def test_another_reader_leaves_the_log_of_a_writer_whose_hold_was_lost(path: Path, file_store: Store) -> None:
    """Qt's file dialog opens and closes the file it shows; what is typed after that must not go to a log taken away."""
    records.save_draft(file_store, "a", form="enterprise", payload="first", at=NOW)
    path.open("rb").close()  # as the dialog does
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", READER, str(path)], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["first"]
        (path.parent / "copy.pairing").unlink()
    log = path.with_name(path.name + "-wal")
    records.save_draft(file_store, "a", form="enterprise", payload="second", at=NOW)
    assert log.stat().st_size
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as as_after_a_crash:
        assert as_after_a_crash.execute("SELECT payload FROM draft").fetchone() == ("second",)
    as_after_a_crash.close()


def test_transactions_do_not_nest(file_store: Store) -> None:
    with file_store.begin(), pytest.raises(RuntimeError), file_store.begin():
        pass


def test_threads_write_one_after_the_other(store: Store) -> None:
    """Several threads put and autosave at once; the chain stays whole and nothing is lost."""
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for n in range(15):
                with store.begin() as tx:
                    put(tx, f"{name}{n}")
                records.save_draft(store, name, form="enterprise", payload=str(n), at=NOW)
                with store.reading() as conn:
                    assert any(r.label == f"{name}{n}" for r in records.select(conn))
        except BaseException as error:  # noqa: BLE001  # brought to the main thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "甲乙丙"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with store.reading() as conn:
        assert len(records.select(conn)) == 45
        assert {draft.payload for draft in records.drafts(conn)} == {"14"}
        assert verify.verify(conn) == []


def test_a_reader_keeps_its_view(store: Store) -> None:
    with store.reading() as conn:
        assert records.counts(conn) == {}
        with store.begin() as tx:
            put(tx)
        assert records.counts(conn) == {}
    with store.reading() as conn:
        assert records.counts(conn) == {"enterprise": 1}


def test_settled_the_bare_file_is_whole(path: Path, file_store: Store, tmp_path: Path) -> None:
    """As a person copies it to a stick: the one file, without its log."""
    assert not file_store.unsettled
    with file_store.begin() as tx:
        put(tx)
    assert file_store.unsettled
    assert file_store.checkpoint()
    assert not file_store.unsettled
    assert path.with_name(path.name + "-wal").stat().st_size == 0
    copied = tmp_path / "u盘.pairing"
    shutil.copyfile(path, copied)
    assert labels(copied) == ["双彩"]


def test_settling_waits_for_no_reader(file_store: Store) -> None:
    with file_store.begin() as tx:
        put(tx)
    with file_store.reading() as conn:
        records.counts(conn)
        with file_store.begin() as tx:
            put(tx)
            assert not file_store.checkpoint()
        assert not file_store.checkpoint(wait=0)
        assert file_store.unsettled
    assert file_store.checkpoint()


def test_closing_settles(path: Path, file_store: Store) -> None:
    with file_store.begin() as tx:
        put(tx)
    file_store.close()
    assert beside(path) == [path.name]
    assert labels(path) == ["双彩"]


def test_the_application_id_spells_our_name() -> None:
    assert APPLICATION_ID.to_bytes(4, "big") == b"PDKT"


def test_opening_needs_no_alembic_and_the_package_no_sqlalchemy(path: Path, file_store: Store) -> None:
    file_store.close()
    code = (
        "import sys; import pairing_desktop.store\n"
        "assert not [m for m in sys.modules if m.startswith('sqlalchemy')]\n"
        "from datetime import datetime, UTC; from pathlib import Path\n"
        "from pairing_desktop.store.engine import Store\n"
        "Store.open(Path(sys.argv[1]), now=datetime.now(UTC)).close()\n"
        "assert 'alembic' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.outside
def test_on_a_server_several_write_and_the_chain_stays_one(server: Server) -> None:
    url = server.new_database()
    Store.open_url(url, meta={}).close()
    failures: list[BaseException] = []
    start = threading.Barrier(3)

    def reviewer(name: str) -> None:
        try:
            with Store.open_url(url) as store:
                start.wait()
                for n in range(20):
                    with store.begin() as tx:
                        put(tx, f"{name}{n}")
        except BaseException as error:  # noqa: BLE001  # brought to the main thread
            failures.append(error)

    threads = [threading.Thread(target=reviewer, args=(name,)) for name in "甲乙丙"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Store.open_url(url) as store, store.reading() as conn:
        assert journal.head(conn).seq == 61
        assert verify.verify(conn) == []


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(Trouble, match="连接数据库服务器 workspace 失败") as told:
        Store.open_url(f"postgresql+psycopg://pairing@/workspace?host={tmp_path}")
    assert "\n" not in str(told.value)


GLANCE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pairing_desktop.store import drafts, index, records
from pairing_desktop.store.engine import Store

with Store.open(Path(sys.argv[1]), now=datetime(2024, 7, 1, tzinfo=UTC)) as store:
    with store.glancing() as conn:
        print(len(index.page(conn, "enterprise").rows), len(records.select(conn)), len(drafts.drafts(conn)))
    print(store.meta("county"), [name for name in sys.modules if name.startswith("sqlalchemy")])
"""


def test_a_glance_needs_no_sqlalchemy(path: Path, file_store: Store) -> None:
    """The first list of a window is there before SQLAlchemy is imported."""
    fill(file_store)
    with file_store.reading() as conn:
        expected = len(records.select(conn, form="enterprise")), len(records.select(conn))
    file_store.close()
    done = subprocess.run([sys.executable, "-c", GLANCE, str(path)], capture_output=True, text=True, check=True)
    counts, rest = done.stdout.splitlines()
    assert tuple(map(int, counts.split()[:2])) == expected
    assert rest == "331123 []"


def test_the_tables_are_those_of_the_models() -> None:
    assert set(metadata.tables) == TABLES

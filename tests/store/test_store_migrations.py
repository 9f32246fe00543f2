"""Migrations against the models on both databases; all or nothing; files of earlier versions still open."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec import Struct, structs
from sqlalchemy import Connection, create_engine
from sqlalchemy.schema import CreateIndex, CreateTable

from pairing_desktop import paths
from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.pinyin import natural
from pairing_desktop.store import attachments, index, migrate, records, submissions, verify
from pairing_desktop.store.engine import Store
from pairing_desktop.store.models import SCHEMA, metadata
from tests.store.entries import NOW, fill

LEGACY = Path(__file__).parent / "legacy"


def test_migrations_make_what_the_models_say(store: Store) -> None:
    def ours(conn: Connection) -> list[object]:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        found = compare_metadata(context, metadata)
        return [change for change in found if "alembic_version" not in str(change)]

    with store.reading() as conn:
        assert ours(conn) == []


def plain(sql: str) -> list[str]:
    return sorted(sql.replace(",", " ").replace("(", " ( ").replace(")", " ) ").replace('"', "").split())


def test_sqlite_has_exactly_the_models_statements(file_store: Store) -> None:
    """Words of each CREATE compared: catches what Alembic does not compare (WITHOUT ROWID, primary keys' order)."""
    with file_store.reading() as conn:
        rows = conn.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql != ''"
        )
        there = {row[0]: plain(row[1]) for row in rows if row[0] != "alembic_version"}
    dialect = create_engine("sqlite://").dialect
    wanted = {table.name: plain(str(CreateTable(table).compile(dialect=dialect))) for table in metadata.sorted_tables}
    for table in metadata.sorted_tables:
        for each in table.indexes:
            wanted[str(each.name)] = plain(str(CreateIndex(each).compile(dialect=dialect)))
    assert there == wanted


def test_the_schema_number_is_the_newest_migration() -> None:
    script = ScriptDirectory(str(paths.migrations()))
    assert [int(head) for head in script.get_heads()] == [SCHEMA]


REBUILD = '''
"""Rebuild the parent table, as a migration of a parent with children does."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0004", "0003"
def upgrade():
    with op.batch_alter_table("record", recreate="always") as batch:
        batch.add_column(sa.Column("shade", sa.Text, server_default="", nullable=False))
'''
FAILING = REBUILD + "    raise ValueError('half-way')\n"
ORPHANING = REBUILD + '    op.execute("DELETE FROM record")\n'  # noqa: S608


def with_another(tmp_path: Path, content: str) -> Path:
    scripts = tmp_path / "scripts 100%"
    shutil.copytree(paths.migrations(), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "0004_next.py").write_text(content)
    return scripts


def children(path: Path) -> tuple[int, ...]:
    connection = sqlite3.connect(path)
    names = ("record", "revision", "field_index", "search_key", "journal")
    counted = tuple(len(connection.execute(f"SELECT 1 FROM {name}").fetchall()) for name in names)  # noqa: S608
    connection.close()
    return counted


@pytest.fixture
def closed(path: Path) -> Path:
    with Store.create(path, now=NOW, meta={}) as store:
        fill(store)
    return path


def test_a_migration_copies_first_and_loses_no_child(closed: Path, tmp_path: Path) -> None:
    before, rows = closed.read_bytes(), children(closed)
    done = migrate.upgrade(closed, now=NOW, scripts=with_another(tmp_path, REBUILD))
    assert (done.before, done.after) == (SCHEMA, SCHEMA + 1)
    assert done.backup is not None
    assert done.backup.name == "遂昌 2024-升级前备份-20240711T063200.pairing"
    assert children(closed) == rows == children(done.backup)
    assert closed.read_bytes() != before
    with pytest.raises(Trouble, match=f"较新版本的程序保存的（文件第 {SCHEMA + 1} 版，本程序认到第 {SCHEMA} 版）"):
        Store.open(closed, now=NOW)


@pytest.mark.parametrize("content", [FAILING, ORPHANING])
def test_a_failed_migration_leaves_the_original(closed: Path, tmp_path: Path, content: str) -> None:
    rows = children(closed)
    with pytest.raises(Trouble, match="升级失败，原文件没有改动"):
        migrate.upgrade(closed, now=NOW, scripts=with_another(tmp_path, content))
    assert children(closed) == rows
    with Store.open(closed, now=NOW) as store, store.reading() as conn:
        assert verify.verify(conn) == []
        assert not conn.exec_driver_sql("SELECT 1 FROM pragma_table_info('record') WHERE name = 'shade'").all()


@pytest.mark.parametrize("name", [path.stem for path in sorted(LEGACY.glob("*.pairing"))])
def test_files_of_earlier_versions_open_with_their_content(path: Path, name: str) -> None:
    """Frozen when that version was current (tests/store/legacy/make.py): never written anew."""
    shutil.copyfile(LEGACY / f"{name}.pairing", path)
    expected = json.loads((LEGACY / f"{name}.json").read_text(encoding="utf-8"))
    with Store.open(path, now=NOW) as store, store.reading() as conn:
        assert verify.verify(conn) == []
        assert content(store, conn) == expected


def content(store: Store, conn: Connection) -> dict[str, object]:
    """Everything a workspace says, as JSON."""
    every = records.select(conn, state=None)
    sent = submissions.submissions(conn)
    told: dict[str, object] = json.loads(
        json.dumps(
            {
                "meta": store.all_meta(),
                "records": every,
                "revisions": [records.revisions(conn, record.key) for record in every],
                "drafts": records.drafts(conn),
                "submissions": sent,
                "attachments": {name: attachments.size(conn, name) for name in attachments.digests(conn)},
                "list": index.page(conn, "enterprise", sort=[("name", False)]),
                "found": store.texts.search(conn, "sc"),
            },
            default=_plain,
        )
    )
    return told


def _plain(value: object) -> object:
    return structs.asdict(value) if isinstance(value, Struct) else str(value)


def test_a_lists_texts_become_what_they_are_made_now(path: Path) -> None:
    """Numbers within them stand by their size; a rule asks the index by the very text of today."""
    texts = ("di 2 hao\x01第2号", "91330000000000001x", "abc", "2024-010")
    shutil.copyfile(LEGACY / "schema-2.pairing", path)
    with closing(sqlite3.connect(path)) as old, old:
        record = old.execute("SELECT key, form FROM record").fetchone()
        old.executemany("INSERT INTO field_index VALUES (?, ?, ?, NULL, ?)",
                        [(record[0], f"f{n}", record[1], text) for n, text in enumerate(texts)])
    with Store.open(path, now=NOW) as store, store.reading() as conn:
        found = conn.exec_driver_sql(
            "SELECT sort_text FROM field_index WHERE field IN ('f0', 'f1', 'f2', 'f3') ORDER BY field").all()
    assert [text for (text,) in found] == [natural(text) for text in texts]
    assert found[0] == ("di 12 hao\x01第12号",)


def test_an_older_file_is_opened_for_reading_too(path: Path) -> None:
    shutil.copy(LEGACY / "schema-1.pairing", path)
    with Store.open(path, now=NOW, write=False) as store:
        assert store.readonly
        with Store.open(path, now=NOW) as writing:
            assert not writing.readonly, "the upgrade gave its lock back"
    assert [p.name for p in path.parent.glob("*升级前备份*")] == ["遂昌 2024-升级前备份-20240711T063200.pairing"]


def test_a_legacy_file_is_there_for_every_schema() -> None:
    assert {path.stem for path in LEGACY.glob("*.pairing")} >= {f"schema-{n}" for n in range(1, SCHEMA + 1)}


@pytest.mark.outside
def test_a_server_of_a_newer_program_is_refused(server_store: Store) -> None:
    assert server_store._writing is not None
    url = server_store._writing.url.render_as_string(hide_password=False)
    with server_store.begin() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(Trouble, match="第 99 版"):
        Store.open_url(url)


@pytest.mark.outside
def test_a_server_opens_again_as_it_was(server_store: Store) -> None:
    assert server_store._writing is not None
    url = server_store._writing.url.render_as_string(hide_password=False)
    fill(server_store)
    with Store.open_url(url, meta={"county": "别的"}) as again, again.reading() as conn:
        assert again.all_meta() == server_store.all_meta()
        assert len(records.select(conn)) == 2

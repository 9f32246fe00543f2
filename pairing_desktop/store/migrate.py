"""Brings a database's schema to this program's. Alembic is imported only when there is something to do.

SQLite: a connection of its own with foreign keys off (a table rebuild would otherwise delete child rows through
cascades), one transaction for all, ``PRAGMA foreign_key_check`` before it commits. A failure rolls all back.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, Engine, inspect, text

from pairing_desktop import paths
from pairing_desktop.errors import Trouble, trouble
from pairing_desktop.store import backup, header, moment, sqlite
from pairing_desktop.store.faults import told
from pairing_desktop.store.models import SCHEMA


class Upgraded(Struct, frozen=True):
    """What a migration did: schema before and after, and the copy made before."""

    before: int
    after: int
    backup: Path | None


def lay(path: Path, first: Callable[[Connection], None], *, file: str) -> None:
    """Make an empty file a data file of the newest schema, settled; ``first`` writes what it begins with.

    Trouble names it ``file``, which it will be.
    """
    _migrate_file(path, None, first, file=file)


def upgrade(path: Path, *, now: datetime, scripts: Path | None = None) -> Upgraded:
    """Migrate a data file whose lock the caller holds: a copy first, then all or nothing.

    Raises ``store.migration_failed`` (the file is as before, the copy stays).
    """
    before = header.read(path).schema
    at = moment.stored(now).replace(":", "").replace("-", "")[:15]
    copy = backup.copy_file(path, path.with_name(f"{path.stem}-升级前备份-{at}{path.suffix}"))
    try:
        after = _migrate_file(path, scripts)
    except Trouble:
        raise
    except Exception as error:
        raise trouble("store.migration_failed", file=path.name, backup=copy.name) from error
    return Upgraded(before, after, copy)


def upgrade_server(engine: Engine, *, file: str, first: Callable[[Connection], None]) -> None:
    """Bring a server's schema to the newest in one transaction; an empty one begins with what ``first`` writes."""
    with told(file), engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": header.APPLICATION_ID})
        empty = not inspect(connection).has_table("record")
        found = 0 if empty else _number(connection)
        if found > SCHEMA:
            raise trouble("store.newer", file=file, found=found, known=SCHEMA)
        if found < SCHEMA:
            run(connection)
        if empty:
            first(connection)


def run(connection: Connection, scripts: Path | None = None) -> None:
    """Run the missing migrations inside the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts or paths.migrations()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _migrate_file(path: Path, scripts: Path | None, first: Callable[[Connection], None] | None = None, *,
                  file: str = "") -> int:
    engine = sqlite.writing_engine(path, foreign_keys=False)
    try:
        with told(file or path.name), engine.connect() as connection:
            bare = sqlite.raw(connection)
            bare.execute("PRAGMA journal_mode=WAL")
            with connection.begin():
                run(connection, scripts)
                if first:
                    first(connection)
                after = _number(connection)
                _refuse_orphans(connection)
                header.stamp(bare, after)
            sqlite.settle(bare)
    finally:
        engine.dispose()
    return after


def _number(connection: Connection) -> int:
    return int(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise RuntimeError(f"migration left rows without their parents: {orphans[:5]}")

"""The data file (or server) as one object: opening, transactions, facts, settling, closing.

SQLAlchemy is imported at the first transaction: ``glancing`` reads what a window shows first without it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pairing_desktop.errors import Trouble, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.store import asking, header, lock, place, sqlite
from pairing_desktop.store.behind import Behind, Flushed
from pairing_desktop.store.faults import told
from pairing_desktop.store.glances import Glances
from pairing_desktop.store.schema import SCHEMA
from pairing_desktop.store.search import SearchTexts

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Executable

    from pairing_desktop.store.asking import Reader

ID = "id"
"""The fact that names a workspace: a UUID given when it is made, the first link of its journal."""

_GET_META = "SELECT value FROM meta WHERE name = :name"
_SET_META = "INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value"
_ALL_META = "SELECT name, value FROM meta"
_SERIALISE = "SELECT pg_advisory_xact_lock(hashtext(current_schema()), :key)"


class Store:
    """One open workspace.

    May be used from several threads: reading takes a connection of its own, writing queues behind one held connection.
    ``path`` is None on a server; ``readonly`` tells that nothing can be written; ``writer`` names in words who else
    writes the file (None: nobody).
    """

    def __init__(
        self,
        *,
        name: str,
        path: Path | None,
        reader: Callable[[], Engine],
        writing: Callable[[], Engine] | None,
        held: lock.Held | None,
        writer: str | None,
        glances: Glances | None = None,
    ) -> None:
        self.name = name
        self.path = path
        self.writer = writer
        self.texts = SearchTexts()
        self.readonly = writing is None
        self._make_reader = reader
        self._make_writing = writing
        self._made_reader: Engine | None = None
        self._made_writing: Engine | None = None
        self._making = threading.Lock()
        self._glances = glances
        self._held = held
        self._queue = threading.Lock()
        self._kept: Connection | None = None
        self._open: Connection | None = None
        self._owner: int | None = None
        self._unsettled = False
        self._behind = Behind(path) if path is not None else None
        self.written = 0
        """Writing transactions of this program so far: what was read stands while it is the same. No drafts."""

    # Opening

    @classmethod
    def create(cls, path: Path, *, now: datetime, meta: Mapping[str, str], owner: str = "") -> Store:
        """Make a new data file and open it for writing; refuses an existing path."""
        from pairing_desktop.store import backup, migrate

        if path.exists():
            raise trouble("store.exists", file=path.name)
        if not path.parent.is_dir():
            raise trouble("store.no_folder", file=path.name, folder=path.parent)
        place.refuse_network(path)
        temporary = path.with_name(path.name + ".new")
        try:
            backup.remove(temporary)
            temporary.touch()
            migrate.lay(temporary, lambda tx: _found(tx, meta), file=path.name)
            temporary.rename(path)
        except (OSError, Trouble) as error:
            known = place.explained(error, path.name) if isinstance(error, OSError) else error
            raise trouble("store.full_new", file=path.name) if _is_full(known) else known from error
        finally:
            backup.remove(temporary)
        return cls.open(path, now=now, owner=owner)

    @classmethod
    def open(cls, path: Path, *, now: datetime, write: bool = True, owner: str = "", needs: str = "") -> Store:
        """Open a data file; an older one that holds what the caller ``needs`` in meta is migrated first, a copy kept.

        ``write=True`` raises ``store.in_use`` when another window or program writes it (then try ``write=False``); on a
        read-only medium the store opens with ``readonly`` set.
        """
        path = path.absolute()  # what is later suggested beside it has to say where
        place.refuse_missing(path)
        place.refuse_network(path)
        found = header.check(path)
        older = found.schema < SCHEMA
        held = lock.take(path, owner=owner, now=now) if (write or older) and place.writable(path) else None
        try:
            if older:
                header.must_hold(path, needs)
                _upgrade(path, held, now)
            if held and not write:
                held.release()
                held = None
            written = held is None and lock.holder(path) is not None
            return cls._opened(path, held, sqlite.mode_for(path, written=written))
        except Trouble as error:
            if held:
                held.release()
            elif not write and _is_full(error) and sqlite.settled(path):  # no room for what readers and writers share
                return cls._opened(path, None, sqlite.AS_IT_LIES)
            raise
        except BaseException:
            if held:
                held.release()
            raise

    @classmethod
    def _opened(cls, path: Path, held: lock.Held | None, mode: str) -> Store:
        glances = Glances(path, path.name, mode)
        store = cls(
            name=path.name,
            path=path,
            reader=lambda: sqlite.reading_engine(path, mode),
            writing=(lambda: sqlite.writing_engine(path)) if held else None,
            held=held,
            writer=None if held else lock.holder(path),
            glances=glances,
        )
        try:
            with glances.reading() as connection:
                header.check_open(connection, path.name)
        except BaseException:
            store._held = None  # the caller's to release
            store.close()
            raise
        return store

    @classmethod
    def open_url(cls, url: str, *, meta: Mapping[str, str] | None = None) -> Store:
        """Open a server database (PostgreSQL); an empty one is set up with ``meta``, an older one migrated."""
        from sqlalchemy import create_engine, make_url

        from pairing_desktop.store import migrate

        name = make_url(url).database or "server"
        engine = create_engine(url, pool_pre_ping=True)
        try:
            migrate.upgrade_server(engine, file=name, first=lambda tx: _found(tx, meta or {}))
        except BaseException:
            engine.dispose()
            raise
        reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        store = cls(name=name, path=None, reader=lambda: reader, writing=lambda: engine, held=None, writer=None)
        store._made_reader, store._made_writing = reader, engine
        return store

    @property
    def _reader(self) -> Engine:
        with self._making:
            self._made_reader = self._made_reader or self._make_reader()
            return self._made_reader

    @property
    def _writing(self) -> Engine | None:
        with self._making:
            if self._made_writing is None and self._make_writing is not None:
                self._made_writing = self._make_writing()
            return self._made_writing

    # Transactions

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Hold one writing transaction: committed at the end, rolled back on any exception.

        Never nested in a thread; another thread waits. Expected failures of disk or server come out as ``Trouble``.
        """
        if self._mine():
            raise RuntimeError("a transaction is open in this thread")
        try:
            with self._queue, told(self.name), self._transaction(serialised=True) as connection:
                self._open, self._owner = connection, threading.get_ident()
                try:
                    yield connection
                finally:
                    self._open, self._owner = None, None
                    self.written += 1
        except BaseException:
            self.texts.forget()  # they may hold what was rolled back
            raise

    @contextmanager
    def _transaction(self, *, serialised: bool, flushed: bool = True) -> Iterator[Connection]:
        writing = self._writing
        if writing is None:
            raise trouble("store.readonly", file=self.name)
        if self.path is None:
            from sqlalchemy import text

            with writing.begin() as connection:
                if serialised:  # one journal, one head: writers queue here
                    connection.execute(text(_SERIALISE), {"key": header.APPLICATION_ID})
                yield connection
            return
        if self._kept is None:
            self._kept = writing.connect()
        try:
            sqlite.flush_commits(self._kept, flushed)
            with self._kept.begin():
                self._unsettled = True
                yield self._kept
        except BaseException:
            sqlite.abandon(self._kept)
            raise

    def quick(self, statement: Executable, values: Mapping[str, Any], flushed: Flushed | None = None) -> None:
        """Run and commit one statement on the held connection; inside ``begin`` of this thread it joins that.

        With ``flushed`` it returns once the log holds it, and that is told from another thread once it is flushed.
        """
        if self._mine() and self._open is not None:
            self._open.execute(statement, values)
            return
        with self._queue, told(self.name), self._transaction(serialised=False, flushed=flushed is None) as connection:
            connection.execute(statement, values)
        if self._behind is not None and flushed is not None:
            self._behind.flush(flushed)
        elif flushed is not None:
            flushed(None)

    def _mine(self) -> bool:
        return self._owner == threading.get_ident()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Hold one reading transaction with a stable view; keep it short (it holds back settling)."""
        with told(self.name), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def glancing(self) -> Iterator[Reader]:
        """Like ``reading``, for questions in plain SQL: of a data file without SQLAlchemy, in a third of the time."""
        if self._glances is None:
            with self.reading() as connection:
                yield connection
        else:
            with self._glances.reading() as bare:
                yield bare

    # Facts

    def meta(self, name: str) -> str | None:
        """Return a workspace fact such as ``county``; ``id`` is the workspace's UUID."""
        with self.glancing() as connection:
            value = asking.scalar(connection, _GET_META, {"name": name})
        return None if value is None else str(value)

    def all_meta(self) -> dict[str, str]:
        """Return all workspace facts."""
        with self.glancing() as connection:
            return {row[0]: row[1] for row in asking.rows(connection, _ALL_META)}

    def set_meta(self, name: str, value: str) -> None:
        """Set a workspace fact, committed by itself; inside ``begin`` of this thread it joins that transaction."""
        if name == ID:
            raise ValueError("a workspace keeps its id")
        from sqlalchemy import text

        self.quick(text(_SET_META), {"name": name, "value": value})

    # Copies and the end

    @property
    def unsettled(self) -> bool:
        """Whether something was written since the last checkpoint: a plain copy of the file would lack it."""
        return self._unsettled

    def checkpoint(self, wait: float = 0.1) -> bool:
        """Move the log into the file so that a plain copy is whole; False when a reader or writer is in the way.

        Waits at most ``wait`` seconds for them, so that a window can ask it when idle and ask again later.
        """
        writing = self._writing
        if self.path is None or writing is None or self._mine():
            return False
        if not self._queue.acquire(timeout=wait):
            return False
        try:
            with told(self.name), writing.connect() as connection:
                self._unsettled = not sqlite.settle(sqlite.raw(connection), wait)
        finally:
            self._queue.release()
        return not self._unsettled

    def save_copy(self, to: Path, progress: Progress = silent) -> Path:
        """Write a consistent copy to ``to`` while open (另存副本)."""
        if self.path is None:
            raise trouble("store.server_copy", file=self.name)
        from pairing_desktop.store import backup

        return backup.copy_file(self.path, to, progress)

    def backup(self, to: Path, progress: Progress = silent) -> Path:
        """Write a copy and prove that it is whole."""
        from pairing_desktop.store import backup

        copy = self.save_copy(to, progress)
        backup.check(copy)
        return copy

    def name_writer(self, owner: str) -> None:
        """Let others who ask for the file hear this name."""
        if self._held is not None:
            self._held.name(owner)

    def writer_now(self) -> str | None:
        """Return in words who writes the file at this moment, None when nobody does."""
        return lock.holder(self.path) if self.path is not None else None

    def close(self) -> None:
        """Settle, close all connections and give up the lock; may be called twice."""
        if self._behind is not None:
            self._behind.close()
        if self._unsettled:
            with contextlib.suppress(Trouble):  # a full disk is no reason to keep the lock; the log keeps the rows
                self.checkpoint()
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        if self._glances is not None:
            self._glances.close()
        for engine in (self._made_reader, self._made_writing):
            if engine is not None:
                engine.dispose()
        if self._held is not None:
            self._held.release()
            self._held = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _is_full(error: Trouble) -> bool:
    return any(p.code == "store.full" for p in error.problems)


def _upgrade(path: Path, held: lock.Held | None, now: datetime) -> None:
    if held is None:
        raise trouble("store.older_readonly", file=path.name)
    from pairing_desktop.store import migrate

    migrate.upgrade(path, now=now)


def _found(tx: Connection, meta: Mapping[str, str]) -> None:
    """Write a new workspace's facts and identity, the journal's first link."""
    import uuid

    from sqlalchemy import text

    from pairing_desktop.store import digests, journal

    identity = str(uuid.uuid4())
    for name, value in {**meta, ID: identity}.items():
        tx.execute(text(_SET_META), {"name": name, "value": value})
    journal.append(tx, "workspace", digests.of_text(identity))

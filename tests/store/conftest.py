"""Real databases: SQLite files in a temporary folder, and a PostgreSQL server started for the session."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import NullPool, create_engine

from pairing_desktop.store.engine import Store
from tests import outside_tools
from tests.store.entries import NOW, fill


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A path as users have them: Chinese, blanks, a percent sign."""
    folder = tmp_path / "数据 文件 100%"
    folder.mkdir()
    return folder / "遂昌 2024.pairing"


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new data file, made once: its migrations take a tenth of a second."""
    path = tmp_path_factory.mktemp("laid") / "新.pairing"
    Store.create(path, now=NOW, meta={"county": "331123"}, owner="张三").close()
    return path


@pytest.fixture
def file_store(laid: Path, path: Path) -> Iterator[Store]:
    shutil.copyfile(laid, path)
    with Store.open(path, now=NOW, owner="张三") as store:
        yield store


class Server:
    """A PostgreSQL server of our own, spoken to through a socket in a temporary folder."""

    def __init__(self, folder: Path, programs: Path, as_user: list[str]) -> None:
        self.folder, self.programs, self.as_user = folder, programs, as_user
        self.made = 0
        self.template = ""

    def run(self, program: str, *words: str) -> None:
        subprocess.run(
            [*self.as_user, str(self.programs / program), *words],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def new_database(self, template: str = "template0") -> str:
        """Return the URL of a new database: an empty one, or one like ``template``."""
        self.made += 1
        name = f"workspace{self.made}"
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url(name)

    def new_workspace(self) -> str:
        """Return the URL of a workspace, made from one that was set up once."""
        if not self.template:
            url = self.new_database()
            self.template = f"workspace{self.made}"
            Store.open_url(url, meta={"county": "331123"}).close()
        return self.new_database(self.template)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://pairing@/{name}?host={quote(str(self.folder))}"


def _server_user(folder: Path) -> list[str]:
    """initdb refuses root: hand the folder to another user and run as that one."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, user)
    return [outside_tools.need("runuser", "util-linux"), "-u", user, "--"]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = Path(outside_tools.need(str(places[-1]) if places else "initdb", "postgresql"))
    folder = Path(tempfile.mkdtemp(prefix="pairing-pg-"))
    server = Server(folder, initdb.parent, _server_user(folder))
    data = str(folder / "data")
    try:
        server.run("initdb", "-D", data, "-U", "pairing", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        server.run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield server
        finally:
            server.run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def server_store(server: Server) -> Iterator[Store]:
    with Store.open_url(server.new_workspace()) as store:
        yield store


@pytest.fixture(params=["file_store", pytest.param("server_store", marks=pytest.mark.outside)])
def store(request: pytest.FixtureRequest) -> Store:
    """The same test on both databases."""
    found: Store = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with two records, three revisions, an attachment and a submission with two events."""
    fill(store)
    return store

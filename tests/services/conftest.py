"""What the services' tests share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pairing_desktop.services import entering, workspace
from pairing_desktop.services.workspace import Workspace
from tests.conftest import NOW
from tests.services import small


@pytest.fixture
def clock() -> small.Now:
    return small.Now()


@pytest.fixture
def ws(tmp_path: Path, laid: small.Laid, clock: small.Now) -> Iterator[Workspace]:
    with laid.copy(tmp_path, clock=clock) as found:
        yield found


@pytest.fixture(scope="session")
def county_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a county's data file with the shipped forms and two firms, 双彩 and 兰亭, for tests to copy."""
    path = tmp_path_factory.mktemp("county") / "遂昌.pairing"
    with workspace.create(path, county="331123", partner="330402", now=NOW, who="企业科", clock=lambda: NOW) as made:
        for name in ("双彩", "兰亭"):
            draft = entering.open_record(made, form="enterprise", quarter=small.QUARTER).draft
            draft.type("name", name)
            draft.type("county", "遂昌县")
            entering.save(made, draft)
    return path


@pytest.fixture
def county_ws(county_file: Path, tmp_path: Path) -> Iterator[Workspace]:
    path = tmp_path / county_file.name
    shutil.copyfile(county_file, path)
    with workspace.open_workspace(path, who="企业科", now=NOW, clock=lambda: NOW) as made:
        yield made


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Return an empty data file with the shipped forms, for tests that only read and plan."""
    path = tmp_path_factory.mktemp("采集") / "遂昌.pairing"
    with workspace.create(path, county="331123", partner="330402", bureau="遂昌县某局", now=NOW, who="张三",
                          clock=lambda: NOW) as made:
        yield made

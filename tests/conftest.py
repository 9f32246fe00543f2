"""What every test shares: a screen that is not there, settings of its own, no silent error."""

import itertools
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from pairing_desktop.services.demo import Keys
    from tests.outside_tools import Office
    from tests.services.small import Laid
    from tests.signing.tokens import Hsm

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTEST_QT_API", "pyside6")

settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True,
                          suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
settings.register_profile("large", max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

NOW = datetime(2024, 7, 11, 8, 42, tzinfo=UTC)
COUNT = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the demo: processes steal from the end of each other's tests, and each would make one for itself."""
    items.sort(key=lambda item: item.path.name != "test_demo.py")


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's remembered settings out of tests, and tests out of them.

    The folders are counted here: ``mktemp`` looks through all folders of the run for the next number.
    """
    folder = tmp_path_factory.getbasetemp() / "config" / str(next(COUNT))
    folder.mkdir(parents=True)
    monkeypatch.setenv("PAIRING_DESKTOP_CONFIG", str(folder))


@pytest.fixture(autouse=True)
def no_logged_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in whose course anything was logged as an error."""
    yield
    bad = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
    assert not bad, bad


@pytest.fixture
def now() -> datetime:
    """Return the moment at which every test plays."""
    return NOW


@pytest.fixture
def shared() -> Path:
    """Return the folder with the outside verifier, or skip where a clone stands alone; CI permits no skip."""
    folder = Path(os.environ.get("PAIRING_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    if not (folder / "verify" / "outside.py").is_file():
        reason = "needs ../shared/verify/outside.py (set PAIRING_SHARED)"
        if os.environ.get("PAIRING_NO_SKIP") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> "Hsm":
    """Return SoftHSM2 over a folder of the run: real PKCS#11 tokens."""
    from tests.signing import tokens

    return tokens.hsm(tmp_path_factory.mktemp("hsm"))


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> "Office":
    """Return LibreOffice, for the tests that let it read or write a file."""
    from tests import outside_tools

    return outside_tools.Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> "Laid":
    """Return an empty data file of the small programme, made once a run, to be copied."""
    from tests.services import small

    return small.lay(tmp_path_factory.mktemp("laid"))


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> "Keys":
    """Return the keys of a county's people and of the partner's head, made once a run."""
    from pairing_desktop.services import demo
    from tests.services import small

    folder = tmp_path_factory.mktemp("钥匙")
    for name in ("trust", "keys"):
        (folder / name).mkdir()
    return demo.make_keys(folder, clock=small.Now())


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 遂昌县's sample, made once a run, by whichever process needs it first; who writes in it takes a copy."""
    from filelock import FileLock

    from pairing_desktop.services import sample

    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    path = folder / "遂昌县.pairing"
    with FileLock(folder / "sample.lock"):
        if not path.exists():
            making = folder / "正在做.pairing"
            sample.make_sample(making, now=NOW, clock=lambda: NOW).close()
            making.rename(path)
    return path

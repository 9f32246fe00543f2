"""What the services' tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pairing_desktop.services.workspace import Workspace
from tests.services import small


@pytest.fixture
def clock() -> small.Now:
    return small.Now()


@pytest.fixture
def ws(tmp_path: Path, laid: small.Laid, clock: small.Now) -> Iterator[Workspace]:
    with laid.copy(tmp_path, clock=clock) as found:
        yield found

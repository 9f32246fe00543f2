"""Packets in the states that tests start from, each made once a run."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from pairing_desktop.exchange import packet
from pairing_desktop.signing.identity import ROLES
from tests.conftest import NOW
from tests.exchange import house as house_module
from tests.signing import people
from tests.signing.people import World


def relay(of: World, path: Path, upto: int, now: datetime) -> bytes:
    """Build a packet and let the first ``upto`` roles sign it."""
    path.write_bytes(people.built())
    for role in ROLES[:upto]:
        packet.sign(path, of.keys[role], now=now, stamp=people.small_stamp())
    return path.read_bytes()


@pytest.fixture(scope="session")
def world() -> World:
    return people.world(NOW)


@pytest.fixture(scope="session")
def states(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[int, bytes]:
    """Return packets by the number of signatures they carry, 0 to 3."""
    folder = tmp_path_factory.mktemp("packets")
    return {count: relay(world, folder / f"{count}.asice", count, NOW) for count in range(4)}


@pytest.fixture
def sealed(states: dict[int, bytes]) -> bytes:
    return states[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "331123-2024Q2-r1.asice"


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[house_module.House]:
    """Return a small county with one submitted quarter; nothing may be changed in it."""
    made = house_module.build(tmp_path_factory.mktemp("house"))
    yield made
    made.ws.close()

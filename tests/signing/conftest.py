"""The sample authority's people, made once a run."""

import pytest

from tests.conftest import NOW
from tests.signing import people
from tests.signing.people import World


@pytest.fixture(scope="session")
def world() -> World:
    return people.world(NOW)


@pytest.fixture(scope="session")
def signed(world: World) -> bytes:
    """Return a PDF that all three roles have signed."""
    return people.signed_pdf(world)

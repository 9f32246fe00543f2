"""What the province accepts: data, so that a task pack can change it (``resources/acceptance.toml``)."""

import tomllib
from functools import cache

from pairing_desktop import paths


@cache
def paper_roles() -> tuple[str, ...]:
    """Return the roles whose signature on paper, vouched for by the bureau's certificate, is accepted."""
    with paths.resource("acceptance.toml").open("rb") as file:
        return tuple(tomllib.load(file)["paper_roles"])

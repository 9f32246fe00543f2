"""The one thing that was done to a file, what of its verdict only comes of it, and what is wrong besides."""

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import Problem

TO_SIGN = "exchange.missing_role"
"""True of a file under way, but nobody should sign an altered one: told without its remedy."""


class Told(Struct, frozen=True):
    """The one sentence, what only comes of it, and what is wrong besides."""

    cause: Problem
    following: tuple[Problem, ...]
    besides: tuple[Problem, ...]

    @property
    def lead(self) -> str:
        """The cause and its remedy."""
        return str(self.cause)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, the cause first; what only comes of it has no remedy of its own."""
        return (self.cause, *self.besides, *self.told_to_follow)

    @property
    def told_to_follow(self) -> tuple[Problem, ...]:
        """What only comes of it, said to be so."""
        return tuple(replace(p, message=f"由此产生：{p.message}", remedy="") for p in self.following)


def besides(problems: tuple[Problem, ...], following: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return what is wrong besides the cause; a signature that is missing is not to be given now."""
    return tuple(replace(p, remedy="") if p.code == TO_SIGN else p for p in problems if p not in following)

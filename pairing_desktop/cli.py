"""The command line: the same services without a screen. Everything it prints is Chinese but what programs read (--json)."""

from collections.abc import Sequence

COMMANDS = ("new", "forms", "check", "finalise", "sign", "submit", "verify", "selftest", "demo")


def run(words: Sequence[str]) -> int:
    """Run one command; return 0 good, 1 the thing checked is bad, 2 it could not be done."""
    raise NotImplementedError

"""The command line: the same services without a screen. All it prints is Chinese but for what programs read.

A command lives in a module named for its subject, whose ``add`` puts it into the parser; this module stays light, for
the window asks it whether a word is a command.
"""

from collections.abc import Sequence

COMMANDS = {
    "new": "files", "check": "files", "restore": "files", "merge": "merging",
    "forms": "tables", "import": "importing",
    "joint": "joining", "answer": "joining",
    "finalise": "relay", "unfinalise": "relay", "sign": "relay", "submit": "relay", "slip": "relay",
    "encrypt": "sealing", "decrypt": "sealing",
    "keys": "keys", "authority": "authority",
    "verify": "verifying",
    "assess": "assessing", "carry": "carrying", "deadline": "deadlines",
    "report": "printing", "summary": "tables_own", "table": "tables_own",
    "selftest": "trying", "demo": "trying",
}
"""Each command and the module of this package that has it, in the order of the help."""


def run(words: Sequence[str]) -> int:
    """Run one command; return 0 good, 1 the thing checked is bad, 2 it could not be done."""
    from pairing_desktop.cli import running

    return running.run(words)

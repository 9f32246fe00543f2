"""The program's entry: the window with at most one file; everything else is the command line."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line or open the window; return the exit code. Qt is imported only for the window."""
    words = list(sys.argv[1:] if argv is None else argv)
    from pairing_desktop import cli

    if len(words) > 1 or (words and (words[0] in cli.COMMANDS or words[0].startswith("-") or _is_word(words[0]))):
        return cli.run(words)
    from pairing_desktop.ui.start import open_window

    return open_window(words[0] if words else None)


def _is_word(text: str) -> bool:
    """Tell whether it can only be a mistyped command: neither a file's name nor anything that is there."""
    from pathlib import Path

    return text.isascii() and text.isalpha() and not Path(text).exists()

"""Every message that the code tells is in the catalogue, and is given all that its words ask for."""

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pairing_desktop import paths

PROGRAM = Path(__file__).resolve().parents[1] / "pairing_desktop"


def told() -> Iterator[tuple[str, str, set[str]]]:
    """Yield (place, code, names given) of each ``trouble`` and ``problem`` whose code and names stand in the source."""
    for file in sorted(PROGRAM.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or any(k.arg is None for k in node.keywords):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            code = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            if name in ("trouble", "problem") and isinstance(code, str) and "." in code:
                yield f"{file.name}:{node.lineno}", code, {str(k.arg) for k in node.keywords}


def asked(entry: dict[str, str]) -> set[str]:
    """Return the names that a message and its remedy ask for."""
    parts = [part[1] for words in entry.values() for part in string.Formatter().parse(words)]
    return {part.split(".")[0].split("[")[0] for part in parts if part}


def test_every_message_is_given_what_its_words_ask_for() -> None:
    messages = {file.stem: tomllib.loads(file.read_text(encoding="utf-8"))
                for file in paths.resource("messages").glob("*.toml")}
    calls = list(told())
    assert len(calls) > 200
    wrong = []
    for place, code, given in calls:
        area, _, name = code.partition(".")
        entry = messages.get(area, {}).get(name)
        if not isinstance(entry, dict):
            wrong.append(f"{place} {code}: no such message")
        elif missing := asked(entry) - given:
            wrong.append(f"{place} {code}: {', '.join(sorted(missing))} is not given")
    assert not wrong

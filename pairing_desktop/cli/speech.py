"""What the command line says: help, lines and faults, in Chinese."""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from msgspec.structs import replace

from pairing_desktop.errors import Altered, BadContent, Problem, Trouble, problem

GOOD, BAD, FAILED = 0, 1, 2

ENGLISH = (  # what argparse says, and how a clerk would be told
    (r"the following arguments are required: (.+)", r"还缺 \1"),
    (r"one of the arguments (.+) is required", r"\1 要写一个"),
    (r"unrecognized arguments: (.+)", r"不认识 \1"),
    (r"argument (.+): invalid choice: (.+) \(choose from (.+)\)", r"\1 没有 \2 这一项，可以是 \3"),
    (r"argument (.+): expected one argument", r"\1 后面要写一个值"),
    (r"argument (.+): expected at least one argument", r"\1 后面至少要写一个值"),
    (r"argument (.+): ignored explicit argument (.+)", r"\1 后面不用写 \2"),
    (r"argument (.+): not allowed with argument (.+)", r"\1 不能与 \2 同用"),
    (r"argument (.+): invalid .+ value: (.+)", r"\1 的值 \2 看不懂"),
    (r"ambiguous option: (.+) could match (.+)", r"\1 不明确，可能是 \2"),
)


class ChineseHelp(argparse.RawDescriptionHelpFormatter):
    """Help whose fixed words are Chinese."""

    def add_usage(self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any],
                  prefix: str | None = None) -> None:
        """Begin with 用法."""
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class ChineseParser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese, in its help and in its errors."""

    def __init__(self, **words: Any) -> None:  # noqa: ANN401  # argparse's own arguments
        super().__init__(**{"formatter_class": ChineseHelp, "add_help": False, "allow_abbrev": False, **words})
        self._positionals.title, self._optionals.title = "要写的", "可选的"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")
        self._typed: list[str] = []

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401  # argparse's own
        """Remember what was typed: a fault may come of an option mistyped."""
        self._typed = [str(word) for word in (sys.argv[1:] if args is None else args)]
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Say in Chinese what is wrong with the words typed, and what was meant; exit code 2."""
        said = next((re.sub(e, c, message) for e, c in ENGLISH if re.fullmatch(e, message)), message)
        said += "".join(self._meant(message))
        self.exit(FAILED, f"命令写得不对：{said}。用 {self.command(self._typed).prog} --help 看写法。\n")

    def command(self, typed: Sequence[str]) -> "ChineseParser":
        """Return the parser of the command that was typed: of words left over the whole program is told."""
        for number, word in enumerate(typed):
            for action in self._actions:
                if isinstance(action.choices, dict) and word in action.choices:
                    found: ChineseParser = action.choices[word]
                    return found.command(typed[number + 1:])
        return self

    def like(self, word: str) -> list[str]:
        """Return the option that a word looks like."""
        return _nearest(word, self._option_string_actions)


    def _meant(self, message: str) -> Iterator[str]:
        """Yield what a word that is none of ours looks like."""
        if choice := re.search(r"invalid choice: '(.+?)' \(choose from (.+)\)", message):
            for like in _nearest(choice[1], re.findall(r"[\w-]+", choice[2])):
                yield f"，是不是 {like}"
        if "required" in message:
            known = self._option_string_actions
            for word in (typed.partition("=")[0] for typed in self._typed if typed.startswith("--")):
                for like in self.like(word) if word not in known else ():
                    yield f"；不认识 {word}，是不是 {like}"
        if left := re.search(r"unrecognized arguments: (--[^ =]+)", message):
            for like in self.command(self._typed).like(left[1]):
                yield f"，是不是 {like}"


def _nearest(word: str, words: Iterable[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(word, list(words), n=1)


def say(text: str) -> None:
    """Print a line."""
    print(text, flush=True)


def say_json(value: object) -> None:
    """Print a value as one line of JSON for programs; ASCII, so that no terminal can spoil it."""
    say(json.dumps(value))


def complain(bad: Trouble, *, as_json: bool = False) -> int:
    """Say what is wrong, a sentence a line or for programs; return the exit code."""
    code = BAD if isinstance(bad, BadContent) else FAILED
    if as_json:
        say_json({"problems": [problem_json(one) for one in bad.problems]})
        return code
    following = bad.following if isinstance(bad, Altered) else ()
    for one in bad.problems:
        if one not in following:
            print(str(one), file=sys.stderr)
    if following:
        print(only_following(following), file=sys.stderr)
    return code


def only_following(problems: Sequence[Problem]) -> str:
    """Return the one line for all that only comes of a cause: mending that mends them."""
    return f"由此产生的其他问题有 {len(problems)} 个，不用逐个处理；要看，用 verify --json。"


@contextmanager
def pointing(ways: Mapping[str, str]) -> Iterator[None]:
    """Name the option that helps: problems of these codes get the remedy of another, which the window must not show."""
    try:
        yield
    except Trouble as bad:
        if not any(one.code in ways for one in bad.problems):
            raise
        raise type(bad)(*(replace(one, remedy=problem(ways[one.code]).remedy) if one.code in ways else one
                          for one in bad.problems)) from bad


def problem_json(problem: Problem) -> dict[str, str]:
    """Return a problem for programs."""
    return {"code": problem.code, "message": str(problem)}


def file_size(size: int) -> str:
    """Return a size as people say it."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1000:.1f} KB"

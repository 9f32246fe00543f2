"""The words of a command: options that several share, and what they stand for."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.cli.speech import ChineseParser
from pairing_desktop.errors import system_reason, trouble

if TYPE_CHECKING:
    from pairing_desktop.services.workspace import Workspace

Run = Callable[[argparse.Namespace], int]
"""A command: takes the words understood, returns the exit code."""


class Commands:
    """The commands of a parser, to which each module adds its own."""

    def __init__(self, whole: argparse.ArgumentParser, title: str = "命令", dest: str = "command") -> None:
        """Make the place for commands in a parser."""
        self._parsers = whole.add_subparsers(dest=dest, metavar=title, required=True, title=title,
                                             parser_class=ChineseParser)

    def add(self, name: str, run: Run, text: str) -> argparse.ArgumentParser:
        """Add a command; return its parser, for its words."""
        found: argparse.ArgumentParser = self._parsers.add_parser(name, help=text, description=f"{text}。")
        found.set_defaults(run=run)
        return found

    def add_group(self, name: str, text: str) -> "Commands":
        """Add a command that has commands of its own, as ``keys new``; return the place for them."""
        return Commands(self._parsers.add_parser(name, help=text, description=f"{text}。"), "做什么", "what")


def file_word(found: argparse.ArgumentParser) -> None:
    """Let a command take a data file."""
    found.add_argument("file", metavar="数据文件", type=Path, help="数据文件")


def json_option(found: argparse.ArgumentParser) -> None:
    """Let a command answer in JSON."""
    found.add_argument("--json", action="store_true", help="输出 JSON，供别的程序读")


def quarter_option(found: argparse.ArgumentParser) -> None:
    """Let a command take a quarter."""
    found.add_argument("--quarter", metavar="季度", required=True, type=str.upper, help="如 2024Q2")


def chinese(word: str) -> str:
    """Return a word of a terminal that Python takes for ASCII as the UTF-8 that it is; ValueError if it is none."""
    disguised = any("\udc80" <= sign <= "\udcff" for sign in word)
    return os.fsencode(word).decode() if disguised else word


def now() -> datetime:
    """Return the PC's time."""
    from pairing_desktop.services.workspace import system_clock

    return system_clock()


def password(words: argparse.Namespace) -> str:
    """Return the password of the key named, from its file or asked for on the terminal."""
    if words.password_file:
        try:
            return str(words.password_file.read_text(encoding="utf-8-sig")).rstrip("\r\n")
        except UnicodeDecodeError:
            raise trouble("cli.password_file", file=words.password_file.name, why="不是 UTF-8 文字") from None
        except OSError as error:
            raise trouble("cli.password_file", file=words.password_file.name, why=system_reason(error)) from error
    if not sys.stdin.isatty():
        raise trouble("cli.no_password", file=words.key.name)
    import getpass

    return getpass.getpass(f"{words.key.name} 的密码：")


def reading(path: Path) -> "Workspace":
    """Open a data file to read."""
    from pairing_desktop.services import workspace

    return workspace.open_workspace(path, write=False, who="命令行", now=now())


def writing(path: Path) -> "Workspace":
    """Open a data file to write."""
    from pairing_desktop.services import workspace

    return workspace.open_workspace(path, who="命令行", now=now())

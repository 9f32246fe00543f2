"""The words of a command: options that several share, and what they stand for."""

import argparse
import os
import re
import sys
import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairing_desktop.cli.speech import ChineseParser
from pairing_desktop.errors import system_reason, trouble

if TYPE_CHECKING:
    from pairing_desktop.services.key_keeping import KeyPlace
    from pairing_desktop.services.workspace import Workspace

Run = Callable[[argparse.Namespace], int]
"""A command: takes the words understood, returns the exit code."""
COMMAND_LINE = "命令行"
"""Who changes a data file by a command, unless the command asks for a name."""

_NUMBERS = {"一": "1", "二": "2", "三": "3", "四": "4"}
_QUARTER = re.compile(r"([0-9]{4}) ?年 ?第?([1-4一二三四]) ?季度?")


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


def json_option(found: argparse.ArgumentParser, each: str = "") -> None:
    """Let a command answer in JSON; where it answers of several things ``each`` has a line of its own."""
    lines = f"；每个{each}一行，每行一个 JSON 对象" if each else ""
    found.add_argument("--json", action="store_true", help=f"输出 JSON，供别的程序读{lines}")


def quarter_option(found: argparse.ArgumentParser) -> None:
    """Let a command take a quarter."""
    found.add_argument("--quarter", metavar="季度", required=True, type=quarter, help="如 2024Q2 或 2024年二季度")


def quarter(word: str) -> str:
    """Return a quarter's stored form: of 2024q2, 2024年二季度, 2024年第2季度; other words as typed, to be told."""
    from pairing_desktop.formspec import period

    said = unicodedata.normalize("NFKC", chinese(word)).strip()
    if found := _QUARTER.fullmatch(said):
        return f"{found[1]}Q{_NUMBERS.get(found[2], found[2])}"
    return said.upper() if period.is_quarter(said.upper()) else said


def county(word: str) -> str:
    """Return the code of a county named, by its name's beginning if that is one's alone; other words as they are."""
    from pairing_desktop.formspec import reference

    said = chinese(word).strip()
    found = [c for c in reference.counties() if said and c.name.startswith(said)]
    exact = [c for c in found if c.name == said]
    return (exact or found)[0].code if exact or len(found) == 1 else said


def chinese(word: str) -> str:
    """Return a word of a terminal that Python takes for ASCII as the UTF-8 that it is; ValueError if it is none."""
    disguised = any("\udc80" <= sign <= "\udcff" for sign in word)
    return os.fsencode(word).decode() if disguised else word


def now() -> datetime:
    """Return the PC's time."""
    from pairing_desktop.services.workspace import system_clock

    return system_clock()


def password_option(found: argparse.ArgumentParser, text: str, *, alone: bool = True) -> None:
    """Let a command take a password by either of its names; only by the first where another passphrase is asked."""
    names = ("--password-file", "--passphrase-file") if alone else ("--password-file",)
    found.add_argument(*names, dest="password_file", metavar="文件", type=Path, help=text)


def key_words(found: argparse.ArgumentParser, *, required: bool = True, alone: bool = True) -> None:
    """Let a command take a key: a file with its password, or a token with its PIN."""
    which = found.add_mutually_exclusive_group(required=required)
    which.add_argument("--key", metavar="密钥", type=Path, help="本人的密钥文件（.pairkey 或 .p12）")
    token_words(found, which)
    password_option(found, "存密码（口令）的文件；不写就在终端里问", alone=alone)


def token_words(found: argparse.ArgumentParser, which: Any = None) -> None:  # noqa: ANN401  # argparse keeps it private
    """Let a command take a token."""
    (which or found).add_argument("--token", metavar="驱动库", type=Path,
                                  help="改用 UKey：它的 PKCS#11 库（.dll 或 .so）")
    found.add_argument("--token-label", metavar="名称", default="", type=chinese, help="插着几个 UKey 时，用哪一个")
    found.add_argument("--key-label", metavar="名称", default="", type=chinese, help="UKey 里有几把密钥时，用哪一把")
    found.add_argument("--pin-file", metavar="文件", type=Path, help="存 UKey 的 PIN 的文件；不写就在终端里问")


def trust_words(found: argparse.ArgumentParser) -> None:
    """Let a command take whom the data file trusts from now on."""
    found.add_argument("--trust", metavar="根证书", type=Path,
                       help="信任的根证书（PEM），先存进数据文件，这一次和以后都用它核对")
    found.add_argument("--crl", metavar="吊销列表", type=Path, help="证书吊销列表（PEM），存进数据文件")


def key_place(words: argparse.Namespace) -> "KeyPlace":
    """Return where the key named is."""
    from pairing_desktop.signing.token_place import TokenPlace

    if words.token:
        return TokenPlace(words.token.absolute(), words.token_label, words.key_label)
    return Path(words.key)


def password(words: argparse.Namespace) -> str:
    """Return the password or PIN of the key named, from its file or asked for on the terminal."""
    if getattr(words, "token", None):
        name = words.token_label or words.token.name
        return secret(words.pin_file, name=name, ask=f"UKey {name} 的 PIN：")
    return secret(words.password_file, name=words.key.name, ask=f"{words.key.name} 的密码：")


def secret(file: Path | None, *, name: str, ask: str) -> str:
    """Return what a file holds, else what is typed on the terminal unseen."""
    if file:
        try:
            return str(file.read_text(encoding="utf-8-sig")).rstrip("\r\n")
        except UnicodeDecodeError:
            raise trouble("cli.password_file", file=file.name, why="不是 UTF-8 文字") from None
        except OSError as error:
            raise trouble("cli.password_file", file=file.name, why=system_reason(error)) from error
    if not sys.stdin.isatty():
        raise trouble("cli.no_password", file=name)
    import getpass

    return getpass.getpass(ask)


def reading(path: Path) -> "Workspace":
    """Open a data file to read."""
    from pairing_desktop.services import workspace

    return workspace.open_workspace(path, write=False, who=COMMAND_LINE, now=now())


def writing(path: Path) -> "Workspace":
    """Open a data file to write."""
    from pairing_desktop.services import workspace

    return workspace.open_workspace(path, who=COMMAND_LINE, now=now())

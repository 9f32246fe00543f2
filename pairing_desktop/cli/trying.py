"""Trying the program: its self-test and the demonstration."""

import argparse
from pathlib import Path

from pairing_desktop.cli.speech import BAD, GOOD, say
from pairing_desktop.cli.words import Commands


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    commands.add("selftest", selftest, "检查本程序在这台电脑上能不能正常工作")
    one = commands.add("demo", demo, "用示例走一遍：填报、审核、定稿、签名、报送、核验")
    one.add_argument("folder", metavar="文件夹", type=Path, help="示例文件放在哪里")



def selftest(words: argparse.Namespace) -> int:  # noqa: ARG001  # every command has this shape
    """Try this installation."""
    from pairing_desktop.services import selftest as trial

    return GOOD if trial.run(say) else BAD


def demo(words: argparse.Namespace) -> int:
    """Go the whole way with the sample."""
    from pairing_desktop.services import demo as trial

    return trial.run(words.folder, say)

"""Runs one command: reads its words, says what went wrong, keeps a fault of the program in the log."""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from pairing_desktop import __version__
from pairing_desktop.cli import COMMANDS
from pairing_desktop.cli.speech import FAILED, ChineseParser, complain
from pairing_desktop.cli.words import Commands, now
from pairing_desktop.errors import Trouble, trouble
from pairing_desktop.progress import Cancelled

DESCRIPTION = "山海协作结对季度填报与报送。直接运行 pairing-desktop [数据文件或报送包] 打开窗口；下面的命令不需要窗口。"
EPILOG = "退出码：0 正常；1 被检查的东西有问题；2 没有办成。"


def parser() -> ChineseParser:
    """Return the parser of all commands."""
    whole = ChineseParser(prog="pairing-desktop", description=DESCRIPTION, epilog=EPILOG)
    whole.add_argument("--version", action="version", version=f"pairing-desktop {__version__}", help="显示版本")
    commands = Commands(whole)
    for module in dict.fromkeys(COMMANDS.values()):
        import_module(f"pairing_desktop.cli.{module}").add(commands)
    return whole


def run(words: Sequence[str]) -> int:
    """Run one command; return 0 good, 1 the thing checked is bad, 2 it could not be done."""
    _open_terminal()
    try:
        understood = parser().parse_args(list(words))
    except SystemExit as leave:
        return int(leave.code or 0)
    try:
        return int(understood.run(understood))
    except BrokenPipeError:  # whoever read our output has gone, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (KeyboardInterrupt, Cancelled):
        return complain(trouble("cli.interrupted"))
    except Trouble as bad:
        return complain(bad, as_json=getattr(understood, "json", False))
    except Exception as bug:  # noqa: BLE001  # the last resort: told in words, kept whole in the log
        return complain(_bug(bug))


def _open_terminal() -> None:
    """Let no character crash the output: an old Windows code page shows ? for what it lacks."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


def _bug(bug: BaseException) -> Trouble:
    """Write the details of a fault of the program to the log and return the sentence that says where."""
    from pairing_desktop.settings import Settings

    what, details = type(bug).__name__, "".join(traceback.format_exception(bug))
    log = Settings().path.with_name("error.log")
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{now().isoformat()} pairing-desktop {__version__}\n{details}\n")
    except OSError:
        return trouble("cli.no_log", what=what)
    return trouble("cli.bug", what=what, log=log)

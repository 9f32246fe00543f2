"""Trouble that a user can meet, told in one plain Chinese sentence with place and remedy.

Messages live in ``resources/messages/<area>.toml``, one table a code::

    [cut_short]
    message = "报送包 {file} 不完整，读到第 {offset} 字节就断了"
    remedy = "请向对方重新索取，或检查拷贝时是否中断"

``problem("packet.cut_short", file="a.asice", offset=12)`` fills them in. A bug is not trouble: it stays an
ordinary Python exception and reaches the last-resort dialog (or the command line's) as such.
"""

import errno
import tomllib
from collections.abc import Iterable
from functools import cache

from msgspec import Struct, field

from pairing_desktop import paths


class Problem(Struct, frozen=True):
    """One thing wrong: a stable ``code``, what and where (``message``), what to do (``remedy``), place by name."""

    code: str
    message: str
    remedy: str = ""
    place: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the whole sentence as a person reads it."""
        return f"{self.message}。{self.remedy}。" if self.remedy else f"{self.message}。"


class Trouble(Exception):  # noqa: N818  # expected trouble, not an error of the program
    """Expected trouble. Carries every problem found, never only the first; nothing was changed."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


class BadContent(Trouble):
    """The thing checked is readable and bad (exit code 1), as against work that could not be done (2)."""


class Altered(BadContent):
    """Something was done to the thing: the first problem is the cause and remedy; ``following`` only come of it."""

    def __init__(self, *problems: Problem, following: tuple[Problem, ...] = ()) -> None:
        super().__init__(*problems, *following)
        self.following = following


@cache
def _area(name: str) -> dict[str, dict[str, str]]:
    with paths.resource("messages", f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


_TURNING = {code: f"〔U+{code:04X}〕"
            for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""What turns the direction of the words after it: "〔U+202E〕" for a character that would let 12 be read as 21."""


def problem(code: str, **place: object) -> Problem:
    """Return the problem of a catalogue code such as ``store.newer``; ``place`` fills the template.

    What strangers wrote is told as it stands: characters that turn the direction of reading are told by number.
    Neither message nor remedy ends in a full stop: who shows them sets it.
    """
    area, _, name = code.partition(".")
    entry = _area(area)[name]
    words = {key: str(value).translate(_TURNING) for key, value in place.items()}
    message = entry["message"].format_map(words).rstrip("。")  # what somebody wrote may end a sentence of its own
    return Problem(code, message, entry.get("remedy", "").format_map(words), words)


def trouble(code: str, **place: object) -> Trouble:
    """Return a ``Trouble`` of one catalogue code, ready to raise."""
    return Trouble(problem(code, **place))


def all_or_raise(problems: Iterable[Problem]) -> None:
    """Raise one ``Trouble`` that carries all problems, if there are any."""
    found = tuple(problems)
    if found:
        raise Trouble(*found)


_SYSTEM_REASONS = {
    errno.ENOENT: "文件不存在",
    errno.EISDIR: "它是文件夹",
    errno.ENOTDIR: "文件夹不存在",
    errno.EACCES: "没有权限，或正被别的程序使用",
    errno.EPERM: "没有权限，或正被别的程序使用",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EIO: "磁盘读写出错",
}


def system_reason(error: OSError) -> str:
    """Return in Chinese why the operating system refused: its own words are English on many PCs."""
    return _SYSTEM_REASONS.get(error.errno or 0, "系统不允许")

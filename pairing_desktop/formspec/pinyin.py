"""Pinyin of Chinese text: initials to search by, a text to sort by. The library is imported at the first question."""

import re
from functools import cache, lru_cache

NOUGHT = "\u0002"
"""Stands after a number in a sort text for each nought that it began with."""


@lru_cache(maxsize=8192)
def _syllables(text: str) -> tuple[str, ...]:
    """Read a text word by word as the library cuts it: names share most words; what is no hanzi reads as it stands."""
    from pypinyin.seg import mmseg

    found: list[str] = []
    for place, part in enumerate(_hanzi().split(text)):
        if place % 2:
            for word in mmseg.seg.cut(part):
                found += _word(word)
        elif part:
            found.append(part)
    return tuple(found)


@cache
def _hanzi() -> re.Pattern[str]:
    """Return what parts a text into other characters and hanzi, by turns."""
    from pypinyin.constants import RE_HANS

    return re.compile(f"({RE_HANS.pattern.removeprefix('^').removesuffix('$')})")


@lru_cache(maxsize=8192)
def _word(word: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(word))


@lru_cache(maxsize=8192)
def _letter(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    letter = _syllables(character)[0][:1].lower()
    return letter if letter.isascii() and letter.isalnum() else ""


def initials(text: str) -> str:
    """Return the first letters: 遂昌县 → scx. Characters are read one by one, so that a part of a name matches too."""
    return "".join(map(_letter, text))


def sort_text(text: str) -> str:
    """Return a text whose order is pinyin order; equal sounds stay apart by the characters themselves."""
    if not text or text.isascii():
        return text.lower()
    return " ".join(_syllables(text)).lower() + "\u0001" + text


_NUMBER = re.compile("0*([0-9]+)")


def natural(text: str) -> str:
    """Return a sort text in which numbers stand in the order of their size, whatever their length: 第2 before 第10.

    Before a number comes how many digits it has, after it how many noughts it began with: unlike texts stay unlike.
    """
    return _NUMBER.sub(_sized, text)


def _sized(found: re.Match[str]) -> str:
    digits = found[1]
    return chr(ord("0") + len(digits)) + digits + NOUGHT * (len(found[0]) - len(digits))

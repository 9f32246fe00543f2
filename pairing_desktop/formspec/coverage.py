"""Which characters the bundled faces can draw: text on screen and text and titles on paper.

``resources/fonts/coverage.bin`` is a bitmap over code points (bit n of byte n // 8, lowest first) of the characters
that both NotoSansSC-Regular and NotoSerifSC-Bold have; ``tests/formspec/coverage_tool.py`` makes it.
"""

import re
import unicodedata
from functools import cache, lru_cache

from pairing_desktop import paths

ALWAYS = "\n\t"
"""Not drawn, so never missing."""
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"}
"""Letters cast in one, as they are copied out of PDFs: on paper they are read as the single ones, so none is drawn."""
_CAST = re.compile("|".join(LIGATURES))
EMOJI = 0x1F000
"""From here on symbols are little pictures."""
MARKS = ("Mn", "Me")
"""Kinds of marks that stand over or around the character before: on paper they are read elsewhere, or not at all."""
_MARKED = re.compile("[^\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]+")


@cache
def _bits() -> bytes:
    return paths.resource("fonts", "coverage.bin").read_bytes()


@lru_cache(maxsize=16384)
def covered(character: str) -> bool:
    """Tell whether a character can be drawn."""
    place, bit = divmod(ord(character), 8)
    bits = _bits()
    drawn = place < len(bits) and bool(bits[place] >> bit & 1)
    return character in ALWAYS or (drawn and not misread(character))


def misread(character: str) -> bool:
    """Tell whether a character is not read as itself where it is drawn on paper."""
    return character in LIGATURES or unicodedata.category(character) in MARKS


@lru_cache(maxsize=4096)
def missing_glyphs(text: str) -> str:
    """Return the characters of a text that would print as boxes, each once, in order; "" for none."""
    return "".join(character for character in dict.fromkeys(text) if not covered(character))


def kind_of(character: str) -> str:
    """Return what a character is, in words: the screen cannot draw it either."""
    kind = unicodedata.category(character)
    if kind[0] in "CZ":
        return "看不见的字符"
    if kind == "So":
        return "表情符号" if ord(character) >= EMOJI else "符号"
    return "字" if kind == "Lo" else "字符"


def uncast(text: str) -> str:
    """Return a text with single letters where some were cast in one, and with a letter's marks in one with it."""
    text = _MARKED.sub(lambda marked: unicodedata.normalize("NFC", marked[0]), text)
    return _CAST.sub(lambda cast: LIGATURES[cast[0]], text)

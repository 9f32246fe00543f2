"""Which characters the bundled faces can draw: text on screen and text and titles on paper.

``resources/fonts/coverage.bin`` is a bitmap over code points (bit n of byte n // 8, lowest first) of the characters
that both NotoSansSC-Regular and NotoSerifSC-Bold have; ``tests/formspec/coverage_tool.py`` makes it.
"""

from functools import cache, lru_cache

from pairing_desktop import paths

ALWAYS = "\n\t"
"""Not drawn, so never missing."""


@cache
def _bits() -> bytes:
    return paths.resource("fonts", "coverage.bin").read_bytes()


@lru_cache(maxsize=16384)
def covered(character: str) -> bool:
    """Tell whether a character can be drawn."""
    place, bit = divmod(ord(character), 8)
    bits = _bits()
    return character in ALWAYS or (place < len(bits) and bool(bits[place] >> bit & 1))


@lru_cache(maxsize=4096)
def missing_glyphs(text: str) -> str:
    """Return the characters of a text that would print as boxes, each once, in order; "" for none."""
    return "".join(character for character in dict.fromkeys(text) if not covered(character))

"""Which characters the bundled faces can draw: text on screen and text and titles on paper.

``resources/fonts/coverage.bin`` is a bitmap over code points (bit n of byte n // 8, lowest first) of the characters
that both NotoSansSC-Regular and NotoSerifSC-Bold have; ``tests/formspec/coverage_tool.py`` makes it.
"""

from functools import cache, lru_cache

from pairing_desktop import paths

ALWAYS = "\n\t"
"""Not drawn, so never missing."""


@cache
def covered() -> frozenset[str]:
    """Return every character that can be drawn."""
    bits = paths.resource("fonts", "coverage.bin").read_bytes()
    points = (8 * place + bit for place, byte in enumerate(bits) if byte for bit in range(8) if byte >> bit & 1)
    return frozenset(map(chr, points)) | frozenset(ALWAYS)


@lru_cache(maxsize=4096)
def missing_glyphs(text: str) -> str:
    """Return the characters of a text that would print as boxes, each once, in order; "" for none."""
    known = covered()
    return "" if known.issuperset(text) else "".join(dict.fromkeys(c for c in text if c not in known))

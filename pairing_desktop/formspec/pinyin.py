"""Pinyin of Chinese text: initials to search by, a text to sort by. The library is imported at the first question."""

from functools import lru_cache


@lru_cache(maxsize=8192)
def _syllables(text: str) -> tuple[str, ...]:
    """Read a text word by word: names share most words, and cutting is a tenth of the work."""
    from pypinyin.seg.simpleseg import seg

    return tuple(syllable for word in seg(text) for syllable in _word(word))


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

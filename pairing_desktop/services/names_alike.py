"""Which names are one firm's: the same but for place, form and brackets, or much alike. A person decides."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from functools import cache, lru_cache

ALIKE = 80
"""Of 100, names without what all companies are called."""
WITHIN, SHORTEST = 85, 4
"""The score of a name within another, and the characters that it must have."""
_ENDS = re.compile(r"(股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|分公司|公司|集团|厂|合作社)+$")
_PLACE = re.compile(r"^(浙江省?)?(.{2,3}[市县区])?")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_PUNCTUATION = re.compile(r"[\s·.,，。、;；:：\-—_\"'“”]+")


@lru_cache(maxsize=2048)  # a row's name is asked for several times in a row, firms nearly so called at every key
def plain_name(name: str) -> str:
    """Return a company's name as compared: 浙江省遂昌县双彩木业有限公司 → 双彩木业; what would leave nothing stays."""
    squeezed = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", name)).casefold()
    bare = _BRACKETS.sub("", squeezed) or squeezed
    short = _ENDS.sub("", bare) or bare
    return _without_place(short)


def _without_place(name: str) -> str:
    found = _PLACE.match(name)
    rest = name[found.end():] if found else name
    rest = rest if len(rest) >= 2 else name
    place = _places().match(rest)
    return rest[place.end():] if place and len(rest) - place.end() >= 3 else rest


@cache
def _places() -> re.Pattern[str]:
    """Return what finds the short name of a county or city: 遂昌, 丽水; the longest first."""
    from pairing_desktop.formspec import reference

    names = {name[:-1] for c in reference.counties() for name in (c.name, c.city) if len(name) > 2}
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))


def _likeness(one: str, other: str, **_more: object) -> float:
    """Return how alike two plain names are, 0 to 100; one within the other is alike."""
    from rapidfuzz import fuzz

    short, long = sorted((one, other), key=len)
    return max(fuzz.ratio(one, other), WITHIN if len(short) >= SHORTEST and short in long else 0)


class Names:
    """The names of records that are there, to be asked which is alike; by pairs of characters, so that few compare."""

    FEW = 3
    """Rarest pairs looked at: one wrong character spoils two."""
    MANY = 400

    def __init__(self, names: Mapping[str, str]) -> None:
        """Take names by key."""
        self.plain = {key: plain_name(name) for key, name in names.items()}
        self._same: dict[str, list[str]] = defaultdict(list)
        self._holding: dict[str, list[str]] = defaultdict(list)
        for key, name in self.plain.items():
            self._same[name].append(key)
            for pair in pairs(name):
                self._holding[pair].append(key)

    def same(self, name: str) -> list[str]:
        """Return the keys whose name is the same but for place, form and punctuation."""
        return self._same.get(plain_name(name), [])

    def near(self, name: str) -> list[str]:
        """Return the keys, at most three, whose name is the same but for such words, else the one most alike."""
        alike = self.alike(name)
        return self.same(name)[: self.FEW] or ([alike[0]] if alike else [])

    def alike(self, name: str, but: Collection[str] = ()) -> tuple[str, int] | None:
        """Return the key, none of ``but``, whose name is most alike, and how much; None when none is enough."""
        bare = plain_name(name)
        known = sorted((p for p in pairs(bare) if p in self._holding), key=lambda p: len(self._holding[p]))
        if not known:
            return None
        from rapidfuzz import process

        seen: Counter[str] = Counter()
        for pair in known[: self.FEW]:
            seen.update(self._holding[pair][: self.MANY])
        near = {key: self.plain[key] for key in seen if key not in but}
        found = process.extractOne(bare, near, scorer=_likeness, score_cutoff=ALIKE)
        return (found[2], int(found[1])) if found else None


def pairs(name: str) -> set[str]:
    """Return each two characters that stand side by side."""
    return {name[n:n + 2] for n in range(len(name) - 1)} or {name}

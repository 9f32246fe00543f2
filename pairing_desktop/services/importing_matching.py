"""Which records a row may be already: the same natural key, the same name, a name much alike."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping

ALIKE = 80
"""Of 100, names without what all companies are called."""
_ENDS = re.compile(r"(股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|分公司|公司|集团|厂|合作社)+$")
_PLACE = re.compile(r"^(浙江省?)?(.{2,3}[市县区])?")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_PUNCTUATION = re.compile(r"[\s·.,，。、;；:：\-—_\"'“”]+")


def plain_name(name: str) -> str:
    """Return a company's name as compared: 浙江省遂昌县双彩木业有限公司 → 双彩木业; what would leave nothing stays."""
    squeezed = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", name)).casefold()
    bare = _BRACKETS.sub("", squeezed) or squeezed
    short = _ENDS.sub("", bare) or bare
    return _without_place(short)


def _without_place(name: str) -> str:
    found = _PLACE.match(name)
    rest = name[found.end():] if found else name
    return rest if len(rest) >= 2 else name


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
            for pair in _pairs(name):
                self._holding[pair].append(key)

    def same(self, name: str) -> list[str]:
        """Return the keys whose name is the same but for place, form and punctuation."""
        return self._same.get(plain_name(name), [])

    def alike(self, name: str) -> tuple[str, int] | None:
        """Return the key whose name is most alike, and how much; None when none is enough."""
        from rapidfuzz import fuzz, process

        bare = plain_name(name)
        known = sorted((p for p in _pairs(bare) if p in self._holding), key=lambda p: len(self._holding[p]))
        seen: Counter[str] = Counter()
        for pair in known[: self.FEW]:
            seen.update(self._holding[pair][: self.MANY])
        near = {key: self.plain[key] for key in seen}
        found = process.extractOne(bare, near, scorer=fuzz.ratio, score_cutoff=ALIKE)
        return (found[2], int(found[1])) if found else None


def _pairs(name: str) -> set[str]:
    return {name[n:n + 2] for n in range(len(name) - 1)} or {name}

"""How alike a head and what it may be are: by their words, and by what counties are known to call a field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache

from pairing_desktop.formspec import reference
from pairing_desktop.formspec.fieldtypes.interface import half_width
from pairing_desktop.services.importing_heads import split
from pairing_desktop.services.importing_plan import ROW, Target
from pairing_desktop.services.importing_units import BRACKETED

SAME, LIKELY = 100, 74
"""A head's score, where it is the label, and below which it is left for a person to choose."""

CALLED = 96
"""The score of a head that counties are known to give a field."""

WITHIN = 80
"""The score of a head that says just what lies within a record: a field of the record that is more alike wins."""

BESIDE, FEW_BESIDE = 99, 2
"""The score beside a table's naming column and more than so few of it: only a field's own label is more alike."""

_YEAR = re.compile(r"(20\d\d)年(?:度|末|底)?|^(20\d\d)(?!\d)")
"""The year whose figures a head says that it holds."""

_TIME = re.compile("时间|日期|期|起止|年月")

_ASIDE = re.compile(r"\([^()]*\)$")

_OF_WHICH = re.compile(r"^其中\s*[:：]?\s*")

_NUMBERED = re.compile(r"^(?:\d{1,3}|[一二三四五六七八九十]+)[.、．:：)）\s]\s*")

_NOISE = re.compile(r"\((?:填)?是[/、或,]?否\)|[*＊※:：\s·\-—_/]+|必填|选填|^是否|填报$|情况$")

_SAME = (
    ("公司", "企业"), ("单位名称", "企业名称"), ("全称", "名称"), ("手机", "电话"), ("时间", "日期"), ("金额", "额"),
    ("职工", "从业人员"), ("员工人数", "从业人员"), ("员工", "从业人员"), ("区县", "县"), ("所属", "所在"),
    ("主营业务", "营业"),
)


@lru_cache(maxsize=2048)  # each label is compared with every word of thirty rows
def plain(text: str) -> str:
    """Return a head as compared: half width, without unit, number and ornaments."""
    bare = _NUMBERED.sub("", BRACKETED.sub("", half_width(text)))
    return _NOISE.sub("", bare).casefold()


def guessed(heads: Mapping[int, str], wanted: Sequence[Target], year: str = "", last: Collection[int] = (),
            ) -> dict[int, tuple[str, int]]:
    """Return the best pairs of column and target, each used once; of a figure in several years ``year``'s or newest.

    The columns of ``last``, hidden ones, come after others that are as much alike.
    """
    pairs = [(score, place, target) for place, text in heads.items()
             for score, target in zip(_best_scores(text, wanted), wanted, strict=True) if score >= LIKELY]
    company: dict[str, set[str]] = {}
    for _, _, target in pairs:
        company.setdefault(target.among, set()).add(target.id)
    led = {t.among for _, _, t in pairs if t.leads and len(company[t.among]) > FEW_BESIDE}
    pairs = [(BESIDE if score == WITHIN and t.name and t.among in led else score, p, t) for score, p, t in pairs]
    age = {place: _age(text, year) + (place in last) for place, text in heads.items()}
    found: dict[int, tuple[str, int]] = {}
    used: set[tuple[str, str]] = set()
    for score, place, target in sorted(pairs, key=lambda p: (-p[0], age[p[1]], p[1], -len(company[p[2].among]))):
        alone = target.among and len(company[target.among]) < 2 and not _just_that(heads[place], target)
        one = (target.id, row_of(heads[place], target))
        if not alone and place not in found and one not in used:
            found[place] = (target.id, score)
            used.add(one)
    return found


def _just_that(head: str, target: Target) -> bool:
    """Tell whether a head is known to say a column of just this table: 供方 is the firm of 供应方, alone."""
    return bool(target.name) and plain(split(head)[1]) in words_known().get(plain(target.label), ())


def row_of(head: str, target: Target) -> str:
    """Return the name of the sub-table's row that a column fills: 人均产值 for 人均产值·改善前, "" for any row."""
    upper, lower = split(head)
    return upper if upper and target.among and "." in target.id and part_of(lower) == target.name else ""


def year_of(head: str) -> str:
    """Return the year whose figures a head says that it holds, "" for none."""
    told = _YEAR.search(unicodedata.normalize("NFKC", head))
    return (told[1] or told[2]) if told else ""


def _age(head: str, year: str) -> int:
    """Return how far a column is from the year wanted: none and that one first, then the newest."""
    own = year_of(head)
    return 0 if own in ("", year) else 10_000 - int(own)


def yearless(head: str) -> str:
    """Return a head without the year that it names."""
    return "".join(_YEAR.sub("", unicodedata.normalize("NFKC", head)).split()).strip("·")


def part_of(lower: str) -> str:
    """Return the label that a head's lower line stands for under any upper one: 基期值 for 改善前; "" for none."""
    return next((part.label for part in reference.head_parts() if plain(lower) in part.words), "")


def _best_scores(head: str, wanted: Sequence[Target]) -> list[int]:
    """Return how alike a head of one line or two and each target are.

    Both lines together say most (项目·名称), then the lower one; a year in either line says nothing of the field.
    """
    upper, lower = split(yearless(head) or head)
    within = _OF_WHICH.sub("", lower)
    if within != lower:  # 其中：财政补助 is a sum's part; 其中：规上企业 is no tick
        return [score * t.figure for score, t in zip(scores_of(plain(within), wanted), wanted, strict=True)]
    if not upper:
        return scores_of(plain(lower), wanted)
    ways = [scores_of(plain(upper + lower), wanted)]
    part = part_of(lower)
    if part and (not part.endswith("日期") or _TIME.search(upper)):
        ways.append(scores_of(plain(part), wanted))
    elif plain(lower) not in reference.head_parts_alone():
        ways.append([max(score - 1, 0) for score in scores_of(plain(lower), wanted)])
    return [max(scores) for scores in zip(*ways, strict=True)]


def scores_of(text: str, wanted: Sequence[Target]) -> list[int]:
    """Return how alike a head and each target are, 0 to 100.

    What counties call a field otherwise is taken for it where it is nothing else here: 合同金额 of two sums is neither.
    """
    scores = [_score(text, target) for target in wanted]
    called = [n for n, t in enumerate(wanted) if text in words_known().get(plain(t.name or t.label), ())
              or (t.name and text in words_known().get(plain(t.label), ()))]
    own = [place for place in called if not wanted[place].name] or called
    own = [place for place in own if wanted[place].choices] or own
    if len(own) == 1 and 100 not in scores:
        scores[own[0]] = max(scores[own[0]], WITHIN if wanted[own[0]].name else CALLED)
    return scores


@cache
def words_known() -> Mapping[str, frozenset[str]]:
    """Return what counties call a field, by its label, all as compared."""
    return {plain(label): frozenset(map(plain, heads)) for label, heads in reference.heads()}


def _score(text: str, target: Target) -> int:
    """Return how alike a head and a target are by their words; what lies within a record comes after its own fields."""
    from rapidfuzz import fuzz

    if target.name:
        return WITHIN if text and text == plain(target.name) else 0

    label = plain(target.label)
    if not text or not label:
        return 0
    if text == label or (target.id == ROW and text == "序号"):
        return 100
    one, other = _same_words(text), _same_words(label)
    if text == _ASIDE.sub("", label):  # 规上工业总产值 of 规上工业总产值（现价）
        return 98
    if other in (one, f"{one}名称"):  # 企业 stands for its name
        return 97 if one == other else 95
    score = fuzz.ratio(one, other)
    short, long = sorted((one, other), key=len)
    if len(short) >= 3 and short in long:
        score = max(score, 78 + 16 * len(short) / len(long))
    elif len(other) == 2 and one.endswith(other):
        score = max(score, LIKELY + 2)
    return int(score)


def _same_words(text: str) -> str:
    for word, other in _SAME:
        text = text.replace(word, other)
    return text

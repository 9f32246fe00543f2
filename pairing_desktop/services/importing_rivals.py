"""Heads that tell one figure several times, apart only by a word: last year's and this year's, planned and actual."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pairing_desktop.services import importing_quarters as quarters
from pairing_desktop.services.importing_alike import plain
from pairing_desktop.services.importing_plan import Target

Pairs = dict[int, tuple[str, int]]
"""What a column is taken for and how alike they are, by place."""

_LEFT = re.compile("上一?年度?末?|去年|前年|上期|年初|计划|目标|预算|预计|任务|本季度?|当季度?")
"""Says of a figure that it is not the one of this year that was reached."""
_AGO = re.compile("上一?年|去年|前年")
_TAKEN = re.compile("今年|本年度?|当年|实际|实绩|完成|累计|本期|年末|期末")


def settled(chosen: Pairs, heads: Mapping[int, str], wanted: Mapping[str, Target], *, quarterly: bool,
            ) -> tuple[Pairs, dict[int, str]]:
    """Return the pairs without those of which another column is meant, and words on what is not read.

    Of 上年 and 本年 the second is read; where several may be meant, or none, nobody guesses.
    """
    found, notes = dict(chosen), dict[int, str]()
    rivals: dict[str, list[int]] = {}
    for place, head in heads.items():
        rivals.setdefault(_TAKEN.sub("", _LEFT.sub("", plain(head))), []).append(place)
    for places in rivals.values():
        read = [p for p in places if p in chosen and not wanted[chosen[p][0]].computed]
        if len(read) != 1 or not _is_left(heads[read[0]], wanted[chosen[read[0]][0]]):
            continue
        [first] = read
        others = [p for p in places if p != first and not _LEFT.search(plain(heads[p]))]
        if len(places) > 1:
            found |= dict.fromkeys(others, found[first]) if len(others) == 1 else {}
            said = f"和“{heads[others[0]]}”是同一项，没有读" if len(others) == 1 else "几列像是同一项，请指定读哪一列"
            notes |= {p: said for p in places if p not in others or len(others) > 1}
            del found[first]
        elif quarterly:
            notes[first] = "不是本年的实际数，没有读"
            del found[first]
    apart = [] if quarterly else _years_apart(found, heads, wanted)
    notes |= dict.fromkeys(apart, "和别的列不是同一年的数，没有读")
    found = {place: one for place, one in found.items() if place not in apart}
    for place in [] if quarterly else list(found):
        if wanted[found[place][0]].figure and _is_part(heads[place]):
            notes[place] = "不是全年的数，没有读"
            del found[place]
    return found, notes


def _years_apart(found: Pairs, heads: Mapping[int, str], wanted: Mapping[str, Target]) -> list[int]:
    """Return the columns of a year ago beside figures that are not said to be: one record has one year's."""
    figures = [p for p, (name, _) in found.items()
               if wanted[name].figure and not wanted[name].computed and wanted[name].unit != "年"]
    ago = [p for p in figures if _AGO.search(plain(heads[p])) and _is_left(heads[p], wanted[found[p][0]])]
    return ago if len(ago) < len(figures) else []


def _is_left(head: str, target: Target) -> bool:
    """Tell whether a head says last year, a plan or a quarter alone, and its field does not."""
    said = _LEFT.search(plain(head))
    return target.figure and said is not None and said[0] not in target.label


def _is_part(head: str) -> bool:
    """Tell whether a head names a part of a year, or a year ago by it."""
    return any(one.ago or (one.number and not (one.since and one.number == quarters.LAST))
               for one in quarters.told_in(head))

"""Units as heads name them: 营业收入（万元）, 人均产值（万元/人）, or in a line of their own below the names."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from pairing_desktop.formspec.fieldtypes.interface import half_width

_SIZES = r"(?:万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)"
WORDS = (
    rf"{_SIZES}?"
    r"(?:元|美元|欧元|港元|人民币|吨标准煤|吨标煤|吨|公斤|千克|亩|公顷|平方米|平方公里|㎡|m2|千米|公里|米|千瓦时|度|人次|人天|人日"
    r"|人|家|户|个|项|件|台套?|套|条|次|天|日|年|月|小时|%|‰|百分点|个百分点|分)"
)
BRACKETED = re.compile(
    rf"[(（\[【〔](?:单位[:：]?)?({WORDS}|{_SIZES})(?:[、,，;；][^)）\]】〕]*)?[)）\]】〕]|[/,，、]?单位[:：]({WORDS})$"
    rf"|[/,，:：]({_SIZES}?元)$|(?<=[入值额资费款税利润本金])({_SIZES}?元)$")
"""A unit that a head names; other words in brackets (（山区县）, （现价）) belong to the name."""
LAST = re.compile(rf"\s*[(\[【](?:单位:)?({WORDS}(?:/{WORDS})?)[)\]】]$")
"""A unit at a name's end, of one part or two: 万元/人."""
_ALONE = re.compile(rf"[(\[【]?({WORDS}(?:/{WORDS})?)[)\]】]?")


def unit_of(head: str) -> str:
    """Return the unit that a head names, "" for none."""
    found = BRACKETED.findall(half_width(head))
    return next(filter(None, found[-1]), "") if found else ""


def alone(text: str) -> str:
    """Return the unit that is all a text says, "" for anything else."""
    found = _ALONE.fullmatch(half_width(text))
    return found[1] if found else ""


@cache
def size(theirs: str, own: str) -> Decimal | None:
    """Return how many of our unit one of theirs is; None where neither can be told from the other."""
    from pairing_desktop.formspec.definition import Field
    from pairing_desktop.formspec.values import NotUnderstood

    if theirs == own:
        return Decimal(1)
    if not own or not theirs:
        return None
    converter = Field(id="unit", label="单位", type="decimal", unit=own, as_given=True, scale=12).converter
    try:
        value = converter.parse(f"1{theirs}").value
    except NotUnderstood:
        return None
    return value if isinstance(value, Decimal) and value > 0 else None

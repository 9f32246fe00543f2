"""Whether an assessment in a packet asks what the verifier's indicator set asks: two programs may have two sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Problem, problem
from pairing_desktop.formspec.indicators import YEARLY

if TYPE_CHECKING:
    from pairing_desktop.formspec.indicators import Indicator, IndicatorSet

FORM, TABLE = "assessment", "indicators"
SHOWN = 5
ASKED = (("indicator", "label", "名称"), ("nature", "nature", "性质"), ("unit", "unit", "单位"),
         ("weight", "weight", "权重"), ("target", "target", "目标值"), ("scoring", "scoring", "计分办法"),
         ("wanted", "wanted", "定性要求"))
"""Column of the form, attribute of an indicator, word."""


def differing(data: Mapping[str, Any], sets: Sequence[IndicatorSet]) -> Iterator[Problem]:
    """Yield a warning for each assessment of a packet's data whose rows are not those of its term's set.

    The rows themselves are compared, not a digest: a weight changed by hand shows as much as another set.
    """
    for record in data["records"]:
        values = record["payload"]["values"] if record["form"] == FORM else {}
        own = next((one for one in sets if values and one.term == values.get("term", YEARLY)), None)
        if own is None:
            continue
        told = list(_differences([row["values"] for row in values.get(TABLE, ())], own))
        if told:
            more = f"等 {len(told)} 处" if len(told) > SHOWN else ""
            yield problem("agreement.other_indicators", own=own.title, differences="；".join(told[:SHOWN]) + more)


def _differences(rows: list[Mapping[str, Any]], found: IndicatorSet) -> Iterator[str]:
    theirs = {str(row.get("number", "")): row for row in rows}
    for one in found.indicators:
        if one.id not in theirs:
            yield f"没有指标 {one.id} {one.label}"
        else:
            yield from _differs(theirs[one.id], one)
    known = {one.id for one in found.indicators}
    more = ((number, row.get("indicator", "")) for number, row in theirs.items() if number not in known)
    yield from (f"多出指标 {number} {label}" for number, label in more)


def _differs(row: Mapping[str, Any], one: Indicator) -> Iterator[str]:
    for column, attribute, word in ASKED:
        said, asked = str(row.get(column) or ""), str(getattr(one, attribute))
        if _plain(said) != _plain(asked):
            yield f"{one.id} {word} {said or '空'}，本机是 {asked or '空'}"


def _plain(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text

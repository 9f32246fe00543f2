"""A figure of a computed sheet drawn from records: counted, counted apart, or added up, with the records behind it."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.expressions import Expression
from pairing_desktop.formspec.functions import CONTEXT
from pairing_desktop.formspec.inheritance import ABOUT, inherited
from pairing_desktop.formspec.summary_compiling import Counted
from pairing_desktop.formspec.summary_records import Records
from pairing_desktop.formspec.summary_shown import Behind, Shown
from pairing_desktop.formspec.values import NIL, unfilled_format, with_qualifier

DASH = "—"
NOT_FILLED = "未填"
NO_RECORD = "没有符合这一项的记录。"


@lru_cache(maxsize=256)
def figure_field(label: str, unit: str, scale: int) -> Field:
    """Return a field that formats figures with so many decimals, whole ones below 0."""
    if scale < 0:
        return Field(id="figure", label=label, type="whole", unit=unit)
    return Field(id="figure", label=label, type="decimal", unit=unit, scale=scale)


def drawn(counted: Counted, records: Records, format_: Field) -> Shown:
    """Return a figure drawn from records."""
    if counted.value is None:
        found = [at.behind("") for at in records.lines(counted.form, counted.table, counted.where)]
        return figure(len(found), "", format_, found)
    if counted.distinct:
        apart: dict[Any, Behind] = {}
        for at in records.lines(counted.form, counted.table, counted.where):
            value = at.evaluate(counted.value.tree)
            if value is not None and value is not NIL:
                apart.setdefault(value, at.behind(str(value), counted.value.uses))
        return figure(len(apart), "", format_, list(apart.values()))
    return _sum(counted, counted.value, records, format_)


def _sum(counted: Counted, expression: Expression, records: Records, format_: Field) -> Shown:
    total: Any = None
    words: set[str] = set()
    taken: list[Behind] = []
    others: list[Behind] = []
    lacking: list[Behind] = []
    for at in records.lines(counted.form, counted.table, counted.where):
        value = at.evaluate(expression.tree)
        if value is None:
            lacking.append(at.behind(NOT_FILLED, expression.uses))
            continue
        value = 0 if value is NIL else value
        word = inherited(expression.tree, at.scope, at.evaluate)
        behind = at.behind(with_qualifier(format_.converter.print(value), word), expression.uses)
        if at.natures(expression) - {counted.nature}:
            others.append(behind)
            continue
        total = value if total is None else total + value
        words |= {word} - {""}
        taken.append(behind)
    word = words.pop() if len(words) == 1 else ABOUT if words else ""
    return figure(total, word, format_, taken, left_out=others, lacking=lacking)


def figure(value: Any, word: str, format_: Field, behind: Sequence[Behind], *,  # noqa: ANN401  # a figure or None
           left_out: Sequence[Behind] = (), lacking: Sequence[Behind] = ()) -> Shown:
    """Return a figure as it is shown, a dash for None; either way with the records that lack the value."""
    if value is None:
        why = "" if behind or left_out or lacking else NO_RECORD
        return Shown(DASH, align="right", figure=True, behind=tuple(behind), left_out=tuple(left_out),
                     lacking=tuple(lacking), why=why)
    value = value if format_.type == "whole" else _rounded(Decimal(value), format_.scale)
    held, number_format = format_.converter.to_cell(value)
    text = format_.converter.print(value)
    number_format = unfilled_format(number_format, text) if word else number_format
    text = with_qualifier(text, word)
    return Shown(text, held, number_format, "right", word, figure=True, behind=tuple(behind), left_out=tuple(left_out),
                 lacking=tuple(lacking))


def _rounded(value: Decimal, scale: int) -> Decimal:
    """Round what has more decimals than are shown; sums and rates of exact figures have none or are rounded."""
    exponent = value.as_tuple().exponent
    return value if not isinstance(exponent, int) or -exponent <= scale else CONTEXT.quantize(
        value, Decimal(1).scaleb(-scale))

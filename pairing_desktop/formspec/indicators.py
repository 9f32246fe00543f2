"""An assessment's indicators as data: what the province scores, weighs and wants to see, and how a figure is drawn.

Loaded strictly by ``indicators_loading``. Every attribute is a key of the YAML. A figure is drawn in two steps, both in
the language of the forms: a ``Draw`` names a form and chooses its records (``where``, seen by each record) and a figure
of each (``value``); ``actual`` puts the draws together, each under its name as a column: ``sum(spent.value)``,
``count(started)``, ``count(distinct(done.value))``.
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec import field as member

RATED = "分等级"
"""Scored by the grade that a person gives."""

Term = Literal["年度", "三年"]
YEARLY: Term = "年度"
THREE_YEARS: Term = "三年"
TERMS: tuple[Term, ...] = (YEARLY, THREE_YEARS)
"""What is assessed: a year, or the programme's three years as of one; each has a set and a sheet of its own."""


class Draw(Struct, frozen=True, kw_only=True):
    """Records of one form that an indicator is worked out from."""

    name: str
    """What ``actual`` calls them."""
    form: str
    where: str = ""
    """Expression that a record must meet; empty takes all."""
    value: str = ""
    """Expression of a record's figure or text; empty takes the record itself."""
    each_year: bool = False
    """Of a quarterly form over three years: the last sheet of each year (flows), not only the very last (stocks)."""


class Rating(Struct, frozen=True, kw_only=True):
    """A grade of a 定性 indicator and the share of the weight (percent) that it earns."""

    label: str
    share: str


class Grade(Struct, frozen=True, kw_only=True):
    """A band of the whole: its name and the total from which it is reached."""

    label: str
    least: str = member(name="from")


class Indicator(Struct, frozen=True, kw_only=True):
    """One indicator of the third level."""

    id: str
    level1: str
    level2: str
    label: str
    nature: Literal["", "≥", "=", "定性"]
    """Empty stands for one that could not be read, while faults are looked for."""
    unit: str = ""
    weight: str
    target: str = ""
    wanted: str = ""
    """What a 定性 indicator asks for, in words."""
    scoring: Literal["按比例", "达标得分", "分等级"] = "按比例"
    """By the share of its target that was reached, all or nothing, or by a grade."""
    draws: tuple[Draw, ...] = ()
    actual: str = ""
    """Expression over the draws; empty is typed by hand."""
    evidence: str = ""
    source: str = ""


class IndicatorSet(Struct, frozen=True, kw_only=True):
    """A whole set, of a year or of the three-year term."""

    id: str
    title: str
    term: Term
    years: tuple[str, ...] = ()
    """The years it is for; empty is any."""
    example: bool = False
    """Ours and nobody's rule: said wherever it is shown."""
    source: str
    grades: tuple[Grade, ...] = ()
    grades_source: str = ""
    ratings: tuple[Rating, ...] = ()
    indicators: tuple[Indicator, ...]

    @property
    def total(self) -> Decimal:
        """Return the sum of the weights."""
        return sum((Decimal(one.weight) for one in self.indicators), Decimal(0))

    def indicator(self, number: str) -> Indicator | None:
        """Return an indicator by its number."""
        return next((one for one in self.indicators if one.id == number), None)

    def grade(self, total: Decimal | None) -> str:
        """Return the band that a total falls into, "" for none."""
        if total is None:
            return ""
        reached = [one for one in self.grades if total >= Decimal(one.least)]
        return max(reached, key=lambda one: Decimal(one.least)).label if reached else ""

    def rated(self, indicator: Indicator, label: str) -> Decimal | None:
        """Return what a grade of a 定性 indicator scores, None for an unknown one."""
        found = next((one for one in self.ratings if one.label == label), None)
        if found is None:
            return None
        return (Decimal(indicator.weight) * Decimal(found.share) / 100).quantize(Decimal("0.01"))

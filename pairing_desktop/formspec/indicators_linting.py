"""What must hold of an indicator set beside its expressions: figures, weights, what each nature needs, bands.

What could not be read was told by the reader and stands here as "": nothing is told of it again.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation

from pairing_desktop.formspec.indicators import RATED, Grade, Indicator, IndicatorSet, Rating

WHOLE = Decimal(100)

Report = Callable[..., None]
"""``report(path, code, **place)``."""


def look(found: IndicatorSet, tell: Report, *, whole: bool) -> None:
    """Tell what is wrong beside the expressions; weights are added only when every indicator could be read."""
    seen: set[str] = set()
    weights: list[Decimal | None] = []
    for place, one in enumerate(found.indicators):
        path = f"indicators[{place}]"
        if one.id and one.id in seen:
            tell(f"{path}.id", "indicator.repeated", id=one.id)
        seen.add(one.id)
        weights.append(_number(one.weight, f"{path}.weight", tell))
        _wanted(one, path, found, tell)
    _grades(found.grades, tell)
    _ratings(found.ratings, tell)
    for year in found.years:
        if not re.fullmatch(r"20\d\d", year):
            tell("years", "indicator.year", text=year)
    known = [weight for weight in weights if weight is not None]
    if whole and len(known) == len(weights) and sum(known) != WHOLE:
        tell("indicators", "indicator.weights", sum=_plain(sum(known, Decimal(0))), count=len(known))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _number(text: str, path: str, tell: Report) -> Decimal | None:
    """Return a figure that is not negative; tell of anything else that was written."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_finite() and number >= 0:
        return number
    if text:
        tell(path, "indicator.number", text=text)
    return None


def _grades(grades: tuple[Grade, ...], tell: Report) -> None:
    """Tell what keeps a total from having its one band: bands fall from the best to the worst, which begins at 0."""
    _distinct("grades", (grade.label for grade in grades), tell)
    lines = [_number(grade.least, f"grades[{place}].from", tell) for place, grade in enumerate(grades)]
    for place in range(1, len(grades)):
        above, line = lines[place - 1], lines[place]
        if above is not None and line is not None and line >= above:
            tell(f"grades[{place}].from", "indicator.grade_order", label=grades[place].label, least=_plain(line),
                 above=grades[place - 1].label, top=_plain(above))
    if lines and lines[-1]:
        tell(f"grades[{len(grades) - 1}].from", "indicator.grade_floor", label=grades[-1].label,
             least=_plain(lines[-1]))


def _ratings(ratings: tuple[Rating, ...], tell: Report) -> None:
    _distinct("ratings", (rating.label for rating in ratings), tell)
    for place, rating in enumerate(ratings):
        share = _number(rating.share, f"ratings[{place}].share", tell)
        if share is not None and share > WHOLE:
            tell(f"ratings[{place}].share", "indicator.share", text=rating.share)


def _distinct(path: str, labels: Iterable[str], tell: Report) -> None:
    for label, times in Counter(labels).items():
        if label and times > 1:
            tell(path, "repeated", id=label)


def _wanted(one: Indicator, path: str, found: IndicatorSet, tell: Report) -> None:
    """Tell what an indicator lacks for its nature; of an unreadable one only what holds of any."""
    if one.nature == "定性":
        if one.target or one.actual or one.draws:
            tell(path, "indicator.words_only", id=one.id)
        if not one.wanted:
            tell(path, "indicator.no_words", id=one.id)
        if one.scoring == RATED and not found.ratings:
            tell(f"{path}.scoring", "indicator.no_ratings", id=one.id)
        return
    target = _number(one.target, f"{path}.target", tell)
    if not one.nature:
        return
    if one.scoring == RATED:
        tell(f"{path}.scoring", "indicator.rated", id=one.id)
    if not one.target or (target == 0 and one.nature == "≥"):
        tell(f"{path}.target", "indicator.positive", text=one.target)

"""Loading an indicator set: strictly, every problem at once, each with its line; and binding it to the forms."""

import ast
import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pairing_desktop import errors, paths
from pairing_desktop.formspec.catalogue import Catalogue, _File
from pairing_desktop.formspec.compiling import Refused, Surroundings, compile_expression, guess
from pairing_desktop.formspec.definition import Field, Form, Section
from pairing_desktop.formspec.expressions import Expression
from pairing_desktop.formspec.indicators import RATED, Draw, Indicator, IndicatorSet, Term
from pairing_desktop.formspec.kinds import BASE_NAMES
from pairing_desktop.formspec.lost import Lost

EXAMPLES: dict[Term, str] = {"年度": "example.yaml", "三年": "example_term.yaml"}
FOLDER = "indicators"
WHOLE = Decimal(100)
VALUE = "value"
"""The column of a draw."""

Report = Callable[..., None]
"""``report(path, code, **place)``."""


class BoundDraw(Struct, frozen=True):
    """A draw with its expressions compiled; ``form`` knows what they read of other forms."""

    draw: Draw
    form: Form
    where: Expression | None
    value: Expression | None

    @property
    def field(self) -> str:
        """Return the field that is the figure as it stands, "" for anything worked out."""
        return self.value.tree.id if self.value and isinstance(self.value.tree, ast.Name) else ""


class Bound(Struct, frozen=True):
    """An indicator bound to the forms. ``form`` is made up: a table for each draw, which ``actual`` reads."""

    indicator: Indicator
    draws: tuple[BoundDraw, ...]
    form: Form
    actual: Expression | None


def example(catalogue: Catalogue, term: Term) -> IndicatorSet:
    """Return the shipped set of a term, which is a sample and says so."""
    return load(paths.forms() / FOLDER / EXAMPLES[term], catalogue)


def load(path: Path, catalogue: Catalogue) -> IndicatorSet:
    """Load a set from its file; every fault found is in one ``Trouble``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise errors.trouble("formspec.indicators", file=path.name, why=errors.system_reason(error)) from error
    return load_bytes(data, path.name, catalogue)


def load_bytes(data: bytes, name: str, catalogue: Catalogue) -> IndicatorSet:
    """Load a set from its bytes (also those of a task pack)."""
    problems: list[errors.Problem] = []
    file = _File(name, problems, Lost())
    node = file.root(data)
    found = file.reader.read(node, IndicatorSet, "") if node is not None else None
    if isinstance(found, IndicatorSet):
        _look(found, file.tell, whole=len(found.indicators) == _written(node))
        bind(found, catalogue, file.tell)
    errors.all_or_raise(problems)
    if not isinstance(found, IndicatorSet):  # its faults were told above
        raise errors.trouble("formspec.indicators", file=name, why="读不出指标体系")
    return found


def _written(node: Any) -> int:  # noqa: ANN401  # a YAML node
    """Return how many indicators the file writes, readable or not."""
    return next((len(value.value) for key, value in node.value if key.value == "indicators"), 0)


def _look(found: IndicatorSet, tell: Report, *, whole: bool) -> None:
    """Tell what is wrong beside the expressions; weights are added only when every indicator could be read."""
    seen: set[str] = set()
    weights: list[Decimal | None] = []
    for place, one in enumerate(found.indicators):
        path = f"indicators[{place}]"
        if one.id in seen:
            tell(f"{path}.id", "indicator.repeated", id=one.id)
        seen.add(one.id)
        weights.append(_number(one.weight, f"{path}.weight", tell))
        _wanted(one, path, found, tell)
    for place, grade in enumerate(found.grades):
        _number(grade.least, f"grades[{place}].from", tell)
    for place, rating in enumerate(found.ratings):
        share = _number(rating.share, f"ratings[{place}].share", tell)
        if share is not None and share > WHOLE:
            tell(f"ratings[{place}].share", "indicator.share", text=rating.share)
    for year in found.years:
        if not re.fullmatch(r"20\d\d", year):
            tell("years", "indicator.year", text=year)
    known = [weight for weight in weights if weight is not None]
    if whole and len(known) == len(weights) and sum(known) != WHOLE:
        tell("indicators", "indicator.weights", sum=_plain(sum(known, Decimal(0))), count=len(known))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _number(text: str, path: str, tell: Report) -> Decimal | None:
    """Return a figure that is not negative; tell of anything else."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        tell(path, "indicator.number", text=text)
        return None
    return number


def _wanted(one: Indicator, path: str, found: IndicatorSet, tell: Report) -> None:
    """Tell what an indicator lacks for its nature."""
    if one.nature == "定性":
        if one.target or one.actual or one.draws:
            tell(path, "indicator.words_only", id=one.id)
        if not one.wanted:
            tell(path, "indicator.no_words", id=one.id)
        if one.scoring == RATED and not found.ratings:
            tell(f"{path}.scoring", "indicator.no_ratings", id=one.id)
        return
    if one.scoring == RATED:
        tell(f"{path}.scoring", "indicator.rated", id=one.id)
    target = _number(one.target, f"{path}.target", tell)
    if target == 0 and one.nature == "≥":
        tell(f"{path}.target", "indicator.number", text=one.target)


def bind(found: IndicatorSet, catalogue: Catalogue, report: Report | None = None) -> tuple[Bound, ...]:
    """Compile every expression against the forms; without ``report`` a fault is an error of the program."""
    tell = report or _never
    return tuple(_bound(one, f"indicators[{n}]", catalogue, tell) for n, one in enumerate(found.indicators))


def _never(path: str, code: str, **place: object) -> None:
    raise ValueError(f"indicator set was not looked through: {path}: {code} {place}")


def _bound(one: Indicator, path: str, catalogue: Catalogue, tell: Report) -> Bound:
    draws = []
    names: set[str] = set()
    for place, draw in enumerate(one.draws):
        where = f"{path}.draws[{place}]"
        if not re.fullmatch(r"[a-z][a-z0-9_]*", draw.name) or draw.name in names:
            tell(f"{where}.name", "indicator.name", name=draw.name)
        names.add(draw.name)
        if draw.form not in catalogue:
            known = [form.id for form in catalogue.forms]
            tell(f"{where}.form", "form", form=draw.form, name=draw.form, guess=guess(draw.form, known))
            continue
        draws.append(_bound_draw(draw, where, catalogue, tell))
    form = _made_up(draws)
    around = Surroundings(form, lambda _form, _field: None, lambda _form: False, limits=_limits(catalogue))
    lost = len(draws) < len(one.draws) or any(d.draw.value and d.value is None for d in draws)
    actual = None if lost else _compiled(one.actual, f"{path}.actual", around, ("number",), tell)
    return Bound(one, tuple(draws), form, actual)


def _limits(catalogue: Catalogue) -> dict[str, str]:
    return {name: limit.value for name, limit in catalogue.limits.items()}


def _bound_draw(draw: Draw, path: str, catalogue: Catalogue, tell: Report) -> BoundDraw:
    form = catalogue.form(draw.form)

    def foreign(form_id: str, name: str) -> Field | None:
        return catalogue.form(form_id).by_id.get(name) if form_id in catalogue else None

    around = Surroundings(form, foreign, catalogue.__contains__, lambda: [f.id for f in catalogue.forms],
                          _limits(catalogue), lambda form_id: catalogue.form(form_id).by_id)
    where = _compiled(draw.where, f"{path}.where", around, ("flag",), tell)
    value = _compiled(draw.value, f"{path}.value", around, ("number", "text"), tell)
    read = {name: {**form.foreign.get(name, {}), **types} for name, types in around.used_foreign.items()}
    return BoundDraw(draw, msgspec.structs.replace(form, foreign={**form.foreign, **read}), where, value)


def _compiled(text: str, path: str, around: Surroundings, kinds: Iterable[str], tell: Report) -> Expression | None:
    """Return an expression of one of the kinds, None for an empty or a refused one."""
    if not text:
        return None
    try:
        found = compile_expression(text, around)
    except Refused as refused:
        tell(path, f"expression.{refused.code}", text=text, **refused.place)
        return None
    if not any(found.kind.fits(kind) for kind in kinds):
        wanted = "或".join(BASE_NAMES[kind] for kind in kinds)
        tell(path, "indicator.result", text=text, kind=found.kind.name, wanted=wanted)
        return None
    return found


def _made_up(draws: Iterable[BoundDraw]) -> Form:
    """Return a form with a table for each draw."""
    tables = tuple(
        Field(id=one.draw.name, label=one.draw.name, type="table", columns=(
            Field(id=VALUE, label=VALUE, type="decimal" if one.value and one.value.kind.fits("number") else "text"),))
        for one in draws)
    return Form(id="indicator", version=1, title="指标", short="指标", group="填报", order=0, kind="yearly",
                sections=(Section(id="draws", title="取数", fields=tables),))

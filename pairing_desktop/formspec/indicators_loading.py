"""Loading an indicator set: strictly, every problem at once, each with its line; and binding it to the forms."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pairing_desktop import errors, paths
from pairing_desktop.formspec.catalogue import Catalogue, _File
from pairing_desktop.formspec.compiling import Refused, Surroundings, compile_expression, guess
from pairing_desktop.formspec.definition import Field, Form, Section
from pairing_desktop.formspec.expressions import Expression
from pairing_desktop.formspec.indicators import Draw, Indicator, IndicatorSet, Term
from pairing_desktop.formspec.indicators_linting import Report, look
from pairing_desktop.formspec.kinds import BASE_NAMES
from pairing_desktop.formspec.lost import ALWAYS_TOLD, Lost

EXAMPLES: dict[Term, str] = {"年度": "example.yaml", "三年": "example_term.yaml"}
FOLDER = "indicators"
VALUE = "value"
"""The column of a draw."""


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
        look(found, file.tell, whole=len(found.indicators) == _written(node))
        bind(found, catalogue, file.tell)
    errors.all_or_raise(problems)
    if not isinstance(found, IndicatorSet):  # its faults were told above
        raise errors.trouble("formspec.indicators", file=name, why="读不出指标体系")
    return found


def _written(node: Any) -> int:  # noqa: ANN401  # a YAML node
    """Return how many indicators the file writes, readable or not."""
    return next((len(value.value) for key, value in node.value if key.value == "indicators"), 0)


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
        if draw.name and (not re.fullmatch(r"[a-z][a-z0-9_]*", draw.name) or draw.name in names):
            tell(f"{where}.name", "indicator.name", name=draw.name)
        names.add(draw.name)
        if draw.form not in catalogue:
            known = [form.id for form in catalogue.forms]
            if draw.form:
                tell(f"{where}.form", "form", form=draw.form, name=draw.form, guess=guess(draw.form, known))
            _own_faults(draw.where, f"{where}.where", tell)
            _own_faults(draw.value, f"{where}.value", tell)
            continue
        draws.append(_bound_draw(draw, where, catalogue, tell))
    form = _made_up(draws)
    if len(draws) < len(one.draws) or any(not d.draw.name or (d.draw.value and d.value is None) for d in draws):
        _own_faults(one.actual, f"{path}.actual", tell)
        return Bound(one, tuple(draws), form, None)
    around = Surroundings(form, lambda _form, _field: None, lambda _form: False, limits=_limits(catalogue))
    return Bound(one, tuple(draws), form, _compiled(one.actual, f"{path}.actual", around, ("number",), tell))


def _own_faults(text: str, path: str, tell: Report) -> None:
    """Tell the faults of an expression's own writing: what its names mean was lost, and is told elsewhere."""

    def own(where: str, code: str, **place: object) -> None:
        if code in ALWAYS_TOLD:
            tell(where, code, **place)

    _compiled(text, path, Surroundings(_made_up(()), lambda _form, _field: None, lambda _form: False), (), own)


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

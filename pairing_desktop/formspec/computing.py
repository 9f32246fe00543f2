"""Computed fields of a record being typed: worked out in order, with the qualifiers they inherit."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.expressions import evaluator
from pairing_desktop.formspec.fieldtypes.numbers import DIGITS, plain
from pairing_desktop.formspec.functions import CONTEXT, is_number, rounded
from pairing_desktop.formspec.inheritance import Evaluate, inherited
from pairing_desktop.formspec.program import Computation
from pairing_desktop.formspec.scope import Around, Identity, Scope, Source
from pairing_desktop.formspec.state import State
from pairing_desktop.formspec.values import NIL, Value

_FIFTEEN = Context(prec=DIGITS, rounding=ROUND_HALF_UP)


def final(field: Field, value: Any) -> Value:  # noqa: ANN401  # what an expression gave
    """Return a computed value as the field keeps it: rounded half up to its scale, 15 significant digits at most."""
    if value is None or value is NIL or value == "":
        return None
    if not field.is_number:
        return value  # type: ignore[no-any-return]  # the expression's kind was checked against the field's
    if not is_number(value):
        return None
    number = rounded(value, 0 if field.type == "whole" else field.scale)
    if number is None:
        return None
    number = _FIFTEEN.plus(number)
    return int(number) if field.type == "whole" else Decimal(plain(number))


class Typed:
    """A state, or a row of it, as expressions read it."""

    def __init__(self, state: State, prefix: str = "") -> None:
        self.state = state
        self.prefix = prefix

    def value(self, field_id: str) -> Value:
        """Return a field's value."""
        return self.state.values.get(self.prefix + field_id)

    def rows(self, table: str) -> Sequence[Source]:
        """Return a table's rows."""
        return [Typed(self.state, f"{table}/{row}/") for row in self.state.rows.get(table, ())]

    def marks(self, field_id: str) -> Mapping[str, str]:
        """Return a figure's marks."""
        return self.state.marks.get(self.prefix + field_id, {})


def compute(form: Form, state: State, around: Around, identity: Identity) -> list[str]:
    """Work out all computed fields of a state in place; return the paths whose value or qualifier changed."""
    if not form.program.computations:
        return []
    scope = Scope(form, Typed(state), around, identity)
    evaluate = evaluator(scope)
    changed: list[str] = []
    locked: set[str] = set()
    with localcontext(CONTEXT):
        for one in form.program.computations:
            for row in _places(one, state):
                if row:
                    scope.enter(one.table, Typed(state, row))
                if _place(one, row + one.field.id, state, scope, evaluate, locked):
                    changed.append(row + one.field.id)
                scope.leave()
    state.locked = frozenset(locked)
    return changed


def _places(one: Computation, state: State) -> list[str]:
    """Return the prefixes at which a field is computed: one, or one a row."""
    return [f"{one.table}/{row}/" for row in state.rows.get(one.table, ())] if one.table else [""]


def _place(
    one: Computation, path: str, state: State, scope: Scope, evaluate: Evaluate, locked: set[str],
) -> bool:
    """Compute one path; tell whether anything changed. What was computed and no longer is becomes blank."""
    before = (state.values.get(path), state.marks.get(path, {}).get("qualifier", ""), state.raw.get(path))
    if one.guard is None or evaluate(one.guard.tree) is True:
        locked.add(path)
        value = final(one.field, evaluate(one.expression.tree))
        qualifier = inherited(one.expression.tree, scope, evaluate) if value is not None else ""
    elif path in state.locked:
        value, qualifier = None, ""
    else:
        return False
    state.put(path, value)
    state.raw.pop(path, None)
    state.put_marks(path, {**state.marks.get(path, {}), "qualifier": qualifier})
    return before != (value, qualifier, None)

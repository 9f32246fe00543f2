"""Computed fields of a record being typed: worked out in order, with the qualifiers they inherit."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.expressions import evaluator
from pairing_desktop.formspec.fieldtypes.numbers import DIGITS, plain
from pairing_desktop.formspec.functions import CONTEXT, rounded
from pairing_desktop.formspec.inheritance import inherited
from pairing_desktop.formspec.program import Computation
from pairing_desktop.formspec.scope import Around, Identity, Scope, Source
from pairing_desktop.formspec.state import State
from pairing_desktop.formspec.values import NIL, Value

_FIFTEEN = Context(prec=DIGITS, rounding=ROUND_HALF_UP)


def final(field: Field, value: Any) -> Value:  # noqa: ANN401  # what an expression gave
    """Return a computed value as the field keeps it: rounded half up to its scale, 15 significant digits at most."""
    if not field.is_number:
        return None if value is NIL or value == "" else value
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


def compute(form: Form, state: State, around: Around, identity: Identity, *, row: str = "",
            touched: str = "") -> list[str]:
    """Work out all computed fields of a state in place; return the paths whose value or qualifier changed.

    With ``row`` (``kpis/<row>``) of all rows only this one, for whoever asks about a cell in the middle of a batch.
    With ``touched``, the path of a value or row, only what reads it: all was worked out before that alone changed.
    """
    if not form.program.computations:
        return []
    with localcontext(CONTEXT):
        return _Computing(form, state, around, identity, row=row, touched=_names(form, touched)).run()


def _names(form: Form, path: str) -> set[str]:
    """Return what expressions call a path: ``kpis.after``; a row that comes or goes is all of its table."""
    table, _, rest = path.partition("/")
    column = rest.partition("/")[2]
    if not rest or column:
        return {f"{table}.{column}" if column else table} - {""}
    return {table, *(f"{table}.{name}" for name in form.by_id[table].column_by_id)}


class _Computing:
    """One pass over the computed fields of a state."""

    def __init__(self, form: Form, state: State, around: Around, identity: Identity, *, row: str,
                 touched: set[str]) -> None:
        self.form = form
        self.state = state
        self.row = row
        self.touched = touched
        self.scope = Scope(form, Typed(state), around, identity)
        self.evaluate = evaluator(self.scope)
        self.locked: set[str] = set()

    def run(self) -> list[str]:
        changed: list[str] = []
        some = bool(self.touched)
        for one in self.form.program.computations:
            if some and self.touched.isdisjoint(one.uses):
                self.locked.update(self.state.locked & {prefix + one.field.id for prefix in self._prefixes(one)})
                continue
            for prefix in self._prefixes(one):
                if prefix:
                    self.scope.enter(one.table, Typed(self.state, prefix))
                if self._compute(one, prefix + one.field.id):
                    changed.append(prefix + one.field.id)
                    self.touched.add(one.path)
                self.scope.leave()
        if self.row:
            others = (path for path in self.state.locked if "/" in path and not path.startswith(f"{self.row}/"))
            self.locked.update(others)
        self.state.locked = frozenset(self.locked)
        return changed

    def _prefixes(self, one: Computation) -> list[str]:
        """Return where a field is computed: once, or once a row."""
        if not one.table:
            return [""]
        if self.row:
            return [f"{self.row}/"] if self.row.startswith(f"{one.table}/") else []
        return [f"{one.table}/{row}/" for row in self.state.rows.get(one.table, ())]

    def _compute(self, one: Computation, path: str) -> bool:
        """Compute one path; tell whether anything changed. What was computed and no longer is becomes blank."""
        state, qualifier = self.state, ""
        value: Value = None
        before = (state.values.get(path), state.marks.get(path, {}).get("qualifier", ""), state.raw.get(path))
        if one.guard is None or self.evaluate(one.guard.tree) is True:
            self.locked.add(path)
            value = final(one.field, self.evaluate(one.expression.tree))
            if value is not None:
                qualifier = inherited(one.expression.tree, self.scope, self.evaluate)
        elif path not in state.locked:
            return False
        state.put(path, value)
        state.raw.pop(path, None)
        state.put_marks(path, {**state.marks.get(path, {}), "qualifier": qualifier})
        return before != (value, qualifier, None)

"""The small safe language of computed fields and rules: simpleeval's, with blanks.

A blank makes arithmetic and comparison blank; ``and``, ``or``, ``not`` are three-valued; a rule whose check is blank
does not apply. 无 counts as 0 in arithmetic and in comparisons of figures, so that it switches no rule off; dividing by
it, as by 0, is blank. ``compiling.compile_expression`` turns source text into the tree that ``evaluate`` takes.
"""

import ast
import operator
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.formspec.functions import FUNCTIONS, is_number, number
from pairing_desktop.formspec.kinds import Kind
from pairing_desktop.formspec.values import NIL

if TYPE_CHECKING:
    from pairing_desktop.formspec.scope import Scope

MAXIMUM_LENGTH = 600
"""Characters of one expression."""
MAXIMUM_DEPTH = 30
"""Brackets within brackets."""


class Expression(Struct, frozen=True):
    """A compiled expression: its source, the tree with every name resolved, its kind, the fields it reads."""

    source: str
    tree: ast.expr
    kind: Kind
    uses: frozenset[str]
    """Fields (``contract_sum``) and columns (``kpis.after``) of the own form."""

    @property
    def constant(self) -> bool:
        """Tell whether the value is the same for every record: nothing of a record or of its period is named."""
        names = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        return not self.uses and names <= FUNCTIONS.keys() | {"joined_"}


Binary = Callable[[Any, Any], Any]


def _arithmetic(work: Binary) -> Binary:
    def calculate(left: Any, right: Any) -> Any:  # noqa: ANN401
        left, right = number(left), number(right)
        return None if left is None or right is None else work(left, right)

    return calculate


def _divide(left: Any, right: Any) -> Any:  # noqa: ANN401
    """Divide; by zero there is no result, not 0."""
    if not right:
        return None
    try:
        return Decimal(left) / Decimal(right)
    except InvalidOperation:
        return None


def _compare(work: Binary) -> Binary:
    def compare(left: Any, right: Any) -> Any:  # noqa: ANN401
        if left is NIL or right is NIL:
            left, right = number(left), number(right)
        return None if left is None or right is None else work(left, right)

    return compare


def _within(left: Any, right: Any) -> bool:  # noqa: ANN401
    """Tell whether a value is among others; 无 among figures is 0."""
    return left in right or (is_number(left) and not left and NIL in right)


def _among(work: Binary) -> Binary:
    def look(left: Any, right: Any) -> Any:  # noqa: ANN401
        if left is None or right is None:
            return None
        return work(0 if left is NIL else left, right)

    return look


def _signed(work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def calculate(value: Any) -> Any:  # noqa: ANN401
        found = number(value)
        return None if found is None else work(found)

    return calculate


OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _arithmetic(operator.add), ast.Sub: _arithmetic(operator.sub), ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(_divide),
    ast.USub: _signed(operator.neg), ast.UAdd: _signed(operator.pos),
    ast.Not: lambda value: None if value is None or value is NIL else not value,
    ast.Eq: _compare(operator.eq), ast.NotEq: _compare(operator.ne),
    ast.Lt: _compare(operator.lt), ast.LtE: _compare(operator.le),
    ast.Gt: _compare(operator.gt), ast.GtE: _compare(operator.ge),
    ast.In: _among(_within), ast.NotIn: _among(lambda left, right: not _within(left, right)),
}


Evaluate = Callable[[ast.expr], Any]


def evaluator(scope: "Scope") -> Evaluate:
    """Return the evaluation of compiled trees in a scope (simpleeval is imported at the first, not at start-up)."""
    from pairing_desktop.formspec.evaluating import Evaluator

    return Evaluator(scope).evaluate

"""The small safe language of computed fields and rules: simpleeval's, with blanks.

A blank makes arithmetic and comparison blank; ``and``, ``or``, ``not`` are three-valued; a rule whose check is blank
does not apply. ``compiling.compile_expression`` turns source text into the tree that ``evaluate`` takes.
"""

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any

from pairing_desktop.formspec.functions import FUNCTIONS, is_number
from pairing_desktop.formspec.kinds import Kind
from pairing_desktop.formspec.values import NIL

if TYPE_CHECKING:
    from pairing_desktop.formspec.scope import Scope

MAXIMUM_LENGTH = 600
"""Characters of one expression."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: its source, the tree with every name resolved, its kind, the fields it reads."""

    source: str
    tree: ast.expr
    kind: Kind
    uses: frozenset[str]
    """Fields (``contract_sum``) and columns (``kpis.after``) of the own form."""


Binary = Callable[[Any, Any], Any]


def _arithmetic(work: Binary) -> Binary:
    def calculate(left: Any, right: Any) -> Any:  # noqa: ANN401
        if not is_number(left) or not is_number(right):
            return None
        return work(left, right)

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
        if left is None or right is None or left is NIL or right is NIL:
            return None
        return work(left, right)

    return compare


OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _arithmetic(operator.add), ast.Sub: _arithmetic(operator.sub), ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(_divide),
    ast.USub: lambda value: -value if is_number(value) else None,
    ast.UAdd: lambda value: value if is_number(value) else None,
    ast.Not: lambda value: None if value is None or value is NIL else not value,
    ast.Eq: _compare(operator.eq), ast.NotEq: _compare(operator.ne),
    ast.Lt: _compare(operator.lt), ast.LtE: _compare(operator.le),
    ast.Gt: _compare(operator.gt), ast.GtE: _compare(operator.ge),
    ast.In: _compare(lambda left, right: left in right), ast.NotIn: _compare(lambda left, right: left not in right),
}


@cache
def _evaluator_class() -> type:
    """Return our simpleeval (imported at the first evaluation, not at start-up)."""
    from simpleeval import SimpleEval

    class Evaluator(SimpleEval):  # type: ignore[misc]  # simpleeval carries no types
        """simpleeval with three-valued logic and names that the scope knows."""

        def __init__(self, scope: "Scope") -> None:
            functions = {name: spec.call for name, spec in FUNCTIONS.items()} | scope.calls
            super().__init__(operators=OPERATORS, functions=functions, names={})
            self.scope = scope
            self.nodes = {
                ast.BinOp: self._eval_binop, ast.UnaryOp: self._eval_unaryop, ast.Call: self._eval_call,
                ast.keyword: self._eval_keyword, ast.Constant: self._constant, ast.Name: self._name,
                ast.BoolOp: self._bool, ast.Compare: self._chain, ast.IfExp: self._if, ast.Tuple: self._tuple,
            }

        def _name(self, node: ast.Name) -> Any:  # noqa: ANN401
            return self.scope.name(node.id)

        @staticmethod
        def _constant(node: ast.Constant) -> Any:  # noqa: ANN401
            return node.value

        def _tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
            return tuple(self._eval(element) for element in node.elts)

        def _bool(self, node: ast.BoolOp) -> bool | None:
            decides = isinstance(node.op, ast.Or)
            result: bool | None = not decides
            for part in node.values:
                value = self._eval(part)
                if value is None or value is NIL:
                    result = None
                elif bool(value) is decides:
                    return decides
            return result

        def _chain(self, node: ast.Compare) -> bool | None:
            left, result = self._eval(node.left), True
            for symbol, part in zip(node.ops, node.comparators, strict=True):
                right = self._eval(part)
                held = OPERATORS[type(symbol)](left, right)
                if held is None:
                    return None
                left, result = right, result and held
            return result

        def _if(self, node: ast.IfExp) -> Any:  # noqa: ANN401
            test = self._eval(node.test)
            if test is None or test is NIL:
                return None
            return self._eval(node.body if test else node.orelse)

    return Evaluator


def evaluator(scope: "Scope") -> Callable[[ast.expr], Any]:
    """Return the evaluation of trees in a scope."""
    machine = _evaluator_class()(scope)

    def evaluate(tree: ast.expr) -> Any:  # noqa: ANN401
        return machine.eval("", previously_parsed=tree)

    return evaluate

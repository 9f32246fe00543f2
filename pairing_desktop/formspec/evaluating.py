"""simpleeval with three-valued logic and names that the scope knows."""

import ast
from collections.abc import Callable
from typing import Any, ClassVar

from simpleeval import SimpleEval

from pairing_desktop.formspec.expressions import OPERATORS
from pairing_desktop.formspec.functions import FUNCTIONS
from pairing_desktop.formspec.scope import CALLS, PLAIN_CALLS, Scope
from pairing_desktop.formspec.values import NIL

PLAIN: dict[str, Callable[..., Any]] = {name: spec.call for name, spec in FUNCTIONS.items()} | PLAIN_CALLS
"""Calls that need nothing but their arguments."""


class Evaluator(SimpleEval):  # type: ignore[misc]  # simpleeval carries no types
    """Evaluates trees that ``compiling`` has resolved, in one scope.

    It holds nothing that leads back to itself: one is made for every record, and a ring of thousands of them would
    wait for the collector.
    """

    operators = OPERATORS

    def __init__(self, scope: Scope) -> None:  # not super().__init__: its table is replaced, and it resets warnings
        self.scope = scope

    def evaluate(self, node: ast.expr) -> Any:  # noqa: ANN401
        """Return a tree's value, without simpleeval's look at every result: values come from our own scope."""
        return self.nodes[type(node)](self, node)

    _eval = evaluate

    def _name(self, node: ast.Name) -> Any:  # noqa: ANN401
        return self.scope.name(node.id)

    def _constant(self, node: ast.Constant) -> Any:  # noqa: ANN401
        return node.value

    def _call(self, node: ast.Call) -> Any:  # noqa: ANN401
        name = node.func.id  # type: ignore[attr-defined]  # compiled: a name
        arguments = [self.evaluate(part) for part in node.args]
        function = PLAIN.get(name)
        if function is None:
            function, arguments = CALLS[name], [self.scope, *arguments]
        if not node.keywords:
            return function(*arguments)
        return function(*arguments, **{str(part.arg): self.evaluate(part.value) for part in node.keywords})

    def _tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        return tuple(self.evaluate(element) for element in node.elts)

    def _bool(self, node: ast.BoolOp) -> bool | None:
        decides = isinstance(node.op, ast.Or)
        result: bool | None = not decides
        for part in node.values:
            value = self.evaluate(part)
            if value is None or value is NIL:
                result = None
            elif bool(value) is decides:
                return decides
        return result

    def _chain(self, node: ast.Compare) -> bool | None:
        left, result = self.evaluate(node.left), True
        if len(node.ops) == 1:
            return OPERATORS[type(node.ops[0])](left, self.evaluate(node.comparators[0]))  # type: ignore[no-any-return]
        for symbol, part in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(part)
            held = OPERATORS[type(symbol)](left, right)
            if held is None:
                return None
            left, result = right, result and held
        return result

    def _if(self, node: ast.IfExp) -> Any:  # noqa: ANN401
        test = self.evaluate(node.test)
        if test is None or test is NIL:
            return None
        return self.evaluate(node.body if test else node.orelse)

    nodes: ClassVar[dict[type[ast.AST], Callable[["Evaluator", Any], Any]]] = {
        ast.BinOp: SimpleEval._eval_binop, ast.UnaryOp: SimpleEval._eval_unaryop,  # noqa: SLF001  # made to be overridden
        ast.Call: _call, ast.Constant: _constant, ast.Name: _name, ast.BoolOp: _bool, ast.Compare: _chain,
        ast.IfExp: _if, ast.Tuple: _tuple,
    }

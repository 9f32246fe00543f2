"""simpleeval with three-valued logic and names that the scope knows."""

import ast
from collections.abc import Callable
from typing import Any

from simpleeval import SimpleEval

from pairing_desktop.formspec.expressions import OPERATORS
from pairing_desktop.formspec.functions import FUNCTIONS
from pairing_desktop.formspec.scope import Scope
from pairing_desktop.formspec.values import NIL

PLAIN_CALLS: dict[str, Callable[..., Any]] = {name: spec.call for name, spec in FUNCTIONS.items()}


class Evaluator(SimpleEval):  # type: ignore[misc]  # simpleeval carries no types
    """Evaluates trees that ``compiling`` has resolved, in one scope."""

    def __init__(self, scope: Scope) -> None:  # not super().__init__: its table is replaced, and it resets warnings
        self.operators = OPERATORS
        self.functions = PLAIN_CALLS | scope.calls
        self.scope = scope
        self.nodes = {
            ast.BinOp: self._eval_binop, ast.UnaryOp: self._eval_unaryop, ast.Call: self._call,
            ast.Constant: self._constant, ast.Name: self._name, ast.BoolOp: self._bool, ast.Compare: self._chain,
            ast.IfExp: self._if, ast.Tuple: self._tuple,
        }

    def evaluate(self, node: ast.expr) -> Any:  # noqa: ANN401
        """Return a tree's value, without simpleeval's look at every result: values come from our own scope."""
        return self.nodes[type(node)](node)

    _eval = evaluate

    def _name(self, node: ast.Name) -> Any:  # noqa: ANN401
        return self.scope.name(node.id)

    @staticmethod
    def _constant(node: ast.Constant) -> Any:  # noqa: ANN401
        return node.value

    def _call(self, node: ast.Call) -> Any:  # noqa: ANN401
        function = self.functions[node.func.id]  # type: ignore[attr-defined]  # compiled: a name
        arguments = [self.evaluate(part) for part in node.args]
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

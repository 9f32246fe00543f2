"""Expected and actual figures are never added together: which natures a computed figure adds up."""

import ast
from collections.abc import Callable, Iterable

from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.scope import Scope, Source

ACTUAL = "实际"
Leaf = Callable[[str, str], Iterable[str]]
"""(table or "", field) → the natures of a figure, or of a column's."""


def mixed(tree: ast.expr, leaf: Leaf) -> list[str]:
    """Return the natures of the first sum in a compiled expression that has more than one, [] if none has."""
    for node in ast.walk(tree):
        if _is_sum(node):
            found = sorted(set(_summands(node, leaf)))
            if len(found) > 1:
                return found
    return []


def _is_sum(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sum"


def _summands(node: ast.AST, leaf: Leaf) -> Iterable[str]:
    if isinstance(node, ast.Name):
        yield from leaf("", node.id)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield from _summands(node.left, leaf)
        yield from _summands(node.right, leaf)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        words = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if node.func.id in ("column_", "rows_") and words[1]:
            yield from leaf(words[0], words[1])
        elif node.func.id == "sum":
            for part in node.args:
                yield from _summands(part, leaf)


def declared(form: Form, table: str) -> Leaf:
    """Return the natures fields have unless marked otherwise; ``table``: its columns are seen first."""

    def leaf(of: str, name: str) -> Iterable[str]:
        columns = form.by_id[of or table].column_by_id if of or table else {}
        field = columns.get(name) or form.by_id.get(name)
        if field is not None and field.is_number:
            yield field.nature or ACTUAL

    return leaf


def held(scope: Scope) -> Leaf:
    """Return the natures of the figures a record really holds; a blank has none."""

    def leaf(of: str, name: str) -> Iterable[str]:
        if of:
            for row in scope.rows(of):
                yield from _of(scope.form.by_id[of].column_by_id[name], row)
        elif scope.row is not None and name in scope.columns:
            yield from _of(scope.columns[name], scope.row)
        elif name in scope.form.by_id:
            yield from _of(scope.form.by_id[name], scope.source)

    return leaf


def _of(field: Field, source: Source) -> Iterable[str]:
    if field.is_number and source.value(field.id) is not None:
        yield source.marks(field.id).get("nature") or field.nature or ACTUAL

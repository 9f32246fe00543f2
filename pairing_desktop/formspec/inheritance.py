"""Which qualifier a computed figure inherits: 以上 minus a plain figure is still 以上.

A qualifier with a direction (以上, 超, 近) turns round behind a minus or in a divisor; what then holds is only 约,
and so it is where several different qualifiers meet.
"""

import ast
from collections.abc import Iterable

from pairing_desktop.formspec.expressions import Evaluate
from pairing_desktop.formspec.scope import Scope

DIRECTED = ("以上", "超", "近")
ABOUT = "约"


def inherited(tree: ast.expr, scope: Scope, evaluate: Evaluate) -> str:
    """Return the qualifier of what a compiled expression computes, "" for none."""
    words = set(_words(tree, scope, evaluate, turned=False))
    return words.pop() if len(words) == 1 else ABOUT if words else ""


def _words(tree: ast.expr, scope: Scope, evaluate: Evaluate, *, turned: bool) -> Iterable[str]:
    if isinstance(tree, ast.Name):
        yield from _seen(_of_name(tree.id, scope), turned=turned)
    elif isinstance(tree, ast.BinOp):
        yield from _words(tree.left, scope, evaluate, turned=turned)
        yield from _words(tree.right, scope, evaluate, turned=turned != isinstance(tree.op, ast.Sub | ast.Div))
    elif isinstance(tree, ast.UnaryOp):
        yield from _words(tree.operand, scope, evaluate, turned=not turned)
    elif isinstance(tree, ast.IfExp):
        yield from _words(tree.body if evaluate(tree.test) else tree.orelse, scope, evaluate, turned=turned)
    elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        yield from _of_call(tree, tree.func.id, scope, evaluate, turned=turned)


def _of_call(tree: ast.Call, name: str, scope: Scope, evaluate: Evaluate, *, turned: bool) -> Iterable[str]:
    words = [part.value for part in tree.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if name == "column_":
        for row in scope.rows(words[0]):
            yield from _seen(row.marks(words[1]).get("qualifier", ""), turned=turned)
    elif name in ("previous_", "year_ago_"):
        sheet = scope.earlier(name.removesuffix("_"))
        yield from _seen(sheet.marks(words[0]).get("qualifier", "") if sheet else "", turned=turned)
    elif name == "this_quarter_":
        sheet = scope.earlier("previous")
        yield from _seen(scope.source.marks(words[0]).get("qualifier", ""), turned=turned)
        yield from _seen(sheet.marks(words[0]).get("qualifier", "") if sheet else "", turned=not turned)
    elif name == "growth":
        for place, part in enumerate(tree.args):
            yield from _words(part, scope, evaluate, turned=turned != bool(place))
    elif name in ("sum", "min", "max", "round", "abs"):
        for part in tree.args:
            yield from _words(part, scope, evaluate, turned=turned)


def _of_name(name: str, scope: Scope) -> str:
    if scope.row is not None and name in scope.columns:
        return scope.row.marks(name).get("qualifier", "")
    return scope.source.marks(name).get("qualifier", "") if name in scope.form.by_id else ""


def _seen(word: str, *, turned: bool) -> Iterable[str]:
    if word:
        yield ABOUT if turned and word in DIRECTED else word

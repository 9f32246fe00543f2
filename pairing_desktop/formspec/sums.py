"""A small sum that is typed where a figure belongs, as into a spreadsheet's cell: =68+26.5, =(1200-300)/2."""

import ast
import operator
import re
import unicodedata
from collections.abc import Callable
from decimal import Context, Decimal, DecimalException

from pairing_desktop.formspec.fieldtypes.numbers import DIGITS, plain

LONGEST = 60
_SUM = re.compile(r"=[\d.+\-*/() ]+")
_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-"})
_GROUP = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}


def result(text: str) -> str:
    """Return what a sum comes to, as it would be typed; "" for what is no sum of figures alone."""
    bare = _GROUP.sub("", unicodedata.normalize("NFKC", text).strip().translate(_SIGNS))
    if len(bare) > LONGEST or not _SUM.fullmatch(bare):
        return ""
    try:
        return plain(Context(prec=DIGITS).plus(_worked(ast.parse(bare[1:].strip(), mode="eval").body)))
    except (SyntaxError, ValueError, DecimalException):
        return ""


def _worked(part: ast.expr) -> Decimal:
    if isinstance(part, ast.Constant) and isinstance(part.value, int | float):
        return Decimal(str(part.value))
    if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub | ast.UAdd):
        worked = _worked(part.operand)
        return -worked if isinstance(part.op, ast.USub) else worked
    if isinstance(part, ast.BinOp) and type(part.op) in _OPERATORS:
        return _OPERATORS[type(part.op)](_worked(part.left), _worked(part.right))
    raise ValueError

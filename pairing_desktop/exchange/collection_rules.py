"""A form's rules as a spreadsheet can say them: comparisons of figures and dates within one row.

What reads other records, earlier quarters or computed fields stays with the program; a blank or a word (约18, 无) in
any cell that a rule reads switches it off, as a blank does on screen.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Field, Form, Rule

LONGEST = 250
"""Characters of a validation's formula."""
_COMPARE = {ast.GtE: (">=", "≥"), ast.LtE: ("<=", "≤"), ast.Gt: (">", "＞"), ast.Lt: ("<", "＜"), ast.Eq: ("=", "＝")}
_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class _NotSaid(Exception):  # noqa: N818  # the rule is beyond a spreadsheet
    """The expression cannot be said in a cell."""


class CellRule(Struct, frozen=True):
    """A rule: the fields whose cells it reads, its formula and its words."""

    fields: tuple[str, ...]
    formula: str
    words: str
    level: str


def cell_rules(form: Form, fields: Mapping[str, Field], cells: Mapping[str, str], *, table: str = "") -> list[CellRule]:
    """Return the rules of a form (or of one table's rows) that the cells of a row can be held to.

    ``cells`` are relative addresses by field id: ``$D6``.
    """
    found = []
    for rule in form.rules:
        if rule.table == table and not rule.when:
            try:
                found.append(_Saying(form, fields, cells).rule(rule))
            except (_NotSaid, SyntaxError):
                continue
    return [one for one in found if len(one.formula) <= LONGEST]


class _Saying:
    def __init__(self, form: Form, fields: Mapping[str, Field], cells: Mapping[str, str]) -> None:
        self.form = form
        self.fields = fields
        self.cells = cells
        self.read: list[str] = []

    def rule(self, rule: Rule) -> CellRule:
        tree = ast.parse(rule.check, mode="eval").body
        if not isinstance(tree, ast.Compare):
            raise _NotSaid
        formula, words = self._compared(tree)
        read = tuple(dict.fromkeys(self.read))
        if not read:
            raise _NotSaid
        guard = ",".join(f"ISNUMBER({self.cells[name]})" for name in read)
        return CellRule(read, f"IF(AND({guard}),{formula},TRUE)", words, rule.level)

    def _compared(self, tree: ast.Compare) -> tuple[str, str]:
        sides = [self._side(one) for one in (tree.left, *tree.comparators)]
        parts, words = [], sides[0][1]
        for place, sign in enumerate(tree.ops):
            if type(sign) not in _COMPARE:
                raise _NotSaid
            excel, shown = _COMPARE[type(sign)]
            parts.append(f"{sides[place][0]}{excel}{sides[place + 1][0]}")
            words += shown + sides[place + 1][1]
        return (parts[0] if len(parts) == 1 else f"AND({','.join(parts)})"), words

    def _side(self, tree: ast.expr) -> tuple[str, str]:
        if isinstance(tree, ast.Name):
            return self._named(tree.id)
        if isinstance(tree, ast.Constant) and isinstance(tree.value, int | float) and not isinstance(tree.value, bool):
            return str(tree.value), str(tree.value)
        if isinstance(tree, ast.Attribute) and isinstance(tree.value, ast.Name) and tree.value.id == "limit":
            limit = self.form.limits.get(tree.attr, "")
            if not limit.replace(".", "", 1).isdigit():
                raise _NotSaid
            return limit, limit
        if isinstance(tree, ast.BinOp) and type(tree.op) in _ARITHMETIC:
            sign = _ARITHMETIC[type(tree.op)]
            (left, first), (right, second) = self._side(tree.left), self._side(tree.right)
            return f"({left}{sign}{right})", f"{first}{sign}{second}"
        raise _NotSaid

    def _named(self, name: str) -> tuple[str, str]:
        field = self.fields.get(name)
        if field is None or name not in self.cells or not (field.is_number or field.type == "date"):
            raise _NotSaid
        self.read.append(name)
        return self.cells[name], field.plain_label

"""A formula that the file keeps no value of, carried into another row: only what reckons with its own row's cells."""

from __future__ import annotations

import re

_FUNCTIONS = frozenset(f"{name}(" for name in (
    "SUM", "AVERAGE", "MAX", "MIN", "ROUND", "ROUNDUP", "ROUNDDOWN", "ABS", "INT", "IF", "IFERROR", "PRODUCT"))
_CELL = re.compile(r"[A-Z]{1,3}(\d+)(?::[A-Z]{1,3}(\d+))?")


def carried(formula: str, row: int, to: int) -> str:
    """Return a formula of one row (from 1) as it reads in another; "" for one that means anything but its own row.

    A reference to another row would mean another firm there, and nothing else of a foreign file is to be worked out.
    """
    from openpyxl.formula import Tokenizer
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.formula.translate import Translator

    try:
        tokens = Tokenizer(f"={formula}").items
    except TokenizerError:
        return ""
    if sum(one.subtype == one.OPEN for one in tokens) != sum(one.subtype == one.CLOSE for one in tokens):
        return ""
    for one in tokens:
        known = (one.type in (one.OP_IN, one.OP_PRE, one.OP_POST, one.PAREN, one.SEP, one.WSPACE)
                 or (one.type == one.FUNC and (one.subtype == one.CLOSE or one.value.upper() in _FUNCTIONS))
                 or (one.type == one.OPERAND and one.subtype in (one.NUMBER, one.LOGICAL)))
        if not known and not (one.type == one.OPERAND and one.subtype == one.RANGE and _within(one.value, row)):
            return ""
    return str(Translator(f"={formula}", origin=f"A{row}").translate_formula(f"A{to}"))


def _within(reference: str, row: int) -> bool:
    """Tell whether a reference means cells of this row alone."""
    found = _CELL.fullmatch(reference)
    return found is not None and {int(number) for number in found.groups() if number} == {row}

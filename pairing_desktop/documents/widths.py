"""Column widths in whole or half millimetres that add up."""

from collections.abc import Sequence

from pairing_desktop.formspec.definition import Field

LEAST = 8.0
WANTED = {
    "whole": 18.0, "decimal": 22.0, "percent": 18.0, "date": 28.0, "quarter": 26.0, "choice": 22.0, "choices": 28.0,
    "yes_no": 14.0, "county": 22.0, "credit_code": 36.0, "reference": 44.0, "attachment": 44.0, "long_text": 66.0,
}
CHARACTER = 3.1
"""Millimetres that a character of a table takes, its cell's padding shared out."""


def wanted(field: Field) -> float:
    """Return the width a column asks for: as the form says, else by its type and length."""
    if field.width:
        return field.width
    if field.type in WANTED:
        return WANTED[field.type]
    return min(60.0, max(16.0, (field.max_length or 20) * CHARACTER * 0.8))


def fitted(wishes: Sequence[float], total: float, *, spread: bool = False) -> tuple[float, ...]:
    """Return widths that add up to ``total``: what is left goes to the widest or to all, what lacks comes from all."""
    missing = total - sum(wishes)
    if missing >= 0 and spread:
        return _with_rest([w * total / sum(wishes) for w in wishes], total)
    if missing >= 0:
        return _with_rest(list(wishes), total)
    scale = (total - LEAST * len(wishes)) / max(1e-9, sum(max(0.0, w - LEAST) for w in wishes))
    if scale < 0:
        return _with_rest([total / len(wishes)] * len(wishes), total)
    return _with_rest([min(w, LEAST) + max(0.0, w - LEAST) * scale for w in wishes], total)


def _with_rest(widths: list[float], total: float) -> tuple[float, ...]:
    halves = [int(w * 2) / 2 for w in widths]
    widest = max(range(len(halves)), key=lambda n: halves[n])
    halves[widest] += total - sum(halves)
    return tuple(halves)

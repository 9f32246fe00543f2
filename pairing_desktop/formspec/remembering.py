"""What a check said of the same values before: thousands of rows of an import differ in few of the fields it reads.

Remembered are single values with nothing wrong, and rules that read nothing but fields of their own record; only
within one run: one form, one period, one day.
"""

import ast
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from pairing_desktop.formspec.program import CompiledRule

_AROUND = frozenset(["column_", "target_", "county_", "rows_", "records_", "previous_", "year_ago_", "this_quarter_"])
"""Calls that look beyond the record's own fields."""
_MOST = 20_000
"""Answers kept of one rule; figures that differ from row to row are not worth more."""


class Memo:
    """Answers of one run by rule and values."""

    def __init__(self) -> None:
        self._rules: dict[str, tuple[tuple[str, ...] | None, dict[Hashable, bool]]] = {}
        self._sound: dict[str, set[Hashable]] = {}

    def sound(self, field: str, stored: Any) -> bool:  # noqa: ANN401  # JSON
        """Tell whether nothing was wrong with a field's (``kpis.after``: a column's) value when it was met before."""
        known = self._sound.get(field)
        return known is not None and (stored if type(stored) is str else _hashable(stored)) in known

    def keep_sound(self, field: str, stored: Any) -> None:  # noqa: ANN401  # JSON
        """Remember that nothing is wrong with a field's value."""
        known = self._sound.setdefault(field, set())
        if len(known) < _MOST:
            known.add(_hashable(stored))

    def broken(self, rule: CompiledRule, values: Mapping[str, Any], ask: Callable[[CompiledRule], bool]) -> bool:
        """Return whether a rule is broken: as known of these values, else as ``ask`` finds."""
        remembered = self._rules.get(rule.rule.id)
        if remembered is None:
            remembered = self._rules[rule.rule.id] = (_own(rule), {})
        reads, known = remembered
        if reads is None:
            return ask(rule)
        key = tuple([v if type(v) is str else _hashable(v) for v in map(values.get, reads)])
        found = known.get(key)
        if found is None:
            found = ask(rule)
            if len(known) < _MOST:
                known[key] = found
        return found


def _own(rule: CompiledRule) -> tuple[str, ...] | None:
    """Return the fields that a rule reads, None when it reads anything else."""
    parts = [part for part in (rule.when, rule.check) if part is not None]
    calls = {node.func.id for part in parts for node in ast.walk(part.tree)
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    uses = frozenset().union(*(part.uses for part in parts))
    if rule.rule.table or calls & _AROUND or any("." in name for name in uses):
        return None
    return tuple(sorted(uses))


def _hashable(stored: Any) -> Hashable:  # noqa: ANN401  # JSON
    """Return a stored value as a key: a list (choices, a table's rows) by its words, true and 1 apart."""
    if isinstance(stored, list | dict):
        return repr(stored)
    return (stored,) if isinstance(stored, bool) else stored

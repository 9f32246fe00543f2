"""What a check said of the same values before: thousands of rows of an import differ in few of the fields it reads.

Remembered are single values with nothing wrong, and rules that read nothing but fields of their own record; only
within one run: one form, one period, one day. Of a record that is typed all is remembered that reads nothing of what
was typed since.
"""

import ast
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from operator import itemgetter
from typing import Any, TypeVar

from msgspec import Struct

from pairing_desktop.formspec.definition import Form
from pairing_desktop.formspec.expressions import Expression
from pairing_desktop.formspec.program import CompiledRule
from pairing_desktop.formspec.values import Payload

T = TypeVar("T")

Reading = tuple[frozenset[str], tuple[Expression | None, ...]]
"""The fields that an answer is found in, and the expressions it is found by."""

_AROUND = frozenset(["column_", "target_", "county_", "rows_", "records_", "previous_", "year_ago_", "this_quarter_"])
"""Calls that look beyond the record's own fields."""
_ELSEWHERE = _AROUND - {"column_", "rows_", "county_"}
"""Of these the calls that look at other records."""
_GIVEN = ("given",)
"""Stands for every sound value of a field that is only asked for; no stored value is a tuple of text."""
_MOST = 20_000
"""Answers kept of one rule; figures that differ from row to row are not worth more."""


class Memo:
    """Answers of one run by rule and values."""

    def __init__(self) -> None:
        self._rules: list[tuple[CompiledRule, _Reads | None, dict[Hashable, bool]]] = []
        self._sound: dict[str, set[Hashable]] = {}
        self._why: dict[tuple[str, str], str] = {}
        self._values = _Keys(lambda _name, stored: _hashable(stored))
        self._given = _Keys(self._presence)

    def sound(self, field: str, stored: Any) -> bool:  # noqa: ANN401  # JSON
        """Tell whether nothing was wrong with a field's (``kpis.after``: a column's) value when it was met before."""
        known = self._sound.get(field)
        return known is not None and (stored if type(stored) is str else _hashable(stored)) in known

    def keep_sound(self, field: str, stored: Any) -> None:  # noqa: ANN401  # JSON
        """Remember that nothing is wrong with a field's value."""
        known = self._sound.setdefault(field, set())
        if len(known) < _MOST:
            known.add(_hashable(stored))

    def why(self, field: str, text: str, ask: Callable[[], str]) -> str:
        """Return why a text typed into a field was not understood: as said before, else as ``ask`` says."""
        if len(self._why) > _MOST:
            self._why.clear()
        if (field, text) not in self._why:
            self._why[field, text] = ask()
        return self._why[field, text]

    def begin(self, form: Form, payload: Payload) -> None:  # noqa: ARG002
        """Hear which record is checked now."""
        self._values.begin(payload.get("values", {}))
        self._given.begin(payload.get("values", {}))

    def again(self, what: str, reads: Callable[[], Reading], ask: Callable[[], T]) -> T:  # noqa: ARG002
        """Return what ``ask`` gives: ``what`` of the record is found by what ``reads`` returns."""
        return ask()

    def broken(self, rules: Sequence[CompiledRule], values: Mapping[str, Any],
               ask: Callable[[CompiledRule], bool]) -> Iterable[CompiledRule | None]:
        """Return which of a form's rules are broken: as known of these values, else as ``ask`` finds. None is a pause.

        A table's rules are all among them: its rows are asked one by one. One loop, as an import asks a million times.
        """
        remembered = self._rules or self._remember(rules)
        by_value, given = self._values, self._given
        found: list[CompiledRule | None] = []
        for rule, reads, known in remembered:
            if reads is None or (reads.blank and any(values.get(name) is not None for name in reads.blank)):
                broken = bool(rule.rule.table) or ask(rule)
            else:
                key = reads.of_values(by_value), reads.of_given(given)
                answer = known.get(key)
                if answer is None:
                    answer = ask(rule)
                    if len(known) < _MOST:
                        known[key] = answer
                broken = answer
            if broken:
                found.append(rule)
        return found

    def _remember(self, rules: Sequence[CompiledRule],
                  ) -> list[tuple[CompiledRule, "_Reads | None", dict[Hashable, bool]]]:
        self._rules = [(rule, _own(rule), {}) for rule in rules]
        return self._rules

    def _presence(self, field: str, stored: Any) -> Hashable:  # noqa: ANN401  # JSON
        """Return what ``given`` makes of a value: one word for all that are sound, so that names and codes are one."""
        plain = isinstance(stored, str | int) and stored != ""
        return _GIVEN if plain and self.sound(field, stored) else _hashable(stored)


class Retyped(Memo):
    """Answers about one record that is typed, among others that stay as they are: a key asks for what it changed."""

    def __init__(self) -> None:
        super().__init__()
        self._form: Form | None = None
        self._payload: Payload = {}
        self._answers: dict[str, tuple[frozenset[str], Any]] = {}
        self._around: dict[str, bool] = {}
        """What looks at other records, and whether at records of the form itself: the typed one may be among them."""

    def begin(self, form: Form, payload: Payload) -> None:
        """Forget the answers that read what is no longer as it was."""
        changed = frozenset(_changed(form, self._payload, payload))
        kept = {what: known for what, known in self._answers.items() if changed.isdisjoint(known[0])}
        self._form, self._payload, self._answers = form, payload, kept

    def forget_others(self) -> None:
        """Forget the answers that other records were asked for: they may have become others."""
        self._answers = {what: known for what, known in self._answers.items() if what not in self._around}

    def again(self, what: str, reads: Callable[[], Reading], ask: Callable[[], T]) -> T:
        """Return what ``ask`` gave while nothing that it read has changed since."""
        known = self._answers.get(what)
        if known is not None:
            return known[1]  # type: ignore[no-any-return]  # what the same question was answered
        found = ask()
        if not self._around.get(what):
            uses, parts = reads()
            calls = [call for part in parts if part is not None for call in _calls(part) if call[0] in _ELSEWHERE]
            own = self._form.id if self._form is not None else ""
            if calls:
                self._around[what] = any(call in (("records_", own), ("target_", own)) for call in calls)
            if not self._around.get(what):
                self._answers[what] = uses, found
        return found

    def broken(self, rules: Sequence[CompiledRule], values: Mapping[str, Any],  # noqa: ARG002
               ask: Callable[[CompiledRule], bool]) -> Iterator[CompiledRule | None]:
        """Yield which of the rules are broken, and None after one that is not."""
        for rule in rules:
            broken = rule.rule.table or self.again(
                f"rule {rule.rule.id}", lambda: (rule.uses, (rule.when, rule.check)), partial(ask, rule))  # noqa: B023
            yield rule if broken else None


def _calls(part: Expression) -> Iterator[tuple[str, str]]:
    """Yield the functions that an expression calls, each with the form or whatever word it is given first."""
    for node in ast.walk(part.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, _words(node.args[0]) if node.args else ""


def _changed(form: Form, before: Payload, now: Payload) -> Iterator[str]:
    """Yield the fields that differ, as expressions name them (``kpis.after``), and the rows (``kpis/1a2b``).

    A row that comes, goes or moves is all of its table.
    """
    tables = {table.id: table for table in form.tables}
    for name in _differing(before, now):
        if name not in tables:
            yield name
    for name, table in tables.items():
        old, new = (payload.get("values", {}).get(name, ()) for payload in (before, now))
        if [row["id"] for row in old] != [row["id"] for row in new]:
            yield name
            yield from (f"{name}.{column.id}" for column in table.columns)
            yield from (f"{name}/{row['id']}" for row in (*old, *new))
            continue
        for one, other in zip(old, new, strict=True):
            if one is not other and one != other:  # nearly all are the very same
                yield f"{name}/{one['id']}"
                yield from (f"{name}.{column}" for column in _differing(one, other))


def _differing(before: Payload, now: Payload) -> Iterator[str]:
    """Yield the fields whose value, text or marks differ."""
    for part in ("values", "raw", "marks"):
        old, new = before.get(part, {}), now.get(part, {})
        if old != new:
            yield from (name for name in {**old, **new} if old.get(name) != new.get(name))


class _Keys(dict[str, Hashable]):
    """What the values of one record are remembered by, each worked out once for all rules that read it."""

    def __init__(self, key: Callable[[str, Any], Hashable]) -> None:
        super().__init__()
        self._key = key
        self._stored: Mapping[str, Any] = {}

    def begin(self, stored: Mapping[str, Any]) -> None:
        """Forget the record before."""
        self.clear()
        self._stored = stored

    def __missing__(self, name: str) -> Hashable:
        found = self[name] = self._key(name, self._stored.get(name))
        return found


class _Reads(Struct, frozen=True):
    """The fields of its own record that a rule reads."""

    of_values: Callable[[Mapping[str, Hashable]], Hashable]
    of_given: Callable[[Mapping[str, Hashable]], Hashable]
    """Of these it asks only whether they are given."""
    blank: tuple[str, ...]
    """References it looks through: while they are blank it reads nothing beyond the record."""


def _own(rule: CompiledRule) -> _Reads | None:
    """Return the fields that a rule reads, None when it reads anything else."""
    nodes = [node for part in (rule.when, rule.check) if part is not None for node in ast.walk(part.tree)]
    uses = frozenset().union(*(part.uses for part in (rule.when, rule.check) if part is not None))
    calls = [(node.func.id, node.args) for node in nodes
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    through = {_name(arguments[1]) for name, arguments in calls if name == "target_"}
    around = {name for name, _ in calls} & _AROUND
    read = Counter(node.id for node in nodes if isinstance(node, ast.Name))
    beyond = around - {"target_"} or not through <= uses or any("." in name for name in uses)
    if rule.rule.table or beyond or not read.keys().isdisjoint(("key", "subject")):
        return None
    asked = Counter(_name(arguments[0]) for name, arguments in calls if name == "given")
    given = {name for name in uses if read[name] == asked[name]}
    return _Reads(_taking(uses - given), _taking(given), tuple(sorted(through)))


def _taking(names: AbstractSet[str]) -> Callable[[Mapping[str, Hashable]], Hashable]:
    """Return what takes these names' keys together."""
    return itemgetter(*sorted(names)) if names else lambda _keys: ()


def _words(node: ast.expr) -> str:
    """Return the words that an argument is, "" for anything else."""
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _name(node: ast.expr) -> str:
    """Return the name that an argument is, "" for anything else."""
    return node.id if isinstance(node, ast.Name) else ""


def _hashable(stored: Any) -> Hashable:  # noqa: ANN401  # JSON
    """Return a stored value as a key: a list (choices, a table's rows) by its words, true and 1 apart."""
    if isinstance(stored, list | dict):
        return repr(stored)
    return (stored,) if isinstance(stored, bool) else stored

"""Checks of one record: findings from the form's rules and from what every field must be."""

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, NotRequired, Protocol, TypedDict, Unpack

from pairing_desktop.formspec import builtin
from pairing_desktop.formspec.definition import Field, Form, Level
from pairing_desktop.formspec.expressions import Expression, evaluator
from pairing_desktop.formspec.fieldtypes.interface import cut
from pairing_desktop.formspec.finding import Finding
from pairing_desktop.formspec.functions import CONTEXT, growth, is_number, number
from pairing_desktop.formspec.kinds import Kind
from pairing_desktop.formspec.program import CompiledRule
from pairing_desktop.formspec.records import record_label, shown, upgrade
from pairing_desktop.formspec.remembering import Memo
from pairing_desktop.formspec.scope import Identity, Scope, Source, Stored
from pairing_desktop.formspec.values import NIL, NIL_WORD, Payload, Value

__all__ = ["Finding", "Lookup", "check", "waivable"]

BLANK = "空白"
UNNAMED = "这条记录"
"""What a record is called whose own name is blank."""


class Lookup(Protocol):
    """What rules may ask about other records. Services implement it; ``lookup.MemoryLookup`` is one ready to use."""

    def previous(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:
        """Return the same sheet one period earlier (for a quarterly form: same subject, period before ``period``)."""

    def year_ago(self, form_id: str, record_key: str, period: str, subject: str) -> Payload | None:
        """Return the same sheet a year earlier."""

    def records(self, form_id: str, **equal: object) -> Iterable[Payload]:
        """Return live records whose stored values equal the given ones (quarterly forms: of the quarter checked).

        The record being checked is among them, with its present values.
        """

    def target(self, form_id: str, key: str) -> Payload | None:
        """Return the record a reference points to."""

    def label(self, form_id: str, key: str) -> str:
        """Return a record's name as shown, "" if there is none."""


class Whose(TypedDict):
    """Which record is checked, and when."""

    record_key: str
    period: NotRequired[str]
    subject: NotRequired[str]
    label: NotRequired[str]
    today: NotRequired[date | None]


def waivable(form: Form, rule: str, path: str) -> bool:
    """Tell whether an error of a rule, a form's or a built-in one, may be sent all the same (特殊情况报送)."""
    own = next((each for each in form.rules if each.id == rule), None)
    return own.waivable if own else builtin.waivable(form, rule, path)


def check(form: Form, payload: Payload, lookup: Lookup, memo: Memo | None = None,
          **whose: Unpack[Whose]) -> list[Finding]:
    """Return all findings of one record: what every field must be, then the form's rules in their order.

    ``memo`` is one run's memory where many records of a form are checked for the same period and day.
    """
    checking = _Check(form, upgrade(form, payload), lookup, memo, whose)
    with localcontext(CONTEXT):
        for _ in checking.steps():
            pass
    return checking.found


def check_in_steps(form: Form, payload: Payload, lookup: Lookup, memo: Memo | None = None,
                   **whose: Unpack[Whose]) -> Generator[None, None, list[Finding]]:
    """Return what ``check`` returns, after many short steps: a sub-table of a thousand rows takes a fifth of a second.

    ``payload`` stays as it is until the last of them; a check that is not gone on with has found nothing.
    """
    checking = _Check(form, upgrade(form, payload), lookup, memo, whose)
    steps = checking.steps()
    while True:
        with localcontext(CONTEXT):  # only while it is at work: between two steps others reckon
            if next(steps, _END) is _END:
                return checking.found
        yield


_END = object()


class _Check:
    """One record under check; ``found`` is all that was found once its steps are through."""

    def __init__(self, form: Form, payload: Payload, lookup: Lookup, memo: Memo | None, whose: Whose) -> None:
        self.form = form
        self.payload = payload
        self.lookup = lookup
        self.identity = Identity(whose["record_key"], whose.get("period", ""), whose.get("subject", ""),
                                 whose.get("today"))
        self.memo = memo
        self.found: list[Finding] = []
        self._label = whose.get("label", "")
        self.scope = Scope(form, Stored(form.by_id, payload), lookup, self.identity)
        self.evaluate = evaluator(self.scope)

    def steps(self) -> Iterator[None]:
        """Find everything; yields after each row of a table and each rule."""
        if self.memo is not None:
            self.memo.begin(self.form, self.payload)
        found = self.found
        for one in builtin.Builtin(self.form, self.payload, self.scope, self.evaluate, self.memo).problems():
            if one is None:
                yield
            else:
                found.append(self._finding(
                    one.path, one.rule, one.level, message=one.message, left=one.left, right=one.right,
                    number=one.number, label=one.label))
        typed = {finding.path for finding in found if finding.rule == "typed"}
        for rule in self._broken_rules():
            yield
            if rule is None:
                continue
            if rule.rule.table:
                for finding in self._rows(rule):
                    if finding.path not in typed:
                        found.append(finding)
                    yield
            elif (path := rule.rule.at.partition(".")[0]) not in typed:
                found.append(self._once(rule, path, ""))

    def _broken_rules(self) -> Iterable[CompiledRule | None]:
        """Return the rules of a table, whose rows are asked, and the broken ones of the record, in the form's order.

        What was asked of the same values before is known from memory.
        """
        rules = self.form.program.rules
        if self.memo is not None:
            return self.memo.broken(rules, self.payload.get("values", {}), self._broken)
        return [rule for rule in rules if rule.rule.table or self._broken(rule)]

    def _finding(self, path: str, rule: str, level: Level, *, label: str, **rest: Any) -> Finding:  # noqa: ANN401
        who = self.identity
        bound = bool(who.key) and self.form.kind == "quarterly"
        return Finding(form=self.form.id, record=who.key, path=path, rule=rule, level=level,
                       waivable=waivable(self.form, rule, path), place=f"{cut(self.label)} · {label}",
                       period="" if bound else who.period, **rest)

    @property
    def label(self) -> str:
        """Return the record's name; worked out only when something was found."""
        if not self._label:
            who = self.identity
            self._label = record_label(
                self.form, self.payload, self.lookup.label, subject=who.subject, period=who.period)
        return self._label

    def _rows(self, compiled: CompiledRule) -> Iterable[Finding]:
        """Yield what a rule of a table finds, row by row."""
        table = compiled.rule.table
        for place in self._broken_rows(compiled):
            row = self.scope.rows(table)[place]
            self.scope.enter(table, row)
            try:
                named = row_name(self.form.by_id[table], row, place)
                yield self._once(compiled, self._row_path(compiled, place), named)
            finally:
                self.scope.leave()

    def _broken_rows(self, compiled: CompiledRule) -> list[int]:
        """Return the places of the rows that break a rule, from memory where nothing that it reads has changed."""
        def ask() -> list[int]:
            return [place for place, row in enumerate(self.scope.rows(table)) if self._broken_in(compiled, table, row)]

        table = compiled.rule.table
        if self.memo is None:
            return ask()
        return self.memo.again(f"rule {compiled.rule.id}",
                               lambda: (compiled.uses | {table}, (compiled.when, compiled.check)), ask)

    def _broken_in(self, compiled: CompiledRule, table: str, row: Source) -> bool:
        self.scope.enter(table, row)
        try:
            return self._broken(compiled)
        finally:
            self.scope.leave()

    def _broken(self, compiled: CompiledRule) -> bool:
        """Tell whether a rule applies and does not hold."""
        if compiled.when is not None and self.evaluate(compiled.when.tree) is not True:
            return False
        return self.evaluate(compiled.check.tree) is False

    def _row_path(self, compiled: CompiledRule, place: int) -> str:
        table, _, column = compiled.rule.at.partition(".")
        if table != compiled.rule.table:
            return table
        stored = self.payload["values"][table][place]
        return f"{table}/{stored['id']}/{column}" if column else table

    def _once(self, compiled: CompiledRule, path: str, row: str) -> Finding:
        rule = compiled.rule
        left, right = self._value(compiled.left), self._value(compiled.right)
        words = {
            "left": self._words(left, compiled.left, compiled.field),
            "right": self._words(right, compiled.right, compiled.field),
            "difference": _difference(left, right, compiled.field), "growth": _growth(left, right),
            "change": _change(left),
            "label": compiled.field.label.replace("\n", ""), "row": row,
        }
        field = self.form.by_id[rule.at.partition(".")[0]].label
        label = " · ".join(dict.fromkeys(part.replace("\n", "") for part in (field, row, compiled.field.label) if part))
        said = _Words({name: cut(text) for name, text in words.items()}, self._named)
        message = rule.message.format_map(said).replace(f"“{UNNAMED}”", UNNAMED)
        return self._finding(
            path, rule.id, rule.level, label=label, number=rule.number,
            left=words["left"], right=words["right"], difference=words["difference"],
            message=self._without_idle_units(message), remedy=rule.remedy)

    def _without_idle_units(self, text: str) -> str:
        """Return a message in which 无 is not followed by a unit: 营业收入 无，低于 2,000.00 万元."""
        if f"{NIL_WORD} " not in text:
            return text
        units = {re.escape(f.unit) for field in self.form.fields for f in (field, *field.columns) if f.unit}
        return re.sub(rf"{NIL_WORD} (?:{'|'.join(units)})(?=[，。；、）]|$)", NIL_WORD, text) if units else text

    def _value(self, expression: Expression | None) -> Any:  # noqa: ANN401
        return None if expression is None else self.evaluate(expression.tree)

    def _words(self, value: Any, expression: Expression | None, at: Field) -> str:  # noqa: ANN401
        return "" if expression is None else describe(value, expression.kind, at, self.lookup.label)

    def _named(self, name: str) -> str:
        """Return a field or column named in a message."""
        scope = self.scope
        column = scope.columns.get(name) if scope.row is not None else None
        field = column or self.form.by_id[name]
        source = scope.row if column is not None and scope.row is not None else scope.source
        if field.type == "table":
            return str(len(scope.rows(name)))
        qualifier = source.marks(name).get("qualifier", "")
        blank = UNNAMED if column is None and name == self.form.name else BLANK
        return cut(shown(field, source.value(name), self.lookup.label, qualifier=qualifier)) or blank


class _Words(dict[str, str]):
    """Words of a message; fields are looked up when named."""

    def __init__(self, words: Mapping[str, str], named: Callable[[str], str]) -> None:
        super().__init__(words)
        self._find = named

    def __missing__(self, name: str) -> str:
        return self._find(name)


def row_name(table: Field, row: Any, place: int) -> str:  # noqa: ANN401  # a Source
    """Return what a person calls a row: its first text or choice, else its number."""
    for column in table.columns:
        if column.type in ("text", "choice", "long_text"):
            named = column.converter.show(row.value(column.id))
            if named:
                return named[:20]
    return f"第{place + 1}行"


def describe(value: Any, kind: Kind, at: Field, label: Callable[[str, str], str]) -> str:  # noqa: ANN401
    """Return a value of a rule as its finding shows it: by its field, else like the field it is shown at."""
    if value is None:
        return BLANK
    if value is NIL:
        return str(NIL)
    if kind.field is not None and not kind.many:
        return shown(kind.field, value, label)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return str(len(value))
    return _figure(value, at) if is_number(value) else str(value)


def _figure(value: Value, at: Field) -> str:
    if isinstance(value, int):
        return str(value)
    decimal = at.type in ("decimal", "percent")
    places = at.scale if decimal else 2
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{exact:,.{places}f}"
    return text if decimal or "." not in text else text.rstrip("0").rstrip(".")


def _difference(left: Any, right: Any, at: Field) -> str:  # noqa: ANN401
    first, second = number(left), number(right)
    if first is not None and second is not None:
        return _figure(abs(first - second), at)
    if isinstance(left, date) and isinstance(right, date):
        return f"{abs((left - right).days)} 天"
    return ""


def _growth(now: Any, base: Any) -> str:  # noqa: ANN401
    """Return by how many percent a figure rose or fell, "" where there is no such figure."""
    return _change(growth(now, base))


def _change(percent: Any) -> str:  # noqa: ANN401
    """Return a figure that is a growth in words (增长 25.49%, 下降 60.00%), "" where it is none."""
    found = number(percent)
    return "" if found is None else f"{'增长' if found >= 0 else '下降'} {abs(found):,.2f}%"

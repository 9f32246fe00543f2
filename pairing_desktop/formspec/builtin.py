"""Checks that every form has without saying so: understood, given, within limits, printable, computed right."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from msgspec import Struct

from pairing_desktop.formspec.computing import final
from pairing_desktop.formspec.coverage import kind_of, missing_glyphs
from pairing_desktop.formspec.definition import Field, Form, Level
from pairing_desktop.formspec.fieldtypes.interface import said
from pairing_desktop.formspec.natures import held, mixed
from pairing_desktop.formspec.program import Computation
from pairing_desktop.formspec.remembering import Memo, Reading
from pairing_desktop.formspec.scope import Scope, Source
from pairing_desktop.formspec.values import NotUnderstood, Payload, Value


class Fault(Struct, frozen=True):
    """What a built-in check found; ``rule`` is one of typed, required, limits, doubt, glyph, computed, nature."""

    path: str
    field: Field
    rule: str
    level: Level
    message: str
    label: str
    left: str = ""
    right: str = ""

    @property
    def number(self) -> str:
        """Return the number in the domain's table of rules: 1 is the credit code's."""
        return "1" if self.field.type == "credit_code" and self.rule in ("limits", "doubt") else ""


LIMITED = ("text", "long_text", "whole", "decimal", "percent")
"""Types whose limits are the form's: what goes beyond one may be true; no code or choice that is none ever is."""


def waivable(form: Form, rule: str, path: str) -> bool:
    """Tell whether what a built-in check forbids may be sent all the same: a true figure beyond a limit only."""
    return rule == "limits" and form.field(path).type in LIMITED


class Builtin:
    """The built-in checks of one record."""

    def __init__(self, form: Form, payload: Payload, scope: Scope, evaluate: Callable[[Any], Any],
                 memo: Memo | None = None) -> None:
        self.form = form
        self.payload = payload
        self.scope = scope
        self.evaluate = evaluate
        self.memo = memo

    def problems(self) -> Iterable[Fault | None]:
        """Yield everything wrong, in the form's order, computed figures last; None where one may pause."""
        yield from self._record(self.form.fields, self.payload, self.scope.source, table="", prefix="", label="")
        yield from self._computed()

    def _record(
        self, fields: Sequence[Field], stored: Payload, source: Source, *, table: str, prefix: str,
        label: str,
    ) -> Iterable[Fault | None]:
        """Yield what is wrong in the record (or a row: then with its table, path and name before each column's)."""
        values, raw, marks = stored.get("values", {}), stored.get("raw", {}), stored.get("marks", {})
        for field in fields:
            name = field.id
            if field.type == "table":
                yield from self._table(field, values.get(name, ()))
            elif name in raw:
                yield from self._raw(field, table + name, prefix + name, raw[name], label + field.plain_label)
            elif name in values:
                memo, column = self.memo, table + name
                if memo is None:
                    yield from self._stored(field, source, values[name], prefix, label)
                elif not memo.sound(column, values[name]):
                    found = list(self._stored(field, source, values[name], prefix, label))
                    if not found:
                        memo.keep_sound(column, values[name])
                    yield from found
            elif field.required and not field.compute:
                yield Fault(prefix + name, field, "required", "error", self._required(field), label + field.plain_label)
            if name in marks and "note" in marks[name]:
                yield from self._glyphs(field, prefix + name, marks[name]["note"], label + field.plain_label)

    def _table(self, table: Field, stored: Sequence[Payload]) -> Iterable[Fault | None]:
        if table.required and not stored:
            label = table.plain_label
            yield Fault(table.id, table, "required", "error", said("check.rows", label=label), label)
        for place, (row, source) in enumerate(zip(stored, self.scope.rows(table.id), strict=True), start=1):
            path, label = f"{table.id}/{row['id']}", f"{table.plain_label} · 第{place}行 · "
            yield from self._again(path, lambda: (frozenset([path]), ()), partial(  # noqa: B023  # called at once
                self._record, table.columns, row, source, table=f"{table.id}.", prefix=f"{path}/", label=label))
            yield None

    def _again(self, what: str, reads: Callable[[], Reading],
               ask: Callable[[], Iterable[Fault | None]]) -> Iterable[Fault | None]:
        """Return what is asked for, from memory where nothing that it reads has changed since it was asked before."""
        return ask() if self.memo is None else self.memo.again(what, reads, lambda: tuple(ask()))

    def _stored(self, field: Field, source: Source, stored: object, prefix: str, label: str) -> Iterable[Fault]:
        value = source.value(field.id)
        if value is None:
            yield Fault(prefix + field.id, field, "typed", "error", said("check.stored"), label + field.plain_label,
                        str(stored))
        else:
            yield from self._value(field, prefix, value, label)

    def _raw(self, field: Field, column: str, path: str, raw: str, label: str) -> Iterable[Fault]:
        why = self.memo.why(column, raw, lambda: self._why(field, raw)) if self.memo else self._why(field, raw)
        yield Fault(path, field, "typed", "error", why, label, raw)
        yield from self._glyphs(field, path, raw, label)

    def _value(self, field: Field, prefix: str, value: Value, label: str) -> Iterable[Fault]:
        converter = field.converter
        problem = converter.problem(value)
        if problem:
            yield Fault(prefix + field.id, field, "limits", "error", problem, label + field.plain_label,
                        converter.show(value))
        elif converter.doubts:
            doubt = converter.doubt(value)
            if doubt:
                yield Fault(prefix + field.id, field, "doubt", "query", doubt, label + field.plain_label,
                            converter.show(value))
        elif converter.written:
            text = converter.show(value)
            if missing_glyphs(text):
                yield from self._glyphs(field, prefix + field.id, text, label + field.plain_label)

    def _glyphs(self, field: Field, path: str, text: str, label: str) -> Iterable[Fault]:
        missing = missing_glyphs(text)
        if missing:
            shown = "、".join(f"{kind_of(c)}（U+{ord(c):04X}）" for c in missing[:5])
            yield Fault(path, field, "glyph", "error", said("check.glyph", characters=shown), label, missing)

    def _required(self, field: Field) -> str:
        """Say that a field must be filled; 无 is advised only where it says something, and names no record."""
        nil = field.converter.takes_nil and field is not self.form.by_id.get(self.form.name)
        return said("check.required_or_nil" if nil else "check.required")

    def _why(self, field: Field, raw: str) -> str:
        try:
            field.converter.parse(raw, period=self.scope.identity.period)
        except NotUnderstood as refused:
            return refused.message
        return said("check.again", text=raw)

    def _computed(self) -> Iterable[Fault | None]:
        """Yield computed figures that do not equal what is computed now: stored before something they read changed."""
        for one in self.form.program.computations:
            yield from self._again(f"computed {one.path}", partial(_read, one), partial(self._everywhere, one))
            yield None

    def _everywhere(self, one: Computation) -> Iterable[Fault]:
        table = one.table
        rows: Iterable[tuple[str, Source | None]] = [(one.path, None)]
        if table:
            stored = self.payload.get("values", {}).get(table, ())
            ids = [f"{table}/{row['id']}/{one.field.id}" for row in stored]
            rows = zip(ids, self.scope.rows(table), strict=True)
        for path, row in rows:
            if row is not None:
                self.scope.enter(table, row)
            try:
                yield from self._recomputed(one.field, path, row or self.scope.source, one)
            finally:
                self.scope.leave()

    def _recomputed(self, field: Field, path: str, source: Source, one: Computation) -> Iterable[Fault]:
        if one.guard is not None and self.evaluate(one.guard.tree) is not True:
            return
        now, kept = final(field, self.evaluate(one.expression.tree)), source.value(field.id)
        if now != kept:
            show = field.converter.show
            message = said("check.computed", kept=show(kept) or "空白", now=show(now) or "空白")
            yield Fault(path, field, "computed", "error", message, field.plain_label, show(kept), show(now))
        natures = mixed(one.expression.tree, held(self.scope)) if one.marked and kept is not None else []
        if natures:
            words = "、".join(natures)
            yield Fault(path, field, "nature", "error", said("check.nature", natures=words), field.plain_label, words)


def _read(one: Computation) -> Reading:
    """Return where it is found that a computed figure is not what it should be."""
    return one.uses | {one.path} | ({one.table} if one.table else set()), (one.guard, one.expression)

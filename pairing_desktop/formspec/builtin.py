"""Checks that every form has without saying so: understood, given, within limits, printable, computed right."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pairing_desktop.formspec.computing import final
from pairing_desktop.formspec.coverage import missing_glyphs
from pairing_desktop.formspec.definition import Field, Form, Level
from pairing_desktop.formspec.fieldtypes.interface import said
from pairing_desktop.formspec.scope import Scope, Source
from pairing_desktop.formspec.values import NotUnderstood, Payload, Value


@dataclass(frozen=True, slots=True)
class Fault:
    """What a built-in check found; ``rule`` is one of typed, required, limits, doubt, glyph, computed."""

    path: str
    field: Field
    rule: str
    level: Level
    message: str
    label: str
    left: str = ""
    right: str = ""


class Builtin:
    """The built-in checks of one record."""

    def __init__(self, form: Form, payload: Payload, scope: Scope, evaluate: Callable[[Any], Any]) -> None:
        self.form = form
        self.payload = payload
        self.scope = scope
        self.evaluate = evaluate

    def problems(self) -> Iterable[Fault]:
        """Yield everything wrong, in the form's order, computed figures last."""
        for field in self.form.fields:
            if field.type == "table":
                yield from self._table(field)
            else:
                yield from self._field(field, field.id, self.payload, self.scope.source, _plain(field.label))
        yield from self._computed()

    def _table(self, table: Field) -> Iterable[Fault]:
        stored = self.payload.get("values", {}).get(table.id, ())
        if table.required and not stored:
            yield Fault(table.id, table, "required", "error", said("check.rows", label=_plain(table.label)), table.label)
        for place, (row, source) in enumerate(zip(stored, self.scope.rows(table.id), strict=True), start=1):
            for column in table.columns:
                path = f"{table.id}/{row['id']}/{column.id}"
                label = f"{_plain(table.label)} · 第{place}行 · {_plain(column.label)}"
                yield from self._field(column, path, row, source, label)

    def _field(self, field: Field, path: str, stored: Payload, source: Source, label: str) -> Iterable[Fault]:
        raw = stored.get("raw", {}).get(field.id)
        note = stored.get("marks", {}).get(field.id, {}).get("note", "")
        if raw is not None:
            yield Fault(path, field, "typed", "error", self._why(field, raw), label, raw)
            yield from self._glyphs(field, path, raw, label)
            return
        kept, value = stored.get("values", {}).get(field.id), source.value(field.id)
        if kept is not None and value is None and kept != []:
            yield Fault(path, field, "typed", "error", said("check.stored"), label, str(kept))
        elif value is None:
            if field.required and not field.compute:
                yield Fault(path, field, "required", "error", said("check.required"), label)
        else:
            yield from self._value(field, path, value, label)
        if note:
            yield from self._glyphs(field, path, note, label)

    def _value(self, field: Field, path: str, value: Value, label: str) -> Iterable[Fault]:
        converter = field.converter
        problem = converter.problem(value)
        if problem:
            yield Fault(path, field, "limits", "error", problem, label, converter.show(value))
        doubt = "" if problem else converter.doubt(value)
        if doubt:
            yield Fault(path, field, "doubt", "query", doubt, label, converter.show(value))
        if field.type in ("text", "long_text"):
            yield from self._glyphs(field, path, str(value), label)
        elif field.type == "attachment":
            yield from self._glyphs(field, path, converter.show(value), label)

    def _glyphs(self, field: Field, path: str, text: str, label: str) -> Iterable[Fault]:
        missing = missing_glyphs(text)
        if missing:
            shown = "、".join(f"{c}（U+{ord(c):04X}）" for c in missing[:5])
            yield Fault(path, field, "glyph", "error", said("check.glyph", characters=shown), label, missing)

    def _why(self, field: Field, raw: str) -> str:
        try:
            field.converter.parse(raw, period=self.scope.identity.period)
        except NotUnderstood as refused:
            return refused.message
        return said("check.again", text=raw)

    def _computed(self) -> Iterable[Fault]:
        """Yield computed figures that do not equal what is computed now: stored before something they read changed."""
        for one in self.form.program.computations:
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

    def _recomputed(self, field: Field, path: str, source: Source, one: Any) -> Iterable[Fault]:  # noqa: ANN401
        if one.guard is not None and self.evaluate(one.guard.tree) is not True:
            return
        now, kept = final(field, self.evaluate(one.expression.tree)), source.value(field.id)
        if now != kept:
            show = field.converter.show
            message = said("check.computed", kept=show(kept) or "空白", now=show(now) or "空白")
            yield Fault(path, field, "computed", "error", message, _plain(field.label), show(kept), show(now))


def _plain(label: str) -> str:
    return label.replace("\n", "")



"""All expressions of one form, compiled once: computed fields in order of dependence, rules, the closing condition."""

import ast
import string
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from msgspec import Struct

from pairing_desktop.formspec.compiling import Refused, Report, Surroundings, compile_expression, guess
from pairing_desktop.formspec.definition import Field, Form, Rule
from pairing_desktop.formspec.expressions import Expression
from pairing_desktop.formspec.kinds import Base, of_field
from pairing_desktop.formspec.natures import declared, mixed
from pairing_desktop.formspec.scope import stand_in

TEMPLATE_NAMES = ("left", "right", "difference", "growth", "change", "label", "row")


class Computation(Struct, frozen=True):
    """A computed field or column: where, how, and when (always if there is no guard)."""

    path: str
    field: Field
    table: str
    expression: Expression
    guard: Expression | None
    marked: bool
    """Whether a figure it reads can be given another nature by its mark."""
    uses: frozenset[str]
    """Fields and columns of the own form that it reads."""


class CompiledRule(Struct, frozen=True):
    """A rule ready to evaluate; ``left`` and ``right`` are what its finding shows."""

    rule: Rule
    field: Field
    check: Expression
    when: Expression | None
    left: Expression | None
    right: Expression | None

    @property
    def uses(self) -> frozenset[str]:
        """Return the fields and columns of the own form that tell whether it is broken."""
        return self.check.uses | (self.when.uses if self.when else frozenset())


class Parts(Struct, frozen=True):
    """What a form's expressions compile to."""

    computations: tuple[Computation, ...]
    rules: tuple[CompiledRule, ...]
    closed: Expression | None


class Program:
    """A loaded form's expressions. Errors in them were told when the form was loaded."""

    def __init__(self, form: Form) -> None:
        def foreign(form_id: str, name: str) -> Field | None:
            kind = form.foreign.get(form_id, {}).get(name)
            return stand_in(name, kind) if kind else None

        around = Surroundings(form, foreign, form.foreign.__contains__, limits=form.limits)
        parts = build(form, around, _raise)
        self.computations = parts.computations
        self.rules = parts.rules
        self.closed = parts.closed


def _raise(where: str, code: str, **place: str) -> None:
    raise ValueError(f"form was not linted: {where}: {code} {place}")


def build(form: Form, around: Surroundings, report: Report) -> Parts:
    """Compile everything; ``report(where, code, **place)`` takes each problem and the rest goes on."""
    builder = _Builder(form, around, report)
    return Parts(
        tuple(builder.computations()),
        tuple(filter(None, (builder.rule(rule) for rule in form.rules))),
        builder.compile(form.closed, "closed", base="flag"),
    )


class _Builder:
    def __init__(self, form: Form, around: Surroundings, report: Report) -> None:
        self.form = form
        self.around = around
        self.report = report

    def compile(self, text: str, where: str, *, table: str = "", base: Base = "unknown") -> Expression | None:
        """Return a compiled expression, None for an empty or a refused one."""
        if not text:
            return None
        try:
            found = compile_expression(text, self.around, table=table)
        except Refused as refused:
            self.report(where, refused.code, text=text, **refused.place)
            return None
        if not found.kind.fits(base):
            self.report(where, "result", text=text, kind=found.kind.name)
            return None
        return found

    def computations(self) -> Iterable[Computation]:
        """Return the computed fields and columns, what they depend on first."""
        found = {one.path: one for one in self._unordered()}
        graph = {path: one.uses & found.keys() for path, one in found.items()}
        try:
            return [found[path] for path in TopologicalSorter(graph).static_order()]
        except CycleError as cycle:
            self.report("sections", "cycle", names=" → ".join(cycle.args[1]))
            return found.values()

    def _unordered(self) -> Iterable[Computation]:
        for field in self.form.fields:
            yield from self._computation(field, "")
            for column in field.columns:
                yield from self._computation(column, field.id)

    def _computation(self, field: Field, table: str) -> Iterable[Computation]:
        path = f"{table}.{field.id}" if table else field.id
        if not field.compute:
            return
        expression = self.compile(field.compute, path, table=table, base=of_field(field).base)
        guard = self.compile(field.compute_when, path, table=table, base="flag")
        natures = mixed(expression.tree, declared(self.form, table)) if expression else []
        if natures:
            self.report(path, "natures", text=field.compute, natures="、".join(natures))
        if expression and (guard or not field.compute_when):
            used = [self.form.field(name) for name in expression.uses]
            marked = any("nature" in (*one.marks, *(m for c in one.columns for m in c.marks)) for one in used)
            uses = expression.uses | (guard.uses if guard else frozenset())
            yield Computation(path, field, table, expression, guard, marked, uses)

    def rule(self, rule: Rule) -> CompiledRule | None:
        """Return the compiled rule, None if anything in it was refused."""
        where = f"rules.{rule.id}"
        table = rule.table
        if table and (table not in self.form.by_id or self.form.by_id[table].type != "table"):
            known = [field.id for field in self.form.tables]
            self.report(where, "table", name=table, guess=guess(table, known))
            return None
        field = self._at(rule, where)
        check = self.compile(rule.check, where, table=table, base="flag")
        when = self.compile(rule.when, where, table=table, base="flag")
        self._template(rule, where)
        if field is None or check is None or (rule.when and when is None):
            return None
        implied = _sides(rule.check)
        left = self.compile(rule.left or implied[0], where, table=table)
        right = self.compile(rule.right or implied[1], where, table=table)
        return CompiledRule(rule, field, check, when, left, right)

    def _at(self, rule: Rule, where: str) -> Field | None:
        try:
            field = self.form.field(rule.at)
        except KeyError:
            known = [f.id for f in self.form.fields] + [f"{t.id}.{c.id}" for t in self.form.tables for c in t.columns]
            self.report(where, "at", name=rule.at, guess=guess(rule.at, known))
            return None
        return field

    def _template(self, rule: Rule, where: str) -> None:
        columns = self.form.by_id[rule.table].column_by_id if rule.table else {}
        known = [*TEMPLATE_NAMES, *self.form.by_id, *columns]
        try:
            parts = [part for part in string.Formatter().parse(rule.message) if part[1] is not None]
            names = [str(name) for _, name, _, _ in parts]
        except ValueError:
            self.report(where, "template", text=rule.message)
            return
        if any(spec or conversion for _, _, spec, conversion in parts):
            self.report(where, "template", text=rule.message)
            return
        for name in names:
            if name not in known:
                self.report(where, "template_name", name=name, guess=guess(name, known))


def _sides(check: str) -> tuple[str, str]:
    """Return the two sides of a plain comparison as text; empty for anything else."""
    tree = ast.parse(check.strip(), mode="eval").body
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or isinstance(tree.ops[0], ast.In | ast.NotIn):
        return "", ""
    return ast.unparse(tree.left), ast.unparse(tree.comparators[0])

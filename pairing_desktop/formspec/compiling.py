"""From an expression's text to a tree with every name resolved, or to the problems in it.

Attributes and special functions become plain calls that ``scope.Scope`` answers::

    kpis.after                     → column_("kpis", "after")
    enterprise.revenue             → target_("enterprise", enterprise, "revenue")
    mountain.mountain26            → county_(mountain, "mountain26")
    rows(kpis, indicator="x").after → rows_("kpis", "after", indicator="x")
    records("park", pairing=key)   → records_("park", "", pairing=key)
    previous(land)                 → previous_("land")
    limit.growth                   → 50
"""

import ast
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from msgspec import Struct, field

from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.expressions import MAXIMUM_DEPTH, MAXIMUM_LENGTH, OPERATORS, Expression
from pairing_desktop.formspec.functions import FUNCTIONS, SPECIAL, Spec
from pairing_desktop.formspec.kinds import DATE, FLAG, NUMBER, TEXT, UNKNOWN, Kind, of_field
from pairing_desktop.formspec.mistyped import meant

Report = Callable[..., None]
"""``report(code, **place)`` takes one problem; codes are those of ``expression.*`` in the message catalogue."""

VARIABLES: Mapping[str, tuple[Kind, str]] = {
    "key": (TEXT, "本记录的编号"),
    "subject": (TEXT, "所属记录的编号；subject.字段 读所属记录"),
    "period": (TEXT, "报告期，如 2024Q2"),
    "quarter": (NUMBER, "季度，1 至 4"),
    "period_year": (NUMBER, "报告期的年份"),
    "period_start": (DATE, "报告期第一天"),
    "period_end": (DATE, "报告期最后一天"),
    "report_date": (DATE, "报告期最后一天"),
    "today": (DATE, "审核当天"),
}
COUNTY_MEMBERS: Mapping[str, Kind] = {
    "code": TEXT, "name": TEXT, "city": TEXT, "mountain26": FLAG, "left_list": TEXT,
}
_FLAGS = frozenset({"true", "false", "是", "否"})
_AS_FLAG = "；是否型字段直接写字段名，如 solved 表示是，not solved 表示否"
RECORD_MEMBERS = ("key", "subject", "period")
"""What records() may also filter by: a record's own data beside its fields."""


class Refused(Exception):  # noqa: N818  # carried to the reporter, never to a user
    """The expression is no use; ``code`` and ``place`` say why."""

    def __init__(self, code: str, **place: str) -> None:
        super().__init__(code)
        self.code = code
        self.place = place


def guess(word: str, words: Iterable[str]) -> str:
    """Return the known word most like an unknown one, "" if none is near."""
    return next(iter(difflib.get_close_matches(word, list(words), n=1, cutoff=0.5)), "")


def type_word(field: Field) -> str:
    """Return a field's type as ``Form.foreign`` keeps it: the type, and the target of a reference."""
    return f"{field.type}:{field.form}" if field.type == "reference" else field.type


class Surroundings(Struct):
    """What the names of one form's expressions may mean."""

    form: Form
    foreign: Callable[[str, str], Field | None]
    """(form id, field id) → a field of another form."""
    has_form: Callable[[str], bool]
    form_names: Callable[[], Iterable[str]] = tuple
    limits: Mapping[str, str] = field(default_factory=dict)
    foreign_names: Callable[[str], Iterable[str]] = lambda _form: ()
    """Form id → the ids of its fields, to say which one was meant."""
    used_limits: set[str] = field(default_factory=set)
    used_foreign: dict[str, dict[str, str]] = field(default_factory=dict)


def compile_expression(text: str, around: Surroundings, *, table: str = "") -> Expression:
    """Return the compiled expression; raise ``Refused``. ``table``: its columns are seen before the fields."""
    if len(text) > MAXIMUM_LENGTH:
        raise Refused("long", limit=str(MAXIMUM_LENGTH))
    try:
        parsed = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refused("syntax", guess=meant(text)) from None
    compiler = _Compiler(around, table)
    tree, kind = compiler.visit(parsed)
    return Expression(text, tree, kind, frozenset(compiler.uses))


class _Compiler:
    """Walks one parsed expression; every visit returns the resolved node and its kind."""

    def __init__(self, around: Surroundings, table: str) -> None:
        self.around = around
        self.fields = around.form.by_id
        self.table = table
        self.columns = self.fields[table].column_by_id if table else {}
        self.uses: set[str] = set()
        self.depth = 0

    def visit(self, node: ast.expr) -> tuple[ast.expr, Kind]:
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is None or self.depth >= MAXIMUM_DEPTH:
            raise Refused("syntax")
        self.depth += 1
        result: tuple[ast.expr, Kind] = handler(node)
        self.depth -= 1
        return result

    def wanted(self, node: ast.expr, base: str) -> ast.expr:
        """Visit a node that must be of a base kind."""
        tree, kind = self.visit(node)
        if not kind.fits(base):
            raise Refused("kind", part=ast.unparse(node), kind=kind.name, wanted=Kind(base).name)  # type: ignore[arg-type]
        return tree

    # Names and constants

    def _constant(self, node: ast.Constant) -> tuple[ast.expr, Kind]:
        value = node.value
        if isinstance(value, bool):
            return node, FLAG
        if isinstance(value, int):
            return node, NUMBER
        if isinstance(value, float):
            return ast.Constant(Decimal(repr(value))), NUMBER  # type: ignore[arg-type]  # our evaluator takes any value
        if isinstance(value, str):
            return node, TEXT
        raise Refused("syntax")

    def _name(self, node: ast.Name) -> tuple[ast.expr, Kind]:
        name = node.id
        if name in self.columns:
            self.uses.add(f"{self.table}.{name}")
            return node, of_field(self.columns[name])
        if name in self.fields:
            self.uses.add(name)
            return node, of_field(self.fields[name])
        if name == "subject" and not self.around.form.subject:
            raise Refused("no_subject")
        if name in VARIABLES:
            return node, VARIABLES[name][0]
        near = _AS_FLAG if name in _FLAGS else guess(name, [*self.columns, *self.fields, *VARIABLES])
        raise Refused("name", name=name, guess=near)

    def _tuple(self, node: ast.Tuple) -> tuple[ast.expr, Kind]:
        parts = [self.visit(element) for element in node.elts]
        if not parts or len({kind.base for _, kind in parts}) > 1:
            raise Refused("list")
        return ast.Tuple([tree for tree, _ in parts], ast.Load()), Kind(parts[0][1].base, many=True)

    def _field_of(self, table: Field, name: str) -> Field:
        found = table.column_by_id.get(name)
        if found is None:
            raise Refused("name", name=f"{table.id}.{name}", guess=guess(name, table.column_by_id))
        return found

    def _foreign(self, form_id: str, name: str) -> Field:
        if not self.around.has_form(form_id):
            raise Refused("form", form=form_id, guess=guess(form_id, self.around.form_names()))
        found = self.around.foreign(form_id, name)
        if found is None:
            raise Refused("foreign", form=form_id, name=name, guess=guess(name, self.around.foreign_names(form_id)))
        if found.type == "table":
            raise Refused("kind", part=f"{form_id}.{name}", kind="表格", wanted="值")
        self.around.used_foreign.setdefault(form_id, {})[name] = type_word(found)
        return found

    def _attribute(self, node: ast.Attribute) -> tuple[ast.expr, Kind]:
        base, member = node.value, node.attr
        if isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id in ("rows", "records"):
            return self._filtered(base, member)
        if not isinstance(base, ast.Name):
            raise Refused("attribute", part=ast.unparse(node))
        name = base.id
        own = self.columns.get(name) or self.fields.get(name)
        if own is not None:
            return self._member(base, own, member)
        if name == "limit":
            return self._limit(member)
        if name == "subject" and self.around.form.subject:
            target = self.around.form.subject
            return _call("target_", _text(target), base, _text(member)), of_field(self._foreign(target, member))
        raise Refused("attribute", part=ast.unparse(node))

    def _member(self, base: ast.Name, own: Field, member: str) -> tuple[ast.expr, Kind]:
        if own.type == "table":
            column = self._field_of(own, member)
            self.uses.add(f"{own.id}.{member}")
            kind = of_field(column)
            return _call("column_", _text(own.id), _text(member)), Kind(kind.base, many=True, field=kind.field)
        tree, _ = self._name(base)
        if own.type == "reference":
            return _call("target_", _text(own.form), tree, _text(member)), of_field(self._foreign(own.form, member))
        if own.type == "county" and member in COUNTY_MEMBERS:
            return _call("county_", tree, _text(member)), COUNTY_MEMBERS[member]
        raise Refused("attribute", part=f"{own.id}.{member}")

    def _limit(self, name: str) -> tuple[ast.expr, Kind]:
        value = self.around.limits.get(name)
        if value is None:
            raise Refused("limit", name=name, guess=guess(name, self.around.limits))
        self.around.used_limits.add(name)
        return ast.Constant(Decimal(value)), NUMBER  # type: ignore[arg-type]  # as in _constant

    # Operators

    def _binop(self, node: ast.BinOp) -> tuple[ast.expr, Kind]:
        if type(node.op) not in OPERATORS:
            raise Refused("syntax")
        if isinstance(node.op, ast.Add):
            (left, kind), (right, other) = self.visit(node.left), self.visit(node.right)
            if kind.fits("text") and other.fits("text"):
                return _call("joined_", left, right), TEXT
        return ast.BinOp(self.wanted(node.left, "number"), node.op, self.wanted(node.right, "number")), NUMBER

    def _unaryop(self, node: ast.UnaryOp) -> tuple[ast.expr, Kind]:
        if type(node.op) not in OPERATORS:
            raise Refused("syntax")
        base, kind = ("flag", FLAG) if isinstance(node.op, ast.Not) else ("number", NUMBER)
        return ast.UnaryOp(node.op, self.wanted(node.operand, base)), kind

    def _boolop(self, node: ast.BoolOp) -> tuple[ast.expr, Kind]:
        return ast.BoolOp(node.op, [self.wanted(part, "flag") for part in node.values]), FLAG

    def _ifexp(self, node: ast.IfExp) -> tuple[ast.expr, Kind]:
        test = self.wanted(node.test, "flag")
        (body, kind), (other, other_kind) = self.visit(node.body), self.visit(node.orelse)
        if kind.base != other_kind.base:
            raise Refused("kinds", left=kind.name, right=other_kind.name, part=ast.unparse(node))
        return ast.IfExp(test, body, other), kind

    def _compare(self, node: ast.Compare) -> tuple[ast.expr, Kind]:
        parts = [self.visit(part) for part in (node.left, *node.comparators)]
        for place, symbol in enumerate(node.ops):
            self._comparable(parts[place], symbol, parts[place + 1], node)
        return ast.Compare(parts[0][0], node.ops, [tree for tree, _ in parts[1:]]), FLAG

    def _comparable(
        self, left: tuple[ast.expr, Kind], symbol: ast.cmpop, right: tuple[ast.expr, Kind], node: ast.Compare,
    ) -> None:
        a, b = left[1], right[1]
        if type(symbol) not in OPERATORS:
            raise Refused("syntax")
        if isinstance(symbol, ast.In | ast.NotIn):
            fits = (b.base == "codes" and a.fits("text")) or (b.many and a.base == b.base and not a.many)
        else:
            equal = isinstance(symbol, ast.Eq | ast.NotEq)
            fits = a.base == b.base and not a.many and not b.many
            fits = fits and (equal or a.base in ("number", "date", "text"))
        if not fits:
            raise Refused("kinds", left=a.name, right=b.name, part=ast.unparse(node))
        for kind, other in ((a, right[0]), (b, left[0])):
            self._known_codes(kind, other)

    def _known_codes(self, kind: Kind, other: ast.expr) -> None:
        """Refuse a comparison of a choice with a code it does not have."""
        if kind.field is None or kind.field.type not in ("choice", "choices") or kind.field.choices_from:
            return
        known = [choice.code for choice in kind.field.choices]
        constants = other.elts if isinstance(other, ast.Tuple) else [other]
        for constant in constants:
            value = constant.value if isinstance(constant, ast.Constant) else None
            if known and isinstance(value, str) and value not in known:
                raise Refused("code", choice=value, field=kind.field.id, guess=guess(value, known))

    # Calls

    def _call(self, node: ast.Call) -> tuple[ast.expr, Kind]:
        if not isinstance(node.func, ast.Name):
            raise Refused("syntax")
        name = node.func.id
        if name in ("rows", "records"):
            return self._filtered(node, "")
        if name == "rank":
            return self._rank(node)
        if name in SPECIAL:
            return self._earlier(name, node)
        spec = FUNCTIONS.get(name)
        if spec is None:
            raise Refused("function", name=name, guess=guess(name, [*FUNCTIONS, *SPECIAL]))
        return self._plain(name, spec, node)

    def _plain(self, name: str, spec: Spec, node: ast.Call) -> tuple[ast.expr, Kind]:
        most = 99 if spec.repeats else len(spec.takes)
        if node.keywords or not spec.least <= len(node.args) <= most:
            raise Refused("arguments", name=name)
        trees, first = [], UNKNOWN
        for place, argument in enumerate(node.args):
            tree, kind = self.visit(argument)
            base = spec.takes[min(place, len(spec.takes) - 1)]
            if not (kind.one() if spec.column else kind).fits(base):
                raise Refused("kind", part=ast.unparse(argument), kind=kind.name, wanted=Kind(base).name)
            first = kind if place == 0 else first
            trees.append(tree)
        if name == "match" and not _is_pattern(trees[1]):
            raise Refused("pattern")
        return _call(name, *trees), self._given(name, spec, first)

    @staticmethod
    def _given(name: str, spec: Spec, first: Kind) -> Kind:
        if spec.gives != "same":
            return Kind(spec.gives)  # type: ignore[arg-type]  # the other words of Spec.gives are bases
        return first if name == "distinct" else first.one()

    def _rank(self, node: ast.Call) -> tuple[ast.expr, Kind]:
        tree, kind = self.visit(node.args[0]) if len(node.args) == 1 and not node.keywords else (node, UNKNOWN)
        own = (*self.fields.values(), *self.columns.values())
        if kind.field is None or not kind.field.choices or kind.many or not any(kind.field is f for f in own):
            raise Refused("arguments", name="rank")
        codes = ast.Tuple([_text(choice.code) for choice in kind.field.choices], ast.Load())
        return _call("rank_", tree, codes), NUMBER

    def _earlier(self, name: str, node: ast.Call) -> tuple[ast.expr, Kind]:
        if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.Name):
            raise Refused("arguments", name=name)
        field_id = node.args[0].id
        own = self.fields.get(field_id)
        if own is None:
            raise Refused("name", name=field_id, guess=guess(field_id, self.fields))
        if own.type == "table" or (name == "this_quarter" and not own.is_number):
            raise Refused("kind", part=field_id, kind=of_field(own).name, wanted="数字")
        if name == "this_quarter":
            self.uses.add(field_id)
        return _call(f"{name}_", _text(field_id)), of_field(own)

    def _filtered(self, node: ast.Call, member: str) -> tuple[ast.expr, Kind]:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        source, find = self._records(node, member) if name == "records" else self._rows(node, member)
        keywords = []
        for keyword in node.keywords:
            if keyword.arg is None:
                raise Refused("arguments", name=name)
            tree, kind = self.visit(keyword.value)
            if name == "rows" or keyword.arg not in RECORD_MEMBERS:
                wanted = of_field(find(keyword.arg))
                any_of = name == "rows" and isinstance(keyword.value, ast.Tuple)
                if not (kind.one() if any_of else kind).fits(wanted.base):
                    raise Refused("kinds", left=wanted.name, right=kind.name, part=keyword.arg)
                self._known_codes(wanted, tree)
            keywords.append(ast.keyword(keyword.arg, tree))
        kind = Kind("flag", many=True)
        if member:
            of = of_field(find(member))
            kind = Kind(of.base, many=True, field=of.field)
        call = _call(f"{name}_", _text(source), _text(member))
        call.keywords = keywords
        return call, kind

    def _records(self, node: ast.Call, member: str) -> tuple[str, Callable[[str], Field]]:  # noqa: ARG002
        first = node.args[0] if len(node.args) == 1 else None
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            raise Refused("arguments", name="records")
        form_id = first.value
        if not self.around.has_form(form_id):
            raise Refused("form", form=form_id, guess=guess(form_id, self.around.form_names()))
        self.around.used_foreign.setdefault(form_id, {})
        return form_id, lambda name: self._foreign(form_id, name)

    def _rows(self, node: ast.Call, member: str) -> tuple[str, Callable[[str], Field]]:
        first = node.args[0] if len(node.args) == 1 else None
        table = self.fields.get(first.id) if isinstance(first, ast.Name) else None
        if table is None or table.type != "table":
            raise Refused("arguments", name="rows")
        self.uses.update(f"{table.id}.{k.arg}" for k in node.keywords)
        self.uses.add(f"{table.id}.{member}" if member else table.id)
        return table.id, lambda name: self._field_of(table, name)


def _is_pattern(tree: ast.expr) -> bool:
    if not isinstance(tree, ast.Constant) or not isinstance(tree.value, str):
        return False
    try:
        re.compile(tree.value)
    except re.error:
        return False
    return True


def _text(value: str) -> ast.expr:
    return ast.Constant(value)


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])

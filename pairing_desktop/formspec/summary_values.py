"""Computed sheets evaluated over a quarter's records: every figure with the records behind it.

Needs nothing but the records themselves, so that a packet's sheets can be worked out again from its data alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.expressions import Evaluate, Expression, evaluator
from pairing_desktop.formspec.functions import CONTEXT, is_number
from pairing_desktop.formspec.inheritance import ABOUT, inherited
from pairing_desktop.formspec.lookup import Known, MemoryLookup
from pairing_desktop.formspec.natures import ACTUAL
from pairing_desktop.formspec.scope import Identity, Scope, Source, Stored
from pairing_desktop.formspec.summary import Item
from pairing_desktop.formspec.summary_compiling import BlockCode, ColumnCode, Counted, SheetCode, Sheets
from pairing_desktop.formspec.summary_shown import Align, Behind, Computed, Head, Line, Part, Shown
from pairing_desktop.formspec.values import NIL, Value, with_qualifier

__all__ = ["Behind", "Computed", "Head", "Line", "Part", "Records", "Shown", "compute"]

DASH = "—"
LABEL_COLUMNS = (("指标名称", 0), ("计量单位", 18), ("代码", 12), ("数据性质", 20))


class Records:
    """A quarter's records as sheets read them: registers and events whole, sheets of the quarter (or its year)."""

    def __init__(self, known: Iterable[Known], sheets: Sheets, quarter: str) -> None:
        self.quarter = quarter
        self.forms = sheets.forms
        self._of: dict[str, list[Known]] = {}
        found = list(known)
        for record in found:
            if record.period in ("", quarter, quarter[:4]):
                self._of.setdefault(record.form, []).append(record)
        self.lookup = MemoryLookup(found, period=quarter)
        self._scopes: dict[str, tuple[Scope, Evaluate]] = {}
        self._hits: dict[tuple[str, str, str], list[tuple[Known, Source | None]]] = {}

    def of(self, form: str) -> Sequence[Known]:
        """Return a form's records."""
        return self._of.get(form, ())

    def scope(self, record: Known) -> tuple[Scope, Evaluate]:
        """Return a record's scope, made once."""
        if record.key not in self._scopes:
            form = self.forms[record.form]
            who = Identity(record.key, self.quarter, record.subject)
            scope = Scope(form, Stored(form.by_id, record.payload), self.lookup, who)
            self._scopes[record.key] = scope, evaluator(scope)
        return self._scopes[record.key]

    def lines(self, form: str, table: str, where: Expression | None) -> Iterator["At"]:
        """Yield the records, or rows of their table, where an expression holds; asked again, it is not tried again."""
        asked = (form, table, where.source if where else "")
        if asked not in self._hits:
            self._hits[asked] = list(self._found(form, table, where))
        for record, row in self._hits[asked]:
            scope, evaluate = self.scope(record)
            if row is None:
                yield At(record, scope, evaluate)
                continue
            scope.enter(table, row)
            try:
                yield At(record, scope, evaluate, table, row)
            finally:
                scope.leave()

    def _found(self, form: str, table: str, where: Expression | None) -> Iterator[tuple[Known, Source | None]]:
        for record in self.of(form):
            scope, evaluate = self.scope(record)
            if not table:
                if where is None or evaluate(where.tree) is True:
                    yield record, None
                continue
            for row in scope.rows(table):
                scope.enter(table, row)
                if where is None or evaluate(where.tree) is True:
                    yield record, row
            scope.leave()


@dataclass(frozen=True, slots=True)
class At:
    """Where an expression is evaluated: a record, or a row of it (only while its iteration stands there)."""

    record: Known
    scope: Scope
    evaluate: Evaluate
    table: str = ""
    row: Source | None = None

    @property
    def row_id(self) -> str:
        """Return the row's id, "" for a record."""
        return str(self.row.payload.get("id", "")) if isinstance(self.row, Stored) else ""

    def behind(self, text: str, uses: Iterable[str] = ()) -> Behind:
        """Return this place as something to go to; ``uses`` names the field there."""
        column = next((u.partition(".")[2] for u in sorted(uses) if u.startswith(f"{self.table}.")), "")
        own = next((u for u in sorted(uses) if "." not in u), "")
        path = "/".join(p for p in (self.table, self.row_id, column) if p) if self.table and column else own
        return Behind(self.record.form, self.record.key, self.record.label, path, text)

    def natures(self, expression: Expression) -> set[str]:
        """Return the natures of the figures that an expression reads here."""
        found = set()
        for name in expression.uses:
            one = self.scope.form.field(name)
            table, _, column = name.partition(".")
            source = self.row if column and table == self.table else self.scope.source
            if one.is_number and source is not None and source.value(one.id) is not None:
                found.add(source.marks(one.id).get("nature") or one.nature or ACTUAL)
        return found


def compute(code: SheetCode, records: Records) -> Computed:
    """Work a sheet out."""
    with localcontext(CONTEXT):
        parts = tuple(_part(block, records) for block in code.blocks)
    remarks = [text for part in parts for text in _left_out(part)]
    return Computed(code.sheet, parts, tuple(dict.fromkeys(remarks)))


def _left_out(part: Part) -> Iterator[str]:
    """Yield what was not added up, in words."""
    for line in part.lines:
        for head, shown in zip(part.heads, line.cells, strict=False):
            if shown.left_out:
                name = line.cells[0].text if part.statistical else f"{line.cells[0].text}“{head.title}”"
                texts = "、".join(f"{b.label} {b.text}" for b in shown.left_out[:5])
                yield f"{name}：另有 {len(shown.left_out)} 项性质不同，未计入（{texts}）"


def _part(code: BlockCode, records: Records) -> Part:
    block = code.block
    if block.items:
        heads = tuple(Head(title, title, width=width, align="left" if not width else "centre")
                      for title, width in LABEL_COLUMNS)
        own = tuple(Head(c.id, c.title, c.unit, c.width, "right") for c in block.columns)
        lines = tuple(_item_lines(code, records))
        funnel = tuple(_funnel(code, lines)) if block.picture == "funnel" else ()
        return Part(block.id, block.title, heads + own, lines, block.empty, statistical=True, funnel=funnel)
    heads = tuple(Head(c.column.id, c.column.title, c.column.unit, c.column.width, _side(c)) for c in code.columns)
    lines = tuple(_lines(code, records))
    return Part(block.id, block.title, heads, lines, block.empty)


# Fixed items


def _item_lines(code: BlockCode, records: Records) -> Iterator[Line]:
    for number, (item, figures) in enumerate(code.items, start=1):
        if item.group:
            yield Line(f"{number:02}g", "group", (Shown(item.group),))
        by_column: dict[str, Shown] = {}
        for column, counted in figures:
            by_column[column] = drawn(counted, records, _format(item, counted))
        values = tuple(by_column.get(c.id, Shown(DASH, align="right")) for c in code.block.columns)
        label = f"其中：{item.label}" if item.indent and not item.label.startswith("其中") else item.label
        counts = all(counted.value is None or counted.distinct for _, counted in figures)
        words = (Shown(label, indent=item.indent), Shown(item.unit, align="centre"),
                 Shown(f"{number:02}", align="centre"),
                 Shown(item.nature or (DASH if counts else ACTUAL), align="centre"))
        yield Line(f"{number:02}", "plain", words + values)


def _format(item: Item, counted: Counted) -> Field:
    whole = counted.value is None or counted.distinct
    return figure_field(item.label, item.unit, -1 if whole else item.scale)


@lru_cache(maxsize=256)
def figure_field(label: str, unit: str, scale: int) -> Field:
    """Return a field that formats figures with so many decimals, whole ones below 0."""
    if scale < 0:
        return Field(id="figure", label=label, type="whole", unit=unit)
    return Field(id="figure", label=label, type="decimal", unit=unit, scale=scale)


def _funnel(code: BlockCode, lines: Sequence[Line]) -> Iterator[tuple[str, int]]:
    plain = [line for line in lines if line.kind == "plain"]
    for (item, _), line in zip(code.items, plain, strict=True):
        held = line.cells[-1].held
        if not item.indent and isinstance(held, int):
            yield item.label, held


def drawn(counted: Counted, records: Records, format_: Field) -> Shown:
    """Return a figure drawn from records."""
    if counted.value is None:
        found = [at.behind("") for at in records.lines(counted.form, counted.table, counted.where)]
        return _figure(len(found), "", format_, found)
    if counted.distinct:
        apart: dict[Any, Behind] = {}
        for at in records.lines(counted.form, counted.table, counted.where):
            value = at.evaluate(counted.value.tree)
            if value is not None and value is not NIL:
                apart.setdefault(value, at.behind(str(value), counted.value.uses))
        return _figure(len(apart), "", format_, list(apart.values()))
    return _sum(counted, counted.value, records, format_)


def _sum(counted: Counted, expression: Expression, records: Records, format_: Field) -> Shown:
    total: Any = None
    words: set[str] = set()
    taken: list[Behind] = []
    others: list[Behind] = []
    for at in records.lines(counted.form, counted.table, counted.where):
        value = at.evaluate(expression.tree)
        if value is None:
            continue
        value = 0 if value is NIL else value
        word = inherited(expression.tree, at.scope, at.evaluate)
        behind = at.behind(with_qualifier(format_.converter.print(value), word), expression.uses)
        if at.natures(expression) - {counted.nature}:
            others.append(behind)
            continue
        total = value if total is None else total + value
        words |= {word} - {""}
        taken.append(behind)
    word = words.pop() if len(words) == 1 else ABOUT if words else ""
    return _figure(total, word, format_, taken, others)


def _figure(value: Any, word: str, format_: Field, behind: Sequence[Behind],  # noqa: ANN401  # a figure or None
            left_out: Sequence[Behind] = ()) -> Shown:
    if value is None:
        return Shown(DASH, align="right", figure=True, left_out=tuple(left_out))
    value = value if format_.type == "whole" else _rounded(Decimal(value), format_.scale)
    held, number_format = format_.converter.to_cell(value)
    text = with_qualifier(format_.converter.print(value), word)
    return Shown(text, held, number_format, "right", word, figure=True, behind=tuple(behind), left_out=tuple(left_out))


def _rounded(value: Decimal, scale: int) -> Decimal:
    """Round what has more decimals than are shown; sums and rates of exact figures have none or are rounded."""
    exponent = value.as_tuple().exponent
    return value if not isinstance(exponent, int) or -exponent <= scale else CONTEXT.quantize(
        value, Decimal(1).scaleb(-scale))


# A line for each record


def _side(code: ColumnCode) -> Align:
    if code.field.is_number:
        return "right"
    return "left"


@dataclass
class _Row:
    """One line being made: figures by column, for computed columns and the total."""

    id: str
    cells: dict[str, Shown]
    figures: dict[str, tuple[Any, str, str]]  # value, qualifier, nature


def _lines(code: BlockCode, records: Records) -> Iterator[Line]:
    block = code.block
    rows = []
    for at in records.lines(block.form, block.table, code.where):
        row = _Row("/".join(p for p in (at.record.key, at.row_id) if p), {}, {})
        for column in code.columns:
            if column.column.measure:
                _measured(column, code, at, records, row)
            elif column.value is not None:
                row.cells[column.column.id] = _value(column, column.value, at, records, row)
        _computed(code, row, Behind(at.record.form, at.record.key, at.record.label))
        rows.append(row)
    for row in rows:
        yield Line(row.id, "plain", tuple(row.cells.get(c.column.id, Shown(DASH)) for c in code.columns))
    if block.total and rows:
        yield _total(code, rows)


def _value(column: ColumnCode, expression: Expression, at: At, records: Records, row: _Row) -> Shown:
    side = _side(column)
    if column.when is not None and at.evaluate(column.when.tree) is not True:
        return Shown(DASH, align=side, figure=column.field.is_number)
    value: Value = at.evaluate(expression.tree)
    if value is None:
        return Shown(DASH, align=side, figure=column.field.is_number)
    if value is NIL:
        return Shown(str(NIL), align=side, figure=column.field.is_number, behind=(at.behind("无", expression.uses),))
    if is_number(value):
        return _number(column, value, expression, at, row)
    source = expression.kind.field
    if source is not None and source.type == "reference" and isinstance(value, str):
        text = records.lookup.label(source.form, value) or value
    else:
        text = source.converter.print(value) if source is not None and not expression.kind.many else str(value)
    return Shown(text, align=side)


def _number(column: ColumnCode, value: Any, expression: Expression, at: At, row: _Row) -> Shown:  # noqa: ANN401
    word = inherited(expression.tree, at.scope, at.evaluate)
    natures = at.natures(expression) - {column.column.nature or ACTUAL}
    nature = next(iter(natures), column.column.nature or ACTUAL)
    row.figures[column.column.id] = value, word, nature
    source = expression.kind.field
    whole = source is not None and source.type == "whole"
    format_ = figure_field(column.column.title, column.column.unit, -1) if whole else column.field
    shown = _figure(value, word, format_, [])
    text = f"{shown.text}（{nature}）" if natures else shown.text
    return Shown(text, shown.held if text == shown.text else None, shown.number_format, "right", word, figure=True,
                 behind=(at.behind(text, expression.uses),))


def _measured(column: ColumnCode, code: BlockCode, at: At, records: Records, row: _Row) -> None:
    """Put what is recorded beside a target, or how it was counted."""
    name = column.column.id
    found = next((m for m in code.measures if at.evaluate(m.when.tree) is True), None)
    if column.column.measure == "label":
        row.cells[name] = Shown(found.label if found else "没有对应口径，请自行说明")
        return
    if found is None:
        row.cells[name] = Shown(DASH, align="right", figure=True)
        return
    held = at.row
    whole = found.counted.value is None or found.counted.distinct
    shown = drawn(found.counted, records, figure_field("", "", -1) if whole else column.field)
    if held is not None:  # drawing may have stood in other rows of this very record
        at.scope.enter(at.table, held)
    row.cells[name] = shown
    if shown.held is not None:
        row.figures[name] = shown.held, shown.qualifier, ACTUAL


class _Figures:
    """A line's figures as a source of values: what computed columns read."""

    def __init__(self, figures: Mapping[str, tuple[Any, str, str]]) -> None:
        self.figures = figures

    def value(self, field_id: str) -> Value:
        """Return a column's figure."""
        found: Value = self.figures.get(field_id, (None, "", ""))[0]
        return found

    def rows(self, _table: str) -> Sequence[Source]:
        """Return nothing: a line has no table."""
        return ()

    def marks(self, field_id: str) -> Mapping[str, str]:
        """Return a figure's qualifier."""
        return {"qualifier": self.figures.get(field_id, (None, "", ""))[1]}


def _computed(code: BlockCode, row: _Row, own: Behind) -> None:
    scope = Scope(code.figures, _Figures(row.figures), MemoryLookup(), Identity())
    evaluate = evaluator(scope)
    for column in code.columns:
        if column.compute is None:
            continue
        value = evaluate(column.compute.tree)
        word = inherited(column.compute.tree, scope, evaluate) if value is not None else ""
        behind = [b for name in sorted(column.compute.uses) for b in row.cells.get(name, Shown("")).behind]
        row.cells[column.column.id] = _figure(value, word, column.field, list(dict.fromkeys(behind)) or [own])
        if value is not None:
            row.figures[column.column.id] = value, word, column.column.nature or ACTUAL


def _total(code: BlockCode, rows: Sequence[_Row]) -> Line:
    total = _Row("total", {}, {})
    for column in code.columns:
        if column.column.total:
            _add_up(column, rows, total)
    _computed(code, total, Behind("", "", ""))
    first = code.columns[0].column.id
    total.cells[first] = Shown(code.block.total)
    cells = tuple(total.cells.get(c.column.id, Shown(DASH, align=_side(c))) for c in code.columns)
    return Line("total", "total", cells)


def _add_up(column: ColumnCode, rows: Sequence[_Row], total: _Row) -> None:
    name, nature = column.column.id, column.column.nature or ACTUAL
    held = [(row.figures[name], row.cells[name]) for row in rows if name in row.figures]
    good = [(figure, cell) for figure, cell in held if figure[2] == nature]
    others = [b for figure, cell in held if figure[2] != nature for b in cell.behind]
    behind = [b for _, cell in good for b in cell.behind]
    words = {figure[1] for figure, _ in good} - {""}
    word = words.pop() if len(words) == 1 else ABOUT if words else ""
    value = sum((figure[0] for figure, _ in good), start=0) if good else None
    whole = bool(good) and all(isinstance(figure[0], int) for figure, _ in good)
    format_ = figure_field(column.column.title, column.column.unit, -1) if whole else column.field
    total.cells[name] = _figure(value, word, format_, behind, others)
    if value is not None:
        total.figures[name] = value, word, nature


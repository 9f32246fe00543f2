"""The lines of a block that has one for each record: values, what a target is compared with, what follows, total."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.formspec.expressions import Expression, evaluator
from pairing_desktop.formspec.functions import is_number
from pairing_desktop.formspec.inheritance import ABOUT, inherited
from pairing_desktop.formspec.lookup import MemoryLookup
from pairing_desktop.formspec.natures import ACTUAL
from pairing_desktop.formspec.scope import Identity, Scope, Source
from pairing_desktop.formspec.summary import NO_MEASURE
from pairing_desktop.formspec.summary_compiling import BlockCode, ColumnCode, Compared
from pairing_desktop.formspec.summary_figures import DASH, NOT_FILLED, drawn, figure, figure_field
from pairing_desktop.formspec.summary_records import At, Records
from pairing_desktop.formspec.summary_shown import Align, Behind, Line, Shown
from pairing_desktop.formspec.values import NIL, Value

ELSEWHERE = "这一行的数不按这一列的口径给出，看同一行的其他列；这里不用填。"


def side(code: ColumnCode) -> Align:
    """Return the side on which a column's cells stand."""
    if code.field.is_number:
        return "right"
    return "left"


class _Row(Struct):
    """One line being made: figures by column, for computed columns and the total."""

    id: str
    cells: dict[str, Shown]
    figures: dict[str, tuple[Any, str, str]]  # value, qualifier, nature


def lines(code: BlockCode, records: Records) -> Iterator[Line]:
    """Yield a line for each record, or row of its table, and the total."""
    block = code.block
    rows = []
    for at in records.lines(block.form, block.table, code.where):
        row = _Row("/".join(p for p in (at.record.key, at.row_id) if p), {}, {})
        for column in code.columns:
            if column.column.measure:
                _measured(column, code, at, records, row)
            elif column.value is not None:
                row.cells[column.column.id] = _value(column, column.value, at, records, row)
        _computed(code, row, [Behind(at.record.form, at.record.key, at.record.label)])
        rows.append(row)
    for row in rows:
        yield Line(row.id, "plain", tuple(row.cells.get(c.column.id, Shown(DASH)) for c in code.columns))
    if block.total and rows:
        yield _total(code, rows)


def _value(column: ColumnCode, expression: Expression, at: At, records: Records, row: _Row) -> Shown:
    at_side = side(column)
    if column.when is not None and at.evaluate(column.when.tree) is not True:
        return Shown(DASH, align=at_side, figure=column.field.is_number, why=ELSEWHERE)
    value: Value = at.evaluate(expression.tree)
    if value is None:
        return Shown(DASH, align=at_side, figure=column.field.is_number, lacking=(_lacks(at, expression),))
    if value is NIL:
        return Shown(str(NIL), align=at_side, figure=column.field.is_number, behind=(at.behind("无", expression.uses),))
    if is_number(value):
        return _number(column, value, expression, at, row)
    source = expression.kind.field
    if source is not None and source.type == "reference" and isinstance(value, str):
        text = records.lookup.label(source.form, value) or value
    else:
        text = source.converter.print(value) if source is not None and not expression.kind.many else str(value)
    return Shown(text, align=at_side)


def _lacks(at: At, expression: Expression) -> Behind:
    return at.behind(NOT_FILLED, expression.uses)


def _number(column: ColumnCode, value: Any, expression: Expression, at: At, row: _Row) -> Shown:  # noqa: ANN401
    word = inherited(expression.tree, at.scope, at.evaluate)
    natures = at.natures(expression) - {column.column.nature or ACTUAL}
    nature = next(iter(natures), column.column.nature or ACTUAL)
    row.figures[column.column.id] = value, word, nature
    source = expression.kind.field
    whole = source is not None and source.type == "whole"
    format_ = figure_field(column.column.title, column.column.unit, -1) if whole else column.field
    shown = figure(value, word, format_, [])
    text = f"{shown.text}（{nature}）" if natures else shown.text
    return Shown(text, shown.held if text == shown.text else None, shown.number_format, "right", word, figure=True,
                 behind=(at.behind(text, expression.uses),))


def _measured(column: ColumnCode, code: BlockCode, at: At, records: Records, row: _Row) -> None:
    """Put what is recorded beside a target, or how it was counted."""
    name = column.column.id
    found, how = _measure(code, at)
    if column.column.measure == "label":
        row.cells[name] = Shown(how)
        return
    if found is None:
        own = at.behind(how, code.measured_by.uses if code.measured_by is not None else ())
        row.cells[name] = Shown(DASH, align="right", figure=True, lacking=(own,))
        return
    held = at.row
    whole = found.counted.value is None or found.counted.distinct
    shown = drawn(found.counted, records, figure_field("", "", -1) if whole else column.field)
    if held is not None:  # drawing may have stood in other rows of this very record
        at.scope.enter(at.table, held)
    row.cells[name] = shown
    if shown.held is not None and not _strange_unit(code, found, at):
        row.figures[name] = shown.held, shown.qualifier, ACTUAL


def _measure(code: BlockCode, at: At) -> tuple[Compared | None, str]:
    """Return what a line is compared with, and how that is told: named in the line, else guessed by its words."""
    named = at.evaluate(code.measured_by.tree) if code.measured_by is not None else None
    if named == NO_MEASURE:
        return None, "不对照，由填报单位自行说明"
    found = next((m for m in code.measures if m.id == named), None)
    guessed = found is None
    if found is None:
        found = next((m for m in code.measures if m.when is not None and at.evaluate(m.when.tree) is True), None)
    if found is None:
        return None, "没有对应口径，请自行说明"
    other = _strange_unit(code, found, at)
    how = f"{found.label}（{found.units[0]}，与目标的“{other}”不同，不算完成率）" if other else found.label
    return found, f"{how}（程序推定）" if guessed else how


def _strange_unit(code: BlockCode, measure: Compared, at: At) -> str:
    """Return a line's unit where it is none that the measure is counted in, else ""."""
    unit = at.evaluate(code.measured_in.tree) if code.measured_in is not None else None
    return str(unit) if unit and measure.units and unit not in measure.units else ""


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


def _computed(code: BlockCode, row: _Row, own: Sequence[Behind]) -> None:
    """Put the computed columns; behind one of them stands what is behind those it reads, else the line's own."""
    scope = Scope(code.figures, _Figures(row.figures), MemoryLookup(), Identity())
    evaluate = evaluator(scope)
    for column in code.columns:
        if column.compute is None:
            continue
        value = evaluate(column.compute.tree)
        word = inherited(column.compute.tree, scope, evaluate) if value is not None else ""
        read = {c.column.title: row.cells.get(c.column.id, Shown("")) for c in code.columns
                if c.column.id in column.compute.uses}
        behind = dict.fromkeys(_told_apart(read))
        lacking = dict.fromkeys(b for cell in read.values() for b in cell.lacking)
        row.cells[column.column.id] = figure(value, word, column.field, list(behind or own), lacking=list(lacking))
        if value is not None:
            row.figures[column.column.id] = value, word, column.column.nature or ACTUAL


def _told_apart(read: Mapping[str, Shown]) -> Iterator[Behind]:
    """Yield the records behind the figures that a column reads; of several figures each says which one it gave."""
    several = sum(bool(cell.behind) for cell in read.values()) > 1
    for title, cell in read.items():
        for one in cell.behind:
            yield replace(one, text=" ".join((title.replace("\n", ""), one.text)).rstrip()) if several else one


def _total(code: BlockCode, rows: Sequence[_Row]) -> Line:
    total = _Row("total", {}, {})
    for column in code.columns:
        if column.column.total:
            _add_up(column, rows, total)
    _computed(code, total, ())
    first = code.columns[0].column.id
    total.cells[first] = Shown(code.block.total)
    cells = tuple(total.cells.get(c.column.id, Shown(DASH, align=side(c))) for c in code.columns)
    return Line("total", "total", cells)


def _add_up(column: ColumnCode, rows: Sequence[_Row], total: _Row) -> None:
    name, nature = column.column.id, column.column.nature or ACTUAL
    held = [(row.figures[name], row.cells[name]) for row in rows if name in row.figures]
    good = [(figure, cell) for figure, cell in held if figure[2] == nature]
    others = [b for figure, cell in held if figure[2] != nature for b in cell.behind]
    behind = [b for _, cell in good for b in cell.behind]
    lacking = [b for row in rows if name in row.cells for b in row.cells[name].lacking]
    words = {figure[1] for figure, _ in good} - {""}
    word = words.pop() if len(words) == 1 else ABOUT if words else ""
    value = sum((figure[0] for figure, _ in good), start=0) if good else None
    whole = bool(good) and all(isinstance(figure[0], int) for figure, _ in good)
    format_ = figure_field(column.column.title, column.column.unit, -1) if whole else column.field
    total.cells[name] = figure(value, word, format_, behind, left_out=others, lacking=lacking)
    if value is not None:
        total.figures[name] = value, word, nature

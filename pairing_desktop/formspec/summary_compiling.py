"""Computed sheets resolved against the forms: every name known, every choice code there, expected never with actual."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

import msgspec
from msgspec import Struct, field

from pairing_desktop import errors
from pairing_desktop.formspec import summary
from pairing_desktop.formspec.catalogue import Catalogue
from pairing_desktop.formspec.compiling import Refused, Surroundings, compile_expression, guess
from pairing_desktop.formspec.definition import Field, Form, Section
from pairing_desktop.formspec.expressions import Expression
from pairing_desktop.formspec.kinds import Base
from pairing_desktop.formspec.natures import ACTUAL
from pairing_desktop.formspec.summary import NO_MEASURE, Block, Column, Figure, Item, Measure, Report, Sheet
from pairing_desktop.formspec.values import MARK_WORDS

Drawn = Figure | Measure


class Counted(Struct, frozen=True):
    """A figure ready to draw: ``value`` is added up, or told apart where ``distinct``, or absent: records counted."""

    form: str
    table: str
    where: Expression | None
    value: Expression | None
    distinct: bool
    nature: str


class Compared(Struct, frozen=True):
    """A measure ready to use."""

    id: str
    when: Expression | None
    label: str
    units: tuple[str, ...]
    counted: Counted


class ColumnCode(Struct, frozen=True):
    """A column's expressions; ``field`` formats its figures."""

    column: Column
    field: Field
    value: Expression | None
    when: Expression | None
    compute: Expression | None


class BlockCode(Struct, frozen=True):
    """A block ready to evaluate; ``figures`` is a form of its figure columns, which computed columns read."""

    block: Block
    columns: tuple[ColumnCode, ...]
    items: tuple[tuple[Item, tuple[tuple[str, Counted], ...]], ...]
    where: Expression | None
    measures: tuple[Compared, ...]
    measured_by: Expression | None
    measured_in: Expression | None
    figures: Form


class SheetCode(Struct, frozen=True):
    """A sheet ready to evaluate."""

    sheet: Sheet
    blocks: tuple[BlockCode, ...]


class Sheets(Struct, frozen=True, dict=True):
    """All computed sheets of a catalogue; ``forms`` are the forms as their expressions read them."""

    sheets: tuple[SheetCode, ...]
    forms: Mapping[str, Form]
    uses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By form: the fields that any expression reads (of a table the field itself)."""

    @cached_property
    def by_id(self) -> dict[str, SheetCode]:
        """Return the sheets by id."""
        return {code.sheet.id: code for code in self.sheets}


def load(folder: Path, catalogue: Catalogue) -> Sheets:
    """Load the sheets beside a folder's forms; every problem of every file in one ``Trouble``."""
    return load_texts(summary.read(folder), catalogue)


def load_texts(texts: dict[str, bytes], catalogue: Catalogue) -> Sheets:
    """Load sheets by file name; every problem of every file in one ``Trouble``."""
    problems: list[errors.Problem] = []
    found = compiled(texts, catalogue, problems)
    errors.all_or_raise(problems)
    return found


def fitting(folder: Path, catalogue: Catalogue) -> Sheets:
    """Load the sheets that fit a catalogue; those of forms that it does not have are left out."""
    texts = summary.read(folder)
    good: dict[str, bytes] = {}
    for name, data in texts.items():
        problems: list[errors.Problem] = []
        compiled({name: data}, catalogue, problems, earlier=True)
        if not problems:
            good[name] = data
    return compiled(good, catalogue, [], earlier=True)


def compiled(texts: dict[str, bytes], catalogue: Catalogue, problems: list[errors.Problem], *,
             earlier: bool = False) -> Sheets:
    """Compile definitions; problems are added to the list.

    ``earlier``: the forms may be of a version in which no line names its measure.
    """
    binder = _Binder(catalogue, earlier=earlier)
    sheets = [binder.sheet(sheet, report) for sheet, report in summary.parse(texts, problems)]
    return Sheets(tuple(sheets), binder.forms(), {name: frozenset(found) for name, found in binder.uses.items()})


class _Binder:
    """Compiles sheets one after the other; remembers what of other forms their expressions read."""

    def __init__(self, catalogue: Catalogue, *, earlier: bool) -> None:
        self.earlier = earlier
        self.known = {form.id: form for form in catalogue.forms}
        self.limits = {name: limit.value for name, limit in catalogue.limits.items()}
        self.around: dict[str, Surroundings] = {}
        self.uses: dict[str, set[str]] = {}
        self.report: Report

    def forms(self) -> dict[str, Form]:
        """Return the forms with all that sheets read of others."""
        read = {name: {f: dict(types) for f, types in around.used_foreign.items()}
                for name, around in self.around.items()}
        for types in [t for found in read.values() for t in found.items()]:
            self.uses.setdefault(types[0], set()).update(types[1])
        return {name: msgspec.structs.replace(self.known[name], foreign={**self.known[name].foreign, **found})
                for name, found in read.items()}

    def sheet(self, sheet: Sheet, report: Report) -> SheetCode:
        self.report = report
        return SheetCode(sheet, tuple(self._block(b, f"blocks[{n}]") for n, b in enumerate(sheet.blocks)))

    def _block(self, block: Block, path: str) -> BlockCode:
        if bool(block.items) == bool(block.form):
            self.report.tell(path, "needs", key="items 或 form", type="block")
        form = self._form(block.form, f"{path}.form") if block.form else None
        columns = tuple(self._column(c, form, block, f"{path}.columns[{n}]") for n, c in enumerate(block.columns))
        figures = _figures(block.id, columns)
        columns = tuple(self._computed(c, figures, f"{path}.columns[{n}]") for n, c in enumerate(columns))
        items = tuple(self._item(i, block, f"{path}.items[{n}]") for n, i in enumerate(block.items))
        measures = [self._measure(m, form, block.table, f"{path}.measures[{n}]") for n, m in enumerate(block.measures)]
        where = self._compile(block.where, form, block.table, f"{path}.where", base="flag") if form else None
        measured_by = self._measured_by(block, form, f"{path}.measured_by") if form else None
        measured_in = self._compile(block.measured_in, form, block.table, f"{path}.measured_in", base="text")
        return BlockCode(block, columns, items, where, tuple(m for m in measures if m is not None), measured_by,
                         measured_in, figures)

    def _measured_by(self, block: Block, form: Form, path: str) -> Expression | None:
        """Return the choice that names a line's measure; its codes are the measures' ids, no more and no fewer."""
        table = form.by_id.get(block.table)
        known = table.column_by_id if table is not None else form.by_id
        if self.earlier and block.measured_by not in known:
            return None
        found = self._compile(block.measured_by, form, block.table, path)
        if found is None:
            return None
        field_ = known.get(block.measured_by)
        codes = {choice.code for choice in field_.choices} if field_ is not None else set()
        for strange in sorted(codes ^ {NO_MEASURE, *(m.id for m in block.measures)}):
            self.report.tell(path, "measure", id=strange, field=block.measured_by)
        return found

    def _column(self, column: Column, form: Form | None, block: Block, path: str) -> ColumnCode:
        if sum(map(bool, (column.value, column.compute, column.measure))) != (form is not None):
            self.report.tell(path, "needs", key="value、compute 或 measure", type="column")
        self._nature(column.nature, path)
        value = self._compile(column.value, form, block.table, f"{path}.value") if form else None
        when = self._compile(column.when, form, block.table, f"{path}.when", base="flag") if form else None
        if value is not None and column.total:
            self._must_be(value, form, column.nature, f"{path}.value")
        figure = column.compute or column.measure == "figure" or (value is not None and value.kind.base == "number")
        plain = Field(id=column.id, label=column.title, unit=column.unit, scale=column.scale, signed=column.signed,
                      type="decimal" if figure else "text", as_given=column.as_given, nature=column.nature)
        return ColumnCode(column, plain, value, when, None)

    def _computed(self, code: ColumnCode, figures: Form, path: str) -> ColumnCode:
        if not code.column.compute:
            return code
        around = Surroundings(figures, lambda _form, _name: None, lambda _form: False)
        found = self._try(code.column.compute, around, "", f"{path}.compute", base="number")
        return ColumnCode(code.column, code.field, code.value, code.when, found)

    def _item(self, item: Item, block: Block, path: str) -> tuple[Item, tuple[tuple[str, Counted], ...]]:
        self._nature(item.nature, path)
        known = [column.id for column in block.columns]
        found = []
        for number, figure in enumerate(item.figures):
            place = f"{path}.figures[{number}]"
            column = figure.column or known[0]
            if column not in known:
                self.report.tell(place, "expression.name", text=column, name=column, guess=guess(column, known))
            counted = self._counted(figure, item.nature, place)
            if counted is not None:
                found.append((column, counted))
        return item, tuple(found)

    def _measure(self, measure: Measure, form: Form | None, table: str, path: str) -> Compared | None:
        when = self._compile(measure.when, form, table, f"{path}.when", base="flag")
        counted = self._counted(measure, "", path)
        return Compared(measure.id, when, measure.label, measure.units, counted) if counted is not None else None

    def _counted(self, drawn: Drawn, nature: str, path: str) -> Counted | None:
        form = self._form(drawn.form, f"{path}.form")
        if form is None:
            return None
        if drawn.sum and drawn.distinct:
            self.report.tell(path, "twice", key="sum、distinct")
        where = self._compile(drawn.where, form, drawn.table, f"{path}.where", base="flag")
        base: Base = "number" if drawn.sum else "unknown"
        value = self._compile(drawn.sum or drawn.distinct, form, drawn.table, f"{path}.sum", base=base)
        if value is not None and drawn.sum:
            self._must_be(value, form, nature, f"{path}.sum")
        return Counted(form.id, drawn.table, where, value, bool(drawn.distinct), nature or ACTUAL)

    def _must_be(self, value: Expression, form: Form | None, nature: str, path: str) -> None:
        """Report a figure whose form declares another nature than the line it is added up in."""
        if form is None:
            return
        for name in value.uses:
            field_ = form.field(name)
            if field_.is_number and (field_.nature or ACTUAL) != (nature or ACTUAL):
                natures = "、".join(sorted({field_.nature or ACTUAL, nature or ACTUAL}))
                self.report.tell(path, "expression.natures", text=value.source, natures=natures)

    def _nature(self, nature: str, path: str) -> None:
        words = MARK_WORDS["nature"]
        if nature and nature not in words:
            self.report.tell(f"{path}.nature", "wants_word", text=nature, words="、".join(words),
                             guess=guess(nature, words))

    def _form(self, name: str, path: str) -> Form | None:
        if name not in self.known:
            self.report.tell(path, "form", name=name, guess=guess(name, self.known))
        return self.known.get(name)

    def _compile(self, text: str, form: Form | None, table: str, path: str,
                 base: Base = "unknown") -> Expression | None:
        if not text or form is None:
            return None
        if table and (table not in form.by_id or form.by_id[table].type != "table"):
            known = [f.id for f in form.tables]
            self.report.tell(path, "expression.table", text=text, name=table, guess=guess(table, known))
            return None
        found = self._try(text, self._around(form), table, path, base=base)
        if found is not None:
            self.uses.setdefault(form.id, set()).update(name.partition(".")[0] for name in found.uses)
            for name in found.uses:
                if form.field(name).private:
                    self.report.tell(path, "expression.name", text=text, name=name, guess="")
        return found

    def _around(self, form: Form) -> Surroundings:
        if form.id not in self.around:
            self.around[form.id] = Surroundings(
                form, lambda form_id, name: self.known[form_id].by_id.get(name), self.known.__contains__,
                lambda: self.known, self.limits, lambda form_id: self.known[form_id].by_id)
        return self.around[form.id]

    def _try(self, text: str, around: Surroundings, table: str, path: str, *, base: Base) -> Expression | None:
        try:
            found = compile_expression(text, around, table=table)
        except Refused as refused:
            self.report.tell(path, f"expression.{refused.code}", text=text, **refused.place)
            return None
        if not found.kind.fits(base):
            self.report.tell(path, "expression.result", text=text, kind=found.kind.name)
            return None
        return found


def _figures(block_id: str, columns: Iterable[ColumnCode]) -> Form:
    """Return a form of a block's figure columns: what computed columns are compiled against."""
    fields = tuple(code.field for code in columns if code.field.is_number)
    section = Section(id="figures", title="", fields=fields)
    return Form(id=block_id, version=1, title="", short="", group="台账", order=0, kind="register", sections=(section,))

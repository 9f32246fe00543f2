"""Own tables worked out: lines filtered, sorted, grouped with subtotals; as a workbook and a PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from pairing_desktop.errors import trouble
from pairing_desktop.services import naming
from pairing_desktop.services.listing import form_of
from pairing_desktop.services.lookup import Entry, Snapshot, happened
from pairing_desktop.services.own_tables import Condition, Definition, OwnColumn, choices
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.documents.own_table import OwnTable
    from pairing_desktop.formspec.definition import Field, Form
    from pairing_desktop.formspec.summary_values import Line, Shown

Worked: TypeAlias = "OwnTable"
DASH = "—"
NUMBERED = "#"


class Value(Struct, frozen=True):
    """A cell's value: as held, as shown, and its marks."""

    field: Field | None
    held: Any
    text: str
    marks: Mapping[str, str]

    @property
    def nature(self) -> str:
        """Return the figure's nature."""
        return self.marks.get("nature") or (self.field.nature if self.field else "") or "实际"


class Raw(Struct, frozen=True):
    """A line before it is laid out: its record and values by path."""

    entry: Entry
    row: str
    values: Mapping[str, Value]


def lines(ws: Workspace, table: Definition, quarter: str) -> list[Raw]:
    """Return a table's lines, filtered and sorted. Trouble: a path that the form no longer has."""
    form = form_of(ws, table.form)
    known = {c.path: c for c in choices(ws, table.form, table.table if table.table in form.by_id else "")}
    paths = dict.fromkeys([*(c.path for c in table.columns), *(c.path for c in table.conditions),
                           *filter(None, (table.group, table.sort.lstrip("-")))])
    missing = [path for path in paths if path not in known]
    if missing or (table.table and table.table not in form.by_id):
        raise trouble("own_tables.no_column", form=form.short, paths="、".join(missing) or table.table)
    with ws.store.reading() as conn:
        snapshot = Snapshot(ws, quarter, conn)
        reader = _Reader(form, table, snapshot)
        found = [raw for entry in snapshot.entries(form.id, naming.stored_period(form, quarter))
                 if happened(form, entry.payload, quarter) for raw in reader.lines(entry, tuple(paths))]
        tests = [(c, _tested(reader.field(c.path), c)) for c in table.conditions]
        kept = [raw for raw in found if all(test(raw.values[c.path]) for c, test in tests)]
    return _sorted(kept, table)


class _Reader:
    """Reads paths of a form's records."""

    def __init__(self, form: Form, table: Definition, snapshot: Snapshot) -> None:
        self.form = form
        self.table = table.table
        self.snapshot = snapshot

    def lines(self, entry: Entry, paths: Sequence[str]) -> Iterator[Raw]:
        """Yield a record's lines: one, or one for each row of the sub-table."""
        if not self.table:
            yield Raw(entry, "", {path: self._value(entry, None, path) for path in paths})
            return
        for row in naming.value(entry.payload, self.table) or ():
            yield Raw(entry, str(row.get("id", "")), {path: self._value(entry, row, path) for path in paths})

    def field(self, path: str) -> Field | None:
        """Return the field that a path ends in; None for the period."""
        fields = self.form.by_id
        parts = path.split(".")
        if parts[0] == "period":
            return None
        if parts[0] == "subject":
            return self._form(self.form.subject).by_id[parts[1]]
        one = fields[parts[0]]
        for part in parts[1:]:
            one = one.column_by_id[part] if one.type == "table" else self._form(one.form).by_id[part]
        return one

    def _form(self, form_id: str) -> Form:
        return self.snapshot.ws.catalogue.form(form_id)

    def _value(self, entry: Entry, row: Mapping[str, Any] | None, path: str) -> Value:
        from pairing_desktop.formspec import period as periods

        parts = path.split(".")
        if parts[0] == "period":
            return Value(None, entry.period, periods.title(entry.period), {})
        payload, form = entry.payload, self.form
        if parts[0] == "subject":
            owner = self.snapshot.entry(entry.subject)
            return _of(self._form(form.subject).by_id[parts[1]], owner.payload if owner else {}, self.snapshot)
        if row is not None and parts[0] == self.table:
            one, payload, rest = form.by_id[parts[0]].column_by_id[parts[1]], row, parts[2:]
        else:
            one, rest = form.by_id[parts[0]], parts[1:]
        if not rest:
            return _of(one, payload, self.snapshot)
        target = self.snapshot.entry(str(naming.value(payload, one.id) or ""))
        return _of(self._form(one.form).by_id[rest[0]], target.payload if target else {}, self.snapshot)


def _of(one: Field, payload: Mapping[str, Any], snapshot: Snapshot) -> Value:
    marks = payload.get("marks", {}).get(one.id, {})
    raw = payload.get("raw", {}).get(one.id)
    if raw:
        return Value(one, None, str(raw), marks)
    stored = naming.value(payload, one.id)
    try:
        held = None if stored is None else one.converter.load(stored)
    except ValueError:
        held = None
    return Value(one, held, naming.shown(one, stored, snapshot.label, marks), marks)


def _tested(one: Field | None, condition: Condition) -> Callable[[Value], bool]:
    """Return the test of a condition. Trouble: its text is no value of the field."""
    from pairing_desktop.formspec.values import NotUnderstood

    test, text = condition.test, condition.text.strip()
    if test == "已填":
        return lambda value: bool(value.text)
    if test == "未填":
        return lambda value: not value.text
    if test == "含":
        return lambda value: text.casefold() in value.text.casefold()
    ordered = one is not None and (one.is_number or one.type == "date")
    if one is None or not ordered:
        same = {"等于": True, "不等于": False}.get(test)
        if same is None:
            raise trouble("own_tables.no_order", field=one.plain_label if one else "报告期")
        return lambda value: (value.text.casefold() == text.casefold()) is same
    try:
        wanted: Any = one.converter.parse(text).value
    except NotUnderstood as error:
        raise trouble("own_tables.condition", field=one.plain_label, text=text, why=error.message) from error
    compare: Callable[[Any], bool] = {"等于": lambda held: held == wanted, "不等于": lambda held: held != wanted,
               "不少于": lambda held: held >= wanted, "不多于": lambda held: held <= wanted}[test]
    return lambda value: isinstance(value.held, type(wanted) | int) and compare(value.held)


def _sorted(found: list[Raw], table: Definition) -> list[Raw]:
    path, down = table.sort.lstrip("-"), table.sort.startswith("-")
    if path:
        found.sort(key=lambda raw: _place(raw.values[path]), reverse=down)
    if table.group:
        found.sort(key=lambda raw: _place(raw.values[table.group]))
    return found


def _place(value: Value) -> tuple[Any, ...]:
    from pairing_desktop.formspec.pinyin import natural, sort_text

    if value.field is None or value.field.type == "reference" or value.held is None:
        return (not value.text, 0.0, natural(sort_text(value.text)))
    number, text = value.field.converter.sort_key(value.held)
    return (False, number or 0.0, text)


def worked(ws: Workspace, table: Definition, quarter: str) -> Worked:
    """Return a table worked out for a quarter: lines under group headings, subtotals, a total."""
    from pairing_desktop.documents.own_table import OwnTable
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.formspec.summary_values import Head, Part

    known = {c.path: c for c in choices(ws, table.form, table.table)}
    found = lines(ws, table, quarter)
    heads = [Head(NUMBERED, "序号", "", 10)]
    for column in table.columns:
        one = known[column.path]
        unit = _unit(ws, table, column.path)
        title = column.title or one.label.rpartition("·")[2]
        heads.append(Head(column.path, title, unit, 0, "right" if one.number else "left"))
    part = Part(table.id or "own", table.name, tuple(heads), tuple(_lines(table, found)), "没有符合条件的记录。")
    notes = "\n".join(filter(None, (table.notes, *_left_out(table, found))))
    return OwnTable(table.heading or table.name, part, notes, ws.about.bureau or ws.about.county_name,
                    periods.title(quarter))


def _unit(ws: Workspace, table: Definition, path: str) -> str:
    one = _Reader(form_of(ws, table.form), table, Snapshot(ws, "")).field(path)
    return one.unit if one is not None and one.is_number else ""


def _lines(table: Definition, found: Sequence[Raw]) -> Iterator[Line]:
    from pairing_desktop.formspec.summary_values import Line, Shown

    totals = any(c.total for c in table.columns)
    number = 0
    for text, members in _groups(table, found):
        if table.group:
            yield Line(f"group {text}", "group", (Shown(text or "（空白）"),))
        for raw in members:
            number += 1
            cells = (Shown(str(number), number), *(_shown(raw, c) for c in table.columns))
            yield Line(f"{raw.entry.key}/{raw.row}".rstrip("/"), "plain", cells)
        if table.group and totals:
            yield _total(f"subtotal {text}", f"小计 {len(members)}", table, members)
    if totals and found:
        yield _total("total", f"合计 {len(found)}", table, found)


def _groups(table: Definition, found: Sequence[Raw]) -> Iterator[tuple[str, list[Raw]]]:
    groups: dict[str, list[Raw]] = {} if table.group else {"": list(found)}
    for raw in found if table.group else ():
        groups.setdefault(raw.values[table.group].text, []).append(raw)
    yield from groups.items()


def _shown(raw: Raw, column: OwnColumn) -> Shown:
    from pairing_desktop.formspec.summary_values import Behind, Shown
    from pairing_desktop.formspec.values import NIL, unfilled_format

    value = raw.values[column.path]
    one, held, number_format = value.field, None, ""
    first, _, rest = column.path.partition(".")
    path = f"{first}/{raw.row}/{rest}" if raw.row and rest else first
    behind = (Behind(raw.entry.form, raw.entry.key, value.text, path),)
    figure = one is not None and one.is_number
    if one is not None and value.held is not None and value.held is not NIL and (figure or one.type == "date"):
        held, number_format = one.converter.to_cell(value.held)
    if value.marks.get("qualifier"):
        number_format = unfilled_format(number_format, one.converter.print(value.held) if one is not None else "")
    nature = value.marks.get("nature", "")
    another = nature and one is not None and nature != (one.nature or "实际")
    text = f"{value.text}（{nature}）" if another else value.text
    return Shown(text or DASH, held if text == value.text else None, number_format, "right" if figure else "left",
                 value.marks.get("qualifier", ""), figure=figure, behind=behind)


def _total(id_: str, label: str, table: Definition, members: Sequence[Raw]) -> Line:
    from pairing_desktop.formspec.summary_values import Line, Shown

    sums = (_sum(column, members) if column.total else Shown("") for column in table.columns)
    return Line(id_, "total", (Shown(label), *sums))


def _sum(column: OwnColumn, members: Sequence[Raw]) -> Shown:
    """Add a column up: figures of its own nature only, 约 and its kind inherited."""
    from pairing_desktop.formspec.inheritance import ABOUT
    from pairing_desktop.formspec.summary_values import Shown
    from pairing_desktop.formspec.values import unfilled_format, with_qualifier

    good = [v for v in _figures(column, members) if v.nature == _nature(v)]
    if not good or good[0].field is None:
        return Shown(DASH, align="right")
    value = sum((v.held for v in good), start=0)
    words = {v.marks.get("qualifier", "") for v in good} - {""}
    word = words.pop() if len(words) == 1 else ABOUT if words else ""
    converter = good[0].field.converter
    held, number_format = converter.to_cell(value)
    text = converter.print(value)
    number_format = unfilled_format(number_format, text) if word else number_format
    return Shown(with_qualifier(text, word), held, number_format, "right", word, figure=True)


def _nature(value: Value) -> str:
    return (value.field.nature if value.field else "") or "实际"


def _figures(column: OwnColumn, members: Iterable[Raw]) -> Iterator[Value]:
    from pairing_desktop.formspec.functions import is_number

    return (raw.values[column.path] for raw in members if is_number(raw.values[column.path].held))


def _left_out(table: Definition, found: Sequence[Raw]) -> Iterator[str]:
    for column in table.columns:
        others = [v for v in _figures(column, found) if v.nature != _nature(v)] if column.total else []
        if others:
            natures = "、".join(sorted({v.nature for v in others}))
            name = column.title or (others[0].field.plain_label if others[0].field else "")
            yield f"{name}：另有 {len(others)} 项为{natures}，未计入合计。"


# Outputs


def workbook(ws: Workspace, table: Definition, quarter: str) -> bytes:
    """Return a table as a plain Excel file."""
    from pairing_desktop.documents import own_table

    return own_table.workbook(worked(ws, table, quarter))


def pdf(ws: Workspace, table: Definition, quarter: str) -> bytes:
    """Return a table as a PDF, across where it is wide."""
    from pairing_desktop.documents import own_table
    from pairing_desktop.documents.pdf import write_pdf
    from pairing_desktop.services import papers

    page = own_table.document(worked(ws, table, quarter), papers.context(ws, quarter, Snapshot(ws, quarter).label))
    return write_pdf([page], title=page.title, watermark=papers.SAMPLE if ws.about.sample else "").pdf

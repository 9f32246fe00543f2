"""Forms printed empty, to be filled in by hand: room to write, answers to tick, units where they belong."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any

from pairing_desktop.documents.model import Align, Cell
from pairing_desktop.documents.views import RecordView
from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.reference import industries
from pairing_desktop.formspec.scope import Stored
from pairing_desktop.formspec.values import NotUnderstood

ROW = 7.5
"""Millimetres of a row that somebody writes in."""
NAMED = 6.5
"""Millimetres at least of a row whose name is printed: figures are written in it."""
LINES = (18.0, 35.0)
"""Millimetres kept for a text of several lines."""
HAND_LINE, HAND_CHARACTER = 7.0, 5.5
"""Millimetres that written words take, upright and along."""
MOST, MOST_IN_TABLE = 90.0, 15.0
"""Millimetres that a text, and a table's row, may take where the page has room."""
TABLE_ROWS = 6
"""Empty rows of a card's table that names none of its rows."""
ROSTER_ROWS = {True: 12, False: 22}
"""Empty rows of a roster, by lying and upright: a page full."""
BOXES = 48
"""Characters that answers to tick may take in a card; more are written by hand."""
CHOSEN = ("choice", "choices")
"""Types whose answers come from a list."""
HAND = "　　　　　"
DATES = {"date": "　　　　年　　月　　日", "quarter": "　　　　年　　季度"}


def blank_record(form: Form) -> RecordView:
    """Return a record that says nothing but what its tables' rows are preset with."""
    values = {field.id: preset_rows(field) for field in form.tables if field.rows}
    return RecordView(key="", form=form.id, label="", payload={"values": values})


def preset_rows(field: Field) -> list[dict[str, Any]]:
    """Return a table's preset rows as they are stored."""
    return [{"values": _stored(field.column_by_id, row)} for row in field.rows]


def _stored(columns: Mapping[str, Field], row: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in row.items():
        converter = columns[name].converter
        try:
            value = converter.parse(text).value
        except NotUnderstood:
            continue
        if value is not None:
            found[name] = converter.store(value)
    return found


def empty_rows(field: Field) -> list[Stored]:
    """Return the rows of a table to be filled in, after those that are named."""
    count = field.blank_rows or (0 if field.rows else TABLE_ROWS)
    return [Stored(field.column_by_id, {}) for _ in range(count)]


def row_room(columns: Sequence[Field], widths: Sequence[float], *, named: bool) -> tuple[float, float]:
    """Return the millimetres of a table's row to be written in: at least, and where its page has room."""
    if named:
        return NAMED, ROW
    words = [(c.max_length / 2, w) for c, w in zip(columns, widths, strict=True) if c.type in ("text", "long_text")]
    lines = max((_lines(count, width) for count, width in words), default=1)
    return ROW, min(MOST_IN_TABLE, max(ROW, lines * HAND_LINE))


def _lines(characters: float, width: float) -> int:
    return ceil(characters * HAND_CHARACTER / width)


def empty_cell(field: Field, *, card: bool, side: Align, grey: bool, path: str, choices: tuple[str, ...]) -> Cell:
    """Return the cell of a value to be written by hand; a workbook's holds nothing."""
    number_format = field.converter.number_format if field.is_number or field.type == "date" else ""
    text = _hand(field) if card and (field.is_number or not grey) else ""
    return Cell(text=text, value="", number_format=number_format, align=side, computed=grey, path=path,
                choices=choices)


def _hand(field: Field) -> str:
    """Return what a card prints for a value to be written: answers to tick, a unit, a date's words."""
    if field.is_number:
        return HAND + field.unit if field.unit else ""
    if field.type == "yes_no":
        return "□是　□否"
    if field.type in CHOSEN and field.choices:
        boxes = "　".join(f"□{choice.label}" for choice in field.choices)
        return boxes if len(boxes) <= BOXES else ""
    return DATES.get(field.type, "")


def industries_said(fields: Iterable[Field]) -> tuple[str, ...]:
    """Return the note that names the industry divisions, where a form asks for one: no box to tick holds so many."""
    asked = [f.plain_label for f in fields if f.choices_from == "industries"]
    named = "；".join(f"{i.code} {i.name}" for i in industries())
    return (f"{'、'.join(asked)}填代码和名称：{named}。",) if asked else ()


def choices_said(fields: Iterable[Field]) -> str:
    """Return what may be written into columns that have no room for boxes to tick, "" where every word is free."""
    offered = [(f, "、".join(choice.label for choice in f.choices)) for f in fields if f.type in CHOSEN and f.choices]
    said = "；".join(f"{f.plain_label} {words}{'（可多选）' if f.type == 'choices' else ''}" for f, words in offered)
    return f"选填项：{said}。" if said else ""


def card_room(field: Field, width: float) -> tuple[float, float]:
    """Return the millimetres that a card keeps for a value of its own row: at least, and where its page has room."""
    if field.type == "text":
        return ROW, min(2, _lines(field.max_length, width)) * HAND_LINE
    if field.type != "long_text":
        return ROW, ROW
    least = min(LINES[1], max(LINES[0], field.max_length * 0.07))
    return least, min(MOST, max(least, _lines(field.max_length, width) * HAND_LINE))

"""A table field's picture: radar of scores, or bars before and after."""

from collections.abc import Sequence
from decimal import Decimal

from pairing_desktop.documents.model import BarGroup, Bars, Drawing, Radar, Series
from pairing_desktop.documents.printing import qualified
from pairing_desktop.formspec.definition import Field, Picture
from pairing_desktop.formspec.scope import Stored

LEAST_AXES = 3
MOST_BARS = 8
"""Groups that fit side by side over a page's width."""


def picture_of(picture: Picture, table: Field, rows: Sequence[Stored]) -> Drawing | None:
    """Return the drawing of a table's rows, None where there is nothing to draw."""
    made = _radar(picture, table, rows) if picture.kind == "radar" else _bars(picture, table, rows)
    return Drawing(picture=made, title=picture.title + _scale(picture, rows)) if made else None


def _scale(picture: Picture, rows: Sequence[Stored]) -> str:
    """Say what a radar's outermost line is, where its axes have full marks."""
    full = _full_marks(picture, rows)
    if not full:
        return ""
    return f"（满分{full[0]:g}分）" if len(set(full)) == 1 else "（得分占满分的%）"


def _number(row: Stored, column: str) -> float | None:
    value = row.value(column) if column else None
    return float(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _radar(picture: Picture, table: Field, rows: Sequence[Stored]) -> Radar | None:
    """Return scores by axis, as shares of their full marks where these differ."""
    columns = {name: [_number(row, name) for row in rows] for name in (picture.value, picture.against)}
    if len(rows) < LEAST_AXES or all(value is None for value in columns[picture.value]):
        return None
    full = _full_marks(picture, rows)
    if len(set(full)) > 1:
        columns = {name: [None if v is None else v / mark * 100 for v, mark in zip(values, full, strict=True)]
                   for name, values in columns.items()}
        full = [100.0]
    series = tuple(Series(name=table.column_by_id[name].plain_label, values=tuple(values))
                   for name, values in columns.items() if any(value is not None for value in values))
    top = max(value for one in series for value in one.values if value is not None)
    whole = full[0] if full else next((step for step in (5.0, 10.0, 100.0) if top <= step), top)
    return Radar(axes=tuple(str(row.value(picture.name) or "") for row in rows), series=series, full=max(whole, top))


def _full_marks(picture: Picture, rows: Sequence[Stored]) -> list[float]:
    """Return the full mark of each axis; none where one lacks it."""
    marks = [mark for row in rows if (mark := _number(row, picture.full)) and mark > 0]
    return marks if len(marks) == len(rows) else []


def _bars(picture: Picture, table: Field, rows: Sequence[Stored]) -> Bars | None:
    """Return bars before and after, a panel for each unit; a growth alone is drawn against its base."""
    before, after = table.column_by_id[picture.against], table.column_by_id[picture.value]
    growth = next((c for c in table.columns if c.signed), None)
    panels: dict[str, list[BarGroup]] = {}
    for row in rows:
        first, last = _number(row, before.id), _number(row, after.id)
        name = str(row.value(picture.name) or "")
        if first is not None and last is not None and min(first, last) >= 0:
            unit = str(row.value("unit") or "") if "unit" in table.column_by_id else after.unit
            bars = ((before.plain_label, first, _printed(before, row)), (after.plain_label, last, _printed(after, row)))
            panels.setdefault(f"前后值（{unit}）" if unit else "前后值", []).append(BarGroup(name=name, bars=bars))
        elif growth and (index := _index(growth, row)) is not None:
            bars = (("基期", 100.0, ""), ("对比期", index, f"{_printed(growth, row)}%"))
            panels.setdefault("企业直接提供的增幅", []).append(BarGroup(name=name, bars=bars))
    kept = _first(panels, MOST_BARS)
    return Bars(panels=tuple((caption, tuple(groups)) for caption, groups in kept.items())) if kept else None


def _printed(column: Field, row: Stored) -> str:
    value = row.value(column.id)
    return qualified(column.converter.print(value), row.marks(column.id).get("qualifier", ""))


def _index(growth: Field, row: Stored) -> float | None:
    """Return 100 + growth where the growth is in percent (points have no base)."""
    value = row.value(growth.id)
    unit = row.value(f"{growth.id}_unit") if f"{growth.id}_unit" in row.fields else "%"
    if not isinstance(value, Decimal | int) or isinstance(value, bool) or unit != "%" or value <= -100:
        return None
    return float(100 + value)


def _first(panels: dict[str, list[BarGroup]], most: int) -> dict[str, list[BarGroup]]:
    """Keep the first groups that fit."""
    kept: dict[str, list[BarGroup]] = {}
    for caption, groups in panels.items():
        if most > 0:
            kept[caption] = groups[:most]
        most -= len(groups)
    return kept

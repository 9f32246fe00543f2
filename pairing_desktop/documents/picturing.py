"""A table field's picture: radar of scores, or bars before and after."""

from collections.abc import Sequence
from decimal import Decimal

from pairing_desktop.documents.model import BarGroup, Bars, Drawing, Radar, Series
from pairing_desktop.documents.printing import qualified
from pairing_desktop.formspec.definition import Field, Picture
from pairing_desktop.formspec.scope import Stored

MOST_BARS = 8
"""Groups that fit side by side over a page's width."""


def picture_of(picture: Picture, table: Field, rows: Sequence[Stored]) -> Drawing | None:
    """Return the drawing of a table's rows, None where there is nothing to draw."""
    made = _radar(picture, table, rows) if picture.kind == "radar" else _bars(picture, table, rows)
    return Drawing(picture=made, title=picture.title) if made else None


def _number(row: Stored, column: str) -> float | None:
    value = row.value(column) if column else None
    return float(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _radar(picture: Picture, table: Field, rows: Sequence[Stored]) -> Radar | None:
    own = [(str(row.value(picture.name) or ""), _number(row, picture.value), _number(row, picture.against))
           for row in rows]
    if len(own) < 3 or all(value is None for _, value, _ in own):
        return None
    series = [Series(name=table.column_by_id[picture.value].plain_label, values=tuple(v for _, v, _ in own))]
    if any(a is not None for _, _, a in own):
        series.append(Series(name=table.column_by_id[picture.against].plain_label, values=tuple(a for _, _, a in own)))
    top = max(v for one in series for v in one.values if v is not None)
    full = next((f for f in (5.0, 10.0, 100.0) if top <= f), top)
    return Radar(axes=tuple(name for name, _, _ in own), series=tuple(series), full=full)


def _bars(picture: Picture, table: Field, rows: Sequence[Stored]) -> Bars | None:
    """Return bars before and after, a panel for each unit; what only has a growth stands against 100."""
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
            bars = (("基期", 100.0, "100"), ("对比期", index, f"{index:.10g}"))
            panels.setdefault("只有增幅（以基期为100）", []).append(BarGroup(name=name, bars=bars))
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

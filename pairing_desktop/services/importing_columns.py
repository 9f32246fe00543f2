"""Which row is the head, and which column is which field: guessed from labels, remembered once chosen."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from pairing_desktop.formspec import reference
from pairing_desktop.formspec.fieldtypes.interface import half_width
from pairing_desktop.formspec.period import title
from pairing_desktop.services import importing_printed, importing_qualifiers, importing_rivals
from pairing_desktop.services import importing_quarters as quarters
from pairing_desktop.services.importing_alike import (
    CALLED,
    LIKELY,
    SAME,
    guessed,
    plain,
    row_of,
    scores_of,
    words_known,
    year_of,
    yearless,
)
from pairing_desktop.services.importing_heads import JOINT, heads_of, line_of, lowest, split, start_of
from pairing_desktop.services.importing_plan import PERIOD, ROW, SUBJECT, TICKED, Column, Layout, Target
from pairing_desktop.services.importing_units import LAST, unit_of

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.formspec.definition import Field, Form

LOOKED = 30
"""Rows in which a head is looked for."""

FEW = 200
"""Rows by which a column is judged."""

SHORT = 2
"""Characters of a word that may be a choice's code or initials."""

_FIGURE = re.compile(r"\d|[零一二三四五六七八九十百千万两]|[无—－/-]")
"""What a column of figures has somewhere, however it is spelt."""


def targets(form: Form, subject: Form | None) -> tuple[Target, ...]:
    """Return what a column of a form's sheet may be: its subject, its fields; tables and files come otherwise."""
    from pairing_desktop.services import importing_within

    first = [Target(SUBJECT, subject.short)] if subject else []
    first += [Target(PERIOD, "季度")] if form.kind == "quarterly" else []
    return (*first, *column_targets(form.fields), *importing_within.targets(form))


def column_targets(fields: Sequence[Field]) -> tuple[Target, ...]:
    """Return the fields, or a table's columns, that a cell can fill."""
    return tuple(Target(f.id, f.plain_label, f.unit, computed=f.computed and not f.compute_when, figure=f.is_number,
                        choices=tuple(c.label for c in f.choices) if f.type == "choice" else (), point=f.point,
                        paper=importing_printed.labels(f), to_date=f.cumulative and not f.carry)
                 for f in fields if f.type not in ("table", "attachment"))


def names(wanted: Sequence[Target]) -> frozenset[str]:
    """Return what labels of a form say, to the letter."""
    labels = {plain(t.label) for t in wanted if not t.name}
    called = (called for label, called in words_known().items() if label in labels)
    return frozenset(labels.union(*called)) - {""}


def year_of_figures(field: Field) -> bool:
    """Tell whether a field says of which year the record's figures are."""
    return field.type == "whole" and field.unit == "年" and "年度" in field.label


def head_row(sheet: Sheet, wanted: Sequence[Target]) -> int:
    """Return the row that reads most like the form's labels; the fullest row of words when none does.

    Of a head of several lines it is the last.
    """
    best, most = 0, (0.0, 0)
    for number in range(min(LOOKED, len(sheet.rows))):
        words = [text for text in line_of(sheet, number).values()
                 if not text.removesuffix("年").replace(".", "").isdigit()]
        scores = [max(scores_of(plain(w), wanted), default=0) for w in words[:200] if len(w) <= 60]
        alike = sum(score / 100 for score in scores if score >= LIKELY)
        if (alike, len(words) if not most[0] else 0) > most:
            best, most = number, (alike, len(words) if not alike else 0)
    return lowest(sheet, best)


def layout(sheet: Sheet, head: int, wanted: Sequence[Target], *, known: Mapping[str, str] | None = None,
           ids: Mapping[int, str] | None = None, year: str = "", quarter: str = "") -> Layout:
    """Return how a sheet is read with its head in a row, or in the lines that the row is one of.

    ``known`` is what a person chose for these heads before; ``ids`` are field ids that the sheet itself carries;
    ``year`` is whose figures are wanted where heads tell several, ``quarter`` the one of a quarterly form.
    """
    head = head if ids else lowest(sheet, head)
    heads = heads_of(sheet, head)
    bare, told = _of_quarter(heads, wanted, quarter, year) if quarter else (heads, {})
    if known and any(known.get(head) for place, head in heads.items() if place not in bare):
        known = None  # it was chosen for another quarter
    if ids:
        chosen = _carried(heads, ids, wanted)
        lacking = {p: h for p, h in heads.items() if p not in chosen}
        taken = {target for target, _ in chosen.values()}
        chosen |= guessed(lacking, [t for t in wanted if t.id not in taken])
    elif known is not None:
        there = {t.id for t in wanted}
        chosen = {p: (known[h], 100) for p, h in heads.items() if known.get(h) in there}
    else:
        words = {place: _words_under(sheet, head, place) for place in bare}
        chosen = _fitting(bare, wanted, year, words, last=sheet.hidden_columns)
        by_id = {t.id: t for t in wanted}
        chosen, left = importing_rivals.settled(chosen, bare, by_id, quarterly=PERIOD in by_id)
        chosen = {p: pair for p, pair in chosen.items()
                  if p not in told or by_id[pair[0]].point or not by_id[pair[0]].figure}
        told = {p: note for p, note in told.items() if p not in chosen} | left
    quarterly = any(t.id == PERIOD for t in wanted)
    if quarterly and not ids and not any(target == PERIOD for target, _ in chosen.values()):
        own = next((p for p, text in heads.items() if p not in chosen
                    and quarters.is_column(text, _words_under(sheet, head, p), across=quarters.across(sheet))), None)
        chosen |= {own: (PERIOD, SAME)} if own is not None else {}
    columns = tuple(_column(place, text, *chosen.get(place, ("", 0)), wanted) for place, text in heads.items())
    if quarter:
        told |= {place: f"只读{title(quarter)}的" for place, (target, _) in chosen.items() if target == PERIOD}
    columns = tuple(structs.replace(c, note=told[c.place]) if c.place in told else c for c in columns)
    columns = columns if ids else _years_told(columns, wanted)
    columns = tuple(_renamed(c, wanted) if c.place in (ids or ()) else c for c in columns)
    columns = importing_qualifiers.joined(columns)
    return Layout(sheet.name, head, columns, remembered=known is not None, start=start_of(sheet, head), year=year)


def _of_quarter(heads: Mapping[int, str], wanted: Sequence[Target], quarter: str, year: str,
                ) -> tuple[dict[int, str], dict[int, str]]:
    """Return the heads of a quarter without it and words on the others; a field's own label stays: 本季进展."""
    labels = {plain(t.label) for t in wanted}
    own = {place: text for place, text in heads.items()
           if plain(split(text)[1]) in labels and not quarters.told_in(split(text)[0])}
    bare, told = quarters.bare({p: text for p, text in heads.items() if p not in own}, quarter, year)
    return own | bare, told


def _fitting(heads: Mapping[int, str], wanted: Sequence[Target], year: str, words: Mapping[int, Sequence[str]],
             last: Collection[int]) -> dict[int, tuple[str, int]]:
    """Return the best pairs of column and target of which the column's words may be the target's.

    A head that fails by its words is what counties call so besides: 进展情况 is 阶段说明 where it is told freely.
    """
    known = {t.id: t for t in wanted}
    pairs = guessed(heads, wanted, year, last)
    found = {p: (target, score) for p, (target, score) in pairs.items() if _fits(words[p], known[target], score)}
    gone = {target for target, _ in pairs.values()}
    again = guessed({p: heads[p] for p in pairs if p not in found}, [t for t in wanted if t.id not in gone], year)
    return found | {p: (target, score) for p, (target, score) in again.items()
                    if score >= CALLED and _fits(words[p], known[target], score)}


def _fits(written: Sequence[str], target: Target, score: int) -> bool:
    """Tell whether what stands under a head may be what the head is taken for.

    签约 may head dates as well as ticks; 专家 is only alike 专家人数, and may head names; 进展情况 may be told freely.
    """
    from pairing_desktop.services.importing_within import ticked

    if TICKED in target.id:
        return sum(ticked(text) is not None for text in written) * 2 >= len(written)
    if score == SAME or not written:
        return True
    if target.figure:
        return any(_FIGURE.search(text) for text in written)
    return not target.choices or any(len(text) <= SHORT or any(c in text or text in c for c in target.choices)
                                     for text in written)


def _words_under(sheet: Sheet, head: int, place: int) -> list[str]:
    from pairing_desktop.formspec.fieldtypes.interface import cell_text as text_of

    start = start_of(sheet, head)
    cells = [text_of(row[place]).strip() for row in sheet.rows[start:start + FEW] if place < len(row)]
    return [text for text in cells if text]


def _carried(heads: Mapping[int, str], ids: Mapping[int, str], wanted: Sequence[Target]) -> dict[int, tuple[str, int]]:
    """Return the fields by the ids that a sheet carries out of sight, unless a head in sight is another field's.

    Who moves heads and figures leaves the hidden row behind, and what was filled in follows what was seen.
    """
    labels = Counter(plain(t.label) for t in wanted)
    seen = {plain(t.label): t.id for t in wanted if labels[plain(t.label)] == 1}
    chosen = {place: target for place, target in ids.items() if any(t.id == target for t in wanted)}
    named = {place: seen[plain(head)] for place, head in heads.items() if plain(head) in seen}
    moved = {place: target for place, target in named.items() if chosen.get(place, target) != target}
    kept = {place: target for place, target in chosen.items() if place not in moved and target not in moved.values()}
    return {place: (target, 100) for place, target in (kept | moved).items()}


def remembered_name(form: str, heads: Mapping[int, str]) -> str:
    """Return the name under which a choice of columns is kept for sheets with these heads."""
    import hashlib

    words = "\n".join(sorted(heads.values()))
    return f"{form}|{hashlib.sha256(words.encode()).hexdigest()[:24]}"


def as_chosen(column: Column, target: str, wanted: Sequence[Target]) -> Column:
    """Return a column read as a person says."""
    if target == ROW:
        return Column(column.place, column.head, ROW)
    made = _column(column.place, column.head, target, 100 if target else 0, wanted)
    return structs.replace(made, rough=column.rough, qualifier=column.qualifier)


def _column(place: int, text: str, target: str, score: int, wanted: Sequence[Target]) -> Column:
    found = next((t for t in wanted if t.id == target), None)
    unit = unit_of(text)
    if found is None:
        return Column(place, text, "", unit)
    if found.computed:
        return Column(place, text, "", unit, score, f"“{found.label}”由程序计算，不导入")
    own = half_width(found.unit)
    row = row_of(text, found)
    if not own or unit == own or unit in found.label:
        return Column(place, text, target, "", score, row=row)
    return Column(place, text, target, unit, score, f"{unit}折算为{found.unit}" if unit else "", row)


def _renamed(column: Column, wanted: Sequence[Target]) -> Column:
    """Return a column known by the id that its sheet carries, told where its head in sight says otherwise."""
    label = next((t.label for t in wanted if t.id == column.target), "")
    same = plain(column.head) == plain(label) or (column.target == SUBJECT and plain(label) in plain(column.head))
    if column.note or not label or same:
        return column
    return structs.replace(column, note=f"表头改过，按采集表里这一列的“{label}”读入，请核对")


def _years_told(columns: Sequence[Column], wanted: Sequence[Target]) -> tuple[Column, ...]:
    """Return the columns, those of one year among several told as such."""
    names = {t.id: t.label for t in wanted}
    left: dict[str, list[str]] = {}
    for column in columns:
        if year_of(column.head) and not column.target:
            left.setdefault(yearless(column.head), []).append(column.head)
    several = [c for c in columns if c.target and year_of(c.head) and yearless(c.head) in left]
    told = {c.place: f"{names.get(c.target, c.head)}有几个年份，取 {year_of(c.head)} 年，"
                     f"没有读{'、'.join(left[yearless(c.head)])}" for c in several}
    return tuple(structs.replace(c, note="；".join(filter(None, (c.note, told[c.place])))) if c.place in told else c
                 for c in columns)


def row_begins(column: Column) -> dict[str, str]:
    """Return what a sub-table's row of a column's own begins with, typed text by label: its name, its unit and more."""
    upper, lower = split(column.head)
    also = next((part.also for part in reference.head_parts() if plain(lower) in part.words), ())
    name = unicodedata.normalize("NFKC", upper).split(JOINT)[-1].strip()
    unit = LAST.search(name)
    return {"": name, **dict(also)} if unit is None else {"": name[:unit.start()], **dict(also), "计量单位": unit[1]}



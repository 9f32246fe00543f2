"""Filling a stranger's Excel template from an own table, so that no figure is typed twice for another system.

A mapping says which column of the table goes to which column of the template from which row on, and which single cells
take a total, a computed sheet's figure or words. All that stands in the way is told at once and nothing is written:
a stranger's merged cells, formulas, locked cells and texts stay as they are. ``template_xml`` edits the cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import asdict

from pairing_desktop.errors import BadContent, Problem, problem, system_reason, trouble
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import importing_columns, template_units
from pairing_desktop.services.importing_alike import guessed
from pairing_desktop.services.importing_plan import Target
from pairing_desktop.services.own_tables import Definition
from pairing_desktop.services.template_xml import Area, Place, Template, column_letters, column_number, split
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.documents.own_table import OwnTable
    from pairing_desktop.formspec.summary_values import Head, Line, Shown

WORDS = {"county": "本县名称", "bureau": "填报单位", "period": "报告期", "count": "行数", "today": "填表日期"}
"""Words that a single cell may take beside the table's columns."""
SHOWN = 12
EVERY = 50
"""Lines between two tellings of progress."""
LONGEST_HEAD = 60
"""Longer texts are no heads."""


class Filling(Struct, frozen=True):
    """How a template is filled: a block of columns from ``first_row`` on, and single cells."""

    file: str = ""
    """Where the template was last; another one may be chosen."""
    sheet: str = ""
    first_row: int = 0
    columns: tuple[tuple[str, str], ...] = ()
    """(path of the own table's column, or ``#`` for the number; letters of the template's column)."""
    cells: tuple[tuple[str, str], ...] = ()
    """(cell such as C5, source): ``total:<path>``, ``value:<path>`` of the only line, ``figure:<computed figure>``,
    ``word:<one of WORDS>``."""

    def plain(self) -> dict[str, Any]:
        """Return it as kept with the own table."""
        return {**asdict(self), "columns": [list(c) for c in self.columns], "cells": [list(c) for c in self.cells]}


class Filled(Struct, frozen=True):
    """What was filled: the new file's bytes, and how many cells and lines."""

    content: bytes
    cells: int
    lines: int
    converted: tuple[str, ...] = ()
    """What was filled in another unit than the table's, in words: 合同额：万元折算为亿元."""


def of(table: Definition) -> Filling:
    """Return the filling that is kept with a table."""
    kept = dict(table.template)
    if not kept:
        return Filling()
    pairs = {name: tuple((str(a), str(b)) for a, b in kept.get(name, ())) for name in ("columns", "cells")}
    return Filling(file=str(kept.get("file", "")), sheet=str(kept.get("sheet", "")),
                   first_row=int(kept.get("first_row", 0)), **pairs)


def sheets(path: Path) -> tuple[str, ...]:
    """Return a template's sheets. Trouble: it can't be read."""
    return Template(_read(path), path.name).sheets


def guess(path: Path, sheet: str, titles: Sequence[tuple[str, str]]) -> Filling:
    """Return a filling guessed from the template's heads: the row that names most of the table's columns.

    Of a head of two rows the lower one counts, and the upper where nothing stands below.

    ``titles``: (path, title) of the table's columns.
    """
    texts = Template(_read(path), path.name).texts(sheet)
    known = list(dict((*titles, ("#", "序号"))).items())
    wanted = [Target(str(n), title.rpartition("·")[2]) for n, (_, title) in enumerate(known)]  # a dot means a sub-table
    rows: dict[int, dict[int, str]] = {}
    for place, text in texts.items():
        letters, row = split(place)
        if row <= importing_columns.LOOKED and len(text) <= LONGEST_HEAD:
            rows.setdefault(row, {})[column_number(letters)] = text
    matched = {row: guessed(heads, wanted) for row, heads in rows.items()}
    for row in [row for row in rows if row + 1 in rows]:
        both = guessed(rows[row] | rows[row + 1], wanted)
        if len(both) > max(len(matched[row]), len(matched[row + 1])):
            matched[row + 1] = both
    head = max(matched, key=lambda row: len(matched[row]), default=0)
    if not matched.get(head):
        return Filling(file=str(path), sheet=sheet)
    columns = tuple((known[int(n)][0], column_letters(place)) for place, (n, _) in sorted(matched[head].items()))
    return Filling(file=str(path), sheet=sheet, first_row=head + 1, columns=columns)


def figures(ws: Workspace) -> list[tuple[str, str]]:
    """Return (source, label) of the computed sheets' fixed figures: what a single cell may take."""
    from pairing_desktop.services import summarising

    return [(f"figure:{path}", label) for path, label in summarising.fixed(ws)]


def filled(ws: Workspace, table: Definition, filling: Filling, quarter: str, template: Path,
           *, progress: Progress = silent) -> Filled:
    """Return the template filled. BadContent: every place that can't be filled, and why."""
    from pairing_desktop.services import own_tables_worked

    progress("读模板", 0, 0)
    book = Template(_read(template), template.name)
    progress("取数", 0, 0)
    worked = own_tables_worked.worked(ws, table, quarter)
    area = book.area(filling.sheet)
    lines = [line for line in worked.part.lines if line.kind == "plain"]
    problems: list[Problem] = []
    values: dict[Place, Shown] = {}
    if not filling.columns and not filling.cells:
        problems.append(problem("own_tables.nothing"))
    given = _Given(ws, quarter, worked, lines, template_units.of_sheet(area, filling.first_row or LONGEST_HEAD))
    problems += _block(filling, area, given, values, progress)
    problems += _singles(filling, area, given, values)
    problems += [p for place in values for p in _in_the_way(area, place)]
    if problems:
        raise BadContent(*problems[:SHOWN])
    progress("写入模板", 0, 0)
    return Filled(book.with_values(filling.sheet, {place: _held(s) for place, s in values.items()}), len(values),
                  len(lines) if filling.columns else 0, tuple(given.converted))


def save(done: Filled, template: Path, to: Path) -> None:
    """Write what was filled to a file of its own. Trouble: that file is the template; it can't be written."""
    from pairing_desktop.services import writing

    writing.write(to, done.content, read=(template,), endings=(template.suffix.lower(),))


class _Given(Struct, frozen=True):
    """What there is to fill in."""

    ws: Workspace
    quarter: str
    worked: OwnTable
    lines: Sequence[Line]
    whole: str = ""
    """The unit that the template names once for all."""
    converted: dict[str, None] = field(default_factory=dict)

    @property
    def heads(self) -> dict[str, int]:
        """Return the table's columns by path."""
        return {head.id: number for number, head in enumerate(self.worked.part.heads)}


def _block(
    filling: Filling, area: Area, given: _Given, values: dict[Place, Shown], progress: Progress
) -> Iterator[Problem]:
    """Put the lines under one another; yield what is wrong with the mapping, the units or the room."""
    placed: list[tuple[int, int, Decimal]] = []
    for path, letters in filling.columns:
        found = _column(path, letters, filling, area, given)
        if isinstance(found, Problem):
            yield found
        else:
            placed.append(found)
    yield from _sent_twice(placed, given)
    columns = {column for _, column, _ in placed}
    if placed and (lacking := _no_room(filling, area, columns, len(given.lines))):
        yield lacking
        return
    for number, line in enumerate(given.lines):
        if number % EVERY == 0:
            progress("填入模板", number, len(given.lines))
        for source, column, ours in placed:
            yield from _put(values, Place(filling.first_row + number, column), line.cells[source], ours)


def _sent_twice(placed: Sequence[tuple[int, int, Decimal]], given: _Given) -> Iterator[Problem]:
    """Yield the template's columns that two of the table's would go to."""
    first: dict[int, str] = {}
    for source, column, _ in placed:
        title = given.worked.part.heads[source].title
        if column in first:
            yield problem("own_tables.column_twice", column=column_letters(column), first=first[column], second=title)
        first.setdefault(column, title)


def _put(values: dict[Place, Shown], place: Place, shown: Shown, ours: Decimal) -> Iterator[Problem]:
    """Keep what a cell takes, in the template's unit; yield a figure that words make impossible to convert."""
    found = template_units.converted(shown, ours)
    if found is None:
        yield problem("own_tables.not_converted", cell=place.name, text=shown.text)
    else:
        values[place] = found


def _column(path: str, letters: str, filling: Filling, area: Area, given: _Given) -> tuple[int, int, Decimal] | Problem:
    """Return the table's column, the template's, and how many of our unit the template's is."""
    if not re.fullmatch(r"[A-Za-z]{1,3}", letters):
        return problem("own_tables.bad_cell", cell=letters)
    if path not in given.heads:
        return problem("own_tables.no_source", cell=letters.upper(), source=path)
    source, column = given.heads[path], column_number(letters)
    named = template_units.over_column(area, column, filling.first_row)
    ours = _size(given, given.worked.part.heads[source], named, letters.upper())
    return ours if isinstance(ours, Problem) else (source, column, ours)


def _no_room(filling: Filling, area: Area, columns: set[int], rows: int) -> Problem | None:
    """Return what forbids to put so many lines there, None when they fit."""
    if filling.first_row < 1:
        return problem("own_tables.bad_cell", cell=f"第 {filling.first_row} 行")
    below = sorted((row, area.texts[row, column]) for row, column in area.texts
                   if column in columns and row >= filling.first_row)
    if not below or below[0][0] >= filling.first_row + rows:
        return None
    stop, text = below[0]
    room = stop - filling.first_row
    return problem("own_tables.no_room", first=filling.first_row, room=room, rows=rows, stop=stop, text=text[:20],
                   missing=rows - room)


def _size(given: _Given, head: Head, named: str, cell: str) -> Decimal | Problem:
    """Return how many of our unit the template's is, and keep it in words; that one can't be given in the other."""
    unit, ours = template_units.asked(named, given.whole, head.unit)
    if ours is None:
        return problem("own_tables.other_unit", cell=cell, title=head.title, own=head.unit, unit=unit)
    if ours != 1:
        given.converted[f"{head.title}：{head.unit}折算为{unit}"] = None
    return ours


def _singles(filling: Filling, area: Area, given: _Given, values: dict[Place, Shown]) -> Iterator[Problem]:
    """Put single cells; yield what is wrong with their sources or stands there already."""
    for cell, source in filling.cells:
        if not re.fullmatch(r"[A-Za-z]{1,3}[1-9]\d{0,6}", cell):
            yield problem("own_tables.bad_cell", cell=cell)
            continue
        letters, row = split(cell.upper())
        place = Place(row, column_number(letters))
        kind, _, name = source.partition(":")
        if kind == "value" and len(given.lines) > 1:
            yield problem("own_tables.too_many", cell=cell.upper(), rows=len(given.lines))
            continue
        found = _source(given, kind, name)
        if found is None:
            yield problem("own_tables.no_source", cell=cell.upper(), source=name or source)
        elif place in values:
            yield problem("own_tables.cell_twice", cell=cell.upper(), text=values[place].text[:20])
        elif place in area.texts:
            yield problem("own_tables.occupied", cell=cell.upper(), text=area.texts[place][:20])
        else:
            named = template_units.beside(area, place) or template_units.above(area, place, filling.first_row)
            ours = _size(given, _head_of(given, kind, name), named, cell.upper())
            if isinstance(ours, Problem):
                yield ours
            else:
                yield from _put(values, place, found, ours)


def _head_of(given: _Given, kind: str, name: str) -> Head:
    """Return what a single cell's figure is called, and its unit; words have none."""
    from pairing_desktop.formspec.summary_values import Head
    from pairing_desktop.services import summarising

    if kind == "figure":
        label, unit = summarising.fixed_units(given.ws).get(name, ("", ""))
        return Head(name, label, unit)
    heads = given.worked.part.heads
    return heads[given.heads[name]] if name in given.heads else Head(name, name)


def _source(given: _Given, kind: str, name: str) -> Shown | None:
    """Return what a single cell takes, None if there is no such thing now."""
    from pairing_desktop.services import summarising

    if kind == "word":
        return _word(given, name)
    if kind == "figure":
        return summarising.figure(given.ws, given.quarter, name)
    if name not in given.heads:
        return None
    total = next((line for line in given.worked.part.lines if line.id == "total"), None)
    line = total if kind == "total" else given.lines[0] if given.lines else None
    return line.cells[given.heads[name]] if line is not None and kind in ("total", "value") else None


def _word(given: _Given, name: str) -> Shown | None:
    from pairing_desktop.formspec import period as periods
    from pairing_desktop.formspec.summary_values import Shown

    about = given.ws.about
    if name == "count":
        return Shown(str(len(given.lines)), len(given.lines))
    words = {"county": about.county_name, "bureau": about.bureau, "period": periods.title(given.quarter),
             "today": given.ws.today.isoformat()}
    return Shown(words[name]) if name in words else None


def _in_the_way(area: Area, place: Place) -> Iterator[Problem]:
    """Yield what forbids to fill a cell: a merge, a lock, a formula."""
    merge = area.merge_at(place)
    if merge is not None:
        yield problem("own_tables.merged", cell=place.name, area=merge.text, first=merge.first.name)
    elif place in area.formulas:
        yield problem("own_tables.formula", cell=place.name, text=f"={area.formulas[place]}"[:40])
    elif area.locked(place):
        yield problem("own_tables.protected", cell=place.name)


def _held(shown: Shown) -> object:
    """Return what a cell takes: the value, or text where a word such as 约 belongs to it; None leaves it blank."""
    if shown.held is not None and not shown.qualifier:
        return shown.held
    return None if shown.text in ("", "—") else shown.text


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise trouble("own_tables.broken", file=path.name, why=system_reason(error)) from error

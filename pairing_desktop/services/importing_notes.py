"""What a dry run tells of a sheet as a whole: what was not read, and what was understood otherwise than it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from pairing_desktop.formspec import period
from pairing_desktop.services.importing_columns import column_targets
from pairing_desktop.services.importing_places import rows_said
from pairing_desktop.services.importing_plan import (
    ABOVE,
    LEFT,
    PART,
    PERIOD,
    PRINTED,
    QUARTER_ALONE,
    ROW,
    TOTAL,
    Layout,
    Row,
    RowFinding,
)
from pairing_desktop.services.importing_printed import supplements
from pairing_desktop.services.importing_spelling import SAME_AT_LEFT

if TYPE_CHECKING:
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.importing import Source
    from pairing_desktop.services.importing_cells import Cells
    from pairing_desktop.services.importing_tables import SubTables

MOST_NAMED, FIRST = 30, 14
"""Rows left out that are named, by so many characters; the dry run has all of them."""
Place = tuple[str, int, int]
"""A cell: sheet, row from 1, column from 0."""


def of_quarter(told: str, quarter: str) -> list[str]:
    """Return a word on a sheet that says it is of another quarter than it is imported into."""
    other = told not in ("", quarter)
    return [f"表上写的是{period.title(told)}，这次导入到{period.title(quarter)}，请核对"] if other else []


def of_way(layout: Layout) -> list[str]:
    """Return how a sheet was made a table, where its heads are not simply in a row."""
    way, found = layout.way, []
    if way.heads == PRINTED:
        found.append("这是本程序打印的表，按原样读回")
    elif way.heads != ABOVE:
        found.append("表头在左侧，每一列是一条记录" if way.heads == LEFT else "一张表是一条记录，名称和内容左右相邻")
    if layout.lists:
        count = len(layout.lists)
        found.append(f"并排的 {count} 份名单，只读了第 {way.part} 份" if way.part else f"并排的 {count} 份名单都读了")
    if layout.below:
        rows = "、".join(f"第 {head + 1} 行" for head in layout.below)
        found.append(f"{rows}另起表头，和上面的不同，下面的按各自的表头读入")
    nearly = [f"“{name}”{why}" for name, why in layout.unlike if name in way.also]
    if way.also:
        found.append(f"{len(way.also) + 1} 张工作表一起读{'，其中' if nearly else ''}{'、'.join(nearly)}")
    return found


def left_out(
    source: Source, form: Form, cells: Cells, skipped: Sequence[RowFinding], given: Mapping[str, str],
) -> list[str]:
    """Return what was not read of the sheet, and what was read without it: ``given``, text by label."""
    layout, found = cells.layout, []
    left = [c.head for c in layout.columns if not c.target and not c.note]
    if left:
        found.append(f"没有对应填报项的列没有读：{_few(left)}")
    if source.marks:
        there = {c.target for c in layout.columns if c.target}
        lacking = [t.label for t in column_targets(form.fields)
                   if t.id not in there and t.label not in given and not t.computed]
        found += [f"采集表里少了这些列，原有的数不动：{_few(lacking)}"] if lacking else []
    found += [f"没有“{label}”的行按“{text}”读入" for label, text in given.items()]
    swallowed = sorted({row + 1 for row, _ in cells.sheet.swallowed})
    found += [f"{rows_said(cells.sheet, swallowed)}里夹着后面几行的内容，多半是少了一个引号，夹在里面的没有读"
              ] if swallowed else []
    totals = [one for one in skipped if one.code == TOTAL]
    found += [f"跳过合计行 {len(totals)} 行：{_named(cells, totals)}"] if totals else []
    parts = [f"{rows_said(cells.sheet, [one.row])}“{one.label}”" for one in skipped if one.code == PART]
    found += [f"表里分了段，各段都按同一个表头读入：{_few(parts)}"] if parts else []
    found += _unread_sheets(layout)
    more = supplements(source.sheets, layout.sheet)
    found += [f"工作表“{'”“'.join(more)}”是这张表放不下的列，请接着单独导入"] if more else []
    apart = [one for one in skipped if one.field == PERIOD]
    for said, alone in (("别的季度的没有读", False), ("只是一季的没有读，读了本年累计的", True)):
        named = [f"{rows_said(cells.sheet, [one.row])}“{one.label}”" for one in apart
                 if alone == (one.code == QUARTER_ALONE)]
        found += [f"{said}：{_few(named)}"] if named else []
    rest = [one for one in skipped if one.field != PERIOD and one.code not in (TOTAL, PART)]
    found += [f"跳过表头、说明等 {len(rest)} 行：{_named(cells, rest)}"] if rest else []
    return found


def _named(cells: Cells, rows: Sequence[RowFinding]) -> str:
    """Name rows that were left out by their places and first words."""
    own = cells.sheet.name
    said = [(rows_said(cells.sheet, [one.row]) if one.sheet == own else f"“{one.sheet}”第{one.row}行")
            + (f"“{one.label[:FIRST]}{'…' * (len(one.label) > FIRST)}”" if one.label else "")
            for one in rows[:MOST_NAMED]]
    return "、".join(said) + ("等" if len(rows) > MOST_NAMED else "")


def of_lines(form: Form, layout: Layout, rows: Sequence[Row], named: Mapping[str, str]) -> list[str]:
    """Tell what becomes of rows that a record has in a sub-table and the sheet has not, or calls otherwise (named)."""
    tables = [table for table in form.tables if any(t.startswith(f"{table.id}.") for t in layout.targets)]
    if not any(row.record for row in rows):
        return []
    found = [f"已有记录的“{table.plain_label}”按“{table.columns[0].plain_label}”逐行对上，表里没有的行照旧留着"
             for table in tables]
    same = [f"“{here}”即已有的“{there}”" for here, there in named.items()]
    return found + ([f"名称只差计量单位或全角半角的算同一行，名称照已有的：{_few(same)}"] if same else [])


def of_tables(tables: SubTables, lost: Sequence[str], told: AbstractSet[Place]) -> list[str]:
    """Return what became of a collection workbook's sheets of sub-tables; ``lost`` are those that nothing marks."""
    found = [f"工作表“{'”“'.join(lost)}”没有读：采集表里的标识不在了，请填在原来那一本里"] if lost else []
    found += [f"少了工作表“{'”“'.join(tables.missing)}”：原有的不动"] if tables.missing else []
    return found + [f"工作表“{one.sheet.name}”：{note}" for one in tables.cells for note in understood(one, told)]


def of_more(rows: Sequence[Row]) -> list[str]:
    """Return a word on rows that only go on with the record above them."""
    further = sum(len(row.more) for row in rows)
    return [f"有 {further} 行与上面一行是同一条记录，作为它的明细读入"] if further else []


def _unread_sheets(layout: Layout) -> list[str]:
    """Name the sheets like the one that is read: those that could be read with it, those that have to go alone."""
    why = dict(layout.unlike)
    near = [f"“{one}”{f'（{why[one]}）' if one in why else ''}" for one in layout.others if one not in layout.way.also]
    apart = [f"“{one}”（{said}）" for one, said in layout.unlike if one not in layout.others]
    found = [f"工作表{'、'.join(near)}的表头和这一张一样或差不多，这次没有读"] if near else []
    return found + ([f"这些工作表不能一起读，请单独导入：{_few(apart)}"] if apart else [])


def understood(cells: Cells, told: AbstractSet[Place]) -> list[str]:
    """Return what was understood otherwise than it stands in a sheet; ``told``: cells of which a finding tells."""
    heads_ = {c.place: c.head.removesuffix(" *") for c in cells.layout.columns}
    filled = {heads_.get(place, ""): [row for row in rows if (cells.sheet.name, row, place) not in told]
              for place, rows in cells.filled.items()}
    found = _hidden_notes(cells)
    if any(filled.values()):
        where = "；".join(f"“{head}”{rows_said(cells.sheet, rows)}" for head, rows in filled.items() if rows)
        count = sum(map(len, filled.values()))
        found.append(f"合并的单元格有 {count} 处按合并区左上角的内容补齐：{where}")
    found += [f"“{head}”有 {count} 种写法只到月或年底：按当月第一天读入，完成、验收一类的按最后一天，请在右边核对"
              for head, count in cells.months.items()]
    found += [f"“{head}”里{rows_said(cells.sheet, list(rows))}的“{next(iter(rows.values()))}”按"
              f"{'左边一格' if SAME_AT_LEFT in rows.values() else '上一行'}的内容读入"
              for head, rows in cells.dittos.items()]
    found += [f"“{head}”的{_few(taken)}读入" for head, taken in cells.answers.items()]
    found += [f"“{head}”的格里自带单位：{_few(taken)}" for head, taken in cells.units.items()]
    notes: dict[str, list[str]] = {}
    for column in cells.layout.columns:
        if column.note:
            notes.setdefault(column.note, []).append(f"“{column.head}”")
    return found + [f"{_few(named)}：{note}" for note, named in notes.items()]


def of_version(source: Source, form: Form) -> list[str]:
    """Return a word on a collection workbook of another version of the form."""
    marks = source.marks
    if marks is None or (marks.version, marks.digest) == (form.version, form.digest):
        return []
    other = f"采集表是第 {marks.version} 版，现在的表是第 {form.version} 版"
    said = other if marks.version != form.version else "采集表发出以后表式改过"
    return [f"{said}：能对上的列照常读入"]


def _hidden_notes(cells: Cells) -> list[str]:
    sheet, layout = cells.sheet, cells.layout
    line, column = ("行", "列") if layout.way.heads == ABOVE else ("列", "行")
    rows = len([r for r in sheet.hidden_rows if layout.start <= r < len(sheet.rows)])
    found = [f"有 {rows} {line}{'被筛选' if sheet.filtered else '被隐藏'}，也一并读入"] if rows else []
    columns = [c.head for c in layout.columns if c.place in sheet.hidden_columns and c.target not in ("", ROW)]
    return [*found, f"隐藏的{column}也一并读入：{_few(columns)}"] if columns else found


def _few(names: Sequence[str]) -> str:
    return "、".join(names[:8]) + ("等" if len(names) > 8 else "")

"""Spreadsheets: rows taken in, collection workbooks given out."""

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs, to_builtins

from pairing_desktop.cli.speech import BAD, FAILED, GOOD, problem_json, say, say_json
from pairing_desktop.cli.words import Commands, chinese, file_word, json_option, quarter, reading, writing
from pairing_desktop.errors import Trouble, trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.services.importing import Layout, Plan, Source
    from pairing_desktop.services.importing_lacking import Lacking
    from pairing_desktop.services.importing_plan import Outcome, Row, RowFinding
    from pairing_desktop.services.importing_readings import Reading
    from pairing_desktop.services.workspace import Workspace


FEW = 5
"""New rows of which a dry run says how they were read."""


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("import", take_in, "从表格导入记录")
    file_word(one)
    one.add_argument("sheet", metavar="表格", type=Path, help=".xlsx、.xls、.et、.ods 或 .csv")
    one.add_argument("--form", metavar="表", required=True, help="导入到哪张表，如 enterprise（用 forms list 看）")
    one.add_argument("--quarter", metavar="季度", default="", type=quarter,
                     help="如 2024Q2；默认是表上写的季度，没有写就是最近结束的一个季度")
    one.add_argument("--sheet-name", metavar="工作表", action="append", default=[], type=chinese,
                     help="默认第一张表头对得上的；表头一样的可以写几个，一起读")
    one.add_argument("--all-sheets", action="store_true", help="表头一样的工作表都一起读，隐藏的除外")
    heads = one.add_mutually_exclusive_group()
    heads.add_argument("--head-row", metavar="行号", type=int, help="表头在第几行，默认自动找")
    heads.add_argument("--head-column", metavar="列号", type=int, help="表头在左侧时在第几列（A 是 1），默认自动找")
    one.add_argument("--list", metavar="第几份", type=int, default=0, help="并排的几份名单只读其中一份，默认都读")
    one.add_argument("--approximate", action="store_true", help="约数按数字取，如“120余人”取 120")
    one.add_argument("--dry-run", action="store_true", help="只预演，什么都不改")
    one.add_argument("--keep-errors", action="store_true", help="有强制性问题的行也导入，进去以后再改")
    one.add_argument("--why", metavar="原因", default="", type=chinese, help="改已报送的记录时的修改原因")
    one.add_argument("--set", metavar="填报项=内容", dest="given", action="append", default=[], type=chinese,
                     help="表里没有、全表一样的填报项写一次，如 --set 指标年度=2023，可以多写几个")
    one.add_argument("--decide", metavar="行号=决定", action="append", default=[], type=chinese,
                     help="疑似重复的行怎么办：5=合并、5=另建、5=不导入（读几张时写“妙高 5=合并”，表头在左侧时写"
                          "“D列=合并”）；合并或修改时逐项取值：5.营业收入=现有"
                          "（或 =表格），并到另一行的，“现有”是那一行的值；可以多写几个")
    one.add_argument("--refused", metavar="文件", type=Path, help="把拒收的行另存为 .xlsx，原因写在批注里")
    json_option(one)


def take_in(words: argparse.Namespace) -> int:
    """Import a spreadsheet; 0 all rows accepted, 1 some refused, 2 not done."""
    try:
        return _take_in(words)
    except Trouble as bad:
        if not words.json:
            raise
        say_json({"problems": [problem_json(p) for p in bad.problems], "rows": 0, "accepted": 0, "findings": []})
        return FAILED


def _take_in(words: argparse.Namespace) -> int:
    from pairing_desktop.services import (
        importing,
        importing_given,
        importing_lacking,
        importing_refused,
        importing_told,
        importing_writing,
    )
    from pairing_desktop.services import writing as files

    if words.refused:  # refused before anything is imported
        files.must_spare(words.refused, read=(words.file, words.sheet), endings=importing_refused.ENDINGS)
    source = importing.look(words.sheet)
    outcome: Outcome | None = None
    with (reading if words.dry_run else writing)(words.file) as ws:
        told = words.quarter or importing.quarter_told(ws, source, _layout(ws, source, words), form=words.form)
        into = importing.quarter_for(ws, source, told)
        layout = _layout(ws, source, words, into)
        given = importing_given.read(ws, words.form, layout, words.given)
        plan = importing.dry_run(ws, source, layout, form=words.form, keep_errors=words.keep_errors, why=words.why,
                                 quarter=into, given=given)
        plan = importing_told.decide(ws, plan, words.decide)
        lacking = [one for one in importing_lacking.lacking(ws, source, layout, form=words.form)
                   if one.target.id not in given]
        form = ws.catalogue.form(plan.form)
        read = _readings(ws, plan, every=words.json) if words.dry_run else []
        counts = plan.counts()
        if not words.dry_run and counts["new"] + counts["changed"]:
            outcome = importing_writing.carry_out(ws, plan)
    if words.refused and counts["refused"]:
        importing_refused.save(source, plan, words.refused)
    if words.json:
        _say_json(plan, outcome, lacking, read, dry=words.dry_run)
    else:
        _say_lacking(lacking)
        _say_read(read, plan.counts()["new"])
        _say(plan, outcome, form, dry=words.dry_run)
    return BAD if counts["refused"] else GOOD


def _layout(ws: "Workspace", source: "Source", words: argparse.Namespace, into: str = "") -> "Layout":
    from pairing_desktop.services import importing
    from pairing_desktop.services.importing_plan import LEFT, Way

    number = words.head_row if words.head_column is None else words.head_column
    names = words.sheet_name
    if number is not None and number < 1:
        raise trouble("importing.no_columns", sheet=(names or source.sheets)[0], form=words.form)
    read = partial(importing.layout_of, ws, source, form=words.form, sheet=names[0] if names else "", quarter=into)
    layout = read(head=None if number is None else number - 1, way=None if words.head_column is None else Way(LEFT))
    if words.head_column is not None and not layout.way.heads:
        raise trouble("importing.not_across", sheet=layout.sheet, column=words.head_column)
    every = [one for one in layout.others if one not in layout.hidden]
    also = tuple(dict.fromkeys([*every, *names[1:]]) if words.all_sheets else names[1:])
    for name in also:
        importing.sheet_of(source, name)
    if not (also or words.list or words.approximate):
        return layout
    layout = read(way=structs.replace(layout.way, part=words.list), head=layout.head, also=also,
                  rough=[c.place for c in layout.columns] if words.approximate else ())
    _require_taken(layout, also, words.list)
    return layout


def _require_taken(layout: "Layout", also: "Sequence[str]", part: int) -> None:
    """Refuse what was asked for and cannot be read."""
    for name in also:
        if name not in layout.way.also:
            raise trouble("importing.unlike_sheet", sheet=name, first=layout.sheet,
                          why=dict(layout.unlike).get(name, "表头不同"))
    if part != layout.way.part:
        raise trouble("importing.no_list", number=part, sheet=layout.sheet, lists=max(len(layout.lists), 1))


def _readings(ws: "Workspace", plan: "Plan", *, every: bool) -> "list[tuple[Row, tuple[Reading, ...]]]":
    """Return how new rows were read: the first ones, or all."""
    from pairing_desktop.services.importing_readings import Readings

    rows, read = [row for row in plan.rows if row.fate.state == "new"], Readings(ws, plan)
    return [(row, read.of(row)) for row in (rows if every else rows[:FEW])]


def _say_read(read: "list[tuple[Row, tuple[Reading, ...]]]", count: int) -> None:
    """Say how new rows were read: as it stands in the sheet → as it will be stored, where that differs."""
    for row, fields in read:
        parts = [f"{one.label} {f'{one.sheet}→' if one.differs else ''}{one.stored}" for one in fields
                 if not one.origin]
        say(f"新增  {row.where}：{'，'.join(parts)}")
    if read and count > len(read):
        say(f"新增的还有 {count - len(read)} 行，每一项怎么读的用 --json 看。")


def _say_json(plan: "Plan", outcome: "Outcome | None", lacking: "list[Lacking]",
              read: "list[tuple[Row, tuple[Reading, ...]]]", *, dry: bool) -> None:
    from pairing_desktop.services.importing_shown import sides

    counts = plan.counts()
    accepted = counts["new"] + counts["changed"] + counts["unchanged"]
    said: dict[str, object] = {
        "form": plan.form, "quarter": plan.quarter, "sheet": plan.layout.sheet, "also": plan.layout.way.also,
        "heads": plan.layout.way.heads or "above", "head_row": plan.layout.head + 1,
        "dry_run": dry, "import": outcome.id if outcome else "", "rows": len(plan.rows), "accepted": accepted,
        **{str(name): count for name, count in counts.items()},
        "columns": [{"column": c.place + 1, "head": c.head, "field": c.target, "note": c.note}
                    for c in plan.layout.columns],
        "lacking": [{"field": one.target.id, "label": one.target.label, "likely": one.text} for one in lacking],
        "findings": [{**to_builtins(one), **_place(plan, one)} for one in plan.findings],
        "doubles": [{**_row(plan, row.number), "like": like.label, "why": like.why, "score": like.score,
                     "like_row": _row(plan, like.row)["row"], "choice": row.choice, "fields": _fields(row)}
                    for row in plan.doubles if (like := row.similar)],
        "changes": [{**_row(plan, row.number), "record": row.fate.label, "fields": _fields(row)}
                    for row in plan.rows if row.record and not row.similar and sides(row)],
        "records": [{**_row(plan, row.number), "record": row.fate.label, "fields": [to_builtins(one) for one in fields]}
                    for row, fields in read],
        "skipped": [{**_row(plan, one.row), "message": one.message} for one in plan.skipped],
        "notes": list(plan.notes),
    }
    say_json(said)


def _fields(row: "Row") -> list[dict[str, object]]:
    """Return both values of each field of a row that is merged or changes a record, and which of them is taken."""
    from pairing_desktop.services.importing_shown import sides

    taken = {0: "there", 1: "row", -1: "both"}
    return [{"field": one.field, "label": one.label, "there": one.old, "row": one.new, "taken": taken[one.side],
             "fixed": one.fixed} for one in sides(row)]


def _place(plan: "Plan", one: "RowFinding") -> dict[str, object]:
    """Return the file's own cell of a finding; column 0 for none."""
    from pairing_desktop.services.importing_places import home_of

    home = home_of(plan, one)
    sheet = home.sheet if plan.sheet.parts else one.sheet
    return {"sheet": sheet, "row": home.row + 1, "column": home.column + 1 if one.column >= 0 else 0}


def _row(plan: "Plan", number: int) -> dict[str, object]:
    """Return the file's own row, with its sheet where several are read; 0 stays 0."""
    from pairing_desktop.exchange.spreadsheet_views import home

    at = home(plan.sheet, number - 1) if number and plan.sheet.parts else None
    return {"row": at.row + 1, "sheet": at.sheet} if at else {"row": number}


def _say_lacking(lacking: "list[Lacking]") -> None:
    """Say what no column gives and every record needs, and how it is said once for the whole sheet."""
    if lacking:
        ways = "、".join(f"--set {one.target.label}={one.text or '…'}" for one in lacking)
        say(f"表里没有、每条记录都要填的项，全表一样的可以写一次：{ways}。")


def _say(plan: "Plan", outcome: "Outcome | None", form: "Form", *, dry: bool) -> None:
    """Say what was found and done; of a form of quarters the quarter, which nobody may have named."""
    from pairing_desktop.formspec import period
    from pairing_desktop.services.importing_places import said_of
    from pairing_desktop.services.importing_shown import sides

    for note in plan.notes:
        say(note + "。")
    for one in plan.findings:
        level = "强制" if one.level == "error" else "核实"
        say(f"{level}  {said_of(plan, one)}{f' · {one.label}' if one.label else ''}：{one.message}")
    for row in plan.doubles:
        if row.similar:
            done = {"keep": "仍作为新记录", "out": "不另导入", "merge": "合并进去"}[row.choice]
            why = f"{row.similar.why}（{row.similar.score} 分）"
            with_ = f"{row.similar.where}的" if row.similar.row else ""
            say(f"疑似重复  {row.where}与{with_}“{row.similar.label}”：{why}，{done}")
    if plan.doubles:
        name = "".join(plan.doubles[0].place.short.split()) if plan.sheet.parts else "行号"
        say(f"这些行可以改：--decide {name}=合并（或 另建、不导入），"
            f"逐项取值写 --decide {name}.填报项=现有（或 表格）。")
    for row in plan.rows:
        for side in sides(row) if row.decided else ():
            if not side.fixed:
                there, here = (row.similar.where, "这一行") if row.similar and row.beside else ("现有", "表格")
                taken = f"取{here if side.side else there}的"
                say(f"{row.where}  {side.label}：{there}“{side.old or '（空）'}”，"
                    f"{here}“{side.new or '（空）'}”，{taken}")
    _say_lines(plan, form)
    counts = plan.counts()
    said = f"新增 {counts['new']}，修改 {counts['changed']}，不变 {counts['unchanged']}，拒收 {counts['refused']}"
    begun = "预演，什么都没有改" if dry else "已导入" if outcome else "没有可导入的，什么都没有改"
    into = f"（{period.title(plan.quarter)}）" if form.kind == "quarterly" else ""
    say(f"{begun}{into}：{len(plan.rows)} 行，{said}。")


def _say_lines(plan: "Plan", form: "Form") -> None:
    """Say which lines of sub-tables a row mends, adds and takes away, unless its fields were told one by one."""
    tables = {table.id for table in form.tables}
    for row in plan.rows:
        for one in row.fate.changes if row.fate.state == "changed" and not row.decided else ():
            if one.field in tables:
                say(f"{row.where}  {one.label}：{one.old or '没有内容'}改为 {one.new}")


def template(form: str, out: Path, folder: Path | None) -> int:
    """Write a form's collection workbook."""
    from pairing_desktop.services import collecting

    made = collecting.save_blank(form, out, folder=folder)
    say(f"采集表在 {made}。")
    return GOOD

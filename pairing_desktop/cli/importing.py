"""Spreadsheets: rows taken in, collection workbooks given out."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import to_builtins

from pairing_desktop.cli.speech import BAD, FAILED, GOOD, problem_json, say, say_json
from pairing_desktop.cli.words import Commands, chinese, file_word, json_option, quarter, reading, writing
from pairing_desktop.errors import Trouble, trouble

if TYPE_CHECKING:
    from pairing_desktop.services.importing import Lacking, Layout, Plan, Source
    from pairing_desktop.services.importing_plan import Outcome, Row
    from pairing_desktop.services.workspace import Workspace


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("import", take_in, "从表格导入记录")
    file_word(one)
    one.add_argument("sheet", metavar="表格", type=Path, help=".xlsx、.xls、.et 或 .csv")
    one.add_argument("--form", metavar="表", required=True, help="导入到哪张表，如 enterprise（用 forms list 看）")
    one.add_argument("--quarter", metavar="季度", default="", type=quarter,
                     help="如 2024Q2；默认是采集表上写的季度，没有写就是最近结束的一个季度")
    one.add_argument("--sheet-name", metavar="工作表", default="", type=chinese, help="默认第一张")
    one.add_argument("--head-row", metavar="行号", type=int, help="表头在第几行，默认自动找")
    one.add_argument("--dry-run", action="store_true", help="只预演，什么都不改")
    one.add_argument("--keep-errors", action="store_true", help="有强制性问题的行也导入，进去以后再改")
    one.add_argument("--why", metavar="原因", default="", type=chinese, help="改已报送的记录时的修改原因")
    one.add_argument("--set", metavar="填报项=内容", dest="given", action="append", default=[], type=chinese,
                     help="表里没有、全表一样的填报项写一次，如 --set 指标年度=2023，可以多写几个")
    one.add_argument("--decide", metavar="行号=决定", action="append", default=[], type=chinese,
                     help="疑似重复的行怎么办：5=合并、5=另建、5=不导入；合并或修改时逐项取值：5.营业收入=现有"
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
        importing_refused,
        importing_told,
        importing_writing,
    )

    source = importing.look(words.sheet)
    outcome: Outcome | None = None
    with (reading if words.dry_run else writing)(words.file) as ws:
        layout = _layout(ws, source, words)
        given = importing_given.read(ws, words.form, layout, words.given)
        plan = importing.dry_run(ws, source, layout, form=words.form, keep_errors=words.keep_errors, why=words.why,
                                 quarter=importing.quarter_for(ws, source, words.quarter), given=given)
        plan = importing_told.decide(ws, plan, words.decide)
        lacking = [one for one in importing.lacking(ws, source, layout, form=words.form)
                   if one.target.id not in given]
        quarterly = ws.catalogue.form(plan.form).kind == "quarterly"
        counts = plan.counts()
        if not words.dry_run and counts["new"] + counts["changed"]:
            outcome = importing_writing.carry_out(ws, plan)
    if words.refused and counts["refused"]:
        importing_refused.save(source, plan, words.refused)
    if words.json:
        _say_json(plan, outcome, lacking, dry=words.dry_run)
    else:
        _say_lacking(lacking)
        _say(plan, outcome, dry=words.dry_run, quarter=plan.quarter if quarterly else "")
    return BAD if counts["refused"] else GOOD


def _layout(ws: "Workspace", source: "Source", words: argparse.Namespace) -> "Layout":
    from pairing_desktop.services import importing

    if words.head_row is not None and words.head_row < 1:
        raise trouble("importing.no_columns", sheet=words.sheet_name or source.sheets[0], form=words.form)
    head = None if words.head_row is None else words.head_row - 1
    return importing.layout_of(ws, source, form=words.form, sheet=words.sheet_name, head=head)


def _say_json(plan: "Plan", outcome: "Outcome | None", lacking: "list[Lacking]", *, dry: bool) -> None:
    from pairing_desktop.services.importing_shown import sides

    counts = plan.counts()
    accepted = counts["new"] + counts["changed"] + counts["unchanged"]
    said: dict[str, object] = {
        "form": plan.form, "quarter": plan.quarter, "sheet": plan.layout.sheet, "head_row": plan.layout.head + 1,
        "dry_run": dry, "import": outcome.id if outcome else "", "rows": len(plan.rows), "accepted": accepted,
        **{str(name): count for name, count in counts.items()},
        "columns": [{"column": c.place + 1, "head": c.head, "field": c.target, "note": c.note}
                    for c in plan.layout.columns],
        "lacking": [{"field": one.target.id, "label": one.target.label, "likely": one.text} for one in lacking],
        "findings": [{**to_builtins(one), "column": one.column + 1} for one in plan.findings],  # 0: none
        "doubles": [{"row": row.number, "like": row.similar.label, "why": row.similar.why, "score": row.similar.score,
                     "like_row": row.similar.row, "choice": row.choice, "fields": _fields(row)}
                    for row in plan.doubles if row.similar],
        "changes": [{"row": row.number, "record": row.fate.label, "fields": _fields(row)}
                    for row in plan.rows if row.record and not row.similar and sides(row)],
        "skipped": [{"row": one.row, "message": one.message} for one in plan.skipped],
        "notes": list(plan.notes),
    }
    say_json(said)


def _fields(row: "Row") -> list[dict[str, object]]:
    """Return both values of each field of a row that is merged or changes a record, and which of them is taken."""
    from pairing_desktop.services.importing_shown import sides

    taken = {0: "there", 1: "row", -1: "both"}
    return [{"field": one.field, "label": one.label, "there": one.old, "row": one.new, "taken": taken[one.side],
             "fixed": one.fixed} for one in sides(row)]


def _say_lacking(lacking: "list[Lacking]") -> None:
    """Say what no column gives and every record needs, and how it is said once for the whole sheet."""
    if lacking:
        ways = "、".join(f"--set {one.target.label}={one.text or '…'}" for one in lacking)
        say(f"表里没有、每条记录都要填的项，全表一样的可以写一次：{ways}。")


def _say(plan: "Plan", outcome: "Outcome | None", *, dry: bool, quarter: str) -> None:
    """Say what was found and done; ``quarter`` for sheets of one, which nobody may have named."""
    from pairing_desktop.formspec import period
    from pairing_desktop.services.importing_shown import sides

    for note in plan.notes:
        say(note + "。")
    for one in plan.findings:
        level = "强制" if one.level == "error" else "核实"
        where = f"“{one.sheet}”第 {one.row} 行" if one.sheet else f"第 {one.row} 行"
        say(f"{level}  {where}{f' · {one.label}' if one.label else ''}：{one.message}")
    for row in plan.doubles:
        if row.similar:
            other = row.similar.row
            done = {"keep": "仍作为新记录", "out": "不另导入", "merge": "合并进去"}[row.choice]
            why = f"{row.similar.why}（{row.similar.score} 分）"
            with_ = f"第 {other} 行的" if other else ""
            say(f"疑似重复  第 {row.number} 行与{with_}“{row.similar.label}”：{why}，{done}")
    if plan.doubles:
        say("这些行可以改：--decide 行号=合并（或 另建、不导入），逐项取值写 --decide 行号.填报项=现有（或 表格）。")
    for row in plan.rows:
        for side in sides(row) if row.decided else ():
            if not side.fixed:
                there, here = (f"第 {row.beside} 行", "这一行") if row.beside else ("现有", "表格")
                taken = f"取{here if side.side else there}的"
                say(f"第 {row.number} 行  {side.label}：{there}“{side.old or '（空）'}”，"
                    f"{here}“{side.new or '（空）'}”，{taken}")
    counts = plan.counts()
    said = f"新增 {counts['new']}，修改 {counts['changed']}，不变 {counts['unchanged']}，拒收 {counts['refused']}"
    begun = "预演，什么都没有改" if dry else "已导入" if outcome else "没有可导入的，什么都没有改"
    into = f"（{period.title(quarter)}）" if quarter else ""
    say(f"{begun}{into}：{len(plan.rows)} 行，{said}。")


def template(form: str, out: Path, folder: Path | None) -> int:
    """Write a form's collection workbook."""
    from pairing_desktop.services import collecting

    made = collecting.save_blank(form, out, folder=folder)
    say(f"采集表在 {made}。")
    return GOOD

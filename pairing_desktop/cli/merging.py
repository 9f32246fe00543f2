"""Another clerk's data file of the same county taken in."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import to_builtins

from pairing_desktop.cli.speech import BAD, FAILED, GOOD, file_size, problem_json, say, say_json
from pairing_desktop.cli.words import Commands, chinese, file_word, json_option, reading, writing
from pairing_desktop.errors import BadContent, Trouble

if TYPE_CHECKING:
    from pairing_desktop.services.merging_plan import Outcome, Plan, Row

SIDES = {"newer": "取后保存的", "ours": "保留本文件的", "theirs": "取对方的"}
"""Whose value is kept in a conflict, in words."""


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("merge", merge, "合并同一个县另一位填报人的数据文件；先自动留一份备份，对方的文件不改动")
    file_word(one)
    one.add_argument("--from", dest="other", metavar="另一份", type=Path, required=True, help="要并进来的数据文件")
    one.add_argument("--prefer", choices=tuple(SIDES), default="newer",
                     help="两边把同一项改得不一样时：newer 取后保存的（默认），ours 保留本文件的，theirs 取对方的")
    one.add_argument("--who", metavar="姓名", default="", type=chinese,
                     help="谁合并的，记在修改历史里（默认记“命令行”）")
    one.add_argument("--dry-run", action="store_true",
                     help="只预演，什么都不改；两边把同一项改得不一样时退出码是 1")
    json_option(one)


def merge(words: argparse.Namespace) -> int:
    """Merge a data file; 0 done, 1 there are conflicts (dry run) or the other file is bad, 2 not done."""
    try:
        return _merge(words)
    except Trouble as bad:
        if not words.json:
            raise
        say_json({"problems": [problem_json(p) for p in bad.problems]})
        return BAD if isinstance(bad, BadContent) else FAILED


def _merge(words: argparse.Namespace) -> int:
    from pairing_desktop.services import merging_files

    outcome: Outcome | None = None
    with (reading if words.dry_run else writing)(words.file) as ws:
        if words.who.strip():
            ws.work_as(words.who.strip())
        plan = merging_files.preview(ws, words.other)
        if not words.dry_run:
            outcome = merging_files.merge(ws, words.other, plan, merging_files.chosen(plan, words.prefer))
    if words.json:
        _say_json(plan, outcome, words.prefer)
    else:
        _say(plan, outcome, words.prefer)
    return BAD if words.dry_run and plan.conflicts else GOOD


def _say_json(plan: "Plan", outcome: "Outcome | None", prefer: str) -> None:
    from pairing_desktop.services.merging_plan import WORDS

    say_json({
        "file": plan.file, "dry_run": outcome is None, "nothing": plan.nothing, "prefer": prefer,
        **{str(state): plan.count(state) for state in WORDS}, "ours": plan.ours, "conflicts": plan.conflicts,
        "attachments": plan.attachments, "submissions": list(plan.submissions), "notes": list(plan.notes),
        "rows": to_builtins(plan.rows), "entry": outcome.entry if outcome else 0,
        "backup": outcome.backup if outcome else "", "kept": outcome.kept if outcome else 0,
    })


def _say(plan: "Plan", outcome: "Outcome | None", prefer: str) -> None:
    for row in plan.rows:
        _say_row(row, prefer)
    for note in plan.notes:
        say(f"{note}。")
    if plan.nothing:
        say(f"{plan.file} 的内容这里都有了，什么都没有改。")
        return
    said = [f"新增 {plan.count('new')}", f"对方改过 {plan.count('theirs')}", f"两边都改过 {plan.count('both')}",
            f"登记了两次 {plan.count('twin')}", f"只有本文件改过 {plan.ours}"]
    if plan.attachments:
        said.append(f"附件 {plan.attachments} 个（{file_size(plan.size)}）")
    if plan.submissions:
        said.append(f"对方报送过的：{'、'.join(plan.submissions)}")
    conflicts = f"，改得不一样的 {plan.conflicts} 项{SIDES[prefer]}" if plan.conflicts else ""
    begun = "已合并" if outcome else "预演，什么都没有改"
    say(f"{begun}：{'，'.join(said)}{conflicts}。")
    if outcome and outcome.kept:
        say(f"一边删除、另一边还用到的 {outcome.kept} 条没有删除。")
    if outcome:
        say(f"修改痕迹第 {outcome.entry} 条记了这次合并；合并前的备份在 {outcome.backup}。")


def _say_row(row: "Row", prefer: str) -> None:
    """Say what becomes of a record, and of each field that both files have otherwise."""
    from pairing_desktop.services.merging_plan import WORDS

    note = f"，{row.note}" if row.note else ""
    say(f"{WORDS[row.state]}  {row.form}“{row.label}”（{row.theirs}）{note}")
    for line in row.lines:
        takes = {"ours": False, "theirs": True}.get(prefer, line.takes) if line.conflict else line.takes
        taken = "两边改的合在一起" if line.together else "取对方的" if takes else "保留本文件的"
        mark = "不一样，" if line.conflict else ""
        say(f"    {line.label}：本文件“{line.ours or '（空）'}”，对方“{line.theirs or '（空）'}”，{mark}{taken}")

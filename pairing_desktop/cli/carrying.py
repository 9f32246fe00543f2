"""Opening a quarter from an earlier one."""

import argparse

from msgspec import to_builtins

from pairing_desktop.cli.speech import GOOD, say, say_json
from pairing_desktop.cli.words import Commands, file_word, json_option, quarter, reading, writing


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("carry", carry, "结转上期：从一个季度开出后一个季度的季报；"
                       "上期的说明不带过来，填好后用 check --take-over 沿用")
    file_word(one)
    one.add_argument("--from", metavar="季度", dest="source", required=True, type=quarter, help="上期，如 2024Q1")
    one.add_argument("--to", metavar="季度", dest="target", required=True, type=quarter, help="本期，如 2024Q2")
    one.add_argument("--dry-run", action="store_true", help="只看会新建什么，不写")
    one.add_argument("--undo", action="store_true", help="撤销结转到本期的、还没有动过的季报")
    json_option(one)


def carry(words: argparse.Namespace) -> int:
    """Carry a quarter forward, or take that back."""
    from pairing_desktop.formspec import period
    from pairing_desktop.services import carrying

    with (reading if words.dry_run else writing)(words.file) as ws:
        if words.undo:
            undone = carrying.undo(ws, words.target)
            if words.json:
                say_json(to_builtins(undone))
                return GOOD
            say(f"撤销了结转到{period.title(words.target)}的 {undone.removed} 张季报。")
            for label in undone.kept:
                say(f"已经填过，没有动：{label}")
            return GOOD
        plan = carrying.preview(ws, source=words.source, target=words.target)
        made = () if words.dry_run else carrying.carry(ws, source=words.source, target=words.target).keys
    if words.json:
        say_json(to_builtins(plan) | {"made": list(made)})
        return GOOD
    for newer in plan.passed_over:
        say(f"注意：{period.title(newer)}也有数，比{period.title(words.source)}新，没有用到。"
            f"要从它结转请写 --from {newer}。")
    for sheet in plan.sheets:
        cleared = f"，{len(sheet.cleared)} 项留空" if sheet.cleared else ""
        say(f"{'会新建' if words.dry_run else '新建'}  {sheet.label}：带入 {len(sheet.carried)} 项{cleared}")
    for word, labels in (("已有，不动", plan.begun), ("已结束，不再填", plan.ended)):
        for label in labels:
            say(f"{word}  {label}")
    kept = "、".join(f"{one.title} {one.records}" for one in plan.kept)
    say(f"{period.title(words.source)}→{period.title(words.target)}：季报 {len(plan.sheets)} 张"
        + (f"；沿用不用结转：{kept}" if kept else "") + "。")
    return GOOD

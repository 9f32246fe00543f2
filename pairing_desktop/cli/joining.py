"""The joint part on the command line: made for the partner, taken in, answered."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.cli.speech import GOOD, file_size, pointing, say, say_json
from pairing_desktop.cli.words import (
    Commands,
    chinese,
    file_word,
    json_option,
    now,
    quarter_option,
    trust_words,
    writing,
)

if TYPE_CHECKING:
    from pairing_desktop.services.joining import JointView


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("joint", joint, "会签：生成两县共有表的核对稿，或收回对方的答复、会签件")
    file_word(one)
    quarter_option(one)
    which = one.add_mutually_exclusive_group(required=True)
    which.add_argument("--out", metavar="文件夹", type=Path, help="生成核对稿，放在这里")
    which.add_argument("--take", metavar="会签件", type=Path, help="收回对方答复过或会签过的文件")
    trust_words(one)
    json_option(one)
    one = commands.add("answer", answer, "对方答复核对稿：确认，或写明异议（不需要数据文件）")
    one.add_argument("joint", metavar="核对稿", type=Path, help="填报县发来的核对稿（…-joint.asice）")
    which = one.add_mutually_exclusive_group(required=True)
    which.add_argument("--name", metavar="答复人", type=chinese, help="谁答复的，如“南湖区经信局”")
    which.add_argument("--show", action="store_true", help="只列出各项的位置和内容，不答复")
    one.add_argument("--dispute", metavar="位置=异议", action="append", default=[], type=chinese,
                     help="有异议的位置（表/记录/字段，见 --show）和异议，可写几次；一次不写就是全部确认")
    json_option(one)


def joint(words: argparse.Namespace) -> int:
    """Make the joint part, or take one in."""
    from pairing_desktop.services import joining, trusting

    with writing(words.file) as ws:
        trusting.keep(ws, words.trust, words.crl)
        if words.out:
            with pointing({"joining.not_taken_in": "cli.take_joint"}):
                made = joining.make(ws, words.quarter, words.out)
            if words.json:
                say_json({"joint": str(made.path), "sheets": made.sheets, "size": made.size, "again": made.again})
            elif made.again:
                say(f"会签以后没有改动，仍用已会签的文件：{made.path}（{made.sheets} 份，{file_size(made.size)}）")
            else:
                size = file_size(made.size)
                say(f"核对稿：{made.path}（{made.sheets} 份，{size}）。发给{ws.about.partner_name}核对、会签。")
            return GOOD
        taken = joining.take_in(ws, words.take, quarter=words.quarter)
    if words.json:
        say_json({"state": taken.standing.code, "disputes": taken.disputes, "changed": list(taken.changed)})
        return GOOD
    say(f"已收回会签件：{taken.standing.word}" + (f"，{taken.disputes} 处异议" if taken.disputes else "") + "。")
    for each in taken.changed:
        say(f"  与现在的数据不同：{each}")
    return GOOD


def answer(words: argparse.Namespace) -> int:
    """Answer a joint part in the partner's name."""
    from pairing_desktop.errors import trouble
    from pairing_desktop.exchange.joint import Dispute
    from pairing_desktop.services import joining

    if words.show:
        _show(joining.describe(words.joint), as_json=words.json)
        return GOOD
    disputes: dict[tuple[str, str, str], str] = {}
    for said in words.dispute:
        place, _, text = said.partition("=")
        form, _, rest = place.partition("/")
        key, _, path = rest.partition("/")
        if not key or not text.strip():
            raise trouble("joining.dispute_form", said=said)
        before = disputes.get((form, key, path))
        disputes[form, key, path] = f"{before}；{text}" if before else text
    view = joining.answer(words.joint, name=words.name, now=now(),
                          disputes=[Dispute(*at, text) for at, text in disputes.items()])
    if words.json:
        say_json({"answer": view.answer, "by": view.answered_by, "disputes": len(disputes)})
        return GOOD
    told = "全部确认" if view.answer == "confirmed" else f"有异议 {len(disputes)} 处"
    say(f"已答复：{told}。把 {words.joint.name} 发回{view.county_name}。")
    return GOOD


def _show(view: "JointView", *, as_json: bool) -> None:
    found = [(sheet, field, f"{sheet.form}/{sheet.key}/{field.path}") for sheet in view.sheets
             for field in sheet.fields]
    if as_json:
        say_json({"fields": [{"place": place, "sheet": sheet.title, "record": sheet.label, "label": field.label,
                              "text": field.text} for sheet, field, place in found]})
        return
    for sheet, field, place in found:
        if field is sheet.fields[0]:
            say(f"{sheet.title}：{sheet.label}")
        say(f"  {place}  {field.label}：{field.text}")

"""From a quarter to a submitted packet: finalise, sign, submit."""

import argparse
from pathlib import Path

from pairing_desktop.cli.speech import GOOD, file_size, say, say_json
from pairing_desktop.cli.words import (
    Commands,
    chinese,
    file_word,
    json_option,
    key_place,
    key_words,
    now,
    password,
    quarter_option,
    writing,
)


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("finalise", finalise, "定稿：冻结一个季度，生成报送包")
    file_word(one)
    quarter_option(one)
    one.add_argument("--out", metavar="文件夹", type=Path, required=True, help="报送包放在哪里")
    one.add_argument("--reason", metavar="原因", default="", type=chinese, help="第 2 次及以后报送的原因")
    json_option(one)
    one = commands.add("sign", sign, "在报送包上签名，角色由证书决定")
    one.add_argument("packet", metavar="报送包", type=Path, help="报送包（.asice）")
    key_words(one)
    one = commands.add("submit", submit, "把签齐的报送包记为已报送，锁定季度")
    file_word(one)
    one.add_argument("packet", metavar="报送包", type=Path, help="签齐的报送包（.asice）")
    one.add_argument("--trust", metavar="根证书", type=Path, help="信任的根证书（PEM），存进数据文件，以后都用它")
    one.add_argument("--crl", metavar="吊销列表", type=Path, help="证书吊销列表（PEM），存进数据文件")


def finalise(words: argparse.Namespace) -> int:
    """Finalise a quarter."""
    from pairing_desktop.services import submitting

    with writing(words.file) as ws:
        done = submitting.finalise(ws, words.quarter, words.out, reason=words.reason)
    if words.json:
        say_json({"packet": str(done.packet), "pdf": str(done.pdf), "workbook": str(done.workbook),
                  "identity": done.identity, "submission": done.number, "pages": done.pages, "size": done.size})
        return GOOD
    say(f"已定稿：{done.packet}（第 {done.number} 次报送，{done.pages} 页，{file_size(done.size)}）")
    say(f"报送包标识 {done.identity}")
    return GOOD


def sign(words: argparse.Namespace) -> int:
    """Sign a packet."""
    from pairing_desktop.services import reviewing
    from pairing_desktop.services.workspace import ROLE_LABELS

    signed = reviewing.sign_packet(words.packet, key_place(words), password(words), now=now())
    seal = "，报送包已封存，可以报送" if signed.sealed else ""
    say(f"{ROLE_LABELS.get(signed.role, signed.role)} {signed.name} 已签名{seal}。")
    return GOOD


def submit(words: argparse.Namespace) -> int:
    """Record a signed packet as submitted."""
    from pairing_desktop.formspec import period
    from pairing_desktop.services import submitting, trusting

    with writing(words.file) as ws:
        done = submitting.submit(ws, words.packet, trust=trusting.chosen(ws, words.trust, words.crl))
    beside = "、".join(p.name for p in done.files)
    say(f"{period.title(done.quarter)}第 {done.number} 次报送已记录，旁边放了 {beside}；季度已锁定。")
    for warning in done.warnings:
        say(warning)
    return GOOD

"""From a quarter to a submitted packet: finalise, sign, submit."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.cli.speech import GOOD, file_size, pointing, say, say_json
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
    trust_words,
    writing,
)

if TYPE_CHECKING:
    from pairing_desktop.services.submitting import Finalised

ROLES = ("preparer", "reviewer", "head")


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("finalise", finalise, "定稿：冻结一个季度，生成报送包")
    file_word(one)
    quarter_option(one)
    one.add_argument("--out", metavar="文件夹", type=Path, required=True, help="报送包放在哪里")
    one.add_argument("--reason", metavar="原因", default="", type=chinese, help="第 2 次及以后报送的原因")
    one.add_argument("--joint", metavar="会签件", type=Path, help="两县会签过的共有表；不写就用数据文件里收回的那一份")
    trust_words(one)
    one.add_argument("--no-joint-reason", metavar="原因", default="", type=chinese, help="对方未会签的原因")
    json_option(one)
    one = commands.add("unfinalise", unfinalise, "撤销定稿：报送之前，让季度恢复可改")
    file_word(one)
    quarter_option(one)
    one.add_argument("--reason", metavar="原因", default="", type=chinese, help="为什么撤销，记进修改历史")
    one = commands.add("sign", sign, "在报送包或会签件上签名，角色由证书决定")
    one.add_argument("packet", metavar="报送包", type=Path, help="报送包或会签件（.asice）")
    key_words(one)
    one.add_argument("--paper", metavar="角色", choices=ROLES, help="纸质签批：替谁代签（用单位证书的密钥）")
    one.add_argument("--scan", metavar="扫描件", type=Path, help="签字盖章的报送签批单（PDF、JPG、PNG）")
    one = commands.add("slip", slip, "生成报送签批单，打印后纸质签批")
    one.add_argument("packet", metavar="报送包", type=Path, help="报送包（.asice）")
    one.add_argument("--role", metavar="角色", choices=ROLES, default="head", help="谁纸质签批，缺省单位负责人")
    one.add_argument("--out", metavar="文件", type=Path, required=True, help="签批单写到哪里（.pdf）")
    one = commands.add("submit", submit, "把签齐的报送包记为已报送，锁定季度")
    file_word(one)
    one.add_argument("packet", metavar="报送包", type=Path, help="签齐的报送包（.asice）")
    trust_words(one)


def finalise(words: argparse.Namespace) -> int:
    """Finalise a quarter, then read its packet as a receiver does."""
    from pairing_desktop.services import sheet_codes, submitting, trusting

    with writing(words.file) as ws:
        trusting.keep(ws, words.trust, words.crl)
        with pointing({"services.resubmit_needs_reason": "cli.reason"}):
            done = submitting.finalise(ws, words.quarter, words.out, reason=words.reason, joint=words.joint,
                                       no_joint_reason=words.no_joint_reason)
        _say_finalised(done, sheet_codes.stamping_text(ws, done.packet), as_json=words.json)
        submitting.read_back(ws, done.packet)
    if not words.json:
        say("读回核对：工作簿、PDF 与数据一致")
    return GOOD


def _say_finalised(done: "Finalised", stamping: str, *, as_json: bool) -> None:
    if as_json:
        say_json({"packet": str(done.packet), "pdf": str(done.pdf), "workbook": str(done.workbook),
                  "identity": done.identity, "submission": done.number, "pages": done.pages, "size": done.size,
                  "aside": [str(path) for path in done.aside]})
        return
    say(f"已定稿：{done.packet}（第 {done.number} 次报送，{done.pages} 页，{file_size(done.size)}）")
    say(f"报送包标识 {done.identity}")
    if done.aside:
        say(f"撤销定稿前签过名的那一份改名留存：{'、'.join(path.name for path in done.aside)}")
    if stamping:
        say(stamping)


def unfinalise(words: argparse.Namespace) -> int:
    """Take a 定稿 back."""
    from pairing_desktop.formspec import period
    from pairing_desktop.services import submitting

    with writing(words.file) as ws:
        submitting.undo_finalise(ws, words.quarter, words.reason)
    say(f"{period.title(words.quarter)}已撤销定稿，数据恢复可改；已经写出的报送包和上面的签名作废，改好后要重新定稿、重新签名。")
    return GOOD


def sign(words: argparse.Namespace) -> int:
    """Sign a packet or a joint part."""
    from pairing_desktop.errors import problem, trouble
    from pairing_desktop.services import joining, paper_signing, reviewing, trusting
    from pairing_desktop.services.workspace import ROLE_LABELS, county_name
    from pairing_desktop.settings import Settings

    if bool(words.paper) != bool(words.scan):
        raise trouble("joining.paper_words")
    if joining.is_joint(words.packet):
        part = joining.sign_joint(words.packet, key_place(words), password(words), now=now())
        last = part.signed[-1]
        rest = f"，还差{'、'.join(map(joining.head_of, part.waiting))}" if part.waiting else "，两县已签齐"
        say(f"{joining.head_of(last.county)} {last.name} 已会签{rest}。")
        if part.answer is None:
            say(str(problem("exchange.joint_unconfirmed", partner=county_name(part.data["partner"]))))
        return GOOD
    reviewing.unaltered(words.packet)  # refused before anybody is asked for a password
    trust = trusting.on_this_pc(Settings())
    if words.paper:
        signed = paper_signing.sign(words.packet, key_place(words), password(words), role=words.paper,
                                    scan=words.scan, now=now(), trust=trust)
    else:
        signed = reviewing.sign_packet(words.packet, key_place(words), password(words), now=now(), trust=trust)
    seal = "，报送包已封存，可以报送" if signed.sealed else ""
    how = f"纸质签批（单位证书代签：{signed.name}）" if signed.paper else f"{signed.name} 已签名"
    say(f"{ROLE_LABELS.get(signed.role, signed.role)} {how}{seal}。")
    if trust is None:
        say(str(problem("services.no_root")))
    return GOOD


def slip(words: argparse.Namespace) -> int:
    """Write the approval sheet to be signed on paper."""
    from pairing_desktop.services import paper_signing
    from pairing_desktop.services.workspace import ROLE_LABELS

    made = paper_signing.write_slip(words.packet, words.out, role=words.role)
    say(f"{ROLE_LABELS[words.role]}的报送签批单：{made}。打印、签字、盖章后扫描，用 sign --paper 附进报送包。")
    return GOOD


def submit(words: argparse.Namespace) -> int:
    """Record a signed packet as submitted."""
    from pairing_desktop.formspec import period
    from pairing_desktop.services import submitting, trusting

    with writing(words.file) as ws:
        trusting.keep(ws, words.trust, words.crl)  # also when the packet is refused: by whom it was judged stands
        done = submitting.submit(ws, words.packet)
    brought = [] if done.packet == words.packet else [done.packet]
    names = "、".join(p.name for p in (*brought, *done.files))
    say(f"{period.title(done.quarter)}第 {done.number} 次报送已记录，季度已锁定。")
    say(f"签过名的 {names} 放在 {done.packet.absolute().parent}，代替那里未签名的。")
    for warning in done.warnings:
        say(warning)
    return GOOD

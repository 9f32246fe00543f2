"""Verification: of signed files, and of the code on a stamped sheet."""

import argparse
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.cli.speech import BAD, GOOD, only_following, say, say_json
from pairing_desktop.cli.words import Commands, json_option, now, reading
from pairing_desktop.errors import trouble

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict
    from pairing_desktop.signing.verdict import SignatureVerdict


_NOTICED = {"claimed", "restarted"}
"""Answers that come with a notice that tells the same."""


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("verify", verify, "核验报送包、工作簿或 PDF：签名、数据一致、修改痕迹、审核规则；或查表码")
    one.add_argument("files", metavar="文件", type=Path, nargs="*", help="报送包、.xlsx 工作簿或 PDF，可以多个")
    one.add_argument("--trust", metavar="根证书", type=Path, help="信任的根证书（PEM）；核验文件时必填")
    one.add_argument("--crl", metavar="吊销列表", type=Path, help="证书吊销列表（PEM，可以有几份）")
    one.add_argument("--earlier", metavar="报送包", type=Path, action="append", default=[],
                     help="较早的报送包，用来证明修改痕迹连续；可以写几次")
    one.add_argument("--workspace", metavar="数据文件", type=Path, help="用它的表式；查表码时必填")
    one.add_argument("--code", metavar="表码", help="查盖章页上的表码：相符、已被替代，还是查不到")
    one.add_argument("--report", metavar="文件", type=Path, help="同时写一份核验报告（PDF）")
    one.add_argument("--text-only", action="store_true", help="只核对数值和文字，不核对外观、不逐格看放不放得下（快）")
    json_option(one, each="文件")


def verify(words: argparse.Namespace) -> int:
    """Verify packets, workbooks and PDFs, or look a code up."""
    if words.code is not None:
        return _code(words)
    if not words.files:
        raise trouble("cli.words", why="要写核验的文件，或用 --code 查表码")
    if words.trust is None:
        raise trouble("cli.words", why="核验文件要写 --trust 根证书")
    from pairing_desktop.services import assessing_set, reviewing, verdict_told, verification, writing

    read = (*words.files, *words.earlier, words.trust, words.crl, words.workspace)
    if words.report:  # refused before the long work
        writing.must_spare(words.report, read=read, endings=verification.ENDINGS)
    at = now()
    with reading(words.workspace) if words.workspace else nullcontext() as ws:
        verdicts = reviewing.verify_files(words.files, trust=words.trust, crl=words.crl, now=at, earlier=words.earlier,
                                          forms=ws.catalogue if ws else None,
                                          indicators=assessing_set.own_sets(ws) if ws else (),
                                          appearance=not words.text_only)
    for verdict in verdicts:
        if words.json:
            say_json(verdict_told.as_json(verdict))
        else:
            _say_verdict(verdict)
    if words.report:
        verification.write(verdicts, words.report, at=at, read=read)
    return max(verdict.exit_code for verdict in verdicts)


def _code(words: argparse.Namespace) -> int:
    from pairing_desktop.services import sheet_codes

    if words.workspace is None:
        raise trouble("cli.words", why="查表码要写 --workspace 数据文件")
    with reading(words.workspace) as ws:
        found = sheet_codes.look_up(ws, words.code)
    if words.json:
        say_json(found.to_json())
    else:
        say(f"{sheet_codes.WORDS[found.status]}  {found.code}  {found.text}")
    return GOOD if found.status == "match" else BAD


def _say_verdict(verdict: "Verdict") -> None:
    from pairing_desktop.services import verdict_told, verdict_words

    words = {"valid": "有效", "invalid": "无效", "unreadable": "读不了"}
    word = "先隔离，不能判断" if verdict_words.only_unknown(verdict) else words[verdict.verdict]
    say(f"{word}  {verdict.file}")
    found = verdict_told.told(verdict)
    for problem in (found.cause, *found.besides) if found else verdict.problems:
        say(f"  {verdict_told.worded(verdict, problem, str(problem))}")
    for line in (*_signers(verdict), *_answers(verdict)):
        say(f"  {line}")
    for notice in verdict.warnings:  # of an altered file the cause's remedy is the only one
        said = f"{notice.message}。" if found else str(notice)
        say(f"  {verdict_told.worded(verdict, notice, said)}")
    if found and found.following:
        say(f"  {only_following(found.following)}")


def _signers(verdict: "Verdict") -> list[str]:
    """Return a line for everybody whose signature could be read."""
    own = [_signed(each, verdict.kind) for each in verdict.signatures if each.name]
    unread = len(verdict.signatures) - len(own)
    return [*own, *([f"{unread} 个签名读不出签名人，无效"] if unread else []),
            *(f"会签件签名人：{_signed(each, 'joint')}" for each in verdict.countersigned)]


def _signed(signature: "SignatureVerdict", kind: str) -> str:
    """Return who signed when, and whether it holds."""
    from pairing_desktop.services.workspace import CHINA

    at = signature.signed_at
    when = f"，自报时间 {at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""
    return f"{_signer(signature, kind)}{'有效' if signature.good else '无效'}{when}"


def _signer(signature: "SignatureVerdict", kind: str) -> str:
    """Return in what role who signed, up to the word good or bad."""
    from pairing_desktop.services import verdict_words
    from pairing_desktop.services.workspace import county_name

    role, county = verdict_words.signed_as(signature, kind), county_name(signature.county) or signature.county
    return f"{role or '（无角色）'} {signature.name}{f'（{county}）' if county and kind != 'joint' else ''}"


def _answers(verdict: "Verdict") -> list[str]:
    """Return what was found behind the signatures; what a notice tells is left to it."""
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.services.verification import STATES

    asked = [(name, verdict.answers.get(name)) for name in STATES]
    said = [STATES[name][answer.state] for name, answer in asked if isinstance(answer, Asked) and answer.ok
            and answer.state not in _NOTICED]
    return [line.replace("工作簿、PDF ", "PDF ") for line in said] if verdict.kind == "joint" else said

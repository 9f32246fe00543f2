"""Verification of signed files."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.cli.speech import say, say_json
from pairing_desktop.cli.words import Commands, json_option, now

if TYPE_CHECKING:
    from pairing_desktop.exchange.verdict import Verdict


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("verify", verify, "核验报送包、工作簿或 PDF 的签名")
    one.add_argument("files", metavar="文件", type=Path, nargs="+", help="报送包、.xlsx 工作簿或 PDF，可以多个")
    one.add_argument("--trust", metavar="根证书", type=Path, required=True, help="信任的根证书（PEM）")
    one.add_argument("--crl", metavar="吊销列表", type=Path, help="证书吊销列表（PEM）")
    json_option(one)


def verify(words: argparse.Namespace) -> int:
    """Verify packets, workbooks and PDFs."""
    from pairing_desktop.services import reviewing

    verdicts = reviewing.verify_files(words.files, trust=words.trust, crl=words.crl, now=now())
    for verdict in verdicts:
        if words.json:
            say_json(verdict.to_json())
        else:
            _say_verdict(verdict)
    return max(verdict.exit_code for verdict in verdicts)


def _say_verdict(verdict: "Verdict") -> None:
    from pairing_desktop.services.workspace import CHINA, ROLE_LABELS

    words = {"valid": "有效", "invalid": "无效", "unreadable": "读不了"}
    say(f"{words[verdict.verdict]}  {verdict.file}")
    for signature in verdict.signatures:
        at = signature.signed_at
        when = f"，自报时间 {at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""
        good = "有效" if signature.good else "无效"
        say(f"  {ROLE_LABELS.get(signature.role, '无角色')} {signature.name}（{signature.county}）{good}{when}")
    for problem in (*verdict.problems, *verdict.warnings):
        say(f"  {problem}")

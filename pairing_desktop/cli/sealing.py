"""Encrypting a packet to the province, and opening one."""

import argparse
from pathlib import Path

from pairing_desktop.cli.speech import GOOD, say
from pairing_desktop.cli.words import Commands, key_place, key_words, now, password


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    one = commands.add("encrypt", encrypt, "把报送包加密给省厅，只有省厅的密钥能打开")
    one.add_argument("packet", metavar="报送包", type=Path, help="报送包（.asice）")
    one.add_argument("--to", metavar="证书", type=Path, required=True,
                     help="省厅的接收证书（PEM 或 DER；角色是接收人）")
    one.add_argument("--trust", metavar="根证书", type=Path, help="信任的根证书（PEM），缺省用本机载入的")
    one.add_argument("--crl", metavar="吊销列表", type=Path, help="证书吊销列表")
    one.add_argument("--out", metavar="文件夹", type=Path, help="放在哪里，缺省与报送包放在一起")
    one = commands.add("decrypt", decrypt, "打开加密的报送包")
    one.add_argument("packet", metavar="加密包", type=Path, help="加密的报送包（.asice.p7m）")
    key_words(one)
    one.add_argument("--out", metavar="文件夹", type=Path, help="放在哪里，缺省与加密包放在一起")


def encrypt(words: argparse.Namespace) -> int:
    """Encrypt a packet."""
    from pairing_desktop.services import sealing, trusting
    from pairing_desktop.settings import Settings

    at = now()
    named = words.trust or words.crl
    trust = trusting.from_files(words.trust, words.crl, at=at) if named else trusting.on_this_pc(Settings())
    made = sealing.encrypt(words.packet, words.to, trust=trust, now=at, to=words.out)
    for remark in made.remarks:
        say(f"提示：{remark}")
    say(f"已加密给“{made.receiver.name}”（序列号 {made.receiver.serial[:12]}），只有它的密钥能打开：{made.path}")
    return GOOD


def decrypt(words: argparse.Namespace) -> int:
    """Open an encrypted packet."""
    from pairing_desktop.services import sealing

    found = sealing.decrypt(words.packet, key_place(words), password(words), to=words.out)
    say(f"已打开：{found}")
    return GOOD

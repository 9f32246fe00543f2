"""Encrypted packets in the window: closing one to the province, opening one with its key."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.ui import ask
from pairing_desktop.ui.key_chooser import KEY_FILES

if TYPE_CHECKING:
    from pairing_desktop.services.sealing import Sealed
    from pairing_desktop.services.workspace import Workspace

CERTIFICATES = "证书 (*.pem *.cer *.crt *.der);;所有文件 (*)"
WRONG = ("signing.wrong_password", "keys.wrong_passphrase")
"""Asked for again, with what was wrong."""


def encrypt(parent: QWidget, packet: Path, ws: "Workspace") -> "Sealed | None":
    """Encrypt a packet to a certificate that the user picks; return the new file and its receiver.

    What could not be found out about the certificate, by whom the data file or this PC trusts, is told.
    """
    from pairing_desktop.services import sealing, trusting

    certificate = ask.dialogs.open_file(parent, "选择省厅的接收证书", CERTIFICATES, folder=packet.parent)
    if certificate is None:
        return None
    try:
        made = sealing.encrypt(packet, certificate, trust=trusting.known(ws), now=ws.clock())
    except Trouble as told:
        ask.dialogs.trouble(parent, told, title="没有加密")
        return None
    if made.remarks:
        ask.dialogs.tell(parent, "已加密，请注意", "\n".join(map(str, made.remarks)))
    return made


def opened(parent: QWidget, path: Path) -> Path | None:
    """Open an encrypted packet with a key that the user picks; return the packet written beside it."""
    from pairing_desktop.services import sealing

    key = ask.dialogs.open_file(parent, "这个报送包已加密，选择接收方的密钥", KEY_FILES, folder=path.parent)
    if key is None:
        return None
    said = ""
    asked = "打开加密的报送包", f"{key.name} 的密码"
    while (password := ask.dialogs.password(parent, *asked, problem=said)) is not None:
        try:
            return sealing.decrypt(path, key, password)
        except Trouble as told:
            if told.problems[0].code not in WRONG:
                ask.dialogs.trouble(parent, told, title=f"没有打开 {path.name}")
                return None
            said = str(told.problems[0])
    return None

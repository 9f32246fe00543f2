"""纸质签批 as a dialog: print the approval sheet, then take its scan in under the bureau's certificate."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services.workspace import ROLE_LABELS
from pairing_desktop.settings import Settings
from pairing_desktop.ui import ask
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import button, row, rule, say, words
from pairing_desktop.ui.half_filled import HalfFilled
from pairing_desktop.ui.relay_pane import open_folder
from pairing_desktop.ui.sign_panel import SignPanel
from pairing_desktop.ui.text_line import PathLine

if TYPE_CHECKING:
    from pairing_desktop.services.half_said import Half
    from pairing_desktop.services.key_keeping import KeyPlace

SCANS = "扫描件 (*.pdf *.jpg *.jpeg *.png);;所有文件 (*)"


class PaperSheet(Sheet):
    """Two steps in one dialog; accepted once the bureau has signed in the role's place.

    Where scan and key lie is kept as ``half`` while it is filled in, no password ever.
    """

    def __init__(self, parent: QWidget | None, packet: Path, role: str, clock: Callable[[], datetime], *,
                 settings: Settings | None = None, half: "Half | None" = None) -> None:
        label = ROLE_LABELS.get(role, role)
        text = f"{label}没有密钥时，在打印的报送签批单上签字、盖公章；扫描后附进报送包，由单位证书代签。"
        super().__init__(parent, f"{label}纸质签批", text, icon="print")
        self.setMinimumWidth(520)
        self._packet, self._role, self._settings = packet, role, settings or Settings()
        self.print = button("保存报送签批单…", icon="document", action=self._save)
        self.saved = words("", role="hint", wrap=True)
        self.scan = PathLine()
        self.scan.setAccessibleName("签批单扫描件")
        self.scan.setPlaceholderText("签好、盖章后的扫描件（PDF、JPG、PNG）")
        scan = words("签批单扫描件", role="label")
        scan.setBuddy(self.scan)
        self.choose = button("选择…", action=self._choose)
        self.panel = SignPanel(packet, clock, settings=settings, sign_with=self._sign, what="报送包")
        self.panel.key.setPlaceholderText("单位证书的密钥文件")
        self.panel.act.setText("代签")
        self.panel.signed.connect(self._accepted)
        self.panel.setEnabled(False)
        for part in (words("1. 打印、签字、盖章", role="section"), self.print, self.saved, rule(),
                     words("2. 附上扫描件，单位证书代签", role="section"), scan):
            self.body.addWidget(part)
        self.body.addLayout(row(self.scan, self.choose))
        self.body.addWidget(self.panel)
        self.scan.textChanged.connect(self._ready)
        self.add_button("取消")
        HalfFilled(self, {"scan": self.scan, "key": self.panel.key}).begin(half)

    def _ready(self, text: str) -> None:
        self.panel.setEnabled(bool(text.strip()))

    def _save(self) -> None:
        from pairing_desktop.services import paper_signing

        suggested = self._packet.with_name(f"{self._packet.stem}-报送签批单.pdf")
        if (to := ask.dialogs.save_file(self, "保存报送签批单", "PDF (*.pdf)", suggested=suggested)) is None:
            return
        try:
            paper_signing.write_slip(self._packet, to, role=self._role)
        except Trouble as error:
            ask.dialogs.trouble(self, error)
        else:
            say(self.saved, f"已写到 {to.name}，打印后签字、盖章。")
            open_folder(to)

    def _choose(self) -> None:
        chosen = ask.dialogs.open_file(self, "选择签批单扫描件", SCANS, folder=self._packet.parent)
        if chosen is not None:
            self.scan.setText(str(chosen))

    def _sign(self, key: "KeyPlace", password: str, now: datetime) -> object:
        from pairing_desktop.services import paper_signing, trusting

        return paper_signing.sign(self._packet, key, password, role=self._role, scan=Path(self.scan.text().strip()),
                                  now=now, trust=trusting.on_this_pc(self._settings))

    def _accepted(self, _result: QObject) -> None:
        self.accept()

"""报送: what was sent, its digest and files, and what may follow."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from pairing_desktop.ui import moments
from pairing_desktop.ui.cards import Card, Empty, button, column, picture, row, say, words
from pairing_desktop.ui.relay_pane import NOT_A_SEAL, open_folder

if TYPE_CHECKING:
    from pairing_desktop.services.submitting import QuarterState


class ResultPane(QWidget):
    """After the submission: where the packet is and which digest names it."""

    againAsked = Signal()  # noqa: N815
    exportAsked = Signal()  # noqa: N815
    encryptAsked = Signal(object)  # noqa: N815  # the packet

    def __init__(self) -> None:
        super().__init__()
        self.packet: Path | None = None
        self.title = words("", role="page", wrap=True)
        self.text = words("", role="label", wrap=True)
        self.warning = words("", tone="query", wrap=True)
        self.name = words("", role="strong", wrap=True, select=True)
        self.place = words("", role="hint", wrap=True, select=True)
        self.digest = words("", role="hint", wrap=True, select=True)
        self.folder = button("打开文件夹", icon="folder_open", action=self._open_folder)
        self.export = button("再导出一份…", icon="arrow_download", action=self.exportAsked.emit)
        self.encrypt = button("加密给省厅…", icon="lock_closed", action=self._encrypt)
        self.copy = button("复制摘要", icon="copy", action=self._copy)
        self.again = button("更正并再次报送…", action=self.againAsked.emit)
        file = Card("报送包", "交给省厅的就是这一个文件")
        for part in (self.name, self.place):
            file.body.addWidget(part)
        file.body.addLayout(row(self.folder, self.export, self.encrypt, None))
        proof = Card("摘要", "下一次报送、回执和退回单都用它指明这一次")
        proof.body.addWidget(self.digest)
        proof.body.addLayout(row(self.copy, None))
        self.done = QWidget()
        self.done.setLayout(column(
            row(picture("checkmark_circle", 28, "ok", filled=True), self.title, None, spacing=12),
            self.text, self.warning, file, proof, row(self.again, None),
            words(NOT_A_SEAL, role="hint", wrap=True), None,
            spacing=12, margins=(24, 20, 16, 16),
        ))
        self.not_yet = Empty("send", "还没有报送", "审核、定稿、签名齐全以后，在这里报送。")
        self.setLayout(column(self.done, self.not_yet, spacing=0))

    def show_state(self, state: "QuarterState") -> None:
        """Show a submission, or that there is none yet."""
        sent = state.code == "submitted"
        self.done.setVisible(sent)
        self.not_yet.setVisible(not sent)
        if not sent:
            say(self.not_yet.title, "还没有报送" if (number := state.coming) == 1 else f"第 {number} 次还没有报送")
            return
        self.packet = state.packet
        say(self.title, f"{state.quarter_title} 第 {state.number} 次报送已完成")
        when = f"{moments.full(state.at)}。" if state.at else ""
        say(self.text, f"{when}这个季度已锁定。请把报送包交给省经信厅；同名的 PDF 和 Excel 供打印和留存。")
        say(self.warning, "\n".join(state.warnings))
        self.warning.setVisible(bool(state.warnings))
        say(self.name, state.packet.name if state.packet else "报送包已存进数据文件")
        say(self.place, str(state.packet.parent) if state.packet else "原来的文件不在了，可以再导出一份。")
        self.folder.setEnabled(state.packet is not None)
        self.encrypt.setEnabled(state.packet is not None)
        say(self.digest, spaced(state.identity))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.digest.text().replace(" ", "").replace("\n", ""))

    def _encrypt(self) -> None:
        self.encryptAsked.emit(self.packet)

    def _open_folder(self) -> None:
        if self.packet is not None:
            open_folder(self.packet)


def spaced(digest: str) -> str:
    """Return a digest in groups of eight, so that two people can compare it."""
    return " ".join(digest[n:n + 8] for n in range(0, len(digest), 8))

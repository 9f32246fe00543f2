"""会签: the clerk sends the joint sheets to the partner, takes the answer in, or writes why there is none."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from pairing_desktop.ui import icons
from pairing_desktop.ui.cards import Card, FlatCard, button, clear, column, row, say, words
from pairing_desktop.ui.long_text import LongText
from pairing_desktop.ui.relay_pane import PACKET_KINDS, open_folder
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.start_page import dropped
from pairing_desktop.ui.theme import restyle

if TYPE_CHECKING:
    from pairing_desktop.services.half_said import HalfSaid
    from pairing_desktop.services.joint_overview import JointOverview

REASON_LIMIT = 200
ONLY = "核对稿里只有两县共有的表，没有企业的诊断、整改等其他数据。"
MOST = 8


class JointPane(QWidget):
    """Tells what the clerk wants; the page does it. A joint part may be dropped."""

    makeAsked = Signal()  # noqa: N815
    takeAsked = Signal(object)  # noqa: N815  # a path, or None to ask for one
    openAsked = Signal(object)  # noqa: N815  # the file, to look at it and sign it here
    reasonGiven = Signal(str)  # noqa: N815
    goAsked = Signal(str, str, str)  # noqa: N815  # form, record, path

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.file: Path | None = None
        self.overview: JointOverview | None = None
        self.title = words("", role="page", wrap=True)
        self.text = words("", role="label", wrap=True)
        self.make = button("生成核对稿…", icon="send", action=self.makeAsked.emit)
        self.take = button("收回会签件…", icon="arrow_import", action=lambda: self.takeAsked.emit(None))
        self.open = button("打开会签件", icon="signature", action=self._open)
        self.folder = button("打开文件夹", icon="folder_open", action=self._open_folder)
        self.heads = column(spacing=4)
        self.notes = column(spacing=4)
        file = Card("会签件", "两县单位负责人各签一次；没有改动，下一次报送仍有效")
        self.name = words("", role="strong", wrap=True, select=True)
        file.body.addWidget(self.name)
        file.body.addLayout(self.heads)
        file.body.addLayout(row(self.open, self.folder, None))
        self.table = RowsTable("对方的异议", (Column("位置"), Column("异议")), row_height=42)
        self.table.opened.connect(lambda d: self.goAsked.emit(d.form, d.key, d.path))
        self.disputes = FlatCard("对方的异议", "双击转到字段")
        self.disputes.body.addWidget(self.table)
        self.reason = LongText("对方未会签的原因", limit=REASON_LIMIT)
        self.reason.edit.setFixedHeight(64)
        self.save = button("写明原因，不等会签", action=lambda: self.reasonGiven.emit(self.reason.text()))
        self.reason.edit.textChanged.connect(self._enable)
        self.without = Card("对方未会签", "原因写在封面上，随报送包上报，省厅可见")
        self.without.body.addWidget(self.reason)
        self.without.body.addLayout(row(self.save, None))
        self.setLayout(column(
            self.title, self.text, self.notes, row(self.make, self.take, None), file, self.disputes, self.without,
            words(ONLY, role="hint", wrap=True), None, spacing=12, margins=(24, 20, 16, 16),
        ))

    def show_overview(self, overview: "JointOverview", *, locked: bool, half: "HalfSaid | None" = None) -> None:
        """Show where the joint sheets stand and what may be done now; a reason half typed is kept by ``half``."""
        self.overview, self.file, self.locked = overview, overview.file, locked
        code = overview.code
        say(self.title, overview.title, tone="ok" if code == "signed" else "")
        say(self.text, overview.text)
        clear(self.notes)
        for each in overview.changed[:MOST]:
            self.notes.addWidget(words(f"改动过：{each}", tone="query", wrap=True))
        clear(self.heads)
        for county, name in overview.heads:
            self.heads.addWidget(words(f"{county}：{name or '未签'}", role="label", tone="ok" if name else ""))
        say(self.name, overview.file.name if overview.file else "还没有会签件")
        self.table.show_rows([
            Row((Cell(d.place, d.sheet, tip=f"{d.sheet}\n{d.place}"), Cell(d.words, tip=d.words)), d)
            for d in overview.disputes])
        self.table.fit(MOST)
        self.disputes.setVisible(bool(overview.disputes))
        there = overview.file is not None and overview.file.exists()
        for act in (self.open, self.folder):
            act.setEnabled(there)
        self._buttons(code)
        self.without.setVisible(code not in ("none", "signed"))
        self.reason.edit.setReadOnly(locked)
        self.reason.hold(None if locked else half, overview.reason)
        self._enable()

    def _buttons(self, code: str) -> None:
        wanted = {"unsent": self.make, "changed": self.make, "outdated": self.make, "disputed": self.make,
                  "sent": self.take, "confirmed": self.open, "signing": self.take}.get(code)
        pictures = {self.make: "send", self.take: "arrow_import", self.open: "signature"}
        for act, picture in pictures.items():
            restyle(act, kind="primary" if act is wanted else "")
            act.setIcon(icons.icon(picture, "on_accent" if act is wanted else "text"))
        self.make.setText("再导出一份会签件…" if code == "signed" else "生成核对稿…")
        self.make.setEnabled(code != "none" and (not self.locked or code == "signed"))
        self.take.setEnabled(code != "none" and not self.locked)

    def _enable(self) -> None:
        given = self.overview.reason if self.overview else ""
        text = self.reason.text()
        self.save.setEnabled(not self.locked and len(text) <= REASON_LIMIT and text != given)
        self.save.setText("撤回原因" if given and not text else "写明原因，不等会签")

    def _open(self) -> None:
        if self.file is not None:
            self.openAsked.emit(self.file)

    def _open_folder(self) -> None:
        if self.file is not None:
            open_folder(self.file)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a joint part."""
        if dropped(event, PACKET_KINDS) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the joint part in."""
        if (path := dropped(event, PACKET_KINDS)) is not None:
            event.acceptProposedAction()
            self.takeAsked.emit(path)

"""定稿: what will be frozen, how large it gets, where it is written, and the reason of a second submission."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.ui import ask, moments
from pairing_desktop.ui.cards import Card, button, column, row, say, words
from pairing_desktop.ui.long_text import LongText
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.text_line import TextLine

if TYPE_CHECKING:
    from pairing_desktop.services.joint_overview import JointOverview
    from pairing_desktop.services.submitting import Part, QuarterState, Rehearsal
    from pairing_desktop.services.workspace import Workspace

REASON_LIMIT = 200
MOST_PARTS = 8
"""Attachments shown without scrolling."""
LARGE = 0.2
"""Share of the whole from which an attachment stands out."""


def too_large(rehearsal: "Rehearsal") -> str:
    """Return what to do about a packet that is too large to be made, or to be sent at once; "" when it is neither."""
    limits, size = rehearsal.limits, moments.size(rehearsal.size)
    way = "双击大的附件打开记录：照片在“⋯”里缩小，不必上报的改为“仅留本县”（名称、页数、摘要照报）"
    if rehearsal.too_large:
        return f"约 {size}，超过一个报送包的上限 {limits.packet_mb} MB，不能定稿。{way}。"
    if rehearsal.hard_to_send:
        return (f"约 {size}，超过传输工具一次能传的 {limits.send_mb} MB（在“设置 → 附件”里改）。"
                f"可以用 U 盘或光盘报送；要用传输工具，{way}。")
    return ""


class FinalisePane(QWidget):
    """Asks for a folder (and a reason) and tells ``asked``; the page does it."""

    asked = Signal(object, str)  # folder, reason
    goAsked = Signal(str, str, str)  # noqa: N815  # form, record, field: the record that holds an attachment

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.ready = False
        self.fits = True
        self.running = False
        self.number = 1
        self.title = words("", role="page", wrap=True)
        self.text = words("", role="label", wrap=True)
        self.amount = words("正在估算大小…", wrap=True)
        self.folder = TextLine(str(folder))
        self.folder.setReadOnly(True)
        self.folder.setAccessibleName("报送包存放的文件夹")
        self.browse = button("换一个…", icon="folder_open", action=self._browse)
        self.reason = LongText("本次修改的原因", limit=REASON_LIMIT)
        self.reason.edit.setFixedHeight(80)
        self.act = button("定稿", kind="primary", icon="lock_closed", action=self._asked)
        self.why = words("", role="hint", wrap=True)
        self.card = Card("将生成")
        self.card.body.addWidget(self.amount)
        self.advice = words("", tone="query", wrap=True)
        columns = (Column("附件"), Column("在哪条记录"), Column("大小", 80, right=True))
        self.parts = RowsTable("随报送包上报的附件", columns, row_height=32)
        self.parts.opened.connect(self._open_part)
        for part in (self.parts, self.advice):
            self.card.body.addWidget(part)
            part.hide()
        self.joint = words("", wrap=True)
        self.card.body.addWidget(self.joint)
        self.card.body.addWidget(words("报送包（.asice）、PDF 和 Excel 各一份，三份内容相同。", role="hint", wrap=True))
        place = Card("存放位置")
        place.body.addLayout(row(self.folder, self.browse))
        place.body.addWidget(words("先写在本机，再拷给签名的人。", role="hint", wrap=True))
        self.reason.edit.textChanged.connect(self._enable)
        self.setLayout(column(
            self.title, self.text, self.card, place, self.reason, row(self.act, self.why, None), None,
            spacing=12, margins=(24, 20, 16, 16),
        ))

    def show_state(self, state: "QuarterState", *, passes: bool, ws: "Workspace | None" = None) -> None:
        """Show what finalising would mean now; a reason half typed is kept in the data file."""
        again = state.code == "submitted" or (state.number > 0 and state.code not in ("final", "signing", "signed"))
        self.number = state.number + 1 if again else max(state.number, 1)
        self.ready = passes
        say(self.title, f"{state.quarter_title}：第 {self.number} 次报送定稿")
        say(self.text, "定稿会冻结这个季度的数据。定稿后、报送前发现要改，可以撤销定稿。")
        self.reason.setVisible(self.number > 1)
        if ws is not None and self.number > 1:
            from pairing_desktop.services import half_said

            self.reason.hold(half_said.reason(ws, "定稿", f"{state.quarter}#{self.number}"), "")
        say(self.why, "" if passes else "审核还没有通过：强制性问题要改正，核实性问题要说明")
        self._enable()

    def show_running(self, *, running: bool) -> None:
        """Take no second order while the first is carried out."""
        self.running = running
        if running and self.act.hasFocus():
            self.folder.setFocus()  # a button that is switched off would pass the cursor on to the preview
        self.act.setText("正在定稿…" if running else "定稿")
        self._enable()

    def show_size(self, rehearsal: "Rehearsal | None") -> None:
        """Show what was measured; ``None`` while it is not known."""
        if rehearsal is None:
            say(self.amount, "正在估算大小…")
            self.fits = True
            self.parts.hide()
            self.advice.hide()
            return
        attachments = f"、附件 {rehearsal.attachments} 个" if rehearsal.attachments else ""
        say(self.amount, f"{rehearsal.records} 条记录、报表 {rehearsal.pages} 页{attachments}，"
                         f"约 {moments.size(rehearsal.size)}")
        self.parts.show_rows([Row((
            Cell(p.name, tip=p.name), Cell(p.label, colour="text2", tip=p.label),
            Cell(moments.size(p.size), weight=500 if p.size > LARGE * rehearsal.size else 400),
        ), p) for p in rehearsal.parts])
        self.parts.fit(most=MOST_PARTS)
        self.parts.setVisible(bool(rehearsal.parts))
        say(self.advice, too_large(rehearsal))
        self.advice.setVisible(bool(self.advice.text()))
        self.fits = not rehearsal.too_large
        self._enable()

    def show_unmeasured(self) -> None:
        """Say that nobody knows how large it gets: the clerk cancelled the measuring."""
        say(self.amount, "已取消估算，定稿时再算大小")

    def _open_part(self, part: "Part") -> None:
        self.goAsked.emit(part.form, part.record, "")

    def show_joint(self, joint: "JointOverview") -> None:
        """Show whether the joint sheets go along countersigned."""
        self.joint.setVisible(joint.code != "none")
        if joint.code == "signed":
            say(self.joint, f"两县共有表 {joint.sheets} 份已会签，会签件随报送包上报", tone="ok")
        elif joint.reason:
            say(self.joint, f"对方未会签，原因：{joint.reason}", tone="query")
        else:
            say(self.joint, f"两县共有表 {joint.sheets} 份还没有会签：{joint.word}", tone="query")

    def _enable(self) -> None:
        self.act.setEnabled(self.ready and self.fits and not self.running and (self.number == 1 or self.reason.fits))

    def _browse(self) -> None:
        if (chosen := ask.dialogs.folder(self, "报送包存放在", start=Path(self.folder.text()))) is not None:
            self.folder.setText(str(chosen))

    def _asked(self) -> None:
        self.asked.emit(Path(self.folder.text()), self.reason.text() if self.number > 1 else "")

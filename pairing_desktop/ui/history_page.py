"""What records were before, field by field, and what was submitted; an earlier state can be brought back."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, moments
from pairing_desktop.ui.cards import Empty, Surface, button, column, row, rule, say, scrolled, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.result_pane import spaced
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.signals import Signals

if TYPE_CHECKING:
    from pairing_desktop.services.entering import Change, Hit, Past
    from pairing_desktop.services.submitting import Submission

ACTIONS = {"enter": "录入", "change": "修改", "delete": "删除", "restore": "恢复", "carry": "结转上期",
           "import": "导入"}
STATES = {"final": ("已定稿", "text2"), "finalised": ("已定稿", "text2"), "signing": ("签批中", "text2"),
          "signed": ("已签署", "accent"), "submitted": ("已报送", "ok"), "undone": ("已撤销", "text3")}


class HistoryPage(QWidget):
    """Two lists behind two tabs: revisions of records, submissions."""

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ws, self._signals = workspace, signals
        self._stale = True
        self.record: Hit | None = None
        self.past: Past | None = None
        self._build()
        signals.recordChanged.connect(self._changed)
        signals.stateChanged.connect(self._changed)

    def _build(self) -> None:
        self.views = QStackedWidget()
        self.views.addWidget(self._revisions())
        self.views.addWidget(self._submissions())
        self.tabs = QButtonGroup(self)
        tabs = []
        for number, title in enumerate(("修改记录", "报送记录")):
            tab = button(title, kind="segment")
            tab.setCheckable(True)
            tab.setChecked(number == 0)
            self.tabs.addButton(tab, number)
            tabs.append(tab)
        self.tabs.idClicked.connect(self._turn)
        self.whole = button("看全部记录", kind="link", action=lambda: self.show_record(None))
        self.title = words("历史", role="pane")
        head = Surface("surface")
        line = row(self.title, *tabs, None, self.whole)
        line.setContentsMargins(24, 0, 16, 0)
        head.setLayout(line)
        head.setFixedHeight(52)
        self.setLayout(column(head, rule(), self.views, spacing=0))

    def _revisions(self) -> QWidget:
        columns = (Column("时间", 132), Column("记录"), Column("做了什么", 76), Column("谁", 128))
        self.list = RowsTable("修改记录", columns, row_height=42)
        self.list.picked.connect(self._pick)
        self.none = Empty("history", "还没有修改记录", "录入的内容每次保存都在这里留一笔，谁、什么时候、改了什么。")
        left = Surface("surface")
        left.setLayout(column(self.list, self.none, spacing=0))
        self.what = words("", role="section", wrap=True)
        self.when = words("", role="hint", wrap=True)
        self.why = words("", wrap=True)
        self.sent_with = words("", role="hint", wrap=True)
        self.against = Combo("与哪一版比较")
        self.against.activated.connect(self._compare)
        fields = (Column("项目"), Column("改前"), Column("改后"))
        self.changes = RowsTable("改了什么", fields, row_height=32, picks=False)
        self.same = words("", role="label", wrap=True)
        self.only = button("只看这条记录", action=self._only)
        self.open = button("打开这条记录", icon="arrow_right", action=self._open)
        self.restore = button("恢复到这一版…", icon="arrow_undo", action=self._restore)
        self.detail = QWidget()
        self.detail.setLayout(column(
            self.what, self.when, self.why, self.sent_with, row(words("比较", role="label"), self.against, None),
            self.changes, self.same, row(self.restore, self.open, self.only, None),
            None, spacing=10, margins=(20, 16, 16, 16),
        ))
        right = QWidget()
        right.setLayout(column(scrolled(self.detail, "改了什么")))
        return Panes((Pane("记录", left, share=5, least=500), Pane("改了什么", right, share=5, least=420)))

    def _submissions(self) -> QWidget:
        columns = (Column("报告期", 130), Column("第几次", 76), Column("状态", 90), Column("时间", 132),
                   Column("谁", 128), Column("修改原因"), Column("报送包", 210))
        self.sent = RowsTable("报送记录", columns, row_height=36)
        self.sent.picked.connect(self._pick_sent)
        self.none_sent = Empty("send", "还没有定稿或报送", "在“审核与报送”里定稿、签名、报送后，每一次都列在这里。",
                               button("去审核与报送", action=lambda: self._signals.showPage.emit("submit")))
        self.digest = words("", role="hint", wrap=True, select=True)
        self.export = button("导出报送包…", icon="arrow_download", action=self._export)
        foot = row(self.digest, self.export)
        foot.setStretch(0, 1)
        foot.setContentsMargins(20, 10, 16, 12)
        page = Surface("surface")
        page.setLayout(column(self.sent, self.none_sent, foot, spacing=0))
        return page

    # what is shown

    def show_record(self, hit: "Hit | None") -> None:
        """Show one record's revisions only, or all."""
        self.record = hit
        self.refresh()

    def show_key(self, form: str, key: str, label: str) -> None:
        """Show a record's revisions: where the form's menu leads."""
        from pairing_desktop.services.entering import Hit

        self.show_record(Hit(key, form, label, ""))

    def refresh(self) -> None:
        """Read both lists again."""
        from pairing_desktop.services import entering, submitting

        self._stale = False
        one = self.record
        found = [(one, past) for past in entering.history(self._ws, one.key)] if one else entering.recent(self._ws)
        say(self.title, f"历史：{one.label}" if one else "历史")
        self.whole.setVisible(one is not None)
        self.list.setVisible(bool(found))
        self.none.setVisible(not found)
        self.detail.setVisible(bool(found))
        self.list.show_rows([self._line(hit, past) for hit, past in found])
        if found:
            self.list.selectRow(0)
        sent = submitting.submissions(self._ws)
        self.sent.setVisible(bool(sent))
        self.none_sent.setVisible(not sent)
        self.digest.setVisible(bool(sent))
        self.export.setVisible(bool(sent))
        self.sent.show_rows([self._sent(s) for s in sent])
        if sent:
            self.sent.selectRow(0)

    def _line(self, hit: "Hit", past: "Past") -> Row:
        form = self._form_title(hit.form)
        return Row((
            Cell(moments.short(past.at, self._ws.clock()), colour="text2"), Cell(hit.label or form, form),
            Cell(ACTIONS.get(past.action, past.action), colour="error" if past.action == "delete" else "text"),
            Cell(past.who or "未留名", colour="text2", size=12),
        ), (hit, past))

    def _form_title(self, form: str) -> str:
        return next((f.short for f in self._ws.catalogue.forms if f.id == form), "")

    def _sent(self, one: "Submission") -> Row:
        from pairing_desktop.formspec import period

        word, colour = STATES.get(one.state, (one.state, "text2"))
        return Row((
            Cell(period.title(one.quarter), weight=500), Cell(f"第{one.number}次"), Cell(word, colour=colour),
            Cell(moments.short(one.at, self._ws.clock()), colour="text2"),
            Cell(one.who or "未留名", colour="text2", size=12),
            Cell(one.reason or "—", colour="text2", size=12, tip=one.reason), Cell(one.packet_name, size=12),
        ), one)

    def _pick(self, chosen: "tuple[Hit, Past]") -> None:
        from pairing_desktop.services import entering

        hit, brief = chosen
        found = entering.history(self._ws, hit.key)
        past = next((p for p in found if p.number == brief.number), brief)
        self.past, self._hit = past, hit
        say(self.what, f"{self._form_title(hit.form)} · {hit.label}")
        done = ACTIONS.get(past.action, past.action)
        say(self.when, f"第 {past.number} 版 · {done} · {moments.full(past.at)} · {past.who or '未留名'}（自述）")
        say(self.why, f"原因：{past.why}")
        self.why.setVisible(bool(past.why))
        say(self.sent_with, f"这一版随{'、'.join(past.sent)}报出。")
        self.sent_with.setVisible(bool(past.sent))
        self._offer(found)
        self._show_changes(past.changes)
        latest = found[0].number if found else past.number
        self.restore.setVisible(past.number != latest and past.action != "delete" and not self._ws.readonly)
        self.open.setVisible(bool(found) and found[0].action != "delete")
        self.only.setVisible(self.record is None)

    def _offer(self, found: "list[Past]") -> None:
        """Offer every other revision to compare with; the one before comes first."""
        self.against.clear()
        self.against.addItem("与上一版", 0)
        for other in found:
            if self.past is not None and other.number != self.past.number:
                self.against.addItem(f"与第 {other.number} 版（{moments.full(other.at)}）", other.number)
        self.against.setEnabled(len(found) > 1)

    def _compare(self) -> None:
        from pairing_desktop.services import past

        other = self.against.currentData()
        if self.past is None or not other:
            self._show_changes(self.past.changes if self.past else ())
            return
        older, newer = sorted((int(other), self.past.number))
        self._show_changes(past.compare(self._ws, self._hit.key, older, newer))

    def _show_changes(self, changes: "tuple[Change, ...]") -> None:
        self.changes.setVisible(bool(changes))
        self.same.setVisible(not changes)
        say(self.same, "没有不同的值。" if self.against.currentData() else "这一版没有改动字段的值。")
        self.changes.show_rows([Row((
            Cell(c.label, colour="text2", tip=c.label), Cell(c.before or "（空）", colour="text2", tip=c.before),
            Cell(c.after or "（空）", tip=c.after),
        )) for c in changes])
        self.changes.fit(most=12)

    def _pick_sent(self, one: "Submission") -> None:
        say(self.digest, f"摘要 {spaced(one.identity)}")
        self.export.setEnabled(one.stored)
        self.export.setToolTip("" if one.stored else "报送完成的才存进数据文件")

    # what is done

    def _turn(self, number: int) -> None:
        self.views.setCurrentIndex(number)
        self.whole.setVisible(number == 0 and self.record is not None)

    def _changed(self, _one: str = "", _two: str = "") -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _only(self) -> None:
        self.show_record(self._hit)

    def _open(self) -> None:
        self._signals.goTo.emit(self._hit.form, self._hit.key, "")

    def _restore(self) -> None:
        from pairing_desktop.services import entering

        if self.past is None:
            return
        why = ask.dialogs.reason(self, f"恢复到第 {self.past.number} 版？",
                                 "现在的内容不会丢，仍留在历史里，随时可以再恢复回来。", yes="恢复")
        if why is None:
            return
        try:
            entering.restore(self._ws, self._hit.key, self.past.number, why)
        except Trouble as error:
            ask.dialogs.trouble(self, error)
            return
        self._signals.recordChanged.emit(self._hit.form, self._hit.key)
        self._signals.told.emit(f"已恢复到第 {self.past.number} 版")
        self.refresh()

    def _export(self) -> None:
        from pairing_desktop.services import submitting

        one = self.sent.current()
        folder = ask.dialogs.folder(self, "导出到", start=self._ws.path.parent) if one is not None else None
        if one is None or folder is None:
            return
        try:
            files = submitting.export(self._ws, one.quarter, one.number, folder)
        except Trouble as error:
            ask.dialogs.trouble(self, error)
        else:
            self._signals.told.emit(f"已导出 {len(files)} 个文件到 {folder}")

    def show_quarter(self, quarter: str) -> None:
        """Nothing here hangs on the quarter that is shown elsewhere."""

    def showEvent(self, event: QShowEvent) -> None:
        """Read again what changed while this page was not looked at."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

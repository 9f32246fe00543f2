"""What records were before, field by field, and what was submitted; an earlier state can be brought back."""

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services import half_said
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, moments
from pairing_desktop.ui.cards import Empty, Surface, button, column, row, rule, say, words
from pairing_desktop.ui.list_keeping import RESTS
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.result_pane import spaced
from pairing_desktop.ui.revision_pane import ACTIONS, RevisionPane
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.signals import Signals
from pairing_desktop.ui.text_line import SearchLine

if TYPE_CHECKING:
    from pairing_desktop.services.entering import Past
    from pairing_desktop.services.searching import Hit
    from pairing_desktop.services.submitting import Submission

STATES = {"final": ("已定稿", "text2"), "finalised": ("已定稿", "text2"), "signing": ("签批中", "text2"),
          "signed": ("已签署", "accent"), "submitted": ("已报送", "ok"), "undone": ("已撤销", "text3")}


TABS = ("修改记录", "删除的记录", "报送记录")
CHANGED, DELETED, SENT = range(3)


class HistoryPage(QWidget):
    """Three lists behind tabs: revisions of records, deleted records, submissions."""

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ws, self._signals = workspace, signals
        self._stale = True
        self.record: Hit | None = None
        self._build()
        signals.recordChanged.connect(self._changed)
        signals.stateChanged.connect(self._changed)

    def _build(self) -> None:
        self.views = QStackedWidget()
        self.views.addWidget(self._revisions())
        self.views.addWidget(self._submissions())
        self.tabs = QButtonGroup(self)
        tabs = []
        for number, title in enumerate(TABS):
            tab = button(title, kind="segment")
            tab.setCheckable(True)
            tab.setChecked(number == 0)
            self.tabs.addButton(tab, number)
            tabs.append(tab)
        self.tabs.idClicked.connect(self._turn)
        self.whole = button("看全部记录", kind="link", action=lambda: self.show_record(None))
        self.title = words("历史", role="pane")
        self.filter = SearchLine()
        self.filter.setPlaceholderText("按名称、谁、原因查找")
        self.filter.setAccessibleName("在历史里查找")
        self.filter.setFixedWidth(240)
        self.filter.setClearButtonEnabled(True)
        self.filter.textEdited.connect(self._finding)
        self.filter.through.connect(self.list.setFocus)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(RESTS)
        self._resting.timeout.connect(self._keep)
        head = Surface("surface")
        line = row(self.title, *tabs, None, self.whole, self.filter)
        line.setContentsMargins(24, 0, 16, 0)
        head.setLayout(line)
        head.setFixedHeight(52)
        self.setLayout(column(head, rule(), self.views, spacing=0))

    def _revisions(self) -> QWidget:
        columns = (Column("时间", 156), Column("记录"), Column("做了什么", 76), Column("谁", 128))
        self.list = RowsTable("修改记录", columns, row_height=42)
        self.list.picked.connect(self._pick)
        self.none = Empty("history", "还没有修改记录", "录入的内容每次保存都在这里留一笔，谁、什么时候、改了什么。")
        left = Surface("surface")
        left.setLayout(column(self.list, self.none, spacing=0))
        self.detail = RevisionPane(self._ws, self._signals)
        self.detail.onlyAsked.connect(self._only)
        self.detail.done.connect(self.refresh)
        return Panes((Pane("记录", left, share=5, least=500), Pane("改了什么", self.detail, share=5, least=420)))

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
        from pairing_desktop.services.searching import Hit

        self.show_record(Hit(key, form, label, ""))

    def _finding(self, _text: str) -> None:
        self._list_records()
        if not self._resting.isActive():
            self._resting.start()

    def _keep(self) -> None:
        """Keep what is looked for while the file is open."""
        half = half_said.of_list(self._ws, "history")
        with suppress(Trouble):
            half.keep(text) if (text := self.filter.text()) else half.drop()

    def find_again(self) -> None:
        """Look for what was looked for when the power went."""
        self.filter.setText(half_said.of_list(self._ws, "history").words or "")
        self._list_records()

    def label_of(self, key: str) -> str:
        """Return what a record is called now, or was when it was deleted."""
        from pairing_desktop.services import bringing_back, searching

        gone = (hit for hit, _ in bringing_back.deleted(self._ws))
        return next((hit.label for hit in (*searching.named(self._ws, [key]), *gone) if hit.key == key), "")

    def refresh(self) -> None:
        """Read both lists again."""
        from pairing_desktop.services import submitting

        self._stale = False
        self._list_records()
        sent = submitting.submissions(self._ws)
        self.sent.setVisible(bool(sent))
        self.none_sent.setVisible(not sent)
        self.digest.setVisible(bool(sent))
        self.export.setVisible(bool(sent))
        self.sent.show_rows([self._sent(s) for s in sent])
        if sent:
            self.sent.selectRow(0)

    def _list_records(self) -> None:
        """List what the tab and the box ask for."""
        one, found = self.record, self._found()
        say(self.title, f"历史：{one.label}" if one else "历史")
        self.whole.setVisible(one is not None)
        self.filter.setVisible(one is None and self.tabs.checkedId() != SENT)
        self.list.setVisible(bool(found))
        self.none.setVisible(not found)
        for label, text in zip((self.none.title, self.none.text), self._nothing(), strict=True):
            say(label, text)
        self.detail.setVisible(bool(found))
        now, times = self._ws.clock(), [past.at for _, past in found]
        when = moments.apart(times, now) if one is not None else [moments.short(at, now) for at in times]
        self.list.show_rows([self._line(hit, past, at) for (hit, past), at in zip(found, when, strict=True)])
        if found:
            self.list.selectRow(0)

    def _found(self) -> "list[tuple[Hit, Past]]":
        from pairing_desktop.services import bringing_back, entering, past

        text = self.filter.text().strip()
        if self.record is not None:
            return [(self.record, each) for each in entering.history(self._ws, self.record.key)]
        return (bringing_back.deleted if self.tabs.checkedId() == DELETED else past.recent)(self._ws, text=text)

    def _nothing(self) -> tuple[str, str]:
        """Return what to say where nothing is listed."""
        if self.filter.text().strip():
            return "没有找到", "换一个名称、人名或原因里的词，或清空查找框。"
        if self.tabs.checkedId() == DELETED:
            return "没有删除的记录", "删除的记录列在这里，随时可以恢复，内容和历史都还在。"
        return "还没有修改记录", "录入的内容每次保存都在这里留一笔，谁、什么时候、改了什么。"

    def _line(self, hit: "Hit", past: "Past", at: str) -> Row:
        form = self._form_title(hit.form)
        return Row((
            Cell(at, colour="text2"), Cell(hit.label or form, form),
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
        hit, past = chosen
        self.detail.show_past(hit, past, self._form_title(hit.form), alone=self.record is not None)

    def _pick_sent(self, one: "Submission") -> None:
        say(self.digest, f"摘要 {spaced(one.identity)}")
        self.export.setEnabled(one.stored)
        self.export.setToolTip("" if one.stored else "报送完成的才存进数据文件")

    # what is done

    def _turn(self, number: int) -> None:
        self.views.setCurrentIndex(number == SENT)
        if number == DELETED:
            self.record = None
        self._list_records()
        self.whole.setVisible(number != SENT and self.record is not None)

    def _changed(self, _one: str = "", _two: str = "") -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def _only(self) -> None:
        self.tabs.button(CHANGED).setChecked(True)
        self.show_record(self.detail.hit)

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

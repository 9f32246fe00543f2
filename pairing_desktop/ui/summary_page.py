"""Computed sheets (汇总表): a sheet a tab; every figure opens the records behind it, and from there the record."""

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs, paper_work
from pairing_desktop.ui.cards import Empty, Surface, button, clear, column, row, rule, say, scrolled, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.sheet_table import Cell as SheetCell
from pairing_desktop.ui.sheet_table import Head, Line, SheetTable
from pairing_desktop.ui.signals import Signals

if TYPE_CHECKING:
    from pairing_desktop.formspec.summary_values import Behind, Computed, Part, Shown
    from pairing_desktop.ui.own_table_pane import OwnTablePane

OWN = "own"
DASH = "—"
"""What stands where there is no figure: it opens the records that lack it, or says why there is none."""
AT_ONCE = 1000
"""Records up to which sheets are worked out at once; more are worked out in the background."""
PANE = 380
BUTTONS = 290
"""Room beside the tabs that the two buttons take."""
XLSX = "Excel 工作簿 (*.xlsx)"


class BehindPane(Surface):
    """The records behind one figure; ``go`` names the one to open."""

    go = Signal(object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__("surface")
        self.setFixedWidth(PANE)
        self.setAccessibleName("数字来源")
        self.what = words("", role="section", wrap=True)
        self.value = words("", role="page", wrap=True)
        self.how = words("", role="hint", wrap=True)
        self.list = RowsTable("来源记录", (Column("记录"), Column("取值", 176, right=True)), row_height=32)
        self.list.opened.connect(self.go.emit)
        self.shut = button("", kind="flat", icon="dismiss", tip="关闭", action=self.closed.emit)
        head = row(self.what, self.shut)
        head.setStretch(0, 1)
        parts = column(head, self.value, self.how, self.list, None, spacing=8, margins=(16, 12, 12, 12))
        parts.setStretchFactor(self.list, 100)  # all the room; where it is not shown the words stay at the top
        self.setLayout(parts)

    def show_figure(self, what: str, shown: "Shown", titles: dict[str, str]) -> None:
        """Show a figure's records; those left out of it stand last and say so."""
        say(self.what, what)
        say(self.value, shown.text)
        say(self.how, _where_from(shown))
        quiet = (*shown.lacking, *shown.left_out)
        self.list.show_rows([*(self._line(b, titles, tone="text") for b in shown.behind),
                             *(self._line(b, titles, tone="text3") for b in quiet)])
        told = (*shown.behind, *quiet)
        self.list.setVisible(bool(told))
        self.list.setColumnHidden(1, not any(b.text not in ("", b.label) for b in told))
        if told:
            self.list.selectRow(0)

    @staticmethod
    def _line(behind: "Behind", titles: dict[str, str], *, tone: str) -> Row:
        tip = f"{titles.get(behind.form, '')} · {behind.label}"
        text = "" if behind.text == behind.label else behind.text
        tip = f"{tip} {text}".rstrip()
        return Row((Cell(behind.label, colour=tone, tip=tip), Cell(text, colour=tone)), behind)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class SummaryPage(QWidget):
    """Tabs of computed sheets, and one of own tables."""

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ws, self._signals = workspace, signals
        self.quarter = ""
        self.sheet = ""
        self.tables: list[SheetTable] = []
        self.own: OwnTablePane | None = None
        self._computed: dict[str, Computed] = {}
        self._stale = True
        self._from: SheetTable | None = None
        self._titles = {form.id: form.short for form in workspace.catalogue.forms}
        self._needed = 0
        self._build()
        signals.recordChanged.connect(self._changed)
        signals.stateChanged.connect(self._changed)

    def _build(self) -> None:
        self.tabs = QButtonGroup(self)
        self.places: list[str] = []
        self._line = QHBoxLayout()
        self._line.setContentsMargins(16, 0, 16, 0)
        self._line.setSpacing(2)
        self._line.addStretch(1)
        self.excel = button("导出 Excel…", icon="arrow_export", action=self.export)
        self.print = button("打印预览", icon="print", action=self.preview)
        self.panes, self._panes = QWidget(), row(spacing=0)
        self.panes.setLayout(self._panes)
        for part in (self.excel, self.print, self.panes):
            self._line.addWidget(part)
        self.tabs.idClicked.connect(lambda number: self.show_sheet(self.places[number]))
        self.pick = Combo("汇总表")
        self.pick.activated.connect(lambda number: self.show_sheet(self.places[number]))
        self.pick.hide()
        self._line.insertWidget(0, self.pick, 1)
        head = Surface("surface")
        head.setLayout(self._line)
        head.setFixedHeight(46)
        self.title = words("", role="section")
        self.help = words("", role="hint", wrap=True)
        self.body = column(spacing=10)
        page = QWidget()
        page.setLayout(column(self.title, self.help, self.body, None, spacing=6, margins=(16, 12, 16, 16)))
        self.behind = BehindPane()
        self.behind.hide()
        self.behind.go.connect(lambda b: self._signals.goTo.emit(b.form, b.key, b.path))
        self.behind.closed.connect(self._close_behind)
        sheets = QWidget()
        self.page = scrolled(page, "汇总表")
        inner = row(self.page, self.behind, spacing=0)
        inner.setStretch(0, 1)
        sheets.setLayout(inner)
        self.stack = QStackedWidget()
        self.stack.addWidget(sheets)
        self.setLayout(column(head, rule(), self.stack, spacing=0))

    def _tab(self, place: str, title: str) -> None:
        tab = QPushButton(title)
        tab.setProperty("kind", "segment")
        tab.setCheckable(True)
        tab.setAutoDefault(False)
        self.tabs.addButton(tab, len(self.places))
        self._line.insertWidget(len(self.places) + 1, tab)
        self.places.append(place)
        self.pick.addItem(title)

    def _show_tabs(self) -> None:
        from pairing_desktop.services import summarising

        for sheet in summarising.listed(self._ws):
            self._tab(sheet.id, sheet.short)
        self._tab(OWN, "自定义表")
        for before, after in pairwise((*self.tabs.buttons(), self.excel, self.print)):
            self.setTabOrder(before, after)  # as they stand, not as they were made
        self.sheet = self.sheet or self.places[0]
        self._needed = sum(tab.sizeHint().width() + 2 for tab in self.tabs.buttons()) + BUTTONS
        self._arrange()

    @property
    def narrow(self) -> bool:
        """Whether there is room for one thing at a time only."""
        return self.width() < self._needed

    def _arrange(self) -> None:
        """Show the tabs side by side, or one list of them where there is little room (a small screen, 200 %)."""
        narrow = self.narrow
        self.pick.setVisible(narrow)
        for tab in self.tabs.buttons():
            tab.setVisible(not narrow)
        for part, text in ((self.excel, "导出 Excel…"), (self.print, "打印预览")):
            part.setText("" if narrow else text)
            part.setToolTip(text if narrow else "")
            part.setAccessibleName(text)
        self.page.setVisible(not narrow or not self.behind.isVisible())
        self.behind.setMinimumWidth(0 if narrow else PANE)
        self.behind.setMaximumWidth(16777215 if narrow else PANE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the room."""
        super().resizeEvent(event)
        self._arrange()

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter."""
        self.quarter = quarter
        if self.own is not None:
            self.own.show_quarter(quarter)
        self._changed()

    def _changed(self, _one: str = "", _two: str = "") -> None:
        self._stale = True
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Work all sheets out again."""
        from pairing_desktop.services import listing, summarising

        if not self.quarter:
            return
        if not self.places:
            self._show_tabs()
        self._stale = False
        quarter = self.quarter
        if sum(c.records for c in listing.counts(self._ws, quarter).values()) <= AT_ONCE:
            self._arrived(quarter, summarising.computed(self._ws, quarter))
            return
        say(self.help, "正在汇总…")
        workspace = self._ws.fork()
        job = jobs.run(self, "汇总", lambda progress: summarising.computed(workspace, quarter, progress),
                       partial(self._arrived, quarter))
        job.stopped.connect(partial(self._stopped, quarter))
        job.ended.connect(workspace.close)

    def _stopped(self, quarter: str) -> None:
        """Show no figures once the work was cancelled: what stood here may be of another quarter."""
        if quarter != self.quarter:
            return
        self._computed, self.tables = {}, []
        self._close_behind()
        clear(self.body)
        say(self.help, "汇总已取消，按 Enter 重新汇总。")
        again = button("重新汇总", kind="primary", action=self.refresh)
        self.body.addLayout(row(again, None))
        again.show()  # the layout would show it later, and nothing could go there meanwhile
        if self.sheet != OWN:
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrived(self, quarter: str, computed: "dict[str, Computed]") -> None:
        if quarter == self.quarter:
            self._computed = computed
            self.show_sheet(self.sheet)

    def show_sheet(self, place: str) -> None:
        """Show one sheet, or the own tables."""
        self.sheet = place
        self.tabs.button(self.places.index(place)).setChecked(True)
        self.pick.setCurrentIndex(self.places.index(place))
        own = place == OWN
        for part in (self.excel, self.print):
            part.setVisible(not own)
        self.panes.setVisible(own)
        if own:
            self._show_own()
            return
        self.stack.setCurrentIndex(0)
        self._close_behind()
        if place in self._computed:
            self._show(self._computed[place])

    def _show_own(self) -> None:
        from pairing_desktop.ui.own_table_pane import OwnTablePane

        if self.own is None:
            self.own = OwnTablePane(self._ws, self._signals, self)
            self.own.show_quarter(self.quarter)
            self.stack.addWidget(self.own)
            self._panes.addWidget(self.own.panes.tabs)  # a line of their own would take a low window's room
        self.stack.setCurrentWidget(self.own)
        if not self.own.dirty:
            self.own.refresh()

    def _show(self, computed: "Computed") -> None:
        clear(self.body)
        self.tables = []
        say(self.title, computed.sheet.title)
        say(self.help, computed.sheet.help + _unit(computed))
        several = len(computed.parts) > 1
        for part in computed.parts:
            if several:
                self.body.addSpacing(8)
                self.body.addWidget(words(part.title, role="strong"))
            if not part.lines:
                self.body.addWidget(Empty("table", part.empty or "没有记录", "录入后这里自动汇总，不用另填。"))
                continue
            table = SheetTable(part.title or computed.sheet.title, _heads(part), _lines(part))
            table.opened.connect(partial(self._open, table, part))
            self.tables.append(table)
            self.body.addWidget(table)
        for text in computed.remarks:
            self.body.addWidget(words(text, role="hint", wrap=True))

    def _open(self, table: SheetTable, part: "Part", shown: "Shown", line: int, column_: int) -> None:
        self._from = table
        named = part.lines[line].cells
        what = " ".join(cell.text for cell in named[:1 if part.statistical else 2] if not cell.figure)
        self.behind.show_figure(f"{what} · {part.heads[column_].title}", shown, self._titles)
        self.behind.show()
        self._arrange()
        goes_on = self.behind.list if self.behind.list.rows.rows else self.behind.shut
        goes_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_behind(self) -> None:
        had = self.behind.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self.behind.hide()
        self._arrange()
        if had and self._from is not None and self._from in self.tables:
            self._from.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Save the own table that is looked at."""
        if self.sheet == OWN and self.own is not None:
            self.own.save()

    def preview(self) -> None:
        """Show the sheet's pages as they will be printed."""
        from pairing_desktop.services import summarising
        from pairing_desktop.ui.print_dialog import PrintDialog

        if self.sheet == OWN and self.own is not None:
            self.own.preview()
        if self.sheet not in self._computed:
            return
        sheet, quarter = self._computed[self.sheet].sheet, self.quarter

        def show(pdf: bytes) -> None:
            if pdf:
                ask.dialogs.run(PrintDialog(sheet.title, pdf, self))
            else:
                ask.dialogs.tell(self, sheet.title, "这张汇总表还没有内容。")

        paper_work.make(self, self._ws, "排版", lambda ws, _progress: summarising.pdf(ws, quarter, sheet.id), show,
                        failed="没有排出版面")

    def export(self) -> None:
        """Write the sheet as a workbook."""
        from pairing_desktop.services import summarising, writing

        if self.sheet not in self._computed:
            return
        sheet = self._computed[self.sheet].sheet
        suggested = self._ws.path.with_name(f"{sheet.short} {self.quarter}.xlsx")
        to = ask.dialogs.save_file(self, "导出汇总表", XLSX, suggested=suggested)
        if to is None:
            return
        quarter = self.quarter
        paper_work.make(self, self._ws, "导出汇总表",
                        lambda ws, _progress: writing.write(to, summarising.workbook(ws, quarter, sheet.id)),
                        lambda path: self._signals.told.emit(f"已导出 {path}"), failed="没有导出")

    def showEvent(self, event: QShowEvent) -> None:
        """Work out again what changed while this page was not looked at."""
        super().showEvent(event)
        if self._stale:
            self.refresh()


def _unit(computed: "Computed") -> str:
    """Return the unit of a sheet's figures, where it is one and not told in the columns."""
    unit = computed.sheet.unit
    return "" if unit in ("", "见表内") else f"计量单位：{unit}。"


def _heads(part: "Part") -> list[Head]:
    return [Head(h.title, h.unit, h.width or 60, right=h.align == "right", centre=h.align == "centre")
            for h in part.heads]


def _lines(part: "Part") -> list[Line]:
    return [Line(tuple(_cell(c) for c in line.cells), line.kind) for line in part.lines]


def _where_from(shown: "Shown") -> str:
    """Return where a figure comes from and what is not in it, or why there is none."""
    missing, other = len(shown.lacking), len(shown.left_out)
    if shown.text == DASH and not shown.behind:
        texts = [f"有 {missing} 条记录没有这一项的数，回车打开去填。" if missing else shown.why]
    elif shown.text == DASH:
        texts = ["算不出这一项：" + (f"有 {missing} 条记录没有填，回车打开核对。" if missing else
                                    "除数是 0 或计量单位不同，回车打开核对。")]
    else:
        texts = [f"来自 {len(shown.behind)} 条记录，回车打开记录。" if shown.behind else "没有符合这一项的记录。"]
        texts += [f"另有 {missing} 条没有填这一项。"] if missing else []
    return "".join((*texts, f"另有 {other} 条性质不同，没有计入。" if other else ""))


def _cell(shown: "Shown") -> SheetCell:
    opens = shown if shown.figure else None
    return SheetCell(shown.text, right=shown.align == "right", centre=shown.align == "centre", indent=shown.indent,
                     data=opens, quiet=bool(shown.why))

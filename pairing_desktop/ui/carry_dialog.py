"""Opening a quarter from the one before (结转上期): what will be made, what stays; and one button to take it back."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec import period
from pairing_desktop.progress import Progress
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import button, row, say, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable

if TYPE_CHECKING:
    from pairing_desktop.services.carrying import Carried, Plan
    from pairing_desktop.services.carrying import Sheet as Made

WIDTH, WORDS = 620, 528
MOST, FEW, LOW = 7, 4, 600
"""Sheets shown without scrolling, and on a screen lower than so many pixels."""


class CarryDialog(Sheet):
    """Shows the plan, carries it out, and offers to take it back; ``changed`` after either.

    ``sources``: the quarters that could be carried, the plan's among them; one of them is chosen here.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, plan: "Plan", parent: QWidget | None = None, *,
                 sources: Sequence[str] = ()) -> None:
        target = period.title(plan.target)
        super().__init__(parent, f"结转上期，开出{target}", "园区、项目、企业、人员一直沿用，不用结转；"
                         "下面的季报按上期新建，本期发生数留空，说明只作参考、不带入。", icon="arrow_next")
        self._ws, self.plan, self.sources = workspace, plan, tuple(sources) or (plan.source,)
        self.setMinimumWidth(WIDTH)
        columns = (Column("季报"), Column("带入", 64, right=True), Column("留空", 64, right=True))
        self.list = RowsTable("将新建的季报", columns, row_height=28)
        self.list.picked.connect(self._picked)
        self.detail = words("", role="hint", wrap=True)
        self.note = words("", role="hint", wrap=True)
        self.said = words("", role="strong", wrap=True)
        self.body.addWidget(self._chooser())
        for part in (self.list, self.detail, self.note, self.said):
            self.body.addWidget(part)
        self.back = button("撤销结转", icon="arrow_undo", action=self.undo)
        self.back.hide()
        self.buttons.insertWidget(0, self.back)
        self.shut = self.add_button("取消")
        self.go = button(f"新建 {len(plan.sheets)} 张季报", kind="primary", action=self.carry)
        self.buttons.addWidget(self.go)
        self._show()
        self._offer_undo()

    def _chooser(self) -> QWidget:
        self.source = Combo("从哪个季度结转")
        for quarter in self.sources:
            self.source.addItem(period.title(quarter), quarter)
        self.source.setCurrentIndex(self.sources.index(self.plan.source))
        self.source.activated.connect(self._chosen)
        label = words("从哪个季度结转", role="label")
        label.setBuddy(self.source)
        line = QWidget()
        line.setLayout(row(label, self.source, None, spacing=8))
        return line

    def _chosen(self, place: int) -> None:
        """Show what carrying another quarter would do."""
        from pairing_desktop.services import carrying

        self.plan = carrying.preview(self._ws, source=self.sources[place], target=self.plan.target)
        self._show()

    def _show(self) -> None:
        plan = self.plan
        self.list.show_rows([self._row(sheet) for sheet in plan.sheets])
        self.list.fit(MOST if QGuiApplication.primaryScreen().availableSize().height() > LOW else FEW)
        for part in (self.list, self.detail):
            part.setVisible(bool(plan.sheets))
        if plan.sheets:
            self.list.selectRow(0)
        say(self.note, self._others())
        self.note.ensurePolished()
        self.note.setMinimumHeight(self.note.heightForWidth(WORDS))  # else a low screen squeezes its lines together
        say(self.said, "" if plan.sheets else f"{period.title(plan.target)}没有要新建的季报。")
        self.go.setText(f"新建 {len(plan.sheets)} 张季报")
        self.go.setEnabled(bool(plan.sheets) and not self._ws.readonly)

    def _picked(self, sheet: "Made | None") -> None:
        """Say which fields of a sheet come along and which stay blank."""
        say(self.detail, self._told(sheet) if sheet is not None else "")
        self.detail.setMinimumHeight(self.detail.heightForWidth(WORDS))

    @staticmethod
    def _told(sheet: "Made") -> str:
        return f"带入：{'、'.join(sheet.carried) or '无'}。\n留空：{'、'.join(sheet.cleared) or '无'}。"

    @staticmethod
    def _row(sheet: "Made") -> Row:
        return Row((Cell(sheet.label, tip=CarryDialog._told(sheet)), Cell(str(len(sheet.carried)), unit="项"),
                    Cell(str(len(sheet.cleared)), unit="项")), sheet)

    def _others(self) -> str:
        kept = "、".join(f"{one.title} {one.records}" for one in self.plan.kept)
        later = "、".join(map(period.title, self.plan.passed_over))
        parts = [f"注意：{later}也有数，比{period.title(self.plan.source)}新，没有用到。" if later else ""]
        parts += [f"沿用：{kept}。" if kept else ""]
        parts += [f"本期已有、不动：{'、'.join(self.plan.begun)}。" if self.plan.begun else ""]
        parts += [f"已办结、不再填：{'、'.join(self.plan.ended)}。" if self.plan.ended else ""]
        return "".join(parts)

    def carry(self) -> None:
        """Make the sheets in the background."""
        from pairing_desktop.services import carrying

        self.go.setEnabled(False)
        workspace = self._ws.fork()
        plan = self.plan

        def work(progress: Progress) -> "Carried":
            return carrying.carry(workspace, source=plan.source, target=plan.target, progress=progress)

        job = jobs.run(self, "结转上期", work, self._done)
        job.ended.connect(workspace.close)

    def _done(self, made: "Carried") -> None:
        say(self.said, f"已新建 {len(made.keys)} 张季报，请逐张核对。")
        self.shut.setText("关闭")
        self.go.hide()
        self.source.setEnabled(False)
        self._offer_undo()
        self.changed.emit()

    def _offer_undo(self) -> None:
        from pairing_desktop.services import carrying

        self.back.setVisible(not self._ws.readonly and bool(carrying.carried(self._ws, self.plan.target)))

    def undo(self) -> None:
        """Take back the sheets that nobody has touched."""
        from pairing_desktop.services import carrying

        try:
            undone = carrying.undo(self._ws, self.plan.target)
        except Trouble as told:
            ask.dialogs.trouble(self, told, title="没有撤销")
            return
        kept = f"已经填过的 {len(undone.kept)} 张没有动。" if undone.kept else ""
        say(self.said, f"撤销了 {undone.removed} 张结转的季报。{kept}")
        self.shut.setText("关闭")
        self.go.hide()
        self.back.hide()
        self.changed.emit()


def offer(parent: QWidget, workspace: Workspace, target: str, changed: Callable[[], object]) -> None:
    """Show what carrying an earlier quarter into ``target`` would do: to begin with the latest one that was filled."""
    from pairing_desktop.services import carrying

    sources = carrying.sources(workspace, target)
    try:
        plan = carrying.preview(workspace, source=next(iter(sources), period.previous(target)), target=target)
    except Trouble as told:
        ask.dialogs.trouble(parent, told, title="没有可结转的")
        return
    dialog = CarryDialog(workspace, plan, parent, sources=sources)
    dialog.changed.connect(changed)
    ask.dialogs.run(dialog)

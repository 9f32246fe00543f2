"""One revision of a record beside any other: who, when, why, old, new, which submission; brought back whole or in part.

The page that shows it owns the list; this pane only shows, compares and brings back.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.services import half_said
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, moments
from pairing_desktop.ui.cards import button, column, row, say, scrolled, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.signals import Signals

if TYPE_CHECKING:
    from pairing_desktop.services.entering import Change, Past, Saved
    from pairing_desktop.services.searching import Hit

ACTIONS = {"enter": "录入", "change": "修改", "delete": "删除", "restore": "恢复", "carry": "结转上期",
           "import": "导入"}
AGAINST_ROOM = 260
"""Pixels of the list of revisions to compare with: number, day and time."""


class RevisionPane(QWidget):
    """Shows what a revision changed, field by field."""

    onlyAsked = Signal()  # noqa: N815  # this record's revisions alone
    done = Signal()  # something was brought back

    def __init__(self, workspace: Workspace, signals: Signals) -> None:
        super().__init__()
        self._ws, self._signals = workspace, signals
        self.hit: Hit | None = None
        self.past: Past | None = None
        self._found: list[Past] = []
        self.what = words("", role="section", wrap=True)
        self.when = words("", role="hint", wrap=True)
        self.why = words("", wrap=True)
        self.sent_with = words("", role="hint", wrap=True)
        self.against = Combo("与哪一版比较")
        self.against.setMinimumWidth(AGAINST_ROOM)
        self.against.activated.connect(self._compare)
        self.changes = RowsTable("改了什么", (Column("项目"), Column("改前"), Column("改后")), row_height=32)
        self.changes.picked.connect(lambda _change: self._enable())
        self.same = words("", role="label", wrap=True)
        self.only = button("只看这条记录", action=self.onlyAsked.emit)
        self.open = button("打开这条记录", icon="arrow_right", action=self._open)
        self.restore = button("恢复到这一版…", icon="arrow_undo", action=self._restore)
        self.before = button("选中项恢复为改前…", action=lambda: self._bring_back(0))
        self.after = button("选中项恢复为改后…", action=lambda: self._bring_back(1))
        self.detail = QWidget()
        self.detail.setLayout(column(
            self.what, self.when, self.why, self.sent_with, row(words("比较", role="label"), self.against, None),
            self.changes, self.same, row(self.before, self.after, None),
            row(self.restore, self.open, self.only, None), None, spacing=10, margins=(20, 16, 16, 16)))
        self.setLayout(column(scrolled(self.detail, "改了什么")))

    def show_past(self, hit: "Hit", brief: "Past", title: str, *, alone: bool) -> None:
        """Show a revision; ``alone`` when only this record's are listed."""
        from pairing_desktop.services import entering

        found = self._found = entering.history(self._ws, hit.key)
        past = next((p for p in found if p.number == brief.number), brief)
        self.past, self.hit = past, hit
        say(self.what, f"{title} · {hit.label}")
        done = ACTIONS.get(past.action, past.action)
        say(self.when, f"第 {past.number} 版 · {done} · {moments.full(past.at)} · {past.who or '未留名'}（自述）")
        say(self.why, f"原因：{past.why}")
        self.why.setVisible(bool(past.why))
        say(self.sent_with, f"这一版随{'、'.join(past.sent)}报出。")
        self.sent_with.setVisible(bool(past.sent))
        self._offer()
        self._show_changes(past.changes)
        self.only.setVisible(not alone)

    @property
    def _deleted(self) -> bool:
        return bool(self._found) and self._found[0].action == "delete"

    def _offer(self) -> None:
        """Offer every other revision to compare with; the one before comes first."""
        self.against.clear()
        self.against.addItem("与上一版", 0)
        for other in self._found:
            if self.past is not None and other.number != self.past.number:
                self.against.addItem(f"与第 {other.number} 版（{moments.full(other.at)}）", other.number)
        self.against.setEnabled(len(self._found) > 1)

    def _compare(self) -> None:
        from pairing_desktop.services import past

        if self.past is None or self.hit is None:
            return
        if not self.against.currentData():
            self._show_changes(self.past.changes)
            return
        older, newer = self._sides()
        self._show_changes(past.compare(self._ws, self.hit.key, older, newer))

    def _sides(self) -> tuple[int, int]:
        """Return the two revisions that stand side by side, the older first."""
        shown = self.past.number if self.past is not None else 0
        other = int(self.against.currentData() or shown - 1)
        return min(other, shown), max(other, shown)

    def _show_changes(self, changes: "tuple[Change, ...]") -> None:
        self.changes.setVisible(bool(changes))
        self.same.setVisible(not changes)
        say(self.same, "没有不同的值。" if self.against.currentData() else "这一版没有改动字段的值。")
        self.changes.show_rows([Row((
            Cell(c.label, colour="text2", tip=c.label), Cell(c.before or "（空）", colour="text2", tip=c.before),
            Cell(c.after or "（空）", tip=c.after),
        ), c) for c in changes])
        self.changes.fit(most=12)
        if changes:
            self.changes.selectRow(0)
        self._enable()

    def _enable(self) -> None:
        """Offer what can be brought back now: nothing of the latest itself, all of a deleted record."""
        past, free = self.past, not self._ws.readonly
        latest = self._found[0].number if self._found else 0
        self.restore.setText("恢复这条记录…" if self._deleted else "恢复到这一版…")
        whole = past is not None and (past.number != latest or self._deleted) and past.action != "delete"
        self.restore.setVisible(free and (whole or self._deleted))
        self.open.setVisible(bool(self._found) and not self._deleted)
        picked = free and not self._deleted and self._typed()
        older, newer = self._sides()
        self.before.setVisible(picked and older > 0)
        self.after.setVisible(picked and newer != latest)

    def _typed(self) -> bool:
        """Return whether the picked field can be given a value: a computed one follows the others."""
        change, hit = self.changes.current(), self.hit
        if change is None or hit is None:
            return False
        return not self._ws.catalogue.form(hit.form).field(change.path).compute

    def _open(self) -> None:
        if self.hit is not None:
            self._signals.goTo.emit(self.hit.form, self.hit.key, "")

    def _restore(self) -> None:
        """Bring back a whole revision; of a deleted record the last one that said anything."""
        from pairing_desktop.services import entering

        if self.past is None or self.hit is None:
            return
        number = 0 if self.past.action == "delete" else self.past.number
        what = f"恢复“{self.hit.label}”？" if self._deleted else f"恢复到第 {number} 版？"
        why = self._why(what, "现在的内容不会丢，仍留在历史里，随时可以再恢复回来。")
        if why is not None:
            key = self.hit.key
            self._do(lambda: entering.restore(self._ws, key, number or None, why),
                     f"已恢复“{self.hit.label}”" if self._deleted else f"已恢复到第 {number} 版")

    def _bring_back(self, side: int) -> None:
        """Give one field the value it had on one side."""
        from pairing_desktop.services import bringing_back

        change, hit = self.changes.current(), self.hit
        if change is None or hit is None:
            return
        number, value = self._sides()[side], (change.before, change.after)[side]
        why = self._why(f"把“{change.label}”恢复为“{value or '（空）'}”？",
                        "只改这一项，其余不动；由它算出的数跟着重算。")
        if why is not None:
            self._do(lambda: bringing_back.field(self._ws, hit.key, number, change.path, why),
                     f"“{change.label}”已恢复为“{value or '（空）'}”")

    def _why(self, title: str, consequence: str) -> str | None:
        half = half_said.reason(self._ws, "恢复", self.hit.key if self.hit else "")
        why = ask.dialogs.reason(self, title, consequence, yes="恢复", half=half)
        if why is not None:
            half.drop()
        return why

    def _do(self, work: "Callable[[], Saved]", told: str) -> None:
        if self.hit is None:
            return
        try:
            saved = work()
        except Trouble as error:
            ask.dialogs.trouble(self, error)
            return
        if not saved.changed:
            ask.dialogs.tell(self, "没有要恢复的", "现在就是这个值。")
            return
        self._signals.recordChanged.emit(self.hit.form, self.hit.key)
        self._signals.told.emit(told)
        self.done.emit()

"""What merging another data file would do: its records that are not known here, and in a conflict whose value stays."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from pairing_desktop.services.merging_plan import WORDS, Side
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import button, say, words
from pairing_desktop.ui.rows import Cell, Column, LazyRows, Row, RowsTable
from pairing_desktop.ui.sides_table import Offer, SidesTable

if TYPE_CHECKING:
    from pairing_desktop.services import merging_plan as plans

LOW = 600
WIDTHS, TABLES = (900, 640), ((196, 168), (84, 61))
"""Width, and heights of the two tables; and on a screen that is not higher than ``LOW`` pixels."""
COLUMNS = (Column("表", 120), Column("记录"), Column("情况", 196), Column("对方保存", 196))
"""Of the list; the last one is left out there: the line below the list says the same."""
SIDES: tuple[Side, Side] = ("ours", "theirs")
ORDER = ("both", "twin", "theirs", "new")


class MergeFileDialog(Sheet):
    """Shows the plan; ``choices`` tells what was chosen (begun with those given), the service merges."""

    chosen = Signal()
    """Another side was chosen somewhere."""

    def __init__(self, plan: "plans.Plan", parent: QWidget | None = None, *,
                 choices: "plans.Choices | None" = None) -> None:
        super().__init__(parent, f"合并“{plan.file}”", _summary(plan))
        self.plan = plan
        self._chosen: dict[tuple[str, str], Side] = dict(choices or {})
        rows = sorted(plan.rows, key=lambda each: (not each.conflicts, ORDER.index(each.state)))
        low = QGuiApplication.primaryScreen().availableSize().height() <= LOW
        self._columns = len(COLUMNS) - low
        self.list = RowsTable("并入的记录", COLUMNS[:self._columns], row_height=28)
        self.list.show_rows(LazyRows(rows, self._row))
        self.list.picked.connect(self._picked)
        self.told = words("", role="hint", tone="text2", wrap=True)
        self.fields = SidesTable("这条记录的不同之处", "本文件", "对方")
        self.fields.chosen.connect(self._choose)
        self.setMinimumWidth(WIDTHS[low])
        for table, height in zip((self.list, self.fields), TABLES[low], strict=True):
            table.setFixedHeight(height)
        for part in (self.list, self.told, self.fields):
            self.body.addWidget(part)
        self.hint = words("改得不一样的项用 ← → 或单击选哪一边的；先按后保存的选好了。", role="hint", tone="text3")
        self.body.addWidget(self.hint)
        for note in plan.notes:
            self.body.addWidget(words(f"注意：{note}。", role="hint", tone="query", wrap=True))
        foot = words("合并前自动留一份备份；对方的文件不改动。修改痕迹里会记一笔“合并”。", role="hint", tone="text2",
                     wrap=True)
        self.body.addWidget(foot)
        for part in (self.hint, foot):
            part.setVisible(not low)
        self.ours = button("不一样的全留本文件的", action=lambda: self._all("ours"))
        self.theirs = button("全取对方的", action=lambda: self._all("theirs"))
        for place, every in enumerate((self.ours, self.theirs)):
            self.buttons.insertWidget(place, every)
            every.setVisible(bool(plan.conflicts))
        self.add_button("取消")
        self.yes = self.add_button("合并", accept=True, kind="primary")
        for part in (self.list, self.told):
            part.setVisible(bool(rows))
        if rows:
            self.list.selectRow(0)
        else:
            self._picked(None)

    @property
    def choices(self) -> "plans.Choices":
        """Return whose value was chosen where both sides changed it, as far as it was touched."""
        return self._chosen

    def _row(self, one: "plans.Row") -> Row:
        count = len(one.conflicts)
        state = f"{WORDS[one.state]}，{count} 项不一样" if count else one.note or WORDS[one.state]
        icon, colour = ("warning", "query") if count else ("", "text")
        cells = (Cell(one.form, colour="text2"), Cell(one.label, tip=one.label),
                 Cell(state, icon=icon, icon_colour=colour), Cell(one.theirs, colour="text2", tip=one.theirs))
        return Row(cells[:self._columns], one)

    def _picked(self, one: "plans.Row | None") -> None:
        """Show the fields of a record in which the two files differ."""
        lines = sorted(one.lines, key=lambda line: not line.conflict) if one is not None else ()
        self.fields.offer([Offer(line.field, line.label, line.ours, line.theirs, self._side(one, line),
                                 fixed=not line.conflict) for line in lines] if one is not None else [])
        for part in (self.fields, self.hint):
            part.setEnabled(bool(lines))
        said = f"本文件：{one.ours}；对方：{one.theirs}。" if one is not None and one.ours else ""
        new = "整条并入，本文件没有这条。" if one is not None and one.state == "new" else ""
        say(self.told, f"{said}{new}{f'{one.note}。' if one is not None and one.note else ''}")

    def _side(self, one: "plans.Row", line: "plans.Line") -> int:
        if line.together:
            return -1
        usual: Side = "theirs" if line.takes else "ours"
        return SIDES.index(self._chosen.get((one.key, line.field), usual))

    def _choose(self, field: str, side: int) -> None:
        one = self.list.current()
        if one is not None:
            self._chosen[one.key, field] = SIDES[side]
            self.chosen.emit()

    def _all(self, side: Side) -> None:
        """Choose one side wherever both changed a field."""
        self._chosen = {(one.key, line.field): side for one in self.plan.rows for line in one.conflicts}
        self._picked(self.list.current())
        self.chosen.emit()


def _summary(plan: "plans.Plan") -> str:
    """Return in one sentence or two what comes in."""
    said = [f"{word} {count} 条" for state, word in WORDS.items() if (count := plan.count(state))]
    if plan.attachments:
        said.append(f"附件 {plan.attachments} 个")
    if plan.submissions:
        said.append(f"对方报送过的{'、'.join(plan.submissions)}")
    kept = f"只有本文件改过的 {plan.ours} 条不动。" if plan.ours else ""
    decide = f"两边改得不一样的有 {plan.conflicts} 项，请看一看。" if plan.conflicts else ""
    return f"{'，'.join(said) or '没有要并入的记录，只记一笔合并'}。{kept}{decide}"

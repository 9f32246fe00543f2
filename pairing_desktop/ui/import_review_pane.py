"""Third step of importing: what would be new, changed, the same, refused, or perhaps there already."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QPushButton, QWidget

from pairing_desktop.services.importing import STATES
from pairing_desktop.services.importing_places import said_of
from pairing_desktop.services.importing_plan import ABOVE
from pairing_desktop.services.importing_shown import sides
from pairing_desktop.ui.cards import button, column, row, rule, say, scrolled, words
from pairing_desktop.ui.panes import Pane, Panes
from pairing_desktop.ui.rows import Cell, Column, LazyRows, RowsTable
from pairing_desktop.ui.rows import Row as Line
from pairing_desktop.ui.sides_table import Offer, SidesTable
from pairing_desktop.ui.text_line import TextLine
from pairing_desktop.ui.theme import restyle

if TYPE_CHECKING:
    from pairing_desktop.services.importing import Plan, Row, RowFinding, Similar
    from pairing_desktop.services.importing_readings import Reading, Readings
    from pairing_desktop.services.workspace import Workspace

TABS = (("new", "新增"), ("changed", "修改"), ("unchanged", "不变"), ("refused", "拒收"), ("double", "疑似重复"))
EMPTY = {
    "new": "没有新增的。", "changed": "没有要修改的。", "unchanged": "没有不变的。",
    "refused": "没有拒收的，全部可以导入。", "double": "没有疑似重复的。",
}
FATES = {
    "new": "作为新记录导入，下面是每一项怎么读的，请核对单位、日期和数。",
    "changed": "改动现有记录的下列各项，其他各项不动。",
    "unchanged": "与现有记录一样，不用动。", "refused": "这一行不导入，原因如下；可以另存拒收的行，改好再导。",
}
CHOSEN = {"merge": "合并", "keep": "另建", "out": "不导入"}
SAME = 100
MOST = 8
"""Fields to choose from that are shown at once: the arrows scroll within them, not the page around them."""
NUMBERED, LETTERED, APART = 56, 76, 132
"""Widths of the column that tells where rows stand: their number, a column's letters, a sheet's name before it."""
ONE_LINE = 30
"""Characters of a finding that fit into one line; a longer one's advice goes below."""
_ADVICE = re.compile("((?:“[^”]*”|[^，“])*)，(.*)", re.DOTALL)
"""What is found, and after a comma that is no quoted word's the advice."""


class ReviewPane(QWidget):
    """``decided``: what is to become of a row: itself, choice, the fields to take (None: as it is by default).

    ``again``: a new dry run is needed, with rows let in or a reason given.
    """

    decided = Signal(object, str, object)
    again = Signal()
    refusedWanted = Signal()  # noqa: N815  # Qt's manner
    """The refused rows are to be saved: also where no row can go in, and the last step is never reached."""

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._readings: Readings | None = None
        self.plan: Plan | None = None
        self.counts: dict[str, int] = {}
        """How many rows are behind each tab, as things are decided."""
        self._behind: dict[str, list[Row]] = {name: [] for name, _ in TABS}
        self.tab = "new"
        self._row: Row | None = None
        self._listed: list[tuple[int, str]] = []
        """The rows behind the tab as it was chosen: one that is decided stays in sight."""
        self.group = QButtonGroup(self)
        self.tabs: dict[str, QPushButton] = {}
        for number, (name, title) in enumerate(TABS):
            tab = button(title, kind="segment")
            tab.setCheckable(True)
            self.group.addButton(tab, number)
            self.tabs[name] = tab
        self.group.idClicked.connect(lambda number: self.show_tab(TABS[number][0]))
        self.keep = QCheckBox("带强制性问题的行也导入，进去以后再改")
        self.keep.clicked.connect(self.again)
        self.notes = words("", role="hint", wrap=True)
        self.reason = TextLine()
        self.reason.setAccessibleName("修改原因")
        self.reason.setPlaceholderText("有的行改动已报送的记录：写明修改原因后按 Enter，重新预演")
        self.reason.returnPressed.connect(self.again)
        self._reason_box = QWidget()
        asked = row(words("修改原因", role="label"), self.reason)
        asked.setContentsMargins(24, 0, 24, 8)
        self._reason_box.setLayout(asked)
        self._reason_box.hide()
        top = row(*self.tabs.values(), None, self.keep)
        top.setContentsMargins(20, 8, 24, 4)
        notes = QWidget()
        notes.setLayout(column(self.notes, margins=(24, 0, 24, 8)))
        self._notes_box = notes
        panes = Panes((Pane("行", self._left(), share=4, least=380), Pane("这一行", self._right(), share=6, least=460)))
        whole = column(top, notes, self._reason_box, rule(), panes, spacing=0)
        whole.setStretch(4, 1)
        self.setLayout(whole)

    def _left(self) -> QWidget:
        columns = (Column("行", NUMBERED, right=True), Column("名称"), Column("", 150))
        self.list = RowsTable("表格的行", columns, row_height=32)
        self.list.picked.connect(self._pick)
        self.none = words("", tone="text2", wrap=True)
        left = QWidget()
        inner = column(self.list, self.none, None, spacing=8)
        inner.setStretch(0, 100)
        left.setLayout(inner)
        self.none.setContentsMargins(24, 16, 24, 16)
        return left

    def _right(self) -> QWidget:
        self.what = words("", role="section", wrap=True)
        self.why = words("", tone="text2", wrap=True)
        self.merge = button("合并到现有记录", action=lambda: self._decide("merge"))
        self.out = button("这一行不导入", action=lambda: self._decide("out"))
        self.apart = button("不是同一家，另建一条", action=lambda: self._decide("keep"))
        self.deciding = QWidget()
        self.deciding.setLayout(row(self.merge, self.out, self.apart, None))
        self.refused = button("另存拒收的行…", icon="save", action=self.refusedWanted.emit)
        self.saving = QWidget()
        self.saving.setLayout(row(self.refused, None))
        fields = (Column("填报项", 150), Column("现有"), Column("表格里"))
        self.fields = RowsTable("填报项", fields, row_height=28, picks=False)
        self.sides = SidesTable("每项取哪一边的值", "现有", "表格里")
        self.sides.chosen.connect(lambda *_: self._decide(self._row.choice if self._row else "", self._taken()))
        self.sides.picked.connect(lambda _one: self._keep_in_sight())
        self.how = words("每项取打勾的值，用 ← → 或单击改选；没有圈的不用选。", role="hint", tone="text3")
        found = (Column("审核结果", 170), Column("怎么回事"))
        self.findings = RowsTable("审核结果", found, row_height=42, picks=False)
        self.page = QWidget()
        self.page.setLayout(column(self.what, self.why, self.deciding, self.saving, self.findings, self.fields,
                                   self.how, self.sides, None, spacing=10, margins=(20, 14, 20, 14)))
        right = QWidget()
        self.area = scrolled(self.page, "这一行")
        right.setLayout(column(self.area))
        return right

    # what is shown

    def show_plan(self, plan: "Plan") -> None:
        """Show a dry run; begin where a person has most to see."""
        from pairing_desktop.services.importing_readings import Readings

        self.plan, self._readings = plan, Readings(self._workspace, plan)
        self._tell(*plan.notes)
        self._reason_box.setVisible(plan.asks_reason or bool(plan.why))
        self._count(plan)
        places = {row.place.sheet != "" for row in plan.rows if row.at}
        self.list.widen(0, APART if True in places else LETTERED if places else NUMBERED)
        first = next((n for n in ("refused", "double", "changed", "new", "unchanged") if self.counts[n]), "new")
        self.show_tab(first)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self, *notes: str) -> None:
        say(self.notes, "；".join(notes) + "。" if notes else "")
        self._notes_box.setVisible(bool(notes))

    def say_saved(self, path: Path) -> None:
        """Tell where the refused rows are."""
        self._tell(*(self.plan.notes if self.plan else ()), f"拒收的行已存到 {path}")

    def _count(self, plan: "Plan") -> None:
        """Show the number of rows behind each tab; all are looked at once."""
        self._behind = {name: [] for name in (*self.tabs, "skipped")}
        for one in plan.rows:
            self._behind[one.fate.state].append(one)
            if one.similar is not None:
                self._behind["double"].append(one)
        self.counts = {name: len(rows) for name, rows in self._behind.items()}
        for name, title in TABS:
            self.tabs[name].setText(f"{title} {self.counts[name]:,}")

    def show_tab(self, name: str) -> None:
        """List one kind of rows."""
        self.tab = name
        self.tabs[name].setChecked(True)
        self._list(self._behind[name])

    def _list(self, found: "list[Row]") -> None:
        name, self._listed = self.tab, [_place(one) for one in found]
        self.list.show_rows(LazyRows(found, self._line), keep=self._row)
        self.list.setVisible(bool(found))
        say(self.none, "" if found else EMPTY[name])
        self.none.setVisible(not found)
        self.page.setVisible(bool(found))
        if found and not self.list.currentIndex().isValid():
            self.list.selectRow(0)

    def _line(self, one: "Row") -> Line:
        errors = sum(f.level == "error" for f in one.fate.findings)
        queries = len(one.fate.findings) - errors
        if self.tab == "double":
            said = Cell(CHOSEN[one.choice], colour="text2" if one.choice == "keep" else "accent")
        elif one.fate.state != self.tab:  # decided since the tab was chosen
            said = Cell(CHOSEN[one.choice] if one.similar else STATES[one.fate.state], colour="accent")
        elif errors:
            said = Cell(f"强制 {errors}" + (f" ・ 核实 {queries}" if queries else ""), icon="error_circle",
                        icon_colour="error", filled=True, colour="text2", size=12)
        elif queries:
            said = Cell(f"核实 {queries}", icon="warning", icon_colour="query_mark", filled=True, colour="text2",
                        size=12)
        else:
            told = [f"改 {len(one.fate.changes)} 项"] if one.fate.changes else []
            told += [f"留 {len(one.left)} 项"] if one.left and one.fate is one.record else []
            said = Cell("，".join(told), colour="text2", size=12)
        place = Cell(one.place.short, colour="text2", tip=one.where)
        return Line((place, Cell(one.fate.label, tip=one.fate.label), said), one)

    def _pick(self, one: "Row") -> None:
        self._row = one
        fate, like = one.fate, one.similar
        say(self.what, f"{one.where} · {fate.label}")
        say(self.why, (_alike(one, like) if like else FATES.get(fate.state, "")) + self._merged(one))
        self._offer(one)
        self.saving.setVisible(fate.state == "refused" and (like is None or self.tab == "refused"))
        self._show_findings(list(fate.findings))
        self._show_fields(one)

    def _merged(self, one: "Row") -> str:
        """Return which rows are merged into this one."""
        others = [other.where for other in (self.plan.rows if self.plan else ())
                  if other.merging and other.beside == one.number and not one.sheet]
        return f"{'、'.join(others)}并了进来。" if others else ""

    def _offer(self, one: "Row") -> None:
        """Show what may be decided."""
        like, other = one.similar, one.similar.where if one.similar else ""
        self.deciding.setVisible(like is not None)
        self.merge.setText(f"合并到{other}" if other else "合并到现有记录")
        self.out.setVisible(bool(other))
        self.apart.setVisible("keep" in one.fates)
        for choice, each in (("merge", self.merge), ("out", self.out), ("keep", self.apart)):
            chosen = one.choice == choice
            restyle(each, kind="primary" if chosen else "")
            each.setAccessibleDescription("已选" if chosen else "")

    def _show_fields(self, one: "Row") -> None:
        """Show what differs; of a row that is merged, or changes a record, which value is taken."""
        like, at = one.similar, max(self.sides.currentIndex().row(), 0)
        head, right = (like.where, "这一行") if like and one.beside else ("现有", "表格里")
        for table in (self.fields, self.sides):
            table.retitle(1, head)
            table.retitle(2, right)
        stands = {each.field: each for each in (self._readings.of(one) if self._readings else ())}
        offered = [Offer(s.field, s.label, s.old, s.new, s.side, s.fixed,
                         stands[s.field].otherwise_than(s.new) if s.field in stands else "") for s in sides(one)]
        pairs = like.pairs if like and not offered and (self.tab == "double" or one.fate.state != "new") else ()
        read = () if offered or pairs or self._readings is None else self._readings.of(one)
        if offered:
            self.sides.offer(offered)
            self.sides.selectRow(min(at, len(offered) - 1))
            self.sides.fit(MOST)
        elif read:
            self.fields.retitle(1, "表格里")
            self.fields.retitle(2, "读作")
            self.fields.show_rows([_read(each) for each in read])
            self.fields.fit()
        else:
            self.fields.show_rows([Line((
                Cell(p.label, colour="text2", tip=p.label), Cell(p.old or "—", colour="text2", tip=p.old),
                Cell(p.new or "—", tip=p.new, weight=500 if p.new and p.new != p.old else 400),
            )) for p in pairs])
            self.fields.fit()
        self.fields.setVisible(bool(pairs or read))
        self.sides.setVisible(bool(offered))
        self.how.setVisible(any(not one.fixed for one in offered))

    def _keep_in_sight(self) -> None:
        """Scroll the page to the field that is chosen of: the table's lower rows may lie below its edge."""
        if self.sides.hasFocus():
            at = self.sides.viewport().mapTo(self.page, self.sides.visualRect(self.sides.currentIndex()).center())
            self.area.ensureVisible(at.x(), at.y(), 0, self.sides.row_height)

    def _taken(self) -> frozenset[str]:
        """Return the fields in which this row's value is chosen."""
        return frozenset(field for field, side in self.sides.sides.items() if side == 1)

    def _show_findings(self, found: "list[RowFinding]") -> None:
        levels = {"error": ("error_circle", "error", "强制"), "query": ("warning", "query_mark", "核实")}
        lines = []
        for one in sorted(found, key=lambda f: f.level):
            icon, colour, sign = levels[one.level]
            place = one.label or "整行"
            where = f"{place}（{self._stands(one)}）" if self._stands(one) else place
            said, rest = split_message(one.message)
            lines.append(Line((Cell(where, icon=icon, icon_colour=colour, filled=True, tip=where, sign=sign),
                               Cell(said, rest, tip=one.message))))
        self.findings.show_rows(lines)
        self.findings.setVisible(bool(lines))
        self.findings.fit()

    def _stands(self, one: "RowFinding") -> str:
        """Return where something was found, if that is not the row that is shown: another sheet's, a column's cell."""
        plan = self.plan
        across = plan is not None and plan.layout.way.heads != ABOVE and one.column >= 0
        return said_of(plan, one) if plan and (one.sheet or across) else ""

    # what is done

    def _decide(self, choice: str, take: frozenset[str] | None = None) -> None:
        if self._row is not None and (take is not None or choice != self._row.choice):
            self.decided.emit(self._row, choice, take)

    def show_decided(self, plan: "Plan") -> None:
        """Show the plan after a decision; the row that was decided stays where it stands."""
        rows = {_place(one): one for one in plan.rows}
        self.plan = plan
        self._row = rows[_place(self._row)] if self._row else None
        self._count(plan)
        self._list([rows[place] for place in self._listed])


def _read(one: "Reading") -> Line:
    """Return a field as it stands in the sheet and as it is stored: what was understood otherwise stands out."""
    said = Cell(one.said or "—", colour="text2" if one.sheet else "text3", tip=one.said)
    return Line((Cell(one.label, colour="text2", tip=one.label), said,
                 Cell(one.stored or "—", tip=one.stored, weight=600 if one.differs else 400,
                      colour="text" if one.sheet else "text2")))


def _place(one: "Row") -> tuple[int, str]:
    return one.number, one.sheet


def split_message(message: str) -> tuple[str, str]:
    """Return a finding's first line and what goes below it; a comma in what a cell says parts nothing."""
    parts = _ADVICE.fullmatch(message) if len(message) > ONE_LINE else None
    return (parts[1], parts[2]) if parts else (message, "")


def _alike(one: "Row", like: "Similar") -> str:
    """Return what a double is like, and what is to be decided."""
    whose = f"表里{like.where}的" if like.row else "现有的"
    ways = ["合并", *(["不导入"] if like.row else []), *(["另建"] if "keep" in one.fates else [])]
    score = f"（相似 {like.score}%）" if like.score < SAME else ""
    return f"与{whose}“{like.label}”：{like.why}{score}，请决定{'、'.join(ways[:-1])}还是{ways[-1]}。"

"""One indicator of the assessment: its figure or grade, why it was missed, the records and materials behind it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from pairing_desktop.formspec.finding import Finding
from pairing_desktop.ui.cards import Surface, button, column, row, rule, say, scrolled, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.finding_line import FindingLine
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.typed_line import TypedLine

if TYPE_CHECKING:
    from pairing_desktop.formspec.draft import Draft
    from pairing_desktop.services.assessing import Line

WIDTH = 400
TYPED = (("actual", "完成值"), ("rating", "评分等级"), ("score", "自评得分"), ("done", "完成情况"),
         ("reason", "未达标原因"), ("measures", "改进措施"))
FIGURE_ONLY, BY_HAND_ONLY, NUMBERS = ("actual",), ("rating", "score", "done"), ("actual", "score")
NOT_RATED = "（未评）"
SHOWN = 6


class AssessPane(Surface):
    """Shows one line; what is typed goes to the draft when the field is left."""

    changed = Signal()
    halfTyped = Signal(str, str)  # noqa: N815  # a path and what is being typed there
    recordWanted = Signal(object)  # noqa: N815  # Qt's manner
    fileWanted = Signal(str)  # noqa: N815
    linkWanted = Signal(object)  # noqa: N815
    removeWanted = Signal(str)  # noqa: N815
    rated = Signal(str, str)
    explainWanted = Signal(object)  # noqa: N815

    def __init__(self) -> None:
        super().__init__("surface")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("指标详情")
        self.line: Line | None = None
        self._draft: Draft | None = None
        self._row = ""
        self.title = words("", role="section", wrap=True)
        self.note = words("", role="hint", wrap=True)
        self.inputs: dict[str, TypedLine] = {}
        self.grade = Combo("评分等级")
        self.grade.activated.connect(self._graded)
        self._names: dict[str, QWidget] = {}
        self.found: dict[str, FindingLine] = {}
        self.records = RowsTable("取数的记录", (Column("取自记录（回车打开）"), Column("取值", 96, right=True)),
                                 row_height=28)
        self.records.opened.connect(self.recordWanted.emit)
        self.materials = RowsTable("佐证材料", (Column("编号", 56), Column("佐证材料"), Column("文件", 44)),
                                   row_height=28)
        self.none = words("", role="hint", wrap=True)
        self.materials.opened.connect(lambda found: self.recordWanted.emit(found) if found else None)
        self.file = button("加文件…", icon="attach", action=lambda: self._ask(self.fileWanted.emit))
        self.link = button("把选中的记录列为材料", kind="link", action=self._link)
        self.remove = button("", icon="delete", tip="去掉选中的材料", action=self._remove)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, 72)
        for number, (name, label) in enumerate(TYPED):
            place = 2 * number
            said = words(label, role="label")
            self._names[name] = said
            grid.addWidget(said, place, 0)
            if name == "rating":
                said.setBuddy(self.grade)
                grid.addWidget(self.grade, place, 1)
                continue
            line = self.inputs[name] = TypedLine(label)
            if name in NUMBERS:
                line.setAlignment(Qt.AlignmentFlag.AlignRight)
            line.editingFinished.connect(lambda name=name: self._typed(name))
            line.halfTyped.connect(lambda text, name=name: self.halfTyped.emit(self.path(name), text))
            said.setBuddy(line)
            grid.addWidget(line, place, 1)
            under = self.found[name] = FindingLine()
            under.explainWanted.connect(self.explainWanted)
            grid.addWidget(under, place + 1, 1)
        self._line = rule()
        inner = QWidget()
        inner.setLayout(column(self.title, self.note, grid, self._line, self.records, rule(), self.materials,
                               self.none, row(self.file, self.remove, None, self.link), None, spacing=8,
                               margins=(16, 12, 16, 12)))
        self.setLayout(column(scrolled(inner, "指标详情"), spacing=0))

    def show_line(self, line: "Line", draft: "Draft", number_row: str, *, grades: tuple[str, ...],
                  locked: bool, found: Mapping[str, Finding]) -> None:
        """Show an indicator of a draft; ``number_row`` is its row in the table, ``found`` what the rules say of it."""
        self.line, self._draft, self._row = line, draft, number_row
        by_hand = line.nature == "定性"
        say(self.title, f"{line.number} {line.label}")
        target = line.wanted if by_hand else f"目标 {line.nature} {line.target}{line.unit}"
        needed = f"应附 {line.needed}" if line.needed else ""
        drawn = f"记录取数 {line.drawn}{line.unit}" if line.drawn and line.drawn != line.actual else ""
        say(self.note, "；".join(part for part in (f"权重 {line.weight} 分", target, drawn, needed) if part))
        for name, _ in TYPED:
            there = not (by_hand and name in FIGURE_ONLY) and not (not by_hand and name in BY_HAND_ONLY)
            if name in ("reason", "measures"):
                there = line.missed or bool(getattr(line, name))
            self._show_input(name, there=there, locked=locked)
            if name in self.found:
                self.found[name].show_finding(found.get(name) if there else None)
        self._show_grades(grades, locked=locked, there=by_hand)
        self.records.show_rows([Row((Cell(one.label, colour="text3" if one.left_out else "text",
                                          tip=one.left_out or one.label), Cell(one.value)), one)
                                for one in line.records], keep=self.records.current())
        self.records.fit(SHOWN)
        for part in (self._line, self.records):
            part.setVisible(bool(line.records))
        self._show_materials()
        for control in (self.file, self.link, self.remove):
            control.setEnabled(not locked)
        self.link.setVisible(bool(line.records))

    def _show_input(self, name: str, *, there: bool, locked: bool) -> None:
        self._names[name].setVisible(there)
        line = self.inputs.get(name)
        if line is not None and self._draft is not None:
            line.setVisible(there)
            line.show_text(self._draft.text(self.path(name)))
            line.setReadOnly(locked)

    def _show_grades(self, grades: tuple[str, ...], *, locked: bool, there: bool) -> None:
        self.grade.setVisible(there and bool(grades))
        self._names["rating"].setVisible(there and bool(grades))
        self.grade.clear()
        self.grade.addItems([NOT_RATED, *grades])
        chosen = str(self._draft.value(self.path("rating")) or "") if self._draft else ""
        self.grade.setCurrentIndex(grades.index(chosen) + 1 if chosen in grades else 0)
        self.grade.setEnabled(not locked)

    def _show_materials(self) -> None:
        from pairing_desktop.services.assessing_drawing import Behind

        draft, line = self._draft, self.line
        if draft is None or line is None:
            return
        rows = []
        self._rows: list[str] = []
        for key in draft.rows("evidence"):
            if draft.value(f"evidence/{key}/indicator") != line.number:
                continue
            form, _, record = str(draft.value(f"evidence/{key}/link") or "").partition("/")
            title = draft.text(f"evidence/{key}/title")
            held = draft.value(f"evidence/{key}/file") is not None
            behind = Behind(form, record, title, "") if record else None
            rows.append(Row((Cell(draft.text(f"evidence/{key}/number")), Cell(title, tip=title),
                             Cell("有" if held else "没有", colour="text" if held else "text3")), behind))
            self._rows.append(key)
        self.materials.show_rows(rows)
        self.materials.fit(SHOWN)
        self.materials.setVisible(bool(rows))
        ways = "。加文件，或选中取数的记录列为材料。" if line.records else "，请加文件。"
        say(self.none, f"还没有佐证材料{ways}")
        self.none.setVisible(not rows)
        self.remove.setVisible(bool(rows))

    def path(self, name: str) -> str:
        """Return the path of one of the indicator's cells."""
        return f"indicators/{self._row}/{name}"

    def commit(self) -> None:
        """Give what is being typed to the draft."""
        for name, line in self.inputs.items():
            if line.hasFocus():
                self._typed(name)

    def _typed(self, name: str) -> None:
        draft = self._draft
        text = self.inputs[name].text().strip()
        if draft is not None and text != draft.text(self.path(name)):
            draft.type(self.path(name), text)
            self.changed.emit()

    def _graded(self, place: int) -> None:
        if self._draft is None:
            return
        if place:
            self.rated.emit(self._row, self.grade.itemText(place))
        else:
            self._draft.type(self.path("rating"), "")
            self.changed.emit()

    def _ask(self, ask: Callable[[str], None]) -> None:
        if self.line is not None:
            ask(self.line.number)

    def _link(self) -> None:
        chosen = self.records.current() or (self.line.records[0] if self.line and self.line.records else None)
        if chosen is not None:
            self.linkWanted.emit(chosen)

    def _remove(self) -> None:
        at = self.materials.currentIndex().row()
        if 0 <= at < len(self._rows):
            self.removeWanted.emit(self._rows[at])

    def focus(self, name: str) -> None:
        """Go to an input if it is shown."""
        line = self.inputs.get(name)
        if line is not None and line.isVisibleTo(self):
            line.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_first(self) -> None:
        """Go to the first input that is shown."""
        shown = [line for line in self.inputs.values() if line.isVisibleTo(self)]
        if shown:
            shown[0].setFocus(Qt.FocusReason.OtherFocusReason)

"""Second step of importing: which column of the sheet is which field, one drop-down a column."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from pairing_desktop.ui.cards import column, say, scrolled, words
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.import_sheet_pane import letters

if TYPE_CHECKING:
    from pairing_desktop.services.importing import Layout, Target

NOT_READ = "（不导入）"
SAMPLES = 3


class ColumnsPane(QWidget):
    """``changed``: another field was chosen for a column."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = words("", tone="text2", wrap=True)
        self.inner = QWidget()
        self.grid = QGridLayout(self.inner)
        self.grid.setContentsMargins(24, 4, 24, 12)
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(1, 2)
        self.grid.setColumnStretch(2, 3)
        self.grid.setColumnStretch(3, 2)
        self.grid.setColumnStretch(4, 3)
        self.boxes: dict[int, Combo] = {}
        self._remarks: dict[int, QLabel] = {}
        self._notes: dict[int, str] = {}
        head = QWidget()
        head.setLayout(column(self.note, margins=(24, 12, 24, 4)))
        self.setLayout(column(head, scrolled(self.inner, "表格的列"), spacing=0))

    def show_layout(self, layout: "Layout", targets: "Sequence[Target]", samples: Mapping[int, Sequence[str]]) -> None:
        """Show the columns with the fields chosen for them."""
        self._empty()
        for place, title in enumerate(("列", "表头", "前几行", "对应的填报项", "")):
            self.grid.addWidget(words(title, role="hint"), 0, place)
        for number, one in enumerate((c for c in layout.columns if not c.target.startswith("@row")), start=1):
            self.grid.addWidget(words(letters(one.place), tone="text3"), number, 0)
            head = words(one.head, role="strong", wrap=True)
            self.grid.addWidget(head, number, 1)
            shown = "、".join(text for text in samples.get(one.place, ())[:SAMPLES] if text)
            sample = words(shown if len(shown) <= 36 else f"{shown[:34]}…", tone="text2", wrap=True)
            sample.setToolTip(shown)
            self.grid.addWidget(sample, number, 2)
            box = self._box(one.head, targets, one.target)
            head.setBuddy(box)
            self.grid.addWidget(box, number, 3)
            remark = words("", role="hint", wrap=True)
            self.grid.addWidget(remark, number, 4)
            self.boxes[one.place], self._remarks[one.place], self._notes[one.place] = box, remark, one.note
            box.currentIndexChanged.connect(self._changed)
        self.grid.setRowStretch(len(layout.columns) + 1, 1)
        kind = "按上次的选择对上了" if layout.remembered else "按名称对上了"
        found = sum(bool(box.currentData()) for box in self.boxes.values())
        say(self.note, f"{len(self.boxes)} 列里{kind} {found} 列，请看一遍，不对的在右边改；“{NOT_READ}”的列不读。"
                       "空白的格子不会清掉原有的数。")
        self._mark()

    def _box(self, head: str, targets: "Sequence[Target]", chosen: str) -> Combo:
        box = Combo(f"“{head}”对应的填报项", self)
        box.addItem(NOT_READ, "")
        for target in targets:
            if not target.computed:
                box.addItem(target.label + (f"（{target.unit}）" if target.unit else ""), target.id)
        box.setCurrentIndex(max(box.findData(chosen), 0))
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]  # scrolling must not choose
        box.setMaximumWidth(280)
        return box

    def _empty(self) -> None:
        while self.grid.count():
            widget = self.grid.takeAt(0).widget()
            widget.hide()
            widget.deleteLater()
        self.boxes, self._remarks, self._notes = {}, {}, {}

    @property
    def chosen(self) -> dict[int, str]:
        """Return the fields chosen, by column."""
        return {place: str(box.currentData() or "") for place, box in self.boxes.items()}

    @property
    def ready(self) -> bool:
        """Whether anything is read and no field twice."""
        taken = [target for target in self.chosen.values() if target]
        return bool(taken) and len(taken) == len(set(taken))

    def _changed(self, _number: int) -> None:
        self._notes = dict.fromkeys(self._notes, "")
        self._mark()
        self.changed.emit()

    def _mark(self) -> None:
        """Say at each column what is to be known: read twice, converted, computed by the program."""
        taken = [target for target in self.chosen.values() if target]
        for place, target in self.chosen.items():
            if target and taken.count(target) > 1:
                say(self._remarks[place], "另一列也对应这一项，只能留一列", tone="error")
            else:
                say(self._remarks[place], self._notes[place], tone="" if self._notes[place] else "text3")

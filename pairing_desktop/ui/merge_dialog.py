"""Two records of a register side by side: which one stays, and whose value it takes in each field that differs."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from pairing_desktop.formspec.definition import Form
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import words
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable

if TYPE_CHECKING:
    from pairing_desktop.services.merging import Line, Pair

CHOOSING = {Qt.Key.Key_Left: 0, Qt.Key.Key_Right: 1}
NAMED = 3
"""Records named that will point elsewhere; the rest are counted."""


class MergeDialog(Sheet):
    """``stays``, ``goes`` and ``take`` tell what was chosen; the service merges."""

    def __init__(self, form: Form, pair: "Pair", parent: QWidget | None = None) -> None:
        super().__init__(parent, f"合并两条{form.short}",
                         "两条记录合成一条：留下的一条取下面选中的值，另一条删除，用到它的记录改指向留下的一条。")
        self.setMinimumWidth(760)
        self._pair = pair
        self._differing = [line for line in pair.lines if not line.same]
        self._side = {line.field: int(line.takes) for line in self._differing}
        self._keep = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(words("留下"))
        for number, (label, users) in enumerate(zip(pair.labels, pair.users, strict=True)):
            choice = QRadioButton(f"第{number + 1}条（{len(users)} 条记录用到它）", self)
            choice.setAccessibleName(f"留下第{number + 1}条 {label}")
            self._keep.addButton(choice, number)
            row.addWidget(choice)
        row.addStretch(1)
        self.body.addLayout(row)
        self.told = words("", role="hint", tone="text2", wrap=True)
        self.table = RowsTable("两条的不同之处", (Column("项", 170), Column("第1条"), Column("第2条")), row_height=32)
        self.table.setMinimumHeight(340)
        self.table.opened.connect(self._other)
        self.table.clicked.connect(lambda at: self._choose(at.row(), at.column() - 1) if at.column() else None)
        self.table.installEventFilter(self)
        self.body.addWidget(self.table)
        self.body.addWidget(words("用 ← → 或单击选哪一条的值；相同的项不列。", role="hint", tone="text3"))
        self.body.addWidget(self.told)
        self.add_button("取消")
        self.yes = self.add_button("合并", accept=True, kind="primary")
        self._keep.idToggled.connect(self._tell)
        self._keep.button(int(len(pair.users[1]) > len(pair.users[0]))).setChecked(True)
        self._show()
        self.table.selectRow(0)

    @property
    def stays(self) -> str:
        """Return the record that is kept."""
        return (self._pair.first, self._pair.second)[self._keep.checkedId()]

    @property
    def goes(self) -> str:
        """Return the record that is merged into it."""
        return (self._pair.second, self._pair.first)[self._keep.checkedId()]

    @property
    def take(self) -> list[str]:
        """Return the fields in which the value of the one that goes was chosen."""
        return [field for field, side in self._side.items() if side != self._keep.checkedId()]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Choose a side with the arrows, the other one with the space bar."""
        if watched is self.table and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key, number = Qt.Key(event.key()), self.table.currentIndex().row()
            if number >= 0 and key in CHOOSING:
                self._choose(number, CHOOSING[key])
                return True
            if number >= 0 and key == Qt.Key.Key_Space:
                self._other(self._differing[number])
                return True
        return super().eventFilter(watched, event)

    def _other(self, line: "Line") -> None:
        self._choose(self._differing.index(line), 1 - self._side[line.field])

    def _choose(self, number: int, side: int) -> None:
        self._side[self._differing[number].field] = side
        self._show()
        self.table.selectRow(number)

    def _show(self) -> None:
        self.table.show_rows([Row((Cell(line.label, colour="text2"), self._cell(line, 0), self._cell(line, 1)), line)
                              for line in self._differing])

    def _cell(self, line: "Line", side: int) -> Cell:
        text, chosen = (line.first, line.second)[side], self._side[line.field] == side
        return Cell(text or "（空）", icon="checkmark_circle" if chosen else "circle", filled=chosen, tip=text,
                    icon_colour="accent" if chosen else "text3", colour="text" if chosen else "text2",
                    weight=500 if chosen else 400)

    def _tell(self) -> None:
        users = self._pair.users[1 - self._keep.checkedId()]
        gone = f"第{2 - self._keep.checkedId()}条“{self._pair.labels[1 - self._keep.checkedId()]}”将删除"
        named = "、".join(users[:NAMED]) + (f"等 {len(users)} 条" if len(users) > NAMED else "")
        self.told.setText(f"{gone}；{named}改指向留下的一条。合并后按 Ctrl+Z 可一次撤销。" if users
                          else f"{gone}，没有别的记录用到它。合并后按 Ctrl+Z 可一次撤销。")
